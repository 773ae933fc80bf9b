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
let retriesLeft = Number.POSITIVE_INFINITY;

/** How many failed calls may still be repeated before the next call of this; whoever counts requests counts these too. */
export function limitRetries(most: number): void {
  retriesLeft = most;
}

export const canRetry = (): boolean => retriesLeft > 0;

/** Repeats as the SDK does, for as long as all calls together have repeats left. */
class LimitedRetries extends StandardRetryStrategy {
  override async refreshRetryTokenForRetry(
    ...failed: Parameters<StandardRetryStrategy['refreshRetryTokenForRetry']>
  ) {
    const token = await super.refreshRetryTokenForRetry(...failed);
    if (!canRetry()) throw new Error('no repeats are left');
    retriesLeft -= 1;
    return token;
  }
}

/** For calls that may be repeated. */
export const READ = {
  retryStrategy: new LimitedRetries(MAX_ATTEMPTS),
  requestHandler: endsAfter(CALL_TIMEOUT_MS),
};

export const SLOW_READ = { ...READ, requestHandler: endsAfter(SLOW_CALL_TIMEOUT_MS) };

/** For the calls that cannot be undone (open a case, append to one, publish): one attempt, since a repeat would be told twice. */
export const WRITE_ONCE = { maxAttempts: 1, requestHandler: endsAfter(CALL_TIMEOUT_MS) };

export const SLOW_WRITE_ONCE = { maxAttempts: 1, requestHandler: endsAfter(SLOW_CALL_TIMEOUT_MS) };
