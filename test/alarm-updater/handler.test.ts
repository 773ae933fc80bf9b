// The variables must be set before the handler reads them.
import './environment';

import { Metrics } from '@aws-lambda-powertools/metrics';
import { beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { handler } from '../../lambda/alarm-updater/handler';
import { NO_SHARERS, parseQuotaSharers } from '../../lambda/contract/quota-sharers';
import { thresholdDriftText } from '../../lambda/contract/threshold-drift';
import { changeUsageAlarm, describeUsageAlarms } from '../../lambda/ports/alarms';
import { now } from '../../lambda/ports/clock';
import { listInferenceProfiles } from '../../lambda/ports/inference-profiles';
import { IncidentLedger } from '../../lambda/ports/ledger';
import { logger } from '../../lambda/ports/logger';
import {
  deleteParameters,
  getParameters,
  getParametersUnder,
  putParameter,
} from '../../lambda/ports/parameters';
import { sendLater } from '../../lambda/ports/queue';
import { readQuota } from '../../lambda/ports/quotas';
import { readUsageTotals } from '../../lambda/ports/usage-totals';
import { Account, alarmName, deployed, MODEL_ID, OTHER_QUOTAS, PATH, series } from './account';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/ports/alarms', () => ({
  changeUsageAlarm: jest.fn(),
  describeUsageAlarms: jest.fn(),
}));
jest.mock('../../lambda/ports/clock', () => ({ now: jest.fn() }));
jest.mock('../../lambda/ports/logger', () => ({
  logger: { addContext: jest.fn(), error: jest.fn(), info: jest.fn(), warn: jest.fn() },
}));
jest.mock('../../lambda/ports/parameters', () => ({
  deleteParameters: jest.fn(),
  getParameters: jest.fn(),
  getParametersUnder: jest.fn(),
  putParameter: jest.fn(),
}));
jest.mock('../../lambda/ports/queue', () => ({ sendLater: jest.fn() }));
jest.mock('../../lambda/ports/quotas', () => ({ readQuota: jest.fn() }));
jest.mock('../../lambda/ports/inference-profiles', () => ({ listInferenceProfiles: jest.fn() }));
jest.mock('../../lambda/ports/usage-totals', () => ({ readUsageTotals: jest.fn() }));

const NOW = new Date('2026-03-03T08:00:00.000Z');
const MODEL = 'G-Opus-4-6';
const RPM_ALARM = alarmName('RPM', MODEL);
const TPM_ALARM = alarmName('TPM', MODEL);
const parameterOf = (model: string, key: string): string => `${PATH}/${model}/thresholds/${key}`;
const RPM = parameterOf(MODEL, 'rpm-threshold-calculated');
const TPM = parameterOf(MODEL, 'tpm-threshold-calculated');
const LAST_UPDATED = parameterOf(MODEL, 'last-updated');
const STAMPED = `put ${LAST_UPDATED} 2026-03-03T08:00:00.000Z`;

const addMetric = jest.spyOn(Metrics.prototype, 'addMetric');
const readLedger = jest.spyOn(IncidentLedger.prototype, 'read');
const publishMetrics = jest.spyOn(Metrics.prototype, 'publishStoredMetrics');
let account: Account;

beforeEach(() => {
  jest.resetAllMocks();
  account = new Account();
  jest.mocked(now).mockReturnValue(NOW);
  readLedger.mockResolvedValue({ models: [], handed: [], newCases: {} });
  jest.mocked(getParametersUnder).mockImplementation(account.getParametersUnder);
  jest.mocked(putParameter).mockImplementation(account.parameters.putParameter);
  jest.mocked(deleteParameters).mockImplementation(account.parameters.deleteParameters);
  jest.mocked(readQuota).mockImplementation(account.readQuota);
  jest.mocked(getParameters).mockImplementation(account.getParameters);
  jest.mocked(describeUsageAlarms).mockImplementation(account.describeUsageAlarms);
  jest.mocked(changeUsageAlarm).mockImplementation(account.changeUsageAlarm);
  jest.mocked(listInferenceProfiles).mockImplementation(account.listInferenceProfiles);
});

const SCHEDULED = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };
const HOURLY = { only: 'sharers' };
/** At once, or a minute later, as Lambda repeats a run that failed. */
const changed = (alarm: string, time = '2026-03-03T07:59:58Z') => ({
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm Configuration Change',
  time,
  detail: { alarmName: alarm, operation: 'update' },
});

const run = (event: unknown = SCHEDULED): Promise<void> => handler(event, {} as Context);

/** The lines of the error with which a run ends. */
async function failureOf(running: Promise<void>): Promise<readonly string[]> {
  try {
    await running;
  } catch (error) {
    if (error instanceof Error) return error.message.split('\n');
    throw error;
  }
  throw new Error('the run did not fail');
}

/** What the last run counted. */
const counted = () => Object.fromEntries(addMetric.mock.calls.map(([name, , value]) => [name, value]));

describe('a quota that changed', () => {
  test.each([
    ['raised', 20_000, 16_000],
    ['lowered', 5_001, 4_000],
  ])(
    '%s: the alarm gets the new threshold, then Parameter Store, and nothing else is touched',
    async (_, quota, threshold) => {
      account.addModel(MODEL);
      account.quotas.set('L-00000001', quota);
      await run();
      expect(account.writes).toEqual([`alarm ${RPM_ALARM} ${threshold}`, `put ${RPM} ${threshold}`, STAMPED]);
      expect(counted()).toEqual({ ThresholdsUpdated: 1, ThresholdsDrifted: 0, ModelsFailed: 0 });
      expect(publishMetrics).toHaveBeenCalledTimes(1);
    },
  );

  test('both: each at its own percent, and one time stamp', async () => {
    account.addModel(MODEL, { rpmThresholdPercent: 50, tpmThresholdPercent: 90 });
    await run();
    expect(account.writes).toEqual([
      `alarm ${RPM_ALARM} 5000`,
      `alarm ${TPM_ALARM} 5625000`,
      `put ${RPM} 5000`,
      `put ${TPM} 5625000`,
      STAMPED,
    ]);
    expect(counted().ThresholdsUpdated).toBe(2);
  });

  test('is written once: a second run finds nothing to do', async () => {
    account.addModel(MODEL);
    account.quotas.set('L-00000001', 20_000);
    await run();
    const writes = [...account.writes];
    await run();
    expect(account.writes).toEqual(writes);
    expect(counted().ThresholdsUpdated).toBe(0);
  });
});

