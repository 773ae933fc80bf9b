import { describe, expect, test } from '@jest/globals';
import type { CloudWatch } from '../../../rehearsal/cloudwatch/cloudwatch';
import { getMetricData, type MetricDataOutput } from '../../../rehearsal/cloudwatch/metric-data';
import { NotRehearsed } from '../../../rehearsal/service';
import { emptyCloudWatch, metricStat, putSamples, THROTTLES } from './alarms';

const NOW = new Date('2026-03-02T10:00:00Z');
const M1 = { Id: 'm1', MetricStat: metricStat(THROTTLES.name, 60) };

function seconds(instant: string): number {
  return new Date(instant).getTime() / 1000;
}

/** The input for 09:00 to 10:00, oldest first. */
function hour(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    MetricDataQueries: [M1],
    StartTime: seconds('2026-03-02T09:00:00Z'),
    EndTime: seconds('2026-03-02T10:00:00Z'),
    ScanBy: 'TimestampAscending',
    ...changes,
  };
}

/** `09:00 5` for each datapoint of the result of that number. */
function told(output: MetricDataOutput, index = 0): readonly string[] {
  const result = output.MetricDataResults[index];
  return (result?.Timestamps ?? []).map((at, n) => `${at.toISOString().slice(11, 16)} ${result?.Values[n]}`);
}

function withSamples(start: string, values: readonly (number | undefined)[], metricDelayMs = 0): CloudWatch {
  const cloudWatch = emptyCloudWatch(metricDelayMs);
  putSamples(cloudWatch, start, values);
  return cloudWatch;
}

describe('a result', () => {
  test('leaves out what is missing, newest first unless told otherwise', () => {
    const cloudWatch = withSamples('2026-03-02T09:00:00Z', [1, undefined, 3]);
    expect(told(getMetricData(cloudWatch, hour(), NOW))).toEqual(['09:00 1', '09:02 3']);
    const output = getMetricData(cloudWatch, hour({ ScanBy: undefined }), NOW);
    expect(told(output)).toEqual(['09:02 3', '09:00 1']);
    expect(output).toMatchObject({
      MetricDataResults: [{ Id: 'm1', Label: 'InvocationThrottles', StatusCode: 'Complete' }],
      Messages: [],
    });
    expect(output).not.toHaveProperty('NextToken');
  });

  test('includes StartTime, rounded down to the minute, and excludes EndTime', () => {
    const cloudWatch = withSamples('2026-03-02T08:59:00Z', [0, 1, 2, 3]);
    const input = hour({
      StartTime: seconds('2026-03-02T09:00:59Z'),
      EndTime: new Date('2026-03-02T09:02:00Z'),
    });
    expect(told(getMetricData(cloudWatch, input, NOW))).toEqual(['09:00 1', '09:01 2']);
  });

  test('is of the period asked for', () => {
    const cloudWatch = withSamples('2026-03-02T09:00:00Z', [1, 2, 3, 4, 5, undefined, 7]);
    const sums = hour({ MetricDataQueries: [{ Id: 'm1', MetricStat: metricStat(THROTTLES.name, 300) }] });
    expect(told(getMetricData(cloudWatch, sums, NOW))).toEqual(['09:00 15', '09:05 7']);
    const means = hour({
      MetricDataQueries: [{ Id: 'm1', MetricStat: metricStat(THROTTLES.name, 300, 'Average') }],
    });
    expect(told(getMetricData(cloudWatch, means, NOW))).toEqual(['09:00 3', '09:05 7']);
  });

  test('has only minutes that are visible', () => {
    const values = Array.from({ length: 10 }, (_, index) => index);
    const at = new Date('2026-03-02T09:03:30Z');
    expect(told(getMetricData(withSamples('2026-03-02T09:00:00Z', values), hour(), at))).toEqual([
      '09:00 0',
      '09:01 1',
      '09:02 2',
    ]);
    const delayed = withSamples('2026-03-02T09:00:00Z', values, 60_000);
    expect(told(getMetricData(delayed, hour(), at))).toEqual(['09:00 0', '09:01 1']);
    const sums = hour({ MetricDataQueries: [{ Id: 'm1', MetricStat: metricStat(THROTTLES.name, 300) }] });
    expect(told(getMetricData(delayed, sums, at))).toEqual(['09:00 1']);
  });

  test('goes back 15 days at 60 seconds, further at 300', () => {
    const cloudWatch = withSamples('2026-02-15T09:55:00Z', Array(10).fill(1));
    const since = { StartTime: seconds('2026-02-15T09:00:00Z'), EndTime: seconds('2026-02-15T11:00:00Z') };
    expect(told(getMetricData(cloudWatch, hour(since), NOW))).toEqual([
      '10:00 1',
      '10:01 1',
      '10:02 1',
      '10:03 1',
      '10:04 1',
    ]);
    const queries = [{ Id: 'm1', MetricStat: metricStat(THROTTLES.name, 300) }];
    const sums = hour({ ...since, MetricDataQueries: queries });
    expect(told(getMetricData(cloudWatch, sums, NOW))).toEqual(['09:55 5', '10:00 5']);
  });

  test('may be metric math, whose metrics need not be returned', () => {
    const cloudWatch = withSamples('2026-03-02T09:00:00Z', [1, undefined, 3]);
    const queries = [
      { Id: 'e2', Expression: 'e1 + 1', Label: 'twice and one' },
      { Id: 'e1', Expression: 'm1 * 2', ReturnData: false },
      { ...M1, ReturnData: false },
    ];
    const output = getMetricData(cloudWatch, hour({ MetricDataQueries: queries }), NOW);
    expect(output.MetricDataResults).toMatchObject([{ Id: 'e2', Label: 'twice and one', Values: [3, 7] }]);
  });

  test('of an anomaly band is its upper and its lower edge', () => {
    const cloudWatch = withSamples('2026-03-01T09:00:00Z', Array(60).fill(100));
    const queries = [
      { Id: 'band', Expression: 'ANOMALY_DETECTION_BAND(m1, 2)' },
      { ...M1, ReturnData: false },
    ];
    const output = getMetricData(
      cloudWatch,
      hour({ MetricDataQueries: queries, EndTime: seconds('2026-03-02T09:01:00Z') }),
      NOW,
    );
    expect(output.MetricDataResults.map(({ Id }) => Id)).toEqual(['band', 'band']);
    expect([told(output, 0), told(output, 1)]).toEqual([['09:00 104'], ['09:00 96']]);
  });
});

