import { expect, test } from '@jest/globals';
import { authorize } from '../../../rehearsal/iam/authorization';
import { PermissionUse } from '../../../rehearsal/iam/permission-use';
import { type Policy, readIdentityPolicy } from '../../../rehearsal/iam/policy';

const topic = 'arn:aws:sns:us-east-1:111122223333:alerts';
const label = (owner: string): string => owner.replace('Acme-', '');

function rolePolicy(...Statement: Readonly<Record<string, unknown>>[]): Policy {
  return readIdentityPolicy({ Statement }, 'Role');
}

const policy = rolePolicy(
  { Effect: 'Allow', Action: ['sns:Publish', 'sns:GetTopic*'], Resource: [topic, `${topic}-raw`] },
  { Effect: 'Allow', NotAction: ['iam:*', 'sts:*'], NotResource: 'arn:aws:s3:::*' },
  { Effect: 'Deny', Action: 'sns:Subscribe', Resource: '*' },
);

function request(action: string, resource: string): ReturnType<typeof authorize> {
  const principal = { kind: 'role', arn: 'arn:aws:iam::111122223333:role/processor' } as const;
  return authorize({ principal, action, resource, identityPolicies: [policy] });
}

test('lists every pair of an Allow statement until a request needs it', () => {
  const use = new PermissionUse();
  use.declare('Acme-processor', [policy]);
  expect(use.unused(label)).toEqual([
    'processor: all but iam:*, sts:* on all but arn:aws:s3:::*',
    `processor: sns:GetTopic* on ${topic}`,
    `processor: sns:GetTopic* on ${topic}-raw`,
    `processor: sns:Publish on ${topic}`,
    `processor: sns:Publish on ${topic}-raw`,
  ]);
  use.mark('Acme-processor', request('sns:Publish', topic));
  use.mark('Acme-processor', request('sns:GetTopicAttributes', `${topic}-raw`));
  expect(use.unused(label)).toEqual([
    `processor: sns:GetTopic* on ${topic}`,
    `processor: sns:Publish on ${topic}-raw`,
  ]);
});

test('a refused request uses nothing', () => {
  const use = new PermissionUse();
  use.declare('Acme-processor', [policy]);
  use.mark('Acme-processor', request('sns:Subscribe', topic));
  expect(use.unused(label)).toHaveLength(5);
});

test('what one function uses does not count for another', () => {
  const publish = rolePolicy({ Effect: 'Allow', Action: 'sns:Publish', Resource: topic });
  const use = new PermissionUse();
  use.declare('Acme-processor', [publish]);
  use.declare('Acme-updater', [publish]);
  use.mark('Acme-processor', request('sns:Publish', topic));
  expect(use.unused(label)).toEqual([`updater: sns:Publish on ${topic}`]);
});

test('a deployment replaces what is declared and keeps what was used', () => {
  const use = new PermissionUse();
  use.declare('Acme-processor', [policy]);
  use.mark('Acme-processor', request('sns:Publish', topic));
  const next = rolePolicy({ Effect: 'Allow', Action: ['sns:Publish', 'sns:Subscribe'], Resource: topic });
  use.declare('Acme-processor', [next]);
  expect(use.unused(label)).toEqual([`processor: sns:Subscribe on ${topic}`]);
});