test('what a deployment left in the alarm or in Parameter Store alone is put right', async () => {
  account.addModel(MODEL);
  account.alarms.set(TPM_ALARM, 4_000_000);
  account.parameters.values.set(RPM, '7000');
  await run();
  expect(account.writes).toEqual([`alarm ${TPM_ALARM} 5000000`, `put ${RPM} 8000`, STAMPED]);
});

describe('a quota that the model does not have', () => {
  const withoutRpm = (config: object = {}): void => {
    account.addModel(MODEL, { rpmQuotaCode: null, ...config });
    account.alarms.set(RPM_ALARM, 0);
    account.setExpression(RPM_ALARM, '0 * usage');
    account.parameters.values.delete(RPM);
  };

  test('is neither read nor stored, and its alarm stays as it was deployed', async () => {
    withoutRpm();
    account.addProfile('a');
    await run();
    expect(jest.mocked(readQuota).mock.calls).toEqual([['L-00000002', 'patient']]);
    expect(account.expressionOf(RPM_ALARM)).toBe('0 * usage');
    expect(account.parameters.values.has(RPM)).toBe(false);
    expect(sharersStored()?.sharers).toEqual([{ id: 'a', name: 'profile a', watchedBy: ['TPM'] }]);
  });

  describe.each([
    ['every run for the schedule', () => SCHEDULED],
    ['its own event', () => changed(RPM_ALARM)],
  ])('has an alarm that %s looks at', (_, event) => {
    test.each<[string, number, string, string]>([
      ['threshold', 10, '0 * usage', '0'],
      ['factor', 0, '1 * usage', '0, 0 * usage'],
      ['threshold and factor', 10, '1 * usage', '0, 0 * usage'],
      ['factor, for a small one', 0, '0.01 * usage', '0, 0 * usage'],
    ])('edited by hand in its %s: it cannot fire any more', async (_what, threshold, expression, write) => {
      withoutRpm();
      account.alarms.set(RPM_ALARM, threshold);
      account.setExpression(RPM_ALARM, expression);
      await run(event());
      expect(account.writes).toEqual([`alarm ${RPM_ALARM} ${write}`]);
    });

    test('automatedThresholdUpdate: false: the edit is reported', async () => {
      withoutRpm({ automatedThresholdUpdate: false });
      account.alarms.set(RPM_ALARM, 10);
      await run(event());
      expect(account.writes).toEqual([]);
      expect(counted().ThresholdsDrifted).toBe(1);
    });

    test('edited to an expression of the owner’s own: it keeps its threshold, and that is told', async () => {
      withoutRpm();
      account.alarms.set(RPM_ALARM, 10);
      account.setExpression(RPM_ALARM, 'MAX([usage])');
      await expect(run(event())).rejects.toThrow(`The alarm ${RPM_ALARM} no longer adds up as`);
      expect(account.writes).toEqual([]);
    });
  });
});

test('a customer without models has nothing to do', async () => {
  await run();
  expect(account.writes).toEqual([]);
  expect(counted()).toEqual({ ThresholdsUpdated: 0, ThresholdsDrifted: 0, ModelsFailed: 0 });
});

describe('automatedThresholdUpdate: false', () => {
  test('reports each alarm that differs, and changes nothing', async () => {
    account.addModel(MODEL, { automatedThresholdUpdate: false });
    account.quotas.set('L-00000001', 20_000);
    account.alarms.set(TPM_ALARM, 123);
    await run();
    expect(account.writes).toEqual([]);
    expect(counted()).toEqual({ ThresholdsUpdated: 0, ThresholdsDrifted: 2, ModelsFailed: 0 });
    expect(jest.mocked(logger.warn).mock.calls.map(([, details]) => details)).toEqual([
      { model: MODEL, quota: 'RPM', alarmName: RPM_ALARM, threshold: 8_000, expected: 16_000 },
      { model: MODEL, quota: 'TPM', alarmName: TPM_ALARM, threshold: 123, expected: 5_000_000 },
    ]);
  });

  test('hands each of them over to be told, later than a deployment takes to change alarm and config', async () => {
    account.addModel(MODEL, { automatedThresholdUpdate: false });
    account.quotas.set('L-00000001', 20_000);
    account.alarms.set(TPM_ALARM, 123);
    await run();
    expect(jest.mocked(sendLater).mock.calls).toEqual(
      (['RPM', 'TPM'] as const).map((quota) => [
        process.env.QUEUE_URL,
        thresholdDriftText({ model: MODEL, quota }),
        120,
      ]),
    );
  });

  test('fails where one cannot be handed over, so that Lambda repeats the run', async () => {
    account.addModel(MODEL, { automatedThresholdUpdate: false });
    account.alarms.set(TPM_ALARM, 123);
    jest.mocked(sendLater).mockRejectedValueOnce(new Error('no answer'));
    expect(await failureOf(run())).toContain(
      `${MODEL}: That the alarm ${TPM_ALARM} is not as its quota gives could not be handed over to be told (Error: no answer).`,
    );
  });

  test('says nothing while the alarms are what the quotas give, whatever is stored', async () => {
    account.addModel(MODEL, { automatedThresholdUpdate: false });
    account.parameters.values.set(RPM, '1');
    await run();
    expect(account.writes).toEqual([]);
    expect(counted().ThresholdsDrifted).toBe(0);
    expect(logger.warn).not.toHaveBeenCalled();
  });
});

