import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  formatDuration,
  formatOffset,
  parseDuration,
  parseMinutes,
} from '../../../rehearsal/scenario/duration';

describe('a duration', () => {
  test.each([
    ['30s', 30_000],
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['1h30m', 5_400_000],
    ['1d', 86_400_000],
    ['1d2h3m4s', 93_784_000],
    ['90m', 5_400_000],
    ['0s', 0],
    ['0', 0],
    [0, 0],
  ])('%p is %i ms', (written, ms) => {
    expect(parseDuration(written)).toBe(ms);
  });

  test.each(['', '5', 5, '5 m', '1m1h', 'm', '-5m', '1.5h', '5min', null, undefined, true])(
    '%p is none',
    (written) => {
      expect(() => parseDuration(written)).toThrow(
        /^not a duration: .*: whole days, hours, minutes and seconds/,
      );
    },
  );

  test('may have to be of whole minutes', () => {
    expect(parseMinutes('120s')).toBe(120_000);
    expect(() => parseMinutes('90s')).toThrow(
      'not on the minute: 90s: whole minutes, for example 10m or 1h30m',
    );
    expect(() => parseMinutes('soon')).toThrow('not a duration');
  });

  test.each([
    [0, '0m'],
    [15_000, '15s'],
    [900_000, '15m'],
    [5_431_999, '1h30m31s'],
    [100_800_000, '1d4h'],
  ])('%i ms reads %s', (ms, written) => {
    expect(formatDuration(ms)).toBe(written);
  });

  test('is read back as it is written', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), (seconds) => {
        expect(parseDuration(formatDuration(seconds * 1000))).toBe(seconds * 1000);
      }),
    );
  });

  test('has a sign where it is relative', () => {
    expect([formatOffset(900_000), formatOffset(0), formatOffset(-3_600_000)]).toEqual([
      '+15m',
      '+0m',
      '-1h',
    ]);
  });
});
