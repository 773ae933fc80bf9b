// The variables must be set before the handler reads them.
import './environment';

import { Metrics } from '@aws-lambda-powertools/metrics';
import { beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { QuotaRequestStatus } from '../../aws/service-quotas';
import { handler } from '../../lambda/alarm-updater/handler';
import type { LedgerRecord, LedgerRequest } from '../../lambda/contract/ledger';
import { quotaAnswerText } from '../../lambda/contract/quota-answer';
import { NO_SHARERS } from '../../lambda/contract/quota-sharers';
import { changeUsageAlarm, describeUsageAlarms } from '../../lambda/ports/alarms';
import { now } from '../../lambda/ports/clock';
import { listInferenceProfiles } from '../../lambda/ports/inference-profiles';
import { IncidentLedger } from '../../lambda/ports/ledger';
import { getParameters, getParametersUnder, putParameter } from '../../lambda/ports/parameters';
import { sendLater } from '../../lambda/ports/queue';
import { type QuotaRequestNow, quotaRequestNow } from '../../lambda/ports/quota-requests';
import { readQuota } from '../../lambda/ports/quotas';
import { recordOf } from '../domain/ledger-records';
import { Account, alarmName, OTHER_QUOTAS, PATH } from './account';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/ports/alarms', () => ({
  MAX_ALARM_NAMES: 100,
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
jest.mock('../../lambda/ports/quota-requests', () => ({ quotaRequestNow: jest.fn() }));
jest.mock('../../lambda/ports/inference-profiles', () => ({ listInferenceProfiles: jest.fn() }));

jest.spyOn(Metrics.prototype, 'publishStoredMetrics');
const readLedger = jest.spyOn(IncidentLedger.prototype, 'read');

const RPM_CODE = 'L-00000001';
const TPM_CODE = 'L-00000002';
const MADE: LedgerRequest = {
  code: RPM_CODE,
  quota: 'RPM',
  desired: 12_500,
  at: new Date('2026-03-03T06:00:00Z'),
  was: 10_000,
  threshold: 8_000,
};
const OTHER: LedgerRequest = { ...MADE, code: TPM_CODE, quota: 'TPM' };

let account: Account;
/** By id; a request that is not there is not known. */
let statuses: Record<string, QuotaRequestStatus | Error>;
let changedAt: Date;
let records: LedgerRecord[];

beforeEach(() => {
  jest.resetAllMocks();
  account = new Account();
  addTwins('A', 'B');
  statuses = {};
  changedAt = new Date('2026-03-03T07:30:00Z');
  records = [
    recordOf('A', undefined, { requests: { one: MADE } }),
    recordOf('B', {}, { requests: { one: MADE } }),
    recordOf('C', undefined),
  ];
  jest.mocked(now).mockReturnValue(new Date('2026-03-03T08:00:00.000Z'));
  readLedger.mockImplementation(async () => ({ models: records, handed: [], newCases: {} }));
  jest.mocked(quotaRequestNow).mockImplementation(async (id) => {
    const status = statuses[id];
    if (status instanceof Error) throw status;
    return status && requestNow(id, status);
  });
  jest.mocked(getParametersUnder).mockImplementation(account.getParametersUnder);
  jest.mocked(putParameter).mockImplementation(account.parameters.putParameter);
  jest.mocked(readQuota).mockImplementation(account.readQuota);
  jest.mocked(getParameters).mockImplementation(account.getParameters);
  jest.mocked(describeUsageAlarms).mockImplementation(account.describeUsageAlarms);
  jest.mocked(changeUsageAlarm).mockImplementation(account.changeUsageAlarm);
  jest.mocked(listInferenceProfiles).mockImplementation(account.listInferenceProfiles);
});

/** Two models that have the same quotas, which is stored of both already. */
function addTwins(...models: readonly [string, string]): void {
  for (const model of models) {
    account.addModel(model);
    const twins = models.filter((other) => other !== model);
    account.parameters.values.set(`${PATH}/${model}/quota-sharers`, JSON.stringify({ ...NO_SHARERS, twins }));
  }
}

const requestNow = (id: string, status: QuotaRequestStatus): QuotaRequestNow => ({
  id,
  code: RPM_CODE,
  status,
  desired: 12_500,
  since: MADE.at,
  changedAt,
  displayId: '1',
});

const HOURLY = { only: 'sharers' };
const DAILY = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };
const CHANGED = {
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm Configuration Change',
  time: '2026-03-03T07:59:58Z',
  detail: { alarmName: alarmName('RPM', 'A'), operation: 'update' },
};

