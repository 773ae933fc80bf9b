import type { Quota } from './alarm-catalogue';
import { DEFAULT_ONLY, unread } from './facts';
import type {
  AskedQuota,
  Closing,
  FollowedCase,
  HighestUsage,
  IncidentAlarm,
  IncidentIdentity,
} from './follow-up';
import { fact, type Prose, prose } from './prose';
import { counted, duration, figure, minutesBetween, minuteUtc } from './words';

/** The words for each fact of an incident that has been told, one function for each. */

/** `in ALARM since 2026-03-02 09:15 UTC`, `went to ALARM 3 times, first at 2026-03-02 09:15 UTC; over now`. */
export function courseOf({ alarmName, since, times, now }: IncidentAlarm): Prose {
  const begin = minuteUtc(since);
  const went =
    times === 1 ? `went to ALARM at ${begin}` : `went to ALARM ${counted(times, 'time')}, first at ${begin}`;
  const words = {
    ALARM: times === 1 ? `in ALARM since ${begin}` : `in ALARM; ${went}`,
    over: `${went}; over now`,
    unread: `${went}; whether it is in ALARM now could not be read`,
  } as const;
  return fact({ claim: 'wentToAlarm', alarmName, since: since.toISOString(), times, now }, words[now]);
}

/** `2026-03-02 11:20 UTC`. */
export const endedAt = ({ compositeAlarmName }: IncidentIdentity, overAt: Date): Prose =>
  fact({ claim: 'recovered', compositeAlarmName, at: overAt.toISOString() }, minuteUtc(overAt));

/** `2 hours 5 minutes`. */
export function lasted(from: Date, to: Date): Prose {
  const minutes = minutesBetween(from, to);
  return fact(
    { claim: 'lasted', from: from.toISOString(), to: to.toISOString(), minutes },
    duration(minutes),
  );
}

const METRIC = { RPM: 'Invocations', TPM: 'EstimatedTPMQuotaUsage' } as const;

/** `9,500 RPM (2026-03-02 09:20 UTC)`; without any, that there was no data between `from` and `to`. */
export function highestOf(quota: Quota, highest: HighestUsage | undefined, from: Date, to: Date): Prose {
  if (highest === undefined)
    return fact(
      { claim: 'noDataWithin', metrics: [METRIC[quota]], from: from.toISOString(), to: to.toISOString() },
      'no data',
    );
  const { value, minute } = highest;
  const words = value === 0 ? 'no usage counted' : `${figure(value, quota)} (${minuteUtc(minute)})`;
  return fact(
    {
      claim: 'highest',
      metrics: [...highest.metrics],
      value: Math.round(value),
      minute: minute.toISOString(),
      from: highest.from.toISOString(),
      to: highest.to.toISOString(),
    },
    words,
  );
}

/** `requested 12,500 RPM, when it was 10,000 RPM`. */
export const askedOf = ({ quota, code, requested, was }: AskedQuota): Prose =>
  fact(
    { claim: 'asked', code, value: requested, was: Math.round(was) },
    `requested ${figure(requested, quota)}, when it was ${figure(was, quota)}`,
  );

/** `10,000 RPM`, or that it is not known. */
export const currentValue = ({ quota, code, now, isDefault }: AskedQuota): Prose =>
  now === undefined
    ? unread('quota', code)
    : fact(
        { claim: 'quota', code, value: Math.round(now), isDefault },
        `${figure(now, quota)}${isDefault ? DEFAULT_ONLY : ''}`,
      );

export const isGranted = ({ now, requested }: AskedQuota): boolean => now !== undefined && now >= requested;

/** Whether AWS has still to give what was asked, or to say that it does not. */
export const isPending = (asked: AskedQuota): boolean => !isGranted(asked) && !asked.isAnswered;

/** `AWS Support case 12345678901 (Quota Request) is open`. */
export function caseStateOf({ displayId, category, state }: FollowedCase): Prose {
  const which = `AWS Support case ${displayId} (${category})`;
  switch (state) {
    case 'unread':
      return prose`${which}: ${unread('case', displayId, 'whether it is open is not known')}`;
    case 'gone':
      return fact({ claim: 'caseState', displayId, is: state }, `${which} is gone: AWS knows no such case`);
    default:
      return fact({ claim: 'caseState', displayId, is: state }, `${which} is ${state}`);
  }
}

export const closingOf = (closing: Closing): Prose =>
  fact({ claim: 'closing', displayId: closing.displayId, is: closing.kind }, closingWords(closing));

function closingWords({ displayId, kind, error }: Closing): string {
  const withError = error === undefined ? '' : ` (${error})`;
  const untold = `AWS Support case ${displayId} was not told that it is over`;
  switch (kind) {
    case 'added':
      return `AWS Support case ${displayId} was told that it is over.`;
    case 'was-there':
      return `AWS Support case ${displayId} had been told already that it is over.`;
    case 'off':
      return `${untold}: closingCommunication, or automatedSupportCase, is false for this model.`;
    case 'refused':
      return `${untold}: AWS refused the addition${withError}.`;
    case 'unclear':
      return `It is not clear whether AWS Support case ${displayId} was told that it is over: the addition ${error === undefined ? 'was not answered in time' : `ended in ${error}`}.`;
    case 'not-open':
      return `${untold}: it is not open any more.`;
    case 'unread':
      return `${untold}: it could not be read${withError}.`;
  }
}
