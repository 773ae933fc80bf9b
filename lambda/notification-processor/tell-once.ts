import type { MayBeRepeat } from '../domain/incident';
import { now } from '../ports/clock';
import { asError } from '../ports/failures';
import { logger } from '../ports/logger';
import type { NoticeLease } from '../ports/notice-ledger';
import { notices } from './environment';
import { afterSending, MayHaveGoneOut } from './send-email';

/** Sends the e-mail of a notice. Throws as `sendEmail` does. */
export type SendNotice = (mayBeRepeat: MayBeRepeat | undefined) => Promise<void>;

/**
 * Has `send` tell a notice, once as long as the ledger remembers it (`key`); without the ledger it is told all the same,
 * perhaps more than once. `by`: the message's id.
 */
export async function tellOnce(key: string, by: string, send: SendNotice): Promise<void> {
  const lease = await takeLease(key, by);
  if (lease === 'busy') throw new Error('another run is telling it');
  if (lease === 'no-ledger') return send('no-ledger');
  if (lease !== 'told') return tellWithLease(key, by, send, lease.isAfterUnfinishedRun);
  logger.info('told already', { key });
  await notices.keep(key, now());
}

async function takeLease(key: string, by: string): Promise<NoticeLease | 'no-ledger'> {
  try {
    return await notices.take(key, by, now());
  } catch (error) {
    logger.error('the ledger cannot be written', asError(error));
    return 'no-ledger';
  }
}

async function tellWithLease(
  key: string,
  by: string,
  send: SendNotice,
  isUnfinished: boolean,
): Promise<void> {
  try {
    await send(isUnfinished ? 'unclear' : undefined);
  } catch (error) {
    // What may have gone out keeps its lease, by which the next run knows.
    if (!(error instanceof MayHaveGoneOut)) await giveBack(key, by, isUnfinished);
    throw error;
  }
  await afterSending(notices.putTold(key, now()));
}

async function giveBack(key: string, by: string, isUnfinished: boolean): Promise<void> {
  try {
    await notices.giveBack(key, by, now(), isUnfinished);
  } catch (error) {
    // The lease ends by itself before the message comes again, which is then told as a possible repeat.
    logger.error('the lease could not be given back', asError(error));
  }
}
