import { describe, expect, test } from '@jest/globals';
import {
  alarmGoesTo,
  caseText,
  emailText,
  MODEL,
  QUIET_HISTORY,
  RPM_CODE,
  rehearseWell,
  settingsWith,
  TPM_CODE,
} from './rehearse';

/** What a quota is said to be where the account was never given a value of its own, or was given nothing. */

const throttling = alarmGoesTo(10, 'Throttles', 'ALARM');
const DEFAULTS = { [RPM_CODE]: { default: 10_000 }, [TPM_CODE]: { default: 6_250_000 } };

describe('a quota of which only the default is known', () => {
  test('is said to be the default wherever it stands, in e-mails and case', async () => {
    const report = await rehearseWell({
      name: 'Defaults',
      quotas: DEFAULTS,
      models: {
        [MODEL]: {
          history: { ...QUIET_HISTORY, Invocations: '9000 4000x46' },
          series: { Invocations: '4000x59' },
        },
      },
      events: [throttling, alarmGoesTo(20, 'Throttles', 'OK')],
      until: '45m',
    });
    expect(emailText(report)).toContain('quota 10,000 RPM (the AWS default)');
    expect(emailText(report)).toContain('quota 6,250,000 TPM (the AWS default)');
    expect(caseText(report)).toContain(
      'Current: 10,000 RPM (the AWS default); no value was ever applied to this account Requested: 12,500 RPM',
    );
    for (const text of [emailText(report, report.emails.length - 1), caseText(report, 1)])
      expect(text).toMatch(/(?:now|current) 10,000 RPM \(the AWS default\)/);
  });
});

describe('a quota whose applied value is 0', () => {
  const NOTHING_ACCEPTED = {
    [MODEL]: { series: { InvocationThrottles: '40x59' } },
  };
  const ZERO = { [RPM_CODE]: 0, [TPM_CODE]: 0 };

  test('is asked for by the least above the default, where there is one', async () => {
    const report = await rehearseWell({
      name: 'Quota 0, by default more',
      quotas: { [RPM_CODE]: { value: 0, default: 200 }, [TPM_CODE]: 0 },
      models: NOTHING_ACCEPTED,
      until: '30m',
    });
    expect(caseText(report)).toContain(
      `Request: raise the quotas to 201 RPM (${RPM_CODE}) and any TPM above the AWS default (${TPM_CODE})`,
    );
    expect(caseText(report)).toContain(
      'Current: 0 RPM Requested: 201 RPM (the least above 200 RPM, the AWS default when monitoring was deployed)',
    );
  });

  test('is told as capacity that was never given, and AWS is asked for it without a figure', async () => {
    const report = await rehearseWell({
      name: 'Quota 0',
      quotas: ZERO,
      models: NOTHING_ACCEPTED,
      until: '30m',
    });
    const alarm = report.emails.findIndex(({ subject }) => subject.startsWith('CRITICAL'));
    expect(emailText(report, alarm)).toContain(
      'The RPM and TPM quotas are 0: this account was never given capacity for this model.',
    );
    expect(emailText(report, alarm)).toContain('no alarm threshold while the quota is 0, quota 0 RPM -');
    expect(caseText(report)).toContain(
      `Request: raise the quotas to any RPM above the AWS default (${RPM_CODE}) and any TPM above the AWS default (${TPM_CODE})`,
    );
    expect(caseText(report)).toContain('Current: 0 RPM Requested: any RPM above the AWS default');
    expect(report.alarms.map(({ alarm: name }) => name)).not.toContain('HighInvocationRate');
  });

  test('that is given later is told as it is', async () => {
    const report = await rehearseWell({
      name: 'Quota 0, then given',
      quotas: ZERO,
      models: NOTHING_ACCEPTED,
      events: [{ at: '3m', setQuota: { [RPM_CODE]: 10_000 } }],
      until: '30m',
    });
    const alarm = report.emails.findIndex(({ subject }) => subject.startsWith('CRITICAL'));
    expect(emailText(report, alarm)).toContain('quota 10,000 RPM');
    expect(emailText(report, alarm)).toContain('The TPM quota is 0: this account was never given capacity');
  });
});

