import type { MinuteValues } from './usage-series';

/** How far back an incident's own metrics are read. */
export const LAST_HOUR_MINUTES = 60;

/** One-minute values of the hour before a text is written; NaN where the metric has no data. */
export interface LastHour {
  /** The first minute. */
  readonly start: Date;
  readonly clientErrors: MinuteValues;
  readonly serverErrors: MinuteValues;
  readonly throttles: MinuteValues;
  /** Averages, in milliseconds. */
  readonly latency: MinuteValues;
}
