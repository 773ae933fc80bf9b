import { describe, expect, test } from '@jest/globals';
import { key, ledger, refusal } from './ledger';

const ITEM = {
  owner_: { S: 'us' },
  claims: { N: '2' },
  muted: { BOOL: false },
  note: { NULL: true },
  alarms: { SS: ['Throttles', 'HighLatency'] },
  codes: { NS: ['1', '2.5'] },
  steps: { L: [{ S: 'opened' }, { M: { since: { N: '7' } } }] },
  lease: { M: { endsAt: { N: '100' }, holder: { S: 'a' } } },
  toString: { S: 'not what Object has' },
};
const VALUES: Record<string, unknown> = {
  ':us': { S: 'us' },
  ':u': { S: 'u' },
  ':1': { N: '1' },
  ':2': { N: '2.0' },
  ':7': { N: '7' },
  ':100': { N: '100' },
  ':false': { BOOL: false },
  ':sets': { SS: ['HighLatency', 'Throttles'] },
  ':throttles': { S: 'Throttles' },
  ':opened': { S: 'opened' },
  ':mapType': { S: 'M' },
  ':nothing': { S: 'Throttle' },
  ':null': { NULL: true },
  ':lease': { M: { holder: { S: 'a' }, endsAt: { N: '100' } } },
};

/** Whether a condition lets a put over ITEM pass. */
function outcome(condition: string, item: Readonly<Record<string, unknown>> = ITEM): string {
  const { put } = ledger();
  put(item);
  const used = Object.keys(VALUES).filter((name) => new RegExp(`${name}(?![0-9a-zA-Z_])`).test(condition));
  const values = Object.fromEntries(used.map((name) => [name, VALUES[name]]));
  return refusal(() =>
    put(item, {
      ConditionExpression: condition,
      ...(used.length === 0 ? {} : { ExpressionAttributeValues: values }),
    }),
  ).text;
}

const FAILED = 'ConditionalCheckFailedException: The conditional request failed';

describe('a condition', () => {
  test.each([
    'owner_ = :us',
    'claims = :2',
    'claims <> :1',
    'absent <> :1',
    'claims > :1 AND claims >= :2 and claims <= :2',
    'claims BETWEEN :1 AND :7',
    'claims IN (:1, :7, :2)',
    'owner_ = :u OR claims = :2',
    'NOT owner_ = :u',
    'NOT (owner_ = :us AND claims = :1)',
    'owner_ = :us OR claims = :1 AND claims = :7',
    'attribute_exists(lease.endsAt)',
    'attribute_exists(steps[1].since)',
    'attribute_not_exists(steps[2])',
    'attribute_not_exists(hasOwnProperty)',
    'attribute_exists(toString)',
    'attribute_type(lease, :mapType)',
    'begins_with(owner_, :u)',
    'contains(owner_, :u)',
    'contains(alarms, :throttles)',
    'contains(codes, :1)',
    'contains(steps, :opened)',
    'size(owner_) = :2',
    'size(alarms) = :2 AND size(steps) = :2 AND size(lease) = :2',
    'alarms = :sets',
    'lease = :lease',
    'muted = :false',
    'note = :null',
    'lease.endsAt = :100 AND steps[1].since = :7',
    ':2 = claims',
  ])('%s holds', (condition) => {
    expect(outcome(condition)).toBe('done');
  });

  test.each([
    'owner_ = :u',
    'claims = :us',
    'claims < :2',
    'claims > :us',
    'absent = :1',
    'absent < :1',
    'absent BETWEEN :1 AND :7',
    '(owner_ = :us OR claims = :1) AND claims = :7',
    'NOT (owner_ = :us)',
    'attribute_exists(absent)',
    'attribute_exists(owner_.deep)',
    'attribute_not_exists(pk)',
    'attribute_type(owner_, :mapType)',
    'begins_with(claims, :u)',
    'contains(alarms, :nothing)',
    'contains(codes, :us)',
    'size(claims) = :1',
    'absent = nowhere',
  ])('%s does not hold', (condition) => {
    expect(outcome(condition)).toBe(FAILED);
  });
});

