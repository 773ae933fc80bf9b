import { subscribe } from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';

/** Work of Node's own threads, of which its event loop shows nothing until it is done: the SDK reads its configuration files. */
const BACKGROUND = /^FSReq|^GetAddrInfo/;

/** So many rounds of the event loop in which nothing begins: what an answer leads to takes its course within one or two. */
const QUIET_ROUNDS = 4;

/** The HTTP requests of a function, watched to tell when it can do nothing but wait. */
export class WorkerRequests {
  /** Those of this invocation that are not answered in full, and whether their answer has begun to arrive. */
  private readonly open = new Map<ClientRequest, 'waiting' | 'answering'>();
  private fetching = 0;
  private isRunning = false;
  private isLooking = false;
  private quietRounds = 0;

  /**
   * @param onQuiet told each time that the function can only wait: with the local ports that its unanswered requests
   * went out by, which tell one from another.
   */
  constructor(private readonly onQuiet: (ports: readonly number[]) => void) {
    subscribe('http.client.request.start', (message) => {
      if (typeof message !== 'object' || message === null || !('request' in message)) return;
      const { request } = message;
      if (request instanceof ClientRequest) this.watch(request);
    });
    this.watchFetch();
  }

  /** An invocation runs from now on; what an earlier one left unanswered is none of its requests. */
  begin(): void {
    this.open.clear();
    this.isRunning = true;
    this.look();
  }

  end(): void {
    this.isRunning = false;
  }

  /** Something has happened: the function may go on. */
  look(): void {
    this.quietRounds = 0;
    if (!this.isRunning || this.isLooking) return;
    this.isLooking = true;
    setImmediate(() => this.lookOn());
  }

  private watch(request: ClientRequest): void {
    this.open.set(request, 'waiting');
    this.look();
    request.once('response', () => {
      if (this.open.has(request)) this.open.set(request, 'answering');
    });
    request.once('close', () => {
      if (this.open.delete(request)) this.look();
    });
  }

  /** Only CloudFormation is answered by `fetch`, and takes that at once. */
  private watchFetch(): void {
    const { fetch } = globalThis;
    globalThis.fetch = async (...given) => {
      this.fetching += 1;
      try {
        return await fetch(...given);
      } finally {
        this.fetching -= 1;
        this.look();
      }
    };
  }

  private lookOn(): void {
    this.isLooking = false;
    // Whatever is being answered looks again when that is done.
    if (!this.isRunning || this.isBeingAnswered()) return;
    const ports = this.waitingPorts();
    this.quietRounds = ports === undefined ? 0 : this.quietRounds + 1;
    if (ports !== undefined && this.quietRounds > QUIET_ROUNDS) {
      this.onQuiet(ports);
      return;
    }
    this.isLooking = true;
    setImmediate(() => this.lookOn());
  }

  private isBeingAnswered(): boolean {
    return this.fetching > 0 || [...this.open.values()].includes('answering');
  }

  /** Undefined while anything goes on in the background, or a request has not gone out. */
  private waitingPorts(): readonly number[] | undefined {
    if (process.getActiveResourcesInfo().some((resource) => BACKGROUND.test(resource))) return undefined;
    const ports = [...this.open.keys()].flatMap(({ socket }) => socket?.localPort ?? []);
    return ports.length === this.open.size ? ports : undefined;
  }
}
