import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { READ } from './client-settings';

/**
 * May be repeated: after an unclear answer there may be two messages of one task, but whoever does it needs the lease of its
 * model, or of its digest, and then finds out what is done already. The queue is of the function's own Region, so its endpoint
 * is the client's, as with every other service; the SDK would take the host of the queue's URL.
 */
const sqs = new SQSClient({ ...READ, useQueueUrlAsEndpoint: false });

/**
 * Puts a message into a queue that shows it after `delaySeconds`, `MOST_DELAY_SECONDS` at most.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export async function sendLater(queueUrl: string, message: string, delaySeconds: number): Promise<void> {
  await sqs.send(
    new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: message, DelaySeconds: delaySeconds }),
  );
}