describe('a faulty condition is refused before anything is compared', () => {
  test.each([
    ['', 'The expression can not be empty;'],
    ['claims =', 'Syntax error; token: "<EOF>", near: "="'],
    ['claims = = :1', 'Syntax error; token: "=", near: "= = :1"'],
    ['claims', 'Syntax error; token: "<EOF>", near: "claims"'],
    ['claims = :1 claims', 'Syntax error; token: "claims", near: ":1 claims"'],
    ['status = :1', 'Attribute name is a reserved keyword; reserved keyword: status'],
    ['lease.TTL = :1', 'Attribute name is a reserved keyword; reserved keyword: TTL'],
    [
      'claims = :nowhere',
      'An expression attribute value used in expression is not defined; attribute value: :nowhere',
    ],
    [
      '#nowhere = :1',
      'An expression attribute name used in the document path is not defined; attribute name: #nowhere',
    ],
    ['((claims = :1))', 'The expression has redundant parentheses;'],
    ['exists(claims)', 'Invalid function name; function: exists'],
    ['size(claims)', 'The function is not allowed to be used this way in an expression; function: size'],
    [
      'attribute_exists(claims, owner_)',
      'Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2',
    ],
    [
      'attribute_exists(:us)',
      'Operator or function requires a document path; operator or function: attribute_exists',
    ],
    [
      'begins_with(owner_, :1)',
      'Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
    ],
    ['claims < :false', 'Incorrect operand type for operator or function; operator: <, operand type: BOOL'],
    [
      'attribute_type(lease, :us)',
      'Invalid attribute type name found; type: us, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}',
    ],
    [
      'claims = claims',
      'The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [claims]',
    ],
    [
      'claims BETWEEN :7 AND :1',
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:7}, upper bound operand: AttributeValue: {N:1}',
    ],
  ])('%s', (condition, message) => {
    expect(outcome(condition)).toBe(`ValidationException: Invalid ConditionExpression: ${message}`);
  });
});

describe('placeholders', () => {
  const attempt = (members: Readonly<Record<string, unknown>>) =>
    refusal(() => ledger().put({}, members)).text;

  test('stand for reserved words, also inside a path', () => {
    const { put } = ledger();
    put({ state: { M: { status: { S: 'open' } } } });
    const members = {
      ConditionExpression: '#state.#status = :open',
      ExpressionAttributeNames: { '#state': 'state', '#status': 'status' },
      ExpressionAttributeValues: { ':open': { S: 'open' } },
    };
    expect(refusal(() => put({}, members)).text).toBe('done');
  });

  test.each([
    [
      { ConditionExpression: 'attribute_not_exists(pk)', ExpressionAttributeValues: { ':a': { N: '1' } } },
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:a}',
    ],
    [
      { ConditionExpression: 'attribute_not_exists(pk)', ExpressionAttributeNames: { '#a': 'a', '#b': 'b' } },
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}',
    ],
    [
      { ConditionExpression: 'attribute_not_exists(pk)', ExpressionAttributeNames: {} },
      'ExpressionAttributeNames must not be empty',
    ],
    [
      { ConditionExpression: 'attribute_not_exists(pk)', ExpressionAttributeValues: { a: { N: '1' } } },
      'ExpressionAttributeValues contains invalid key: Syntax error; key: "a"',
    ],
    [
      { ConditionExpression: 'a = :a', ExpressionAttributeValues: { ':a': { N: 'one' } } },
      'ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: one for key :a',
    ],
    [
      { ExpressionAttributeNames: { '#a': 'a' } },
      'ExpressionAttributeNames can only be specified when using expressions',
    ],
  ])('%j', (members, message) => {
    expect(attempt(members)).toBe(`ValidationException: ${message}`);
  });

  test('what the local DynamoDB does not know is named', () => {
    expect(attempt({ ReturnConsumedCapacity: 'TOTAL' })).toBe(
      'NotRehearsed: the local AWS does not know the key ReturnConsumedCapacity of dynamodb:PutItem',
    );
    expect(refusal(() => ledger().put({ a: { B: 'AA==' } })).text).toMatch(/^NotRehearsed.*binary/);
    expect(
      refusal(() => ledger().call('GetItem', { TableName: 'arn:aws:dynamodb:x', Key: key() })).text,
    ).toMatch(/^NotRehearsed.*by ARN/);
  });
});
