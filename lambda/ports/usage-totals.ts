import {
  CloudWatchClient,
  type GetMetricDataCommandInput,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import { MOST_METRIC_QUERIES } from '../../aws/cloudwatch';
import type { UsageTotals } from '../contract/usage-totals';
import { refuseIncomplete } from './minute-series';
import { PACES } from './pace';

const cloudWatch = new CloudWatchClient(PACES.patient);

const DAYS = 14;
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

const METRICS = { tokens: 'EstimatedTPMQuotaUsage', requests: 'Invocations' } as const;
const KEYS = ['tokens', 'requests'] as const;
type Key = (typeof KEYS)[number];

/** One query for each metric of a series. */
const SERIES_PER_CALL = MOST_METRIC_QUERIES / KEYS.length;

/**
 * How much each series (the value of the dimension `ModelId`) had of the quotas in the 14 days before the full hour: within
 * an hour the same question has the same answer. Throws IncompleteMetrics when CloudWatch does not give all of it.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export async function readUsageTotals(
  metricModelIds: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, UsageTotals>> {
  const totals = new Map(metricModelIds.map((id) => [id, { tokens: 0, requests: 0 }]));
  for (let first = 0; first < metricModelIds.length; first += SERIES_PER_CALL)
    await addTotals(metricModelIds.slice(first, first + SERIES_PER_CALL), now, totals);
  return totals;
}

async function addTotals(
  metricModelIds: readonly string[],
  now: Date,
  totals: ReadonlyMap<string, Record<Key, number>>,
): Promise<void> {
  const end = new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS);
  const request: GetMetricDataCommandInput = {
    MetricDataQueries: metricModelIds.flatMap((id, index) => KEYS.map((key) => queryOf(key, id, index))),
    StartTime: new Date(end.getTime() - DAYS * DAY_MS),
    EndTime: end,
  };
  for await (const { MetricDataResults = [], NextToken } of paginateGetMetricData(
    { client: cloudWatch },
    request,
  )) {
    const read = new Map(MetricDataResults.map(({ Id, Values = [] }) => [Id, Values]));
    for (const [index, id] of metricModelIds.entries())
      for (const key of KEYS) {
        const total = totals.get(id);
        if (total !== undefined)
          total[key] = (read.get(idOf(key, index)) ?? []).reduce((sum, value) => sum + value, total[key]);
      }
    refuseIncomplete(MetricDataResults, NextToken === undefined);
  }
}

const idOf = (key: Key, index: number): string => `${key}${index}`;

const queryOf = (key: Key, metricModelId: string, index: number) => ({
  Id: idOf(key, index),
  MetricStat: {
    Metric: {
      Namespace: 'AWS/Bedrock',
      MetricName: METRICS[key],
      Dimensions: [{ Name: 'ModelId', Value: metricModelId }],
    },
    Period: DAY_MS / 1000,
    Stat: 'Sum',
  },
});
