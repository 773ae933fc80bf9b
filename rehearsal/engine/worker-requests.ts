import { subscribe } from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';
import type { SettleMessage } from './lambda-environment';
import type { Pauses } from './worker-timers';

/** Work of Node's own threads, of which its event loop shows nothing until it is done: the SDK reads its configuration files. */
const BACKGROUND = /^FSReq|^GetAddrInfo/;

/** So many rounds of the event loop in which nothing begins: what an answer leads to takes its course within one or two. */
const QUIET_ROUNDS = 4;

/** The HTTP requests of a function, watched to tell when it can only wait. */
export class WorkerRequests implements Pauses {
  count = 0;
  isGoingOn = false;
  private readonly unanswered = new Set<ClientRequest>();
  private asked: SettleMessage | undefined;

  /** @param onSettled told once for each question that is not followed by another. */
  constructor(private readonly onSettled: (question: number) => void) {
    subscribe('http.client.request.start', (message) => {
      if (typeof message !== 'object' || message === null || !('request' in message)) return;
      const { request } = message;
      if (request instanceof ClientRequest) this.watch(request);
    });
  }

  /** What an earlier invocation left unanswered concerns no other. */
  forget(): void {
    this.unanswered.clear();
    this.isGoingOn = false;
    this.asked = undefined;
  }

  /** Answers as soon as all that is unanswered waits for its turn. */
  settle(question: SettleMessage): void {
    const isLooking = this.asked !== undefined;
    this.asked = question;
    if (!isLooking) this.look(0);
  }

  private watch(request: ClientRequest): void {
    this.unanswered.add(request);
    request.once('response', () => this.resume());
    request.once('close', () => {
      this.resume();
      this.unanswered.delete(request);
    });
  }

  private look(quietRounds: number): void {
    const { asked } = this;
    if (asked === undefined) return;
    if (quietRounds === QUIET_ROUNDS) {
      this.pause(asked.question);
      return;
    }
    setImmediate(() => this.look(this.isQuiet(asked) ? quietRounds + 1 : 0));
  }

  private pause(question: number): void {
    this.asked = undefined;
    this.count += 1;
    this.isGoingOn = true;
    this.onSettled(question);
  }

  private resume(): void {
    this.isGoingOn = false;
  }

  private isQuiet(asked: SettleMessage): boolean {
    if (asked !== this.asked || this.unanswered.size > asked.waiting) return false;
    return !process.getActiveResourcesInfo().some((resource) => BACKGROUND.test(resource));
  }
}
