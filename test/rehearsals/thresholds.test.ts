import { describe, expect, test } from '@jest/globals';
import type { LocalAws } from '../../rehearsal/engine/local-aws';
import type { Report } from '../../rehearsal/report';
import { at, MODEL, RPM_CODE, rehearse, rehearseWell, SETTINGS, settingsWith, TPM_CODE } from './rehearse';

/** Deployed at 08:00, an hour before the start: thresholds are compared at 08:00 each day, 23 hours into a scenario. */
const A_DAY = '24h';

const NAME = { RPM: 'HighInvocationRate', TPM: 'HighTPMQuotaUsage' } as const;
const alarmName = (quota: 'RPM' | 'TPM', model = MODEL): string =>
  `AcmeCorp-Bedrock-${NAME[quota]}-Warning-${model}`;

const updates = ({ invocations }: Report) =>
  invocations.filter((invocation) => invocation.function === 'alarm-updater');

/** When the updater failed or wrote something, and what it wrote; all its other runs wrote nothing. */
const story = (report: Report) =>
  updates(report)
    .map(({ at: when, outcome, calls }) => [
      when.slice(8, 16),
      outcome,
      calls['cloudwatch:PutMetricAlarm'] ?? 0,
      calls['ssm:PutParameter'] ?? 0,
    ])
    .filter(([, outcome, alarms, parameters]) => outcome !== 'ok' || alarms !== 0 || parameters !== 0);

/** What was stored after the deployment: when, of which model and quota, and what. */
const stored = ({ thresholds }: Report) =>
  thresholds
    .filter(({ at: when }) => when > '2026-03-02T09:00:00Z')
    .map(({ at: when, model, quota, value }) => [when.slice(8, 16), model, quota, value]);

/** Keeps the configuration of an alarm and what the updater has logged, as they are at the end. */
function witness(watchedAlarm: string) {
  const seen: { alarm: unknown; log: string } = { alarm: undefined, log: '' };
  const inspect = (aws: LocalAws): void => {
    seen.alarm = aws.allRegions()[0]?.cloudWatch.alarm(watchedAlarm)?.configuration;
    seen.log = aws.record.invocations
      .filter((invocation) => invocation.function === 'alarm-updater')
      .flatMap(({ logs }) => logs)
      .join('\n');
  };
  return { seen, inspect };
}

/** The alarm on TPM after somebody has changed in the console whatever one can change there. */
const EDITED = {
  AlarmName: alarmName('TPM'),
  AlarmDescription: 'Call Jo before you do anything.',
  ActionsEnabled: false,
  AlarmActions: ['arn:aws:sns:us-east-1:111122223333:jo'],
  InsufficientDataActions: ['arn:aws:sns:us-east-1:111122223333:jo'],
  EvaluationPeriods: 7,
  DatapointsToAlarm: 3,
  TreatMissingData: 'ignore',
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 5_000_000,
  Metrics: [
    {
      Id: 'usage',
      MetricStat: {
        Metric: {
          Namespace: 'AWS/Bedrock',
          MetricName: 'EstimatedTPMQuotaUsage',
          Dimensions: [{ Name: 'ModelId', Value: 'global.anthropic.claude-opus-4-6-v1' }],
        },
        Period: 60,
        Stat: 'Sum',
      },
      ReturnData: false,
    },
    { Id: 'countedusage', Expression: '1 * usage', Label: 'by Jo', ReturnData: true },
  ],
};

describe('the day after quotas changed', () => {
  test('alarms and stored thresholds follow, hand-made changes stay, and the next day nothing is written', async () => {
    const { seen, inspect } = witness(alarmName('TPM'));
    const report = await rehearseWell(
      {
        name: 'TPM is raised, RPM is lowered',
        events: [
          at(30, { call: 'cloudwatch.PutMetricAlarm', with: EDITED }),
          at(60, { setQuota: { [TPM_CODE]: 7_812_500, [RPM_CODE]: 5_001 } }),
        ],
        until: '48h',
        expect: [
          { threshold: 'TPM', value: 5_000_000, at: '22h' },
          { threshold: 'TPM', value: 6_250_000, at: '24h' },
          { threshold: 'RPM', value: 4_000, at: '24h' },
        ],
      },
      { inspect },
    );
    expect(story(report)).toEqual([['03T08:00', 'ok', 2, 3]]);
    expect(seen.alarm).toMatchObject({
      alarmDescription: EDITED.AlarmDescription,
      actionsEnabled: false,
      okActions: [],
      alarmActions: EDITED.AlarmActions,
      insufficientDataActions: EDITED.InsufficientDataActions,
      evaluationPeriods: 7,
      datapointsToAlarm: 3,
      treatMissingData: 'ignore',
      limit: { threshold: 6_250_000 },
    });
    expect(seen.alarm).toHaveProperty('queries.1.label', 'by Jo');
  });

  test('a deployment that rewrites the alarm does not bring the old threshold back', async () => {
    const { seen, inspect } = witness(alarmName('TPM'));
    const report = await rehearseWell(
      {
        name: 'TPM is raised, then the model is deployed again',
        events: [
          at(60, { setQuota: { [TPM_CODE]: 7_812_500 } }),
          at(24 * 60, { deploy: settingsWith({ warningEvaluationPeriods: 6 }) }),
        ],
        until: '25h',
        expect: [{ threshold: 'TPM', value: 6_250_000, at: '25h' }],
      },
      { inspect },
    );
    expect(story(report)).toEqual([['03T08:00', 'ok', 1, 2]]);
    expect(seen.alarm).toMatchObject({ evaluationPeriods: 6, limit: { threshold: 6_250_000 } });
  });
});