describe('what fails', () => {
  beforeEach(() => {
    account.addModel(MODEL);
    account.addModel('Nova', OTHER_QUOTAS);
    account.quotas.set('L-00000001', 20_000);
    account.quotas.set(OTHER_QUOTAS.rpmQuotaCode, 20_000);
  });

  const novaUpdated = [
    `alarm ${alarmName('RPM', 'Nova')} 16000`,
    `put ${parameterOf('Nova', 'rpm-threshold-calculated')} 16000`,
    `put ${parameterOf('Nova', 'last-updated')} 2026-03-03T08:00:00.000Z`,
  ];
  const HEADLINE = '1 of 2 models could not be brought up to date.';

  test.each<[what: string, breakIt: () => void, sentence: string]>([
    [
      'a quota that Service Quotas does not know',
      () => account.quotas.delete('L-00000001'),
      'Service Quotas knows no RPM quota L-00000001 of Amazon Bedrock in this Region.',
    ],
    [
      'a quota that cannot be read',
      () =>
        jest.mocked(readQuota).mockImplementation(async (code) => {
          if (code !== 'L-00000001') return account.readQuota(code);
          throw Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' });
        }),
      'The RPM quota L-00000001 could not be read (TooManyRequestsException: Rate exceeded).',
    ],
    [
      'an alarm that does not exist',
      () => account.alarms.delete(RPM_ALARM),
      `The alarm ${RPM_ALARM} does not exist.`,
    ],
    [
      'an alarm that somebody has put on a band',
      () => account.alarms.set(RPM_ALARM, undefined),
      `The alarm ${RPM_ALARM} no longer compares with a threshold.`,
    ],
    [
      'an alarm that cannot be written',
      () => account.refusing.add(RPM_ALARM),
      `The alarm ${RPM_ALARM} could not be changed (InternalServiceFault: Not now).`,
    ],
    [
      'a configuration that is no JSON',
      () => account.setConfig(MODEL, '{'),
      `The parameter ${PATH}/${MODEL}/config holds no configuration of a model.`,
    ],
    [
      'a configuration without what is needed',
      () => account.setConfig(MODEL, '{}'),
      `The parameter ${PATH}/${MODEL}/config holds no configuration of a model.`,
    ],
  ])(
    '%s: leaves that threshold as it is, does not stop the others, and is told at the end',
    async (_, breakIt, sentence) => {
      breakIt();
      expect(await failureOf(run())).toEqual([HEADLINE, `${MODEL}: ${sentence}`]);
      expect(account.writes).toEqual(novaUpdated);
      expect(counted()).toEqual({ ThresholdsUpdated: 1, ThresholdsDrifted: 0, ModelsFailed: 1 });
      expect(publishMetrics).toHaveBeenCalledTimes(1);
    },
  );

  test('one quota of a model does not stop its other', async () => {
    account.refusing.add(RPM_ALARM);
    account.alarms.set(TPM_ALARM, 1);
    await failureOf(run());
    expect(account.writes).toEqual([`alarm ${TPM_ALARM} 5000000`, ...novaUpdated]);
  });

  test('both quotas of a model: one line, a sentence each, one model', async () => {
    account.alarms.delete(RPM_ALARM);
    account.alarms.delete(TPM_ALARM);
    expect(await failureOf(run())).toEqual([
      HEADLINE,
      `${MODEL}: The alarm ${RPM_ALARM} does not exist. The alarm ${TPM_ALARM} does not exist.`,
    ]);
    expect(counted().ModelsFailed).toBe(1);
  });

  test('Parameter Store: the alarms have their thresholds, and the next run stores them', async () => {
    jest.mocked(putParameter).mockRejectedValue(new Error('Not now'));
    expect(await failureOf(run())).toEqual([
      '2 of 2 models could not be brought up to date.',
      `${MODEL}: The stored thresholds could not be brought up to date (Error: Not now).`,
      'Nova: The stored thresholds could not be brought up to date (Error: Not now).',
    ]);
    expect(account.alarms.get(RPM_ALARM)).toBe(16_000);
    jest.mocked(putParameter).mockImplementation(account.parameters.putParameter);
    account.parameters.writes.length = 0;
    await run();
    expect(account.writes).toEqual([`put ${RPM} 16000`, STAMPED, ...novaUpdated.slice(1)]);
  });

  test('DescribeAlarms: nothing is written, and every model is told', async () => {
    jest.mocked(describeUsageAlarms).mockRejectedValue(new Error('Not now'));
    expect(await failureOf(run())).toEqual([
      '2 of 2 models could not be brought up to date.',
      `${MODEL}: The alarms could not be read (Error: Not now).`,
      'Nova: The alarms could not be read (Error: Not now).',
    ]);
    expect(account.writes).toEqual([]);
  });

  test('the list of models: the run fails as it is', async () => {
    jest.mocked(getParametersUnder).mockRejectedValue(new Error('Not now'));
    expect(await failureOf(run())).toEqual(['Not now']);
    expect(publishMetrics).toHaveBeenCalledTimes(1);
  });
});

test('a hundred models: their alarms are described a hundred at a time, and each once more right before it is written', async () => {
  const order: string[] = [];
  for (let index = 0; index < 101; index += 1) account.addModel(`Model-${index}`);
  account.quotas.set('L-00000001', 20_000);
  jest.mocked(readQuota).mockImplementation(async (code) => {
    order.push('quota');
    return account.readQuota(code);
  });
  jest.mocked(describeUsageAlarms).mockImplementation(async (names) => {
    if (names.length > 0) order.push(`describe ${names.length}`);
    return account.describeUsageAlarms(names);
  });
  jest.mocked(changeUsageAlarm).mockImplementation(async (alarm, change) => {
    order.push('set');
    await account.changeUsageAlarm(alarm, change);
  });
  await run();
  const times = <Step>(count: number, ...steps: readonly Step[]) =>
    Array.from({ length: count }, () => steps).flat();
  expect(order).toEqual([
    ...[...times(100, 'quota'), 'describe 100', ...times(50, 'describe 1', 'set')],
    ...[...times(100, 'quota'), 'describe 100', ...times(50, 'describe 1', 'set')],
    ...['quota', 'quota', 'describe 2', 'describe 1', 'set'],
  ]);
  expect(counted().ThresholdsUpdated).toBe(101);
});

