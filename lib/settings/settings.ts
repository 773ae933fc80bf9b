import { readFileSync } from 'node:fs';
import { type Document, LineCounter, parseDocument, visit } from 'yaml';
import { type Finding, schemaFindings } from './findings';
import { type Path, Places } from './places';
import { resolveSettings, type Settings } from './resolved';
import { ruleFindings } from './rules';
import { fileSchema } from './schema';

export type { ModelSettings, Settings } from './resolved';

/** One line of a SettingsError. */
interface Fault {
  readonly line: number;
  /** `key: value: what is allowed`. */
  readonly text: string;
}

/** The settings cannot be used; the message is one line per fault, `file:line: key: value: what is allowed`. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Reads the settings file `file`.
 * @throws SettingsError that lists all faults, or says how to make a file that is missing.
 */
export function loadSettings(file: string): Settings {
  return parseSettings(readSettingsFile(file), file);
}

function readSettingsFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new SettingsError(
      missing
        ? `${file}: no such file: copy ops-alert.example.yaml to ops-alert.yaml and fill it in, or name another file with -c settings=FILE`
        : `${file}: cannot be read: ${reason}`,
    );
  }
}

/**
 * Reads settings from `text`, in YAML 1.2; `file` is what messages call it.
 * @throws SettingsError that lists all faults in the order of their lines.
 */
export function parseSettings(text: string, file: string): Settings {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  stopAt(syntaxFaults(document, lines), file);
  const raw = contentOf(document, file);
  const places = new Places(document, text, lines);
  const findings = [...schemaFindings(raw), ...ruleFindings(raw)];
  stopAt([...findings.map((finding) => faultOf(finding, places)), ...repeatedKeyFaults(places)], file);
  return resolveSettings(fileSchema.parse(raw));
}

function stopAt(faults: readonly Fault[], file: string): void {
  if (faults.length === 0) return;
  const sorted = faults.toSorted((one, other) => one.line - other.line);
  throw new SettingsError(sorted.map(({ line, text }) => `${file}:${line}: ${text}`).join('\n'));
}

function syntaxFaults(document: Document, lines: LineCounter): readonly Fault[] {
  const faults = [...document.errors, ...document.warnings].map((fault) => ({
    line: lines.linePos(fault.pos[0]).line,
    text: `not YAML: ${fault.message}`,
  }));
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) !== undefined) return;
      const line = lines.linePos(alias.range?.[0] ?? 0).line;
      faults.push({ line, text: `*${alias.source}: an alias needs its anchor &${alias.source} before it` });
    },
  });
  return faults;
}

/** The document as plain values; an empty one as an empty map, so that what is missing can be named. */
function contentOf(document: Document, file: string): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    // Aliases in a circle, or multiplied beyond all sense.
    throw new SettingsError(`${file}:1: not YAML: ${error instanceof Error ? error.message : error}`);
  }
}

function faultOf({ path, unknownKey, allowed }: Finding, places: Places): Fault {
  const written = unknownKey ? 'unknown key' : (places.at(path)?.written ?? 'missing');
  return { line: places.lineNear(path), text: `${nameOf(path)}: ${written}: ${allowed}` };
}

const repeatedKeyFaults = (places: Places): readonly Fault[] =>
  places.repeatedKeys.map(({ path, place, firstLine }) => ({
    line: place.line,
    text: `${nameOf(path)}: ${place.written}: each key once; it stands on line ${firstLine} already`,
  }));

/** `models[1].name`; the whole file has no name of its own. */
const nameOf = (path: Path): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '') || 'the file';
