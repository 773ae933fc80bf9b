import { describe, expect, test } from '@jest/globals';
import { AwsError, NotRehearsed } from '../../../rehearsal/service';
import { anomalyAlarm, emptyCloudWatch, metricStat, play, putSamples, throttleAlarm } from './alarms';

const CREATED = new Date('2026-03-02T08:00:00Z');

describe('a new alarm', () => {
  test('has insufficient data until its first evaluation, which runs the actions of the state it reaches', () => {
    const cloudWatch = emptyCloudWatch();
    cloudWatch.putMetricAlarm(throttleAlarm('a', { OKActions: ['arn:ok'] }), CREATED);
    expect(cloudWatch.alarm('a')?.state).toMatchObject({
      value: 'INSUFFICIENT_DATA',
      reason: 'Unchecked: Initial alarm creation',
      transitionedAt: CREATED,
    });
    const now = new Date('2026-03-02T08:01:00Z');
    expect(cloudWatch.evaluate(now, now)).toMatchObject([
      { alarmName: 'a', from: 'INSUFFICIENT_DATA', to: 'OK', at: now, actions: ['arn:ok'] },
    ]);
  });

  test('reads numbers and booleans that CloudFormation hands on as strings', () => {
    const cloudWatch = emptyCloudWatch();
    const asStrings = { Period: '60', EvaluationPeriods: '2', Threshold: '1e3', ActionsEnabled: 'false' };
    cloudWatch.putMetricAlarm(throttleAlarm('a', asStrings), CREATED);
    expect(cloudWatch.alarm('a')?.configuration).toMatchObject({
      period: 60,
      evaluationPeriods: 2,
      limit: { threshold: 1000 },
      actionsEnabled: false,
    });
  });

  test.each([
    ['Threshold', 'NaN'],
    ['Threshold', Number.NaN],
    ['Threshold', ''],
    ['EvaluationPeriods', 0],
    ['EvaluationPeriods', 1.5],
    ['Period', 90],
    ['ComparisonOperator', 'Above'],
    ['TreatMissingData', 'zero'],
    ['ActionsEnabled', 'yes'],
    ['AlarmName', undefined],
    ['Namespace', undefined],
    ['Threshold', undefined],
    ['DatapointsToAlarm', 4],
    ['EvaluationPeriods', 1441],
    ['AlarmActions', ['1', '2', '3', '4', '5', '6']],
    ['Metrics', [{ Id: 'm1', MetricStat: metricStat('Invocations', 60) }]],
  ])('is refused with %s = %j', (name, value) => {
    const cloudWatch = emptyCloudWatch();
    expect(() => cloudWatch.putMetricAlarm(throttleAlarm('a', { [name]: value }), CREATED)).toThrow(AwsError);
    expect(cloudWatch.metricAlarms()).toEqual([]);
  });

  test.each([
    ['ExtendedStatistic', 'p99', 'ExtendedStatistic of a metric alarm'],
    ['Statistic', 'SampleCount', 'the statistic SampleCount'],
    ['Period', 10, 'a period of 10 seconds'],
  ])('that needs what is not rehearsed is refused by name: %s', (name, value, what) => {
    const put = () => emptyCloudWatch().putMetricAlarm(throttleAlarm('a', { [name]: value }), CREATED);
    expect(put).toThrow(new NotRehearsed(what));
  });

  test('may look back a day, and a week when its period is an hour or more', () => {
    const put = (Period: number, EvaluationPeriods: number) => {
      const properties = throttleAlarm('a', { Period, EvaluationPeriods });
      return () => emptyCloudWatch().putMetricAlarm(properties, CREATED);
    };
    expect(put(60, 1440)).not.toThrow();
    expect(put(60, 1441)).toThrow('longer than 1 day(s)');
    expect(put(3600, 168)).not.toThrow();
    expect(put(3600, 169)).toThrow('longer than 7 day(s)');
  });

  test('with an empty list of Metrics is one on a single metric', () => {
    const cloudWatch = emptyCloudWatch();
    cloudWatch.putMetricAlarm(throttleAlarm('a', { Metrics: [] }), CREATED);
    const [transition] = cloudWatch.setAlarmState('a', 'ALARM', 'by hand', CREATED);
    expect(JSON.parse(transition?.message ?? '').Trigger).toMatchObject({
      MetricName: 'InvocationThrottles',
    });
  });

  test('may have tags', () => {
    const cloudWatch = emptyCloudWatch();
    cloudWatch.putMetricAlarm(throttleAlarm('a', { Tags: [{ Key: 'k', Value: 'v' }] }), CREATED);
    expect(cloudWatch.alarm('a')).toBeDefined();
  });

  test('with metric math needs one returned series, known ids and no cycle', () => {
    const put = (...Metrics: unknown[]) => {
      const { AlarmName, EvaluationPeriods, Threshold, ComparisonOperator } = throttleAlarm('a');
      const properties = { AlarmName, EvaluationPeriods, Threshold, ComparisonOperator, Metrics };
      return () => emptyCloudWatch().putMetricAlarm(properties, CREATED);
    };
    const m1 = { Id: 'm1', MetricStat: metricStat('Invocations', 60), ReturnData: false };
    expect(put({ Id: 'e1', Expression: 'm1 * 2' }, m1)).not.toThrow();
    expect(put({ Id: 'e1', Expression: 'm1 * 2' }, { ...m1, ReturnData: true })).toThrow(
      'Exactly one element',
    );
    expect(put({ Id: 'e1', Expression: 'm2 * 2' }, m1)).toThrow('e1 names m2');
    expect(put({ Id: 'e1', Expression: 'm1 + e1' }, m1)).toThrow('name each other');
    expect(put({ Id: 'm1', Expression: 'm1 * 2' }, m1)).toThrow('not unique');
    const m2 = { Id: 'm2', MetricStat: metricStat('Invocations', 300), ReturnData: false };
    expect(put({ Id: 'e1', Expression: 'm1 + m2' }, m1, m2)).toThrow('different periods');
  });

  test('with metric math has up to ten metrics, and up to ten expressions', () => {
    const metrics = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        Id: `m${index}`,
        MetricStat: metricStat('Invocations', 60),
        ReturnData: false,
      }));
    const put = (...Metrics: readonly unknown[]) => {
      const { AlarmName, EvaluationPeriods, Threshold, ComparisonOperator } = throttleAlarm('a');
      const properties = { AlarmName, EvaluationPeriods, Threshold, ComparisonOperator, Metrics };
      return () => emptyCloudWatch().putMetricAlarm(properties, CREATED);
    };
    const sum = { Id: 'e0', Expression: '1 * (m0 + m1)' };
    const expressions = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ ...sum, Id: `e${index}`, ReturnData: index === 0 }));
    expect(put(sum, ...metrics(10))).not.toThrow();
    expect(put(...expressions(10), ...metrics(10))).not.toThrow();
    const refused = expect.objectContaining({ code: 'ValidationException' });
    expect(put(sum, ...metrics(11))).toThrow(refused);
    expect(put(...expressions(11), ...metrics(2))).toThrow(refused);
  });
});

