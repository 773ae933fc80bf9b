import { describe, expect, test } from '@jest/globals';
import type { Report } from '../../rehearsal/report';
import { at, emailText, MODEL, RPM_CODE, rehearse, rehearseWell, SETTINGS, settingsWith } from './rehearse';

const MODEL_ID = 'global.anthropic.claude-opus-4-6-v1';
const RPM_ALARM = `AcmeCorp-Bedrock-HighInvocationRate-Warning-${MODEL}`;
const TPM_ALARM = `AcmeCorp-Bedrock-HighTPMQuotaUsage-Warning-${MODEL}`;
const METRIC: Readonly<Record<string, string>> = {
  [RPM_ALARM]: 'Invocations',
  [TPM_ALARM]: 'EstimatedTPMQuotaUsage',
};

/** What a person makes of a usage alarm; the thresholds should be 8,000 RPM and 5,000,000 TPM. */
const edit = (AlarmName: string, Threshold: number, Expression = '1 * usage') => ({
  call: 'cloudwatch.PutMetricAlarm',
  with: {
    AlarmName,
    EvaluationPeriods: 5,
    TreatMissingData: 'notBreaching',
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold,
    Metrics: [
      {
        Id: 'usage',
        MetricStat: {
          Metric: {
            Namespace: 'AWS/Bedrock',
            MetricName: METRIC[AlarmName],
            Dimensions: [{ Name: 'ModelId', Value: MODEL_ID }],
          },
          Period: 60,
          Stat: 'Sum',
        },
        ReturnData: false,
      },
      { Id: 'countedusage', Expression, ReturnData: true },
    ],
  },
});

const settings = settingsWith({ automatedThresholdUpdate: false, notificationPreference: 'critical' });
const SUBJECT = `WARNING: AcmeCorp Bedrock ${MODEL} - threshold not as the quota`;
const mails = ({ emails }: Report) => emails.map(({ at: when, subject }) => [when.slice(8, 16), subject]);

describe('automatedThresholdUpdate: false: a usage alarm that is not as its quota gives', () => {
  test('is told once for each drift, whatever finds it again, and not when it is put right', async () => {
    const report = await rehearseWell({
      name: 'Drifts that are told',
      settings,
      events: [
        at(30, edit(TPM_ALARM, 99_000_000)),
        // The daily update comes 24 hours after the deployment, at 08:00.
        at(24 * 60, edit(RPM_ALARM, 12.5)),
        at(25 * 60, edit(TPM_ALARM, 5_000_000)),
        at(25 * 60, edit(RPM_ALARM, 8_000)),
      ],
      until: '27h',
    });
    expect(mails(report)).toEqual([
      ['02T09:32', SUBJECT],
      ['03T09:02', SUBJECT],
    ]);
    expect(emailText(report)).toContain(`${TPM_ALARM}, the alarm on the TPM quota of ${MODEL}`);
    expect(emailText(report)).toContain('The alarm has the threshold 99,000,000 TPM.');
    expect(emailText(report)).toContain(
      'It should have the threshold 5,000,000 TPM, which is 80 % of the quota: ',
    );
    expect(emailText(report, 1)).toContain('The alarm has the threshold 12.5 RPM.');
    expect(report.alarms).toEqual([]);
    expect(report.deadLetters).toBe(0);
  });

  test('is told when another value is written, and when it is turned off', async () => {
    const report = await rehearseWell({
      name: 'One drift after the other',
      settings,
      events: [
        at(10, edit(TPM_ALARM, 99_000_000)),
        at(20, edit(TPM_ALARM, 98_000_000)),
        at(30, edit(TPM_ALARM, 5_000_000, '0 * usage')),
        at(40, edit(TPM_ALARM, 99_000_000)),
      ],
      until: '50m',
    });
    expect(mails(report).map(([when]) => when)).toEqual(['02T09:12', '02T09:22', '02T09:32']);
    expect(emailText(report, 2)).toContain('and multiplies what it adds up by 0. ');
    expect(emailText(report, 2)).toContain('So it cannot fire at all.');
  });

  test('is told when the quota is raised, by the next daily update', async () => {
    const report = await rehearseWell({
      name: 'A raise that is not followed',
      settings,
      events: [at(60, { setQuota: { [RPM_CODE]: 20_000 } })],
      until: '25h',
    });
    expect(mails(report)).toEqual([['03T08:02', SUBJECT]]);
    expect(emailText(report)).toContain(
      'It should have the threshold 16,000 RPM, which is 80 % of the quota: ',
    );
  });

  test('is not told when it is put right before anybody is told', async () => {
    const report = await rehearseWell({
      name: 'A mistake that is noticed',
      settings,
      events: [at(30, edit(TPM_ALARM, 99_000_000)), at(31, edit(TPM_ALARM, 5_000_000))],
      until: '40m',
    });
    expect(report.emails).toEqual([]);
  });

  test('is not told by a deployment that changes the percent', async () => {
    const report = await rehearseWell({
      name: 'Another percent',
      settings,
      events: [
        at(20, {
          deploy: {
            ...SETTINGS,
            models: settings.models.map((model) => ({ ...model, tpmThresholdPercent: 50 })),
          },
        }),
      ],
      until: '40m',
      expect: [{ threshold: 'TPM', value: 3_125_000, at: '40m' }],
    });
    expect(report.emails).toEqual([]);
  });

  test('is told again, as a possible repeat, where SNS gave no answer', async () => {
    const report = await rehearse({
      name: 'A drift, and no answer',
      settings,
      events: [at(10, edit(TPM_ALARM, 99_000_000))],
      faults: [{ call: 'sns.Publish', kind: 'timeout', effect: 'after', times: 1 }],
      until: '60m',
    });
    expect(report.failures).toEqual([]);
    expect(report.emails.map(({ subject }) => subject)).toEqual([SUBJECT, SUBJECT]);
    expect(report.emails.map(({ body }) => body.startsWith('This e-mail may be a repeat'))).toEqual([
      false,
      true,
    ]);
  });
});
