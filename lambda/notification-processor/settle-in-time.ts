import { setTimeout } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { caseMailOf, type LedgerRecord } from '../contract/ledger';
import type { PendingRequest } from '../contract/request-details';
import type { Incident, QuotaRequest } from '../domain/incident';
import { increasesToRequest, none, type SettledRefusal, whatFollows } from '../domain/quota-request';
import { now } from '../ports/clock';
import { asError } from '../ports/failures';
import { logger } from '../ports/logger';
import { environment, ledger } from './environment';
import { readCc } from './read-cc';
import {
  asksAlready,
  type CaseBefore,
  isAwaited,
  NOT_IN_TIME,
  NOT_SEARCHED_IN_TIME,
  type Search,
  type Settlement,
  searchOwnCase,
  settleCase,
} from './settle-case';
import { settleQuotaRequests } from './settle-quota-requests';

/** A case that cannot be settled within seconds does not hold the e-mail up: it is tried again alone. */
const TIME_FOR_CASE_MS = 20_000;

/** What is kept of the function's time for the retry message and the e-mail, which must go out whatever becomes of the case. */
const RESERVED_FOR_EMAIL_MS = 22_000;

/** What the ledger knew. */
export type KnownBefore = Pick<LedgerRecord, 'cases' | 'awaiting'>;

export interface Settling {
  /** Whether the settings are known to allow a new case today; otherwise that is found out. */
  readonly isAllowed: boolean;
  readonly isFirstTry: boolean;
  /** What cannot be settled now is tried no more. */
  readonly isLastTry: boolean;
  /** An earlier try found no case of ours that asks for the quotas. */
  readonly isSearched?: boolean | undefined;
  /** What Service Quotas refused at an earlier try. */
  readonly refusals?: readonly SettledRefusal[] | undefined;
  /** What an earlier try made or found. */
  readonly requests?: readonly PendingRequest[] | undefined;
}

