import { StandardRetryStrategy } from '@smithy/core/retry';

/** No attempt of a call may outlive this; `function` must outlive them all, and the queue's visibility timeout a function. */
export const CALL_TIMEOUT_MS = 5_000;
/** For the calls that take AWS longer: two weeks of metrics, and whatever is written to a support case. */
export const SLOW_CALL_TIMEOUT_MS = 10_000;
const CONNECTION_TIMEOUT_MS = 2_000;

/** Without `throwOnRequestTimeout` the SDK only warns when a call hangs; `socketTimeout` ends one whose answer stalls halfway. */
const endsAfter = (milliseconds: number) => ({
  connectionTimeout: CONNECTION_TIMEOUT_MS,
  requestTimeout: milliseconds,
  socketTimeout: milliseconds,
  throwOnRequestTimeout: true,
});

export const MAX_ATTEMPTS = 3;

/**
 * After so many requests of a search for cases, further ones are not counted: how many cases an account has is not ours to
 * bound.
 */
const COUNTED_SEARCHES = 3;

let requests = 0;
let searches = 0;
let repeatsLeft = Number.POSITIVE_INFINITY;
let mostWithRepeats = Number.POSITIVE_INFINITY;

/**
 * Counts anew the requests of all clients but those with READ_PAGES, and bounds how many reads are repeats. Whatever fails,
 * nothing is repeated once so many requests are counted as `mostRequests`: what is left is for what comes first.
 */
export function countRequests(mostRepeats: number, mostRequests = Number.POSITIVE_INFINITY): void {
  requests = 0;
  searches = 0;
  repeatsLeft = mostRepeats;
  mostWithRepeats = mostRequests;
}

function refuseRepeatBeyondBound(): void {
  if (countedRequests() >= mostWithRepeats) throw new Error('no request is left for a repeat');
}

/** Since the last `countRequests`. */
export const countedRequests = (): number => requests + Math.min(searches, COUNTED_SEARCHES);

/** Repeats as the SDK does, for as long as all calls together have repeats left. */
class CountedRequests extends StandardRetryStrategy {
  override async acquireInitialRetryToken(
    ...scope: Parameters<StandardRetryStrategy['acquireInitialRetryToken']>
  ) {
    requests += 1;
    return super.acquireInitialRetryToken(...scope);
  }

  override async refreshRetryTokenForRetry(
    ...failed: Parameters<StandardRetryStrategy['refreshRetryTokenForRetry']>
  ) {
    const token = await super.refreshRetryTokenForRetry(...failed);
    if (repeatsLeft <= 0) throw new Error('no repeats are left');
    refuseRepeatBeyondBound();
    repeatsLeft -= 1;
    requests += 1;
    return token;
  }
}

/** Has repeats of its own, as long as there are requests left. */
class CountedSearches extends StandardRetryStrategy {
  override async acquireInitialRetryToken(
    ...scope: Parameters<StandardRetryStrategy['acquireInitialRetryToken']>
  ) {
    searches += 1;
    return super.acquireInitialRetryToken(...scope);
  }

  override async refreshRetryTokenForRetry(
    ...failed: Parameters<StandardRetryStrategy['refreshRetryTokenForRetry']>
  ) {
    const token = await super.refreshRetryTokenForRetry(...failed);
    refuseRepeatBeyondBound();
    searches += 1;
    return token;
  }
}

/** For calls that may be repeated. */
export const READ = {
  retryStrategy: new CountedRequests(MAX_ATTEMPTS),
  requestHandler: endsAfter(CALL_TIMEOUT_MS),
};

export const SLOW_READ = { ...READ, requestHandler: endsAfter(SLOW_CALL_TIMEOUT_MS) };

/** For what an incident can be told without: a failed call leaves the repeats to others. */
export const READ_ONCE = { ...READ, retryStrategy: new CountedRequests(1) };

/** For the search of a case, page by page. */
export const SEARCH = {
  retryStrategy: new CountedSearches(MAX_ATTEMPTS),
  requestHandler: endsAfter(CALL_TIMEOUT_MS),
};

/** For calls whose number depends on what they find, page by page: they are not counted, and each has repeats of its own. */
export const READ_PAGES = { maxAttempts: MAX_ATTEMPTS, requestHandler: endsAfter(CALL_TIMEOUT_MS) };

/** For the calls that cannot be undone (open a case, append to one, publish): one attempt, since a repeat would be told twice. */
export const WRITE_ONCE = {
  retryStrategy: new CountedRequests(1),
  requestHandler: endsAfter(CALL_TIMEOUT_MS),
};

export const SLOW_WRITE_ONCE = { ...WRITE_ONCE, requestHandler: endsAfter(SLOW_CALL_TIMEOUT_MS) };
