import { MOST_ALARM_METRICS } from '../../aws/cloudwatch';
import { AwsError, type Input, NotRehearsed } from '../service';
import type { TreatMissingData } from './alarm-evaluation';
import { type CompositeRule, parseCompositeRule } from './composite-rule';
import {
  booleanField,
  choiceField,
  countField,
  missing,
  numberField,
  rejectUnknown,
  requiredText,
  textField,
  textList,
  validationError,
} from './fields';
import { type MetricQuery, readDimensions, readMetricQueries, readPeriod } from './metric-query';
import { readStatistic } from './metric-store';

export const COMPARISONS = [
  'GreaterThanThreshold',
  'GreaterThanOrEqualToThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
  'GreaterThanUpperThreshold',
  'LessThanLowerThreshold',
  'LessThanLowerOrGreaterThanUpperThreshold',
] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** What every alarm has; actions are ARNs. */
export interface AlarmConfiguration {
  readonly alarmName: string;
  readonly alarmDescription: string | undefined;
  readonly actionsEnabled: boolean;
  readonly okActions: readonly string[];
  readonly alarmActions: readonly string[];
  readonly insufficientDataActions: readonly string[];
}

export interface MetricAlarmConfiguration extends AlarmConfiguration {
  /** One query for an alarm on a single metric, whose id is then `m1`. */
  readonly queries: readonly MetricQuery[];
  /** Whether the alarm was given with `Metrics` rather than with `MetricName`. */
  readonly usesMetrics: boolean;
  /** The query whose values are compared. */
  readonly watchedId: string;
  /** A number, or the id of the anomaly band. */
  readonly limit: { readonly threshold: number } | { readonly bandId: string };
  /** Seconds. */
  readonly period: number;
  readonly evaluationPeriods: number;
  /** As given; when left out, M = N. */
  readonly datapointsToAlarm: number | undefined;
  readonly comparison: Comparison;
  /** As given; when left out, `missing`. */
  readonly treatMissingData: TreatMissingData | undefined;
}

export interface CompositeAlarmConfiguration extends AlarmConfiguration {
  readonly alarmRule: string;
  readonly rule: CompositeRule;
}

const SHARED = [
  'AlarmName',
  'AlarmDescription',
  'ActionsEnabled',
  'OKActions',
  'AlarmActions',
  'InsufficientDataActions',
  'Tags',
];
const METRIC_FIELDS = ['MetricName', 'Namespace', 'Statistic', 'Dimensions', 'Period', 'Unit'];
const METRIC_ALARM_FIELDS = new Set([
  ...SHARED,
  ...METRIC_FIELDS,
  'EvaluationPeriods',
  'DatapointsToAlarm',
  'Threshold',
  'ComparisonOperator',
  'TreatMissingData',
  'Metrics',
  'ThresholdMetricId',
]);
const COMPOSITE_ALARM_FIELDS = new Set([...SHARED, 'AlarmRule']);
const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
const MAXIMUM_ACTIONS = 5;
const HOUR = 3600;
const DAY = 24 * HOUR;

