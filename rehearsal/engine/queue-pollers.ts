import { instantText } from '../instant';
import type { ReceivedMessage } from '../services/sqs';
import type { Access } from './access';
import type { Agenda } from './agenda';
import type { DeployedFunction } from './deployed-function';
import type { HandlerEnd } from './lambda-environment';
import type { LocalRegion } from './local-region';
import type { Run } from './overlapping-invocations';

/** A queue that Lambda polls for a function. */
export interface EventSourceMapping {
  readonly id: string;
  readonly queueArn: string;
  readonly functionArn: string;
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  /** Whether the function says which messages of a batch failed. */
  readonly reportsFailures: boolean;
}

/** The functions that queues feed. */
interface Functions {
  findFunction(arn: string): DeployedFunction | undefined;
  /** Begins an invocation; `onOver` is what is to happen when it is over. */
  begin(run: Run, onOver: (end: HandlerEnd) => Promise<void>): Promise<void>;
}

/** Lambda's pollers: they take messages out of queues and hand them to functions. */
export class QueuePollers {
  /** By id. */
  private readonly mappings = new Map<string, { mapping: EventSourceMapping; running: number }>();
  /** When each queue's hidden or delayed messages are next looked for. */
  private readonly nextPolls = new Map<string, number>();

  /** @param concurrency how many invocations each mapping may have at once; without it as the mapping says. */
  constructor(
    private readonly agenda: Agenda,
    private readonly access: Access,
    private readonly functions: Functions,
    private readonly concurrency?: number | undefined,
  ) {}

  put(mapping: EventSourceMapping): void {
    const known = this.mappings.get(mapping.id);
    if (known === undefined) this.mappings.set(mapping.id, { mapping, running: 0 });
    else known.mapping = mapping;
  }

  has(queueArn: string, functionArn: string): boolean {
    return [...this.mappings.values()].some(
      ({ mapping }) => mapping.queueArn === queueArn && mapping.functionArn === functionArn,
    );
  }

  remove(id: string): void {
    this.mappings.delete(id);
  }

  /** Lets Lambda take what is visible in a queue, as far as the mapping's concurrency goes. */
  async poll(queueArn: string): Promise<void> {
    const polled = [...this.mappings.values()].find(({ mapping }) => mapping.queueArn === queueArn);
    const deployed = polled && this.functions.findFunction(polled.mapping.functionArn);
    if (polled === undefined || !deployed?.region.sqs.has(queueArn)) return;
    const { mapping } = polled;
    const { sqs } = deployed.region;
    const at = instantText(this.agenda.now);
    if (this.access.refuses(deployed.caller, sqs.pollPermissions(queueArn), at) !== undefined) return;
    while (polled.running < (this.concurrency ?? mapping.maximumConcurrency)) {
      const messages = sqs.receive(queueArn, this.agenda.now, mapping.batchSize);
      if (messages.length === 0) break;
      polled.running += 1;
      const event = { Records: messages.map((message) => asRecord(message, queueArn, deployed)) };
      await this.functions.begin({ deployed, event }, async (end) => {
        polled.running -= 1;
        if (!sqs.has(queueArn)) return;
        for (const message of messages)
          if (isDone(message, end, mapping)) sqs.delete(queueArn, message.receiptHandle);
        await this.poll(queueArn);
      });
    }
    this.pollAgain(queueArn, deployed.region);
  }

  /** Lambda notices messages that came some other way than from a topic. */
  wake(): void {
    for (const { mapping } of this.mappings.values()) this.pollSoon(mapping.queueArn);
  }

  /** Lambda notices that something came into a queue, at the same instant. */
  pollSoon(queueArn: string): void {
    this.agenda.enter(this.agenda.now, 'delivery', queueArn, () => this.poll(queueArn));
  }

  /** A message that is delayed or hidden is taken as soon as it can be seen. */
  private pollAgain(queueArn: string, region: LocalRegion): void {
    const { now } = this.agenda;
    const next = region.sqs.nextVisibleAt(queueArn, now);
    if (next === undefined || next <= now || this.nextPolls.get(queueArn) === next.getTime()) return;
    this.nextPolls.set(queueArn, next.getTime());
    this.agenda.enter(next, 'delivery', queueArn, () => this.poll(queueArn));
  }
}

/** One record of the event that Lambda makes of a batch. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
const asRecord = (message: ReceivedMessage, queueArn: string, deployed: DeployedFunction) => ({
  ...message,
  messageAttributes: message.messageAttributes ?? {},
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn,
  awsRegion: deployed.region.region,
});

function isDone(
  { messageId }: ReceivedMessage,
  end: HandlerEnd,
  { reportsFailures }: EventSourceMapping,
): boolean {
  if (end.outcome === 'error') return false;
  return !(reportsFailures && failedIds(end.result).includes(messageId));
}

function failedIds(result: unknown): readonly unknown[] {
  if (typeof result !== 'object' || result === null || !('batchItemFailures' in result)) return [];
  const { batchItemFailures } = result;
  return Array.isArray(batchItemFailures)
    ? batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
    : [];
}
