import type { Context } from 'aws-lambda';
import { type CaseRetry, caseRetryMessage } from '../contract/case-retry';
import type { NoCaseWord } from '../contract/handed';
import { caseMailOf, type LedgerRecord } from '../contract/ledger';
import { isMuted } from '../domain/attention';
import { caseSettledEmail } from '../domain/email-text';
import type { CaseOutcome, Incident, NoCase } from '../domain/incident';
import { now } from '../ports/clock';
import type { Changes, Lease } from '../ports/ledger';
import { logger } from '../ports/logger';
import { sendLater } from '../ports/queue';
import { waitForLease } from './attend-later';
import { caseChanges } from './case-changes';
import { settledOutcome, sparedFor, whatIsKnown } from './case-outcome';
import { RETRY_DELAYS_SECONDS, scheduleRetry } from './case-retries';
import { haveDetailsAdded } from './details-later';
import { environment, ledger, owner } from './environment';
import { giveBack } from './give-back';
import { handOverCase, handOverNoCase, stopExpecting, withNextLead } from './hand-over-case';
import { lookAtAlarms } from './look-at-alarms';
import { countOne } from './metrics';
import { readIncident } from './read-incident';
import { readModel, UnusableConfig } from './read-model';
import { beginCounting, requestsLeft } from './request-bound';
import { afterSending, MayHaveGoneOut, sendIncidentEmail } from './send-email';
import { settleInTime } from './settle-in-time';

/**
 * Settles the case of an incident that has been told without one, and says so in a short e-mail. The alarms are those
 * that were told, so that the category stays; all else is read afresh: the case tells how things are now. The incident's
 * own e-mail never goes out from here. `by`: the message's id.
 */
export async function retryCase(retry: CaseRetry, by: string, context: Context | undefined): Promise<void> {
  const lease = await ledger.takeLease(retry.model, by, now());
  if (lease === undefined) return waitForLease(retry, (waits) => caseRetryMessage({ ...retry, waits }));
  try {
    await retryWith(lease, retry, by, context);
  } catch (error) {
    if (!(error instanceof MayHaveGoneOut)) await giveBack(lease, by);
    throw error;
  }
}

async function retryWith(
  lease: Lease,
  retry: CaseRetry,
  by: string,
  context: Context | undefined,
): Promise<void> {
  const { record } = lease;
  const wasMailed = record.caseMailed === caseMailOf(retry);
  if (wasMailed && (retry.digest?.together ?? []).length === 0) {
    logger.info('this case was mailed already', { model: retry.model });
    return giveBack(lease, by);
  }
  const toTell = await readOrGiveUp(retry, lease, by);
  if (toTell === undefined) return giveBack(lease, by);
  if (toTell === 'muted') {
    // Whoever else is of the case is not to wait for the end of a mute.
    if (withNextLead(retry) === undefined) await tryLater(retry, 'muted', by);
    else await giveUp(retry, 'muted', by);
    return giveBack(lease, by);
  }
  const settlement = await settleInTime(toTell, record, context, {
    isAllowed: retry.isReserved ?? false,
    // A digest tries no case itself.
    isFirstTry: retry.attempt === 1 && retry.digest !== undefined,
    isLastTry: retry.attempt >= RETRY_DELAYS_SECONDS.length,
    isSearched: retry.isSearched,
    refusals: retry.refusals,
    requests: retry.requests,
  });
  const incident = { ...toTell, quotaRequests: settlement.quotaRequests ?? [] };
  const isOpen = record.incident?.reference === retry.reference;
  const changes = caseChanges(record, incident, settlement, now());
  const ofCase: Changes = changes === undefined ? {} : ofModel(changes, isOpen);
  // What is told in a digest keeps no e-mail waiting.
  if (retry.digest !== undefined) beginCounting();
  const details = await haveDetailsAdded(
    incident,
    { requests: retry.requests ?? [], detailed: retry.detailed ?? [] },
    sparedFor(settlement),
  );
  if (settlement.outcome.kind === 'none') {
    const { reason, isWorthAnotherTry } = settlement.outcome;
    if (isWorthAnotherTry)
      await tryLater({ ...retry, ...whatIsKnown(incident, settlement, details) }, reason.why, by);
    else await giveUp(retry, reason.why, by);
    return giveBack(lease, by, ofCase);
  }
  const outcome = settledOutcome(settlement.outcome, details);
  // The digest says that they follow; when this message comes again, the requests are found.
  if (retry.digest !== undefined && outcome.kind === 'requested' && !outcome.detailsFollow)
    throw new Error('the message that adds the details was not sent');
  const tellOutcome = async (): Promise<unknown> =>
    retry.digest === undefined
      ? sendIncidentEmail(incident, incident.decision.severity, caseSettledEmail(incident, outcome))
      : handOverCase(
          retry,
          retry.digest,
          { outcome, incident, knownCase: settlement.knownCase },
          by,
          wasMailed || lease.isAfterUnfinishedRun,
        );
  // Where the ledger does not learn of the case the lease stays, until AWS lists it for whoever looks next.
  const isPutDown = requestsLeft() > 0;
  if (isPutDown) await afterSending(ledger.putDown(retry.model, by, now(), ofCase));
  await (isPutDown ? tellOutcome() : afterSending(tellOutcome()));
  await afterSending(
    giveBack(lease, by, {
      ...ofCase,
      caseMailed: caseMailOf(retry),
      ...(isOpen ? { incident: { ...ofCase.incident, lastTold: lastToldWith(record, outcome) } } : {}),
    }),
  );
}

