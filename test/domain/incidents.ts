import { LAST_HOUR_MINUTES, type LastHour } from '../../lambda/contract/last-hour';
import type { ModelConfig } from '../../lambda/contract/model-config';
import { childAlarmName, compositeAlarmName } from '../../lambda/contract/names';
import { NO_SHARERS, type QuotaSharers } from '../../lambda/contract/quota-sharers';
import { ALARM_CATALOGUE, type AlarmName } from '../../lambda/domain/alarm-catalogue';
import { decide, type PerQuota } from '../../lambda/domain/decision';
import type {
  CaseOutcome,
  Incident,
  MayBeRepeat,
  NoCase,
  NoCaseReason,
  NoRequestReason,
  OpenRequest,
  QuotaFacts,
  QuotaRequest,
  RequestedIncrease,
  TogetherModel,
  TriggeredAlarm,
  UnusedSetting,
} from '../../lambda/domain/incident';
import { toldSeverity } from '../../lambda/domain/told-severity';
import { measureUsage, peakOf, type Usage } from '../../lambda/domain/usage';

/** Incidents as tests tell of them: which alarms, at which quotas, with which usage. */

export const RPM_CODE = 'L-A52F3C5A';
export const TPM_CODE = 'L-0AD9BC40';

/** Where the usage and the last hour that incidents tell of end: their last minute is 09:11. */
const WINDOW_END = Date.parse('2026-03-02T09:12:00Z');
const minutesBeforeEnd = (minutes: number): Date => new Date(WINDOW_END - minutes * 60_000);

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
  automatedQuotaRequest: true,
  quotaCeilingMultiple: 4,
  rpmQuotaAtDeployment: 10_000,
  rpmAwsDefault: 10_000,
  tpmQuotaAtDeployment: 6_250_000,
  tpmAwsDefault: 6_250_000,
  supportCaseLookbackDays: 60,
  automatedThresholdUpdate: true,
  useCase: 'Claims of our insurance customers are read and summarised.',
  caseSeverity: 'normal',
  recoveryNotice: true,
  closingCommunication: true,
  flapHoldMinutes: 10,
  reminderHours: 4,
};

export const rpmQuota = (current: number, threshold: number, more: Partial<QuotaFacts> = {}): QuotaFacts => ({
  code: RPM_CODE,
  name: 'Global cross-region model inference requests per minute for Anthropic Claude Opus 4.6',
  current,
  threshold,
  isDefault: false,
  increasePercent: 25,
  awsDefault: more.isDefault ? current : undefined,
  atDeployment: current,
  isAdjustable: true,
  ...more,
});

export const tpmQuota = (current: number, threshold: number, more: Partial<QuotaFacts> = {}): QuotaFacts => ({
  ...rpmQuota(current, threshold, more),
  code: TPM_CODE,
  name: 'Global cross-region model inference tokens per minute for Anthropic Claude Opus 4.6',
  ...more,
});

const GAP = Number.NaN;

/** These values in the last minutes of a window, which is an hour at least; no data before. */
const lastMinutes = (values: readonly number[] = [], window = LAST_HOUR_MINUTES): Float64Array =>
  Float64Array.from([...Array(Math.max(0, window - values.length)).fill(GAP), ...values]);

/** What CloudWatch measured minute by minute up to 09:11; NaN is a minute without data. */
export function usageOf(rpm: readonly number[], tpm: readonly number[]): Usage {
  const window = Math.max(LAST_HOUR_MINUTES, rpm.length, tpm.length);
  const perRequest = (tokens: number): Float64Array =>
    lastMinutes(
      rpm.map((requests) => requests * tokens),
      window,
    );
  return measureUsage({
    start: minutesBeforeEnd(window),
    invocations: lastMinutes(rpm, window),
    estimatedTpm: lastMinutes(tpm, window),
    inputTokens: perRequest(1_200),
    outputTokens: perRequest(350),
  });
}

/** Requests of which CloudWatch counts no token. */
export const uncountedTokens = (rpm: readonly number[]): Usage =>
  measureUsage({
    start: minutesBeforeEnd(LAST_HOUR_MINUTES),
    invocations: lastMinutes(rpm),
    estimatedTpm: lastMinutes(),
    inputTokens: lastMinutes(),
    outputTokens: lastMinutes(),
  });

