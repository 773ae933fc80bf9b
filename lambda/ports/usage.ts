import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { LAST_HOUR_MINUTES, type LastHour } from '../contract/last-hour';
import { USAGE_MINUTES, type UsageSeries } from '../contract/usage-series';
import { READ_ONCE, SLOW_READ } from './client-settings';
import { type MinuteSeries, minutesBefore, readSeries, unreadSeries } from './minute-series';

const patient = new CloudWatchClient(SLOW_READ);
/** The last hour explains; a case is decided without it. So the repeats are left to the reads that decide. */
const once = new CloudWatchClient(READ_ONCE);

/**
 * The one-minute sums of the last 14 days, whole minutes, up to `now`, of the model and all that shares its quotas: four
 * series, 80,640 datapoints, one request.
 * Throws IncompleteMetrics when CloudWatch does not give all of them.
 */
export async function readUsage(
  metricModelId: string,
  sharers: readonly string[],
  now: Date,
): Promise<UsageSeries> {
  const sum = (metricName: string): MinuteSeries => unreadSeries(metricName, 'Sum', USAGE_MINUTES);
  const invocations = sum('Invocations');
  const estimatedTpm = sum('EstimatedTPMQuotaUsage');
  const inputTokens = sum('InputTokenCount');
  const outputTokens = sum('OutputTokenCount');
  const window = minutesBefore(now, USAGE_MINUTES);
  const series = [invocations, estimatedTpm, inputTokens, outputTokens];
  await readSeries(patient, [metricModelId, ...sharers], window, series);
  return {
    start: window.start,
    invocations: invocations.values,
    estimatedTpm: estimatedTpm.values,
    inputTokens: inputTokens.values,
    outputTokens: outputTokens.values,
  };
}

/**
 * What went wrong with a model in the last 60 whole minutes before `now`, and how long answers took: its own series alone,
 * since the alarms that this explains watch no other; one request of its own, since a
 * fifth series would fill the one page that the 14 days may take, and an eighth would need a second.
 * Throws IncompleteMetrics when CloudWatch does not give all of it.
 */
export async function readLastHour(metricModelId: string, now: Date): Promise<LastHour> {
  const clientErrors = unreadSeries('InvocationClientErrors', 'Sum', LAST_HOUR_MINUTES);
  const serverErrors = unreadSeries('InvocationServerErrors', 'Sum', LAST_HOUR_MINUTES);
  const throttles = unreadSeries('InvocationThrottles', 'Sum', LAST_HOUR_MINUTES);
  const latency = unreadSeries('InvocationLatency', 'Average', LAST_HOUR_MINUTES);
  const window = minutesBefore(now, LAST_HOUR_MINUTES);
  await readSeries(once, [metricModelId], window, [clientErrors, serverErrors, throttles, latency]);
  return {
    start: window.start,
    clientErrors: clientErrors.values,
    serverErrors: serverErrors.values,
    throttles: throttles.values,
    latency: latency.values,
  };
}
