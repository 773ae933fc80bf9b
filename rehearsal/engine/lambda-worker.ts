import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerData } from './lambda-environment';

/*
 * Runs one function as Lambda's runtime does: loads the bundle as it is deployed, and calls its handler. The clock is
 * replaced before the bundle loads, so that nothing in it can see the real time.
 */

const { codeFolder, handler, startedAt }: WorkerData = workerData;
let virtualNow = startedAt;
let lines: string[] = [];

globalThis.Date = new Proxy(Date, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [virtualNow] : given, newTarget),
  apply: () => new Date(virtualNow).toString(),
  get: (target, property, receiver) =>
    property === 'now' ? () => virtualNow : Reflect.get(target, property, receiver),
});

for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk: string | Uint8Array): boolean => {
    lines.push(
      ...chunk
        .toString()
        .split('\n')
        .filter((line) => line !== ''),
    );
    return true;
  };
}

const post = (message: FromWorker): void => parentPort?.postMessage(message);

const asText = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

function loadHandler(): (event: unknown, context: unknown) => Promise<unknown> {
  const [file = '', name = ''] = handler.split('.');
  return require(join(codeFolder, `${file}.js`))[name];
}

let handle: ReturnType<typeof loadHandler> | undefined;

async function invoke({ event, context, now }: ToWorker): Promise<void> {
  virtualNow = now;
  lines = [];
  const began = performance.now();
  try {
    handle ??= loadHandler();
    const { timeoutMs, ...fields } = context;
    const result = await handle(event, { ...fields, getRemainingTimeInMillis: () => timeoutMs });
    post({ outcome: 'ok', result, logs: lines, ms: performance.now() - began });
  } catch (error) {
    post({ outcome: 'error', error: asText(error), logs: lines, ms: performance.now() - began });
  }
}

parentPort?.on('message', invoke);
