import { thresholdOf } from './thresholds';
import { type AlarmMetric, readUsageSum, withFactor } from './usage-alarm';

/** What the quota of a usage alarm makes of it. */
export interface UsageLimit {
  readonly threshold: number;
  /** 0 where the quota is 0, or there is none: any request would be above it, and the alarm says nothing that is not known. */
  readonly factor: 0 | 1;
}

/** `percent`: how much of the quota the threshold is. Undefined where the model has no such quota. */
export function limitOfQuota(
  quota: { readonly value: number; readonly percent: number } | undefined,
): UsageLimit {
  if (quota === undefined || quota.value === 0) return { threshold: 0, factor: 0 };
  return { threshold: thresholdOf(quota.value, quota.percent), factor: 1 };
}

/** What decides when a usage alarm fires, as it stands there. */
export interface LimitNow {
  /** Undefined where it compares with something else, such as a band. */
  readonly threshold: number | undefined;
  /** The number before the sum; undefined where the expression is the owner's. */
  readonly factor: string | undefined;
}

interface UsageAlarm {
  readonly threshold: number | undefined;
  readonly metrics: readonly AlarmMetric[];
}

export const limitNow = ({ threshold, metrics }: UsageAlarm): LimitNow => ({
  threshold,
  factor: readUsageSum(metrics)?.factor,
});

/** Of an owner's expression only the threshold is compared. */
export function hasLimit({ threshold, metrics }: UsageAlarm, limit: UsageLimit): boolean {
  const sum = readUsageSum(metrics);
  return threshold === limit.threshold && (sum === undefined || withFactor(sum, limit.factor) === sum);
}
