import type { TextWritten } from '../contract/claims';
import { TEXT_WRITTEN, textDigest } from '../contract/text-log';
import type { Prose } from '../domain/prose';
import { logger } from '../ports/logger';

/** Of whom a text tells; without `incident` where none could be read. */
export interface Subject {
  readonly customer: string;
  readonly model: string;
  readonly incident: string | null;
}

/** Logs what a text states. Called right before the text is sent, so that none is sent unlogged. */
export function logText({ text, claims }: Prose, subject: Subject): void {
  const written: TextWritten = { digest: textDigest(text), ...subject, claims: [...claims] };
  logger.info(TEXT_WRITTEN, { text: written });
}
