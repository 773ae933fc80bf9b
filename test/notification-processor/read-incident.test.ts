// The variables must be set before the processor reads them.
import './environment';

import { beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import type { AlarmNow } from '../../lambda/contract/alarms-now';
import type { QuotaSharers } from '../../lambda/contract/quota-sharers';
import type { ModelAlarms } from '../../lambda/domain/attention';
import { measureUsage } from '../../lambda/domain/usage';
import { readIncident, type Telling } from '../../lambda/notification-processor/read-incident';
import type { MonitoredModel } from '../../lambda/notification-processor/read-model';
import { readContacts } from '../../lambda/ports/contacts';
import { readQuota } from '../../lambda/ports/quotas';
import { readLastHour, readUsage } from '../../lambda/ports/usage';
import { hourOf, opus, RPM_CODE, TPM_CODE } from '../domain/incidents';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/ports/contacts', () => ({ readContacts: jest.fn() }));
jest.mock('../../lambda/ports/logger', () => ({ logger: { error: jest.fn() } }));
jest.mock('../../lambda/ports/quotas', () => ({ readQuota: jest.fn() }));
jest.mock('../../lambda/ports/usage', () => ({ readLastHour: jest.fn(), readUsage: jest.fn() }));

const NOW = new Date('2026-03-02T09:16:00Z');
const THROTTLES = 'Acme-Bedrock-Throttles-Critical-G-Opus-4-6';
const SINCE = new Date('2026-03-02T09:15:19Z');

const SHARED: QuotaSharers = {
  sharers: [{ id: 'abcdefghijkl', name: 'checkout', watchedBy: ['RPM', 'TPM'] }],
  unlisted: 0,
  unclear: [],
  globalProfile: 'global.anthropic.claude-opus-4-6-v1',
};

const MONITORED: MonitoredModel = {
  config: opus,
  thresholds: { RPM: 8_000, TPM: 5_000_000 },
  sharers: SHARED,
  unusedSettings: [{ key: 'useCase', problem: 'missing' }],
};

const telling: Telling = {
  model: MONITORED,
  reference: '3f9a27c1e5b0',
  openedAt: SINCE,
  number: 1,
  alarms: [{ alarm: 'Throttles', since: SINCE }],
  toldBefore: [],
  now: undefined,
  mayBeRepeat: undefined,
};

/** The children as CloudWatch has them, by their names in the catalogue. */
const statesNow = (states: Readonly<Record<string, string>>): ModelAlarms => ({
  composite: undefined,
  children: new Map(
    Object.entries(states).map(([name, state]): [string, AlarmNow] => [
      name,
      { name, state, since: SINCE, isMuted: false },
    ]),
  ),
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
  jest
    .mocked(readQuota)
    .mockImplementation(async (code) =>
      code === RPM_CODE
        ? { code, name: 'requests per minute', value: 10_000, isDefault: true }
        : { code, name: 'tokens per minute', value: 6_250_000, isDefault: false },
    );
  jest.mocked(readUsage).mockResolvedValue(SERIES);
  jest.mocked(readLastHour).mockResolvedValue(HOUR);
  jest.mocked(readContacts).mockResolvedValue(['sre@acme.example']);
});

const read = async (changes: Partial<Telling> = {}) =>
  (await readIncident({ ...telling, ...changes }, NOW)).incident;

test('an incident is what ledger, CloudWatch, Service Quotas and settings say', async () => {
  expect(await read({ now: statesNow({ Throttles: 'ALARM' }), number: 2, mayBeRepeat: 'unclear' })).toEqual({
    reference: '3f9a27c1e5b0',
    customer: 'Acme',
    accountId: '111122223333',
    region: 'us-east-1',
    model: opus,
    compositeAlarmName: 'Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6',
    openedAt: SINCE,
    telling: 2,
    triggered: [{ name: 'Throttles', alarmName: THROTTLES, since: SINCE, now: 'ALARM' }],
    toldBefore: [],
    together: [],
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
    sharers: SHARED,
    lastHour: HOUR,
    unusedSettings: [{ key: 'useCase', problem: 'missing' }],
    mayBeRepeat: 'unclear',
  });
  expect(jest.mocked(readUsage).mock.calls).toEqual([
    ['global.anthropic.claude-opus-4-6-v1', ['abcdefghijkl'], NOW],
  ]);
  expect(jest.mocked(readLastHour).mock.calls).toEqual([['global.anthropic.claude-opus-4-6-v1', NOW]]);
});

describe('the alarms of a telling', () => {
  const LATER = new Date('2026-03-02T09:15:40Z');

  test('are in the order of the catalogue, whatever that of the messages', async () => {
    const { triggered } = await read({
      alarms: [
        { alarm: 'HighLatency', since: SINCE },
        { alarm: 'ClientErrors', since: LATER },
        { alarm: 'Throttles', since: SINCE },
      ],
    });
    expect(triggered.map(({ name, since }) => [name, since])).toEqual([
      ['ClientErrors', LATER],
      ['Throttles', SINCE],
      ['HighLatency', SINCE],
    ]);
  });

  test.each([
    ['ALARM', statesNow({ Throttles: 'ALARM' })],
    ['over', statesNow({ Throttles: 'OK' })],
    ['over', statesNow({ Throttles: 'INSUFFICIENT_DATA' })],
    ['over', statesNow({})],
    ['unread', undefined],
  ])('are %s now where CloudWatch says so, or cannot be asked', async (state, now) => {
    expect((await read({ now })).triggered).toMatchObject([{ name: 'Throttles', now: state }]);
  });

  test('alone decide what the case is about; the severity is that of all', async () => {
    const incident = await read({
      alarms: [{ alarm: 'HighLatency', since: LATER }],
      toldBefore: [{ alarm: 'Throttles', since: SINCE }],
      now: statesNow({ Throttles: 'ALARM', HighLatency: 'ALARM' }),
    });
    expect(incident.decision).toMatchObject({ category: 'Investigation Request', severity: 'CRITICAL' });
    expect(incident.toldBefore).toEqual([
      { name: 'Throttles', alarmName: THROTTLES, since: SINCE, now: 'ALARM' },
    ]);
  });

  test.each([
    ['over by now count no more', statesNow({ HighLatency: 'ALARM' }), 0, 'WARNING'],
    ['unread by now count', undefined, 1, 'CRITICAL'],
  ])('told before that are %s', async (_case, now, count, severity) => {
    const incident = await read({
      alarms: [{ alarm: 'HighLatency', since: LATER }],
      toldBefore: [{ alarm: 'Throttles', since: SINCE }],
      now,
    });
    expect([incident.toldBefore.length, incident.decision.severity]).toEqual([count, severity]);
  });
});

describe('the contacts', () => {
  const contacts = async (model = MONITORED) => (await readIncident({ ...telling, model }, NOW)).contacts;

  test('are those of the secret', async () => {
    expect(await contacts()).toEqual(['sre@acme.example']);
    expect(jest.mocked(readContacts).mock.calls).toEqual([[process.env.CONTACT_SECRET_ARN]]);
  });

  test('are unknown when the secret cannot be read', async () => {
    jest.mocked(readContacts).mockRejectedValue(timeout);
    expect(await contacts()).toBeUndefined();
  });

  test('are not needed where no case is opened', async () => {
    const model = { ...MONITORED, config: { ...opus, automatedSupportCase: false } };
    expect(await contacts(model)).toEqual([]);
    expect(readContacts).not.toHaveBeenCalled();
  });
});

describe('what cannot be read', () => {
  test('usage: nothing is proven and nothing made up', async () => {
    jest.mocked(readUsage).mockRejectedValue(timeout);
    const incident = await read();
    expect([incident.usage, incident.decision.scenario]).toEqual([undefined, 'new_model']);
  });

  test('what shares the quotas: only the own traffic is counted', async () => {
    const incident = await read({ model: { ...MONITORED, sharers: undefined } });
    expect(incident.sharers).toBeUndefined();
    expect(jest.mocked(readUsage).mock.calls).toEqual([['global.anthropic.claude-opus-4-6-v1', [], NOW]]);
  });

  test('the last hour: the incident is decided without it', async () => {
    jest.mocked(readLastHour).mockRejectedValue(timeout);
    const incident = await read();
    expect([incident.lastHour, incident.decision.scenario]).toEqual([undefined, 'high_usage']);
  });

  test('a threshold: nothing is proven either', async () => {
    const incident = await read({ model: { ...MONITORED, thresholds: { RPM: 8_000, TPM: undefined } } });
    expect([incident.quotas.TPM?.threshold, incident.decision.scenario]).toEqual([undefined, 'new_model']);
  });

  test('a quota: it is unknown, and the stored threshold still counts', async () => {
    jest.mocked(readQuota).mockRejectedValue(timeout);
    const incident = await read();
    expect(incident.quotas.RPM).toEqual({
      code: RPM_CODE,
      name: undefined,
      current: undefined,
      isDefault: false,
      threshold: 8_000,
      increasePercent: 25,
    });
    expect(incident.decision.scenario).toBe('high_usage');
  });
});

test('a quota that the model does not have is not asked for, and needs no threshold', async () => {
  const incident = await read({
    model: {
      ...MONITORED,
      config: { ...opus, rpmQuotaCode: null },
      thresholds: { RPM: undefined, TPM: 5_000_000 },
    },
  });
  expect(incident.quotas.RPM).toBeNull();
  expect(incident.decision).toMatchObject({ scenario: 'low_usage', quotas: ['TPM'] });
  expect(jest.mocked(readQuota).mock.calls).toEqual([[TPM_CODE]]);
});
