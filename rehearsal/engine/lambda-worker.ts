import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import type { FromWorker, InvokeMessage, StartMessage, ToWorker } from './lambda-environment';
import { WorkerRequests } from './worker-requests';
import { replaceTimers } from './worker-timers';

/*
 * Runs one function as Lambda's runtime does: loads the bundle as it is deployed, and calls its handler. The clock is
 * replaced before the bundle loads, so that nothing in it can see the real time. When another environment starts in the
 * thread, its bundle is loaded anew, with nothing of what the one before had in its modules and variables.
 */

let clock: Float64Array = new Float64Array(1);
const virtualNow = (): number => clock[0] ?? Number.NaN;

const post = (message: FromWorker): void => parentPort?.postMessage(message);

globalThis.Date = new Proxy(Date, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [virtualNow()] : given, newTarget),
  apply: () => new Date(virtualNow()).toString(),
  get: (target, property, receiver) =>
    property === 'now' ? virtualNow : Reflect.get(target, property, receiver),
});

for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk: string | Uint8Array): boolean => {
    const lines = chunk
      .toString()
      .split('\n')
      .filter((line) => line !== '');
    post({ kind: 'log', lines });
    return true;
  };
}

const requests = new WorkerRequests((question) => post({ kind: 'settled', question }));
replaceTimers(requests);

const asText = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

let load = (): Handler => {
  throw new Error('no environment has started');
};
let handle: Handler | undefined;

function start({ codeFolder, handler, variables, ...told }: StartMessage): void {
  clock = told.clock;
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, variables);
  requests.forget();
  handle = undefined;
  const [file = '', name = ''] = handler.split('.');
  const bundle = join(codeFolder, `${file}.js`);
  delete require.cache[bundle];
  load = () => require(bundle)[name];
}

async function invoke({ event, context }: InvokeMessage): Promise<void> {
  requests.forget();
  const began = performance.now();
  const ms = (): number => performance.now() - began;
  const { timeoutMs, ...fields } = context;
  const endsAt = virtualNow() + timeoutMs;
  try {
    handle ??= load();
    const result = await handle(event, {
      ...fields,
      getRemainingTimeInMillis: () => endsAt - virtualNow(),
    });
    post({ kind: 'ended', end: { outcome: 'ok', result, ms: ms() } });
  } catch (error) {
    post({ kind: 'ended', end: { outcome: 'error', error: asText(error), ms: ms() } });
  }
}

parentPort?.on('message', (message: ToWorker) => {
  if (message.kind === 'start') start(message);
  else if (message.kind === 'invoke') invoke(message);
  else requests.settle(message);
});
