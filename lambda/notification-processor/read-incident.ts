import { createHash } from 'node:crypto';
import type { AlarmMessage } from '../contract/alarm-message';
import type { ToldAlarm } from '../contract/case-retry';
import { childAlarmName, compositeAlarmName } from '../contract/names';
import { ALARM_CATALOGUE, type CatalogueAlarm, type Quota } from '../domain/alarm-catalogue';
import { decide, type Evidence, type PerQuota } from '../domain/decision';
import type { Incident, QuotaFacts, TriggeredAlarm } from '../domain/incident';
import { readModelId } from '../domain/model-id';
import { measureUsage, peakOf, type Usage } from '../domain/usage';
import { type AlarmNow, describeAlarms } from '../ports/alarms';
import { readContacts } from '../ports/contacts';
import { logger } from '../ports/logger';
import { type QuotaNow, readQuota } from '../ports/quotas';
import { readLastHour, readUsage } from '../ports/usage';
import { type MonitoredModel, readModel } from './read-model';

export interface IncidentToTell {
  readonly incident: Incident;
  /** Who is put on cc of the case; undefined where that could not be read. */
  readonly contacts: readonly string[] | undefined;
}

/**
 * Everything there is to know of an incident, in two rounds of parallel calls: the alarms and the model's settings, then
 * what the settings name: quotas, usage, the last hour and contacts. What cannot be read becomes undefined; without the
 * settings nothing can be said, so that throws. Answers undefined when no child is or was in ALARM, as after
 * SetAlarmState on a composite. `told`: only these alarms are looked at, as when the case of what was told is retried.
 */
export async function readIncident(
  { customer, contactSecretArn }: { readonly customer: string; readonly contactSecretArn: string },
  modelName: string,
  message: AlarmMessage,
  now: Date,
  told?: readonly ToldAlarm[],
): Promise<IncidentToTell | undefined> {
  const [alarms, model] = await Promise.all([
    known('alarm states', describeAlarms(childAlarmNames(customer, modelName))),
    readModel(customer, modelName),
  ]);
  const triggered =
    told === undefined
      ? triggeredAlarms(customer, modelName, message, alarms)
      : toldAlarms(customer, modelName, told, alarms);
  if (triggered.length === 0 && alarms === undefined)
    throw new Error('the message names no child alarm and CloudWatch cannot be asked');
  if (triggered.length === 0) return undefined;
  const { config } = model;
  const { metricModelId } = readModelId(config.modelId);
  const [rpm, tpm, series, lastHour, contacts] = await Promise.all([
    readQuotaOf(config.rpmQuotaCode),
    readQuotaOf(config.tpmQuotaCode),
    known('usage', readUsage(metricModelId, now)),
    known('the last hour', readLastHour(metricModelId, now)),
    config.automatedSupportCase ? known('contacts', readContacts(contactSecretArn)) : [],
  ]);
  const usage = series === undefined ? undefined : measureUsage(series);
  const quotas = { RPM: quotaFacts('RPM', model, rpm), TPM: quotaFacts('TPM', model, tpm) };
  const incident: Incident = {
    reference: incidentReference(customer, modelName, message),
    customer,
    accountId: message.accountId,
    region: message.region,
    model: config,
    compositeAlarmName: compositeAlarmName(customer, modelName),
    openedAt: message.changedAt,
    triggered,
    decision: decide(
      triggered.map(({ name }) => name),
      evidenceOf(usage, quotas),
      QUOTAS.filter((quota) => quotas[quota] !== null),
    ),
    quotas,
    usage,
    lastHour,
    unusedSettings: model.unusedSettings,
  };
  return { incident, contacts };
}

const QUOTAS: readonly Quota[] = ['RPM', 'TPM'];

/** The same for every delivery of the same transition. */
function incidentReference(customer: string, modelName: string, { region, changedAt }: AlarmMessage): string {
  const identity = [customer, modelName, region, changedAt.toISOString()].join('/');
  return createHash('sha256').update(identity).digest('hex').slice(0, 12);
}

