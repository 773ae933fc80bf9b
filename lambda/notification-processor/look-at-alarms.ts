import type { AlarmNow } from '../contract/alarms-now';
import type { Transition } from '../contract/ledger';
import { childAlarmName, compositeAlarmName } from '../contract/names';
import { ALARM_CATALOGUE } from '../domain/alarm-catalogue';
import type { ModelAlarms } from '../domain/attention';
import { describeAlarms, mutedAmong } from '../ports/alarms';
import { known } from './known';

/** A model's alarms as they are, and who wants to hear nothing of them; undefined where CloudWatch could not be asked. */
export async function lookAtAlarms(customer: string, model: string): Promise<ModelAlarms | undefined> {
  const children = ALARM_CATALOGUE.map(({ name, severity }) => ({
    alarm: name,
    alarmName: childAlarmName(customer, name, severity, model),
  }));
  const names = [compositeAlarmName(customer, model), ...children.map(({ alarmName }) => alarmName)];
  const [alarms, muted = []] = await Promise.all([
    known('alarm states', describeAlarms(names)),
    known('mute rules', mutedAmong(names)),
  ]);
  if (alarms === undefined) return undefined;
  const named = (name: string): AlarmNow | undefined => {
    const alarm = alarms.find((one) => one.name === name);
    return alarm && { ...alarm, isMuted: alarm.isMuted || muted.includes(name) };
  };
  return {
    composite: named(compositeAlarmName(customer, model)),
    children: new Map(
      children.flatMap(({ alarm, alarmName }) => {
        const now = named(alarmName);
        return now === undefined ? [] : [[alarm, now]];
      }),
    ),
  };
}

/** The changes to ALARM that the children in ALARM are the outcome of; without those of which CloudWatch says no time. */
export const burningSince = ({ children }: ModelAlarms): readonly Transition[] =>
  [...children].flatMap(([alarm, { state, since }]) =>
    state === 'ALARM' && since !== undefined ? [{ alarm, at: since }] : [],
  );
