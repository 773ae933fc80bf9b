import { beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import { expectedModel } from '../../lambda/alarm-updater/expected-model';
import type { Run } from '../../lambda/alarm-updater/run';
import { updateModel } from '../../lambda/alarm-updater/update-model';
import { LIVE_SETTINGS, type ModelConfig } from '../../lambda/contract/model-config';
import { functionLabel } from '../../lambda/contract/names';
import { dueNow } from '../../lambda/domain/attention';
import { newCaseBody } from '../../lambda/domain/case-text';
import type { EmailText } from '../../lambda/domain/email-text';
import { plain } from '../../lambda/domain/prose';
import { increasesToRequest, reasonAgainst } from '../../lambda/domain/quota-request';
import { ledger } from '../../lambda/notification-processor/environment';
import { readIncident } from '../../lambda/notification-processor/read-incident';
import { holdOf, type MonitoredModel } from '../../lambda/notification-processor/read-model';
import { recover } from '../../lambda/notification-processor/recover';
import { sendIncidentEmail } from '../../lambda/notification-processor/send-email';
import { settleCase } from '../../lambda/notification-processor/settle-case';
import { settleInTime } from '../../lambda/notification-processor/settle-in-time';
import { readStanding } from '../../lambda/notification-processor/standing';
import { tell } from '../../lambda/notification-processor/tell';
import { changeUsageAlarm, describeUsageAlarms, type UsageAlarm } from '../../lambda/ports/alarms';
import { now } from '../../lambda/ports/clock';
import { publish } from '../../lambda/ports/notifications';
import { readQuota } from '../../lambda/ports/quotas';
import { addCommunication, communicationsOf, createCase, openCasePages } from '../../lambda/ports/support';
import { fileSchema, type WrittenSettings } from '../../lib/settings/schema';
import { incidentOf, peaksOf } from '../domain/incidents';
import { identity, recoveryOf } from '../domain/standings';
import { ACCOUNT, appOf, modelOf, REGION, settingsOf, synthesized } from './synthesized';

/**
 * Every key of the settings file, followed to what it governs: the places of the templates that change with it and no
 * other, and for what only the functions read, what they do with it.
 */

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/ports/logger', () => ({
  logger: { error: jest.fn(), info: jest.fn(), warn: jest.fn() },
}));
jest.mock('../../lambda/ports/clock', () => ({ now: jest.fn() }));
jest.mock('../../lambda/ports/client-settings', () => ({ countedRequests: jest.fn() }));
jest.mock('../../lambda/ports/alarms', () => ({
  changeUsageAlarm: jest.fn(),
  describeUsageAlarms: jest.fn(),
}));
jest.mock('../../lambda/ports/quotas', () => ({ readQuota: jest.fn() }));
jest.mock('../../lambda/thresholds/stored-thresholds', () => ({ storeThresholds: jest.fn() }));
jest.mock('../../lambda/ports/notifications', () => ({ publish: jest.fn() }));
jest.mock('../../lambda/ports/support', () => ({
  addCommunication: jest.fn(),
  communicationsOf: jest.fn(),
  createCase: jest.fn(),
  openCasePages: jest.fn(),
}));
jest.mock('../../lambda/alarm-updater/have-drift-told', () => ({ haveDriftTold: jest.fn() }));
jest.mock('../../lambda/notification-processor/metrics', () => ({ countOne: jest.fn() }));
jest.mock('../../lambda/notification-processor/environment', () => ({
  environment: {},
  ledger: { settle: jest.fn() },
  owner: { customer: 'Acme', accountId: '111122223333', region: 'us-east-1' },
}));
jest.mock('../../lambda/notification-processor/attend-later', () => ({
  attendAt: jest.fn(),
  attendLater: jest.fn(),
}));
jest.mock('../../lambda/notification-processor/read-incident', () => ({ readIncident: jest.fn() }));
jest.mock('../../lambda/notification-processor/settle-in-time', () => ({ settleInTime: jest.fn() }));
jest.mock('../../lambda/notification-processor/standing', () => ({ readStanding: jest.fn() }));
jest.mock('../../lambda/notification-processor/close-incident', () => ({ closeIncident: jest.fn() }));

