import { childAlarmName } from '../../lambda/contract/names';
import { ALARM_CATALOGUE } from '../../lambda/domain/alarm-catalogue';
import type { AlarmSeen } from '../../rehearsal/aws-view';
import { Absent, type Checks, callsOf, type Scene, wasLost } from './scene';

const DESCRIBE_ALARMS = 'cloudwatch:DescribeAlarms';
const MINUTE_MS = 60_000;
/** Between the look at an alarm and the instant that is put down for it. */
const LOOK_MS = 10_000;

export const alarmChecks: Checks<
  | 'alarm'
  | 'incident'
  | 'recovered'
  | 'lasted'
  | 'wentToAlarm'
  | 'wentOff'
  | 'inAlarmAt'
  | 'quiet'
  | 'noAlarm'
  | 'alarmLimit'
  | 'severity'
> = {
  alarm: ({ alarmName, since, now }, { view }) => {
    const alarm = alarmNamed(alarmName, view);
    return (
      unlessNow(now, alarm, view) ??
      unlessInAlarm(now === 'ALARM' ? sinceLast(alarm) : alarm, (at) => since === null || isAbout(since, at))
    );
  },
  incident: ({ compositeAlarmName, since }, { view }) =>
    unlessInAlarm(alarmNamed(compositeAlarmName, view), (at) => isAbout(since, at)),
  recovered: ({ compositeAlarmName, at }, { view }) => {
    const { state, transitions } = alarmNamed(compositeAlarmName, view);
    if (state === 'ALARM') return 'the alarm is ALARM';
    const wasInAlarm = transitions.filter((_, index) => transitions[index - 1]?.to === 'ALARM');
    const last = wasInAlarm.at(-1)?.at;
    if (last === undefined) return 'it never was in ALARM';
    return isAbout(at, last) ? undefined : `it was in ALARM until ${last.toISOString()}`;
  },
  lasted: ({ from, to, minutes }, { view }) => {
    if (Date.parse(to) > view.now.getTime()) return `it is ${view.now.toISOString()} only`;
    const actual = (wholeMinute(to) - wholeMinute(from)) / MINUTE_MS;
    return actual === minutes ? undefined : `it is ${actual} minutes from ${from} to ${to}`;
  },
  wentToAlarm: ({ alarmName, since, times, now }, { view }) => {
    const alarm = alarmNamed(alarmName, view);
    const began = Date.parse(since) - MINUTE_MS;
    const inIncident = timesInAlarm(alarm).filter((at) => at.getTime() > began);
    const counted = inIncident.filter((at) => view.now.getTime() - at.getTime() > MINUTE_MS);
    const [first] = inIncident;
    if (first === undefined || !isAbout(since, first)) return unlessInAlarm(alarm, () => false);
    // Its message may still be on its way.
    if (times < counted.length || times > inIncident.length)
      return `it went to ALARM ${inIncident.length} times`;
    return unlessNow(now, alarm, view);
  },
  wentOff: ({ alarmName, at: said }, { view }) =>
    unlessInAlarm(alarmNamed(alarmName, view), (at) => isAbout(said, at)),
  inAlarmAt: ({ alarmName, at }, { view }) => {
    const looked = Date.parse(at);
    if (looked > view.now.getTime()) return `it is ${view.now.toISOString()} only`;
    const { transitions } = alarmNamed(alarmName, view);
    const wasInAlarm = transitions.some(
      ({ at: since, to }, index) =>
        to === 'ALARM' &&
        since.getTime() <= looked &&
        looked - (transitions[index + 1]?.at.getTime() ?? looked) <= LOOK_MS,
    );
    return wasInAlarm ? undefined : inAlarmWhen(transitions);
  },
  quiet: ({ compositeAlarmName, from, to }, { view }) => {
    if (Date.parse(to) > view.now.getTime()) return `it is ${view.now.toISOString()} only`;
    const { transitions } = alarmNamed(compositeAlarmName, view);
    const end = transitions.findLastIndex(
      ({ at }, index) => transitions[index - 1]?.to === 'ALARM' && isAbout(from, at),
    );
    if (end === -1) return inAlarmWhen(transitions);
    const again = transitions.slice(end).find(({ to: state }) => state === 'ALARM');
    return again === undefined || again.at.getTime() > Date.parse(to)
      ? undefined
      : `it went to ALARM again at ${again.at.toISOString()}`;
  },
  noAlarm: ({ alarmName }, { view }) => {
    const alarm = view.alarm(alarmName);
    return alarm === undefined ? undefined : `the alarm is ${alarm.state}`;
  },
  alarmLimit: ({ alarmName, threshold, factor }, { view }) => {
    const alarm = alarmNamed(alarmName, view);
    if ((alarm.threshold ?? null) !== threshold) return `its threshold is ${alarm.threshold ?? 'missing'}`;
    const begins = (alarm.expressions ?? []).some((one) => one.trim().startsWith(`${factor} `));
    return factor === null || begins ? undefined : `its expression is ${alarm.expressions?.join(', ')}`;
  },
  severity: ({ severity, alarmNames }, scene) => {
    const actual = alarmNames.some((name) => severityOf(name, scene) === 'Critical') ? 'CRITICAL' : 'WARNING';
    return actual === severity ? undefined : `the catalogue makes it ${actual}`;
  },
};

