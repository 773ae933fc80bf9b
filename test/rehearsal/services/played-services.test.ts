import { describe, expect, test } from '@jest/globals';
import { alarm, play, regionOf } from '../engine/small-application';

const statement = (service: string, action: string | readonly string[]) => ({
  Statement: { Effect: 'Allow', Principal: { Service: service }, Action: action, Resource: '*' },
});

/** A topic that feeds an encrypted queue, and an alarm on what it cannot hand over. */
const fed = ({ queueAdmits = 'sns.amazonaws.com', keyAdmits = 'sns.amazonaws.com' }) => ({
  name: 'fed',
  resources: {
    Key: {
      Type: 'AWS::KMS::Key',
      Properties: { KeyPolicy: statement(keyAdmits, ['kms:GenerateDataKey', 'kms:Decrypt']) },
    },
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'raw' } },
    Queue: {
      Type: 'AWS::SQS::Queue',
      Properties: { QueueName: 'work', KmsMasterKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
    },
    QueuePolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: statement(queueAdmits, 'sqs:SendMessage') },
    },
    Subscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        TopicArn: { Ref: 'Topic' },
        Protocol: 'sqs',
        Endpoint: { 'Fn::GetAtt': ['Queue', 'Arn'] },
      },
    },
    Failed: alarm('failed', {
      Namespace: 'AWS/SNS',
      MetricName: 'NumberOfNotificationsFailed',
      Dimensions: [{ Name: 'TopicName', Value: 'raw' }],
    }),
  },
});

const TopicArn = 'arn:aws:sns:us-east-1:111122223333:raw';
const publish = { at: '10m', call: 'sns.Publish', with: { TopicArn, Message: 'hello' } };

describe('a message that a topic cannot hand to its queue', () => {
  test.each([
    ['the queue does not admit it', { queueAdmits: 'events.amazonaws.com' }, 'sqs:SendMessage'],
    ['the key of the queue does not', { keyAdmits: 'events.amazonaws.com' }, 'kms:GenerateDataKey'],
  ])('counts for the topic where %s', async (_, admits, action) => {
    const played = await play([fed(admits)], { events: [publish], until: '20m' });
    expect(played.report.denied.map((denial) => denial.action)).toEqual([action]);
    expect(wentOff(played)).toEqual(['09:11 failed']);
  });

  test('is none where both admit it', async () => {
    const played = await play([fed({})], { events: [publish], until: '20m' });
    expect(played.report.failures).toEqual([]);
    expect(wentOff(played)).toEqual([]);
    const { sqs } = regionOf(played);
    expect(sqs.depth(sqs.arnOf('work'), played.aws.agenda.now).visible).toBe(1);
  });
});

test('a subscription that somebody ends gets nothing from then on', async () => {
  const first = await play([fed({})]);
  const { sns } = regionOf(first);
  const SubscriptionArn = sns.subscriptions(TopicArn)[0]?.arn;
  const end = { at: '5m', call: 'sns.Unsubscribe', with: { SubscriptionArn } };
  const played = await play([fed({})], { events: [end, publish], until: '20m' });
  expect(played.report.failures).toEqual([]);
  const { sqs } = regionOf(played);
  expect(sqs.depth(sqs.arnOf('work'), played.aws.agenda.now).visible).toBe(0);
});

test('somebody deletes a table and makes it again, empty', async () => {
  const KeySchema = [{ AttributeName: 'model', KeyType: 'HASH' }];
  const AttributeDefinitions = [{ AttributeName: 'model', AttributeType: 'S' }];
  const table = { TableName: 'incidents', KeySchema, AttributeDefinitions, BillingMode: 'PAY_PER_REQUEST' };
  const put = { TableName: 'incidents', Item: { model: { S: 'Nova' } } };
  const played = await play(
    [{ name: 'ledger', resources: { T: { Type: 'AWS::DynamoDB::Table', Properties: table } } }],
    {
      events: [
        { at: '5m', call: 'dynamodb.PutItem', with: put },
        { at: '10m', call: 'dynamodb.DeleteTable', with: { TableName: 'incidents' } },
        { at: '20m', call: 'dynamodb.CreateTable', with: table },
      ],
    },
  );
  expect(played.report.failures).toEqual([]);
  expect(regionOf(played).dynamoDb.items('incidents', played.aws.agenda.now)).toEqual([]);
});

/** The alarms that went to ALARM, as `09:11 name`. */
function wentOff({ aws }: Awaited<ReturnType<typeof play>>): readonly string[] {
  return aws.record.transitions
    .filter(({ to }) => to === 'ALARM')
    .map(({ at, alarmName }) => `${at.toISOString().slice(11, 16)} ${alarmName}`);
}
