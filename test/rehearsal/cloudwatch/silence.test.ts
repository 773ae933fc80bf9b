import { describe, expect, test } from '@jest/globals';
import type { CloudWatch } from '../../../rehearsal/cloudwatch/cloudwatch';
import { emptyCloudWatch, play } from './alarms';

const DIMENSIONS = { FunctionName: 'f' };
const INVOCATIONS = { namespace: 'AWS/Lambda', name: 'Invocations', dimensions: DIMENSIONS };

/** An alarm on a function that is invoked less than once a period. */
function silenceAlarm(
  cloudWatch: CloudWatch,
  Period: number,
  changes: Readonly<Record<string, unknown>> = {},
) {
  const properties = {
    AlarmName: 'silent',
    Namespace: 'AWS/Lambda',
    MetricName: 'Invocations',
    Dimensions: [{ Name: 'FunctionName', Value: 'f' }],
    Statistic: 'Sum',
    Period,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
    ...changes,
  };
  cloudWatch.putMetricAlarm(properties, new Date('2026-03-02T00:00:00Z'));
}

const HOUR = 3600;

describe('an alarm on a function that falls silent', () => {
  test.each([
    [900, 'is never invoked: at once'],
    [6 * HOUR, 'is never invoked: at once'],
  ])('of %d seconds goes off if the function %s', (Period) => {
    const cloudWatch = emptyCloudWatch();
    silenceAlarm(cloudWatch, Period);
    expect(play(cloudWatch, '2026-03-02T00:00:00Z', '2026-03-02T07:00:00Z')).toEqual([
      '00:00 silent INSUFFICIENT_DATA -> ALARM',
    ]);
  });

  // The newest real point in the evaluation range of N + 2 periods decides, whatever is missing after it.
  test.each([
    [900, '01:30', '02:16', '2026-03-02T02:30:00Z'],
    [6 * HOUR, '01:30', '19:31', '2026-03-02T23:00:00Z'],
  ])('of %d seconds goes off once no invocation is in its range', (Period, last, silent, end) => {
    const cloudWatch = emptyCloudWatch();
    silenceAlarm(cloudWatch, Period);
    cloudWatch.metrics.put(INVOCATIONS, new Date(`2026-03-02T${last}:00Z`), 1);
    const told = play(cloudWatch, '2026-03-02T01:00:00Z', end);
    expect(told.slice(1)).toEqual(['01:31 silent ALARM -> OK', `${silent} silent OK -> ALARM`]);
  });

  test('may rest on metric math over several services', () => {
    const cloudWatch = emptyCloudWatch();
    const metric = (Id: string, Namespace: string, MetricName: string, Name: string) => ({
      Id,
      MetricStat: {
        Metric: { Namespace, MetricName, Dimensions: [{ Name, Value: 'f' }] },
        Period: 900,
        Stat: 'Sum',
      },
      ReturnData: false,
    });
    cloudWatch.putMetricAlarm(
      {
        AlarmName: 'failed',
        EvaluationPeriods: 1,
        Threshold: 2,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
        Metrics: [
          metric('errors', 'AWS/Lambda', 'Errors', 'FunctionName'),
          metric('topic', 'AWS/SNS', 'NumberOfNotificationsFailed', 'TopicName'),
          metric('rule', 'AWS/Events', 'FailedInvocations', 'RuleName'),
          { Id: 'all', Expression: 'errors + topic + rule', ReturnData: true },
        ],
      },
      new Date('2026-03-02T00:00:00Z'),
    );
    const put = (namespace: string, name: string, dimension: string, minute: string) =>
      cloudWatch.metrics.put(
        { namespace, name, dimensions: { [dimension]: 'f' } },
        new Date(`2026-03-02T${minute}:00Z`),
        1,
      );
    put('AWS/SNS', 'NumberOfNotificationsFailed', 'TopicName', '00:20');
    put('AWS/Events', 'FailedInvocations', 'RuleName', '00:30');
    expect(play(cloudWatch, '2026-03-02T00:00:00Z', '2026-03-02T00:36:00Z')).toEqual([
      '00:00 failed INSUFFICIENT_DATA -> OK',
      '00:31 failed OK -> ALARM',
      // One failure alone is left in the newest period.
      '00:36 failed ALARM -> OK',
    ]);
  });
});
