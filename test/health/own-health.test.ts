import { describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { childAlarmName, compositeAlarmName } from '../../lambda/contract/names';
import { ALARM_CATALOGUE } from '../../lambda/domain/alarm-catalogue';
import { HEALTH_CATALOGUE, OLDEST_MESSAGE_SECONDS } from '../../lib/health/health-catalogue';
import { OwnHealth } from '../../lib/health/own-health';
import { FUNCTION_TIMEOUT } from '../../lib/ops-function';
import { rateMs } from '../../rehearsal/services/schedule-expression';
import { emptyCloudWatch, play } from '../rehearsal/cloudwatch/alarms';
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

function secondsBetweenRuns(rule: string): number {
  const [schedule] = Object.values(
    foundation.findResources('AWS::Events::Rule', {
      Properties: { Name: `Acme-Bedrock-OpsAlert-${rule}` },
    }),
  );
  return rateMs(schedule?.Properties.ScheduleExpression) / 1000;
}

const byName = (name: string) => alarms.find(({ AlarmName }) => AlarmName === `Acme-OpsAlertHealth-${name}`);

const LAMBDA_ERRORS = { Namespace: 'AWS/Lambda', MetricName: 'Errors', Statistic: 'Sum', Threshold: 0 };

describe('the alarms on the product itself', () => {
  test.each([
    ['QuotaCalculatorErrors', 'quota-calculator'],
    ['NotificationProcessorErrors', 'notification-processor'],
    ['AlarmUpdaterErrors', 'alarm-updater'],
    ['ReconcilerErrors', 'reconciler'],
  ])('%s: a single error of the function', (name, label) => {
    expect(byName(name)).toMatchObject({
      ...LAMBDA_ERRORS,
      Dimensions: [{ Name: 'FunctionName', Value: `Acme-Bedrock-OpsAlert-${label}` }],
    });
  });

  test('ReconcilerSilent: not one run between two, as often as CloudWatch looks back', () => {
    expect(byName('ReconcilerSilent')).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Invocations',
      Statistic: 'Sum',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      Period: secondsBetweenRuns('reconcile'),
      Dimensions: [{ Name: 'FunctionName', Value: 'Acme-Bedrock-OpsAlert-reconciler' }],
    });
  });

  test.each([
    ['AlarmMessagesRefused', 'raw-alarms'],
    ['NotificationsRefused', 'notifications'],
  ])('%s: a single message that the topic has given up', (name, topic) => {
    expect(byName(name)).toMatchObject({
      Namespace: 'AWS/SNS',
      MetricName: 'NumberOfNotificationsFailed',
      Statistic: 'Sum',
      Threshold: 0,
      Dimensions: [{ Name: 'TopicName', Value: `Acme-Bedrock-OpsAlert-${topic}` }],
    });
  });

  test.each([
    ['AlarmEventsRefused', 'child-alarms'],
    ['ReconciliationRefused', 'reconcile'],
    ['HealthChecksRefused', 'health-checks'],
    ['AlarmUpdatesRefused', 'alarm-updates'],
    ['SharerUpdatesRefused', 'quota-sharers'],
    ['AlarmChangesRefused', 'alarm-changes'],
  ])('%s: a single time that the rule could not reach its target', (name, rule) => {
    expect(byName(name)).toMatchObject({
      Namespace: 'AWS/Events',
      MetricName: 'FailedInvocations',
      Statistic: 'Sum',
      Threshold: 0,
      Dimensions: [{ Name: 'RuleName', Value: `Acme-Bedrock-OpsAlert-${rule}` }],
    });
  });

  test.each([
    ['SubscriptionsMissing', 'MissingSubscriptions'],
    ['UsageSilent', 'SilentModels'],
  ])('%s: what the last health check found', (name, metric) => {
    expect(byName(name)).toMatchObject({
      Namespace: 'BedrockOpsAlert',
      MetricName: metric,
      Statistic: 'Maximum',
      Threshold: 0,
      Period: secondsBetweenRuns('health-checks'),
      Dimensions: [{ Name: 'service', Value: 'Acme' }],
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

  test.each([
    ['OldestMessage', 'alarms'],
    ['OldestTask', 'tasks'],
  ])('%s: a message that is older than half an hour', (name, queue) => {
    expect(byName(name)).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateAgeOfOldestMessage',
      Statistic: 'Maximum',
      Threshold: 1800,
      Dimensions: [{ Name: 'QueueName', Value: `Acme-Bedrock-OpsAlert-${queue}` }],
    });
  });

  test('are no more than these', () => {
    expect(alarms.map(({ AlarmName }) => AlarmName)).toEqual(
      HEALTH_CATALOGUE.map(({ name }) => `Acme-OpsAlertHealth-${name}`),
    );
    expect(alarms).toHaveLength(18);
  });

  test('fire on the first bad period', () => {
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({
        EvaluationPeriods: 1,
        DatapointsToAlarm: 1,
        Threshold: expect.any(Number),
      });
    }
  });

  const onSilence = alarms.filter(({ AlarmName }) => `${AlarmName}`.endsWith('ReconcilerSilent'));
  const onValues = alarms.filter((alarm) => !onSilence.includes(alarm));

  test('fire above their thresholds and not on silence, but for the one on silence', () => {
    expect(onValues).toHaveLength(alarms.length - 1);
    for (const alarm of onValues) {
      expect(alarm).toMatchObject({
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      });
    }
  });

  test('fire within five minutes, but for those on what the reconciler finds', () => {
    const slower = alarms.filter(({ Period }) => Period !== 300);
    expect(slower.map(({ AlarmName }) => `${AlarmName}`.split('-').at(-1))).toEqual([
      'SubscriptionsMissing',
      'UsageSilent',
    ]);
  });

  test('mail people without the processor, and only when they fire', () => {
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({ AlarmActions: [NOTIFICATIONS] });
      expect(alarm).not.toHaveProperty('OKActions');
      expect(alarm).not.toHaveProperty('ActionsEnabled');
    }
    for (const alarm of onValues) expect(alarm).not.toHaveProperty('InsufficientDataActions');
  });

  /** An alarm begins in INSUFFICIENT_DATA, and so without a change to it. */
  test('tell of a reconciler that stopped, but not of one that has never run yet', () => {
    expect(onSilence).toEqual([
      expect.objectContaining({ TreatMissingData: 'missing', InsufficientDataActions: [NOTIFICATIONS] }),
    ]);
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

describe('ReconcilerSilent on the local CloudWatch', () => {
  const INVOCATIONS = {
    namespace: 'AWS/Lambda',
    name: 'Invocations',
    dimensions: { FunctionName: 'Acme-Bedrock-OpsAlert-reconciler' },
  };

  /** The changes of state of the hours from midnight, the first run being at `first`, the last at `last`. */
  function changes(first: string, last: string, until: string): readonly string[] {
    const cloudWatch = emptyCloudWatch();
    cloudWatch.putMetricAlarm({ ...byName('ReconcilerSilent') }, new Date('2026-03-02T00:00:00Z'));
    const at = (time: string): number => Date.parse(`2026-03-02T${time}:00Z`);
    for (let run = at(first); run <= at(last); run += 5 * 60_000)
      cloudWatch.metrics.put(INVOCATIONS, new Date(run), 2);
    return play(cloudWatch, '2026-03-02T00:00:00Z', `2026-03-02T${until}:00Z`);
  }

  test('nobody is told of a deployment, nor of a reconciler that runs', () => {
    expect(changes('00:05', '06:00', '06:00')).toEqual([
      '00:06 Acme-OpsAlertHealth-ReconcilerSilent INSUFFICIENT_DATA -> OK',
    ]);
  });

  test('people are told of one that runs no more, within the hour', () => {
    const [, ...afterwards] = changes('00:05', '02:00', '06:00');
    expect(afterwards).toEqual([expect.stringMatching(/^02:\d\d .* OK -> INSUFFICIENT_DATA$/)]);
  });
});

describe('the foundation', () => {
  test('lets them publish, by the policies of topic and key', () => {
    for (const type of ['AWS::SNS::TopicPolicy', 'AWS::KMS::Key']) {
      const admitted = JSON.stringify(foundation.findResources(type));
      expect(admitted).toContain('arn:aws:cloudwatch:us-east-1:111122223333:alarm:Acme-OpsAlertHealth-*');
    }
  });

  test.each([
    ['function', 'AWS::Lambda::Function', 'FunctionName', 'Errors'],
    ['topic', 'AWS::SNS::Topic', 'TopicName', 'NumberOfNotificationsFailed'],
    ['rule', 'AWS::Events::Rule', 'Name', 'FailedInvocations'],
  ])('has no %s without an alarm on what fails there', (_, type, property, metricName) => {
    const watched = HEALTH_CATALOGUE.filter(({ metric }) => metric.name === metricName);
    expect(watched.map(({ metric }) => metric.of('Acme')).toSorted()).toEqual(
      propertyOf(type, property).toSorted(),
    );
  });

  test('has no queue without an alarm', () => {
    const watched = HEALTH_CATALOGUE.filter(({ metric }) => metric.dimension === 'QueueName');
    expect(watched.map(({ metric }) => metric.of('Acme')).toSorted()).toEqual(
      propertyOf('AWS::SQS::Queue', 'QueueName').toSorted(),
    );
  });
});

describe('what is in order does not raise OldestMessage', () => {
  const { visibilityTimeout, maxReceives } = taskQueue();

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

  function taskQueue(): { readonly visibilityTimeout: number; readonly maxReceives: number } {
    const [queue] = Object.values(
      foundation.findResources('AWS::SQS::Queue', {
        Properties: { QueueName: 'Acme-Bedrock-OpsAlert-tasks' },
      }),
    );
    const { VisibilityTimeout, RedrivePolicy } = queue?.Properties ?? {};
    return { visibilityTimeout: VisibilityTimeout, maxReceives: RedrivePolicy.maxReceiveCount };
  }
});
