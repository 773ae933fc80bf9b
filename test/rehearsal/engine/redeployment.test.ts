import { describe, expect, test } from '@jest/globals';
import { logLinesOf } from '../../../rehearsal/engine/log-lines';
import {
  alarm,
  functionResources,
  type Played,
  play,
  regionOf,
  type SmallStack,
  topic,
} from './small-application';

const one = (resources: SmallStack['resources'], more: Partial<SmallStack> = {}): SmallStack => ({
  name: 'one',
  resources,
  ...more,
});
const deploy = (at: string, ...stacks: readonly SmallStack[]) => ({ at, deploy: { stacks } });

const limitOf = (played: Played, name: string): unknown => {
  const found = regionOf(played).cloudWatch.alarm(name);
  return found?.type === 'metric' ? found.configuration.limit : undefined;
};

describe('a redeployment', () => {
  const { Properties } = alarm('a', { Threshold: 5 });
  const byHand = { at: '10m', call: 'cloudwatch.PutMetricAlarm', with: { ...Properties, Threshold: 9 } };
  const described = alarm('a', { Threshold: 5, AlarmDescription: 'of another kind' });

  test('leaves an alarm alone whose properties are the same, whatever the API made of it', async () => {
    const played = await play([one({ A: alarm('a', { Threshold: 5 }) })], {
      events: [byHand, deploy('20m', one({ A: alarm('a', { Threshold: 5 }), B: topic('b') }))],
    });
    expect(played.report.failures).toEqual([]);
    expect(limitOf(played, 'a')).toEqual({ threshold: 9 });
    expect(
      regionOf(played)
        .sns.topics()
        .map(({ name }) => name),
    ).toEqual(['b']);
  });

  test('writes the whole alarm anew when another property changes', async () => {
    const played = await play([one({ A: alarm('a', { Threshold: 5 }) })], {
      events: [byHand, deploy('20m', one({ A: described }))],
    });
    expect(limitOf(played, 'a')).toEqual({ threshold: 5 });
  });

  test('leaves stacks deployed that the settings do not have any more, and adds new ones', async () => {
    const two = { name: 'two', resources: { T: topic('second') } };
    const played = await play([one({ T: topic('first') })], { events: [deploy('20m', two)] });
    expect(played.report.failures).toEqual([]);
    expect(
      regionOf(played)
        .sns.topics()
        .map(({ name }) => name),
    ).toEqual(['first', 'second']);
  });

  test('that fails says so and puts back what it had changed', async () => {
    const broken = { ...alarm('broken'), DependsOn: 'A' };
    const played = await play(
      [one({ A: alarm('a', { Threshold: 5 }) }), { name: 'two', resources: { B: alarm('broken') } }],
      {
        events: [deploy('20m', one({ A: alarm('a', { Threshold: 7 }), C: broken }))],
      },
    );
    expect(played.report.failures).toEqual([
      "CloudFormation failed: one | CREATE_FAILED | C | Resource of type 'AWS::CloudWatch::Alarm' with identifier 'broken' already exists.",
    ]);
    expect(limitOf(played, 'a')).toEqual({ threshold: 5 });
  });

  test('with other code runs the other code, in an environment of its own', async () => {
    const resources = { ...functionResources('f', 'first'), C: custom({}) };
    const answering = (version: number) =>
      answeringCode.replace(
        "PhysicalResourceId: 'x'",
        `PhysicalResourceId: 'x', Data: { Limit: ${version} }`,
      );
    const played = await play([one(resources, { code: { first: answering(1) } })], {
      events: [
        deploy(
          '20m',
          one(
            { ...functionResources('f', 'second'), C: custom({ N: 1 }), A: limited },
            { code: { second: answering(2) } },
          ),
        ),
      ],
    });
    expect(played.report.failures).toEqual([]);
    expect(limitOf(played, 'a')).toEqual({ threshold: 2 });
  });

  test('makes a model known that only its settings have', async () => {
    const watched = {
      name: 'Nova',
      accountId: '111122223333',
      region: 'us-east-1',
      modelId: 'nova',
      alarms: { Throttles: 'nova-throttles' },
      metricNamespace: 'Acme',
      metricDimensions: {},
      quotaCodes: { RPM: null, TPM: null },
    };
    const stacks = [one({ A: alarm('nova-throttles', { MetricName: 'Invocations' }) })];
    const { report } = await play([], {
      models: { Nova: { series: { Invocations: '_x30 1x29' } } },
      events: [{ at: '20m', deploy: { stacks, watched: [watched] } }],
      expect: [{ alarm: 'Throttles', model: 'Nova', state: 'ALARM', between: ['30m', '32m'] }],
    });
    expect(report.failures).toEqual([]);
    expect(report.alarms.map(({ model, to }) => [model, to])).toEqual([['Nova', 'ALARM']]);
  });
});

