import { beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import type { Stack } from '../../rehearsal/cloudformation/assembly';
import type { Report } from '../../rehearsal/report';
import { alarmGoesTo, at, MODEL, RPM_CODE, rehearse, TPM_CODE } from './rehearse';

/**
 * A scenario in which the functions need all they are allowed: one quota of which only the default is known, a case that
 * is opened at the second try and later added to, and at last the model's removal.
 */
const EVERYTHING = {
  name: 'All that the functions do',
  quotas: { [RPM_CODE]: { default: 10000 }, [TPM_CODE]: 6250000 },
  events: [
    alarmGoesTo(10, 'Throttles', 'ALARM'),
    alarmGoesTo(20, 'Throttles', 'OK'),
    alarmGoesTo(40, 'ClientErrors', 'ALARM'),
    alarmGoesTo(50, 'ClientErrors', 'OK'),
    at(70, { remove: { model: MODEL } }),
  ],
  faults: [{ call: 'support.CreateCase', error: 'ThrottlingException', times: 1 }],
  expect: [{ case: 'Quota Request', count: 1 }, { emails: 3 }],
};

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
  'quota-calculator': [
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'servicequotas:GetAWSDefaultServiceQuota',
    'servicequotas:GetServiceQuota',
    'ssm:DeleteParameters',
    'ssm:GetParameters',
    'ssm:PutParameter',
  ],
  'notification-processor': [
    'cloudwatch:DescribeAlarms',
    'cloudwatch:GetMetricData',
    'kms:Decrypt',
    'kms:GenerateDataKey',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'secretsmanager:GetSecretValue',
    'servicequotas:GetAWSDefaultServiceQuota',
    'servicequotas:GetServiceQuota',
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
};

describe('the functions are allowed what they need and no more', () => {
  let report: Report;
  const allowed = new Set<string>();

  beforeAll(async () => {
    report = await rehearse(EVERYTHING, {
      alterStack: (stack) => {
        for (const { type, properties } of stack.template.resources.values())
          if (type === 'AWS::IAM::Role') rememberActions(properties);
        return stack;
      },
    });
  });

  const rememberActions = (properties: unknown): void => {
    for (const { PolicyName, PolicyDocument } of roleProperties.parse(properties).Policies)
      for (const { Action } of PolicyDocument.Statement)
        for (const action of [Action].flat()) allowed.add(`${PolicyName} ${action}`);
  };

  test('nothing is refused', () => {
    expect(report.failures).toEqual([]);
    expect(report.denied).toEqual([]);
  });

  test('nothing is allowed that is not used', () => {
    expect(report.unusedPermissions).toEqual([]);
  });

  test('the table below names every action of every role', () => {
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
    const { passed, denied } = await rehearse(EVERYTHING, { alterStack: without(name, action) });
    expect(passed).toBe(false);
    expect(denied).toContainEqual(expect.objectContaining({ function: name, action }));
  });
});
