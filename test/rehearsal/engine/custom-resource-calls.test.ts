import { expect, test } from '@jest/globals';
import { functionResources, type Played, play, regionOf, type SmallStack } from './small-application';
import { CALLS_AWS } from './working-function';

/** A stack with a custom resource, whose function says `answer` to CloudFormation after it has written a parameter. */
const stack = (answer: string, serviceTimeout = 600): SmallStack => ({
  name: 'custom',
  resources: {
    ...functionResources('f', 'code', ['ssm:*']),
    Custom: {
      Type: 'Custom::Thing',
      Properties: { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] }, ServiceTimeout: serviceTimeout },
    },
    Made: { Type: 'AWS::SNS::Topic', DependsOn: 'Custom', Properties: { TopicName: 'made-last' } },
  },
  code: {
    code: `${CALLS_AWS}
      exports.handler = async (event) => {
        await aws('ssm', 'PutParameter', { Name: 'p', Value: '1', Type: 'String', Overwrite: true });
        ${answer}
      };`,
  },
});

const ANSWER = `await fetch(event.ResponseURL, {
  method: 'PUT',
  body: JSON.stringify({ Status: 'SUCCESS', PhysicalResourceId: 'thing', Data: {} }),
});`;

const runs = ({ report }: Played) => report.invocations.map(({ at, outcome }) => [at.slice(11, -1), outcome]);

const isMade = (played: Played) => regionOf(played).sns.topics().length === 1;

const deployAt10 = (deployed: SmallStack) => ({
  events: [{ at: '10m', deploy: { stacks: [deployed] } }],
});

test('a function that answers is run once, and its deployment takes no time', async () => {
  const played = await play([stack(ANSWER)]);
  expect(runs(played)).toEqual([['08:00:00', 'ok']]);
  expect(played.report.failures).toEqual([]);
  expect(isMade(played)).toBe(true);
});

test('a function that dies is run again after a minute, and after two more', async () => {
  const played = await play([], {
    ...deployAt10(stack(ANSWER)),
    faults: [{ call: 'ssm.PutParameter', kind: 'kill', times: 2 }],
  });
  expect(runs(played)).toEqual([
    ['09:10:00', 'error'],
    ['09:11:00', 'error'],
    ['09:13:00', 'ok'],
  ]);
  expect(played.report.failures).toEqual([]);
  expect(isMade(played)).toBe(true);
});

test('a function that hangs is ended when its time is up, and run again', async () => {
  const played = await play([stack(ANSWER)], { faults: [{ call: 'ssm.PutParameter', kind: 'timeout' }] });
  expect(runs(played)).toEqual([
    ['08:00:00', 'error'],
    ['08:01:10', 'ok'],
  ]);
  expect(played.report.failures).toEqual([]);
});

test.each([
  ['dies each time', 'always dies', [{ call: 'ssm.PutParameter', kind: 'kill', always: true }], 3],
  ['ends without an answer', '', [], 1],
] as const)(
  'where a function %s, the deployment fails when the time for it is over',
  async (_, says, faults, times) => {
    const played = await play([], { ...deployAt10(stack(says === '' ? '' : ANSWER)), faults });
    expect(runs(played)).toHaveLength(times);
    expect(played.report.failures).toEqual([
      'CloudFormation failed: custom | CREATE_FAILED | Custom | CloudFormation did not receive a response from the custom resource within 600 seconds',
    ]);
    expect(isMade(played)).toBe(false);
  },
);

test('whatever else happens goes on while CloudFormation waits', async () => {
  const meanwhile = { Name: 'meanwhile', Value: '1', Type: 'String' };
  const played = await play([], {
    events: [
      ...deployAt10(stack('')).events,
      { at: '15m', call: 'ssm.PutParameter', with: meanwhile },
      { at: '21m', call: 'ssm.PutParameter', with: meanwhile },
    ],
  });
  // The first was made while the stack still was in progress, so that the second is refused.
  expect(played.report.failures).toEqual([
    expect.stringContaining('did not receive a response'),
    expect.stringContaining('ParameterAlreadyExists'),
  ]);
});

test('a stack that is being deployed cannot be deployed again', async () => {
  const played = await play([], {
    events: [...deployAt10(stack('')).events, { at: '15m', deploy: { stacks: [stack(ANSWER)] } }],
  });
  expect(played.report.failures).toEqual([
    expect.stringContaining('custom is in CREATE_IN_PROGRESS state and can not be updated'),
    expect.stringContaining('did not receive a response'),
  ]);
});
