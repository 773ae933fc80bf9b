import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { LambdaEnvironment } from '../../../rehearsal/engine/lambda-environment';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lambda-environment-'));
  const code = `
    let runs = 0;
    exports.handler = async () => {
      runs += 1;
      return { runs, key: process.env.AWS_ACCESS_KEY_ID, stage: process.env.STAGE, at: Date.now() };
    };`;
  writeFileSync(join(folder, 'index.js'), code);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Of one test alone: threads that others leave are not of its code. */
let stage: string;
let tests = 0;
beforeEach(() => {
  tests += 1;
  stage = `stage ${tests}`;
});

const MESSAGE = {
  kind: 'invoke',
  event: {},
  context: {
    functionName: 'f',
    invokedFunctionArn: 'arn',
    awsRequestId: 'id',
    memoryLimitInMB: '128',
    timeoutMs: 1_000,
  },
} as const;

const clockAt = (ms: number) => new Float64Array([ms]);

const environment = (key = 'ASIA1', clock = clockAt(0)) =>
  new LambdaEnvironment(key, { folder, handler: 'index.handler', variables: { STAGE: stage } }, clock);

const run = (ran: LambdaEnvironment): Promise<unknown> =>
  new Promise((resolve, reject) => {
    ran.invoke(MESSAGE, {
      onMessage: (message) => {
        if (message.kind === 'ended') resolve('result' in message.end ? message.end.result : message.end);
      },
      onDied: reject,
    });
  });

describe('an environment', () => {
  test('keeps what the function has in its modules from one invocation to the next', async () => {
    const one = environment();
    expect(await run(one)).toMatchObject({ runs: 1, key: 'ASIA1', stage });
    expect(await run(one)).toMatchObject({ runs: 2 });
    await one.stop();
  });

  test('stays loaded for the next one that is the same in all, which has a clock of its own', async () => {
    const first = environment();
    await run(first);
    await first.stop();
    const second = environment('ASIA1', clockAt(42));
    expect(await run(second)).toEqual({ runs: 2, key: 'ASIA1', stage, at: 42 });
    await second.stop();
  });

  test('does not stay loaded where something went wrong', async () => {
    const worn = environment();
    await run(worn);
    worn.wear();
    await worn.stop();
    const next = environment();
    expect(await run(next)).toMatchObject({ runs: 1 });
    await next.stop();
  });

  test('is not one of other variables', async () => {
    const first = environment();
    await run(first);
    await first.stop();
    const other = environment('ASIA2');
    expect(await run(other)).toMatchObject({ runs: 1, key: 'ASIA2', stage });
    await other.stop();
  });

  test('runs beside another of the same code and knows nothing of it', async () => {
    const [one, other] = [environment(), environment()];
    expect(await Promise.all([run(one), run(other)])).toEqual([
      expect.objectContaining({ runs: 1 }),
      expect.objectContaining({ runs: 1 }),
    ]);
    await Promise.all([one.stop(), other.stop()]);
  });
});
