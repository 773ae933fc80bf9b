import { instantText } from '../instant';
import { digest, uuidFrom } from '../services/derived-ids';
import type { AwsEvent } from '../services/event-bridge';
import type { Alarm, StateRecord, Transition } from './alarm';
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
  return {
    version: '0',
    id: uuidFrom(digest('alarm state change', alarmArn, at.toISOString(), to)),
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    account: home.accountId,
    time: instantText(at),
    region: home.region,
    resources: [alarmArn],
    detail: {
      alarmName: alarm.configuration.alarmName,
      configuration: configuration(alarm),
      previousState: stateOf(previousState),
      state: stateOf(alarm.state),
      ...(mutedBy === undefined ? {} : { muteDetail: muteDetail(mutedBy, home) }),
    },
  };
}

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

function configuration(alarm: Alarm) {
  const { alarmDescription } = alarm.configuration;
  const description = alarmDescription === undefined ? {} : { description: alarmDescription };
  return alarm.type === 'composite'
    ? { alarmRule: alarm.configuration.alarmRule, ...description }
    : { ...description, metrics: alarm.configuration.queries.map((query) => metric(query, alarm)) };
}

/** An alarm on a single metric has no id for it, so CloudWatch makes one up. */
function metric(
  query: MetricQuery,
  { arn, configuration: { usesMetrics } }: Extract<Alarm, { type: 'metric' }>,
) {
  const id = usesMetrics ? query.id : uuidFrom(digest('metric', arn));
  if (query.kind === 'expression') return { id, expression: query.source, returnData: query.returnData };
  const { dimensions, name, namespace } = query.metric;
  return {
    id,
    metricStat: { metric: { dimensions, name, namespace }, period: query.period, stat: query.statistic },
    returnData: query.returnData,
  };
}
