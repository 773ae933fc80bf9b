import * as z from 'zod';
import { MOST_DELAY_SECONDS } from '../../aws/sqs';
import { AwsError, type Call, type Input, NotRehearsed, type Permission, type Service } from '../service';
import { DerivedIds, uuidFrom } from './derived-ids';
import { parseInput } from './input';
import { type Place, viaService } from './kms';
import {
  type Depth,
  type MessageAttribute,
  md5,
  Queue,
  type QueueSettings,
  type ReceivedMessage,
  type StoredMessage,
} from './sqs-queue';

export type {
  Depth,
  MessageAttribute,
  Queue,
  QueueSettings,
  ReceivedMessage,
  RedrivePolicy,
} from './sqs-queue';

export interface SendOptions {
  /** Overrides the queue's own delay; 0 to `MOST_DELAY_SECONDS`. */
  readonly delaySeconds?: number;
  /** Who sent it, as `SenderId` shows it. */
  readonly senderId?: string;
  readonly messageAttributes?: Readonly<Record<string, MessageAttribute>>;
}

const sendMessage = z.strictObject({
  QueueUrl: z.string(),
  MessageBody: z.string(),
  DelaySeconds: z.int().min(0).max(MOST_DELAY_SECONDS).optional(),
});

/** What XML 1.0 forbids, and with it SQS. */
const forbiddenCharacter = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/**
 * Amazon SQS, standard queues, of one account and Region.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export class Sqs {
  readonly #queues = new Map<string, Queue>();
  readonly #deletedAt = new Map<string, Date>();
  readonly #ids: DerivedIds;

  readonly service: Service = {
    name: 'sqs',
    operations: {
      SendMessage: {
        permissions: (input, call) => this.sendPermissions(this.#addressed(input, call).queueArn),
        run: (input, call) => this.#sendMessage(input, call),
      },
    },
  };

  /** `onSend` is told of each message that comes by SendMessage. */
  constructor(
    private readonly place: Place,
    private readonly onSend: (queueArn: string) => void = () => {},
  ) {
    this.#ids = new DerivedIds(`sqs ${place.accountId} ${place.region}`);
  }

  /** Creates a queue, or changes the settings of one and keeps its messages. The dead-letter queue must exist. Returns the ARN. */
  putQueue(settings: QueueSettings): string {
    const arn = this.arnOf(settings.name);
    const target = settings.redrivePolicy?.deadLetterTargetArn;
    if (target !== undefined && !this.#queues.has(target)) {
      throw new AwsError('InvalidParameterValue', `The dead-letter queue ${target} does not exist.`);
    }
    const queue = this.#queues.get(arn);
    if (queue === undefined) this.#queues.set(arn, new Queue(arn, settings));
    else queue.settings = settings;
    return arn;
  }

  /** Deletes a queue and its messages. Its name stays taken for a minute. */
  deleteQueue(queueArn: string, now: Date): void {
    if (this.#queues.delete(queueArn)) this.#deletedAt.set(queueArn, now);
  }

  has(queueArn: string): boolean {
    return this.#queues.has(queueArn);
  }

  /**
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html
   *
   * @throws AwsError QueueDeletedRecently
   */
  refuseDeletedRecently(name: string, now: Date): void {
    const deletedAt = this.#deletedAt.get(this.arnOf(name))?.getTime() ?? Number.NEGATIVE_INFINITY;
    if (now.getTime() - deletedAt >= 60_000) return;
    throw new AwsError(
      'QueueDeletedRecently',
      'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
    );
  }

  arnOf(name: string): string {
    return `arn:aws:sqs:${this.place.region}:${this.place.accountId}:${name}`;
  }

  /** @throws AwsError QueueDoesNotExist */
  queue(queueArn: string): Queue {
    const queue = this.#queues.get(queueArn);
    if (queue === undefined) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }

  queues(): readonly Queue[] {
    return [...this.#queues.values()];
  }

  /** @throws AwsError QueueDoesNotExist, InvalidMessageContents, InvalidParameterValue (too long, or a delay beyond 900 s) */
  send(queueArn: string, body: string, now: Date, options: SendOptions = {}): { readonly messageId: string } {
    const queue = this.queue(queueArn);
    const delaySeconds = options.delaySeconds ?? queue.delaySeconds;
    refuseBody(body, queue.maximumMessageSize);
    refuseDelay(delaySeconds);
    const messageId = uuidFrom(this.#ids.next(now, queueArn, body, delaySeconds));
    queue.add({
      messageId,
      body,
      senderId: options.senderId ?? this.place.accountId,
      sentAt: now,
      messageAttributes: options.messageAttributes ?? {},
      visibleAt: new Date(now.getTime() + delaySeconds * 1000),
      receiveCount: 0,
      firstReceivedAt: undefined,
    });
    return { messageId };
  }

  /**
   * Up to `max` messages that are visible at `now`, hidden from then on for the visibility timeout. A message that was
   * received `maxReceiveCount` times goes to the dead-letter queue instead, with its id and its age.
   */
  receive(queueArn: string, now: Date, max = 10): readonly ReceivedMessage[] {
    return this.queue(queueArn).receive(now, max, (message) => this.#bury(queueArn, message, now));
  }

  delete(queueArn: string, receiptHandle: string): void {
    this.queue(queueArn).delete(receiptHandle);
  }

  /** When a poll next finds something, `now` at the earliest; undefined when the queue is empty. */
  nextVisibleAt(queueArn: string, now: Date): Date | undefined {
    return this.queue(queueArn).nextVisibleAt(now);
  }

  depth(queueArn: string, now: Date): Depth {
    return this.queue(queueArn).depth(now);
  }

  /** For `ApproximateAgeOfOldestMessage`. */
  oldestSentAt(queueArn: string, now: Date): Date | undefined {
    return this.queue(queueArn).oldestSentAt(now);
  }

  /** The messages in all queues that are some queue's dead-letter queue. */
  deadLetters(now: Date): number {
    const targets = new Set(this.queues().map(({ settings }) => settings.redrivePolicy?.deadLetterTargetArn));
    const depths = this.queues().filter(({ arn }) => targets.has(arn));
    return depths.reduce((sum, queue) => sum + total(queue.depth(now)), 0);
  }

  /** What a sender must be allowed; a service that sends is asked the same.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html */
  sendPermissions(queueArn: string): readonly Permission[] {
    return [
      { action: 'sqs:SendMessage', resource: queueArn },
      ...this.#keyPermissions(queueArn, ['GenerateDataKey', 'Decrypt']),
    ];
  }

  /** What Lambda's poller does in the name of the function's role.
   * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions */
  pollPermissions(queueArn: string): readonly Permission[] {
    const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
    return [
      ...actions.map((action) => ({ action, resource: queueArn })),
      ...this.#keyPermissions(queueArn, ['Decrypt']),
    ];
  }

  #keyPermissions(
    queueArn: string,
    actions: readonly ('Decrypt' | 'GenerateDataKey')[],
  ): readonly Permission[] {
    const keyArn = this.#queues.get(queueArn)?.settings.kmsKeyArn;
    if (keyArn === undefined) return [];
    return viaService('sqs', this.place, keyArn, actions, { 'aws:sqs:arn': queueArn });
  }

  #bury(queueArn: string, message: StoredMessage, now: Date): void {
    const target = this.queue(queueArn).settings.redrivePolicy?.deadLetterTargetArn;
    if (target !== undefined) this.queue(target).add({ ...message, visibleAt: now });
  }

  #addressed(input: Input, call: Call) {
    refuseMissing(input);
    const parsed = parseInput(sendMessage, input, 'sqs:SendMessage', 'InvalidParameterValue');
    const [accountId, name] = pathOf(parsed.QueueUrl);
    return { ...parsed, queueArn: `arn:aws:sqs:${call.region}:${accountId}:${name}` };
  }

  #sendMessage(input: Input, call: Call) {
    const { queueArn, MessageBody, DelaySeconds } = this.#addressed(input, call);
    const delay = DelaySeconds === undefined ? {} : { delaySeconds: DelaySeconds };
    const { messageId } = this.send(queueArn, MessageBody, call.now, delay);
    this.onSend(queueArn);
    return { MessageId: messageId, MD5OfMessageBody: md5(MessageBody) };
  }
}

