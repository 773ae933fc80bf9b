// The variables must be set before the handler reads them.
import './environment';

import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterAll, beforeAll, beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { textWrittenSchema } from '../../lambda/contract/claims';
import type { ModelConfig } from '../../lambda/contract/model-config';
import { type NoCapacity, noCapacityText } from '../../lambda/contract/no-capacity';
import { TEXT_WRITTEN, textDigest } from '../../lambda/contract/text-log';
import type { UsageSeries } from '../../lambda/contract/usage-series';
import { handler } from '../../lambda/notification-processor/handler';
import { tellNoCapacity } from '../../lambda/notification-processor/tell-no-capacity';
import { now } from '../../lambda/ports/clock';
import { logger } from '../../lambda/ports/logger';
import { publish } from '../../lambda/ports/notifications';
import { getParameters } from '../../lambda/ports/parameters';
import { type QuotaNow, readDefaultQuota, readQuota } from '../../lambda/ports/quotas';
import { readUsage } from '../../lambda/ports/usage';
import { opus, RPM_CODE, TPM_CODE } from '../domain/incidents';
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
jest.mock('../../lambda/ports/quotas', () => ({ readDefaultQuota: jest.fn(), readQuota: jest.fn() }));

jest.spyOn(Metrics.prototype, 'publishStoredMetrics');

const SUCCEEDED = { batchItemFailures: [] };
const FAILED = { batchItemFailures: [{ itemIdentifier: expect.any(String) }] };
const REPEAT = 'This e-mail may be a repeat';

let time: Date;
let config: Partial<ModelConfig> | undefined;
/** By the last part of their names. */
let stored: Record<string, string>;
let quotas: Record<string, Pick<QuotaNow, 'value' | 'isDefault'>>;

const aws = new LocalEndpoint(() => time);
beforeAll(() => aws.start());
afterAll(() => aws.stop());

/** What this e-mail does not ask of the answer. */
const UNTOLD = { awsDefault: undefined, isAdjustable: undefined };

beforeEach(() => {
  jest.resetAllMocks();
  aws.clear();
  time = new Date('2026-03-02T09:00:00Z');
  config = {};
  stored = {};
  quotas = { [RPM_CODE]: { value: 200, isDefault: false }, [TPM_CODE]: { value: 0, isDefault: false } };
  jest.mocked(now).mockImplementation(() => time);
  jest.mocked(getParameters).mockImplementation(async (names) => {
    if (config === undefined) return new Map();
    stored.config = JSON.stringify({ ...opus, ...config });
    return new Map(names.flatMap((name) => readStored(name)));
  });
  jest.mocked(readUsage).mockResolvedValue(seriesOf([]));
  jest.mocked(readQuota).mockImplementation(async (code) => {
    const quota = quotas[code];
    return quota && { code, name: 'tokens per minute for Claude', ...UNTOLD, ...quota };
  });
  jest.mocked(readDefaultQuota).mockImplementation(async (code) => ({
    code,
    name: 'any',
    value: 6_250_000,
    isDefault: true,
    ...UNTOLD,
  }));
});

const ABOUT: NoCapacity = { model: 'G-Opus-4-6', quotas: ['RPM', 'TPM'], requestId: 'b2f1' };

/** The processor with a message, `minutes` after the first. */
async function handle({ about = ABOUT, minutes = 0, receives = 1, id = 'message' } = {}) {
  time = new Date(Date.parse('2026-03-02T09:00:00Z') + minutes * 60_000);
  const event = eventWith(noCapacityText(about), id, receives);
  return handler(event, { getRemainingTimeInMillis: () => 60_000 } as Context);
}

function readStored(name: string): readonly (readonly [string, string])[] {
  const value = stored[name.slice(name.lastIndexOf('/') + 1)];
  return value === undefined ? [] : [[name, value]];
}

/** These requests in the last minutes up to 08:59. */
function seriesOf(requests: readonly number[]): UsageSeries {
  const none = new Float64Array(60).fill(Number.NaN);
  return {
    start: new Date('2026-03-02T08:00:00Z'),
    invocations: Float64Array.from([...none, ...requests].slice(-60)),
    estimatedTpm: none,
    inputTokens: none,
    outputTokens: none,
  };
}