describe('an evaluation', () => {
  test('goes by a window that slides with the minute', () => {
    const cloudWatch = emptyCloudWatch();
    cloudWatch.putMetricAlarm(throttleAlarm('a'), CREATED);
    putSamples(cloudWatch, '2026-03-02T09:00:00Z', [0, 0, 60, 60, 60, 0]);
    expect(play(cloudWatch, '2026-03-02T09:00:00Z', '2026-03-02T09:10:00Z')).toEqual([
      '09:00 a INSUFFICIENT_DATA -> OK',
      '09:05 a OK -> ALARM',
      '09:06 a ALARM -> OK',
    ]);
  });

  test('sees a minute when it becomes visible', () => {
    const cloudWatch = emptyCloudWatch(120_000);
    cloudWatch.putMetricAlarm(throttleAlarm('a'), CREATED);
    putSamples(cloudWatch, '2026-03-02T09:00:00Z', [0, 0, 60, 60, 60, 0]);
    expect(play(cloudWatch, '2026-03-02T09:00:00Z', '2026-03-02T09:10:00Z')).toEqual([
      '09:00 a INSUFFICIENT_DATA -> OK',
      '09:07 a OK -> ALARM',
      '09:08 a ALARM -> OK',
    ]);
  });

  test('with a longer period slides by the minute all the same', () => {
    const cloudWatch = emptyCloudWatch();
    cloudWatch.putMetricAlarm(throttleAlarm('a', { Period: 300, EvaluationPeriods: 1 }), CREATED);
    putSamples(cloudWatch, '2026-03-02T09:00:00Z', [0, 0, 0, 51, ...Array(20).fill(0)]);
    expect(play(cloudWatch, '2026-03-02T09:01:00Z', '2026-03-02T09:20:00Z')).toEqual([
      '09:01 a INSUFFICIENT_DATA -> OK',
      '09:04 a OK -> ALARM',
      '09:09 a ALARM -> OK',
    ]);
  });

  test('of a counter that falls silent goes by the last real points until they leave the range', () => {
    const cloudWatch = emptyCloudWatch();
    cloudWatch.putMetricAlarm(throttleAlarm('a', { Period: 300, EvaluationPeriods: 1 }), CREATED);
    putSamples(cloudWatch, '2026-03-02T09:03:00Z', [51]);
    expect(play(cloudWatch, '2026-03-02T09:01:00Z', '2026-03-02T09:30:00Z')).toEqual([
      '09:01 a INSUFFICIENT_DATA -> OK',
      '09:04 a OK -> ALARM',
      '09:19 a ALARM -> OK',
    ]);
  });

  test.each([
    ['GreaterThanThreshold', 51, 50],
    ['GreaterThanOrEqualToThreshold', 50, 49],
    ['LessThanThreshold', 49, 50],
    ['LessThanOrEqualToThreshold', 50, 51],
  ])('by %s breaches at %d and not at %d', (ComparisonOperator, breaching, fine) => {
    const cloudWatch = emptyCloudWatch();
    cloudWatch.putMetricAlarm(throttleAlarm('a', { ComparisonOperator, EvaluationPeriods: 1 }), CREATED);
    putSamples(cloudWatch, '2026-03-02T09:00:00Z', [fine, breaching, fine]);
    expect(play(cloudWatch, '2026-03-02T09:01:00Z', '2026-03-02T09:03:00Z')).toEqual([
      '09:01 a INSUFFICIENT_DATA -> OK',
      '09:02 a OK -> ALARM',
      '09:03 a ALARM -> OK',
    ]);
  });

  test('of metric math compares the result', () => {
    const cloudWatch = emptyCloudWatch();
    const { AlarmName, EvaluationPeriods, Threshold, ComparisonOperator, TreatMissingData } =
      throttleAlarm('a');
    const Metrics = [
      { Id: 'total', Expression: '2 * (m1 + m2)' },
      { Id: 'm1', MetricStat: metricStat('InvocationThrottles', 60), ReturnData: false },
      { Id: 'm2', MetricStat: metricStat('Invocations', 60), ReturnData: false },
    ];
    cloudWatch.putMetricAlarm(
      { AlarmName, EvaluationPeriods, Threshold, ComparisonOperator, TreatMissingData, Metrics },
      CREATED,
    );
    putSamples(cloudWatch, '2026-03-02T09:00:00Z', [25, 26, 26, 26]);
    expect(play(cloudWatch, '2026-03-02T09:01:00Z', '2026-03-02T09:04:00Z')).toEqual([
      '09:01 a INSUFFICIENT_DATA -> OK',
      '09:04 a OK -> ALARM',
    ]);
  });

  test('without any data leaves an alarm that treats it as missing in insufficient data, and says so after data', () => {
    const cloudWatch = emptyCloudWatch();
    cloudWatch.putMetricAlarm(throttleAlarm('a', { TreatMissingData: undefined }), CREATED);
    putSamples(cloudWatch, '2026-03-02T09:00:00Z', [1]);
    expect(play(cloudWatch, '2026-03-02T09:00:00Z', '2026-03-02T09:20:00Z')).toEqual([
      '09:01 a INSUFFICIENT_DATA -> OK',
      '09:06 a OK -> INSUFFICIENT_DATA',
    ]);
  });

  test('counts once per alarm and minute', () => {
    const cloudWatch = emptyCloudWatch();
    cloudWatch.putMetricAlarm(throttleAlarm('a'), CREATED);
    cloudWatch.putCompositeAlarm({ AlarmName: 'c', AlarmRule: 'ALARM(a)' }, CREATED);
    play(cloudWatch, '2026-03-02T09:00:00Z', '2026-03-02T09:09:00Z');
    expect([...cloudWatch.evaluations]).toEqual([
      ['a', 10],
      ['c', 1],
    ]);
  });

  test('tells metric alarms before composites, each by name, whatever the order they were made in', () => {
    const cloudWatch = emptyCloudWatch();
    for (const name of ['b', 'a', 'C']) cloudWatch.putMetricAlarm(throttleAlarm(name), CREATED);
    cloudWatch.putCompositeAlarm({ AlarmName: 'A2', AlarmRule: 'ALARM(b)' }, CREATED);
    cloudWatch.putCompositeAlarm({ AlarmName: 'A1', AlarmRule: 'ALARM(a) OR ALARM(A2)' }, CREATED);
    const now = new Date('2026-03-02T09:00:00Z');
    const names = cloudWatch.evaluate(now, now).map(({ alarmName }) => alarmName);
    expect(names).toEqual(['C', 'a', 'b', 'A2', 'A1']);
  });
});

