import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { parseSettings, type Settings } from '../lib/settings/settings';

const PROJECT = join(__dirname, '..');
const CACHE = join(PROJECT, '.cache', 'synthesized');
/** All that decides what synthesis writes. */
const SOURCES = ['aws', 'lib', 'lambda', 'package-lock.json', 'bin/synthesized-once.ts'];

/**
 * The folder with the synthesised application for these settings. A folder is kept for as long as neither the settings nor
 * any source changes. Bundling takes seconds and is the same for all settings, so it is done once for each state of the
 * sources. Several processes may ask at once.
 */
export function synthesizedOnce(settings: Settings): string {
  const sources = fingerprintOfSources();
  const bundled = once(`bundled-${sources}`, (folder) => {
    theApp()
      .buildApp(ANY_SETTINGS, { ...UNCHECKED, outdir: folder })
      .synth();
  });
  return once(`${hashOf(JSON.stringify(settings))}-${sources}`, (folder) => {
    theApp()
      .buildApp(settings, { ...UNCHECKED, outdir: folder, context: WITHOUT_BUNDLING })
      .synth();
    nameBundles(folder, bundled);
  });
}

/** Loaded only where something is to be synthesised: the CDK takes longer to load than many a play lasts. */
const theApp = (): typeof import('../lib/stacks/ops-alert-app') => require('../lib/stacks/ops-alert-app');

const ANY_SETTINGS = parseSettings(
  'customer: Any\nstakeholders: [any@example.com]\nmodels: [{name: Any, modelId: amazon.nova-micro-v1:0, rpmQuotaCode: NA, tpmQuotaCode: NA}]\n',
  'any.yaml',
);

/** No stack is bundled. https://docs.aws.amazon.com/cdk/v2/guide/assets.html */
const WITHOUT_BUNDLING = { 'aws:cdk:bundling-stacks': [] };

/** Synthesis for deployment holds templates against CloudFormation's schemas, which takes longer than all the rest of it. */
const UNCHECKED = { builtinCloudFormationValidation: false };

const assetsSchema = z.looseObject({
  files: z.record(
    z.string(),
    z.looseObject({
      displayName: z.string().optional(),
      source: z.looseObject({ path: z.string().optional() }),
    }),
  ),
});

/** Synthesis without bundling names the project's folder where the bundle of a function would be. */
function nameBundles(folder: string, bundled: string): void {
  const bundles = new Map(
    assetsIn(bundled).flatMap(({ manifest }) =>
      Object.values(manifest.files).map(({ displayName, source }) => [displayName, source.path]),
    ),
  );
  for (const { file, manifest } of assetsIn(folder)) {
    for (const { displayName, source } of Object.values(manifest.files))
      if (source.path === PROJECT) source.path = join(bundled, bundles.get(displayName) ?? '');
    writeFileSync(file, JSON.stringify(manifest));
  }
}

const assetsIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.assets.json'))
    .map((name) => join(folder, name))
    .map((file) => ({ file, manifest: assetsSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) }));

/** Written aside and moved in whole, so that nobody sees half of it. */
function once(name: string, write: (folder: string) => void): string {
  const folder = join(CACHE, name);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  forgetOld();
  const aside = mkdtempSync(join(CACHE, 'making-'));
  write(aside);
  try {
    renameSync(aside, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(aside, { recursive: true });
  }
  return folder;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** What was synthesised from sources of other days is hardly asked for again. */
function forgetOld(): void {
  for (const name of readdirSync(CACHE)) {
    const path = join(CACHE, name);
    if (Date.now() - statSync(path).mtimeMs > DAY_MS) rmSync(path, { recursive: true, force: true });
  }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

const fingerprintOfSources = (): string =>
  hashOf(
    SOURCES.flatMap(filesOf)
      .map((file) => `${file} ${hashOf(readFileSync(join(PROJECT, file), 'utf8'))}`)
      .join('\n'),
  );

const filesOf = (source: string): readonly string[] =>
  statSync(join(PROJECT, source)).isDirectory()
    ? readdirSync(join(PROJECT, source))
        .sort()
        .flatMap((name) => filesOf(join(source, name)))
    : [source];
