import { describe, expect, test } from '@jest/globals';
import { authorize } from '../../rehearsal/iam/authorization';
import { type Policy, readIdentityPolicy, readResourcePolicy } from '../../rehearsal/iam/policy';
import { appOf, settingsOf, synthesized } from '../stacks/synthesized';

/** Customers of one account and Region whose names are as alike as names can be. */
const CUSTOMERS = ['Acme', 'Acme2', 'BigAcme', 'acme', 'Acme-Bed'] as const;
type Customer = (typeof CUSTOMERS)[number];

const FUNCTIONS = ['quota-calculator', 'notification-processor', 'alarm-updater', 'reconciler'] as const;
type FunctionName = (typeof FUNCTIONS)[number];

const templates = new Map(
  CUSTOMERS.map((customer) => {
    const foundation = synthesized(appOf(settingsOf({ customer }))).get(`${customer}-Bedrock-OpsAlert`);
    if (foundation === undefined) throw new Error(`no foundation of ${customer}`);
    return [customer, foundation.template];
  }),
);

const arn = (service: string, rest: string): string => `arn:aws:${service}:us-east-1:111122223333:${rest}`;

function resourcesOf(customer: Customer, type: string) {
  return Object.entries(templates.get(customer)?.findResources(type) ?? {});
}

function identityPolicies(customer: Customer, name: FunctionName): Policy[] {
  return resourcesOf(customer, 'AWS::IAM::Role')
    .flatMap(([, { Properties }]) => Properties.Policies)
    .filter(({ PolicyName }) => PolicyName === name)
    .map(({ PolicyDocument }) => readIdentityPolicy(PolicyDocument, `${name} of ${customer}`));
}

/** Whether the function of `customer` may do `action` on a resource without a policy of its own. */
const may = (customer: Customer, name: FunctionName, action: string, resource: string): boolean =>
  authorize({
    principal: { kind: 'role', arn: `arn:aws:iam::111122223333:role/${customer}-${name}` },
    action,
    resource,
    identityPolicies: identityPolicies(customer, name),
  }).allowed;

/** The resource policies of a customer, by what they are attached to. */
function resourcePolicy(
  customer: Customer,
  type: string,
  to: (properties: { Topics?: string[] }) => boolean,
) {
  const policies = resourcesOf(customer, type)
    .filter(([, { Properties }]) => to(Properties))
    .map(([, { Properties }]) =>
      readResourcePolicy(Properties.PolicyDocument ?? Properties.KeyPolicy, `${type} of ${customer}`),
    );
  const [policy] = policies;
  if (policy === undefined || policies.length > 1) throw new Error(`not one ${type}`);
  return policy;
}

const path = (customer: Customer): string => `parameter/${customer}/bedrock/quota-monitoring/Nova`;

const table = (customer: Customer): string => arn('dynamodb', `table/${customer}-Bedrock-OpsAlert-incidents`);

/** What each function does with the resources of its own customer. */
const USES: readonly [FunctionName, action: string, resource: (owner: Customer) => string][] = [
  ['quota-calculator', 'ssm:GetParameters', (owner) => arn('ssm', `${path(owner)}/thresholds/last-updated`)],
  ['quota-calculator', 'ssm:PutParameter', (owner) => arn('ssm', `${path(owner)}/thresholds/last-updated`)],
  [
    'quota-calculator',
    'ssm:DeleteParameters',
    (owner) => arn('ssm', `${path(owner)}/thresholds/last-updated`),
  ],
  [
    'alarm-updater',
    'ssm:GetParametersByPath',
    (owner) => arn('ssm', `parameter/${owner}/bedrock/quota-monitoring`),
  ],
  ['alarm-updater', 'ssm:PutParameter', (owner) => arn('ssm', `${path(owner)}/thresholds/last-updated`)],
  [
    'alarm-updater',
    'cloudwatch:DescribeAlarms',
    (owner) => arn('cloudwatch', `alarm:${owner}-Bedrock-HighInvocationRate-Warning-Nova`),
  ],
  [
    'alarm-updater',
    'cloudwatch:PutMetricAlarm',
    (owner) => arn('cloudwatch', `alarm:${owner}-Bedrock-HighTPMQuotaUsage-Warning-Nova`),
  ],
  ['alarm-updater', 'dynamodb:Query', table],
  ['notification-processor', 'ssm:GetParameters', (owner) => arn('ssm', `${path(owner)}/config`)],
  [
    'notification-processor',
    'ssm:GetParameters',
    (owner) => arn('ssm', `${path(owner)}/thresholds/last-updated`),
  ],
  ['notification-processor', 'dynamodb:UpdateItem', table],
  ['reconciler', 'dynamodb:Query', table],
  ['reconciler', 'dynamodb:UpdateItem', table],
  [
    'reconciler',
    'ssm:GetParametersByPath',
    (owner) => arn('ssm', `parameter/${owner}/bedrock/quota-monitoring`),
  ],
  ['reconciler', 'sqs:SendMessage', (owner) => arn('sqs', `${owner}-Bedrock-OpsAlert-tasks`)],
  ['reconciler', 'sns:GetTopicAttributes', (owner) => arn('sns', `${owner}-Bedrock-OpsAlert-notifications`)],
  ['notification-processor', 'sns:Publish', (owner) => arn('sns', `${owner}-Bedrock-OpsAlert-notifications`)],
  ['notification-processor', 'sqs:ReceiveMessage', (owner) => arn('sqs', `${owner}-Bedrock-OpsAlert-tasks`)],
  [
    'notification-processor',
    'secretsmanager:GetSecretValue',
    (owner) => arn('secretsmanager', `secret:${owner}-Bedrock-OpsAlert-contacts-a1b2c3`),
  ],
  [
    'notification-processor',
    'logs:PutLogEvents',
    (owner) =>
      arn('logs', `log-group:/aws/lambda/${owner}-Bedrock-OpsAlert-notification-processor:log-stream:1`),
  ],
];