/** The same values, but an hour without data after them: the last is of 08:11. */
export const anHourAgo = (values: readonly number[]): readonly number[] => [
  ...values,
  ...Array<number>(LAST_HOUR_MINUTES).fill(GAP),
];

/** Usage with these peaks in its last minute, 09:11, and half of them in the minute before. */
export const peaksOf = (rpm: number, tpm: number): Usage => usageOf([rpm / 2, rpm], [tpm / 2, tpm]);

type HourSeries = Partial<Record<Exclude<keyof LastHour, 'start'>, readonly number[]>>;

/** The hour up to the text, with these values in its last minutes; the minutes before, and what is left out, have no data. */
export const hourOf = (series: HourSeries): LastHour => ({
  start: minutesBeforeEnd(LAST_HOUR_MINUTES),
  clientErrors: lastMinutes(series.clientErrors),
  serverErrors: lastMinutes(series.serverErrors),
  throttles: lastMinutes(series.throttles),
  latency: lastMinutes(series.latency),
});

export const silent = usageOf([], []);

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
    now: 'ALARM',
  }));

interface Told {
  readonly alarms: readonly AlarmName[];
  readonly quotas?: PerQuota<QuotaFacts | null>;
  readonly usage?: Usage | undefined;
  readonly model?: Partial<ModelConfig>;
  readonly customer?: string;
  readonly region?: string;
  readonly lastHour?: LastHour | undefined;
  readonly sharers?: QuotaSharers | undefined;
  readonly unusedSettings?: readonly UnusedSetting[];
  readonly mayBeRepeat?: MayBeRepeat;
  readonly together?: readonly TogetherModel[];
}

const QUOTAS = { RPM: rpmQuota(10_000, 8_000), TPM: tpmQuota(6_250_000, 5_000_000) };

/** An incident of customer Acme; it is decided as the processor decides it. `usage: undefined` could not be read. */
export function incidentOf(told: Told): Incident {
  const { alarms, quotas = QUOTAS, customer = 'Acme', region = 'us-east-1', unusedSettings = [] } = told;
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
    telling: 1,
    triggered: triggeredAlarms(alarms, { customer, modelName: model.modelName }),
    toldBefore: [],
    together: told.together ?? [],
    decision: decide(alarms, evidence, modelQuotas),
    quotas,
    usage,
    sharers: 'sharers' in told ? told.sharers : NO_SHARERS,
    lastHour: 'lastHour' in told ? told.lastHour : hourOf({}),
    unusedSettings,
    quotaRequests: [],
    mayBeRepeat: told.mayBeRepeat,
  };
}

/** A later telling of the same incident, whose earlier alarms are still in ALARM unless said otherwise. */
export function furtherOf(
  incident: Incident,
  earlier: readonly AlarmName[],
  now: TriggeredAlarm['now'] = 'ALARM',
): Incident {
  const { customer, model, triggered, decision } = incident;
  const toldBefore = triggeredAlarms(earlier, { customer, modelName: model.modelName }).map((alarm) => ({
    ...alarm,
    since: new Date('2026-03-02T08:40:10Z'),
    now,
  }));
  const severity = toldSeverity([...earlier, ...triggered.map(({ name }) => name)]);
  return {
    ...incident,
    openedAt: new Date('2026-03-02T08:40:10Z'),
    telling: 2,
    toldBefore,
    decision: { ...decision, severity },
  };
}

export const REQUEST: OpenRequest = {
  id: '5a3f0c9e8d7b6a5f4e3d2c1b0a9f8e7d6c5b4a39',
  desired: 12_500,
  since: new Date('2026-03-02T09:16:10Z'),
  displayId: undefined,
};
const TPM_REQUEST: OpenRequest = {
  ...REQUEST,
  id: '0c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a7b8c9d',
  desired: 7_812_500,
};

/** One that somebody made days before, and that has its case. */
export const OPEN_REQUEST: OpenRequest = {
  ...REQUEST,
  desired: 12_000,
  since: new Date('2026-02-27T14:05:30Z'),
  displayId: '17725482801',
};

export const rpmRequest = (outcome: QuotaRequest['outcome']): QuotaRequest => ({
  quota: 'RPM',
  code: RPM_CODE,
  outcome,
});
export const tpmRequest = (outcome: QuotaRequest['outcome']): QuotaRequest => ({
  quota: 'TPM',
  code: TPM_CODE,
  outcome,
});

