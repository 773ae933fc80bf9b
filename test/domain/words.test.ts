import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  alarmLink,
  alarmListLink,
  caseLink,
  counted,
  duration,
  exact,
  figure,
  grouped,
  listed,
  minutesBetween,
  minuteUtc,
  newCaseLink,
  quotaLink,
  timeUtc,
  wrapped,
} from '../../lambda/domain/words';

describe('a number', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1_000, '1,000'],
    [10_000, '10,000'],
    [6_250_000, '6,250,000'],
    [1_000_000_000_000, '1,000,000,000,000'],
    [1_234.4, '1,234'],
    [1_234.5, '1,235'],
    [99_999.9, '100,000'],
    [0.4, '0'],
  ])('%d reads %s', (value, text) => {
    expect(grouped(value)).toBe(text);
  });

  test.each([
    [0, '0'],
    [6_250_000, '6,250,000'],
    [0.5, '0.5'],
    [-1_234.56789, '-1,234.56789'],
  ])('%d, as a person wrote it somewhere, reads %s', (value, text) => {
    expect(exact(value)).toBe(text);
  });

  test.each([
    [8_000, 'RPM', '8,000 RPM'],
    [0, 'TPM', '0 TPM'],
    [undefined, 'TPM', 'not known'],
  ])('%p %s reads %s', (value, unit, text) => {
    expect(figure(value, unit)).toBe(text);
  });

  test.each([
    [0, 'minute', '0 minutes'],
    [1, 'minute', '1 minute'],
    [2, 'open case', '2 open cases'],
    [1_000, 'open case', '1,000 open cases'],
  ])('%i of %s is counted as %s', (count, noun, text) => {
    expect(counted(count, noun)).toBe(text);
  });
});

describe('a duration', () => {
  test.each([
    [0, 'less than a minute'],
    [1, '1 minute'],
    [59, '59 minutes'],
    [60, '1 hour'],
    [125, '2 hours 5 minutes'],
    [1_440, '1 day'],
    [1_500, '1 day 1 hour'],
    [3_005, '2 days 2 hours 5 minutes'],
    [14_400_000, '10,000 days'],
  ])('of %i minutes reads %s', (minutes, text) => {
    expect(duration(minutes)).toBe(text);
  });

  test.each([
    ['2026-03-02T09:15:50Z', '2026-03-02T09:16:10Z', 1],
    ['2026-03-02T09:15:00Z', '2026-03-02T09:15:59Z', 0],
    ['2026-03-02T09:15:20Z', '2026-03-02T11:20:10Z', 125],
  ])('from %s to %s is that of the minutes that a reader sees: %i', (from, to, minutes) => {
    expect(minutesBetween(new Date(from), new Date(to))).toBe(minutes);
  });
});

test.each([
  [[], ''],
  [['RPM'], 'RPM'],
  [['RPM', 'TPM'], 'RPM and TPM'],
  [['a', 'b', 'c'], 'a, b and c'],
])('%j is listed as "%s"', (items, text) => {
  expect(listed(items)).toBe(text);
});

test.each([
  ['2026-03-02T09:15:00.000Z', '2026-03-02 09:15 UTC'],
  ['2026-03-02T09:15:59.999Z', '2026-03-02 09:15 UTC'],
  ['2026-03-02T00:30:00+02:00', '2026-03-01 22:30 UTC'],
])('the minute of %s is %s', (instant, text) => {
  expect(minuteUtc(new Date(instant))).toBe(text);
});

test.each([
  ['2026-03-02T00:00:00Z', '00:00 UTC'],
  ['2026-03-02T09:15:59.999Z', '09:15 UTC'],
  ['2026-03-01T23:59:59.999Z', '2026-03-01 23:59 UTC'],
  ['2026-03-03T00:00:00Z', '2026-03-03 00:00 UTC'],
  ['2025-03-02T09:15:00Z', '2025-03-02 09:15 UTC'],
])('the instant %s reads %s on 2026-03-02', (instant, text) => {
  expect(timeUtc(new Date(instant), new Date('2026-03-02T12:00:00Z'))).toBe(text);
});