const run = (event: unknown = HOURLY): Promise<void> => handler(event, {} as Context);

const told = () => jest.mocked(sendLater).mock.calls.map(([, message, delay]) => [message, delay]);
const quotasRead = () => jest.mocked(readQuota).mock.calls.map(([code]) => code);
const ANSWER = quotaAnswerText({
  id: 'one',
  code: RPM_CODE,
  quota: 'RPM',
  requestedAt: '2026-03-03T06:00:00.000Z',
  models: ['A', 'B'].map((model) => ({ model, was: 10_000, threshold: 8_000 })),
});
/** What follows of a quota of 12,500 RPM. */
const RAISED = ['A', 'B'].flatMap((model) => [
  `alarm ${alarmName('RPM', model)} 10000`,
  `put ${PATH}/${model}/thresholds/rpm-threshold-calculated 10000`,
  `put ${PATH}/${model}/thresholds/last-updated 2026-03-03T08:00:00.000Z`,
]);

test('a request that is open is looked at once for all its models, and nothing else is read', async () => {
  statuses = { one: 'CASE_OPENED' };
  await run();
  expect(jest.mocked(quotaRequestNow).mock.calls).toEqual([['one', 'patient']]);
  expect(quotasRead()).toEqual([]);
  expect(told()).toEqual([]);
  expect(account.writes).toEqual([]);
});

test('without a request the ledger is read once, and nothing else', async () => {
  records = [recordOf('A', {})];
  await run();
  expect(readLedger).toHaveBeenCalledTimes(1);
  expect(quotaRequestNow).not.toHaveBeenCalled();
  expect(quotasRead()).toEqual([]);
});

test('after the change of an alarm nobody looks', async () => {
  statuses = { one: 'APPROVED' };
  await run(CHANGED);
  expect(readLedger).not.toHaveBeenCalled();
});

test.each([
  ['hourly', HOURLY],
  ['daily', DAILY],
])('the %s run: what is approved is followed by alarms and thresholds first, then told', async (_, event) => {
  statuses = { one: 'APPROVED' };
  account.quotas.set(RPM_CODE, 12_500);
  let writtenBefore: readonly string[] = [];
  jest.mocked(sendLater).mockImplementation(async () => {
    writtenBefore = [...account.writes];
  });
  await run(event);
  expect(writtenBefore).toEqual(RAISED);
  expect(told()).toEqual([[ANSWER, 0]]);
  expect(jest.mocked(sendLater).mock.calls[0]?.[0]).toBe(process.env.QUEUE_URL);
});

test('only the quota of which a request is answered is read, of every model that has it', async () => {
  statuses = { one: 'DENIED', other: 'PENDING' };
  records = [recordOf('A', undefined, { requests: { one: MADE, other: OTHER } })];
  await run();
  expect(quotasRead()).toEqual([RPM_CODE, RPM_CODE]);
  expect(told()).toHaveLength(1);
});

test.each<[string, QuotaRequestStatus | undefined]>([
  ['denied', 'DENIED'],
  ['closed', 'CASE_CLOSED'],
  ['not approved', 'NOT_APPROVED'],
  ['invalid', 'INVALID_REQUEST'],
  ['not known any more', undefined],
])('a request that is %s is told though the quota is what it was', async (_, status) => {
  statuses = status === undefined ? {} : { one: status };
  await run();
  expect(told()).toEqual([[ANSWER, 0]]);
  expect(account.writes).toEqual([]);
});

