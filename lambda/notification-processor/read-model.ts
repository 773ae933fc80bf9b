import {
  LIVE_SETTINGS,
  type LiveSetting,
  type ModelConfig,
  modelConfigSchema,
  parseLiveSetting,
} from '../contract/model-config';
import { parameterName, THRESHOLD_KEYS } from '../contract/names';
import type { PerQuota } from '../domain/decision';
import { getParameters } from '../ports/parameters';

/** A model as it is configured at this moment. */
export interface MonitoredModel {
  readonly config: ModelConfig;
  /** The stored thresholds; undefined where there is none, or none that is a number. */
  readonly thresholds: PerQuota<number | undefined>;
  /** One sentence for each live setting that was not used as it stands in Parameter Store. */
  readonly remarks: readonly string[];
}

/** Nothing is known of the model but its name; the message is one sentence that says why. */
export class UnusableConfig extends Error {
  override readonly name = 'UnusableConfig';
}

/** One call: `config`, the live settings beside it, and the thresholds. Throws UnusableConfig when `config` is absent or invalid. */
export async function readModel(customer: string, modelName: string): Promise<MonitoredModel> {
  const name = (key: string): string => parameterName(customer, modelName, key);
  const stored = await getParameters(
    ['config', THRESHOLD_KEYS.rpm, THRESHOLD_KEYS.tpm, ...LIVE_SETTINGS].map(name),
  );
  const config = parseConfig(name('config'), stored.get(name('config')));
  const live = LIVE_SETTINGS.map((key) => readLiveSetting(key, stored.get(name(key)), config));
  return {
    config: Object.assign({}, config, ...live.map(({ value }) => value)),
    thresholds: {
      RPM: readThreshold(stored.get(name(THRESHOLD_KEYS.rpm))),
      TPM: readThreshold(stored.get(name(THRESHOLD_KEYS.tpm))),
    },
    remarks: live.flatMap(({ remark }) => remark),
  };
}

function parseConfig(parameter: string, text: string | undefined): ModelConfig {
  if (text === undefined) throw new UnusableConfig(`Parameter ${parameter} does not exist.`);
  try {
    return modelConfigSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new UnusableConfig(`Parameter ${parameter} holds no configuration of a model.`, { cause: error });
  }
}

function readLiveSetting(key: LiveSetting, text: string | undefined, config: ModelConfig) {
  const value = text === undefined ? undefined : parseLiveSetting(key, text);
  if (value !== undefined) return { value: { [key]: value }, remark: [] };
  const problem = text === undefined ? 'is missing from Parameter Store' : 'in Parameter Store is not valid';
  // A use case is too long to repeat.
  const used = key === 'useCase' ? '' : `: ${config[key]}`;
  return { value: {}, remark: [`${key} ${problem}; the deployed value was used instead${used}.`] };
}

const readThreshold = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
