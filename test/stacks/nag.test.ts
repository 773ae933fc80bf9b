import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { type App, Stack, Validations } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { CfnKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { appOf, modelOf, settingsOf, synthesized } from './synthesized';

const settings = settingsOf({ models: [modelOf(), modelOf({ name: 'NoRpm', rpmQuotaCode: 'NA' })] });

/** As bin/bedrock-ops-alert.ts makes it. */
function checkedApp(): App {
  const app = appOf(settings);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

/** What a person would read, if there were anything. */
function synthesize(app: App): { readonly told: string } {
  const told: string[] = [];
  jest.spyOn(console, 'error').mockImplementation((...lines) => void told.push(lines.join(' ')));
  try {
    synthesized(app);
  } catch (error) {
    told.push(String(error));
  }
  return { told: told.join('\n') };
}

afterEach(() => {
  jest.restoreAllMocks();
});

/** The first construct of `type` in the app. */
function first<Type>(app: App, type: abstract new (...args: never[]) => Type): Type {
  const found = app.node.findAll().find((construct) => construct instanceof type);
  if (!(found instanceof type)) throw new Error(`no ${type.name}`);
  return found;
}

describe('cdk-nag, AWS Solutions', () => {
  test('finds nothing in the application', () => {
    expect(synthesize(checkedApp())).toEqual({ told: '' });
  });

  test.each<[what: string, rule: string, worsen: (app: App) => void]>([
    [
      'one more action with a wildcard',
      'AwsSolutions-IAM5[Action::ssm:Get*]',
      (app) =>
        first(app, Role).addToPolicy(
          new PolicyStatement({ actions: ['ssm:Get*'], resources: ['arn:aws:ssm:us-east-1:111122223333:x'] }),
        ),
    ],
    [
      'one more resource with a wildcard',
      'AwsSolutions-IAM5[Resource::arn:aws:s3:::acme/*]',
      (app) =>
        first(app, Role).addToPolicy(
          new PolicyStatement({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::acme/*'] }),
        ),
    ],
    [
      'an AWS managed policy',
      'AwsSolutions-IAM4',
      (app) =>
        first(app, Role).addManagedPolicy(
          ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaBasicExecutionRole'),
        ),
    ],
    [
      'a key that does not rotate',
      'AwsSolutions-KMS5',
      (app) => {
        first(app, CfnKey).enableKeyRotation = false;
      },
    ],
    [
      'a topic that takes messages without TLS',
      'AwsSolutions-SNS3',
      (app) => {
        new Topic(first(app, Stack), 'Open');
      },
    ],
    [
      'a table that cannot be put back to what it was',
      'AwsSolutions-DDB3',
      (app) => {
        first(app, CfnTable).pointInTimeRecoverySpecification = undefined;
      },
    ],
    [
      'a queue without dead letters',
      'AwsSolutions-SQS3',
      (app) => {
        for (const queue of app.node.findAll())
          if (queue instanceof CfnQueue) queue.redrivePolicy = undefined;
      },
    ],
  ])('would find %s', (_, rule, worsen) => {
    const app = checkedApp();
    worsen(app);
    expect(synthesize(app).told).toContain(rule);
  });
});

interface Acknowledgement {
  readonly path: string;
  readonly rule: string;
  readonly reason: string;
}

const acknowledgements = (app: App): readonly Acknowledgement[] =>
  app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) =>
        Object.entries<string>(data).map(([rule, reason]) => ({
          path: node.path,
          rule: rule.replace('Annotation::', ''),
          reason,
        })),
      ),
  );

describe('what is accepted', () => {
  const IN_PLACE = '<AWS::Region>:<AWS::AccountId>';

  test('is this, each with a reason in a sentence', () => {
    const accepted = acknowledgements(checkedApp());
    expect(accepted.map(({ path, rule }) => [path, rule])).toEqual([
      ['Acme-Bedrock-OpsAlert/Contacts/Secret', 'AwsSolutions-SMG4'],
      ['Acme-Bedrock-OpsAlert/QuotaCalculatorAccess/Role', 'AwsSolutions-IAM5[Resource::*]'],
      [
        'Acme-Bedrock-OpsAlert/QuotaCalculatorAccess/Role',
        `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:${IN_PLACE}:parameter/Acme/bedrock/quota-monitoring/*/thresholds/*]`,
      ],
      [
        'Acme-Bedrock-OpsAlert/QuotaCalculatorAccess/Role',
        `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:${IN_PLACE}:parameter/Acme/bedrock/quota-monitoring/*/quota-sharers]`,
      ],
      ['Acme-Bedrock-OpsAlert/Updates/AlarmUpdaterAccess/Role', 'AwsSolutions-IAM5[Resource::*]'],
      ...['config', 'thresholds/*', 'quota-sharers'].map((parameter) => [
        'Acme-Bedrock-OpsAlert/Updates/AlarmUpdaterAccess/Role',
        `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:${IN_PLACE}:parameter/Acme/bedrock/quota-monitoring/*/${parameter}]`,
      ]),
      ...['HighInvocationRate-Warning', 'HighTPMQuotaUsage-Warning'].map((alarm) => [
        'Acme-Bedrock-OpsAlert/Updates/AlarmUpdaterAccess/Role',
        `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:cloudwatch:${IN_PLACE}:alarm:Acme-Bedrock-${alarm}-*]`,
      ]),
      ['Acme-Bedrock-OpsAlert/NotificationProcessorAccess/Role', 'AwsSolutions-IAM5[Resource::*]'],
      [
        'Acme-Bedrock-OpsAlert/NotificationProcessorAccess/Role',
        `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:servicequotas:${IN_PLACE}:bedrock/L-*]`,
      ],
      [
        'Acme-Bedrock-OpsAlert/NotificationProcessorAccess/Role',
        `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:${IN_PLACE}:parameter/Acme/bedrock/quota-monitoring/*]`,
      ],
      ['Acme-Bedrock-OpsAlert/Reconciliation/ReconcilerAccess/Role', 'AwsSolutions-IAM5[Resource::*]'],
    ]);
    for (const { reason } of accepted) expect(reason).toMatch(/^[A-Z].{30,}\.$/);
  });

  test('would all be found otherwise: nothing is accepted that is not there', () => {
    const accepted = new Set(acknowledgements(checkedApp()).map(({ rule }) => rule));
    jest.spyOn(Validations.prototype, 'acknowledge').mockReturnValue(undefined);
    const app = checkedApp();
    expect(acknowledgements(app)).toEqual([]);
    const { violations } = new AwsSolutionsChecks(app).validateScope(app);
    expect(new Set(violations.map(({ ruleName }) => ruleName))).toEqual(accepted);
  });
});