type ModelKey = keyof WrittenSettings['models'][number];
type TopKey = Exclude<keyof WrittenSettings, 'defaults' | 'models'>;

const { defaults: _defaults, models, ...top } = fileSchema.shape;
const TOP_KEYS = Object.keys(top);
const KEYS = [...TOP_KEYS, ...Object.keys(models.element.shape)];

/** A place, such as `Throttles Threshold`, and what stands there; undefined: nothing. */
type Places = Readonly<Record<string, unknown>>;

type Row = {
  /** Another value than the one that holds without the key. */
  readonly value: unknown;
} & (
  | {
      /** Everything that changes, as it is then. */
      readonly changes: Places;
      readonly used?: () => unknown;
    }
  /** Part of so many names that the value stands wherever this text stood. */
  | { readonly replaces: string }
  /** The value may only confirm another key. */
  | { readonly refused: string; readonly used: () => unknown }
);

const ERRORS = ['ClientErrors', 'ServerErrors', 'Throttles'];
const RATES = ['HighInvocationRate', 'HighTPMQuotaUsage'];
const ANOMALIES = ['InvocationAnomaly', 'InputTokenAnomaly', 'OutputTokenAnomaly', 'LatencyAnomaly'];
const WITH_METRICS = [...RATES, ...ANOMALIES];

const of = (alarms: readonly string[], property: string, value: unknown): Places =>
  Object.fromEntries(alarms.map((alarm) => [`${alarm} ${property}`, value]));
const described = (alarms: readonly string[], text: string): Places =>
  of(alarms, 'AlarmDescription', expect.stringContaining(text));
const config = (key: keyof ModelConfig, value: unknown): Places => ({ [`config Value.${key}`]: value });
/** Also a parameter of its own. */
const live = (key: (typeof LIVE_SETTINGS)[number], value: unknown): Places => ({
  ...config(key, value),
  [`${key} Value`]: String(value),
});
const evaluations = (alarms: readonly string[], count: number): Places => ({
  ...of(alarms, 'EvaluationPeriods', count),
  ...of(alarms, 'DatapointsToAlarm', count),
  ...described(alarms, `in ${count} periods of`),
});

const caseOf = (model: Partial<ModelConfig>, quotaPercent = 25): string => {
  const incident = incidentOf({ alarms: ['Throttles'], usage: peaksOf(9_500, 3_000_000), model });
  const { RPM, TPM } = incident.quotas;
  const quotas = {
    RPM: RPM && { ...RPM, increasePercent: quotaPercent },
    TPM: TPM && { ...TPM, increasePercent: quotaPercent },
  };
  return newCaseBody({ ...incident, quotas }).text;
};

/** Why Service Quotas is not asked for 12,500 RPM in place of 10,000. */
function againstRequest(model: Partial<ModelConfig>) {
  const incident = incidentOf({ alarms: ['HighInvocationRate'], model, usage: peaksOf(9_500, 3_000_000) });
  return increasesToRequest(incident).map((increase) => reasonAgainst(increase, incident))[0];
}

const settle = (model: Partial<ModelConfig>) =>
  settleCase(
    incidentOf({ alarms: ['Throttles'], model }),
    {
      cc: async () => [],
      knownCase: undefined,
      awaitedSince: undefined,
      isAllowed: false,
      isFirstTry: true,
      newCasesPerDay: 10,
      reserve: async () => true,
    },
    new Date('2026-04-01T00:00:00Z'),
    new AbortController().signal,
  );

