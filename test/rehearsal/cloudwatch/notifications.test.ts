import { describe, expect, test } from '@jest/globals';
import type { Transition } from '../../../rehearsal/cloudwatch/cloudwatch';
import { anomalyAlarm, emptyCloudWatch, play, putSamples, TOPIC, throttleAlarm } from './alarms';

const CREATED = new Date('2026-03-02T08:00:00Z');
const CHILD_ARN = 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:child-a';

/** The changes at 09:03, when `child-a` and the composite above it go to ALARM. */
function transitionsToAlarm(): readonly Transition[] {
  const cloudWatch = emptyCloudWatch();
  cloudWatch.putMetricAlarm(throttleAlarm('child-a'), CREATED);
  cloudWatch.putMetricAlarm(throttleAlarm('child-b', { Threshold: 100 }), CREATED);
  const rule = 'ALARM(child-a) OR ALARM(child-b)';
  cloudWatch.putCompositeAlarm(
    { AlarmName: 'health', AlarmDescription: 'what to do', AlarmRule: rule, AlarmActions: [TOPIC] },
    CREATED,
  );
  putSamples(cloudWatch, '2026-03-02T08:59:00Z', [0, 60, 70, 80]);
  play(cloudWatch, '2026-03-02T09:00:00Z', '2026-03-02T09:02:00Z');
  const now = new Date('2026-03-02T09:03:00Z');
  return cloudWatch.evaluate(now, now);
}

test('a composite publishes its rule and the children that made it change', () => {
  const [, composite] = transitionsToAlarm();
  expect(composite?.subject).toBe('ALARM: "health" in US East (N. Virginia)');
  expect(JSON.parse(composite?.message ?? '')).toEqual({
    AlarmName: 'health',
    AlarmDescription: 'what to do',
    AWSAccountId: '111122223333',
    NewStateValue: 'ALARM',
    NewStateReason: `${CHILD_ARN} transitioned to ALARM at Monday 02 March, 2026 09:03:00 UTC`,
    StateChangeTime: '2026-03-02T09:03:00.000+0000',
    Region: 'US East (N. Virginia)',
    AlarmArn: 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:health',
    OKActions: [],
    AlarmActions: [TOPIC],
    InsufficientDataActions: [],
    OldStateValue: 'OK',
    AlarmRule: 'ALARM(child-a) OR ALARM(child-b)',
    TriggeringChildren: [
      { Arn: CHILD_ARN, State: { Value: 'ALARM', Timestamp: '2026-03-02T09:03:00.000+0000' } },
    ],
  });
  expect(JSON.parse(composite?.reasonData ?? '')).toEqual({
    triggeringAlarms: [
      { arn: CHILD_ARN, state: { value: 'ALARM', timestamp: '2026-03-02T09:03:00.000+0000' } },
    ],
  });
});

test('a metric alarm publishes its trigger, with the keys of dimensions in lower case', () => {
  const [child] = transitionsToAlarm();
  const reason =
    'Threshold Crossed: 3 out of the last 3 datapoints [80.0 (02/03/26 09:02:00), 70.0 (02/03/26 09:01:00), ' +
    '60.0 (02/03/26 09:00:00)] were greater than the threshold (50.0) (minimum 3 datapoints for OK -> ALARM transition).';
  expect(JSON.parse(child?.message ?? '')).toEqual({
    AlarmName: 'child-a',
    AlarmDescription: 'requests are being throttled',
    AWSAccountId: '111122223333',
    AlarmConfigurationUpdatedTimestamp: '2026-03-02T08:00:00.000+0000',
    NewStateValue: 'ALARM',
    NewStateReason: reason,
    StateChangeTime: '2026-03-02T09:03:00.000+0000',
    Region: 'US East (N. Virginia)',
    AlarmArn: CHILD_ARN,
    OldStateValue: 'OK',
    OKActions: [],
    AlarmActions: [TOPIC],
    InsufficientDataActions: [],
    Trigger: {
      MetricName: 'InvocationThrottles',
      Namespace: 'AWS/Bedrock',
      StatisticType: 'Statistic',
      Statistic: 'SUM',
      Unit: null,
      Dimensions: [{ value: 'm', name: 'ModelId' }],
      Period: 60,
      EvaluationPeriods: 3,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 50,
      TreatMissingData: 'notBreaching',
      EvaluateLowSampleCountPercentile: '',
    },
  });
  expect(JSON.parse(child?.reasonData ?? '')).toMatchObject({
    version: '1.0',
    queryDate: '2026-03-02T09:03:00.000+0000',
    startDate: '2026-03-02T09:00:00.000+0000',
    statistic: 'Sum',
    period: 60,
    recentDatapoints: [60, 70, 80],
    threshold: 50,
  });
});