const custom = (properties: Readonly<Record<string, unknown>>) => ({
  Type: 'Custom::Limit',
  Properties: { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] }, ...properties },
});

const limited = alarm('a', { Threshold: { 'Fn::GetAtt': ['C', 'Limit'] } });

const answeringCode = `exports.handler = async (event) => {
  const { ResponseURL, ...request } = event;
  console.log(JSON.stringify(request));
  const answer = { Status: 'SUCCESS', PhysicalResourceId: 'x' };
  await fetch(ResponseURL, { method: 'PUT', body: JSON.stringify(answer) });
};`;

/** Answers with a physical id and a limit out of the properties. */
const limitCode = answeringCode.replace(
  "{ Status: 'SUCCESS', PhysicalResourceId: 'x' }",
  "{ Status: 'SUCCESS', PhysicalResourceId: event.ResourceProperties.Id, Data: { Limit: Number(event.ResourceProperties.Limit) } }",
);

const requestsOf = ({ aws }: Played) => aws.record.invocations.flatMap(({ logs }) => logLinesOf(logs));

describe('a custom resource', () => {
  const withCustom = (properties: Readonly<Record<string, unknown>>) =>
    one(
      { ...functionResources('f', 'limit'), C: custom(properties), A: limited },
      { code: { limit: limitCode } },
    );

  test('is asked for an update only when its own properties change, with the old ones', async () => {
    const played = await play([withCustom({ Id: 'i', Limit: 3 })], {
      events: [
        deploy('10m', withCustom({ Id: 'i', Limit: 3 })),
        deploy('20m', withCustom({ Id: 'i', Limit: 4 })),
      ],
    });
    expect(played.report.failures).toEqual([]);
    expect(requestsOf(played)).toMatchObject([
      { RequestType: 'Create', ResourceProperties: { Limit: '3' } },
      {
        RequestType: 'Update',
        PhysicalResourceId: 'i',
        ResourceProperties: { Limit: '4' },
        OldResourceProperties: { Id: 'i', Limit: '3' },
      },
    ]);
    expect(limitOf(played, 'a')).toEqual({ threshold: 4 });
  });

  test('that answers with another physical id has the old one deleted', async () => {
    const played = await play([withCustom({ Id: 'i', Limit: 3 })], {
      events: [deploy('20m', withCustom({ Id: 'j', Limit: 3 }))],
    });
    const asked = requestsOf(played).map(({ RequestType, PhysicalResourceId }) => [
      RequestType,
      PhysicalResourceId,
    ]);
    expect(asked).toEqual([
      ['Create', undefined],
      ['Update', 'i'],
      ['Delete', 'i'],
    ]);
  });
});

