import type * as z from 'zod';
import type { Path } from './places';
import { anyOfDefaults, anyOfModel, BUILT_IN, type SharedKey } from './schema';

type Shared = z.output<typeof anyOfDefaults>;

/** One map of the file: which keys it has, and the values of those that are sound by themselves. */
export interface Scope<Values = Shared> {
  readonly path: Path;
  readonly written: ReadonlySet<string>;
  readonly sound: Values;
}
export type Model = Scope<z.output<typeof anyOfModel>>;

/** The maps of a settings file, as far as they are there. */
export interface Scopes {
  /** The stakeholders in lower case; undefined for what is no text. */
  readonly addresses: readonly (string | undefined)[];
  readonly defaults: Scope;
  /** Those that are maps. */
  readonly models: readonly Model[];
}

/** `raw` is the content of a settings file, which may be anything. */
export function scopesOf(raw: unknown): Scopes {
  const { stakeholders, defaults, models } = entriesOf(raw);
  return {
    addresses: listOf(stakeholders).map((entry) =>
      typeof entry === 'string' ? entry.toLowerCase() : undefined,
    ),
    defaults: scopeOf(anyOfDefaults, ['defaults'], defaults),
    models: listOf(models).flatMap((model, index) =>
      isMap(model) ? [scopeOf(anyOfModel, ['models', index], model)] : [],
    ),
  };
}

/** `schema` has optional keys only, so that any part of a map is sound without the rest. */
function scopeOf<Schema extends z.ZodObject>(
  schema: Schema,
  path: Path,
  raw: unknown,
): Scope<z.output<Schema>> {
  const entries = entriesOf(raw);
  const faulty = new Set(schema.safeParse(entries).error?.issues.map((issue) => issue.path[0]));
  const sound = Object.entries(entries).filter(([key]) => !faulty.has(key));
  return { path, written: new Set(Object.keys(entries)), sound: schema.parse(Object.fromEntries(sound)) };
}

const isMap = (raw: unknown): raw is object => typeof raw === 'object' && raw !== null && !Array.isArray(raw);

const listOf = (raw: unknown): readonly unknown[] => (Array.isArray(raw) ? raw : []);

const entriesOf = (raw: unknown): Readonly<Record<string, unknown>> => (isMap(raw) ? { ...raw } : {});

/** The map whose value of `key` holds for `model`, the model's own first; undefined where neither has the key. */
export const holderOf = (key: SharedKey, defaults: Scope, model: Model): Scope | undefined =>
  [model, defaults].find((scope) => scope.written.has(key));

/** The value of `key` that holds for `model`, built-in values included; undefined where it is not sound. */
export function valueFor<Key extends SharedKey>(key: Key, defaults: Scope, model: Model): Shared[Key] {
  const holder = holderOf(key, defaults, model);
  return holder === undefined ? BUILT_IN[key] : holder.sound[key];
}
