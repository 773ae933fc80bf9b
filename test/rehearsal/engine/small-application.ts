import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { rehearsedProduct } from '../../../bin/rehearsed-product';
import type { LocalAws } from '../../../rehearsal/engine/local-aws';
import { playScenario } from '../../../rehearsal/engine/play-scenario';
import { readScenario } from '../../../rehearsal/engine/read-scenario';
import type { MonitoredModel, Product } from '../../../rehearsal/product';
import type { Report } from '../../../rehearsal/report';

/** One stack, as it stands in the settings of a scenario. */
export interface SmallStack {
  readonly name: string;
  readonly resources: Readonly<Record<string, unknown>>;
  readonly isProtected?: boolean;
  /** The code of its functions, by S3 key. */
  readonly code?: Readonly<Record<string, string>>;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A product whose settings are the stacks themselves: `{stacks: [...], watched: [...]}`. */
const product: Product = {
  ...rehearsedProduct,
  functionLabel: (name) => name,
  breaches: () => [],
  synthesize: async (source) => {
    if (typeof source === 'string') throw new Error('settings of a small application stand in the scenario');
    const { stacks, watched = [] }: { stacks: SmallStack[]; watched?: MonitoredModel[] } = parse(source.text);
    return { assemblyDirectory: writeAssembly(stacks), models: watched };
  },
};

/** Writes what `cdk synth` would. */
function writeAssembly(stacks: readonly SmallStack[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'small-application-'));
  folders.push(folder);
  const artifacts: Record<string, unknown> = {};
  const write = (file: string, content: unknown): void =>
    writeFileSync(join(folder, file), JSON.stringify(content));
  for (const { name, resources, isProtected = false, code = {} } of stacks) {
    const files = Object.entries(code).map(([key, text]) => {
      mkdirSync(join(folder, key));
      writeFileSync(join(folder, key, 'index.js'), text);
      return [key, { source: { path: key, packaging: 'zip' }, destinations: { here: { objectKey: key } } }];
    });
    write(`${name}.template.json`, { Resources: resources });
    write(`${name}.assets.json`, { files: Object.fromEntries(files) });
    artifacts[`${name}.assets`] = { type: 'cdk:asset-manifest', properties: { file: `${name}.assets.json` } };
    artifacts[name] = {
      type: 'aws:cloudformation:stack',
      environment: 'aws://111122223333/us-east-1',
      properties: { templateFile: `${name}.template.json`, terminationProtection: isProtected },
      dependencies: [`${name}.assets`],
    };
  }
  write('manifest.json', { artifacts });
  return folder;
}

/** What a play came to, and the local AWS as it was in the end. */
export interface Played {
  readonly report: Report;
  readonly aws: LocalAws;
}

/** Plays a scenario, from 09:00 on; what it deploys are stacks of this file. It is deployed at 08:00. */
export async function play(
  stacks: readonly SmallStack[],
  scenario: Readonly<Record<string, unknown>> = {},
  changes: Partial<Product> = {},
): Promise<Played> {
  const played = { ...product, ...changes };
  const text = stringify(
    {
      name: 'Small',
      start: '2026-03-02T09:00:00Z',
      until: '1h',
      settings: { stacks },
      deliver: { duplicate: 1, reorder: 0 },
      ...scenario,
    },
    { aliasDuplicateObjects: false },
  );
  let aws: LocalAws | undefined;
  const report = await playScenario(readScenario(text, 'small.yaml', played), played, {
    inspect: (inspected) => {
      aws = inspected;
    },
  });
  if (aws === undefined) throw new Error('nothing was played');
  return { report, aws };
}

/** The Region that all small stacks stand in. */
export const regionOf = ({ aws }: Played) => aws.region('111122223333', 'us-east-1');

export const topic = (name: string) => ({ Type: 'AWS::SNS::Topic', Properties: { TopicName: name } });

export const alarm = (name: string, changes: Readonly<Record<string, unknown>> = {}) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmName: name,
    Namespace: 'Acme',
    MetricName: 'Faults',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
    ...changes,
  },
});

/** The resources of a function that may write its log, and do nothing else but these actions and those of SQS. */
export const functionResources = (name: string, key: string, actions: readonly string[] = []) => ({
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Statement: {
          Effect: 'Allow',
          Principal: { Service: 'lambda.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      },
      Policies: [
        {
          PolicyName: 'log',
          PolicyDocument: {
            Statement: {
              Effect: 'Allow',
              Action: ['logs:CreateLogStream', 'logs:PutLogEvents', 'sqs:*', ...actions],
              Resource: '*',
            },
          },
        },
      ],
    },
  },
  Function: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: name,
      Code: { S3Key: key },
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Runtime: 'nodejs24.x',
      Timeout: 10,
      MemorySize: 128,
      LoggingConfig: { LogGroup: name },
    },
  },
});

/** A queue, and that it feeds the function of the stack message by message. */
export const queueResources = (queueName: string, MaximumConcurrency: number) => ({
  Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: queueName } },
  Mapping: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
      FunctionName: { 'Fn::GetAtt': ['Function', 'Arn'] },
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency },
    },
  },
});

export const table = (name: string, key: string) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName: name,
    KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  },
});

/** Somebody sends a message to a queue. */
export const messageTo = (queueName: string, at: string, body: string) => ({
  at,
  call: 'sqs.SendMessage',
  with: {
    QueueUrl: `https://sqs.us-east-1.amazonaws.com/111122223333/${queueName}`,
    MessageBody: body,
  },
});

/** A rule that runs the function of the stack, and who lets it. */
export const ruleResources = (expression: string, changes: Readonly<Record<string, unknown>> = {}) => ({
  Rule: {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: 'clock',
      ScheduleExpression: expression,
      Targets: [{ Id: 'T', Arn: { 'Fn::GetAtt': ['Function', 'Arn'] } }],
      ...changes,
    },
  },
  Permission: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: { Ref: 'Function' },
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': ['Rule', 'Arn'] },
    },
  },
});

/** Code that logs its event and its request, and fails where `fails`. */
export const codeThat = (fails: boolean) =>
  `exports.handler = async (event, context) => {
    console.log(JSON.stringify({ event, requestId: context.awsRequestId }));
    ${fails ? "throw new Error('broken');" : ''}
  };`;
