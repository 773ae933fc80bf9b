import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { increasedQuota, leastAboveDefault, thresholdOf } from '../../lambda/domain/thresholds';

const quota = fc.integer({ min: 0, max: 1_000_000_000_000 });
const percent = fc.integer({ min: 0, max: 100 });

describe('the threshold of a quota', () => {
  test.each([
    [10_000, 80, 8_000],
    [10_001, 80, 8_000],
    [6_250_000, 80, 5_000_000],
    [200, 80, 160],
    [200_000, 80, 160_000],
    [500_000, 80, 400_000],
    [10_001, 100, 10_001],
    [99, 1, 0],
    [100, 1, 1],
    [1, 80, 0],
    [0, 80, 0],
    [1_000, 29, 290],
    [100, 57, 57],
  ])('of %i at %i %% is %i', (current, share, threshold) => {
    expect(thresholdOf(current, share)).toBe(threshold);
  });

  test('is what exact integer arithmetic gives', () => {
    fc.assert(
      fc.property(quota, percent, (current, share) => {
        expect(BigInt(thresholdOf(current, share))).toBe((BigInt(current) * BigInt(share)) / 100n);
      }),
    );
  });

  test('never falls when quota or percent rise, and never exceeds the quota', () => {
    fc.assert(
      fc.property(quota, quota, percent, percent, (one, other, less, more) => {
        const [small, large] = [Math.min(one, other), Math.max(one, other)];
        const [low, high] = [Math.min(less, more), Math.max(less, more)];
        expect(thresholdOf(small, low)).toBeLessThanOrEqual(thresholdOf(large, high));
        expect(thresholdOf(large, high)).toBeLessThanOrEqual(large);
      }),
    );
  });
});

describe('an increased quota', () => {
  test.each([
    [100, 10, 110],
    [10_001, 25, 12_502],
    [10_000, 25, 12_500],
    [6_250_000, 25, 7_812_500],
    [200, 25, 250],
    [200_000, 25, 250_000],
    [1, 1, 2],
    [100, 0, 100],
    [10_001, 100, 20_002],
    [0, 25, 0],
    [0.5, 1, 1],
    [10.2, 1, 11],
  ])('of %d at %i %% is %i', (current, share, requested) => {
    expect(increasedQuota(current, share)).toBe(requested);
  });

  test('is what exact integer arithmetic gives, rounded up', () => {
    fc.assert(
      fc.property(quota, percent, (current, share) => {
        const hundredfold = BigInt(current) * BigInt(100 + share);
        expect(BigInt(increasedQuota(current, share))).toBe((hundredfold + 99n) / 100n);
      }),
    );
  });

  test('is never below the current one, and never falls when current or percent rise', () => {
    fc.assert(
      fc.property(quota, quota, percent, percent, (one, other, less, more) => {
        const [small, large] = [Math.min(one, other), Math.max(one, other)];
        const [low, high] = [Math.min(less, more), Math.max(less, more)];
        expect(increasedQuota(small, low)).toBeGreaterThanOrEqual(small);
        expect(increasedQuota(small, low)).toBeLessThanOrEqual(increasedQuota(large, high));
      }),
    );
  });
});

test.each([
  [0, 1],
  [200, 201],
  [10_000, 10_001],
  [0.5, 1],
  [10.5, 11],
])('the least above a default of %d is %i', (awsDefault, least) => {
  expect(leastAboveDefault(awsDefault)).toBe(least);
});
