import { createHash } from 'node:crypto';

/** By what the log line of a text is known. Apart from its schema, which only those need who read the line. */

/** The log line that says what a text states; logged before the text is sent. */
export const TEXT_WRITTEN = 'text written';

/** By which a text and its log line find each other: the first 16 hexadecimal digits of its SHA-256. */
export const textDigest = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16);
