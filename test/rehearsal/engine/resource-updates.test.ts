import { describe, expect, test } from '@jest/globals';
import {
  alarm,
  codeThat,
  functionResources,
  play,
  regionOf,
  ruleResources,
  type SmallStack,
} from './small-application';

const one = (resources: SmallStack['resources']): SmallStack => ({ name: 'one', resources });
const deploy = (at: string, resources: SmallStack['resources']) => ({
  at,
  deploy: { stacks: [one(resources)] },
});

const queue = (QueueName: string, changes: Readonly<Record<string, unknown>> = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName, ...changes },
});
const allowed = (service: string, action: string, resource: unknown) => ({
  Statement: { Effect: 'Allow', Principal: { Service: service }, Action: action, Resource: resource },
});
const queuePolicy = {
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: [{ Ref: 'Queue' }],
    PolicyDocument: allowed('sns.amazonaws.com', 'sqs:SendMessage', { 'Fn::GetAtt': ['Queue', 'Arn'] }),
  },
};
const topic = { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'raw' } };
const subscription = {
  Type: 'AWS::SNS::Subscription',
  Properties: {
    TopicArn: { Ref: 'Topic' },
    Protocol: 'sqs',
    Endpoint: { 'Fn::GetAtt': ['Queue', 'Arn'] },
    RawMessageDelivery: true,
  },
};
const subscribed = { Topic: topic, Queue: queue('q'), Policy: queuePolicy, Subscription: subscription };
const publish = (at: string) => ({
  at,
  call: 'sns.Publish',
  with: { TopicArn: 'arn:aws:sns:us-east-1:111122223333:raw', Message: 'hello' },
});

describe('an update of', () => {
  test('a queue keeps its messages and its policy', async () => {
    const played = await play([one(subscribed)], {
      events: [
        publish('5m'),
        deploy('10m', { ...subscribed, Queue: queue('q', { VisibilityTimeout: 99 }) }),
        publish('15m'),
      ],
    });
    expect(played.report.failures).toEqual([]);
    const { sqs } = regionOf(played);
    expect(sqs.queue(sqs.arnOf('q')).settings.visibilityTimeout).toBe(99);
    expect(sqs.depth(sqs.arnOf('q'), played.aws.agenda.now).visible).toBe(2);
  });

  test('the name of a queue makes another queue, which the topic then feeds', async () => {
    const played = await play([one(subscribed)], {
      events: [publish('5m'), deploy('10m', { ...subscribed, Queue: queue('r') }), publish('15m')],
    });
    expect(played.report.failures).toEqual([]);
    const { sns, sqs } = regionOf(played);
    expect(sqs.queues().map(({ settings }) => settings.name)).toEqual(['r']);
    expect(sqs.depth(sqs.arnOf('r'), played.aws.agenda.now).visible).toBe(1);
    expect(sns.subscriptions(sns.arnOf('raw')).map(({ endpoint }) => endpoint)).toEqual([sqs.arnOf('r')]);
  });

  test('a stack without the policy of a queue closes it, and an alarm on failed notifications goes off', async () => {
    const { Policy: _removed, ...open } = subscribed;
    const failed = alarm('failed', {
      Namespace: 'AWS/SNS',
      MetricName: 'NumberOfNotificationsFailed',
      Dimensions: [{ Name: 'TopicName', Value: 'raw' }],
    });
    const played = await play([one({ ...subscribed, Failed: failed })], {
      events: [publish('5m'), deploy('10m', { ...open, Failed: failed }), publish('15m')],
    });
    expect(played.report.denied).toEqual([
      {
        at: '2026-03-02T09:15:00Z',
        principal: 'sns.amazonaws.com',
        action: 'sqs:SendMessage',
        resource: 'arn:aws:sqs:us-east-1:111122223333:q',
      },
    ]);
    const wentOff = played.aws.record.transitions.filter(({ to }) => to === 'ALARM');
    expect(wentOff.map(({ at }) => at.toISOString())).toEqual(['2026-03-02T09:16:00.000Z']);
  });

  test('a role holds for its functions from then on', async () => {
    const resources = { ...functionResources('f', 'code'), ...ruleResources('rate(50 minutes)') };
    const { Role } = resources;
    const { Policies: _all, ...powerless } = Role.Properties;
    const stack = (changes: SmallStack['resources']): SmallStack => ({
      name: 'one',
      resources: { ...resources, ...changes },
      code: { code: codeThat(false) },
    });
    const { report } = await play([stack({})], {
      events: [{ at: '10m', deploy: { stacks: [stack({ Role: { ...Role, Properties: powerless } })] } }],
    });
    expect(report.denied.map(({ at, action }) => [at, action])).toEqual([
      ['2026-03-02T09:40:00Z', 'logs:CreateLogStream'],
    ]);
    expect(report.unusedPermissions).toEqual([]);
  });
});

test('an alias, a topic and a parameter cannot be made where one of the name exists', async () => {
  const named: Readonly<Record<string, unknown>> = {
    'alias/k': { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/k', TargetKeyId: 'k' } },
    raw: topic,
    p: { Type: 'AWS::SSM::Parameter', Properties: { Name: 'p', Type: 'String', Value: '1' } },
  };
  for (const [name, resource] of Object.entries(named)) {
    const two = { name: 'two', resources: { R: resource } };
    const { report } = await play([one({ R: resource })], {
      events: [{ at: '10m', deploy: { stacks: [two] } }],
    });
    expect(report.failures).toEqual([expect.stringContaining(`with identifier '${name}' already exists.`)]);
  }
});

test('a function is fed by a queue only until the mapping goes', async () => {
  const mapping = {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
      FunctionName: { Ref: 'Function' },
      ScalingConfig: { MaximumConcurrency: 2 },
    },
  };
  const stack = (resources: SmallStack['resources']): SmallStack => ({
    name: 'one',
    resources: { ...functionResources('f', 'code'), ...subscribed, ...resources },
    code: { code: codeThat(false) },
  });
  const played = await play([stack({ Mapping: mapping })], {
    events: [
      publish('5m'),
      { at: '10m', deploy: { stacks: [stack({})] } },
      publish('15m'),
      { at: '20m', deploy: { stacks: [stack({ Mapping: mapping })] } },
    ],
  });
  expect(played.report.failures).toEqual([]);
  expect(played.report.invocations.map(({ at }) => at.slice(11, 16))).toEqual(['09:05', '09:20']);
});
