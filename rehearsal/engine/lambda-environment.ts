import { LambdaThread } from './lambda-thread';

/** What an environment is made of. */
export interface EnvironmentCode {
  readonly folder: string;
  /** `index.handler`. */
  readonly handler: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Starts an environment. */
export interface StartMessage {
  readonly kind: 'start';
  readonly code: EnvironmentCode;
  /** The virtual time in milliseconds, which advances while the function runs. */
  readonly clock: Float64Array;
  /** Whether the thread has loaded just this before. */
  readonly isLoaded: boolean;
}

/** An event for the handler. */
export interface InvokeMessage {
  readonly kind: 'invoke';
  readonly event: unknown;
  readonly context: {
    readonly functionName: string;
    readonly invokedFunctionArn: string;
    readonly awsRequestId: string;
    readonly memoryLimitInMB: string;
    readonly timeoutMs: number;
  };
}

/** Lets the function's next timer fire, for which the clock has been moved. */
export interface TimerMessage {
  readonly kind: 'timer';
}

export type ToWorker = StartMessage | InvokeMessage | TimerMessage;

/** The function can only wait. */
export interface QuietMessage {
  readonly kind: 'quiet';
  /** The local ports of its requests that are not answered. */
  readonly ports: readonly number[];
  /** When its next timer is due, in milliseconds of virtual time. */
  readonly timerAt: number | undefined;
}

export type HandlerResult =
  | { readonly outcome: 'ok'; readonly result: unknown }
  | { readonly outcome: 'error'; readonly error: string };

/** `ms` is the real time for which it ran. */
export type HandlerEnd = HandlerResult & { readonly ms: number };

export type FromWorker =
  | { readonly kind: 'log'; readonly lines: readonly string[] }
  | QuietMessage
  | { readonly kind: 'ended'; readonly end: HandlerResult };

/** Hears what a thread has to tell of the invocation that it runs. */
export interface Listener {
  onMessage(message: FromWorker): void;
  /** The thread itself has died. */
  onDied(error: Error): void;
}

/** One execution environment of a function: its own variables and module cache. It runs one invocation at a time. */
export class LambdaEnvironment {
  private readonly thread: LambdaThread;
  private isRunning = false;
  private isAsNew = true;

  /** @param accessKeyId by which the endpoint recognises its calls. */
  constructor(
    readonly accessKeyId: string,
    code: EnvironmentCode,
    clock: Float64Array,
  ) {
    this.thread = LambdaThread.take({
      ...code,
      variables: { ...code.variables, AWS_ACCESS_KEY_ID: accessKeyId },
    });
    this.thread.start(clock);
  }

  /** Runs the handler once; `listener` hears all of it. */
  invoke(message: InvokeMessage, listener: Listener): void {
    this.isRunning = true;
    this.thread.listen({
      onMessage: (told) => {
        if (told.kind === 'ended') this.isRunning = false;
        listener.onMessage(told);
      },
      onDied: (error) => listener.onDied(error),
    });
    this.thread.post(message);
  }

  fireTimer(): void {
    this.thread.post({ kind: 'timer' });
  }

  /** Something happened that a function may remember: what it counts of failures, or a request under way. */
  wear(): void {
    this.isAsNew = false;
  }

  async stop(): Promise<void> {
    if (this.isRunning) await this.thread.terminate();
    else this.thread.giveBack(this.isAsNew);
  }
}
