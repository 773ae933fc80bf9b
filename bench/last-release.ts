import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { version } from '../package.json';
import type { MeasuredPart } from './figure';

export const LAST_RELEASE_FILE = join(__dirname, 'last-release.json');

const lastReleaseSchema = z.strictObject({
  release: z.string(),
  /** By part, then by the figure's name. */
  figures: z.record(z.string(), z.record(z.string(), z.number().nullable())),
});

/** What was measured at a release. */
export type LastRelease = z.infer<typeof lastReleaseSchema>;

/** Throws node's own error where there is no such file, and zod's where it holds something else. */
export const readLastRelease = (file = LAST_RELEASE_FILE): LastRelease =>
  lastReleaseSchema.parse(JSON.parse(readFileSync(file, 'utf8')));

/** Puts down what was measured as the figures of the release that `package.json` names. */
export function writeLastRelease(parts: readonly MeasuredPart[], file = LAST_RELEASE_FILE): void {
  const written: LastRelease = {
    release: version,
    figures: Object.fromEntries(
      parts.map(({ name, figures }) => [
        name,
        Object.fromEntries(figures.map((figure) => [figure.name, figure.value])),
      ]),
    ),
  };
  writeFileSync(file, `${JSON.stringify(written, null, 2)}\n`);
}

/** Undefined for a figure that was not measured then. */
export const valueAt = ({ figures }: LastRelease, part: string, figure: string): number | null | undefined =>
  figures[part]?.[figure];
