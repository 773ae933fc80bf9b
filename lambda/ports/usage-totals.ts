import {
  CloudWatchClient,
  type GetMetricDataCommandInput,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import { refuseIncomplete } from './minute-series';
import { PACES } from './pace';

const cloudWatch = new CloudWatchClient(PACES.patient);

const DAYS = 14;
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** The most that one request takes. */
const SERIES_PER_CALL = 500;

/**
 * How much each series (the value of the dimension `ModelId`) had of a metric in the 14 days before the full hour: within
 * an hour the same question has the same answer. Throws IncompleteMetrics when CloudWatch does not give all of it.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export async function readUsageTotals(
  metricName: string,
  metricModelIds: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, number>> {
  const totals = new Map<string, number>();
  for (let first = 0; first < metricModelIds.length; first += SERIES_PER_CALL)
    await addTotals(metricName, metricModelIds.slice(first, first + SERIES_PER_CALL), now, totals);
  return totals;
}

async function addTotals(
  metricName: string,
  metricModelIds: readonly string[],
  now: Date,
  totals: Map<string, number>,
): Promise<void> {
  const end = new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS);
  const request: GetMetricDataCommandInput = {
    MetricDataQueries: metricModelIds.map((id, index) => queryOf(metricName, id, index)),
    StartTime: new Date(end.getTime() - DAYS * DAY_MS),
    EndTime: end,
  };
  for await (const { MetricDataResults = [], NextToken } of paginateGetMetricData(
    { client: cloudWatch },
    request,
  )) {
    for (const [index, id] of metricModelIds.entries())
      for (const { Id, Values = [] } of MetricDataResults)
        if (Id === idOf(index))
          totals.set(
            id,
            Values.reduce((sum, value) => sum + value, totals.get(id) ?? 0),
          );
    refuseIncomplete(MetricDataResults, NextToken === undefined);
  }
}

const idOf = (index: number): string => `series${index}`;

const queryOf = (metricName: string, metricModelId: string, index: number) => ({
  Id: idOf(index),
  MetricStat: {
    Metric: {
      Namespace: 'AWS/Bedrock',
      MetricName: metricName,
      Dimensions: [{ Name: 'ModelId', Value: metricModelId }],
    },
    Period: DAY_MS / 1000,
    Stat: 'Sum',
  },
});