describe('an anomaly alarm', () => {
  test('is fine while there is no band, however high the metric', () => {
    const cloudWatch = emptyCloudWatch();
    cloudWatch.putMetricAlarm(anomalyAlarm('a'), CREATED);
    putSamples(cloudWatch, '2026-03-02T07:00:00Z', Array(180).fill(1_000_000));
    expect(play(cloudWatch, '2026-03-02T09:30:00Z', '2026-03-02T09:59:00Z')).toEqual([
      '09:30 a INSUFFICIENT_DATA -> OK',
    ]);
  });

  test('goes off strictly above the upper edge, and not below the lower one', () => {
    const cloudWatch = emptyCloudWatch();
    cloudWatch.putMetricAlarm(anomalyAlarm('a'), CREATED);
    putSamples(cloudWatch, '2026-03-01T09:00:00Z', Array(60).fill(100));
    putSamples(cloudWatch, '2026-03-02T09:00:00Z', [
      ...Array(10).fill(104),
      ...Array(10).fill(105),
      ...Array(10).fill(1),
    ]);
    expect(play(cloudWatch, '2026-03-02T09:01:00Z', '2026-03-02T09:30:00Z')).toEqual([
      '09:01 a INSUFFICIENT_DATA -> OK',
      '09:16 a OK -> ALARM',
      '09:21 a ALARM -> OK',
    ]);
  });

  test.each([
    [{ ComparisonOperator: 'GreaterThanThreshold' }, 'does not go with a band'],
    [{ ThresholdMetricId: 'm1' }, 'is no ANOMALY_DETECTION_BAND'],
    [{ ThresholdMetricId: undefined }, 'Exactly one element'],
    [{ Threshold: 5 }, 'exclude each other'],
  ])('is refused with %j', (changes, message) => {
    expect(() => emptyCloudWatch().putMetricAlarm(anomalyAlarm('a', changes), CREATED)).toThrow(message);
  });
});