const told = (): string => emails()[0]?.body.replaceAll(/\s+/g, ' ') ?? '';
const emails = () => jest.mocked(publish).mock.calls.map(([, subject, body]) => ({ subject, body }));

describe('a quota that a deployment found to be 0', () => {
  test('is told in one e-mail, whatever notificationPreference says', async () => {
    config = { notificationPreference: 'critical' };
    expect(await handle()).toEqual(SUCCEEDED);
    expect(emails().map(({ subject }) => subject)).toEqual(['WARNING: Acme Bedrock G-Opus-4-6 - quota is 0']);
    expect(emails()[0]?.body).toContain(TPM_CODE);
    expect(emails()[0]?.body).not.toContain(RPM_CODE);
    expect(emails()[0]?.body).toContain('6,250,000 TPM');
    expect(emails()[0]?.body).not.toContain(REPEAT);
  });

  test('is logged with its claims, of no incident', async () => {
    await handle();
    const written = jest
      .mocked(logger.info)
      .mock.calls.filter(([message]) => message === TEXT_WRITTEN)
      .map(([message, more]) => textWrittenSchema.parse({ message, ...Object(more) }).text);
    expect(written).toEqual([
      expect.objectContaining({
        digest: textDigest(emails()[0]?.body ?? ''),
        customer: 'Acme',
        model: 'G-Opus-4-6',
        incident: null,
      }),
    ]);
  });

  test('is told once for each deployment, however often its message comes', async () => {
    await handle();
    expect(await handle({ minutes: 7, receives: 2 })).toEqual(SUCCEEDED);
    expect(await handle({ minutes: 8, id: 'a copy' })).toEqual(SUCCEEDED);
    expect(emails()).toHaveLength(1);
    await handle({ about: { ...ABOUT, requestId: 'c3d4' } });
    expect(emails()).toHaveLength(2);
  });

  test('is told of a default too, whose own default need not be read', async () => {
    quotas = { [TPM_CODE]: { value: 0, isDefault: true } };
    expect(await handle()).toEqual(SUCCEEDED);
    expect(told()).toContain("AWS's default is 0 TPM and no value was ever applied to this account.");
    expect(readDefaultQuota).not.toHaveBeenCalled();
  });

  test.each([
    ['never given', [], 'was never given capacity for this model'],
    ['taken away', [40], 'though CloudWatch counts usage until 2026-03-02 08:59 UTC'],
  ])('is told as capacity that was %s, by the usage of all that share it', async (_, values, words) => {
    stored['quota-sharers'] = JSON.stringify({
      sharers: [{ id: 'abcdefghijkl', name: 'checkout', watchedBy: ['RPM'] }],
      unlisted: 0,
    });
    jest.mocked(readUsage).mockResolvedValue(seriesOf(values));
    await handle();
    expect(jest.mocked(readUsage).mock.calls[0]?.slice(0, 2)).toEqual([opus.modelId, ['abcdefghijkl']]);
    expect(told()).toContain(words);
  });

  test('is told though usage cannot be read', async () => {
    jest.mocked(readUsage).mockRejectedValue(new Error('ThrottlingException'));
    expect(await handle()).toEqual(SUCCEEDED);
    expect(told()).toContain('the usage of the last 14 days could not be read.');
    expect(told()).not.toContain('never given');
  });

  test('is told though what AWS gives by default cannot be read', async () => {
    jest.mocked(readDefaultQuota).mockRejectedValue(new Error('TooManyRequestsException'));
    expect(await handle()).toEqual(SUCCEEDED);
    expect(emails()[0]?.body.replaceAll(/\s+/g, ' ')).toContain('what AWS gives by default is not known');
  });
});

