import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { key, ledger, refusal } from './ledger';

const BEFORE = {
  claims: { N: '2' },
  alarms: { SS: ['Throttles'] },
  steps: { L: [{ S: 'a' }, { S: 'b' }, { S: 'c' }] },
  lease: { M: { endsAt: { N: '100' } } },
};
const VALUES: Record<string, unknown> = {
  ':1': { N: '1' },
  ':half': { N: '0.5' },
  ':x': { S: 'x' },
  ':y': { S: 'y' },
  ':list': { L: [{ S: 'x' }] },
  ':more': { SS: ['Throttles', 'HighLatency'] },
  ':set': { SS: ['Throttles'] },
};

const members = (expression: string) => {
  const used = Object.keys(VALUES).filter((name) => new RegExp(`${name}(?![0-9a-zA-Z_])`).test(expression));
  const values = Object.fromEntries(used.map((name) => [name, VALUES[name]]));
  return used.length === 0 ? {} : { ExpressionAttributeValues: values };
};

function changed(expression: string, before: Readonly<Record<string, unknown>> = BEFORE): unknown {
  const { put, update } = ledger();
  put(before);
  return update(expression, { ReturnValues: 'ALL_NEW', ...members(expression) });
}

const strings = (...texts: readonly string[]) => ({ L: texts.map((S) => ({ S })) });

describe('an update', () => {
  test.each([
    ['SET claims = claims + :1', { claims: { N: '3' } }],
    ['SET claims = :1 - claims', { claims: { N: '-1' } }],
    ['SET claims = claims - :half', { claims: { N: '1.5' } }],
    ['SET fresh = if_not_exists(fresh, :1) + :1', { fresh: { N: '2' } }],
    ['SET claims = if_not_exists(claims, :1) + :1', { claims: { N: '3' } }],
    ['SET steps = list_append(steps, :list)', { steps: strings('a', 'b', 'c', 'x') }],
    ['SET fresh = list_append(if_not_exists(fresh, :list), :list)', { fresh: strings('x', 'x') }],
    ['SET lease.holder = :x', { lease: { M: { endsAt: { N: '100' }, holder: { S: 'x' } } } }],
    ['SET steps[1] = :x', { steps: strings('a', 'x', 'c') }],
    ['SET steps[9] = :x, steps[7] = :y', { steps: strings('a', 'b', 'c', 'y', 'x') }],
    ['REMOVE steps[0], steps[1]', { steps: strings('c') }],
    ['REMOVE lease.endsAt', { lease: { M: {} } }],
    ['REMOVE absent', {}],
    ['ADD claims :half', { claims: { N: '2.5' } }],
    ['ADD fresh :1', { fresh: { N: '1' } }],
    ['ADD alarms :more', { alarms: { SS: ['Throttles', 'HighLatency'] } }],
    ['DELETE absent :set', {}],
    [
      'set claims = lease.endsAt, lease.endsAt = claims',
      { claims: { N: '100' }, lease: { M: { endsAt: { N: '2' } } } },
    ],
    [
      'SET claims = :1 ADD alarms :more REMOVE steps[2]',
      { claims: { N: '1' }, alarms: VALUES[':more'], steps: strings('a', 'b') },
    ],
  ])('%s', (expression, change) => {
    expect(changed(expression)).toEqual({ Attributes: { ...key(), ...BEFORE, ...change } });
  });

  test('takes the last element of a set and the set with it', () => {
    expect(changed('DELETE alarms :set', { alarms: BEFORE.alarms })).toEqual({ Attributes: key() });
  });

  test('removes each element where it stood before', () => {
    const before = { lists: { L: [{ S: 'gone' }, strings('gone', 'b'), strings('c')] } };
    expect(changed('REMOVE lists[0], lists[1][0]', before)).toEqual({
      Attributes: { ...key(), lists: { L: [strings('b'), strings('c')] } },
    });
  });

  test('makes the item that it does not find', () => {
    const { update, get } = ledger();
    update('ADD claims :1', members(':1'));
    expect(get()).toEqual({ Item: { ...key(), claims: { N: '1' } } });
  });

  test.each([
    ['NONE', {}],
    ['ALL_OLD', { Attributes: { ...key(), ...BEFORE } }],
    ['UPDATED_OLD', { Attributes: { claims: { N: '2' }, lease: { M: { endsAt: { N: '100' } } } } }],
    ['UPDATED_NEW', { Attributes: { claims: { N: '1' }, lease: { M: { endsAt: { N: '1' } } } } }],
  ])('ReturnValues %s', (ReturnValues, answer) => {
    const { put, update } = ledger();
    put(BEFORE);
    const expression = 'SET claims = :1, lease.endsAt = :1';
    expect(update(expression, { ReturnValues, ...members(expression) })).toEqual(answer);
  });

  test.each([
    ['SET claims = fresh', 'The provided expression refers to an attribute that does not exist in the item'],
    ['SET lease.a.b = :x', 'The document path provided in the update expression is invalid for update'],
    ['REMOVE fresh.a', 'The document path provided in the update expression is invalid for update'],
    ['SET claims = alarms + :1', 'An operand in the update expression has an incorrect data type'],
    ['ADD lease :1', 'An operand in the update expression has an incorrect data type'],
    [
      'SET pk = :x',
      'One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key',
    ],
    [
      'SET claims = :1 SET fresh = :1',
      'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
    ],
    [
      'SET lease = :x, lease.endsAt = :1',
      'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [lease], path two: [lease, endsAt]',
    ],
    [
      'SET lease[0] = :x, lease.endsAt = :1',
      'Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [lease, [0]], path two: [lease, endsAt]',
    ],
    [
      'ADD claims :x',
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING',
    ],
    [
      'SET claims = claims + :x',
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: S',
    ],
    ['claims = :1', 'Invalid UpdateExpression: Syntax error; token: "claims", near: "claims ="'],
    [
      'SET status = :1',
      'Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: status',
    ],
    ['SET claims = min(:1)', 'Invalid UpdateExpression: Invalid function name; function: min'],
  ])('%s is refused and changes nothing', (expression, message) => {
    const { put, update, get } = ledger();
    put(BEFORE);
    expect(refusal(() => update(expression, members(expression))).text).toBe(
      `ValidationException: ${message}`,
    );
    expect(get()).toEqual({ Item: { ...key(), ...BEFORE } });
  });
});

