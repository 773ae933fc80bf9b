/** How much a series had of each quota in the 14 days past. */
export interface UsageTotals {
  readonly tokens: number;
  readonly requests: number;
}
