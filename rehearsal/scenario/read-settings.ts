import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isMapping, type Reader } from './reader';
import { show } from './refusal';
import type { SettingsSource } from './scenario';
import type { Path } from './yaml-file';

const ALLOWED = 'the keys of a settings file, the path of one relative to the scenario, or a list of these';

/** The settings at `path`, which the scenario deploys; an empty list where there are none. */
export function readSettings(
  reader: Reader,
  scenarioFile: string,
  path: Path = ['settings'],
): readonly SettingsSource[] {
  const value = reader.valueAt(path);
  if (value === undefined) return [];
  if (!Array.isArray(value)) return readSource(reader, scenarioFile, path);
  if (value.length === 0) reader.note(path, `${nameOf(path)} is empty`, '[]', ALLOWED);
  return value.flatMap((_, index) => readSource(reader, scenarioFile, [...path, index]));
}

/** The key that the settings stand under: `settings`, or `deploy` of an event. */
const nameOf = (path: Path): string => String(path.findLast((step) => typeof step === 'string'));

function readSource(reader: Reader, scenarioFile: string, path: Path): SettingsSource[] {
  const value = reader.valueAt(path);
  if (isMapping(value)) return [{ file: scenarioFile, text: reader.excerpt(path), value }];
  if (typeof value !== 'string') {
    reader.note(path, `${nameOf(path)} is neither a mapping nor a path`, show(value), ALLOWED);
    return [];
  }
  const file = resolve(dirname(scenarioFile), value);
  if (existsSync(file)) return [file];
  reader.note(path, 'settings file does not exist', value, ALLOWED);
  return [];
}

/**
 * The names of the models in inline settings; undefined where a settings file would have to be read to know them, or
 * where the settings themselves are wrong.
 */
export function inlineModelNames(settings: readonly SettingsSource[]): readonly string[] | undefined {
  const names: string[] = [];
  for (const source of settings) {
    if (typeof source === 'string' || !Array.isArray(source.value.models)) return undefined;
    for (const model of source.value.models) {
      if (!isMapping(model) || typeof model.name !== 'string') return undefined;
      names.push(model.name);
    }
  }
  return settings.length === 0 ? undefined : names;
}