describe('pages', () => {
  function pagesOf(cloudWatch: CloudWatch, input: Readonly<Record<string, unknown>>) {
    const pages: string[][] = [];
    let NextToken: string | undefined;
    do {
      const output = getMetricData(cloudWatch, { ...input, NextToken }, NOW);
      NextToken = output.NextToken;
      pages.push(
        output.MetricDataResults.map(
          ({ Id, StatusCode, Values }) => `${Id} ${StatusCode} [${Values.join(' ')}]`,
        ),
      );
    } while (NextToken !== undefined);
    return pages;
  }
  const queries = ['m1', 'm2'].map((Id) => ({ ...M1, Id }));

  test.each([
    [
      'TimestampAscending',
      [
        ['m1 PartialData [1 2]', 'm2 PartialData []'],
        ['m1 Complete [3]', 'm2 PartialData [1]'],
        ['m2 Complete [2 3]'],
      ],
    ],
    [
      'TimestampDescending',
      [
        ['m1 PartialData [3 2]', 'm2 PartialData []'],
        ['m1 Complete [1]', 'm2 PartialData [3]'],
        ['m2 Complete [2 1]'],
      ],
    ],
  ])('hold MaxDatapoints each, until every metric is complete: %s', (ScanBy, expected) => {
    const cloudWatch = withSamples('2026-03-02T09:00:00Z', [1, 2, 3]);
    const input = hour({ MetricDataQueries: queries, MaxDatapoints: 2, ScanBy });
    expect(pagesOf(cloudWatch, input)).toEqual(expected);
  });

  test('end with a metric that just fits', () => {
    const cloudWatch = withSamples('2026-03-02T09:00:00Z', [1, 2, 3]);
    const input = hour({ MetricDataQueries: queries, MaxDatapoints: 3 });
    expect(pagesOf(cloudWatch, input)).toEqual([
      ['m1 Complete [1 2 3]', 'm2 PartialData []'],
      ['m2 Complete [1 2 3]'],
    ]);
  });

  test('hold 100,800 datapoints: 14 days of five metrics, and not one more', () => {
    const cloudWatch = withSamples('2026-02-16T10:00:00Z', Array(14 * 1440).fill(1));
    const fortnight = (count: number) => ({
      MetricDataQueries: Array.from({ length: count }, (_, index) => ({ ...M1, Id: `m${index}` })),
      StartTime: seconds('2026-02-16T10:00:00Z'),
      EndTime: seconds('2026-03-02T10:00:00Z'),
    });
    const whole = getMetricData(cloudWatch, fortnight(5), NOW);
    expect(whole.NextToken).toBeUndefined();
    expect(whole.MetricDataResults.map(({ Values }) => Values.length)).toEqual(Array(5).fill(20_160));
    const first = getMetricData(cloudWatch, fortnight(6), NOW);
    expect(first.MetricDataResults.map(({ StatusCode }) => StatusCode)).toEqual([
      ...Array(5).fill('Complete'),
      'PartialData',
    ]);
    const second = getMetricData(cloudWatch, { ...fortnight(6), NextToken: first.NextToken }, NOW);
    expect(second.MetricDataResults.map(({ Id, Values }) => [Id, Values.length])).toEqual([['m5', 20_160]]);
  });

  test('count only what is returned: fourteen days of five sums of eleven metrics are one', () => {
    const cloudWatch = withSamples('2026-02-16T10:00:00Z', Array(14 * 1440).fill(1));
    const elsewhere = { ...THROTTLES, dimensions: { ModelId: 'other' } };
    cloudWatch.metrics.put(elsewhere, new Date('2026-02-20T10:00:00Z'), 5);
    const ids = Array.from({ length: 11 }, (_, index) => `m${index}`);
    const { MetricStat } = M1;
    const Metric = { ...MetricStat.Metric, Dimensions: [{ Name: 'ModelId', Value: 'other' }] };
    const queries = [
      ...ids.map((Id, index) => ({
        Id,
        MetricStat: index === 0 ? MetricStat : { ...MetricStat, Metric },
        ReturnData: false,
      })),
      ...Array.from({ length: 5 }, (_, index) => ({ Id: `e${index}`, Expression: ids.join(' + ') })),
    ];
    const whole = getMetricData(
      cloudWatch,
      {
        MetricDataQueries: queries,
        StartTime: seconds('2026-02-16T10:00:00Z'),
        EndTime: seconds('2026-03-02T10:00:00Z'),
      },
      NOW,
    );
    expect(whole.NextToken).toBeUndefined();
    expect(whole.MetricDataResults.map(({ Values }) => Values.length)).toEqual(Array(5).fill(20_160));
    expect(new Set(whole.MetricDataResults[0]?.Values)).toEqual(new Set([1, 51]));
  });

  test('belong to their request', () => {
    const cloudWatch = withSamples('2026-03-02T09:00:00Z', [1, 2, 3]);
    const { NextToken } = getMetricData(cloudWatch, hour({ MaxDatapoints: 1 }), NOW);
    const other = hour({ EndTime: seconds('2026-03-02T09:30:00Z'), NextToken });
    const refused = expect.objectContaining({ code: 'InvalidNextToken' });
    expect(() => getMetricData(cloudWatch, other, NOW)).toThrow(refused);
    expect(() => getMetricData(cloudWatch, hour({ NextToken: 'invented' }), NOW)).toThrow(refused);
  });

  test('of metric math are not rehearsed', () => {
    const cloudWatch = withSamples('2026-03-02T09:00:00Z', [1, 2, 3]);
    const input = hour({ MetricDataQueries: [{ Id: 'e1', Expression: 'm1 * 2' }, M1], MaxDatapoints: 2 });
    expect(() => getMetricData(cloudWatch, input, NOW)).toThrow(NotRehearsed);
  });
});

