import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseSeries } from '../../../rehearsal/scenario/series';

const NONE = undefined;

describe('promtool notation', () => {
  test.each([
    ['5', [5]],
    ['_', [NONE]],
    ['_x3', [NONE, NONE, NONE]],
    ['_x0', []],
    ['5x3', [5, 5, 5, 5]],
    ['5x0', [5]],
    ['1+2x3', [1, 3, 5, 7]],
    ['10-3x4', [10, 7, 4, 1, -2]],
    ['-2x1', [-2, -2]],
    ['-2-3x2', [-2, -5, -8]],
    ['-2+4x2', [-2, 2, 6]],
    ['0.5+0.25x2', [0.5, 0.75, 1]],
    ['4000x2  9500\n_x1\t7', [4000, 4000, 4000, 9500, NONE, 7]],
    ['', []],
  ])('%j', (text, samples) => {
    expect(parseSeries(text)).toEqual(samples);
  });

  test('steps from the first sample, so that they do not add up rounding', () => {
    expect(parseSeries('0+0.1x10')[10]).toBe(1);
  });

  test('a bare number is one sample', () => {
    expect(parseSeries(7)).toEqual([7]);
    expect(parseSeries(-0.5)).toEqual([-0.5]);
  });

  test.each([
    'x5',
    '5x',
    '5+1',
    '5+x3',
    '_x',
    '_+1x2',
    '5 6,7',
    '1e3',
    '5x-1',
    '5x1.5',
    '.5',
    '5.',
    'NaN',
    '5x3x2',
  ])('%j is refused', (text) => {
    expect(() => parseSeries(text)).toThrow(/^not a series: .+: 5 \(one sample\), _ \(none\), _xN/);
  });

  test('the token at fault is named, not the series', () => {
    expect(() => parseSeries('4000x9 95OOx19 4x3')).toThrow(/^not a series: 95OOx19: /);
  });

  test('no more than 100,000 samples', () => {
    expect(parseSeries('1x99999')).toHaveLength(100_000);
    expect(() => parseSeries('1x99999 _')).toThrow('too long a series: _: at most 100000 samples in all');
    expect(() => parseSeries('_x99999999999999999999')).toThrow('too long a series');
  });

  const quarter = fc.integer({ min: -400_000, max: 400_000 }).map((n) => n / 4);
  const step = fc.integer({ min: 0, max: 4000 }).map((n) => n / 4);
  const more = fc.nat(50);
  const token = fc.oneof(
    quarter.map((a) => ({ text: `${a}`, samples: [a] })),
    more.map((n) => ({ text: `_x${n}`, samples: Array<undefined>(n).fill(NONE) })),
    fc.tuple(quarter, more).map(([a, n]) => ({ text: `${a}x${n}`, samples: Array<number>(n + 1).fill(a) })),
    fc.tuple(quarter, step, fc.constantFrom('+', '-'), more).map(([a, b, sign, n]) => ({
      text: `${a}${sign}${b}x${n}`,
      samples: Array.from({ length: n + 1 }, (_, i) => (sign === '+' ? a + i * b : a - i * b)),
    })),
  );

  test('every series is its tokens one after the other', () => {
    fc.assert(
      fc.property(fc.array(token), (tokens) => {
        const expected = tokens.flatMap(({ samples }) => samples);
        expect(parseSeries(tokens.map(({ text }) => text).join(' '))).toEqual(expected);
      }),
    );
  });

  test('any text is either a series or refused as not being one', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789_x+-. ') }), (text) => {
        try {
          expect(parseSeries(text).every((sample) => sample === NONE || Number.isFinite(sample))).toBe(true);
        } catch (error) {
          expect(String(error)).toMatch(/^Refusal: (not|too long) a series: /);
        }
      }),
    );
  });
});
