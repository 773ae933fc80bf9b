import {
  CloudWatchClient,
  type GetMetricDataCommandOutput,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { readLastHour, readUsage } from '../../lambda/ports/usage';

const NOW = new Date('2026-03-02T09:16:42Z');
const MODEL = 'global.anthropic.claude-opus-4-6-v1';

interface Query {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: {
    readonly Metric: {
      readonly MetricName: string;
      readonly Dimensions: readonly { readonly Value: string }[];
    };
    readonly Stat: string;
  };
  readonly ReturnData?: boolean;
}

interface Asked {
  readonly MetricDataQueries: readonly Query[];
  readonly StartTime: Date;
  readonly EndTime: Date;
  readonly NextToken?: string;
}

let asked: Asked[];

/** CloudWatch with these pages, each made from the ids of the metrics that were asked for. */
function cloudWatchAnswers(
  ...pages: ((id: (metric: string) => string) => Partial<GetMetricDataCommandOutput>)[]
) {
  asked = [];
  const send = async ({ input }: { readonly input: Asked }) => {
    asked.push(input);
    const id = (metric: string): string =>
      input.MetricDataQueries.find(({ MetricStat }) => MetricStat?.Metric.MetricName === metric)?.Id ?? '';
    return pages[asked.length - 1]?.(id);
  };
  jest.spyOn(CloudWatchClient.prototype, 'send').mockImplementation(send as never);
}

const values = (Id: string, from: string, ...Values: number[]): MetricDataResult => ({
  Id,
  StatusCode: 'Complete',
  Timestamps: Values.map((_, index) => new Date(Date.parse(from) + index * 60_000)),
  Values,
});

const metricsAsked = (request: Asked | undefined) =>
  request?.MetricDataQueries.map(({ MetricStat }) => [MetricStat?.Metric.MetricName, MetricStat?.Stat]);

beforeEach(() => {
  jest.restoreAllMocks();
});

describe('the last hour', () => {
  test('is read in one request: 60 whole minutes of what goes wrong, and of how long answers take', async () => {
    cloudWatchAnswers((id) => ({
      MetricDataResults: [
        values(id('InvocationThrottles'), '2026-03-02T08:16:00Z', 7, 9),
        values(id('InvocationLatency'), '2026-03-02T09:15:00Z', 900.5),
        values(id('InvocationClientErrors'), '2026-03-02T09:14:00Z', 1),
      ],
    }));
    const hour = await readLastHour(MODEL, NOW);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      StartTime: new Date('2026-03-02T08:16:00Z'),
      EndTime: new Date('2026-03-02T09:16:00Z'),
    });
    expect(metricsAsked(asked[0])).toEqual([
      ['InvocationClientErrors', 'Sum'],
      ['InvocationServerErrors', 'Sum'],
      ['InvocationThrottles', 'Sum'],
      ['InvocationLatency', 'Average'],
    ]);
    expect(hour.start).toEqual(new Date('2026-03-02T08:16:00Z'));
    expect([...hour.throttles]).toEqual([7, 9, ...Array(58).fill(Number.NaN)]);
    expect([...hour.latency]).toEqual([...Array(59).fill(Number.NaN), 900.5]);
    expect(hour.clientErrors[58]).toBe(1);
    expect([...hour.serverErrors]).toEqual(Array(60).fill(Number.NaN));
  });

  test('is not known in part', async () => {
    cloudWatchAnswers((id) => ({
      MetricDataResults: [
        { ...values(id('InvocationThrottles'), '2026-03-02T08:16:00Z', 7), StatusCode: 'InternalError' },
      ],
    }));
    await expect(readLastHour(MODEL, NOW)).rejects.toThrow('CloudWatch answered InternalError');
  });
});

describe('the usage of 14 days', () => {
  test('is the sums of four metrics, minute by minute', async () => {
    cloudWatchAnswers((id) => ({
      MetricDataResults: [values(id('Invocations'), '2026-02-16T09:16:00Z', 4_000)],
    }));
    const usage = await readUsage(MODEL, [], NOW);
    expect(metricsAsked(asked[0])).toEqual([
      ['Invocations', 'Sum'],
      ['EstimatedTPMQuotaUsage', 'Sum'],
      ['InputTokenCount', 'Sum'],
      ['OutputTokenCount', 'Sum'],
    ]);
    expect(usage.start).toEqual(new Date('2026-02-16T09:16:00Z'));
    expect([usage.invocations.length, usage.invocations[0], usage.invocations[1]]).toEqual([
      20_160,
      4_000,
      Number.NaN,
    ]);
  });

  test.each([10, 30])(
    'is summed by CloudWatch with that of %i others: four series come back',
    async (count) => {
      const sharers = Array.from({ length: count }, (_, index) => `profile${index}`);
      cloudWatchAnswers(() => ({
        MetricDataResults: [values('series0', '2026-02-16T09:16:00Z', 4_000)],
      }));
      const { invocations } = await readUsage(MODEL, sharers, NOW);
      expect(invocations[0]).toBe(4_000);
      expect(asked).toHaveLength(1);
      const queries = asked[0]?.MetricDataQueries ?? [];
      const byId = new Map(queries.map((query) => [query.Id, query]));
      const returned = queries.filter(({ ReturnData }) => ReturnData !== false);
      const summed = returned.map(({ Expression = '' }) =>
        Expression.split(' + ').map((id) => {
          const { Metric, Stat } = byId.get(id)?.MetricStat ?? {};
          return [Metric?.MetricName, Stat, Metric?.Dimensions[0]?.Value];
        }),
      );
      expect(summed).toEqual(
        ['Invocations', 'EstimatedTPMQuotaUsage', 'InputTokenCount', 'OutputTokenCount'].map((metric) =>
          [MODEL, ...sharers].map((id) => [metric, 'Sum', id]),
        ),
      );
      // What AWS takes: 500 queries with ids of their own, that begin with a small letter, and 2,048 characters each.
      expect([byId.size, queries.length <= 500]).toEqual([queries.length, true]);
      for (const { Id, Expression = '' } of queries)
        expect([Id, Expression.length <= 2_048]).toEqual([expect.stringMatching(/^[a-z]\w*$/), true]);
      expect(JSON.stringify(asked[0]).length).toBeLessThan(40_000);
    },
  );

  test('is gathered from several pages', async () => {
    cloudWatchAnswers(
      (id) => ({
        MetricDataResults: [
          { ...values(id('InputTokenCount'), '2026-02-16T09:16:00Z', 1), StatusCode: 'PartialData' },
        ],
        NextToken: 'more',
      }),
      (id) => ({ MetricDataResults: [values(id('InputTokenCount'), '2026-02-16T09:17:00Z', 2)] }),
    );
    expect([...(await readUsage(MODEL, [], NOW)).inputTokens.slice(0, 3)]).toEqual([1, 2, Number.NaN]);
    expect(asked.map(({ NextToken }) => NextToken)).toEqual([undefined, 'more']);
  });

  test('is not known when its last page is partial', async () => {
    cloudWatchAnswers((id) => ({
      MetricDataResults: [
        { ...values(id('Invocations'), '2026-02-16T09:16:00Z', 1), StatusCode: 'PartialData' },
      ],
    }));
    await expect(readUsage(MODEL, [], NOW)).rejects.toMatchObject({ name: 'IncompleteMetrics' });
  });
});
