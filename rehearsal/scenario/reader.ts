import type * as z from 'zod';
import type { Fault } from './fault';
import { show } from './refusal';
import type { Path, YamlFile } from './yaml-file';

type Issue = z.core.$ZodIssue;

/** Reads a YAML file piece by piece, so that a fault in one piece does not hide those of another. */
export class Reader {
  readonly faults: Fault[] = [];

  constructor(private readonly yaml: YamlFile) {}

  /** What stands at `path` as the schema gives it; undefined, with the faults noted, where it is not allowed. */
  read<T>(path: Path, schema: z.ZodType<T>): T | undefined {
    const result = schema.safeParse(this.valueAt(path));
    if (result.success) return result.data;
    for (const issue of result.error.issues) this.noteIssue(path, issue);
    return undefined;
  }

  /** The items of the list at `path` that are allowed. */
  readItems<T>(path: Path, readItem: (path: Path) => T | undefined): T[] {
    const list = this.valueAt(path) ?? [];
    if (!Array.isArray(list)) {
      this.note(
        path,
        `${keyName(path)} is not a list`,
        show(list),
        'a list: items that begin with -, or [...]',
      );
      return [];
    }
    return list.map((_, index) => readItem([...path, index])).filter((item) => item !== undefined);
  }

  /** The entries of the mapping at `path` that are allowed. */
  readEntries<T>(path: Path, readEntry: (path: Path, key: string) => T | undefined): Record<string, T> {
    const entries = this.valueAt(path) ?? {};
    if (!isMapping(entries)) {
      this.note(path, `${keyName(path)} is not a mapping`, show(entries), 'names, each with its values');
      return {};
    }
    const read = Object.keys(entries).map((key) => [key, readEntry([...path, key], key)] as const);
    return Object.fromEntries(read.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
  }

  /** Notes every key of the mapping at `path` that is not among `allowed`. */
  checkKeys(path: Path, allowed: readonly string[]): void {
    for (const key of this.keysAt(path).filter((key) => !allowed.includes(key))) {
      this.note([...path, key], 'unknown key', key, allowed.join(', '));
    }
  }

  keysAt(path: Path): string[] {
    const value = this.valueAt(path);
    return isMapping(value) ? Object.keys(value) : [];
  }

  excerpt(path: Path): string {
    return this.yaml.excerpt(path);
  }

  valueAt(path: Path): unknown {
    return valueIn(this.yaml.value, path);
  }

  lineOf(path: Path): number {
    return this.yaml.lineOf(path);
  }

  note(path: Path, what: string, value: string, allowed: string): void {
    this.faults.push({ file: this.yaml.file, line: this.lineOf(path), what, value, allowed });
  }

  private noteIssue(base: Path, issue: Issue): void {
    const path = [...base, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) this.note([...path, key], 'unknown key', key, issue.message);
      return;
    }
    if (issue.code === 'invalid_key') {
      const [cause = issue] = issue.issues;
      this.note(path, refusedIn(cause).what, keyName(path), cause.message);
      return;
    }
    const value = this.valueAt(path);
    if (value === undefined) {
      this.note(path, 'missing key', keyName(path), issue.message);
      return;
    }
    const refused = refusedIn(issue);
    this.note(path, `${keyName(path)} is ${refused.what}`, refused.value ?? show(value), issue.message);
  }
}

function refusedIn(issue: Issue): { readonly what: string; readonly value?: string } {
  if (issue.code === 'custom') {
    const { what = 'not allowed', value } = issue.params ?? {};
    return typeof value === 'string' ? { what: String(what), value } : { what: String(what) };
  }
  return {
    what: issue.code === 'invalid_type' ? `not ${NOUNS[issue.expected] ?? issue.expected}` : 'not allowed',
  };
}

const NOUNS: Readonly<Record<string, string>> = {
  array: 'a list',
  number: 'a number',
  object: 'a mapping',
  record: 'a mapping',
  tuple: 'a list',
};

/** The last key of the path: what a fault speaks of. */
function keyName(path: Path): string {
  return String(path.findLast((step) => typeof step === 'string') ?? 'the scenario');
}

function valueIn(value: unknown, path: Path): unknown {
  let found = value;
  for (const step of path) {
    if (Array.isArray(found)) found = found[Number(step)];
    else if (isMapping(found)) found = found[String(step)];
    else return undefined;
  }
  return found;
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
