import { type ModelConfig, modelConfigSchema } from '../contract/model-config';
import { childAlarmName, parameterName } from '../contract/names';
import type { Quota } from '../domain/alarm-catalogue';
import { QUOTA_ALARMS } from '../domain/quota-alarms';
import { thresholdOf } from '../domain/thresholds';
import { readQuota } from '../ports/quotas';
import { oneByOne, orSay } from './one-by-one';

/** What the threshold of one alarm should be. */
export interface ExpectedThreshold {
  readonly quota: Quota;
  readonly alarmName: string;
  readonly threshold: number;
}

/** A model, and the thresholds that its quotas give now. */
export interface ExpectedModel {
  readonly model: string;
  /** False where differences are to be reported only. */
  readonly automated: boolean;
  /** None for a quota that the model does not have, or that could not be read. */
  readonly expected: readonly ExpectedThreshold[];
  /** One sentence for each quota that could not be read, or for the whole configuration. */
  readonly failures: readonly string[];
}

/** Never throws. `configText`: what the parameter `config` holds. */
export async function expectedThresholds(
  customer: string,
  model: string,
  configText: string,
): Promise<ExpectedModel> {
  const config = parseConfig(configText);
  if (config === undefined) {
    const parameter = parameterName(customer, model, 'config');
    const failures = [`The parameter ${parameter} holds no configuration of a model.`];
    return { model, automated: true, expected: [], failures };
  }
  const limits = QUOTA_ALARMS.flatMap((alarm) => {
    const { code, percent } = limitOf(config, alarm.limit.quota);
    return code === null ? [] : [{ alarm, code, percent }];
  });
  const { done, failures } = await oneByOne(limits, async ({ alarm, code, percent }) => {
    const { quota } = alarm.limit;
    const alarmName = childAlarmName(customer, alarm.name, alarm.severity, model);
    return { quota, alarmName, threshold: thresholdOf(await quotaValue(quota, code), percent) };
  });
  return { model, automated: config.automatedThresholdUpdate, expected: done, failures };
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

async function quotaValue(quota: Quota, code: string): Promise<number> {
  const found = await orSay(`The ${quota} quota ${code} could not be read`, () => readQuota(code, 'patient'));
  if (found === undefined)
    throw new Error(`Service Quotas knows no ${quota} quota ${code} of Amazon Bedrock in this Region.`);
  return found.value;
}
