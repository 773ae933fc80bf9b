import { describe, expect, test } from '@jest/globals';
import { type AuthorizationRequest, authorize, type Decision } from '../../../rehearsal/iam/authorization';
import { readIdentityPolicy, readResourcePolicy, readTrustPolicy } from '../../../rehearsal/iam/policy';

const role = 'arn:aws:iam::111122223333:role/processor';
const topic = 'arn:aws:sns:us-east-1:111122223333:alerts';
const key = 'arn:aws:kms:us-east-1:111122223333:key/1234';
const account = { AWS: 'arn:aws:iam::111122223333:root' };

type Statement = Readonly<Record<string, unknown>>;

/** A role with `identity` statements asks to publish to a topic with `resource` statements. */
function ask(
  identity: readonly Statement[],
  resource: readonly Statement[] = [],
  request: Partial<AuthorizationRequest> = {},
): Decision {
  return authorize({
    principal: { kind: 'role', arn: role },
    action: 'sns:Publish',
    resource: topic,
    ...(identity.length > 0 && { identityPolicies: [readIdentityPolicy({ Statement: identity }, 'Role')] }),
    ...(resource.length > 0 && { resourcePolicy: readResourcePolicy({ Statement: resource }, 'Resource') }),
    ...request,
  });
}

const allow = { Effect: 'Allow', Action: 'sns:Publish', Resource: topic };
const deny = { Effect: 'Deny', Action: 'sns:*', Resource: '*' };

describe('a role with its own policies', () => {
  test('may do nothing by default', () => {
    expect(ask([])).toEqual({
      allowed: false,
      reason: `no policy lets ${role} do sns:Publish on ${topic}`,
      statements: [],
      grants: [],
    });
  });

  test('may do what a statement allows, and the decision says which', () => {
    expect(ask([allow])).toEqual({
      allowed: true,
      reason: 'allowed by Role[0]',
      statements: ['Role[0]'],
      grants: [{ action: 'sns:Publish', resource: topic }],
    });
  });

  test('may not do what is denied as well, in any policy', () => {
    const denied = {
      allowed: false,
      reason: 'explicitly denied by Role[1]',
      statements: ['Role[1]'],
      grants: [],
    };
    expect(ask([allow, deny])).toEqual(denied);
    expect(ask([allow], [{ ...deny, Principal: '*' }]).reason).toBe('explicitly denied by Resource[0]');
    const split = [
      readIdentityPolicy({ Statement: allow }, 'A'),
      readIdentityPolicy({ Statement: deny }, 'B'),
    ];
    expect(ask([], [], { identityPolicies: split }).reason).toBe('explicitly denied by B[0]');
  });

  test.each<[string, Statement, boolean]>([
    ['an action in another case', { Action: 'SNS:publish' }, true],
    ['an action with *', { Action: 'sns:Pub*' }, true],
    ['an action with ?', { Action: 'sns:Publis?' }, true],
    ['an action that only begins so', { Action: 'sns:Publishing' }, false],
    ['every action', { Action: '*' }, true],
    ['one of several actions', { Action: ['sns:Subscribe', 'sns:Publish'] }, true],
    ['another action', { Action: 'sns:Subscribe' }, false],
    ['a resource with *', { Resource: 'arn:aws:sns:*:alerts' }, true],
    ['a resource with ?', { Resource: 'arn:aws:sns:us-east-?:111122223333:alerts' }, true],
    ['a resource in another case', { Resource: topic.replace('alerts', 'Alerts') }, false],
    ['one of several resources', { Resource: ['arn:aws:sns:us-east-1:111122223333:other', topic] }, true],
    ['another resource', { Resource: 'arn:aws:sns:us-east-1:111122223333:other' }, false],
    ['all but another action', { Action: undefined, NotAction: 'sns:Subscribe' }, true],
    ['all but this action', { Action: undefined, NotAction: ['sns:Subscribe', 'SNS:Pub*'] }, false],
    ['all but another resource', { Resource: undefined, NotResource: `${topic}-raw` }, true],
    ['all but this resource', { Resource: undefined, NotResource: [`${topic}-raw`, `${topic}*`] }, false],
    ['a condition that holds', { Condition: { Bool: { 'aws:SecureTransport': true } } }, true],
    ['a condition that fails', { Condition: { Bool: { 'aws:SecureTransport': false } } }, false],
    ['its own ARN as a condition', { Condition: { ArnLike: { 'aws:PrincipalArn': role } } }, true],
  ])('given %s: %#', (_, difference, expected) => {
    const statement = Object.fromEntries(
      Object.entries({ ...allow, ...difference }).filter(([, value]) => value !== undefined),
    );
    expect(ask([statement]).allowed).toBe(expected);
  });

  test('a dot or bracket in a pattern stands for itself', () => {
    expect(ask([{ ...allow, Resource: topic.replace('us-east-1', 'us.east.1') }]).allowed).toBe(false);
  });

  test.each([
    ['*', true],
    ['arn:aws:cloudwatch:us-east-1:111122223333:alarm:a', false],
    ['arn:aws:cloudwatch:*:*:*', false],
  ])('an action without resources is allowed by Resource %s: %s', (resource, expected) => {
    const statement = { Effect: 'Allow', Action: 'cloudwatch:GetMetricData', Resource: resource };
    const request = { action: 'cloudwatch:GetMetricData', resource: '*' };
    expect(ask([statement], [], request).allowed).toBe(expected);
  });

  test('is given the context of the service', () => {
    const statement = { ...allow, Condition: { StringEquals: { 'cloudwatch:namespace': 'OpsAlert' } } };
    expect(ask([statement], [], { context: { 'cloudwatch:namespace': 'OpsAlert' } }).allowed).toBe(true);
    expect(ask([statement]).allowed).toBe(false);
  });
});

