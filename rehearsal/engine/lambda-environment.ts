import { LambdaThread } from './lambda-thread';

/** Loads a function, as when an environment starts. */
export interface StartMessage {
  readonly kind: 'start';
  readonly codeFolder: string;
  /** `index.handler`. */
  readonly handler: string;
  /** The virtual time in milliseconds, which advances while the function runs. */
  readonly clock: Float64Array;
  readonly variables: Readonly<Record<string, string>>;
}

export type EnvironmentData = Omit<StartMessage, 'kind' | 'variables'>;

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

/** Asks to be told when the function can do nothing more until one of its `waiting` requests is answered. */
export interface SettleMessage {
  readonly kind: 'settle';
  /** Comes back with the answer. */
  readonly question: number;
  readonly waiting: number;
}

export type ToWorker = StartMessage | InvokeMessage | SettleMessage;

export type HandlerEnd = {
  /** Real time. */
  readonly ms: number;
} & (
  | { readonly outcome: 'ok'; readonly result: unknown }
  | { readonly outcome: 'error'; readonly error: string }
);

export type FromWorker =
  | { readonly kind: 'log'; readonly lines: readonly string[] }
  | { readonly kind: 'settled'; readonly question: number }
  | { readonly kind: 'ended'; readonly end: HandlerEnd };

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

  /** @param accessKeyId by which the endpoint recognises its calls. */
  constructor(
    readonly accessKeyId: string,
    data: EnvironmentData,
    variables: Readonly<Record<string, string>>,
  ) {
    this.thread = LambdaThread.take(data.codeFolder);
    const own = { ...variables, AWS_ACCESS_KEY_ID: accessKeyId };
    this.thread.post({ kind: 'start', ...data, variables: own });
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

  ask(message: SettleMessage): void {
    this.thread.post(message);
  }

  async stop(): Promise<void> {
    if (this.isRunning) await this.thread.terminate();
    else this.thread.giveBack();
  }
}