describe('a quota of 0 that changes', () => {
  const LATE_THROTTLES = {
    Invocations: '_x30 40x59',
    EstimatedTPMQuotaUsage: '_x30 9000x59',
    InvocationThrottles: '_x60 30x19',
  };

  test('once it is granted proves nothing by a threshold of 0, and hurries nobody', async () => {
    const report = await rehearseWell({
      name: 'Granted after the deployment',
      quotas: { [RPM_CODE]: 0, [TPM_CODE]: 0 },
      models: { [MODEL]: { series: LATE_THROTTLES } },
      events: [{ at: '20m', setQuota: { [RPM_CODE]: 2_000, [TPM_CODE]: 4_000_000 } }],
      until: '100m',
    });
    expect(report.incidents.map(({ scenario }) => scenario)).toEqual(['low_usage']);
    const alarm = report.emails.findIndex(({ subject }) => subject.startsWith('CRITICAL'));
    for (const text of [emailText(report, alarm), caseText(report)]) {
      expect(text).toContain(
        'no alarm threshold above 0 yet: the quota was 0, or nearly, when the thresholds were last set',
      );
      expect(text).not.toMatch(/threshold 0|expedite|use is proven|has reached|never given/);
    }
  });

  test('that was taken away after use is told as that, at the deployment and in the incident', async () => {
    const report = await rehearseWell({
      name: 'Cut to 0',
      quotas: { [RPM_CODE]: 2_000, [TPM_CODE]: 4_000_000 },
      models: { [MODEL]: { series: { Invocations: '40x59', InvocationThrottles: '_x90 30x19' } } },
      events: [
        { at: '60m', setQuota: { [RPM_CODE]: 0, [TPM_CODE]: 0 } },
        { at: '70m', deploy: settingsWith({ rpmThresholdPercent: 75, tpmThresholdPercent: 75 }) },
      ],
      until: '130m',
    });
    const LACK =
      'this account has no capacity for this model now, though CloudWatch counts usage until 2026-03-02 09:59 UTC';
    const deployed = report.emails.findIndex(({ subject }) => subject.endsWith('quota is 0'));
    const alarm = report.emails.findIndex(({ subject }) => subject.startsWith('CRITICAL'));
    expect(emailText(report, deployed)).toContain(`So ${LACK}, and AWS refuses every request to it.`);
    expect(emailText(report, deployed)).toContain('Contact AWS to learn why there is none any more');
    expect(emailText(report, alarm)).toContain(`The RPM and TPM quotas are 0: ${LACK}. Contact AWS`);
    expect(caseText(report)).toContain(`The RPM and TPM quotas are 0: ${LACK}.`);
    expect(caseText(report)).toContain('Please tell us why this account has no capacity for this model.');
    for (const text of [...report.emails, ...report.cases.flatMap(({ communications }) => communications)])
      expect(text.body.replace(/\s+/g, ' ')).not.toContain('never given');
  });
});

test('a default of 0 is told at the deployment, and in the incident as capacity that was never given', async () => {
  const report = await rehearseWell({
    name: 'A default of 0',
    quotas: { [RPM_CODE]: { default: 0 }, [TPM_CODE]: { default: 0 } },
    models: { [MODEL]: { series: { InvocationThrottles: '40x59' } } },
    until: '30m',
  });
  const deployed = report.emails.findIndex(({ subject }) => subject.endsWith('quota is 0'));
  const alarm = report.emails.findIndex(({ subject }) => subject.startsWith('CRITICAL'));
  expect(emailText(report, deployed)).toContain(
    "AWS's default is 0 RPM and no value was ever applied to this account.",
  );
  expect(emailText(report, alarm)).toContain(
    'The RPM and TPM quotas are 0: this account was never given capacity for this model. Ask AWS for it',
  );
});

test('a model of whose requests none was ever accepted is not told as unused', async () => {
  const report = await rehearseWell({
    name: 'All throttled',
    models: { [MODEL]: { series: { InvocationThrottles: '40x59' } } },
    until: '30m',
  });
  expect(report.incidents[0]?.scenario).toBe('new_model');
  for (const text of [emailText(report), caseText(report)]) {
    expect(text).toContain(
      'CloudWatch counts no accepted request of this model in the last 14 days, but there were throttled requests',
    );
    expect(text).not.toContain('newly deployed');
  }
});
