import type { LedgerCase } from '../contract/ledger';
import { holdsLine, incidentReferenceLine, mayAskFor, subjectOf } from '../domain/case-identity';
import { appendedBody, newCaseBody } from '../domain/case-text';
import { alreadyHolds } from '../domain/flapping';
import type {
  CaseOutcome,
  Incident,
  NoCase,
  NoCaseReason,
  QuotaRequest,
  RequestedIncrease,
} from '../domain/incident';
import type { Prose } from '../domain/prose';
import { askedIncreases } from '../domain/quota-request';
import { asError, isRefusal, isTimeout, isTransient } from '../ports/failures';
import { logger } from '../ports/logger';
import {
  addCommunication,
  caseNow,
  communicationsOf,
  createCase,
  displayIdOf,
  isCaseLimit,
  isNoSupportPlan,
  openCasePages,
} from '../ports/support';
import { known } from './known';
import { logText } from './log-text';
import { requestsLeft } from './request-bound';

/** After so many pages of 100 open cases the search ends: an account with more would hold the e-mail up. */
const MAX_CASE_PAGES = 10;

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * For so long after an unclear answer no case is opened: AWS may list a new case only a minute later, and nobody may open
 * a second one until then.
 */
export const LISTING_LAG_MS = 110_000;

/** Of a case of ours, or of one of AWS's that we add to. */
export type SettledCase = Exclude<CaseOutcome, NoCase | RequestedIncrease>;

export interface UnsettledCase {
  readonly kind: 'none';
  readonly reason: NoCaseReason;
  /** Whether time may heal it. */
  readonly isWorthAnotherTry: boolean;
}

export interface Settlement {
  readonly outcome: SettledCase | { readonly kind: 'requested' } | UnsettledCase;
  /** The case that was found or opened. */
  readonly knownCase?: Omit<LedgerCase, 'at'>;
  /** AWS was asked to open a case, whatever it answered. */
  readonly isNew?: boolean;
  /** AWS was asked to open a case, and whether it did is not known. */
  readonly isAwaited?: boolean;
  /** A case was written of which nobody was put on cc, since the contacts could not be read. */
  readonly nobodyOnCc?: boolean;
  /** It was looked whether a case of ours asks for the quotas that are worth a request, and there is none. */
  readonly isSearched?: boolean;
  /** What became of asking Service Quotas; none where that was not tried. */
  readonly quotaRequests?: readonly QuotaRequest[];
}

/** What is known before AWS Support is asked. */
export interface CaseBefore {
  /** Who is put on cc, at most 10 addresses; undefined where that cannot be read. One request. */
  readonly cc: () => Promise<readonly string[] | undefined>;
  /** The newest case of the category that the ledger knows. */
  readonly knownCase: LedgerCase | undefined;
  /** When AWS was asked to open one, without a clear answer. */
  readonly awaitedSince: Date | undefined;
  /** Whether the settings are known to allow a new case today, or have to be asked by `reserve`. */
  readonly isAllowed: boolean;
  /** Whether this is the first try for these alarms: a twin's may be under way. */
  readonly isFirstTry: boolean;
  readonly newCasesPerDay: number;
  /** Answers whether one of the day's new cases is left, which is this case's from then on. */
  readonly reserve: () => Promise<boolean>;
}

/**
 * Opens a case for the incident, or adds to the open one: that of the ledger, or one of the same subject. Never throws:
 * whatever becomes of the case, the e-mail must go out and say it. Nothing is written unless the search for an open case
 * came to its end; `given`: what that found, where it was made. Nothing is begun once `signal` is aborted.
 */
export async function settleCase(
  incident: Incident,
  before: CaseBefore,
  now: Date,
  signal: AbortSignal,
  given?: Search,
): Promise<Settlement> {
  if (!incident.model.automatedSupportCase) return none({ why: 'automation-off' }, false);
  const cc = async () => (requestsLeft() > REQUESTS_PER_CASE ? before.cc() : undefined);
  const search = given ?? (await searchCase(incident, before, now, signal));
  if ('stopped' in search) return search.stopped;
  try {
    if (search.found !== undefined)
      return await addTo(search.found, incident, appendedBody(incident, search.found.displayId), cc, signal);
    const { awaitedSince } = before;
    if (awaitedSince !== undefined && isAwaited(before, now))
      return none({ why: 'awaiting', since: awaitedSince }, true);
    const twin = before.isFirstTry
      ? twinsThatAsk(incident).find((one) => one < incident.model.modelName)
      : undefined;
    if (twin !== undefined) return none({ why: 'twin-first', model: twin }, true);
    return (await refusedBySettings(before)) ?? (await open(incident, cc, signal));
  } catch (error) {
    if (!signal.aborted) throw error;
    return NOT_IN_TIME;
  }
}

const none = (reason: NoCaseReason, isWorthAnotherTry: boolean): Settlement => ({
  outcome: { kind: 'none', reason, isWorthAnotherTry },
});

