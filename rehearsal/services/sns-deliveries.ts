import { digest } from './derived-ids';
import type { MessageAttributes } from './sns-publish';

/** A confirmed subscription. */
export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: 'email' | 'sqs' | 'lambda';
  readonly endpoint: string;
  readonly rawMessageDelivery: boolean;
}

/** A message on its way to one subscription. */
export type Delivery = EmailDelivery | SqsDelivery | LambdaDelivery;

interface ToSubscription {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subscriptionArn: string;
}

export interface EmailDelivery extends ToSubscription {
  readonly protocol: 'email';
  /** The address. */
  readonly endpoint: string;
  readonly subject: string;
  /** The message as published, without the note on unsubscribing that SNS appends. */
  readonly body: string;
}

export interface SqsDelivery extends ToSubscription {
  readonly protocol: 'sqs';
  /** The queue's ARN. */
  readonly endpoint: string;
  /** SNS's envelope as JSON, or the message itself when delivery is raw. */
  readonly body: string;
  /** Only raw delivery makes SQS attributes of them. */
  readonly messageAttributes: Readonly<
    Record<string, { readonly dataType: string; readonly stringValue: string }>
  >;
}

export interface LambdaDelivery extends ToSubscription {
  readonly protocol: 'lambda';
  /** The function's ARN. */
  readonly endpoint: string;
  /** The event that the function gets. */
  readonly event: unknown;
}

/** A published message before it takes a subscription's shape. */
export interface Notification {
  readonly messageId: string;
  readonly topicArn: string;
  readonly region: string;
  readonly subject?: string | undefined;
  readonly messageAttributes?: MessageAttributes | undefined;
  readonly now: Date;
}

/**
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 *
 * @param body the message, or the protocol's own body when the structure is `json`.
 */
export function deliveryOf(notification: Notification, subscription: Subscription, body: string): Delivery {
  const { messageId, topicArn } = notification;
  const to = { messageId, topicArn, subscriptionArn: subscription.arn, endpoint: subscription.endpoint };
  switch (subscription.protocol) {
    case 'email':
      return { ...to, protocol: 'email', subject: notification.subject ?? 'AWS Notification Message', body };
    case 'sqs':
      return { ...to, protocol: 'sqs', ...sqsMessage(notification, subscription, body) };
    case 'lambda':
      return { ...to, protocol: 'lambda', event: lambdaEvent(notification, subscription, body) };
  }
}

function sqsMessage(notification: Notification, subscription: Subscription, body: string) {
  if (!subscription.rawMessageDelivery) {
    return {
      body: JSON.stringify(envelope(notification, subscription, body), null, 2),
      messageAttributes: {},
    };
  }
  const attributes = Object.entries(notification.messageAttributes ?? {}).map(
    ([name, { DataType, StringValue }]) => [name, { dataType: DataType, stringValue: StringValue }],
  );
  return { body, messageAttributes: Object.fromEntries(attributes) };
}

/** The keys, and their order, of the JSON that SNS puts in a queue. */
function envelope(notification: Notification, subscription: Subscription, body: string) {
  const { messageId, topicArn, subject, messageAttributes, now } = notification;
  return {
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: topicArn,
    ...(subject === undefined ? {} : { Subject: subject }),
    Message: body,
    Timestamp: now.toISOString(),
    SignatureVersion: '1',
    Signature: signatureOf(notification, body),
    SigningCertURL: certificateUrl(notification),
    UnsubscribeURL: unsubscribeUrl(notification, subscription),
    ...(messageAttributes === undefined ? {} : { MessageAttributes: typedValues(messageAttributes) }),
  };
}

function lambdaEvent(notification: Notification, subscription: Subscription, body: string) {
  const { messageId, topicArn, subject, messageAttributes = {}, now } = notification;
  const Sns = {
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: topicArn,
    Subject: subject ?? null,
    Message: body,
    Timestamp: now.toISOString(),
    SignatureVersion: '1',
    Signature: signatureOf(notification, body),
    SigningCertUrl: certificateUrl(notification),
    UnsubscribeUrl: unsubscribeUrl(notification, subscription),
    MessageAttributes: typedValues(messageAttributes),
  };
  return {
    Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: subscription.arn, Sns }],
  };
}

function typedValues(attributes: MessageAttributes) {
  const typed = Object.entries(attributes).map(([name, { DataType, StringValue }]) => [
    name,
    { Type: DataType, Value: StringValue },
  ]);
  return Object.fromEntries(typed);
}

/** Of the length of a real one, but of no key: nobody can verify it. */
function signatureOf({ messageId }: Notification, body: string): string {
  const parts = [1, 2, 3, 4, 5, 6, 7, 8].map((part) => digest('signature', messageId, body, part));
  return Buffer.from(parts.join(''), 'hex').toString('base64');
}

function certificateUrl({ region }: Notification): string {
  const certificate = digest('certificate', region).slice(0, 32);
  return `https://sns.${region}.amazonaws.com/SimpleNotificationService-${certificate}.pem`;
}

function unsubscribeUrl({ region }: Notification, { arn }: Subscription): string {
  return `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${arn}`;
}
