import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { KEPT_DAYS, LEASE_SECONDS } from '../../lambda/contract/ledger';
import { appOf, settingsOf, synthesized } from '../stacks/synthesized';
import { PROJECT, passagesOf, readDocument } from './documents';

const DOCUMENT = readDocument('docs/architecture.md');
const PASSAGES = passagesOf(DOCUMENT);
const [DIAGRAM = '', ...OTHER_DIAGRAMS] = PASSAGES.filter(({ info }) => info === 'mermaid').map(
  ({ text }) => text,
);

/** What is not ours to deploy. */
const OUTSIDE = ['Amazon Bedrock metrics', 'Service Quotas', 'AWS Support', 'SRE team'];

/** The kinds of resources that the diagram must show, each with the property that tells one from another. */
const KINDS = [
  ['SNS topic', 'AWS::SNS::Topic', 'TopicName'],
  ['SQS queue', 'AWS::SQS::Queue', 'QueueName'],
  ['Lambda function', 'AWS::Lambda::Function', 'FunctionName'],
  ['Secrets Manager secret', 'AWS::SecretsManager::Secret', 'Name'],
  ['KMS key', 'AWS::KMS::Key', 'Description'],
  ['KMS alias', 'AWS::KMS::Alias', 'AliasName'],
  ['Metric alarm', 'AWS::CloudWatch::Alarm', 'AlarmName'],
  ['Composite alarm', 'AWS::CloudWatch::CompositeAlarm', 'AlarmName'],
  ['Parameter', 'AWS::SSM::Parameter', 'Name'],
  ['EventBridge rule', 'AWS::Events::Rule', 'Name'],
  ['DynamoDB table', 'AWS::DynamoDB::Table', 'TableName'],
  ['Custom resource', 'Custom::BedrockQuotaThresholds', undefined],
] as const;

const STACKS = [...synthesized(appOf(settingsOf())).values()];
const resourcesOf = (type: string) =>
  STACKS.flatMap(({ template }) => Object.values(template.findResources(type)));

interface Resource {
  readonly kind: string;
  /** Undefined for one that bears no name of ours. */
  readonly name: string | undefined;
}

const DEPLOYED: readonly Resource[] = KINDS.flatMap(([kind, type, property]) =>
  resourcesOf(type).map(({ Properties }) => ({
    kind,
    name: property === undefined ? undefined : String(Properties[property]),
  })),
);

/** `children["Metric alarm<br/>NAME"]` of the diagram, as `Metric alarm: NAME`. */
const NODES: ReadonlyMap<string, string> = new Map(
  Array.from(DIAGRAM.matchAll(/^ +(\w+)\["(.+)"\]$/gm), ([, id = '', label = '']) => [
    id,
    label.replace('<br/>', ': '),
  ]),
);
const LABELS = [...NODES.values()];

/** `{customer}` and `{model}` as they are deployed here; any other word in braces stands for anything. */
const patternOf = (name: string): RegExp =>
  new RegExp(
    `^${name
      .replace('{customer}', 'Acme')
      .replace('{model}', 'Nova')
      .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
      .replace(/\{\w+\}/g, '.+')}$`,
  );

function shows(label: string, { kind, name }: Resource): boolean {
  if (!label.startsWith(`${kind}: `)) return false;
  return name === undefined || patternOf(label.slice(`${kind}: `.length)).test(name);
}

