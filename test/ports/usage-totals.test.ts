import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { beforeEach, expect, type jest as Jest, test } from '@jest/globals';
import { readUsageTotals } from '../../lambda/ports/usage-totals';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;

const NOW = new Date('2026-03-03T08:47:12.345Z');
const send = jest.spyOn(CloudWatchClient.prototype, 'send');
beforeEach(() => {
  send.mockReset();
});
const complete = (Id: string, ...Values: readonly number[]) => ({ Id, Values, StatusCode: 'Complete' });

test('the sums of 14 days up to the full hour are asked for day by day, of all series in one request', async () => {
  send.mockResolvedValueOnce({
    MetricDataResults: [complete('requests1', 5), complete('tokens0', 1, 2), complete('tokens1', 7)],
  } as never);
  expect(await readUsageTotals(['a', 'b'], NOW)).toEqual(
    new Map([
      ['a', { tokens: 3, requests: 0 }],
      ['b', { tokens: 7, requests: 5 }],
    ]),
  );
  expect(send.mock.calls.map(([{ input }]) => input)).toEqual([
    {
      StartTime: new Date('2026-02-17T08:00:00Z'),
      EndTime: new Date('2026-03-03T08:00:00Z'),
      MetricDataQueries: [
        ['tokens0', 'EstimatedTPMQuotaUsage', 'a'],
        ['requests0', 'Invocations', 'a'],
        ['tokens1', 'EstimatedTPMQuotaUsage', 'b'],
        ['requests1', 'Invocations', 'b'],
      ].map(([Id, MetricName, Value]) => ({
        Id,
        MetricStat: {
          Metric: {
            Namespace: 'AWS/Bedrock',
            MetricName,
            Dimensions: [{ Name: 'ModelId', Value }],
          },
          Period: 86_400,
          Stat: 'Sum',
        },
      })),
    },
  ]);
});

test('what comes on a later page is added', async () => {
  send
    .mockResolvedValueOnce({
      MetricDataResults: [{ Id: 'tokens0', Values: [1], StatusCode: 'PartialData' }],
      NextToken: 'two',
    } as never)
    .mockResolvedValueOnce({ MetricDataResults: [complete('tokens0', 4)] } as never);
  expect(await readUsageTotals(['a'], NOW)).toEqual(new Map([['a', { tokens: 5, requests: 0 }]]));
});

test('more series than a request takes are asked for in several', async () => {
  send.mockImplementation((async () => ({ MetricDataResults: [complete('tokens0', 1)] })) as never);
  const ids = Array.from({ length: 251 }, (_, index) => `p${index}`);
  const totals = await readUsageTotals(ids, NOW);
  expect([...totals].filter(([, { tokens }]) => tokens === 1).map(([id]) => id)).toEqual(['p0', 'p250']);
  expect(
    send.mock.calls.map(([{ input }]) => 'MetricDataQueries' in input && input.MetricDataQueries?.length),
  ).toEqual([500, 2]);
});

test('less than all is a failure: it would look like less usage', async () => {
  send.mockResolvedValueOnce({
    MetricDataResults: [{ Id: 'tokens0', Values: [1], StatusCode: 'PartialData' }],
  } as never);
  await expect(readUsageTotals(['a'], NOW)).rejects.toThrow('PartialData for tokens0');
});
