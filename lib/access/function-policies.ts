import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { childAlarmPrefix, customerParameterPath, SHARERS_KEY } from '../../lambda/contract/names';
import { QUOTA_ALARMS } from '../../lambda/domain/quota-alarms';
import { childAlarmArns } from './alarm-arns';

/**
 * What the functions may do, all in one place. Written by hand: CDK's grants allow more than is used.
 * Actions on `*` are those that AWS cannot restrict to a resource.
 */

const allow = (actions: string[], ...resources: string[]): PolicyStatement =>
  new PolicyStatement({ actions, resources });

/**
 * CloudWatch shows composite alarms only to those who may describe all alarms.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
const readAlarms = (): PolicyStatement => allow(['cloudwatch:DescribeAlarms'], '*');

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

/**
 * Every quota of Amazon Bedrock in this Region.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_servicequotas.html
 */
const quotaArn = (scope: Construct): string =>
  Stack.of(scope).formatArn({ service: 'servicequotas', resource: 'bedrock', resourceName: 'L-*' });

const ALL_MODELS = 'One function serves all models of the customer, those to come included.';

/** A function's permissions, and why any of them names more than one resource. */
export interface FunctionPolicy {
  readonly statements: readonly PolicyStatement[];
  readonly wildcards: readonly { readonly resource: string; readonly reason: string }[];
}

export type CalculatorResources = Pick<SharedResources, 'customer' | 'keyArn' | 'taskQueueArn'>;
export type UpdaterResources = Pick<SharedResources, 'customer' | 'keyArn' | 'taskQueueArn' | 'tableArn'>;

export function calculatorPolicy(
  scope: Construct,
  { customer, ...arns }: CalculatorResources,
): FunctionPolicy {
  const thresholds = parameterArn(scope, customer, '*/thresholds/*');
  const sharers = parameterArn(scope, customer, `*/${SHARERS_KEY}`);
  return {
    statements: [
      readQuotas(),
      allow(['servicequotas:ListServiceQuotas', 'servicequotas:ListAWSDefaultServiceQuotas'], '*'),
      allow(['bedrock:ListInferenceProfiles'], '*'),
      allow(['ssm:GetParameters', 'ssm:PutParameter'], thresholds),
      allow(['ssm:DeleteParameters'], thresholds, sharers),
      // That a quota is 0 is for the processor to tell.
      allow(['sqs:SendMessage'], arns.taskQueueArn),
      // To send to the encrypted queue.
      allow(['kms:Decrypt', 'kms:GenerateDataKey'], arns.keyArn),
    ],
    wildcards: [
      {
        resource: '*',
        reason: 'Quotas and lists of inference profiles cannot be restricted to a resource.',
      },
      { resource: thresholds, reason: ALL_MODELS },
      { resource: sharers, reason: ALL_MODELS },
    ],
  };
}

/** The ARNs of the two alarms whose thresholds follow a quota, for all models of a customer. */
const quotaAlarmArns = (scope: Construct, customer: string): string[] =>
  childAlarmArns(scope, customer).filter((arn) =>
    QUOTA_ALARMS.some(({ name, severity }) => arn.endsWith(`${childAlarmPrefix(customer, name, severity)}*`)),
  );

