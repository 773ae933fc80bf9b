import { expect, test } from '@jest/globals';
import { gateKey, isGated } from '../../../rehearsal/engine/gated-requests';

test.each([
  ['dynamodb', 'GetItem', true],
  ['dynamodb', 'UpdateItem', true],
  ['support', 'DescribeCases', true],
  ['sns', 'Publish', true],
  ['sqs', 'SendMessage', true],
  ['ssm', 'PutParameter', true],
  ['monitoring', 'PutMetricAlarm', true],
  ['monitoring', 'DescribeAlarms', false],
  ['monitoring', 'GetMetricData', false],
  ['ssm', 'GetParameters', false],
  ['secretsmanager', 'GetSecretValue', false],
  ['servicequotas', 'ListServiceQuotas', false],
])('%s %s waits for its turn: %s', (scope, operation, gated) => {
  expect(isGated({ scope, operation, input: {} })).toBe(gated);
});

test('what is requested in parallel is told apart by service, operation and input', () => {
  const get = { scope: 'dynamodb', operation: 'GetItem', input: { Key: 'a' } };
  expect(gateKey(get)).toBe(gateKey({ ...get }));
  for (const other of [{ scope: 'sqs' }, { operation: 'Query' }, { input: { Key: 'b' } }])
    expect(gateKey({ ...get, ...other })).not.toBe(gateKey(get));
});
