import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsDocument } from './docs';

/** Rewrites docs/settings.md: `npx tsx lib/settings/write-docs.ts`. */
writeFileSync(join(__dirname, '../../docs/settings.md'), settingsDocument());
