import type { ModelConfig } from '../../lambda/contract/model-config';
import { childAlarmName, compositeAlarmName } from '../../lambda/contract/names';
import { ALARM_CATALOGUE, type AlarmName } from '../../lambda/domain/alarm-catalogue';
import { decide, type PerQuota } from '../../lambda/domain/decision';
import type { CaseOutcome, Incident, QuotaFacts, TriggeredAlarm } from '../../lambda/domain/incident';
import { measureUsage, peakOf, type Usage } from '../../lambda/domain/usage';

/** Incidents as tests tell of them: which alarms, at which quotas, with which usage. */

export const RPM_CODE = 'L-A52F3C5A';
export const TPM_CODE = 'L-0AD9BC40';

/** The first minute of the usage that incidents tell of; the peak lies in the second. */
const WINDOW_START = new Date('2026-03-02T09:10:00Z');

export const opus: ModelConfig = {
  modelName: 'G-Opus-4-6',
  modelId: 'global.anthropic.claude-opus-4-6-v1',
  inferenceProfileType: 'System-Defined',
  rpmQuotaCode: RPM_CODE,
  tpmQuotaCode: TPM_CODE,
  notificationPreference: 'all',
  dataResidency: 'No',
  inputModalities: 'TEXT and IMAGE',
  rpmIncreasePercent: 25,
  tpmIncreasePercent: 25,
  rpmThresholdPercent: 80,
  tpmThresholdPercent: 80,
  latencyThresholdMs: 240_000,
  errorThreshold: 5,
  automatedSupportCase: true,
  supportCaseLookbackDays: 60,
  useCase: 'Claims of our insurance customers are read and summarised.',
  caseSeverity: 'normal',
};

export const rpmQuota = (current: number, threshold: number, more: Partial<QuotaFacts> = {}): QuotaFacts => ({
  code: RPM_CODE,
  name: 'Global cross-region model inference requests per minute for Anthropic Claude Opus 4.6',
  current,
  threshold,
  isDefault: false,
  increasePercent: 25,
  ...more,
});

export const tpmQuota = (current: number, threshold: number, more: Partial<QuotaFacts> = {}): QuotaFacts => ({
  ...rpmQuota(current, threshold),
  code: TPM_CODE,
  name: 'Global cross-region model inference tokens per minute for Anthropic Claude Opus 4.6',
  ...more,
});

/** What CloudWatch measured minute by minute; NaN is a minute without data. */
export const usageOf = (rpm: readonly number[], tpm: readonly number[]): Usage =>
  measureUsage({
    start: WINDOW_START,
    invocations: Float64Array.from(rpm),
    estimatedTpm: Float64Array.from(tpm),
    inputTokens: Float64Array.from(rpm, (requests) => requests * 1_200),
    outputTokens: Float64Array.from(rpm, (requests) => requests * 350),
  });

/** Usage with these peaks in its second minute, at 09:11, and half of them in the first. */
export const peaksOf = (rpm: number, tpm: number): Usage => usageOf([rpm / 2, rpm], [tpm / 2, tpm]);

export const silent = usageOf([Number.NaN, Number.NaN], [Number.NaN, Number.NaN]);

/** Where 09:15 is when the first alarm went off, and each further one a minute later. */
const since = (index: number): Date => new Date(Date.parse('2026-03-02T09:15:00Z') + index * 60_000);

export const triggeredAlarms = (
  names: readonly AlarmName[],
  { customer = 'Acme', modelName = opus.modelName } = {},
): readonly TriggeredAlarm[] =>
  ALARM_CATALOGUE.filter(({ name }) => names.includes(name)).map(({ name, severity }, index) => ({
    name,
    alarmName: childAlarmName(customer, name, severity, modelName),
    since: since(index),
    isOver: false,
  }));

interface Told {
  readonly alarms: readonly AlarmName[];
  readonly quotas?: PerQuota<QuotaFacts | null>;
  readonly usage?: Usage | undefined;
  readonly model?: Partial<ModelConfig>;
  readonly customer?: string;
  readonly region?: string;
  readonly remarks?: readonly string[];
}

const QUOTAS = { RPM: rpmQuota(10_000, 8_000), TPM: tpmQuota(6_250_000, 5_000_000) };

