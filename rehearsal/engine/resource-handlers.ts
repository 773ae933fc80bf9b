import * as z from 'zod';
import { codeFolder, type Stack } from '../cloudformation/assembly';
import { customResourceProperties } from '../cloudformation/custom-resource';
import type {
  DeployedResource,
  PhysicalResource,
  ResourceHandler,
  ResourceHandlers,
  ResourceRequest,
} from '../cloudformation/deployment';
import { readKnown } from '../cloudformation/known-shape';
import { readIdentityPolicy, readResourcePolicy, readTrustPolicy } from '../iam/policy';
import { digest } from '../services/derived-ids';
import type { LocalAws } from './local-aws';
import type { LocalRegion } from './local-region';

/** A number, which CloudFormation also takes as text. */
const number = z.coerce.number();
const boolean = z.union([z.boolean(), z.stringbool()]);
const tags = z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional();
const policy = z.unknown();

interface Target extends ResourceRequest {
  readonly aws: LocalAws;
  readonly region: LocalRegion;
}

/** Where something is removed. */
type Removal = Pick<Target, 'aws' | 'region' | 'stack'>;

/** Makes a handler of a schema of all properties that the local AWS knows, and of what it does with them. */
function handler<Properties>(
  aws: LocalAws,
  schema: z.ZodType<Properties>,
  create: (properties: Properties, target: Target) => PhysicalResource | Promise<PhysicalResource>,
  remove?: (resource: DeployedResource, target: Removal) => void | Promise<void>,
): ResourceHandler {
  return {
    ...(remove === undefined
      ? {}
      : {
          delete: async (resource, stack) =>
            remove(resource, { aws, stack, region: aws.region(stack.accountId, stack.region) }),
        }),
    create: async (request) => {
      const { stack, logicalId, type } = request;
      const properties = readKnown(schema, request.properties, `${type} ${stack.stackName}/${logicalId}`);
      return create(properties, { ...request, aws, region: aws.region(stack.accountId, stack.region) });
    },
  };
}

const arnOf = (service: string, { accountId, region }: Stack, resource: string): string =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;

/** How each resource type of the product's stacks comes into being. A property that is not listed is NotRehearsed. */
export function resourceHandlers(
  aws: LocalAws,
  functionLabel: (functionName: string) => string,
): ResourceHandlers {
  return {
    'AWS::KMS::Key': handler(aws, keySchema, createKey),
    'AWS::SNS::Topic': handler(aws, topicSchema, createTopic),
    'AWS::SNS::TopicPolicy': handler(aws, topicPolicySchema, createTopicPolicy),
    'AWS::SNS::Subscription': handler(aws, subscriptionSchema, createSubscription),
    'AWS::SQS::Queue': handler(aws, queueSchema, createQueue),
    'AWS::SQS::QueuePolicy': handler(aws, queuePolicySchema, createQueuePolicy),
    'AWS::SecretsManager::Secret': handler(aws, secretSchema, createSecret),
    'AWS::SSM::Parameter': handler(aws, parameterSchema, createParameter, deleteParameter),
    'AWS::Logs::LogGroup': handler(aws, logGroupSchema, createLogGroup),
    'AWS::IAM::Role': handler(aws, roleSchema, createRole),
    'AWS::Lambda::Function': handler(aws, functionSchema, (properties, target) =>
      createFunction(properties, target, functionLabel),
    ),
    'AWS::Lambda::EventSourceMapping': handler(aws, mappingSchema, createMapping),
    'AWS::CloudWatch::Alarm': handler(aws, alarmSchema, createAlarm, deleteAlarm),
    'AWS::CloudWatch::CompositeAlarm': handler(aws, alarmSchema, createCompositeAlarm, deleteAlarm),
    'AWS::CloudFormation::CustomResource': handler(
      aws,
      customResourceSchema,
      createCustomResource,
      deleteCustomResource,
    ),
  };
}

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

const secretSchema = z.strictObject({
  Name: z.string(),
  Description: z.string().optional(),
  KmsKeyId: z.string().optional(),
  SecretString: z.string(),
  Tags: tags,
});

function createSecret(
  { Name, KmsKeyId, SecretString }: z.output<typeof secretSchema>,
  { region, aws }: Target,
): PhysicalResource {
  const key = KmsKeyId === undefined ? {} : { kmsKeyArn: KmsKeyId };
  const arn = region.secretsManager.putSecret(
    { name: Name, secretString: SecretString, ...key },
    aws.agenda.now,
  );
  return { ref: arn, attributes: { Id: arn } };
}

const parameterSchema = z.strictObject({
  Name: z.string(),
  Type: z.literal('String'),
  Value: z.string(),
  Description: z.string().optional(),
  Tags: z.record(z.string(), z.string()).optional(),
});

function createParameter(
  { Name, Value }: z.output<typeof parameterSchema>,
  { region, aws }: Target,
): PhysicalResource {
  region.parameterStore.put({ name: Name, value: Value }, aws.agenda.now);
  return { ref: Name, attributes: { Type: 'String', Value } };
}

const logGroupSchema = z.strictObject({
  LogGroupName: z.string(),
  RetentionInDays: number.optional(),
  Tags: tags,
});

const createLogGroup = (
  { LogGroupName }: z.output<typeof logGroupSchema>,
  { stack }: Target,
): PhysicalResource => ({
  ref: LogGroupName,
  attributes: { Arn: arnOf('logs', stack, `log-group:${LogGroupName}:*`) },
});

const roleSchema = z.strictObject({
  AssumeRolePolicyDocument: policy,
  Description: z.string().optional(),
  Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: policy })).default([]),
  Tags: tags,
});

