import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { calculatorPolicy, processorPolicy } from '../access/function-policies';
import { AlarmUpdates } from '../alarm-updates';
import { Contacts } from '../contacts';
import { AlarmDelivery } from '../delivery/alarm-delivery';
import { EncryptionKey } from '../delivery/encryption-key';
import { NotificationTopic } from '../delivery/notification-topic';
import { OwnHealth } from '../health/own-health';
import { IncidentLedger } from '../incident-ledger';
import { OpsFunction } from '../ops-function';
import { Reconciliation } from '../reconciliation';

/**
 * To find a model's quotas both lists are read, about 15 pages each, at 10 pages of a list a second in the whole account:
 * 2 seconds for one model stack, 150 for a hundred that are deployed at once. The rest is for repeats.
 * https://docs.aws.amazon.com/servicequotas/latest/userguide/reference.html
 */
const CALCULATOR_TIMEOUT = Duration.minutes(5);

export interface FoundationStackProps extends StackProps {
  readonly customer: string;
  readonly stakeholders: readonly string[];
  /** Days between two runs of the alarm updater. */
  readonly updateIntervalDays: number;
  /** Support cases opened in a day at most, for all models together. */
  readonly maxNewCasesPerDay: number;
}

/** What all models of one customer in one Region share. */
export class FoundationStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { customer, stakeholders, updateIntervalDays, maxNewCasesPerDay, ...props }: FoundationStackProps,
  ) {
    super(scope, id, props);

    const key = new EncryptionKey(this, 'Key', { customer }).key;
    const contacts = new Contacts(this, 'Contacts', { customer, stakeholders, key });
    const notifications = new NotificationTopic(this, 'Notifications', { customer, stakeholders, key });
    const delivery = new AlarmDelivery(this, 'Delivery', { customer, key });
    const ledger = new IncidentLedger(this, 'Ledger', { customer });

    new OpsFunction(this, 'QuotaCalculator', {
      customer,
      name: 'quota-calculator',
      description: 'Finds the quotas of each model stack and answers its threshold resource',
      environment: { QUEUE_URL: delivery.tasks.queueUrl },
      policy: calculatorPolicy(this, {
        customer,
        keyArn: key.keyArn,
        taskQueueArn: delivery.tasks.queueArn,
      }),
      timeout: CALCULATOR_TIMEOUT,
    });
    new AlarmUpdates(this, 'Updates', {
      customer,
      keyArn: key.keyArn,
      tasks: delivery.tasks,
      ledger,
      intervalDays: updateIntervalDays,
    });

    const processor = new OpsFunction(this, 'NotificationProcessor', {
      customer,
      name: 'notification-processor',
      description: 'Tells the SRE team of an incident and settles its support case',
      environment: {
        CUSTOMER: customer,
        NOTIFICATION_TOPIC_ARN: notifications.topic.topicArn,
        CONTACT_SECRET_ARN: contacts.secret.secretArn,
        QUEUE_URL: delivery.tasks.queueUrl,
        TABLE_NAME: ledger.table.tableName,
        MAX_NEW_CASES_PER_DAY: String(maxNewCasesPerDay),
      },
      policy: processorPolicy(this, {
        customer,
        keyArn: key.keyArn,
        alarmQueueArn: delivery.alarms.queueArn,
        taskQueueArn: delivery.tasks.queueArn,
        secretArn: contacts.secret.secretArn,
        tableArn: ledger.table.tableArn,
        topicArn: notifications.topic.topicArn,
      }),
    });
    delivery.deliverTo(processor);
    new Reconciliation(this, 'Reconciliation', {
      customer,
      stakeholders: stakeholders.length,
      key,
      ledger,
      notifications: notifications.topic,
      tasks: delivery.tasks,
    });
    new OwnHealth(this, 'Health', { customer, notifications: notifications.topic });
  }
}
