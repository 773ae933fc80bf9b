import {
  CloudWatchClient,
  type CompositeAlarm,
  DescribeAlarmsCommand,
  ListAlarmMuteRulesCommand,
  type MetricAlarm,
  type MetricDataQuery,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  paginateDescribeAlarms,
  type StateValue,
} from '@aws-sdk/client-cloudwatch';
import { MOST_ALARM_NAMES } from '../../aws/cloudwatch';
import type { AlarmNow } from '../contract/alarms-now';
import { READ, READ_PAGES } from './client-settings';
import { PACES, type Pace } from './pace';

const cloudWatch = new CloudWatchClient(READ);
const patientCloudWatch = new CloudWatchClient(PACES.patient);
const uncounted = new CloudWatchClient(READ_PAGES);

/**
 * The current states of alarms, metric and composite, in one call for each 100; an alarm that does not exist is left out. `isMuted`: its actions are disabled; mute rules are another question (`mutedAmong`).
 * To read composites a role must be allowed every alarm of the account.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export async function describeAlarms(names: readonly string[]): Promise<readonly AlarmNow[]> {
  const groups: Promise<readonly AlarmNow[]>[] = [];
  for (let first = 0; first < names.length; first += MOST_ALARM_NAMES)
    groups.push(describeGroup(names.slice(first, first + MOST_ALARM_NAMES)));
  return (await Promise.all(groups)).flat();
}

async function describeGroup(names: readonly string[]): Promise<readonly AlarmNow[]> {
  const { MetricAlarms = [], CompositeAlarms = [] } = await cloudWatch.send(
    new DescribeAlarmsCommand({
      AlarmNames: [...names],
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      MaxRecords: MOST_ALARM_NAMES,
    }),
  );
  return [...MetricAlarms, ...CompositeAlarms].map(alarmNow);
}

/** The composites whose names begin with `prefix`, in one call for each 100. `state`: only those in this state. */
export async function describeComposites(prefix: string, state?: StateValue): Promise<readonly AlarmNow[]> {
  const composites: AlarmNow[] = [];
  const pages = paginateDescribeAlarms(
    { client: cloudWatch, pageSize: MOST_ALARM_NAMES },
    {
      AlarmNamePrefix: prefix,
      AlarmTypes: ['CompositeAlarm'],
      ...(state === undefined ? {} : { StateValue: state }),
    },
  );
  for await (const { CompositeAlarms = [] } of pages) composites.push(...CompositeAlarms.map(alarmNow));
  return composites;
}

const alarmNow = (alarm: MetricAlarm | CompositeAlarm): AlarmNow => ({
  name: alarm.AlarmName ?? '',
  state: alarm.StateValue ?? '',
  // The last change of state, which `StateUpdatedTimestamp` is not.
  since: alarm.StateTransitionedTimestamp,
  isMuted: alarm.ActionsEnabled === false,
});

/**
 * Those of `names` for which a mute rule is active: one call where none is active in the account, and one more for each
 * name otherwise, since a list of rules does not say whom they mute.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListAlarmMuteRules.html
 */
export async function mutedAmong(names: readonly string[]): Promise<readonly string[]> {
  if (!(await hasActiveMuteRule(cloudWatch))) return [];
  const answers = await Promise.all(names.map((name) => hasActiveMuteRule(uncounted, name)));
  return names.filter((_, index) => answers[index]);
}

async function hasActiveMuteRule(client: CloudWatchClient, AlarmName?: string): Promise<boolean> {
  const { AlarmMuteRuleSummaries = [] } = await client.send(
    new ListAlarmMuteRulesCommand({
      Statuses: ['ACTIVE'],
      MaxRecords: MOST_ALARM_NAMES,
      ...(AlarmName === undefined ? {} : { AlarmName }),
    }),
  );
  return AlarmMuteRuleSummaries.length > 0;
}

const describe = (names: readonly string[]): DescribeAlarmsCommand =>
  new DescribeAlarmsCommand({
    AlarmNames: [...names],
    AlarmTypes: ['MetricAlarm'],
    MaxRecords: MOST_ALARM_NAMES,
  });

/** An alarm whose threshold follows a quota, with all that is needed to write it back. */
export interface UsageAlarm {
  /** Undefined for an alarm that compares with something else, such as a band. */
  readonly threshold: number | undefined;
  /** Empty for an alarm on a single metric. */
  readonly metrics: readonly MetricDataQuery[];
  readonly described: MetricAlarm;
}

/** Alarms by name, in one call; one that does not exist is left out. `names`: at most `MOST_ALARM_NAMES`. */
export async function describeUsageAlarms(
  names: readonly string[],
  pace: Pace = 'patient',
): Promise<ReadonlyMap<string, UsageAlarm>> {
  // Without any name DescribeAlarms would answer with every alarm of the account.
  if (names.length === 0) return new Map();
  const { MetricAlarms = [] } = await (pace === 'brisk' ? cloudWatch : patientCloudWatch).send(
    describe(names),
  );
  return new Map(
    MetricAlarms.map((described) => [
      described.AlarmName ?? '',
      { threshold: described.Threshold, metrics: described.Metrics ?? [], described },
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

/** What is to be other than described; the rest stays. */
export interface UsageAlarmChange {
  readonly threshold?: number;
  readonly metrics?: readonly MetricDataQuery[];
}

/**
 * Gives an alarm another threshold, other metrics or both, in one write. PutMetricAlarm replaces the whole configuration,
 * so everything else is sent as it was described; state and tags stay by themselves. An alarm that was deleted meanwhile
 * comes back: AWS has no conditional write, so describe and change it right after each other.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
export async function changeUsageAlarm(
  { described }: UsageAlarm,
  { threshold, metrics }: UsageAlarmChange,
): Promise<void> {
  await patientCloudWatch.send(
    new PutMetricAlarmCommand({
      ...configurationOf(described),
      ...(threshold === undefined ? {} : { Threshold: threshold }),
      ...(metrics === undefined ? {} : { Metrics: [...metrics] }),
    }),
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
