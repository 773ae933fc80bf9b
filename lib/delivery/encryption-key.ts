import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { compositeAlarmArns, healthAlarmArns } from '../access/alarm-arns';

export interface EncryptionKeyProps {
  readonly customer: string;
}

/**
 * One key for topics, queues and the contact secret. Alarms can publish to an encrypted topic only under a
 * customer-managed key that admits CloudWatch, and a topic or a rule can deliver to an encrypted queue only under one that
 * admits SNS or EventBridge.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 */
export class EncryptionKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, { customer }: EncryptionKeyProps) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: `Bedrock Ops Alert of ${customer}: alarm messages, notifications and contacts`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(7),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsPublishToEncryptedTopics',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
          ArnLike: { 'aws:SourceArn': [compositeAlarmArns(this, customer), healthAlarmArns(this, customer)] },
        },
      }),
    );
    this.letDeliver('TopicDeliversToEncryptedQueue', 'sns.amazonaws.com');
    // Which rule may send, the queue's policy says: AWS documents no rule as the source of a call to a key.
    this.letDeliver('RuleDeliversToEncryptedQueue', 'events.amazonaws.com');
  }

  private letDeliver(sid: string, service: string): void {
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid,
        principals: [new ServicePrincipal(service)],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
  }
}
