import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Access } from '../../../rehearsal/engine/access';
import { DeployedFunction } from '../../../rehearsal/engine/deployed-function';
import { Endpoint, type Requester } from '../../../rehearsal/engine/endpoint';
import type { HeldRequest } from '../../../rehearsal/engine/invocation';
import { readIdentityPolicy } from '../../../rehearsal/iam/policy';
import type { CallFault } from '../../../rehearsal/scenario/scenario';
import { emptyRegion } from './regions';

const START = new Date('2026-03-02T09:00:00Z');
const ROLE = 'arn:aws:iam::111122223333:role/r';

const SETTINGS = {
  name: 'f',
  label: 'f',
  codeFolder: '',
  handler: 'index.handler',
  roleArn: ROLE,
  timeoutSeconds: 30,
  memoryMb: 128,
  logGroup: 'g',
  variables: {},
};

const HOST = { url: '', clock: new Float64Array(1), newAccessKeyId: () => 'ASIA1' };

let deployed: DeployedFunction;
/** Its requests are served as they come. */
let invocation: Requester;
/** The parameter as it was right after each call that was carried out. */
let seenAfter: (string | undefined)[];
let endpoint: Endpoint | undefined;
let now: Date;

beforeEach(() => {
  const region = emptyRegion();
  region.parameterStore.put({ name: 'a', value: '1' }, START);
  region.rolePolicies.set(ROLE, [
    readIdentityPolicy(
      {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: ['ssm:GetParameter', 'ssm:PutParameter'], Resource: '*' }],
      },
      'p',
    ),
  ]);
  deployed = new DeployedFunction(SETTINGS, region, HOST);
  invocation = { deployed, calls: [], logs: [], enqueue: ({ serve }) => serve(), kill: () => {} };
  seenAfter = [];
  now = START;
});

afterEach(() => endpoint?.stop());

const fault = (changes: Partial<CallFault>): CallFault => ({
  line: 1,
  service: 'ssm',
  operation: 'GetParameter',
  error: 'InternalServerError',
  times: Number.POSITIVE_INFINITY,
  effect: 'before',
  kind: 'error',
  ...changes,
});

async function start(...faults: readonly CallFault[]): Promise<void> {
  endpoint = await Endpoint.start({
    now: () => now,
    start: START,
    access: new Access(() => undefined),
    faults,
    invocationOf: (accessKeyId) => (accessKeyId === 'ASIA1' ? invocation : undefined),
    onCarriedOut: () => seenAfter.push(deployed.region.parameterStore.parameter('a')?.value),
    onCloudFormationAnswer: () => {},
    onNotRehearsed: (error) => {
      throw error;
    },
  });
}