export const notRequested = (
  reason: NoRequestReason,
  isWorthAnotherTry = false,
): QuotaRequest['outcome'] => ({ kind: 'none', reason, isWorthAnotherTry });

/** Every reason for which Service Quotas takes no request for 10,000 RPM and more. */
export const noRequestReasons = {
  off: { why: 'off' },
  'not-adjustable': { why: 'not-adjustable' },
  'too-many-open': { why: 'too-many-open' },
  'no-service-linked-role': { why: 'no-service-linked-role' },
  'no-value': { why: 'no-value' },
  'day-limit': { why: 'day-limit', limit: 10 },
  ceiling: { why: 'ceiling', wanted: 12_500, ceiling: 12_000 },
  'unknown-ceiling': { why: 'unknown-ceiling' },
  paused: {
    why: 'paused',
    id: OPEN_REQUEST.id,
    desired: 12_000,
    since: OPEN_REQUEST.since,
    status: 'DENIED',
  },
  refused: { why: 'refused', error: 'IllegalArgumentException' },
  unread: { why: 'unread', error: 'TooManyRequestsException' },
  unclear: { why: 'unclear', error: 'ServiceException' },
} as const satisfies { readonly [Why in NoRequestReason['why']]: NoRequestReason & { readonly why: Why } };

/** The same incident, its alarms as CloudWatch says that they are now, in the order of the catalogue. */
export const nowBeing = (incident: Incident, ...states: readonly TriggeredAlarm['now'][]): Incident => ({
  ...incident,
  triggered: incident.triggered.map((alarm, index) => ({ ...alarm, now: states[index] ?? alarm.now })),
});

/** What shares a model's quotas, by names; the first `watched` of them, or all, are counted by both usage alarms. */
export const sharersOf = (
  names: readonly string[],
  {
    watched = names.length,
    deleted = [],
    unclear = [],
    unlisted = 0,
    globalProfile = null,
  }: {
    readonly watched?: number;
    readonly deleted?: readonly string[];
    readonly unclear?: readonly string[];
    readonly unlisted?: number;
    readonly globalProfile?: string | null;
  } = {},
): QuotaSharers => ({
  sharers: names.map((name, index) => ({
    id: `abcdefghij${String.fromCharCode(97 + Math.floor(index / 26), 97 + (index % 26))}`,
    name,
    watchedBy: index < watched ? ['RPM', 'TPM'] : [],
    ...(deleted.includes(name) ? { goneSince: '2026-03-01T08:00:00Z' } : {}),
  })),
  unlisted,
  unclear: unclear.map((name, index) => ({ id: `zyxwvutsrqp${index}`, name })),
  globalProfile,
  twins: [],
});

/** Names as long as Bedrock allows, and all different. */
export const manyNames = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) =>
    `${String.fromCharCode(97 + Math.floor(index / 26), 97 + (index % 26))}-${'the-team-of-claims '.repeat(4)}`
      .slice(0, 64)
      .trim(),
  );

