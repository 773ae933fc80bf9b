import { digest } from '../services/derived-ids';
import type { Agenda } from './agenda';
import type { DeployedFunction } from './deployed-function';
import { Invocation } from './invocation';
import type { HandlerEnd } from './lambda-environment';

/** An invocation takes this long, or until its last request if that is later. */
const INVOCATION_MS = 1_000;

/** Between one gated request of an invocation and the next. */
const STEP_MS = 40;

/** What a function is to be run on. */
export interface Run {
  readonly deployed: DeployedFunction;
  readonly event: unknown;
  /** When the event was first handed over; without it now. */
  readonly requestedAt?: Date | undefined;
}

interface Begun {
  readonly invocation: Invocation;
  readonly at: Date;
  /** Orders what several invocations do at one instant: who began first comes first. */
  readonly key: string;
}

/**
 * Plays invocations so that they overlap in virtual time. In real time only one of them runs at any moment, until it has
 * ended or waits for one of its gated requests; these are served on the agenda, each a step after the one before it.
 */
export class OverlappingInvocations {
  private readonly byAccessKeyId = new Map<string, Invocation>();
  private environments = 0;
  private begun = 0;

  /** @param onHandlerEnd told when a handler has ended, with the instant at which it began; throws where the play is broken. */
  constructor(
    private readonly agenda: Agenda,
    private readonly onHandlerEnd: (invocation: Invocation, end: HandlerEnd, began: Date) => void,
  ) {}

  /** The invocation that signs with this key. */
  of(accessKeyId: string): Invocation | undefined {
    return this.byAccessKeyId.get(accessKeyId);
  }

  newAccessKeyId(): string {
    this.environments += 1;
    return `ASIA${digest('environment', this.environments).slice(0, 16).toUpperCase()}`;
  }

  /**
   * Runs a function as far as it comes at this instant; the agenda has the rest.
   *
   * @param onOver what is to happen when the invocation is over.
   */
  async begin(run: Run, onOver: (end: HandlerEnd) => void | Promise<void>): Promise<void> {
    this.goOn(await this.start(run), onOver);
  }

  /** Runs a function to its end at this instant, for whoever waits for it. */
  async playAtOnce(run: Run): Promise<HandlerEnd> {
    const begun = await this.start(run);
    const { invocation, at } = begun;
    let end = invocation.ended;
    for (; end === undefined; end = invocation.ended) await invocation.serveNext();
    this.onHandlerEnd(invocation, end, at);
    await this.finish(invocation);
    return end;
  }

  private async start({ deployed, event, requestedAt }: Run): Promise<Begun> {
    const { now } = this.agenda;
    const environment = deployed.environments.take();
    const invocation = new Invocation(deployed, environment);
    this.byAccessKeyId.set(environment.accessKeyId, invocation);
    this.begun += 1;
    const key = String(this.begun).padStart(9, '0');
    await invocation.begin(deployed.messageOf(event, requestedAt ?? now));
    return { invocation, at: now, key };
  }

  private goOn(begun: Begun, onOver: (end: HandlerEnd) => void | Promise<void>): void {
    const { invocation, at, key } = begun;
    const { now } = this.agenda;
    const end = invocation.ended;
    if (end === undefined) {
      this.agenda.enter(new Date(now.getTime() + STEP_MS), 'request', key, async () => {
        // A handler may end by a timer of its own while a request still waits.
        if (invocation.ended === undefined) await invocation.serveNext();
        this.goOn(begun, onOver);
      });
      return;
    }
    this.onHandlerEnd(invocation, end, at);
    const over = new Date(Math.max(at.getTime() + INVOCATION_MS, now.getTime()));
    this.agenda.enter(over, 'completion', key, async () => {
      await this.finish(invocation);
      await onOver(end);
    });
  }

  private async finish({ deployed, environment }: Invocation): Promise<void> {
    this.byAccessKeyId.delete(environment.accessKeyId);
    await deployed.environments.giveBack(environment);
  }
}
