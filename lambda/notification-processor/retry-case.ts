import type { Context } from 'aws-lambda';
import type { CaseRetry } from '../contract/case-retry';
import { caseSettledEmail } from '../domain/email-text';
import { now } from '../ports/clock';
import { asError } from '../ports/failures';
import { logger } from '../ports/logger';
import { RETRY_DELAYS_SECONDS, scheduleRetry } from './case-retries';
import { owner } from './environment';
import { countOne, countSettled } from './metrics';
import { type IncidentToTell, readIncident } from './read-incident';
import { UnusableConfig } from './read-model';
import { sendIncidentEmail } from './send-email';
import { settleInTime } from './settle-in-time';
import type { Alarm } from './tell-incident';

/**
 * Settles the case of an incident that has been told without one, and says so in a short e-mail. The alarms are those
 * that were told, so that the category stays; all else is read afresh: the case tells how things are now. The incident's own e-mail never goes out from here.
 */
export async function retryCase(alarm: Alarm, retry: CaseRetry, context: Context | undefined): Promise<void> {
  const { attempt } = retry;
  const toTell = await readOrGiveUp(alarm, retry);
  if (toTell === undefined) return;
  const { incident } = toTell;
  const settlement = await settleInTime(toTell, context);
  if (settlement.kind !== 'none') {
    countSettled(settlement);
    await sendIncidentEmail(incident, caseSettledEmail(incident, settlement));
  } else if (settlement.isWorthAnotherTry && attempt < RETRY_DELAYS_SECONDS.length) {
    // A message that cannot be sent throws: then this one comes back and tries again.
    await scheduleRetry({ ...retry, attempt: attempt + 1 });
    logger.warn('the case could not be settled and is tried again', { attempt, reason: settlement.reason });
  } else giveUp(alarm, { attempt, reason: settlement.reason });
}

async function readOrGiveUp(alarm: Alarm, { alarms }: CaseRetry): Promise<IncidentToTell | undefined> {
  try {
    const toTell = await readIncident(owner, alarm.modelName, alarm.message, now(), alarms);
    if (toTell === undefined) giveUp(alarm, { reason: 'its alarms are none of the catalogue' });
    return toTell;
  } catch (error) {
    if (!(error instanceof UnusableConfig)) throw error;
    giveUp(alarm, { error: asError(error) });
    return undefined;
  }
}

/** The first e-mail said until when the case is tried; that it was in vain is for whoever watches the log and the metric. */
function giveUp({ modelName: model }: Alarm, why: Readonly<Record<string, unknown>>): void {
  logger.error('the case of an incident is given up', { model, ...why });
  countOne('CasesFailed');
}
