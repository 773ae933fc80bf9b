import type { LedgerRecord, Transition } from '../contract/ledger';
import { now } from '../ports/clock';
import { asError } from '../ports/failures';
import { logger } from '../ports/logger';
import { ledger } from './environment';
import { incidentReference } from './incident-reference';

/** Claims transitions, one after the other; answers with the record as it then is. `by`: the id of the message. */
export async function claimAll(
  model: string,
  transitions: readonly Transition[],
  by: string,
): Promise<LedgerRecord | undefined> {
  let record: LedgerRecord | undefined;
  for (const transition of transitions) {
    try {
      record = await ledger.claim(model, transition, {
        by,
        now: now(),
        reference: incidentReference(model, transition),
      });
    } catch (error) {
      // What is claimed already is told from the ledger, and the rest with it, as CloudWatch has it then.
      if (record === undefined) throw error;
      logger.error('not all that goes off could be claimed', asError(error));
    }
  }
  return record;
}

/** Whoever has the first untold claim sees to the telling, also when its message comes again. */
export const seesToTelling = (record: LedgerRecord | undefined, by: string): boolean =>
  record?.incident?.tellAt !== undefined && record.incident.tellBy === by;
