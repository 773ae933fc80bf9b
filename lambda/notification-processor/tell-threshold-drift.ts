import { driftKey } from '../contract/ledger';
import type { ModelConfig } from '../contract/model-config';
import { childAlarmName } from '../contract/names';
import type { ThresholdDrift } from '../contract/threshold-drift';
import type { Quota } from '../domain/alarm-catalogue';
import { QUOTA_ALARMS } from '../domain/quota-alarms';
import { type DriftedAlarm, type QuotaSource, thresholdDriftEmail } from '../domain/threshold-drift-text';
import { hasLimit, limitNow, limitOfQuota } from '../domain/usage-limit';
import { describeUsageAlarms, type UsageAlarm } from '../ports/alarms';
import { logger } from '../ports/logger';
import { readQuota } from '../ports/quotas';
import { owner } from './environment';
import { settingsOf, UnusableConfig } from './read-model';
import { sendEmail } from './send-email';
import { tellOnce } from './tell-once';

type Finding = Omit<DriftedAlarm, 'mayBeRepeat'>;

/**
 * Tells that a usage alarm is not as its quota gives and is left so, whatever `notificationPreference` says: that is about
 * incidents, of which this is none. Alarm and quota are read anew, and of one state of both there is one e-mail: each run of
 * the alarm updater finds again what stays. `by`: the message's id.
 */
export async function tellThresholdDrift(about: ThresholdDrift, by: string): Promise<void> {
  const model = await settingsOf(about.model);
  if (model instanceof UnusableConfig)
    return logger.warn('the model is not monitored, nothing to tell', model);
  const finding = model.config.automatedThresholdUpdate ? undefined : await driftOf(about, model.config);
  if (finding === undefined) return logger.info('the alarm has not drifted, nothing to tell', { ...about });
  const subject = { customer: owner.customer, model: about.model, incident: null };
  await tellOnce(driftKey(about, limitsOf(finding)), by, (mayBeRepeat) =>
    sendEmail(thresholdDriftEmail({ ...finding, mayBeRepeat }), subject),
  );
}

/** Undefined where the alarm is as it should be, or is gone. */
async function driftOf({ quota }: ThresholdDrift, model: ModelConfig): Promise<Finding | undefined> {
  const alarmName = usageAlarmName(quota, model);
  const [alarms, source] = await Promise.all([
    describeUsageAlarms([alarmName], 'brisk'),
    sourceOf(quota, model),
  ]);
  const alarm: UsageAlarm | undefined = alarms.get(alarmName);
  const expected = limitOfQuota(source);
  if (alarm === undefined || hasLimit(alarm, expected)) return undefined;
  return { ...owner, model, quota, alarmName, has: limitNow(alarm), expected, source };
}

const usageAlarmName = (quota: Quota, { modelName }: ModelConfig): string =>
  QUOTA_ALARMS.filter(({ limit }) => limit.quota === quota)
    .map(({ name, severity }) => childAlarmName(owner.customer, name, severity, modelName))
    .join('');

/** Throws where Service Quotas does not know the quota: that it is gone is for the alarm updater to report. */
async function sourceOf(quota: Quota, model: ModelConfig): Promise<QuotaSource | undefined> {
  const [code, percent] =
    quota === 'RPM'
      ? [model.rpmQuotaCode, model.rpmThresholdPercent]
      : [model.tpmQuotaCode, model.tpmThresholdPercent];
  if (code === null) return undefined;
  const found = await readQuota(code);
  if (found === undefined) throw new Error(`Service Quotas knows no ${quota} quota ${code}`);
  return { code, name: found.name, value: found.value, percent };
}

const limitsOf = ({ has, expected }: Finding): readonly string[] => [
  `${has.threshold ?? 'none'}*${has.factor ?? 'own'}`,
  `${expected.threshold}*${expected.factor}`,
];
