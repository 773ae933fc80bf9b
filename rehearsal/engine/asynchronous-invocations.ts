import type { Agenda } from './agenda';
import type { DeployedFunction } from './deployed-function';
import type { HandlerEnd } from './lambda-environment';
import type { Run } from './overlapping-invocations';

/** After these times Lambda repeats what failed. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
export const RETRIES_MS = [60_000, 120_000];

/**
 * So many of one function run at once; others wait for one of them to end. New accounts have no more for all functions
 * together. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MOST_AT_ONCE = 10;

type Begin = (run: Run, onOver: (end: HandlerEnd) => void | Promise<void>) => Promise<void>;

/** What services hand functions without waiting for them. */
export class AsynchronousInvocations {
  private readonly running = new Map<string, number>();
  private readonly waiting = new Map<string, (() => Promise<void>)[]>();

  constructor(
    private readonly agenda: Agenda,
    private readonly findFunction: (functionArn: string) => DeployedFunction | undefined,
    private readonly begin: Begin,
  ) {}

  /** Runs the function as soon as there is room, and again if it fails. A function that is gone is not run. */
  async invoke(
    functionArn: string,
    event: unknown,
    requestedAt = this.agenda.now,
    retriesMs: readonly number[] = RETRIES_MS,
  ): Promise<void> {
    const run = (): Promise<void> => this.run(functionArn, event, requestedAt, retriesMs);
    if (this.runningOf(functionArn) < MOST_AT_ONCE) return run();
    this.waiting.set(functionArn, [...(this.waiting.get(functionArn) ?? []), run]);
  }

  private async run(
    functionArn: string,
    event: unknown,
    requestedAt: Date,
    [delay, ...later]: readonly number[],
  ): Promise<void> {
    const deployed = this.findFunction(functionArn);
    if (deployed === undefined) return;
    this.running.set(functionArn, this.runningOf(functionArn) + 1);
    await this.begin({ deployed, event, requestedAt }, async ({ outcome }) => {
      this.running.set(functionArn, this.runningOf(functionArn) - 1);
      if (outcome !== 'ok' && delay !== undefined) {
        const retryAt = new Date(this.agenda.now.getTime() + delay);
        const key = `retry ${functionArn} ${requestedAt.toISOString()}`;
        this.agenda.enter(retryAt, 'delivery', key, () =>
          this.invoke(functionArn, event, requestedAt, later),
        );
      }
      const [next, ...others] = this.waiting.get(functionArn) ?? [];
      this.waiting.set(functionArn, others);
      await next?.();
    });
  }

  private readonly runningOf = (functionArn: string): number => this.running.get(functionArn) ?? 0;
}
