import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { key, ledger, NOON, refusal } from './ledger';

const TableName = 'ledger';
const put = (sk: number, members: Readonly<Record<string, unknown>> = {}) => ({
  Put: { TableName, Item: key('incident', sk), ...members },
});
const count = (sk: number) => ({
  Update: {
    TableName,
    Key: key('incident', sk),
    UpdateExpression: 'ADD n :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  },
});
const check = (sk: number, condition: string) => ({
  ConditionCheck: { TableName, Key: key('incident', sk), ConditionExpression: condition },
});

describe('a transaction', () => {
  test('writes all or nothing', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 9 })),
        (wanted, taken) => {
          const { transact, call, dynamoDb } = ledger();
          for (const sk of taken) call('PutItem', { Item: key('incident', sk) });
          const onlyNew = { ConditionExpression: 'attribute_not_exists(pk)' };
          const { text } = refusal(() => transact(wanted.map((sk) => put(sk, onlyNew))));
          const free = wanted.every((sk) => !taken.includes(sk));
          expect(text === 'done').toBe(free);
          const there = new Set(free ? [...taken, ...wanted] : taken);
          expect(dynamoDb.items(TableName, new Date(NOON))).toHaveLength(there.size);
        },
      ),
    );
  });

  test('gives one reason for each write', () => {
    const { transact, call } = ledger();
    call('PutItem', { Item: { ...key('incident', 2), n: { S: 'text' } } });
    const refused = refusal(() =>
      transact([
        put(1),
        put(2, {
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
        check(3, 'attribute_exists(pk)'),
        { Delete: { TableName, Key: { pk: { S: 'a' } } } },
      ]),
    );
    expect(refused).toEqual({
      text: 'TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed, ValidationError]',
      members: {
        CancellationReasons: [
          { Code: 'None' },
          {
            Code: 'ConditionalCheckFailed',
            Message: 'The conditional request failed',
            Item: { ...key('incident', 2), n: { S: 'text' } },
          },
          { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
          { Code: 'ValidationError', Message: 'The provided key element does not match the schema' },
        ],
      },
    });
    expect(refusal(() => transact([count(2)])).members).toEqual({
      CancellationReasons: [
        {
          Code: 'ValidationError',
          Message: 'An operand in the update expression has an incorrect data type',
        },
      ],
    });
  });

  test('puts, updates, deletes and checks at once', () => {
    const { transact, call, dynamoDb } = ledger();
    for (const sk of [2, 3, 4]) call('PutItem', { Item: key('incident', sk) });
    const remove = { Delete: { TableName, Key: key('incident', 3) } };
    expect(transact([put(1), count(2), remove, check(4, 'attribute_exists(pk)')])).toEqual({});
    expect(dynamoDb.items(TableName, new Date(NOON))).toEqual([
      key('incident', 1),
      { ...key('incident', 2), n: { N: '1' } },
      key('incident', 4),
    ]);
  });

  test.each([
    [
      'two writes on one item',
      [put(1), count(1)],
      'Transaction request cannot include multiple operations on one item',
    ],
    [
      'an action of two kinds',
      [{ ...put(1), ...count(2) }],
      'TransactItems can only contain one of Check, Put, Update or Delete',
    ],
    [
      'a fault in an expression',
      [check(1, 'pk')],
      'Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "pk"',
    ],
  ])('refuses %s', (_what, actions, message) => {
    expect(refusal(() => ledger().transact(actions)).text).toBe(`ValidationException: ${message}`);
  });

  test('takes 100 writes and no more', () => {
    const actions = Array.from({ length: 101 }, (_, index) => put(index));
    const { transact } = ledger();
    expect(refusal(() => transact(actions)).text).toMatch(
      /^ValidationException: .*less than or equal to 100/,
    );
    expect(refusal(() => transact(actions.slice(1))).text).toBe('done');
  });
});

describe('a client request token', () => {
  const token = { ClientRequestToken: 'one' };
  const n = (made: ReturnType<typeof ledger>) => made.get({ ProjectionExpression: 'n' });

  test('makes a repetition within 10 minutes do nothing', () => {
    const made = ledger();
    made.transact([count(1)], NOON, token);
    made.transact([count(1)], '2026-03-02T12:09:59Z', token);
    expect(n(made)).toEqual({ Item: { n: { N: '1' } } });
    made.transact([count(1)], '2026-03-02T12:10:00Z', token);
    expect(n(made)).toEqual({ Item: { n: { N: '2' } } });
  });

  test('belongs to one content, in any order of its members', () => {
    const made = ledger();
    made.transact([put(1)], NOON, token);
    const reordered = { Put: { Item: { sk: key().sk, pk: key().pk }, TableName } };
    expect(refusal(() => made.transact([reordered], NOON, token)).text).toBe('done');
    expect(refusal(() => made.transact([put(2)], NOON, token)).text).toMatch(
      /^IdempotentParameterMismatchException/,
    );
  });

  test('of a transaction that failed is still free', () => {
    const made = ledger();
    const exists = () => made.transact([check(1, 'attribute_exists(pk)')], NOON, token);
    expect(refusal(exists).text).toMatch(/^TransactionCanceledException/);
    made.put({});
    expect(refusal(exists).text).toBe('done');
  });
});
