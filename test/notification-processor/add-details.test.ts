// The variables must be set before the processor reads them.
import './environment';

import { afterAll, beforeAll, beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import { ANSWERS, OPEN_STATUSES } from '../../aws/service-quotas';
import { NO_SHARERS } from '../../lambda/contract/quota-sharers';
import { parseRequestDetails, type RequestDetails } from '../../lambda/contract/request-details';
import { detailsBody } from '../../lambda/domain/case-text';
import type { Incident } from '../../lambda/domain/incident';
import { addDetails } from '../../lambda/notification-processor/add-details';
import { DETAILS_DELAYS_SECONDS } from '../../lambda/notification-processor/details-later';
import { countSettled } from '../../lambda/notification-processor/metrics';
import { readIncident } from '../../lambda/notification-processor/read-incident';
import { settingsOf, UnusableConfig } from '../../lambda/notification-processor/read-model';
import { now } from '../../lambda/ports/clock';
import { readContacts } from '../../lambda/ports/contacts';
import { type Changes, IncidentLedger } from '../../lambda/ports/ledger';
import { sendLater } from '../../lambda/ports/queue';
import { type QuotaRequestNow, quotaRequestNow } from '../../lambda/ports/quota-requests';
import {
  addCommunication,
  type CaseOfNumber,
  caseOfNumber,
  communicationsOf,
} from '../../lambda/ports/support';
import { opus, REQUEST, RPM_CODE, requestIncidents, TPM_CODE } from '../domain/incidents';
import { LocalEndpoint, TABLE_NAME } from '../ports/local-endpoint';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/notification-processor/look-at-alarms', () => ({ lookAtAlarms: jest.fn() }));
jest.mock('../../lambda/notification-processor/metrics', () => ({
  countSettled: jest.fn(),
}));
jest.mock('../../lambda/notification-processor/read-incident', () => ({ readIncident: jest.fn() }));
jest.mock('../../lambda/notification-processor/read-model', () => ({
  ...jest.requireActual<object>('../../lambda/notification-processor/read-model'),
  settingsOf: jest.fn(),
}));
jest.mock('../../lambda/ports/clock', () => ({ now: jest.fn() }));
jest.mock('../../lambda/ports/contacts', () => ({ readContacts: jest.fn() }));
jest.mock('../../lambda/ports/logger', () => ({
  logger: { error: jest.fn(), info: jest.fn(), warn: jest.fn() },
}));
jest.mock('../../lambda/ports/queue', () => ({ sendLater: jest.fn() }));
jest.mock('../../lambda/ports/quota-requests', () => ({ quotaRequestNow: jest.fn() }));
jest.mock('../../lambda/ports/support', () => ({
  ...jest.requireActual<object>('../../lambda/ports/support'),
  addCommunication: jest.fn(),
  caseOfNumber: jest.fn(),
  communicationsOf: jest.fn(),
}));

const MODEL = opus.modelName;
const QUOTA_REQUEST = 'Quota Request';
const NOW = new Date('2026-03-02T09:18:50Z');
const MINUTE_MS = 60_000;
const OPENING = 'Service Quotas opened this case for a request to raise a quota.';
const REPLY = 'Thank you for your request. This is an automatic reply.';
/** As it is read afresh: nothing is known yet of what was asked for. */
const READ: Incident = { ...requestIncidents.increaseRequested, quotaRequests: [] };

const aws = new LocalEndpoint(() => NOW);
const ledger = new IncidentLedger(TABLE_NAME);

beforeAll(() => aws.start());
afterAll(() => aws.stop());

/** The requests as Service Quotas has them, and the cases of AWS Support, by id and number. */
let requests: Map<string, QuotaRequestNow>;
let cases: Map<string, CaseOfNumber>;
let communications: Map<string, string[]>;

beforeEach(() => {
  jest.resetAllMocks();
  aws.clear();
  requests = new Map();
  cases = new Map();
  communications = new Map();
  jest.mocked(now).mockReturnValue(NOW);
  jest.mocked(readContacts).mockResolvedValue(['sre@acme.example']);
  jest.mocked(settingsOf).mockResolvedValue({
    config: opus,
    thresholds: { RPM: 8_000, TPM: 5_000_000 },
    sharers: NO_SHARERS,
    unusedSettings: [],
  });
  jest.mocked(readIncident).mockResolvedValue(READ);
  jest.mocked(quotaRequestNow).mockImplementation(async (id) => requests.get(id));
  jest.mocked(caseOfNumber).mockImplementation(async (displayId) => cases.get(displayId));
  jest.mocked(communicationsOf).mockImplementation(async (caseId) => communications.get(caseId) ?? []);
  jest.mocked(addCommunication).mockImplementation(async (caseId, body) => {
    communications.set(caseId, [body, ...(communications.get(caseId) ?? [])]);
  });
});

type Asked = RequestDetails['requests'][number];
const RPM: Asked = {
  quota: 'RPM',
  code: RPM_CODE,
  id: REQUEST.id,
  desired: 12_500,
  since: REQUEST.since.toISOString(),
  is: 'made',
};
const TPM: Asked = {
  ...RPM,
  quota: 'TPM',
  code: TPM_CODE,
  id: 'tpm-request',
  desired: 7_812_500,
  is: 'open',
};

const detailsOf = (...asked: readonly Asked[]): RequestDetails => ({
  attempt: 1,
  model: MODEL,
  reference: READ.reference,
  telling: 1,
  openedAt: READ.openedAt.toISOString(),
  alarms: [{ alarm: 'HighInvocationRate', since: '2026-03-02T09:15:00.000Z' }],
  requests: [...asked],
});

const add = (details = detailsOf(RPM), by = 'message-1') => addDetails(details, by);

/** Service Quotas has the request, whose case is not there yet. */
const isMade = (asked: Asked, over: Partial<QuotaRequestNow> = {}) =>
  requests.set(asked.id, {
    id: asked.id,
    code: asked.code,
    status: 'PENDING',
    desired: asked.desired,
    since: REQUEST.since,
    changedAt: REQUEST.since,
    displayId: undefined,
    ...over,
  });

interface OfCase extends Partial<CaseOfNumber> {
  readonly number?: string;
  readonly texts?: readonly string[];
}

/** AWS has opened the case of a request, and has replied. */
function hasCase(asked: Asked, { number = '17', texts = [REPLY, OPENING], ...over }: OfCase = {}): void {
  isMade(asked, { status: 'CASE_OPENED', displayId: number });
  const createdAt = new Date(NOW.getTime() - 2 * MINUTE_MS);
  cases.set(number, { caseId: `case-${number}`, displayId: number, isResolved: false, createdAt, ...over });
  communications.set(`case-${number}`, [...texts]);
}

const told = (asked: Asked, displayId = '17') => {
  const { quota, code, id, desired, is } = asked;
  const request = { id, desired, since: REQUEST.since, displayId };
  const incident: Incident = { ...READ, quotaRequests: [{ quota, code, outcome: { kind: is, request } }] };
  return detailsBody(incident, { displayId, requests: [asked] }).text;
};
const added = () => jest.mocked(addCommunication).mock.calls;
/** The next message, and in how many seconds. */
const queued = () =>
  jest
    .mocked(sendLater)
    .mock.calls.map(([, message, seconds]) => [parseRequestDetails(JSON.parse(message)), seconds]);
/** The message becomes a dead letter, and the next run has the model. */
const isGivenUp = async (adding: Promise<void>) => {
  await expect(adding).rejects.toThrow('the details of an incident are not on the case');
  expect((await recordNow())?.lease).toBeUndefined();
};
const recordNow = async () => (await ledger.read()).models.find(({ model }) => model === MODEL);

/** The ledger's incident of the same reference, and what else it knows. */
async function isOpen(changes: Changes = {}): Promise<void> {
  const { reference, openedAt } = READ;
  await ledger.takeLease(MODEL, 'the telling', new Date('2026-03-02T09:16:00Z'));
  await ledger.settle(MODEL, 'the telling', new Date('2026-03-02T09:16:12Z'), {
    ...changes,
    incident: { reference, openedAt, ...changes.incident },
  });
}

const nothingIsDone = async () => {
  expect([added(), queued()]).toEqual([[], []]);
  expect(await recordNow()).toMatchObject({ cases: {}, lease: undefined });
};

describe('details', () => {
  test('are added to the case that AWS has opened and replied to', async () => {
    hasCase(RPM);
    await add();
    expect(added()).toEqual([['case-17', told(RPM), ['sre@acme.example']]]);
    expect(queued()).toEqual([]);
    expect(jest.mocked(countSettled).mock.calls).toEqual([[{ kind: 'updated', displayId: '17' }]]);
  });

  test('are those of what was told, read afresh', async () => {
    hasCase(RPM);
    await add();
    expect(jest.mocked(readIncident).mock.calls[0]?.[0]).toMatchObject({
      reference: READ.reference,
      number: 1,
      alarms: [{ alarm: 'HighInvocationRate', since: new Date('2026-03-02T09:15:00Z') }],
      mayBeRepeat: undefined,
    });
  });

  test('make AWS’s case the model’s Quota Request, which asks for nothing of ours', async () => {
    await isOpen();
    hasCase(RPM);
    await add();
    expect(await recordNow()).toMatchObject({
      cases: {
        [QUOTA_REQUEST]: { caseId: 'case-17', displayId: '17', at: NOW, asks: [], isOfRequest: true },
      },
      incident: {
        toldCases: [{ category: QUOTA_REQUEST, caseId: 'case-17', displayId: '17', asks: [RPM_CODE] }],
      },
      lease: undefined,
    });
  });

  test.each<[string, readonly string[] | undefined, string]>([
    ['one of ours that asks for a quota', ['L-00000001'], 'case-0'],
    ['one of which that is not known', undefined, 'case-0'],
    ['one of AWS’s before', [], 'case-17'],
  ])('beside %s: who asks next finds what asks', async (_case, asks, caseId) => {
    const at = new Date('2026-03-01T00:00:00Z');
    await isOpen({
      cases: { [QUOTA_REQUEST]: { caseId: 'case-0', at, ...(asks ? { asks: [...asks] } : {}) } },
    });
    hasCase(RPM);
    await add();
    expect((await recordNow())?.cases[QUOTA_REQUEST]?.caseId).toBe(caseId);
    expect((await recordNow())?.incident?.toldCases).toMatchObject([{ caseId: 'case-17' }]);
  });

  test('are added though the incident was closed meanwhile, of which the ledger learns nothing then', async () => {
    hasCase(RPM);
    await add();
    expect(added()).toHaveLength(1);
    expect(await recordNow()).toMatchObject({
      cases: { [QUOTA_REQUEST]: { caseId: 'case-17' } },
      incident: undefined,
    });
  });

  test('are no part of the incident that followed meanwhile', async () => {
    await isOpen({ incident: { reference: 'the next one' } });
    hasCase(RPM);
    await add();
    expect((await recordNow())?.incident?.toldCases).toEqual([]);
  });

  test('have nobody on cc where the contacts cannot be read', async () => {
    jest.mocked(readContacts).mockRejectedValue(new Error('no answer'));
    hasCase(RPM);
    await add();
    expect(added()).toEqual([['case-17', told(RPM), []]]);
  });

  test('that are there already are not added again', async () => {
    await isOpen();
    hasCase(RPM);
    await add();
    await add(detailsOf(RPM), 'its copy');
    expect(added()).toHaveLength(1);
    expect(countSettled).toHaveBeenCalledTimes(1);
    expect((await recordNow())?.incident?.toldCases).toHaveLength(1);
  });

  test('of another telling are', async () => {
    hasCase(RPM);
    await add();
    jest.mocked(readIncident).mockResolvedValue({
      ...READ,
      telling: 2,
      triggered: requestIncidents.bothRequested.triggered,
    });
    await add({ ...detailsOf(RPM), telling: 2 }, 'message-2');
    expect(added()).toHaveLength(2);
  });
});

describe('the next attempt comes', () => {
  const comesNext = async (...asked: readonly Asked[]) => {
    expect(queued()).toEqual([[{ ...detailsOf(...asked), attempt: 2 }, 180]]);
    expect((await recordNow())?.lease).toBeUndefined();
  };

  test.each(OPEN_STATUSES)('while a request that is %s has no case', async (status) => {
    isMade(RPM, { status });
    await add();
    await comesNext(RPM);
    expect(readIncident).not.toHaveBeenCalled();
  });

  test('while AWS Support does not list the case', async () => {
    isMade(RPM, { status: 'CASE_OPENED', displayId: '17' });
    await add();
    await comesNext(RPM);
  });

  test.each([
    ['is not 10 minutes old', 10 * MINUTE_MS, false],
    ['is older', 10 * MINUTE_MS + 1, true],
  ])('while AWS has not replied to a case that %s', async (_case, age, isAdded) => {
    hasCase(RPM, { texts: [OPENING], createdAt: new Date(NOW.getTime() - age) });
    await add();
    expect(added()).toHaveLength(isAdded ? 1 : 0);
    if (!isAdded) await comesNext(RPM);
    else expect(queued()).toEqual([]);
  });

  test('not where AWS does not say how old the case is', async () => {
    hasCase(RPM, { texts: [OPENING], createdAt: undefined });
    await add();
    expect([added().length, queued()]).toEqual([1, []]);
  });

  test('for the one that waits, while the other has its details', async () => {
    hasCase(RPM);
    isMade(TPM);
    await add(detailsOf(RPM, TPM));
    expect(added()).toEqual([['case-17', told(RPM), ['sre@acme.example']]]);
    await comesNext(TPM);
  });

  test.each<[string, number | undefined]>([
    ['TimeoutError', undefined],
    ['InternalServerError', 500],
    ['ThrottlingException', 400],
  ])('after %s (HTTP %p) at the addition', async (name, httpStatusCode) => {
    hasCase(RPM);
    jest
      .mocked(addCommunication)
      .mockRejectedValue(Object.assign(new Error(name), { name, $metadata: { httpStatusCode } }));
    await add();
    await comesNext(RPM);
  });

  test('as long after the one before as is written, and never after the last', async () => {
    isMade(RPM);
    for (const [index, seconds] of DETAILS_DELAYS_SECONDS.entries()) {
      jest.mocked(sendLater).mockClear();
      const attempt = index + 1;
      const adding = add({ ...detailsOf(RPM), attempt }, `attempt ${attempt}`);
      const next = DETAILS_DELAYS_SECONDS[attempt];
      await (next === undefined ? isGivenUp(adding) : adding);
      expect(queued()).toEqual(
        next === undefined ? [] : [[{ ...detailsOf(RPM), attempt: attempt + 1 }, next]],
      );
      expect(seconds).toBeLessThanOrEqual(900);
    }
  });

  test('by itself, where Service Quotas or AWS Support cannot be read, or the message not be sent', async () => {
    isMade(RPM);
    jest.mocked(sendLater).mockRejectedValueOnce(new Error('no answer'));
    await expect(add()).rejects.toThrow();
    jest.mocked(quotaRequestNow).mockRejectedValueOnce(new Error('no answer'));
    await expect(add()).rejects.toThrow();
    hasCase(RPM);
    jest.mocked(caseOfNumber).mockRejectedValueOnce(new Error('no answer'));
    await expect(add()).rejects.toThrow();
    expect((await recordNow())?.lease).toBeUndefined();
  });
});

describe('nothing is added', () => {
  test('to a case that is resolved', async () => {
    hasCase(RPM, { isResolved: true });
    await add();
    await nothingIsDone();
  });

  test.each(ANSWERS)('where a request is %s without a case', async (status) => {
    isMade(RPM, { status });
    await add();
    await nothingIsDone();
  });

  test('where Service Quotas does not know the request', async () => {
    await add();
    await nothingIsDone();
  });

  test('without a support plan', async () => {
    hasCase(RPM);
    jest
      .mocked(caseOfNumber)
      .mockRejectedValue(Object.assign(new Error('no plan'), { name: 'SubscriptionRequiredException' }));
    await add();
    await nothingIsDone();
  });

  test('once the settings want no cases, or the model is not monitored any more', async () => {
    hasCase(RPM);
    const settings = await settingsOf(MODEL);
    if (settings instanceof UnusableConfig) throw settings;
    jest
      .mocked(settingsOf)
      .mockResolvedValueOnce({ ...settings, config: { ...opus, automatedSupportCase: false } })
      .mockResolvedValueOnce(new UnusableConfig('It does not exist.', 'config'));
    await add();
    await add();
    await nothingIsDone();
    expect(quotaRequestNow).not.toHaveBeenCalled();
  });

  const REFUSED = Object.assign(new Error('no'), {
    name: 'ValidationException',
    $metadata: { httpStatusCode: 400 },
  });

  test('where AWS refuses it: that is not tried again, and heard of', async () => {
    hasCase(RPM);
    jest.mocked(addCommunication).mockRejectedValue(REFUSED);
    await isGivenUp(add());
    expect(queued()).toEqual([]);
    expect(countSettled).not.toHaveBeenCalled();
  });

  test('to one case that refuses it, which keeps nothing from the others', async () => {
    await isOpen();
    hasCase(RPM);
    hasCase(TPM, { number: '18' });
    jest.mocked(addCommunication).mockRejectedValueOnce(REFUSED);
    await isGivenUp(add(detailsOf(RPM, TPM)));
    expect((await recordNow())?.incident?.toldCases.map(({ caseId }) => caseId)).toEqual(['case-18']);
  });

  test('after the last try to what still waits, which keeps nothing from the others', async () => {
    await isOpen();
    hasCase(RPM);
    isMade(TPM);
    const attempt = DETAILS_DELAYS_SECONDS.length;
    await isGivenUp(add({ ...detailsOf(RPM, TPM), attempt }));
    expect([added().length, queued()]).toEqual([1, []]);
    expect((await recordNow())?.incident?.toldCases.map(({ caseId }) => caseId)).toEqual(['case-17']);
  });
});

test('of two requests each case has its own details', async () => {
  await isOpen();
  hasCase(RPM);
  hasCase(TPM, { number: '18' });
  await add(detailsOf(RPM, TPM));
  expect(added().map(([caseId]) => caseId)).toEqual(['case-17', 'case-18']);
  expect(added().map(([, body]) => /(\S+) for (RPM|TPM) \(/.exec(body)?.slice(1))).toEqual([
    [RPM.id, 'RPM'],
    [TPM.id, 'TPM'],
  ]);
  expect((await recordNow())?.incident?.toldCases.map(({ caseId }) => caseId)).toEqual([
    'case-17',
    'case-18',
  ]);
});

test('while another run has the model, they wait', async () => {
  hasCase(RPM);
  await ledger.takeLease(MODEL, 'another run', NOW);
  await add();
  expect(queued()).toEqual([[{ ...detailsOf(RPM), waits: 1 }, 60]]);
  expect(added()).toEqual([]);
});
