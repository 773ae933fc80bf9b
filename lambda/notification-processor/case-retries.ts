import { type CaseRetry, caseRetryMessage } from '../contract/case-retry';
import { now } from '../ports/clock';
import { sendLater } from '../ports/queue';
import { environment } from './environment';
import { requestsLeft } from './request-bound';

/**
 * How long each further try of a case waits for the one before: about an hour in all, after which AWS opens new cases
 * for an account that had its 10. The first waits longer than AWS takes to list a case whose creation was not confirmed,
 * so that it is found and not opened twice. SQS delays a message by 15 minutes at most, and Lambda ends a loop of a
 * function and its queue after 16 rounds.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 */
export const RETRY_DELAYS_SECONDS: readonly number[] = [120, 300, 600, 900, 900, 900];

/**
 * Sends the message that tries the case again, and answers with the time of the last try as it is scheduled. There are as
 * many attempts as there are delays. Throws when the message may not have been sent.
 */
export async function scheduleRetry(retry: CaseRetry): Promise<Date> {
  if (requestsLeft() < 1) throw new Error('the reads have taken the request that sends the message');
  const [delay, ...furtherDelays] = RETRY_DELAYS_SECONDS.slice(retry.attempt - 1);
  if (delay === undefined) throw new Error(`there is no attempt ${retry.attempt}`);
  const scheduledAt = now();
  await sendLater(environment.QUEUE_URL, caseRetryMessage(retry), delay);
  const seconds = furtherDelays.reduce((sum, further) => sum + further, delay);
  return new Date(scheduledAt.getTime() + seconds * 1000);
}
