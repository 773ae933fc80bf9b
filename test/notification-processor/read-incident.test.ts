// The variables must be set before the processor reads them.
import './environment';

import { beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import type { AlarmNow } from '../../lambda/contract/alarms-now';
import { modelConfigSchema } from '../../lambda/contract/model-config';
import type { QuotaSharers } from '../../lambda/contract/quota-sharers';
import type { ModelAlarms } from '../../lambda/domain/attention';
import { measureUsage } from '../../lambda/domain/usage';
import { readIncident, type Telling } from '../../lambda/notification-processor/read-incident';
import type { MonitoredModel } from '../../lambda/notification-processor/read-model';
import { type QuotaNow, readQuota } from '../../lambda/ports/quotas';
import { readLastHour, readUsage } from '../../lambda/ports/usage';
import { hourOf, opus, RPM_CODE, TPM_CODE } from '../domain/incidents';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
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
  twins: [],
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

const RPM_NOW: QuotaNow = {
  code: RPM_CODE,
  name: 'requests per minute',
  value: 12_000,
  isDefault: true,
  awsDefault: 12_000,
  isAdjustable: true,
};
const TPM_NOW: QuotaNow = {
  code: TPM_CODE,
  name: 'tokens per minute',
  value: 6_250_000,
  isDefault: false,
  awsDefault: undefined,
  isAdjustable: undefined,
};

const timeout = Object.assign(new Error('no answer'), { name: 'TimeoutError' });

beforeEach(() => {
  jest.resetAllMocks();
  jest.mocked(readQuota).mockImplementation(async (code) => (code === RPM_CODE ? RPM_NOW : TPM_NOW));
  jest.mocked(readUsage).mockResolvedValue(SERIES);
  jest.mocked(readLastHour).mockResolvedValue(HOUR);
});

const read = (changes: Partial<Telling> = {}) => readIncident({ ...telling, ...changes }, NOW);

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
        current: 12_000,
        isDefault: true,
        threshold: 8_000,
        increasePercent: 25,
        awsDefault: 12_000,
        atDeployment: 10_000,
        isAdjustable: true,
      },
      TPM: {
        code: TPM_CODE,
        name: 'tokens per minute',
        current: 6_250_000,
        isDefault: false,
        threshold: 5_000_000,
        increasePercent: 25,
        awsDefault: 6_250_000,
        atDeployment: 6_250_000,
        isAdjustable: undefined,
      },
    },
    usage: measureUsage(SERIES),
    sharers: SHARED,
    lastHour: HOUR,
    unusedSettings: [{ key: 'useCase', problem: 'missing' }],
    quotaRequests: [],
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
      awsDefault: 10_000,
      atDeployment: 10_000,
      isAdjustable: undefined,
    });
    expect(incident.decision.scenario).toBe('high_usage');
  });
});

test('what a quota was at deployment, and its default, is unknown of a stack from before that was written', async () => {
  const { rpmQuotaAtDeployment, rpmAwsDefault, tpmQuotaAtDeployment, tpmAwsDefault, ...before } = opus;
  const config = modelConfigSchema.parse(before);
  const { RPM, TPM } = (await read({ model: { ...MONITORED, config } })).quotas;
  expect([RPM?.atDeployment, RPM?.awsDefault]).toEqual([undefined, 12_000]);
  expect([TPM?.atDeployment, TPM?.awsDefault]).toEqual([undefined, undefined]);
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