describe('a quota of 0', () => {
  test('makes the alarm one that cannot fire, in one write, and is undone when the quota is raised', async () => {
    account.addModel(MODEL);
    account.quotas.set('L-00000001', 0);
    await run();
    expect(account.writes).toEqual([`alarm ${RPM_ALARM} 0, 0 * usage`, `put ${RPM} 0`, STAMPED]);
    account.parameters.writes.length = 0;
    account.quotas.set('L-00000001', 100);
    await run();
    expect(account.writes).toEqual([`alarm ${RPM_ALARM} 80, 1 * usage`, `put ${RPM} 80`, STAMPED]);
  });

  test('automatedThresholdUpdate: false: is reported, also where only the factor differs', async () => {
    account.addModel(MODEL, { automatedThresholdUpdate: false });
    account.setExpression(TPM_ALARM, '0 * usage');
    await run();
    expect(account.writes).toEqual([]);
    expect(counted().ThresholdsDrifted).toBe(1);
  });
});

const SHARERS = `${PATH}/${MODEL}/quota-sharers`;
const sharersStored = () => parseQuotaSharers(account.parameters.values.get(SHARERS));

describe('inference profiles that share the quotas of a model', () => {
  beforeEach(() => {
    account.addModel(MODEL);
  });

  test.each([
    ['the schedule', SCHEDULED],
    ['the hourly schedule', HOURLY],
    ['a person', {}],
  ])('are counted by both alarms and listed for the processor by a run for %s', async (_, event) => {
    account.addProfile('prof00000002', 'search');
    account.addProfile('prof00000001', 'chat');
    await run(event);
    expect(account.writes.slice(0, 2)).toEqual([
      `alarm ${RPM_ALARM} 1 * (usage + sharer_prof00000001 + sharer_prof00000002)`,
      `alarm ${TPM_ALARM} 1 * (usage + sharer_prof00000001 + sharer_prof00000002)`,
    ]);
    expect(account.metrics.get(TPM_ALARM)).toContainEqual({
      ...series('sharer_prof00000002', 'TPM', 'prof00000002'),
      Label: 'search',
    });
    expect(sharersStored()).toEqual({
      sharers: [
        { id: 'prof00000001', name: 'chat', watchedBy: ['RPM', 'TPM'] },
        { id: 'prof00000002', name: 'search', watchedBy: ['RPM', 'TPM'] },
      ],
      unlisted: 0,
      unclear: [],
      globalProfile: null,
      twins: [],
    });
    expect(account.writes).toHaveLength(3);
    account.parameters.writes.length = 0;
    await run(event);
    expect(account.writes).toEqual([]);
    expect(readUsageTotals).not.toHaveBeenCalled();
  });

  test('that were deleted are no longer counted, and stay in the parameter for 15 days', async () => {
    account.addProfile('prof00000001');
    await run();
    account.removeProfile('prof00000001');
    account.parameters.writes.length = 0;
    await run(HOURLY);
    const gone = {
      id: 'prof00000001',
      name: 'profile prof00000001',
      watchedBy: [],
      goneSince: '2026-03-03T08:00:00.000Z',
    };
    const stored = { sharers: [gone], unlisted: 0, unclear: [], globalProfile: null, twins: [] };
    expect(account.writes).toEqual([
      `alarm ${RPM_ALARM} 1 * usage`,
      `alarm ${TPM_ALARM} 1 * usage`,
      `put ${SHARERS} ${JSON.stringify(stored)}`,
    ]);
    expect(account.metrics.get(RPM_ALARM)).toEqual(deployed('RPM'));
    jest.mocked(now).mockReturnValue(new Date('2026-03-18T07:59:59.999Z'));
    await run(HOURLY);
    expect(account.writes).toHaveLength(3);
    jest.mocked(now).mockReturnValue(new Date('2026-03-18T08:00:00.000Z'));
    await run(HOURLY);
    expect(sharersStored()?.sharers).toEqual([]);
  });

  test('of which it cannot be told are listed, and counted by no alarm', async () => {
    account.addProfile('a', 'chat', [
      `arn:aws:bedrock:eu-west-1::foundation-model/${MODEL_ID.replace('global.', '')}`,
      `arn:aws:bedrock:eu-west-3::foundation-model/${MODEL_ID.replace('global.', '')}`,
    ]);
    await run();
    const stored = {
      sharers: [],
      unlisted: 0,
      unclear: [{ id: 'a', name: 'chat' }],
      globalProfile: null,
      twins: [],
    };
    expect(account.writes).toEqual([`put ${SHARERS} ${JSON.stringify(stored)}`]);
  });

  test('are counted together with a new threshold in one write', async () => {
    account.addProfile('a');
    account.alarms.set(TPM_ALARM, 1);
    await run(changed(TPM_ALARM));
    expect(account.writes).toHaveLength(2);
    expect(account.writes[0]).toBe(`alarm ${TPM_ALARM} 5000000, 1 * (usage + sharer_a)`);
    expect(sharersStored()?.sharers).toEqual([{ id: 'a', name: 'profile a', watchedBy: ['TPM'] }]);
    await run(changed(RPM_ALARM));
    expect(account.writes[2]).toBe(`alarm ${RPM_ALARM} 1 * (usage + sharer_a)`);
    expect(sharersStored()?.sharers).toEqual([{ id: 'a', name: 'profile a', watchedBy: ['RPM', 'TPM'] }]);
  });

  test('are listed as counted by an alarm that another run has changed meanwhile', async () => {
    account.addProfile('a');
    jest.mocked(getParameters).mockImplementation(async (names) => {
      // What is stored is read after the alarm is written; until then the other deployment's run has written its own.
      if (names.includes(SHARERS))
        account.metrics.set(RPM_ALARM, [
          series('sharer_a', 'RPM', 'a'),
          ...(account.metrics.get(RPM_ALARM) ?? []),
        ]);
      if (names.includes(SHARERS)) account.setExpression(RPM_ALARM, '1 * (usage + sharer_a)');
      return account.getParameters(names);
    });
    await run(changed(TPM_ALARM));
    expect(sharersStored()?.sharers).toEqual([{ id: 'a', name: 'profile a', watchedBy: ['RPM', 'TPM'] }]);
  });

  test('are counted where automatedThresholdUpdate is false, and the threshold stays', async () => {
    account.addModel(MODEL, { automatedThresholdUpdate: false });
    account.addProfile('a');
    account.alarms.set(RPM_ALARM, 7);
    await run(changed(RPM_ALARM));
    expect(account.alarms.get(RPM_ALARM)).toBe(7);
    expect(account.expressionOf(RPM_ALARM)).toBe('1 * (usage + sharer_a)');
  });

  test('are not counted by an alarm without a quota, which cannot fire', async () => {
    account.addModel(MODEL, { rpmQuotaCode: null });
    account.addProfile('a');
    await run();
    expect(account.expressionOf(RPM_ALARM)).toBe('0 * usage');
    expect(account.expressionOf(TPM_ALARM)).toBe('1 * (usage + sharer_a)');
    expect(sharersStored()?.sharers).toEqual([{ id: 'a', name: 'profile a', watchedBy: ['TPM'] }]);
  });

  test('more than an alarm has room for: both count the busiest in one order, read once', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `p${String(index).padStart(2, '0')}`);
    for (const id of ids) account.addProfile(id);
    account.metrics.set(TPM_ALARM, [series('mine', 'TPM', 'x'), ...deployed('TPM')]);
    account.setExpression(TPM_ALARM, '1 * (usage + mine)');
    // By tokens the opposite of by requests.
    jest
      .mocked(readUsageTotals)
      .mockImplementation(
        async () => new Map(ids.map((id, index) => [id, { tokens: index, requests: -index }])),
      );
    await run(HOURLY);
    expect(account.expressionOf(RPM_ALARM)).toBe(
      `1 * (usage${ids
        .slice(3)
        .map((id) => ` + sharer_${id}`)
        .join('')})`,
    );
    expect(account.expressionOf(TPM_ALARM)).toBe(
      `1 * (usage${ids
        .slice(4)
        .map((id) => ` + sharer_${id}`)
        .join('')} + mine)`,
    );
    expect(jest.mocked(readUsageTotals).mock.calls).toEqual([[ids, NOW]]);
    expect(sharersStored()?.sharers.map(({ id, watchedBy }) => [id, watchedBy])).toEqual([
      ...ids.slice(4).map((id) => [id, ['RPM', 'TPM']]),
      ['p03', ['RPM']],
      ...ids.slice(0, 3).map((id) => [id, []]),
    ]);
    account.parameters.writes.length = 0;
    await run(HOURLY);
    expect(account.writes).toEqual([]);
  });

  test('no quota is read in the hourly run: threshold and factor stay as they are', async () => {
    account.setExpression(TPM_ALARM, '0 * usage');
    account.alarms.set(RPM_ALARM, 7);
    account.addProfile('a');
    await run(HOURLY);
    expect(readQuota).not.toHaveBeenCalled();
    expect(account.expressionOf(TPM_ALARM)).toBe('0 * (usage + sharer_a)');
    expect(account.alarms.get(RPM_ALARM)).toBe(7);
    expect(account.writes).toHaveLength(3);
  });
});

