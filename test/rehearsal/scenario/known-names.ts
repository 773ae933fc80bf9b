/** What the scenarios of these tests may name. */
export const KNOWN = {
  alarmNames: ['ServerErrors', 'Throttles', 'QuotaHealth'],
  metrics: { Invocations: 'Sum', InvocationThrottles: 'Sum' },
  caseCategories: ['Quota Request', 'Investigation Request'],
  scenarios: ['non_quota', 'new_model', 'high_usage', 'low_usage'],
  severities: ['CRITICAL', 'WARNING'],
  operations: ['cloudwatch.PutMetricAlarm', 'sns.Publish', 'ssm.GetParametersByPath', 'support.CreateCase'],
} as const;
