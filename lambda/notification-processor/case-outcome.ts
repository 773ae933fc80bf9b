import type { CaseRetry } from '../contract/case-retry';
import type { CaseOutcome, Incident, NoCase } from '../domain/incident';
import { settledRefusals } from '../domain/quota-request';
import { asError } from '../ports/failures';
import { logger } from '../ports/logger';
import { scheduleRetry } from './case-retries';
import { type Detailed, haveDetailsAdded, isAllDetailed, NOT_DETAILED } from './details-later';
import { countOne, countSettled } from './metrics';
import type { Settlement } from './settle-case';

/** A case that is worth another try gets one, in a message of its own, so that the e-mail need not wait for it. */
export async function outcomeOf(incident: Incident, settlement: Settlement): Promise<CaseOutcome> {
  const { outcome } = settlement;
  const details = await haveDetailsAdded(incident, NOT_DETAILED, sparedFor(settlement));
  if (outcome.kind !== 'none') return settledOutcome(outcome, details);
  const { kind, reason, isWorthAnotherTry } = outcome;
  const retriedUntil = isWorthAnotherTry ? await lastRetry(incident, settlement, details) : undefined;
  if (retriedUntil === undefined && FAILURES.includes(reason.why)) countOne('CasesFailed');
  return { kind, reason, retriedUntil };
}

/** The details of requests that are made do not wait for what is tried again, which needs a message too. */
export const sparedFor = ({ outcome }: Settlement): number =>
  outcome.kind === 'none' && outcome.isWorthAnotherTry ? 1 : 0;

/** What the next try need not find out again. */
export function whatIsKnown(
  { quotaRequests }: Incident,
  { isNew = false, isSearched = false }: Settlement,
  { requests, detailed }: Detailed,
): Pick<CaseRetry, 'isReserved' | 'isSearched' | 'refusals' | 'requests' | 'detailed'> {
  const refusals = settledRefusals(quotaRequests);
  return {
    ...(isNew ? { isReserved: true } : {}),
    ...(isSearched ? { isSearched: true } : {}),
    ...(requests.length > 0 ? { requests: [...requests] } : {}),
    ...(detailed.length > 0 ? { detailed: [...detailed] } : {}),
    ...(refusals.length > 0 ? { refusals: [...refusals] } : {}),
  };
}

/** A quota request is followed by the details of the incident, on the case that AWS opens for it. */
export function settledOutcome(
  outcome: Exclude<Settlement['outcome'], { kind: 'none' }>,
  details: Detailed,
): Exclude<CaseOutcome, NoCase> {
  if (outcome.kind === 'requested') return { ...outcome, detailsFollow: isAllDetailed(details) };
  countSettled(outcome);
  return outcome;
}

/** The other reasons are known beforehand: a setting, a support plan, more cases than can be searched. */
const FAILURES: readonly string[] = [
  'case-limit',
  'unsearched',
  'unreadable',
  'refused',
  'unclear',
  'awaiting',
  'quota-request',
];

/** Undefined where no try could be scheduled: the e-mail then says that nothing is tried again. */
async function lastRetry(
  incident: Incident,
  settlement: Settlement,
  details: Detailed,
): Promise<Date | undefined> {
  const { model, reference, telling, openedAt, triggered } = incident;
  const alarms = triggered.map(({ name, since }) => ({
    alarm: name,
    since: (since ?? openedAt).toISOString(),
  }));
  try {
    return await scheduleRetry({
      attempt: 1,
      model: model.modelName,
      reference,
      telling,
      openedAt: openedAt.toISOString(),
      alarms,
      ...whatIsKnown(incident, settlement, details),
    });
  } catch (error) {
    logger.error('the case is not tried again: the message for it was not sent', asError(error));
    return undefined;
  }
}
