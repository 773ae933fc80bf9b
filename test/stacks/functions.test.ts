import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import {
  MAX_ATTEMPTS,
  READ,
  READ_ONCE,
  READ_PAGES,
  SLOW_READ,
  SLOW_WRITE_ONCE,
  WRITE_ONCE,
} from '../../lambda/ports/client-settings';
import { PACES } from '../../lambda/ports/pace';
import { grantsOf } from '../../rehearsal/iam/authorization';
import { readIdentityPolicy } from '../../rehearsal/iam/policy';
import { appOf, CHILD_ALARMS, FOUNDATION, settingsOf, stackOf, synthesized } from './synthesized';

const stacks = synthesized(appOf(settingsOf()));

function templateOf(stackId: string) {
  const stack = stacks.get(stackId);
  if (stack === undefined) throw new Error(`no stack ${stackId}`);
  return stack.template;
}
const template = templateOf(FOUNDATION);

const CALCULATOR = 'quota-calculator';
const PROCESSOR = 'notification-processor';
const UPDATER = 'alarm-updater';

/** The only resource of `type` with these properties. */
function only(type: string, properties: Readonly<Record<string, unknown>>) {
  const [[id, resource] = [], ...others] = Object.entries(
    template.findResources(type, { Properties: properties }),
  );
  if (id === undefined || resource === undefined || others.length > 0)
    throw new Error(`not one ${type} with ${JSON.stringify(properties)}`);
  return { id, properties: resource.Properties };
}

const functionNamed = (name: string) =>
  only('AWS::Lambda::Function', { FunctionName: `Acme-Bedrock-OpsAlert-${name}` }).properties;

describe('the functions', () => {
  test('are three, and CDK adds none of its own', () => {
    const names = Object.values(template.findResources('AWS::Lambda::Function')).map(
      ({ Properties }) => Properties.FunctionName,
    );
    expect(names.toSorted()).toEqual([
      'Acme-Bedrock-OpsAlert-alarm-updater',
      'Acme-Bedrock-OpsAlert-notification-processor',
      'Acme-Bedrock-OpsAlert-quota-calculator',
    ]);
    templateOf(`${FOUNDATION}-Nova`).resourceCountIs('AWS::Lambda::Function', 0);
  });

  test.each([
    [CALCULATOR, 60, {}],
    [UPDATER, 900, { CUSTOMER: 'Acme' }],
    [
      PROCESSOR,
      60,
      {
        CUSTOMER: 'Acme',
        NOTIFICATION_TOPIC_ARN: 'arn:aws:sns:us-east-1:111122223333:Acme-Bedrock-OpsAlert-notifications',
        CONTACT_SECRET_ARN:
          'arn:aws:secretsmanager:us-east-1:111122223333:secret:Acme-Bedrock-OpsAlert-contacts-a1b2c3',
        QUEUE_URL: 'https://sqs/Acme-Bedrock-OpsAlert-alarms',
      },
    ],
  ])(
    '%s runs on the newest Node.js LTS of Lambda, on arm64, and is told what it must know',
    (name, timeout, told) => {
      const { Code, Role, Description, ...rest } = functionNamed(name);
      expect(rest).toEqual({
        FunctionName: `Acme-Bedrock-OpsAlert-${name}`,
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        MemorySize: 512,
        Timeout: timeout,
        LoggingConfig: { LogGroup: `/aws/lambda/Acme-Bedrock-OpsAlert-${name}` },
        Environment: { Variables: { NODE_OPTIONS: '--enable-source-maps', ...told } },
      });
      expect(Description).toMatch(/^[A-Z].{20,}/);
    },
  );

  test.each([CALCULATOR, PROCESSOR, UPDATER])(
    '%s logs to a group that is kept for a month and goes with it',
    (name) => {
      template.hasResource('AWS::Logs::LogGroup', {
        Properties: { LogGroupName: `/aws/lambda/Acme-Bedrock-OpsAlert-${name}`, RetentionInDays: 30 },
        DeletionPolicy: 'Delete',
        UpdateReplacePolicy: 'Delete',
      });
      template.resourceCountIs('AWS::Logs::LogGroup', 3);
    },
  );
});

