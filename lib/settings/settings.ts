import { readFileSync } from 'node:fs';
import { type Document, LineCounter, parseDocument, visit } from 'yaml';
import { type Finding, onePerPath, schemaFindings } from './findings';
import { Places, pathName } from './places';
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
    throw new SettingsError(
      codeOf(error) === 'ENOENT'
        ? `${file}: no such file: copy ops-alert.example.yaml to ops-alert.yaml and fill it in, or name another file with -c settings=FILE`
        : `${file}: cannot be read: ${messageOf(error)}`,
    );
  }
}

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);

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
  const findings = onePerPath([...schemaFindings(raw), ...ruleFindings(raw)]);
  stopAt([...findings.map((finding) => faultOf(finding, places)), ...repeatedKeyFaults(places)], file);
  return resolveSettings(fileSchema.parse(raw));
}

function stopAt(faults: readonly Fault[], file: string): void {
  if (faults.length === 0) return;
  const sorted = faults.toSorted((one, other) => one.line - other.line);
  throw new SettingsError(sorted.map(({ line, text }) => `${file}:${line}: ${text}`).join('\n'));
}

const ONE_DOCUMENT = '---: one document only, so this line must go';

function syntaxFaults(document: Document, lines: LineCounter): readonly Fault[] {
  const faults = [...document.errors, ...document.warnings].map((fault) => ({
    line: lines.linePos(fault.pos[0]).line,
    text: fault.code === 'MULTIPLE_DOCS' ? ONE_DOCUMENT : `not YAML: ${fault.message}`,
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
    throw new SettingsError(`${file}:1: not YAML: ${messageOf(error)}`);
  }
}

function faultOf({ path, unknownKey, allowed }: Finding, places: Places): Fault {
  const written = unknownKey ? 'unknown key' : (places.at(path)?.written ?? 'missing');
  return { line: places.lineNear(path), text: `${pathName(path)}: ${written}: ${allowed}` };
}

const repeatedKeyFaults = (places: Places): readonly Fault[] =>
  places.repeatedKeys.map(({ path, place, firstLine }) => ({
    line: place.line,
    text: `${pathName(path)}: ${place.written}: each key once; it stands on line ${firstLine} already`,
  }));