const GEOGRAPHIC_NAME = {
  RPM: 'Cross-region model inference requests per minute for Anthropic Claude Opus 4.6',
  TPM: 'Cross-region model inference tokens per minute for Anthropic Claude Opus 4.6',
};

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
  throttledAtLowUsage: incidentOf({
    alarms: ['Throttles'],
    usage: usageOf([7_900, 4_000, 3_000], [4_900_000, 2_500_000, 1_000_000]),
    lastHour: hourOf({ throttles: [0, 40, 60] }),
  }),
  throttledAfterHighUsage: incidentOf({
    alarms: ['Throttles'],
    usage: usageOf(anHourAgo([9_500]), anHourAgo([3_000_000])),
    lastHour: hourOf({ throttles: [40, 60] }),
  }),
  throttledUnused: incidentOf({
    alarms: ['Throttles'],
    usage: silent,
    lastHour: hourOf({ throttles: [40, 60] }),
  }),
  hourUnreadable: incidentOf({
    alarms: ['ClientErrors', 'ServerErrors', 'Throttles', 'HighLatency'],
    lastHour: undefined,
  }),
  everythingFails: incidentOf({
    alarms: ['ClientErrors', 'ServerErrors', 'Throttles', 'HighLatency', 'LatencyAnomaly'],
    usage: peaksOf(9_500, 6_000_000),
    lastHour: hourOf({
      clientErrors: [12, 34],
      serverErrors: [1_234, 21],
      throttles: [40, 60],
      latency: [250_123.4, 240_001],
    }),
  }),
  tokensUncounted: incidentOf({ alarms: ['HighInvocationRate'], usage: uncountedTokens([4_000, 9_500]) }),
  withoutQuotas: incidentOf({ alarms: ['Throttles', 'InvocationAnomaly'], quotas: { RPM: null, TPM: null } }),
  withDefaultQuota: incidentOf({
    alarms: ['HighInvocationRate'],
    quotas: { RPM: rpmQuota(200, 160, { isDefault: true }), TPM: null },
    usage: peaksOf(190, 1_000),
  }),
  belowAwsDefault: incidentOf({
    alarms: ['Throttles'],
    quotas: {
      RPM: rpmQuota(200, 160, { awsDefault: 10_000 }),
      TPM: tpmQuota(200_000, 160_000, { awsDefault: 6_250_000 }),
    },
    usage: peaksOf(190, 190_000),
  }),
  neverGivenTheDefault: incidentOf({
    alarms: ['HighInvocationRate'],
    quotas: { RPM: rpmQuota(0, 0, { awsDefault: 10_000 }), TPM: null },
    usage: silent,
  }),
  quotaUnreadable: incidentOf({
    alarms: ['Throttles'],
    quotas: {
      RPM: rpmQuota(0, 8_000, { current: undefined, name: undefined }),
      TPM: tpmQuota(6_250_000, 5_000_000),
    },
    usage: peaksOf(9_500, 3_000_000),
  }),
  withoutIncreases: incidentOf({
    alarms: ['Throttles'],
    quotas: {
      RPM: rpmQuota(10_000, 8_000, { increasePercent: 0 }),
      TPM: tpmQuota(6_250_000, 5_000_000, { increasePercent: 0 }),
    },
    usage: peaksOf(9_500, 6_000_000),
  }),
  contradictoryResidency: incidentOf({ alarms: ['ServerErrors'], model: { dataResidency: 'Yes' } }),
  unusedSettings: incidentOf({
    alarms: ['Throttles'],
    usage: peaksOf(9_500, 6_000_000),
    unusedSettings: [
      { key: 'rpmIncreasePercent', problem: 'missing' },
      { key: 'useCase', problem: 'invalid' },
    ],
  }),
  allOver: nowBeing(
    incidentOf({ alarms: ['Throttles', 'HighLatency'], usage: peaksOf(9_500, 3_000_000) }),
    'over',
    'over',
  ),
  partlyOver: nowBeing(incidentOf({ alarms: ['ServerErrors', 'HighLatency'] }), 'over'),
  alarmsUnreadable: nowBeing(incidentOf({ alarms: ['Throttles', 'ServerErrors'] }), 'unread', 'unread'),
  slowAnswersAfterThrottles: furtherOf(incidentOf({ alarms: ['HighLatency'] }), ['Throttles']),
  throttledAfterTwoOthers: furtherOf(
    incidentOf({ alarms: ['Throttles', 'HighInvocationRate'], usage: peaksOf(9_500, 3_000_000) }),
    ['HighLatency', 'InvocationAnomaly'],
  ),
  furtherWhileUnreadable: furtherOf(incidentOf({ alarms: ['ServerErrors'] }), ['HighLatency'], 'unread'),
  furtherAfterOthersEnded: furtherOf(incidentOf({ alarms: ['ServerErrors'] }), []),
  quotasShared: incidentOf({
    alarms: ['Throttles'],
    usage: peaksOf(9_500, 3_000_000),
    sharers: sharersOf(['checkout', 'search', 'support']),
  }),
  quotasSharedByMany: incidentOf({
    alarms: ['HighTPMQuotaUsage'],
    usage: peaksOf(9_500, 6_000_000),
    sharers: sharersOf(manyNames(30), { watched: 9, unlisted: 12 }),
  }),
  slowWhileShared: incidentOf({
    alarms: ['HighLatency'],
    sharers: sharersOf(['checkout', 'search'], { watched: 1, unlisted: 1 }),
  }),
  sharersDeletedAndUnclear: incidentOf({
    alarms: ['Throttles'],
    usage: peaksOf(9_500, 3_000_000),
    sharers: sharersOf(['checkout', 'search'], { deleted: ['search'], unclear: ['till', 'orders'] }),
  }),
  slowWhileUnclear: incidentOf({ alarms: ['HighLatency'], sharers: sharersOf([], { unclear: ['till'] }) }),
  sharersUnreadable: incidentOf({ alarms: ['Throttles'], sharers: undefined }),
  slowWhileSharersUnreadable: incidentOf({ alarms: ['HighLatency'], sharers: undefined }),
  neverGivenCapacity: incidentOf({
    alarms: ['Throttles'],
    quotas: { RPM: rpmQuota(0, 0), TPM: tpmQuota(0, 0) },
    usage: silent,
    lastHour: hourOf({ throttles: [40, 60] }),
  }),
  rpmNeverGiven: incidentOf({
    alarms: ['Throttles', 'ClientErrors'],
    quotas: { RPM: rpmQuota(0, 0, { isDefault: true }), TPM: tpmQuota(6_250_000, 5_000_000) },
    usage: usageOf([0, 0], [0, 0]),
    lastHour: hourOf({ throttles: [40, 60] }),
  }),
  takenAwayAfterUse: incidentOf({
    alarms: ['Throttles'],
    quotas: { RPM: rpmQuota(0, 0), TPM: tpmQuota(0, 0) },
    usage: peaksOf(40, 30_000),
    lastHour: hourOf({ throttles: [40, 60] }),
  }),
  takenAwayToday: incidentOf({
    alarms: ['Throttles'],
    quotas: { RPM: rpmQuota(0, 160), TPM: tpmQuota(0, 160_000) },
    usage: peaksOf(40, 30_000),
    lastHour: hourOf({ throttles: [40, 60] }),
  }),
  takenAwayAfterHighUse: incidentOf({
    alarms: ['Throttles'],
    quotas: { RPM: rpmQuota(0, 160), TPM: tpmQuota(0, 160_000) },
    usage: peaksOf(190, 30_000),
    lastHour: hourOf({ throttles: [40, 60] }),
  }),
  grantedSinceTheThresholds: incidentOf({
    alarms: ['Throttles'],
    quotas: { RPM: rpmQuota(2_000, 0), TPM: tpmQuota(4_000_000, 0) },
    usage: peaksOf(40, 9_000),
    lastHour: hourOf({ throttles: [40, 60] }),
  }),
  neverGivenAndUnreadable: incidentOf({
    alarms: ['Throttles'],
    quotas: { RPM: rpmQuota(0, 0), TPM: tpmQuota(0, 0) },
    usage: undefined,
  }),
  geographicQuotaNearlyUsed: incidentOf({
    alarms: ['Throttles'],
    model: { modelId: 'us.anthropic.claude-opus-4-6-v1' },
    quotas: {
      RPM: rpmQuota(10_000, 8_000, { name: GEOGRAPHIC_NAME.RPM, isDefault: true }),
      TPM: tpmQuota(6_250_000, 5_000_000, { name: GEOGRAPHIC_NAME.TPM }),
    },
    usage: peaksOf(8_000, 78_125_000),
    sharers: sharersOf([], { globalProfile: 'global.anthropic.claude-opus-4-6-v1' }),
  }),
  rarePeak: incidentOf({
    alarms: ['HighInvocationRate', 'HighTPMQuotaUsage'],
    usage: usageOf(
      [...Array<number>(120).fill(400), 9_500],
      [...Array<number>(120).fill(300_000), 6_000_000],
    ),
  }),
  perhapsRepeated: incidentOf({ alarms: ['Throttles'], mayBeRepeat: 'unclear' }),
  withoutLedger: incidentOf({ alarms: ['Throttles'], mayBeRepeat: 'no-ledger' }),
} as const;