/** The next reminder tells what has changed since this e-mail, of which the case is no part. */
function lastToldWith({ incident }: LedgerRecord, outcome: Exclude<CaseOutcome, NoCase>) {
  const lastTold = incident?.lastTold;
  const displayId = 'displayId' in outcome ? outcome.displayId : undefined;
  if (lastTold === undefined || displayId === undefined) return lastTold;
  return { ...lastTold, openCases: [...new Set([...lastTold.openCases, displayId])] };
}

/** A message that cannot be sent throws: then this one comes back and tries again. */
async function tryLater(retry: CaseRetry, reason: NoCaseWord | 'muted', by: string): Promise<void> {
  const { attempt } = retry;
  if (attempt >= RETRY_DELAYS_SECONDS.length) return giveUp(retry, reason, by);
  await scheduleRetry({ ...retry, attempt: attempt + 1, waits: undefined });
  logger.warn('the case could not be settled and is tried again', { attempt, reason });
}

/** What the ledger learns of an incident that is closed by now is of the model alone. */
function ofModel(changes: NonNullable<ReturnType<typeof caseChanges>>, isOpen: boolean) {
  const { incident, ...ofModelAlone } = changes;
  return isOpen ? changes : ofModelAlone;
}

/** `muted`: whoever muted all that the case is about wants no case of it now. */
async function readOrGiveUp(
  retry: CaseRetry,
  { isAfterUnfinishedRun }: Lease,
  by: string,
): Promise<Incident | 'muted' | undefined> {
  const { customer } = owner;
  try {
    const [alarms, model] = await Promise.all([
      lookAtAlarms(customer, retry.model),
      readModel(customer, retry.model),
    ]);
    if (retry.alarms.every(({ alarm }) => isMuted(alarm, alarms))) return 'muted';
    return await readIncident(
      {
        model,
        reference: retry.reference,
        openedAt: new Date(retry.openedAt),
        number: retry.telling,
        alarms: retry.alarms.map(({ alarm, since }) => ({ alarm, since: new Date(since) })),
        toldBefore: [],
        together: retry.digest?.together ?? [],
        now: alarms,
        mayBeRepeat: isAfterUnfinishedRun ? 'unclear' : undefined,
      },
      now(),
    );
  } catch (error) {
    if (!(error instanceof UnusableConfig)) throw error;
    logger.error('the case cannot be told', error);
    await giveUp(retry, 'no-configuration', by);
    return undefined;
  }
}

/** These say nothing of the other models of a case. */
const OF_THE_MODEL_ALONE: readonly string[] = ['muted', 'automation-off', 'no-configuration'];

/**
 * The first e-mail said until when the case is tried; that it was in vain is for whoever watches the log and the metric, or
 * for the digest that tells of the others.
 */
async function giveUp(retry: CaseRetry, why: NoCaseWord | 'muted', by: string): Promise<void> {
  const { model, attempt, digest } = retry;
  const next = OF_THE_MODEL_ALONE.includes(why) ? withNextLead(retry) : undefined;
  if (next !== undefined && digest !== undefined) {
    logger.warn('a case of several models is told without one of them', { model, reason: why });
    const alone = { ...digest, together: [] };
    await (why === 'muted' ? stopExpecting(retry, alone) : handOverNoCase(retry, alone, why, by));
    return sendLater(environment.QUEUE_URL, caseRetryMessage(next), 0);
  }
  logger.error('the case of an incident is given up', { model, attempt, reason: why });
  countOne('CasesFailed');
  if (digest === undefined) return;
  if (why === 'muted') await stopExpecting(retry, digest);
  else await handOverNoCase(retry, digest, why, by);
}