describe('the diagram', () => {
  test('is the only one', () => {
    expect(NODES.size).toBeGreaterThan(10);
    expect(OTHER_DIAGRAMS).toEqual([]);
  });

  test.each(LABELS)('shows what is there: %s', (label) => {
    const isThere = DEPLOYED.some((resource) => shows(label, resource));
    expect(isThere || OUTSIDE.includes(label)).toBe(true);
  });

  test.each(DEPLOYED.map(({ kind, name = 'without a name' }) => `${kind} ${name}`))(
    'shows %s once',
    (what) => {
      const showing = LABELS.filter((label) =>
        DEPLOYED.some(
          (resource) =>
            `${resource.kind} ${resource.name ?? 'without a name'}` === what && shows(label, resource),
        ),
      );
      expect(showing).toHaveLength(1);
    },
  );

  test('names the stacks', () => {
    const titles = Array.from(DIAGRAM.matchAll(/subgraph \w+\[".*: (.+)"\]/g), ([, name = '']) => name);
    expect(
      titles.map((title) => STACKS.filter(({ stackName }) => patternOf(title).test(stackName)).length),
    ).toEqual([1, 1]);
  });

  test('connects every node, and nothing but nodes', () => {
    const [, arrows = ''] = DIAGRAM.split(/^ {2}end\n(?! {2}subgraph)/m);
    const connected = new Set(arrows.replace(/"[^"]*"|\b(?:e-mail|encrypts)\b/g, '').match(/\w+/g));
    expect([...connected].sort()).toEqual([...NODES.keys()].sort());
  });
});

describe('the policies that admit a hop', () => {
  const statements = ['AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy', 'AWS::KMS::Key']
    .flatMap(resourcesOf)
    .flatMap(({ Properties }) => (Properties.PolicyDocument ?? Properties.KeyPolicy).Statement);
  const sids: readonly string[] = statements
    .filter(({ Effect, Sid }) => Effect === 'Allow' && Sid !== undefined)
    .map(({ Sid }) => Sid);

  test('are named, and no other', () => {
    const named = Array.from(DOCUMENT.matchAll(/policy `(\w+)`/g), ([, sid]) => sid);
    expect([...new Set(named)].sort()).toEqual([...new Set(sids)].sort());
  });
});

describe('the figures', () => {
  const only = (type: string, name: string) =>
    resourcesOf(type).find(({ Properties }) => JSON.stringify(Properties).includes(name))?.Properties;
  const queue = only('AWS::SQS::Queue', '"Acme-Bedrock-OpsAlert-alarms"');
  const tasks = only('AWS::SQS::Queue', '"Acme-Bedrock-OpsAlert-tasks"');
  const deadLetters = only('AWS::SQS::Queue', '"QueueName":"Acme-Bedrock-OpsAlert-dead-letters"');
  const mappingOf = (name: string) =>
    only('AWS::Lambda::EventSourceMapping', `Acme-Bedrock-OpsAlert-${name}`);
  const processor = only('AWS::Lambda::Function', 'Acme-Bedrock-OpsAlert-notification-processor');

  test('of attempts and pace are those of the queues', () => {
    const attempts = queue.RedrivePolicy.maxReceiveCount;
    expect(tasks).toMatchObject({
      RedrivePolicy: queue.RedrivePolicy,
      VisibilityTimeout: queue.VisibilityTimeout,
    });
    expect(DOCUMENT).toContain(`redrive after ${attempts} failed attempts`);
    expect(DOCUMENT).toContain(
      `comes back after ${queue.VisibilityTimeout / 60} minutes, ${attempts} attempts in all`,
    );
    expect(DIAGRAM).toContain(`alarms & tasks -- "failed ${attempts} times" --> dead`);
    for (const [name, size, inWords] of [
      ['alarms', 10, 'ten messages'],
      ['tasks', 1, 'one message'],
    ] as const) {
      const { BatchSize, ScalingConfig } = mappingOf(name);
      expect(BatchSize).toBe(size);
      expect(DOCUMENT).toContain(
        `queue of ${name} → processor | event source mapping, ${inWords} at a time, ` +
          `${ScalingConfig.MaximumConcurrency} at once at most`,
      );
    }
    expect(DOCUMENT).toContain(`${deadLetters.MessageRetentionPeriod / 86_400} days after they were sent`);
  });

  test('of timeouts are those that are deployed', () => {
    const flowing = DOCUMENT.replace(/\n/g, ' ');
    expect(flowing).toContain(
      `a function (${processor.Timeout} s), that than the lease of a model in the ledger (${LEASE_SECONDS} s), ` +
        `and that than the visibility timeout of the queues (${queue.VisibilityTimeout} s)`,
    );
  });
});

test('the ledger is said to be kept for as long as it is', () => {
  expect(DOCUMENT).toContain(`a DynamoDB table | ${KEPT_DAYS} days after the last change`);
});

test('the schedules are said to be what they are', () => {
  const every = (name: string): unknown =>
    resourcesOf('AWS::Events::Rule').find(
      ({ Properties }) => Properties.Name === `Acme-Bedrock-OpsAlert-${name}`,
    )?.Properties.ScheduleExpression;
  for (const [node, rule] of [
    ['reconcile', 'reconcile'],
    ['checks', 'health-checks'],
  ] as const) {
    const [, interval] = new RegExp(`^ +${node} -- "every (.+?)" -->`, 'm').exec(DIAGRAM) ?? [];
    expect(every(rule)).toBe(`rate(${interval})`);
  }
});

test('the table of folders has each, and no other', () => {
  const [, section = ''] = DOCUMENT.split('## Where things are\n');
  const listed = Array.from(section.matchAll(/^\| `(\w+)\/` \|/gm), ([, folder]) => folder);
  const there = readdirSync(PROJECT).filter(
    (name) =>
      !/^\.|^(?:node_modules|cdk\.out|coverage)$/.test(name) && statSync(join(PROJECT, name)).isDirectory(),
  );
  expect(listed.toSorted()).toEqual(there.toSorted());
});
