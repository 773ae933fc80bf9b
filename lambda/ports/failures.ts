import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';

/** An error that may carry what the SDK knows of it; all of that is optional. */
type SdkError = Parameters<typeof isServerError>[0];
const isSdkError = (error: unknown): error is SdkError => error instanceof Error;

/** What the SDK or the network threw, as an error. */
export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** No answer came in time. */
export const isTimeout = (error: unknown): boolean => asError(error).name === 'TimeoutError';

/** Whether the same call may well succeed later: throttling, a fault on AWS's side, the network, no answer in time. */
export const isTransient = (error: unknown): boolean =>
  isSdkError(error) && (isThrottlingError(error) || isTransientError(error) || isServerError(error));

/** AWS answered, and said no: an HTTP status from 400 to 499. */
export function isRefusal(error: unknown): boolean {
  const status = isSdkError(error) ? error.$metadata?.httpStatusCode : undefined;
  return status !== undefined && status >= 400 && status < 500;
}