/** What a run of the alarm updater does after both quotas were raised. */
async function afterRaise(model: Partial<ModelConfig>) {
  jest.mocked(readQuota).mockResolvedValue({
    code: 'L-AAAAAAAA',
    name: 'a quota',
    value: 20_000,
    isDefault: false,
    awsDefault: undefined,
    isAdjustable: true,
  });
  const config = { ...incidentOf({ alarms: ['Throttles'] }).model, ...model };
  const run: Run = {
    customer: 'Acme',
    task: { kind: 'everything' },
    parameters: new Map(),
    configs: new Map([['Nova', config]]),
    profiles: undefined,
    answeredCodes: [],
    now: new Date(0),
  };
  const expected = await expectedModel('Nova', run);
  const alarms = expected.alarms.map(({ alarmName }): [string, UsageAlarm] => [
    alarmName,
    { threshold: 8_000, metrics: [], described: {} },
  ]);
  // Right before a write the alarm is described again.
  jest.mocked(describeUsageAlarms).mockResolvedValue(new Map(alarms));
  return updateModel(expected, new Map(alarms), run);
}

const NOW = new Date('2026-03-02T09:20:00Z');
const RECOVERED_AT = new Date('2026-03-02T09:18:00Z');
const WENT_OFF_AT = new Date('2026-03-02T09:15:00Z');

const THROTTLES_OK = { name: 'Throttles', state: 'OK', since: RECOVERED_AT, isMuted: false };

/** A run on an incident that was told, and whose alarm is over. */
const RUN = {
  model: 'Nova',
  by: 'a message',
  record: {
    model: 'Nova',
    incident: undefined,
    claimed: { Throttles: WENT_OFF_AT },
    claimedBy: {},
    okAt: RECOVERED_AT,
    caseMailed: undefined,
    cases: {},
    awaiting: {},
    requests: {},
    lease: undefined,
  },
  incident: {
    reference: '3f9a27c1e5b0',
    openedAt: WENT_OFF_AT,
    untold: [],
    tellAt: undefined,
    tellBy: undefined,
    isInStorm: false,
    recoverAt: undefined,
    told: { Throttles: { since: WENT_OFF_AT, last: WENT_OFF_AT, times: 1 } },
    tellings: 1,
    toldCases: [],
    asked: [],
    lastTold: undefined,
    remindAt: undefined,
    mutedAt: undefined,
  },
  alarms: { composite: undefined, children: new Map([['Throttles', THROTTLES_OK]]) },
  repeated: [],
  mayBeRepeat: undefined,
  canWait: true,
  newCases: undefined,
  context: undefined,
};

const settingsWith = (model: Partial<ModelConfig>): MonitoredModel => ({
  config: { ...incidentOf({ alarms: ['Throttles'] }).model, ...model },
  thresholds: { RPM: undefined, TPM: undefined },
  sharers: undefined,
  unusedSettings: [],
});

/** The end of an incident that one open case tells of. */
async function afterRecovery(model: Partial<ModelConfig>): Promise<void> {
  const settings = settingsWith(model);
  const openCase = {
    category: 'Quota Request',
    displayId: '1',
    caseId: 'case-1',
    isShared: false,
    asks: undefined,
    state: 'open',
  } as const;
  jest.mocked(communicationsOf).mockResolvedValue([]);
  jest.mocked(readStanding).mockResolvedValue({
    ...recoveryOf(),
    incident: { ...identity, model: settings.config },
    cases: [openCase],
  });
  await recover({ ...RUN, settings }, NOW);
}

const dueAfterOk = (model: Partial<ModelConfig>) =>
  dueNow(RUN.record, RUN.incident, RUN.alarms, { now: NOW, holdMs: holdOf(settingsWith(model)) });

/** What the ledger is told of an incident once it is told. */
async function putDownAfterTelling(model: Partial<ModelConfig>): Promise<unknown> {
  const incident = incidentOf({ alarms: ['Throttles'], model });
  jest.mocked(readIncident).mockResolvedValue(incident);
  jest.mocked(settleInTime).mockResolvedValue({
    outcome: { kind: 'none', reason: { why: 'automation-off' }, isWorthAnotherTry: false },
  });
  jest.mocked(ledger.settle).mockResolvedValue(RUN.record);
  const news = [{ alarm: 'Throttles', at: WENT_OFF_AT }];
  await tell({ ...RUN, settings: settingsWith(model) }, news, settingsWith(model));
  return jest.mocked(ledger.settle).mock.lastCall?.[3]?.incident;
}

