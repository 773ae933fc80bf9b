import { describe, expect, test } from '@jest/globals';
import { logLinesOf } from '../../../rehearsal/engine/log-lines';
import type { Product } from '../../../rehearsal/product';
import {
  functionResources,
  messageTo,
  type Played,
  play,
  regionOf,
  ruleResources,
  table,
} from './small-application';
import { CALLS_AWS, messages, worker } from './working-function';

const COUNT = 'const count = await readCount(); await putCount(count + 1);';
const COUNT_SAFELY = `
  const count = await readCount();
  await putCount(count + 1, count === 0
    ? { ConditionExpression: 'attribute_not_exists(#c)', ExpressionAttributeNames: { '#c': 'count' } }
    : {
        ConditionExpression: '#c = :c',
        ExpressionAttributeNames: { '#c': 'count' },
        ExpressionAttributeValues: { ':c': { N: String(count) } },
      });`;

const counted = (played: Played) =>
  regionOf(played).dynamoDb.items('counters', played.aws.agenda.now)[0]?.count;

const beginnings = ({ report }: Played) =>
  report.invocations.map(({ at }) => at.slice('2026-03-02T'.length, -1));

const linesOf = ({ aws }: Played) => aws.record.invocations.map(({ logs }) => logLinesOf(logs));

describe('two invocations that both read and then write', () => {
  test('lose an update where they overlap', async () => {
    const played = await play([worker(COUNT)], { events: messages('10m', '10m') });
    expect(counted(played)).toEqual({ N: '1' });
    expect(beginnings(played)).toEqual(['09:10:00', '09:10:00']);
  });

  test('lose none where one comes after the other', async () => {
    const played = await play([worker(COUNT)], { events: messages('10m', '11m') });
    expect(counted(played)).toEqual({ N: '2' });
  });

  test('lose none where the write has a condition: the later one fails, and its message comes again', async () => {
    const played = await play([worker(COUNT_SAFELY)], { events: messages('10m', '10m') });
    expect(counted(played)).toEqual({ N: '2' });
    expect(played.report.invocations.map(({ outcome }) => outcome)).toEqual(['ok', 'error', 'ok']);
    expect(played.aws.record.invocations[1]?.logs.join()).toContain('ConditionalCheckFailedException');
    expect(beginnings(played)).toEqual(['09:10:00', '09:10:00', '09:10:30']);
  });

  test('lose an update where a schedule runs both', async () => {
    const Targets = ['A', 'B'].map((Id) => ({ Id, Arn: { 'Fn::GetAtt': ['Function', 'Arn'] } }));
    const clock = {
      name: 'clock',
      resources: {
        ...functionResources('f', 'code', ['dynamodb:*']),
        ...ruleResources('rate(1 hour)', { Targets }),
        Counters: table('counters', 'name'),
      },
      code: { code: `${CALLS_AWS}\nexports.handler = async () => {${COUNT}};` },
    };
    const played = await play([clock], { until: '10m' });
    expect(beginnings(played)).toEqual(['09:00:00', '09:00:00']);
    expect(counted(played)).toEqual({ N: '1' });
  });
});

describe('as many invocations run at once', () => {
  const five = { events: messages('10m', '10m', '10m', '10m', '10m') };
  const keyOfEnvironment = 'say({ key: process.env.AWS_ACCESS_KEY_ID }); await readCount();';

  test('as the mapping allows, each in an environment of its own that later ones use again', async () => {
    const played = await play([worker(keyOfEnvironment, 2)], five);
    expect(beginnings(played)).toEqual(['09:10:00', '09:10:00', '09:10:01', '09:10:01', '09:10:02']);
    const keys = linesOf(played).map(([line]) => line?.key);
    expect(new Set(keys.slice(0, 2)).size).toBe(2);
    expect(new Set(keys).size).toBe(2);
  });

  test('as the scenario says instead', async () => {
    const played = await play([worker(keyOfEnvironment, 2)], { ...five, deliver: { concurrency: 4 } });
    expect(beginnings(played)).toEqual(['09:10:00', '09:10:00', '09:10:00', '09:10:00', '09:10:01']);
    const keys = linesOf(played).map(([line]) => line?.key);
    expect(new Set(keys).size).toBe(4);
  });
});

