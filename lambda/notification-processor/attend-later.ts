import { attendMessage } from '../contract/attend-message';
import { GATHERING_SECONDS } from '../contract/ledger';
import { now } from '../ports/clock';
import { MAX_DELAY_SECONDS, sendLater } from '../ports/queue';
import { environment } from './environment';

/** How long a task waits for another run to be done with the model. */
export const WAIT_FOR_LEASE_SECONDS = 60;

export const attendLater = (model: string, seconds: number): Promise<void> =>
  sendLater(environment.QUEUE_URL, attendMessage({ model }), seconds);

/** Sends the message that tells what was claimed, once the gathering is over. */
export const tellLater = (model: string, seconds = GATHERING_SECONDS): Promise<void> =>
  sendLater(environment.QUEUE_URL, attendMessage({ model, mustTell: true }), seconds);

/** Sends the message that looks at the model then, unless that is too far away: the reconciler sees to it. */
export async function attendAt(model: string, at: Date): Promise<void> {
  const seconds = secondsUntil(at);
  if (seconds <= MAX_DELAY_SECONDS) await attendLater(model, seconds);
}

export const secondsUntil = (at: Date): number =>
  Math.ceil(Math.max(0, at.getTime() - now().getTime()) / 1000);