const REQUESTED = incidentOf({ alarms: ['HighInvocationRate'], usage: peaksOf(9_500, 3_000_000) });
const REQUESTED_BOTH = incidentOf({ alarms: ['Throttles'], usage: peaksOf(9_500, 6_000_000) });

/** Incidents for which Service Quotas was asked, or should have been. */
export const requestIncidents = {
  increaseRequested: { ...REQUESTED, quotaRequests: [rpmRequest({ kind: 'made', request: REQUEST })] },
  increaseOpen: { ...REQUESTED, quotaRequests: [rpmRequest({ kind: 'open', request: OPEN_REQUEST })] },
  oneOfTwoRequested: {
    ...REQUESTED_BOTH,
    quotaRequests: [
      rpmRequest({ kind: 'made', request: REQUEST }),
      tpmRequest(notRequested({ why: 'ceiling', wanted: 7_812_500, ceiling: 7_000_000 })),
    ],
  },
  bothRequested: {
    ...REQUESTED_BOTH,
    quotaRequests: [
      rpmRequest({ kind: 'open', request: OPEN_REQUEST }),
      tpmRequest({ kind: 'made', request: TPM_REQUEST }),
    ],
  },
  increaseRefused: {
    ...REQUESTED,
    quotaRequests: [rpmRequest(notRequested(noRequestReasons['no-service-linked-role']))],
  },
  increaseBeyondCeiling: {
    ...REQUESTED,
    quotaRequests: [rpmRequest(notRequested(noRequestReasons.ceiling))],
  },
  increasePaused: { ...REQUESTED, quotaRequests: [rpmRequest(notRequested(noRequestReasons.paused))] },
  increaseUnclear: {
    ...REQUESTED,
    quotaRequests: [rpmRequest(notRequested(noRequestReasons.unclear, true))],
  },
} as const satisfies Record<string, Incident>;

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
  sharers: sharersOf(manyNames(30), { watched: 9, unlisted: 12 }),
});