const EMAIL: EmailText = { subject: 'WARNING', body: plain('') };

/** A key without a row does not compile, and fails below. */
const ROWS: Readonly<Record<TopKey | ModelKey, Row>> = {
  customer: { value: 'Umbra', replaces: 'Acme' },
  stakeholders: {
    value: ['sre@acme.example', 'ops@acme.example'],
    changes: {
      'AWS::SecretsManager::Secret SecretString.emails.1': 'ops@acme.example',
      'ops@acme.example Endpoint': 'ops@acme.example',
      'ops@acme.example Protocol': 'email',
      'ops@acme.example TopicArn': `arn:aws:sns:${REGION}:${ACCOUNT}:Acme-Bedrock-OpsAlert-notifications`,
      'reconciler Environment.Variables.STAKEHOLDERS': '2',
    },
  },
  updateIntervalDays: {
    value: 7,
    changes: { 'alarm-updates ScheduleExpression': 'rate(7 days)' },
  },
  maxNewCasesPerDay: {
    value: 3,
    changes: { 'notification-processor Environment.Variables.MAX_NEW_CASES_PER_DAY': '3' },
  },
  name: { value: 'Umbra', replaces: 'Nova' },
  modelId: {
    value: 'amazon.nova-lite-v1:0',
    changes: {
      ...config('modelId', 'amazon.nova-lite-v1:0'),
      'Thresholds ModelId': 'amazon.nova-lite-v1:0',
      ...of([...ERRORS, 'HighLatency'], 'Dimensions.0.Value', 'amazon.nova-lite-v1:0'),
      ...of(WITH_METRICS, 'Metrics.0.MetricStat.Metric.Dimensions.0.Value', 'amazon.nova-lite-v1:0'),
    },
  },
  region: { value: 'eu-west-1', replaces: REGION },
  account: { value: '444455556666', replaces: ACCOUNT },
  tags: {
    value: { team: 'sre' },
    changes: {
      ...of([...ERRORS, ...RATES, 'HighLatency', ...ANOMALIES, 'QuotaHealth'], 'Tags.0.Key', 'team'),
      ...of([...ERRORS, ...RATES, 'HighLatency', ...ANOMALIES, 'QuotaHealth'], 'Tags.0.Value', 'sre'),
      ...of(['config', ...LIVE_SETTINGS], 'Tags.team', 'sre'),
    },
  },
  inferenceProfileType: {
    value: 'Application',
    refused: 'inferenceProfileType: Application: the modelId of models[0] says otherwise',
    used: () =>
      expect(caseOf({ inferenceProfileType: 'Application' })).toContain(
        'Inference profile type: Application',
      ),
  },
  notificationPreference: {
    value: 'critical',
    changes: live('notificationPreference', 'critical'),
    used: async () => {
      await sendIncidentEmail(incidentOf({ alarms: ['HighLatency'] }), 'WARNING', EMAIL);
      expect(publish).toHaveBeenCalledTimes(1);
      await sendIncidentEmail(
        incidentOf({ alarms: ['HighLatency'], model: { notificationPreference: 'critical' } }),
        'WARNING',
        EMAIL,
      );
      expect(publish).toHaveBeenCalledTimes(1);
    },
  },
  dataResidency: {
    value: 'Yes',
    changes: config('dataResidency', 'Yes'),
    used: () => {
      expect(caseOf({ dataResidency: 'No' })).not.toContain('geographic residency is required');
      expect(caseOf({ dataResidency: 'Yes' })).toContain('geographic residency is required');
    },
  },
  inputModalities: {
    value: 'TEXT Only',
    changes: config('inputModalities', 'TEXT Only'),
    used: () => expect(caseOf({ inputModalities: 'TEXT Only' })).toContain('Input modalities: TEXT Only'),
  },
  rpmQuotaCode: {
    value: 'L-CCCCCCCC',
    changes: { 'Thresholds RpmQuotaCode': 'L-CCCCCCCC', ...config('rpmQuotaCode', 'L-CCCCCCCC') },
  },
  tpmQuotaCode: {
    value: 'L-CCCCCCCC',
    changes: { 'Thresholds TpmQuotaCode': 'L-CCCCCCCC', ...config('tpmQuotaCode', 'L-CCCCCCCC') },
  },
  acceptQuotaCodeMismatch: {
    value: true,
    changes: { 'Thresholds AcceptQuotaCodeMismatch': 'true' },
  },
  rpmIncreasePercent: {
    value: 50,
    changes: live('rpmIncreasePercent', 50),
    used: () => expect(caseOf({}, 50)).toContain('15,000 RPM'),
  },
  tpmIncreasePercent: {
    value: 50,
    changes: live('tpmIncreasePercent', 50),
    used: () => expect(caseOf({}, 50)).toContain('9,375,000 TPM'),
  },
  rpmThresholdPercent: {
    value: 61,
    changes: {
      'Thresholds RpmThresholdPercent': 61,
      ...config('rpmThresholdPercent', 61),
      ...described(['HighInvocationRate'], '61 % of the RPM quota'),
    },
  },
  tpmThresholdPercent: {
    value: 61,
    changes: {
      'Thresholds TpmThresholdPercent': 61,
      ...config('tpmThresholdPercent', 61),
      ...described(['HighTPMQuotaUsage'], '61 % of the TPM quota'),
    },
  },
  latencyThresholdMs: {
    value: 15_000,
    changes: {
      'HighLatency Threshold': 15_000,
      ...config('latencyThresholdMs', 15_000),
      ...described(['HighLatency'], 'above 15,000 ms'),
    },
  },
  automatedSupportCase: {
    value: false,
    changes: live('automatedSupportCase', false),
    used: async () => {
      expect(await settle({ automatedSupportCase: false })).toMatchObject({
        outcome: { reason: { why: 'automation-off' } },
      });
      expect(openCasePages).not.toHaveBeenCalled();
    },
  },
  automatedQuotaRequest: {
    value: false,
    changes: live('automatedQuotaRequest', false),
    used: () => {
      expect(againstRequest({ automatedQuotaRequest: false })).toEqual({ why: 'off' });
      expect(againstRequest({ automatedQuotaRequest: true })).toBeUndefined();
    },
  },
  quotaCeilingMultiple: {
    value: 1.5,
    changes: config('quotaCeilingMultiple', 1.5),
    used: () => {
      expect(againstRequest({ quotaCeilingMultiple: 1.2 })).toMatchObject({
        why: 'ceiling',
        ceiling: 12_000,
      });
      expect(againstRequest({ quotaCeilingMultiple: 1.25 })).toBeUndefined();
    },
  },
  automatedThresholdUpdate: {
    value: false,
    changes: config('automatedThresholdUpdate', false),
    used: async () => {
      expect(await afterRaise({ automatedThresholdUpdate: false })).toMatchObject({ updated: 0, drifted: 2 });
      expect(changeUsageAlarm).not.toHaveBeenCalled();
      expect(await afterRaise({ automatedThresholdUpdate: true })).toMatchObject({ updated: 2, drifted: 0 });
      expect(changeUsageAlarm).toHaveBeenCalledTimes(2);
    },
  },
  recoveryNotice: {
    value: false,
    changes: config('recoveryNotice', false),
    used: async () => {
      await afterRecovery({ recoveryNotice: false });
      expect(publish).not.toHaveBeenCalled();
      await afterRecovery({ recoveryNotice: true });
      expect(publish).toHaveBeenCalledTimes(1);
    },
  },
  closingCommunication: {
    value: false,
    changes: config('closingCommunication', false),
    used: async () => {
      await afterRecovery({ closingCommunication: false });
      expect(addCommunication).not.toHaveBeenCalled();
      await afterRecovery({ closingCommunication: true });
      expect(addCommunication).toHaveBeenCalledTimes(1);
    },
  },
  flapHoldMinutes: {
    value: 0,
    changes: config('flapHoldMinutes', 0),
    used: () => {
      expect(dueAfterOk({ flapHoldMinutes: 0 })).toMatchObject({ kind: 'recover' });
      const recoverAt = new Date(RUN.record.okAt.getTime() + 20 * 60_000);
      expect(dueAfterOk({ flapHoldMinutes: 20 })).toMatchObject({ kind: 'hold', recoverAt });
    },
  },
  reminderHours: {
    value: 0,
    changes: config('reminderHours', 0),
    used: async () => {
      expect(await putDownAfterTelling({ reminderHours: 0 })).not.toHaveProperty('remindAt');
      expect(await putDownAfterTelling({ reminderHours: 7 })).toMatchObject({
        remindAt: new Date(NOW.getTime() + 7 * 60 * 60_000),
      });
    },
  },
  supportCaseLookbackDays: {
    value: 90,
    changes: config('supportCaseLookbackDays', 90),
    used: async () => {
      await settle({ supportCaseLookbackDays: 90 });
      expect(openCasePages).toHaveBeenCalledWith(new Date('2026-01-01T00:00:00Z'));
    },
  },
  useCase: {
    value: 'Letters are translated.',
    changes: live('useCase', 'Letters are translated.'),
    used: () => expect(caseOf({ useCase: 'Letters are translated.' })).toContain('Letters are translated.'),
  },
  caseSeverity: {
    value: 'urgent',
    changes: config('caseSeverity', 'urgent'),
    used: async () => {
      await settle({ caseSeverity: 'urgent' });
      expect(createCase).toHaveBeenCalledWith(expect.objectContaining({ severityCode: 'urgent' }));
    },
  },
  errorThreshold: {
    value: 0,
    changes: {
      ...of(ERRORS, 'Threshold', 0),
      ...described(ERRORS, 'above 0 in'),
      ...config('errorThreshold', 0),
    },
  },
  criticalEvaluationPeriods: { value: 3, changes: evaluations(ERRORS, 3) },
  warningEvaluationPeriods: { value: 3, changes: evaluations(RATES, 3) },
  alarmPeriodSeconds: {
    value: 300,
    changes: { ...of(ERRORS, 'Period', 300), ...described(ERRORS, 'periods of 300 seconds') },
  },
  latencyPeriodSeconds: {
    value: 900,
    changes: { 'HighLatency Period': 900, ...described(['HighLatency'], 'periods of 900 seconds') },
  },
  latencyEvaluationPeriods: { value: 3, changes: evaluations(['HighLatency'], 3) },
  anomalyPeriodSeconds: {
    value: 300,
    changes: {
      ...of(ANOMALIES, 'Metrics.0.MetricStat.Period', 300),
      ...described(ANOMALIES, 'periods of 300 seconds'),
    },
  },
  anomalyEvaluationPeriods: { value: 3, changes: evaluations(ANOMALIES, 3) },
  anomalyBandWidth: {
    value: 2.5,
    changes: {
      ...of(ANOMALIES, 'Metrics.1.Expression', 'ANOMALY_DETECTION_BAND(usage, 2.5)'),
      ...described(ANOMALIES, 'band of width 2.5'),
    },
  },
};