describe('the roles', () => {
  test('are one for each function, and three in all', () => {
    const roles = [CALCULATOR, PROCESSOR, UPDATER].map((name) => functionNamed(name).Role);
    expect(new Set(roles).size).toBe(3);
    template.resourceCountIs('AWS::IAM::Role', 3);
    for (const type of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']) template.resourceCountIs(type, 0);
    templateOf(`${FOUNDATION}-Nova`).resourceCountIs('AWS::IAM::Role', 0);
  });

  test('are unnamed, since role names are global in an account; nobody but Lambda takes them on', () => {
    template.allResourcesProperties('AWS::IAM::Role', {
      RoleName: Match.absent(),
      ManagedPolicyArns: Match.absent(),
      PermissionsBoundary: Match.absent(),
      AssumeRolePolicyDocument: {
        Statement: [
          { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
        ],
      },
    });
  });
});

/** `action on resource` for all that the role of a function allows; any other effect or a NotAction is told apart. */
function permissionsOf(name: string): string[] {
  const roleId = functionNamed(name).Role.split('/')[1];
  const { Properties } = template.findResources('AWS::IAM::Role')[roleId] ?? {};
  const policies = Properties.Policies.map(
    ({ PolicyDocument }: { PolicyDocument: { Statement: unknown[] } }) => {
      for (const statement of PolicyDocument.Statement) {
        expect(statement).toEqual({
          Effect: 'Allow',
          Action: expect.anything(),
          Resource: expect.anything(),
        });
      }
      return readIdentityPolicy(PolicyDocument, name);
    },
  );
  return grantsOf(policies).map(({ action, resource }) => `${action} on ${resource}`);
}

const ARN = (service: string, rest: string): string => `arn:aws:${service}:us-east-1:111122223333:${rest}`;

describe('what a function may do, and nothing else', () => {
  const log = (name: string): string => ARN('logs', `log-group:/aws/lambda/Acme-Bedrock-OpsAlert-${name}:*`);
  const thresholds = ARN('ssm', 'parameter/Acme/bedrock/quota-monitoring/*/thresholds/*');
  const queue = ARN('sqs', 'Acme-Bedrock-OpsAlert-alarms');
  const key = ARN('kms', `key/${only('AWS::KMS::Key', {}).id}`);

  test.each<[string, [action: string, resource: string][]]>([
    [
      CALCULATOR,
      [
        ['servicequotas:GetServiceQuota', '*'],
        ['servicequotas:GetAWSDefaultServiceQuota', '*'],
        ['ssm:GetParameters', thresholds],
        ['ssm:PutParameter', thresholds],
        ['ssm:DeleteParameters', thresholds],
        ['logs:CreateLogStream', log(CALCULATOR)],
        ['logs:PutLogEvents', log(CALCULATOR)],
      ],
    ],
    [
      UPDATER,
      [
        ['servicequotas:GetServiceQuota', '*'],
        ['servicequotas:GetAWSDefaultServiceQuota', '*'],
        ['ssm:GetParametersByPath', ARN('ssm', 'parameter/Acme/bedrock/quota-monitoring')],
        ['ssm:PutParameter', thresholds],
        ...['HighInvocationRate', 'HighTPMQuotaUsage'].flatMap((alarm): [string, string][] => [
          ['cloudwatch:DescribeAlarms', ARN('cloudwatch', `alarm:Acme-Bedrock-${alarm}-Warning-*`)],
          ['cloudwatch:PutMetricAlarm', ARN('cloudwatch', `alarm:Acme-Bedrock-${alarm}-Warning-*`)],
        ]),
        ['logs:CreateLogStream', log(UPDATER)],
        ['logs:PutLogEvents', log(UPDATER)],
      ],
    ],
    [
      PROCESSOR,
      [
        ['sqs:ReceiveMessage', queue],
        ['sqs:DeleteMessage', queue],
        ['sqs:GetQueueAttributes', queue],
        ['sqs:SendMessage', queue],
        ['kms:Decrypt', key],
        ['kms:GenerateDataKey', key],
        ...CHILD_ALARMS.map((alarm): [string, string] => [
          'cloudwatch:DescribeAlarms',
          ARN('cloudwatch', `alarm:Acme-Bedrock-${alarm}-*`),
        ]),
        ['cloudwatch:GetMetricData', '*'],
        ['ssm:GetParameters', ARN('ssm', 'parameter/Acme/bedrock/quota-monitoring/*')],
        ['servicequotas:GetServiceQuota', '*'],
        ['servicequotas:GetAWSDefaultServiceQuota', '*'],
        [
          'secretsmanager:GetSecretValue',
          ARN('secretsmanager', 'secret:Acme-Bedrock-OpsAlert-contacts-a1b2c3'),
        ],
        ['support:DescribeCases', '*'],
        ['support:DescribeCommunications', '*'],
        ['support:CreateCase', '*'],
        ['support:AddCommunicationToCase', '*'],
        ['sns:Publish', ARN('sns', 'Acme-Bedrock-OpsAlert-notifications')],
        ['logs:CreateLogStream', log(PROCESSOR)],
        ['logs:PutLogEvents', log(PROCESSOR)],
      ],
    ],
  ])('%s', (name, expected) => {
    expect(permissionsOf(name).toSorted()).toEqual(
      expected.map(([action, resource]) => `${action} on ${resource}`).toSorted(),
    );
  });

  /** https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html */
  const CANNOT_BE_RESTRICTED = [
    'cloudwatch:GetMetricData',
    'servicequotas:GetAWSDefaultServiceQuota',
    'servicequotas:GetServiceQuota',
    'support:AddCommunicationToCase',
    'support:CreateCase',
    'support:DescribeCases',
    'support:DescribeCommunications',
  ];

  test('on every resource only what AWS cannot restrict to one', () => {
    const onAll = [CALCULATOR, PROCESSOR, UPDATER]
      .flatMap(permissionsOf)
      .filter((each) => each.endsWith(' on *'));
    expect([...new Set(onAll)].toSorted()).toEqual(CANNOT_BE_RESTRICTED.map((action) => `${action} on *`));
  });
});

describe('the schedule', () => {
  const scheduleAt = (changes: Readonly<Record<string, unknown>>): unknown =>
    Object.values(stackOf(settingsOf(changes), FOUNDATION).template.findResources('AWS::Events::Rule')).map(
      ({ Properties }) => Properties.ScheduleExpression,
    );

  test.each([
    [{}, 'rate(1 day)'],
    [{ updateIntervalDays: 1 }, 'rate(1 day)'],
    [{ updateIntervalDays: 2 }, 'rate(2 days)'],
    [{ updateIntervalDays: 30 }, 'rate(30 days)'],
  ])('is that of the settings: %j is %s', (changes, expression) => {
    expect(scheduleAt(changes)).toEqual([expression]);
  });

  test('runs the updater, and is the only one that EventBridge may run it for', () => {
    const rule = only('AWS::Events::Rule', {});
    expect(rule.properties).toMatchObject({
      Name: 'Acme-Bedrock-OpsAlert-alarm-updates',
      State: 'ENABLED',
      Targets: [{ Arn: ARN('lambda', 'function:Acme-Bedrock-OpsAlert-alarm-updater') }],
    });
    expect(rule.properties.EventPattern).toBeUndefined();
    expect(only('AWS::Lambda::Permission', {}).properties).toEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: ARN('lambda', 'function:Acme-Bedrock-OpsAlert-alarm-updater'),
      Principal: 'events.amazonaws.com',
      SourceArn: ARN('events', 'rule/Acme-Bedrock-OpsAlert-alarm-updates'),
    });
  });
});

