import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { WRITE_ONCE } from './client-settings';

const sns = new SNSClient(WRITE_ONCE);

export async function publish(topicArn: string, subject: string, message: string): Promise<void> {
  await sns.send(new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: message }));
}
