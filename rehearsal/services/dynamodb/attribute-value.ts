import { compareDecimals, significantDigits } from './decimal';

/** A value as the API writes it: numbers are decimal text. Binary values are not rehearsed. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Item };

/** An item, a key, or a map inside an item, by the names of its attributes. */
export interface Item {
  readonly [name: string]: AttributeValue;
}

export const VALUE_TYPES = ['S', 'N', 'BOOL', 'NULL', 'SS', 'NS', 'L', 'M'] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

export function typeOf(value: AttributeValue): ValueType {
  for (const type of VALUE_TYPES) if (type in value) return type;
  throw new Error('an attribute value of no type');
}

/** The elements of a set; undefined for any other value. */
export function elementsOf(value: AttributeValue): readonly string[] | undefined {
  if ('SS' in value) return value.SS;
  return 'NS' in value ? value.NS : undefined;
}

/** Sets are equal in any order. */
export const equal = (a: AttributeValue, b: AttributeValue): boolean => canonical(a) === canonical(b);

/** Below 0 for a before b; undefined for types that differ or have no order. Strings order by their UTF-8 bytes. */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if ('S' in a && 'S' in b) return Buffer.compare(Buffer.from(a.S), Buffer.from(b.S));
  if ('N' in a && 'N' in b) return compareDecimals(a.N, b.N);
  return undefined;
}

/** In bytes. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
export function sizeOfItem(item: Item): number {
  return sum(Object.entries(item).map(([name, value]) => Buffer.byteLength(name) + sizeOf(value)));
}

export function sizeOf(value: AttributeValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return numberSize(value.N);
  if ('SS' in value) return sum(value.SS.map((text) => Buffer.byteLength(text)));
  if ('NS' in value) return sum(value.NS.map(numberSize));
  if ('L' in value) return 3 + sum(value.L.map((element) => 1 + sizeOf(element)));
  if ('M' in value) return 3 + Object.keys(value.M).length + sizeOfItem(value.M);
  return 1;
}

const numberSize = (text: string): number =>
  Math.ceil(significantDigits(text) / 2) + (text.startsWith('-') ? 2 : 1);

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

function canonical(value: AttributeValue): string {
  const elements = elementsOf(value);
  if (elements !== undefined) return JSON.stringify([typeOf(value), [...elements].sort()]);
  if ('L' in value) return JSON.stringify(['L', value.L.map(canonical)]);
  if (!('M' in value)) return JSON.stringify(value);
  const members = Object.entries(value.M).map(([name, member]) => [name, canonical(member)]);
  return JSON.stringify(['M', members.sort(([a = ''], [b = '']) => (a < b ? -1 : 1))]);
}
