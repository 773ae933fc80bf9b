import { type MetricSample, minuteOf } from '../bedrock/metric-sample';
import type { MinuteTraffic, ModelTraffic, Series } from './scenario';

const MINUTE = 60_000;

/**
 * What the model's series and its history say, minute by minute: a sample of the history holds for every minute of its
 * interval, and the interval of the newest ends at `start`. A trace is not in it, since what it gives depends on the
 * quotas of each minute.
 */
export function* samplesOf(model: MinuteTraffic, start: Date): Generator<MetricSample> {
  const first = minuteOf(start);
  const { intervalMinutes, series } = model.history ?? { intervalMinutes: 1, series: {} };
  for (const [metric, past] of Object.entries(series)) {
    yield* minutesOf(metric, past, first - past.length * intervalMinutes, intervalMinutes);
  }
  for (const [metric, future] of Object.entries(model.series)) yield* minutesOf(metric, future, first, 1);
}

function* minutesOf(
  metric: string,
  series: Series,
  first: number,
  interval: number,
): Generator<MetricSample> {
  for (const [index, value] of series.entries()) {
    if (value === undefined) continue;
    for (let minute = 0; minute < interval; minute++) {
      yield { metric, minute: first + index * interval + minute, value };
    }
  }
}

/** How long the model's traffic lasts from `start`, in milliseconds; history is before it. */
export function lengthOf(model: MinuteTraffic & Pick<ModelTraffic, 'trace'>, start: Date): number {
  const samples = Math.max(0, ...Object.values(model.series).map((series) => series.length));
  const last = (model.trace?.requests ?? []).reduce(
    (latest, { at }) => Math.max(latest, minuteOf(at) + 1),
    0,
  );
  return Math.max(samples, last - minuteOf(start)) * MINUTE;
}
