import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { WRITE_ONCE } from './client-settings';

/**
 * One attempt: after an unclear answer a repeat may leave two messages that come at the same instant, and whoever handles
 * them at once may open two cases, since AWS lists a new case only after a while. The queue is of the function's own
 * Region, so its endpoint is the client's, as with every other service; the SDK would take the host of the queue's URL.
 */
const sqs = new SQSClient({ ...WRITE_ONCE, useQueueUrlAsEndpoint: false });

/** SQS delays a message by so much at most. */
export const MAX_DELAY_SECONDS = 900;

/**
 * Puts a message into a queue that shows it after `delaySeconds`, `MAX_DELAY_SECONDS` at most.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export async function sendLater(queueUrl: string, message: string, delaySeconds: number): Promise<void> {
  await sqs.send(
    new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: message, DelaySeconds: delaySeconds }),
  );
}
