/**
 * The value above which a quota alarm fires, in the quota's own unit (requests or tokens per minute).
 * `percent` is a whole number from 1 to 100; 10,001 at 80 % is 8,000.
 */
export const thresholdOf = (quota: number, percent: number): number => Math.floor((quota * percent) / 100);

/**
 * A quota that is `percent` larger, rounded up. Percent and quota are multiplied first, since 100 × 1.1 is
 * 110.00000000000001 in floating point and would round up to 111.
 */
export const increasedQuota = (current: number, percent: number): number =>
  Math.ceil((current * (100 + percent)) / 100);

/**
 * The least that AWS takes a request for: it must be above the default, even where the applied value is lower.
 * https://docs.aws.amazon.com/servicequotas/latest/userguide/request-quota-increase.html
 */
export const leastAboveDefault = (awsDefault: number): number => Math.floor(awsDefault) + 1;