/** Whatever was begun was not answered in time; a case may have been asked for. */
export const NOT_IN_TIME: Settlement = {
  ...none({ why: 'unclear', displayId: undefined, error: undefined }, true),
  isNew: true,
  isAwaited: true,
};

export interface FoundCase {
  readonly caseId: string;
  readonly displayId: string;
}

export type Search = { readonly found: FoundCase | undefined } | { readonly stopped: Settlement };

/** The case itself: where no more than that is left, its contacts are not read. */
const REQUESTS_PER_CASE = 1;

export const NOT_SEARCHED_IN_TIME = {
  stopped: none({ why: 'unsearched', error: 'no time was left' }, true),
};

const NO_REQUEST_LEFT = { stopped: none({ why: 'unsearched', error: 'too many requests before it' }, true) };

/** The open case of ours, though it be that of a twin. Never throws. */
export async function searchOwnCase(
  incident: Incident,
  { knownCase }: Pick<CaseBefore, 'knownCase'>,
  now: Date,
  signal: AbortSignal,
): Promise<Search> {
  const own = knownCase?.isOfRequest ? undefined : knownCase;
  return orStopped(
    async () => (await knownOpenCase(own, now)) ?? (await findOpenCase(incident, now, signal)),
    signal,
  );
}

/** The case to add to. What AWS opened for a request is answered with that, so no further increase is asked for there. */
const searchCase = (
  incident: Incident,
  before: Pick<CaseBefore, 'knownCase'>,
  now: Date,
  signal: AbortSignal,
): Promise<Search> =>
  before.knownCase?.isOfRequest && askedIncreases(incident).length === 0
    ? orStopped(
        async () =>
          (await knownOpenCase(before.knownCase, now)) ?? (await findOpenCase(incident, now, signal)),
        signal,
      )
    : searchOwnCase(incident, before, now, signal);

/**
 * Whether a case of ours asks AWS already for one of these quotas, or may: then Service Quotas is not asked besides. Where that
 * cannot be read, it may.
 */
export async function asksAlready(
  { caseId }: FoundCase,
  { knownCase }: Pick<CaseBefore, 'knownCase'>,
  codes: readonly string[],
): Promise<boolean> {
  if (knownCase?.caseId === caseId && knownCase.asks !== undefined)
    return knownCase.asks.some((code) => codes.includes(code));
  const communications = await known(`case ${caseId}`, communicationsOf(caseId));
  return communications === undefined || mayAskFor(communications, codes);
}

async function orStopped(search: () => Promise<Search>, signal: AbortSignal): Promise<Search> {
  try {
    return await search();
  } catch (error) {
    if (signal.aborted) return NOT_SEARCHED_IN_TIME;
    if (isNoSupportPlan(error)) return { stopped: none({ why: 'no-support-plan' }, false) };
    logger.error('the open cases could not be read', asError(error));
    return { stopped: none({ why: 'unsearched', error: asError(error).name }, isTransient(error)) };
  }
}

/** The ledger's case, if it is open; undefined where a search must tell. */
async function knownOpenCase(known: LedgerCase | undefined, now: Date): Promise<Search | undefined> {
  if (known === undefined) return undefined;
  if (requestsLeft() <= REQUESTS_PER_CASE) return NO_REQUEST_LEFT;
  const found = await caseNow(known.caseId);
  if (found !== undefined) return found.isResolved ? undefined : { found };
  logger.warn('AWS does not list a case of the ledger', { ...known });
  return isWithinLag(known.at, now)
    ? { stopped: none({ why: 'awaiting', since: known.at }, true) }
    : undefined;
}

/** Whether AWS may have a case that it does not list yet. */
export const isAwaited = ({ awaitedSince }: Pick<CaseBefore, 'awaitedSince'>, now: Date): boolean =>
  awaitedSince !== undefined && isWithinLag(awaitedSince, now);

const isWithinLag = (since: Date, now: Date): boolean => now.getTime() - since.getTime() < LISTING_LAG_MS;

/** Other models of the customer on the same quota, of which the case of one is to ask for more. */
const twinsThatAsk = (incident: Incident): readonly string[] =>
  askedIncreases(incident).length === 0 ? [] : (incident.sharers?.twins ?? []);

/**
 * Reads page after page, since the API cannot filter by subject, and stops at the first match; the case of a
 * twin is found where there is none of the model's own. A case of which AWS does
 * not say when it was created counts as found: it was among those of the lookback window.
 */
