import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  type MetricAlarm,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { READ } from './client-settings';
import { PACES } from './pace';

const cloudWatch = new CloudWatchClient(READ);
const patientCloudWatch = new CloudWatchClient(PACES.patient);

/** The most names that DescribeAlarms takes. */
export const MAX_ALARM_NAMES = 100;

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
  const { MetricAlarms = [] } = await cloudWatch.send(describe(names));
  return MetricAlarms.map((alarm) => ({
    name: alarm.AlarmName ?? '',
    state: alarm.StateValue ?? '',
    since: alarm.StateTransitionedTimestamp,
  }));
}

const describe = (names: readonly string[]): DescribeAlarmsCommand =>
  new DescribeAlarmsCommand({
    AlarmNames: [...names],
    AlarmTypes: ['MetricAlarm'],
    MaxRecords: MAX_ALARM_NAMES,
  });

/** An alarm on a threshold, with all that is needed to write it back. */
export interface ThresholdAlarm {
  /** Undefined for an alarm that compares with something else, such as a band. */
  readonly threshold: number | undefined;
  readonly described: MetricAlarm;
}

/** Alarms by name, in one call; one that does not exist is left out. `names`: at most `MAX_ALARM_NAMES`. */
export async function describeThresholds(
  names: readonly string[],
): Promise<ReadonlyMap<string, ThresholdAlarm>> {
  // Without any name DescribeAlarms would answer with every alarm of the account.
  if (names.length === 0) return new Map();
  const { MetricAlarms = [] } = await patientCloudWatch.send(describe(names));
  return new Map(
    MetricAlarms.map((described) => [
      described.AlarmName ?? '',
      { threshold: described.Threshold, described },
    ]),
  );
}

/** What an alarm is described with that is no part of its configuration. */
type ReadOnlyField = Exclude<keyof MetricAlarm, keyof PutMetricAlarmCommandInput>;

/** A record, so that the compiler asks for a field that a later SDK adds. */
const READ_ONLY: Readonly<Record<ReadOnlyField, true>> = {
  AlarmArn: true,
  AlarmConfigurationUpdatedTimestamp: true,
  EvaluationState: true,
  StateReason: true,
  StateReasonData: true,
  StateTransitionedTimestamp: true,
  StateUpdatedTimestamp: true,
  StateValue: true,
};

/**
 * Gives an alarm another threshold. PutMetricAlarm replaces the whole configuration, so everything else is sent as it
 * was described; state and tags stay by themselves. An alarm that was deleted meanwhile comes back: AWS has no
 * conditional write, so describe and set it right after each other.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
export async function setThreshold({ described }: ThresholdAlarm, threshold: number): Promise<void> {
  await patientCloudWatch.send(
    new PutMetricAlarmCommand({ ...configurationOf(described), Threshold: threshold }),
  );
}

/**
 * Empty texts and lists, which DescribeAlarms answers for what was never given, are left out: they mean the same, and
 * beside `Metrics` PutMetricAlarm refuses even empty `Dimensions`.
 */
function configurationOf({ AlarmName, EvaluationPeriods, ComparisonOperator, ...rest }: MetricAlarm) {
  const given: Partial<PutMetricAlarmCommandInput> = Object.fromEntries(
    Object.entries(rest).filter(([field, value]) => !(field in READ_ONLY) && !isEmpty(value)),
  );
  return { AlarmName, EvaluationPeriods, ComparisonOperator, ...given };
}

const isEmpty = (value: unknown): boolean => value === '' || (Array.isArray(value) && value.length === 0);
