import { MOST_SUBJECT_CHARACTERS } from '../../aws/sns';
import type { Alarm, CompositeAlarm, MetricAlarm, StateRecord, TriggeringChild } from './alarm';
import type { MetricQuery } from './metric-query';
import type { Metric } from './metric-store';
import { alarmTimestamp } from './state-reason';

/** Where an alarm lives, as its notifications name it. */
export interface Home {
  readonly accountId: string;
  readonly region: string;
}

const REGION_NAMES: Readonly<Record<string, string>> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-1': 'US West (N. California)',
  'us-west-2': 'US West (Oregon)',
  'ca-central-1': 'Canada (Central)',
  'sa-east-1': 'South America (Sao Paulo)',
  'eu-central-1': 'EU (Frankfurt)',
  'eu-central-2': 'EU (Zurich)',
  'eu-west-1': 'EU (Ireland)',
  'eu-west-2': 'EU (London)',
  'eu-west-3': 'EU (Paris)',
  'eu-north-1': 'EU (Stockholm)',
  'eu-south-1': 'EU (Milan)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
  'ap-northeast-2': 'Asia Pacific (Seoul)',
  'ap-northeast-3': 'Asia Pacific (Osaka)',
  'ap-south-1': 'Asia Pacific (Mumbai)',
  'ap-southeast-1': 'Asia Pacific (Singapore)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
};

/** `ALARM: "name" in US East (N. Virginia)`, cut to what SNS takes. */
export function notificationSubject(alarm: Alarm, home: Home): string {
  const subject = `${alarm.state.value}: "${alarm.configuration.alarmName}" in ${regionName(home.region)}`;
  return subject.slice(0, MOST_SUBJECT_CHARACTERS);
}

/**
 * The JSON that an alarm publishes to a topic when its state has changed from `previous`. A composite's has AlarmRule
 * and TriggeringChildren, a metric alarm's has Trigger.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
 */
export function notificationMessage(
  alarm: Alarm,
  previous: StateRecord,
  triggeringChildren: readonly TriggeringChild[],
  home: Home,
): string {
  return JSON.stringify(
    alarm.type === 'composite'
      ? compositeMessage(alarm, previous, triggeringChildren, home)
      : metricAlarmMessage(alarm, previous, home),
  );
}

/** What CloudWatch gives a topic's e-mail subscribers instead: a text for people with these fields, in words of our own. */
export function notificationEmail(alarm: Alarm, previous: StateRecord, { accountId, region }: Home): string {
  const { alarmName, alarmDescription = 'none' } = alarm.configuration;
  return [
    `CloudWatch alarm "${alarmName}" in ${regionName(region)} is now ${alarm.state.value}.`,
    '',
    `Description: ${alarmDescription}`,
    `State change: ${previous.value} -> ${alarm.state.value}`,
    `Reason: ${alarm.state.reason}`,
    `Time: ${alarmTimestamp(alarm.state.transitionedAt)}`,
    `Account ${accountId}`,
    `Alarm: ${alarm.arn}`,
  ].join('\n');
}

function compositeMessage(
  alarm: CompositeAlarm,
  previous: StateRecord,
  triggeringChildren: readonly TriggeringChild[],
  home: Home,
): Readonly<Record<string, unknown>> {
  return {
    ...opening(alarm, home),
    ...actions(alarm),
    OldStateValue: previous.value,
    AlarmRule: alarm.configuration.alarmRule,
    TriggeringChildren: triggeringChildren.map(({ arn, state, at }) => {
      return { Arn: arn, State: { Value: state, Timestamp: alarmTimestamp(at) } };
    }),
  };
}

function metricAlarmMessage(
  alarm: MetricAlarm,
  previous: StateRecord,
  home: Home,
): Readonly<Record<string, unknown>> {
  return {
    ...opening(alarm, home),
    AlarmConfigurationUpdatedTimestamp: alarmTimestamp(alarm.configurationUpdatedAt),
    OldStateValue: previous.value,
    ...actions(alarm),
    Trigger: trigger(alarm),
  };
}

function opening(alarm: Alarm, { accountId, region }: Home): Readonly<Record<string, unknown>> {
  return {
    AlarmName: alarm.configuration.alarmName,
    AlarmDescription: alarm.configuration.alarmDescription ?? null,
    AWSAccountId: accountId,
    NewStateValue: alarm.state.value,
    NewStateReason: alarm.state.reason,
    StateChangeTime: alarmTimestamp(alarm.state.transitionedAt),
    Region: regionName(region),
    AlarmArn: alarm.arn,
  };
}

function actions({ configuration }: Alarm): Readonly<Record<string, unknown>> {
  return {
    OKActions: configuration.okActions,
    AlarmActions: configuration.alarmActions,
    InsufficientDataActions: configuration.insufficientDataActions,
  };
}

function trigger({ configuration }: MetricAlarm): Readonly<Record<string, unknown>> {
  const { limit, queries, usesMetrics } = configuration;
  const [first] = queries;
  return {
    ...(!usesMetrics && first?.kind === 'metric' && singleMetric(first)),
    Period: configuration.period,
    EvaluationPeriods: configuration.evaluationPeriods,
    ...(configuration.datapointsToAlarm !== undefined && {
      DatapointsToAlarm: configuration.datapointsToAlarm,
    }),
    ComparisonOperator: configuration.comparison,
    ...('bandId' in limit ? { ThresholdMetricId: limit.bandId } : { Threshold: limit.threshold }),
    TreatMissingData: configuration.treatMissingData ?? '',
    EvaluateLowSampleCountPercentile: '',
    ...(usesMetrics && { Metrics: queries.map(queryOfTrigger) }),
  };
}

function singleMetric(query: Extract<MetricQuery, { kind: 'metric' }>): Readonly<Record<string, unknown>> {
  return {
    MetricName: query.metric.name,
    Namespace: query.metric.namespace,
    StatisticType: 'Statistic',
    Statistic: query.statistic.toUpperCase(),
    Unit: query.unit ?? null,
    Dimensions: dimensions(query.metric),
  };
}

function queryOfTrigger(query: MetricQuery): Readonly<Record<string, unknown>> {
  const shared = { ...(query.label !== undefined && { Label: query.label }), ReturnData: query.returnData };
  if (query.kind === 'expression') return { Id: query.id, Expression: query.source, ...shared };
  const { metric, period, statistic } = query;
  const named = { Dimensions: dimensions(metric), MetricName: metric.name, Namespace: metric.namespace };
  return { Id: query.id, MetricStat: { Metric: named, Period: period, Stat: statistic }, ...shared };
}

/** The keys of a notification's dimensions are in lower case. */
function dimensions(metric: Metric): readonly { value: string; name: string }[] {
  return Object.entries(metric.dimensions).map(([name, value]) => ({ value, name }));
}

function regionName(region: string): string {
  return REGION_NAMES[region] ?? region;
}
