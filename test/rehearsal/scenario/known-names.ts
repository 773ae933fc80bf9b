/** What the scenarios of these tests may name. */
export const KNOWN = {
  alarmNames: ['ServerErrors', 'Throttles', 'QuotaHealth'],
  metrics: { Invocations: 'Sum', InvocationThrottles: 'Sum' },
} as const;