const pairs = CUSTOMERS.flatMap((customer) => CUSTOMERS.map((owner) => [customer, owner] as const));

describe("a customer's functions reach what is its own and nothing of another", () => {
  test.each(pairs)('%s and what is of %s', (customer, owner) => {
    const reached = USES.filter(([name, action, resource]) => may(customer, name, action, resource(owner)));
    expect(reached).toEqual(customer === owner ? USES : []);
  });
});

describe('within a customer', () => {
  const own = (key: string): string => arn('ssm', `${path('Acme')}/${key}`);

  test.each([
    ['the calculator may not change settings', 'quota-calculator', 'ssm:PutParameter', own('config')],
    ['nor read them', 'quota-calculator', 'ssm:GetParameters', own('useCase')],
    ['nor write beside the thresholds', 'quota-calculator', 'ssm:PutParameter', own('')],
    ['the updater may not change settings', 'alarm-updater', 'ssm:PutParameter', own('config')],
    ['nor delete thresholds', 'alarm-updater', 'ssm:DeleteParameters', own('thresholds/last-updated')],
    [
      'nor change an alarm that has no quota for its threshold',
      'alarm-updater',
      'cloudwatch:PutMetricAlarm',
      arn('cloudwatch', 'alarm:Acme-Bedrock-Throttles-Critical-Nova'),
    ],
    [
      'nor delete the alarms whose thresholds it changes',
      'alarm-updater',
      'cloudwatch:DeleteAlarms',
      arn('cloudwatch', 'alarm:Acme-Bedrock-HighInvocationRate-Warning-Nova'),
    ],
    [
      'the processor may not change thresholds',
      'notification-processor',
      'ssm:PutParameter',
      own('thresholds/last-updated'),
    ],
    [
      'nor alarms',
      'notification-processor',
      'cloudwatch:PutMetricAlarm',
      arn('cloudwatch', 'alarm:Acme-Bedrock-Throttles-Critical-Nova'),
    ],
    [
      'nor tell the raw topic',
      'notification-processor',
      'sns:Publish',
      arn('sns', 'Acme-Bedrock-OpsAlert-raw-alarms'),
    ],
    ['nor read all of the ledger', 'notification-processor', 'dynamodb:Scan', table('Acme')],
    ['nor delete anything of it', 'notification-processor', 'dynamodb:DeleteItem', table('Acme')],
    ['nor delete it', 'notification-processor', 'dynamodb:DeleteTable', table('Acme')],
    [
      'nor make its log group again',
      'notification-processor',
      'logs:CreateLogGroup',
      arn('logs', 'log-group:/aws/lambda/Acme-Bedrock-OpsAlert-notification-processor'),
    ],
    ['the reconciler may delete nothing of the ledger', 'reconciler', 'dynamodb:DeleteItem', table('Acme')],
    ['nor change alarms', 'reconciler', 'cloudwatch:PutMetricAlarm', arn('cloudwatch', 'alarm:Acme-Any')],
    ['nor mail anybody', 'reconciler', 'sns:Publish', arn('sns', 'Acme-Bedrock-OpsAlert-notifications')],
    [
      'nor read what others send to the queue',
      'reconciler',
      'sqs:ReceiveMessage',
      arn('sqs', 'Acme-Bedrock-OpsAlert-tasks'),
    ],
  ] as const)('%s', (_, name, action, resource) => {
    expect(may('Acme', name, action, resource)).toBe(false);
  });
});

