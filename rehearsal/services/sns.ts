import { AwsError, type Call, type Input, NotRehearsed, type Permission, type Service } from '../service';
import { DerivedIds, digest, uuidFrom } from './derived-ids';
import { type Place, viaService } from './kms';
import {
  type Delivery,
  deliveryOf,
  type EmailDelivery,
  type Notification,
  type Subscription,
} from './sns-deliveries';
import {
  bodiesPerProtocol,
  type MessageAttributes,
  parsePublish,
  refuseMessage,
  refuseSubject,
} from './sns-publish';
import { parseListing, parseSubscription, parseTopic, subscriptionPage, topicAttributes } from './sns-topics';

export type { Delivery, EmailDelivery, LambdaDelivery, SqsDelivery, Subscription } from './sns-deliveries';
export type { MessageAttributes } from './sns-publish';

/** A topic as CloudFormation makes it. */
export interface TopicSettings {
  readonly name: string;
  /** A customer-managed key; without one nothing is asked of KMS. */
  readonly kmsKeyArn?: string;
  /** The resource policy, parsed. */
  readonly policy?: unknown;
}

export interface Topic extends TopicSettings {
  readonly arn: string;
}

/** A subscription, confirmed. */
export interface SubscriptionSettings {
  readonly topicArn: string;
  readonly protocol: string;
  /** An address, or the ARN of a queue or function. */
  readonly endpoint: string;
  readonly rawMessageDelivery?: boolean;
  readonly filterPolicy?: unknown;
}

export interface PublishRequest {
  readonly topicArn: string;
  readonly subject?: string | undefined;
  readonly message: string;
  /** `json`: the message holds one body per protocol. */
  readonly messageStructure?: string | undefined;
  readonly messageAttributes?: MessageAttributes | undefined;
  readonly now: Date;
  /** Who publishes: a function or a service principal; handed on for the record. */
  readonly by: string;
}

/** What one Publish leads to. The engine carries the deliveries out. */
export interface Publication {
  readonly messageId: string;
  readonly topicArn: string;
  readonly at: Date;
  readonly by: string;
  readonly deliveries: readonly Delivery[];
}

export interface LostEmail {
  readonly at: Date;
  readonly topicArn: string;
  readonly endpoint: string;
  readonly subject: string;
}

/** https://docs.aws.amazon.com/general/latest/gr/sns.html: more than this suspends the subscription. */
const emailsPerSecond = 10;