const rowOf = (key: string): Row => {
  const row = Object.entries(ROWS).find(([name]) => name === key)?.[1];
  if (row === undefined) throw new Error(`nothing is said of what ${key} governs`);
  return row;
};

const written = (key: string, value: unknown) =>
  settingsOf(TOP_KEYS.includes(key) ? { [key]: value } : { models: [modelOf({ [key]: value })] });

type Settings = ReturnType<typeof settingsOf>;

interface Stack {
  readonly stackName: string;
  readonly resources: Readonly<Record<string, Resource>>;
}
interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

const stacksOf = (settings: Settings): readonly Stack[] =>
  [...synthesized(appOf(settings)).values()].map(({ stackName, template }) => ({
    stackName,
    resources: template.toJSON().Resources,
  }));

/** It follows the two quota alarms, whose own places are compared. */
const HASH = 'Thresholds QuotaAlarmsHash';

/**
 * The templates with `to` wherever `from` stands. Without what names are digested into: logical ids, hashes, and the
 * key of code that was not bundled.
 */
const named = (stacks: readonly Stack[], from = REGION, to = REGION): unknown =>
  JSON.parse(
    JSON.stringify(stacks.map(({ stackName, resources }) => [stackName, Object.values(resources)]))
      .replaceAll(from, to)
      .replace(/[0-9a-f]{64}/g, '(digest)'),
  );

