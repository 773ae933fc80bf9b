import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { MESSAGES_FILE, messagesDocument } from './messages-document';

test('the messages in the documentation are those that rehearsals send', async () => {
  expect(readFileSync(MESSAGES_FILE, 'utf8')).toBe(await messagesDocument());
}, 120_000);
