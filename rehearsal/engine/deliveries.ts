import { instantText } from '../instant';
import type { Email } from '../report';
import type { Delivery as DeliverySettings } from '../scenario/scenario';
import { NotRehearsed } from '../service';
import { digest } from '../services/derived-ids';
import type { Delivery, EmailDelivery, Publication } from '../services/sns';
import type { Access, Caller } from './access';
import type { Agenda } from './agenda';
import type { LocalRegion } from './local-region';
import type { ServiceMetrics } from './service-metrics';

/** What a service has for a queue. */
export interface QueueMessage {
  /** Tells it from every other. */
  readonly key: readonly string[];
  readonly queueArn: string;
  readonly body: string;
  readonly by: Caller;
  readonly onRefused: () => void;
}

interface Surroundings {
  readonly agenda: Agenda;
  readonly access: Access;
  readonly metrics: ServiceMetrics;
  /** Takes the e-mails, which arrive at once. */
  readonly emails: Email[];
  regionOf(arn: string): LocalRegion | undefined;
  /** Lambda takes what has come into a queue. */
  poll(queueArn: string): Promise<void>;
}

/** Brings what services hand on to queues and to readers of e-mail; copies and delays are as the scenario says. */
export class Deliveries {
  constructor(
    private readonly settings: DeliverySettings,
    private readonly around: Surroundings,
  ) {}

  /** SNS hands on at the same instant, after everything else that happens then. */
  deliverLater(publication: Publication, region: LocalRegion): void {
    const emails = publication.deliveries.filter((delivery) => delivery.protocol === 'email');
    const [first] = emails;
    if (first !== undefined) {
      const { subject, body } = first;
      const to = emails.map(({ endpoint }) => endpoint).sort();
      this.around.emails.push({ at: instantText(publication.at), to, subject, body });
    }
    for (const delivery of publication.deliveries)
      if (delivery.protocol !== 'email') this.deliverToQueue(delivery, region);
  }

  sendLater(message: QueueMessage): void {
    const { agenda } = this.around;
    const { duplicate, reorderMs } = this.settings;
    for (let copy = 0; copy < duplicate; copy += 1) {
      const key = digest(...message.key, copy);
      const delayMs = Math.floor((Number.parseInt(key.slice(0, 8), 16) / 2 ** 32) * (reorderMs + 1));
      const at = new Date(agenda.now.getTime() + delayMs);
      agenda.enter(at, 'delivery', key, () => this.toQueue(message));
    }
  }

  private deliverToQueue(delivery: Exclude<Delivery, EmailDelivery>, region: LocalRegion): void {
    if (delivery.protocol !== 'sqs')
      throw new NotRehearsed(`SNS subscriptions of the protocol ${delivery.protocol}`);
    const { body, endpoint: queueArn, messageId, subscriptionArn, topicArn } = delivery;
    const { accountId } = region;
    this.sendLater({
      key: [messageId, subscriptionArn],
      queueArn,
      body,
      by: { kind: 'service', name: 'sns.amazonaws.com', sourceArn: topicArn, accountId },
      onRefused: () => this.around.metrics.notificationFailed(region, topicArn),
    });
  }

  private toQueue({ queueArn, body, by, onRefused }: QueueMessage): Promise<void> | void {
    const { now } = this.around.agenda;
    const sqs = this.around.regionOf(queueArn)?.sqs;
    const permissions = sqs?.sendPermissions(queueArn) ?? [];
    const refused = this.around.access.refuses(by, permissions, instantText(now)) !== undefined;
    if (refused || !sqs?.has(queueArn)) return onRefused();
    sqs.send(queueArn, body, now);
    return this.around.poll(queueArn);
  }
}
