import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  alarmChangeRuleName,
  childAlarmPrefix,
  sharersScheduleName,
  updateScheduleName,
} from '../lambda/contract/names';
import { ALARM_CHANGE, SHARERS_ONLY } from '../lambda/contract/updater-event';
import { QUOTA_ALARMS } from '../lambda/domain/quota-alarms';
import { type UpdaterResources, updaterPolicy } from './access/function-policies';
import type { IncidentLedger } from './incident-ledger';
import { OpsFunction } from './ops-function';

/**
 * A hundred models need 200 quotas at 5 a second, twice that where only defaults are known (80 s), at worst 200 alarms at
 * 3 a second (67 s), 200 sums of 14 days for models with more sharers than an alarm has room for (about 100 s), 400
 * parameters at 3 a second (133 s), 100 pages of parameters and some pages of inference profiles: about 8 minutes. The
 * rest, up to the most that Lambda allows, is for repeats.
 */
const UPDATER_TIMEOUT = Duration.minutes(15);

/** An inference profile that is created is counted within that time, and an answered quota request followed. */
const FOLLOW_SHARERS_EVERY = Duration.hours(1);

export interface AlarmUpdatesProps extends Omit<UpdaterResources, 'taskQueueArn' | 'tableArn'> {
  /** The queue of the processor's tasks. */
  readonly tasks: IQueue;
  readonly ledger: IncidentLedger;
  /** Days between two runs. */
  readonly intervalDays: number;
}

/**
 * The alarm updater, and when it runs: on two schedules, of which each first comes one interval after the deployment, and
 * whenever a usage alarm is made or changed. Runs of the latter kind come side by side when many models are deployed:
 * each is a dozen calls, which are repeated for as long as AWS takes fewer a second. No concurrency is reserved for
 * them, since that is refused in an account that has not much of it.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
export class AlarmUpdates extends Construct {
  constructor(scope: Construct, id: string, props: AlarmUpdatesProps) {
    super(scope, id);
    const { customer, keyArn, tasks, ledger, intervalDays } = props;
    const updater = new OpsFunction(this, 'AlarmUpdater', {
      customer,
      name: 'alarm-updater',
      description:
        'Brings usage alarms and stored thresholds up to what quotas and inference profiles are now',
      environment: { CUSTOMER: customer, QUEUE_URL: tasks.queueUrl, TABLE_NAME: ledger.table.tableName },
      policy: updaterPolicy(this, {
        customer,
        keyArn,
        taskQueueArn: tasks.queueArn,
        tableArn: ledger.table.tableArn,
      }),
      timeout: UPDATER_TIMEOUT,
    });
    // Each target lets its rule, and no other, invoke the function.
    new Rule(this, 'Schedule', {
      ruleName: updateScheduleName(customer),
      description: `Bedrock Ops Alert of ${customer}: when thresholds are compared with their quotas`,
      schedule: Schedule.rate(Duration.days(intervalDays)),
      targets: [new LambdaFunction(updater)],
    });
    new Rule(this, 'SharersSchedule', {
      ruleName: sharersScheduleName(customer),
      description: `Bedrock Ops Alert of ${customer}: when new inference profiles, and answers to quota requests, are looked for`,
      schedule: Schedule.rate(FOLLOW_SHARERS_EVERY),
      targets: [new LambdaFunction(updater, { event: RuleTargetInput.fromObject(SHARERS_ONLY) })],
    });
    new Rule(this, 'AlarmChanges', {
      ruleName: alarmChangeRuleName(customer),
      description: `Bedrock Ops Alert of ${customer}: usage alarms that somebody has made or changed`,
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: [ALARM_CHANGE],
        detail: {
          alarmName: QUOTA_ALARMS.map(({ name, severity }) => ({
            prefix: childAlarmPrefix(customer, name, severity),
          })),
          operation: ['create', 'update'],
        },
      },
      targets: [new LambdaFunction(updater)],
    });
  }
}
