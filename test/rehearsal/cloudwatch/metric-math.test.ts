import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parseMetricMath } from '../../../rehearsal/cloudwatch/metric-math';
import { AwsError, NotRehearsed } from '../../../rehearsal/service';

function evaluate(source: string, values: Readonly<Record<string, number>>): number {
  const expression = parseMetricMath(source);
  if (expression.kind === 'band') throw new Error('a band has no value');
  const bound = expression.bind({
    valuesOf: (id) => () => values[id] ?? Number.NaN,
    metricIds: ['m1', 'm2'],
  });
  return bound(0, 1);
}

describe('an expression', () => {
  test.each([
    ['m1 + m2', 14],
    ['m1 - m2 - 1', 5],
    ['m1 + m2 * 2', 18],
    ['(m1 + m2) * 2', 28],
    ['m1 / m2 / 5', 0.5],
    ['-m1 + 3', -7],
    ['2 * -m2', -8],
    ['--m1', 10],
    ['1.5e1 * m1', 150],
    ['.5 * m1', 5],
    ['SUM([m1, m2])', 14],
    ['SUM(METRICS()) / 2', 7],
    ['1 * (m1 + m2 + m1)', 24],
    ['0 * (m1 + m2)', 0],
  ])('%s', (source, expected) => {
    expect(evaluate(source, { m1: 10, m2: 4 })).toBe(expected);
  });

  test('names the ids that it rests on, each once', () => {
    expect(parseMetricMath('m1 + usage_2 * m1')).toMatchObject({ identifiers: ['m1', 'usage_2'] });
  });
});

describe('a missing value', () => {
  test.each([
    ['m1 + m2', 10],
    ['m2 - m1', -10],
    ['m1 * m2', 0],
    ['SUM([m1, m2])', 10],
    ['m2 + m1 + m3', 10],
    ['1 * (m2 + m3 + m1)', 10],
  ])('counts as 0 beside one that is there: %s', (source, expected) => {
    expect(evaluate(source, { m1: 10 })).toBe(expected);
  });

  test.each([
    'm1 + m2',
    '1 * (m1 + m2 + m3)',
    'm1 * m2',
    'SUM([m1, m2])',
    'SUM(METRICS())',
    '-m1',
    '0 * m1',
    'm1 + 1',
    '1 - m1',
  ])('stays missing beside nothing but numbers and other missing values: %s', (source) => {
    expect(evaluate(source, {})).toBeNaN();
  });

  test('comes of a division by 0', () => {
    expect(evaluate('m1 / m2', { m1: 10, m2: 0 })).toBeNaN();
    expect(evaluate('m1 / m2', { m1: 10 })).toBeNaN();
    expect(evaluate('m1 / 0', { m1: 10 })).toBeNaN();
  });
});

describe('the anomaly band', () => {
  test('has a metric and a width', () => {
    expect(parseMetricMath('ANOMALY_DETECTION_BAND(m1, 2.5)')).toEqual({
      kind: 'band',
      metricId: 'm1',
      width: 2.5,
    });
  });

  test('has width 2 unless told otherwise', () => {
    expect(parseMetricMath('ANOMALY_DETECTION_BAND(m1)')).toEqual({ kind: 'band', metricId: 'm1', width: 2 });
  });

  test.each([
    'ANOMALY_DETECTION_BAND(m1, -1)',
    'ANOMALY_DETECTION_BAND(m1, x)',
    'ANOMALY_DETECTION_BAND(m1, 2) + 1',
  ])('takes nothing else: %s', (source) => {
    expect(() => parseMetricMath(source)).toThrow(AwsError);
  });
});

describe('what is not rehearsed', () => {
  test.each([
    ['FILL(m1, 0)', 'FILL'],
    ['IF(m1 > 1, m1)', 'IF'],
    ['m1 + PERIOD(m2)', 'PERIOD'],
    ['m1 > 5', 'the operator >'],
    ['m1 ^ 2', 'the operator ^'],
    ['m1 AND m2', 'AND'],
    ['1 + ANOMALY_DETECTION_BAND(m1, 2)', 'ANOMALY_DETECTION_BAND'],
    ['SUM(m1)', 'SUM of one time series'],
    ['SELECT AVG(x) FROM y', 'SELECT'],
  ])('is named: %s', (source, named) => {
    expect(() => parseMetricMath(source)).toThrow(NotRehearsed);
    expect(() => parseMetricMath(source)).toThrow(`the local AWS does not know ${named}`);
  });
});

describe('what is no expression', () => {
  test.each([
    ['', 'it ends too early'],
    ['m1 +', 'it ends too early'],
    ['(m1', 'it ends too early'],
    ['m1 m2', 'm2'],
    ['m1 ) + 2', ') at position 4 is unexpected'],
    ['1 + 2', 'it is a number, not a time series'],
  ])('%s', (source, reason) => {
    expect(() => parseMetricMath(source)).toThrow(reason);
  });
});

test('+ and * agree with arithmetic on any numbers', () => {
  const number = fc.integer({ min: -1000, max: 1000 });
  fc.assert(
    fc.property(number, number, number, (m1, m2, m3) => {
      expect(evaluate('m1 + m2 * m3 - (m1 - m2)', { m1, m2, m3 }) + 0).toBe(m1 + m2 * m3 - (m1 - m2) + 0);
    }),
  );
});
