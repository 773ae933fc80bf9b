// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM's policy variables are written so.
import { describe, expect, test } from '@jest/globals';
import { allHold, type ConditionContext, readConditions } from '../../../rehearsal/iam/condition';
import { NotRehearsed } from '../../../rehearsal/service';

const topic = 'arn:aws:sns:us-east-1:111122223333:alerts';

function holds(operator: string, key: string, values: readonly string[], context: ConditionContext): boolean {
  return allHold(readConditions({ [operator]: { [key]: values } }, 'Policy[0]'), context);
}

describe('an operator on a key that the request has', () => {
  test.each<[string, string, string, boolean]>([
    ['StringEquals', 'Alpha', 'Alpha', true],
    ['StringEquals', 'alpha', 'Alpha', false],
    ['StringEquals', 'Alpha', 'Al*', false],
    ['StringNotEquals', 'Alpha', 'Alpha', false],
    ['StringNotEquals', 'Beta', 'Alpha', true],
    ['StringEqualsIgnoreCase', 'alpha', 'ALPHA', true],
    ['StringEqualsIgnoreCase', 'beta', 'ALPHA', false],
    ['StringNotEqualsIgnoreCase', 'alpha', 'ALPHA', false],
    ['StringLike', 'Alpha', 'Al*', true],
    ['StringLike', 'Alpha', 'Al?ha', true],
    ['StringLike', 'Alpha', 'al*', false],
    ['StringNotLike', 'Alpha', 'Al*', false],
    ['StringNotLike', 'Alpha', 'B*', true],
    ['ArnEquals', topic, topic, true],
    ['ArnEquals', topic, 'arn:aws:sns:*:111122223333:alerts', true],
    ['ArnLike', topic, 'arn:aws:sns:us-east-1:111122223333:al*', true],
    ['ArnLike', topic, 'arn:aws:sns:us-east-1:444455556666:al*', false],
    ['ArnLike', `${topic}:b7c2`, 'arn:aws:sns:us-east-1:111122223333:al*', true],
    ['ArnLike', topic, 'arn:aws:*:*:*:alerts', true],
    ['ArnLike', topic, 'arn:aws:sns:*:*:*:alerts', false],
    ['ArnLike', 'alerts', 'arn:aws:sns:*:*:*', false],
    ['ArnNotEquals', topic, topic, false],
    ['ArnNotLike', topic, 'arn:aws:sqs:*:*:*', true],
    ['Bool', 'true', 'true', true],
    ['Bool', 'true', 'False', false],
    ['Bool', 'false', 'FALSE', true],
    ['Null', 'Alpha', 'false', true],
    ['Null', 'Alpha', 'true', false],
    ['NumericEquals', '10', '10.0', true],
    ['NumericNotEquals', '10', '10', false],
    ['NumericLessThan', '9', '10', true],
    ['NumericLessThan', '10', '10', false],
    ['NumericLessThanEquals', '10', '10', true],
    ['NumericGreaterThan', '11', '10', true],
    ['NumericGreaterThan', '10', '10', false],
    ['NumericGreaterThanEquals', '10', '10', true],
    ['NumericEquals', 'ten', '10', false],
  ])('%s: %s against %s is %s', (operator, requested, value, expected) => {
    expect(holds(operator, 'sns:Key', [value], { 'sns:Key': requested })).toBe(expected);
  });
});

describe('an operator on a key that the request lacks', () => {
  test.each<[string, string, boolean]>([
    ['StringEquals', 'a', false],
    ['StringEqualsIgnoreCase', 'a', false],
    ['StringLike', '*', false],
    ['ArnEquals', topic, false],
    ['ArnLike', topic, false],
    ['Bool', 'false', false],
    ['NumericLessThan', '1', false],
    ['StringNotEquals', 'a', true],
    ['StringNotEqualsIgnoreCase', 'a', true],
    ['StringNotLike', '*', true],
    ['ArnNotEquals', topic, true],
    ['ArnNotLike', topic, true],
    ['NumericNotEquals', '1', true],
    ['Null', 'true', true],
    ['Null', 'false', false],
    ['StringEqualsIfExists', 'a', true],
    ['ArnLikeIfExists', topic, true],
    ['BoolIfExists', 'false', true],
    ['ForAllValues:StringEquals', 'a', true],
    ['ForAnyValue:StringEquals', 'a', false],
    ['ForAnyValue:StringNotEquals', 'a', false],
  ])('%s %s is %s', (operator, value, expected) => {
    expect(holds(operator, 'sns:Key', [value], {})).toBe(expected);
  });
});

