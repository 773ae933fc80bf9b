import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { notificationTopicName } from '../../lambda/contract/names';
import { healthAlarmArns } from '../access/alarm-arns';
import { allowAlarmsToPublish } from './allow-alarms-to-publish';

export interface NotificationTopicProps {
  readonly customer: string;
  readonly stakeholders: readonly string[];
  readonly key: IKey;
}

/** The topic whose messages people read. Each stakeholder confirms one subscription, however many models there are. */
export class NotificationTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { customer, stakeholders, key }: NotificationTopicProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', {
      topicName: notificationTopicName(customer),
      masterKey: key,
      enforceSSL: true,
    });
    allowAlarmsToPublish(this.topic, healthAlarmArns(this, customer));
    for (const stakeholder of stakeholders) {
      new Subscription(this, stakeholder, {
        topic: this.topic,
        protocol: SubscriptionProtocol.EMAIL,
        endpoint: stakeholder,
      });
    }
  }
}
