import { MOST_ALARM_NAMES } from '../../aws/cloudwatch';
import { AwsError, type Input, NotRehearsed } from '../service';
import type { Alarm, CompositeAlarm, MetricAlarm } from './alarm';
import { actionsFor } from './alarm';
import type { CloudWatch } from './cloudwatch';
import { choiceField, countField, rejectUnknown, textField, textList, validationError } from './fields';
import type { MetricQuery } from './metric-query';
import type { Metric } from './metric-store';

type Fields = Readonly<Record<string, unknown>>;

export interface DescribeAlarmsOutput {
  readonly MetricAlarms: readonly Fields[];
  readonly CompositeAlarms: readonly Fields[];
  readonly NextToken?: string;
}

const FILTERS = ['AlarmNames', 'AlarmNamePrefix', 'AlarmTypes', 'StateValue', 'ActionPrefix'];
const FIELDS = new Set([...FILTERS, 'ChildrenOfAlarmName', 'MaxRecords', 'NextToken']);
const STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;

/**
 * DescribeAlarms: metric alarms only, unless AlarmTypes says otherwise; 100 a page, metric alarms before composites,
 * each by name. Of the children of an alarm only name, ARN, state and StateUpdatedTimestamp are told.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export function describeAlarms(cloudWatch: CloudWatch, input: Input): DescribeAlarmsOutput {
  rejectUnknown(input, FIELDS, 'DescribeAlarms');
  const parent = textField(input, 'ChildrenOfAlarmName');
  const found = parent === undefined ? filtered(cloudWatch, input) : childrenOf(cloudWatch, parent, input);
  const { alarms, next } = page(found, input);
  const render = parent === undefined ? renderAlarm : renderChild;
  return {
    MetricAlarms: alarms.filter(({ type }) => type === 'metric').map(render),
    CompositeAlarms: alarms.filter(({ type }) => type === 'composite').map(render),
    ...(next !== undefined && { NextToken: next }),
  };
}

/** Whether a call of DescribeAlarms may return composite alarms. */
export function describesComposites(input: Input): boolean {
  return (
    textList(input, 'AlarmTypes').includes('CompositeAlarm') ||
    textField(input, 'ChildrenOfAlarmName') !== undefined
  );
}

function filtered(cloudWatch: CloudWatch, input: Input): readonly Alarm[] {
  const names = textList(input, 'AlarmNames');
  const prefix = textField(input, 'AlarmNamePrefix');
  const state = choiceField(input, 'StateValue', STATES);
  const actionPrefix = textField(input, 'ActionPrefix');
  if (names.length > MOST_ALARM_NAMES)
    throw validationError(`AlarmNames has more than ${MOST_ALARM_NAMES} members`);
  if (names.length > 0 && prefix !== undefined) {
    throw validationError('AlarmNames and AlarmNamePrefix exclude each other');
  }
  return alarmsOfTypes(cloudWatch, textList(input, 'AlarmTypes')).filter((alarm) => {
    const { alarmName } = alarm.configuration;
    if (names.length > 0 && !names.includes(alarmName)) return false;
    if (prefix !== undefined && !alarmName.startsWith(prefix)) return false;
    if (actionPrefix !== undefined && !hasAction(alarm, actionPrefix)) return false;
    return state === undefined || alarm.state.value === state;
  });
}

function alarmsOfTypes(cloudWatch: CloudWatch, types: readonly string[]): readonly Alarm[] {
  const unknown = types.find((type) => type !== 'MetricAlarm' && type !== 'CompositeAlarm');
  if (unknown !== undefined) throw new NotRehearsed(`the alarm type ${unknown}`);
  return [
    ...(types.length === 0 || types.includes('MetricAlarm') ? cloudWatch.metricAlarms() : []),
    ...(types.includes('CompositeAlarm') ? cloudWatch.compositeAlarms() : []),
  ];
}

function hasAction({ configuration }: Alarm, prefix: string): boolean {
  return STATES.some((state) => actionsFor(configuration, state).some((action) => action.startsWith(prefix)));
}

function childrenOf(cloudWatch: CloudWatch, parentName: string, input: Input): readonly Alarm[] {
  const other = FILTERS.find((name) => input[name] !== undefined && input[name] !== null);
  if (other !== undefined) throw validationError(`${other} and ChildrenOfAlarmName exclude each other`);
  const parent = cloudWatch.alarm(parentName);
  if (parent?.type !== 'composite') throw validationError(`${parentName} is no composite alarm`);
  const { children } = parent.configuration.rule;
  return [...cloudWatch.metricAlarms(), ...cloudWatch.compositeAlarms()].filter(({ configuration }) => {
    return children.includes(configuration.alarmName);
  });
}

