import { GetTopicAttributesCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { READ, WRITE_ONCE } from './client-settings';

const writer = new SNSClient(WRITE_ONCE);
const reader = new SNSClient(READ);

export async function publish(topicArn: string, subject: string, message: string): Promise<void> {
  await writer.send(new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: message }));
}

/** How many subscriptions of a topic are confirmed. https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html */
export async function confirmedSubscriptions(topicArn: string): Promise<number> {
  const { Attributes = {} } = await reader.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
  const { SubscriptionsConfirmed } = Attributes;
  if (SubscriptionsConfirmed === undefined || !/^\d+$/.test(SubscriptionsConfirmed))
    throw new Error('SNS did not say how many subscriptions are confirmed');
  return Number(SubscriptionsConfirmed);
}
