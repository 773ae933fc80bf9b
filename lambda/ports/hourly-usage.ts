import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { MOST_DATAPOINTS_ON_A_PAGE, MOST_METRIC_QUERIES } from '../../aws/cloudwatch';
import { refuseIncomplete } from './minute-series';
import { PACES } from './pace';

const cloudWatch = new CloudWatchClient(PACES.patient);

const HOUR_MS = 60 * 60 * 1000;
const HOUR_SECONDS = 3600;

/** So many series of 14 days of hours, one query each, fit the page of one request. */
const MODELS_PER_CALL = Math.min(MOST_METRIC_QUERIES, MOST_DATAPOINTS_ON_A_PAGE / (14 * 24));

/**
 * For each model (the value of its metrics' dimension), how many whole hours ago it had invocations, within the last
 * `hours`; 0 is the newest. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export async function readHourlyInvocations(
  metricModelIds: readonly string[],
  now: Date,
  hours: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const end = new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS);
  const start = new Date(end.getTime() - hours * HOUR_MS);
  const busy = new Map<string, readonly number[]>();
  for (let first = 0; first < metricModelIds.length; first += MODELS_PER_CALL) {
    const group = metricModelIds.slice(first, first + MODELS_PER_CALL);
    let nextToken: string | undefined;
    do {
      const page = await cloudWatch.send(
        new GetMetricDataCommand({
          MetricDataQueries: group.map(queryOf),
          StartTime: start,
          EndTime: end,
          ...(nextToken === undefined ? {} : { NextToken: nextToken }),
        }),
      );
      for (const { Id, Timestamps = [], Values = [] } of page.MetricDataResults ?? []) {
        const id = group.find((_, index) => idOf(index) === Id);
        if (id === undefined) continue;
        const hoursAgo = Timestamps.filter((_, index) => (Values[index] ?? 0) > 0).map(
          (at) => Math.round((end.getTime() - at.getTime()) / HOUR_MS) - 1,
        );
        busy.set(id, [...(busy.get(id) ?? []), ...hoursAgo]);
      }
      nextToken = page.NextToken;
      refuseIncomplete(page.MetricDataResults ?? [], nextToken === undefined);
    } while (nextToken !== undefined);
  }
  return busy;
}

const idOf = (index: number): string => `model${index}`;

const queryOf = (metricModelId: string, index: number) => ({
  Id: idOf(index),
  MetricStat: {
    Metric: {
      Namespace: 'AWS/Bedrock',
      MetricName: 'Invocations',
      Dimensions: [{ Name: 'ModelId', Value: metricModelId }],
    },
    Period: HOUR_SECONDS,
    Stat: 'Sum',
  },
});