/** Every single value in the templates, by its place. */
function placesOf(stacks: readonly Stack[]): Places {
  const values = stacks.flatMap(({ resources }) =>
    Object.entries(resources).flatMap(([id, { Type, Properties = {} }]) =>
      leaves(Properties).map(([path, value]) => [`${labelOf(id, Type, Properties)} ${path}`, value] as const),
    ),
  );
  return Object.fromEntries(values.filter(([place]) => place !== HASH));
}

function labelOf(
  id: string,
  type: string,
  { AlarmName, FunctionName, Name, Endpoint, Protocol }: Places,
): string {
  switch (type) {
    case 'AWS::CloudWatch::Alarm':
    case 'AWS::CloudWatch::CompositeAlarm':
      return `${AlarmName}`.split('-')[2] ?? id;
    case 'AWS::SSM::Parameter':
      return `${Name}`.split('/').at(-1) ?? id;
    case 'AWS::SNS::Subscription':
      return Protocol === 'email' ? `${Endpoint}` : id;
    case 'Custom::BedrockQuotaThresholds':
      return 'Thresholds';
    case 'AWS::Lambda::Function':
      return functionLabel(`${FunctionName}`);
    case 'AWS::Events::Rule':
      return functionLabel(`${Name}`);
    case 'AWS::SecretsManager::Secret':
      return type;
    default:
      return id;
  }
}

