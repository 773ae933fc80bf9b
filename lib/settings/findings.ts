import * as z from 'zod';
import { closestTo } from './closest-key';
import { type Path, pathName } from './places';
import { fileSchema } from './schema';

/** Something wrong with the value at `path`, which may be missing, and what is allowed instead. */
export interface Finding {
  readonly path: Path;
  /** True where the key itself is the fault, whatever its value. */
  readonly unknownKey?: true;
  readonly allowed: string;
}

/** All that the schema alone finds wrong with `raw`, the content of a settings file; a path may come more than once. */
export const schemaFindings = (raw: unknown): readonly Finding[] =>
  (fileSchema.safeParse(raw).error?.issues ?? []).flatMap(findingsOf);

/** Of several findings about one value the first. */
export function onePerPath(findings: readonly Finding[]): readonly Finding[] {
  const byPath = new Map<string, Finding>();
  for (const finding of findings) {
    const path = pathName(finding.path);
    if (!byPath.has(path)) byPath.set(path, finding);
  }
  return [...byPath.values()];
}

function findingsOf(issue: z.core.$ZodIssue): readonly Finding[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key));
  const schema = schemaAt(fileSchema, path);
  const ofKey = issue.code === 'invalid_key' && schema !== undefined;
  return [{ path, allowed: ofKey ? keyDescription(path) : describe(schema) }];
}

const describe = (schema: z.core.$ZodType | undefined): string =>
  (schema && z.globalRegistry.get(schema)?.description) ?? 'another value';

const keyDescription = (path: Path): string => {
  const map = schemaAt(fileSchema, path.slice(0, -1));
  return describe(map instanceof z.ZodRecord ? map.keyType : undefined);
};

/** The schema of the value at `path`; `undefined` where the schema has no such value. */
function schemaAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional) {
    return schemaAt(schema.unwrap(), path);
  }
  const [key, ...rest] = path;
  if (key === undefined) return schema;
  const inner = valueIn(schema, key);
  return inner && schemaAt(inner, rest);
}

function valueIn(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return schema instanceof z.ZodObject ? schema.shape[String(key)] : undefined;
}

function unknownKey(mapPath: Path, key: string): Finding {
  const map = schemaAt(fileSchema, mapPath);
  const known = map instanceof z.ZodObject ? Object.keys(map.shape) : [];
  return { path: [...mapPath, key], unknownKey: true, allowed: whereElse(key) ?? closestOrAll(key, known) };
}

function closestOrAll(key: string, known: readonly string[]): string {
  const closest = closestTo(key, known);
  return closest.length > 0 ? `did you mean ${closest.join(' or ')}?` : keysOf(known);
}

const MOST_KEYS_TOLD = 6;

const keysOf = (known: readonly string[]): string =>
  known.length <= MOST_KEYS_TOLD ? `one of ${known.join(', ')}` : 'docs/settings.md lists the keys';

/** Where a key may stand that is known, but not where it was found. */
function whereElse(key: string): string | undefined {
  const where = placesOfKey(key);
  return where === undefined ? undefined : `may stand ${where}`;
}

/** In words, the maps of the settings file in which `key` may stand; undefined for an unknown key. */
export function placesOfKey(key: string): string | undefined {
  const { defaults, models, ...top } = fileSchema.shape;
  if (Object.hasOwn(top, key) || key === 'defaults' || key === 'models') return 'at the top';
  if (Object.hasOwn(defaults.unwrap().shape, key)) return 'in `defaults` and in each of `models`';
  return Object.hasOwn(models.element.shape, key) ? 'in each of `models`' : undefined;
}
