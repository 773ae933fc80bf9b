import { beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import type { Stack } from '../../rehearsal/cloudformation/assembly';
import type { Report } from '../../rehearsal/report';
import { DRIFT, FOUND, HEALTH_CHECK, INCIDENTS, REQUESTED, UPDATE } from './all-that-is-done';
import { rehearse } from './rehearse';

const policyDocument = z.looseObject({
  Statement: z.array(
    z.looseObject({ Effect: z.string(), Action: z.union([z.string(), z.array(z.string())]) }),
  ),
});
const roleProperties = z.looseObject({
  Policies: z.array(z.looseObject({ PolicyName: z.string(), PolicyDocument: policyDocument })),
});

const FOUNDATION = 'AcmeCorp-Bedrock-OpsAlert';

/** The foundation with one action taken out of every Allow of one function's role. */
function without(functionName: string, action: string) {
  return (stack: Stack): Stack => {
    if (stack.stackName !== FOUNDATION) return stack;
    const resources = [...stack.template.resources].map(([logicalId, resource]) => {
      if (resource.type !== 'AWS::IAM::Role') return [logicalId, resource] as const;
      const properties = roleProperties.parse(resource.properties);
      const Policies = properties.Policies.map((policy) =>
        policy.PolicyName === functionName ? withoutAction(policy, action) : policy,
      );
      return [logicalId, { ...resource, properties: { ...properties, Policies } }] as const;
    });
    return { ...stack, template: { ...stack.template, resources: new Map(resources) } };
  };
}

function withoutAction(policy: z.output<typeof roleProperties>['Policies'][number], action: string) {
  const Statement = policy.PolicyDocument.Statement.map((statement) => ({
    ...statement,
    Action: [statement.Action].flat().filter((other) => other !== action),
  })).filter(({ Action }) => Action.length > 0);
  return { ...policy, PolicyDocument: { ...policy.PolicyDocument, Statement } };
}

/** Every function with its actions: what is taken out in turn. */
const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  'alarm-updater': [
    'bedrock:ListInferenceProfiles',
    'cloudwatch:DescribeAlarms',
    'cloudwatch:GetMetricData',
    'cloudwatch:PutMetricAlarm',
    'dynamodb:Query',
    'kms:Decrypt',
    'kms:GenerateDataKey',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'servicequotas:GetAWSDefaultServiceQuota',
    'servicequotas:GetRequestedServiceQuotaChange',
    'servicequotas:GetServiceQuota',
    'sqs:SendMessage',
    'ssm:GetParameters',
    'ssm:GetParametersByPath',
    'ssm:PutParameter',
  ],
  'quota-calculator': [
    'bedrock:ListInferenceProfiles',
    'kms:Decrypt',
    'kms:GenerateDataKey',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'servicequotas:GetAWSDefaultServiceQuota',
    'servicequotas:GetServiceQuota',
    'servicequotas:ListAWSDefaultServiceQuotas',
    'servicequotas:ListServiceQuotas',
    'sqs:SendMessage',
    'ssm:DeleteParameters',
    'ssm:GetParameters',
    'ssm:PutParameter',
  ],
  'notification-processor': [
    'cloudwatch:DescribeAlarms',
    'cloudwatch:GetMetricData',
    'cloudwatch:ListAlarmMuteRules',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'dynamodb:UpdateItem',
    'kms:Decrypt',
    'kms:GenerateDataKey',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'secretsmanager:GetSecretValue',
    'servicequotas:GetAWSDefaultServiceQuota',
    'servicequotas:GetRequestedServiceQuotaChange',
    'servicequotas:GetServiceQuota',
    'servicequotas:ListRequestedServiceQuotaChangeHistoryByQuota',
    'servicequotas:RequestServiceQuotaIncrease',
    'sns:Publish',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:ReceiveMessage',
    'sqs:SendMessage',
    'ssm:GetParameters',
    'support:AddCommunicationToCase',
    'support:CreateCase',
    'support:DescribeCases',
    'support:DescribeCommunications',
  ],
  reconciler: [
    'cloudwatch:DescribeAlarms',
    'cloudwatch:GetMetricData',
    'dynamodb:Query',
    'dynamodb:UpdateItem',
    'kms:Decrypt',
    'kms:GenerateDataKey',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'sns:GetTopicAttributes',
    'sqs:SendMessage',
    'ssm:GetParametersByPath',
    'support:DescribeCases',
  ],
};

