import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  alarmQueueName,
  childAlarmRuleName,
  deadLetterQueueName,
  rawAlarmTopicName,
  taskQueueName,
} from '../../lambda/contract/names';
import { compositeAlarmArns } from '../access/alarm-arns';
import { ruleArn } from '../access/rule-arn';
import { FUNCTION_TIMEOUT } from '../ops-function';
import { allowAlarmsToPublish } from './allow-alarms-to-publish';
import { ChildAlarmEvents } from './child-alarm-events';

/** AWS's advice for queues that Lambda polls. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const VISIBILITY_TIMEOUT = Duration.seconds(6 * FUNCTION_TIMEOUT.toSeconds());

/** After so many failed attempts a message is poisoned, and waits in the dead-letter queue for a person. */
const MAX_ATTEMPTS = 5;

/** E-mails are paced: SNS suspends an e-mail subscription above 10 messages a second. */
const MAX_CONCURRENCY = 2;

/** What alarms say is put down in a moment, so in a storm one invocation hears many. */
const ALARMS_AT_ONCE = 10;

export interface AlarmDeliveryProps {
  readonly customer: string;
  readonly key: IKey;
}

/**
 * composite alarms → raw alarm topic → queue of alarms, and children's events → the same. What the processor has to do later
 * waits in a queue of its own tasks, where no flood of alarms holds it up. One dead-letter queue is behind both.
 */
export class AlarmDelivery extends Construct {
  readonly alarms: Queue;
  readonly tasks: Queue;

  constructor(scope: Construct, id: string, { customer, key }: AlarmDeliveryProps) {
    super(scope, id);
    const topic = new Topic(this, 'RawAlarms', {
      topicName: rawAlarmTopicName(customer),
      masterKey: key,
      enforceSSL: true,
    });
    allowAlarmsToPublish(topic, compositeAlarmArns(this, customer));
    const deadLetters = new Queue(this, 'DeadLetters', {
      ...encryptedWith(key),
      queueName: deadLetterQueueName(customer),
      retentionPeriod: Duration.days(14),
    });
    const queue = (name: string) => ({
      ...encryptedWith(key),
      queueName: name,
      visibilityTimeout: VISIBILITY_TIMEOUT,
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: MAX_ATTEMPTS },
    });
    this.alarms = new Queue(this, 'Alarms', queue(alarmQueueName(customer)));
    this.tasks = new Queue(this, 'Tasks', queue(taskQueueName(customer)));
    this.letTopicSend(topic);
    new Subscription(this, 'RawAlarmsToQueue', {
      topic,
      protocol: SubscriptionProtocol.SQS,
      endpoint: this.alarms.queueArn,
      rawMessageDelivery: true,
    });
    this.letRuleSend(customer);
    new ChildAlarmEvents(this, 'ChildAlarms', { customer, queue: this.alarms });
  }

  /** One task per invocation, so one e-mail. */
  deliverTo(processor: IFunction): void {
    this.poll('QueueToProcessor', this.alarms, processor, ALARMS_AT_ONCE);
    this.poll('TasksToProcessor', this.tasks, processor, 1);
  }

  /** `reportBatchItemFailures` returns a failed message to the queue, and no other. */
  private poll(id: string, queue: Queue, target: IFunction, batchSize: number): void {
    new EventSourceMapping(this, id, {
      target,
      eventSourceArn: queue.queueArn,
      batchSize,
      maxConcurrency: MAX_CONCURRENCY,
      reportBatchItemFailures: true,
    });
  }

  private letTopicSend(topic: Topic): void {
    this.letSend('RawAlarmsArrive', 'sns.amazonaws.com', topic.topicArn);
  }

  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sqs-permissions */
  private letRuleSend(customer: string): void {
    this.letSend('ChildAlarmsArrive', 'events.amazonaws.com', ruleArn(this, childAlarmRuleName(customer)));
  }

  private letSend(sid: string, service: string, sourceArn: string): void {
    this.alarms.addToResourcePolicy(
      new PolicyStatement({
        sid,
        principals: [new ServicePrincipal(service)],
        actions: ['sqs:SendMessage'],
        resources: [this.alarms.queueArn],
        conditions: {
          ArnEquals: { 'aws:SourceArn': sourceArn },
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
        },
      }),
    );
  }
}

const encryptedWith = (key: IKey) => ({
  encryption: QueueEncryption.KMS,
  encryptionMasterKey: key,
  enforceSSL: true,
});