describe('nothing is told', () => {
  test.each([
    ['was raised meanwhile', { value: 1, isDefault: false }],
    ['is gone', undefined],
  ])('of a quota that %s', async (_, tpm) => {
    quotas = tpm === undefined ? {} : { [TPM_CODE]: tpm };
    expect(await handle()).toEqual(SUCCEEDED);
    expect(emails()).toEqual([]);
    expect(aws.calls).toEqual([]);
  });

  test('of a quota that the model does not have', async () => {
    config = { tpmQuotaCode: null };
    expect(await handle()).toEqual(SUCCEEDED);
    expect(emails()).toEqual([]);
  });

  test('while the model has no configuration: it is tried again, and given up where a deployment failed', async () => {
    config = undefined;
    expect(await handle()).toEqual(FAILED);
    expect(await handle({ minutes: 6, receives: 2 })).toEqual(SUCCEEDED);
    expect(emails()).toEqual([]);
  });

  test('while the quotas cannot be read: it is tried again', async () => {
    jest.mocked(readQuota).mockRejectedValueOnce(new Error('TooManyRequestsException'));
    expect(await handle()).toEqual(FAILED);
    expect(await handle({ minutes: 6, receives: 2 })).toEqual(SUCCEEDED);
    expect(emails()).toHaveLength(1);
    expect(emails()[0]?.body).not.toContain(REPEAT);
  });

  test('by a copy of the message while another run is at it', async () => {
    jest.mocked(publish).mockImplementationOnce(async () => {
      await expect(tellNoCapacity(ABOUT, 'a copy', false)).rejects.toThrow('another run');
    });
    expect(await handle()).toEqual(SUCCEEDED);
    expect(emails()).toHaveLength(1);
  });
});

describe('a second e-mail', () => {
  const refused = Object.assign(new Error('no'), { $metadata: { httpStatusCode: 403 } });

  test('after an unclear answer says that it may be a repeat', async () => {
    jest.mocked(publish).mockRejectedValueOnce(new Error('socket hang up'));
    expect(await handle()).toEqual(FAILED);
    expect(await handle({ minutes: 6, receives: 2 })).toEqual(SUCCEEDED);
    expect(emails().map(({ body }) => body.startsWith(REPEAT))).toEqual([false, true]);
  });

  test('after the first went out and could not be put down says so too', async () => {
    jest.mocked(publish).mockImplementationOnce(async () => {
      aws.misfortunes.push({ operation: 'UpdateItem', as: 'AccessDeniedException' });
    });
    expect(await handle()).toEqual(FAILED);
    expect(await handle({ minutes: 6, receives: 2 })).toEqual(SUCCEEDED);
    expect(emails().map(({ body }) => body.startsWith(REPEAT))).toEqual([false, true]);
  });

  test('after SNS refused the first is the first, and says nothing of a repeat', async () => {
    jest.mocked(publish).mockRejectedValueOnce(refused);
    expect(await handle()).toEqual(FAILED);
    expect(await handle({ minutes: 6, receives: 2 })).toEqual(SUCCEEDED);
    expect(emails().map(({ body }) => body.startsWith(REPEAT))).toEqual([false, false]);
  });

  test('that SNS refused after an unclear answer leaves the third one a possible repeat', async () => {
    jest.mocked(publish).mockRejectedValueOnce(new Error('socket hang up')).mockRejectedValueOnce(refused);
    await handle();
    await handle({ minutes: 6, receives: 2 });
    expect(await handle({ minutes: 12, receives: 3 })).toEqual(SUCCEEDED);
    expect(emails().map(({ body }) => body.startsWith(REPEAT))).toEqual([false, true, true]);
  });
});

test('without the ledger it is told all the same, with word of that', async () => {
  aws.misfortunes.push({ operation: 'UpdateItem', as: 'AccessDeniedException' });
  expect(await handle()).toEqual(SUCCEEDED);
  expect(emails()[0]?.body).toMatch(/^The incident ledger could not be used: this may be told more than/);
});

test('what is put down is no model of the ledger, and goes after 60 days', async () => {
  await handle();
  expect(aws.items()).toEqual([
    {
      pk: { S: 'models' },
      sk: { S: 'no-capacity#G-Opus-4-6#b2f1' },
      toldAt: { S: '2026-03-02T09:00:00.000Z' },
      expiresAt: { N: String(Date.parse('2026-05-01T09:00:00Z') / 1000) },
    },
  ]);
});