/** Messages, events and descriptions of an alarm tell of one change at times that lie seconds apart. */
const isAbout = (claimed: string, at: Date): boolean =>
  Math.abs(at.getTime() - Date.parse(claimed)) < MINUTE_MS;

/** The instant without its seconds, as a reader sees it, in milliseconds since 1970. */
const wholeMinute = (instant: string): number => Date.parse(`${instant.slice(0, 16)}Z`);

function unlessNow(
  now: 'ALARM' | 'over' | 'unread',
  { state }: AlarmSeen,
  view: Scene['view'],
): string | undefined {
  if (now === 'unread')
    return wasLost(callsOf(DESCRIBE_ALARMS, view))
      ? undefined
      : `${DESCRIBE_ALARMS} was answered: the alarm is ${state}`;
  return (now === 'ALARM') === (state === 'ALARM') ? undefined : `the alarm is ${state}`;
}

function alarmNamed(name: string, view: Scene['view']): AlarmSeen {
  const alarm = view.alarm(name);
  if (alarm === undefined) throw new Absent(`CloudWatch has no alarm ${name}`);
  return alarm;
}

const timesInAlarm = ({ transitions }: AlarmSeen): readonly Date[] =>
  transitions.filter(({ to }) => to === 'ALARM').map(({ at }) => at);

function unlessInAlarm(alarm: AlarmSeen, isThen: (at: Date) => boolean): string | undefined {
  const times = timesInAlarm(alarm);
  if (times.some(isThen)) return undefined;
  return times.length === 0
    ? 'it never went to ALARM'
    : `it went to ALARM at ${times.map((at) => at.toISOString()).join(', ')}`;
}

/** From when until when it was in ALARM. */
function inAlarmWhen(transitions: AlarmSeen['transitions']): string {
  const spans = transitions.flatMap(({ at, to }, index) =>
    to === 'ALARM'
      ? [`from ${at.toISOString()} to ${transitions[index + 1]?.at.toISOString() ?? 'now'}`]
      : [],
  );
  return spans.length === 0 ? 'it never went to ALARM' : `it was in ALARM ${spans.join(', ')}`;
}

function severityOf(alarmName: string, { customer, model }: Scene): 'Critical' | 'Warning' {
  const alarm = ALARM_CATALOGUE.find(
    ({ name, severity }) => childAlarmName(customer, name, severity, model) === alarmName,
  );
  if (alarm === undefined) throw new Absent(`the catalogue has no alarm ${alarmName} of this model`);
  return alarm.severity;
}

/** What goes on began with the last change to ALARM. */
const sinceLast = ({ state, transitions }: AlarmSeen): AlarmSeen => ({
  state,
  transitions: transitions.filter(({ to }) => to === 'ALARM').slice(-1),
});
