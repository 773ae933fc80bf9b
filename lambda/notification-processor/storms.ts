import type { LedgerState } from '../contract/ledger';
import { newCasesBefore } from '../domain/case-plan';
import { isStorm, type OwnKind, tellingTogether } from '../domain/storm';
import { now } from '../ports/clock';
import { asError } from '../ports/failures';
import { logger } from '../ports/logger';
import { ledger } from './environment';
import { known } from './known';
import type { Run } from './run';

/**
 * Whether a reminder or a recovery is told with those of other models; not where that cannot be known. What an unfinished run
 * handed over is told by the digest, however few models are left by now.
 */
export async function isOneOfMany(kind: OwnKind, { model, incident, canWait }: Run): Promise<boolean> {
  if (!canWait) return false;
  const state = await known('the other models', ledger.read());
  if (state === undefined) return false;
  const isHandedOver = state.handed.some(
    (part) => part.kind === kind && part.model === model && part.reference === incident.reference,
  );
  return isHandedOver || isStorm(tellingTogether(kind, model, state, now()));
}

/** Whether a message of this invocation saw a storm: then those after it are of it, and need not read all models again. */
let isInStorm = false;

/** At the beginning of an invocation. */
export const expectNoStorm = (): void => {
  isInStorm = false;
};

/**
 * After a model's first claim: where many models go off together, that is put down for each, so that the look at it, which
 * has no request to spare, knows. Whoever cannot be marked is told by an e-mail of its own. Answers how many new cases of the
 * day there may be before one of this model, where that is known.
 */
export async function noticeStorm(model: string): Promise<number | undefined> {
  if (isInStorm) {
    await mark(model);
    return undefined;
  }
  const state = await known('the other models', ledger.read());
  if (state === undefined) return undefined;
  const together = tellingTogether('telling', model, state, now());
  if (!isStorm(together)) return newCasesBefore([model], state, now());
  isInStorm = true;
  logger.warn('many models go off together', { models: together.length });
  for (const one of together.filter((other) => !isMarked(other, state))) await mark(one);
  return undefined;
}

async function mark(model: string): Promise<void> {
  try {
    await ledger.markStorm(model, now());
  } catch (error) {
    logger.error('a model of a storm could not be marked', { model, ...asError(error) });
  }
}

const isMarked = (model: string, { models }: LedgerState): boolean =>
  models.some((record) => record.model === model && record.incident?.isInStorm === true);
