import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ALARM_NAMES } from '../../lambda/domain/alarm-catalogue';
import { MODEL, RPM_CODE, rehearse, settingsWith, TPM_CODE } from './rehearse';

/** Whatever happens to a model, to its settings and to AWS: no text may say what is not so. */

const minute = fc.integer({ min: 0, max: 58 }).map((at) => `${at}m`);
const parameter = (key: string): string => `/AcmeCorp/bedrock/quota-monitoring/${MODEL}/${key}`;

const written = (keys: readonly string[], values: readonly string[]) =>
  fc.record({
    at: minute,
    call: fc.constant('ssm.PutParameter'),
    with: fc.record({
      Name: fc.constantFrom(...keys.map(parameter)),
      Value: fc.constantFrom(...values),
      Type: fc.constant('String'),
      Overwrite: fc.constant(true),
    }),
  });

const event = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      at: minute,
      setAlarm: fc.record({
        model: fc.constant(MODEL),
        alarm: fc.constantFrom(...ALARM_NAMES),
        state: fc.constantFrom('ALARM', 'ALARM', 'OK', 'AUTO'),
      }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      at: minute,
      setQuota: fc.record({ [RPM_CODE]: fc.constantFrom(0, 1, 5000, 20000) }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ at: minute, resolveCases: fc.constant('all') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      at: minute,
      mute: fc.record(
        {
          model: fc.constant(MODEL),
          alarm: fc.constantFrom(...ALARM_NAMES),
          for: fc.constantFrom('5m', '30m'),
        },
        { requiredKeys: ['model', 'for'] },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: written(['rpmIncreasePercent', 'tpmIncreasePercent'], ['0', '7', '101', 'x']),
  },
  {
    weight: 1,
    arbitrary: written(['thresholds/rpm-threshold-calculated', 'config'], ['8000', 'broken']),
  },
);

/** Calls that may fail, and with what. */
const CALLS = [
  ['cloudwatch.DescribeAlarms', 'InternalServiceFault'],
  ['cloudwatch.GetMetricData', 'InternalServiceFault'],
  ['cloudwatch.ListAlarmMuteRules', 'InternalServiceFault'],
  ['dynamodb.UpdateItem', 'InternalServerError'],
  ['dynamodb.TransactWriteItems', 'InternalServerError'],
  ['dynamodb.Query', 'InternalServerError'],
  ['ssm.GetParameters', 'InternalServerError'],
  ['servicequotas.GetServiceQuota', 'ServiceException'],
  ['secretsmanager.GetSecretValue', 'InternalServiceError'],
  ['support.DescribeCases', 'InternalServerError'],
  ['support.DescribeCommunications', 'InternalServerError'],
  ['support.CreateCase', 'InternalServerError'],
  ['support.CreateCase', 'CaseCreationLimitExceeded'],
  ['support.AddCommunicationToCase', 'InternalServerError'],
  ['sns.Publish', 'InternalFailure'],
  ['sqs.SendMessage', 'InternalError'],
] as const;

const fault = fc
  .record({
    failing: fc.constantFrom(...CALLS),
    from: minute,
    often: fc.constantFrom({ always: true }, { times: 1 }, { times: 3 }),
    effect: fc.constantFrom('before', 'after'),
    kind: fc.constantFrom('error', 'error', 'cut'),
  })
  .map(({ failing: [call, error], often, ...rest }) => ({ call, error, ...often, ...rest }));

const series = fc.record({
  Invocations: fc.constantFrom('4000x59', '_x10 9500x30 _x10', '0x59'),
  EstimatedTPMQuotaUsage: fc.constantFrom('2500000x59', '6000000x20 1x39', '_x60'),
  InputTokenCount: fc.constantFrom('1500000x59', '_x60'),
  InvocationLatency: fc.constantFrom('900x59', '_x20 300000x38'),
  InvocationThrottles: fc.constantFrom('_x60', '_x10 40x20 _x28', '3x59'),
  InvocationClientErrors: fc.constantFrom('_x60', '_x5 9x40'),
  InvocationServerErrors: fc.constantFrom('_x60', '_x15 9x40'),
});

/** Few, since to synthesise them takes longer than to play a scenario. */
const SETTINGS = [
  settingsWith({ reminderHours: 1 }),
  settingsWith({
    modelId: 'us.anthropic.claude-opus-4-6-v1',
    acceptQuotaCodeMismatch: true,
    dataResidency: 'Yes',
    flapHoldMinutes: 0,
  }),
  settingsWith({ tpmQuotaCode: 'NA', dataResidency: 'No', flapHoldMinutes: 20, reminderHours: 2 }),
  settingsWith({ reminderHours: 0, recoveryNotice: false, closingCommunication: false }),
];

const scenario = fc.record({
  name: fc.constant('Anything'),
  metricDelay: fc.constantFrom('0m', '1m', '3m'),
  settings: fc.constantFrom(...SETTINGS),
  quotas: fc.record({
    [RPM_CODE]: fc.constantFrom(10000, 200),
    [TPM_CODE]: fc.constantFrom<number | { default: number }>(6250000, { default: 200000 }),
  }),
  models: series.map((one) => ({
    [MODEL]: { history: { interval: '1h', Invocations: '9500 4000x30' }, series: one },
  })),
  events: fc.array(event, { minLength: 2, maxLength: 10 }),
  faults: fc.array(fault, { maxLength: 2 }),
  until: fc.constantFrom('70m', '3h'),
});

/** fast-check shrinks what fails to the least scenario that does. */
test('whatever happens, every text is true, and nothing is refused', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (one) => {
      const { failures, claims, emails } = await rehearse(one);
      expect(failures).toEqual([]);
      expect(claims.texts).toBeGreaterThanOrEqual(
        emails.filter(({ subject }) => !/^(ALARM|INSUFFICIENT_DATA): /.test(subject)).length,
      );
    }),
    // The same scenarios in every run; another seed plays others.
    { seed: 20260302, numRuns: 8, endOnFailure: true },
  );
}, 240_000);
