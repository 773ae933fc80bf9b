import type { Metric, MetricSeries, MetricStore, Statistic } from './metric-store';
import { metricKey } from './metric-store';

/** What is usual of a metric at one hour: `deviation` is never below 2 % of the mean. */
interface Usual {
  readonly mean: number;
  readonly deviation: number;
}

export interface Band {
  readonly lower: number;
  readonly upper: number;
}

interface Remembered {
  readonly usual: Usual | undefined;
  readonly revision: number;
  readonly lastMinute: number;
}

const HOUR = 60;
const DAY = 24 * HOUR;
const TRAINING_DAYS = 14;
const LEAST_DEVIATION = 0.02;

/**
 * A plain stand-in for CloudWatch's anomaly detection, whose model is not public: the band of a period is the mean of
 * the samples at the same hour of day (UTC) ± width × the larger of their population standard deviation and 2 % of the
 * mean. Samples are the metric's aggregates over the alarm's own period, on the grid aligned to it, of the 14 days
 * before the hour in which the judged period begins. Without such a sample there is no band; a metric with less than
 * 3 hours of history therefore never has one.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Anomaly_Detection.html
 */
export class AnomalyBands {
  /** By metric, statistic and period, then by the hour (epoch hour) in which a period begins. */
  private readonly remembered = new Map<string, Map<number, Remembered>>();

  constructor(private readonly store: MetricStore) {}

  /** The band of the period of `period` minutes that begins at epoch minute `start`, or undefined without a sample. */
  band(metric: Metric, statistic: Statistic, period: number, start: number, width: number): Band | undefined {
    return this.reader(metric, statistic, period)(start, width);
  }

  /** The same for one metric and period, for callers that ask often. */
  reader(
    metric: Metric,
    statistic: Statistic,
    period: number,
  ): (start: number, width: number) => Band | undefined {
    const series = this.store.series(metric);
    const key = `${metricKey(metric)} ${statistic} ${period}`;
    const byHour = this.remembered.get(key) ?? new Map<number, Remembered>();
    this.remembered.set(key, byHour);
    return (start, width) => {
      const usual = usualAt(byHour, series, statistic, period, start);
      if (usual === undefined) return undefined;
      const margin = width * usual.deviation;
      return { lower: usual.mean - margin, upper: usual.mean + margin };
    };
  }
}

function usualAt(
  byHour: Map<number, Remembered>,
  series: MetricSeries,
  statistic: Statistic,
  period: number,
  start: number,
): Usual | undefined {
  const hour = Math.floor(start / HOUR);
  const known = byHour.get(hour);
  if (known !== undefined && isCurrent(known, series, hour * HOUR)) return known.usual;
  const usual = usualOf(samplesBefore(hour * HOUR, series, statistic, period));
  const { revision, lastMinute } = series;
  byHour.set(hour, { usual, revision, lastMinute });
  return usual;
}

/** New samples cannot change an answer that was given when the last hour it rests on was already over. */
function isCurrent(known: Remembered, series: MetricSeries, hour: number): boolean {
  if (known.revision !== series.revision) return false;
  return known.lastMinute === series.lastMinute || known.lastMinute >= hour - DAY + HOUR;
}

function samplesBefore(hour: number, series: MetricSeries, statistic: Statistic, period: number): number[] {
  const samples: number[] = [];
  for (let day = 1; day <= TRAINING_DAYS; day += 1) {
    const from = hour - day * DAY;
    for (let start = firstOnGrid(from, period); start < from + HOUR; start += period) {
      const value = series.aggregate(start, Math.min(start + period, hour), statistic);
      if (!Number.isNaN(value)) samples.push(value);
    }
  }
  return samples;
}

/** A period longer than an hour belongs to every hour that it covers. */
function firstOnGrid(minute: number, period: number): number {
  const round = period > HOUR ? Math.floor : Math.ceil;
  return round(minute / period) * period;
}

function usualOf(samples: readonly number[]): Usual | undefined {
  if (samples.length === 0) return undefined;
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
  const variance = samples.reduce((sum, sample) => sum + (sample - mean) ** 2, 0) / samples.length;
  return { mean, deviation: Math.max(Math.sqrt(variance), LEAST_DEVIATION * Math.abs(mean)) };
}
