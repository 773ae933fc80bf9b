import { instantText } from '../instant';
import { digest, uuidFrom } from '../services/derived-ids';
import type { AwsEvent } from '../services/event-bridge';
import type { Alarm, ConfigurationChange, MetricAlarm, StateRecord, Transition } from './alarm';
import type { Home } from './alarm-notification';
import type { MetricQuery } from './metric-query';
import { type MuteRule, muteRuleArn } from './mute-rule';
import { alarmTimestamp } from './state-reason';

/**
 * The event that every change of an alarm's state makes, whatever its actions.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export function alarmStateChange(
  { alarm, alarmArn, at, mutedBy, previousState, to }: Transition,
  home: Home,
): AwsEvent {
  const id = digest('alarm state change', alarmArn, at.toISOString(), to);
  return alarmEvent({ id, type: 'CloudWatch Alarm State Change', alarmArn, at }, home, {
    alarmName: alarm.configuration.alarmName,
    configuration: watched(alarm),
    previousState: stateOf(previousState),
    state: stateOf(alarm.state),
    ...(mutedBy === undefined ? {} : { muteDetail: muteDetail(mutedBy, home) }),
  });
}

/** The event that every alarm makes that is made, changed or deleted, also where nothing of it is another by that. */
export function alarmConfigurationChange(
  { alarm, at, operation, previous }: ConfigurationChange,
  home: Home,
): AwsEvent {
  const { updatedAt, value } = alarm.state;
  const detail = {
    alarmName: alarm.configuration.alarmName,
    operation,
    state: { value, timestamp: alarmTimestamp(updatedAt) },
    configuration: wholeConfiguration(alarm),
    ...(previous === undefined ? {} : { previousConfiguration: wholeConfiguration(previous) }),
  };
  const id = digest('alarm configuration change', alarm.arn, at.toISOString(), JSON.stringify(detail));
  return alarmEvent(
    { id, type: 'CloudWatch Alarm Configuration Change', alarmArn: alarm.arn, at },
    home,
    detail,
  );
}

interface Happened {
  /** Hexadecimal digits that no other event has. */
  readonly id: string;
  readonly type: string;
  readonly alarmArn: string;
  readonly at: Date;
}

const alarmEvent = (
  { id, type, alarmArn, at }: Happened,
  home: Home,
  detail: Readonly<Record<string, unknown>>,
): AwsEvent => ({
  version: '0',
  id: uuidFrom(id),
  'detail-type': type,
  source: 'aws.cloudwatch',
  account: home.accountId,
  time: instantText(at),
  region: home.region,
  resources: [alarmArn],
  detail,
});

const stateOf = ({ reason, reasonData, transitionedAt, value }: StateRecord) => ({
  reason,
  ...(reasonData === undefined ? {} : { reasonData }),
  timestamp: alarmTimestamp(transitionedAt),
  value,
});

const muteDetail = (rule: MuteRule, home: Home) => ({
  mutedByArn: muteRuleArn(rule.name, home),
  muteWindowStart: alarmTimestamp(rule.start),
  muteWindowEnd: alarmTimestamp(rule.end),
});

function wholeConfiguration(alarm: Alarm) {
  const { configuration, configurationUpdatedAt } = alarm;
  return {
    ...watched(alarm),
    ...(alarm.type === 'composite' ? {} : limits(alarm)),
    alarmName: configuration.alarmName,
    actionsEnabled: configuration.actionsEnabled,
    timestamp: alarmTimestamp(configurationUpdatedAt),
    okActions: configuration.okActions,
    alarmActions: configuration.alarmActions,
    insufficientDataActions: configuration.insufficientDataActions,
  };
}

function limits({ configuration }: MetricAlarm) {
  const { datapointsToAlarm, limit, treatMissingData } = configuration;
  return {
    evaluationPeriods: configuration.evaluationPeriods,
    ...(datapointsToAlarm === undefined ? {} : { datapointsToAlarm }),
    ...('bandId' in limit ? { thresholdMetricId: limit.bandId } : { threshold: limit.threshold }),
    comparisonOperator: configuration.comparison,
    ...(treatMissingData === undefined ? {} : { treatMissingData }),
  };
}

/** What an alarm looks at. */
function watched(alarm: Alarm) {
  const { alarmDescription } = alarm.configuration;
  const description = alarmDescription === undefined ? {} : { description: alarmDescription };
  return alarm.type === 'composite'
    ? { alarmRule: alarm.configuration.alarmRule, ...description }
    : { ...description, metrics: alarm.configuration.queries.map((query) => metric(query, alarm)) };
}

/** An alarm on a single metric has no id for it, so CloudWatch makes one up. */
function metric(query: MetricQuery, { arn, configuration: { usesMetrics } }: MetricAlarm) {
  const id = usesMetrics ? query.id : uuidFrom(digest('metric', arn));
  const { label, returnData } = query;
  const shared = { id, ...(label === undefined ? {} : { label }), returnData };
  if (query.kind === 'expression') return { ...shared, expression: query.source };
  const { dimensions, name, namespace } = query.metric;
  return {
    ...shared,
    metricStat: { metric: { dimensions, name, namespace }, period: query.period, stat: query.statistic },
  };
}
