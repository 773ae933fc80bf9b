import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { minuteOf } from '../../../rehearsal/bedrock/metric-sample';
import type { MinuteTraffic } from '../../../rehearsal/scenario/scenario';
import { lengthOf, samplesOf } from '../../../rehearsal/scenario/traffic';

const START = new Date('2026-03-02T09:00:00Z');

/** As `metric minute value`, the minute counted from the start. */
function samples(model: MinuteTraffic): string[] {
  return [...samplesOf(model, START)].map(
    ({ metric, minute, value }) => `${metric} ${minute - minuteOf(START)} ${value}`,
  );
}

test('a series begins at the start, one sample a minute, and gaps are no data', () => {
  expect(samples({ series: { Invocations: [5, undefined, 0, 7], InvocationThrottles: [] } })).toEqual([
    'Invocations 0 5',
    'Invocations 2 0',
    'Invocations 3 7',
  ]);
});

test('the interval of the newest sample of the history ends at the start', () => {
  const history = { intervalMinutes: 2, series: { Invocations: [1, undefined, 3] } };
  expect(samples({ history, series: { Invocations: [4] } })).toEqual([
    'Invocations -6 1',
    'Invocations -5 1',
    'Invocations -2 3',
    'Invocations -1 3',
    'Invocations 0 4',
  ]);
});

test('history and series never overlap and leave no gap between them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(9), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 90 }),
      fc.array(fc.nat(9), { minLength: 1, maxLength: 20 }),
      (past, intervalMinutes, future) => {
        const history = { intervalMinutes, series: { Invocations: past } };
        const minutes = [...samplesOf({ history, series: { Invocations: future } }, START)].map(
          ({ minute }) => minute - minuteOf(START),
        );
        const first = -past.length * intervalMinutes;
        expect(minutes).toEqual(Array.from({ length: future.length - first }, (_, index) => first + index));
      },
    ),
  );
});

test('a trace lasts to the end of the minute of its latest request', () => {
  const requests = ['09:07:59.999', '09:00:00'].map((clock) => ({
    at: new Date(`2026-03-02T${clock}Z`),
    inputTokens: 1,
    outputTokens: 1,
  }));
  const trace = { file: '/requests.csv', requests, burndown: 1 };
  expect(lengthOf({ series: {}, trace }, START)).toBe(8 * 60_000);
  expect(lengthOf({ series: {} }, START)).toBe(0);
});
