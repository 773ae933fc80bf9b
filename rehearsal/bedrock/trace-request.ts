/** One request of a trace, at its own time. */
export interface TraceRequest {
  /** UTC, in whole milliseconds. */
  readonly at: Date;
  readonly inputTokens: number;
  readonly outputTokens: number;
}
