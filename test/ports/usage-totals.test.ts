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
    MetricDataResults: [complete('series1', 5), complete('series0', 1, 2)],
  } as never);
  expect(await readUsageTotals('Invocations', ['a', 'b'], NOW)).toEqual(
    new Map([
      ['a', 3],
      ['b', 5],
    ]),
  );
  expect(send.mock.calls.map(([{ input }]) => input)).toEqual([
    {
      StartTime: new Date('2026-02-17T08:00:00Z'),
      EndTime: new Date('2026-03-03T08:00:00Z'),
      MetricDataQueries: ['a', 'b'].map((Value, index) => ({
        Id: `series${index}`,
        MetricStat: {
          Metric: {
            Namespace: 'AWS/Bedrock',
            MetricName: 'Invocations',
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
      MetricDataResults: [{ Id: 'series0', Values: [1], StatusCode: 'PartialData' }],
      NextToken: 'two',
    } as never)
    .mockResolvedValueOnce({ MetricDataResults: [complete('series0', 4)] } as never);
  expect(await readUsageTotals('Invocations', ['a'], NOW)).toEqual(new Map([['a', 5]]));
});

test('more series than a request takes are asked for in several', async () => {
  send.mockImplementation((async () => ({ MetricDataResults: [complete('series0', 1)] })) as never);
  const ids = Array.from({ length: 501 }, (_, index) => `p${index}`);
  expect(await readUsageTotals('Invocations', ids, NOW)).toEqual(
    new Map([
      ['p0', 1],
      ['p500', 1],
    ]),
  );
});

test('less than all is a failure: it would look like less usage', async () => {
  send.mockResolvedValueOnce({
    MetricDataResults: [{ Id: 'series0', Values: [1], StatusCode: 'PartialData' }],
  } as never);
  await expect(readUsageTotals('Invocations', ['a'], NOW)).rejects.toThrow('PartialData for series0');
});
