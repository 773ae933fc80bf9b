import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { READ } from './client-settings';

const cloudWatch = new CloudWatchClient(READ);

export interface AlarmNow {
  readonly name: string;
  readonly state: string;
  /** The last change of state, which `StateUpdatedTimestamp` is not. */
  readonly since: Date | undefined;
}

/**
 * The current states of metric alarms, in one call; an alarm that does not exist is left out. `names`: at most 100.
 * Composites are left out because to read them a role must be allowed every alarm of the account.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export async function describeAlarms(names: readonly string[]): Promise<readonly AlarmNow[]> {
  const { MetricAlarms = [] } = await cloudWatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [...names], AlarmTypes: ['MetricAlarm'], MaxRecords: 100 }),
  );
  return MetricAlarms.map((alarm) => ({
    name: alarm.AlarmName ?? '',
    state: alarm.StateValue ?? '',
    since: alarm.StateTransitionedTimestamp,
  }));
}
