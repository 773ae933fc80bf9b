import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { readEventPattern } from '../../rehearsal/services/event-pattern';
import { CHILD_ALARMS, FOUNDATION, settingsOf, stackOf } from './synthesized';

const STAKEHOLDERS = ['sre@acme.example', 'lead@acme.example', 'o.brien+sre@acme.example'];
const { template } = stackOf(settingsOf({ stakeholders: STAKEHOLDERS }), FOUNDATION);

const ARN = (service: string, rest: string): string => `arn:aws:${service}:us-east-1:111122223333:${rest}`;
const RAW_TOPIC = ARN('sns', 'Acme-Bedrock-OpsAlert-raw-alarms');
const NOTIFICATION_TOPIC = ARN('sns', 'Acme-Bedrock-OpsAlert-notifications');
const QUEUE = ARN('sqs', 'Acme-Bedrock-OpsAlert-alarms');
const TASKS = ARN('sqs', 'Acme-Bedrock-OpsAlert-tasks');
const DEAD_LETTERS = ARN('sqs', 'Acme-Bedrock-OpsAlert-dead-letters');
const CHILD_ALARM_RULE = ARN('events', 'rule/Acme-Bedrock-OpsAlert-child-alarms');
const MODEL_ALARMS = ARN('cloudwatch', 'alarm:Acme-Bedrock-QuotaHealth-Composite-*');
const HEALTH_ALARMS = ARN('cloudwatch', 'alarm:Acme-OpsAlertHealth-*');
const [KEY_ID] = Object.keys(template.findResources('AWS::KMS::Key'));
const KEY = ARN('kms', `key/${KEY_ID}`);
const THIS_ACCOUNT = { 'aws:SourceAccount': '111122223333' };
const WITHOUT_TLS = { Bool: { 'aws:SecureTransport': 'false' } };
const DESTROYED = { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' };

interface Statement {
  readonly Sid?: string;
  readonly Principal: unknown;
}

/** The statements of the only policy of `type` that is attached to `to`. */
function statementsOf(type: string, property: string, to: string): readonly Statement[] {
  const found = Object.values(template.findResources(type, { Properties: { [property]: [to] } }));
  expect(found).toHaveLength(1);
  return found[0]?.Properties.PolicyDocument.Statement;
}

describe('the key', () => {
  const statements: readonly Statement[] = Object.values(template.findResources('AWS::KMS::Key')).flatMap(
    ({ Properties }) => Properties.KeyPolicy.Statement,
  );
  const bySid = (sid: string) => statements.filter(({ Sid }) => Sid === sid);

  test('is one, rotates, and goes with the stack after a week in which it can still be saved', () => {
    template.resourceCountIs('AWS::KMS::Key', 1);
    template.hasResource('AWS::KMS::Key', {
      ...DESTROYED,
      Properties: { EnableKeyRotation: true, PendingWindowInDays: 7 },
    });
  });

  test('admits CloudWatch for the alarms of this customer only', () => {
    expect(bySid('AlarmsPublishToEncryptedTopics')).toEqual([
      {
        Sid: 'AlarmsPublishToEncryptedTopics',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: '*',
        Condition: {
          StringEquals: THIS_ACCOUNT,
          ArnLike: { 'aws:SourceArn': [MODEL_ALARMS, HEALTH_ALARMS] },
        },
      },
    ]);
  });

  test('admits SNS for topics of this account only', () => {
    expect(bySid('TopicDeliversToEncryptedQueue')).toEqual([
      {
        Sid: 'TopicDeliversToEncryptedQueue',
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: '*',
        Condition: { StringEquals: THIS_ACCOUNT },
      },
    ]);
  });

  test('admits EventBridge for this account only, and leaves it to the queue for which rule', () => {
    expect(bySid('RuleDeliversToEncryptedQueue')).toEqual([
      {
        Sid: 'RuleDeliversToEncryptedQueue',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: '*',
        Condition: { StringEquals: THIS_ACCOUNT },
      },
    ]);
  });

  test('admits nobody else from outside the account', () => {
    const others = statements.filter(({ Sid }) => Sid === undefined).map(({ Principal }) => Principal);
    expect(new Set(others.map((principal) => JSON.stringify(principal)))).toEqual(
      new Set(['{"AWS":"arn:aws:iam::111122223333:root"}']),
    );
    expect(statements.length - others.length).toBe(3);
  });
});

describe('the topics', () => {
  test('are two, and encrypted with the key', () => {
    template.resourceCountIs('AWS::SNS::Topic', 2);
    for (const TopicName of ['Acme-Bedrock-OpsAlert-raw-alarms', 'Acme-Bedrock-OpsAlert-notifications']) {
      template.hasResourceProperties('AWS::SNS::Topic', { TopicName, KmsMasterKeyId: KEY });
    }
  });

  test.each([
    ['raw alarms', RAW_TOPIC, MODEL_ALARMS],
    ['notifications', NOTIFICATION_TOPIC, HEALTH_ALARMS],
  ])('%s: only over TLS, and from outside only the alarms of this customer', (_, topic, alarms) => {
    expect(statementsOf('AWS::SNS::TopicPolicy', 'Topics', topic)).toEqual([
      {
        Sid: 'AllowPublishThroughSSLOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: topic,
        Condition: WITHOUT_TLS,
      },
      {
        Sid: 'AlarmsPublish',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: topic,
        Condition: { StringEquals: THIS_ACCOUNT, ArnLike: { 'aws:SourceArn': alarms } },
      },
    ]);
  });

  test('each stakeholder has one e-mail subscription, and nobody else', () => {
    const emails = template.findResources('AWS::SNS::Subscription', { Properties: { Protocol: 'email' } });
    expect(Object.values(emails).map(({ Properties }) => Properties)).toEqual(
      STAKEHOLDERS.map((Endpoint) => ({ Protocol: 'email', Endpoint, TopicArn: NOTIFICATION_TOPIC })),
    );
  });

  test('a stakeholder more or less leaves the subscriptions of the others as they are', () => {
    const fewer = stackOf(settingsOf({ stakeholders: STAKEHOLDERS.slice(1) }), FOUNDATION).template;
    const idsOf = (of: typeof template) =>
      Object.entries(of.findResources('AWS::SNS::Subscription')).map(([id, { Properties }]) => [
        id,
        Properties.Endpoint,
      ]);
    expect(idsOf(template)).toEqual(expect.arrayContaining(idsOf(fewer)));
    expect(idsOf(fewer)).toHaveLength(STAKEHOLDERS.length);
  });
});

describe('the queues', () => {
  test.each(['alarms', 'tasks'])('that of %s lets a message be tried five times', (name) => {
    template.hasResource('AWS::SQS::Queue', {
      ...DESTROYED,
      Properties: {
        QueueName: `Acme-Bedrock-OpsAlert-${name}`,
        KmsMasterKeyId: KEY,
        VisibilityTimeout: 360,
        RedrivePolicy: { deadLetterTargetArn: DEAD_LETTERS, maxReceiveCount: 5 },
        // Without them: no delay, and four days to be read.
        DelaySeconds: Match.absent(),
        MessageRetentionPeriod: Match.absent(),
      },
    });
  });

  test('keep what failed for a person for as long as SQS can, in one place', () => {
    template.resourceCountIs('AWS::SQS::Queue', 3);
    template.hasResource('AWS::SQS::Queue', {
      ...DESTROYED,
      Properties: {
        QueueName: 'Acme-Bedrock-OpsAlert-dead-letters',
        KmsMasterKeyId: KEY,
        MessageRetentionPeriod: 14 * 24 * 60 * 60,
        RedrivePolicy: Match.absent(),
      },
    });
  });

  test('that of alarms takes the messages of the raw topic as they are', () => {
    const toQueues = template.findResources('AWS::SNS::Subscription', { Properties: { Protocol: 'sqs' } });
    expect(Object.values(toQueues).map(({ Properties }) => Properties)).toEqual([
      { Protocol: 'sqs', Endpoint: QUEUE, TopicArn: RAW_TOPIC, RawMessageDelivery: true },
    ]);
  });

  const onlyOverTls = (queue: string) => ({
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: 'sqs:*',
    Resource: queue,
    Condition: WITHOUT_TLS,
  });

  test('lets nobody from outside send but that topic and the rule on child alarms, and that over TLS', () => {
    expect(
      statementsOf('AWS::SQS::QueuePolicy', 'Queues', 'https://sqs/Acme-Bedrock-OpsAlert-alarms'),
    ).toEqual([
      onlyOverTls(QUEUE),
      {
        Sid: 'RawAlarmsArrive',
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: QUEUE,
        Condition: { ArnEquals: { 'aws:SourceArn': RAW_TOPIC }, StringEquals: THIS_ACCOUNT },
      },
      {
        Sid: 'ChildAlarmsArrive',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: QUEUE,
        Condition: { ArnEquals: { 'aws:SourceArn': CHILD_ALARM_RULE }, StringEquals: THIS_ACCOUNT },
      },
    ]);
    expect(
      statementsOf('AWS::SQS::QueuePolicy', 'Queues', 'https://sqs/Acme-Bedrock-OpsAlert-tasks'),
    ).toEqual([onlyOverTls(TASKS)]);
    expect(
      statementsOf('AWS::SQS::QueuePolicy', 'Queues', 'https://sqs/Acme-Bedrock-OpsAlert-dead-letters'),
    ).toEqual([onlyOverTls(DEAD_LETTERS)]);
  });

  test.each([
    ['alarms are handed on ten', QUEUE, 10],
    ['tasks are handed on one', TASKS, 1],
  ])('%s at a time, to at most two processors, and those that failed are taken back', (_, queue, size) => {
    template.resourceCountIs('AWS::Lambda::EventSourceMapping', 2);
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: queue,
      FunctionName: 'Acme-Bedrock-OpsAlert-notification-processor',
      BatchSize: size,
      MaximumBatchingWindowInSeconds: Match.absent(),
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      Enabled: Match.absent(),
      FilterCriteria: Match.absent(),
    });
  });
});

