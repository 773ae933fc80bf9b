import { incidentReferenceLine, subjectOf } from '../domain/case-identity';
import { appendedBody, newCaseBody } from '../domain/case-text';
import { alreadyHolds } from '../domain/flapping';
import type { CaseOutcome, Incident, NoCase, NoCaseReason } from '../domain/incident';
import type { Prose } from '../domain/prose';
import { asError, isRefusal, isTimeout, isTransient } from '../ports/failures';
import { logger } from '../ports/logger';
import {
  addCommunication,
  communicationsOf,
  createCase,
  displayIdOf,
  isCaseLimit,
  isNoSupportPlan,
  type OpenCase,
  openCasePages,
} from '../ports/support';
import { logText } from './log-text';
import { hasRequestToSpare } from './request-bound';

/** After so many pages of 100 open cases the search ends: an account with more would hold the e-mail up. */
const MAX_CASE_PAGES = 10;

const DAY_MS = 24 * 60 * 60 * 1000;

export type SettledCase = Exclude<CaseOutcome, NoCase>;

export interface UnsettledCase {
  readonly kind: 'none';
  readonly reason: NoCaseReason;
  /** Whether time may heal it. */
  readonly isWorthAnotherTry: boolean;
}

export type Settlement = SettledCase | UnsettledCase;

/**
 * Opens a case for the incident, or adds to the open one of the same subject. Never throws: whatever becomes of the case,
 * the e-mail must go out and say it. Nothing is written unless the search for an open case came to its end.
 * `cc`: at most 10 addresses. Nothing is begun once `signal` is aborted.
 */
export async function settleCase(
  incident: Incident,
  cc: readonly string[],
  now: Date,
  signal: AbortSignal,
): Promise<Settlement> {
  if (!incident.model.automatedSupportCase) return none({ why: 'automation-off' }, false);
  try {
    const search = await findOpenCase(incident, now, signal);
    if ('casesRead' in search) return none({ why: 'too-many-cases', casesRead: search.casesRead }, false);
    return search.found === undefined
      ? await open(incident, cc, signal)
      : await update(search.found, incident, cc, signal);
  } catch (error) {
    if (signal.aborted) return NOT_IN_TIME;
    if (isNoSupportPlan(error)) return none({ why: 'no-support-plan' }, false);
    logger.error('the open cases could not be read', asError(error));
    return none({ why: 'unsearched', error: asError(error).name }, isTransient(error));
  }
}

const none = (reason: NoCaseReason, isWorthAnotherTry: boolean): UnsettledCase => ({
  kind: 'none',
  reason,
  isWorthAnotherTry,
});

/** Whatever was begun was not answered in time. */
export const NOT_IN_TIME = none({ why: 'unclear', displayId: undefined, error: undefined }, true);

type Search = { readonly found: OpenCase | undefined } | { readonly casesRead: number };

/**
 * Reads page after page, since the API cannot filter by subject, and stops at the first match. A case of which AWS does
 * not say when it was created counts as found: it was among those of the lookback window.
 */
async function findOpenCase(incident: Incident, now: Date, signal: AbortSignal): Promise<Search> {
  const subject = subjectOf(incident);
  const after = new Date(now.getTime() - incident.model.supportCaseLookbackDays * DAY_MS);
  let pages = 0;
  let casesRead = 0;
  for await (const { cases, isLast } of openCasePages(after)) {
    const found = cases.find(
      (candidate) => candidate.subject === subject && (candidate.createdAt ?? after) >= after,
    );
    if (found !== undefined) return { found };
    signal.throwIfAborted();
    casesRead += cases.length;
    pages += 1;
    if (pages === MAX_CASE_PAGES && !isLast) return { casesRead };
  }
  return { found: undefined };
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
    return isCaseLimit(error) ? none({ why: 'case-limit' }, true) : failure(error, undefined);
  }
  return { kind: 'opened', displayId: await numberOf(caseId, signal) };
}

const logCaseText = (body: Prose, { customer, model, reference }: Incident): void =>
  logText(body, { customer, model: model.modelName, incident: reference });

/** The case exists, so a number that cannot be read must not look like a failure: the e-mail is whole without it. */
async function numberOf(caseId: string, signal: AbortSignal): Promise<string | undefined> {
  if (signal.aborted || !hasRequestToSpare()) return undefined;
  try {
    return await displayIdOf(caseId);
  } catch (error) {
    logger.error(`the number of case ${caseId} could not be read`, asError(error));
    return undefined;
  }
}

async function update(
  { caseId, displayId }: OpenCase,
  incident: Incident,
  cc: readonly string[],
  signal: AbortSignal,
): Promise<Settlement> {
  let communications: readonly string[];
  try {
    communications = await communicationsOf(caseId);
  } catch (error) {
    logger.error(`case ${displayId} could not be read`, asError(error));
    return none({ why: 'unreadable', displayId, error: asError(error).name }, isTransient(error));
  }
  if (communications.some((body) => body.includes(incidentReferenceLine(incident.reference))))
    return { kind: 'told', displayId };
  if (alreadyHolds(communications, incident.triggered)) return { kind: 'left', displayId };
  const body = appendedBody(incident, displayId);
  signal.throwIfAborted();
  logCaseText(body, incident);
  try {
    await addCommunication(caseId, body.text, cc);
  } catch (error) {
    logger.error(`the call to add to case ${displayId} failed`, asError(error));
    return failure(error, displayId);
  }
  return { kind: 'updated', displayId };
}

/** After a refusal nothing was written. Anything else leaves open what happened, so it is looked up at the next try. */
function failure(error: unknown, displayId: string | undefined): UnsettledCase {
  const { name } = asError(error);
  return isRefusal(error)
    ? none({ why: 'refused', displayId, error: name }, isTransient(error))
    : none({ why: 'unclear', displayId, error: isTimeout(error) ? undefined : name }, true);
}
