import type { MinuteValues, UsageSeries } from '../contract/usage-series';
import type { Quota } from './alarm-catalogue';

export interface QuotaUsage {
  /** The metrics that it was measured by, added in the same minute. */
  readonly metrics: readonly string[];
  /** The highest one-minute value and the first minute that had it; undefined without any data. */
  readonly peak: { readonly value: number; readonly minute: Date } | undefined;
  /** The mean over the minutes with traffic; undefined without any. */
  readonly steady: number | undefined;
  /** The last minute with traffic; undefined without any. */
  readonly lastUsed: Date | undefined;
  readonly minutes: MinuteValues;
}

export interface Usage {
  readonly RPM: QuotaUsage;
  readonly TPM: QuotaUsage;
  /** Mean tokens per request; undefined where nothing was counted. */
  readonly inputTokensPerRequest: number | undefined;
  readonly outputTokensPerRequest: number | undefined;
}

/** Peaks, steady state and tokens per request of the window. */
export function measureUsage(series: UsageSeries): Usage {
  const requests = total(series.invocations);
  return {
    RPM: { metrics: ['Invocations'], ...measure(series.invocations, series.start) },
    TPM: measureTpm(series),
    inputTokensPerRequest: perRequest(total(series.inputTokens), requests),
    outputTokensPerRequest: perRequest(total(series.outputTokens), requests),
  };
}

/** By the metric that counts against the quota; by the sum of tokens only where that has no data. */
const measureTpm = ({ start, estimatedTpm, inputTokens, outputTokens }: UsageSeries): QuotaUsage =>
  hasData(estimatedTpm)
    ? { metrics: ['EstimatedTPMQuotaUsage'], ...measure(estimatedTpm, start) }
    : {
        metrics: ['InputTokenCount', 'OutputTokenCount'],
        ...measure(sumByMinute(inputTokens, outputTokens), start),
      };

export const hasData = (values: MinuteValues): boolean => values.some((value) => !Number.isNaN(value));

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

function measure(minutes: MinuteValues, start: Date): Omit<QuotaUsage, 'metrics'> {
  let peakIndex = -1;
  let lastBusy = -1;
  let sum = 0;
  let busy = 0;
  minutes.forEach((value, index) => {
    if (Number.isNaN(value)) return;
    if (peakIndex < 0 || value > (minutes[peakIndex] ?? 0)) peakIndex = index;
    if (value > 0) {
      sum += value;
      busy += 1;
      lastBusy = index;
    }
  });
  const minuteAt = (index: number): Date => new Date(start.getTime() + index * 60_000);
  return {
    peak: peakIndex < 0 ? undefined : { value: minutes[peakIndex] ?? 0, minute: minuteAt(peakIndex) },
    steady: busy === 0 ? undefined : sum / busy,
    lastUsed: lastBusy < 0 ? undefined : minuteAt(lastBusy),
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

export const total = (values: MinuteValues): number =>
  values.reduce((sum, value) => (Number.isNaN(value) ? sum : sum + value), 0);

const perRequest = (tokens: number, requests: number): number | undefined =>
  requests === 0 || tokens === 0 ? undefined : tokens / requests;
