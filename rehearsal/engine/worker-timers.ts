import { Socket } from 'node:net';
import timers, { type TimerOptions } from 'node:timers';
import promises from 'node:timers/promises';
import { promisify } from 'node:util';

/** Longer delays, and what is no delay at all, become 1 ms. https://nodejs.org/docs/latest-v24.x/api/timers.html */
const MAX_DELAY_MS = 2 ** 31 - 1;

type Callback = (...given: unknown[]) => void;

/**
 * The timers of a function, on the virtual clock. They do not fire by themselves: whoever plays the function moves the
 * clock to `nextAt` and calls `fireNext`.
 */
export class VirtualTimers {
  private readonly armed = new Set<VirtualTimer>();
  private made = 0;
  private armings = 0;

  /** @param now the virtual time in milliseconds. */
  constructor(private readonly now: () => number) {}

  /** When the next one is due, in milliseconds; undefined where there is none. */
  get nextAt(): number | undefined {
    return this.next()?.dueAt;
  }

  /** Fires the next one if it is due. One at a time, because Node lets promises take their course after each. */
  fireNext(): void {
    const next = this.next();
    if (next === undefined || next.dueAt > this.now()) return;
    this.armed.delete(next);
    if (next.isRepeated) this.arm(next);
    next._onTimeout();
  }

  /** Nothing that was set fires any more. */
  clearAll(): void {
    this.armed.clear();
  }

  set(
    callback: Callback,
    delay: number | undefined,
    given: unknown[] = [],
    isRepeated = false,
  ): VirtualTimer {
    this.made += 1;
    const ms = delay !== undefined && delay >= 1 && delay <= MAX_DELAY_MS ? Math.trunc(delay) : 1;
    const timer = new VirtualTimer(this, this.made, ms, isRepeated, () => callback(...given));
    this.arm(timer);
    return timer;
  }

  /** @param which a timer or its number; what is neither is ignored, as Node does. */
  clear(which: unknown): void {
    const timer = which instanceof VirtualTimer ? which : this.numbered(Number(which));
    if (timer === undefined) return;
    timer.isCleared = true;
    this.armed.delete(timer);
  }

  /** Lets it begin anew, also when it has fired; one that was cleared stays so. */
  refresh(timer: VirtualTimer): void {
    if (!timer.isCleared) this.arm(timer);
  }

  /** Resolves with `value` after `delay` milliseconds; rejects as soon as the signal is aborted. */
  sleep(delay?: number, value?: unknown, { signal }: TimerOptions = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.clear(timer);
        const error = new Error('The operation was aborted', { cause: signal?.reason });
        reject(Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' }));
      };
      const timer = this.set(() => {
        signal?.removeEventListener('abort', abort);
        resolve(value);
      }, delay);
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort, { once: true });
    });
  }

  private arm(timer: VirtualTimer): void {
    this.armings += 1;
    timer.dueAt = this.now() + timer.ms;
    timer.arming = this.armings;
    this.armed.add(timer);
  }

  private numbered(id: number): VirtualTimer | undefined {
    return [...this.armed].find((timer) => timer.id === id);
  }

  private next(): VirtualTimer | undefined {
    let next: VirtualTimer | undefined;
    for (const timer of this.armed) if (next === undefined || isBefore(timer, next)) next = timer;
    return next;
  }
}

const isBefore = (one: VirtualTimer, other: VirtualTimer): boolean =>
  one.dueAt < other.dueAt || (one.dueAt === other.dueAt && one.arming < other.arming);

/** What `setTimeout` and `setInterval` give a function. */
export class VirtualTimer implements NodeJS.Timeout {
  /** In milliseconds. */
  dueAt = Number.NaN;
  /** Orders what is due at one instant. */
  arming = 0;
  isCleared = false;
  private keepsAlive = true;

  constructor(
    private readonly timers: VirtualTimers,
    readonly id: number,
    readonly ms: number,
    readonly isRepeated: boolean,
    readonly _onTimeout: () => void,
  ) {}

  hasRef(): boolean {
    return this.keepsAlive;
  }

  ref(): this {
    this.keepsAlive = true;
    return this;
  }

  unref(): this {
    this.keepsAlive = false;
    return this;
  }

  refresh(): this {
    this.timers.refresh(this);
    return this;
  }

  close(): this {
    this.timers.clear(this);
    return this;
  }

  [Symbol.toPrimitive](): number {
    return this.id;
  }

  [Symbol.dispose](): void {
    this.timers.clear(this);
  }
}

/**
 * Gives the function of this thread virtual timers in place of Node's. Nothing is slow in the local AWS but what a scenario
 * makes so, so sockets do not time out of themselves.
 */
export function replaceTimers(virtual: VirtualTimers): void {
  const set = (callback: Callback, delay?: number, ...given: unknown[]) =>
    virtual.set(callback, delay, given);
  const sleep = (...how: Parameters<VirtualTimers['sleep']>) => virtual.sleep(...how);
  const replaced = {
    setTimeout: Object.assign(set, { [promisify.custom]: sleep }),
    setInterval: (callback: Callback, delay?: number, ...given: unknown[]) =>
      virtual.set(callback, delay, given, true),
    clearTimeout: (which: unknown) => virtual.clear(which),
    clearInterval: (which: unknown) => virtual.clear(which),
  };
  Object.assign(globalThis, replaced);
  Object.assign(timers, replaced);
  Object.assign(promises, { setTimeout: sleep });
  AbortSignal.timeout = (delay) => {
    const controller = new AbortController();
    virtual.set(() => controller.abort(new DOMException('The operation timed out', 'TimeoutError')), delay);
    return controller.signal;
  };

  Socket.prototype.setTimeout = function () {
    return this;
  };
}