test('an anomaly alarm tells the edges that were crossed', () => {
  const cloudWatch = emptyCloudWatch();
  cloudWatch.putMetricAlarm(anomalyAlarm('a', { EvaluationPeriods: 1 }), CREATED);
  putSamples(cloudWatch, '2026-03-01T09:00:00Z', Array(60).fill(100));
  putSamples(cloudWatch, '2026-03-02T09:00:00Z', Array(5).fill(3_000_000));
  const now = new Date('2026-03-02T09:05:00Z');
  const [transition] = cloudWatch.evaluate(now, now);
  expect(transition?.reason).toBe(
    'Thresholds Crossed: 1 out of the last 1 datapoints [1.5E7 (02/03/26 09:00:00)] was greater than the upper ' +
      'thresholds [520.0] (minimum 1 datapoint for INSUFFICIENT_DATA -> ALARM transition).',
  );
  const data = JSON.parse(transition?.reasonData ?? '');
  expect(data).toMatchObject({ recentDatapoints: [15_000_000], recentUpperThresholds: [520] });
  expect(data).not.toHaveProperty('recentLowerThresholds');
  const { Trigger } = JSON.parse(transition?.message ?? '');
  expect(Trigger).toMatchObject({
    ThresholdMetricId: 'band',
    ComparisonOperator: 'GreaterThanUpperThreshold',
  });
  expect(Trigger.Metrics[1]).toEqual({
    Id: 'm1',
    MetricStat: {
      Metric: {
        Dimensions: [{ value: 'm', name: 'ModelId' }],
        MetricName: 'InvocationThrottles',
        Namespace: 'AWS/Bedrock',
      },
      Period: 300,
      Stat: 'Sum',
    },
    ReturnData: true,
  });
});

describe('a reason', () => {
  test('says that nothing was received and how that was treated', () => {
    const cloudWatch = emptyCloudWatch();
    cloudWatch.putMetricAlarm(throttleAlarm('a'), CREATED);
    const now = new Date('2026-03-02T09:00:00Z');
    expect(cloudWatch.evaluate(now, now)[0]?.reason).toBe(
      'Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [NonBreaching].',
    );
  });

  test('says what is fine again', () => {
    const cloudWatch = emptyCloudWatch();
    cloudWatch.putMetricAlarm(throttleAlarm('a'), CREATED);
    cloudWatch.setAlarmState('a', 'ALARM', 'by hand', CREATED);
    putSamples(cloudWatch, '2026-03-02T09:00:00Z', [60, 60, 0.5]);
    const now = new Date('2026-03-02T09:03:00Z');
    expect(cloudWatch.evaluate(now, now)[0]?.reason).toBe(
      'Threshold Crossed: 1 out of the last 3 datapoints [0.5 (02/03/26 09:02:00)] was not greater than the threshold ' +
        '(50.0) (minimum 1 datapoint for ALARM -> OK transition).',
    );
  });

  test('says when there are no data', () => {
    const cloudWatch = emptyCloudWatch();
    cloudWatch.putMetricAlarm(throttleAlarm('a', { TreatMissingData: 'missing' }), CREATED);
    cloudWatch.setAlarmState('a', 'OK', 'by hand', CREATED);
    const now = new Date('2026-03-02T09:03:00Z');
    expect(cloudWatch.evaluate(now, now)[0]?.reason).toBe('Insufficient Data: 3 datapoints were unknown.');
  });
});

test('a subject stays under the 100 characters that SNS takes', () => {
  const cloudWatch = emptyCloudWatch();
  const name = 'n'.repeat(255);
  cloudWatch.putMetricAlarm(throttleAlarm(name), CREATED);
  const [transition] = cloudWatch.setAlarmState(name, 'ALARM', 'by hand', CREATED);
  expect(transition?.subject).toHaveLength(99);
});