/**
 * Amazon SNS, standard topics, of one account and Region.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export class Sns {
  /** E-mails lost to suspended subscriptions, in the order of loss. */
  readonly lost: LostEmail[] = [];
  readonly #topics = new Map<string, Topic>();
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #emailTimes = new Map<string, number[]>();
  readonly #suspended = new Set<string>();
  /** How many subscriptions a topic has lost. */
  readonly #deletedSubscriptions = new Map<string, number>();
  readonly #ids: DerivedIds;

  readonly service: Service = {
    name: 'sns',
    operations: {
      Publish: {
        permissions: (input) => this.publishPermissions(parsePublish(input).TopicArn),
        run: (input, call) => this.#publish(input, call),
      },
      GetTopicAttributes: {
        permissions: (input) => onTopic('GetTopicAttributes', parseTopic(input, 'GetTopicAttributes')),
        run: (input) => {
          const topic = this.topic(parseTopic(input, 'GetTopicAttributes').TopicArn);
          return { Attributes: topicAttributes(topic, this.place, this.#countsOf(topic.arn)) };
        },
      },
      ListSubscriptionsByTopic: {
        permissions: (input) => onTopic('ListSubscriptionsByTopic', parseListing(input)),
        run: (input) => {
          const listing = parseListing(input);
          this.topic(listing.TopicArn);
          return subscriptionPage(this.subscriptions(listing.TopicArn), this.place, listing);
        },
      },
      Unsubscribe: {
        permissions: () => [{ action: 'sns:Unsubscribe', resource: '*' }],
        run: (input) => {
          const { SubscriptionArn } = parseSubscription(input);
          if (!this.#subscriptions.has(SubscriptionArn)) {
            throw new AwsError('NotFound', 'Subscription does not exist', 404);
          }
          this.unsubscribe(SubscriptionArn);
          return {};
        },
      },
    },
  };

  /** @param onPublish takes what an API call of Publish leads to; `publish` returns it instead. */
  constructor(
    private readonly place: Place,
    private readonly onPublish: (publication: Publication) => void,
  ) {
    this.#ids = new DerivedIds(`sns ${place.accountId} ${place.region}`);
  }

  /** Creates or changes a topic. Returns the ARN. */
  putTopic(settings: TopicSettings): string {
    const arn = this.arnOf(settings.name);
    this.#topics.set(arn, { ...settings, arn });
    return arn;
  }

  /** Deletes a topic and its subscriptions. */
  deleteTopic(topicArn: string): void {
    this.#topics.delete(topicArn);
    this.#deletedSubscriptions.delete(topicArn);
    for (const { arn } of this.subscriptions(topicArn)) this.#subscriptions.delete(arn);
  }

  arnOf(name: string): string {
    return `arn:aws:sns:${this.place.region}:${this.place.accountId}:${name}`;
  }

  /** @throws AwsError NotFound */
  topic(topicArn: string): Topic {
    const topic = this.#topics.get(topicArn);
    if (topic === undefined) throw new AwsError('NotFound', 'Topic does not exist', 404);
    return topic;
  }

  topics(): readonly Topic[] {
    return [...this.#topics.values()];
  }

  /** Subscribes, confirmed at once; the same protocol and endpoint again is the same subscription. Returns its ARN. */
  subscribe(settings: SubscriptionSettings): string {
    const { topicArn, endpoint, rawMessageDelivery = false } = settings;
    if (settings.filterPolicy !== undefined) throw new NotRehearsed('filter policies of SNS subscriptions');
    this.topic(topicArn);
    const protocol = rehearsedProtocol(settings.protocol);
    const arn = `${topicArn}:${uuidFrom(digest('subscription', topicArn, protocol, endpoint))}`;
    this.#subscriptions.set(arn, { arn, topicArn, protocol, endpoint, rawMessageDelivery });
    return arn;
  }

  /** Deletes a subscription; none of that ARN is as good. */
  unsubscribe(subscriptionArn: string): void {
    const topicArn = this.#subscriptions.get(subscriptionArn)?.topicArn;
    if (topicArn !== undefined) {
      this.#deletedSubscriptions.set(topicArn, this.#countsOf(topicArn).deleted + 1);
    }
    this.#subscriptions.delete(subscriptionArn);
    this.#suspended.delete(subscriptionArn);
  }

  subscriptions(topicArn: string): readonly Subscription[] {
    return [...this.#subscriptions.values()].filter((subscription) => subscription.topicArn === topicArn);
  }

  /** @throws AwsError NotFound, InvalidParameter */
  publish(request: PublishRequest): Publication {
    const { topicArn, message, now, by } = request;
    this.topic(topicArn);
    refuseSubject(request.subject);
    refuseMessage(request);
    const bodies = request.messageStructure === 'json' ? bodiesPerProtocol(message) : { default: message };
    const id = this.#ids.next(now, topicArn, request.subject ?? '', message);
    const notification: Notification = { ...request, messageId: uuidFrom(id), region: this.place.region };
    const deliveries = this.subscriptions(topicArn).map((subscription) =>
      deliveryOf(notification, subscription, bodies[subscription.protocol] ?? bodies.default),
    );
    const lost = deliveries.filter(isEmail).filter((email) => this.#loses(email, now));
    this.lost.push(...lost.map(({ endpoint, subject }) => ({ at: now, topicArn, endpoint, subject })));
    const kept = deliveries.filter(({ subscriptionArn }) => !this.#suspended.has(subscriptionArn));
    return { messageId: notification.messageId, topicArn, at: now, by, deliveries: kept };
  }

  /** What a publisher must be allowed; a service that publishes is asked the same.
   * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html */
  publishPermissions(topicArn: string): readonly Permission[] {
    const keyArn = this.#topics.get(topicArn)?.kmsKeyArn;
    const publishing = { action: 'sns:Publish', resource: topicArn };
    if (keyArn === undefined) return [publishing];
    const context = { 'aws:sns:topicArn': topicArn };
    return [publishing, ...viaService('sns', this.place, keyArn, ['GenerateDataKey', 'Decrypt'], context)];
  }

  isSuspended(subscriptionArn: string): boolean {
    return this.#suspended.has(subscriptionArn);
  }

  /** Counts an e-mail; the eleventh within a second suspends the subscription, and it and all later ones are lost. */
  #loses({ subscriptionArn: arn }: EmailDelivery, now: Date): boolean {
    const recent = (this.#emailTimes.get(arn) ?? []).filter((time) => now.getTime() - time < 1000);
    this.#emailTimes.set(arn, [...recent, now.getTime()]);
    if (recent.length >= emailsPerSecond) this.#suspended.add(arn);
    return this.#suspended.has(arn);
  }

  #countsOf(topicArn: string) {
    return {
      confirmed: this.subscriptions(topicArn).length,
      deleted: this.#deletedSubscriptions.get(topicArn) ?? 0,
    };
  }

  #publish(input: Input, call: Call) {
    const parsed = parsePublish(input);
    const publication = this.publish({
      topicArn: parsed.TopicArn,
      subject: parsed.Subject,
      message: parsed.Message,
      messageStructure: parsed.MessageStructure,
      messageAttributes: parsed.MessageAttributes,
      now: call.now,
      by: 'api',
    });
    this.onPublish(publication);
    return { MessageId: publication.messageId };
  }
}

const onTopic = (operation: string, { TopicArn }: { readonly TopicArn: string }): readonly Permission[] => [
  { action: `sns:${operation}`, resource: TopicArn },
];

function isEmail(delivery: Delivery): delivery is EmailDelivery {
  return delivery.protocol === 'email';
}

function rehearsedProtocol(protocol: string): Subscription['protocol'] {
  if (protocol === 'email' || protocol === 'sqs' || protocol === 'lambda') return protocol;
  throw new NotRehearsed(`SNS subscriptions of the protocol ${protocol}`);
}
