/** No call may outlive these; `function` must outlive every call, and the queue's visibility timeout every function. */
export const CALL_TIMEOUT_MS = 5_000;
const CONNECTION_TIMEOUT_MS = 2_000;

/**
 * For calls that may be repeated: the SDK makes up to three attempts. Without `throwOnRequestTimeout` the SDK only warns
 * when a call hangs; `socketTimeout` ends one whose answer stalls halfway.
 */
export const READ = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: CALL_TIMEOUT_MS,
    socketTimeout: CALL_TIMEOUT_MS,
    throwOnRequestTimeout: true,
  },
};

/** For the calls that cannot be undone (open a case, append to one, publish): one attempt, since a repeat would be told twice. */
export const WRITE_ONCE = { ...READ, maxAttempts: 1 };
