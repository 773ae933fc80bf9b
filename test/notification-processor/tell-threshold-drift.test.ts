// The variables must be set before the handler reads them.
import './environment';

import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterAll, beforeAll, beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { ModelConfig } from '../../lambda/contract/model-config';
import { thresholdDriftText } from '../../lambda/contract/threshold-drift';
import { handler } from '../../lambda/notification-processor/handler';
import { describeUsageAlarms, type UsageAlarm } from '../../lambda/ports/alarms';
import { now } from '../../lambda/ports/clock';
import { publish } from '../../lambda/ports/notifications';
import { getParameters } from '../../lambda/ports/parameters';
import { type QuotaNow, readQuota } from '../../lambda/ports/quotas';
import { opus, TPM_CODE } from '../domain/incidents';
import { LocalEndpoint } from '../ports/local-endpoint';
import { eventWith } from './messages';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/ports/clock', () => ({ now: jest.fn() }));
jest.mock('../../lambda/ports/logger', () => ({
  logger: { addContext: jest.fn(), error: jest.fn(), info: jest.fn(), warn: jest.fn() },
}));
jest.mock('../../lambda/ports/alarms', () => ({ describeUsageAlarms: jest.fn() }));
jest.mock('../../lambda/ports/notifications', () => ({ publish: jest.fn() }));
jest.mock('../../lambda/ports/parameters', () => ({ getParameters: jest.fn() }));
jest.mock('../../lambda/ports/quotas', () => ({ readQuota: jest.fn() }));

jest.spyOn(Metrics.prototype, 'publishStoredMetrics');

const SUCCEEDED = { batchItemFailures: [] };
const FAILED = { batchItemFailures: [{ itemIdentifier: expect.any(String) }] };
const ALARM = 'Acme-Bedrock-HighTPMQuotaUsage-Warning-G-Opus-4-6';
const DAY = 24 * 60;

let time: Date;
let config: Partial<ModelConfig> | undefined;
let threshold: number | undefined;
let quota: Pick<QuotaNow, 'value' | 'isDefault'> | undefined;

const aws = new LocalEndpoint(() => time);
beforeAll(() => aws.start());
afterAll(() => aws.stop());

beforeEach(() => {
  jest.resetAllMocks();
  aws.clear();
  config = {};
  threshold = 99_000_000;
  quota = { value: 6_250_000, isDefault: false };
  jest.mocked(now).mockImplementation(() => time);
  jest
    .mocked(getParameters)
    .mockImplementation(async ([name = '']) =>
      config === undefined
        ? new Map()
        : new Map([[name, JSON.stringify({ ...opus, automatedThresholdUpdate: false, ...config })]]),
    );
  jest.mocked(describeUsageAlarms).mockImplementation(async ([name = '']) => {
    const alarm: UsageAlarm = { threshold, metrics: [], described: {} };
    return new Map(threshold === undefined ? [] : [[name, alarm]]);
  });
  jest.mocked(readQuota).mockImplementation(
    async (code) =>
      quota && {
        code,
        name: 'tokens per minute for Claude',
        awsDefault: undefined,
        isAdjustable: true,
        ...quota,
      },
  );
});

/** The processor with the message, `minutes` after the first. */
async function handle({ minutes = 0, id = 'message', receives = 1 } = {}) {
  time = new Date(Date.parse('2026-03-02T09:00:00Z') + minutes * 60_000);
  const body = thresholdDriftText({ model: 'G-Opus-4-6', quota: 'TPM' });
  return handler(eventWith(body, id, receives), { getRemainingTimeInMillis: () => 60_000 } as Context);
}

const emails = () => jest.mocked(publish).mock.calls.map(([, subject, body]) => ({ subject, body }));

describe('a usage alarm that has drifted', () => {
  test('is told in one e-mail, whatever notificationPreference says', async () => {
    config = { notificationPreference: 'critical' };
    expect(await handle()).toEqual(SUCCEEDED);
    expect(emails().map(({ subject }) => subject)).toEqual([
      'WARNING: Acme Bedrock G-Opus-4-6 - threshold not as the quota',
    ]);
    for (const words of [ALARM, '99,000,000 TPM', '5,000,000 TPM', TPM_CODE])
      expect(emails()[0]?.body).toContain(words);
    expect(jest.mocked(describeUsageAlarms).mock.calls).toEqual([[[ALARM], 'brisk']]);
  });

  test('is told once, however often it is found, as long as it is found within 60 days', async () => {
    for (const day of [0, 1, 59, 118]) {
      expect(await handle({ minutes: day * DAY, id: `day ${day}` })).toEqual(SUCCEEDED);
    }
    expect(emails()).toHaveLength(1);
    expect(aws.items()).toEqual([
      {
        pk: { S: 'models' },
        sk: { S: 'drift#G-Opus-4-6#TPM#99000000*own#5000000*1' },
        toldAt: { S: '2026-03-02T09:00:00.000Z' },
        expiresAt: { N: String(Date.parse('2026-03-02T09:00:00Z') / 1000 + (118 + 60) * DAY * 60) },
      },
    ]);
  });

  test.each([
    ['the alarm has another threshold', () => (threshold = 98_000_000)],
    ['the quota is another', () => (quota = { value: 7_000_000, isDefault: false })],
    ['the percent is another', () => (config = { tpmThresholdPercent: 50 })],
  ])('is told anew when %s', async (_, change) => {
    await handle();
    change();
    await handle({ minutes: DAY, id: 'another' });
    expect(emails()).toHaveLength(2);
  });

  test('is told again, as a possible repeat, after an unclear answer', async () => {
    jest.mocked(publish).mockRejectedValueOnce(new Error('socket hang up'));
    expect(await handle()).toEqual(FAILED);
    expect(await handle({ minutes: 6, receives: 2 })).toEqual(SUCCEEDED);
    expect(emails().map(({ body }) => body.startsWith('This e-mail may be a repeat'))).toEqual([false, true]);
  });

  test('is told without the ledger all the same, with word of that', async () => {
    aws.misfortunes.push({ operation: 'UpdateItem', as: 'AccessDeniedException' });
    expect(await handle()).toEqual(SUCCEEDED);
    expect(emails()[0]?.body).toMatch(/^The incident ledger could not be used: this may be told more than/);
  });

  test('of which the quota cannot be read is tried again', async () => {
    jest.mocked(readQuota).mockRejectedValueOnce(new Error('TooManyRequestsException'));
    expect(await handle()).toEqual(FAILED);
    quota = undefined;
    expect(await handle({ minutes: 6, receives: 2 })).toEqual(FAILED);
    expect(emails()).toEqual([]);
  });
});

describe('nothing is told', () => {
  test.each<[string, () => unknown]>([
    ['of an alarm that was put right', () => (threshold = 5_000_000)],
    ['of an alarm whose quota was changed to fit', () => (quota = { value: 123_750_000, isDefault: false })],
    ['of an alarm that is gone', () => (threshold = undefined)],
    ['of a model whose thresholds are updated now', () => (config = { automatedThresholdUpdate: true })],
    ['of a model that is not monitored any more', () => (config = undefined)],
  ])('%s', async (_, change) => {
    change();
    expect(await handle()).toEqual(SUCCEEDED);
    expect(emails()).toEqual([]);
    expect(aws.calls).toEqual([]);
  });
});
