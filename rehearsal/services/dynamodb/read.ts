import { equal, type Item, sizeOfItem } from './attribute-value';
import { holds } from './condition';
import { type Path, projected } from './document-path';
import { invalid } from './errors';
import { type Filter, readExpressions } from './expressions';
import type { PageInput } from './inputs';
import { partitionOf } from './key-condition';
import { readItem } from './read-value';
import type { Table } from './table';

/** Items are read up to 1 MB, before the filter. */
const PAGE_BYTES = 1024 * 1024;

/** Every item, a page at a time. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html */
export function scanPage(table: Table, input: PageInput, now: Date) {
  const { filter, projection } = readExpressions(input);
  const items = table.items(now, input.ConsistentRead === true);
  return pageOf(table, startingAfter(table, items, input, true), input, filter, projection);
}

/**
 * One partition's items by their sort key, a page at a time.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
 *
 * @throws AwsError ValidationException
 */
export function queryPage(
  table: Table,
  input: PageInput & { KeyConditionExpression?: string | undefined; ScanIndexForward?: boolean | undefined },
  now: Date,
) {
  const { filter, keyCondition, projection } = readExpressions(input);
  if (keyCondition === undefined) {
    throw invalid(
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    );
  }
  const partition = partitionOf(keyCondition, table);
  if (filter !== undefined) refuseKeys(filter, table);
  const forward = input.ScanIndexForward !== false;
  const items = table.items(now, input.ConsistentRead === true).filter((item) => holds(keyCondition, item));
  const start = input.ExclusiveStartKey && readItem(input.ExclusiveStartKey)[table.partitionKey];
  if (start !== undefined && !equal(start, partition)) throw invalid('The provided starting key is invalid');
  const ordered = forward ? items : items.toReversed();
  return pageOf(table, startingAfter(table, ordered, input, forward), input, filter, projection);
}

function startingAfter(
  table: Table,
  items: readonly Item[],
  { ExclusiveStartKey }: PageInput,
  forward: boolean,
): readonly Item[] {
  if (ExclusiveStartKey === undefined) return items;
  const start = readItem(ExclusiveStartKey);
  try {
    table.checkKey(start);
  } catch {
    throw invalid('The provided starting key is invalid');
  }
  return items.filter((item) => (forward ? table.compare(item, start) > 0 : table.compare(item, start) < 0));
}

/** LastEvaluatedKey stands wherever the page was cut, even if nothing comes after it. */
function pageOf(
  table: Table,
  items: readonly Item[],
  { Limit = Number.POSITIVE_INFINITY, Select }: PageInput,
  filter: Filter | undefined,
  projection: readonly Path[] | undefined,
) {
  const read: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    bytes += sizeOfItem(item);
    if (read.length >= Limit || (bytes > PAGE_BYTES && read.length > 0)) break;
    read.push(item);
  }
  const found = filter === undefined ? read : read.filter((item) => holds(filter.condition, item));
  const last = read.at(-1);
  const cut = last !== undefined && (read.length < items.length || read.length >= Limit);
  return {
    ...(Select === 'COUNT'
      ? {}
      : { Items: found.map((item) => (projection ? projected(item, projection) : item)) }),
    Count: found.length,
    ScannedCount: read.length,
    ...(cut ? { LastEvaluatedKey: table.keyOf(last) } : {}),
  };
}

function refuseKeys({ attributes }: Filter, table: Table): void {
  const attribute = table.keyAttributes.find((name) => attributes.has(name));
  if (attribute === undefined) return;
  throw invalid(
    `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${attribute}`,
  );
}
