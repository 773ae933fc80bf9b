import { digest } from '../services/derived-ids';
import type { Agenda } from './agenda';
import type { DeployedFunction } from './deployed-function';
import { Invocation } from './invocation';
import type { HandlerEnd, LambdaEnvironment } from './lambda-environment';

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
  readonly environment: LambdaEnvironment;
  readonly requestId: string;
  readonly at: Date;
  /** When Lambda ends it. */
  readonly deadline: Date;
  /** Orders what several invocations do at one instant: who began first comes first. */
  readonly key: string;
  /** Between one gated request and the next. */
  readonly stepMs: number;
  /** When its next gated request is served. */
  turnAt?: Date | undefined;
}

/** What an invocation that waits comes to next. */
interface Step {
  readonly at: Date;
  readonly take: () => Promise<void> | void;
}

/**
 * Plays invocations so that they overlap in virtual time. In real time only one of them runs at any moment, until it has
 * ended or can only wait. What it waits for happens on the agenda: its gated requests are served, each a step after the
 * one before it; its timers fire when they are due; and when its time is up, it is ended.
 */
export class OverlappingInvocations {
  private readonly byAccessKeyId = new Map<string, Invocation>();
  /** How many each function had, by its ARN. */
  private readonly environments = new Map<string, number>();
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

  newAccessKeyId(functionArn: string): string {
    const number = (this.environments.get(functionArn) ?? 0) + 1;
    this.environments.set(functionArn, number);
    return `ASIA${digest('environment', functionArn, number).slice(0, 16).toUpperCase()}`;
  }

  /**
   * Runs a function as far as it comes at this instant; the agenda has the rest.
   *
   * @param onOver what is to happen when the invocation is over.
   */
  async begin(run: Run, onOver: (end: HandlerEnd) => void | Promise<void>): Promise<void> {
    this.goOn(await this.start(run, STEP_MS), onOver);
  }

  /**
   * Runs a function to its end, for whoever waits for it. That takes no virtual time, unless the function itself waits for
   * some: everybody else goes on meanwhile.
   */
  async playToEnd(run: Run): Promise<HandlerEnd> {
    const begun = await this.start(run, 0);
    const { invocation, at } = begun;
    let end = invocation.ended;
    for (; end === undefined; end = invocation.ended) {
      const step = this.nextStep(begun);
      if (step.at > this.agenda.now) await this.agenda.playUntil(step.at);
      await step.take();
    }
    this.onHandlerEnd(invocation, end, at);
    await this.finish(begun);
    return end;
  }

  private async start({ deployed, event, requestedAt }: Run, stepMs: number): Promise<Begun> {
    const { now } = this.agenda;
    const environment = deployed.environments.take();
    const invocation = new Invocation(deployed, environment);
    this.byAccessKeyId.set(environment.accessKeyId, invocation);
    this.begun += 1;
    const key = String(this.begun).padStart(9, '0');
    const message = deployed.messageOf(event, requestedAt ?? now);
    const { awsRequestId: requestId, timeoutMs } = message.context;
    const deadline = new Date(now.getTime() + timeoutMs);
    await invocation.begin(message);
    return { invocation, environment, requestId, at: now, deadline, key, stepMs };
  }

  private goOn(begun: Begun, onOver: (end: HandlerEnd) => void | Promise<void>): void {
    const { invocation, at, key } = begun;
    const end = invocation.ended;
    if (end === undefined) {
      const step = this.nextStep(begun);
      this.agenda.enter(step.at, 'request', key, async () => {
        await step.take();
        this.goOn(begun, onOver);
      });
      return;
    }
    this.onHandlerEnd(invocation, end, at);
    const over = new Date(Math.max(at.getTime() + INVOCATION_MS, this.agenda.now.getTime()));
    this.agenda.enter(over, 'completion', key, async () => {
      await this.finish(begun);
      await onOver(end);
    });
  }

  /** The first of what may come next; at one instant an answer comes before a timer, and either before the end. */
  private nextStep(begun: Begun): Step {
    const { invocation, deadline, stepMs } = begun;
    const { now } = this.agenda;
    begun.turnAt = invocation.hasGated ? (begun.turnAt ?? new Date(now.getTime() + stepMs)) : undefined;
    const { turnAt } = begun;
    const { timerAt } = invocation;
    const steps: Step[] = [];
    if (turnAt !== undefined) steps.push({ at: turnAt, take: () => this.serveNext(begun) });
    if (timerAt !== undefined) steps.push({ at: new Date(timerAt), take: () => invocation.fireTimer() });
    const last: Step = { at: deadline, take: () => this.timeOut(begun) };
    return steps.reduceRight((first, step) => (step.at <= first.at ? step : first), last);
  }

  private serveNext(begun: Begun): Promise<void> {
    begun.turnAt = undefined;
    return begun.invocation.serveNext();
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html */
  private timeOut({ invocation, requestId, at, deadline }: Begun): void {
    const seconds = ((deadline.getTime() - at.getTime()) / 1000).toFixed(2);
    invocation.kill(`${deadline.toISOString()} ${requestId} Task timed out after ${seconds} seconds`);
  }

  private async finish({ invocation, environment }: Begun): Promise<void> {
    const { environments } = invocation.deployed;
    this.byAccessKeyId.delete(environment.accessKeyId);
    if (!invocation.leavesNoTrace) environment.wear();
    if (invocation.hasLostEnvironment) await environments.discard(environment);
    else await environments.giveBack(environment);
  }
}
