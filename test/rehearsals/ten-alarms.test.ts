import { expect, test } from '@jest/globals';
import { alarmGoesTo, caseText, rehearseWell } from './rehearse';

/** Alarm, severity, category, and the quotas that the case names. */
const TEN_ALARMS = [
  ['ClientErrors', 'CRITICAL', 'Quota Request', ['RPM', 'TPM']],
  ['ServerErrors', 'CRITICAL', 'Investigation Request', []],
  ['Throttles', 'CRITICAL', 'Quota Request', ['RPM', 'TPM']],
  ['HighInvocationRate', 'WARNING', 'Quota Request', ['RPM']],
  ['HighTPMQuotaUsage', 'WARNING', 'Quota Request', ['TPM']],
  ['HighLatency', 'WARNING', 'Investigation Request', []],
  ['InvocationAnomaly', 'WARNING', 'Quota Request', ['RPM']],
  ['InputTokenAnomaly', 'WARNING', 'Quota Request', ['TPM']],
  ['OutputTokenAnomaly', 'WARNING', 'Quota Request', ['TPM']],
  ['LatencyAnomaly', 'WARNING', 'Investigation Request', []],
] as const;

test.each(TEN_ALARMS)('%s leads to one %s e-mail and one %s', async (alarm, severity, category, quotas) => {
  const report = await rehearseWell({
    name: `${alarm} alone`,
    events: [alarmGoesTo(10, alarm, 'ALARM'), alarmGoesTo(30, alarm, 'OK')],
    expect: [
      { case: category, count: 1 },
      { emails: 1, severity },
    ],
  });
  expect(report.emails).toHaveLength(1);
  expect(report.emails[0]?.at).toBe('2026-03-02T09:10:00Z');
  expect(report.cases).toHaveLength(1);
  expect(report.incidents).toEqual([
    expect.objectContaining({
      alarms: [alarm],
      severity,
      openedAt: '2026-03-02T09:10:00Z',
      closedAt: '2026-03-02T09:30:00Z',
    }),
  ]);
  const increases = caseText(report).split('QUOTA INCREASE REQUESTS')[1]?.split('JUSTIFICATION')[0] ?? '';
  expect(['RPM', 'TPM'].filter((quota) => increases.includes(`- ${quota}: `))).toEqual(quotas);
});
