import { describe, expect, test } from '@jest/globals';
import { calling } from '../calls';
import { key, LEDGER, ledger, NOON, refusal } from './ledger';

const ARN = 'arn:aws:dynamodb:us-east-1:111122223333:table/ledger';
const KEY_ARN = 'arn:aws:kms:us-east-1:111122223333:key/k';

describe('permissions', () => {
  const asked = (operation: string, input: Readonly<Record<string, unknown>>, settings = {}) =>
    calling(ledger(settings).dynamoDb.service, NOON).permissions(operation, input);
  const TableName = 'ledger';

  test.each([
    ['GetItem', { Key: key() }],
    ['PutItem', { Item: key() }],
    ['UpdateItem', { Key: key() }],
    ['DeleteItem', { Key: key() }],
    ['Query', {}],
    ['Scan', {}],
    ['DescribeTable', {}],
  ])('%s asks for itself on the table', (operation, members) => {
    expect(asked(operation, { TableName, ...members })).toEqual([
      { action: `dynamodb:${operation}`, resource: ARN },
    ]);
  });

  test('a transaction asks for each of its writes', () => {
    const one = { TableName, Key: key() };
    const TransactItems = [
      { Put: { TableName, Item: key() } },
      { Update: { ...one, UpdateExpression: 'REMOVE a' } },
      { Delete: one },
      { ConditionCheck: { ...one, ConditionExpression: 'attribute_exists(pk)' } },
    ];
    expect(asked('TransactWriteItems', { TransactItems }).map(({ action }) => action)).toEqual([
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
      'dynamodb:ConditionCheckItem',
    ]);
  });

  test('the table key is decrypted in the name of the caller', () => {
    expect(asked('GetItem', { TableName, Key: key() }, { kmsKeyArn: KEY_ARN })).toEqual([
      { action: 'dynamodb:GetItem', resource: ARN },
      {
        action: 'kms:Decrypt',
        resource: KEY_ARN,
        context: {
          'kms:ViaService': 'dynamodb.us-east-1.amazonaws.com',
          'kms:CallerAccount': '111122223333',
          'kms:EncryptionContext:aws:dynamodb:tableName': 'ledger',
          'kms:EncryptionContext:aws:dynamodb:subscriberId': '111122223333',
        },
      },
    ]);
  });
});

describe('a table', () => {
  test('keeps its items when its settings change', () => {
    const { dynamoDb, put, get } = ledger();
    put({ expires: { N: '1772456400' } });
    dynamoDb.putTable({ ...LEDGER, ttlAttribute: 'expires' });
    expect(get()).toMatchObject({ Item: key() });
    expect(get({}, '2026-03-09T12:00:00Z')).toEqual({});
  });

  test('does not change its keys in place', () => {
    const keySchema = LEDGER.keySchema.slice(0, 1);
    const attributeDefinitions = LEDGER.attributeDefinitions.slice(0, 1);
    expect(
      refusal(() => ledger().dynamoDb.putTable({ ...LEDGER, keySchema, attributeDefinitions })).text,
    ).toMatch(/^NotRehearsed.*key schema/);
    expect(refusal(() => ledger({ keySchema })).text).toMatch(/^ValidationException.*KeySchema/);
  });

  test('that is deleted is not found', () => {
    const { dynamoDb, get, call } = ledger();
    dynamoDb.deleteTable('ledger');
    expect(refusal(get).text).toBe('ResourceNotFoundException: Requested resource not found');
    expect(refusal(() => call('DescribeTable')).text).toBe(
      'ResourceNotFoundException: Requested resource not found: Table: ledger not found',
    );
    expect(dynamoDb.has('ledger')).toBe(false);
  });

  test('describes itself', () => {
    expect(ledger({ kmsKeyArn: KEY_ARN }).call('DescribeTable')).toEqual({
      Table: {
        TableName: 'ledger',
        TableArn: ARN,
        TableStatus: 'ACTIVE',
        BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'N' },
        ],
        SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: KEY_ARN },
      },
    });
  });
});
