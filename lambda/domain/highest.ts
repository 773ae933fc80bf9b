import type { UsageSeries } from '../contract/usage-series';
import type { Quota } from './alarm-catalogue';
import type { HighestUsage } from './follow-up';
import { measureUsage } from './usage';

const MINUTE_MS = 60_000;

/**
 * The highest one-minute value of the minutes from that of `from` to that of `to`, both included, as far as the series
 * reaches; undefined without any data. The metric is chosen by the whole series, as `measureUsage` does.
 */
export function highestUsage(
  series: UsageSeries,
  quota: Quota,
  from: Date,
  to: Date,
): HighestUsage | undefined {
  const { metrics, minutes } = measureUsage(series)[quota];
  const start = series.start.getTime();
  const indexOf = (instant: Date): number => Math.floor((instant.getTime() - start) / MINUTE_MS);
  const minuteAt = (index: number): Date => new Date(start + index * MINUTE_MS);
  const first = Math.max(0, indexOf(from));
  const last = Math.min(minutes.length - 1, indexOf(to));
  const within = minutes.subarray(first, Math.max(first, last + 1));
  const value = within.reduce((most, next) => (next > most ? next : most), Number.NEGATIVE_INFINITY);
  if (value === Number.NEGATIVE_INFINITY) return undefined;
  return {
    metrics,
    value,
    minute: minuteAt(first + within.indexOf(value)),
    from: minuteAt(first),
    to: minuteAt(last),
  };
}
