import { alarmGoesTo, at, MODEL, QUIET_HISTORY, RPM_CODE, settingsWith, TPM_CODE } from './rehearse';

/** Six scenarios in which, together, everything that anything is allowed is done. */

/** Of RPM only the default is known. */
const QUOTAS = { [RPM_CODE]: { default: 10000 }, [TPM_CODE]: 6250000 };

const QUEUE_URL = 'http://127.0.0.1/111122223333/AcmeCorp-Bedrock-OpsAlert-tasks';

/**
 * A case that is opened at the second try, closed and later added to; resolved while the incident is open, so that the
 * reconciler makes the ledger forget it; an alarm that nobody is told of until its mute ends, when the reconciler asks for
 * it; a message that ends as a dead letter; and the model's removal.
 */
export const INCIDENTS = {
  name: 'Incidents, and an end',
  quotas: QUOTAS,
  events: [
    at(5, { call: 'sqs.SendMessage', with: { QueueUrl: QUEUE_URL, MessageBody: 'no alarm' } }),
    alarmGoesTo(10, 'Throttles', 'ALARM'),
    alarmGoesTo(20, 'Throttles', 'OK'),
    alarmGoesTo(40, 'ClientErrors', 'ALARM'),
    at(41, { mute: { model: MODEL, alarm: 'ServerErrors', for: '5m' } }),
    alarmGoesTo(42, 'ServerErrors', 'ALARM'),
    at(48, { resolveCases: 'all' }),
    alarmGoesTo(52, 'ServerErrors', 'OK'),
    alarmGoesTo(52, 'ClientErrors', 'OK'),
    at(64, { remove: { model: MODEL } }),
  ],
  faults: [{ call: 'support.CreateCase', error: 'ThrottlingException', times: 1 }],
  until: '66m',
  expect: [
    { case: 'Quota Request', count: 1, between: ['12m', '13m'] },
    { case: 'Investigation Request', count: 1, between: ['50m', '52m'] },
    // Throttles, its case, and its end.
    { emails: 3, severity: 'CRITICAL', between: ['10m', '31m'] },
    { emails: 1, subject: 'DeadLetters' },
    // ClientErrors, ServerErrors when the mute has ended, and the end.
    { emails: 3, severity: 'CRITICAL', between: ['40m', '63m'] },
    { emails: 7 },
  ],
};

/** The quotas of an application profile are found, and the account was never given one of them. */
export const FOUND = {
  name: 'Found quotas',
  settings: settingsWith({
    modelId: 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/orders000001',
    rpmQuotaCode: undefined,
    tpmQuotaCode: undefined,
  }),
  quotas: { [RPM_CODE]: 10000, [TPM_CODE]: 0 },
  inferenceProfiles: { Orders: { copyFrom: 'global.anthropic.claude-opus-4-6-v1', id: 'orders000001' } },
  models: { [MODEL]: {} },
  until: '5m',
  expect: [{ threshold: 'TPM', value: 0, at: '1m' }],
};

/** One more than a usage alarm has room for, so that the updater asks for the busiest. */
const TEN_PROFILES = Object.fromEntries(
  Array.from({ length: 10 }, (_, index) => [
    `Team ${index}`,
    { copyFrom: 'global.anthropic.claude-opus-4-6-v1' },
  ]),
);

/** Both quotas are raised, and the daily update follows; application profiles are followed from the deployment on. */
export const UPDATE = {
  name: 'A raised quota',
  quotas: QUOTAS,
  inferenceProfiles: TEN_PROFILES,
  models: { [MODEL]: {} },
  events: [at(60, { setQuota: { [RPM_CODE]: { default: 12500 }, [TPM_CODE]: 7812500 } })],
  until: '23h10m',
  expect: [
    { threshold: 'RPM', value: 10000, at: '23h5m' },
    { threshold: 'TPM', value: 6250000, at: '23h5m' },
    { emails: 0 },
  ],
};

/** A quota is raised whose alarm is left as it is: the alarm's next change shows it, and people are told. */
export const DRIFT = {
  name: 'A drift',
  settings: settingsWith({ automatedThresholdUpdate: false }),
  models: { [MODEL]: {} },
  quotas: { [RPM_CODE]: 10000, [TPM_CODE]: 6250000 },
  events: [
    at(2, {
      call: 'cloudwatch.PutMetricAlarm',
      with: {
        AlarmName: `AcmeCorp-Bedrock-HighTPMQuotaUsage-Warning-${MODEL}`,
        EvaluationPeriods: 5,
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 99000000,
        Namespace: 'AWS/Bedrock',
        MetricName: 'EstimatedTPMQuotaUsage',
        Dimensions: [{ Name: 'ModelId', Value: 'global.anthropic.claude-opus-4-6-v1' }],
        Statistic: 'Sum',
        Period: 60,
      },
    }),
  ],
  until: '8m',
  expect: [{ emails: 1, subject: 'threshold not as the quota' }],
};

/** TPM reaches its threshold, so that Service Quotas is asked for more; what AWS answers is told and followed. */
export const REQUESTED = {
  name: 'An answered request',
  models: {
    [MODEL]: {
      history: QUIET_HISTORY,
      series: { Invocations: '4000x59', EstimatedTPMQuotaUsage: '2500000x4 5600000x14 2500000x40' },
    },
  },
  events: [at(30, { answerQuotaRequest: { [TPM_CODE]: { status: 'DENIED', reply: 'Not now.' } } })],
  until: '61m',
  expect: [{ emails: 1, subject: 'TPM increase denied' }],
};

/** Six hours after the deployment: a health check. */
export const HEALTH_CHECK = {
  name: 'A health check',
  models: { [MODEL]: {} },
  until: '5h1m',
  expect: [{ emails: 0 }],
};
