import { describe, expect, test } from '@jest/globals';
import { calling } from '../calls';
import { key, ledger, NOON, refusal } from './ledger';

const LEDGER = {
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'N' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
};

describe('a person', () => {
  test('deletes a table with its items, and makes it again, empty', () => {
    const { call, put, get } = ledger();
    put({ claims: { N: '1' } });
    expect(call('DeleteTable')).toMatchObject({
      TableDescription: { TableName: 'ledger', TableStatus: 'DELETING' },
    });
    for (const missing of [() => get(), () => put({}), () => call('DeleteTable')])
      expect(refusal(missing).text).toMatch(/^ResourceNotFoundException: Requested resource not found/);
    expect(call('CreateTable', LEDGER)).toMatchObject({
      TableDescription: { TableName: 'ledger', TableStatus: 'CREATING' },
    });
    expect(call('DescribeTable')).toMatchObject({ Table: { TableStatus: 'ACTIVE', ...withoutBilling } });
    expect(get()).toEqual({});
    put({ claims: { N: '2' } });
    expect(get()).toMatchObject({ Item: { claims: { N: '2' } } });
  });

  test('cannot make a table that is there', () => {
    const { call, put, get } = ledger();
    put({});
    expect(refusal(() => call('CreateTable', LEDGER)).text).toBe(
      'ResourceInUseException: Table already exists: ledger',
    );
    expect(get()).toEqual({ Item: key() });
  });

  test.each([
    ['a key that is not defined', { AttributeDefinitions: LEDGER.AttributeDefinitions.slice(1) }],
    ['no partition key', { KeySchema: LEDGER.KeySchema.slice(1) }],
    ['provisioned capacity', { BillingMode: 'PROVISIONED' }],
  ])('cannot make a table with %s', (_, change) => {
    const { call, dynamoDb } = ledger({ name: 'other' });
    expect(refusal(() => call('CreateTable', { ...LEDGER, ...change })).text).toMatch(/^ValidationException/);
    expect(dynamoDb.has('ledger')).toBe(false);
  });

  test('hears of what is not rehearsed', () => {
    const { call } = ledger({ name: 'other' });
    const members = { ...LEDGER, StreamSpecification: { StreamEnabled: true } };
    expect(refusal(() => call('CreateTable', members)).text).toMatch(/^NotRehearsed.*StreamSpecification/);
  });

  test.each<[string, object]>([
    ['CreateTable', LEDGER],
    ['DeleteTable', {}],
  ])('needs the permission for %s on the table', (operation, members) => {
    const service = calling(ledger().dynamoDb.service, NOON);
    expect(service.permissions(operation, { TableName: 'ledger', ...members })).toEqual([
      {
        action: `dynamodb:${operation}`,
        resource: 'arn:aws:dynamodb:us-east-1:111122223333:table/ledger',
      },
    ]);
  });
});

const { BillingMode: _, ...withoutBilling } = LEDGER;

describe('an update of what is known of an incident', () => {
  const STATE = {
    'told.begun': { S: '09:15' },
    waiting: { SS: ['case', 'reminder'] },
    version: { N: '4' },
  };
  const known = () => {
    const made = ledger();
    made.put(STATE);
    return made;
  };

  test('names an attribute with a dot by a placeholder, and only so', () => {
    const { update } = known();
    const values = { ExpressionAttributeValues: { ':at': { S: '09:45' } } };
    const dotted = { ExpressionAttributeNames: { '#told': 'told.begun' }, ...values };
    expect(update('SET #told = :at', { ...dotted, ReturnValues: 'UPDATED_NEW' })).toEqual({
      Attributes: { 'told.begun': { S: '09:45' } },
    });
    expect(refusal(() => update('SET told.begun = :at', values)).text).toMatch(/^ValidationException.*path/);
  });

  test('adds to a set, takes from it, and the set is gone with its last member', () => {
    const { update } = known();
    const set = (...SS: readonly string[]) => ({
      ExpressionAttributeValues: { ':s': { SS } },
      ReturnValues: 'ALL_NEW',
    });
    const waiting = (output: unknown): unknown => Object(output).Attributes.waiting;
    expect(waiting(update('ADD waiting :s', set('case', 'end')))).toEqual({
      SS: ['case', 'reminder', 'end'],
    });
    expect(waiting(update('DELETE waiting :s', set('reminder', 'never there')))).toEqual({
      SS: ['case', 'end'],
    });
    expect(update('DELETE waiting :s', set('case', 'end'))).toEqual({
      Attributes: { ...key(), 'told.begun': STATE['told.begun'], version: STATE.version },
    });
    expect(waiting(update('ADD waiting :s', set('case')))).toEqual({ SS: ['case'] });
  });

  test('that loses its claim tells what stands there, also as part of a transaction', () => {
    const { update, transact } = known();
    const lost = {
      ConditionExpression: 'version = :v AND size(waiting) < :many AND NOT contains(waiting, :case)',
      ExpressionAttributeValues: {
        ':v': { N: '4' },
        ':many': { N: '3' },
        ':case': { S: 'case' },
        ':next': { N: '5' },
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    const expression = 'SET version = :next';
    const there = { ...key(), ...STATE };
    expect(refusal(() => update(expression, lost))).toEqual({
      text: 'ConditionalCheckFailedException: The conditional request failed',
      members: { Item: there },
    });
    const Update = { TableName: 'ledger', Key: key(), UpdateExpression: expression, ...lost };
    expect(refusal(() => transact([{ Update }])).members).toEqual({
      CancellationReasons: [
        { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: there },
      ],
    });
  });

  test('that wins its claim tells what stood there before', () => {
    const { update } = known();
    const members = {
      ConditionExpression: 'attribute_exists(pk) AND contains(waiting, :case) AND size(waiting) = :two',
      ExpressionAttributeValues: { ':case': { S: 'case' }, ':two': { N: '2' }, ':next': { N: '5' } },
      ReturnValues: 'ALL_OLD',
    };
    const expression = 'SET version = :next, firstSeen = if_not_exists(firstSeen, :case) REMOVE waiting';
    expect(update(expression, members)).toEqual({ Attributes: { ...key(), ...STATE } });
    expect(Object(update('SET version = :v', { ExpressionAttributeValues: { ':v': { N: '6' } } }))).toEqual(
      {},
    );
  });
});

test('a consistent query filters what it has read, page by page', () => {
  const { call } = ledger({}, { staleReadsMs: 5000 });
  for (const sk of [1, 2, 3, 4])
    call('PutItem', { Item: { ...key('incident', sk), due: { N: String(sk) } } });
  const query = (members: object) =>
    Object(
      call('Query', {
        KeyConditionExpression: 'pk = :pk AND sk > :from',
        FilterExpression: 'due <= :now',
        ExpressionAttributeValues: { ':pk': { S: 'incident' }, ':from': { N: '1' }, ':now': { N: '3' } },
        ConsistentRead: true,
        ...members,
      }),
    );
  const found = ({ Items }: { Items: { sk: { N: string } }[] }) => Items.map(({ sk }) => sk.N);
  expect(found(query({}))).toEqual(['2', '3']);
  const first = query({ Limit: 2 });
  expect([found(first), first.LastEvaluatedKey]).toEqual([['2', '3'], key('incident', 3)]);
  const rest = query({ Limit: 2, ExclusiveStartKey: first.LastEvaluatedKey });
  expect([found(rest), rest.ScannedCount, rest.LastEvaluatedKey]).toEqual([[], 1, undefined]);
  expect(found(query({ ConsistentRead: false }))).toEqual([]);
});
