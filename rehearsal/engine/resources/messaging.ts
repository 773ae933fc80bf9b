import * as z from 'zod';
import type { PhysicalResource, ResourceHandlers } from '../../cloudformation/deployment';
import { readResourcePolicy } from '../../iam/policy';
import { digest } from '../../services/derived-ids';
import type { LocalAws } from '../local-aws';
import { arnOf, boolean, handler, number, policy, type Target, tags } from './handler';

/** Keys, topics and queues. */
export const messagingResources = (aws: LocalAws): ResourceHandlers => ({
  'AWS::KMS::Key': handler(aws, keySchema, createKey),
  'AWS::SNS::Topic': handler(aws, topicSchema, createTopic),
  'AWS::SNS::TopicPolicy': handler(aws, topicPolicySchema, createTopicPolicy),
  'AWS::SNS::Subscription': handler(aws, subscriptionSchema, createSubscription),
  'AWS::SQS::Queue': handler(aws, queueSchema, createQueue),
  'AWS::SQS::QueuePolicy': handler(aws, queuePolicySchema, createQueuePolicy),
});

const keySchema = z.strictObject({
  Description: z.string().optional(),
  EnableKeyRotation: boolean.optional(),
  KeyPolicy: policy,
  PendingWindowInDays: number.optional(),
  Tags: tags,
});

function createKey(
  { KeyPolicy }: z.output<typeof keySchema>,
  { stack, logicalId, region }: Target,
): PhysicalResource {
  const keyId = digest(stack.stackId, logicalId).slice(0, 36);
  const arn = arnOf('kms', stack, `key/${keyId}`);
  region.keyPolicies.set(arn, readResourcePolicy(KeyPolicy, `key policy of ${logicalId}`));
  return { ref: keyId, attributes: { Arn: arn, KeyId: keyId } };
}

const topicSchema = z.strictObject({
  TopicName: z.string().optional(),
  KmsMasterKeyId: z.string().optional(),
  Tags: tags,
});

function createTopic(
  { TopicName, KmsMasterKeyId }: z.output<typeof topicSchema>,
  { region, physicalName }: Target,
): PhysicalResource {
  const name = TopicName ?? physicalName();
  const arn = region.sns.putTopic({
    name,
    ...(KmsMasterKeyId === undefined ? {} : { kmsKeyArn: KmsMasterKeyId }),
  });
  return { ref: arn, attributes: { TopicName: name, TopicArn: arn } };
}

const topicPolicySchema = z.strictObject({ PolicyDocument: policy, Topics: z.array(z.string()) });

function createTopicPolicy(
  { PolicyDocument, Topics }: z.output<typeof topicPolicySchema>,
  { region, physicalName }: Target,
): PhysicalResource {
  for (const arn of Topics) {
    readResourcePolicy(PolicyDocument, arn);
    region.sns.putTopic({ ...region.sns.topic(arn), policy: PolicyDocument });
  }
  return { ref: physicalName(), attributes: {} };
}

const subscriptionSchema = z.strictObject({
  TopicArn: z.string(),
  Protocol: z.string(),
  Endpoint: z.string(),
  RawMessageDelivery: boolean.default(false),
});

function createSubscription(
  { TopicArn, Protocol, Endpoint, RawMessageDelivery }: z.output<typeof subscriptionSchema>,
  { region }: Target,
): PhysicalResource {
  const arn = region.sns.subscribe({
    topicArn: TopicArn,
    protocol: Protocol,
    endpoint: Endpoint,
    rawMessageDelivery: RawMessageDelivery,
  });
  return { ref: arn, attributes: { Arn: arn } };
}

const queueSchema = z.strictObject({
  QueueName: z.string().optional(),
  KmsMasterKeyId: z.string().optional(),
  MessageRetentionPeriod: number.optional(),
  VisibilityTimeout: number.optional(),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: number }).optional(),
  Tags: tags,
});

function createQueue(
  properties: z.output<typeof queueSchema>,
  { region, stack, physicalName }: Target,
): PhysicalResource {
  const { KmsMasterKeyId, MessageRetentionPeriod, RedrivePolicy, VisibilityTimeout } = properties;
  const name = properties.QueueName ?? physicalName(80);
  const arn = region.sqs.putQueue({
    name,
    ...(KmsMasterKeyId === undefined ? {} : { kmsKeyArn: KmsMasterKeyId }),
    ...(MessageRetentionPeriod === undefined ? {} : { messageRetentionPeriod: MessageRetentionPeriod }),
    ...(RedrivePolicy === undefined ? {} : { redrivePolicy: RedrivePolicy }),
    ...(VisibilityTimeout === undefined ? {} : { visibilityTimeout: VisibilityTimeout }),
  });
  const url = `http://127.0.0.1/${stack.accountId}/${name}`;
  return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
}

const queuePolicySchema = z.strictObject({ PolicyDocument: policy, Queues: z.array(z.string()) });

function createQueuePolicy(
  { PolicyDocument, Queues }: z.output<typeof queuePolicySchema>,
  { region, physicalName }: Target,
): PhysicalResource {
  for (const url of Queues) {
    const arn = region.sqs.arnOf(url.slice(url.lastIndexOf('/') + 1));
    readResourcePolicy(PolicyDocument, arn);
    region.sqs.putQueue({ ...region.sqs.queue(arn).settings, policy: PolicyDocument });
  }
  return { ref: physicalName(), attributes: {} };
}
