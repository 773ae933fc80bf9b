import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { type Metric, MetricStore, readStatistic } from '../../../rehearsal/cloudwatch/metric-store';
import { NotRehearsed } from '../../../rehearsal/service';

const INVOCATIONS: Metric = { namespace: 'AWS/Bedrock', name: 'Invocations', dimensions: { ModelId: 'm' } };
/** The epoch minute of 2026-03-02T09:00:00Z. */
const NINE = 29_540_700;

function storeWith(values: readonly (number | undefined)[]): MetricStore {
  const store = new MetricStore();
  for (const [index, value] of values.entries()) {
    if (value !== undefined) store.put(INVOCATIONS, NINE + index, value);
  }
  return store;
}

describe('a metric', () => {
  test('is its namespace, name and exact set of dimensions, in any order', () => {
    const store = new MetricStore();
    store.put({ ...INVOCATIONS, dimensions: { ModelId: 'm', Kind: 'k' } }, NINE, 7);
    expect(store.series({ ...INVOCATIONS, dimensions: { Kind: 'k', ModelId: 'm' } }).at(NINE)).toBe(7);
    expect(store.series(INVOCATIONS).at(NINE)).toBeNaN();
    expect(store.series({ ...INVOCATIONS, dimensions: { ModelId: 'n', Kind: 'k' } }).at(NINE)).toBeNaN();
  });

  test('takes a minute as an instant or as an epoch minute', () => {
    const store = storeWith([]);
    store.put(INVOCATIONS, new Date('2026-03-02T09:00:00Z'), 7);
    expect(store.series(INVOCATIONS).at(NINE)).toBe(7);
  });

  test('takes no instant off the minute and no value that is not finite', () => {
    const store = new MetricStore();
    expect(() => store.put(INVOCATIONS, new Date('2026-03-02T09:00:30Z'), 1)).toThrow(RangeError);
    expect(() => store.put(INVOCATIONS, NINE, Number.NaN)).toThrow(RangeError);
  });

  test('keeps the later of two values of a minute', () => {
    const store = storeWith([1]);
    store.put(INVOCATIONS, NINE, 2);
    expect(store.series(INVOCATIONS).at(NINE)).toBe(2);
  });

  test('tells a rewritten past from a new minute', () => {
    const series = storeWith([1, 2]).series(INVOCATIONS);
    const before = series.revision;
    series.put(NINE + 2, 3);
    expect(series.revision).toBe(before);
    series.put(NINE - 1, 3);
    expect(series.revision).not.toBe(before);
  });
});

test('many minutes are read at once as each of them is read', () => {
  const minute = fc.integer({ min: NINE - 3000, max: NINE + 3000 });
  const samples = fc.array(fc.tuple(minute, fc.integer()), { maxLength: 20 });
  fc.assert(
    fc.property(samples, minute, fc.integer({ min: -10, max: 4500 }), (given, from, length) => {
      const series = storeWith([]).series(INVOCATIONS);
      for (const [at, value] of given) series.put(at, value);
      const one = Array.from({ length: Math.max(0, length) }, (_, index) => series.at(from + index));
      expect([...series.between(from, from + length)]).toEqual(one);
    }),
    { numRuns: 50 },
  );
});

describe('a period', () => {
  test.each([
    ['Sum', 9],
    ['Average', 3],
    ['Maximum', 6],
    ['Minimum', 1],
  ] as const)('aggregates the minutes that have a sample: %s', (statistic, expected) => {
    const series = storeWith([100, 1, undefined, 2, 6, 100]).series(INVOCATIONS);
    expect(series.aggregate(NINE + 1, NINE + 5, statistic)).toBe(expected);
  });

  test('without a sample is missing', () => {
    const series = storeWith([1, undefined, undefined, 1]).series(INVOCATIONS);
    expect(series.aggregate(NINE + 1, NINE + 3, 'Sum')).toBeNaN();
    expect(new MetricStore().series(INVOCATIONS).aggregate(NINE, NINE + 5, 'Average')).toBeNaN();
  });

  test('may reach over midnight', () => {
    const store = new MetricStore();
    store.put(INVOCATIONS, new Date('2026-03-02T23:59:00Z'), 1);
    store.put(INVOCATIONS, new Date('2026-03-03T00:00:00Z'), 2);
    const end = NINE + 15 * 60 + 5;
    expect(store.series(INVOCATIONS).aggregate(end - 10, end, 'Sum')).toBe(3);
  });
});

test('a statistic that is not rehearsed is named', () => {
  expect(() => readStatistic('p99')).toThrow(new NotRehearsed('the statistic p99'));
  expect(readStatistic('Sum')).toBe('Sum');
});