const none = (reason: NoCaseReason, retriedUntil?: Date): NoCase => ({
  kind: 'none',
  reason,
  retriedUntil,
});
const RETRIED_UNTIL = new Date('2026-03-02T10:17:40Z');

export const outcomes = {
  opened: { kind: 'opened', displayId: '12345678901' },
  openedWithoutNumber: { kind: 'opened', displayId: undefined },
  updated: { kind: 'updated', displayId: '12345678901' },
  left: { kind: 'left', displayId: '12345678901' },
  told: { kind: 'told', displayId: '12345678901' },
  automationOff: none({ why: 'automation-off' }),
  noSupportPlan: none({ why: 'no-support-plan' }),
  caseLimit: none({ why: 'case-limit' }, RETRIED_UNTIL),
  dayLimit: none({ why: 'day-limit', limit: 10 }),
  tooManyCases: none({ why: 'too-many-cases', casesRead: 1_000 }),
  unsearched: none({ why: 'unsearched', error: 'InternalServerError' }, RETRIED_UNTIL),
  unreadable: none(
    { why: 'unreadable', displayId: '12345678901', error: 'InternalServerError' },
    RETRIED_UNTIL,
  ),
  refused: none({ why: 'refused', displayId: undefined, error: 'ValidationException' }),
  refusedAddition: none({ why: 'refused', displayId: '12345678901', error: 'ValidationException' }),
  unclear: none({ why: 'unclear', displayId: undefined, error: 'InternalServerError' }, RETRIED_UNTIL),
  unclearAddition: none({ why: 'unclear', displayId: '12345678901', error: 'TimeoutError' }, RETRIED_UNTIL),
  noLedger: none({ why: 'no-ledger', error: 'InternalServerError' }),
  awaiting: none({ why: 'awaiting', since: new Date('2026-03-02T09:20:40Z') }),
  tooLate: none({ why: 'unclear', displayId: undefined, error: undefined }),
} as const satisfies Record<string, Exclude<CaseOutcome, RequestedIncrease>>;

/** Where Service Quotas has a request, or may have one. */
export const requestOutcomes = {
  requested: { kind: 'requested', detailsFollow: true },
  requestedAlone: { kind: 'requested', detailsFollow: false },
  quotaRequest: none({ why: 'quota-request' }, RETRIED_UNTIL),
  quotaRequestToTheEnd: none({ why: 'quota-request' }),
} as const satisfies Record<string, CaseOutcome>;

/** What can become of the case of this incident, by what became of its quota requests. */
export function outcomesOf({ quotaRequests }: Incident): Readonly<Record<string, CaseOutcome>> {
  const { requested, requestedAlone, ...others } = requestOutcomes;
  const isMade = quotaRequests.some(({ outcome }) => outcome.kind !== 'none');
  const isUnsettled = quotaRequests.some(
    ({ outcome }) => outcome.kind === 'none' && outcome.isWorthAnotherTry,
  );
  if (isMade || isUnsettled)
    return { ...(isMade ? { requested, requestedAlone } : {}), ...(isUnsettled ? others : {}) };
  return outcomes;
}
