import type { ModelConfig } from '../contract/model-config';
import { childAlarmName, parameterName } from '../contract/names';
import type { Quota } from '../domain/alarm-catalogue';
import {
  globalProfileFor,
  isGone,
  type QuotaSharer,
  quotaSharersOf,
  unclearSharersOf,
} from '../domain/inference-profiles';
import { readModelId } from '../domain/model-id';
import { QUOTA_ALARMS } from '../domain/quota-alarms';
import { limitOfQuota, type UsageLimit } from '../domain/usage-limit';
import { readQuota } from '../ports/quotas';
import { oneByOne, orSay } from './one-by-one';
import { lastingFailure, modelsOf, type Run } from './run';

/** A usage alarm of the model. */
export interface ExpectedAlarm {
  readonly quota: Quota;
  readonly alarmName: string;
  /** Without the quota, an alarm need not follow what shares it. */
  readonly hasQuota: boolean;
  /** False for the other alarm of a model one of whose alarms was changed: its own events bring it up to date. */
  readonly isDue: boolean;
  /** Undefined where it is not asked for, or the quota could not be read: it stays as it is. */
  readonly limit: UsageLimit | undefined;
}

/** A model, and what its usage alarms should be now. */
export interface ExpectedModel {
  readonly model: string;
  /** False where differences of thresholds are to be reported only. */
  readonly automated: boolean;
  readonly alarms: readonly ExpectedAlarm[];
  /** Undefined where it is not known: what the alarms count, and what is stored of it, stays as it is. */
  readonly sharing: ExpectedSharing | undefined;
  /** The other models that have one of its quotas; undefined where that was not looked at: what is stored of it stays. */
  readonly twins: readonly string[] | undefined;
  /** One sentence for each quota that could not be read, for the profile that is monitored, or for the whole configuration. */
  readonly failures: readonly string[];
}

/** What draws on the model's quotas besides itself, and what may. */
export interface ExpectedSharing {
  readonly sharers: readonly QuotaSharer[];
  readonly unclear: readonly QuotaSharer[];
  /** The global profile beside the geographic one that is invoked; null where there is none, or none is known. */
  readonly globalProfile: string | null;
  readonly isGone: (id: string) => boolean;
}

/** Never throws. `model`: one that has a configuration. */
export async function expectedModel(model: string, run: Run): Promise<ExpectedModel> {
  const { customer, task, answeredCodes } = run;
  const config = run.configs.get(model);
  if (config === undefined) {
    const parameter = parameterName(customer, model, 'config');
    const failures = [`The parameter ${parameter} holds no configuration of a model.`];
    return { model, automated: true, alarms: [], sharing: undefined, twins: undefined, failures };
  }
  const alarms: ExpectedAlarm[] = [];
  const failures: string[] = [];
  for (const { name, severity, limit } of QUOTA_ALARMS) {
    const { code, percent } = limitOf(config, limit.quota);
    const alarmName = childAlarmName(customer, name, severity, model);
    const isDue = task.kind !== 'alarm' || task.alarmName === alarmName;
    const isAnswered = code !== null && answeredCodes.includes(code);
    const isCompared = isDue && (task.kind !== 'sharers' || isAnswered);
    const read = await oneByOne(isCompared ? [limit] : [], ({ quota }) =>
      expectedLimit(quota, code, percent),
    );
    alarms.push({ quota: limit.quota, alarmName, hasQuota: code !== null, isDue, limit: read.done[0] });
    failures.push(...read.failures);
  }
  failures.push(...failureOfProfile(model, config, run));
  return {
    model,
    automated: config.automatedThresholdUpdate,
    alarms,
    sharing: expectedSharing(config, run),
    twins: twinsOf(config, run),
    failures,
  };
}

function failureOfProfile(model: string, { modelId }: ModelConfig, run: Run): readonly string[] {
  const { profiles } = run;
  if (profiles === undefined || !isGone(readModelId(modelId).metricModelId, profiles)) return [];
  return lastingFailure(
    `Bedrock no longer lists the application profile that model ${model} monitors: what its alarms count stays as it is.`,
    run,
  );
}

function expectedSharing(config: ModelConfig, run: Run): ExpectedSharing | undefined {
  const { modelId } = config;
  const { profiles } = run;
  const sharers = profiles === undefined ? undefined : quotaSharersOf(modelId, profiles);
  if (profiles === undefined || sharers === undefined) return undefined;
  return {
    sharers,
    unclear: unclearSharersOf(modelId, profiles),
    globalProfile: globalProfileFor(modelId, profiles),
    isGone: (id) => isGone(id, profiles),
  };
}

function twinsOf({ modelName, rpmQuotaCode, tpmQuotaCode }: ModelConfig, run: Run): ExpectedModel['twins'] {
  if (run.task.kind === 'alarm') return undefined;
  return modelsOf([rpmQuotaCode, tpmQuotaCode], run).filter((model) => model !== modelName);
}

const limitOf = (config: ModelConfig, quota: Quota) =>
  quota === 'RPM'
    ? { code: config.rpmQuotaCode, percent: config.rpmThresholdPercent }
    : { code: config.tpmQuotaCode, percent: config.tpmThresholdPercent };

async function expectedLimit(quota: Quota, code: string | null, percent: number): Promise<UsageLimit> {
  if (code === null) return limitOfQuota(undefined);
  const found = await orSay(`The ${quota} quota ${code} could not be read`, () => readQuota(code, 'patient'));
  if (found === undefined)
    throw new Error(`Service Quotas knows no ${quota} quota ${code} of Amazon Bedrock in this Region.`);
  return limitOfQuota({ value: found.value, percent });
}
