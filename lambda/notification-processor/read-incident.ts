import type { CaseRetry } from '../contract/case-retry';
import type { ModelConfig } from '../contract/model-config';
import { childAlarmName, compositeAlarmName } from '../contract/names';
import { ALARM_CATALOGUE, type Quota } from '../domain/alarm-catalogue';
import type { ModelAlarms } from '../domain/attention';
import { decide, type Evidence, type PerQuota } from '../domain/decision';
import type { Incident, MayBeRepeat, QuotaFacts, TriggeredAlarm } from '../domain/incident';
import { readModelId } from '../domain/model-id';
import { toldSeverity } from '../domain/told-severity';
import { measureUsage, peakOf, type Usage } from '../domain/usage';
import { type QuotaNow, readQuota } from '../ports/quotas';
import { readLastHour, readUsage } from '../ports/usage';
import { owner } from './environment';
import { known } from './known';
import type { MonitoredModel } from './read-model';

/** What is to be told of an incident, before anything is read of it. */
export interface Telling {
  readonly model: MonitoredModel;
  readonly reference: string;
  readonly openedAt: Date;
  /** 1 for the first. */
  readonly number: number;
  /** The alarms that this telling is about, and when each went to ALARM. At least one. */
  readonly alarms: readonly AlarmSince[];
  /** Alarms of the incident that were told before. */
  readonly toldBefore: readonly AlarmSince[];
  /** The other models that a case tells of with this one. */
  readonly together?: NonNullable<CaseRetry['digest']>['together'];
  /** As they are now; undefined where CloudWatch could not be asked. */
  readonly now: ModelAlarms | undefined;
  readonly mayBeRepeat: MayBeRepeat | undefined;
}

export interface AlarmSince {
  /** The alarm's name in the catalogue. */
  readonly alarm: string;
  readonly since: Date;
}

const QUOTAS: readonly Quota[] = ['RPM', 'TPM'];

/**
 * Everything there is to know of an incident: quotas, usage and the last hour, in one round of parallel calls.
 * What cannot be read becomes undefined.
 */
export async function readIncident(telling: Telling, now: Date): Promise<Incident> {
  const { model } = telling;
  const { config } = model;
  const { metricModelId } = readModelId(config.modelId);
  const [rpm, tpm, series, lastHour] = await Promise.all([
    readQuotaOf(config.rpmQuotaCode),
    readQuotaOf(config.tpmQuotaCode),
    known('usage', readUsage(metricModelId, sharerIds(model), now)),
    known('the last hour', readLastHour(metricModelId, now)),
  ]);
  const usage = series === undefined ? undefined : measureUsage(series);
  const quotas = { RPM: quotaFacts('RPM', model, rpm), TPM: quotaFacts('TPM', model, tpm) };
  const triggered = triggeredAlarms(telling.alarms, telling);
  const toldBefore = triggeredAlarms(telling.toldBefore, telling).filter((alarm) => alarm.now !== 'over');
  const decision = decide(
    triggered.map(({ name }) => name),
    evidenceOf(usage, quotas),
    QUOTAS.filter((quota) => quotas[quota] !== null),
  );
  return {
    ...owner,
    reference: telling.reference,
    model: config,
    compositeAlarmName: compositeAlarmName(owner.customer, config.modelName),
    openedAt: telling.openedAt,
    telling: telling.number,
    triggered,
    toldBefore,
    together: togetherModels(telling.together ?? []),
    decision: { ...decision, severity: toldSeverity([...triggered, ...toldBefore].map(({ name }) => name)) },
    quotas,
    usage,
    sharers: model.sharers,
    lastHour,
    unusedSettings: model.unusedSettings,
    quotaRequests: [],
    mayBeRepeat: telling.mayBeRepeat,
  };
}

/** The values of the dimension `ModelId` under which what shares the model's quotas is measured. */
export const sharerIds = ({ sharers }: MonitoredModel): readonly string[] =>
  sharers?.sharers.map(({ id }) => id) ?? [];

const togetherModels = (together: NonNullable<Telling['together']>): Incident['together'] =>
  together.map(({ alarms, ...one }) => ({
    ...one,
    alarms: ALARM_CATALOGUE.flatMap(({ name, severity }) =>
      alarms
        .filter(({ alarm }) => alarm === name)
        .map(({ since }) => ({
          name,
          alarmName: childAlarmName(owner.customer, name, severity, one.model),
          since: new Date(since),
        })),
    ),
  }));

/** In the order of the catalogue. */
function triggeredAlarms(
  alarms: readonly AlarmSince[],
  { now, model: { config } }: Telling,
): readonly TriggeredAlarm[] {
  return ALARM_CATALOGUE.flatMap(({ name, severity }) =>
    alarms
      .filter(({ alarm }) => alarm === name)
      .map(({ since }) => ({
        name,
        alarmName: childAlarmName(owner.customer, name, severity, config.modelName),
        since: sinceNow(name, now) ?? since,
        now: stateNow(name, now),
      })),
  );
}

/** Of an alarm in ALARM, which may have been over since what is told of it; undefined where CloudWatch says no time. */
function sinceNow(alarm: string, now: ModelAlarms | undefined): Date | undefined {
  const { state, since } = now?.children.get(alarm) ?? {};
  return state === 'ALARM' ? since : undefined;
}

export function stateNow(alarm: string, now: ModelAlarms | undefined): TriggeredAlarm['now'] {
  if (now === undefined) return 'unread';
  return now.children.get(alarm)?.state === 'ALARM' ? 'ALARM' : 'over';
}

const readQuotaOf = async (code: string | null): Promise<QuotaNow | undefined> =>
  code === null ? undefined : known(`quota ${code}`, readQuota(code));

function quotaFacts(
  quota: Quota,
  { config, thresholds }: MonitoredModel,
  now: QuotaNow | undefined,
): QuotaFacts | null {
  const { code, atDeployment, awsDefault, increasePercent } = configuredQuota(quota, config);
  if (code === null) return null;
  return {
    code,
    name: now?.name,
    current: now?.value,
    isDefault: now?.isDefault ?? false,
    threshold: thresholds[quota],
    increasePercent,
    awsDefault: now?.awsDefault ?? awsDefault ?? undefined,
    atDeployment: atDeployment ?? undefined,
    isAdjustable: now?.isAdjustable,
  };
}

const configuredQuota = (quota: Quota, config: ModelConfig) =>
  quota === 'RPM'
    ? {
        code: config.rpmQuotaCode,
        atDeployment: config.rpmQuotaAtDeployment,
        awsDefault: config.rpmAwsDefault,
        increasePercent: config.rpmIncreasePercent,
      }
    : {
        code: config.tpmQuotaCode,
        atDeployment: config.tpmQuotaAtDeployment,
        awsDefault: config.tpmAwsDefault,
        increasePercent: config.tpmIncreasePercent,
      };

function evidenceOf(usage: Usage | undefined, quotas: PerQuota<QuotaFacts | null>): Evidence {
  const unreadable = QUOTAS.some((quota) => quotas[quota] !== null && quotas[quota].threshold === undefined);
  if (usage === undefined || unreadable) return { readable: false };
  return {
    readable: true,
    peaks: { RPM: peakOf(usage, 'RPM'), TPM: peakOf(usage, 'TPM') },
    thresholds: { RPM: quotas.RPM?.threshold ?? null, TPM: quotas.TPM?.threshold ?? null },
  };
}
