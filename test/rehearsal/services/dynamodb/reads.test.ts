import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import * as z from 'zod';
import { key, ledger, NOON, refusal } from './ledger';

type Ledger = ReturnType<typeof ledger>;
type Members = Readonly<Record<string, unknown>>;

const page = z.object({
  Items: z.array(z.object({ pk: z.object({ S: z.string() }), sk: z.object({ N: z.string() }) })),
  Count: z.number(),
  ScannedCount: z.number(),
  LastEvaluatedKey: z.record(z.string(), z.unknown()).optional(),
});

const ofIncident = {
  KeyConditionExpression: 'pk = :pk',
  ExpressionAttributeValues: { ':pk': { S: 'incident' } },
};

function filled(numbers: readonly number[], pk = 'incident'): Ledger {
  const made = ledger();
  for (const sk of numbers) made.call('PutItem', { Item: { ...key(pk, sk), odd: { BOOL: sk % 2 !== 0 } } });
  return made;
}

/** The sort keys of all pages, and how many pages there were. */
function allPages({ call }: Ledger, operation: string, members: Members) {
  const found: number[] = [];
  let pages = 0;
  for (let start: Members | undefined = {}; start !== undefined; pages += 1) {
    const { Items, LastEvaluatedKey } = page.parse(call(operation, { ...members, ...start }));
    found.push(...Items.map(({ sk }) => Number(sk.N)));
    start = LastEvaluatedKey && { ExclusiveStartKey: LastEvaluatedKey };
  }
  return { found, pages };
}

const sortKeys = fc.uniqueArray(fc.integer({ min: -500, max: 500 }), { maxLength: 25 });

describe('pages', () => {
  test('of a query show every item once, in the order of the sort key', () => {
    fc.assert(
      fc.property(sortKeys, fc.integer({ min: 1, max: 8 }), fc.boolean(), (numbers, Limit, forward) => {
        const made = filled(numbers);
        made.call('PutItem', { Item: key('another', 7) });
        const { found } = allPages(made, 'Query', { ...ofIncident, Limit, ScanIndexForward: forward });
        const ascending = [...numbers].sort((a, b) => a - b);
        expect(found).toEqual(forward ? ascending : ascending.reverse());
      }),
    );
  });

  test('of a scan show every item once', () => {
    fc.assert(
      fc.property(sortKeys, fc.integer({ min: 1, max: 8 }), (numbers, Limit) => {
        const made = ledger();
        for (const sk of numbers) made.call('PutItem', { Item: key(`incident ${sk % 4}`, sk) });
        const { found } = allPages(made, 'Scan', { Limit });
        expect(found.sort((a, b) => a - b)).toEqual([...numbers].sort((a, b) => a - b));
      }),
    );
  });

  test('end where the limit was reached, even if nothing follows', () => {
    const made = filled([1, 2]);
    expect(made.call('Query', { ...ofIncident, Limit: 2 })).toMatchObject({
      LastEvaluatedKey: key('incident', 2),
    });
    expect(allPages(made, 'Query', { ...ofIncident, Limit: 2 })).toEqual({ found: [1, 2], pages: 2 });
  });

  test('hold 1 MB before the filter', () => {
    const made = ledger();
    for (const sk of [1, 2, 3]) {
      made.call('PutItem', { Item: { ...key('incident', sk), a: { S: 'x'.repeat(390 * 1024) } } });
    }
    expect(made.call('Scan', { Select: 'COUNT' })).toEqual({
      Count: 2,
      ScannedCount: 2,
      LastEvaluatedKey: key('incident', 2),
    });
  });

  test('can be empty and not the last', () => {
    const filter = {
      FilterExpression: 'odd = :odd',
      ExpressionAttributeValues: { ...ofIncident.ExpressionAttributeValues, ':odd': { BOOL: false } },
    };
    expect(filled([1, 2]).call('Query', { ...ofIncident, ...filter, Limit: 1 })).toEqual({
      Items: [],
      Count: 0,
      ScannedCount: 1,
      LastEvaluatedKey: key('incident', 1),
    });
  });

  test('go on after an item that is deleted meanwhile', () => {
    const made = filled([1, 2, 3]);
    made.call('DeleteItem', { Key: key('incident', 2) });
    const { Items } = page.parse(
      made.call('Query', { ...ofIncident, ExclusiveStartKey: key('incident', 2) }),
    );
    expect(Items).toMatchObject([key('incident', 3)]);
  });
});

