import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';

export interface WorkerData {
  readonly codeFolder: string;
  /** `index.handler`. */
  readonly handler: string;
  readonly startedAt: number;
}

export interface ToWorker {
  readonly event: unknown;
  readonly context: {
    readonly functionName: string;
    readonly invokedFunctionArn: string;
    readonly awsRequestId: string;
    readonly memoryLimitInMB: string;
    readonly timeoutMs: number;
  };
  /** The virtual time in milliseconds, at which the clock stands during the invocation. */
  readonly now: number;
}

export type FromWorker = {
  readonly logs: readonly string[];
  /** Real time. */
  readonly ms: number;
} & (
  | { readonly outcome: 'ok'; readonly result: unknown }
  | { readonly outcome: 'error'; readonly error: string }
);

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

/** One execution environment of a function: a thread with its own variables, clock and module cache. */
export class LambdaEnvironment {
  private readonly worker: Worker;

  constructor(data: WorkerData, variables: Readonly<Record<string, string>>) {
    this.worker = new Worker(compiledWorker(), {
      eval: true,
      workerData: data,
      env: { ...variables },
      stdout: true,
      stderr: true,
    });
  }

  /** Runs the handler once. Resolves with whatever became of it; rejects only when the thread itself dies. */
  invoke(message: ToWorker): Promise<FromWorker> {
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error('the function ended its process'));
      const settle = (answer: FromWorker): void => {
        this.worker.off('error', reject).off('exit', ended);
        resolve(answer);
      };
      this.worker.once('message', settle);
      this.worker.once('error', reject).once('exit', ended);
      this.worker.postMessage(message);
    });
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}
