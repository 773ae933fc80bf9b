import { writeFileSync } from 'node:fs';
import { MESSAGES_FILE, messagesDocument } from './messages-document';

/** Rewrites docs/messages.md. */
async function writeMessages(): Promise<void> {
  writeFileSync(MESSAGES_FILE, await messagesDocument());
}

void writeMessages();
