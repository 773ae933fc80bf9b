import { CloudWatchClient, GetMetricDataCommand, type MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { type MinuteValues, USAGE_MINUTES, type UsageSeries } from '../contract/usage-series';
import { SLOW_READ } from './client-settings';

const cloudWatch = new CloudWatchClient(SLOW_READ);

const SERIES = {
  invocations: 'Invocations',
  estimatedTpm: 'EstimatedTPMQuotaUsage',
  inputTokens: 'InputTokenCount',
  outputTokens: 'OutputTokenCount',
} as const;
type SeriesId = keyof typeof SERIES;
const SERIES_IDS = Object.keys(SERIES) as SeriesId[];

const MINUTE_MS = 60_000;

/** The metrics could not be read in full; less would look like less traffic. */
export class IncompleteMetrics extends Error {
  override readonly name = 'IncompleteMetrics';
}

/**
 * The one-minute values of the last 14 days, whole minutes, up to `now`. Four series fit one page of 100,800 datapoints.
 * Throws IncompleteMetrics when CloudWatch does not give all of them.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export async function readUsage(metricModelId: string, now: Date): Promise<UsageSeries> {
  const end = new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS);
  const start = new Date(end.getTime() - USAGE_MINUTES * MINUTE_MS);
  const values: Record<SeriesId, MinuteValues> = {
    invocations: emptyMinutes(),
    estimatedTpm: emptyMinutes(),
    inputTokens: emptyMinutes(),
    outputTokens: emptyMinutes(),
  };
  let nextToken: string | undefined;
  do {
    const page = await cloudWatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: SERIES_IDS.map((id) => perMinuteSum(id, metricModelId)),
        StartTime: start,
        EndTime: end,
        ScanBy: 'TimestampAscending',
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      }),
    );
    for (const result of page.MetricDataResults ?? []) store(result, values, start);
    nextToken = page.NextToken;
    refuseIncomplete(page.MetricDataResults ?? [], nextToken === undefined);
  } while (nextToken !== undefined);
  return { start, ...values };
}

const emptyMinutes = (): MinuteValues => new Float64Array(USAGE_MINUTES).fill(Number.NaN);

const perMinuteSum = (id: SeriesId, metricModelId: string) => ({
  Id: id,
  MetricStat: {
    Metric: {
      Namespace: 'AWS/Bedrock',
      MetricName: SERIES[id],
      Dimensions: [{ Name: 'ModelId', Value: metricModelId }],
    },
    Period: 60,
    Stat: 'Sum',
  },
});

/** More of a series that is `PartialData` comes on the next page; on the last page all must be there. */
function refuseIncomplete(results: readonly MetricDataResult[], isLastPage: boolean): void {
  for (const { Id, StatusCode } of results)
    if (StatusCode !== 'Complete' && (isLastPage || StatusCode !== 'PartialData'))
      throw new IncompleteMetrics(`CloudWatch answered ${StatusCode} for ${Id}`);
}

function store(result: MetricDataResult, values: Record<SeriesId, MinuteValues>, start: Date): void {
  const minutes = SERIES_IDS.find((id) => id === result.Id);
  if (minutes === undefined) return;
  result.Timestamps?.forEach((timestamp, index) => {
    const minute = (timestamp.getTime() - start.getTime()) / MINUTE_MS;
    values[minutes][minute] = result.Values?.[index] ?? Number.NaN;
  });
}