describe('PutMetricAlarm on an existing alarm', () => {
  test('keeps the state and its timestamps, and loses whatever is left out', () => {
    const cloudWatch = emptyCloudWatch();
    cloudWatch.putMetricAlarm(throttleAlarm('a', { DatapointsToAlarm: 2, ActionsEnabled: false }), CREATED);
    cloudWatch.setAlarmState('a', 'ALARM', 'by hand', new Date('2026-03-02T09:00:00Z'));
    const before = cloudWatch.alarm('a');
    const { AlarmActions, AlarmDescription, ...rest } = throttleAlarm('a', { Threshold: 70 });
    cloudWatch.putMetricAlarm(rest, new Date('2026-03-02T10:00:00Z'));
    const after = cloudWatch.alarm('a');
    expect([AlarmActions, AlarmDescription]).toEqual([
      before?.configuration.alarmActions,
      before?.configuration.alarmDescription,
    ]);
    expect(after?.state).toEqual(before?.state);
    expect(after?.configurationUpdatedAt).toEqual(new Date('2026-03-02T10:00:00Z'));
    expect(after?.configuration).toMatchObject({
      alarmActions: [],
      alarmDescription: undefined,
      actionsEnabled: true,
      datapointsToAlarm: undefined,
      limit: { threshold: 70 },
    });
  });

  test('goes by the new configuration from the next evaluation on', () => {
    const cloudWatch = emptyCloudWatch();
    cloudWatch.putMetricAlarm(throttleAlarm('a'), CREATED);
    putSamples(cloudWatch, '2026-03-02T09:00:00Z', Array(20).fill(60));
    expect(play(cloudWatch, '2026-03-02T09:03:00Z', '2026-03-02T09:05:00Z')).toEqual([
      '09:03 a INSUFFICIENT_DATA -> ALARM',
    ]);
    cloudWatch.putMetricAlarm(throttleAlarm('a', { Threshold: 60 }), new Date('2026-03-02T09:05:30Z'));
    expect(play(cloudWatch, '2026-03-02T09:06:00Z', '2026-03-02T09:09:00Z')).toEqual(['09:06 a ALARM -> OK']);
  });
});