export function updaterPolicy(scope: Construct, { customer, ...arns }: UpdaterResources): FunctionPolicy {
  const alarms = quotaAlarmArns(scope, customer);
  const config = parameterArn(scope, customer, '*/config');
  const written = ['*/thresholds/*', `*/${SHARERS_KEY}`].map((path) => parameterArn(scope, customer, path));
  return {
    statements: [
      readQuotas(),
      // Which quota requests wait for their answer, and whether it is there.
      allow(['dynamodb:Query'], arns.tableArn),
      allow(['servicequotas:GetRequestedServiceQuotaChange'], '*'),
      allow(['bedrock:ListInferenceProfiles', 'cloudwatch:GetMetricData'], '*'),
      // Of all models on schedule, of one when its alarm was changed.
      allow(['ssm:GetParametersByPath'], customerPathArn(scope, customer)),
      allow(['ssm:GetParameters'], config, ...written),
      allow(['ssm:PutParameter'], ...written),
      allow(['cloudwatch:DescribeAlarms', 'cloudwatch:PutMetricAlarm'], ...alarms),
      // That an alarm has drifted, or a quota request is answered, is for the processor to tell.
      allow(['sqs:SendMessage'], arns.taskQueueArn),
      // To send to the encrypted queue.
      allow(['kms:Decrypt', 'kms:GenerateDataKey'], arns.keyArn),
    ],
    wildcards: [
      {
        resource: '*',
        reason:
          'To read a quota, a request to raise one, a metric or the inference profiles cannot be restricted to a resource.',
      },
      ...[config, ...written, ...alarms].map((resource) => ({ resource, reason: ALL_MODELS })),
    ],
  };
}

interface SharedResources {
  readonly customer: string;
  readonly keyArn: string;
  readonly taskQueueArn: string;
  readonly tableArn: string;
  readonly topicArn: string;
}

export interface ProcessorResources extends SharedResources {
  readonly alarmQueueArn: string;
  readonly secretArn: string;
}

export function processorPolicy(scope: Construct, { customer, ...arns }: ProcessorResources): FunctionPolicy {
  const parameters = parameterArn(scope, customer, '*');
  const bedrockQuotas = quotaArn(scope);
  return {
    statements: [
      // Lambda polls the queues in the function's name.
      allow(
        ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        arns.alarmQueueArn,
        arns.taskQueueArn,
      ),
      // What is to be told or tried later comes back as a delayed message.
      allow(['sqs:SendMessage'], arns.taskQueueArn),
      // To read queues and secret, to send to the encrypted queue, and to publish to the encrypted topic.
      allow(['kms:Decrypt', 'kms:GenerateDataKey'], arns.keyArn),
      // A closed incident, and a part of a digest, is put down as an item of its own.
      allow(['dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:PutItem'], arns.tableArn),
      readAlarms(),
      allow(['cloudwatch:GetMetricData', 'cloudwatch:ListAlarmMuteRules'], '*'),
      allow(['ssm:GetParameters'], parameters),
      readQuotas(),
      // What was asked for already, by whomever, and what became of it.
      allow(
        [
          'servicequotas:ListRequestedServiceQuotaChangeHistoryByQuota',
          'servicequotas:GetRequestedServiceQuotaChange',
        ],
        '*',
      ),
      allow(['servicequotas:RequestServiceQuotaIncrease'], bedrockQuotas),
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
      {
        resource: '*',
        reason:
          'Metrics, composite alarms, mute rules, to read quotas and requests for more, and support cases cannot be restricted to a resource.',
      },
      { resource: bedrockQuotas, reason: ALL_MODELS },
      {
        resource: parameters,
        reason: ALL_MODELS,
      },
    ],
  };
}

export function reconcilerPolicy(scope: Construct, { customer, ...arns }: SharedResources): FunctionPolicy {
  return {
    statements: [
      readAlarms(),
      allow(['cloudwatch:GetMetricData'], '*'),
      allow(['ssm:GetParametersByPath'], customerPathArn(scope, customer)),
      allow(['dynamodb:Query', 'dynamodb:UpdateItem'], arns.tableArn),
      allow(['sqs:SendMessage'], arns.taskQueueArn),
      // To send to the encrypted queue.
      allow(['kms:Decrypt', 'kms:GenerateDataKey'], arns.keyArn),
      allow(['support:DescribeCases'], '*'),
      allow(['sns:GetTopicAttributes'], arns.topicArn),
    ],
    wildcards: [
      {
        resource: '*',
        reason: 'Metrics, composite alarms and support cases cannot be restricted to a resource.',
      },
    ],
  };
}
