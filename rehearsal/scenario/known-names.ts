/** What a scenario may name of the product that is rehearsed and of the local AWS. */
export interface KnownNames {
  readonly alarmNames: readonly string[];
  /** Metric names are the keys. */
  readonly metrics: Readonly<Record<string, unknown>>;
  readonly caseCategories: readonly string[];
  /** Of incidents: what they turn out to be, and how bad they are. */
  readonly scenarios: readonly string[];
  readonly severities: readonly string[];
  /** The calls that the local AWS plays, as `service.Operation`. */
  readonly operations: readonly string[];
}
