import type { CaseOutcome, Incident } from '../domain/incident';
import { asError } from '../ports/failures';
import { logger } from '../ports/logger';
import { scheduleRetry } from './case-retries';
import { countOne, countSettled } from './metrics';
import type { Settlement } from './settle-case';

/** A case that is worth another try gets one, in a message of its own, so that the e-mail need not wait for it. */
export async function outcomeOf(
  incident: Incident,
  { outcome, isNew = false }: Settlement,
): Promise<CaseOutcome> {
  if (outcome.kind !== 'none') {
    countSettled(outcome);
    return outcome;
  }
  const { kind, reason, isWorthAnotherTry } = outcome;
  const retriedUntil = isWorthAnotherTry ? await lastRetry(incident, isNew) : undefined;
  if (retriedUntil === undefined && FAILURES.includes(reason.why)) countOne('CasesFailed');
  return { kind, reason, retriedUntil };
}

/** The other reasons are known beforehand: a setting, a support plan, more cases than can be searched. */
const FAILURES: readonly string[] = [
  'case-limit',
  'unsearched',
  'unreadable',
  'refused',
  'unclear',
  'awaiting',
];

/** Undefined where no try could be scheduled: the e-mail then says that nothing is tried again. */
async function lastRetry(
  { model, reference, telling, openedAt, triggered }: Incident,
  isReserved: boolean,
): Promise<Date | undefined> {
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
      ...(isReserved ? { isReserved } : {}),
    });
  } catch (error) {
    logger.error('the case is not tried again: the message for it was not sent', asError(error));
    return undefined;
  }
}
