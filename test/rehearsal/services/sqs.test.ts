import { describe, expect, test } from '@jest/globals';
import { NotRehearsed } from '../../../rehearsal/service';
import { Sqs } from '../../../rehearsal/services/sqs';
import { calling, errorOf, place } from './calls';

const nine = new Date('2026-03-02T09:00:00Z');
const at = (instant: string) => new Date(instant);

function queueWithDeadLetters(maxReceiveCount: number) {
  const sqs = new Sqs(place);
  const deadLetterTargetArn = sqs.putQueue({ name: 'dead' });
  const work = sqs.putQueue({
    name: 'work',
    visibilityTimeout: 60,
    redrivePolicy: { deadLetterTargetArn, maxReceiveCount },
  });
  return { sqs, work, dead: deadLetterTargetArn };
}

describe('delivery', () => {
  test('a received message stays hidden for the visibility timeout and comes back with a higher count', () => {
    const { sqs, work } = queueWithDeadLetters(3);
    const { messageId } = sqs.send(work, 'one', nine);
    const [first] = sqs.receive(work, at('2026-03-02T09:00:01Z'));
    expect(first).toMatchObject({
      messageId,
      body: 'one',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '1772442000000',
        ApproximateFirstReceiveTimestamp: '1772442001000',
        SenderId: '111122223333',
      },
    });
    expect(sqs.receive(work, at('2026-03-02T09:01:00.999Z'))).toEqual([]);
    const [second] = sqs.receive(work, at('2026-03-02T09:01:01Z'));
    expect(second?.attributes).toMatchObject({
      ApproximateReceiveCount: '2',
      ApproximateFirstReceiveTimestamp: '1772442001000',
    });
  });

  test('a deleted message does not come back', () => {
    const { sqs, work } = queueWithDeadLetters(3);
    sqs.send(work, 'one', nine);
    const handle = sqs.receive(work, nine)[0]?.receiptHandle ?? '';
    sqs.delete(work, handle);
    expect(sqs.receive(work, at('2026-03-02T10:00:00Z'))).toEqual([]);
    expect(sqs.nextVisibleAt(work, nine)).toBeUndefined();
  });

  test('the handle of an earlier receive deletes nothing', () => {
    const { sqs, work } = queueWithDeadLetters(3);
    sqs.send(work, 'one', nine);
    const old = sqs.receive(work, nine)[0]?.receiptHandle ?? '';
    sqs.receive(work, at('2026-03-02T09:01:00Z'));
    sqs.delete(work, old);
    expect(sqs.depth(work, at('2026-03-02T09:01:00Z'))).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
  });

  test('what was received maxReceiveCount times goes to the dead-letter queue with its id', () => {
    const { sqs, work, dead } = queueWithDeadLetters(2);
    const { messageId } = sqs.send(work, 'one', nine);
    expect(sqs.receive(work, nine)).toHaveLength(1);
    expect(sqs.receive(work, at('2026-03-02T09:01:00Z'))).toHaveLength(1);
    expect(sqs.deadLetters(at('2026-03-02T09:01:59Z'))).toBe(0);
    expect(sqs.nextVisibleAt(work, at('2026-03-02T09:01:59Z'))).toEqual(at('2026-03-02T09:02:00Z'));
    expect(sqs.receive(work, at('2026-03-02T09:02:00Z'))).toEqual([]);
    expect(sqs.deadLetters(at('2026-03-02T09:02:00Z'))).toBe(1);
    expect(sqs.receive(dead, at('2026-03-02T09:02:00Z'))[0]?.messageId).toBe(messageId);
  });

  test('a dead letter does not take the place of a message that can be received', () => {
    const { sqs, work } = queueWithDeadLetters(1);
    sqs.send(work, 'used up', nine);
    sqs.receive(work, nine);
    sqs.send(work, 'fresh', at('2026-03-02T09:00:30Z'));
    expect(sqs.receive(work, at('2026-03-02T09:01:00Z'), 1).map(({ body }) => body)).toEqual(['fresh']);
  });

  test('the dead-letter queue must exist first', () => {
    const sqs = new Sqs(place);
    const redrivePolicy = {
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:111122223333:no',
      maxReceiveCount: 1,
    };
    expect(errorOf(() => sqs.putQueue({ name: 'work', redrivePolicy }))).toBe('InvalidParameterValue 400');
  });

  test("the message's delay overrides the queue's", () => {
    const sqs = new Sqs(place);
    const queue = sqs.putQueue({ name: 'slow', delaySeconds: 10 });
    sqs.send(queue, 'a', nine);
    sqs.send(queue, 'b', nine, { delaySeconds: 900 });
    expect(sqs.depth(queue, nine)).toEqual({ visible: 0, inFlight: 0, delayed: 2 });
    expect(sqs.nextVisibleAt(queue, nine)).toEqual(at('2026-03-02T09:00:10Z'));
    expect(sqs.receive(queue, at('2026-03-02T09:00:10Z')).map(({ body }) => body)).toEqual(['a']);
    expect(
      sqs
        .receive(queue, at('2026-03-02T09:15:00Z'))
        .map(({ body }) => body)
        .sort(),
    ).toEqual(['a', 'b']);
  });

  test('a message is dropped when its retention ends, however often it was received', () => {
    const sqs = new Sqs(place);
    const queue = sqs.putQueue({ name: 'short', messageRetentionPeriod: 60 });
    sqs.send(queue, 'a', nine);
    expect(sqs.depth(queue, at('2026-03-02T09:00:59Z')).visible).toBe(1);
    expect(sqs.depth(queue, at('2026-03-02T09:01:00Z')).visible).toBe(0);
  });

  test('ids do not depend on the order in which parallel sends arrive', () => {
    const ids = (bodies: readonly string[]) => {
      const sqs = new Sqs(place);
      const queue = sqs.putQueue({ name: 'work' });
      for (const body of bodies) sqs.send(queue, body, nine);
      return sqs.receive(queue, nine).map(({ messageId, body }) => `${body} ${messageId}`);
    };
    expect(ids(['a', 'b', 'c', 'a'])).toEqual(ids(['c', 'a', 'a', 'b']));
    expect(new Set(ids(['a', 'a', 'a'])).size).toBe(3);
  });
});

