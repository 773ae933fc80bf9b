// The variables must be set before the handler reads them.
import './environment';

import { Metrics } from '@aws-lambda-powertools/metrics';
import { beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import type { Context, ScheduledEvent } from 'aws-lambda';
import { handler } from '../../lambda/alarm-updater/handler';
import { describeThresholds, setThreshold } from '../../lambda/ports/alarms';
import { now } from '../../lambda/ports/clock';
import { logger } from '../../lambda/ports/logger';
import { deleteParameters, getParametersUnder, putParameter } from '../../lambda/ports/parameters';
import { readQuota } from '../../lambda/ports/quotas';
import { Account, alarmName, PATH } from './account';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/ports/alarms', () => ({
  MAX_ALARM_NAMES: 100,
  describeThresholds: jest.fn(),
  setThreshold: jest.fn(),
}));
jest.mock('../../lambda/ports/clock', () => ({ now: jest.fn() }));
jest.mock('../../lambda/ports/logger', () => ({
  logger: { addContext: jest.fn(), error: jest.fn(), info: jest.fn(), warn: jest.fn() },
}));
jest.mock('../../lambda/ports/parameters', () => ({
  deleteParameters: jest.fn(),
  getParametersUnder: jest.fn(),
  putParameter: jest.fn(),
}));
jest.mock('../../lambda/ports/quotas', () => ({ readQuota: jest.fn() }));

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
const publishMetrics = jest.spyOn(Metrics.prototype, 'publishStoredMetrics');
let account: Account;

beforeEach(() => {
  jest.resetAllMocks();
  account = new Account();
  jest.mocked(now).mockReturnValue(NOW);
  jest.mocked(getParametersUnder).mockImplementation(account.getParametersUnder);
  jest.mocked(putParameter).mockImplementation(account.parameters.putParameter);
  jest.mocked(deleteParameters).mockImplementation(account.parameters.deleteParameters);
  jest.mocked(readQuota).mockImplementation(account.readQuota);
  jest.mocked(describeThresholds).mockImplementation(account.describeThresholds);
  jest.mocked(setThreshold).mockImplementation(account.setThreshold);
});

const run = (): Promise<void> => handler({} as ScheduledEvent, {} as Context);

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
    ['withdrawn', 0, 0],
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

test('a quota that the model does not have is neither read nor looked for nor stored', async () => {
  account.addModel(MODEL, { rpmQuotaCode: null });
  account.alarms.set(RPM_ALARM, 0);
  account.parameters.values.delete(RPM);
  await run();
  expect(jest.mocked(readQuota).mock.calls).toEqual([['L-00000002', 'patient']]);
  expect(account.described).toEqual([[TPM_ALARM]]);
  expect(account.writes).toEqual([]);
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
    account.addModel('Nova', { rpmQuotaCode: 'L-00000003', tpmQuotaCode: 'L-00000002' });
    account.quotas.set('L-00000001', 20_000);
    account.quotas.set('L-00000003', 20_000);
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
      'an alarm that does not take its threshold',
      () => account.refusing.add(RPM_ALARM),
      `The alarm ${RPM_ALARM} did not take its new threshold (InternalServiceFault: Not now).`,
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
    jest.mocked(describeThresholds).mockRejectedValue(new Error('Not now'));
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

test('a hundred models: their alarms are described a hundred at a time, right before they are written', async () => {
  const order: string[] = [];
  for (let index = 0; index < 101; index += 1) account.addModel(`Model-${index}`);
  account.quotas.set('L-00000001', 20_000);
  jest.mocked(readQuota).mockImplementation(async (code) => {
    order.push('quota');
    return account.readQuota(code);
  });
  jest.mocked(describeThresholds).mockImplementation(async (names) => {
    order.push(`describe ${names.length}`);
    return account.describeThresholds(names);
  });
  jest.mocked(setThreshold).mockImplementation(async (alarm, threshold) => {
    order.push('set');
    await account.setThreshold(alarm, threshold);
  });
  await run();
  const runs = order.filter((step, index) => step !== order[index - 1]);
  expect(runs).toEqual([
    ...['quota', 'describe 100', 'set'],
    ...['quota', 'describe 100', 'set'],
    ...['quota', 'describe 2', 'set'],
  ]);
  expect(counted().ThresholdsUpdated).toBe(101);
});
