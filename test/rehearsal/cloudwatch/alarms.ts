import { CloudWatch } from '../../../rehearsal/cloudwatch/cloudwatch';
import { type Metric, MetricStore } from '../../../rehearsal/cloudwatch/metric-store';

export const THROTTLES: Metric = {
  namespace: 'AWS/Bedrock',
  name: 'InvocationThrottles',
  dimensions: { ModelId: 'm' },
};
export const TOPIC = 'arn:aws:sns:us-east-1:111122223333:raw';

/** The properties of an alarm that is in ALARM after 3 one-minute Sums above 50. */
export function throttleAlarm(alarmName: string, changes: Readonly<Record<string, unknown>> = {}) {
  return {
    AlarmName: alarmName,
    AlarmDescription: 'requests are being throttled',
    AlarmActions: [TOPIC],
    MetricName: THROTTLES.name,
    Namespace: THROTTLES.namespace,
    Dimensions: [{ Name: 'ModelId', Value: 'm' }],
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 3,
    Threshold: 50,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
    ...changes,
  };
}

/** The properties of an alarm that is in ALARM after 2 five-minute Sums above the anomaly band. */
export function anomalyAlarm(alarmName: string, changes: Readonly<Record<string, unknown>> = {}) {
  return {
    AlarmName: alarmName,
    EvaluationPeriods: 2,
    ComparisonOperator: 'GreaterThanUpperThreshold',
    ThresholdMetricId: 'band',
    TreatMissingData: 'notBreaching',
    Metrics: [
      { Id: 'band', Expression: 'ANOMALY_DETECTION_BAND(m1, 2)', Label: 'usual', ReturnData: true },
      { Id: 'm1', MetricStat: metricStat(THROTTLES.name, 300), ReturnData: true },
    ],
    ...changes,
  };
}

export function metricStat(metricName: string, period: number, stat = 'Sum') {
  const dimensions = [{ Name: 'ModelId', Value: 'm' }];
  return {
    Metric: { Namespace: 'AWS/Bedrock', MetricName: metricName, Dimensions: dimensions },
    Period: period,
    Stat: stat,
  };
}

export function emptyCloudWatch(metricDelayMs = 0): CloudWatch {
  return new CloudWatch({
    accountId: '111122223333',
    region: 'us-east-1',
    metrics: new MetricStore(),
    metricDelayMs,
  });
}

/** A sample per minute from `start`; undefined leaves a minute out. */
export function putSamples(
  cloudWatch: CloudWatch,
  start: string,
  values: readonly (number | undefined)[],
): void {
  for (const [index, value] of values.entries()) {
    const minute = new Date(new Date(start).getTime() + index * 60_000);
    if (value !== undefined) cloudWatch.metrics.put(THROTTLES, minute, value);
  }
}

/** Evaluates each minute from `from` to `to`, both inclusive, and tells the changes as `09:15 name OK -> ALARM`. */
export function play(cloudWatch: CloudWatch, from: string, to: string): readonly string[] {
  const told: string[] = [];
  for (let at = new Date(from).getTime(); at <= new Date(to).getTime(); at += 60_000) {
    const now = new Date(at);
    for (const { alarmName, from: old, to: state } of cloudWatch.evaluate(
      now,
      cloudWatch.visibleUntil(now),
    )) {
      told.push(`${now.toISOString().slice(11, 16)} ${alarmName} ${old} -> ${state}`);
    }
  }
  return told;
}
