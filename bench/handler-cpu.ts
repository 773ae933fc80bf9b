import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { Stack } from '../rehearsal/cloudformation/assembly';
import { fastest } from './fastest';
import type { Part } from './figure';
import { MODEL, PROCESSOR, played, steadyTraffic } from './played';

const RUNS = 5;
const HISTORY_MINUTES = 14 * 1440;

/** Every minute of the two weeks has a value in each of the five metrics that are there: 100,800 datapoints. */
const FULL = { interval: '1m', ...steadyTraffic(HISTORY_MINUTES - 1) };

export const handlerCpu: Part = {
  name: 'handler',
  title: "The notification processor's own CPU time for the first e-mail, cold",
  measure: async () => {
    const full: number[] = [];
    const empty: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      full.push(await emailCpuMs({ models: { [MODEL]: { history: FULL } } }));
      empty.push(await emailCpuMs({}));
    }
    return [
      { name: 'full history', value: fastest(full), unit: 'ms', target: { atMost: 100 } },
      { name: 'empty history', value: fastest(empty), unit: 'ms' },
      { name: 'full against empty', value: fastest(full) / fastest(empty), unit: '×' },
    ];
  },
};

/** Of the invocation that sends the e-mail of an undetermined alarm, which reads most. */
async function emailCpuMs(scenario: Readonly<Record<string, unknown>>): Promise<number> {
  const meters = mkdtempSync(join(tmpdir(), 'bench-'));
  let ms: number | undefined;
  try {
    await played(
      {
        name: 'An alarm',
        ...scenario,
        events: [{ at: '5m', setAlarm: { model: MODEL, alarm: 'Throttles', state: 'ALARM' } }],
        until: '10m',
      },
      {
        alterStack: (stack) => withMeters(stack, meters),
        inspect: ({ record }) => {
          const sender = record.invocations.find(
            ({ function: label, calls }) => label === PROCESSOR && calls.includes('sns:Publish'),
          );
          ms = sender?.logs.map(readMeter).find((read) => read !== undefined);
        },
      },
    );
  } finally {
    rmSync(meters, { recursive: true });
  }
  if (ms === undefined) throw new Error('no invocation that sent an e-mail told its CPU time');
  return ms;
}

/** Puts a meter around each function: its code becomes a module that runs the bundle. */
function withMeters(stack: Stack, folder: string): Stack {
  const assets = [...stack.assets].map(([key, path]): [string, string] => {
    if (!statSync(path).isDirectory()) return [key, path];
    const metered = mkdtempSync(join(folder, 'function-'));
    writeFileSync(join(metered, 'index.js'), meteredHandler(join(path, 'index.js')));
    return [key, metered];
  });
  return { ...stack, assets: new Map(assets) };
}

/**
 * The function's thread tells its CPU time after each run of the handler: since Node.js 23.9 by an API, before only
 * where Linux tells it. Loading the bundle is not counted, compiling what runs for the first time is.
 * The virtual clock of the local AWS makes each `new Date(instant)` ten times as dear as it is; so that is put right first.
 * https://nodejs.org/api/process.html#processthreadcpuusagepreviousvalue
 */
const meteredHandler = (bundle: string): string => `
const { readFileSync } = require('node:fs');
const { Date: Virtual } = globalThis;
const { constructor: Real } = Virtual.prototype;
const DirectDate = function (instant) {
  if (new.target === undefined) return Virtual();
  return arguments.length === 1 ? new Real(instant) : new Virtual(...arguments);
};
DirectDate.prototype = Real.prototype;
globalThis.Date = Object.assign(DirectDate, { now: Virtual.now, parse: Real.parse, UTC: Real.UTC });
const bundled = require(${JSON.stringify(bundle)});
const cpuMs = () => {
  if (process.threadCpuUsage === undefined)
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6;
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e3;
};
exports.handler = async (...given) => {
  const before = cpuMs();
  try {
    return await bundled.handler(...given);
  } finally {
    console.log(JSON.stringify({ cpuMs: cpuMs() - before }));
  }
};
`;

const meterSchema = z.object({ cpuMs: z.number() });

/** Undefined for any other line of the log. */
function readMeter(line: string): number | undefined {
  if (!line.startsWith('{"cpuMs":')) return undefined;
  return meterSchema.parse(JSON.parse(line)).cpuMs;
}
