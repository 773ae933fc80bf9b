import * as z from 'zod';
import { codeFolder } from '../../cloudformation/assembly';
import type { PhysicalResource, ResourceHandlers } from '../../cloudformation/stack-resources';
import { authorize } from '../../iam/authorization';
import { readIdentityPolicy, readTrustPolicy } from '../../iam/policy';
import { digest } from '../../services/derived-ids';
import type { LocalAws } from '../local-aws';
import type { LocalRegion } from '../local-region';
import { arnOf, handler, number, policy, type Target, tags } from './handler';

/** Functions, and what they need: roles, log groups, who may call them, and the queues that they are fed from. */
export const functionResources = (
  aws: LocalAws,
  functionLabel: (functionName: string) => string,
): ResourceHandlers => ({
  'AWS::Logs::LogGroup': handler(aws, {
    schema: logGroupSchema,
    name: 'LogGroupName',
    exists: (name, { region }) => region.logGroups.has(name),
    create: putLogGroup,
    update: putLogGroup,
    remove: ({ ref }, { region }) => {
      region.logGroups.delete(ref);
    },
  }),
  'AWS::IAM::Role': handler(aws, {
    schema: roleSchema,
    create: (properties, target) => putRole(target.physicalName(64), properties, target),
    update: (properties, target, { ref }) => putRole(ref, properties, target),
    remove: ({ attributes }, { region }) => {
      region.trustPolicies.delete(String(attributes.Arn));
      region.rolePolicies.delete(String(attributes.Arn));
    },
  }),
  'AWS::Lambda::Function': handler(aws, {
    schema: functionSchema,
    name: 'FunctionName',
    exists: (name, { stack }) => aws.findFunction(arnOf('lambda', stack, `function:${name}`)) !== undefined,
    create: (properties, target) => putFunction(properties, target, functionLabel),
    update: (properties, target) => putFunction(properties, target, functionLabel),
    remove: ({ attributes }) => aws.removeFunction(String(attributes.Arn)),
  }),
  'AWS::Lambda::Permission': handler(aws, {
    schema: permissionSchema,
    fixed: Object.keys(permissionSchema.shape),
    create: putPermission,
    update: putPermission,
    remove: ({ ref }, { region }) => {
      region.functionPermissions.delete(ref);
    },
  }),
  'AWS::Lambda::EventSourceMapping': handler(aws, {
    schema: mappingSchema,
    fixed: ['EventSourceArn'],
    create: (properties, target) => {
      refuseSecondMapping(properties, target);
      return putMapping(target.physicalName(), properties, target);
    },
    update: (properties, target, { ref }) => putMapping(ref, properties, target),
    remove: ({ ref }) => aws.pollers.remove(ref),
  }),
});

const logGroupSchema = z.strictObject({
  LogGroupName: z.string(),
  RetentionInDays: number.optional(),
  Tags: tags,
});

function putLogGroup(
  { LogGroupName }: z.output<typeof logGroupSchema>,
  { region, stack }: Target,
): PhysicalResource {
  region.logGroups.add(LogGroupName);
  return { ref: LogGroupName, attributes: { Arn: arnOf('logs', stack, `log-group:${LogGroupName}:*`) } };
}

const roleSchema = z.strictObject({
  AssumeRolePolicyDocument: policy,
  Description: z.string().optional(),
  Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: policy })).default([]),
  Tags: tags,
});

function putRole(
  name: string,
  { AssumeRolePolicyDocument, Policies }: z.output<typeof roleSchema>,
  { aws, stack, region }: Target,
): PhysicalResource {
  const arn = `arn:aws:iam::${stack.accountId}:role/${name}`;
  region.trustPolicies.set(arn, readTrustPolicy(AssumeRolePolicyDocument, `trust policy of ${name}`));
  region.rolePolicies.set(
    arn,
    Policies.map(({ PolicyName, PolicyDocument }) => readIdentityPolicy(PolicyDocument, PolicyName)),
  );
  aws.declarePermissions(arn, region);
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

async function putFunction(
  properties: z.output<typeof functionSchema>,
  { aws, region, stack }: Target,
  functionLabel: (functionName: string) => string,
): Promise<PhysicalResource> {
  refuseRoleOfOthers(properties.Role, region);
  const { arn } = await aws.putFunction(
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

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html */
function refuseRoleOfOthers(roleArn: string, region: LocalRegion): void {
  const { allowed } = authorize({
    principal: { kind: 'service', name: 'lambda.amazonaws.com' },
    action: 'sts:AssumeRole',
    resource: roleArn,
    resourcePolicy: region.trustPolicies.get(roleArn),
  });
  if (!allowed) throw new Error('The role defined for the function cannot be assumed by Lambda.');
}

const permissionSchema = z.strictObject({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
});

/** https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
function putPermission(
  { Action, FunctionName, Principal, SourceArn, SourceAccount }: z.output<typeof permissionSchema>,
  { aws, region, stack, physicalName }: Target,
): PhysicalResource {
  const ref = physicalName();
  const functionArn = functionArnOf(FunctionName, stack);
  aws.function(functionArn);
  const statement = {
    Sid: ref,
    Effect: 'Allow',
    Principal: Principal.includes('.') ? { Service: Principal } : { AWS: Principal },
    Action,
    Resource: functionArn,
    Condition: {
      ...(SourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': SourceArn } }),
      ...(SourceAccount === undefined ? {} : { StringEquals: { 'AWS:SourceAccount': SourceAccount } }),
    },
  };
  region.functionPermissions.set(ref, { functionArn, statement });
  return { ref, attributes: {} };
}

/** Of a function given by its name or its ARN. */
const functionArnOf = (nameOrArn: string, stack: Target['stack']): string =>
  nameOrArn.startsWith('arn:') ? nameOrArn : arnOf('lambda', stack, `function:${nameOrArn}`);

const mappingSchema = z.strictObject({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: number.default(10),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  ScalingConfig: z.strictObject({ MaximumConcurrency: number }),
  Tags: tags,
});

function putMapping(
  id: string,
  properties: z.output<typeof mappingSchema>,
  { aws, stack }: Target,
): PhysicalResource {
  aws.pollers.put({
    id,
    queueArn: properties.EventSourceArn,
    functionArn: functionArnOf(properties.FunctionName, stack),
    batchSize: properties.BatchSize,
    maximumConcurrency: properties.ScalingConfig.MaximumConcurrency,
    reportsFailures: properties.FunctionResponseTypes.length > 0,
  });
  return { ref: id, attributes: {} };
}

function refuseSecondMapping(
  { EventSourceArn, FunctionName }: z.output<typeof mappingSchema>,
  { aws, stack }: Target,
): void {
  if (!aws.pollers.has(EventSourceArn, functionArnOf(FunctionName, stack))) return;
  throw new Error(
    `An event source mapping with SQS arn (" ${EventSourceArn} ") and function (" ${FunctionName} ") already exists. Please update or delete the existing mapping`,
  );
}