describe('refused is', () => {
  test.each([
    ['a start that is the end', { EndTime: seconds('2026-03-02T09:00:00Z') }, 'ValidationException'],
    ['a start after the end', { EndTime: seconds('2026-03-02T08:00:00Z') }, 'ValidationException'],
    ['no start', { StartTime: undefined }, 'MissingRequiredParameterException'],
    ['a start in words', { StartTime: '2026-03-02T09:00:00Z' }, 'InvalidParameterValueException'],
    ['no query', { MetricDataQueries: [] }, 'MissingRequiredParameterException'],
    ['two queries of one id', { MetricDataQueries: [M1, M1] }, 'ValidationException'],
    ['an id in upper case', { MetricDataQueries: [{ ...M1, Id: 'M1' }] }, 'ValidationException'],
    ['a query that is both', { MetricDataQueries: [{ ...M1, Expression: 'm2' }] }, 'ValidationException'],
    ['nothing to return', { MetricDataQueries: [{ ...M1, ReturnData: false }] }, 'ValidationException'],
    ['a page too large', { MaxDatapoints: 100_801 }, 'ValidationException'],
    [
      'a 501st query',
      { MetricDataQueries: Array.from({ length: 501 }, (_, index) => ({ ...M1, Id: `m${index}` })) },
      'ValidationException',
    ],
  ])('%s', (_, changes, code) => {
    expect(() => getMetricData(emptyCloudWatch(), hour(changes), NOW)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  test.each([
    [{ LabelOptions: { Timezone: '+0100' } }, 'LabelOptions of GetMetricData'],
    [{ MetricDataQueries: [{ ...M1, AccountId: '1' }] }, 'AccountId of MetricDataQuery'],
    [{ MetricDataQueries: [{ Id: 'm1', MetricStat: metricStat('x', 60, 'p90') }] }, 'the statistic p90'],
  ])('by name what is not rehearsed: %j', (changes, what) => {
    expect(() => getMetricData(emptyCloudWatch(), hour(changes), NOW)).toThrow(new NotRehearsed(what));
  });
});