/** `Metrics.0.Id` and its value, for all that is neither map nor list; JSON in a text is read. */
function leaves(value: unknown, path: readonly string[] = []): readonly (readonly [string, unknown])[] {
  const inner = typeof value === 'string' && /^\{.*\}$/s.test(value) ? JSON.parse(value) : value;
  return typeof inner === 'object' && inner !== null
    ? Object.entries(inner).flatMap(([key, one]) => leaves(one, [...path, key]))
    : [[path.join('.'), inner]];
}

/** What stands in `after` where it differs from `before`. */
const changed = (before: Places, after: Places): Places =>
  Object.fromEntries(
    [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .filter((place) => before[place] !== after[place])
      .map((place) => [place, after[place]]),
  );

const base = stacksOf(settingsOf());

beforeEach(() => {
  jest.resetAllMocks();
  jest.mocked(now).mockReturnValue(NOW);
  jest.mocked(openCasePages).mockImplementation(async function* () {
    yield { cases: [], isLast: true };
  });
});

test.each(KEYS)('%s reaches what it governs, and nothing else', async (key) => {
  const row = rowOf(key);
  if ('refused' in row) {
    expect(() => written(key, row.value)).toThrow(row.refused);
    await row.used();
    return;
  }
  const stacks = stacksOf(written(key, row.value));
  if ('replaces' in row) {
    expect(named(stacks)).toEqual(named(base, row.replaces, String(row.value)));
    expect(named(stacks)).not.toEqual(named(base));
    return;
  }
  const changes = changed(placesOf(base), placesOf(stacks));
  expect(changes).toStrictEqual(row.changes);
  expect(changes).not.toEqual({});
  await row.used?.();
});

describe('a key that only the functions read', () => {
  /** It changes parameters and nothing else. */
  const isReadOnly = ([, row]: [string, Row]): boolean =>
    'changes' in row && Object.keys(row.changes).every((place) => /^[a-z]\w* Value/.test(place));

  test.each(Object.entries(ROWS).filter(isReadOnly))('%s is seen to be used', (_key, row) => {
    expect(row).toHaveProperty('used');
  });
});

test('there is a row for each key of the settings file, and no other', () => {
  expect(Object.keys(ROWS).toSorted()).toEqual(KEYS.toSorted());
});
