import { type DigestRequest, digestMessage } from '../contract/digest-message';
import type { DigestKind } from '../contract/handed';
import { isDigestDue } from '../domain/storm';
import { now } from '../ports/clock';
import { asError } from '../ports/failures';
import { logger } from '../ports/logger';
import { sendLater } from '../ports/queue';
import { waitForLease } from './attend-later';
import { prepareDigest } from './digests';
import { digests, environment, ledger } from './environment';
import { beginCounting } from './request-bound';
import { afterSending, MayHaveGoneOut, sendDigestEmail } from './send-email';

/** How long a digest waits, each time, for those whose parts are missing. */
const WAIT_SECONDS = 30;

/**
 * Sends what was handed over of this kind in one e-mail, unless others are still to hand over theirs: then it comes again.
 * As with a model, a run that ends without a word leaves its lease, and by that the next one knows that the e-mail may have
 * gone out. `by`: the message's id.
 */
export async function sendDigest({ kind, waits }: DigestRequest, by: string): Promise<void> {
  const taken = await digests.take(kind, by, now());
  if (taken === undefined) return waitForLease({ waits }, (more) => digestMessage({ kind, waits: more }));
  const { isAfterUnfinishedRun } = taken;
  try {
    const isSent = await sendWhatIsDue(kind, isAfterUnfinishedRun);
    await digests.giveBack(kind, by, now(), { isUnfinished: isAfterUnfinishedRun && !isSent });
  } catch (error) {
    if (!(error instanceof MayHaveGoneOut)) await giveBackAfter(error, kind, by, isAfterUnfinishedRun);
    throw error;
  }
}

/** Answers whether it was sent. */
async function sendWhatIsDue(kind: DigestKind, mayBeRepeat: boolean): Promise<boolean> {
  const state = await ledger.read();
  const parts = state.handed.filter((part) => part.kind === kind);
  if (parts.length === 0) return true;
  if (!isDigestDue(kind, parts, state, now())) {
    // Whoever settles a case asks for its digest by himself.
    if (kind !== 'case') await comeAgain(kind);
    return false;
  }
  const { email, told, andThen } = await prepareDigest(kind, state, mayBeRepeat);
  logger.info('a digest', { digest: kind, models: told.length, isMailed: email !== undefined });
  if (email !== undefined) await sendDigestEmail(email);
  beginCounting();
  await afterSending(andThen().then(() => digests.putAway(told, now())));
  return true;
}

const comeAgain = (kind: DigestKind): Promise<void> =>
  sendLater(environment.QUEUE_URL, digestMessage({ kind }), WAIT_SECONDS);

async function giveBackAfter(
  because: unknown,
  kind: DigestKind,
  by: string,
  isUnfinished: boolean,
): Promise<void> {
  logger.error('the digest is given back unsent', asError(because));
  try {
    await digests.giveBack(kind, by, now(), { isUnfinished });
  } catch (error) {
    // It ends by itself; until then the parts wait.
    logger.error('the lease could not be given back', asError(error));
  }
}