describe('the rule on child alarms', () => {
  const [rule] = Object.values(
    template.findResources('AWS::Events::Rule', {
      Properties: { Name: 'Acme-Bedrock-OpsAlert-child-alarms' },
    }),
  );
  const matches = readEventPattern(rule?.Properties.EventPattern);
  const change = (alarmName: string, value = 'ALARM') => ({
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    detail: { alarmName, state: { value } },
  });
  const THROTTLES = 'Acme-Bedrock-Throttles-Critical-Nova';

  test('hands each event as it is to the queue that the raw topic feeds', () => {
    expect(rule?.Properties).toMatchObject({ State: 'ENABLED' });
    expect(rule?.Properties.Targets).toEqual([{ Arn: QUEUE, Id: expect.any(String) }]);
    expect(rule?.Properties).not.toHaveProperty('ScheduleExpression');
  });

  test.each(CHILD_ALARMS)('takes %s of any model', (alarm) => {
    expect(matches(change(`Acme-Bedrock-${alarm}-Nova`))).toBe(true);
    expect(matches(change(`Acme-Bedrock-${alarm}-Other`))).toBe(true);
  });

  test.each([
    ['an alarm that goes to OK', change(THROTTLES, 'OK')],
    ['an alarm that has no data any more', change(THROTTLES, 'INSUFFICIENT_DATA')],
    ['a composite, which the raw topic tells of', change('Acme-Bedrock-QuotaHealth-Composite-Nova')],
    ['an alarm on the product itself', change('Acme-OpsAlertHealth-DeadLetters')],
    ['an alarm of another customer', change('Acme2-Bedrock-Throttles-Critical-Nova')],
    ['an alarm of somebody else', change('Payroll-CpuHigh')],
    [
      'a change of an alarm by hand',
      { ...change(THROTTLES), 'detail-type': 'CloudWatch Alarm Configuration Change' },
    ],
    ['an event of somebody else that looks alike', { ...change(THROTTLES), source: 'payroll' }],
  ])('leaves out %s', (_, event) => {
    expect(matches(event)).toBe(false);
  });

  test('has a pattern that EventBridge takes, as has any other rule, with the longest name of a customer', () => {
    const longest = stackOf(settingsOf({ customer: 'Abcdefghij' }), 'Abcdefghij-Bedrock-OpsAlert').template;
    const patterns = Object.values(longest.findResources('AWS::Events::Rule')).flatMap(
      ({ Properties }) => Properties.EventPattern ?? [],
    );
    expect(patterns).toHaveLength(2);
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
    for (const pattern of patterns) expect(JSON.stringify(pattern).length).toBeLessThan(2048);
  });
});

describe('the incident ledger', () => {
  test('is a table that is paid for by use, can be put back to any second, and forgets what is old', () => {
    template.resourceCountIs('AWS::DynamoDB::Table', 1);
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      TableName: 'Acme-Bedrock-OpsAlert-incidents',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      // Without it: encrypted with DynamoDB's own key.
      SSESpecification: Match.absent(),
      // Keys cost, and streams and indexes are not used.
      GlobalSecondaryIndexes: Match.absent(),
      StreamSpecification: Match.absent(),
    });
  });

  test('goes with the stack, which DynamoDB keeps a backup of for 35 days', () => {
    template.hasResource('AWS::DynamoDB::Table', DESTROYED);
  });
});

describe('the secret', () => {
  test('holds the stakeholders, in their order, encrypted with the key', () => {
    template.resourceCountIs('AWS::SecretsManager::Secret', 1);
    template.hasResource('AWS::SecretsManager::Secret', {
      ...DESTROYED,
      Properties: {
        Name: 'Acme-Bedrock-OpsAlert-contacts',
        KmsKeyId: KEY,
        SecretString: JSON.stringify({ emails: STAKEHOLDERS }),
      },
    });
  });
});