function createRole(
  { AssumeRolePolicyDocument, Policies }: z.output<typeof roleSchema>,
  { stack, region, physicalName }: Target,
): PhysicalResource {
  const name = physicalName(64);
  const arn = `arn:aws:iam::${stack.accountId}:role/${name}`;
  readTrustPolicy(AssumeRolePolicyDocument, `trust policy of ${name}`);
  region.rolePolicies.set(
    arn,
    Policies.map(({ PolicyName, PolicyDocument }) => readIdentityPolicy(PolicyDocument, PolicyName)),
  );
  return { ref: name, attributes: { Arn: arn, RoleId: digest(arn).slice(0, 21).toUpperCase() } };
}

const functionSchema = z.strictObject({
  FunctionName: z.string(),
  Description: z.string().optional(),
  Architectures: z.array(z.string()).optional(),
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string(),
  Role: z.string(),
  Runtime: z.string(),
  Timeout: number,
  MemorySize: number,
  Environment: z.strictObject({ Variables: z.record(z.string(), z.string()) }).optional(),
  LoggingConfig: z.strictObject({ LogGroup: z.string() }),
  Tags: tags,
});

function createFunction(
  properties: z.output<typeof functionSchema>,
  { aws, region, stack }: Target,
  functionLabel: (functionName: string) => string,
): PhysicalResource {
  const { arn } = aws.addFunction(
    {
      name: properties.FunctionName,
      label: functionLabel(properties.FunctionName),
      codeFolder: codeFolder(stack, properties.Code.S3Key),
      handler: properties.Handler,
      roleArn: properties.Role,
      timeoutSeconds: properties.Timeout,
      memoryMb: properties.MemorySize,
      logGroup: properties.LoggingConfig.LogGroup,
      variables: properties.Environment?.Variables ?? {},
    },
    region,
  );
  return { ref: properties.FunctionName, attributes: { Arn: arn } };
}

const mappingSchema = z.strictObject({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: number.default(10),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  ScalingConfig: z.strictObject({ MaximumConcurrency: number }),
  Tags: tags,
});

function createMapping(
  {
    EventSourceArn,
    FunctionName,
    BatchSize,
    FunctionResponseTypes,
    ScalingConfig,
  }: z.output<typeof mappingSchema>,
  { aws, stack, physicalName }: Target,
): PhysicalResource {
  aws.addMapping({
    queueArn: EventSourceArn,
    functionArn: arnOf('lambda', stack, `function:${FunctionName}`),
    batchSize: BatchSize,
    maximumConcurrency: ScalingConfig.MaximumConcurrency,
    reportsFailures: FunctionResponseTypes.length > 0,
  });
  return { ref: physicalName(), attributes: {} };
}

/** CloudWatch itself refuses what it does not know. */
const alarmSchema = z.looseObject({ AlarmName: z.string() });

function createAlarm(properties: z.output<typeof alarmSchema>, { aws, region }: Target): PhysicalResource {
  region.cloudWatch.putMetricAlarm(properties, aws.agenda.now);
  return { ref: properties.AlarmName, attributes: { Arn: region.cloudWatch.alarmArn(properties.AlarmName) } };
}

function createCompositeAlarm(
  properties: z.output<typeof alarmSchema>,
  { aws, region }: Target,
): PhysicalResource {
  region.cloudWatch.putCompositeAlarm(properties, aws.agenda.now);
  return { ref: properties.AlarmName, attributes: { Arn: region.cloudWatch.alarmArn(properties.AlarmName) } };
}

const deleteAlarm = ({ ref }: DeployedResource, { region }: Removal): void =>
  region.cloudWatch.deleteAlarm(ref);

function deleteParameter({ ref }: DeployedResource, { region }: Removal): void {
  region.parameterStore.delete(ref);
}

const customResourceSchema = z.looseObject({ ServiceToken: z.string(), ServiceTimeout: number.optional() });
type CustomResource = z.output<typeof customResourceSchema>;

const customResourceAnswer = z.object({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().optional(),
  PhysicalResourceId: z.string(),
  Data: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
});

async function createCustomResource(properties: CustomResource, target: Target): Promise<PhysicalResource> {
  const { logicalId, type } = target;
  const { PhysicalResourceId, Data } = await callCustomResource(
    { RequestType: 'Create' },
    logicalId,
    type,
    properties,
    target,
  );
  return { ref: PhysicalResourceId, attributes: Data };
}

async function deleteCustomResource(resource: DeployedResource, target: Removal): Promise<void> {
  const { logicalId, type, ref } = resource;
  const properties = customResourceSchema.parse(resource.properties);
  await callCustomResource(
    { RequestType: 'Delete', PhysicalResourceId: ref },
    logicalId,
    type,
    properties,
    target,
  );
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requests.html */
async function callCustomResource(
  request: { readonly RequestType: string; readonly PhysicalResourceId?: string },
  logicalId: string,
  type: string,
  { ServiceTimeout: _timeout, ...properties }: CustomResource,
  { aws, stack }: Removal,
) {
  const answer = await aws.callCustomResource(properties.ServiceToken, {
    ...request,
    RequestId: digest(stack.stackId, logicalId, request.RequestType).slice(0, 36),
    StackId: stack.stackId,
    LogicalResourceId: logicalId,
    ResourceType: type,
    ServiceToken: properties.ServiceToken,
    ResourceProperties: customResourceProperties(properties),
  });
  const { Status, Reason, ...made } = customResourceAnswer.parse(JSON.parse(answer));
  if (Status === 'FAILED')
    throw new Error(`Received response status [FAILED] from custom resource. Message returned: ${Reason}`);
  return made;
}
