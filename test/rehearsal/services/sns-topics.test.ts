import { describe, expect, test } from '@jest/globals';
import { NotRehearsed } from '../../../rehearsal/service';
import { queryMembers } from '../../../rehearsal/services/query-protocol';
import { Sns } from '../../../rehearsal/services/sns';
import { calling, errorOf, place } from './calls';

const RAW = 'arn:aws:sns:us-east-1:111122223333:raw';

function topicRead(count: number) {
  const sns = new Sns(place, () => {});
  const policy = { Statement: [] };
  const TopicArn = sns.putTopic({
    name: 'raw',
    policy,
    kmsKeyArn: 'arn:aws:kms:us-east-1:111122223333:key/k',
  });
  const arns = Array.from({ length: count }, (_, n) =>
    sns.subscribe({ topicArn: TopicArn, protocol: 'email', endpoint: `sre-${n}@acme.example` }),
  );
  const { run, permissions } = calling(sns.service, '2026-03-02T09:00:00Z');
  const attributes = () => Object.fromEntries(Object(run('GetTopicAttributes', { TopicArn })).Attributes);
  return { sns, TopicArn, arns, run, permissions, attributes };
}

describe('a topic', () => {
  test('tells its attributes, all of them text', () => {
    expect(topicRead(2).attributes()).toEqual({
      TopicArn: RAW,
      Owner: '111122223333',
      DisplayName: '',
      Policy: '{"Statement":[]}',
      KmsMasterKeyId: 'arn:aws:kms:us-east-1:111122223333:key/k',
      SubscriptionsConfirmed: '2',
      SubscriptionsPending: '0',
      SubscriptionsDeleted: '0',
    });
  });

  test('loses a subscription that somebody ends, and mail goes there no more', () => {
    const { sns, arns, run, attributes } = topicRead(2);
    expect(run('Unsubscribe', { SubscriptionArn: arns[0] })).toEqual({});
    expect(attributes()).toMatchObject({ SubscriptionsConfirmed: '1', SubscriptionsDeleted: '1' });
    const now = new Date('2026-03-02T09:00:00Z');
    const { deliveries } = sns.publish({ topicArn: RAW, message: 'm', now, by: 'test' });
    expect(deliveries.map(({ endpoint }) => endpoint)).toEqual(['sre-1@acme.example']);
    expect(errorOf(() => run('Unsubscribe', { SubscriptionArn: arns[0] }))).toBe('NotFound 404');
    expect(attributes()).toMatchObject({ SubscriptionsDeleted: '1' });
  });

  test('lists its subscriptions, by 100', () => {
    const { TopicArn, arns, run } = topicRead(101);
    const first = Object(run('ListSubscriptionsByTopic', { TopicArn }));
    const second = Object(run('ListSubscriptionsByTopic', { TopicArn, NextToken: first.NextToken }));
    const listed = [...first.Subscriptions, ...second.Subscriptions];
    expect([first.Subscriptions.length, second.Subscriptions.length, second.NextToken]).toEqual([
      100,
      1,
      undefined,
    ]);
    expect(listed.map(({ SubscriptionArn }) => SubscriptionArn)).toEqual([...arns].sort());
    expect(listed).toContainEqual({
      SubscriptionArn: arns[7],
      Owner: '111122223333',
      Protocol: 'email',
      Endpoint: 'sre-7@acme.example',
      TopicArn: RAW,
    });
  });

  test.each(['GetTopicAttributes', 'ListSubscriptionsByTopic'])(
    'is what IAM is asked about for %s',
    (name) => {
      const { TopicArn, run, permissions } = topicRead(0);
      expect(permissions(name, { TopicArn })).toEqual([{ action: `sns:${name}`, resource: RAW }]);
      expect(errorOf(() => run(name, { TopicArn: `${RAW}-2` }))).toBe('NotFound 404');
      expect(errorOf(() => run(name))).toBe('InvalidParameter 400');
      expect(() => run(name, { TopicArn, Verbose: 'yes' })).toThrow(NotRehearsed);
    },
  );

  test('gives out its own tokens only', () => {
    const { TopicArn, run } = topicRead(1);
    expect(errorOf(() => run('ListSubscriptionsByTopic', { TopicArn, NextToken: 'invented' }))).toBe(
      'InvalidParameter 400',
    );
  });

  test('starts to count anew when it is made anew', () => {
    const { sns, TopicArn, arns, attributes } = topicRead(1);
    sns.unsubscribe(String(arns[0]));
    sns.deleteTopic(TopicArn);
    sns.putTopic({ name: 'raw' });
    expect(attributes()).toMatchObject({ SubscriptionsConfirmed: '0', SubscriptionsDeleted: '0' });
  });
});

test('an answer of the Query protocol', () => {
  const output = {
    Attributes: new Map([['Policy', '{"a":"<&>"}']]),
    Subscriptions: [{ Protocol: 'email' }, { Protocol: 'sqs' }],
    At: new Date('2026-03-02T09:00:00Z'),
    NextToken: undefined,
  };
  expect(queryMembers(output)).toBe(
    '<Attributes><entry><key>Policy</key><value>{"a":"&#60;&#38;&#62;"}</value></entry></Attributes>' +
      '<Subscriptions><member><Protocol>email</Protocol></member><member><Protocol>sqs</Protocol></member></Subscriptions>' +
      '<At>2026-03-02T09:00:00.000Z</At>',
  );
  expect(queryMembers(undefined)).toBe('');
});
