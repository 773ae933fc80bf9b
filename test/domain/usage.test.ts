import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { USAGE_MINUTES } from '../../lambda/contract/usage-series';
import { hasData, measureUsage, peakOf, timeAtThreshold, total } from '../../lambda/domain/usage';

const START = new Date('2026-03-02T09:00:00Z');
/** A minute without data. */
const GAP = Number.NaN;

interface Minutes {
  readonly invocations?: readonly number[];
  readonly estimatedTpm?: readonly number[];
  readonly inputTokens?: readonly number[];
  readonly outputTokens?: readonly number[];
}

const none = [GAP, GAP, GAP, GAP];

const usageOf = ({
  invocations = none,
  estimatedTpm = none,
  inputTokens = none,
  outputTokens = none,
}: Minutes) =>
  measureUsage({
    start: START,
    invocations: Float64Array.from(invocations),
    estimatedTpm: Float64Array.from(estimatedTpm),
    inputTokens: Float64Array.from(inputTokens),
    outputTokens: Float64Array.from(outputTokens),
  });

test('the window is 14 days of minutes', () => {
  expect(USAGE_MINUTES).toBe(20_160);
});

describe('the peak', () => {
  test.each<[string, readonly number[], { value: number; minute: Date } | undefined]>([
    ['is the highest minute', [3, 9, 5, 1], { value: 9, minute: new Date('2026-03-02T09:01:00Z') }],
    ['of equals is the first', [3, 9, 5, 9], { value: 9, minute: new Date('2026-03-02T09:01:00Z') }],
    ['may be the last minute', [GAP, 2, 5, 9], { value: 9, minute: new Date('2026-03-02T09:03:00Z') }],
    ['passes over gaps', [GAP, 4, GAP, 2], { value: 4, minute: new Date('2026-03-02T09:01:00Z') }],
    ['of zeros is zero', [GAP, 0, 0, GAP], { value: 0, minute: new Date('2026-03-02T09:01:00Z') }],
    ['without any data is not known', [GAP, GAP, GAP, GAP], undefined],
  ])('%s', (_case, invocations, peak) => {
    expect(usageOf({ invocations }).RPM.peak).toEqual(peak);
  });

  test('counts as 0 where there is no data', () => {
    const usage = usageOf({ invocations: [GAP, 7, 2, GAP] });
    expect([peakOf(usage, 'RPM'), peakOf(usage, 'TPM')]).toEqual([7, 0]);
  });

  test('is that of the whole window, its last minute included', () => {
    const invocations = new Array<number>(USAGE_MINUTES).fill(1);
    invocations[USAGE_MINUTES - 1] = 2;
    expect(usageOf({ invocations }).RPM.peak).toEqual({
      value: 2,
      minute: new Date('2026-03-16T08:59:00Z'),
    });
  });
});

test.each<[string, readonly number[], string | undefined]>([
  ['the last minute above zero', [5, 9, 0, Number.NaN], '2026-03-02T09:01:00.000Z'],
  ['none without traffic', [0, Number.NaN], undefined],
])('the last use is %s', (_case, invocations, at) => {
  expect(usageOf({ invocations }).RPM.lastUsed?.toISOString()).toBe(at);
});

describe('the steady state', () => {
  test.each<[string, readonly number[], number | undefined]>([
    ['is the mean over minutes with traffic', [10, 20, 30, 40], 25],
    ['leaves out minutes at zero', [10, 0, 30, 0], 20],
    ['leaves out minutes without data', [10, GAP, 30, GAP], 20],
    ['without traffic is not known', [0, GAP, 0, GAP], undefined],
    ['without data is not known', [GAP, GAP, GAP, GAP], undefined],
  ])('%s', (_case, invocations, steady) => {
    expect(usageOf({ invocations }).RPM.steady).toBe(steady);
  });
});

