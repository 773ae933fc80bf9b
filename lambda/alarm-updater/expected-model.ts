import { type ModelConfig, modelConfigSchema } from '../contract/model-config';
import { childAlarmName, parameterName } from '../contract/names';
import type { MetricName, Quota } from '../domain/alarm-catalogue';
import { globalProfileFor, type QuotaSharer, quotaSharersOf } from '../domain/inference-profiles';
import { QUOTA_ALARMS } from '../domain/quota-alarms';
import { thresholdOf } from '../domain/thresholds';
import { readQuota } from '../ports/quotas';
import { oneByOne, orSay } from './one-by-one';
import type { Run } from './run';

/** What the quota of a usage alarm makes of it. */
export interface ExpectedLimit {
  readonly threshold: number;
  /** 0 where the quota is 0: any request would be above it, and the alarm says nothing that is not known. */
  readonly factor: 0 | 1;
}

/** A usage alarm of a quota that the model has. */
export interface ExpectedAlarm {
  readonly quota: Quota;
  readonly alarmName: string;
  readonly metricName: MetricName;
  /** False for the other alarm of a model one of whose alarms was changed: its own events bring it up to date. */
  readonly isDue: boolean;
  /** Undefined where it is not asked for, or the quota could not be read: it stays as it is. */
  readonly limit: ExpectedLimit | undefined;
}

/** A model, and what its usage alarms should be now. */
export interface ExpectedModel {
  readonly model: string;
  /** False where differences of thresholds are to be reported only. */
  readonly automated: boolean;
  readonly alarms: readonly ExpectedAlarm[];
  /** Undefined where it is not known: what the alarms count stays as it is. */
  readonly sharers: readonly QuotaSharer[] | undefined;
  /** The global profile beside the geographic one that is invoked; null where there is none, or none is known. */
  readonly globalProfile: string | null;
  /** One sentence for each quota that could not be read, or for the whole configuration. */
  readonly failures: readonly string[];
}

/** Never throws. `configText`: what the parameter `config` holds. */
export async function expectedModel(model: string, configText: string, run: Run): Promise<ExpectedModel> {
  const { customer, profiles, task } = run;
  const config = parseConfig(configText);
  if (config === undefined) {
    const parameter = parameterName(customer, model, 'config');
    const failures = [`The parameter ${parameter} holds no configuration of a model.`];
    return { model, automated: true, alarms: [], sharers: undefined, globalProfile: null, failures };
  }
  const alarms: ExpectedAlarm[] = [];
  const failures: string[] = [];
  for (const { name, severity, metricName, limit } of QUOTA_ALARMS) {
    const { code, percent } = limitOf(config, limit.quota);
    if (code === null) continue;
    const alarmName = childAlarmName(customer, name, severity, model);
    const isDue = task.kind !== 'alarm' || task.alarmName === alarmName;
    const isCompared = isDue && task.kind !== 'sharers';
    const read = await oneByOne(isCompared ? [limit] : [], ({ quota }) =>
      expectedLimit(quota, code, percent),
    );
    alarms.push({ quota: limit.quota, alarmName, metricName, isDue, limit: read.done[0] });
    failures.push(...read.failures);
  }
  const sharers = profiles === undefined ? undefined : quotaSharersOf(config.modelId, profiles);
  const globalProfile = profiles === undefined ? null : globalProfileFor(config.modelId, profiles);
  return { model, automated: config.automatedThresholdUpdate, alarms, sharers, globalProfile, failures };
}

function parseConfig(text: string): ModelConfig | undefined {
  try {
    return modelConfigSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const limitOf = (config: ModelConfig, quota: Quota) =>
  quota === 'RPM'
    ? { code: config.rpmQuotaCode, percent: config.rpmThresholdPercent }
    : { code: config.tpmQuotaCode, percent: config.tpmThresholdPercent };

async function expectedLimit(quota: Quota, code: string, percent: number): Promise<ExpectedLimit> {
  const found = await orSay(`The ${quota} quota ${code} could not be read`, () => readQuota(code, 'patient'));
  if (found === undefined)
    throw new Error(`Service Quotas knows no ${quota} quota ${code} of Amazon Bedrock in this Region.`);
  return { threshold: thresholdOf(found.value, percent), factor: found.value === 0 ? 0 : 1 };
}
