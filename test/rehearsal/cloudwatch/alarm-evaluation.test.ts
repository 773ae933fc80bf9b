import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  type EvaluationRule,
  evaluateAlarm,
  evaluationRange,
  type Point,
  type TreatMissingData,
  type Verdict,
} from '../../../rehearsal/cloudwatch/alarm-evaluation';

const TREATMENTS: readonly TreatMissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];

/** `0` fine, `X` breaching, `-` missing, oldest first. */
function points(drawn: string): readonly Point[] {
  const named: Readonly<Record<string, Point>> = { '0': 'fine', X: 'breaching', '-': 'missing' };
  return drawn.split(' ').flatMap((mark) => named[mark] ?? []);
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html */
const DOCUMENTED: readonly [m: number, drawn: string, ...verdicts: [Verdict, Verdict, Verdict, Verdict]][] = [
  [3, '0 - X - X', 'OK', 'OK', 'OK', 'OK'],
  [3, '0 - - - -', 'OK', 'OK', 'OK', 'OK'],
  [3, '- - - - -', 'INSUFFICIENT_DATA', 'keep', 'ALARM', 'OK'],
  [3, '0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  [3, '- - X - -', 'ALARM', 'keep', 'ALARM', 'OK'],
  [2, '0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  [2, '0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  [2, '0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
];

describe('the cases that AWS documents, N = 3', () => {
  const cases = DOCUMENTED.flatMap(([m, drawn, ...verdicts]) => {
    return TREATMENTS.map((treatment, index) => [m, drawn, treatment, verdicts[index]] as const);
  });

  test('are 32', () => {
    expect(cases).toHaveLength(32);
  });

  test.each(cases)('%i of 3, %s, %s: %s', (datapointsToAlarm, drawn, treatMissingData, verdict) => {
    expect(points(drawn)).toHaveLength(evaluationRange(3));
    expect(evaluateAlarm({ evaluationPeriods: 3, datapointsToAlarm, treatMissingData }, points(drawn))).toBe(
      verdict,
    );
  });
});

describe('a premature alarm under "missing"', () => {
  const rule: EvaluationRule = { evaluationPeriods: 3, datapointsToAlarm: 3, treatMissingData: 'missing' };

  test.each([
    ['- - X - X', 'ALARM'],
    ['- - X - -', 'ALARM'],
    ['X - - - -', 'ALARM'],
    ['- - - X -', 'OK'],
    ['- - - X X', 'OK'],
    ['0 - X - -', 'OK'],
  ] as const)(
    'goes off once the oldest breach is M periods old and nothing is fine: %s',
    (drawn, verdict) => {
      expect(evaluateAlarm(rule, points(drawn))).toBe(verdict);
    },
  );
});

test('the range of 3 evaluations is the 5 that AWS documents', () => {
  expect(evaluationRange(3)).toBe(5);
});

describe('for every alarm', () => {
  const rules = fc
    .integer({ min: 1, max: 8 })
    .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 1, max: n }), fc.constantFrom(...TREATMENTS)))
    .map(([evaluationPeriods, datapointsToAlarm, treatMissingData]): EvaluationRule => {
      return { evaluationPeriods, datapointsToAlarm, treatMissingData };
    });
  const withPoints = (...marks: Point[]) => {
    return rules.chain((rule) => {
      const length = evaluationRange(rule.evaluationPeriods);
      const drawn = fc.array(fc.constantFrom(...marks), { minLength: length, maxLength: length });
      return fc.tuple(fc.constant(rule), drawn);
    });
  };

  test('without a missing point the N newest decide', () => {
    fc.assert(
      fc.property(withPoints('fine', 'breaching'), ([rule, drawn]) => {
        const newest = drawn.slice(-rule.evaluationPeriods);
        const breaching = newest.filter((point) => point === 'breaching').length;
        expect(evaluateAlarm(rule, drawn)).toBe(breaching >= rule.datapointsToAlarm ? 'ALARM' : 'OK');
      }),
    );
  });

  test('INSUFFICIENT_DATA comes only of "missing" with nothing in range', () => {
    fc.assert(
      fc.property(withPoints('fine', 'breaching', 'missing'), ([rule, drawn]) => {
        const insufficient = evaluateAlarm(rule, drawn) === 'INSUFFICIENT_DATA';
        const nothing = drawn.every((point) => point === 'missing');
        expect(insufficient).toBe(nothing && rule.treatMissingData === 'missing');
      }),
    );
  });

  test('one more breach never ends an alarm', () => {
    fc.assert(
      fc.property(withPoints('fine', 'breaching', 'missing'), fc.nat(), ([rule, drawn], at) => {
        fc.pre(evaluateAlarm(rule, drawn) === 'ALARM');
        const worse = drawn.map((point, index) => {
          return index === at % drawn.length && point === 'fine' ? 'breaching' : point;
        });
        expect(evaluateAlarm(rule, worse)).toBe('ALARM');
      }),
    );
  });

  test('the treatment of missing data matters only with fewer than N real points', () => {
    fc.assert(
      fc.property(withPoints('fine', 'breaching', 'missing'), ([rule, drawn]) => {
        fc.pre(drawn.filter((point) => point !== 'missing').length >= rule.evaluationPeriods);
        const verdicts = TREATMENTS.map((treatMissingData) =>
          evaluateAlarm({ ...rule, treatMissingData }, drawn),
        );
        expect(new Set(verdicts).size).toBe(1);
      }),
    );
  });
});
