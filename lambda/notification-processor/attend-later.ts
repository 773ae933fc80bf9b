import { MOST_DELAY_SECONDS } from '../../aws/sqs';
import { attendMessage } from '../contract/attend-message';
import { GATHERING_SECONDS } from '../contract/ledger';
import { now } from '../ports/clock';
import { sendLater } from '../ports/queue';
import { environment } from './environment';

/** How long a task waits, each time, for another run to be done with what it needs. */
const WAIT_SECONDS = 60;

/** Longer than a lease in all, and for more turns than ever wait for one another. */
export const MOST_WAITS = 10;

/**
 * Sends a task anew that another run keeps from being done; `again` makes its message. A run that always fails takes its
 * lease again and again. So there is an end to it: then the task fails as that run does, and SQS, which counts only how often
 * a message itself came in vain, puts it to the dead letters at last.
 */
export async function waitForLease(
  { waits = 0 }: { readonly waits?: number | undefined },
  again: (waits: number) => string,
): Promise<void> {
  if (waits >= MOST_WAITS) throw new Error(`another run has had it for ${waits * WAIT_SECONDS} seconds`);
  await sendLater(environment.QUEUE_URL, again(waits + 1), WAIT_SECONDS);
}

export const attendLater = (model: string, seconds: number): Promise<void> =>
  sendLater(environment.QUEUE_URL, attendMessage({ model }), seconds);

/** Sends the message that tells what was claimed, once the gathering is over. `newCases`: as the message has it. */
export const tellLater = (model: string, seconds = GATHERING_SECONDS, newCases?: number): Promise<void> =>
  sendLater(environment.QUEUE_URL, attendMessage({ model, mustTell: true, newCases }), seconds);

/** Sends the message that looks at the model then, unless that is too far away: the reconciler sees to it. */
export async function attendAt(model: string, at: Date): Promise<void> {
  const seconds = secondsUntil(at);
  if (seconds <= MOST_DELAY_SECONDS) await attendLater(model, seconds);
}

export const secondsUntil = (at: Date): number =>
  Math.ceil(Math.max(0, at.getTime() - now().getTime()) / 1000);
