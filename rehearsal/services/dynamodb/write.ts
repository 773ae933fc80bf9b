import { type Item, sizeOfItem } from './attribute-value';
import { type Condition, holds } from './condition';
import type { Path } from './document-path';
import { DetailedAwsError, invalid, invalidParameter } from './errors';
import { type Expressions, readExpressions } from './expressions';
import type { KeyedInput, PutInput, UpdateInput } from './inputs';
import { readItem } from './read-value';
import type { Table } from './table';
import { updated } from './update';

/** One write whose expressions are read; nothing is compared with the table or its items yet. */
export interface Write {
  readonly table: Table;
  /** Holds at least the key. */
  readonly keyed: Item;
  readonly condition: Condition | undefined;
  /** Throws AwsError ValidationException when the write does not fit the table's keys. */
  readonly check: () => void;
  /** What stands there afterwards; throws AwsError ValidationException. */
  readonly result: (before: Item | undefined) => Item | undefined;
  /** Paths that an update names. */
  readonly paths: readonly Path[];
  readonly returnOnFailure: boolean;
}

export interface Effect {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

const MAX_ITEM_BYTES = 400 * 1024;

export function putOf(table: Table, input: PutInput): Write {
  const item = readItem(input.Item);
  refuseTooLarge(item, 'Item size has exceeded the maximum allowed size');
  return {
    table,
    keyed: item,
    condition: readExpressions(input).condition,
    check: () => table.checkItem(item),
    result: () => item,
    paths: [],
    returnOnFailure: input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
  };
}

export const deleteOf = (table: Table, input: KeyedInput): Write =>
  keyedWrite(table, input, readExpressions(input), () => undefined);

/** Changes nothing: for the ConditionCheck of a transaction. */
export const checkOf = (table: Table, input: KeyedInput): Write =>
  keyedWrite(table, input, readExpressions(input), (before) => before);

/** An update makes the item that it does not find. */
export function updateOf(table: Table, input: UpdateInput): Write {
  const expressions = readExpressions(input);
  const { update = [] } = expressions;
  const paths = update.map(({ path }) => path);
  const changed = table.keyAttributes.find((name) => paths.some(([first]) => first === name));
  if (changed !== undefined) {
    throw invalidParameter(`Cannot update attribute ${changed}. This attribute is part of the key`);
  }
  const key = readItem(input.Key);
  const result = (before: Item | undefined) => {
    const after = updated(before ?? key, update);
    refuseTooLarge(after, 'Item size to update has exceeded the maximum allowed size');
    return after;
  };
  return { ...keyedWrite(table, input, expressions, result), paths };
}

/**
 * What a write does to the item that is there now; writes nothing.
 *
 * @throws AwsError ValidationException, ConditionalCheckFailedException
 */
export function effectOf(write: Write, now: Date): Effect {
  const { table, keyed, condition, check, result, returnOnFailure } = write;
  check();
  const before = table.item(keyed, now);
  if (condition !== undefined && !holds(condition, before ?? {})) {
    const members = returnOnFailure && before !== undefined ? { Item: before } : {};
    throw new DetailedAwsError('ConditionalCheckFailedException', 'The conditional request failed', members);
  }
  return { before, after: result(before) };
}

export function commit({ table, keyed }: Write, { before, after }: Effect, now: Date): void {
  if (before !== after) table.write(keyed, after, now);
}

function keyedWrite(
  table: Table,
  input: KeyedInput,
  { condition }: Expressions,
  result: Write['result'],
): Write {
  const key = readItem(input.Key);
  return {
    table,
    keyed: key,
    condition,
    check: () => table.checkKey(key),
    result,
    paths: [],
    returnOnFailure: input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
  };
}

function refuseTooLarge(item: Item, message: string): void {
  if (sizeOfItem(item) > MAX_ITEM_BYTES) throw invalid(message);
}