test('one that is approved waits for its quota, up to six hours', async () => {
  statuses = { one: 'APPROVED' };
  await run();
  expect(told()).toEqual([]);
  expect(quotasRead()).toEqual([RPM_CODE]);
  changedAt = new Date('2026-03-03T02:00:00Z');
  await run();
  expect(told()).toEqual([[ANSWER, 0]]);
});

const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });

test('where one look fails, the others are made and told, and the run fails with a line on it', async () => {
  statuses = { one: denied, other: 'DENIED' };
  records = [recordOf('A', undefined, { requests: { one: MADE, other: OTHER } })];
  await expect(run()).rejects.toThrow(
    'The quota request one could not be looked at (AccessDeniedException: no).',
  );
  expect(told()).toHaveLength(1);
});

describe('where a model could not follow its answer', () => {
  beforeEach(() => {
    statuses = { one: 'APPROVED' };
    account.quotas.set(RPM_CODE, 12_500);
    account.refusing.add(alarmName('RPM', 'A'));
  });

  const fails = () => expect(run()).rejects.toThrow('1 of 2 models could not be brought up to date.');

  test('the next run tries again what failed, and tells', async () => {
    await fails();
    expect(account.writes).toEqual(RAISED.slice(3));
    expect(told()).toEqual([]);
    account.refusing.clear();
    await run();
    expect(account.writes).toEqual([...RAISED.slice(3), ...RAISED.slice(0, 3)]);
    expect(told()).toEqual([[ANSWER, 0]]);
  });

  test('so it is where only the threshold could not be stored', async () => {
    account.refusing.clear();
    jest.mocked(putParameter).mockRejectedValueOnce(denied);
    await fails();
    expect(told()).toEqual([]);
    await run();
    expect(account.writes.filter((one) => one.startsWith('put')).sort()).toEqual(
      RAISED.filter((one) => one.startsWith('put')).sort(),
    );
    expect(told()).toEqual([[ANSWER, 0]]);
  });

  test('it is told six hours after it came, though that fails still', async () => {
    changedAt = new Date('2026-03-03T02:00:01Z');
    await fails();
    expect(told()).toEqual([]);
    changedAt = new Date('2026-03-03T02:00:00Z');
    await fails();
    expect(told()).toEqual([[ANSWER, 0]]);
  });

  test('it waits too where the request was made for another model', async () => {
    records = [recordOf('B', undefined, { requests: { one: MADE } })];
    await fails();
    expect(told()).toEqual([]);
  });

  test.each([
    ['the request is not known any more', {}, 1],
    ['the model has not the quota of the answer', { other: 'DENIED' as const }, 0],
  ])('it does not wait where %s', async (_, found, failing) => {
    account.refusing.clear();
    account.addModel('C', OTHER_QUOTAS);
    account.alarms.delete(alarmName('RPM', failing ? 'A' : 'C'));
    statuses = found;
    records = [recordOf('A', undefined, { requests: failing ? { one: MADE } : { other: OTHER } })];
    await expect(run()).rejects.toThrow('1 of 3 models could not be brought up to date.');
    expect(told()).toHaveLength(1);
  });
});

test('without the ledger everything else is done, and the run fails with a line on it', async () => {
  readLedger.mockRejectedValue(denied);
  account.quotas.set(RPM_CODE, 12_500);
  await expect(run(DAILY)).rejects.toThrow(
    'The incident ledger could not be read, so that no quota request was followed (AccessDeniedException: no).',
  );
  expect(account.writes).toEqual(RAISED);
});

test('an answer that cannot be handed over fails the run, and is found again by the next one', async () => {
  statuses = { one: 'DENIED' };
  jest.mocked(sendLater).mockRejectedValueOnce(denied);
  await expect(run()).rejects.toThrow('That the quota request one is answered could not be handed over');
  await run();
  expect(told()).toHaveLength(2);
});
