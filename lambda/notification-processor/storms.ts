import type { LedgerState } from '../contract/ledger';
import { isStorm, type OwnKind, tellingTogether } from '../domain/storm';
import { now } from '../ports/clock';
import { asError } from '../ports/failures';
import { logger } from '../ports/logger';
import { ledger } from './environment';
import { known } from './known';
import type { Run } from './run';

/** What models have to tell together, if so many that one e-mail tells it; none where that cannot be known. */
async function stormAround(
  kind: OwnKind,
  model: string,
): Promise<{ readonly together: readonly string[]; readonly state: LedgerState } | undefined> {
  const state = await known('the other models', ledger.read());
  if (state === undefined) return undefined;
  const together = tellingTogether(kind, model, state, now());
  return isStorm(together) ? { together, state } : undefined;
}

/** Whether a reminder or a recovery is told with those of other models. */
export const isOneOfMany = async (kind: OwnKind, { model, canWait }: Run): Promise<boolean> =>
  canWait && (await stormAround(kind, model)) !== undefined;

/**
 * After a model's first claim: where many models go off together, that is put down for each, so that the look at it, which
 * has no request to spare, knows. Whoever cannot be marked is told by an e-mail of its own.
 */
export async function noticeStorm(model: string): Promise<void> {
  const storm = await stormAround('telling', model);
  if (storm === undefined) return;
  const { together, state } = storm;
  const unmarked = together.filter((one) => !isMarked(one, state));
  logger.warn('many models go off together', { models: together.length });
  for (const one of unmarked) {
    try {
      await ledger.markStorm(one, now());
    } catch (error) {
      logger.error('a model of a storm could not be marked', { model: one, ...asError(error) });
    }
  }
}

const isMarked = (model: string, { models }: LedgerState): boolean =>
  models.some((record) => record.model === model && record.incident?.isInStorm === true);