describe('a key condition', () => {
  const asked = (condition: string, values: Members) => ({
    KeyConditionExpression: condition,
    ExpressionAttributeValues: { ':pk': { S: 'incident' }, ...values },
  });

  test.each([
    ['pk = :pk AND sk = :a', [2]],
    ['pk = :pk AND sk < :a', [1]],
    ['sk >= :a AND pk = :pk', [2, 3]],
    [':pk = pk AND :a < sk', [3]],
  ])('%s', (condition, expected) => {
    const { found } = allPages(filled([1, 2, 3]), 'Query', asked(condition, { ':a': { N: '2' } }));
    expect(found).toEqual(expected);
  });

  test('between', () => {
    const between = asked('pk = :pk AND sk BETWEEN :a AND :b', { ':a': { N: '2' }, ':b': { N: '10' } });
    expect(allPages(filled([1, 2, 10, 11]), 'Query', between).found).toEqual([2, 10]);
  });

  test.each([
    ['sk = :a', 'Query condition missed key schema element: pk'],
    ['pk > :pk', 'Query key condition not supported'],
    ['pk = :pk AND other_ = :a', 'Query condition missed key schema element: sk'],
    ['pk = :pk OR sk = :a', 'Invalid operator used in KeyConditionExpression: OR'],
    ['pk = :pk AND contains(sk, :a)', 'Invalid operator used in KeyConditionExpression: contains'],
    ['pk = :pk AND pk = :pk', 'KeyConditionExpressions must only contain one condition per key'],
    [
      'pk = :a',
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
    ],
  ])('%s is refused', (condition, message) => {
    const values = Object.entries({ ':pk': { S: 'x' }, ':a': { N: '1' } });
    const used = Object.fromEntries(values.filter(([name]) => condition.includes(name)));
    const { call } = ledger();
    const query = { KeyConditionExpression: condition, ExpressionAttributeValues: used };
    expect(refusal(() => call('Query', query)).text).toBe(`ValidationException: ${message}`);
  });

  test('leaves no key attribute to the filter', () => {
    const members = { ...asked('pk = :pk', { ':a': { N: '1' } }), FilterExpression: 'sk = :a' };
    expect(refusal(() => ledger().call('Query', members)).text).toBe(
      'ValidationException: Filter Expression can only contain non-primary key attributes: Primary key attribute: sk',
    );
  });
});

test('a projection shows what it names and no more', () => {
  const { put, get } = ledger();
  put({ a: { L: [{ S: '0' }, { S: '1' }, { S: '2' }] }, b: { M: { c: { S: 'c' }, d: { S: 'd' } } } });
  expect(get({ ProjectionExpression: 'a[2], b.c, a[0], nowhere' })).toEqual({
    Item: { a: { L: [{ S: '0' }, { S: '2' }] }, b: { M: { c: { S: 'c' } } } },
  });
});

describe('an eventually consistent read', () => {
  const at = (ms: number) => new Date(Date.parse(NOON) + ms).toISOString();
  const eventually = { ConsistentRead: false };

  test('sees what was there as long ago as it is told', () => {
    const { put, get } = ledger({}, { staleReadsMs: 1000 });
    put({ n: { N: '1' } }, {}, at(0));
    put({ n: { N: '2' } }, {}, at(400));
    expect(get(eventually, at(999))).toEqual({});
    expect(get(eventually, at(1000))).toEqual({ Item: { ...key(), n: { N: '1' } } });
    expect(get(eventually, at(1400))).toEqual({ Item: { ...key(), n: { N: '2' } } });
    expect(get({}, at(400))).toEqual({ Item: { ...key(), n: { N: '2' } } });
  });

  test('still sees what a consistent one misses', () => {
    const { put, call, get } = ledger({}, { staleReadsMs: 1000 });
    put({}, {}, at(0));
    call('DeleteItem', { Key: key() }, at(5000));
    expect(get({}, at(5000))).toEqual({});
    expect(call('Scan', {}, at(5999))).toMatchObject({ Count: 1 });
    expect(call('Scan', {}, at(6000))).toMatchObject({ Count: 0 });
  });

  test('sees the newest when no staleness is asked for', () => {
    const { put, get } = ledger();
    put({});
    expect(get(eventually)).toEqual({ Item: key() });
  });
});

describe('an expired item', () => {
  const epochSecond = (instant: string) => ({ N: String(Date.parse(instant) / 1000) });
  const expiringAtOne = { expires: epochSecond('2026-03-02T13:00:00Z') };

  test('stays for two days, in reads and in conditions', () => {
    const { put, get } = ledger({ ttlAttribute: 'expires' });
    put(expiringAtOne);
    const claim = (at: string) =>
      refusal(() => put({}, { ConditionExpression: 'attribute_not_exists(pk)' }, at)).text;
    expect(get({}, '2026-03-04T12:59:59.999Z')).toMatchObject({ Item: expiringAtOne });
    expect(claim('2026-03-04T12:59:59.999Z')).toMatch(/^ConditionalCheckFailedException/);
    expect(get({}, '2026-03-04T13:00:00Z')).toEqual({});
    expect(claim('2026-03-04T13:00:00Z')).toBe('done');
  });

  test('stays when its expiry is moved, is no number, or is not what the table looks at', () => {
    const later = '2026-04-02T12:00:00Z';
    const { put, update, get } = ledger({ ttlAttribute: 'expires' });
    put(expiringAtOne);
    update('SET expires = :e', { ExpressionAttributeValues: { ':e': epochSecond('2026-05-01T00:00:00Z') } });
    expect(get({}, later)).toMatchObject({ Item: key() });
    put({ expires: { S: expiringAtOne.expires.N } });
    expect(get({}, later)).toMatchObject({ Item: key() });
    const without = ledger();
    without.put(expiringAtOne);
    expect(without.get({}, later)).toMatchObject({ Item: key() });
  });

  test('that had expired five years before it was written is never taken', () => {
    const { put, get } = ledger({ ttlAttribute: 'expires' });
    put({ expires: { N: '1' } });
    expect(get({}, '2027-03-02T12:00:00Z')).toMatchObject({ Item: key() });
    put({ expires: epochSecond('2024-01-01T00:00:00Z') });
    expect(get({}, '2026-03-04T11:59:59Z')).toMatchObject({ Item: key() });
    expect(get({}, '2026-03-04T12:00:00Z')).toEqual({});
  });
});