test('IfExists compares a key that exists', () => {
  expect(holds('StringEqualsIfExists', 'sns:Key', ['a'], { 'sns:Key': 'b' })).toBe(false);
  expect(holds('StringEqualsIfExists', 'sns:Key', ['a'], { 'sns:Key': 'a' })).toBe(true);
});

test('several values are alternatives; for a negated operator none may compare', () => {
  expect(holds('StringEquals', 'sns:Key', ['a', 'b'], { 'sns:Key': 'b' })).toBe(true);
  expect(holds('StringNotEquals', 'sns:Key', ['a', 'b'], { 'sns:Key': 'b' })).toBe(false);
});

test('several keys and operators must all hold', () => {
  const conditions = readConditions(
    {
      StringEquals: { 'aws:SourceAccount': ['111122223333'] },
      ArnLike: { 'aws:SourceArn': ['arn:aws:cloudwatch:us-east-1:111122223333:alarm:*'] },
    },
    'Topic[0]',
  );
  const alarm = 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:Acme-Throttles';
  expect(allHold(conditions, { 'aws:SourceAccount': '111122223333', 'aws:SourceArn': alarm })).toBe(true);
  expect(allHold(conditions, { 'aws:SourceAccount': '444455556666', 'aws:SourceArn': alarm })).toBe(false);
  expect(allHold(conditions, { 'aws:SourceArn': alarm })).toBe(false);
});

test('keys are blind to case, values are not', () => {
  expect(holds('StringEquals', 'AWS:sourceACCOUNT', ['1'], { 'aws:SourceAccount': '1' })).toBe(true);
});

describe('set operators', () => {
  const keys = { 'kms:EncryptionContextKeys': ['a', 'b'] };

  test.each<[string, readonly string[], boolean]>([
    ['ForAllValues:StringEquals', ['a', 'b', 'c'], true],
    ['ForAllValues:StringEquals', ['a'], false],
    ['ForAnyValue:StringEquals', ['b', 'c'], true],
    ['ForAnyValue:StringEquals', ['c'], false],
    ['ForAllValues:StringNotEquals', ['c'], true],
    ['ForAllValues:StringNotEquals', ['a'], false],
    ['ForAnyValue:StringNotEquals', ['a'], true],
    ['ForAnyValue:StringNotEquals', ['a', 'b'], false],
    ['ForAnyValue:StringLike', ['b*'], true],
  ])('%s %j is %s', (operator, values, expected) => {
    expect(holds(operator, 'kms:EncryptionContextKeys', values, keys)).toBe(expected);
  });

  test('without one, a key of several values is refused', () => {
    expect(() => holds('StringEquals', 'kms:EncryptionContextKeys', ['a'], keys)).toThrow(NotRehearsed);
  });
});

test.each<[string, string, string, string]>([
  ['StringMatches', 'sns:Key', 'a', 'the condition operator StringMatches'],
  ['IpAddress', 'sns:Key', '10.0.0.0/8', 'the condition operator IpAddress'],
  ['NullIfExists', 'sns:Key', 'true', 'the condition operator NullIfExists'],
  ['ForAnyValue:Null', 'sns:Key', 'true', 'the condition operator ForAnyValue:Null'],
  ['ForSomeValues:StringEquals', 'sns:Key', 'a', 'the condition operator ForSomeValues:StringEquals'],
  [
    'ForAnyValue:StringEqualsIfExists',
    'sns:Key',
    'a',
    'the condition operator ForAnyValue:StringEqualsIfExists',
  ],
  ['StringEquals', 'aws:PrincipalOrgID', 'o-1', 'the condition key aws:PrincipalOrgID'],
  ['StringEquals', 'sns:Key', '${aws:username}', 'the policy variable in "${aws:username}"'],
  ['ArnLike', 'aws:SourceArn', 'alerts', 'ArnLike with the value "alerts"'],
  ['ArnLike', 'aws:SourceArn', 'arn:aws:sns:*', 'ArnLike with the value "arn:aws:sns:*"'],
  ['Bool', 'aws:SecureTransport', 'yes', 'Bool with the value "yes"'],
  ['NumericLessThan', 'sns:Key', 'ten', 'NumericLessThan with the value "ten"'],
])('%s on %s with %s is refused by name', (operator, key, value, message) => {
  const reading = (): unknown => readConditions({ [operator]: { [key]: [value] } }, 'Policy[0]');
  expect(reading).toThrow(NotRehearsed);
  expect(reading).toThrow(`Policy[0]: ${message}`);
});
