import { describe, expect, test } from '@jest/globals';
import { logLinesOf } from '../../../rehearsal/engine/log-lines';
import {
  alarm,
  codeThat,
  functionResources,
  type Played,
  play,
  regionOf,
  ruleResources,
  type SmallStack,
} from './small-application';

const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:f';
const RULE_ARN = 'arn:aws:events:us-east-1:111122223333:rule/clock';

const clock = (resources: SmallStack['resources'], fails = false): SmallStack => ({
  name: 'clock',
  resources: { ...functionResources('f', 'code'), ...resources },
  code: { code: codeThat(fails) },
});

const timesOf = ({ report }: Played): readonly string[] =>
  report.invocations.map(({ at }) => at.slice('2026-03-02T'.length, -':00Z'.length));

describe('a scheduled rule', () => {
  test('first runs one interval after its creation', async () => {
    const played = await play([clock(ruleResources('rate(45 minutes)'))]);
    expect(timesOf(played)).toEqual(['08:45', '09:30']);
    const [line] = logLinesOf(played.aws.record.invocations[0]?.logs ?? []);
    expect(line?.event).toMatchObject({
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      time: '2026-03-02T08:45:00Z',
      resources: [RULE_ARN],
      detail: {},
    });
  });

  test.each([
    ['anew where its expression changes', 'rate(30 minutes)', {}, ['08:45', '09:40']],
    ['on where another property changes', 'rate(45 minutes)', { Description: 'x' }, ['08:45', '09:30']],
    ['no more where it is disabled', 'rate(45 minutes)', { State: 'DISABLED' }, ['08:45']],
  ])('runs %s', async (_, expression, changes, times) => {
    const played = await play([clock(ruleResources('rate(45 minutes)'))], {
      events: [{ at: '10m', deploy: { stacks: [clock(ruleResources(expression, changes))] } }],
    });
    expect(played.report.failures).toEqual([]);
    expect(timesOf(played)).toEqual(times);
  });

  test('runs no more when its stack is deleted', async () => {
    const played = await play([clock(ruleResources('rate(45 minutes)'))], {
      events: [{ at: '10m', remove: { stack: 'clock' } }],
    });
    expect(played.report.failures).toEqual([]);
    expect(timesOf(played)).toEqual(['08:45']);
  });

  test('hands its target the input that it is given', async () => {
    const Targets = [{ Id: 'T', Arn: { 'Fn::GetAtt': ['Function', 'Arn'] }, Input: '{"task":"tidy"}' }];
    const played = await play([clock(ruleResources('rate(2 hours)', { Targets }))]);
    expect(logLinesOf(played.aws.record.invocations[0]?.logs ?? [])[0]?.event).toEqual({ task: 'tidy' });
  });

  test('that the function does not know is refused, and an alarm on that goes off', async () => {
    const { Rule, Permission } = ruleResources('rate(1 hour)');
    const { Properties } = Permission;
    const others = { ...Permission, Properties: { ...Properties, SourceArn: `${RULE_ARN}-of-others` } };
    const failed = alarm('refused', {
      Namespace: 'AWS/Events',
      MetricName: 'FailedInvocations',
      Dimensions: [{ Name: 'RuleName', Value: 'clock' }],
    });
    const played = await play([clock({ Rule, Permission: others, Failed: failed })], { until: '10m' });
    const denied = {
      at: '2026-03-02T09:00:00Z',
      principal: 'events.amazonaws.com',
      action: 'lambda:InvokeFunction',
      resource: FUNCTION_ARN,
    };
    expect(played.report.denied).toEqual([denied]);
    expect(played.report.invocations).toEqual([]);
    expect(played.aws.record.transitions.map(({ to, at }) => [to, at.toISOString()])).toContainEqual([
      'ALARM',
      '2026-03-02T09:01:00.000Z',
    ]);
  });
});

