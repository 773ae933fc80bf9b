import { expect, test } from '@jest/globals';
import type { Report } from '../../rehearsal/report';
import { MODEL, QUIET_HISTORY, rehearseWell } from './rehearse';

const COMPOSITE = 'AcmeCorp-Bedrock-QuotaHealth-Composite-G-Opus-4-6';

/** How often an invocation of a function made these calls and no others. */
function callsOf({ invocations }: Report, label: string): Readonly<Record<string, number>> {
  const times: Record<string, number> = {};
  for (const { function: name, calls } of invocations)
    if (name === label) times[JSON.stringify(calls)] = (times[JSON.stringify(calls)] ?? 0) + 1;
  return times;
}

test('a quiet day evaluates each alarm once a minute at most, and asks AWS no more than it must', async () => {
  let evaluations: ReadonlyMap<string, number> = new Map();
  const report = await rehearseWell(
    {
      name: 'A quiet day',
      models: {
        [MODEL]: {
          history: QUIET_HISTORY,
          series: { Invocations: '4000x1439', InvocationLatency: '900x1439' },
        },
      },
      until: '24h',
    },
    {
      inspect: (aws) => {
        evaluations = aws.region('111122223333', 'us-east-1').cloudWatch.evaluations;
      },
    },
  );
  expect(report.alarms).toEqual([]);
  expect(report.emails).toEqual([]);
  // The hour from the deployment to the start, the day, and the last minute itself.
  const minutes = 60 + 24 * 60 + 1;
  // The model's eleven, and the eighteen on our own health.
  expect(evaluations.size).toBe(29);
  const { [COMPOSITE]: ofComposite = 0, ...ofChildren } = Object.fromEntries(evaluations);
  for (const count of Object.values(ofChildren)) expect(count).toBe(minutes);
  // Once when it is new; then only when a child changes.
  expect(ofComposite).toBe(1);
  // What the deployment itself causes: thresholds, and the composite's first state, OK, whose message comes twice.
  expect(callsOf(report, 'quota-calculator')).toEqual({
    [JSON.stringify({
      'servicequotas:GetAWSDefaultServiceQuota': 2,
      'servicequotas:GetServiceQuota': 2,
      'ssm:GetParameters': 1,
      'ssm:PutParameter': 3,
    })]: 1,
  });
  expect(callsOf(report, 'notification-processor')).toEqual({ '{}': 2 });
  // Every five minutes for 25 hours, alarms and ledger by one call each; and every six hours a health check.
  expect(callsOf(report, 'reconciler')).toEqual({
    [JSON.stringify({ 'cloudwatch:DescribeAlarms': 1 })]: 300,
    [JSON.stringify({ 'dynamodb:Query': 1 })]: 300,
    [JSON.stringify({
      'cloudwatch:GetMetricData': 1,
      'sns:GetTopicAttributes': 1,
      'ssm:GetParametersByPath': 1,
    })]: 4,
  });
  const LISTS_PROFILES = { 'bedrock:ListInferenceProfiles': 2, 'cloudwatch:DescribeAlarms': 1 };
  // For each of the two usage alarms that were deployed; every hour and once a day, with a look for quota requests whose
  // answer is to be told: nothing is written.
  expect(callsOf(report, 'alarm-updater')).toEqual({
    [JSON.stringify({ ...LISTS_PROFILES, 'servicequotas:GetServiceQuota': 1, 'ssm:GetParameters': 1 })]: 2,
    [JSON.stringify({ ...LISTS_PROFILES, 'dynamodb:Query': 1, 'ssm:GetParametersByPath': 1 })]: 25,
    [JSON.stringify({
      ...LISTS_PROFILES,
      'dynamodb:Query': 1,
      'servicequotas:GetServiceQuota': 2,
      'ssm:GetParametersByPath': 1,
    })]: 1,
  });
});