describe('TPM', () => {
  const inputTokens = [100, 900, GAP, 50];
  const outputTokens = [800, 20, 30, GAP];

  test('is EstimatedTPMQuotaUsage, however much the tokens add up to', () => {
    const usage = usageOf({ estimatedTpm: [GAP, 300, 200, GAP], inputTokens, outputTokens });
    expect(usage.TPM.metrics).toEqual(['EstimatedTPMQuotaUsage']);
    expect(usage.TPM.peak).toEqual({ value: 300, minute: new Date('2026-03-02T09:01:00Z') });
    expect(usage.TPM.steady).toBe(250);
  });

  test('stays EstimatedTPMQuotaUsage when that has a single minute, even at zero', () => {
    const usage = usageOf({ estimatedTpm: [GAP, GAP, GAP, 0], inputTokens, outputTokens });
    expect(usage.TPM.metrics).toEqual(['EstimatedTPMQuotaUsage']);
    expect(usage.TPM.peak).toEqual({ value: 0, minute: new Date('2026-03-02T09:03:00Z') });
  });

  test('without that metric is the tokens of the same minute, never the sum of two peaks', () => {
    const usage = usageOf({ inputTokens, outputTokens });
    expect(usage.TPM.metrics).toEqual(['InputTokenCount', 'OutputTokenCount']);
    expect([...usage.TPM.minutes]).toEqual([900, 920, 30, 50]);
    expect(usage.TPM.peak).toEqual({ value: 920, minute: new Date('2026-03-02T09:01:00Z') });
    expect(usage.TPM.steady).toBe(475);
  });

  test('without any of the three is not known, and names the last two', () => {
    const { TPM } = usageOf({ invocations: [1, 2, 3, 4] });
    expect({ peak: TPM.peak, steady: TPM.steady }).toEqual({ peak: undefined, steady: undefined });
    expect([...TPM.minutes]).toEqual([GAP, GAP, GAP, GAP]);
    expect(TPM.metrics).toEqual(['InputTokenCount', 'OutputTokenCount']);
  });
});

test('RPM is of Invocations', () => {
  expect(usageOf({}).RPM.metrics).toEqual(['Invocations']);
});

describe('a series', () => {
  test.each<[string, readonly number[], boolean, number]>([
    ['with values and gaps', [1, GAP, 2], true, 3],
    ['of zeros', [0, 0], true, 0],
    ['of gaps', [GAP, GAP], false, 0],
    ['of no minutes', [], false, 0],
  ])('%s has data or none, and a total', (_case, values, has, sum) => {
    expect([hasData(Float64Array.from(values)), total(Float64Array.from(values))]).toEqual([has, sum]);
  });
});

describe('tokens per request', () => {
  test('are all tokens over all requests, gaps aside', () => {
    const usage = usageOf({
      invocations: [1, 3, GAP, 4],
      inputTokens: [1_000, 2_000, GAP, 1_000],
      outputTokens: [GAP, 300, 100, GAP],
    });
    expect([usage.inputTokensPerRequest, usage.outputTokensPerRequest]).toEqual([500, 50]);
  });

  test.each<[string, Minutes]>([
    ['requests', { inputTokens: [100, 1, 1, 1], outputTokens: [100, 1, 1, 1] }],
    ['requests but zeros', { invocations: [0, 0, GAP, GAP], inputTokens: [5, 5, 5, 5] }],
    ['tokens', { invocations: [1, 2, 3, 4] }],
    ['tokens but zeros', { invocations: [1, 2, 3, 4], inputTokens: [0, 0, 0, 0] }],
  ])('are not known without %s', (_case, minutes) => {
    const usage = usageOf(minutes);
    expect([usage.inputTokensPerRequest, usage.outputTokensPerRequest]).toEqual([undefined, undefined]);
  });
});

describe('the time at or over a threshold of 100', () => {
  test.each<[string, readonly number[], number, number]>([
    ['counts a minute exactly at it', [99, 100, 101, 99], 2, 2],
    ['is nothing below it', [99, 98, 0, 99], 0, 0],
    ['keeps the longest of several runs', [100, 0, 100, 100, 100, 0, 100, 100], 6, 3],
    ['has a run ended by a minute without data', [100, 100, GAP, 100, 100, 100], 5, 3],
    ['counts a run that the window ends', [0, 0, 100, 100], 2, 2],
    ['is nothing without data', [GAP, GAP], 0, 0],
  ])('%s', (_case, values, minutes, longestRun) => {
    expect(timeAtThreshold(Float64Array.from(values), 100)).toEqual({ minutes, longestRun });
  });

  test('never has a run longer than its minutes, and has one wherever it has a minute', () => {
    const value = fc.constantFrom(GAP, 0, 99, 100, 250);
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const { minutes, longestRun } = timeAtThreshold(Float64Array.from(values), 100);
        expect(minutes).toBe(values.filter((each) => each >= 100).length);
        expect(longestRun).toBeLessThanOrEqual(minutes);
        expect(longestRun > 0).toBe(minutes > 0);
      }),
    );
  });
});