describe('numbers', () => {
  /** Any decimal of up to 18 digits on either side of its point. */
  const decimal = fc
    .tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.integer({ min: 0, max: 18 }))
    .map(([digits, places]) => ({ digits, places, text: `${digits}e-${places}` }));

  test('addition is exact', () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const { put, update } = ledger();
        put({ n: { N: a.text } });
        const answer = update('SET n = n + :b', {
          ReturnValues: 'UPDATED_NEW',
          ExpressionAttributeValues: { ':b': { N: b.text } },
        });
        const sum = a.digits * 10n ** BigInt(18 - a.places) + b.digits * 10n ** BigInt(18 - b.places);
        const { put: other, get } = ledger();
        other({ n: { N: `${sum}e-18` } });
        expect({ Item: { ...key(), ...Object(answer).Attributes } }).toEqual(get());
      }),
    );
  });

  test.each([
    ['1.50', '1.5'],
    ['-0', '0'],
    ['+007', '7'],
    ['1e3', '1000'],
    ['12.5E-3', '0.0125'],
    ['-.5', '-0.5'],
    [`1${'0'.repeat(125)}`, `1${'0'.repeat(125)}`],
    ['9007199254740993.000000000000000000001', '9007199254740993.000000000000000000001'],
  ])('%s is kept as %s', (given, kept) => {
    const { put, get } = ledger();
    put({ n: { N: given } });
    expect(get()).toEqual({ Item: { ...key(), n: { N: kept } } });
  });

  test.each([
    ['', 'The parameter cannot be converted to a numeric value'],
    ['1.2.3', 'The parameter cannot be converted to a numeric value: 1.2.3'],
    ['1'.repeat(39), 'Attempting to store more than 38 significant digits in a Number'],
    ['1e126', 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
    ['1e-131', 'Number underflow. Attempting to store a number with magnitude smaller than supported range'],
  ])('%s is no number to keep', (given, message) => {
    expect(refusal(() => ledger().put({ n: { N: given } })).text).toBe(`ValidationException: ${message}`);
  });

  test('a sum of more than 38 digits is not rehearsed', () => {
    const { put, update } = ledger();
    put({ n: { N: '1e100' } });
    expect(refusal(() => update('ADD n :1', members(':1'))).text).toMatch(/^NotRehearsed/);
  });
});