async function findOpenCase(incident: Incident, now: Date, signal: AbortSignal): Promise<Search> {
  const subject = subjectOf(incident);
  const ofTwins = twinsThatAsk(incident).map((twin) =>
    subjectOf({ ...incident, model: { ...incident.model, modelName: twin } }),
  );
  let twins: FoundCase | undefined;
  const after = new Date(now.getTime() - incident.model.supportCaseLookbackDays * DAY_MS);
  let pages = 0;
  let casesRead = 0;
  if (requestsLeft() <= REQUESTS_PER_CASE) return NO_REQUEST_LEFT;
  for await (const { cases, isLast } of openCasePages(after)) {
    const recent = cases.filter(({ createdAt }) => (createdAt ?? after) >= after);
    const found = recent.find((candidate) => candidate.subject === subject);
    if (found !== undefined) return { found };
    twins ??= recent.find((candidate) => ofTwins.includes(candidate.subject));
    signal.throwIfAborted();
    casesRead += cases.length;
    pages += 1;
    if (isLast) break;
    if (pages === MAX_CASE_PAGES) return { stopped: none({ why: 'too-many-cases', casesRead }, false) };
    // The next page must leave those for the case itself.
    if (requestsLeft() <= REQUESTS_PER_CASE) return NO_REQUEST_LEFT;
  }
  return { found: twins };
}

/** One of the new cases that the settings allow today is kept for this one; answers why not, where it is not. */
async function refusedBySettings({
  isAllowed,
  newCasesPerDay: limit,
  reserve,
}: CaseBefore): Promise<Settlement | undefined> {
  if (isAllowed) return undefined;
  if (requestsLeft() <= REQUESTS_PER_CASE) return NO_REQUEST_LEFT.stopped;
  try {
    return (await reserve()) ? undefined : none({ why: 'day-limit', limit }, false);
  } catch (error) {
    logger.error('the new case could not be put down', asError(error));
    return none({ why: 'no-ledger', error: asError(error).name }, true);
  }
}

async function open(incident: Incident, cc: CaseBefore['cc'], signal: AbortSignal): Promise<Settlement> {
  const body = newCaseBody(incident);
  const onCc = await cc();
  const request = {
    subject: subjectOf(incident),
    body: body.text,
    severityCode: incident.model.caseSeverity,
    cc: onCc ?? [],
  };
  let caseId: string;
  signal.throwIfAborted();
  logCaseText(body, incident);
  try {
    caseId = await createCase(request);
  } catch (error) {
    logger.error('the call to open a case failed', asError(error));
    if (isCaseLimit(error)) return { ...none({ why: 'case-limit' }, true), isNew: true };
    return { ...failure(error, undefined), isNew: true, isAwaited: !isRefusal(error) };
  }
  const displayId = await numberOf(caseId, signal);
  return {
    outcome: { kind: 'opened', displayId },
    isNew: true,
    knownCase: { caseId, displayId },
    nobodyOnCc: onCc === undefined,
  };
}

const logCaseText = (body: Prose, { customer, model, reference }: Incident): void =>
  logText(body, { customer, model: model.modelName, incident: reference });

/** The case exists, so a number that cannot be read must not look like a failure: the e-mail is whole without it. */
async function numberOf(caseId: string, signal: AbortSignal): Promise<string | undefined> {
  if (signal.aborted || requestsLeft() < 1) return undefined;
  try {
    return await displayIdOf(caseId);
  } catch (error) {
    logger.error(`the number of case ${caseId} could not be read`, asError(error));
    return undefined;
  }
}

/** Adds `body` to an open case, unless that holds it, or all that it could tell. Never throws but for `signal`. */
export async function addTo(
  { caseId, displayId }: FoundCase,
  incident: Incident,
  body: Prose,
  cc: CaseBefore['cc'],
  signal: AbortSignal,
): Promise<Settlement> {
  const knownCase = { caseId, displayId };
  let communications: readonly string[];
  try {
    communications = await communicationsOf(caseId);
  } catch (error) {
    logger.error(`case ${displayId} could not be read`, asError(error));
    return {
      ...none({ why: 'unreadable', displayId, error: asError(error).name }, isTransient(error)),
      knownCase,
    };
  }
  const ownLines = [incident, ...incident.together].map(({ reference, telling }) =>
    incidentReferenceLine(reference, telling),
  );
  if (ownLines.every((line) => communications.some((body) => holdsLine(body, line))))
    return { outcome: { kind: 'told', displayId }, knownCase };
  if (incident.together.length === 0 && alreadyHolds(communications, incident.triggered))
    return { outcome: { kind: 'left', displayId }, knownCase };
  const onCc = await cc();
  signal.throwIfAborted();
  logCaseText(body, incident);
  try {
    await addCommunication(caseId, body.text, onCc ?? []);
  } catch (error) {
    logger.error(`the call to add to case ${displayId} failed`, asError(error));
    return { ...failure(error, displayId), knownCase };
  }
  return { outcome: { kind: 'updated', displayId }, knownCase, nobodyOnCc: onCc === undefined };
}

/** After a refusal nothing was written. Anything else leaves open what happened, so it is looked up at the next try. */
function failure(error: unknown, displayId: string | undefined): Settlement {
  const { name } = asError(error);
  return isRefusal(error)
    ? none({ why: 'refused', displayId, error: name }, isTransient(error))
    : none({ why: 'unclear', displayId, error: isTimeout(error) ? undefined : name }, true);
}
