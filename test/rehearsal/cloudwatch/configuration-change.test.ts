import { describe, expect, test } from '@jest/globals';
import { alarmConfigurationChange } from '../../../rehearsal/cloudwatch/alarm-event';
import { CloudWatch } from '../../../rehearsal/cloudwatch/cloudwatch';
import { MetricStore } from '../../../rehearsal/cloudwatch/metric-store';
import { logLinesOf } from '../../../rehearsal/engine/log-lines';
import type { AwsEvent } from '../../../rehearsal/services/event-bridge';
import { alarm, codeThat, functionResources, play, ruleResources } from '../engine/small-application';
import { anomalyAlarm, metricStat, TOPIC, throttleAlarm } from './alarms';

const HOME = { accountId: '111122223333', region: 'us-east-1' };
const at = (time: string) => new Date(`2026-03-02T${time}:00Z`);

/** Every event of a CloudWatch in the order in which they came. */
function listening() {
  const events: AwsEvent[] = [];
  const cloudWatch = new CloudWatch({
    ...HOME,
    metrics: new MetricStore(),
    onConfigurationChange: (change) => events.push(alarmConfigurationChange(change, HOME)),
  });
  return { cloudWatch, events };
}

const configuration = {
  alarmName: 'a',
  description: 'requests are being throttled',
  actionsEnabled: true,
  timestamp: '2026-03-02T09:00:00.000+0000',
  okActions: [],
  alarmActions: [TOPIC],
  insufficientDataActions: [],
  evaluationPeriods: 3,
  threshold: 50,
  comparisonOperator: 'GreaterThanThreshold',
  treatMissingData: 'notBreaching',
  metrics: [
    {
      id: expect.any(String),
      metricStat: {
        metric: { namespace: 'AWS/Bedrock', name: 'InvocationThrottles', dimensions: { ModelId: 'm' } },
        period: 60,
        stat: 'Sum',
      },
      returnData: true,
    },
  ],
};

