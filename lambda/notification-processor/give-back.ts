import { now } from '../ports/clock';
import type { Changes, Lease } from '../ports/ledger';
import { ledger } from './environment';

/** News that an unfinished run may have told is still to be told, with the remark that it may be a repeat. */
export async function giveBack(
  { record, isAfterUnfinishedRun }: Lease,
  by: string,
  changes: Changes = {},
): Promise<void> {
  const hasNews = (record.incident?.untold.length ?? 0) > 0;
  if (isAfterUnfinishedRun && hasNews) await ledger.handOn(record.model, by, now(), changes);
  else await ledger.settle(record.model, by, now(), changes);
}
