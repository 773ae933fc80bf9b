import { describe, expect, test } from '@jest/globals';
import { appOf, FOUNDATION, modelOf, settingsOf, synthesized } from './synthesized';

/** Each of these is one model of the same application. */
const VARIANTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  none: {},
  errorThreshold: { errorThreshold: 0 },
  latencyThresholdMs: { latencyThresholdMs: 15000 },
  criticalEvaluationPeriods: { criticalEvaluationPeriods: 3 },
  warningEvaluationPeriods: { warningEvaluationPeriods: 7 },
  latencyEvaluationPeriods: { latencyEvaluationPeriods: 1 },
  anomalyEvaluationPeriods: { anomalyEvaluationPeriods: 4 },
  alarmPeriodSeconds: { alarmPeriodSeconds: 300 },
  latencyPeriodSeconds: { latencyPeriodSeconds: 60 },
  anomalyPeriodSeconds: { anomalyPeriodSeconds: 3600 },
  anomalyBandWidth: { anomalyBandWidth: 2.5 },
  'the quota settings': {
    rpmQuotaCode: 'NA',
    tpmQuotaCode: 'NA',
    rpmThresholdPercent: 50,
    tpmThresholdPercent: 60,
  },
  'what is only told': {
    dataResidency: 'Yes',
    inputModalities: 'TEXT Only',
    notificationPreference: 'critical',
    rpmIncreasePercent: 1,
    tpmIncreasePercent: 2,
    automatedSupportCase: false,
    supportCaseLookbackDays: 90,
    useCase: 'Something else',
    caseSeverity: 'urgent',
  },
  'a system profile': { modelId: 'global.anthropic.claude-opus-4-6-v1' },
  'a foundation model by ARN': {
    modelId: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0',
  },
  'an application profile': {
    modelId: 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc123def456',
  },
};
const NAMES = Object.keys(VARIANTS);
const modelName = (variant: string): string => `Model-${NAMES.indexOf(variant)}`;

const stacks = synthesized(
  appOf(
    settingsOf({
      models: NAMES.map((variant) => modelOf({ name: modelName(variant), ...VARIANTS[variant] })),
    }),
  ),
);

/** The properties of the child alarms of a variant, by the alarms' short names, in the order of the template. */
function alarmsOf(variant: string): Record<string, Record<string, unknown>> {
  const stack = stacks.get(`${FOUNDATION}-${modelName(variant)}`);
  const found = Object.values(stack?.template.findResources('AWS::CloudWatch::Alarm') ?? {});
  return Object.fromEntries(
    found.map(({ Properties }) => {
      const { AlarmName, AlarmDescription, ...rest } = Properties;
      return [String(AlarmName).split('-')[2] ?? '', rest];
    }),
  );
}

const DIMENSIONS = [{ Name: 'ModelId', Value: 'amazon.nova-pro-v1:0' }];
const metricStat = (metricName: string, stat: string, period: number) => ({
  Metric: { Namespace: 'AWS/Bedrock', MetricName: metricName, Dimensions: DIMENSIONS },
  Period: period,
  Stat: stat,
});
const evaluated = (times: number) => ({
  EvaluationPeriods: times,
  DatapointsToAlarm: times,
  TreatMissingData: 'notBreaching',
});

type Row = readonly [name: string, metricName: string, stat: string, period: number, times: number];

const fixed = ([name, metricName, stat, period, times]: Row, threshold: number) => [
  name,
  {
    ...evaluated(times),
    Namespace: 'AWS/Bedrock',
    MetricName: metricName,
    Dimensions: DIMENSIONS,
    Statistic: stat,
    Period: period,
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: threshold,
  },
];

const quota = ([name, metricName, stat, period, times]: Row, unit: string) => [
  name,
  {
    ...evaluated(times),
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: `<${unit}Threshold>`,
    Metrics: [
      { Id: 'usage', MetricStat: metricStat(metricName, stat, period), ReturnData: false },
      {
        Id: 'countedusage',
        Expression: `<${unit}Factor> * usage`,
        Label: expect.any(String),
        ReturnData: true,
      },
    ],
  },
];

const anomaly = ([name, metricName, stat, period, times]: Row, width: number) => [
  name,
  {
    ...evaluated(times),
    ComparisonOperator: 'GreaterThanUpperThreshold',
    ThresholdMetricId: 'band',
    Metrics: [
      { Id: 'usage', MetricStat: metricStat(metricName, stat, period), ReturnData: true },
      {
        Id: 'band',
        Expression: `ANOMALY_DETECTION_BAND(usage, ${width})`,
        Label: expect.any(String),
        ReturnData: true,
      },
    ],
  },
];

