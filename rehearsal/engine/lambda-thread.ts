import { join } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import { keptInProcess } from './kept-in-process';
import type { EnvironmentCode, FromWorker, ToWorker } from './lambda-environment';

/** A thread that nobody takes for so long ends. */
const IDLE_MS = 10_000;

let workerSource: string | undefined;

/** The worker is plain TypeScript of this folder; a thread can only load JavaScript. */
function compiledWorker(): string {
  workerSource ??= buildSync({
    entryPoints: [join(__dirname, 'lambda-worker.ts')],
    bundle: true,
    platform: 'node',
    write: false,
  }).outputFiles[0]?.text;
  if (workerSource === undefined) throw new Error('the Lambda worker could not be compiled');
  return workerSource;
}

export interface ThreadListener {
  onMessage(message: FromWorker): void;
  onDied(error: Error): void;
}

/**
 * A thread in which an execution environment runs. Starting one takes longer than loading a function into it, and that
 * longer than running it; so a thread whose environment has ended waits a moment for the next one of the same code. That
 * is loaded anew and sees nothing of the one before, unless it is the same in all and nothing went wrong before.
 */
export class LambdaThread {
  private static readonly idle = keptInProcess<LambdaThread[]>('idle threads', () => []);
  private readonly worker: Worker;
  private listener: ThreadListener | undefined;
  private death: Error | undefined;
  private end: NodeJS.Timeout | undefined;
  /** What is loaded, while that is as if it had just been. */
  private loaded: string | undefined;

  /** Call `start` next. */
  static take(code: EnvironmentCode): LambdaThread {
    const wanted = JSON.stringify(code);
    const found =
      LambdaThread.idle.find(({ loaded }) => loaded === wanted) ??
      LambdaThread.idle.find((thread) => thread.code.folder === code.folder);
    if (found === undefined) return new LambdaThread(code);
    LambdaThread.idle.splice(LambdaThread.idle.indexOf(found), 1);
    clearTimeout(found.end);
    found.worker.ref();
    found.code = code;
    return found;
  }

  private constructor(private code: EnvironmentCode) {
    this.worker = new Worker(compiledWorker(), {
      eval: true,
      // Not those of the function: to read its source maps would take longer than to play it.
      env: {},
      stdout: true,
      stderr: true,
    });
    this.worker.on('message', (message: FromWorker) => this.listener?.onMessage(message));
    this.worker.on('error', (error: Error) => this.die(error));
    this.worker.on('exit', () => this.die(new Error('the function ended its process')));
  }

  /** Who hears what the thread tells from now on. */
  listen(listener: ThreadListener): void {
    this.listener = listener;
    if (this.death !== undefined) listener.onDied(this.death);
  }

  post(message: ToWorker): void {
    this.worker.postMessage(message);
  }

  /** @param clock the virtual time in milliseconds. */
  start(clock: Float64Array): void {
    const { code } = this;
    this.post({ kind: 'start', code, clock, isLoaded: this.loaded === JSON.stringify(code) });
  }

  /** Nothing runs in it any more: another environment may have it. @param isAsNew whether it may be as it is. */
  giveBack(isAsNew: boolean): void {
    this.listener = undefined;
    this.loaded = isAsNew ? JSON.stringify(this.code) : undefined;
    if (this.death !== undefined) return;
    this.worker.unref();
    this.end = setTimeout(() => this.terminate(), IDLE_MS).unref();
    LambdaThread.idle.push(this);
  }

  async terminate(): Promise<void> {
    this.listener = undefined;
    const index = LambdaThread.idle.indexOf(this);
    if (index >= 0) LambdaThread.idle.splice(index, 1);
    await this.worker.terminate();
  }

  private die(error: Error): void {
    this.death ??= error;
    const index = LambdaThread.idle.indexOf(this);
    if (index >= 0) LambdaThread.idle.splice(index, 1);
    this.listener?.onDied(this.death);
  }
}
