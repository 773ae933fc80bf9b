import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { childAlarmPrefix, customerParameterPath } from '../../lambda/contract/names';
import { QUOTA_ALARMS } from '../../lambda/domain/quota-alarms';
import { childAlarmArns } from './alarm-arns';

/**
 * What the functions may do, all in one place. Written by hand: CDK's grants allow more than is used.
 * Actions on `*` are those that AWS cannot restrict to a resource.
 */

const allow = (actions: string[], ...resources: string[]): PolicyStatement =>
  new PolicyStatement({ actions, resources });

const readQuotas = (): PolicyStatement =>
  allow(['servicequotas:GetServiceQuota', 'servicequotas:GetAWSDefaultServiceQuota'], '*');

/** `path` is below the customer's own; a `*` in it stands for any model. */
const parameterArn = (scope: Construct, customer: string, path: string): string =>
  Stack.of(scope).formatArn({
    service: 'ssm',
    resource: `parameter${customerParameterPath(customer)}`,
    resourceName: path,
  });

/** The path itself, which is what a list of the parameters below it is granted on. */
const customerPathArn = (scope: Construct, customer: string): string =>
  Stack.of(scope).formatArn({ service: 'ssm', resource: `parameter${customerParameterPath(customer)}` });

const ALL_MODELS = 'One function serves all models of the customer, those to come included.';

/** A function's permissions, and why any of them names more than one resource. */
export interface FunctionPolicy {
  readonly statements: readonly PolicyStatement[];
  readonly wildcards: readonly { readonly resource: string; readonly reason: string }[];
}

export function calculatorPolicy(scope: Construct, customer: string): FunctionPolicy {
  const thresholds = parameterArn(scope, customer, '*/thresholds/*');
  return {
    statements: [
      readQuotas(),
      allow(['ssm:GetParameters', 'ssm:PutParameter', 'ssm:DeleteParameters'], thresholds),
    ],
    wildcards: [
      { resource: '*', reason: 'To read a quota cannot be restricted to a resource.' },
      {
        resource: thresholds,
        reason: ALL_MODELS,
      },
    ],
  };
}

/** The ARNs of the two alarms whose thresholds follow a quota, for all models of a customer. */
const quotaAlarmArns = (scope: Construct, customer: string): string[] =>
  childAlarmArns(scope, customer).filter((arn) =>
    QUOTA_ALARMS.some(({ name, severity }) => arn.endsWith(`${childAlarmPrefix(customer, name, severity)}*`)),
  );

export function updaterPolicy(scope: Construct, customer: string): FunctionPolicy {
  const alarms = quotaAlarmArns(scope, customer);
  const thresholds = parameterArn(scope, customer, '*/thresholds/*');
  return {
    statements: [
      readQuotas(),
      allow(['ssm:GetParametersByPath'], customerPathArn(scope, customer)),
      allow(['ssm:PutParameter'], thresholds),
      allow(['cloudwatch:DescribeAlarms', 'cloudwatch:PutMetricAlarm'], ...alarms),
    ],
    wildcards: [
      { resource: '*', reason: 'To read a quota cannot be restricted to a resource.' },
      { resource: thresholds, reason: ALL_MODELS },
      ...alarms.map((resource) => ({ resource, reason: ALL_MODELS })),
    ],
  };
}

export interface ProcessorResources {
  readonly customer: string;
  readonly keyArn: string;
  readonly queueArn: string;
  readonly secretArn: string;
  readonly topicArn: string;
}

export function processorPolicy(scope: Construct, { customer, ...arns }: ProcessorResources): FunctionPolicy {
  const alarms = childAlarmArns(scope, customer);
  const parameters = parameterArn(scope, customer, '*');
  return {
    statements: [
      // Lambda polls the queue in the function's name.
      allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], arns.queueArn),
      // A case that could not be settled is tried again by a delayed message.
      allow(['sqs:SendMessage'], arns.queueArn),
      // To read queue and secret, to send to the encrypted queue, and to publish to the encrypted topic.
      allow(['kms:Decrypt', 'kms:GenerateDataKey'], arns.keyArn),
      allow(['cloudwatch:DescribeAlarms'], ...alarms),
      allow(['cloudwatch:GetMetricData'], '*'),
      allow(['ssm:GetParameters'], parameters),
      readQuotas(),
      allow(['secretsmanager:GetSecretValue'], arns.secretArn),
      allow(
        [
          'support:DescribeCases',
          'support:DescribeCommunications',
          'support:CreateCase',
          'support:AddCommunicationToCase',
        ],
        '*',
      ),
      allow(['sns:Publish'], arns.topicArn),
    ],
    wildcards: [
      { resource: '*', reason: 'Metrics, quotas and support cases cannot be restricted to a resource.' },
      ...alarms.map((resource) => ({ resource, reason: ALL_MODELS })),
      {
        resource: parameters,
        reason: ALL_MODELS,
      },
    ],
  };
}