/** Account and name off the path of a queue URL, whatever its host. */
function pathOf(queueUrl: string): readonly [string, string] {
  const [, accountId, name] = /^https?:\/\/[^/]+\/(\d{12})\/([\w-]{1,80}(?:\.fifo)?)$/.exec(queueUrl) ?? [];
  if (accountId === undefined || name === undefined) {
    throw new AwsError('InvalidAddress', `The address ${queueUrl} is not valid for this endpoint.`);
  }
  if (name.endsWith('.fifo')) throw new NotRehearsed('FIFO queues');
  return [accountId, name];
}

function refuseMissing(input: Input): void {
  for (const key of ['QueueUrl', 'MessageBody']) {
    if (input[key] !== undefined && input[key] !== '') continue;
    throw new AwsError('MissingParameter', `The request must contain the parameter ${key}.`);
  }
}

function refuseBody(body: string, maximumMessageSize: number): void {
  if (forbiddenCharacter.test(body)) {
    throw new AwsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    );
  }
  if (Buffer.byteLength(body) > maximumMessageSize) {
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${maximumMessageSize} bytes.`,
    );
  }
}

function refuseDelay(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= MOST_DELAY_SECONDS) return;
  throw new AwsError(
    'InvalidParameterValue',
    `Value ${seconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= ${MOST_DELAY_SECONDS}.`,
  );
}

function total({ visible, inFlight, delayed }: Depth): number {
  return visible + inFlight + delayed;
}
