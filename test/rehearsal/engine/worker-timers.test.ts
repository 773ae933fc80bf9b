import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { VirtualTimers } from '../../../rehearsal/engine/worker-timers';

/** Timers, and what they tell when the clock goes from one to the next until `end`. */
function clockwork(end = 1_000) {
  const clock = { now: 0 };
  const timers = new VirtualTimers(() => clock.now);
  const told: unknown[] = [];
  const tell = (what: unknown) => () => told.push(what);
  const run = (): readonly unknown[] => {
    for (let next = timers.nextAt; next !== undefined && next <= end; next = timers.nextAt) {
      clock.now = next;
      timers.fireNext();
    }
    return told;
  };
  return { clock, timers, told, tell, run };
}

describe('timers', () => {
  test('fire in the order of their times, at one time in the order in which they were set', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 })), (delays) => {
        const { clock, timers, told, run } = clockwork();
        for (const [index, delay] of delays.entries()) timers.set(() => told.push([clock.now, index]), delay);
        const inOrder = delays.map((delay, index) => [delay, index]).sort(([a = 0], [b = 0]) => a - b);
        expect(run()).toEqual(inOrder);
      }),
    );
  });

  test.each([[undefined], [0], [-5], [Number.NaN], [2 ** 31]])(
    'with a delay of %s fire after 1 ms',
    (delay) => {
      const { timers, tell } = clockwork();
      timers.set(tell(''), delay);
      expect(timers.nextAt).toBe(1);
    },
  );

  test('do not fire before the clock has come to them', () => {
    const { timers, told, tell } = clockwork();
    timers.set(tell('early'), 5);
    timers.fireNext();
    expect(told).toEqual([]);
  });

  test('do not fire once they are cleared, by themselves or by their number', () => {
    const { timers, tell, run } = clockwork();
    timers.clear(timers.set(tell('itself'), 1));
    timers.clear(Number(timers.set(tell('number'), 1)));
    timers.clear(timers.set(tell('refreshed'), 1).close().refresh());
    timers.set(tell('other'), 1);
    for (const nothing of [undefined, -1, 'no timer']) timers.clear(nothing);
    expect(run()).toEqual(['other']);
  });

  test('begin anew when refreshed, before and after they have fired', () => {
    const { clock, timers, told, run } = clockwork();
    const timer = timers.set(() => told.push(clock.now), 10);
    timers.set(() => timer.refresh(), 5);
    expect(run()).toEqual([15]);
    timer.refresh();
    expect(run()).toEqual([15, 25]);
  });

  test('repeat until they are cleared', () => {
    const { clock, timers, told, run } = clockwork();
    const timer = timers.set(() => told.push(clock.now), 10, [], true);
    timers.set(() => timers.clear(timer), 35);
    expect(run()).toEqual([10, 20, 30]);
  });

  test('fire also where nothing else keeps the function alive, which they can be told', () => {
    const { timers, tell, run } = clockwork();
    const timer = timers.set(tell('fired'), 1);
    expect([timer.hasRef(), timer.unref().hasRef(), timer.ref().hasRef()]).toEqual([true, false, true]);
    timer.unref();
    expect(run()).toEqual(['fired']);
  });
});

describe('a sleep', () => {
  test('ends with its value', async () => {
    const { timers, run } = clockwork();
    const slept = timers.sleep(10, 'rested');
    run();
    expect(await slept).toBe('rested');
  });

  test.each([[true], [false]])('ends at once when it is aborted; before it began: %s', async (isBefore) => {
    const { timers } = clockwork();
    const abort = new AbortController();
    if (isBefore) abort.abort('enough');
    const slept = timers.sleep(10, undefined, { signal: abort.signal });
    abort.abort('enough');
    await expect(slept).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' });
    expect(timers.nextAt).toBeUndefined();
  });
});
