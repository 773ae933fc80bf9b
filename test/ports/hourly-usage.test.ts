import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { beforeEach, expect, type jest as Jest, test } from '@jest/globals';
import { readHourlyInvocations } from '../../lambda/ports/hourly-usage';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;

const NOW = new Date('2026-03-02T10:42:00Z');

interface Asked {
  readonly MetricDataQueries: readonly {
    readonly Id: string;
    readonly MetricStat: { readonly Metric: { readonly Dimensions: readonly { readonly Value: string }[] } };
  }[];
  readonly StartTime: Date;
  readonly EndTime: Date;
  readonly NextToken?: string;
}

const send = jest.spyOn(CloudWatchClient.prototype, 'send');
let asked: Asked[];

/** CloudWatch with these pages, each made from the ids of the models that were asked for. */
function cloudWatchAnswers(...pages: ((idOf: (model: string) => string | undefined) => object)[]): void {
  asked = [];
  send.mockImplementation((async ({ input }: { input: Asked }) => {
    asked.push(input);
    const idOf = (model: string) =>
      input.MetricDataQueries.find(({ MetricStat }) => MetricStat.Metric.Dimensions[0]?.Value === model)?.Id;
    return pages[asked.length - 1]?.(idOf) ?? {};
  }) as never);
}

beforeEach(() => {
  send.mockReset();
});

const hour = (time: string) => new Date(`2026-03-02T${time}:00Z`);

test('each model’s hours with invocations are told by how long ago they were', async () => {
  cloudWatchAnswers((idOf) => ({
    MetricDataResults: [
      {
        Id: idOf('a'),
        Timestamps: [hour('09:00'), hour('08:00'), hour('00:00')],
        Values: [7, 0, 1],
        StatusCode: 'Complete',
      },
      { Id: idOf('b'), Timestamps: [], Values: [], StatusCode: 'Complete' },
    ],
  }));
  expect(await readHourlyInvocations(['a', 'b'], NOW, 336)).toEqual(
    new Map([
      ['a', [0, 9]],
      ['b', []],
    ]),
  );
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({
    StartTime: new Date('2026-02-16T10:00:00Z'),
    EndTime: new Date('2026-03-02T10:00:00Z'),
    MetricDataQueries: [
      { MetricStat: { Metric: { MetricName: 'Invocations' }, Period: 3600, Stat: 'Sum' } },
      {},
    ],
  });
});

test('what comes on a second page is added', async () => {
  cloudWatchAnswers(
    (idOf) => ({
      MetricDataResults: [
        { Id: idOf('a'), Timestamps: [hour('09:00')], Values: [1], StatusCode: 'PartialData' },
      ],
      NextToken: 'more',
    }),
    (idOf) => ({
      MetricDataResults: [
        { Id: idOf('a'), Timestamps: [hour('07:00')], Values: [1], StatusCode: 'Complete' },
      ],
    }),
  );
  expect((await readHourlyInvocations(['a'], NOW, 24)).get('a')).toEqual([0, 2]);
  expect(asked.map(({ NextToken }) => NextToken)).toEqual([undefined, 'more']);
});

test('no call asks for more models than fit one', async () => {
  const models = Array.from({ length: 301 }, (_, index) => `model-${index}`);
  cloudWatchAnswers(() => ({}));
  await readHourlyInvocations(models, NOW, 24);
  expect(asked.map(({ MetricDataQueries }) => MetricDataQueries.length)).toEqual([300, 1]);
});

test('without a model CloudWatch is not asked', async () => {
  cloudWatchAnswers();
  expect(await readHourlyInvocations([], NOW, 24)).toEqual(new Map());
  expect(asked).toEqual([]);
});

test('a failure is not taken for silence', async () => {
  send.mockRejectedValue(new Error('Rate exceeded') as never);
  await expect(readHourlyInvocations(['a'], NOW, 24)).rejects.toThrow('Rate exceeded');
});

test('what CloudWatch does not give in full is no silence', async () => {
  cloudWatchAnswers((idOf) => ({
    MetricDataResults: [{ Id: idOf('a'), Timestamps: [], Values: [], StatusCode: 'InternalError' }],
  }));
  await expect(readHourlyInvocations(['a'], NOW, 24)).rejects.toThrow('CloudWatch answered InternalError');
});
