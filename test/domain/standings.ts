import { childAlarmName, compositeAlarmName } from '../../lambda/contract/names';
import { NO_SHARERS } from '../../lambda/contract/quota-sharers';
import { ALARM_CATALOGUE, type AlarmName } from '../../lambda/domain/alarm-catalogue';
import type {
  AskedQuota,
  Closing,
  FollowedCase,
  HighestUsage,
  IncidentAlarm,
  IncidentIdentity,
  Recovery,
  Reminder,
  Unmonitored,
} from '../../lambda/domain/follow-up';
import { severeAlarms } from '../../lambda/domain/standing-text';
import { toldSeverity } from '../../lambda/domain/told-severity';
import { longest, opus, RPM_CODE, TPM_CODE } from './incidents';

/** Incidents as tests tell of them after their first e-mail. All began at 09:15:20 and are looked at, or over, at 11:20:40. */

const OPENED_AT = new Date('2026-03-02T09:15:20Z');
const LATER = new Date('2026-03-02T11:20:40Z');

export const identity: IncidentIdentity = {
  reference: '3f9a27c1e5b0',
  customer: 'Acme',
  accountId: '111122223333',
  region: 'us-east-1',
  model: opus,
  compositeAlarmName: compositeAlarmName('Acme', opus.modelName),
  openedAt: OPENED_AT,
};

export const longIdentity: IncidentIdentity = { ...longest, openedAt: OPENED_AT };

export function alarm(
  name: AlarmName,
  now: IncidentAlarm['now'],
  times = 1,
  { customer, model } = identity,
): IncidentAlarm {
  const severity = ALARM_CATALOGUE.find((one) => one.name === name)?.severity ?? 'Warning';
  const alarmName = childAlarmName(customer, name, severity, model.modelName);
  return { name, alarmName, since: OPENED_AT, times, now };
}

export const highest = (value: number, more: Partial<HighestUsage> = {}): HighestUsage => ({
  metrics: ['Invocations'],
  value,
  minute: new Date('2026-03-02T10:02:00Z'),
  from: new Date('2026-03-02T09:15:00Z'),
  to: new Date('2026-03-02T11:19:00Z'),
  ...more,
});

export const HIGHEST = {
  RPM: highest(9_500),
  TPM: highest(5_400_000, { metrics: ['EstimatedTPMQuotaUsage'] }),
};

export const askedRpm = (now: number | undefined, isAnswered = false): AskedQuota => ({
  quota: 'RPM',
  code: RPM_CODE,
  was: 10_000,
  requested: 12_500,
  now,
  isDefault: false,
  isAnswered,
});

export const askedTpm = (now: number | undefined, isAnswered = false): AskedQuota => ({
  quota: 'TPM',
  code: TPM_CODE,
  was: 6_250_000,
  requested: 7_812_500,
  now,
  isDefault: false,
  isAnswered,
});

export const quotaCase = (state: FollowedCase['state']): FollowedCase => ({
  category: 'Quota Request',
  displayId: '12345678901',
  state,
});

export const investigation = (state: FollowedCase['state']): FollowedCase => ({
  category: 'Investigation Request',
  displayId: '22345678901',
  state,
});

export function reminderOf(more: Partial<Reminder> = {}): Reminder {
  const { alarms = [alarm('Throttles', 'ALARM')] } = more;
  return {
    incident: identity,
    severity: toldSeverity(severeAlarms(alarms).map(({ name }) => name)),
    alarms,
    highest: HIGHEST,
    sharers: NO_SHARERS,
    asked: [askedRpm(10_000)],
    cases: [quotaCase('open')],
    mayBeRepeat: false,
    at: LATER,
    lastTold: {
      at: new Date('2026-03-02T09:16:00Z'),
      inAlarm: ['Throttles'],
      openCases: ['12345678901'],
      quotas: { [RPM_CODE]: 10_000, [TPM_CODE]: 6_250_000 },
    },
    nextReminderAt: new Date('2026-03-03T11:20:40Z'),
    ...more,
  };
}

export const closing = (
  kind: Closing['kind'],
  error?: string,
  { displayId } = quotaCase('open'),
): Closing => ({
  displayId,
  kind,
  ...(error === undefined ? {} : { error }),
});

export function recoveryOf(more: Partial<Recovery> = {}): Recovery {
  const { alarms = [alarm('Throttles', 'over')] } = more;
  return {
    incident: identity,
    severity: toldSeverity(alarms.map(({ name }) => name)),
    alarms,
    highest: HIGHEST,
    sharers: NO_SHARERS,
    asked: [askedRpm(10_000)],
    cases: [quotaCase('open')],
    mayBeRepeat: false,
    overAt: LATER,
    closings: [closing('added')],
    ...more,
  };
}

export const unmonitoredOf = (more: Partial<Unmonitored> = {}): Unmonitored => ({
  customer: 'Acme',
  modelName: 'G-Opus-4-6',
  region: 'us-east-1',
  accountId: '111122223333',
  reference: '3f9a27c1e5b0',
  openedAt: OPENED_AT,
  severity: 'CRITICAL',
  alarmNames: [alarm('Throttles', 'over').alarmName],
  cases: ['12345678901'],
  mayBeRepeat: false,
  ...more,
});
