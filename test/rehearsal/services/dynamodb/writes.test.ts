import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { key, ledger, refusal } from './ledger';

const FAILED = 'ConditionalCheckFailedException: The conditional request failed';

describe('a claim', () => {
  const claim = (holder: string) => ({
    ConditionExpression: 'attribute_not_exists(pk)',
    ExpressionAttributeValues: undefined,
    Item: { ...key(), holder: { S: holder } },
  });

  test('is won by exactly one of its writers, whatever their number', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 20 }), (writers) => {
        const { call, get } = ledger();
        const won = writers.filter((writer) => refusal(() => call('PutItem', claim(writer))).text === 'done');
        expect(won).toEqual(writers.slice(0, 1));
        expect(get()).toEqual({ Item: { ...key(), holder: { S: won[0] } } });
      }),
    );
  });

  test('by version lets each version be written once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 30 }), (versionsRead) => {
        const { put, update, get } = ledger();
        put({ version: { N: '0' } });
        let expected = 0;
        for (const read of versionsRead) {
          const { text } = refusal(() =>
            update('SET version = version + :one', {
              ConditionExpression: 'version = :read',
              ExpressionAttributeValues: { ':one': { N: '1' }, ':read': { N: String(read) } },
            }),
          );
          expect(text).toBe(read === expected ? 'done' : FAILED);
          if (read === expected) expected += 1;
        }
        expect(get()).toEqual({ Item: { ...key(), version: { N: String(expected) } } });
      }),
    );
  });

  test('that is lost shows the winner, if asked to', () => {
    const { put } = ledger();
    put({ holder: { S: 'a' } });
    const lost = (members: Readonly<Record<string, unknown>>) =>
      refusal(() =>
        put({ holder: { S: 'b' } }, { ConditionExpression: 'attribute_not_exists(pk)', ...members }),
      );
    expect(lost({})).toEqual({ text: FAILED, members: {} });
    expect(lost({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })).toEqual({
      text: FAILED,
      members: { Item: { ...key(), holder: { S: 'a' } } },
    });
  });

  test('on an item that is not there shows none', () => {
    const members = {
      ConditionExpression: 'attribute_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    expect(refusal(() => ledger().call('DeleteItem', { Key: key(), ...members }))).toEqual({
      text: FAILED,
      members: {},
    });
  });
});

describe('a put or delete', () => {
  test('replaces the whole item and answers with the old one', () => {
    const { put, get } = ledger();
    expect(put({ a: { S: 'x' } }, { ReturnValues: 'ALL_OLD' })).toEqual({});
    expect(put({ b: { S: 'y' } }, { ReturnValues: 'ALL_OLD' })).toEqual({
      Attributes: { ...key(), a: { S: 'x' } },
    });
    expect(get()).toEqual({ Item: { ...key(), b: { S: 'y' } } });
  });

  test('deletes what is there, and nothing twice', () => {
    const { put, call, get } = ledger();
    put({});
    const remove = () => call('DeleteItem', { Key: key(), ReturnValues: 'ALL_OLD' });
    expect(remove()).toEqual({ Attributes: key() });
    expect(remove()).toEqual({});
    expect(get()).toEqual({});
  });

  test('answers with no new values', () => {
    expect(refusal(() => ledger().put({}, { ReturnValues: 'ALL_NEW' })).text).toBe(
      'ValidationException: ReturnValues can only be ALL_OLD or NONE',
    );
  });
});

describe('limits', () => {
  /** 400 KB less the names and the key: pk, incident, sk, 1, a. */
  const room = 400 * 1024 - 'pkincidentska'.length - 2;

  test('an item holds 400 KB and no byte more', () => {
    const { put, update } = ledger();
    expect(refusal(() => put({ a: { S: 'x'.repeat(room) } })).text).toBe('done');
    expect(refusal(() => put({ a: { S: 'x'.repeat(room + 1) } })).text).toBe(
      'ValidationException: Item size has exceeded the maximum allowed size',
    );
    const grow = () => update('SET b = :b', { ExpressionAttributeValues: { ':b': { BOOL: true } } });
    expect(refusal(grow).text).toBe(
      'ValidationException: Item size to update has exceeded the maximum allowed size',
    );
  });

  test.each([
    [{ pk: { S: 'a' } }, 'One or more parameter values were invalid: Missing the key sk in the item'],
    [
      { pk: { S: 'a' }, sk: { S: '1' } },
      'One or more parameter values were invalid: Type mismatch for key sk expected: N actual: S',
    ],
    [
      { pk: { S: '' }, sk: { N: '1' } },
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk',
    ],
    [
      { pk: { S: 'é'.repeat(1025) }, sk: { N: '1' } },
      'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes',
    ],
    [
      { ...key(), a: {} },
      'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
    ],
    [
      { ...key(), a: { S: 'a', N: '1' } },
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    ],
    [
      { ...key(), a: { SS: [] } },
      'One or more parameter values were invalid: An string set  may not be empty',
    ],
    [
      { ...key(), a: { NS: ['1', '1.0'] } },
      'One or more parameter values were invalid: Input collection [1, 1] contains duplicates.',
    ],
  ])('%j is no item of the table', (Item, message) => {
    expect(refusal(() => ledger().call('PutItem', { Item })).text).toBe(`ValidationException: ${message}`);
  });

  test.each([{ pk: { S: 'a' } }, { pk: { S: 'a' }, sk: { S: 'b' } }, { ...key(), more: { S: 'c' } }])(
    '%j is no key of the table',
    (Key) => {
      const message = 'ValidationException: The provided key element does not match the schema';
      const { call } = ledger();
      for (const operation of ['GetItem', 'DeleteItem', 'UpdateItem']) {
        expect(refusal(() => call(operation, { Key })).text).toBe(message);
      }
    },
  );

  test('an empty string is a value, though no key', () => {
    const { put, get } = ledger();
    put({ a: { S: '' } });
    expect(get()).toEqual({ Item: { ...key(), a: { S: '' } } });
  });

  test('a value of the wrong JSON type cannot be read', () => {
    expect(refusal(() => ledger().put({ a: { N: 1 } })).text).toMatch(/^SerializationException/);
  });
});
