import { NotRehearsed } from '../service';

/** One metric: its namespace, its name and its exact set of dimensions. Another set is another metric. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** The statistics that one-minute values can be aggregated to. */
export type Statistic = 'Sum' | 'Average' | 'Maximum' | 'Minimum';

const STATISTICS: ReadonlySet<string> = new Set<Statistic>(['Sum', 'Average', 'Maximum', 'Minimum']);
const MINUTES_PER_DAY = 1440;

/** Taken once: Jest makes each look at a global slow, and these are needed for every minute of every series. */
const { NaN: NONE, isNaN: isNone, NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number;
const { floor, max, min } = Math;

export const MINUTE_MS = 60_000;

/** The epoch minute that `instant` lies in. */
export function epochMinute(instant: Date): number {
  return floor(instant.getTime() / MINUTE_MS);
}

const dayOf = (minute: number): number => floor(minute / MINUTES_PER_DAY);

/** Reads a statistic's name; throws NotRehearsed for percentiles, SampleCount and the like. */
export function readStatistic(name: string): Statistic {
  if (!isStatistic(name)) throw new NotRehearsed(`the statistic ${name}`);
  return name;
}

function isStatistic(name: string): name is Statistic {
  return STATISTICS.has(name);
}

/** The one-minute values of one metric, by epoch minute, in blocks of a day. NaN is a minute without a sample. */
export class MetricSeries {
  private readonly days = new Map<number, Float64Array>();
  private first = POSITIVE_INFINITY;
  private last = NEGATIVE_INFINITY;
  private rewrites = 0;

  /** The oldest minute with a sample; +Infinity while there is none. */
  get firstMinute(): number {
    return this.first;
  }

  /** The newest minute with a sample; -Infinity while there is none. */
  get lastMinute(): number {
    return this.last;
  }

  /** Counts the puts that were not newer than everything before them; whoever caches the past watches it. */
  get revision(): number {
    return this.rewrites;
  }

  put(minute: number, value: number): void {
    const day = dayOf(minute);
    const block = this.days.get(day) ?? new Float64Array(MINUTES_PER_DAY).fill(NONE);
    this.days.set(day, block);
    block[minute - day * MINUTES_PER_DAY] = value;
    if (minute <= this.last) this.rewrites += 1;
    this.first = min(this.first, minute);
    this.last = max(this.last, minute);
  }

  /** The value of one minute; NaN where there is no sample. */
  at(minute: number): number {
    if (minute < this.first || minute > this.last) return NONE;
    const day = dayOf(minute);
    return this.days.get(day)?.[minute - day * MINUTES_PER_DAY] ?? NONE;
  }

  /** The values from `from` (inclusive) to `to` (exclusive), copied a day at a time; NaN where there is no sample. */
  between(from: number, to: number): Float64Array {
    const values = new Float64Array(max(0, to - from)).fill(NONE);
    for (let day = dayOf(from); day * MINUTES_PER_DAY < to; day += 1) {
      const block = this.days.get(day);
      if (block === undefined) continue;
      const start = day * MINUTES_PER_DAY;
      const first = max(from, start);
      values.set(block.subarray(first - start, to - start), first - from);
    }
    return values;
  }

  /**
   * Aggregates the minutes from `from` (inclusive) to `to` (exclusive); NaN when none of them has a sample.
   * A sample is already its minute's Sum or Average, so Average is the unweighted mean of the minutes' values, whereas
   * CloudWatch would weigh each minute by its number of requests.
   */
  aggregate(from: number, to: number, statistic: Statistic): number {
    if (to - from === 1) return this.at(from);
    let count = 0;
    let sum = 0;
    let maximum = NEGATIVE_INFINITY;
    let minimum = POSITIVE_INFINITY;
    for (let minute = max(from, this.first); minute < to && minute <= this.last; minute += 1) {
      const value = this.at(minute);
      if (isNone(value)) continue;
      count += 1;
      sum += value;
      if (value > maximum) maximum = value;
      if (value < minimum) minimum = value;
    }
    if (count === 0) return NONE;
    if (statistic === 'Sum') return sum;
    if (statistic === 'Average') return sum / count;
    return statistic === 'Maximum' ? maximum : minimum;
  }
}

/** The one-minute samples of every metric of one account and Region, in memory. */
export class MetricStore {
  private readonly byKey = new Map<string, MetricSeries>();

  /**
   * Records the value of one minute; a second put replaces the first. A sample is the metric's one-minute value of the
   * statistic that its alarms use. `minute` is the minute's start, or its epoch minute; throws RangeError for a value
   * that is not finite or an instant off the minute.
   */
  put(metric: Metric, minute: Date | number, value: number): void {
    const at = minute instanceof Date ? minute.getTime() / MINUTE_MS : minute;
    if (!Number.isInteger(at)) throw new RangeError(`a sample of ${metric.name} is off the minute`);
    if (!Number.isFinite(value)) throw new RangeError(`a sample of ${metric.name} is ${value}`);
    this.series(metric).put(at, value);
  }

  /** The live series of a metric, empty if nothing was put yet. */
  series(metric: Metric): MetricSeries {
    const key = metricKey(metric);
    const series = this.byKey.get(key) ?? new MetricSeries();
    this.byKey.set(key, series);
    return series;
  }
}

/** One string per metric, whatever the order of its dimensions. */
export function metricKey(metric: Metric): string {
  const dimensions = Object.entries(metric.dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([metric.namespace, metric.name, dimensions]);
}
