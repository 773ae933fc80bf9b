import type { CallSeen } from '../aws-view';
import type { DeployedFunction } from './deployed-function';
import type {
  FromWorker,
  HandlerEnd,
  InvokeMessage,
  LambdaEnvironment,
  Listener,
} from './lambda-environment';

/** A request that is not answered until it is its turn. */
export interface GatedRequest {
  /** Orders what an invocation requests in parallel. */
  readonly key: string;
  readonly serve: () => void;
}

/**
 * One run of a function's handler. It goes on until it has ended or can only wait for one of its gated requests to be
 * served; whoever plays it decides when that is.
 */
export class Invocation implements Listener {
  /** In the order in which they came in. */
  readonly calls: CallSeen[] = [];
  readonly logs: string[] = [];
  private readonly waiting: GatedRequest[] = [];
  private end: HandlerEnd | undefined;
  private death: Error | undefined;
  private questions = 0;
  private pausedAt: number | undefined;
  private pausedMs = 0;
  private whenQuiet: { resolve(): void; reject(error: Error): void } | undefined;

  constructor(
    readonly deployed: DeployedFunction,
    readonly environment: LambdaEnvironment,
  ) {}

  /** How the handler ended, once it has; `ms` without the time for which it waited for its turns. */
  get ended(): HandlerEnd | undefined {
    return this.end && { ...this.end, ms: this.end.ms - this.pausedMs };
  }

  /** Resolves when it has ended or waits for a turn. Rejects when the thread dies. */
  begin(message: InvokeMessage): Promise<void> {
    const quiet = this.untilQuiet();
    this.environment.invoke(message, this);
    return quiet;
  }

  /** Serves the next of the requests that wait, and resolves as `begin` does. */
  serveNext(): Promise<void> {
    const [next] = this.waiting.sort((a, b) => (a.key < b.key ? -1 : 1)).splice(0, 1);
    if (next === undefined) throw new Error('no request waits for its turn');
    const quiet = this.untilQuiet();
    if (this.pausedAt !== undefined) this.pausedMs += performance.now() - this.pausedAt;
    this.pausedAt = undefined;
    if (this.waiting.length > 0) this.ask();
    next.serve();
    return quiet;
  }

  /** What comes after the end is never served: Lambda freezes an environment whose handler has ended. */
  enqueue(request: GatedRequest): void {
    if (this.end !== undefined) return;
    this.waiting.push(request);
    this.ask();
  }

  onMessage(message: FromWorker): void {
    if (message.kind === 'log') this.logs.push(...message.lines);
    else if (message.kind === 'ended') this.onEnded(message.end);
    else if (message.question === this.questions) this.onSettled();
  }

  onDied(error: Error): void {
    this.death ??= error;
    this.whenQuiet?.reject(error);
  }

  private onEnded(end: HandlerEnd): void {
    this.end = end;
    this.waiting.length = 0;
    this.whenQuiet?.resolve();
  }

  private onSettled(): void {
    this.pausedAt ??= performance.now();
    this.whenQuiet?.resolve();
  }

  private ask(): void {
    this.questions += 1;
    this.environment.ask({ kind: 'settle', question: this.questions, waiting: this.waiting.length });
  }

  private untilQuiet(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.whenQuiet = { resolve, reject };
      if (this.death !== undefined) reject(this.death);
    });
  }
}