describe('the ten child alarms', () => {
  test('are these, with these properties and no others', () => {
    expect(alarmsOf('none')).toEqual(
      Object.fromEntries([
        fixed(['ClientErrors', 'InvocationClientErrors', 'Sum', 60, 5], 5),
        fixed(['ServerErrors', 'InvocationServerErrors', 'Sum', 60, 5], 5),
        fixed(['Throttles', 'InvocationThrottles', 'Sum', 60, 5], 5),
        quota(['HighInvocationRate', 'Invocations', 'Sum', 60, 5], 'Rpm'),
        quota(['HighTPMQuotaUsage', 'EstimatedTPMQuotaUsage', 'Sum', 60, 5], 'Tpm'),
        fixed(['HighLatency', 'InvocationLatency', 'Average', 300, 2], 240000),
        anomaly(['InvocationAnomaly', 'Invocations', 'Sum', 900, 12], 9),
        anomaly(['InputTokenAnomaly', 'InputTokenCount', 'Sum', 900, 12], 9),
        anomaly(['OutputTokenAnomaly', 'OutputTokenCount', 'Sum', 900, 12], 9),
        anomaly(['LatencyAnomaly', 'InvocationLatency', 'Average', 900, 12], 9),
      ]),
    );
  });

  test('have these names', () => {
    const found = stacks.get(`${FOUNDATION}-Model-0`)?.template.findResources('AWS::CloudWatch::Alarm') ?? {};
    expect(Object.values(found).map(({ Properties }) => Properties.AlarmName)).toEqual([
      'Acme-Bedrock-ClientErrors-Critical-Model-0',
      'Acme-Bedrock-ServerErrors-Critical-Model-0',
      'Acme-Bedrock-Throttles-Critical-Model-0',
      'Acme-Bedrock-HighInvocationRate-Warning-Model-0',
      'Acme-Bedrock-HighTPMQuotaUsage-Warning-Model-0',
      'Acme-Bedrock-HighLatency-Warning-Model-0',
      'Acme-Bedrock-InvocationAnomaly-Warning-Model-0',
      'Acme-Bedrock-InputTokenAnomaly-Warning-Model-0',
      'Acme-Bedrock-OutputTokenAnomaly-Warning-Model-0',
      'Acme-Bedrock-LatencyAnomaly-Warning-Model-0',
    ]);
  });

  test('share no anomaly detector of ours with others who watch the metric', () => {
    for (const { template } of stacks.values()) {
      template.resourceCountIs('AWS::CloudWatch::AnomalyDetector', 0);
    }
  });
});

/** `Metrics.0.Period`, with its value, for every value inside `value`. */
const leaves = (value: unknown, path: string): [string, unknown][] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`))
    : [[path, value]];

/** What a variant changes: alarm, property, new value. Both have the same alarms with the same properties. */
function changes(variant: string): Record<string, Record<string, unknown>> {
  const before = alarmsOf('none');
  const changed = Object.entries(alarmsOf(variant)).map(
    ([name, alarm]): [string, Record<string, unknown>] => {
      const old = new Map(leaves(before[name], ''));
      const now = leaves(alarm, '');
      expect(now.map(([path]) => path)).toEqual([...old.keys()]);
      return [name, Object.fromEntries(now.filter(([path, value]) => old.get(path) !== value))];
    },
  );
  return Object.fromEntries(changed.filter(([, change]) => Object.keys(change).length > 0));
}

const each = (names: readonly string[], change: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(names.map((name) => [name, change]));
const times = (count: number) => ({ EvaluationPeriods: count, DatapointsToAlarm: count });

const ERRORS = ['ClientErrors', 'ServerErrors', 'Throttles'];
const QUOTA_USAGE = ['HighInvocationRate', 'HighTPMQuotaUsage'];
const ANOMALIES = ['InvocationAnomaly', 'InputTokenAnomaly', 'OutputTokenAnomaly', 'LatencyAnomaly'];

describe('a setting reaches exactly its alarms', () => {
  test.each<[variant: string, changes: Record<string, unknown>]>([
    ['errorThreshold', each(ERRORS, { Threshold: 0 })],
    ['latencyThresholdMs', each(['HighLatency'], { Threshold: 15000 })],
    ['criticalEvaluationPeriods', each(ERRORS, times(3))],
    ['warningEvaluationPeriods', each(QUOTA_USAGE, times(7))],
    ['latencyEvaluationPeriods', each(['HighLatency'], times(1))],
    ['anomalyEvaluationPeriods', each(ANOMALIES, times(4))],
    ['alarmPeriodSeconds', each(ERRORS, { Period: 300 })],
    ['latencyPeriodSeconds', each(['HighLatency'], { Period: 60 })],
    ['anomalyPeriodSeconds', each(ANOMALIES, { 'Metrics.0.MetricStat.Period': 3600 })],
    ['anomalyBandWidth', each(ANOMALIES, { 'Metrics.1.Expression': 'ANOMALY_DETECTION_BAND(usage, 2.5)' })],
    // They reach the threshold resource, which answers for the alarms.
    ['the quota settings', {}],
    ['what is only told', {}],
  ])('%s', (variant, expected) => {
    expect(changes(variant)).toEqual(expected);
  });
});

describe('all ten watch the series under which Bedrock publishes the model', () => {
  test.each([
    ['a system profile', 'global.anthropic.claude-opus-4-6-v1'],
    ['a foundation model by ARN', 'amazon.nova-lite-v1:0'],
    ['an application profile', 'abc123def456'],
  ])('%s', (variant, metricModelId) => {
    expect(changes(variant)).toEqual({
      ...each([...ERRORS, 'HighLatency'], { 'Dimensions.0.Value': metricModelId }),
      ...each([...QUOTA_USAGE, ...ANOMALIES], {
        'Metrics.0.MetricStat.Metric.Dimensions.0.Value': metricModelId,
      }),
    });
  });
});
