import { describe, expect, test } from '@jest/globals';
import { CallFaults } from '../../../rehearsal/engine/call-faults';
import type { CallFault } from '../../../rehearsal/scenario/scenario';

const START = new Date('2026-03-02T09:00:00Z');

const fault = (changes: Partial<CallFault>): CallFault => ({
  line: 1,
  service: 'ssm',
  operation: 'GetParameter',
  error: 'InternalServerError',
  times: 1,
  effect: 'before',
  kind: 'error',
  ...changes,
});

/** Which calls of one operation, with these inputs, are struck: by the place of the fault in the list. */
function struck(faults: readonly CallFault[], inputs: readonly string[], operation = 'GetParameter') {
  const callFaults = new CallFaults(faults, START);
  return inputs.map((Name) => {
    const due = callFaults.strike('ssm', { operation, input: { Name } }, START);
    return due && faults.indexOf(due);
  });
}

describe('without `skip`', () => {
  test('each question of reads is struck by itself', () => {
    expect(struck([fault({})], ['a', 'b', 'a', 'b'])).toEqual([0, 0, undefined, undefined]);
  });

  test('whatever changes something is struck whatever it says', () => {
    const put = fault({ operation: 'PutParameter', times: 2 });
    expect(struck([put], ['a', 'b', 'a'], 'PutParameter')).toEqual([0, 0, undefined]);
  });

  test('a second fault strikes when the first is used up', () => {
    expect(struck([fault({}), fault({})], ['a', 'a', 'a'])).toEqual([0, 1, undefined]);
  });
});

describe('with `skip`', () => {
  test.each([
    [0, 1, [0, undefined, undefined, undefined]],
    [2, 1, [undefined, undefined, 0, undefined]],
    [1, 2, [undefined, 0, 0, undefined]],
    [3, Number.POSITIVE_INFINITY, [undefined, undefined, undefined, 0]],
  ])('%s calls pass, whatever they ask, and %s are struck', (skip, times, expected) => {
    expect(struck([fault({ skip, times })], ['a', 'b', 'a', 'c'])).toEqual(expected);
  });

  test('calls before the fault begins do not count', () => {
    const faults = new CallFaults([fault({ skip: 1, fromMs: 60_000 })], START);
    const at = (minute: number) =>
      faults.strike(
        'ssm',
        { operation: 'GetParameter', input: {} },
        new Date(START.getTime() + minute * 60_000),
      );
    expect([0, 0, 1, 2, 3].map(at).map((due) => due !== undefined)).toEqual([
      false,
      false,
      false,
      true,
      false,
    ]);
  });

  test('a call that another fault strikes counts among those that pass', () => {
    expect(struck([fault({ skip: 0 }), fault({ skip: 1 })], ['a', 'a', 'a'])).toEqual([0, 1, undefined]);
  });
});
