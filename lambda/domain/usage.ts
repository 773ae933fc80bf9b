import type { MinuteValues, UsageSeries } from '../contract/usage-series';
import type { Quota } from './alarm-catalogue';

export interface QuotaUsage {
  /** The highest one-minute value and the first minute that had it; undefined without any data. */
  readonly peak: { readonly value: number; readonly minute: Date } | undefined;
  /** The mean over the minutes with traffic; undefined without any. */
  readonly steady: number | undefined;
  readonly minutes: MinuteValues;
}

export interface Usage {
  readonly RPM: QuotaUsage;
  readonly TPM: QuotaUsage;
  /** Where TPM comes from: the metric that counts against the quota, or the sum of tokens where that has no data. */
  readonly tpmSource: 'EstimatedTPMQuotaUsage' | 'InputTokenCount + OutputTokenCount';
  /** Mean tokens per request; undefined where nothing was counted. */
  readonly inputTokensPerRequest: number | undefined;
  readonly outputTokensPerRequest: number | undefined;
}

/** Peaks, steady state and tokens per request of the window. */
export function measureUsage(series: UsageSeries): Usage {
  const estimated = series.estimatedTpm.some((value) => !Number.isNaN(value));
  const tpm = estimated ? series.estimatedTpm : sumByMinute(series.inputTokens, series.outputTokens);
  const requests = total(series.invocations);
  return {
    RPM: measure(series.invocations, series.start),
    TPM: measure(tpm, series.start),
    tpmSource: estimated ? 'EstimatedTPMQuotaUsage' : 'InputTokenCount + OutputTokenCount',
    inputTokensPerRequest: perRequest(total(series.inputTokens), requests),
    outputTokensPerRequest: perRequest(total(series.outputTokens), requests),
  };
}

export const peakOf = (usage: Usage, quota: Quota): number => usage[quota].peak?.value ?? 0;

export interface TimeAtThreshold {
  readonly minutes: number;
  /** The longest run of consecutive minutes; a minute without data ends a run. */
  readonly longestRun: number;
}

/** How long one-minute values were at or over `threshold`. */
export function timeAtThreshold(values: MinuteValues, threshold: number): TimeAtThreshold {
  let minutes = 0;
  let run = 0;
  let longestRun = 0;
  for (const value of values) {
    run = value >= threshold ? run + 1 : 0;
    if (run > 0) minutes += 1;
    longestRun = Math.max(longestRun, run);
  }
  return { minutes, longestRun };
}

function measure(minutes: MinuteValues, start: Date): QuotaUsage {
  let peakIndex = -1;
  let sum = 0;
  let busy = 0;
  minutes.forEach((value, index) => {
    if (Number.isNaN(value)) return;
    if (peakIndex < 0 || value > (minutes[peakIndex] ?? 0)) peakIndex = index;
    if (value > 0) {
      sum += value;
      busy += 1;
    }
  });
  return {
    peak:
      peakIndex < 0
        ? undefined
        : { value: minutes[peakIndex] ?? 0, minute: new Date(start.getTime() + peakIndex * 60_000) },
    steady: busy === 0 ? undefined : sum / busy,
    minutes,
  };
}

/** The sum in the same minute: the peaks of two metrics may lie in different minutes and must not be added. */
function sumByMinute(first: MinuteValues, second: MinuteValues): MinuteValues {
  return first.map((value, index) => {
    const other = second[index] ?? Number.NaN;
    if (Number.isNaN(value)) return other;
    return Number.isNaN(other) ? value : value + other;
  });
}

const total = (values: MinuteValues): number =>
  values.reduce((sum, value) => (Number.isNaN(value) ? sum : sum + value), 0);

const perRequest = (tokens: number, requests: number): number | undefined =>
  requests === 0 || tokens === 0 ? undefined : tokens / requests;
