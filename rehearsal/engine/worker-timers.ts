import { Socket } from 'node:net';
import promises from 'node:timers/promises';

/** The times for which a function can only wait until it is the turn of one of its requests. */
export interface Pauses {
  /** How many began. */
  readonly count: number;
  readonly isGoingOn: boolean;
}

/**
 * While a request waits for its turn, other invocations run, and that takes real time which is none of this function's:
 * a timer that meets a pause starts over. Nothing is slow in the local AWS, so sockets do not time out at all.
 */
export function replaceTimers(pauses: Pauses): void {
  const { setTimeout } = globalThis;
  const sleep = promises.setTimeout;
  const metPause = (before: number): boolean => pauses.isGoingOn || pauses.count !== before;

  function setPausedTimeout(callback: (...given: unknown[]) => void, ms?: number, ...given: unknown[]) {
    let before = pauses.count;
    const timer = setTimeout(() => {
      if (!metPause(before)) return callback(...given);
      before = pauses.count;
      timer.refresh();
    }, ms);
    return timer;
  }
  globalThis.setTimeout = Object.assign(setPausedTimeout, setTimeout);

  promises.setTimeout = async (ms, value, options) => {
    for (;;) {
      const before = pauses.count;
      const slept = await sleep(ms, value, options);
      if (!metPause(before)) return slept;
    }
  };

  Socket.prototype.setTimeout = function () {
    return this;
  };
}
