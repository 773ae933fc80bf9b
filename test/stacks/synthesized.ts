import { rmSync } from 'node:fs';
import type { App, AppProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { stringify } from 'yaml';
import { parseSettings, type Settings } from '../../lib/settings/settings';
import { buildApp } from '../../lib/stacks/ops-alert-app';
import { resolve, type Scope } from '../../rehearsal/cloudformation/intrinsics';
import { readTemplate, type TemplateResource } from '../../rehearsal/cloudformation/template';

/** Where a stack stands that was synthesised for no particular account or Region. */
export const ACCOUNT = '111122223333';
export const REGION = 'us-east-1';

/** What a settings file must say at least, with `over` in place of it. */
export function settingsOf(over: Readonly<Record<string, unknown>> = {}): Settings {
  return parseSettings(
    stringify({ customer: 'Acme', stakeholders: ['sre@acme.example'], models: [modelOf()], ...over }),
    'settings',
  );
}

/** A model `Nova` of `models`, with `over` in place of its settings. */
export const modelOf = (over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  name: 'Nova',
  modelId: 'amazon.nova-pro-v1:0',
  rpmQuotaCode: 'L-AAAAAAAA',
  tpmQuotaCode: 'L-BBBBBBBB',
  ...over,
});

/** Nothing is bundled: the functions are there, their code is not. */
export const appOf = (settings: Settings, props: AppProps = {}): App =>
  buildApp(settings, { ...props, context: { 'aws:cdk:bundling-stacks': [], ...props.context } });

export interface SynthesizedStack {
  readonly stackName: string;
  readonly environment: string;
  readonly terminationProtection: boolean;
  /** The construct ids of the stacks that go before this one. */
  readonly dependencies: readonly string[];
  /** As it was written. */
  readonly text: string;
  /**
   * As CloudFormation would understand it: references are ARNs and names, and what only the threshold resource can
   * answer stands as `<RpmThreshold>`; a quota code that is not given is one of `FOUND_CODES`.
   */
  readonly template: Template;
}

/** The stacks of an application by their construct ids. */
export function synthesized(app: App): ReadonlyMap<string, SynthesizedStack> {
  try {
    return new Map(app.synth().stacks.map((stack) => [stack.id, synthesizedStack(stack)]));
  } finally {
    rmSync(app.outdir, { recursive: true });
  }
}

function synthesizedStack(stack: CloudFormationStackArtifact): SynthesizedStack {
  const { account, region, name } = stack.environment;
  const template: object = stack.template;
  return {
    stackName: stack.stackName,
    environment: name,
    terminationProtection: stack.terminationProtection ?? false,
    dependencies: stack.dependencies.map(({ id }) => id).filter((id) => !id.endsWith('.assets')),
    text: JSON.stringify(template),
    template: Template.fromJSON(
      resolved(template, {
        accountId: account === 'unknown-account' ? ACCOUNT : account,
        region: region === 'unknown-region' ? REGION : region,
      }),
    ),
  };
}

/** The stack with the construct id `id` of the application that `settings` make. */
export function stackOf(settings: Settings, id: string): SynthesizedStack {
  const stacks = synthesized(appOf(settings));
  const stack = stacks.get(id);
  if (stack === undefined) throw new Error(`no stack ${id} in ${[...stacks.keys()].join(', ')}`);
  return stack;
}

export const FOUNDATION = 'Acme-Bedrock-OpsAlert';

/** What the threshold resource answers where it has to find the codes. */
export const FOUND_CODES = { RPM: 'L-F0000001', TPM: 'L-F0000002' };

/** What it answers of the quotas, one of them without a default. */
export const FOUND_VALUES = {
  RpmQuotaValue: '10000000000',
  RpmAwsDefault: 'NA',
  TpmQuotaValue: '6250000',
  TpmAwsDefault: '10000000000',
};

type Place = Pick<Scope, 'accountId' | 'region'>;

function resolved(template: object, place: Place): Record<string, unknown> {
  const { resources } = readTemplate(template, 'template');
  const referencesTo = (id: string): Readonly<Record<string, string>> => {
    const resource = resources.get(id);
    if (resource === undefined) throw new Error(`no resource ${id}`);
    return references(id, resource, place);
  };
  const reference = (id: string, attribute: string): string => {
    const value = referencesTo(id)[attribute];
    if (value === undefined) throw new Error(`a reference to ${attribute} of ${id}`);
    return value;
  };
  const scope: Scope = {
    where: 'template',
    stackName: 'stack',
    stackId: 'stack',
    parameters: new Map(),
    mappings: {},
    ...place,
    ref: (id) => reference(id, 'Ref'),
    getAtt: reference,
  };
  return { ...Object(resolve(template, scope)) };
}

/** What `Ref` and `Fn::GetAtt` give for a resource, by attribute. */
function references(
  id: string,
  { type, properties }: TemplateResource,
  { accountId, region }: Place,
): Readonly<Record<string, string>> {
  const arn = (service: string, rest: string): string => `arn:aws:${service}:${region}:${accountId}:${rest}`;
  const { TopicName, QueueName, TableName, Name, LogGroupName, FunctionName } = properties;
  switch (type) {
    case 'AWS::KMS::Key':
      return { Ref: id, Arn: arn('kms', `key/${id}`) };
    case 'AWS::SNS::Topic':
      return { Ref: arn('sns', `${TopicName}`) };
    case 'AWS::SQS::Queue':
      return { Ref: `https://sqs/${QueueName}`, Arn: arn('sqs', `${QueueName}`) };
    case 'AWS::DynamoDB::Table':
      return { Ref: `${TableName}`, Arn: arn('dynamodb', `table/${TableName}`) };
    case 'AWS::SecretsManager::Secret':
      return { Ref: arn('secretsmanager', `secret:${Name}-a1b2c3`) };
    case 'AWS::Logs::LogGroup':
      return { Ref: `${LogGroupName}`, Arn: arn('logs', `log-group:${LogGroupName}:*`) };
    case 'AWS::IAM::Role':
      return { Ref: id, Arn: `arn:aws:iam::${accountId}:role/${id}` };
    case 'AWS::Lambda::Function':
      return { Ref: `${FunctionName}`, Arn: arn('lambda', `function:${FunctionName}`) };
    case 'AWS::Events::Rule':
      return { Ref: `${Name}`, Arn: arn('events', `rule/${Name}`) };
    case 'Custom::BedrockQuotaThresholds':
      return {
        ...Object.fromEntries(
          ['RpmThreshold', 'TpmThreshold', 'RpmFactor', 'TpmFactor', 'RpmRemark', 'TpmRemark'].map((name) => [
            name,
            `<${name}>`,
          ]),
        ),
        RpmQuotaCode: String(properties.RpmQuotaCode ?? FOUND_CODES.RPM),
        TpmQuotaCode: String(properties.TpmQuotaCode ?? FOUND_CODES.TPM),
        ...FOUND_VALUES,
      };
    default:
      return {};
  }
}

/** The children of any model, as their names say them between customer and model. */
export const CHILD_ALARMS = [
  'ClientErrors-Critical',
  'ServerErrors-Critical',
  'Throttles-Critical',
  'HighInvocationRate-Warning',
  'HighTPMQuotaUsage-Warning',
  'HighLatency-Warning',
  'InvocationAnomaly-Warning',
  'InputTokenAnomaly-Warning',
  'OutputTokenAnomaly-Warning',
  'LatencyAnomaly-Warning',
];
