// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM's policy variables are written so.
import { describe, expect, test } from '@jest/globals';
import { readIdentityPolicy, readResourcePolicy, readTrustPolicy } from '../../../rehearsal/iam/policy';
import { NotRehearsed } from '../../../rehearsal/service';

const allow = { Effect: 'Allow', Action: 'sns:Publish', Resource: '*' };

function reading(statement: unknown): () => unknown {
  return () => readIdentityPolicy({ Statement: statement }, 'Default');
}

describe('a policy of a role', () => {
  test('names its statements by Sid or by index', () => {
    const policy = readIdentityPolicy({ Statement: [allow, { ...allow, Sid: 'Tell' }] }, 'Default');
    expect(policy.statements.map(({ id }) => id)).toEqual(['Default[0]', 'Default[Tell]']);
  });

  test('may hold its one statement without a list', () => {
    expect(
      readIdentityPolicy({ Version: '2012-10-17', Statement: allow }, 'Default').statements,
    ).toHaveLength(1);
  });

  test.each<[string, unknown, string]>([
    ['an unknown element', { ...allow, Purpose: 'x' }, 'Default[0]: Unrecognized key: "Purpose"'],
    ['a principal', { ...allow, Principal: '*' }, 'Default[0]: Unrecognized key: "Principal"'],
    ['a wrong effect', { ...allow, Effect: 'allow' }, 'Default[0]: Effect'],
    ['no action', { Effect: 'Allow', Resource: '*' }, 'without exactly one of Action and NotAction'],
    ['Action and NotAction', { ...allow, NotAction: 'sns:*' }, 'without exactly one of Action and NotAction'],
    ['no resource', { Effect: 'Allow', Action: 'sns:*' }, 'without exactly one of Resource and NotResource'],
    ['an empty list', { ...allow, Resource: [] }, 'Default[0]: Resource'],
    ['an action without a service', { ...allow, Action: 'Publish' }, 'the action Publish'],
    ['a wildcard in the service', { ...allow, Action: 's*:Publish' }, 'the action s*:Publish'],
    ['a resource that is no ARN', { ...allow, Resource: 'my-topic' }, 'the resource my-topic'],
    ['a Sid with a blank', { ...allow, Sid: 'a b' }, 'Sid: only letters and digits'],
    ['a policy variable', { ...allow, Resource: 'arn:aws:s3:::a/${aws:username}' }, 'the policy variable in'],
    ['no statement at all', undefined, 'Default: Statement'],
    ['an empty list of statements', [], 'Default: Statement'],
    ['a text for a statement', ['x'], 'Default[0]: Invalid input'],
  ])('is refused with %s', (_, statement, message) => {
    expect(reading(statement)).toThrow(NotRehearsed);
    expect(reading(statement)).toThrow(message);
  });

  test('is refused with two statements of one Sid', () => {
    const twice = { ...allow, Sid: 'A' };
    expect(reading([twice, twice])).toThrow('Default: two statements with the Sid A');
  });

  test('is refused with an unknown element of the document, or an unknown version', () => {
    expect(() => readIdentityPolicy({ Statement: allow, Owner: 'x' }, 'Default')).toThrow('"Owner"');
    expect(() => readIdentityPolicy({ Statement: allow, Version: '2026-01-01' }, 'Default')).toThrow(
      'Version',
    );
  });
});

describe('a policy of a resource', () => {
  function readingPrincipal(Principal: unknown): () => unknown {
    return () => readResourcePolicy({ Statement: { ...allow, Principal } }, 'Topic');
  }

  test('must name principals', () => {
    expect(() => readResourcePolicy({ Statement: allow }, 'Topic')).toThrow('Topic[0]: Principal');
  });

  test('may have a Sid in words, as key policies do', () => {
    const statement = { ...allow, Principal: '*', Sid: 'Enable IAM User Permissions' };
    expect(readResourcePolicy({ Statement: statement }, 'Key').statements[0]?.id).toBe(
      'Key[Enable IAM User Permissions]',
    );
  });

  test.each([
    [{ Federated: 'x' }],
    [{ CanonicalUser: 'x' }],
    [{ AWS: 'arn:aws:iam::111122223333:user/Bob' }],
    [{ AWS: 'arn:aws:iam::111122223333:role/*' }],
    [{ Service: '*' }],
  ])('is refused with the principal %j', (principal) => {
    expect(readingPrincipal(principal)).toThrow(/Topic\[0\]: the principal/);
  });

  test('is refused with NotPrincipal', () => {
    const statement = { ...allow, NotPrincipal: '*', Principal: '*' };
    expect(() => readResourcePolicy({ Statement: statement }, 'Topic')).toThrow('"NotPrincipal"');
  });
});

describe('a trust policy', () => {
  const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } };

  test('speaks of the role itself', () => {
    expect(readTrustPolicy({ Statement: trust }, 'Role').statements).toHaveLength(1);
    expect(() => readTrustPolicy({ Statement: { ...trust, Resource: '*' } }, 'Role')).toThrow(
      'a resource in a trust',
    );
  });
});