describe('the global profile beside a geographic one', () => {
  const GEOGRAPHIC = MODEL_ID.replace('global.', 'us.');
  const stored = (globalProfile: string | null) => ({
    sharers: [],
    unlisted: 0,
    unclear: [],
    globalProfile,
    twins: [],
  });
  const invoking = (modelId: string): void => account.addModel(MODEL, { modelId });
  const ARNS = ['us-east-1', 'us-west-2'].map(
    (region) => `arn:aws:bedrock:${region}::foundation-model/${MODEL_ID.replace('global.', '')}`,
  );

  test('is stored where nothing shares the quotas, once', async () => {
    invoking(GEOGRAPHIC);
    await run(HOURLY);
    expect(account.writes).toEqual([`put ${SHARERS} ${JSON.stringify(stored(MODEL_ID))}`]);
    await run(HOURLY);
    expect(account.writes).toHaveLength(1);
  });

  test('is stored of an application profile that was copied from a geographic one', async () => {
    account.addGeographic(GEOGRAPHIC, ARNS);
    const arn = account.addProfile('copied000001', 'chat', ARNS);
    invoking(arn);
    await run(HOURLY);
    expect(sharersStored()).toEqual({
      ...stored(MODEL_ID),
      sharers: [{ id: GEOGRAPHIC, name: GEOGRAPHIC, watchedBy: ['RPM', 'TPM'] }],
    });
  });

  test('is stored as gone where the model is invoked through it from now on', async () => {
    account.parameters.values.set(SHARERS, JSON.stringify(stored(MODEL_ID)));
    account.addModel(MODEL);
    await run(HOURLY);
    expect(account.writes).toEqual([`put ${SHARERS} ${JSON.stringify(stored(null))}`]);
  });

  test.each([
    ['it is itself what is invoked', MODEL_ID],
    ['the model is invoked on demand', MODEL_ID.replace('global.', '')],
    ['there is none', 'us.amazon.nova-lite-v1:0'],
  ])('is not stored where %s', async (_, modelId) => {
    invoking(modelId);
    await run(HOURLY);
    expect(account.writes).toEqual([]);
  });

  test('is not written anew into what an older version wrote, if there is none', async () => {
    account.parameters.values.set(SHARERS, '{"sharers":[],"unlisted":0}');
    account.addModel(MODEL);
    await run(HOURLY);
    expect(account.writes).toEqual([]);
  });

  test('stays stored where the profiles cannot be listed', async () => {
    account.parameters.values.set(SHARERS, JSON.stringify(stored(MODEL_ID)));
    invoking(GEOGRAPHIC);
    jest.mocked(listInferenceProfiles).mockRejectedValue(new Error('Not now'));
    await failureOf(run(HOURLY));
    expect(account.writes).toEqual([]);
  });
});

