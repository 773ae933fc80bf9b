import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import type { FromWorker, ToWorker } from './lambda-environment';

/** A thread that nobody takes for so long ends. */
const IDLE_MS = 1_000;

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
 * A thread in which an execution environment runs. Starting one takes longer than loading a function into it, so a thread
 * whose environment has ended waits a moment for the next one of the same code, which is loaded anew and sees nothing of
 * the one before.
 */
export class LambdaThread {
  private static readonly idle: LambdaThread[] = [];
  private readonly worker: Worker;
  private listener: ThreadListener | undefined;
  private death: Error | undefined;
  private end: NodeJS.Timeout | undefined;

  static take(codeFolder: string): LambdaThread {
    const index = LambdaThread.idle.findIndex((thread) => thread.codeFolder === codeFolder);
    const [found] = index < 0 ? [] : LambdaThread.idle.splice(index, 1);
    if (found === undefined) return new LambdaThread(codeFolder);
    clearTimeout(found.end);
    found.worker.ref();
    return found;
  }

  private constructor(private readonly codeFolder: string) {
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

  /** Nothing runs in it any more: another environment may have it. */
  giveBack(): void {
    this.listener = undefined;
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