test('updateIntervalDays: the first run comes after so many days', async () => {
  const report = await rehearseWell({
    name: 'Every other day',
    settings: { ...SETTINGS, updateIntervalDays: 2 },
    until: '48h',
  });
  const comparing = updates(report).filter(
    ({ calls }) => calls['servicequotas:GetServiceQuota'] !== undefined,
  );
  // At the deployment each alarm is looked at.
  expect(comparing.map(({ at: when }) => when.slice(8, 16))).toEqual(['02T08:00', '02T08:00', '04T08:00']);
});

test('a model whose quota cannot be read does not stop the others; the run fails with the list, three times', async () => {
  const other = { ...SETTINGS.models[0], name: 'Other' };
  const config = {
    modelName: MODEL,
    modelId: 'global.anthropic.claude-opus-4-6-v1',
    inferenceProfileType: 'System-Defined',
    rpmQuotaCode: 'L-00000000',
    tpmQuotaCode: null,
    notificationPreference: 'all',
    dataResidency: 'No',
    inputModalities: 'TEXT and IMAGE',
    rpmIncreasePercent: 25,
    tpmIncreasePercent: 25,
    rpmThresholdPercent: 80,
    tpmThresholdPercent: 80,
    latencyThresholdMs: 240_000,
    errorThreshold: 5,
    automatedSupportCase: true,
    supportCaseLookbackDays: 60,
    useCase: 'Answers questions.',
    caseSeverity: 'normal',
  };
  const { seen, inspect } = witness(alarmName('RPM'));
  const report = await rehearse(
    {
      name: 'A quota is gone',
      settings: { ...SETTINGS, models: [...SETTINGS.models, other] },
      events: [
        at(60, { setQuota: { [RPM_CODE]: 20_000 } }),
        at(60, {
          call: 'ssm.PutParameter',
          with: {
            Name: `/AcmeCorp/bedrock/quota-monitoring/${MODEL}/config`,
            Value: JSON.stringify(config),
            Type: 'String',
            Overwrite: true,
          },
        }),
      ],
      until: A_DAY,
      expect: [{ threshold: 'RPM', model: 'Other', value: 16_000, at: A_DAY }],
    },
    { inspect },
  );
  expect(report.failures).toEqual([]);
  expect(story(report)).toEqual([
    // With each model is stored that the other has its quotas, until that has others.
    ['02T09:00', 'ok', 0, 2],
    ['02T10:00', 'ok', 0, 2],
    // The other model's alarm, and that of the quota which this configuration says the model does not have.
    ['03T08:00', 'error', 2, 2],
    ['03T08:01', 'error', 0, 0],
    ['03T08:03', 'error', 0, 0],
  ]);
  expect(stored(report)).toEqual([['03T08:00', 'Other', 'RPM', 16_000]]);
  expect(seen.alarm).toMatchObject({ limit: { threshold: 8_000 } });
  expect(seen.log).toContain('1 of 2 models could not be brought up to date.');
  expect(seen.log).toContain(`${MODEL}: Service Quotas knows no RPM quota L-00000000 `);
});

test('an alarm that does not take its threshold: nothing is stored until the repeat, a minute later', async () => {
  const report = await rehearseWell({
    name: 'PutMetricAlarm fails once',
    events: [at(60, { setQuota: { [RPM_CODE]: 20_000 } })],
    // An error that the SDK does not repeat.
    faults: [{ call: 'cloudwatch.PutMetricAlarm', error: 'LimitExceededFault', times: 1, from: '1h' }],
    until: A_DAY,
  });
  expect(story(report)).toEqual([
    ['03T08:00', 'error', 1, 0],
    ['03T08:01', 'ok', 1, 2],
  ]);
  expect(stored(report)).toEqual([['03T08:01', MODEL, 'RPM', 16_000]]);
});

test('automatedThresholdUpdate false: what differs is told, and nothing is changed', async () => {
  const { seen, inspect } = witness(alarmName('RPM'));
  const report = await rehearse(
    {
      name: 'Drift',
      settings: settingsWith({ automatedThresholdUpdate: false }),
      events: [at(60, { setQuota: { [RPM_CODE]: 20_000 } })],
      until: A_DAY,
    },
    { inspect },
  );
  expect(report.failures).toEqual([]);
  expect(story(report)).toEqual([]);
  expect(stored(report)).toEqual([]);
  expect(seen.alarm).toMatchObject({ limit: { threshold: 8_000 } });
  const warnings = seen.log.split('\n').filter((line) => line.includes('"level":"WARN"'));
  expect(warnings.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ alarmName: alarmName('RPM'), threshold: 8_000, expected: 16_000 }),
  ]);
  expect(seen.log).toContain('"ThresholdsDrifted":1');
});
