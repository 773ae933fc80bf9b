import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { MinuteValues } from '../contract/usage-series';

const MINUTE_MS = 60_000;

/** Whole minutes that follow each other. */
export interface MinuteWindow {
  readonly start: Date;
  readonly end: Date;
}

/** The last whole minutes before `now`. */
export function minutesBefore(now: Date, minutes: number): MinuteWindow {
  const end = new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS);
  return { start: new Date(end.getTime() - minutes * MINUTE_MS), end };
}

/** A metric of Amazon Bedrock, to be read minute by minute. */
export interface MinuteSeries {
  readonly metricName: string;
  readonly statistic: 'Sum' | 'Average';
  /** One for each minute of the window; NaN until a value is read. */
  readonly values: MinuteValues;
}

export const unreadSeries = (
  metricName: string,
  statistic: MinuteSeries['statistic'],
  minutes: number,
): MinuteSeries => ({ metricName, statistic, values: new Float64Array(minutes).fill(Number.NaN) });

/** The metrics could not be read in full; less would look like less traffic. */
export class IncompleteMetrics extends Error {
  override readonly name = 'IncompleteMetrics';
}

/**
 * Reads the values of all series in the window, each the sum of what CloudWatch has under these models (values of the
 * dimension `ModelId`); up to `MOST_DATAPOINTS_ON_A_PAGE` values fit one page, and so one request. Throws
 * IncompleteMetrics when CloudWatch does not give all of them.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export async function readSeries(
  cloudWatch: CloudWatchClient,
  metricModelIds: readonly string[],
  { start, end }: MinuteWindow,
  series: readonly MinuteSeries[],
): Promise<void> {
  let nextToken: string | undefined;
  do {
    const page = await cloudWatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: series.flatMap((one, index) => queriesOf(one, idOf(index), metricModelIds)),
        StartTime: start,
        EndTime: end,
        ScanBy: 'TimestampAscending',
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      }),
    );
    const results = page.MetricDataResults ?? [];
    series.forEach(({ values }, index) => {
      for (const result of results) if (result.Id === idOf(index)) store(result, values, start);
    });
    nextToken = page.NextToken;
    refuseIncomplete(results, nextToken === undefined);
  } while (nextToken !== undefined);
}

const idOf = (index: number): string => `series${index}`;

/**
 * One query that returns data. Several models are added by CloudWatch, so that no more datapoints come than of one: to `+`
 * a missing value is 0, and there is none where all miss. An expression may have 2,048 characters, a request `MOST_METRIC_QUERIES`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
function queriesOf(series: MinuteSeries, id: string, metricModelIds: readonly string[]): MetricDataQuery[] {
  const [only] = metricModelIds;
  if (only !== undefined && metricModelIds.length === 1) return [{ Id: id, ...metricOf(series, only) }];
  const summands = metricModelIds.map((metricModelId, index) => ({
    Id: `${id}_${index}`,
    ...metricOf(series, metricModelId),
    ReturnData: false,
  }));
  return [{ Id: id, Expression: summands.map(({ Id }) => Id).join(' + ') }, ...summands];
}

const metricOf = ({ metricName, statistic }: MinuteSeries, metricModelId: string) => ({
  MetricStat: {
    Metric: {
      Namespace: 'AWS/Bedrock',
      MetricName: metricName,
      Dimensions: [{ Name: 'ModelId', Value: metricModelId }],
    },
    Period: 60,
    Stat: statistic,
  },
});

function store(result: MetricDataResult, values: MinuteValues, start: Date): void {
  result.Timestamps?.forEach((timestamp, index) => {
    const minute = (timestamp.getTime() - start.getTime()) / MINUTE_MS;
    values[minute] = result.Values?.[index] ?? Number.NaN;
  });
}

/** More of a series that is `PartialData` comes on the next page; on the last page all must be there. */
export function refuseIncomplete(results: readonly MetricDataResult[], isLastPage: boolean): void {
  for (const { Id, StatusCode } of results)
    if (StatusCode !== 'Complete' && (isLastPage || StatusCode !== 'PartialData'))
      throw new IncompleteMetrics(`CloudWatch answered ${StatusCode} for ${Id}`);
}
