import type { Alarm, CompositeAlarm, TriggeringChild } from './alarm';
import type { AlarmState } from './composite-rule';
import { alarmTimestamp, type StateReason } from './state-reason';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** The children behind `names` that still exist, by ARN, with their present state. */
export function changedChildren(
  names: ReadonlySet<string>,
  alarmOf: (alarmName: string) => Alarm | undefined,
): readonly TriggeringChild[] {
  return [...names]
    .sort()
    .flatMap((name) => alarmOf(name) ?? [])
    .map(({ arn, state }) => ({ arn, state: state.value, at: state.transitionedAt }));
}

/**
 * Which of the children that changed made the composite change to `to`: those that went to ALARM when it does, those
 * that left it when it goes to OK, and all of them when there is none of that kind (a rule with NOT).
 */
export function triggeringChildren(
  changed: readonly TriggeringChild[],
  to: AlarmState,
): readonly TriggeringChild[] {
  const alike = changed.filter(({ state }) => (state === 'ALARM') === (to === 'ALARM'));
  return alike.length > 0 ? alike : changed;
}

/** `arn:… transitioned to ALARM at Wednesday 10 November, 2021 02:45:55 UTC`, after the first of the children. */
export function reasonOfComposite(
  alarm: CompositeAlarm,
  children: readonly TriggeringChild[],
  to: AlarmState,
): StateReason {
  const [first] = children;
  return {
    reason:
      first === undefined
        ? `${alarm.arn} was created or updated and its alarm rule evaluates to ${to}`
        : `${first.arn} transitioned to ${first.state} at ${spelledOut(first.at)}`,
    reasonData: JSON.stringify({
      triggeringAlarms: children.map(({ arn, state, at }) => {
        return { arn, state: { value: state, timestamp: alarmTimestamp(at) } };
      }),
    }),
  };
}

function spelledOut(at: Date): string {
  const day = `${DAYS[at.getUTCDay()]} ${String(at.getUTCDate()).padStart(2, '0')}`;
  const time = at.toISOString().slice(11, 19);
  return `${day} ${MONTHS[at.getUTCMonth()]}, ${at.getUTCFullYear()} ${time} UTC`;
}
