import type { AttributeValue, Item } from './attribute-value';
import { invalid } from './errors';

/** An attribute's name, then names in maps and places in lists: `a.b[0]` is `['a', 'b', 0]`. */
export type Path = readonly (string | number)[];

export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  let value: AttributeValue | undefined = { M: item };
  for (const part of path) value = value && child(value, part);
  return value;
}

/**
 * The item with another value at a path, or with none there. Past the end of a list the value is appended.
 *
 * @throws AwsError ValidationException when what the last step stands in does not exist
 */
export function withValueAt(item: Item, path: Path, value: AttributeValue | undefined): Item {
  const changed = replaced({ M: item }, path, value);
  return changed !== undefined && 'M' in changed ? changed.M : item;
}

/** Only what the paths name; lists close their gaps. */
export function projected(item: Item, paths: readonly Path[]): Item {
  const kept = part({ M: item }, paths);
  return kept !== undefined && 'M' in kept ? kept.M : {};
}

export const pathText = (path: Path): string =>
  `[${path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;

/** What is wrong with two paths of one expression, if one is or contains the other. */
export function clashOf(one: Path, two: Path): string | undefined {
  const shared = Math.min(one.length, two.length);
  for (let at = 0; at < shared; at += 1) {
    if (typeof one[at] !== typeof two[at]) return clash('conflict', one, two);
    if (one[at] !== two[at]) return undefined;
  }
  return clash('overlap', one, two);
}

const clash = (verb: 'conflict' | 'overlap', one: Path, two: Path): string =>
  `Two document paths ${verb} with each other; must remove or rewrite one of these paths; path one: ${pathText(one)}, path two: ${pathText(two)}`;

function child(value: AttributeValue, step: string | number): AttributeValue | undefined {
  if ('L' in value && typeof step === 'number') return value.L[step];
  if ('M' in value && typeof step === 'string' && Object.hasOwn(value.M, step)) return value.M[step];
  return undefined;
}

function replaced(
  container: AttributeValue | undefined,
  [step, ...rest]: Path,
  value: AttributeValue | undefined,
): AttributeValue | undefined {
  if (step === undefined) return value;
  const holds = container !== undefined && (typeof step === 'number' ? 'L' in container : 'M' in container);
  if (!holds) throw invalid('The document path provided in the update expression is invalid for update');
  const inner = replaced(child(container, step), rest, value);
  if ('M' in container) return { M: withMember(container.M, String(step), inner) };
  return 'L' in container ? { L: withElement(container.L, Number(step), inner) } : container;
}

function withMember(map: Item, name: string, value: AttributeValue | undefined): Item {
  if (value !== undefined) return { ...map, [name]: value };
  return Object.fromEntries(Object.entries(map).filter(([each]) => each !== name));
}

function withElement(
  list: readonly AttributeValue[],
  at: number,
  value: AttributeValue | undefined,
): readonly AttributeValue[] {
  const after = list.slice(at + 1);
  return [...list.slice(0, at), ...(value === undefined ? [] : [value]), ...after];
}

function part(value: AttributeValue, paths: readonly Path[]): AttributeValue | undefined {
  if (paths.some((path) => path.length === 0)) return value;
  const steps = [...new Set(paths.map(([step]) => step))];
  const kept = steps.flatMap((step) => {
    const inner = step === undefined ? undefined : child(value, step);
    const rests = paths.filter(([first]) => first === step).map(([, ...rest]) => rest);
    const found = inner && part(inner, rests);
    return step === undefined || found === undefined ? [] : [{ step, found }];
  });
  if (kept.length === 0) return undefined;
  if ('M' in value) return { M: Object.fromEntries(kept.map(({ step, found }) => [step, found])) };
  return { L: kept.sort((a, b) => Number(a.step) - Number(b.step)).map(({ found }) => found) };
}
