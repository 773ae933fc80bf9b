import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire, wrap } from 'node:module';
import { dirname, join } from 'node:path';
import { constants, Script } from 'node:vm';
import { parentPort } from 'node:worker_threads';
import type {
  EnvironmentCode,
  FromWorker,
  HandlerResult,
  InvokeMessage,
  StartMessage,
  ToWorker,
} from './lambda-environment';
import { WorkerRequests } from './worker-requests';
import { replaceTimers, VirtualTimers } from './worker-timers';

/*
 * Runs one function as Lambda's runtime does: loads the bundle as it is deployed, and calls its handler. The clock is
 * replaced before the bundle loads, so that nothing in it can see the real time. When another environment starts in the
 * thread, its bundle is loaded anew, with nothing of what the one before had in its modules and variables; unless all of it
 * is the same and nothing went wrong before, which a function may meet on Lambda too.
 */

let clock: Float64Array = new Float64Array(1);
const virtualNow = (): number => clock[0] ?? Number.NaN;

const post = (message: FromWorker): void => parentPort?.postMessage(message);

const RealDate = Date;

/** A plain function: a proxy would make each of the many timestamps that a function reads ten times as slow. */
function VirtualDate(...given: unknown[]): unknown {
  if (new.target === undefined) return new RealDate(virtualNow()).toString();
  const kind = new.target === VirtualDate ? RealDate : new.target;
  return Reflect.construct(RealDate, given.length === 0 ? [virtualNow()] : given, kind);
}
RealDate.prototype.constructor = VirtualDate;
const { prototype, parse, UTC } = RealDate;
Object.assign(globalThis, { Date: Object.assign(VirtualDate, { prototype, parse, UTC, now: virtualNow }) });

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

const timers = new VirtualTimers(virtualNow);
const requests = new WorkerRequests((ports) => post({ kind: 'quiet', ports, timerAt: timers.nextAt }));
replaceTimers(timers);

const asText = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

let load = (): Handler => {
  throw new Error('no environment has started');
};
let handle: Handler | undefined;
/** Of this environment. */
let invocations = 0;

function start({ code, clock: itsClock, isLoaded }: StartMessage): void {
  clock = itsClock;
  timers.clearAll();
  invocations = 0;
  if (!isLoaded) prepare(code);
}

function prepare({ folder, handler, variables }: EnvironmentCode): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, variables);
  drawByChance(variables.AWS_ACCESS_KEY_ID);
  handle = undefined;
  const [file = '', name = ''] = handler.split('.');
  load = () => {
    const found = loaded(join(folder, `${file}.js`))[name];
    if (found === undefined) throw new Error(`${handler} is undefined or not exported`);
    return found;
  };
}

const compiled = new Map<string, Script>();

/** As `require` does of a module that nobody has required, but compiled once: that takes longer than to run it. */
function loaded(bundle: string): Record<string, Handler> {
  const script = compiled.get(bundle) ?? compile(bundle);
  compiled.set(bundle, script);
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(bundle), module, bundle, dirname(bundle));
  return module.exports;
}

const compile = (bundle: string): Script =>
  new Script(wrap(readFileSync(bundle, 'utf8')), {
    filename: bundle,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });

/** Chance is the same in every play: the SDK draws by it how long it waits before it repeats a call. */
function drawByChance(...identity: readonly unknown[]): void {
  let drawn = 0;
  Math.random = () => {
    drawn += 1;
    const drawing = createHash('sha256').update(JSON.stringify([...identity, drawn]));
    return drawing.digest().readUInt32BE() / 2 ** 32;
  };
}

async function invoke({ event, context }: InvokeMessage): Promise<void> {
  const { timeoutMs, ...fields } = context;
  const endsAt = virtualNow() + timeoutMs;
  invocations += 1;
  drawByChance(process.env.AWS_ACCESS_KEY_ID, invocations);
  requests.begin();
  const end = await resultOf(event, {
    ...fields,
    getRemainingTimeInMillis: () => endsAt - virtualNow(),
  });
  requests.end();
  post({ kind: 'ended', end });
}

async function resultOf(event: unknown, context: object): Promise<HandlerResult> {
  try {
    handle ??= load();
    return { outcome: 'ok', result: await handle(event, context) };
  } catch (error) {
    return { outcome: 'error', error: asText(error) };
  }
}

function fireTimer(): void {
  requests.look();
  timers.fireNext();
}

parentPort?.on('message', (message: ToWorker) => {
  if (message.kind === 'start') start(message);
  else if (message.kind === 'invoke') invoke(message);
  else fireTimer();
});
