import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { updateScheduleName } from '../lambda/contract/names';
import { updaterPolicy } from './access/function-policies';
import { OpsFunction } from './ops-function';

/**
 * A hundred models need 200 quotas at 5 a second, twice that where only defaults are known (80 s), at worst 200 alarms at
 * 3 a second (67 s) and 300 parameters at 3 a second (100 s), and 90 pages of parameters: about 5 minutes. The rest,
 * up to the most that Lambda allows, is for repeats.
 */
const UPDATER_TIMEOUT = Duration.minutes(15);

export interface AlarmUpdatesProps {
  readonly customer: string;
  /** Days between two runs. */
  readonly intervalDays: number;
}

/** The alarm updater, and the schedule on which it runs. The first run comes one interval after the deployment. */
export class AlarmUpdates extends Construct {
  constructor(scope: Construct, id: string, { customer, intervalDays }: AlarmUpdatesProps) {
    super(scope, id);
    const updater = new OpsFunction(this, 'AlarmUpdater', {
      customer,
      name: 'alarm-updater',
      description: 'Brings quota alarms and stored thresholds up to what the quotas are now',
      environment: { CUSTOMER: customer },
      policy: updaterPolicy(this, customer),
      timeout: UPDATER_TIMEOUT,
    });
    new Rule(this, 'Schedule', {
      ruleName: updateScheduleName(customer),
      description: `Bedrock Ops Alert of ${customer}: when thresholds are compared with their quotas`,
      schedule: Schedule.rate(Duration.days(intervalDays)),
      // The target lets this rule, and no other, invoke the function.
      targets: [new LambdaFunction(updater)],
    });
  }
}