describe('a paragraph', () => {
  test('breaks at the 76th column', () => {
    const upTo76 = `${'a'.repeat(37)} ${'b'.repeat(38)}`;
    expect(wrapped(upTo76)).toBe(upTo76);
    expect(wrapped(`${upTo76}b`)).toBe(`${'a'.repeat(37)}\n${'b'.repeat(39)}`);
  });

  test('goes on with the indent, which counts', () => {
    expect(wrapped(`- ${'a'.repeat(40)} ${'b'.repeat(32)} ${'c'.repeat(41)} d`, '  ')).toBe(
      `- ${'a'.repeat(40)}\n  ${'b'.repeat(32)} ${'c'.repeat(41)}\n  d`,
    );
  });

  test('never breaks a link', () => {
    const link = `https://example.com/${'x'.repeat(90)}`;
    expect(wrapped(`See ${link} for more.`)).toBe(`See\n${link}\nfor more.`);
  });

  test('keeps the line breaks that it has, and the indent after each', () => {
    expect(wrapped('- one\ntwo\n\nthree', '  ')).toBe('- one\n  two\n  \n  three');
  });

  test('keeps its words and their order, each line full and none over 76 columns', () => {
    const words = fc.array(fc.stringMatching(/^[a-z.,]{1,30}$/), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(words, fc.constantFrom('', '  '), (given, indent) => {
        const lines = wrapped(given.join(' '), indent).split('\n');
        expect(lines.join(' ').split(/ +/)).toEqual(given);
        lines.forEach((line, index) => {
          expect(line.length).toBeLessThanOrEqual(76);
          if (index === 0) return;
          expect(line.startsWith(indent)).toBe(true);
          const previous = lines[index - 1] ?? '';
          const firstWord = line.slice(indent.length).split(' ')[0] ?? '';
          // The first line has no indent, but room for one is kept.
          expect(Math.max(previous.length, indent.length) + firstWord.length + 1).toBeGreaterThan(
            76 - indent.length,
          );
        });
      }),
    );
  });
});

describe('a link', () => {
  test.each(['us-east-1', 'eu-central-1'])('to an alarm opens in %s', (region) => {
    expect(alarmLink(region, 'Acme-Bedrock-Throttles-Critical-G-Opus-4-6')).toBe(
      `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}` +
        '#alarmsV2:alarm/Acme-Bedrock-Throttles-Critical-G-Opus-4-6',
    );
  });

  test('holds an alarm name that is encoded', () => {
    expect(alarmLink('us-east-1', 'a b/c?d#e&f')).toMatch(/#alarmsV2:alarm\/a%20b%2Fc%3Fd%23e%26f$/);
  });

  test('of AWS GovCloud (US) opens in the console of that partition', () => {
    expect(alarmLink('us-gov-west-1', 'A')).toBe(
      'https://console.amazonaws-us-gov.com/cloudwatch/home?region=us-gov-west-1#alarmsV2:alarm/A',
    );
  });

  test('to a quota opens in its Region', () => {
    expect(quotaLink('eu-central-1', 'L-0AD9BC40')).toBe(
      'https://eu-central-1.console.aws.amazon.com/servicequotas/home/services/bedrock/quotas/L-0AD9BC40?region=eu-central-1',
    );
  });

  test.each([
    [
      '12345678901',
      'https://support.console.aws.amazon.com/support/home#/case/?displayId=12345678901&language=en',
    ],
    [undefined, 'https://support.console.aws.amazon.com/support/home#/case/history'],
    ['case-111122223333-muen-2026-1', 'https://support.console.aws.amazon.com/support/home#/case/history'],
  ])('to case %p names no Region', (displayId, link) => {
    expect(caseLink(displayId)).toBe(link);
  });

  test('to a new case names no Region', () => {
    expect(newCaseLink).toBe('https://support.console.aws.amazon.com/support/home#/case/create');
  });
});

test.each([
  [
    'eu-west-1',
    'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:?search=Acme-Bedrock-',
  ],
  [
    'us-gov-west-1',
    'https://console.amazonaws-us-gov.com/cloudwatch/home?region=us-gov-west-1#alarmsV2:?search=Acme-Bedrock-',
  ],
])('the list of all alarms of a customer stands in the console of %s', (region, link) => {
  expect(alarmListLink(region, 'Acme')).toBe(link);
});
