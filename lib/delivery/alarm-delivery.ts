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

export interface AlarmDeliveryProps {
  readonly customer: string;
  readonly key: IKey;
}

/** composite alarms → raw alarm topic → queue, and children's events → queue, with a dead-letter queue behind it. */
export class AlarmDelivery extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { customer, key }: AlarmDeliveryProps) {
    super(scope, id);
    const topic = new Topic(this, 'RawAlarms', {
      topicName: rawAlarmTopicName(customer),
      masterKey: key,
      enforceSSL: true,
    });
    allowAlarmsToPublish(topic, compositeAlarmArns(this, customer));
    this.queue = this.encryptedQueue(customer, key);
    this.letTopicSend(topic);
    new Subscription(this, 'RawAlarmsToQueue', {
      topic,
      protocol: SubscriptionProtocol.SQS,
      endpoint: this.queue.queueArn,
      rawMessageDelivery: true,
    });
    this.letRuleSend(customer);
    new ChildAlarmEvents(this, 'ChildAlarms', { customer, queue: this.queue });
  }

  /** One message per invocation, so one e-mail; `reportBatchItemFailures` returns a failed message to the queue. */
  deliverTo(processor: IFunction): void {
    new EventSourceMapping(this, 'QueueToProcessor', {
      target: processor,
      eventSourceArn: this.queue.queueArn,
      batchSize: 1,
      maxConcurrency: MAX_CONCURRENCY,
      reportBatchItemFailures: true,
    });
  }

  private encryptedQueue(customer: string, key: IKey): Queue {
    const encrypted = { encryption: QueueEncryption.KMS, encryptionMasterKey: key, enforceSSL: true };
    const deadLetters = new Queue(this, 'DeadLetters', {
      ...encrypted,
      queueName: deadLetterQueueName(customer),
      retentionPeriod: Duration.days(14),
    });
    return new Queue(this, 'Alarms', {
      ...encrypted,
      queueName: alarmQueueName(customer),
      visibilityTimeout: VISIBILITY_TIMEOUT,
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: MAX_ATTEMPTS },
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
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        sid,
        principals: [new ServicePrincipal(service)],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        conditions: {
          ArnEquals: { 'aws:SourceArn': sourceArn },
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
        },
      }),
    );
  }
}