describe('other monitored models that have one of its quotas', () => {
  const RPM_ONLY = { tpmQuotaCode: OTHER_QUOTAS.tpmQuotaCode };
  const TPM_ONLY = { rpmQuotaCode: OTHER_QUOTAS.rpmQuotaCode };
  const parameterOfSharers = (model: string): string => `${PATH}/${model}/quota-sharers`;
  const storedOf = (model: string) =>
    parseQuotaSharers(account.parameters.values.get(parameterOfSharers(model)));
  const withTwins = (...twins: readonly string[]): string =>
    JSON.stringify({ sharers: [], unlisted: 0, unclear: [], globalProfile: null, twins });

  describe.each([
    ['daily', SCHEDULED],
    ['hourly', HOURLY],
  ])('in the %s run', (_, event) => {
    test.each<[quotas: string, config: Parameters<Account['addModel']>[1]]>([
      ['both quotas', {}],
      ['RPM only', RPM_ONLY],
      ['TPM only', TPM_ONLY],
    ])('are stored with both models, once: %s', async (_quotas, config) => {
      account.addModel(MODEL);
      account.addModel('Nova', config);
      await run(event);
      expect(account.writes).toEqual([
        `put ${parameterOfSharers(MODEL)} ${withTwins('Nova')}`,
        `put ${parameterOfSharers('Nova')} ${withTwins(MODEL)}`,
      ]);
      account.parameters.writes.length = 0;
      await run(event);
      expect(account.writes).toEqual([]);
    });

    test.each<[what: string, goAway: () => void]>([
      ['is no longer monitored', () => account.parameters.values.delete(`${PATH}/Nova/config`)],
      ['has other quotas by now', () => account.addModel('Nova', OTHER_QUOTAS)],
    ])('leave the list where one %s', async (_what, goAway) => {
      account.addModel(MODEL);
      account.addModel('Nova', RPM_ONLY);
      account.addModel('Stays', TPM_ONLY);
      await run(event);
      expect(storedOf(MODEL)?.twins).toEqual(['Nova', 'Stays']);
      goAway();
      await run(event);
      expect(storedOf(MODEL)?.twins).toEqual(['Stays']);
    });
  });

  test('are sorted by name, and of each model only its own', async () => {
    account.addModel('Zeta', TPM_ONLY);
    account.addModel(MODEL);
    account.addModel('Alpha', RPM_ONLY);
    account.addModel('Stranger', { rpmQuotaCode: 'L-00000005', tpmQuotaCode: null });
    account.quotas.set('L-00000005', 10_000);
    await run(HOURLY);
    expect(storedOf(MODEL)?.twins).toEqual(['Alpha', 'Zeta']);
    expect(storedOf('Zeta')?.twins).toEqual([MODEL]);
    expect(storedOf('Alpha')?.twins).toEqual([MODEL]);
    expect(storedOf('Stranger')).toEqual(NO_SHARERS);
  });

  test('are none by a quota that neither of them has', async () => {
    account.addModel(MODEL, { rpmQuotaCode: null });
    account.addModel('Nova', { ...OTHER_QUOTAS, rpmQuotaCode: null });
    await run(HOURLY);
    expect(account.writes).toEqual([]);
  });

  test.each<[what: string, config: string]>([
    ['no JSON', '{'],
    ['no configuration but for its codes', '{"rpmQuotaCode":"L-00000001","tpmQuotaCode":"L-00000002"}'],
  ])('are none where what stands of them is %s', async (_, config) => {
    account.addModel(MODEL);
    account.addModel('Nova');
    account.setConfig('Nova', config);
    await failureOf(run(HOURLY));
    expect(account.writes).toEqual([]);
  });

  test('stay as they were stored in a run for a changed alarm, which does not look at other models', async () => {
    account.addModel(MODEL);
    account.addModel('Nova');
    account.addProfile('a');
    account.parameters.values.set(SHARERS, withTwins('Elder'));
    await run(changed(TPM_ALARM));
    expect(sharersStored()).toEqual({
      ...NO_SHARERS,
      sharers: [{ id: 'a', name: 'profile a', watchedBy: ['TPM'] }],
      twins: ['Elder'],
    });
    expect(storedOf('Nova')).toEqual(NO_SHARERS);
  });

  test('are stored though the profiles cannot be listed, and what else is stored stays', async () => {
    account.addModel(MODEL);
    account.addProfile('a');
    await run();
    account.addModel('Nova');
    account.parameters.writes.length = 0;
    const before = sharersStored();
    jest.mocked(listInferenceProfiles).mockRejectedValue(new Error('Not now'));
    await failureOf(run(HOURLY));
    expect(before?.sharers).toHaveLength(1);
    expect(sharersStored()).toEqual({ ...before, twins: ['Nova'] });
    await failureOf(run(HOURLY));
    expect(account.writes).toHaveLength(2);
  });

  test('are not stored where neither the profiles nor what is stored of them can be read', async () => {
    account.addModel(MODEL);
    account.addModel('Nova');
    account.parameters.values.set(SHARERS, 'nonsense');
    jest.mocked(listInferenceProfiles).mockRejectedValue(new Error('Not now'));
    await failureOf(run(HOURLY));
    expect(account.writes).toEqual([`put ${parameterOfSharers('Nova')} ${withTwins(MODEL)}`]);
  });
});

