import { appendedBody, caseSubject, incidentReferenceLine, newCaseBody } from '../domain/case-text';
import { alreadyHolds } from '../domain/flapping';
import type { CaseOutcome, Incident, NoCaseReason } from '../domain/incident';
import { canRetry } from '../ports/client-settings';
import { logger } from '../ports/logger';
import {
  addCommunication,
  communicationsOf,
  createCase,
  displayIdOf,
  isNoSupportPlan,
  type OpenCase,
  openCasePages,
} from '../ports/support';

/** After so many pages of 100 open cases the search ends: an account with more would hold the e-mail up. */
const MAX_CASE_PAGES = 10;

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Opens a case for the incident, or adds to the open one of the same subject. Never throws: whatever becomes of the case,
 * the e-mail must go out and say it. Nothing is written unless the search for an open case came to its end.
 * `cc`: at most 10 addresses. Nothing is written once `signal` is aborted.
 */
export async function settleCase(
  incident: Incident,
  cc: readonly string[],
  now: Date,
  signal: AbortSignal,
): Promise<CaseOutcome> {
  if (!incident.model.automatedSupportCase) return none({ why: 'automation-off' });
  try {
    const search = await findOpenCase(incident, now);
    if ('casesRead' in search) return none({ why: 'too-many-cases', casesRead: search.casesRead });
    return search.found === undefined
      ? await open(incident, cc, signal)
      : await update(search.found, incident, cc, signal);
  } catch (error) {
    if (isNoSupportPlan(error)) return none({ why: 'no-support-plan' });
    logger.error('the open cases could not be read', asError(error));
    return none({ why: 'refused', what: `the open cases could not be read (${asError(error).name})` });
  }
}

const none = (reason: NoCaseReason): CaseOutcome => ({ kind: 'none', reason });

type Search = { readonly found: OpenCase | undefined } | { readonly casesRead: number };

/**
 * Reads page after page, since the API cannot filter by subject, and stops at the first match. A case of which AWS does
 * not say when it was created counts as found: it was among those of the lookback window.
 */
async function findOpenCase(incident: Incident, now: Date): Promise<Search> {
  const { customer, region, model, decision } = incident;
  const subject = caseSubject(customer, model.modelName, decision.category, region);
  const after = new Date(now.getTime() - model.supportCaseLookbackDays * DAY_MS);
  let pages = 0;
  let casesRead = 0;
  for await (const { cases, isLast } of openCasePages(after)) {
    const found = cases.find(
      (candidate) => candidate.subject === subject && (candidate.createdAt ?? after) >= after,
    );
    if (found !== undefined) return { found };
    casesRead += cases.length;
    pages += 1;
    if (pages === MAX_CASE_PAGES && !isLast) return { casesRead };
  }
  return { found: undefined };
}

async function open(incident: Incident, cc: readonly string[], signal: AbortSignal): Promise<CaseOutcome> {
  const { customer, region, model, decision } = incident;
  const request = {
    subject: caseSubject(customer, model.modelName, decision.category, region),
    body: newCaseBody(incident),
    severityCode: model.caseSeverity,
    cc,
  };
  let caseId: string;
  signal.throwIfAborted();
  try {
    caseId = await createCase(request);
  } catch (error) {
    return none(failure('to open it', error));
  }
  return { kind: 'opened', displayId: await numberOf(caseId) };
}

/**
 * The case exists, so a number that cannot be read must not look like a failure. When calls had to be repeated, the
 * number is not looked for: the e-mail may cost 15 requests at most, and is whole without it.
 */
async function numberOf(caseId: string): Promise<string | undefined> {
  if (!canRetry()) return undefined;
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
): Promise<CaseOutcome> {
  let communications: readonly string[];
  try {
    communications = await communicationsOf(caseId);
  } catch (error) {
    logger.error(`case ${displayId} could not be read`, asError(error));
    const what = `what it holds could not be read (${asError(error).name})`;
    return none({ why: 'unreadable', displayId, what });
  }
  if (communications.some((body) => body.includes(incidentReferenceLine(incident.reference))))
    return { kind: 'already-told', displayId };
  if (alreadyHolds(communications, incident.triggered)) return { kind: 'left', displayId };
  signal.throwIfAborted();
  try {
    await addCommunication(caseId, appendedBody(incident), cc);
  } catch (error) {
    return none(failure(`to add to case ${displayId}`, error));
  }
  return { kind: 'updated', displayId };
}

/** An error with an HTTP status from 400 to 499 is AWS's no. Anything else leaves open what happened. */
function failure(what: string, error: unknown): NoCaseReason {
  logger.error(`the call ${what} failed`, asError(error));
  const status = statusOf(error);
  const refused = status !== undefined && status >= 400 && status < 500;
  return { why: refused ? 'refused' : 'unclear', what: `the call ${what} ended in ${asError(error).name}` };
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const { $metadata } = error;
  if (typeof $metadata !== 'object' || $metadata === null || !('httpStatusCode' in $metadata))
    return undefined;
  return typeof $metadata.httpStatusCode === 'number' ? $metadata.httpStatusCode : undefined;
}
