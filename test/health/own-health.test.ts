import { describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { childAlarmName, compositeAlarmName } from '../../lambda/contract/names';
import { ALARM_CATALOGUE } from '../../lambda/domain/alarm-catalogue';
import { HEALTH_CATALOGUE, OLDEST_MESSAGE_SECONDS } from '../../lib/health/health-catalogue';
import { OwnHealth } from '../../lib/health/own-health';
import { FUNCTION_TIMEOUT } from '../../lib/ops-function';
import { FOUNDATION, settingsOf, stackOf } from '../stacks/synthesized';

const NOTIFICATIONS = 'arn:aws:sns:us-east-1:111122223333:Acme-Bedrock-OpsAlert-notifications';

const stack = new Stack(new App(), 'Foundation');
new OwnHealth(stack, 'Health', {
  customer: 'Acme',
  notifications: Topic.fromTopicArn(stack, 'Notifications', NOTIFICATIONS),
});
const alarms = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm')).map(
  ({ Properties }) => Properties,
);

const foundation = stackOf(settingsOf(), FOUNDATION).template;
const propertyOf = (type: string, property: string): readonly unknown[] =>
  Object.values(foundation.findResources(type)).map(({ Properties }) => Properties[property]);

const byName = (name: string) => alarms.find(({ AlarmName }) => AlarmName === `Acme-OpsAlertHealth-${name}`);

const LAMBDA_ERRORS = { Namespace: 'AWS/Lambda', MetricName: 'Errors', Statistic: 'Sum', Threshold: 0 };

describe('the alarms on the product itself', () => {
  test.each([
    ['QuotaCalculatorErrors', 'quota-calculator'],
    ['NotificationProcessorErrors', 'notification-processor'],
    ['AlarmUpdaterErrors', 'alarm-updater'],
  ])('%s: a single error of the function', (name, label) => {
    expect(byName(name)).toMatchObject({
      ...LAMBDA_ERRORS,
      Dimensions: [{ Name: 'FunctionName', Value: `Acme-Bedrock-OpsAlert-${label}` }],
    });
  });

  test('DeadLetters: a single message that nothing will try again', () => {
    expect(byName('DeadLetters')).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Statistic: 'Maximum',
      Threshold: 0,
      Dimensions: [{ Name: 'QueueName', Value: 'Acme-Bedrock-OpsAlert-dead-letters' }],
    });
  });

  test('OldestMessage: a message that is older than half an hour', () => {
    expect(byName('OldestMessage')).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateAgeOfOldestMessage',
      Statistic: 'Maximum',
      Threshold: 1800,
      Dimensions: [{ Name: 'QueueName', Value: 'Acme-Bedrock-OpsAlert-alarms' }],
    });
  });

  test('are no more than these', () => {
    expect(alarms.map(({ AlarmName }) => AlarmName)).toEqual(
      HEALTH_CATALOGUE.map(({ name }) => `Acme-OpsAlertHealth-${name}`),
    );
    expect(alarms).toHaveLength(5);
  });

  test('fire on the first bad period of five minutes, and not on silence', () => {
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({
        Period: 300,
        EvaluationPeriods: 1,
        DatapointsToAlarm: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      });
    }
  });

  test('mail people without the processor, and only when they fire', () => {
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({ AlarmActions: [NOTIFICATIONS] });
      expect(alarm).not.toHaveProperty('OKActions');
      expect(alarm).not.toHaveProperty('InsufficientDataActions');
      expect(alarm).not.toHaveProperty('ActionsEnabled');
    }
  });

  test('say what broke, why it matters and which article to read', () => {
    for (const [index, { broken, consequence, name }] of HEALTH_CATALOGUE.entries()) {
      expect(alarms[index]).toMatchObject({
        AlarmDescription: `Bedrock Ops Alert itself: ${broken} ${consequence} Runbook: ${name}.`,
      });
    }
  });

  test('have names that no model could take', () => {
    const ofModels = ALARM_CATALOGUE.map(({ name, severity }) => childAlarmName('Acme', name, severity, ''));
    for (const prefix of [...ofModels, compositeAlarmName('Acme', '')]) {
      expect(alarms.filter(({ AlarmName }) => `${AlarmName}`.startsWith(prefix))).toEqual([]);
    }
  });
});

describe('the foundation', () => {
  test('lets them publish, by the policies of topic and key', () => {
    for (const type of ['AWS::SNS::TopicPolicy', 'AWS::KMS::Key']) {
      const admitted = JSON.stringify(foundation.findResources(type));
      expect(admitted).toContain('arn:aws:cloudwatch:us-east-1:111122223333:alarm:Acme-OpsAlertHealth-*');
    }
  });

  test('has no function without an alarm on its errors', () => {
    const watched = HEALTH_CATALOGUE.map(({ metric }) => metric.of('Acme'));
    expect(watched).toEqual(expect.arrayContaining([...propertyOf('AWS::Lambda::Function', 'FunctionName')]));
    expect(watched).toEqual(expect.arrayContaining([...propertyOf('AWS::SQS::Queue', 'QueueName')]));
  });
});

describe('what is in order does not raise OldestMessage', () => {
  const { visibilityTimeout, maxReceives } = alarmQueue();

  /** SQS delays no message for longer. */
  const LONGEST_DELAY_SECONDS = 15 * 60;

  test('a delayed message, though it fails twice before it is done', () => {
    expect(LONGEST_DELAY_SECONDS + 2 * visibilityTimeout + FUNCTION_TIMEOUT.toSeconds()).toBeLessThan(
      OLDEST_MESSAGE_SECONDS,
    );
  });

  test('a message that fails, of which DeadLetters tells', () => {
    expect(maxReceives * visibilityTimeout).toBeLessThanOrEqual(OLDEST_MESSAGE_SECONDS);
  });

  function alarmQueue(): { readonly visibilityTimeout: number; readonly maxReceives: number } {
    const [queue] = Object.values(
      foundation.findResources('AWS::SQS::Queue', {
        Properties: { QueueName: 'Acme-Bedrock-OpsAlert-alarms' },
      }),
    );
    const { VisibilityTimeout, RedrivePolicy } = queue?.Properties ?? {};
    return { visibilityTimeout: VisibilityTimeout, maxReceives: RedrivePolicy.maxReceiveCount };
  }
});
