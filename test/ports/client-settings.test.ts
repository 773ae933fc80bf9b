import { expect, test } from '@jest/globals';
import { countedRequests, countRequests, READ, READ_ONCE, SEARCH } from '../../lambda/ports/client-settings';

const transient = { errorType: 'TRANSIENT' } as const;

/** A call that fails each time, and how often it was made. */
async function attemptsOf({ retryStrategy }: typeof READ | typeof SEARCH): Promise<number> {
  let token = await retryStrategy.acquireInitialRetryToken('a test');
  for (let attempts = 1; ; attempts += 1) {
    try {
      token = await retryStrategy.refreshRetryTokenForRetry(token, transient);
    } catch {
      return attempts;
    }
  }
}

test('each call is made three times at most', async () => {
  countRequests(10);
  expect(await attemptsOf(READ)).toBe(3);
  expect(countedRequests()).toBe(3);
});

test('all calls together have so many repeats', async () => {
  countRequests(3);
  expect([await attemptsOf(READ), await attemptsOf(READ), await attemptsOf(READ)]).toEqual([3, 2, 1]);
  expect(countedRequests()).toBe(6);
});

test('what an incident can be told without is asked once and leaves the repeats to others', async () => {
  countRequests(2);
  expect([await attemptsOf(READ_ONCE), await attemptsOf(READ)]).toEqual([1, 3]);
  expect(countedRequests()).toBe(4);
});

test('the count begins anew with each message', async () => {
  countRequests(2);
  await attemptsOf(READ);
  countRequests(2);
  expect(countedRequests()).toBe(0);
  expect(await attemptsOf(READ)).toBe(3);
});

test('the search for a case has repeats of its own, and three of its requests count', async () => {
  countRequests(0);
  expect([await attemptsOf(READ), await attemptsOf(SEARCH), await attemptsOf(SEARCH)]).toEqual([1, 3, 3]);
  expect(countedRequests()).toBe(4);
});

test('nothing is repeated once so many requests are counted', async () => {
  countRequests(2, 4);
  expect([await attemptsOf(READ), await attemptsOf(READ), await attemptsOf(SEARCH)]).toEqual([3, 1, 1]);
  expect(countedRequests()).toBe(5);
});
