// The variables must be set before the handler reads them.
import './environment';

import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterAll, beforeAll, beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import type { QuotaRequestStatus } from '../../aws/service-quotas';
import { textWrittenSchema } from '../../lambda/contract/claims';
import type { ModelConfig } from '../../lambda/contract/model-config';
import { type QuotaAnswer, quotaAnswerText } from '../../lambda/contract/quota-answer';
import { TEXT_WRITTEN } from '../../lambda/contract/text-log';
import { handler } from '../../lambda/notification-processor/handler';
import { now } from '../../lambda/ports/clock';
import { logger } from '../../lambda/ports/logger';
import { publish } from '../../lambda/ports/notifications';
import { getParameters } from '../../lambda/ports/parameters';
import { quotaRequestNow } from '../../lambda/ports/quota-requests';
import { readQuota } from '../../lambda/ports/quotas';
import { readUsage } from '../../lambda/ports/usage';
import { opus, TPM_CODE } from '../domain/incidents';
import { flowing } from '../domain/prose';
import { LocalEndpoint } from '../ports/local-endpoint';
import { eventWith } from './messages';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/ports/clock', () => ({ now: jest.fn() }));
jest.mock('../../lambda/ports/logger', () => ({
  logger: { addContext: jest.fn(), error: jest.fn(), info: jest.fn(), warn: jest.fn() },
}));
jest.mock('../../lambda/ports/notifications', () => ({ publish: jest.fn() }));
jest.mock('../../lambda/ports/parameters', () => ({ getParameters: jest.fn() }));
jest.mock('../../lambda/ports/usage', () => ({ readUsage: jest.fn() }));
jest.mock('../../lambda/ports/quotas', () => ({ readQuota: jest.fn() }));
jest.mock('../../lambda/ports/quota-requests', () => ({ quotaRequestNow: jest.fn() }));

jest.spyOn(Metrics.prototype, 'publishStoredMetrics');

const SUCCEEDED = { batchItemFailures: [] };
const FAILED = { batchItemFailures: [{ itemIdentifier: expect.any(String) }] };

let time: Date;
let status: QuotaRequestStatus | undefined;
let displayId: string | undefined;
/** By model; one that is not there is not monitored. */
let configs: Record<string, Partial<ModelConfig>>;
let quota: number | undefined;

const aws = new LocalEndpoint(() => time);
beforeAll(() => aws.start());
afterAll(() => aws.stop());

beforeEach(() => {
  jest.resetAllMocks();
  aws.clear();
  time = new Date('2026-03-02T10:00:00Z');
  status = 'APPROVED';
  displayId = undefined;
  configs = { 'G-Opus-4-6': {} };
  quota = 7_812_500;
  for (const model of ['G-Opus-4-6', 'Other']) putModel(model);
  jest.mocked(now).mockImplementation(() => time);
  jest.mocked(quotaRequestNow).mockImplementation(
    async (id) =>
      status && {
        id,
        code: TPM_CODE,
        status,
        desired: 7_812_500,
        since: new Date('2026-03-02T09:10:35Z'),
        changedAt: time,
        displayId,
      },
  );
  jest.mocked(getParameters).mockImplementation(async (names) => {
    const [, model = ''] = /monitoring\/([^/]+)\/config/.exec(names[0] ?? '') ?? [];
    const config = configs[model];
    if (config === undefined) return new Map();
    const base = names[0]?.replace('config', '') ?? '';
    return new Map([
      [`${base}config`, JSON.stringify({ ...opus, modelName: model, ...config })],
      [`${base}thresholds/tpm-threshold-calculated`, '6250000'],
    ]);
  });
  jest.mocked(readQuota).mockImplementation(async (code) => {
    if (quota === undefined) throw new Error('not now');
    return {
      code,
      name: 'tokens per minute',
      value: quota,
      isDefault: false,
      awsDefault: undefined,
      isAdjustable: true,
    };
  });
  const minutes = (...values: readonly number[]) => Float64Array.from(values);
  jest.mocked(readUsage).mockImplementation(async () => ({
    start: new Date('2026-03-02T09:00:00Z'),
    invocations: minutes(4_000),
    estimatedTpm: minutes(5_600_000),
    inputTokens: minutes(),
    outputTokens: minutes(),
  }));
});

const REQUEST = {
  M: {
    code: { S: TPM_CODE },
    quota: { S: 'TPM' },
    desired: { N: '7812500' },
    at: { S: '2026-03-02T09:10:35.000Z' },
  },
};

