import * as z from 'zod';
import type {
  DeployedResource,
  PhysicalResource,
  ResourceHandlers,
} from '../../cloudformation/stack-resources';
import { readResourcePolicy } from '../../iam/policy';
import { digest } from '../../services/derived-ids';
import type { QueueSettings } from '../../services/sqs';
import type { LocalAws } from '../local-aws';
import { arnOf, boolean, handler, number, policy, type Removal, type Target, tags } from './handler';

/** Keys, topics and queues. */
export const messagingResources = (aws: LocalAws): ResourceHandlers => ({
  'AWS::KMS::Key': handler(aws, {
    schema: keySchema,
    create: createKey,
    update: updateKey,
    // Scheduled for deletion, a key is of no use to anyone any more.
    remove: ({ attributes }, { region }) => {
      region.keyPolicies.delete(String(attributes.Arn));
    },
  }),
  'AWS::KMS::Alias': handler(aws, {
    schema: aliasSchema,
    name: 'AliasName',
    exists: (name, { region }) => region.keyAliases.has(name),
    create: putAlias,
    update: putAlias,
    remove: ({ ref }, { region }) => {
      region.keyAliases.delete(ref);
    },
  }),
  'AWS::SNS::Topic': handler(aws, {
    schema: topicSchema,
    name: 'TopicName',
    exists: (name, { region }) => region.sns.topics().some((topic) => topic.name === name),
    create: (properties, target) =>
      putTopic(properties.TopicName ?? target.physicalName(), properties, target),
    update: (properties, target, { attributes }) =>
      putTopic(String(attributes.TopicName), properties, target),
    remove: ({ ref }, { region }) => region.sns.deleteTopic(ref),
  }),
  'AWS::SNS::TopicPolicy': handler(aws, {
    schema: topicPolicySchema,
    create: putTopicPolicy,
    update: (properties, target, before) => {
      removeTopicPolicy(before, target);
      return { ...putTopicPolicy(properties, target), ref: before.ref };
    },
    remove: removeTopicPolicy,
  }),
  'AWS::SNS::Subscription': handler(aws, {
    schema: subscriptionSchema,
    fixed: ['TopicArn', 'Protocol', 'Endpoint'],
    create: subscribe,
    update: subscribe,
    remove: ({ ref }, { region }) => region.sns.unsubscribe(ref),
  }),
  'AWS::SQS::Queue': handler(aws, {
    schema: queueSchema,
    name: 'QueueName',
    exists: (name, { region }) => region.sqs.has(region.sqs.arnOf(name)),
    create: createQueue,
    update: (properties, { region, stack }, { attributes }) => {
      const name = String(attributes.QueueName);
      const { policy: attached } = region.sqs.queue(region.sqs.arnOf(name)).settings;
      const kept = attached === undefined ? {} : { policy: attached };
      return queueMade(region.sqs.putQueue({ ...queueSettings(name, properties), ...kept }), name, stack);
    },
    remove: ({ attributes }, { region, aws }) =>
      region.sqs.deleteQueue(String(attributes.Arn), aws.agenda.now),
  }),
  'AWS::SQS::QueuePolicy': handler(aws, {
    schema: queuePolicySchema,
    create: putQueuePolicy,
    update: (properties, target, before) => {
      removeQueuePolicy(before, target);
      return { ...putQueuePolicy(properties, target), ref: before.ref };
    },
    remove: removeQueuePolicy,
  }),
});

const keySchema = z.strictObject({
  Description: z.string().optional(),
  EnableKeyRotation: boolean.optional(),
  KeyPolicy: policy,
  PendingWindowInDays: number.optional(),
  Tags: tags,
});

function createKey(
  properties: z.output<typeof keySchema>,
  { stack, logicalId, region }: Target,
): PhysicalResource {
  const keyId = digest(stack.stackId, logicalId).slice(0, 36);
  const arn = arnOf('kms', stack, `key/${keyId}`);
  region.keyPolicies.set(arn, keyPolicy(properties, logicalId));
  return { ref: keyId, attributes: { Arn: arn, KeyId: keyId } };
}

function updateKey(
  properties: z.output<typeof keySchema>,
  { logicalId, region }: Target,
  before: DeployedResource,
): PhysicalResource {
  region.keyPolicies.set(String(before.attributes.Arn), keyPolicy(properties, logicalId));
  return before;
}