test('a function that fails is tried twice more with the same event, and an alarm on its errors tells by e-mail', async () => {
  const errors = alarm('errors', {
    Namespace: 'AWS/Lambda',
    MetricName: 'Errors',
    Dimensions: [{ Name: 'FunctionName', Value: 'f' }],
    AlarmActions: [{ Ref: 'Topic' }],
  });
  const mail = {
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'health' } },
    TopicPolicy: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: {
        Topics: [{ Ref: 'Topic' }],
        PolicyDocument: {
          Statement: {
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: 'sns:Publish',
            Resource: { Ref: 'Topic' },
          },
        },
      },
    },
    Mail: {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'email', Endpoint: 'sre@acme.example' },
    },
  };
  const played = await play([clock({ ...ruleResources('rate(70 minutes)'), Errors: errors, ...mail }, true)]);
  expect(timesOf(played)).toEqual(['09:10', '09:11', '09:13']);
  const lines = played.aws.record.invocations.map(({ logs }) => logs[0]);
  expect(new Set(lines).size).toBe(1);
  expect(played.report.emails.map(({ at, subject }) => [at, subject])).toContainEqual([
    '2026-03-02T09:11:00Z',
    'ALARM: "errors" in US East (N. Virginia)',
  ]);
});

describe('changes of alarm states', () => {
  const queue = (policy: string) => ({
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'events' } },
    QueuePolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Queue' }],
        PolicyDocument: {
          Statement: {
            Effect: 'Allow',
            Principal: { Service: policy },
            Action: 'sqs:SendMessage',
            Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] },
          },
        },
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: 'children',
        EventPattern: {
          source: ['aws.cloudwatch'],
          'detail-type': ['CloudWatch Alarm State Change'],
          detail: { alarmName: [{ prefix: 'acme-' }], state: { value: ['ALARM'] } },
        },
        Targets: [{ Id: 'T', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
      },
    },
    Waiting: alarm('waiting', {
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Statistic: 'Maximum',
      Dimensions: [{ Name: 'QueueName', Value: 'events' }],
    }),
    Old: alarm('old', {
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateAgeOfOldestMessage',
      Statistic: 'Maximum',
      Threshold: 299,
      Dimensions: [{ Name: 'QueueName', Value: 'events' }],
    }),
    Ours: alarm('acme-a'),
    Others: alarm('b'),
  });
  const set = (at: string, AlarmName: string, StateValue: string) => ({
    at,
    call: 'cloudwatch.SetAlarmState',
    with: { AlarmName, StateValue, StateReason: 'a trial' },
  });
  const events = [set('10m', 'acme-a', 'ALARM'), set('10m', 'b', 'ALARM')];

  test('reach a queue where a rule wants them, and what waits there shows in its metrics', async () => {
    const stack = { name: 'events', resources: queue('events.amazonaws.com') };
    const played = await play([stack], { events, until: '20m' });
    const { sqs } = regionOf(played);
    const [message, second] = sqs.receive(sqs.arnOf('events'), played.aws.agenda.now);
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      source: 'aws.cloudwatch',
      resources: ['arn:aws:cloudwatch:us-east-1:111122223333:alarm:acme-a'],
      detail: {
        alarmName: 'acme-a',
        previousState: { value: 'OK' },
        state: { value: 'ALARM', reason: 'a trial', timestamp: '2026-03-02T09:10:00.000+0000' },
        configuration: { metrics: [{ metricStat: { metric: { namespace: 'Acme', name: 'Faults' } } }] },
      },
    });
    expect(second).toBeUndefined();
    const wentOff = played.aws.record.transitions.filter(({ to }) => to === 'ALARM');
    expect(wentOff.map(({ alarmName, at }) => [alarmName, at.toISOString().slice(11, 16)])).toEqual([
      ['acme-a', '09:10'],
      ['b', '09:10'],
      ['waiting', '09:11'],
      ['old', '09:15'],
    ]);
  });

  test('come in as many copies as the scenario delivers', async () => {
    const stack = { name: 'events', resources: queue('events.amazonaws.com') };
    const played = await play([stack], { events, until: '20m', deliver: { duplicate: 2, reorder: 0 } });
    const { sqs } = regionOf(played);
    expect(sqs.receive(sqs.arnOf('events'), played.aws.agenda.now)).toHaveLength(2);
  });

  test('do not where the queue does not let EventBridge in', async () => {
    const stack = { name: 'events', resources: queue('sns.amazonaws.com') };
    const { report } = await play([stack], { events, until: '20m' });
    expect(report.denied).toEqual([
      {
        at: '2026-03-02T09:10:00Z',
        principal: 'events.amazonaws.com',
        action: 'sqs:SendMessage',
        resource: 'arn:aws:sqs:us-east-1:111122223333:events',
      },
    ]);
  });
});
