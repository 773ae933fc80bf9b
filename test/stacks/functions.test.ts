import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import {
  calculatorEnvironmentSchema,
  processorEnvironmentSchema,
  reconcilerEnvironmentSchema,
  updaterEnvironmentSchema,
} from '../../lambda/contract/environment';
import { LEASE_SECONDS } from '../../lambda/contract/ledger';
import { reconcilerEventSchema } from '../../lambda/contract/reconciler-event';
import { parseUpdaterEvent } from '../../lambda/contract/updater-event';
import {
  MAX_ATTEMPTS,
  READ,
  READ_ONCE,
  READ_PAGES,
  SEARCH,
  SLOW_READ,
  SLOW_WRITE_ONCE,
  WRITE_ONCE,
} from '../../lambda/ports/client-settings';
import { PACES } from '../../lambda/ports/pace';
import { grantsOf } from '../../rehearsal/iam/authorization';
import { readIdentityPolicy } from '../../rehearsal/iam/policy';
import { appOf, FOUNDATION, settingsOf, stackOf, synthesized } from './synthesized';

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
const RECONCILER = 'reconciler';
const ALL = [CALCULATOR, PROCESSOR, UPDATER, RECONCILER];

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
  test('are four, and CDK adds none of its own', () => {
    const names = Object.values(template.findResources('AWS::Lambda::Function')).map(
      ({ Properties }) => Properties.FunctionName,
    );
    expect(names.toSorted()).toEqual([
      'Acme-Bedrock-OpsAlert-alarm-updater',
      'Acme-Bedrock-OpsAlert-notification-processor',
      'Acme-Bedrock-OpsAlert-quota-calculator',
      'Acme-Bedrock-OpsAlert-reconciler',
    ]);
    templateOf(`${FOUNDATION}-Nova`).resourceCountIs('AWS::Lambda::Function', 0);
  });

  test.each([
    [CALCULATOR, 300, { QUEUE_URL: 'https://sqs/Acme-Bedrock-OpsAlert-tasks' }],
    [
      UPDATER,
      900,
      {
        CUSTOMER: 'Acme',
        QUEUE_URL: 'https://sqs/Acme-Bedrock-OpsAlert-tasks',
        TABLE_NAME: 'Acme-Bedrock-OpsAlert-incidents',
      },
    ],
    [
      PROCESSOR,
      60,
      {
        CUSTOMER: 'Acme',
        NOTIFICATION_TOPIC_ARN: 'arn:aws:sns:us-east-1:111122223333:Acme-Bedrock-OpsAlert-notifications',
        CONTACT_SECRET_ARN:
          'arn:aws:secretsmanager:us-east-1:111122223333:secret:Acme-Bedrock-OpsAlert-contacts-a1b2c3',
        QUEUE_URL: 'https://sqs/Acme-Bedrock-OpsAlert-tasks',
        TABLE_NAME: 'Acme-Bedrock-OpsAlert-incidents',
        MAX_NEW_CASES_PER_DAY: '10',
      },
    ],
    [
      RECONCILER,
      60,
      {
        CUSTOMER: 'Acme',
        QUEUE_URL: 'https://sqs/Acme-Bedrock-OpsAlert-tasks',
        TABLE_NAME: 'Acme-Bedrock-OpsAlert-incidents',
        NOTIFICATION_TOPIC_ARN: 'arn:aws:sns:us-east-1:111122223333:Acme-Bedrock-OpsAlert-notifications',
        STAKEHOLDERS: '1',
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

  test('are told what their environment must hold', () => {
    const told = (name: string): unknown => functionNamed(name).Environment.Variables;
    expect(() => calculatorEnvironmentSchema.parse(told(CALCULATOR))).not.toThrow();
    expect(() => processorEnvironmentSchema.parse(told(PROCESSOR))).not.toThrow();
    expect(() => updaterEnvironmentSchema.parse(told(UPDATER))).not.toThrow();
    expect(reconcilerEnvironmentSchema.parse(told(RECONCILER))).toMatchObject({ STAKEHOLDERS: 1 });
  });

  test.each(ALL)('%s logs to a group that is kept for a month and goes with it', (name) => {
    template.hasResource('AWS::Logs::LogGroup', {
      Properties: { LogGroupName: `/aws/lambda/Acme-Bedrock-OpsAlert-${name}`, RetentionInDays: 30 },
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
    });
    template.resourceCountIs('AWS::Logs::LogGroup', ALL.length);
  });
});

describe('the roles', () => {
  test('are one for each function, and four in all', () => {
    const roles = ALL.map((name) => functionNamed(name).Role);
    expect(new Set(roles).size).toBe(4);
    template.resourceCountIs('AWS::IAM::Role', 4);
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
  const alarms = ARN('sqs', 'Acme-Bedrock-OpsAlert-alarms');
  const tasks = ARN('sqs', 'Acme-Bedrock-OpsAlert-tasks');
  const table = ARN('dynamodb', 'table/Acme-Bedrock-OpsAlert-incidents');
  const key = ARN('kms', `key/${only('AWS::KMS::Key', {}).id}`);

  test.each<[string, [action: string, resource: string][]]>([
    [
      CALCULATOR,
      [
        ['servicequotas:GetServiceQuota', '*'],
        ['servicequotas:GetAWSDefaultServiceQuota', '*'],
        ['servicequotas:ListServiceQuotas', '*'],
        ['servicequotas:ListAWSDefaultServiceQuotas', '*'],
        ['bedrock:ListInferenceProfiles', '*'],
        ['ssm:GetParameters', thresholds],
        ['ssm:PutParameter', thresholds],
        ['ssm:DeleteParameters', thresholds],
        ['ssm:DeleteParameters', ARN('ssm', 'parameter/Acme/bedrock/quota-monitoring/*/quota-sharers')],
        ['sqs:SendMessage', tasks],
        ['kms:Decrypt', key],
        ['kms:GenerateDataKey', key],
        ['logs:CreateLogStream', log(CALCULATOR)],
        ['logs:PutLogEvents', log(CALCULATOR)],
      ],
    ],
    [
      UPDATER,
      [
        ['servicequotas:GetServiceQuota', '*'],
        ['servicequotas:GetAWSDefaultServiceQuota', '*'],
        ['dynamodb:Query', table],
        ['servicequotas:GetRequestedServiceQuotaChange', '*'],
        ['bedrock:ListInferenceProfiles', '*'],
        ['cloudwatch:GetMetricData', '*'],
        ['ssm:GetParametersByPath', ARN('ssm', 'parameter/Acme/bedrock/quota-monitoring')],
        ['ssm:GetParameters', ARN('ssm', 'parameter/Acme/bedrock/quota-monitoring/*/config')],
        ...[thresholds, ARN('ssm', 'parameter/Acme/bedrock/quota-monitoring/*/quota-sharers')].flatMap(
          (written): [string, string][] => [
            ['ssm:GetParameters', written],
            ['ssm:PutParameter', written],
          ],
        ),
        ...['HighInvocationRate', 'HighTPMQuotaUsage'].flatMap((alarm): [string, string][] => [
          ['cloudwatch:DescribeAlarms', ARN('cloudwatch', `alarm:Acme-Bedrock-${alarm}-Warning-*`)],
          ['cloudwatch:PutMetricAlarm', ARN('cloudwatch', `alarm:Acme-Bedrock-${alarm}-Warning-*`)],
        ]),
        ['sqs:SendMessage', tasks],
        ['kms:Decrypt', key],
        ['kms:GenerateDataKey', key],
        ['logs:CreateLogStream', log(UPDATER)],
        ['logs:PutLogEvents', log(UPDATER)],
      ],
    ],
    [
      PROCESSOR,
      [
        ...[alarms, tasks].flatMap((queue): [string, string][] => [
          ['sqs:ReceiveMessage', queue],
          ['sqs:DeleteMessage', queue],
          ['sqs:GetQueueAttributes', queue],
        ]),
        ['sqs:SendMessage', tasks],
        ['kms:Decrypt', key],
        ['kms:GenerateDataKey', key],
        ['dynamodb:Query', table],
        ['dynamodb:UpdateItem', table],
        ['dynamodb:PutItem', table],
        ['cloudwatch:DescribeAlarms', '*'],
        ['cloudwatch:GetMetricData', '*'],
        ['cloudwatch:ListAlarmMuteRules', '*'],
        ['ssm:GetParameters', ARN('ssm', 'parameter/Acme/bedrock/quota-monitoring/*')],
        ['servicequotas:ListRequestedServiceQuotaChangeHistoryByQuota', '*'],
        ['servicequotas:GetRequestedServiceQuotaChange', '*'],
        ['servicequotas:RequestServiceQuotaIncrease', ARN('servicequotas', 'bedrock/L-*')],
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
    [
      RECONCILER,
      [
        ['cloudwatch:DescribeAlarms', '*'],
        ['cloudwatch:GetMetricData', '*'],
        ['ssm:GetParametersByPath', ARN('ssm', 'parameter/Acme/bedrock/quota-monitoring')],
        ['dynamodb:Query', table],
        ['dynamodb:UpdateItem', table],
        ['sqs:SendMessage', tasks],
        ['kms:Decrypt', key],
        ['kms:GenerateDataKey', key],
        ['support:DescribeCases', '*'],
        ['sns:GetTopicAttributes', ARN('sns', 'Acme-Bedrock-OpsAlert-notifications')],
        ['logs:CreateLogStream', log(RECONCILER)],
        ['logs:PutLogEvents', log(RECONCILER)],
      ],
    ],
  ])('%s', (name, expected) => {
    expect(permissionsOf(name).toSorted()).toEqual(
      expected.map(([action, resource]) => `${action} on ${resource}`).toSorted(),
    );
  });

  /**
   * DescribeAlarms can, but shows no composites then.
   * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
   */
  const CANNOT_BE_RESTRICTED = [
    'bedrock:ListInferenceProfiles',
    'cloudwatch:DescribeAlarms',
    'cloudwatch:GetMetricData',
    'cloudwatch:ListAlarmMuteRules',
    'servicequotas:GetAWSDefaultServiceQuota',
    'servicequotas:GetRequestedServiceQuotaChange',
    'servicequotas:GetServiceQuota',
    'servicequotas:ListAWSDefaultServiceQuotas',
    'servicequotas:ListRequestedServiceQuotaChangeHistoryByQuota',
    'servicequotas:ListServiceQuotas',
    'support:AddCommunicationToCase',
    'support:CreateCase',
    'support:DescribeCases',
    'support:DescribeCommunications',
  ];

  test('on every resource only what AWS cannot restrict to one', () => {
    const onAll = ALL.flatMap(permissionsOf).filter((each) => each.endsWith(' on *'));
    expect([...new Set(onAll)].toSorted()).toEqual(CANNOT_BE_RESTRICTED.map((action) => `${action} on *`));
  });
});

/** What EventBridge runs, and nobody else: the function's label, by the rule that runs it. */
const allowedRules = (): readonly string[][] =>
  Object.values(template.findResources('AWS::Lambda::Permission')).map(({ Properties }) => {
    expect(Properties).toMatchObject({ Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com' });
    return [Properties.SourceArn, Properties.FunctionName];
  });

test('each scheduled function may be run by its own rules only', () => {
  const rule = (name: string): string => ARN('events', `rule/Acme-Bedrock-OpsAlert-${name}`);
  const run = (name: string): string => ARN('lambda', `function:Acme-Bedrock-OpsAlert-${name}`);
  expect(allowedRules().toSorted()).toEqual([
    [rule('alarm-changes'), run(UPDATER)],
    [rule('alarm-updates'), run(UPDATER)],
    [rule('health-checks'), run(RECONCILER)],
    [rule('quota-sharers'), run(UPDATER)],
    [rule('reconcile'), run(RECONCILER)],
  ]);
});

describe('the schedule of the updater', () => {
  const scheduleAt = (changes: Readonly<Record<string, unknown>>): unknown =>
    Object.values(
      stackOf(settingsOf(changes), FOUNDATION).template.findResources('AWS::Events::Rule', {
        Properties: { Name: 'Acme-Bedrock-OpsAlert-alarm-updates' },
      }),
    ).map(({ Properties }) => Properties.ScheduleExpression);

  test.each([
    [{}, 'rate(1 day)'],
    [{ updateIntervalDays: 1 }, 'rate(1 day)'],
    [{ updateIntervalDays: 2 }, 'rate(2 days)'],
    [{ updateIntervalDays: 30 }, 'rate(30 days)'],
  ])('is that of the settings: %j is %s', (changes, expression) => {
    expect(scheduleAt(changes)).toEqual([expression]);
  });

  test('runs the updater', () => {
    const rule = only('AWS::Events::Rule', { Name: 'Acme-Bedrock-OpsAlert-alarm-updates' });
    expect(rule.properties).toMatchObject({
      State: 'ENABLED',
      Targets: [{ Arn: ARN('lambda', 'function:Acme-Bedrock-OpsAlert-alarm-updater') }],
    });
    expect(rule.properties.EventPattern).toBeUndefined();
  });
});

describe('what else runs the updater', () => {
  const UPDATER_ARN = ARN('lambda', 'function:Acme-Bedrock-OpsAlert-alarm-updater');

  test('an hourly schedule, for what shares quotas', () => {
    const { properties } = only('AWS::Events::Rule', { Name: 'Acme-Bedrock-OpsAlert-quota-sharers' });
    expect(properties).toMatchObject({
      ScheduleExpression: 'rate(1 hour)',
      State: 'ENABLED',
      Targets: [{ Arn: UPDATER_ARN }],
    });
    expect(parseUpdaterEvent(JSON.parse(properties.Targets[0].Input))).toEqual({ kind: 'sharers' });
  });

  test('the making and changing of the two usage alarms of any model, and of no other alarm', () => {
    const { properties } = only('AWS::Events::Rule', { Name: 'Acme-Bedrock-OpsAlert-alarm-changes' });
    expect(properties).toMatchObject({ State: 'ENABLED', Targets: [{ Arn: UPDATER_ARN }] });
    expect(properties.Targets[0].Input).toBeUndefined();
    expect(properties.EventPattern).toEqual({
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm Configuration Change'],
      detail: {
        alarmName: [
          { prefix: 'Acme-Bedrock-HighInvocationRate-Warning-' },
          { prefix: 'Acme-Bedrock-HighTPMQuotaUsage-Warning-' },
        ],
        operation: ['create', 'update'],
      },
    });
  });
});

describe('the schedules of the reconciler', () => {
  test.each([
    ['reconcile', 'rate(5 minutes)', ['alarms', 'ledger']],
    ['health-checks', 'rate(6 hours)', ['health']],
  ])('%s: %s, with an invocation for each of %j', (name, expression, questions) => {
    const { properties } = only('AWS::Events::Rule', { Name: `Acme-Bedrock-OpsAlert-${name}` });
    expect(properties).toMatchObject({ ScheduleExpression: expression, State: 'ENABLED' });
    const targets: readonly { Id: string; Arn: string; Input: string }[] = properties.Targets;
    expect(targets.map(({ Arn }) => Arn)).toEqual(
      questions.map(() => ARN('lambda', 'function:Acme-Bedrock-OpsAlert-reconciler')),
    );
    const asked = targets.map(({ Input }) => reconcilerEventSchema.strict().parse(JSON.parse(Input)));
    expect(asked).toEqual(questions.map((question) => ({ question })));
    expect(new Set(targets.map(({ Id }) => Id)).size).toBe(questions.length);
  });

  test('nothing holds back the invocations that meet', () => {
    for (const name of ALL) expect(functionNamed(name)).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  test('tells it how many stakeholders there are', () => {
    const stakeholders = ['a@acme.example', 'b@acme.example', 'c@acme.example'];
    stackOf(settingsOf({ stakeholders }), FOUNDATION).template.hasResourceProperties(
      'AWS::Lambda::Function',
      {
        FunctionName: 'Acme-Bedrock-OpsAlert-reconciler',
        Environment: { Variables: { STAKEHOLDERS: '3' } },
      },
    );
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
      ...[READ, READ_ONCE, SLOW_READ, SEARCH, WRITE_ONCE, SLOW_WRITE_ONCE].map(({ requestHandler }) => ({
        // The most that any of them has.
        maxAttempts: MAX_ATTEMPTS,
        requestHandler,
      })),
      READ_PAGES,
    ];
    for (const { maxAttempts, requestHandler } of calls) {
      const { requestTimeout, connectionTimeout, throwOnRequestTimeout } = requestHandler;
      expect(throwOnRequestTimeout).toBe(true);
      expect(connectionTimeout).toBeLessThan(requestTimeout);
      expect(maxAttempts * requestTimeout + PAUSES_MS).toBeLessThan(
        Math.min(...[PROCESSOR, RECONCILER].map(timeoutOf)) * 1000,
      );
    }
  });

  test('all attempts of a patient call, several times over, before the updater; twice over before the calculator', () => {
    const { maxAttempts, requestHandler } = PACES.patient;
    expect(requestHandler.throwOnRequestTimeout).toBe(true);
    expect(maxAttempts).toBe(8);
    const longestMs = maxAttempts * requestHandler.requestTimeout + PATIENT_PAUSES_MS;
    expect(5 * longestMs).toBeLessThan(timeoutOf(UPDATER) * 1000);
    expect(2 * longestMs).toBeLessThan(timeoutOf(CALCULATOR) * 1000);
  });

  test.each([
    ['what cannot be undone', WRITE_ONCE, false],
    ['what cannot be undone and takes long', SLOW_WRITE_ONCE, false],
    ['what can be read again', READ, true],
  ])('%s is tried again only where that does no harm', async (_, { retryStrategy }, isTriedAgain) => {
    const first = await retryStrategy.acquireInitialRetryToken('');
    const again = retryStrategy.refreshRetryTokenForRetry(first, { errorType: 'TRANSIENT' }).then(
      () => true,
      () => false,
    );
    expect(await again).toBe(isTriedAgain);
  });

  test('six times the function before a message is seen again', () => {
    expect(seconds(queue.VisibilityTimeout)).toBeGreaterThanOrEqual(6 * timeoutOf(PROCESSOR));
  });

  test('whoever holds a lease is over before it ends, and it ends before the message is seen again', () => {
    expect(timeoutOf(PROCESSOR)).toBeLessThan(LEASE_SECONDS);
    expect(LEASE_SECONDS).toBeLessThan(seconds(queue.VisibilityTimeout));
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
