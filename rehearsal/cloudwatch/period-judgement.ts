import type { Comparison, MetricAlarmConfiguration } from './alarm-configuration';
import { evaluationRange, type Point } from './alarm-evaluation';
import type { QueryReader } from './query-reader';

/** One period of an alarm's evaluation range, and what it was compared with. */
export interface JudgedPeriod {
  /** Epoch minute at which the period begins. */
  readonly start: number;
  /** NaN where the watched series has no value, or there is no band to compare it with. */
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly point: Point;
}

/**
 * Judges every period of an alarm's evaluation range, oldest first. The window slides by the minute: the newest period
 * ends at the epoch minute `end`, the one before it a period earlier.
 */
export function judgePeriods(
  configuration: MetricAlarmConfiguration,
  reader: QueryReader,
  end: number,
): readonly JudgedPeriod[] {
  const minutes = configuration.period / 60;
  const count = evaluationRange(configuration.evaluationPeriods);
  return Array.from({ length: count }, (_, index) => {
    return judge(configuration, reader, end - (count - index) * minutes, minutes);
  });
}

/** Taken once: Jest makes each look at a global slow, and every alarm is judged every minute. */
const { isNaN: isNone } = Number;

const MISSING = { value: Number.NaN, lower: Number.NaN, upper: Number.NaN, point: 'missing' } as const;

/** A value without a band to compare it with counts as missing. */
function judge(
  { limit, watchedId, comparison }: MetricAlarmConfiguration,
  reader: QueryReader,
  start: number,
  minutes: number,
): JudgedPeriod {
  const value = reader.value(watchedId, start, start + minutes);
  if (isNone(value)) return { start, ...MISSING };
  const band =
    'bandId' in limit
      ? reader.band(limit.bandId, start, start + minutes)
      : { lower: limit.threshold, upper: limit.threshold };
  if (band === undefined) return { start, ...MISSING };
  const point = breaches(comparison, value, band.lower, band.upper) ? 'breaching' : 'fine';
  return { start, value, lower: band.lower, upper: band.upper, point };
}

function breaches(comparison: Comparison, value: number, lower: number, upper: number): boolean {
  switch (comparison) {
    case 'GreaterThanThreshold':
    case 'GreaterThanUpperThreshold':
      return value > upper;
    case 'GreaterThanOrEqualToThreshold':
      return value >= upper;
    case 'LessThanThreshold':
    case 'LessThanLowerThreshold':
      return value < lower;
    case 'LessThanOrEqualToThreshold':
      return value <= lower;
    case 'LessThanLowerOrGreaterThanUpperThreshold':
      return value < lower || value > upper;
  }
}