describe('a role and the policy of a resource', () => {
  test.each<[string, unknown, boolean]>([
    ['the role', { AWS: role }, true],
    ['everyone', '*', true],
    ['everyone, in the longer form', { AWS: ['*'] }, true],
    ['another role', { AWS: `${role}-2` }, false],
    ['a service', { Service: 'sns.amazonaws.com' }, false],
    ['the account, which leaves it to the role', account, false],
  ])('an allow to %s alone: %s', (_, Principal, expected) => {
    expect(ask([], [{ ...allow, Principal }]).allowed).toBe(expected);
  });

  test('a deny to the account reaches the role', () => {
    const policy = [{ ...deny, Principal: { AWS: '111122223333' } }];
    expect(ask([allow], policy).reason).toBe('explicitly denied by Resource[0]');
  });

  test('a deny to another account does not', () => {
    expect(ask([allow], [{ ...deny, Principal: { AWS: '444455556666' } }]).allowed).toBe(true);
  });

  test('across accounts both must allow', () => {
    const theirs = topic.replace('111122223333', '444455556666');
    const own = { ...allow, Resource: theirs };
    const resource = theirs;
    expect(ask([own], [], { resource }).allowed).toBe(false);
    expect(ask([], [{ ...own, Principal: { AWS: role } }], { resource }).allowed).toBe(false);
    expect(ask([own], [{ ...own, Principal: account }], { resource }).allowed).toBe(true);
  });
});

describe('a role and a KMS key', () => {
  const decrypt = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' };
  const request = { action: 'kms:Decrypt', resource: key };

  test('its own policy does not suffice', () => {
    expect(ask([decrypt], [], request).allowed).toBe(false);
    expect(
      ask([decrypt], [{ ...decrypt, Principal: { Service: 'sns.amazonaws.com' } }], request).allowed,
    ).toBe(false);
  });

  test('it does where the key leaves it to the account', () => {
    const delegation = { ...decrypt, Action: 'kms:*', Principal: account };
    expect(ask([decrypt], [delegation], request)).toMatchObject({
      allowed: true,
      reason: 'allowed by Resource[0], Role[0]',
      grants: [{ action: 'kms:Decrypt', resource: '*' }],
    });
    expect(ask([], [delegation], request).allowed).toBe(false);
  });

  test('a key that names the role suffices', () => {
    expect(ask([], [{ ...decrypt, Principal: { AWS: role } }], request).allowed).toBe(true);
  });

  test('conditions of the key policy count for the delegation', () => {
    const delegation = {
      ...decrypt,
      Principal: account,
      Condition: { StringEquals: { 'kms:ViaService': 'sqs.us-east-1.amazonaws.com' } },
    };
    const via = (service: string): Decision =>
      ask([decrypt], [delegation], {
        ...request,
        context: { 'kms:ViaService': `${service}.us-east-1.amazonaws.com` },
      });
    expect(via('sqs').allowed).toBe(true);
    expect(via('sns').allowed).toBe(false);
  });

  test('actions on no key need no key policy', () => {
    const list = { Effect: 'Allow', Action: 'kms:ListKeys', Resource: '*' };
    expect(ask([list], [], { action: 'kms:ListKeys', resource: '*' }).allowed).toBe(true);
  });
});

describe('an AWS service', () => {
  const principal = { kind: 'service', name: 'cloudwatch.amazonaws.com' } as const;
  const alarm = 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:Acme-Throttles';
  const admit = {
    ...allow,
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Condition: {
      StringEquals: { 'aws:SourceAccount': '111122223333' },
      ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:Acme-*' },
    },
  };
  const context = { 'aws:SourceAccount': '111122223333', 'aws:SourceArn': alarm };
  const insecure = {
    ...deny,
    Principal: '*',
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };

  test.each<[string, readonly Statement[], Partial<AuthorizationRequest>, boolean]>([
    ['is admitted with its source', [admit], { context }, true],
    ['is not admitted without a source', [admit], {}, false],
    [
      'of another account is not',
      [admit],
      { context: { ...context, 'aws:SourceAccount': '444455556666' } },
      false,
    ],
    [
      'for another alarm is not',
      [admit],
      { context: { ...context, 'aws:SourceArn': `${alarm}`.replace('Acme', 'B') } },
      false,
    ],
    [
      'of another name is not',
      [admit],
      { context, principal: { kind: 'service', name: 'events.amazonaws.com' } },
      false,
    ],
    ['is not admitted by a policy that only denies', [insecure], { context }, false],
    ['is not stopped by a deny of plain http', [insecure, admit], { context }, true],
    ['is not admitted by an allow to the account', [{ ...allow, Principal: account }], { context }, false],
    ['is admitted with everyone', [{ ...allow, Principal: { AWS: '*' } }], { context }, true],
    ['is stopped by a deny to everyone', [admit, { ...deny, Principal: '*' }], { context }, false],
    ['needs a policy', [], { context }, false],
  ])('%s', (_, statements, request, expected) => {
    expect(ask([], statements, { principal, ...request }).allowed).toBe(expected);
  });

  test('gains nothing from identity policies', () => {
    expect(ask([allow], [], { principal, context }).allowed).toBe(false);
  });

  test('assumes a role that trusts it', () => {
    const trust = {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { Service: 'lambda.amazonaws.com' },
    };
    const resourcePolicy = readTrustPolicy({ Statement: trust }, 'Trust');
    const request = { action: 'sts:AssumeRole', resource: role, resourcePolicy };
    const lambda = { kind: 'service', name: 'lambda.amazonaws.com' } as const;
    expect(ask([], [], { ...request, principal: lambda }).allowed).toBe(true);
    expect(ask([], [], { ...request, principal }).allowed).toBe(false);
  });
});
