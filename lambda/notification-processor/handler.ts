import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { parseProcessorMessage } from '../contract/processor-message';
import { asError } from '../ports/failures';
import { logger } from '../ports/logger';
import { addDetails } from './add-details';
import { attend } from './attend';
import { MOST_WAITS } from './attend-later';
import { hearChild, hearComposite } from './hear';
import { metrics } from './metrics';
import { beginCounting } from './request-bound';
import { retryCase } from './retry-case';
import { sendDigest } from './send-digest';
import { expectNoStorm } from './storms';
import { tellNoCapacity } from './tell-no-capacity';
import { tellQuotaAnswer } from './tell-quota-answer';
import { tellThresholdDrift } from './tell-threshold-drift';

const batch = new BatchProcessor(EventType.SQS);

/** One message after the other; a message that fails stays in the queue, and at last in the dead-letter queue. */
export const handler = async (event: SQSEvent, context: Context) => {
  logger.addContext(context);
  expectNoStorm();
  try {
    // A failed message comes back by itself; an error of the whole batch would only trip the function's error alarm at each try.
    return await processPartialResponse(event, handleInTime(event), batch, {
      context,
      throwOnFullBatchFailure: false,
      // Requests are counted for one message at a time, and e-mails sent at once are more than SNS lets a reader have.
      processInParallel: false,
    });
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
};

/** Longer than a message takes of which everything but its e-mail fails; less would end the function before it is told. */
const TIME_FOR_A_MESSAGE_MS = 30_000;

/** The messages that were handled count as such only if the function comes to its end: no other is begun too late for that. */
const handleInTime =
  ({ Records: [first] }: SQSEvent) =>
  async (record: SQSRecord, context: Context | undefined): Promise<void> => {
    const timeLeftMs = context?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY;
    if (record !== first && timeLeftMs < TIME_FOR_A_MESSAGE_MS)
      throw new Error('no time is left for this message');
    await handleRecord(record, context);
  };

async function handleRecord(
  { body, messageId, attributes }: SQSRecord,
  context: Context | undefined,
): Promise<void> {
  try {
    beginCounting();
    const received = parseProcessorMessage(body);
    // What failed before comes back later than any lease ends, and SQS counts how often; a message sent anew would begin at 1.
    const isAgain = Number(attributes.ApproximateReceiveCount) > 1;
    const impatience = isAgain ? { waits: MOST_WAITS } : {};
    switch (received.kind) {
      case 'composite':
        return await hearComposite(received.message, messageId, context);
      case 'child':
        return await hearChild(received.event, messageId, context);
      case 'attend':
        return await attend({ ...received.attend, ...impatience }, messageId, context);
      case 'case-retry':
        return await retryCase({ ...received.retry, ...impatience }, messageId, context);
      case 'digest':
        return await sendDigest({ ...received.digest, ...impatience }, messageId);
      case 'no-capacity':
        return await tellNoCapacity(received.noCapacity, messageId, isAgain);
      case 'request-details':
        return await addDetails({ ...received.details, ...impatience }, messageId);
      case 'quota-answer':
        return await tellQuotaAnswer(received.quotaAnswer, messageId);
      case 'threshold-drift':
        return await tellThresholdDrift(received.thresholdDrift, messageId);
    }
  } catch (error) {
    logger.error('the message is left in the queue', asError(error));
    throw error;
  }
}