describe('the application profile that is monitored', () => {
  const SENTENCE = `Bedrock no longer lists the application profile that model ${MODEL} monitors: what its alarms count stays as it is.`;
  const counting = '1 * (usage + sharer_a + sharer_global_anthropic_claude_opus_4_6_v1)';
  beforeEach(async () => {
    account.addModel(MODEL, { modelId: account.addProfile('own') });
    for (const [quota, alarm] of [
      ['RPM', RPM_ALARM],
      ['TPM', TPM_ALARM],
    ] as const)
      account.metrics.set(alarm, [series('usage', quota, 'own'), ...deployed(quota).slice(1)]);
    account.addProfile('a');
    await run();
    account.removeProfile('own');
    account.parameters.writes.length = 0;
  });

  test.each([
    ['every run for the schedule', () => SCHEDULED],
    ['the event of an alarm', () => changed(TPM_ALARM)],
  ])('was deleted: what shares its quotas stays, and %s tells it', async (_, event) => {
    await expect(run(event())).rejects.toThrow(`${MODEL}: ${SENTENCE}`);
    expect(account.expressionOf(RPM_ALARM)).toBe(counting);
    expect(account.expressionOf(TPM_ALARM)).toBe(counting);
    expect(account.writes).toEqual([]);
  });

  test('was deleted: the hourly run does no more than log it', async () => {
    await run(HOURLY);
    expect(jest.mocked(logger.warn).mock.calls).toEqual([[SENTENCE]]);
    expect(account.expressionOf(TPM_ALARM)).toBe(counting);
    expect(account.writes).toEqual([]);
  });

  test('was deleted: thresholds follow their quotas all the same', async () => {
    account.quotas.set('L-00000001', 20_000);
    await failureOf(run());
    expect(account.alarms.get(RPM_ALARM)).toBe(16_000);
  });
});

describe('an alarm that is changed while the run looks at it', () => {
  /** What happens after the alarms were described for the first time. */
  const meanwhile = (happens: () => void): void => {
    jest.mocked(describeUsageAlarms).mockImplementationOnce(async (names) => {
      const described = await account.describeUsageAlarms(names);
      happens();
      return described;
    });
  };
  beforeEach(() => {
    account.addModel(MODEL);
    account.addProfile('a');
    account.alarms.set(TPM_ALARM, 99);
  });

  test('keeps what was changed besides', async () => {
    meanwhile(() => {
      account.metrics.set(TPM_ALARM, [series('mine', 'TPM', 'x'), ...deployed('TPM')]);
      account.setExpression(TPM_ALARM, '1 * (usage + mine)');
    });
    await run();
    expect(account.expressionOf(TPM_ALARM)).toBe('1 * (usage + sharer_a + mine)');
    expect(account.alarms.get(TPM_ALARM)).toBe(5_000_000);
  });

  test('is not written where it is as expected by then', async () => {
    account.removeProfile('a');
    meanwhile(() => account.alarms.set(TPM_ALARM, 5_000_000));
    await run();
    expect(account.writes).toEqual([]);
    expect(counted().ThresholdsUpdated).toBe(0);
  });

  test('does not come back where it was deleted', async () => {
    meanwhile(() => account.alarms.delete(TPM_ALARM));
    await expect(run()).rejects.toThrow(`The alarm ${TPM_ALARM} does not exist.`);
    expect(account.alarms.has(TPM_ALARM)).toBe(false);
    expect(sharersStored()?.sharers).toEqual([{ id: 'a', name: 'profile a', watchedBy: ['RPM'] }]);
  });
});

describe('what fails about profiles', () => {
  beforeEach(() => {
    account.addModel(MODEL);
    account.addProfile('a');
  });

  test('that they cannot be listed: thresholds follow all the same, metrics stay, and it is told', async () => {
    await run();
    account.quotas.set('L-00000001', 20_000);
    account.parameters.writes.length = 0;
    jest.mocked(listInferenceProfiles).mockRejectedValue(new Error('Not now'));
    expect(await failureOf(run())).toEqual(['The inference profiles could not be listed (Error: Not now).']);
    expect(account.writes).toEqual([`alarm ${RPM_ALARM} 16000`, `put ${RPM} 16000`, STAMPED]);
  });

  test('that their usage cannot be read: what the alarms count stays, and is listed as it is', async () => {
    await run();
    for (let index = 0; index < 9; index += 1) account.addProfile(`b${index}`);
    jest.mocked(readUsageTotals).mockRejectedValue(new Error('Not now'));
    expect(await failureOf(run(HOURLY))).toEqual([
      '1 of 1 model could not be brought up to date.',
      `${MODEL}: The usage of inference profiles could not be read (Error: Not now).`,
    ]);
    expect(account.expressionOf(RPM_ALARM)).toBe('1 * (usage + sharer_a)');
    expect(
      sharersStored()
        ?.sharers.filter(({ watchedBy }) => watchedBy.length > 0)
        .map(({ id }) => id),
    ).toEqual(['a']);
  });

  test('that an alarm does not take them: it is listed as not counted', async () => {
    account.refusing.add(RPM_ALARM);
    expect(await failureOf(run())).toEqual([
      '1 of 1 model could not be brought up to date.',
      `${MODEL}: The alarm ${RPM_ALARM} could not be changed (InternalServiceFault: Not now).`,
    ]);
    expect(account.expressionOf(TPM_ALARM)).toBe('1 * (usage + sharer_a)');
    expect(sharersStored()?.sharers).toEqual([{ id: 'a', name: 'profile a', watchedBy: ['TPM'] }]);
  });

  test('that the parameter cannot be written: the next run does', async () => {
    jest.mocked(putParameter).mockRejectedValueOnce(new Error('Not now'));
    expect(await failureOf(run())).toEqual([
      '1 of 1 model could not be brought up to date.',
      `${MODEL}: The parameter ${SHARERS} could not be written (Error: Not now).`,
    ]);
    await run();
    expect(sharersStored()?.sharers).toHaveLength(1);
  });

  describe('an expression of the owner’s own', () => {
    const SENTENCE = `The alarm ${TPM_ALARM} no longer adds up as "1 * usage" or "1 * (usage + …)" does: its metrics are left as they are.`;
    beforeEach(() => account.setExpression(TPM_ALARM, 'MAX([usage])'));

    test('keeps its metrics, gets its threshold, and is told', async () => {
      account.quotas.set('L-00000002', 1_000);
      expect(await failureOf(run())).toEqual([
        '1 of 1 model could not be brought up to date.',
        `${MODEL}: ${SENTENCE}`,
      ]);
      expect(account.expressionOf(TPM_ALARM)).toBe('MAX([usage])');
      expect(account.alarms.get(TPM_ALARM)).toBe(800);
      expect(sharersStored()?.sharers).toEqual([{ id: 'a', name: 'profile a', watchedBy: ['RPM'] }]);
    });

    test('is no more than logged in the hourly run', async () => {
      await run(HOURLY);
      expect(jest.mocked(logger.warn).mock.calls).toEqual([[SENTENCE]]);
    });

    test('is in order as long as there is nothing to add to it', async () => {
      account.removeProfile('a');
      await run();
      expect(account.writes).toEqual([]);
    });

    test('is told where the quota is 0: the alarm could still fire', async () => {
      account.removeProfile('a');
      account.quotas.set('L-00000002', 0);
      expect(await failureOf(run())).toContain(`${MODEL}: ${SENTENCE}`);
    });
  });
});

