import * as z from 'zod';
import { codeFolder } from '../../cloudformation/assembly';
import type { PhysicalResource, ResourceHandlers } from '../../cloudformation/deployment';
import { authorize } from '../../iam/authorization';
import { readIdentityPolicy, readTrustPolicy } from '../../iam/policy';
import { digest } from '../../services/derived-ids';
import type { LocalAws } from '../local-aws';
import type { LocalRegion } from '../local-region';
import { arnOf, handler, number, policy, type Target, tags } from './handler';

/** Functions, and what they need: roles, log groups and the queues they are fed from. */
export const functionResources = (
  aws: LocalAws,
  functionLabel: (functionName: string) => string,
): ResourceHandlers => ({
  'AWS::Logs::LogGroup': handler(aws, logGroupSchema, createLogGroup),
  'AWS::IAM::Role': handler(aws, roleSchema, createRole),
  'AWS::Lambda::Function': handler(aws, functionSchema, (properties, target) =>
    createFunction(properties, target, functionLabel),
  ),
  'AWS::Lambda::EventSourceMapping': handler(aws, mappingSchema, createMapping),
});

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
  region.trustPolicies.set(arn, readTrustPolicy(AssumeRolePolicyDocument, `trust policy of ${name}`));
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
  refuseRoleOfOthers(properties.Role, region);
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