describe('an alarm tells EventBridge', () => {
  test('what it is when it is made', () => {
    const { cloudWatch, events } = listening();
    cloudWatch.putMetricAlarm(throttleAlarm('a'), at('09:00'));
    expect(events).toEqual([
      {
        version: '0',
        id: expect.any(String),
        'detail-type': 'CloudWatch Alarm Configuration Change',
        source: 'aws.cloudwatch',
        account: '111122223333',
        time: '2026-03-02T09:00:00Z',
        region: 'us-east-1',
        resources: ['arn:aws:cloudwatch:us-east-1:111122223333:alarm:a'],
        detail: {
          alarmName: 'a',
          operation: 'create',
          state: { value: 'INSUFFICIENT_DATA', timestamp: '2026-03-02T09:00:00.000+0000' },
          configuration,
        },
      },
    ]);
  });

  test('what it was before it is changed, and each change has an event of its own', () => {
    const { cloudWatch, events } = listening();
    for (const Threshold of [50, 80, 50])
      cloudWatch.putMetricAlarm(throttleAlarm('a', { Threshold }), at('09:00'));
    expect(events.slice(1).map(({ detail }) => detail)).toMatchObject([
      {
        operation: 'update',
        configuration: { ...configuration, threshold: 80 },
        previousConfiguration: configuration,
      },
      { operation: 'update', configuration, previousConfiguration: { threshold: 80 } },
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(3);
  });

  test('that it was written, also where nothing is another by that', () => {
    const { cloudWatch, events } = listening();
    for (const time of ['09:00', '09:05']) cloudWatch.putMetricAlarm(throttleAlarm('a'), at(time));
    expect(events[1]?.detail).toMatchObject({
      operation: 'update',
      configuration: { timestamp: '2026-03-02T09:05:00.000+0000' },
      previousConfiguration: { timestamp: '2026-03-02T09:00:00.000+0000' },
    });
  });

  test('that its actions are disabled', () => {
    const { cloudWatch, events } = listening();
    cloudWatch.putMetricAlarm(throttleAlarm('a'), at('09:00'));
    cloudWatch.enableActions(['a'], false, at('09:05'));
    expect(events[1]?.detail).toMatchObject({
      operation: 'update',
      configuration: { actionsEnabled: false },
      previousConfiguration: { actionsEnabled: true },
    });
  });

  test('what it was when it is deleted', () => {
    const { cloudWatch, events } = listening();
    cloudWatch.putMetricAlarm(throttleAlarm('a'), at('09:00'));
    cloudWatch.deleteAlarms(['a'], at('09:05'));
    expect(events[1]).toMatchObject({
      time: '2026-03-02T09:05:00Z',
      detail: { operation: 'delete', configuration },
    });
    expect(events[1]?.detail).not.toHaveProperty('previousConfiguration');
  });

  test('its expressions, its band and its label', () => {
    const { cloudWatch, events } = listening();
    const Metrics = [
      { Id: 'usage', MetricStat: metricStat('Invocations', 60), ReturnData: false },
      { Id: 'counted', Expression: '1 * (usage)', Label: 'all', ReturnData: true },
    ];
    const given = { AlarmName: 'math', EvaluationPeriods: 1, DatapointsToAlarm: 1, Threshold: 5, Metrics };
    cloudWatch.putMetricAlarm({ ...given, ComparisonOperator: 'GreaterThanThreshold' }, at('09:00'));
    cloudWatch.putMetricAlarm(anomalyAlarm('band'), at('09:00'));
    expect(events.map(({ detail }) => detail)).toMatchObject([
      {
        configuration: {
          datapointsToAlarm: 1,
          metrics: [
            { id: 'usage', metricStat: { stat: 'Sum' }, returnData: false },
            { id: 'counted', expression: '1 * (usage)', label: 'all', returnData: true },
          ],
        },
      },
      { configuration: { thresholdMetricId: 'band' } },
    ]);
    expect(events[1]?.detail).not.toHaveProperty('configuration.threshold');
  });

  test('its rule, where it is a composite', () => {
    const { cloudWatch, events } = listening();
    cloudWatch.putMetricAlarm(throttleAlarm('a'), at('09:00'));
    cloudWatch.putCompositeAlarm({ AlarmName: 'c', AlarmRule: 'ALARM(a)' }, at('09:00'));
    expect(events[1]?.detail).toMatchObject({
      operation: 'create',
      configuration: { alarmRule: 'ALARM(a)' },
    });
    expect(events[1]?.detail).not.toHaveProperty('configuration.threshold');
  });
});

describe('a rule on changes of alarms', () => {
  const rule = (detail: Readonly<Record<string, unknown>>) =>
    ruleResources('rate(1 hour)', {
      ScheduleExpression: undefined,
      EventPattern: {
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm Configuration Change'],
        detail: { alarmName: [{ prefix: 'acme-' }], ...detail },
      },
    });
  const listener = (fails = false) => ({
    name: 'listener',
    resources: { ...functionResources('f', 'code'), ...rule({ operation: ['create', 'update'] }) },
    code: { code: codeThat(fails) },
  });
  const alarms = (Threshold: number) => ({
    name: 'alarms',
    resources: { A: alarm('acme-a', { Threshold }), B: alarm('b', { Threshold }) },
  });
  const { Properties } = alarm('acme-a', { Threshold: 7 });

  test('runs its function at the deployment, when CloudFormation changes one, and when a person does', async () => {
    const { report, aws } = await play([listener(), alarms(1)], {
      events: [
        { at: '10m', deploy: { stacks: [listener(), alarms(2)] } },
        { at: '20m', call: 'cloudwatch.PutMetricAlarm', with: Properties },
        { at: '30m', call: 'cloudwatch.DeleteAlarms', with: { AlarmNames: ['acme-a'] } },
      ],
    });
    expect(report.failures).toEqual([]);
    const told = aws.record.invocations.map(({ at: began, logs }) => {
      const { event } = logLinesOf(logs)[0] as { event: { detail: Record<string, Record<string, unknown>> } };
      const { operation, configuration: now, previousConfiguration: before } = event.detail;
      return [began.slice(11, 16), operation, before?.threshold, now?.threshold];
    });
    expect(told).toEqual([
      ['08:00', 'create', undefined, 1],
      ['09:10', 'update', 1, 2],
      ['09:20', 'update', 2, 7],
    ]);
  });

  test('runs a function that fails twice more', async () => {
    const { report } = await play([listener(true), alarms(1)], { until: '0' });
    expect(report.invocations.map(({ at: began }) => began.slice(11, 16))).toEqual([
      '08:00',
      '08:01',
      '08:03',
    ]);
  });

  test('is refused where the function lets only another rule in', async () => {
    const { Rule, Permission } = rule({});
    const SourceArn = 'arn:aws:events:us-east-1:111122223333:rule/another';
    const refused = {
      ...listener(),
      resources: {
        ...functionResources('f', 'code'),
        Rule,
        Permission: { ...Permission, Properties: { ...Permission.Properties, SourceArn } },
      },
    };
    const { report } = await play([refused, alarms(1)]);
    expect(report.invocations).toEqual([]);
    expect(report.denied).toEqual([
      {
        at: '2026-03-02T08:00:00Z',
        principal: 'events.amazonaws.com',
        action: 'lambda:InvokeFunction',
        resource: 'arn:aws:lambda:us-east-1:111122223333:function:f',
      },
    ]);
  });
});