/** With requests for the same quota, by their ids. */
const putModel = (model: string, ...ids: readonly string[]): void =>
  aws.put({
    pk: { S: 'models' },
    sk: { S: model },
    ...Object.fromEntries((ids.length === 0 ? ['one'] : ids).map((id) => [`request.${id}`, REQUEST])),
  });

const ANSWER: QuotaAnswer = {
  id: 'one',
  code: TPM_CODE,
  quota: 'TPM',
  requestedAt: '2026-03-02T09:10:35.000Z',
  models: [{ model: 'G-Opus-4-6', was: 6_250_000, threshold: 5_000_000 }],
};

/** The processor with the message. */
const handle = (answer: QuotaAnswer = ANSWER, id = 'message') =>
  handler(eventWith(quotaAnswerText(answer), id), { getRemainingTimeInMillis: () => 60_000 } as Context);

const emails = () =>
  jest.mocked(publish).mock.calls.map(([, subject, body]) => ({ subject, body: flowing(body) }));
const textOf = (value: unknown): string => z.object({ S: z.string() }).parse(value).S;
/** The models of which the ledger still knows a request, one after each request. */
const following = () =>
  aws.items().flatMap((item) =>
    Object.keys(item)
      .filter((name) => name.startsWith('request.'))
      .map(() => textOf(item.sk)),
  );

describe('the answer to a quota request', () => {
  test('is told in one e-mail, whatever notificationPreference says, and the ledger forgets the request', async () => {
    configs = { 'G-Opus-4-6': { notificationPreference: 'critical' } };
    expect(await handle()).toEqual(SUCCEEDED);
    expect(emails().map(({ subject }) => subject)).toEqual([
      'WARNING: Acme Bedrock G-Opus-4-6 - TPM quota raised',
    ]);
    for (const words of [
      'was 6,250,000 TPM and is 7,812,500 TPM now',
      'before 5,000,000 TPM',
      '71 % of the quota',
    ])
      expect(emails()[0]?.body).toContain(words);
    expect(following()).toEqual(['Other']);
    expect(aws.items().find(({ sk }) => textOf(sk) === 'quota-answer#one')).toMatchObject({
      toldAt: { S: '2026-03-02T10:00:00.000Z' },
    });
  });

  test('is told once, however often it is asked for, and forgotten each time', async () => {
    await handle();
    putModel('G-Opus-4-6');
    expect(await handle(ANSWER, 'another')).toEqual(SUCCEEDED);
    expect(emails()).toHaveLength(1);
    expect(following()).toEqual(['Other']);
  });

  test('leaves another request for the quota alone', async () => {
    putModel('G-Opus-4-6', 'one', 'two');
    expect(await handle()).toEqual(SUCCEEDED);
    expect(following()).toEqual(['G-Opus-4-6', 'Other']);
  });

  test('is told for all its models in one e-mail, of each of which the facts are logged', async () => {
    configs = { 'G-Opus-4-6': {}, Other: {} };
    await handle({ ...ANSWER, models: [...ANSWER.models, { model: 'Other' }] });
    expect(emails()).toHaveLength(1);
    expect(emails()[0]?.subject).toContain('2 models');
    expect(following()).toEqual([]);
    const lines = jest
      .mocked(logger.info)
      .mock.calls.flatMap(([message, extra]) =>
        message === TEXT_WRITTEN ? [textWrittenSchema.parse({ message, ...(extra as object) }).text] : [],
      );
    expect(lines.map(({ model, incident }) => [model, incident])).toEqual([
      ['G-Opus-4-6', null],
      ['Other', null],
    ]);
  });

  test('leaves out what is not monitored any more, and tells nobody where that is all', async () => {
    configs = { Other: {} };
    await handle({ ...ANSWER, models: [...ANSWER.models, { model: 'Other' }] });
    expect(emails()[0]?.subject).toContain(' Other - ');
    configs = {};
    putModel('G-Opus-4-6', 'two');
    expect(await handle({ ...ANSWER, id: 'two' })).toEqual(SUCCEEDED);
    expect(emails()).toHaveLength(1);
    expect(following()).toEqual([]);
  });

  test('is told of many models with the figures of four, and the names of the others', async () => {
    const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];
    configs = Object.fromEntries(names.filter((name) => name !== 'B').map((name) => [name, {}]));
    for (const name of names) putModel(name);
    await handle({ ...ANSWER, models: names.map((model) => ({ model })) });
    const [email] = emails();
    expect(email?.subject).toContain('6 models');
    for (const name of ['A', 'C', 'D', 'E']) expect(email?.body).toContain(`- ${name}: alarm threshold`);
    expect(email?.body).toContain('It was made for F and G as well');
    expect(jest.mocked(readUsage)).toHaveBeenCalledTimes(4);
    expect(following()).toEqual(['G-Opus-4-6', 'Other']);
  });

  test('that is none is not told, and goes on being followed', async () => {
    status = 'CASE_OPENED';
    expect(await handle()).toEqual(SUCCEEDED);
    expect(emails()).toEqual([]);
    expect(following()).toEqual(['G-Opus-4-6', 'Other']);
  });

  test('of a request that AWS does not know any more is told as that', async () => {
    status = undefined;
    quota = 6_250_000;
    expect(await handle()).toEqual(SUCCEEDED);
    expect(emails()[0]?.body).toContain('what AWS answered is not known');
  });

  test('that cannot be read is left in the queue', async () => {
    jest.mocked(quotaRequestNow).mockRejectedValueOnce(new Error('not now'));
    expect(await handle()).toEqual(FAILED);
    expect(emails()).toEqual([]);
    expect(following()).toEqual(['G-Opus-4-6', 'Other']);
    expect(await handle()).toEqual(SUCCEEDED);
    expect(emails()).toHaveLength(1);
  });

  test('is told with what is known, and says what is not', async () => {
    quota = undefined;
    jest.mocked(readUsage).mockRejectedValue(new Error('not now'));
    expect(await handle()).toEqual(SUCCEEDED);
    expect(emails()[0]?.body).toContain('The quota was 6,250,000 TPM; what it is now is not known.');
    expect(emails()[0]?.body).toContain('Peak of the last 14 days: not known.');
  });
});