/**
 * Reads the input of PutMetricAlarm, or the resolved properties of `AWS::CloudWatch::Alarm`. Tags are tolerated; any
 * other property that is not rehearsed throws NotRehearsed, a wrong value AwsError.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
export function readMetricAlarm(properties: Input): MetricAlarmConfiguration {
  rejectUnknown(properties, METRIC_ALARM_FIELDS, 'a metric alarm');
  const queries = readWatchedQueries(properties);
  const bandId = textField(properties, 'ThresholdMetricId');
  const watched = watchedQuery(queries, bandId);
  const comparison = choiceField(properties, 'ComparisonOperator', COMPARISONS);
  const evaluationPeriods = countField(properties, 'EvaluationPeriods');
  if (comparison === undefined) throw missing('ComparisonOperator');
  if (evaluationPeriods === undefined) throw missing('EvaluationPeriods');
  const configuration = {
    ...readShared(properties),
    queries,
    usesMetrics: isGiven(properties.Metrics),
    watchedId: watched.id,
    limit: readLimit(properties, bandId, comparison),
    period: onePeriod(queries),
    evaluationPeriods,
    datapointsToAlarm: countField(properties, 'DatapointsToAlarm'),
    comparison,
    treatMissingData: choiceField(properties, 'TreatMissingData', TREATMENTS),
  };
  rejectImpossibleWindow(configuration);
  return configuration;
}

/**
 * Reads the input of PutCompositeAlarm, or the resolved properties of `AWS::CloudWatch::CompositeAlarm`. Throws as
 * `readMetricAlarm` does.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
export function readCompositeAlarm(properties: Input): CompositeAlarmConfiguration {
  rejectUnknown(properties, COMPOSITE_ALARM_FIELDS, 'a composite alarm');
  const alarmRule = requiredText(properties, 'AlarmRule');
  return { ...readShared(properties), alarmRule, rule: parseCompositeRule(alarmRule) };
}

function readShared(properties: Input): AlarmConfiguration {
  const alarmName = requiredText(properties, 'AlarmName');
  if (alarmName.length > 255) throw validationError('AlarmName is longer than 255 characters');
  return {
    alarmName,
    alarmDescription: textField(properties, 'AlarmDescription'),
    actionsEnabled: booleanField(properties, 'ActionsEnabled') ?? true,
    okActions: readActions(properties, 'OKActions'),
    alarmActions: readActions(properties, 'AlarmActions'),
    insufficientDataActions: readActions(properties, 'InsufficientDataActions'),
  };
}

function readActions(properties: Input, name: string): readonly string[] {
  const actions = textList(properties, name);
  if (actions.length > MAXIMUM_ACTIONS)
    throw validationError(`${name} has more than ${MAXIMUM_ACTIONS} members`);
  return actions;
}

function readWatchedQueries(properties: Input): readonly MetricQuery[] {
  const queries = readMetricQueries(properties, 'Metrics');
  if (queries.length === 0) return [singleMetric(properties)];
  const extra = METRIC_FIELDS.find((name) => isGiven(properties[name]));
  if (extra !== undefined) {
    throw new AwsError('InvalidParameterCombinationException', `${extra} and Metrics exclude each other`);
  }
  for (const kind of ['metric', 'expression'] as const)
    if (queries.filter((query) => query.kind === kind).length > MOST_ALARM_METRICS)
      throw validationError(`Metrics has more than ${MOST_ALARM_METRICS} ${kind}s`);
  return queries;
}

/** An empty list is as good as none: DescribeAlarms itself answers `Dimensions: []` beside `Metrics`. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

function singleMetric(properties: Input): MetricQuery {
  const period = readPeriod(properties);
  if (period === undefined) throw missing('Period');
  return {
    id: 'm1',
    label: undefined,
    returnData: true,
    kind: 'metric',
    metric: {
      namespace: requiredText(properties, 'Namespace'),
      name: requiredText(properties, 'MetricName'),
      dimensions: readDimensions(properties),
    },
    statistic: readStatistic(requiredText(properties, 'Statistic')),
    period,
    unit: textField(properties, 'Unit'),
  };
}

function watchedQuery(queries: readonly MetricQuery[], bandId: string | undefined): MetricQuery {
  if (bandId !== undefined && !queries.some((query) => query.id === bandId && isBand(query))) {
    throw validationError(`ThresholdMetricId ${bandId} is no ANOMALY_DETECTION_BAND of Metrics`);
  }
  const returned = queries.filter((query) => query.returnData && query.id !== bandId);
  const [watched, second] = returned;
  if (watched === undefined || second !== undefined) {
    throw validationError('Exactly one element of Metrics must have ReturnData true');
  }
  if (isBand(watched)) throw validationError(`${watched.id} is a band, not a time series`);
  return watched;
}

function isBand(query: MetricQuery): boolean {
  return query.kind === 'expression' && query.expression.kind === 'band';
}

function readLimit(
  properties: Input,
  bandId: string | undefined,
  comparison: Comparison,
): MetricAlarmConfiguration['limit'] {
  const threshold = numberField(properties, 'Threshold');
  const needsBand = comparison.endsWith('LowerThreshold') || comparison.endsWith('UpperThreshold');
  if (needsBand !== (bandId !== undefined)) {
    throw validationError(`${comparison} does not go with ${needsBand ? 'a static threshold' : 'a band'}`);
  }
  if (bandId !== undefined && threshold !== undefined) {
    throw new AwsError(
      'InvalidParameterCombinationException',
      'Threshold and ThresholdMetricId exclude each other',
    );
  }
  if (bandId !== undefined) return { bandId };
  if (threshold === undefined) throw missing('Threshold');
  return { threshold };
}

function onePeriod(queries: readonly MetricQuery[]): number {
  const periods = new Set(queries.flatMap(({ period }) => period ?? []));
  const [period, second] = periods;
  if (period === undefined) throw new NotRehearsed('an alarm on an expression without a metric');
  if (second !== undefined) throw validationError('The elements of Metrics have different periods');
  return period;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
function rejectImpossibleWindow(configuration: MetricAlarmConfiguration): void {
  const { period, evaluationPeriods, datapointsToAlarm } = configuration;
  if ((datapointsToAlarm ?? 0) > evaluationPeriods) {
    throw validationError('DatapointsToAlarm is greater than EvaluationPeriods');
  }
  const longest = period < HOUR ? DAY : 7 * DAY;
  if (period * evaluationPeriods > longest) {
    throw validationError(`EvaluationPeriods times Period is longer than ${longest / DAY} day(s)`);
  }
}
