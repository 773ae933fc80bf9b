/**
 * The ten child alarms of a model, as data. The CDK alarms, their descriptions, the classification of an incident and
 * the headings of the runbook are all made from this table.
 */

export type Quota = 'RPM' | 'TPM';

/** A setting of the model that gives a number. */
export type PeriodSetting = 'alarmPeriodSeconds' | 'latencyPeriodSeconds' | 'anomalyPeriodSeconds';
export type EvaluationsSetting =
  | 'criticalEvaluationPeriods'
  | 'warningEvaluationPeriods'
  | 'latencyEvaluationPeriods'
  | 'anomalyEvaluationPeriods';

/** What an alarm compares its metric with; it fires strictly above. */
export type Limit =
  | { readonly kind: 'setting'; readonly setting: 'errorThreshold' | 'latencyThresholdMs' }
  | { readonly kind: 'quota'; readonly quota: Quota }
  | { readonly kind: 'band' };

export interface CatalogueAlarm {
  readonly name: AlarmName;
  readonly layer: 1 | 2 | 3;
  readonly metricName: MetricName;
  readonly statistic: 'Sum' | 'Average';
  /** Seconds, or the setting that gives them. Quotas are per minute, so the quota alarms are fixed at 60. */
  readonly period: 60 | PeriodSetting;
  readonly evaluations: EvaluationsSetting;
  readonly limit: Limit;
  /** As it stands in the alarm's name. */
  readonly severity: 'Critical' | 'Warning';
  /** The quotas a case asks for. */
  readonly quotas: readonly Quota[];
  readonly quotaRelated: boolean;
  /** What it fires for, without a verb, since an alarm may be over when it is told: `throttled requests`. */
  readonly meaning: string;
}

export const ALARM_NAMES = [
  'ClientErrors',
  'ServerErrors',
  'Throttles',
  'HighInvocationRate',
  'HighTPMQuotaUsage',
  'HighLatency',
  'InvocationAnomaly',
  'InputTokenAnomaly',
  'OutputTokenAnomaly',
  'LatencyAnomaly',
] as const;
export type AlarmName = (typeof ALARM_NAMES)[number];

export type MetricName =
  | 'InvocationClientErrors'
  | 'InvocationServerErrors'
  | 'InvocationThrottles'
  | 'Invocations'
  | 'EstimatedTPMQuotaUsage'
  | 'InvocationLatency'
  | 'InputTokenCount'
  | 'OutputTokenCount';

const CRITICAL_ERRORS = {
  layer: 1,
  statistic: 'Sum',
  period: 'alarmPeriodSeconds',
  evaluations: 'criticalEvaluationPeriods',
  limit: { kind: 'setting', setting: 'errorThreshold' },
  severity: 'Critical',
} as const;

const QUOTA_USAGE = {
  layer: 2,
  statistic: 'Sum',
  period: 60,
  evaluations: 'warningEvaluationPeriods',
  severity: 'Warning',
  quotaRelated: true,
} as const;

const ANOMALY = {
  layer: 3,
  period: 'anomalyPeriodSeconds',
  evaluations: 'anomalyEvaluationPeriods',
  limit: { kind: 'band' },
  severity: 'Warning',
} as const;

export const ALARM_CATALOGUE: readonly CatalogueAlarm[] = [
  {
    ...CRITICAL_ERRORS,
    name: 'ClientErrors',
    metricName: 'InvocationClientErrors',
    quotaRelated: true,
    quotas: ['RPM', 'TPM'],
    meaning: 'requests that Bedrock refused (4xx)',
  },
  {
    ...CRITICAL_ERRORS,
    name: 'ServerErrors',
    metricName: 'InvocationServerErrors',
    quotaRelated: false,
    quotas: [],
    meaning: 'errors on the side of Bedrock (5xx)',
  },
  {
    ...CRITICAL_ERRORS,
    name: 'Throttles',
    metricName: 'InvocationThrottles',
    quotaRelated: true,
    quotas: ['RPM', 'TPM'],
    meaning: 'throttled requests',
  },
  {
    ...QUOTA_USAGE,
    name: 'HighInvocationRate',
    metricName: 'Invocations',
    limit: { kind: 'quota', quota: 'RPM' },
    quotas: ['RPM'],
    meaning: 'requests per minute above the alarm threshold',
  },
  {
    ...QUOTA_USAGE,
    name: 'HighTPMQuotaUsage',
    metricName: 'EstimatedTPMQuotaUsage',
    limit: { kind: 'quota', quota: 'TPM' },
    quotas: ['TPM'],
    meaning: 'tokens per minute above the alarm threshold',
  },
  {
    name: 'HighLatency',
    layer: 2,
    metricName: 'InvocationLatency',
    statistic: 'Average',
    period: 'latencyPeriodSeconds',
    evaluations: 'latencyEvaluationPeriods',
    limit: { kind: 'setting', setting: 'latencyThresholdMs' },
    severity: 'Warning',
    quotaRelated: false,
    quotas: [],
    meaning: 'answers slower than the limit set for them',
  },
  {
    ...ANOMALY,
    name: 'InvocationAnomaly',
    metricName: 'Invocations',
    statistic: 'Sum',
    quotaRelated: true,
    quotas: ['RPM'],
    meaning: 'far more requests than is usual at this hour',
  },
  {
    ...ANOMALY,
    name: 'InputTokenAnomaly',
    metricName: 'InputTokenCount',
    statistic: 'Sum',
    quotaRelated: true,
    quotas: ['TPM'],
    meaning: 'far more input tokens than is usual at this hour',
  },
  {
    ...ANOMALY,
    name: 'OutputTokenAnomaly',
    metricName: 'OutputTokenCount',
    statistic: 'Sum',
    quotaRelated: true,
    quotas: ['TPM'],
    meaning: 'far more output tokens than is usual at this hour',
  },
  {
    ...ANOMALY,
    name: 'LatencyAnomaly',
    metricName: 'InvocationLatency',
    statistic: 'Average',
    quotaRelated: false,
    quotas: [],
    meaning: 'answers far slower than is usual at this hour',
  },
];