describe('deleting', () => {
  test('an alarm that a composite rests on is refused', () => {
    const cloudWatch = emptyCloudWatch();
    cloudWatch.putMetricAlarm(throttleAlarm('a'), CREATED);
    cloudWatch.putCompositeAlarm({ AlarmName: 'c', AlarmRule: 'ALARM(a)' }, CREATED);
    expect(() => cloudWatch.deleteAlarm('a', CREATED)).toThrow(
      'Cannot delete a as there are composite alarm(s)',
    );
    cloudWatch.deleteAlarm('c', CREATED);
    cloudWatch.deleteAlarm('a', CREATED);
    expect(cloudWatch.alarm('a')).toBeUndefined();
    expect(play(cloudWatch, '2026-03-02T09:00:00Z', '2026-03-02T09:05:00Z')).toEqual([]);
  });

  test('an unknown alarm is refused', () => {
    expect(() => emptyCloudWatch().deleteAlarm('a', CREATED)).toThrow(
      expect.objectContaining({ code: 'ResourceNotFound', status: 404 }),
    );
  });
});

test('a day evaluates each metric alarm once a minute, and a composite only when a child has changed', () => {
  const cloudWatch = emptyCloudWatch();
  for (let n = 0; n < 6; n += 1) cloudWatch.putMetricAlarm(throttleAlarm(`plain-${n}`), CREATED);
  for (let n = 0; n < 4; n += 1) cloudWatch.putMetricAlarm(anomalyAlarm(`anomaly-${n}`), CREATED);
  cloudWatch.putCompositeAlarm({ AlarmName: 'c', AlarmRule: 'ALARM("plain-1")' }, CREATED);
  putSamples(cloudWatch, '2026-02-16T09:00:00Z', Array(15 * 1440).fill(40));
  play(cloudWatch, '2026-03-02T09:00:00Z', '2026-03-03T08:59:00Z');
  expect(cloudWatch.evaluations.get('plain-0')).toBe(1440);
});

test('an alarm whose window is longer than a day is evaluated hourly', () => {
  const cloudWatch = emptyCloudWatch();
  const window = (name: string, EvaluationPeriods: number) => ({
    ...throttleAlarm(name),
    Period: 3600,
    EvaluationPeriods,
    DatapointsToAlarm: EvaluationPeriods,
  });
  cloudWatch.putMetricAlarm(window('a-day', 24), CREATED);
  cloudWatch.putMetricAlarm(window('more', 25), CREATED);
  putSamples(cloudWatch, '2026-02-27T09:00:00Z', Array(4 * 1440).fill(1));
  play(cloudWatch, '2026-03-02T09:01:00Z', '2026-03-02T12:00:00Z');
  expect(cloudWatch.evaluations.get('a-day')).toBe(180);
  // At once, since it is new, and then at 10:00, 11:00 and 12:00.
  expect(cloudWatch.evaluations.get('more')).toBe(4);
  // What is changed between the hours is looked at without waiting for the next.
  cloudWatch.putMetricAlarm({ ...window('more', 25), Threshold: 0 }, new Date('2026-03-02T12:10:30Z'));
  play(cloudWatch, '2026-03-02T12:11:00Z', '2026-03-02T12:30:00Z');
  expect(cloudWatch.evaluations.get('more')).toBe(5);
  expect(cloudWatch.alarm('more')?.state.value).toBe('ALARM');
});