describe('SendMessage', () => {
  const QueueUrl = 'http://127.0.0.1:4566/111122223333/work';

  test('puts the message into the queue that the URL names, and answers the MD5 that the SDK checks', () => {
    const { sqs, work } = queueWithDeadLetters(3);
    const output = calling(sqs.service, '2026-03-02T09:00:00Z').run('SendMessage', {
      QueueUrl,
      MessageBody: 'hello',
      DelaySeconds: 5,
    });
    expect(output).toMatchObject({ MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592' });
    expect(sqs.nextVisibleAt(work, nine)).toEqual(at('2026-03-02T09:00:05Z'));
  });

  test.each([
    ['no body', { QueueUrl }, 'MissingParameter 400'],
    [
      'a delay beyond 15 minutes',
      { QueueUrl, MessageBody: 'a', DelaySeconds: 901 },
      'InvalidParameterValue 400',
    ],
    ['a control character', { QueueUrl, MessageBody: 'a\u0000' }, 'InvalidMessageContents 400'],
    ['half a surrogate pair', { QueueUrl, MessageBody: 'a\ud800' }, 'InvalidMessageContents 400'],
    ['a body above 1 MiB', { QueueUrl, MessageBody: 'é'.repeat(524_289) }, 'InvalidParameterValue 400'],
    [
      'another queue',
      { QueueUrl: 'http://127.0.0.1:4566/111122223333/no', MessageBody: 'a' },
      'QueueDoesNotExist 400',
    ],
    ['no queue URL', { QueueUrl: 'work', MessageBody: 'a' }, 'InvalidAddress 400'],
  ])('refuses %s', (_, input, error) => {
    const { sqs } = queueWithDeadLetters(3);
    expect(errorOf(() => calling(sqs.service, '2026-03-02T09:00:00Z').run('SendMessage', input))).toBe(error);
  });

  test('takes a body of emoji, line breaks and exactly 1 MiB', () => {
    const { sqs } = queueWithDeadLetters(3);
    const { run } = calling(sqs.service, '2026-03-02T09:00:00Z');
    const send = (MessageBody: string) => errorOf(() => run('SendMessage', { QueueUrl, MessageBody }));
    expect([send('🙂\r\n\t'), send('é'.repeat(524_288))]).toEqual(['no error', 'no error']);
  });

  test('names a key that it does not know', () => {
    const { sqs } = queueWithDeadLetters(3);
    const { run } = calling(sqs.service, '2026-03-02T09:00:00Z');
    expect(() => run('SendMessage', { QueueUrl, MessageBody: 'a', MessageGroupId: 'g' })).toThrow(
      new NotRehearsed('the key MessageGroupId of sqs:SendMessage'),
    );
  });

  test('asks for the queue, and for the key of an encrypted one through SQS', () => {
    const sqs = new Sqs(place);
    const plain = sqs.putQueue({ name: 'plain' });
    const kmsKeyArn = 'arn:aws:kms:us-east-1:111122223333:key/1234';
    sqs.putQueue({ name: 'work', kmsKeyArn });
    expect(sqs.sendPermissions(plain)).toEqual([{ action: 'sqs:SendMessage', resource: plain }]);
    const asked = calling(sqs.service, '2026-03-02T09:00:00Z').permissions('SendMessage', {
      QueueUrl,
      MessageBody: 'a',
    });
    expect(asked.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
      'sqs:SendMessage arn:aws:sqs:us-east-1:111122223333:work',
      `kms:GenerateDataKey ${kmsKeyArn}`,
      `kms:Decrypt ${kmsKeyArn}`,
    ]);
    expect(asked[1]?.context).toMatchObject({ 'kms:ViaService': 'sqs.us-east-1.amazonaws.com' });
  });

  test('a poller needs to receive, delete and decrypt', () => {
    const sqs = new Sqs(place);
    const queue = sqs.putQueue({ name: 'work', kmsKeyArn: 'arn:aws:kms:us-east-1:111122223333:key/1234' });
    expect(sqs.pollPermissions(queue).map(({ action }) => action)).toEqual([
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'kms:Decrypt',
    ]);
  });
});
