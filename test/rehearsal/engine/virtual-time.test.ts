import { describe, expect, test } from '@jest/globals';
import { functionResources, type Played, play, regionOf, ruleResources } from './small-application';
import { CALLS_AWS, messages, worker } from './working-function';

const BEGAN = Date.parse('2026-03-02T09:10:00Z');

/** Lets a call wait for its answer no longer than 3 seconds, as the SDK does. */
const PATIENT_FOR_3_S = `
  const given3s = (operation, input) => Promise.race([
    aws('ssm', operation, input),
    new Promise((_, reject) => setTimeout(() => reject(new Error('too late')), 3000)),
  ]);
  const since = (from) => Date.now() - from;
`;

const put = (Name: string) =>
  `given3s('PutParameter', { Name: '${Name}', Value: '1', Type: 'String', Overwrite: true })`;

const patient = (code: string) => worker(`${PATIENT_FOR_3_S}; const from = Date.now(); ${code}`);

const linesOf = ({ aws }: Played) =>
  aws.record.invocations.map(({ logs }) =>
    logs.filter((line) => line.startsWith('{')).map((line): unknown => JSON.parse(line)),
  );

/** What is logged beside what the function says. */
const errorsOf = ({ aws }: Played) =>
  aws.record.invocations.map(({ logs }) => logs.filter((line) => !line.startsWith('{')).join());

const beginnings = ({ report }: Played) =>
  report.invocations.map(({ at }) => at.slice('2026-03-02T'.length, -1));

const outcomes = ({ report }: Played) => report.invocations.map(({ outcome }) => outcome);

const parameter = (played: Played, name: string) => regionOf(played).parameterStore.parameter(name)?.value;

describe('a function that waits', () => {
  test('sees virtual time pass, while others go on', async () => {
    const waiting = `
      const first = event.Records[0].body === 'message 0';
      await require('node:timers/promises').setTimeout(first ? 5000 : 1000);
      await new Promise((resolve) => setTimeout(resolve, 500).unref());
      say({ message: event.Records[0].body, at: Date.now(), left: context.getRemainingTimeInMillis() });`;
    const played = await play([worker(waiting)], { events: messages('10m', '10m') });
    expect(linesOf(played)).toEqual([
      [{ message: 'message 1', at: BEGAN + 1_500, left: 8_500 }],
      [{ message: 'message 0', at: BEGAN + 5_500, left: 4_500 }],
    ]);
  });

  test('is woken by what comes first: its timer, or the answer that takes 40 ms', async () => {
    const racing = `
      const [{ body }] = event.Records;
      const timer = new Promise((resolve) => setTimeout(() => resolve('timer'), body === 'message 0' ? 39 : 40));
      say({ first: await Promise.race([readCount().then(() => 'answer'), timer]), after: since(from) });`;
    const played = await play([patient(racing)], { events: messages('10m', '11m') });
    expect(linesOf(played)).toEqual([[{ first: 'timer', after: 39 }], [{ first: 'answer', after: 40 }]]);
  });

  test('at intervals', async () => {
    const ticking = `
      await new Promise((resolve) => {
        const ticks = setInterval(() => {
          say({ after: since(from) });
          if (since(from) === 900) resolve(clearInterval(ticks));
        }, 300);
      });`;
    const played = await play([patient(ticking)], { events: messages('10m') });
    expect(linesOf(played)).toEqual([[{ after: 300 }, { after: 600 }, { after: 900 }]]);
  });
});

test('chance is the same in two plays, and another in each invocation', async () => {
  const drawing = 'say({ drawn: [Math.random(), Math.random()] });';
  const once = async () => linesOf(await play([worker(drawing)], { events: messages('10m', '10m', '11m') }));
  const first = await once();
  expect(await once()).toEqual(first);
  expect(new Set(first.map((lines) => JSON.stringify(lines))).size).toBe(3);
  expect(JSON.stringify(first)).toMatch(/\{"drawn":\[0\.\d+,0\.\d+\]\}/);
});

describe('an invocation that has not ended when its time is up', () => {
  test.each([
    ['waits for nothing', 'await new Promise(() => {});'],
    ['waits too long', 'await new Promise((resolve) => setTimeout(resolve, 10_001));'],
  ])('since it %s is ended with its environment, and its message comes again', async (_, code) => {
    const once = `
      globalThis.runs = (globalThis.runs ?? 0) + 1;
      say({ runs, key: process.env.AWS_ACCESS_KEY_ID });
      if ((await readCount()) === 0) { await putCount(1); ${code} }`;
    const played = await play([worker(once)], { events: messages('10m') });
    expect(outcomes(played)).toEqual(['error', 'ok']);
    expect(beginnings(played)).toEqual(['09:10:00', '09:10:30']);
    expect(errorsOf(played)[0]).toMatch(
      /^2026-03-02T09:10:10\.000Z \w+ Task timed out after 10\.00 seconds$/,
    );
    const [[first], [second]] = [linesOf(played)[0] ?? [], linesOf(played)[1] ?? []];
    expect(first).toMatchObject({ runs: 1 });
    expect(second).toMatchObject({ runs: 1 });
    expect(second).not.toEqual(first);
  });

  test('is run again by Lambda, where a service invoked it without waiting', async () => {
    const stuck = {
      name: 'clock',
      resources: { ...functionResources('f', 'code'), ...ruleResources('rate(1 hour)') },
      code: { code: `${CALLS_AWS}\nexports.handler = () => new Promise(() => {});` },
    };
    const played = await play([stuck], { until: '10m' });
    expect(outcomes(played)).toEqual(['error', 'error', 'error']);
    expect(beginnings(played)).toEqual(['09:00:00', '09:01:10', '09:03:20']);
  });
});