const keyPolicy = ({ KeyPolicy }: z.output<typeof keySchema>, logicalId: string) =>
  readResourcePolicy(KeyPolicy, `key policy of ${logicalId}`);

const aliasSchema = z.strictObject({ AliasName: z.string(), TargetKeyId: z.string() });

function putAlias(
  { AliasName, TargetKeyId }: z.output<typeof aliasSchema>,
  { region }: Target,
): PhysicalResource {
  region.keyAliases.set(AliasName, TargetKeyId);
  return { ref: AliasName, attributes: {} };
}

const topicSchema = z.strictObject({
  TopicName: z.string().optional(),
  KmsMasterKeyId: z.string().optional(),
  Tags: tags,
});

/** The policy stands in a resource of its own, which a change of the topic leaves as it is. */
function putTopic(
  name: string,
  { KmsMasterKeyId }: z.output<typeof topicSchema>,
  { region }: Target,
): PhysicalResource {
  const attached = region.sns.topics().find((topic) => topic.name === name)?.policy;
  const arn = region.sns.putTopic({
    name,
    ...(KmsMasterKeyId === undefined ? {} : { kmsKeyArn: KmsMasterKeyId }),
    ...(attached === undefined ? {} : { policy: attached }),
  });
  return { ref: arn, attributes: { TopicName: name, TopicArn: arn } };
}

const topicPolicySchema = z.strictObject({ PolicyDocument: policy, Topics: z.array(z.string()) });

function putTopicPolicy(
  { PolicyDocument, Topics }: z.output<typeof topicPolicySchema>,
  { region, physicalName }: Target,
): PhysicalResource {
  for (const arn of Topics) {
    readResourcePolicy(PolicyDocument, arn);
    region.sns.putTopic({ ...region.sns.topic(arn), policy: PolicyDocument });
  }
  return { ref: physicalName(), attributes: {} };
}

function removeTopicPolicy({ properties }: DeployedResource, { region }: Removal): void {
  for (const arn of topicPolicySchema.parse(properties).Topics) {
    const { policy: _removed, ...topic } = region.sns.topic(arn);
    region.sns.putTopic(topic);
  }
}

const subscriptionSchema = z.strictObject({
  TopicArn: z.string(),
  Protocol: z.string(),
  Endpoint: z.string(),
  RawMessageDelivery: boolean.default(false),
});

function subscribe(
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
  { region, stack, physicalName, aws }: Target,
): PhysicalResource {
  const name = properties.QueueName ?? physicalName(80);
  region.sqs.refuseDeletedRecently(name, aws.agenda.now);
  return queueMade(region.sqs.putQueue(queueSettings(name, properties)), name, stack);
}

function queueSettings(name: string, properties: z.output<typeof queueSchema>): QueueSettings {
  const { KmsMasterKeyId, MessageRetentionPeriod, RedrivePolicy, VisibilityTimeout } = properties;
  return {
    name,
    ...(KmsMasterKeyId === undefined ? {} : { kmsKeyArn: KmsMasterKeyId }),
    ...(MessageRetentionPeriod === undefined ? {} : { messageRetentionPeriod: MessageRetentionPeriod }),
    ...(RedrivePolicy === undefined ? {} : { redrivePolicy: RedrivePolicy }),
    ...(VisibilityTimeout === undefined ? {} : { visibilityTimeout: VisibilityTimeout }),
  };
}

function queueMade(arn: string, name: string, { accountId }: Target['stack']): PhysicalResource {
  const url = `http://127.0.0.1/${accountId}/${name}`;
  return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
}

const queuePolicySchema = z.strictObject({ PolicyDocument: policy, Queues: z.array(z.string()) });

function putQueuePolicy(
  { PolicyDocument, Queues }: z.output<typeof queuePolicySchema>,
  { region, physicalName }: Target,
): PhysicalResource {
  for (const url of Queues) {
    const arn = region.sqs.arnOf(nameOf(url));
    readResourcePolicy(PolicyDocument, arn);
    region.sqs.putQueue({ ...region.sqs.queue(arn).settings, policy: PolicyDocument });
  }
  return { ref: physicalName(), attributes: {} };
}

function removeQueuePolicy({ properties }: DeployedResource, { region }: Removal): void {
  for (const url of queuePolicySchema.parse(properties).Queues) {
    const { policy: _removed, ...settings } = region.sqs.queue(region.sqs.arnOf(nameOf(url))).settings;
    region.sqs.putQueue(settings);
  }
}

const nameOf = (queueUrl: string): string => queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
