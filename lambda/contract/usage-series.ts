/** The days of usage that a case reports. CloudWatch keeps one-minute data for 15. */
export const USAGE_DAYS = 14;
export const USAGE_MINUTES = USAGE_DAYS * 24 * 60;

/** One-minute values from the first minute of the window on; NaN where the metric has no data. */
export type MinuteValues = Float64Array;

export interface UsageSeries {
  /** The first minute of the window. */
  readonly start: Date;
  readonly invocations: MinuteValues;
  readonly estimatedTpm: MinuteValues;
  readonly inputTokens: MinuteValues;
  readonly outputTokens: MinuteValues;
}
