import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { describe, expect, test } from '@jest/globals';
import { MetricStore } from '../../../rehearsal/cloudwatch/metric-store';
import { embeddedMetrics, putEmbeddedMetrics } from '../../../rehearsal/services/embedded-metrics';
import { emptyCloudWatch, play } from '../cloudwatch/alarms';

const AT = Date.UTC(2026, 2, 2, 9, 15, 42);
const MINUTE = Date.UTC(2026, 2, 2, 9, 15) / 60_000;
const FAILED = {
  namespace: 'BedrockOpsAlert',
  name: 'CasesFailed',
  dimensions: { service: 'AcmeCorp' },
};

function line(changes: Readonly<Record<string, unknown>> = {}, directive: object = {}): string {
  return JSON.stringify({
    _aws: {
      Timestamp: AT,
      CloudWatchMetrics: [
        {
          Namespace: 'BedrockOpsAlert',
          Dimensions: [['service']],
          Metrics: [{ Name: 'CasesFailed', Unit: 'Count' }],
          ...directive,
        },
      ],
    },
    service: 'AcmeCorp',
    CasesFailed: 2,
    ...changes,
  });
}

describe('a log line in the embedded format', () => {
  test('holds a metric of the minute of its timestamp', () => {
    expect(embeddedMetrics(line())).toEqual([{ metric: FAILED, minute: MINUTE, value: 2 }]);
  });

  test('may hold several values', () => {
    expect(embeddedMetrics(line({ CasesFailed: [1, 2, 4] }))).toMatchObject([{ value: 7 }]);
  });

  test('holds each metric with each set of dimensions, and with none', () => {
    const told = embeddedMetrics(
      line(
        { model: 'Nova', Told: 1 },
        { Dimensions: [['service', 'model'], []], Metrics: [{ Name: 'CasesFailed' }, { Name: 'Told' }] },
      ),
    );
    expect(told.map(({ metric }) => [metric.name, metric.dimensions])).toEqual([
      ['CasesFailed', { service: 'AcmeCorp', model: 'Nova' }],
      ['CasesFailed', {}],
      ['Told', { service: 'AcmeCorp', model: 'Nova' }],
      ['Told', {}],
    ]);
  });

  test.each([
    ['is no JSON', 'START RequestId: 1'],
    ['is no object', '7'],
    ['has no metrics', '{"level":"INFO","CasesFailed":2}'],
    ['has no timestamp', JSON.stringify({ ...JSON.parse(line()), _aws: { CloudWatchMetrics: [] } })],
    ['lacks the value', line({ CasesFailed: undefined })],
    ['has a text for a value', line({ CasesFailed: '2' })],
    ['lacks the dimension', line({ service: undefined })],
    ['has no namespace', line({}, { Namespace: undefined })],
  ])('holds nothing if it %s', (_, text) => {
    expect(embeddedMetrics(text)).toEqual([]);
  });

  test('is what Powertools writes', () => {
    const metrics = new Metrics({ namespace: 'BedrockOpsAlert', serviceName: 'AcmeCorp' });
    metrics.addMetric('CasesFailed', MetricUnit.Count, 1);
    metrics.addMetric('CasesFailed', MetricUnit.Count, 1);
    const before = Math.floor(Date.now() / 60_000);
    const [told, second] = embeddedMetrics(JSON.stringify(metrics.serializeMetrics()));
    expect(told).toMatchObject({ metric: FAILED, value: 2 });
    expect(told?.minute).toBeGreaterThanOrEqual(before);
    expect(second).toBeUndefined();
  });
});

describe('the metrics of a log', () => {
  test('add up within their minute', () => {
    const store = new MetricStore();
    putEmbeddedMetrics([line(), 'REPORT', line()], store);
    putEmbeddedMetrics([line({ CasesFailed: 1 })], store);
    expect(store.series(FAILED).at(MINUTE)).toBe(5);
    expect(store.series(FAILED).at(MINUTE + 1)).toBeNaN();
  });

  test('set off alarms', () => {
    const cloudWatch = emptyCloudWatch();
    cloudWatch.putMetricAlarm(
      {
        AlarmName: 'cases',
        Namespace: FAILED.namespace,
        MetricName: FAILED.name,
        Dimensions: [{ Name: 'service', Value: 'AcmeCorp' }],
        Statistic: 'Maximum',
        Period: 300,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      },
      new Date('2026-03-02T09:00:00Z'),
    );
    putEmbeddedMetrics([line()], cloudWatch.metrics);
    expect(play(cloudWatch, '2026-03-02T09:10:00Z', '2026-03-02T09:17:00Z')).toEqual([
      '09:10 cases INSUFFICIENT_DATA -> OK',
      '09:16 cases OK -> ALARM',
    ]);
  });
});