describe('a denial', () => {
  const withCase = () =>
    aws.support.putCase({
      subject: 'Quota increase',
      createdAt: new Date('2026-03-02T09:11:00Z'),
      body: 'Service Quotas opened this case.',
      openedBy: 'aws',
      via: 'service-quotas',
    });

  beforeEach(() => {
    status = 'DENIED';
    quota = 6_250_000;
  });

  test.each([
    ['with the last that AWS wrote', true, '"Not enough use."'],
    ['without a reason, as that', false, 'No reason was found'],
  ])('is told %s', async (_, isGiven, words) => {
    const opened = withCase();
    displayId = opened.displayId;
    opened.add({ by: 'us', at: new Date('2026-03-02T09:13:00Z'), body: 'Our details.' });
    if (isGiven) aws.support.reply(displayId, 'Not enough use.', new Date('2026-03-02T09:50:00Z'));
    expect(await handle()).toEqual(SUCCEEDED);
    expect(emails()[0]?.body).toContain(words);
    expect(emails()[0]?.body).not.toContain('Our details.');
  });

  test.each(['SubscriptionRequiredException', 'InternalServerError'])(
    'whose case cannot be read (%s) says so',
    async (as) => {
      displayId = withCase().displayId;
      for (let times = 0; times < 3; times += 1) aws.misfortunes.push({ operation: 'DescribeCases', as });
      expect(await handle()).toEqual(SUCCEEDED);
      expect(emails()[0]?.body).toContain('Whether AWS gave a reason is not known');
    },
  );
});

describe('where the ledger cannot be written', () => {
  test('it is told as what may be told again, and the run does not fail for it', async () => {
    for (let times = 0; times < 3; times += 1)
      aws.misfortunes.push({ operation: 'UpdateItem', as: 'AccessDeniedException' });
    expect(await handle()).toEqual(SUCCEEDED);
    expect(emails()[0]?.body).toContain(
      'The incident ledger could not be used: this may be told more than once',
    );
    // The alarm updater asks again within the hour.
    expect(following()).toEqual(['G-Opus-4-6', 'Other']);
  });

  test('only after the e-mail, the request is found again by the next run of the updater', async () => {
    const lost = jest.mocked(publish).mockImplementation(async () => {
      for (let times = 0; times < 2; times += 1)
        aws.misfortunes.push({ operation: 'UpdateItem', as: 'AccessDeniedException' });
    });
    expect(await handle()).toEqual(FAILED);
    lost.mockImplementation(async () => undefined);
    aws.misfortunes.length = 0;
    time = new Date('2026-03-02T10:06:00Z');
    expect(await handle()).toEqual(SUCCEEDED);
    expect(emails().map(({ body }) => body.startsWith('This e-mail may be a repeat'))).toEqual([false, true]);
  });
});
