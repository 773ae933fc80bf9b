import { type LedgerRecord, untoldEntry } from '../contract/ledger';
import { now } from '../ports/clock';
import type { Changes } from '../ports/ledger';
import { tellLater } from './attend-later';
import { ledger } from './environment';
import type { Run } from './run';

/**
 * Ends a run, and answers with the record as it then is. What was claimed while the run was at work joined a gathering that
 * the run has ended, so that nobody else sends for its telling.
 */
export async function settleRun({ model, by, incident }: Run, changes: Changes): Promise<LedgerRecord> {
  const record = await ledger.settle(model, by, now(), changes);
  const known = incident.untold.map(untoldEntry);
  const isNew = record.incident?.untold.some((transition) => !known.includes(untoldEntry(transition)));
  // What joins while its model is told in a digest is told in the next one.
  if (isNew && incident.isInStorm) await ledger.markStorm(model, now());
  if (isNew) await tellLater(model);
  return record;
}