/** An incident of customer Acme; it is decided as the processor decides it. `usage: undefined` could not be read. */
export function incidentOf(told: Told): Incident {
  const { alarms, quotas = QUOTAS, customer = 'Acme', region = 'us-east-1', remarks = [] } = told;
  const usage = 'usage' in told ? told.usage : peaksOf(100, 100_000);
  const model = { ...opus, ...told.model };
  const modelQuotas = (['RPM', 'TPM'] as const).filter((quota) => quotas[quota] !== null);
  const readable =
    usage !== undefined && modelQuotas.every((quota) => quotas[quota]?.threshold !== undefined);
  const evidence = readable
    ? {
        readable,
        peaks: { RPM: peakOf(usage, 'RPM'), TPM: peakOf(usage, 'TPM') },
        thresholds: { RPM: quotas.RPM?.threshold ?? null, TPM: quotas.TPM?.threshold ?? null },
      }
    : { readable };
  return {
    reference: '3f9a27c1e5b0',
    customer,
    accountId: '111122223333',
    region,
    model,
    compositeAlarmName: compositeAlarmName(customer, model.modelName),
    openedAt: new Date('2026-03-02T09:15:20Z'),
    triggered: triggeredAlarms(alarms, { customer, modelName: model.modelName }),
    decision: decide(alarms, evidence, modelQuotas),
    quotas,
    usage,
    remarks,
  };
}

const SMALL_QUOTAS = { RPM: rpmQuota(200, 160), TPM: tpmQuota(200_000, 160_000) };

export const incidents = {
  serverErrors: incidentOf({ alarms: ['ServerErrors'], usage: peaksOf(9_500, 3_000_000) }),
  slowAnswers: incidentOf({ alarms: ['HighLatency', 'LatencyAnomaly'], usage: peaksOf(9_500, 3_000_000) }),
  newlyDeployed: incidentOf({
    alarms: ['InputTokenAnomaly'],
    quotas: { RPM: rpmQuota(200, 160), TPM: tpmQuota(500_000, 400_000) },
    usage: silent,
  }),
  usageUnreadable: incidentOf({ alarms: ['Throttles'], usage: undefined }),
  thresholdUnreadable: incidentOf({
    alarms: ['Throttles'],
    quotas: { ...QUOTAS, TPM: { ...QUOTAS.TPM, threshold: undefined } },
    usage: peaksOf(9_500, 3_000_000),
  }),
  nothingReadable: incidentOf({
    alarms: ['Throttles'],
    quotas: {
      RPM: { ...QUOTAS.RPM, name: undefined, current: undefined, threshold: undefined },
      TPM: { ...QUOTAS.TPM, name: undefined, current: undefined, threshold: undefined },
    },
    usage: undefined,
  }),
  throttled: incidentOf({ alarms: ['Throttles'], usage: peaksOf(9_500, 3_000_000) }),
  tokensHigh: incidentOf({
    alarms: ['HighTPMQuotaUsage'],
    quotas: SMALL_QUOTAS,
    usage: peaksOf(150, 210_000),
  }),
  unusualRequests: incidentOf({
    alarms: ['InvocationAnomaly'],
    quotas: { ...QUOTAS, RPM: rpmQuota(10_001, 8_000) },
    usage: peaksOf(5_578, 3_404_691),
  }),
  refusedRequests: incidentOf({
    alarms: ['ClientErrors'],
    quotas: SMALL_QUOTAS,
    usage: peaksOf(50, 80_000),
  }),
} as const;

export const everyAlarm: readonly AlarmName[] = ALARM_CATALOGUE.map(({ name }) => name);

/** The longest that the settings allow of everything that texts name. */
export const longest: Incident = incidentOf({
  alarms: everyAlarm,
  customer: 'Customer-X',
  region: 'ap-southeast-1',
  model: {
    modelName: 'ABCDEFGHIJKLMNO',
    modelId: 'arn:aws:bedrock:ap-southeast-1:111122223333:application-inference-profile/abcdefghijkl',
    inferenceProfileType: 'Application',
    dataResidency: 'Yes',
    useCase: 'Each claim is read and summarised. '.repeat(29).slice(0, 1_000),
  },
  usage: peaksOf(12_345_678, 987_654_321),
});

export const outcomes = {
  opened: { kind: 'opened', displayId: '12345678901' },
  openedWithoutNumber: { kind: 'opened', displayId: undefined },
  updated: { kind: 'updated', displayId: '12345678901' },
  left: { kind: 'left', displayId: '12345678901' },
  alreadyTold: { kind: 'already-told', displayId: '12345678901' },
  automationOff: { kind: 'none', reason: { why: 'automation-off' } },
  noSupportPlan: { kind: 'none', reason: { why: 'no-support-plan' } },
  tooManyCases: { kind: 'none', reason: { why: 'too-many-cases', casesRead: 1_000 } },
  refused: {
    kind: 'none',
    reason: { why: 'refused', what: 'the call to open it ended in CaseCreationLimitExceeded' },
  },
  unclear: { kind: 'none', reason: { why: 'unclear', what: 'the call to open it ended in TimeoutError' } },
} as const satisfies Record<string, CaseOutcome>;
