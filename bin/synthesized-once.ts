import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FileSystem } from 'aws-cdk-lib';
import type { Settings } from '../lib/settings/settings';
import { buildApp } from '../lib/stacks/ops-alert-app';

const PROJECT = join(__dirname, '..');
const CACHE = join(PROJECT, '.cache', 'synthesized');
/** All that decides what synthesis writes. */
const SOURCES = ['lib', 'lambda', 'package-lock.json', 'bin/synthesized-once.ts'];

/**
 * The folder with the synthesised application for these settings. Bundling takes seconds, so a folder is kept for as
 * long as neither the settings nor any source changes. Several processes may ask at once.
 */
export function synthesizedOnce(settings: Settings): string {
  const folder = join(CACHE, keyOf(settings));
  if (!existsSync(folder)) synthesize(settings, folder);
  return folder;
}

/** Written aside and moved in whole, so that nobody sees half of it. */
function synthesize(settings: Settings, folder: string): void {
  mkdirSync(CACHE, { recursive: true });
  forgetOld();
  const aside = mkdtempSync(join(CACHE, 'making-'));
  buildApp(settings, { outdir: aside }).synth();
  try {
    renameSync(aside, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(aside, { recursive: true });
  }
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** What was synthesised from sources of other days is hardly asked for again. */
function forgetOld(): void {
  for (const name of readdirSync(CACHE)) {
    const path = join(CACHE, name);
    if (Date.now() - statSync(path).mtimeMs > DAY_MS) rmSync(path, { recursive: true, force: true });
  }
}

function keyOf(settings: Settings): string {
  const hash = createHash('sha256').update(JSON.stringify(settings));
  for (const source of SOURCES) hash.update(FileSystem.fingerprint(join(PROJECT, source)));
  return hash.digest('hex').slice(0, 32);
}
