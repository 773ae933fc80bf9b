import type { CallSeen } from '../aws-view';
import type { DeployedFunction } from './deployed-function';
import type {
  FromWorker,
  HandlerEnd,
  HandlerResult,
  InvokeMessage,
  LambdaEnvironment,
  Listener,
  QuietMessage,
} from './lambda-environment';

/** What became of a request: one that hangs is never answered, and where it killed its environment nobody waits for it. */
export type Served = 'answered' | 'hangs' | 'killed';

/** A request that is not answered until it is its turn. */
export interface HeldRequest {
  /** From which it came: tells it from the others that the invocation waits for. */
  readonly port: number;
  /** Orders what an invocation requests in parallel. */
  readonly key: string;
  /** Whether it waits for a turn in virtual time. */
  readonly isGated: boolean;
  readonly serve: () => Served;
}

/** Errors that no SDK repeats a call for: what it counts of repeats stays as it was. */
const UNREPEATED = /NotFound|NoSuch|ConditionalCheckFailed/;

const isForgotten = ({ error }: CallSeen): boolean => error === undefined || UNREPEATED.test(error);

/** A function that has neither ended nor waits for anything after so long in real time never will. */
const PATIENCE_MS = 60_000;

/**
 * One run of a function's handler. It goes on until it has ended or can only wait: for one of its gated requests to be
 * served, for its next timer, or for nothing at all. Whoever plays it decides what comes first, and when.
 */
export class Invocation implements Listener {
  /** In the order in which they were served. */
  readonly calls: CallSeen[] = [];
  readonly logs: string[] = [];
  private held: HeldRequest[] = [];
  private hanging: number[] = [];
  private quiet: QuietMessage | undefined;
  private end: HandlerResult | undefined;
  private isKilled = false;
  private leavesRequests = false;
  private death: Error | undefined;
  private ms = 0;
  private wait: { readonly isOver: () => void; readonly fails: (error: Error) => void } | undefined;

  constructor(
    readonly deployed: DeployedFunction,
    readonly environment: Pick<LambdaEnvironment, 'accessKeyId' | 'invoke' | 'fireTimer'>,
  ) {}

  /** How it ended, once it has. */
  get ended(): HandlerEnd | undefined {
    return this.end && { ...this.end, ms: this.ms };
  }

  /** Whether its environment died with it. */
  get hasLostEnvironment(): boolean {
    return this.isKilled;
  }

  /**
   * Whether its environment is as if it had never run: it has ended well, waits for nothing, and AWS answered nothing that
   * the SDK keeps count of.
   */
  get leavesNoTrace(): boolean {
    return this.end?.outcome === 'ok' && !this.leavesRequests && this.calls.every(isForgotten);
  }

  /** Whether one of its gated requests waits for a turn. */
  get hasGated(): boolean {
    return this.held.some(({ isGated }) => isGated);
  }

  /** When its next timer is due, in milliseconds of virtual time. */
  get timerAt(): number | undefined {
    return this.quiet?.timerAt;
  }

  /** Resolves when it has ended or can only wait. Rejects when the thread dies of itself, or does not come to rest. */
  begin(message: InvokeMessage): Promise<void> {
    return this.goOn(() => {
      this.quiet = undefined;
      this.environment.invoke(message, this);
    });
  }

  /** Serves the next gated request, and resolves as `begin` does. */
  serveNext(): Promise<void> {
    return this.goOn(() => this.serveFirst(true));
  }

  /** Lets the next timer fire, and resolves as `begin` does. */
  fireTimer(): Promise<void> {
    return this.goOn(() => {
      this.quiet = undefined;
      this.environment.fireTimer();
    });
  }

  /** Ends it together with its environment. @param error what Lambda logs of it. */
  kill(error: string): void {
    this.isKilled = true;
    this.onEnded({ outcome: 'error', error });
  }

  /** What comes after the end is never served: Lambda freezes an environment whose handler has ended. */
  enqueue(request: HeldRequest): void {
    if (this.end !== undefined) {
      this.leavesRequests = true;
      return;
    }
    this.held.push(request);
    this.lookForRest();
  }

  onMessage(message: FromWorker): void {
    if (this.end !== undefined) return;
    if (message.kind === 'log') this.logs.push(...message.lines);
    else if (message.kind === 'ended') this.onEnded(message.end);
    else this.onQuiet(message);
  }

  onDied(error: Error): void {
    this.death ??= error;
    this.wait?.fails(error);
  }

  /** What takes no time is served at once, one after the other: what an answer leads to may depend on the one before. */
  private async goOn(act: () => void): Promise<void> {
    await this.untilRest(act);
    while (this.held.some(({ isGated }) => !isGated)) await this.untilRest(() => this.serveFirst(false));
  }

  private serveFirst(gated: boolean): void {
    const [next] = this.held
      .filter(({ isGated }) => isGated === gated)
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    if (next === undefined) throw new Error('no request waits for its turn');
    this.held = this.held.filter((request) => request !== next);
    if (next.serve() === 'hangs') {
      this.hanging.push(next.port);
      this.lookForRest();
    } else this.quiet = undefined;
  }

  private untilRest(act: () => void): Promise<void> {
    const began = performance.now();
    return new Promise((resolve, reject) => {
      const patience = setTimeout(() => this.onDied(this.restless()), PATIENCE_MS);
      const stop = (): void => {
        clearTimeout(patience);
        this.wait = undefined;
        this.ms += performance.now() - began;
      };
      this.wait = {
        isOver: () => {
          stop();
          resolve();
        },
        fails: (error) => {
          stop();
          reject(error);
        },
      };
      if (this.death === undefined) act();
      else this.wait.fails(this.death);
    });
  }

  private onEnded(end: HandlerResult): void {
    this.end = end;
    this.leavesRequests = this.held.length + this.hanging.length > 0;
    this.held = [];
    this.wait?.isOver();
  }

  private onQuiet(message: QuietMessage): void {
    this.quiet = message;
    this.lookForRest();
  }

  /** It rests when it can only wait, and whatever it waits for has arrived here. */
  private lookForRest(): void {
    const { wait, quiet } = this;
    if (wait === undefined || quiet === undefined) return;
    const { ports } = quiet;
    const isHere = (port: number): boolean =>
      this.hanging.includes(port) || this.held.some((request) => request.port === port);
    if (!ports.every(isHere)) return;
    // For what it does not wait any more nobody asks: it gave up, or an earlier invocation sent it.
    this.held = this.held.filter(({ port }) => ports.includes(port));
    this.hanging = this.hanging.filter((port) => ports.includes(port));
    wait.isOver();
  }

  private restless(): Error {
    const { name } = this.deployed.settings;
    return new Error(
      `${name} neither ended nor waited for anything within ${PATIENCE_MS / 1000} seconds of real time`,
    );
  }
}