describe('the steps of an invocation', () => {
  test('take virtual time, which the function sees pass', async () => {
    const tell = 'say({ at: new Date().toISOString(), left: context.getRemainingTimeInMillis() });';
    const played = await play([worker(`${tell} await readCount(); ${tell} await readCount(); ${tell}`)], {
      events: messages('10m'),
    });
    expect(linesOf(played)[0]?.map(({ at, left }) => [at, left])).toEqual([
      ['2026-03-02T09:10:00.000Z', 10_000],
      ['2026-03-02T09:10:00.040Z', 9_960],
      ['2026-03-02T09:10:00.080Z', 9_920],
    ]);
  });

  test('may be requested in parallel: they are served in an order of their own, reads of others at once', async () => {
    const parallel = `
      await Promise.all([
        aws('dynamodb', 'PutItem', { TableName, Item: Key }),
        aws('dynamodb', 'DeleteItem', { TableName, Key }),
        aws('ssm', 'GetParameter', { Name: 'none' }).catch((error) => say({ error: error.message, at: Date.now() })),
      ]);
      say({ at: Date.now() });`;
    const played = await play([worker(parallel)], {
      events: messages('10m'),
    });
    const [invocation] = played.aws.record.invocations;
    expect(invocation?.calls).toEqual(['ssm:GetParameter', 'dynamodb:DeleteItem', 'dynamodb:PutItem']);
    const began = Date.parse('2026-03-02T09:10:00Z');
    expect(linesOf(played)[0]).toEqual([{ error: 'ParameterNotFound', at: began }, { at: began + 80 }]);
  });

  test('are all taken where the invocation has begun by the end of the play', async () => {
    const played = await play([worker(COUNT)], { events: messages('10m'), until: '10m' });
    expect(counted(played)).toEqual({ N: '1' });
    expect(played.report.invocations).toHaveLength(1);
  });

  test('are those of the code with which it began, also where that is replaced meanwhile', async () => {
    const long = (version: string) =>
      worker(
        `for (let i = 0; i < 50; i += 1) await readCount(); say({ version: '${version}' });`,
        2,
        version,
      );
    const { with: input, ...sent } = messageTo('work', '9m', 'a message');
    const played = await play([long('old')], {
      events: [
        { ...sent, with: { ...input, DelaySeconds: 59 } },
        { at: '10m', deploy: { stacks: [long('new')] } },
        messageTo('work', '11m', 'another'),
      ],
    });
    expect(played.report.failures).toEqual([]);
    expect(beginnings(played)).toEqual(['09:09:59', '09:11:00']);
    expect(linesOf(played)).toEqual([[{ version: 'old' }], [{ version: 'new' }]]);
  });

  test('are no more where the handler ends without waiting for them', async () => {
    const hasty = 'putCount(1); await new Promise((resolve) => process.nextTick(resolve));';
    const played = await play([worker(hasty)], { events: messages('10m', '11m') });
    expect(played.report.invocations.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
    expect(counted(played)).toBeUndefined();
  });

  test('end with the play where the function ends its process', async () => {
    const ending = 'await readCount(); process.exit(1);';
    await expect(play([worker(ending)], { events: messages('10m') })).rejects.toThrow(
      'the function ended its process',
    );
  });

  test('do not run out of time while others run in real time', async () => {
    const racing = `
      const [{ body }] = event.Records;
      if (body === 'message 1') for (const until = performance.now() + 400; performance.now() < until; ) continue;
      const late = require('node:timers/promises').setTimeout(200, 'late', { ref: false });
      const tooLate = new Promise((resolve) => setTimeout(() => resolve('too late'), 200));
      say({ first: await Promise.race([readCount().then(() => 'count'), late, tooLate]) });`;
    const played = await play([worker(racing)], { events: messages('10m', '10m') });
    expect(linesOf(played)).toEqual([[{ first: 'count' }], [{ first: 'count' }]]);
  });
});

test('two plays are the same but for the real time that they took', async () => {
  const racing = `
    const seen = await readCount();
    await Promise.all([putCount(seen + 1), aws('support', 'DescribeCases', {}), aws('dynamodb', 'Scan', { TableName })]);
    say({ seen, at: Date.now(), key: process.env.AWS_ACCESS_KEY_ID });
    await aws('support', 'CreateCase', { subject: 'Count ' + seen, communicationBody: event.Records[0].body });
    if (seen % 3 === 0) throw 'without a stack, which names a folder of this play';`;
  const once = async () => {
    const played = await play([worker(racing)], {
      events: messages('10m', '10m', '10m', '11m', '11m'),
    });
    const { checkedTexts, invocations } = played.aws.record;
    return JSON.stringify([played.report, checkedTexts, invocations], (key, value) =>
      key === 'ms' ? undefined : value,
    );
  };
  const first = await once();
  expect(first).toContain('Count 1');
  expect(await once()).toBe(first);
});

test('a text is held against AWS as it was when it was sent, although others change that before its invocation ends', async () => {
  const telling = `
    const { cases } = await aws('support', 'DescribeCases', {});
    say({ message: 'writing', of: event.Records[0].body });
    await aws('support', 'CreateCase', { subject: 'Before me: ' + cases.length, communicationBody: 'x' });
    say({ message: 'written' });
    await readCount();`;
  const seen: unknown[] = [];
  const checkClaims: Product['checkClaims'] = (text, lines, view) => {
    seen.push({
      subject: text.subject,
      cases: view.cases().length,
      calls: view.calls.map(({ name }) => name),
      lines: lines.map(({ message, of }) => [message, of]),
    });
    return { checked: 1, failures: [] };
  };
  await play([worker(telling)], { events: messages('10m', '10m') }, { checkClaims });
  const calls = ['support:DescribeCases', 'support:CreateCase'];
  expect(seen).toEqual([
    { subject: 'Before me: 0', cases: 1, calls, lines: [['writing', expect.any(String)]] },
    { subject: 'Before me: 0', cases: 2, calls, lines: [['writing', expect.any(String)]] },
  ]);
});
