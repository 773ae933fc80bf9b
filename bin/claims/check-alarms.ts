import { childAlarmName } from '../../lambda/contract/names';
import { ALARM_CATALOGUE } from '../../lambda/domain/alarm-catalogue';
import type { AlarmSeen } from '../../rehearsal/aws-view';
import { Absent, type Checks, callsOf, type Scene, wasLost } from './scene';

const DESCRIBE_ALARMS = 'cloudwatch:DescribeAlarms';
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

export const alarmChecks: Checks<'alarm' | 'incident' | 'severity'> = {
  alarm: ({ alarmName, since, now }, { view }) => {
    const { state, transitions } = alarmNamed(alarmName, view);
    if (now === 'unread' && !wasLost(callsOf(DESCRIBE_ALARMS, view)))
      return `${DESCRIBE_ALARMS} was answered: the alarm is ${state}`;
    if (now !== 'unread' && (now === 'ALARM') !== (state === 'ALARM')) return `the alarm is ${state}`;
    // A message tells of a child's update, which may come seconds after its change.
    const isThen = (at: Date) => since === null || Math.abs(at.getTime() - Date.parse(since)) < MINUTE_MS;
    return unlessInAlarm({ state, transitions }, isThen);
  },
  incident: ({ compositeAlarmName, since }, { view }) =>
    unlessInAlarm(
      alarmNamed(compositeAlarmName, view),
      (at) => secondOf(at.getTime()) === secondOf(Date.parse(since)),
    ),
  severity: ({ severity, alarmNames }, scene) => {
    const actual = alarmNames.some((name) => severityOf(name, scene) === 'Critical') ? 'CRITICAL' : 'WARNING';
    return actual === severity ? undefined : `the catalogue makes it ${actual}`;
  },
};

const secondOf = (ms: number): number => Math.floor(ms / SECOND_MS);

function alarmNamed(name: string, view: Scene['view']): AlarmSeen {
  const alarm = view.alarm(name);
  if (alarm === undefined) throw new Absent(`CloudWatch has no alarm ${name}`);
  return alarm;
}

function unlessInAlarm({ transitions }: AlarmSeen, isThen: (at: Date) => boolean): string | undefined {
  const times = transitions.filter(({ to }) => to === 'ALARM').map(({ at }) => at);
  if (times.some(isThen)) return undefined;
  return times.length === 0
    ? 'it never went to ALARM'
    : `it went to ALARM at ${times.map((at) => at.toISOString()).join(', ')}`;
}

function severityOf(alarmName: string, { customer, model }: Scene): 'Critical' | 'Warning' {
  const alarm = ALARM_CATALOGUE.find(
    ({ name, severity }) => childAlarmName(customer, name, severity, model) === alarmName,
  );
  if (alarm === undefined) throw new Absent(`the catalogue has no alarm ${alarmName} of this model`);
  return alarm.severity;
}
