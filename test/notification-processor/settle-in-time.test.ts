// The variables must be set before the processor reads them.
import './environment';

import { setTimeout } from 'node:timers/promises';
import { beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { LedgerCase } from '../../lambda/contract/ledger';
import type { Incident, NoCaseReason, QuotaRequest } from '../../lambda/domain/incident';
import { none, type SettledRefusal } from '../../lambda/domain/quota-request';
import { environment, ledger } from '../../lambda/notification-processor/environment';
import {
  asksAlready,
  LISTING_LAG_MS,
  NOT_IN_TIME,
  NOT_SEARCHED_IN_TIME,
  type Search,
  type Settlement,
  searchOwnCase,
  settleCase,
} from '../../lambda/notification-processor/settle-case';
import { settleInTime } from '../../lambda/notification-processor/settle-in-time';
import { settleQuotaRequests } from '../../lambda/notification-processor/settle-quota-requests';
import { now } from '../../lambda/ports/clock';
import { readContacts } from '../../lambda/ports/contacts';
import {
  incidentOf,
  incidents,
  OPEN_REQUEST,
  peaksOf,
  REQUEST,
  RPM_CODE,
  requestIncidents,
  rpmRequest,
  TPM_CODE,
  tpmRequest,
} from '../domain/incidents';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('node:timers/promises', () => ({ setTimeout: jest.fn() }));
jest.mock('../../lambda/ports/clock', () => ({ now: jest.fn() }));
jest.mock('../../lambda/ports/contacts', () => ({ readContacts: jest.fn() }));
jest.mock('../../lambda/ports/logger', () => ({ logger: { error: jest.fn() } }));
jest.mock('../../lambda/notification-processor/settle-case', () => ({
  ...jest.requireActual<object>('../../lambda/notification-processor/settle-case'),
  asksAlready: jest.fn(),
  searchOwnCase: jest.fn(),
  settleCase: jest.fn(),
}));
jest.mock('../../lambda/notification-processor/settle-quota-requests', () => ({
  settleQuotaRequests: jest.fn(),
}));
const reserve = jest.spyOn(ledger, 'reserveCase');

const NOW = new Date('2026-03-02T09:16:00Z');
const never = new Promise<never>(() => {});
const OPENED: Settlement = { outcome: { kind: 'opened', displayId: '12345678901' } };
const OURS: Search = { found: { caseId: 'case-7', displayId: '70000000007' } };
const NO_CASE: Search = { found: undefined };

beforeEach(() => {
  jest.resetAllMocks();
  jest.mocked(now).mockReturnValue(NOW);
  jest.mocked(setTimeout).mockReturnValue(never);
  jest.mocked(searchOwnCase).mockResolvedValue(NO_CASE);
  jest.mocked(asksAlready).mockResolvedValue(false);
  jest.mocked(settleCase).mockResolvedValue(OPENED);
});

const NOTHING_KNOWN = { cases: {}, awaiting: {} };
/** Of a rate of requests that is proven; nothing was asked for yet. */
const needing: Incident = { ...requestIncidents.increaseRequested, quotaRequests: [] };
const needingBoth: Incident = { ...requestIncidents.bothRequested, quotaRequests: [] };

interface Given {
  readonly timeLeftMs?: number;
  readonly record?: Parameters<typeof settleInTime>[1];
  readonly incident?: Incident;
  readonly isAllowed?: boolean;
  readonly isFirstTry?: boolean;
  readonly isLastTry?: boolean;
  readonly isSearched?: boolean;
  readonly refusals?: readonly SettledRefusal[];
}

const settle = ({
  timeLeftMs = 60_000,
  record = NOTHING_KNOWN,
  incident = incidents.serverErrors,
  isAllowed = true,
  isFirstTry = true,
  isLastTry = false,
  isSearched,
  refusals,
}: Given = {}) =>
  settleInTime(incident, record, { getRemainingTimeInMillis: () => timeLeftMs } as Context, {
    isAllowed,
    isFirstTry,
    isLastTry,
    isSearched,
    refusals,
  });

const itIsTooLate = (): unknown => jest.mocked(setTimeout).mockResolvedValue(undefined);
/** What becomes of asking Service Quotas. */
const asking = (...settled: readonly QuotaRequest[]): unknown =>
  jest.mocked(settleQuotaRequests).mockImplementation(async (_incident, _asking, tell) => {
    for (const one of settled) tell(one);
  });
const searchIs = (search: Search): unknown => jest.mocked(searchOwnCase).mockResolvedValue(search);
const stoppedBy = (reason: NoCaseReason, isWorthAnotherTry: boolean): Search => ({
  stopped: { outcome: { kind: 'none', reason, isWorthAnotherTry } },
});
const caseBefore = () => jest.mocked(settleCase).mock.calls[0]?.[1];

describe('the time for a case', () => {
  test.each([
    [60_000, 20_000],
    [42_000, 20_000],
    [41_000, 19_000],
    [22_050, 50],
    [22_000, 0],
    [5_000, 0],
  ])('is, of %i ms that are left, %i', async (timeLeftMs, timeForCaseMs) => {
    itIsTooLate();
    jest.mocked(settleCase).mockReturnValue(never);
    expect(await settle({ timeLeftMs })).toEqual(NOT_IN_TIME);
    expect(jest.mocked(setTimeout).mock.calls[0]?.[0]).toBe(timeForCaseMs);
    expect(jest.mocked(settleCase).mock.calls[0]?.[3].aborted).toBe(true);
  });

  test('is over once it is settled: nothing is begun any more, and nothing is waited for', async () => {
    expect(await settle()).toEqual(OPENED);
    expect(jest.mocked(settleCase).mock.calls[0]?.[3].aborted).toBe(true);
    expect(jest.mocked(setTimeout).mock.calls[0]?.[2]?.signal?.aborted).toBe(true);
  });
});

describe('a case', () => {
  test('has at most ten contacts on cc', async () => {
    const contacts = Array.from({ length: 12 }, (_, index) => `sre${index}@acme.example`);
    jest.mocked(readContacts).mockResolvedValue(contacts);
    await settle();
    expect(readContacts).not.toHaveBeenCalled();
    expect(await caseBefore()?.cc()).toEqual(contacts.slice(0, 10));
  });

  test('may have no contacts that can be read', async () => {
    jest.mocked(readContacts).mockRejectedValue(new Error('no answer'));
    await settle();
    expect(await caseBefore()?.cc()).toBeUndefined();
  });

  test('knows of the ledger only what is of its category', async () => {
    const at = new Date('2026-03-02T09:06:31Z');
    const known = (caseId: string): LedgerCase => ({ caseId, at });
    await settle({
      incident: incidents.serverErrors,
      record: {
        ...NOTHING_KNOWN,
        cases: { 'Quota Request': known('case-1'), 'Investigation Request': known('case-2') },
        awaiting: { 'Quota Request': at, 'Investigation Request': new Date('2026-03-02T08:00:00Z') },
      },
    });
    expect(caseBefore()).toMatchObject({
      knownCase: known('case-2'),
      awaitedSince: new Date('2026-03-02T08:00:00Z'),
    });
  });

  test.each([true, false])('knows whether this is the first try: %p', async (isFirstTry) => {
    await settle({ isFirstTry });
    expect(caseBefore()?.isFirstTry).toBe(isFirstTry);
  });

  test('takes one of the day’s new cases for its telling', async () => {
    reserve.mockResolvedValue(true);
    await settle({ isAllowed: false });
    expect(await caseBefore()?.reserve()).toBe(true);
    expect(reserve.mock.calls).toEqual([['3f9a27c1e5b0 1', caseBefore()?.newCasesPerDay, expect.any(Date)]]);
  });
});

describe('Service Quotas is not asked', () => {
  const nobodyIsAsked = async (given: Given) => {
    expect(await settle(given)).toEqual(OPENED);
    expect(settleQuotaRequests).not.toHaveBeenCalled();
    expect(jest.mocked(settleCase).mock.calls[0]?.[0]).toEqual(given.incident);
  };
  const searchGiven = () => jest.mocked(settleCase).mock.calls[0]?.[4];

  test.each<[string, Incident]>([
    ['where more quota is not what helps', incidents.serverErrors],
    ['where no peak reached its threshold', incidents.unusualRequests],
    [
      'where the setting wants no cases at all',
      incidentOf({
        alarms: ['HighInvocationRate'],
        usage: peaksOf(9_500, 3_000_000),
        model: { automatedSupportCase: false },
      }),
    ],
  ])('%s', async (_case, incident) => {
    await nobodyIsAsked({ incident });
    expect(searchOwnCase).not.toHaveBeenCalled();
    expect(searchGiven()).toBeUndefined();
  });

  test('where a case of ours asks already: that gets the details', async () => {
    searchIs(OURS);
    jest.mocked(asksAlready).mockResolvedValue(true);
    await nobodyIsAsked({ incident: needingBoth });
    expect(jest.mocked(asksAlready).mock.calls[0]?.[2]).toEqual([RPM_CODE, TPM_CODE]);
    expect(searchGiven()).toEqual(OURS);
  });

  test('while a case is awaited that may ask', async () => {
    const awaited = (ms: number) => ({
      cases: {},
      awaiting: { 'Quota Request': new Date(NOW.getTime() - ms) },
    });
    await nobodyIsAsked({ incident: needing, record: awaited(LISTING_LAG_MS - 1) });
    await settle({ incident: needing, record: awaited(LISTING_LAG_MS) });
    expect(settleQuotaRequests).toHaveBeenCalledTimes(1);
  });

  test.each<[NoCaseReason]>([
    [{ why: 'unsearched', error: 'InternalServerError' }],
    [{ why: 'awaiting', since: new Date('2026-03-02T09:15:30Z') }],
  ])('while whether one asks cannot be found out, as by %j', async (reason) => {
    searchIs(stoppedBy(reason, true));
    await nobodyIsAsked({ incident: needing });
    expect(searchGiven()).toEqual(stoppedBy(reason, true));
  });

  test('once the search has taken all the time', async () => {
    itIsTooLate();
    jest.mocked(searchOwnCase).mockReturnValue(never);
    jest
      .mocked(settleCase)
      .mockImplementation((_incident, _before, _now, _signal, search) =>
        search !== undefined && 'stopped' in search ? Promise.resolve(search.stopped) : never,
      );
    expect(await settle({ incident: needing })).toEqual(NOT_SEARCHED_IN_TIME.stopped);
    expect(settleQuotaRequests).not.toHaveBeenCalled();
  });

  test('once the look at that case has taken all the time', async () => {
    searchIs(OURS);
    itIsTooLate();
    jest.mocked(asksAlready).mockReturnValue(never);
    jest.mocked(settleCase).mockReturnValue(never);
    expect(await settle({ incident: needing })).toEqual(NOT_IN_TIME);
    expect(settleQuotaRequests).not.toHaveBeenCalled();
  });
});

describe('Service Quotas is asked all the same', () => {
  const isAsked = async (given: Given) => {
    asking(rpmRequest({ kind: 'made', request: REQUEST }));
    expect((await settle({ incident: needing, ...given })).outcome).toEqual({ kind: 'requested' });
    expect(settleQuotaRequests).toHaveBeenCalledTimes(1);
    expect(settleCase).not.toHaveBeenCalled();
  };

  test('where no case of ours is open', async () => {
    await isAsked({});
    expect(asksAlready).not.toHaveBeenCalled();
  });

  test('where that which is open asks for other quotas', async () => {
    searchIs(OURS);
    await isAsked({});
    expect(jest.mocked(asksAlready).mock.calls[0]?.[0]).toEqual(OURS.found);
  });

  test('where an earlier try found none, which is not sought again', async () => {
    await isAsked({ isSearched: true });
    expect(searchOwnCase).not.toHaveBeenCalled();
  });

  test.each<[NoCaseReason]>([
    [{ why: 'no-support-plan' }],
    [{ why: 'too-many-cases', casesRead: 1_000 }],
    [{ why: 'unsearched', error: 'AccessDeniedException' }],
  ])('where cases cannot be searched for good, as by %j', async (reason) => {
    searchIs(stoppedBy(reason, false));
    await isAsked({});
  });

  test('at the last try, where the cases could not be searched up to then', async () => {
    searchIs(stoppedBy({ why: 'unsearched', error: 'InternalServerError' }, true));
    await isAsked({ isLastTry: true });
  });

  test('but not where one is awaited, also at the last try', async () => {
    searchIs(stoppedBy({ why: 'awaiting', since: new Date('2026-03-02T09:15:30Z') }, true));
    await settle({ incident: needing, isLastTry: true });
    expect(settleQuotaRequests).not.toHaveBeenCalled();
  });
});

describe('what Service Quotas says', () => {
  const MADE = rpmRequest({ kind: 'made', request: REQUEST });
  const OPEN = tpmRequest({ kind: 'open', request: OPEN_REQUEST });
  const LASTING = tpmRequest(none({ why: 'too-many-open' }));
  const HEALING = tpmRequest(none({ why: 'unread', error: 'InternalServerError' }, true));
  const UNCLEAR = rpmRequest(none({ why: 'unclear', error: 'InternalServerError' }, true));
  const REQUESTED = { kind: 'requested' } as const;
  const AGAIN = { kind: 'none', reason: { why: 'quota-request' }, isWorthAnotherTry: true } as const;

  test.each<[string, readonly QuotaRequest[], Partial<Given>, Settlement['outcome'], boolean]>([
    ['a request was made, so no case of ours is', [MADE, LASTING], {}, REQUESTED, true],
    ['a request is open, so no case of ours is', [OPEN], {}, REQUESTED, false],
    ['one that may be settled later is tried again, beside a request', [MADE, HEALING], {}, AGAIN, true],
    ['but not at the last try', [MADE, HEALING], { isLastTry: true }, REQUESTED, true],
    ['what may have been made counts as one of the day’s new cases', [UNCLEAR], {}, AGAIN, true],
    ['and stands against a case, also at the last try', [UNCLEAR], { isLastTry: true }, AGAIN, true],
    ['what was not tried takes none of the day’s new cases', [HEALING], {}, AGAIN, false],
  ])('%s', async (_case, quotaRequests, given, outcome, isNew) => {
    asking(...quotaRequests);
    const incident = quotaRequests.length > 1 ? needingBoth : { ...needing, quotas: needingBoth.quotas };
    const settlement = await settle({ incident: onlyOf(incident, quotaRequests), ...given });
    expect(settlement).toEqual({ outcome, isNew, isSearched: true, quotaRequests });
    expect(settleCase).not.toHaveBeenCalled();
  });

  /** An incident that asks for the quotas of these requests. */
  const onlyOf = (incident: Incident, quotaRequests: readonly QuotaRequest[]): Incident =>
    incidentOf({
      alarms: quotaRequests.map(({ quota }) =>
        quota === 'RPM' ? 'HighInvocationRate' : 'HighTPMQuotaUsage',
      ),
      usage: peaksOf(9_500, 6_000_000),
      quotas: incident.quotas,
    });

  test.each<[string, readonly QuotaRequest[], Partial<Given>]>([
    ['where none could be made', [rpmRequest(none({ why: 'off' })), LASTING], {}],
    [
      'at the last try where none could be tried',
      [rpmRequest(none({ why: 'ceiling', wanted: 2, ceiling: 1 })), HEALING],
      { isLastTry: true },
    ],
  ])('%s, a case tells of it', async (_case, quotaRequests, given) => {
    asking(...quotaRequests);
    const settlement = { ...OPENED, isSearched: true, quotaRequests };
    expect(await settle({ incident: needingBoth, ...given })).toEqual(settlement);
    expect(jest.mocked(settleCase).mock.calls[0]?.[0].quotaRequests).toEqual(quotaRequests);
    // What was found, or not, is not sought twice.
    expect(jest.mocked(settleCase).mock.calls[0]?.[4]).toEqual(NO_CASE);
  });

  test('leads to another search where AWS’s case may do for the details', async () => {
    asking(rpmRequest(none({ why: 'paused', id: 'x', desired: 1, since: NOW, status: 'DENIED' })));
    const ofRequest: LedgerCase = { caseId: 'case-17', at: NOW, asks: [], isOfRequest: true };
    await settle({ incident: needing, record: { cases: { 'Quota Request': ofRequest }, awaiting: {} } });
    expect(jest.mocked(settleCase).mock.calls[0]?.[4]).toBeUndefined();
  });

  test('may not come in time: what was settled stands, the rest is not clear', async () => {
    itIsTooLate();
    jest.mocked(settleQuotaRequests).mockImplementation(async (_incident, _asking, tell) => {
      tell(MADE);
      return never;
    });
    expect(await settle({ incident: needingBoth, isSearched: true })).toEqual({
      outcome: AGAIN,
      isNew: true,
      isSearched: true,
      quotaRequests: [MADE, tpmRequest(none({ why: 'unclear', error: undefined }, true))],
    });
    expect(jest.mocked(settleQuotaRequests).mock.calls[0]?.[1].signal.aborted).toBe(true);
  });

  test('is asked with what an earlier try knows', async () => {
    asking(LASTING);
    const refusals = [{ quota: 'TPM', code: TPM_CODE, reason: { why: 'too-many-open' } }] as const;
    await settle({ incident: needingBoth, refusals });
    expect(jest.mocked(settleQuotaRequests).mock.calls[0]?.[1].refusals).toEqual(refusals);
  });

  test('begins nothing of what it has no time for, which is not asked for', async () => {
    itIsTooLate();
    jest.mocked(settleQuotaRequests).mockReturnValue(never);
    const { quotaRequests, isNew } = await settle({ incident: needingBoth, isSearched: true });
    expect(quotaRequests).toEqual([
      rpmRequest(none({ why: 'unclear', error: undefined }, true)),
      tpmRequest(none({ why: 'unread', error: 'no time was left' }, true)),
    ]);
    expect(isNew).toBe(true);
  });
});

describe('one of the day’s new cases is asked for by a request', () => {
  const LIMIT = environment.MAX_NEW_CASES_PER_DAY;
  const mayRequest = async (isAllowed: boolean, ...codes: readonly string[]) => {
    asking(rpmRequest(none({ why: 'off' })), tpmRequest(none({ why: 'off' })));
    await settle({ incident: needingBoth, isAllowed });
    const asked = jest.mocked(settleQuotaRequests).mock.calls[0]?.[1].mayRequest;
    return Promise.all(codes.map((code) => asked?.(code)));
  };
  const reserved = () => reserve.mock.calls.map(([mail, limit]) => [mail, limit]);

  test('which is allowed where the settings are known to', async () => {
    expect(await mayRequest(true, RPM_CODE)).toEqual([undefined]);
    expect(reserve).not.toHaveBeenCalled();
  });

  test('and is its own from then on', async () => {
    reserve.mockResolvedValue(true);
    expect(await mayRequest(false, RPM_CODE)).toEqual([undefined]);
    expect(reserved()).toEqual([['3f9a27c1e5b0 1', LIMIT]]);
  });

  test('and another one by each further request', async () => {
    reserve.mockResolvedValue(true);
    expect(await mayRequest(false, RPM_CODE, TPM_CODE)).toEqual([undefined, undefined]);
    expect(reserved()).toEqual([
      ['3f9a27c1e5b0 1', LIMIT],
      [`3f9a27c1e5b0 1 ${TPM_CODE}`, LIMIT],
    ]);
  });

  test('and another one by each further request, beside the first that is not put down yet', async () => {
    reserve.mockResolvedValue(false);
    expect(await mayRequest(true, RPM_CODE, TPM_CODE)).toEqual([
      undefined,
      none({ why: 'day-limit', limit: LIMIT }),
    ]);
    expect(reserved()).toEqual([[`3f9a27c1e5b0 1 ${TPM_CODE}`, LIMIT - 1]]);
  });

  test('and is refused where there is none left', async () => {
    reserve.mockResolvedValue(false);
    expect(await mayRequest(false, RPM_CODE)).toEqual([none({ why: 'day-limit', limit: LIMIT })]);
  });

  test('and is not known where the ledger cannot say, so it is tried again', async () => {
    reserve.mockRejectedValue(Object.assign(new Error('no'), { name: 'InternalServerError' }));
    expect(await mayRequest(false, RPM_CODE)).toEqual([
      none({ why: 'unread', error: 'InternalServerError' }, true),
    ]);
  });
});