/** What is being settled, and how long there is time for it. */
interface Course {
  readonly incident: Incident;
  readonly before: CaseBefore;
  readonly settling: Settling;
  readonly tooLate: Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Asks Service Quotas for more quota, or settles the case where that is not what helps or cannot be done. Answers what became of
 * it, or that it could not be settled in time; nothing is then begun any more.
 */
export async function settleInTime(
  incident: Incident,
  record: KnownBefore,
  context: Context | undefined,
  settling: Settling,
): Promise<Settlement> {
  const abort = new AbortController();
  const timer = setTimeout(timeForCase(context), undefined, { ref: false, signal: abort.signal });
  const tooLate = timer.then(() => abort.abort());
  const course = {
    incident,
    before: caseBefore(incident, record, settling),
    settling,
    tooLate,
    signal: abort.signal,
  };
  try {
    return await (incident.model.automatedSupportCase && increasesToRequest(incident).length > 0
      ? settleIncreases(course)
      : settleCaseInTime(course));
  } finally {
    tooLate.catch(() => {});
    abort.abort();
  }
}

/** A case of ours that asks already keeps Service Quotas from being asked besides; where it takes none, a case is to ask. */
async function settleIncreases(course: Course): Promise<Settlement> {
  const { settling, before } = course;
  const search = settling.isSearched ? undefined : await searchInTime(course);
  if (search !== undefined && (await isForCase(search, course))) return settleCaseInTime(course, search);
  const quotaRequests = await requestsInTime(course);
  const known = { isSearched: true, quotaRequests };
  const isNew = quotaRequests.some(isAsked);
  switch (whatFollows(quotaRequests, settling.isLastTry)) {
    case 'requested':
      return { outcome: { kind: 'requested' }, isNew, ...known };
    case 'again':
      return { outcome: UNSETTLED_REQUEST, isNew, ...known };
    case 'case': {
      const asking = { ...course, incident: { ...course.incident, quotaRequests } };
      // Of AWS's case, which may do where nothing is asked for, that search knew nothing.
      const found = before.knownCase?.isOfRequest ? undefined : search;
      return { ...(await settleCaseInTime(asking, found)), ...known };
    }
  }
}

const searchInTime = ({ incident, before, tooLate, signal }: Course): Promise<Search> =>
  Promise.race([searchOwnCase(incident, before, now(), signal), tooLate.then(() => NOT_SEARCHED_IN_TIME)]);

/** Whether a case of ours asks, or may, or cannot be looked for now. Where that lasts, Service Quotas is asked all the same. */
async function isForCase(search: Search, { incident, before, settling, tooLate }: Course): Promise<boolean> {
  if ('stopped' in search) {
    const { outcome } = search.stopped;
    if (outcome.kind !== 'none' || !outcome.isWorthAnotherTry) return false;
    return !settling.isLastTry || outcome.reason.why !== 'unsearched';
  }
  if (search.found === undefined) return isAwaited(before, now());
  const codes = increasesToRequest(incident).map(({ facts }) => facts.code);
  return Promise.race([asksAlready(search.found, before, codes), tooLate.then(() => true)]);
}

const settleCaseInTime = (
  { incident, before, tooLate, signal }: Course,
  search?: Search,
): Promise<Settlement> =>
  Promise.race([settleCase(incident, before, now(), signal, search), tooLate.then(() => NOT_IN_TIME)]);

const UNSETTLED_REQUEST = {
  kind: 'none',
  reason: { why: 'quota-request' },
  isWorthAnotherTry: true,
} as const;

/** Whether AWS was asked to open a case by this, whatever it answered. */
const isAsked = ({ outcome }: QuotaRequest): boolean =>
  outcome.kind === 'made' || (outcome.kind === 'none' && outcome.reason.why === 'unclear');

const caseBefore = (
  incident: Incident,
  { cases, awaiting }: KnownBefore,
  { isAllowed, isFirstTry }: Settling,
): CaseBefore => ({
  cc: readCc,
  knownCase: cases[incident.decision.category],
  awaitedSince: awaiting[incident.decision.category],
  isAllowed,
  isFirstTry,
  newCasesPerDay: environment.MAX_NEW_CASES_PER_DAY,
  reserve: () => ledger.reserveCase(caseMailOf(incident), environment.MAX_NEW_CASES_PER_DAY, now()),
});

/** What time ran out for while it was under way may have been asked all the same. */
async function requestsInTime({
  incident,
  before,
  settling: { refusals = [], requests = [] },
  tooLate,
  signal,
}: Course): Promise<readonly QuotaRequest[]> {
  const wanted = increasesToRequest(incident);
  const settled: QuotaRequest[] = [];
  const mayRequest = (code: string) =>
    dayLimit(code === wanted[0]?.facts.code ? before : forFurther(code, incident, before));
  const asking = { now: now(), mayRequest, refusals, requests, signal };
  await Promise.race([settleQuotaRequests(incident, asking, (one) => settled.push(one)), tooLate]);
  return wanted.map(
    ({ quota, facts: { code } }, index) =>
      settled[index] ?? { quota, code, outcome: index === settled.length ? NOT_ANSWERED : NOT_BEGUN },
  );
}

const NOT_ANSWERED = none({ why: 'unclear', error: undefined }, true);
const NOT_BEGUN = none({ why: 'unread', error: 'no time was left' }, true);

/** The telling has one of the day's new cases; each further request of it takes one more. */
const forFurther = (code: string, incident: Incident, before: CaseBefore): CaseBefore => ({
  ...before,
  isAllowed: false,
  reserve: () =>
    ledger.reserveCase(
      `${caseMailOf(incident)} ${code}`,
      // What is allowed, and not put down yet, counts.
      before.newCasesPerDay - (before.isAllowed ? 1 : 0),
      now(),
    ),
});

/** AWS opens a case for each request, so a request takes one of the day's new cases. */
async function dayLimit({ isAllowed, newCasesPerDay: limit, reserve }: CaseBefore) {
  if (isAllowed) return undefined;
  try {
    return (await reserve()) ? undefined : none({ why: 'day-limit', limit });
  } catch (error) {
    logger.error('the new case could not be put down', asError(error));
    return none({ why: 'unread', error: asError(error).name }, true);
  }
}

function timeForCase(context: Context | undefined): number {
  if (context === undefined) return TIME_FOR_CASE_MS;
  return Math.max(0, Math.min(TIME_FOR_CASE_MS, context.getRemainingTimeInMillis() - RESERVED_FOR_EMAIL_MS));
}
