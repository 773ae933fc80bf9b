import type { LedgerCase } from '../contract/ledger';
import { holdsLine, incidentReferenceLine, subjectOf } from '../domain/case-identity';
import { appendedBody, newCaseBody } from '../domain/case-text';
import { alreadyHolds } from '../domain/flapping';
import type { CaseOutcome, Incident, NoCase, NoCaseReason } from '../domain/incident';
import type { Prose } from '../domain/prose';
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

export type SettledCase = Exclude<CaseOutcome, NoCase>;

export interface UnsettledCase {
  readonly kind: 'none';
  readonly reason: NoCaseReason;
  /** Whether time may heal it. */
  readonly isWorthAnotherTry: boolean;
}

export interface Settlement {
  readonly outcome: SettledCase | UnsettledCase;
  /** The case that was found or opened. */
  readonly knownCase?: Omit<LedgerCase, 'at'>;
  /** AWS was asked to open a case, whatever it answered. */
  readonly isNew?: boolean;
  /** AWS was asked to open a case, and whether it did is not known. */
  readonly isAwaited?: boolean;
}

/** What is known before AWS Support is asked. */
export interface CaseBefore {
  /** At most 10 addresses. */
  readonly cc: readonly string[];
  /** The newest case of the category that the ledger knows. */
  readonly knownCase: LedgerCase | undefined;
  /** When AWS was asked to open one, without a clear answer. */
  readonly awaitedSince: Date | undefined;
  /** Whether the settings are known to allow a new case today, or have to be asked by `reserve`. */
  readonly isAllowed: boolean;
  readonly newCasesPerDay: number;
  /** Answers whether one of the day's new cases is left, which is this case's from then on. */
  readonly reserve: () => Promise<boolean>;
}

/**
 * Opens a case for the incident, or adds to the open one: that of the ledger, or one of the same subject. Never throws:
 * whatever becomes of the case, the e-mail must go out and say it. Nothing is written unless the search for an open case
 * came to its end. Nothing is begun once `signal` is aborted.
 */
export async function settleCase(
  incident: Incident,
  before: CaseBefore,
  now: Date,
  signal: AbortSignal,
): Promise<Settlement> {
  if (!incident.model.automatedSupportCase) return none({ why: 'automation-off' }, false);
  try {
    const search =
      (await knownOpenCase(before.knownCase, now)) ?? (await findOpenCase(incident, now, signal));
    if ('stopped' in search) return search.stopped;
    if (search.found !== undefined) return await update(search.found, incident, before.cc, signal);
    const { awaitedSince } = before;
    if (awaitedSince !== undefined && isWithinLag(awaitedSince, now))
      return none({ why: 'awaiting', since: awaitedSince }, true);
    return (await refusedBySettings(before)) ?? (await open(incident, before.cc, signal));
  } catch (error) {
    if (signal.aborted) return NOT_IN_TIME;
    if (isNoSupportPlan(error)) return none({ why: 'no-support-plan' }, false);
    logger.error('the open cases could not be read', asError(error));
    return none({ why: 'unsearched', error: asError(error).name }, isTransient(error));
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

interface FoundCase {
  readonly caseId: string;
  readonly displayId: string;
}

type Search = { readonly found: FoundCase | undefined } | { readonly stopped: Settlement };

const NO_REQUEST_LEFT = { stopped: none({ why: 'unsearched', error: 'too many requests before it' }, true) };

/** The ledger's case, if it is open; undefined where a search must tell. */
async function knownOpenCase(known: LedgerCase | undefined, now: Date): Promise<Search | undefined> {
  if (known === undefined) return undefined;
  const found = await caseNow(known.caseId);
  if (found !== undefined) return found.isResolved ? undefined : { found };
  logger.warn('AWS does not list a case of the ledger', { ...known });
  return isWithinLag(known.at, now)
    ? { stopped: none({ why: 'awaiting', since: known.at }, true) }
    : undefined;
}

const isWithinLag = (since: Date, now: Date): boolean => now.getTime() - since.getTime() < LISTING_LAG_MS;

/**
 * Reads page after page, since the API cannot filter by subject, and stops at the first match. A case of which AWS does
 * not say when it was created counts as found: it was among those of the lookback window.
 */
async function findOpenCase(incident: Incident, now: Date, signal: AbortSignal): Promise<Search> {
  const subject = subjectOf(incident);
  const after = new Date(now.getTime() - incident.model.supportCaseLookbackDays * DAY_MS);
  let pages = 0;
  let casesRead = 0;
  if (requestsLeft() < 2) return NO_REQUEST_LEFT;
  for await (const { cases, isLast } of openCasePages(after)) {
    const found = cases.find(
      (candidate) => candidate.subject === subject && (candidate.createdAt ?? after) >= after,
    );
    if (found !== undefined) return { found };
    signal.throwIfAborted();
    casesRead += cases.length;
    pages += 1;
    if (isLast) break;
    if (pages === MAX_CASE_PAGES) return { stopped: none({ why: 'too-many-cases', casesRead }, false) };
    // The next page must leave a request for the case itself.
    if (requestsLeft() < 2) return NO_REQUEST_LEFT;
  }
  return { found: undefined };
}

/** One of the new cases that the settings allow today is kept for this one; answers why not, where it is not. */
async function refusedBySettings({
  isAllowed,
  newCasesPerDay: limit,
  reserve,
}: CaseBefore): Promise<Settlement | undefined> {
  if (isAllowed) return undefined;
  if (requestsLeft() < 2) return NO_REQUEST_LEFT.stopped;
  try {
    return (await reserve()) ? undefined : none({ why: 'day-limit', limit }, false);
  } catch (error) {
    logger.error('the new case could not be put down', asError(error));
    return none({ why: 'no-ledger', error: asError(error).name }, true);
  }
}

async function open(incident: Incident, cc: readonly string[], signal: AbortSignal): Promise<Settlement> {
  const body = newCaseBody(incident);
  const request = {
    subject: subjectOf(incident),
    body: body.text,
    severityCode: incident.model.caseSeverity,
    cc,
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
  return { outcome: { kind: 'opened', displayId }, isNew: true, knownCase: { caseId, displayId } };
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

async function update(
  { caseId, displayId }: FoundCase,
  incident: Incident,
  cc: readonly string[],
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
  const body = appendedBody(incident, displayId);
  signal.throwIfAborted();
  logCaseText(body, incident);
  try {
    await addCommunication(caseId, body.text, cc);
  } catch (error) {
    logger.error(`the call to add to case ${displayId} failed`, asError(error));
    return { ...failure(error, displayId), knownCase };
  }
  return { outcome: { kind: 'updated', displayId }, knownCase };
}

/** After a refusal nothing was written. Anything else leaves open what happened, so it is looked up at the next try. */
function failure(error: unknown, displayId: string | undefined): Settlement {
  const { name } = asError(error);
  return isRefusal(error)
    ? none({ why: 'refused', displayId, error: name }, isTransient(error))
    : none({ why: 'unclear', displayId, error: isTimeout(error) ? undefined : name }, true);
}
