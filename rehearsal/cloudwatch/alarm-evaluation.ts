/** What one period of an alarm's evaluation range holds: a breaching value, a fine one, or none. */
export type Point = 'breaching' | 'fine' | 'missing';

export type TreatMissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

/** The state that an evaluation gives; `keep` leaves the alarm in the state it has. */
export type Verdict = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | 'keep';

export interface EvaluationRule {
  /** N: how many periods are evaluated. */
  readonly evaluationPeriods: number;
  /** M: how many of the N must breach. */
  readonly datapointsToAlarm: number;
  readonly treatMissingData: TreatMissingData;
}

/**
 * How many periods CloudWatch looks back for N evaluations. AWS documents one number, 5 for N = 3; N + 2 is the
 * assumption that fits it.
 */
export function evaluationRange(evaluationPeriods: number): number {
  return evaluationPeriods + 2;
}

/**
 * Decides an alarm's state from the points of its evaluation range, oldest first.
 *
 * With N real points in range the N newest real ones decide alone; with fewer, the shortfall is filled as
 * `treatMissingData` says.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function evaluateAlarm(rule: EvaluationRule, points: readonly Point[]): Verdict {
  const real = points.filter((point) => point !== 'missing');
  const decisive = real.slice(-rule.evaluationPeriods);
  const breaching = decisive.filter((point) => point === 'breaching').length;
  if (breaching >= rule.datapointsToAlarm) return 'ALARM';
  const shortfall = rule.evaluationPeriods - decisive.length;
  return shortfall <= 0 ? 'OK' : evaluateWithShortfall(rule, points, breaching, shortfall);
}

function evaluateWithShortfall(
  rule: EvaluationRule,
  points: readonly Point[],
  breaching: number,
  shortfall: number,
): Verdict {
  const anyFine = points.includes('fine');
  switch (rule.treatMissingData) {
    case 'breaching':
      return breaching + shortfall >= rule.datapointsToAlarm ? 'ALARM' : 'OK';
    case 'notBreaching':
      return 'OK';
    case 'ignore':
      return anyFine ? 'OK' : 'keep';
    case 'missing':
      if (breaching === 0 && !anyFine) return 'INSUFFICIENT_DATA';
      return !anyFine && isPrematureAlarm(rule, points) ? 'ALARM' : 'OK';
  }
}

/**
 * Few data, all of them breaching: ALARM once the oldest breaching point is at least M periods old. That it takes no
 * fine point in range is inferred; it fits every documented case.
 */
function isPrematureAlarm(rule: EvaluationRule, points: readonly Point[]): boolean {
  const age = points.length - points.indexOf('breaching');
  return age >= rule.datapointsToAlarm;
}
