import { describe, expect, test } from '@jest/globals';
import { NotRehearsed } from '../../../rehearsal/service';
import { type Publication, Sns } from '../../../rehearsal/services/sns';
import { calling, errorOf, place } from './calls';

const now = new Date('2026-03-02T09:14:07.250Z');
const by = 'cloudwatch.amazonaws.com';

function topicWith(
  ...subscriptions: readonly (readonly [protocol: string, endpoint: string, raw?: boolean])[]
) {
  const publications: Publication[] = [];
  const sns = new Sns(place, (publication) => publications.push(publication));
  const topicArn = sns.putTopic({ name: 'raw' });
  for (const [protocol, endpoint, rawMessageDelivery = false] of subscriptions) {
    sns.subscribe({ topicArn, protocol, endpoint, rawMessageDelivery });
  }
  return { sns, topicArn, publications };
}

const queueArn = 'arn:aws:sqs:us-east-1:111122223333:work';

describe('deliveries', () => {
  test("an e-mail carries the message and the subject, or AWS's own subject", () => {
    const { sns, topicArn } = topicWith(['email', 'sre@acme.example']);
    const one = sns.publish({ topicArn, subject: 'CRITICAL: Acme', message: 'It burns.', now, by });
    expect(one.deliveries).toMatchObject([
      { protocol: 'email', endpoint: 'sre@acme.example', subject: 'CRITICAL: Acme', body: 'It burns.' },
    ]);
    const [two] = sns.publish({ topicArn, message: 'It burns.', now, by }).deliveries;
    expect(two).toMatchObject({ subject: 'AWS Notification Message' });
  });

  test('a queue gets the envelope of a notification', () => {
    const { sns, topicArn } = topicWith(['sqs', queueArn]);
    const { messageId, deliveries } = sns.publish({
      topicArn,
      subject: 'ALARM',
      message: '{"a":1}',
      now,
      by,
    });
    const [delivery] = deliveries;
    expect(delivery).toMatchObject({ protocol: 'sqs', endpoint: queueArn });
    const envelope: unknown = JSON.parse(delivery?.protocol === 'sqs' ? delivery.body : '');
    expect(envelope).toEqual({
      Type: 'Notification',
      MessageId: messageId,
      TopicArn: 'arn:aws:sns:us-east-1:111122223333:raw',
      Subject: 'ALARM',
      Message: '{"a":1}',
      Timestamp: '2026-03-02T09:14:07.250Z',
      SignatureVersion: '1',
      Signature: expect.stringMatching(/^[A-Za-z0-9+/]{342}==$/),
      SigningCertURL: expect.stringMatching(
        /^https:\/\/sns\.us-east-1\.amazonaws\.com\/SimpleNotificationService-[0-9a-f]{32}\.pem$/,
      ),
      UnsubscribeURL: expect.stringContaining(`Action=Unsubscribe&SubscriptionArn=${topicArn}:`),
    });
  });

  test('raw delivery is the message and nothing else', () => {
    const { sns, topicArn } = topicWith(['sqs', queueArn, true]);
    const messageAttributes = { kind: { DataType: 'String', StringValue: 'test' } };
    expect(
      sns.publish({ topicArn, message: '{"a":1}', messageAttributes, now, by }).deliveries,
    ).toMatchObject([
      { body: '{"a":1}', messageAttributes: { kind: { dataType: 'String', stringValue: 'test' } } },
    ]);
  });

  test('a function gets an event of one record', () => {
    const functionArn = 'arn:aws:lambda:us-east-1:111122223333:function:f';
    const { sns, topicArn } = topicWith(['lambda', functionArn]);
    const [delivery] = sns.publish({ topicArn, message: 'm', now, by }).deliveries;
    expect(delivery).toMatchObject({
      protocol: 'lambda',
      endpoint: functionArn,
      event: {
        Records: [{ EventSource: 'aws:sns', Sns: { Message: 'm', Subject: null, MessageAttributes: {} } }],
      },
    });
  });

  test('a message of structure json has a body per protocol, and the default for the others', () => {
    const { sns, topicArn } = topicWith(['email', 'sre@acme.example'], ['sqs', queueArn, true]);
    const message = JSON.stringify({ default: 'for all', email: 'for people', sms: 5 });
    const { deliveries } = sns.publish({ topicArn, message, messageStructure: 'json', now, by });
    expect(deliveries.map((delivery) => ('body' in delivery ? delivery.body : ''))).toEqual([
      'for people',
      'for all',
    ]);
  });

  test('equal messages at one instant have different ids; two runs have the same', () => {
    const ids = () => {
      const { sns, topicArn } = topicWith();
      return [1, 2].map(() => sns.publish({ topicArn, message: 'm', now, by }).messageId);
    };
    expect(new Set(ids()).size).toBe(2);
    expect(ids()).toEqual(ids());
    expect(ids()[0]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  test.each([
    ['protocol', { protocol: 'https', endpoint: 'https://acme.example' }],
    ['filter policy', { protocol: 'email', endpoint: 'sre@acme.example', filterPolicy: { a: ['b'] } }],
  ])('another %s is not rehearsed', (_, subscription) => {
    const { sns, topicArn } = topicWith();
    expect(() => sns.subscribe({ topicArn, ...subscription })).toThrow(NotRehearsed);
  });
});

describe('the limit of ten e-mails a second', () => {
  const second = (ms: number) => new Date(Date.parse('2026-03-02T09:00:00Z') + ms);

  test('suspends the subscription at the eleventh, for good, and leaves the others alone', () => {
    const { sns, topicArn } = topicWith(['email', 'sre@acme.example'], ['sqs', queueArn]);
    const delivered = [0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 999, 86_400_000].map(
      (ms) =>
        sns.publish({ topicArn, subject: `at ${ms}`, message: 'm', now: second(ms), by }).deliveries.length,
    );
    expect(delivered).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1]);
    expect(sns.lost.map(({ subject, endpoint }) => `${subject} ${endpoint}`)).toEqual([
      'at 999 sre@acme.example',
      'at 86400000 sre@acme.example',
    ]);
    expect(sns.isSuspended(sns.subscriptions(topicArn)[0]?.arn ?? '')).toBe(true);
  });

  test('ten a second go on and on', () => {
    const { sns, topicArn } = topicWith(['email', 'sre@acme.example']);
    for (let ms = 0; ms < 5000; ms += 100) sns.publish({ topicArn, message: 'm', now: second(ms), by });
    expect(sns.lost).toEqual([]);
  });
});

describe('Publish', () => {
  const TopicArn = 'arn:aws:sns:us-east-1:111122223333:raw';
  const publish = (input: Record<string, unknown>) => {
    const { sns, publications } = topicWith(['email', 'sre@acme.example']);
    const { run } = calling(sns.service, '2026-03-02T09:00:00Z');
    return { error: errorOf(() => run('Publish', { TopicArn, ...input })), publications };
  };

  test('hands the deliveries to the engine', () => {
    const { error, publications } = publish({ Message: 'm', Subject: 'a'.repeat(99) });
    expect(error).toBe('no error');
    expect(publications).toMatchObject([{ deliveries: [{ endpoint: 'sre@acme.example', body: 'm' }] }]);
  });

  test.each([
    ['a subject of 100 characters', { Message: 'm', Subject: 'a'.repeat(100) }, 'InvalidParameter 400'],
    ['a line break in the subject', { Message: 'm', Subject: 'a\nb' }, 'InvalidParameter 400'],
    ['a control character in the subject', { Message: 'm', Subject: 'a\u0007b' }, 'InvalidParameter 400'],
    ['an empty subject', { Message: 'm', Subject: '' }, 'InvalidParameter 400'],
    ['an empty message', { Message: '' }, 'InvalidParameter 400'],
    ['no message', {}, 'InvalidParameter 400'],
    ['a message above 256 KiB', { Message: 'é'.repeat(131_073) }, 'InvalidParameter 400'],
    ['no default body', { Message: '{"email":"m"}', MessageStructure: 'json' }, 'InvalidParameter 400'],
    ['no JSON', { Message: 'm', MessageStructure: 'json' }, 'InvalidParameter 400'],
    ['another topic', { Message: 'm', TopicArn: `${TopicArn}-2` }, 'NotFound 404'],
  ])('refuses %s', (_, input, error) => {
    expect(publish(input)).toEqual({ error, publications: [] });
  });

  test.each([
    ['a message of exactly 256 KiB', { Message: 'é'.repeat(131_072) }],
    ['a subject beyond ASCII', { Message: 'm', Subject: 'Größe – 99' }],
  ])('takes %s', (_, input) => {
    expect(publish(input).error).toBe('no error');
  });

  test('counts the attributes toward the size', () => {
    const attribute = { a: { DataType: 'String', StringValue: 'b' } };
    const size = (bytes: number) =>
      publish({ Message: 'm'.repeat(bytes), MessageAttributes: attribute }).error;
    expect([size(262_136), size(262_137)]).toEqual(['no error', 'InvalidParameter 400']);
  });

  test('names a key that it does not know', () => {
    expect(() => publish({ Message: 'm', PhoneNumber: '1' })).toThrow('the key PhoneNumber of sns:Publish');
  });

  test('asks for the topic, and for the key of an encrypted one through SNS', () => {
    const { sns, topicArn } = topicWith();
    expect(sns.publishPermissions(topicArn)).toEqual([{ action: 'sns:Publish', resource: topicArn }]);
    const kmsKeyArn = 'arn:aws:kms:us-east-1:111122223333:key/1234';
    sns.putTopic({ name: 'raw', kmsKeyArn });
    const { permissions } = calling(sns.service, '2026-03-02T09:00:00Z');
    const asked = permissions('Publish', { TopicArn, Message: 'm' });
    expect(asked.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
      `sns:Publish ${TopicArn}`,
      `kms:GenerateDataKey ${kmsKeyArn}`,
      `kms:Decrypt ${kmsKeyArn}`,
    ]);
    expect(asked[1]?.context).toEqual({
      'kms:ViaService': 'sns.us-east-1.amazonaws.com',
      'kms:CallerAccount': '111122223333',
      'kms:EncryptionContext:aws:sns:topicArn': TopicArn,
    });
  });
});
