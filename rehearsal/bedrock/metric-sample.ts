/** One metric's value of one minute. */
export interface MetricSample {
  readonly metric: string;
  /** Whole minutes since 1970 of the minute's beginning. */
  readonly minute: number;
  /** The minute's value of the statistic that the metric is watched by. */
  readonly value: number;
}

/** The minute that `at` lies in, in whole minutes since 1970. */
export function minuteOf(at: Date): number {
  return Math.floor(at.getTime() / 60_000);
}
