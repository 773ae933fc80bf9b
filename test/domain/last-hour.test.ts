import { describe, expect, test } from '@jest/globals';
import type { AlarmName } from '../../lambda/domain/alarm-catalogue';
import { figuresOfLastHour } from '../../lambda/domain/last-hour';
import { hourOf, incidentOf } from './incidents';

const told = (alarms: readonly AlarmName[], lastHour: ReturnType<typeof hourOf> | undefined) => {
  const items = figuresOfLastHour(incidentOf({ alarms, lastHour }));
  return { texts: items.map(({ text }) => text), claims: items.flatMap(({ claims }) => claims) };
};

const busy = hourOf({
  clientErrors: [12, 34, 34],
  serverErrors: [1_234, Number.NaN, 1_000],
  throttles: [40, 60, 0],
  latency: [1_000, 250_123.4, 240_001],
});

// biome-ignore format: a table reads by its columns.
const COUNTED = [
  ['ClientErrors', 'Requests refused (4xx)', 'InvocationClientErrors', '80', 80, '34', 34, '09:10'],
  ['ServerErrors', 'Server errors (5xx)', 'InvocationServerErrors', '2,234', 2_234, '1,234', 1_234, '09:09'],
  ['Throttles', 'Throttled requests', 'InvocationThrottles', '100', 100, '60', 60, '09:10'],
] as const;

describe.each(COUNTED)('%s', (alarm, noun, metric, sum, sumValue, most, mostValue, minute) => {
  test('is told as the sum of the hour, and the first of its highest minutes', () => {
    expect(told([alarm], busy)).toEqual({
      texts: [`- ${noun}: ${sum} in the last hour, at most ${most} in one minute (2026-03-02 ${minute} UTC)`],
      claims: [
        { claim: 'lastHour', metric, value: sumValue },
        {
          claim: 'lastHourPeak',
          metric,
          statistic: 'Sum',
          value: mostValue,
          minute: `2026-03-02T${minute}:00.000Z`,
        },
      ],
    });
  });

  test('without data, or with nothing but zeros, is none', () => {
    const text = `- ${noun}: none in the last hour`;
    expect(told([alarm], hourOf({}))).toEqual({
      texts: [text],
      claims: [{ claim: 'lastHourNoData', metric }],
    });
    const zeros = hourOf({ clientErrors: [0], serverErrors: [0, 0], throttles: [0] });
    expect(told([alarm], zeros)).toEqual({
      texts: [text],
      claims: [{ claim: 'lastHour', metric, value: 0 }],
    });
  });

  test('says that the hour could not be read', () => {
    expect(told([alarm], undefined)).toEqual({
      texts: [`- ${noun}: the last hour could not be read`],
      claims: [{ claim: 'unread', what: 'lastHour' }],
    });
  });
});

describe('latency', () => {
  const LIMIT = { claim: 'setting', key: 'latencyThresholdMs', value: 240_000 };
  const HIGHEST = 'at most 250,123 ms on average in one minute (2026-03-02 09:10 UTC) in the last hour';

  test.each<[string, readonly AlarmName[], string]>([
    ['HighLatency', ['HighLatency'], '; limit 240,000 ms'],
    ['LatencyAnomaly', ['LatencyAnomaly'], ''],
    ['both', ['HighLatency', 'LatencyAnomaly'], '; limit 240,000 ms'],
  ])('of %s is told once, with the limit only where one is watched', (_case, alarms, limit) => {
    expect(told(alarms, busy)).toEqual({
      texts: [`- Latency: ${HIGHEST}${limit}`],
      claims: [
        {
          claim: 'lastHourPeak',
          metric: 'InvocationLatency',
          statistic: 'Average',
          value: 250_123,
          minute: '2026-03-02T09:10:00.000Z',
        },
        ...(limit === '' ? [] : [LIMIT]),
      ],
    });
  });

  test('without data shows no figure', () => {
    const noData = { claim: 'lastHourNoData', metric: 'InvocationLatency' };
    expect(told(['LatencyAnomaly'], hourOf({}))).toEqual({
      texts: ['- Latency: no answers in the last hour'],
      claims: [noData],
    });
    expect(told(['HighLatency'], hourOf({}))).toEqual({
      texts: ['- Latency: no answers in the last hour; limit 240,000 ms'],
      claims: [noData, LIMIT],
    });
  });

  test('that could not be read keeps its limit', () => {
    expect(told(['HighLatency'], undefined)).toEqual({
      texts: ['- Latency: the last hour could not be read; limit 240,000 ms'],
      claims: [{ claim: 'unread', what: 'lastHour' }, LIMIT],
    });
  });
});

test.each<AlarmName>([
  'HighInvocationRate',
  'HighTPMQuotaUsage',
  'InvocationAnomaly',
  'InputTokenAnomaly',
  'OutputTokenAnomaly',
])('%s watches usage, which is told elsewhere', (alarm) => {
  expect(told([alarm], busy).texts).toEqual([]);
});

test('each of several alarms has its item, errors before latency', () => {
  const { texts } = told(
    ['HighLatency', 'Throttles', 'ServerErrors', 'ClientErrors', 'HighInvocationRate'],
    busy,
  );
  expect(texts.map((text) => text.split(':')[0])).toEqual([
    '- Requests refused (4xx)',
    '- Server errors (5xx)',
    '- Throttled requests',
    '- Latency',
  ]);
});