describe('a usage alarm that was changed', () => {
  beforeEach(() => {
    account.addModel(MODEL);
    account.addModel('Nova', OTHER_QUOTAS);
  });

  test('is put right at once and logged; the event of our own write finds nothing to do', async () => {
    account.alarms.set(TPM_ALARM, 99);
    await run(changed(TPM_ALARM));
    expect(account.writes).toEqual([`alarm ${TPM_ALARM} 5000000`]);
    expect(jest.mocked(logger.info).mock.calls).toContainEqual([
      'an alarm has another threshold',
      { model: MODEL, quota: 'TPM', alarmName: TPM_ALARM, threshold: 99, expected: 5_000_000 },
    ]);
    await run(changed(TPM_ALARM));
    expect(account.writes).toHaveLength(1);
  });

  test('leads to a look at its model and quota, and at no other', async () => {
    account.alarms.set(RPM_ALARM, 99);
    await run(changed(TPM_ALARM));
    expect(account.described).toEqual([[TPM_ALARM]]);
    expect(jest.mocked(readQuota).mock.calls).toEqual([['L-00000002', 'patient']]);
    expect(getParametersUnder).not.toHaveBeenCalled();
    expect(account.writes).toEqual([]);
  });

  test('by a run that has not stored yet what it gave the alarm: nothing is written a second time', async () => {
    account.addProfile('a');
    account.quotas.set('L-00000002', 1_000_000);
    jest.mocked(changeUsageAlarm).mockImplementation(async (alarm, change) => {
      await account.changeUsageAlarm(alarm, change);
      await run(changed(alarm.described.AlarmName ?? ''));
    });
    await run();
    const ofModel = account.writes.filter((write) => write.includes(MODEL));
    expect(ofModel.map((write) => write.split(' ').slice(0, 2))).toEqual([
      ['alarm', RPM_ALARM],
      ['alarm', TPM_ALARM],
      ['put', TPM],
      ['put', LAST_UPDATED],
      ['put', SHARERS],
    ]);
  });

  test.each([
    [
      'read what is stored',
      () =>
        jest
          .mocked(getParameters)
          // The configuration is read first.
          .mockImplementationOnce(account.getParameters)
          .mockRejectedValueOnce(new Error('Not now')),
    ],
    ['store it', () => jest.mocked(putParameter).mockRejectedValueOnce(new Error('Not now'))],
  ])('by a run that could not %s: the same event a minute later has it stored', async (_, refuse) => {
    account.addProfile('a');
    account.alarms.set(TPM_ALARM, 99);
    account.quotas.set('L-00000002', 1_000_000);
    refuse();
    await failureOf(run(changed(TPM_ALARM)));
    const written = account.writes.length;
    await run(changed(TPM_ALARM, '2026-03-03T07:58:59Z'));
    expect(account.writes.slice(written).some((write) => write.startsWith('alarm'))).toBe(false);
    expect(account.parameters.values.get(TPM)).toBe('800000');
    expect(sharersStored()?.sharers).toHaveLength(1);
  });

  test('while the other is not there yet: the one that is gets what it should have', async () => {
    account.alarms.delete(RPM_ALARM);
    account.addProfile('a');
    await run(changed(TPM_ALARM));
    expect(account.expressionOf(TPM_ALARM)).toBe('1 * (usage + sharer_a)');
  });

  test.each([
    ['of a model that is not monitored', alarmName('TPM', 'Gone')],
    ['that is no usage alarm', `Acme-Bedrock-Throttles-Critical-${MODEL}`],
    ['of somebody else', 'CpuHigh'],
  ])('%s: is logged, and that is all', async (_, name) => {
    await run(changed(name));
    expect(account.described).toEqual([]);
    expect(listInferenceProfiles).not.toHaveBeenCalled();
    expect(jest.mocked(logger.info).mock.calls[0]).toEqual([
      'the alarm that was changed is none of a model that is monitored',
      { kind: 'alarm', alarmName: name, changedAt: new Date('2026-03-03T07:59:58Z') },
    ]);
  });

  test('and whose quota cannot be read: keeps its threshold, and is tried again', async () => {
    account.alarms.set(TPM_ALARM, 99);
    account.quotas.delete('L-00000002');
    await expect(run(changed(TPM_ALARM))).rejects.toThrow(
      'Service Quotas knows no TPM quota L-00000002 of Amazon Bedrock in this Region.',
    );
    expect(account.writes).toEqual([]);
  });

  test('says that thresholds have drifted, but not that none has: the other models were not compared', async () => {
    account.addModel(MODEL, { automatedThresholdUpdate: false });
    await run(changed(TPM_ALARM));
    expect(counted()).toEqual({});
    account.alarms.set(TPM_ALARM, 99);
    await run(changed(TPM_ALARM));
    expect(counted()).toEqual({ ThresholdsDrifted: 1 });
    expect(account.writes).toEqual([]);
  });
});

test('the hourly run counts what failed, and no zeros: it does not know whether thresholds have drifted', async () => {
  account.addModel(MODEL);
  await run(HOURLY);
  expect(counted()).toEqual({});
  account.alarms.delete(RPM_ALARM);
  await failureOf(run(HOURLY));
  expect(counted()).toEqual({ ModelsFailed: 1 });
});

test.each([[{ only: 'thresholds' }], [{ source: 'aws.s3' }], [undefined], ['']])(
  'an event that is none of ours is refused: %j',
  async (event) => {
    await expect(handler(event, {} as Context)).rejects.toThrow();
    expect(getParametersUnder).not.toHaveBeenCalled();
  },
);