describe("an alarm publishes to its own customer's topics only", () => {
  const publishes = (topicOwner: Customer, topicName: string, alarm: string, account = '111122223333') => {
    const topic = arn('sns', `${topicOwner}-Bedrock-OpsAlert-${topicName}`);
    const as = {
      principal: { kind: 'service', name: 'cloudwatch.amazonaws.com' },
      context: {
        'aws:SourceArn': `arn:aws:cloudwatch:us-east-1:${account}:alarm:${alarm}`,
        'aws:SourceAccount': account,
      },
    } as const;
    const attached = ({ Topics }: { Topics?: string[] }): boolean => Topics?.includes(topic) ?? false;
    const keys = resourcesOf(topicOwner, 'AWS::KMS::Key').map(([id]) => arn('kms', `key/${id}`));
    return {
      topic: authorize({
        ...as,
        action: 'sns:Publish',
        resource: topic,
        resourcePolicy: resourcePolicy(topicOwner, 'AWS::SNS::TopicPolicy', attached),
      }).allowed,
      key: keys.map(
        (resource) =>
          authorize({
            ...as,
            action: 'kms:GenerateDataKey',
            resource,
            resourcePolicy: resourcePolicy(topicOwner, 'AWS::KMS::Key', () => true),
          }).allowed,
      ),
    };
  };

  test.each(pairs)('the topic of %s and the composite of %s', (owner, customer) => {
    const allowed = owner === customer;
    const composite = `${customer}-Bedrock-QuotaHealth-Composite-Nova`;
    expect(publishes(owner, 'raw-alarms', composite)).toEqual({ topic: allowed, key: [allowed] });
    expect(publishes(owner, 'notifications', `${customer}-OpsAlertHealth-DeadLetters`)).toEqual({
      topic: allowed,
      key: [allowed],
    });
  });

  test.each([
    [
      'an alarm of the same name in another account',
      'raw-alarms',
      'Acme-Bedrock-QuotaHealth-Composite-Nova',
      '444455556666',
    ],
    ['an alarm of somebody else', 'raw-alarms', 'Payroll-CpuHigh', '111122223333'],
  ])('not %s', (_, topicName, alarm, account) => {
    expect(publishes('Acme', topicName, alarm, account)).toEqual({ topic: false, key: [false] });
  });

  test('a model alarm cannot write e-mails, nor a health alarm pass for an incident', () => {
    expect(publishes('Acme', 'notifications', 'Acme-Bedrock-Throttles-Critical-Nova').topic).toBe(false);
    expect(publishes('Acme', 'raw-alarms', 'Acme-OpsAlertHealth-DeadLetters').topic).toBe(false);
  });
});

describe('the queue takes events of its own customer only', () => {
  const sends = (owner: Customer, ruleName: string, account = '111122223333') => {
    const as = {
      principal: { kind: 'service', name: 'events.amazonaws.com' },
      context: {
        'aws:SourceArn': `arn:aws:events:us-east-1:${account}:rule/${ruleName}`,
        'aws:SourceAccount': account,
      },
    } as const;
    const queue = arn('sqs', `${owner}-Bedrock-OpsAlert-alarms`);
    const policies = resourcesOf(owner, 'AWS::SQS::QueuePolicy').filter(([, { Properties }]) =>
      JSON.stringify(Properties).includes(`"${queue}"`),
    );
    return policies.map(
      ([, { Properties }]) =>
        authorize({
          ...as,
          action: 'sqs:SendMessage',
          resource: queue,
          resourcePolicy: readResourcePolicy(Properties.PolicyDocument, owner),
        }).allowed,
    );
  };

  test.each(pairs)('the queue of %s and the rule of %s', (owner, customer) => {
    expect(sends(owner, `${customer}-Bedrock-OpsAlert-child-alarms`)).toEqual([owner === customer]);
  });

  test.each([
    ['a rule of the same name in another account', 'Acme-Bedrock-OpsAlert-child-alarms', '444455556666'],
    ['another rule of the product', 'Acme-Bedrock-OpsAlert-reconcile', '111122223333'],
    ['a rule of somebody else', 'payroll', '111122223333'],
  ])('not of %s', (_, ruleName, account) => {
    expect(sends('Acme', ruleName, account)).toEqual([false]);
  });
});
