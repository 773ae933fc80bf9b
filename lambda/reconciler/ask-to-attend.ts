import { attendMessage } from '../contract/attend-message';
import { digestMessage } from '../contract/digest-message';
import type { DigestKind } from '../contract/handed';
import { logger } from '../ports/logger';
import { sendLater } from '../ports/queue';
import { environment } from './environment';

/** Lets the processor look at a model, which does whatever is due. */
export async function askToAttend(model: string, finding: string): Promise<void> {
  await sendLater(environment.QUEUE_URL, attendMessage({ model }), 0);
  logger.warn('a model is looked at', { model, finding });
}

/** Lets the processor send what models handed over. */
export async function askForDigest(kind: DigestKind): Promise<void> {
  await sendLater(environment.QUEUE_URL, digestMessage({ kind }), 0);
  logger.warn('a digest is late', { digest: kind });
}