function page(found: readonly Alarm[], input: Input): { alarms: readonly Alarm[]; next: string | undefined } {
  const size = countField(input, 'MaxRecords') ?? MOST_ALARM_NAMES;
  if (size > MOST_ALARM_NAMES) throw validationError(`MaxRecords is greater than ${MOST_ALARM_NAMES}`);
  const start = readToken(textField(input, 'NextToken'), found);
  const alarms = found.slice(start, start + size);
  const last = alarms.at(-1);
  const more = start + size < found.length && last !== undefined;
  return { alarms, next: more ? Buffer.from(last.arn).toString('base64url') : undefined };
}

/** A token is the ARN of the last alarm told. */
function readToken(token: string | undefined, found: readonly Alarm[]): number {
  if (token === undefined) return 0;
  const arn = Buffer.from(token, 'base64url').toString();
  const index = found.findIndex((alarm) => alarm.arn === arn);
  if (index < 0) throw new AwsError('InvalidNextToken', 'The NextToken is not of this request');
  return index + 1;
}

function renderChild(alarm: Alarm): Fields {
  return {
    AlarmName: alarm.configuration.alarmName,
    AlarmArn: alarm.arn,
    StateValue: alarm.state.value,
    StateUpdatedTimestamp: alarm.state.updatedAt,
  };
}

function renderAlarm(alarm: Alarm): Fields {
  return alarm.type === 'metric' ? renderMetricAlarm(alarm) : renderComposite(alarm);
}

function renderShared({ arn, configuration, configurationUpdatedAt, state }: Alarm): Fields {
  return {
    AlarmName: configuration.alarmName,
    AlarmArn: arn,
    ...given('AlarmDescription', configuration.alarmDescription),
    AlarmConfigurationUpdatedTimestamp: configurationUpdatedAt,
    ActionsEnabled: configuration.actionsEnabled,
    OKActions: configuration.okActions,
    AlarmActions: configuration.alarmActions,
    InsufficientDataActions: configuration.insufficientDataActions,
    StateValue: state.value,
    StateReason: state.reason,
    ...given('StateReasonData', state.reasonData),
    StateUpdatedTimestamp: state.updatedAt,
    StateTransitionedTimestamp: state.transitionedAt,
  };
}

function renderComposite(alarm: CompositeAlarm): Fields {
  return { ...renderShared(alarm), AlarmRule: alarm.configuration.alarmRule };
}

function renderMetricAlarm(alarm: MetricAlarm): Fields {
  const { configuration } = alarm;
  const { limit, queries, usesMetrics } = configuration;
  const [first] = queries;
  const single = !usesMetrics && first?.kind === 'metric' ? first : undefined;
  return {
    ...renderShared(alarm),
    ...(single && { MetricName: single.metric.name, Namespace: single.metric.namespace }),
    ...(single && { Statistic: single.statistic, Period: single.period, ...given('Unit', single.unit) }),
    Dimensions: single ? renderDimensions(single.metric) : [],
    ...(usesMetrics && { Metrics: queries.map(renderQuery) }),
    EvaluationPeriods: configuration.evaluationPeriods,
    ...given('DatapointsToAlarm', configuration.datapointsToAlarm),
    ...('bandId' in limit ? { ThresholdMetricId: limit.bandId } : { Threshold: limit.threshold }),
    ComparisonOperator: configuration.comparison,
    ...given('TreatMissingData', configuration.treatMissingData),
  };
}

function renderQuery(query: MetricQuery): Fields {
  const shared = { Id: query.id, ...given('Label', query.label), ReturnData: query.returnData };
  if (query.kind === 'expression') {
    return { ...shared, Expression: query.source, ...given('Period', query.period) };
  }
  const { metric, period, statistic, unit } = query;
  const named = {
    Namespace: metric.namespace,
    MetricName: metric.name,
    Dimensions: renderDimensions(metric),
  };
  return {
    ...shared,
    MetricStat: { Metric: named, Period: period, Stat: statistic, ...given('Unit', unit) },
  };
}

function renderDimensions(metric: Metric): readonly Fields[] {
  return Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value }));
}

function given(name: string, value: unknown): Fields {
  return value === undefined ? {} : { [name]: value };
}