const nameOf = (customer: string, modelName: string, { name, severity }: CatalogueAlarm): string =>
  childAlarmName(customer, name, severity, modelName);

const childAlarmNames = (customer: string, modelName: string): readonly string[] =>
  ALARM_CATALOGUE.map((alarm) => nameOf(customer, modelName, alarm));

/**
 * The children that the message names and those that CloudWatch reports in ALARM now. What CloudWatch says of the
 * beginning goes first; the message's time may be that of a later update.
 */
function triggeredAlarms(
  customer: string,
  modelName: string,
  message: AlarmMessage,
  alarms: readonly AlarmNow[] | undefined,
): readonly TriggeredAlarm[] {
  return ALARM_CATALOGUE.flatMap((alarm) => {
    const alarmName = nameOf(customer, modelName, alarm);
    const burning = burningAlarm(alarms, alarmName);
    const told = message.children.find((child) => child.alarmName === alarmName);
    if (burning === undefined && told === undefined) return [];
    return [
      { name: alarm.name, alarmName, since: burning?.since ?? told?.since, now: nowOf(alarms, burning) },
    ];
  });
}

const toldAlarms = (
  customer: string,
  modelName: string,
  told: readonly ToldAlarm[],
  alarms: readonly AlarmNow[] | undefined,
): readonly TriggeredAlarm[] =>
  ALARM_CATALOGUE.flatMap((alarm) => {
    const alarmName = nameOf(customer, modelName, alarm);
    const burning = burningAlarm(alarms, alarmName);
    return told
      .filter((one) => one.alarmName === alarmName)
      .map(({ since }) => ({
        name: alarm.name,
        alarmName,
        since: burning?.since ?? (since === null ? undefined : new Date(since)),
        now: nowOf(alarms, burning),
      }));
  });

const burningAlarm = (alarms: readonly AlarmNow[] | undefined, alarmName: string): AlarmNow | undefined =>
  alarms?.find(({ name, state }) => name === alarmName && state === 'ALARM');

function nowOf(
  alarms: readonly AlarmNow[] | undefined,
  burning: AlarmNow | undefined,
): TriggeredAlarm['now'] {
  if (alarms === undefined) return 'unread';
  return burning === undefined ? 'over' : 'ALARM';
}

/** The answer, or undefined where it could not be had: the e-mail then says that it is not known. */
async function known<T>(what: string, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    logger.error(`${what} could not be read`, error instanceof Error ? error : String(error));
    return undefined;
  }
}

const readQuotaOf = async (code: string | null): Promise<QuotaNow | undefined> =>
  code === null ? undefined : known(`quota ${code}`, readQuota(code));

function quotaFacts(
  quota: Quota,
  { config, thresholds }: MonitoredModel,
  now: QuotaNow | undefined,
): QuotaFacts | null {
  const code = quota === 'RPM' ? config.rpmQuotaCode : config.tpmQuotaCode;
  if (code === null) return null;
  return {
    code,
    name: now?.name,
    current: now?.value,
    isDefault: now?.isDefault ?? false,
    threshold: thresholds[quota],
    increasePercent: quota === 'RPM' ? config.rpmIncreasePercent : config.tpmIncreasePercent,
  };
}

function evidenceOf(usage: Usage | undefined, quotas: PerQuota<QuotaFacts | null>): Evidence {
  const unreadable = QUOTAS.some((quota) => quotas[quota] !== null && quotas[quota].threshold === undefined);
  if (usage === undefined || unreadable) return { readable: false };
  return {
    readable: true,
    peaks: { RPM: peakOf(usage, 'RPM'), TPM: peakOf(usage, 'TPM') },
    thresholds: { RPM: quotas.RPM?.threshold ?? null, TPM: quotas.TPM?.threshold ?? null },
  };
}
