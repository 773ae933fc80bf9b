import { attendMessage } from '../contract/attend-message';
import { logger } from '../ports/logger';
import { sendLater } from '../ports/queue';
import { environment } from './environment';

/** Lets the processor look at a model, which does whatever is due. */
export async function askToAttend(model: string, finding: string): Promise<void> {
  await sendLater(environment.QUEUE_URL, attendMessage({ model }), 0);
  logger.warn('a model is looked at', { model, finding });
}