describe('the way out', () => {
  const queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q' } };
  const foundation: SmallStack = {
    name: 'foundation',
    resources: { ...functionResources('f', 'limit'), Q: queue },
    code: { limit: limitCode },
    isProtected: true,
  };
  const ServiceToken = 'arn:aws:lambda:us-east-1:111122223333:function:f';
  const model: SmallStack = {
    name: 'model',
    resources: { C: { Type: 'Custom::Limit', Properties: { ServiceToken, Id: 'i', Limit: 1 } } },
  };
  const remove = (at: string, stack: string, force = false) => ({ at, remove: { stack, force } });

  test('is closed while a stack has termination protection', async () => {
    const played = await play([foundation], { events: [remove('10m', 'foundation')] });
    expect(played.report.failures).toEqual([
      expect.stringContaining('Stack [foundation] cannot be deleted while TerminationProtection is enabled'),
    ]);
    expect(regionOf(played).sqs.queues()).toHaveLength(1);
  });

  test('leads through the models to the foundation', async () => {
    const played = await play([foundation, model], {
      events: [remove('10m', 'model'), remove('10m', 'foundation', true)],
    });
    expect(played.report.failures).toEqual([]);
    expect(requestsOf(played).map(({ RequestType }) => RequestType)).toEqual(['Create', 'Delete']);
    expect(regionOf(played).sqs.queues()).toEqual([]);
  });

  test('does not lead the other way round: nobody is left to delete the custom resource', async () => {
    const { report } = await play([foundation, model], {
      events: [remove('10m', 'foundation', true), remove('11m', 'model')],
    });
    expect(report.failures).toEqual([
      'CloudFormation failed: model | DELETE_FAILED | C | Function not found: arn:aws:lambda:us-east-1:111122223333:function:f',
    ]);
  });

  test('opens again once the foundation is back: what could not be deleted is still a stack', async () => {
    const events = [
      remove('10m', 'foundation', true),
      remove('11m', 'model'),
      deploy('12m', foundation),
      remove('13m', 'model'),
    ];
    const played = await play([foundation, model], { events });
    expect(played.report.failures).toHaveLength(1);
    expect(requestsOf(played).map(({ RequestType }) => RequestType)).toEqual(['Create', 'Delete']);
  });

  test('of a stack that is not there is an error that lists those that are', async () => {
    const { report } = await play([model, foundation].toReversed(), { events: [remove('10m', 'modle')] });
    expect(report.failures).toEqual([
      expect.stringContaining('Stack with id modle does not exist; deployed are: foundation, model'),
    ]);
  });

  test.each([
    [
      '10m',
      [
        'CloudFormation failed: foundation | CREATE_FAILED | Q | You must wait 60 seconds after deleting a queue before you can create another with the same name.',
      ],
    ],
    ['11m', []],
  ])('leads back again, but for a minute in which SQS keeps the name: %s', async (at, failures) => {
    const { report } = await play([foundation], {
      events: [remove('10m', 'foundation', true), deploy(at, foundation)],
    });
    expect(report.failures).toEqual(failures);
  });

  test.each([
    [
      'Retain',
      [
        "CloudFormation failed: one | CREATE_FAILED | L | Resource of type 'AWS::Logs::LogGroup' with identifier 'l' already exists.",
      ],
    ],
    ['Delete', []],
  ])('leads back only where nothing is retained that bears a name: %s', async (DeletionPolicy, failures) => {
    const stack = one({
      L: { Type: 'AWS::Logs::LogGroup', DeletionPolicy, Properties: { LogGroupName: 'l' } },
    });
    const { report } = await play([stack], { events: [remove('10m', 'one'), deploy('20m', stack)] });
    expect(report.failures).toEqual(failures);
  });

  test('leads back for a secret, which CloudFormation deletes at once, unless a person scheduled it', async () => {
    const secret = { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 's', SecretString: '{}' } };
    const events = [remove('10m', 'one'), deploy('20m', one({ S: secret }))];
    expect((await play([one({ S: secret })], { events })).report.failures).toEqual([]);
    const kept = one({ S: { ...secret, DeletionPolicy: 'Retain' } });
    const scheduled = { at: '15m', call: 'secretsmanager.DeleteSecret', with: { SecretId: 's' } };
    const { report } = await play([kept], { events: [...events, scheduled] });
    expect(report.failures).toEqual([expect.stringContaining('already scheduled for deletion')]);
  });
});

test('two plays with a redeployment report the same', async () => {
  const resources = { ...functionResources('f', 'limit'), C: custom({ Id: 'i', Limit: 1 }), A: limited };
  const twice = () =>
    play([one(resources, { code: { limit: limitCode } })], {
      events: [deploy('20m', one({ ...resources, T: topic('t') }, { code: { limit: limitCode } }))],
    });
  const reports = [(await twice()).report, (await twice()).report];
  const [first, second] = reports.map(({ invocations, ...rest }) => ({ ...rest, count: invocations.length }));
  expect(first).toEqual(second);
});
