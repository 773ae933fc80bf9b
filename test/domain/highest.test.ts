import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { UsageSeries } from '../../lambda/contract/usage-series';
import { highestUsage } from '../../lambda/domain/highest';

/** A minute without data. */
const GAP = Number.NaN;
const START = new Date('2026-03-02T09:00:00Z');
const at = (text: string): Date => new Date(`2026-03-02T${text}Z`);

type Minutes = Partial<Record<Exclude<keyof UsageSeries, 'start'>, readonly number[]>>;

const seriesOf = (minutes: Minutes): UsageSeries => {
  const values = (given: readonly number[] = [GAP, GAP, GAP, GAP, GAP]) => Float64Array.from(given);
  return {
    start: START,
    invocations: values(minutes.invocations),
    estimatedTpm: values(minutes.estimatedTpm),
    inputTokens: values(minutes.inputTokens),
    outputTokens: values(minutes.outputTokens),
  };
};

const rpm = (values: readonly number[], from: string, to: string) =>
  highestUsage(seriesOf({ invocations: values }), 'RPM', at(from), at(to));

describe('the highest usage', () => {
  test.each<[string, readonly number[], string, string, number, string]>([
    [
      'is that of the minutes between, both included',
      [90, 7, 9, 8, 90],
      '09:01:50',
      '09:03:10',
      9,
      '09:02:00',
    ],
    ['may be in the first minute', [1, 9, 3, 2, 1], '09:01:59', '09:03:00', 9, '09:01:00'],
    ['may be in the last minute', [1, 2, 3, 9, 1], '09:01:00', '09:03:59', 9, '09:03:00'],
    ['of equals is the first', [1, 9, 9, 9, 1], '09:00:00', '09:04:00', 9, '09:01:00'],
    ['passes over gaps', [GAP, 4, GAP, 2, GAP], '09:00:00', '09:04:00', 4, '09:01:00'],
    ['of zeros is zero', [GAP, 0, 0, GAP, GAP], '09:00:00', '09:04:00', 0, '09:01:00'],
    ['of one minute is its own', [1, 2, 3, 4, 5], '09:02:20', '09:02:40', 3, '09:02:00'],
  ])('%s', (_case, values, from, to, value, minute) => {
    expect(rpm(values, from, to)).toMatchObject({ metrics: ['Invocations'], value, minute: at(minute) });
  });

  test.each<[string, readonly number[], string, string]>([
    ['without data between', [5, GAP, GAP, 5, 5], '09:01:00', '09:02:59'],
    ['before the series begins', [5, 5, 5, 5, 5], '08:00:00', '08:59:59'],
    ['after the series ends', [5, 5, 5, 5, 5], '09:05:00', '09:10:00'],
    ['of a time that ends before it begins', [5, 5, 5, 5, 5], '09:03:00', '09:01:00'],
  ])('is not known %s', (_case, values, from, to) => {
    expect(rpm(values, from, to)).toBeUndefined();
  });

  test('says from when until when it was measured', () => {
    const all = [1, 2, 3, 4, 5];
    expect(rpm(all, '09:01:30', '09:03:30')).toMatchObject({ from: at('09:01:00'), to: at('09:03:00') });
    expect(rpm(all, '08:10:00', '10:00:00')).toMatchObject({ from: at('09:00:00'), to: at('09:04:00') });
  });

  test('of tokens is by the metric that counts against the quota', () => {
    const series = seriesOf({ estimatedTpm: [1, 2, 1, 1, 1], inputTokens: [9, 9, 9, 9, 9] });
    expect(highestUsage(series, 'TPM', at('09:00:00'), at('09:04:00'))).toMatchObject({
      metrics: ['EstimatedTPMQuotaUsage'],
      value: 2,
    });
  });

  test('of tokens that no metric estimates is by their sum in the same minute', () => {
    const series = seriesOf({ inputTokens: [9, 1, 5, 1, 1], outputTokens: [0, 7, 5, 1, 8] });
    expect(highestUsage(series, 'TPM', at('09:00:00'), at('09:04:00'))).toMatchObject({
      metrics: ['InputTokenCount', 'OutputTokenCount'],
      value: 10,
      minute: at('09:02:00'),
    });
  });

  test('is never below any minute between, and is one of them', () => {
    const value = fc.oneof(fc.constant(GAP), fc.integer({ min: 0, max: 100 }));
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 5, maxLength: 5 }),
        fc.nat(4),
        fc.nat(4),
        (values, one, other) => {
          const [first, last] = [Math.min(one, other), Math.max(one, other)];
          const known = values.slice(first, last + 1).filter((found) => !Number.isNaN(found));
          const found = rpm(values, `09:0${first}:00`, `09:0${last}:00`);
          expect(found?.value).toBe(known.length === 0 ? undefined : Math.max(...known));
        },
      ),
    );
  });
});