describe('a call that is never answered', () => {
  test.each([
    ['before', undefined],
    ['after', '1'],
  ])('%s AWS does it, ends by the time that its caller gives it', async (effect, value) => {
    const asking = `try { await ${put('p')}; } catch (error) { say({ error: error.message, after: since(from) }); }`;
    const played = await play([patient(asking)], {
      events: messages('10m'),
      faults: [{ call: 'ssm.PutParameter', kind: 'timeout', effect }],
    });
    expect(linesOf(played)).toEqual([[{ error: 'too late', after: 3_000 }]]);
    expect(parameter(played, 'p')).toBe(value);
    expect(outcomes(played)).toEqual(['ok']);
  });

  test('ends with the function where nobody gives it a time', async () => {
    const asking = "await aws('ssm', 'PutParameter', { Name: 'p', Value: '1', Type: 'String' });";
    const played = await play([worker(asking)], {
      events: messages('10m'),
      faults: [{ call: 'ssm.PutParameter', kind: 'timeout' }],
    });
    expect(outcomes(played)).toEqual(['error', 'ok']);
    expect(errorsOf(played)).toEqual([expect.stringContaining('Task timed out after 10.00 seconds'), '']);
  });

  test('holds up no other of the same function', async () => {
    const asking = `
      const late = ${put('late')}.catch((error) => error.message);
      await ${put('other')};
      say({ other: since(from), late: await late, after: since(from) });`;
    const played = await play([patient(asking)], {
      events: messages('10m'),
      faults: [{ call: 'ssm.PutParameter', kind: 'timeout' }],
    });
    expect(linesOf(played)).toEqual([[{ other: 80, late: 'too late', after: 3_000 }]]);
    // At one instant requests are served in the order of what they ask for.
    expect([parameter(played, 'late'), parameter(played, 'other')]).toEqual([undefined, '1']);
  });
});

describe('a function that is killed at a call', () => {
  test.each([
    ['before', undefined],
    ['after', '1'],
  ])(
    '%s AWS did it, has failed, and its message comes again to another environment',
    async (effect, value) => {
      const asking = `
      say({ key: process.env.AWS_ACCESS_KEY_ID });
      if (event.Records[0].attributes.ApproximateReceiveCount === '1') await ${put('p')};
      say({ done: true });`;
      const played = await play([patient(asking)], {
        events: messages('10m'),
        faults: [{ call: 'ssm.PutParameter', kind: 'kill', effect }],
      });
      expect(outcomes(played)).toEqual(['error', 'ok']);
      expect(beginnings(played)).toEqual(['09:10:00', '09:10:30']);
      expect(errorsOf(played)[0]).toContain('Runtime exited with error: signal: killed');
      expect(parameter(played, 'p')).toBe(value);
      const [[first], [second, done]] = [linesOf(played)[0] ?? [], linesOf(played)[1] ?? []];
      expect(linesOf(played)[0]).toHaveLength(1);
      expect(second).not.toEqual(first);
      expect(done).toEqual({ done: true });
    },
  );
});

test('of reads in parallel the same ones are struck in every play: they are served in the order of what they ask', async () => {
  const reading = `
    const ask = async (Name) => {
      try { await aws('ssm', 'GetParameter', { Name }); } catch (error) { return error.message; }
    };
    say(await Promise.all(['d', 'b', 'a', 'c'].map(ask)));`;
  const played = await play([worker(reading)], {
    events: messages('10m'),
    faults: [{ call: 'ssm.GetParameter', error: 'InternalServerError', skip: 1, times: 2 }],
  });
  const logs = played.aws.record.invocations.map((invocation) => invocation.logs.join());
  const [b, c] = ['InternalServerError', 'InternalServerError'];
  expect(logs).toEqual([JSON.stringify(['ParameterNotFound', b, 'ParameterNotFound', c])]);
});

test('two plays with hangs, kills and back-offs are the same but for the real time that they took', async () => {
  const trying = `
    for (let tries = 1; ; tries += 1)
      try {
        await Promise.all([${put('a')}, ${put('b')}, given3s('GetParameters', { Names: ['a'] })]);
        return say({ tries, after: since(from) });
      } catch (error) {
        say({ error: error.message, after: since(from) });
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 1000));
      }`;
  const once = async () => {
    const played = await play([patient(trying)], {
      events: messages('10m', '10m', '11m', '12m'),
      faults: [
        { call: 'ssm.PutParameter', kind: 'timeout', effect: 'after', skip: 1 },
        { call: 'ssm.PutParameter', kind: 'kill', skip: 6 },
        { call: 'ssm.GetParameters', kind: 'cut', skip: 2, times: 2 },
      ],
    });
    const { invocations } = played.aws.record;
    return JSON.stringify([played.report, invocations], (key, value) => (key === 'ms' ? undefined : value));
  };
  const first = await once();
  expect(first).toContain('too late');
  expect(first).toContain('killed');
  expect(await once()).toBe(first);
});