/** The HTTP status, or that there was none. */
async function status(
  operation: string,
  input: Readonly<Record<string, unknown>>,
  accessKeyId = 'ASIA1',
): Promise<number | 'cut'> {
  const headers = {
    Authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260302/us-east-1/ssm/aws4_request`,
    'X-Amz-Target': `AmazonSSM.${operation}`,
  };
  try {
    const answer = await fetch(endpoint?.url ?? '', { method: 'POST', headers, body: JSON.stringify(input) });
    return answer.status;
  } catch {
    return 'cut';
  }
}

const get = () => status('GetParameter', { Name: 'a' });
const put = () => status('PutParameter', { Name: 'a', Value: '2', Overwrite: true });

describe('of each call is kept', () => {
  test('what was asked, where it went well', async () => {
    await start();
    expect(await get()).toBe(200);
    expect(invocation.calls).toEqual([
      { name: 'ssm:GetParameter', input: { Name: 'a' }, error: undefined, carriedOut: true },
    ]);
  });

  test.each([
    ['a fault before it', fault({ operation: 'PutParameter' }), 500, 'InternalServerError', false, '1'],
    [
      'a fault after it',
      fault({ operation: 'PutParameter', effect: 'after' }),
      500,
      'InternalServerError',
      true,
      '2',
    ],
    [
      'a connection cut after it',
      fault({ operation: 'PutParameter', effect: 'after', kind: 'cut' }),
      'cut',
      'connection cut',
      true,
      '2',
    ],
  ] as const)(
    'that it failed, and whether it was carried out: %s',
    async (_, one, seen, error, carriedOut, value) => {
      await start(one);
      expect(await put()).toBe(seen);
      expect(invocation.calls).toMatchObject([{ name: 'ssm:PutParameter', error, carriedOut }]);
      expect(deployed.region.parameterStore.parameter('a')?.value).toBe(value);
    },
  );

  test('that AWS said no, for itself or for IAM', async () => {
    await start();
    expect(await status('GetParameter', { Name: 'b' })).toBe(400);
    expect(await status('DeleteParameter', { Name: 'a' })).toBe(400);
    expect(invocation.calls).toMatchObject([
      { name: 'ssm:GetParameter', error: 'ParameterNotFound', carriedOut: false },
      { name: 'ssm:DeleteParameter', error: 'AccessDeniedException', carriedOut: false },
    ]);
  });
});

describe('who listens to calls', () => {
  test('is told right after each that was carried out, whatever was answered', async () => {
    await start(fault({ operation: 'PutParameter', effect: 'after', kind: 'cut' }));
    await get();
    await put();
    await status('GetParameter', { Name: 'b' });
    expect(seenAfter).toEqual(['1', '2']);
  });
});

test('a request of an invocation that is over arrives nowhere', async () => {
  await start();
  expect(await status('GetParameter', { Name: 'a' }, 'ASIA2')).toBe('cut');
  expect(invocation.calls).toEqual([]);
});

describe('a request', () => {
  test('waits until it is served, and says whether it waits for a turn', async () => {
    const held: HeldRequest[] = [];
    invocation = { ...invocation, enqueue: (request) => held.push(request) };
    await start();
    const answers = [put(), get()];
    while (held.length < 2) await new Promise(setImmediate);
    expect(deployed.region.parameterStore.parameter('a')?.value).toBe('1');
    expect(new Set(held.map(({ port }) => port)).size).toBe(2);
    expect(held.map(({ isGated }) => isGated).sort()).toEqual([false, true]);
    expect(held.map(({ serve }) => serve())).toEqual(['answered', 'answered']);
    expect(await Promise.all(answers)).toEqual([200, 200]);
    expect(deployed.region.parameterStore.parameter('a')?.value).toBe('2');
  });

  test.each([
    ['before', '1'],
    ['after', '2'],
  ] as const)('that is never answered may have taken effect: %s', async (effect, value) => {
    const held: HeldRequest[] = [];
    invocation = { ...invocation, enqueue: (request) => held.push(request) };
    await start(fault({ operation: 'PutParameter', kind: 'timeout', effect }));
    const unanswered = put();
    while (held.length === 0) await new Promise(setImmediate);
    expect(held.map(({ serve }) => serve())).toEqual(['hangs']);
    expect(invocation.calls).toMatchObject([{ error: 'no answer', carriedOut: effect === 'after' }]);
    expect(deployed.region.parameterStore.parameter('a')?.value).toBe(value);
    await endpoint?.stop();
    expect(await unanswered).toBe('cut');
    endpoint = undefined;
  });
});

describe('a fault strikes', () => {
  const at = async (time: string) => {
    now = new Date(`2026-03-02T${time}Z`);
    return get();
  };

  test('from its time on', async () => {
    await start(fault({ fromMs: 5 * 60_000 }));
    expect([await at('08:00:00'), await at('09:04:59'), await at('09:05:00')]).toEqual([200, 200, 500]);
  });

  test('so often from its time on, whatever was called before', async () => {
    await start(fault({ fromMs: 0, times: 1 }));
    expect([await at('08:00:00'), await at('09:00:00'), await at('09:00:01')]).toEqual([200, 500, 200]);
  });

  test('without a time at the deployment already', async () => {
    await start(fault({}));
    expect(await at('08:00:00')).toBe(500);
  });
});

test('a condition that fails answers with the item that stands there', async () => {
  deployed.region.dynamoDb.putTable({
    name: 'incidents',
    keySchema: [{ attributeName: 'model', keyType: 'HASH' }],
    attributeDefinitions: [{ attributeName: 'model', attributeType: 'S' }],
  });
  deployed.region.rolePolicies.set(ROLE, [
    readIdentityPolicy(
      {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: '*' }],
      },
      'p',
    ),
  ]);
  await start();
  const claim = () =>
    fetch(endpoint?.url ?? '', {
      method: 'POST',
      headers: {
        Authorization: 'AWS4-HMAC-SHA256 Credential=ASIA1/20260302/us-east-1/dynamodb/aws4_request',
        'X-Amz-Target': 'DynamoDB_20120810.PutItem',
      },
      body: JSON.stringify({
        TableName: 'incidents',
        Item: { model: { S: 'Nova' } },
        ConditionExpression: 'attribute_not_exists(model)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    });
  expect((await claim()).status).toBe(200);
  const second = await claim();
  expect(second.status).toBe(400);
  expect(await second.json()).toMatchObject({
    __type: 'ConditionalCheckFailedException',
    Item: { model: { S: 'Nova' } },
  });
});
