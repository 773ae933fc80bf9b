import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { healthScheduleName, reconcileScheduleName } from '../lambda/contract/names';
import type { ReconcilerEvent } from '../lambda/contract/reconciler-event';
import { reconcilerPolicy } from './access/function-policies';
import type { IncidentLedger } from './incident-ledger';
import { OpsFunction } from './ops-function';

const RECONCILE_EVERY = Duration.minutes(5);
const CHECK_HEALTH_EVERY = Duration.hours(6);

export interface ReconciliationProps {
  readonly customer: string;
  /** How many subscriptions the notification topic should have. */
  readonly stakeholders: number;
  readonly key: IKey;
  readonly ledger: IncidentLedger;
  readonly notifications: ITopic;
  readonly tasks: IQueue;
}

/** The reconciler, and the schedules on which it asks its questions, each in an invocation of its own. */
export class Reconciliation extends Construct {
  private readonly reconciler: OpsFunction;

  constructor(scope: Construct, id: string, props: ReconciliationProps) {
    super(scope, id);
    const { customer, stakeholders, key, ledger, notifications, tasks } = props;
    this.reconciler = new OpsFunction(this, 'Reconciler', {
      customer,
      name: 'reconciler',
      description:
        'Puts right what alarms and incident ledger do not agree on, and looks after readers and metrics',
      environment: {
        CUSTOMER: customer,
        QUEUE_URL: tasks.queueUrl,
        TABLE_NAME: ledger.table.tableName,
        NOTIFICATION_TOPIC_ARN: notifications.topicArn,
        STAKEHOLDERS: String(stakeholders),
      },
      policy: reconcilerPolicy(this, {
        customer,
        keyArn: key.keyArn,
        taskQueueArn: tasks.queueArn,
        tableArn: ledger.table.tableArn,
        topicArn: notifications.topicArn,
      }),
    });
    new Rule(this, 'Schedule', {
      ruleName: reconcileScheduleName(customer),
      description: `Bedrock Ops Alert of ${customer}: when alarms are compared with the incident ledger`,
      schedule: Schedule.rate(RECONCILE_EVERY),
      targets: [this.ask('alarms'), this.ask('ledger')],
    });
    new Rule(this, 'HealthSchedule', {
      ruleName: healthScheduleName(customer),
      description: `Bedrock Ops Alert of ${customer}: when readers and metrics are looked after`,
      schedule: Schedule.rate(CHECK_HEALTH_EVERY),
      targets: [this.ask('health')],
    });
  }

  private ask(question: ReconcilerEvent['question']): LambdaFunction {
    const event: ReconcilerEvent = { question };
    return new LambdaFunction(this.reconciler, { event: RuleTargetInput.fromObject(event) });
  }
}
