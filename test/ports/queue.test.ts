import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, type jest as Jest, test } from '@jest/globals';
import { sendLater } from '../../lambda/ports/queue';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;

const QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/111122223333/Acme-Bedrock-OpsAlert-tasks';

test('a message is sent with its delay, and a failure is thrown', async () => {
  const send = jest.spyOn(SQSClient.prototype, 'send').mockRejectedValue(new Error('no answer') as never);
  await expect(sendLater(QUEUE_URL, 'the message', 120)).rejects.toThrow('no answer');
  expect(send.mock.calls.map(([{ input }]) => input)).toEqual([
    { QueueUrl: QUEUE_URL, MessageBody: 'the message', DelaySeconds: 120 },
  ]);
});
