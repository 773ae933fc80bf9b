import { beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import type { AlarmMessage } from '../../lambda/contract/alarm-message';
import type { ToldAlarm } from '../../lambda/contract/case-retry';
import { measureUsage } from '../../lambda/domain/usage';
import { readIncident } from '../../lambda/notification-processor/read-incident';
import { readModel } from '../../lambda/notification-processor/read-model';
import { describeAlarms } from '../../lambda/ports/alarms';
import { readContacts } from '../../lambda/ports/contacts';
import { readQuota } from '../../lambda/ports/quotas';
import { readLastHour, readUsage } from '../../lambda/ports/usage';
import { hourOf, opus, RPM_CODE, TPM_CODE } from '../domain/incidents';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/notification-processor/read-model', () => ({ readModel: jest.fn() }));
jest.mock('../../lambda/ports/contacts', () => ({ readContacts: jest.fn() }));
jest.mock('../../lambda/ports/alarms', () => ({ describeAlarms: jest.fn() }));
jest.mock('../../lambda/ports/logger', () => ({ logger: { error: jest.fn() } }));
jest.mock('../../lambda/ports/quotas', () => ({ readQuota: jest.fn() }));
jest.mock('../../lambda/ports/usage', () => ({ readLastHour: jest.fn(), readUsage: jest.fn() }));

const NOW = new Date('2026-03-02T09:16:00Z');
const THROTTLES = 'Acme-Bedrock-Throttles-Critical-G-Opus-4-6';
const LATENCY = 'Acme-Bedrock-HighLatency-Warning-G-Opus-4-6';

const message: AlarmMessage = {
  alarmName: 'Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6',
  accountId: '111122223333',
  region: 'eu-central-1',
  state: 'ALARM',
  previousState: 'OK',
  changedAt: new Date('2026-03-02T09:15:20Z'),
  children: [{ alarmName: THROTTLES, since: new Date('2026-03-02T09:15:19Z') }],
};

const alarmNow = (name: string, state: string, since?: string) => ({
  name,
  state,
  since: since === undefined ? undefined : new Date(since),
});

const SERIES = {
  start: new Date('2026-02-16T09:16:00Z'),
  invocations: Float64Array.of(9_500, 100),
  estimatedTpm: Float64Array.of(Number.NaN, 3_000_000),
  inputTokens: Float64Array.of(1, 1),
  outputTokens: Float64Array.of(1, 1),
};
const HOUR = hourOf({ throttles: [7, 12] });

const timeout = Object.assign(new Error('no answer'), { name: 'TimeoutError' });

beforeEach(() => {
  jest.resetAllMocks();
  jest.mocked(readModel).mockResolvedValue({
    config: opus,
    thresholds: { RPM: 8_000, TPM: 5_000_000 },
    unusedSettings: [{ key: 'useCase', problem: 'missing' }],
  });
  jest.mocked(describeAlarms).mockResolvedValue([]);
  jest
    .mocked(readQuota)
    .mockImplementation(async (code) =>
      code === RPM_CODE
        ? { code, name: 'requests per minute', value: 10_000, isDefault: true }
        : { code, name: 'tokens per minute', value: 6_250_000, isDefault: false },
    );
  jest.mocked(readUsage).mockResolvedValue(SERIES);
  jest.mocked(readLastHour).mockResolvedValue(HOUR);
});

const SECRET = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:contacts';

const readFor = (customer: string, model: string, changes: Partial<AlarmMessage>) =>
  readIncident({ customer, contactSecretArn: SECRET }, model, { ...message, ...changes }, NOW);

const read = async (changes: Partial<AlarmMessage> = {}) =>
  (await readFor('Acme', 'G-Opus-4-6', changes))?.incident;

describe('of an incident whose case is retried', () => {
  const SERVER_ERRORS = 'Acme-Bedrock-ServerErrors-Critical-G-Opus-4-6';
  const readTold = async (told: readonly ToldAlarm[]) =>
    (await readIncident({ customer: 'Acme', contactSecretArn: SECRET }, 'G-Opus-4-6', message, NOW, told))
      ?.incident;

  test('only what was told counts, though the message and CloudWatch name others', async () => {
    jest.mocked(describeAlarms).mockResolvedValue([{ name: THROTTLES, state: 'ALARM', since: NOW }]);
    const incident = await readTold([{ alarmName: SERVER_ERRORS, since: '2026-03-02T09:15:19.000Z' }]);
    expect(incident?.triggered).toEqual([
      {
        name: 'ServerErrors',
        alarmName: SERVER_ERRORS,
        since: new Date('2026-03-02T09:15:19Z'),
        now: 'over',
      },
    ]);
    expect(incident?.decision.category).toBe('Investigation Request');
  });

  test('a beginning that was not known stays so', async () => {
    const incident = await readTold([{ alarmName: SERVER_ERRORS, since: null }]);
    expect(incident?.triggered[0]?.since).toBeUndefined();
  });

  test('alarms of another model are none of its own', async () => {
    expect(
      await readTold([{ alarmName: 'Acme-Bedrock-Throttles-Critical-Another', since: null }]),
    ).toBeUndefined();
  });
});

test('an incident is what message, CloudWatch, Service Quotas and settings say', async () => {
  expect(await read()).toEqual({
    reference: expect.stringMatching(/^[0-9a-f]{12}$/),
    customer: 'Acme',
    accountId: '111122223333',
    region: 'eu-central-1',
    model: opus,
    compositeAlarmName: 'Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6',
    openedAt: new Date('2026-03-02T09:15:20Z'),
    triggered: [
      { name: 'Throttles', alarmName: THROTTLES, since: new Date('2026-03-02T09:15:19Z'), now: 'over' },
    ],
    decision: {
      scenario: 'high_usage',
      category: 'Quota Request',
      severity: 'CRITICAL',
      quotas: ['RPM', 'TPM'],
    },
    quotas: {
      RPM: {
        code: RPM_CODE,
        name: 'requests per minute',
        current: 10_000,
        isDefault: true,
        threshold: 8_000,
        increasePercent: 25,
      },
      TPM: {
        code: TPM_CODE,
        name: 'tokens per minute',
        current: 6_250_000,
        isDefault: false,
        threshold: 5_000_000,
        increasePercent: 25,
      },
    },
    usage: measureUsage(SERIES),
    lastHour: HOUR,
    unusedSettings: [{ key: 'useCase', problem: 'missing' }],
  });
  expect(jest.mocked(readUsage).mock.calls).toEqual([['global.anthropic.claude-opus-4-6-v1', NOW]]);
  expect(jest.mocked(readLastHour).mock.calls).toEqual([['global.anthropic.claude-opus-4-6-v1', NOW]]);
  expect(jest.mocked(describeAlarms).mock.calls[0]?.[0]).toHaveLength(10);
});

describe('the alarms of an incident', () => {
  const triggeredBy = async (changes: Partial<AlarmMessage> = {}) =>
    (await read(changes))?.triggered.map(({ name, since }) => [name, since?.toISOString()]);

  test('are those of the message and those in ALARM now, in the order of the catalogue', async () => {
    jest
      .mocked(describeAlarms)
      .mockResolvedValue([
        alarmNow(LATENCY, 'ALARM', '2026-03-02T09:15:40Z'),
        alarmNow('Acme-Bedrock-ClientErrors-Critical-G-Opus-4-6', 'ALARM', '2026-03-02T09:15:50Z'),
        alarmNow('Acme-Bedrock-ServerErrors-Critical-G-Opus-4-6', 'OK', '2026-03-02T09:15:55Z'),
        alarmNow('Acme-Bedrock-LatencyAnomaly-Warning-G-Opus-4-6', 'INSUFFICIENT_DATA'),
      ]);
    expect(await triggeredBy()).toEqual([
      ['ClientErrors', '2026-03-02T09:15:50.000Z'],
      ['Throttles', '2026-03-02T09:15:19.000Z'],
      ['HighLatency', '2026-03-02T09:15:40.000Z'],
    ]);
  });

  test('are those of the message when they have ended by now', async () => {
    jest.mocked(describeAlarms).mockResolvedValue([alarmNow(THROTTLES, 'OK', '2026-03-02T09:15:58Z')]);
    expect(await triggeredBy()).toEqual([['Throttles', '2026-03-02T09:15:19.000Z']]);
  });

  test('are those of the message when CloudWatch cannot be asked', async () => {
    jest.mocked(describeAlarms).mockRejectedValue(timeout);
    expect(await triggeredBy()).toEqual([['Throttles', '2026-03-02T09:15:19.000Z']]);
  });

  test.each([
    ['ALARM', [alarmNow(THROTTLES, 'ALARM')]],
    ['over', [alarmNow(THROTTLES, 'OK')]],
    ['over', []],
  ] as const)('are %s now when CloudWatch says so', async (now, alarms) => {
    jest.mocked(describeAlarms).mockResolvedValue(alarms);
    expect((await read())?.triggered).toMatchObject([{ name: 'Throttles', now }]);
  });

  test('are not judged over when CloudWatch cannot be asked', async () => {
    jest.mocked(describeAlarms).mockRejectedValue(timeout);
    expect((await read())?.triggered).toMatchObject([{ name: 'Throttles', now: 'unread' }]);
  });

  test('began when CloudWatch says that they did', async () => {
    jest.mocked(describeAlarms).mockResolvedValue([alarmNow(THROTTLES, 'ALARM', '2026-03-02T09:11:00Z')]);
    expect(await triggeredBy()).toEqual([['Throttles', '2026-03-02T09:11:00.000Z']]);
  });

  test('are never those of another model or customer', async () => {
    const since = new Date('2026-03-02T09:15:19Z');
    const children = [
      { alarmName: 'BigAcme-Bedrock-Throttles-Critical-G-Opus-4-6', since },
      { alarmName: 'Acme-Bedrock-Throttles-Critical-Haiku', since },
      { alarmName: LATENCY, since },
    ];
    expect(await triggeredBy({ children })).toEqual([['HighLatency', '2026-03-02T09:15:19.000Z']]);
  });

  test('may be none at all, and then there is no incident', async () => {
    expect(await read({ children: [] })).toBeUndefined();
  });

  test('are not taken for none when CloudWatch cannot be asked and the message names none', async () => {
    jest.mocked(describeAlarms).mockRejectedValue(timeout);
    await expect(read({ children: [] })).rejects.toThrow('CloudWatch cannot be asked');
  });
});

describe('the reference', () => {
  const referenceOf = async (customer: string, model: string, changes: Partial<AlarmMessage> = {}) =>
    (await readFor(customer, model, changes))?.incident.reference;

  test('is the same for each delivery of one transition, whatever has happened since', async () => {
    const first = await referenceOf('Acme', 'G-Opus-4-6');
    jest.mocked(describeAlarms).mockResolvedValue([alarmNow(LATENCY, 'ALARM')]);
    expect(await referenceOf('Acme', 'G-Opus-4-6')).toBe(first);
  });

  test('differs for another transition, Region and model', async () => {
    jest
      .mocked(describeAlarms)
      .mockResolvedValue([alarmNow('Acme-Bedrock-Throttles-Critical-Haiku', 'ALARM')]);
    const references = [
      await referenceOf('Acme', 'G-Opus-4-6'),
      await referenceOf('Acme', 'G-Opus-4-6', { changedAt: new Date('2026-03-02T09:15:20.001Z') }),
      await referenceOf('Acme', 'G-Opus-4-6', { region: 'us-east-1' }),
      await referenceOf('Acme', 'Haiku'),
    ];
    expect(references).not.toContain(undefined);
    expect(new Set(references).size).toBe(4);
  });
});

describe('the contacts', () => {
  const contacts = async () => (await readFor('Acme', 'G-Opus-4-6', {}))?.contacts;

  test('are those of the secret', async () => {
    jest.mocked(readContacts).mockResolvedValue(['sre@acme.example']);
    expect(await contacts()).toEqual(['sre@acme.example']);
    expect(jest.mocked(readContacts).mock.calls).toEqual([[SECRET]]);
  });

  test('are unknown when the secret cannot be read', async () => {
    jest.mocked(readContacts).mockRejectedValue(timeout);
    expect(await contacts()).toBeUndefined();
  });

  test('are not needed where no case is opened', async () => {
    jest.mocked(readModel).mockResolvedValue({
      config: { ...opus, automatedSupportCase: false },
      thresholds: { RPM: 8_000, TPM: 5_000_000 },
      unusedSettings: [],
    });
    expect(await contacts()).toEqual([]);
    expect(readContacts).not.toHaveBeenCalled();
  });
});

describe('what cannot be read', () => {
  test('usage: nothing is proven and nothing made up', async () => {
    jest.mocked(readUsage).mockRejectedValue(timeout);
    const incident = await read();
    expect([incident?.usage, incident?.decision.scenario]).toEqual([undefined, 'new_model']);
  });

  test('the last hour: the incident is decided without it', async () => {
    jest.mocked(readLastHour).mockRejectedValue(timeout);
    const incident = await read();
    expect([incident?.lastHour, incident?.decision.scenario]).toEqual([undefined, 'high_usage']);
  });

  test('a threshold: nothing is proven either', async () => {
    jest.mocked(readModel).mockResolvedValue({
      config: opus,
      thresholds: { RPM: 8_000, TPM: undefined },
      unusedSettings: [],
    });
    const incident = await read();
    expect([incident?.quotas.TPM?.threshold, incident?.decision.scenario]).toEqual([undefined, 'new_model']);
  });

  test('a quota: it is unknown, and the stored threshold still counts', async () => {
    jest.mocked(readQuota).mockRejectedValue(timeout);
    const incident = await read();
    expect(incident?.quotas.RPM).toEqual({
      code: RPM_CODE,
      name: undefined,
      current: undefined,
      isDefault: false,
      threshold: 8_000,
      increasePercent: 25,
    });
    expect(incident?.decision.scenario).toBe('high_usage');
  });

  test('the settings: nothing can be said', async () => {
    jest.mocked(readModel).mockRejectedValue(timeout);
    await expect(read()).rejects.toBe(timeout);
  });
});

test('a quota that the model does not have is not asked for, and needs no threshold', async () => {
  jest.mocked(readModel).mockResolvedValue({
    config: { ...opus, rpmQuotaCode: null },
    thresholds: { RPM: undefined, TPM: 5_000_000 },
    unusedSettings: [],
  });
  const incident = await read();
  expect(incident?.quotas.RPM).toBeNull();
  expect(incident?.decision).toMatchObject({ scenario: 'low_usage', quotas: ['TPM'] });
  expect(jest.mocked(readQuota).mock.calls).toEqual([[TPM_CODE]]);
});