/** What is done in another scenario than INCIDENTS, by function, or by function and action. */
const ELSEWHERE: Readonly<
  Record<string, typeof UPDATE | typeof HEALTH_CHECK | typeof FOUND | typeof DRIFT | typeof REQUESTED>
> = {
  'alarm-updater': UPDATE,
  ...Object.fromEntries(
    ['kms:Decrypt', 'kms:GenerateDataKey', 'sqs:SendMessage'].map((action) => [
      `alarm-updater ${action}`,
      DRIFT,
    ]),
  ),
  ...Object.fromEntries(
    [
      'bedrock:ListInferenceProfiles',
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'servicequotas:ListAWSDefaultServiceQuotas',
      'servicequotas:ListServiceQuotas',
      'sqs:SendMessage',
    ].map((action) => [`quota-calculator ${action}`, FOUND]),
  ),
  'alarm-updater dynamodb:Query': REQUESTED,
  'alarm-updater servicequotas:GetRequestedServiceQuotaChange': REQUESTED,
  ...Object.fromEntries(
    [
      'GetRequestedServiceQuotaChange',
      'ListRequestedServiceQuotaChangeHistoryByQuota',
      'RequestServiceQuotaIncrease',
    ].map((action) => [`notification-processor servicequotas:${action}`, REQUESTED]),
  ),
  'reconciler cloudwatch:GetMetricData': HEALTH_CHECK,
  'reconciler sns:GetTopicAttributes': HEALTH_CHECK,
  'reconciler ssm:GetParametersByPath': HEALTH_CHECK,
};

describe('the functions are allowed what they need and no more', () => {
  const reports: Report[] = [];
  const allowed = new Set<string>();

  beforeAll(async () => {
    const alterStack = (stack: Stack): Stack => {
      for (const { type, properties } of stack.template.resources.values())
        if (type === 'AWS::IAM::Role') rememberActions(properties);
      return stack;
    };
    for (const scenario of [INCIDENTS, FOUND, UPDATE, DRIFT, REQUESTED, HEALTH_CHECK])
      reports.push(await rehearse(scenario, { alterStack }));
  }, 180_000);

  const rememberActions = (properties: unknown): void => {
    for (const { PolicyName, PolicyDocument } of roleProperties.parse(properties).Policies)
      for (const { Action } of PolicyDocument.Statement)
        for (const action of [Action].flat()) allowed.add(`${PolicyName} ${action}`);
  };

  test('nothing is refused', () => {
    for (const { failures, denied } of reports) {
      expect(failures).toEqual([]);
      expect(denied).toEqual([]);
    }
  });

  test('nothing is allowed that is not used', () => {
    const [first, ...others] = reports.map(({ unusedPermissions }) => unusedPermissions);
    expect(first?.filter((unused) => others.every((other) => other.includes(unused)))).toEqual([]);
  });

  test('the table above names every action of every role', () => {
    const named = Object.entries(PERMISSIONS).flatMap(([name, actions]) =>
      actions.map((action) => `${name} ${action}`),
    );
    expect([...allowed].sort()).toEqual(named.sort());
  });

  test.each(
    Object.entries(PERMISSIONS).flatMap(([name, actions]) =>
      actions.map((action) => [name, action] as const),
    ),
  )('%s cannot do without %s', async (name, action) => {
    const scenario = ELSEWHERE[`${name} ${action}`] ?? ELSEWHERE[name] ?? INCIDENTS;
    const { passed, denied } = await rehearse(scenario, {
      alterStack: without(name, action),
      endsAtDenial: true,
    });
    expect(passed).toBe(false);
    expect(denied).toContainEqual(expect.objectContaining({ function: name, action }));
  });
});