describe('whoever waits, waits longer than whom it waits for', () => {
  const seconds = (value: unknown): number => {
    if (typeof value !== 'number' && typeof value !== 'string') throw new Error(`no number: ${value}`);
    return Number(value);
  };
  const timeoutOf = (name: string): number => seconds(functionNamed(name).Timeout);
  const queue = only('AWS::SQS::Queue', { QueueName: 'Acme-Bedrock-OpsAlert-alarms' }).properties;
  const FOUR_DAYS = 4 * 24 * 60 * 60;
  /** What the SDK pauses between attempts, the longest that it draws: 500 ms, doubled, after a throttle. */
  const PAUSES_MS = 500 + 1000;
  /** The same for eight attempts; a pause is never longer than 20 seconds. */
  const PATIENT_PAUSES_MS = 500 + 1000 + 2000 + 4000 + 8000 + 16_000 + 20_000;

  test('an attempt ends with an error, and all attempts of a call before the function', () => {
    const calls = [
      ...[READ, READ_ONCE, SLOW_READ].map(({ requestHandler }) => ({
        maxAttempts: MAX_ATTEMPTS,
        requestHandler,
      })),
      READ_PAGES,
      WRITE_ONCE,
      SLOW_WRITE_ONCE,
    ];
    for (const { maxAttempts, requestHandler } of calls) {
      const { requestTimeout, connectionTimeout, throwOnRequestTimeout } = requestHandler;
      expect(throwOnRequestTimeout).toBe(true);
      expect(connectionTimeout).toBeLessThan(requestTimeout);
      expect(maxAttempts * requestTimeout + PAUSES_MS).toBeLessThan(
        Math.min(timeoutOf(CALCULATOR), timeoutOf(PROCESSOR)) * 1000,
      );
    }
  });

  test('all attempts of a patient call, several times over, before the updater', () => {
    const { maxAttempts, requestHandler } = PACES.patient;
    expect(requestHandler.throwOnRequestTimeout).toBe(true);
    expect(maxAttempts).toBe(8);
    const longestMs = maxAttempts * requestHandler.requestTimeout + PATIENT_PAUSES_MS;
    expect(5 * longestMs).toBeLessThan(timeoutOf(UPDATER) * 1000);
  });

  test('the calls that cannot be undone are made once', () => {
    expect([WRITE_ONCE.maxAttempts, SLOW_WRITE_ONCE.maxAttempts]).toEqual([1, 1]);
  });

  test('six times the function before a message is seen again', () => {
    expect(seconds(queue.VisibilityTimeout)).toBeGreaterThanOrEqual(6 * timeoutOf(PROCESSOR));
  });

  test('all tries of a message before the queue forgets it, and then the dead letters keep it longer', () => {
    const retention = seconds(queue.MessageRetentionPeriod ?? FOUR_DAYS);
    expect(queue.RedrivePolicy.maxReceiveCount * seconds(queue.VisibilityTimeout)).toBeLessThan(retention);
    // A dead letter's age counts from when the message was first sent.
    const kept = only('AWS::SQS::Queue', { QueueName: 'Acme-Bedrock-OpsAlert-dead-letters' }).properties;
    expect(seconds(kept.MessageRetentionPeriod)).toBeGreaterThan(retention);
  });

  test('the calculator with both repeats of Lambda, after one and two minutes, before CloudFormation gives up', () => {
    const [resource] = Object.values(
      templateOf(`${FOUNDATION}-Nova`).findResources('Custom::BedrockQuotaThresholds'),
    );
    expect(3 * timeoutOf(CALCULATOR) + 60 + 120).toBeLessThan(seconds(resource?.Properties.ServiceTimeout));
  });
});
