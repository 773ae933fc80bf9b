import { createHash } from 'node:crypto';
import { digest } from './derived-ids';

/** A queue as CloudFormation makes it; what is left out has the default of SQS. */
export interface QueueSettings {
  readonly name: string;
  /** Seconds for which a received message stays hidden; 30. */
  readonly visibilityTimeout?: number;
  /** Seconds until a sent message can be received; 0. */
  readonly delaySeconds?: number;
  /** Seconds after which a message is dropped, counted from when it was first sent; 4 days. */
  readonly messageRetentionPeriod?: number;
  /** Bytes; 1 MiB. */
  readonly maximumMessageSize?: number;
  readonly redrivePolicy?: RedrivePolicy;
  /** A customer-managed key; without one nothing is asked of KMS. */
  readonly kmsKeyArn?: string;
  /** The resource policy, parsed. */
  readonly policy?: unknown;
}

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** A message attribute as Lambda's event shows it. */
export interface MessageAttribute {
  readonly dataType: string;
  readonly stringValue: string;
}

/** A message in the shape in which Lambda's event carries it. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly attributes: {
    readonly ApproximateReceiveCount: string;
    /** Milliseconds since 1970, as text. */
    readonly SentTimestamp: string;
    readonly SenderId: string;
    readonly ApproximateFirstReceiveTimestamp: string;
  };
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
}

/** How many messages a queue holds, told apart as its three CloudWatch metrics tell them. */
export interface Depth {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export interface StoredMessage {
  readonly messageId: string;
  readonly body: string;
  readonly senderId: string;
  readonly sentAt: Date;
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
  visibleAt: Date;
  receiveCount: number;
  firstReceivedAt: Date | undefined;
}

/**
 * One standard queue. It keeps no order, so messages of one instant come in the order of their derived ids.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
 */
export class Queue {
  #messages: StoredMessage[] = [];

  constructor(
    readonly arn: string,
    public settings: QueueSettings,
  ) {}

  get delaySeconds(): number {
    return this.settings.delaySeconds ?? 0;
  }

  get maximumMessageSize(): number {
    return this.settings.maximumMessageSize ?? 1_048_576;
  }

  add(message: StoredMessage): void {
    this.#messages.push(message);
    this.#messages.sort(
      (a, b) => a.sentAt.getTime() - b.sentAt.getTime() || (a.messageId < b.messageId ? -1 : 1),
    );
  }

  /** Hides up to `max` visible messages for the visibility timeout, and sends those that used up their receives to `bury`. */
  receive(now: Date, max: number, bury: (message: StoredMessage) => void): readonly ReceivedMessage[] {
    this.#drop(now);
    const received: ReceivedMessage[] = [];
    for (const message of this.#messages.filter(({ visibleAt }) => visibleAt <= now)) {
      if (received.length === max) break;
      if (this.#isUsedUp(message)) this.#move(message, bury);
      else received.push(this.#take(message, now));
    }
    return received;
  }

  /** Deletes by the handle of the latest receive; an older handle succeeds and deletes nothing, as in SQS. */
  delete(receiptHandle: string): void {
    this.#messages = this.#messages.filter((message) => handleOf(message) !== receiptHandle);
  }

  nextVisibleAt(now: Date): Date | undefined {
    this.#drop(now);
    const first = Math.min(...this.#messages.map(({ visibleAt }) => visibleAt.getTime()));
    return Number.isFinite(first) ? new Date(Math.max(first, now.getTime())) : undefined;
  }

  depth(now: Date): Depth {
    this.#drop(now);
    const hidden = this.#messages.filter(({ visibleAt }) => visibleAt > now);
    const delayed = hidden.filter(({ receiveCount }) => receiveCount === 0).length;
    return { visible: this.#messages.length - hidden.length, inFlight: hidden.length - delayed, delayed };
  }

  oldestSentAt(now: Date): Date | undefined {
    this.#drop(now);
    return this.#messages[0]?.sentAt;
  }

  #isUsedUp({ receiveCount }: StoredMessage): boolean {
    const { redrivePolicy } = this.settings;
    return redrivePolicy !== undefined && receiveCount >= redrivePolicy.maxReceiveCount;
  }

  #move(message: StoredMessage, bury: (message: StoredMessage) => void): void {
    this.#messages = this.#messages.filter((other) => other !== message);
    bury(message);
  }

  #take(message: StoredMessage, now: Date): ReceivedMessage {
    message.receiveCount += 1;
    message.firstReceivedAt ??= now;
    message.visibleAt = new Date(now.getTime() + (this.settings.visibilityTimeout ?? 30) * 1000);
    return {
      messageId: message.messageId,
      receiptHandle: handleOf(message),
      body: message.body,
      md5OfBody: md5(message.body),
      attributes: {
        ApproximateReceiveCount: String(message.receiveCount),
        SentTimestamp: String(message.sentAt.getTime()),
        SenderId: message.senderId,
        ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt.getTime()),
      },
      messageAttributes: message.messageAttributes,
    };
  }

  #drop(now: Date): void {
    const retention = (this.settings.messageRetentionPeriod ?? 345_600) * 1000;
    this.#messages = this.#messages.filter(({ sentAt }) => now.getTime() - sentAt.getTime() < retention);
  }
}

/** SDK clients compare this digest with their own and fail when it differs. */
export function md5(body: string): string {
  return createHash('md5').update(body, 'utf8').digest('hex');
}

function handleOf({ messageId, receiveCount }: StoredMessage): string {
  return Buffer.from(digest('receipt', messageId, receiveCount), 'hex').toString('base64');
}
