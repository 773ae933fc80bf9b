import {
  LIVE_SETTINGS,
  type LiveSetting,
  type ModelConfig,
  modelConfigSchema,
  parseLiveSetting,
} from '../contract/model-config';
import { parameterName, SHARERS_KEY, THRESHOLD_KEYS } from '../contract/names';
import { parseQuotaSharers, type QuotaSharers } from '../contract/quota-sharers';
import type { PerQuota } from '../domain/decision';
import type { UnusedSetting } from '../domain/incident';
import { getParameters } from '../ports/parameters';
import { owner } from './environment';

/** A model as it is configured at this moment. */
export interface MonitoredModel {
  readonly config: ModelConfig;
  /** The stored thresholds; undefined where there is none, or none that is a number. */
  readonly thresholds: PerQuota<number | undefined>;
  /** What else draws on its quotas; undefined where the parameter is not valid. */
  readonly sharers: QuotaSharers | undefined;
  /** The live settings that were not used as they stand in Parameter Store. */
  readonly unusedSettings: readonly UnusedSetting[];
}

/** Nothing is known of the model but its name; the message is one sentence that says why. */
export class UnusableConfig extends Error {
  override readonly name = 'UnusableConfig';

  constructor(
    message: string,
    /** The full name of the parameter that is missing or invalid. */
    readonly parameter: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** One call: `config`, the live settings beside it, the thresholds, and what shares its quotas. Throws UnusableConfig when `config` is absent or invalid. */
export async function readModel(customer: string, modelName: string): Promise<MonitoredModel> {
  const name = (key: string): string => parameterName(customer, modelName, key);
  const stored = await getParameters(
    ['config', THRESHOLD_KEYS.rpm, THRESHOLD_KEYS.tpm, SHARERS_KEY, ...LIVE_SETTINGS].map(name),
  );
  const config = parseConfig(name('config'), stored.get(name('config')));
  const live = LIVE_SETTINGS.map((key) => readLiveSetting(key, stored.get(name(key))));
  return {
    config: Object.assign({}, config, ...live.map(({ value }) => value)),
    thresholds: {
      RPM: readThreshold(stored.get(name(THRESHOLD_KEYS.rpm))),
      TPM: readThreshold(stored.get(name(THRESHOLD_KEYS.tpm))),
    },
    sharers: parseQuotaSharers(stored.get(name(SHARERS_KEY))),
    unusedSettings: live.flatMap(({ unused }) => unused),
  };
}

function parseConfig(parameter: string, text: string | undefined): ModelConfig {
  if (text === undefined) throw new UnusableConfig(`Parameter ${parameter} does not exist.`, parameter);
  try {
    return modelConfigSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new UnusableConfig(`Parameter ${parameter} holds no configuration of a model.`, parameter, {
      cause: error,
    });
  }
}

function readLiveSetting(key: LiveSetting, text: string | undefined) {
  if (text === undefined) return unused({ key, problem: 'missing' });
  const value = parseLiveSetting(key, text);
  return value === undefined ? unused({ key, problem: 'invalid' }) : { value: { [key]: value }, unused: [] };
}

const unused = (setting: UnusedSetting) => ({ value: {}, unused: [setting] });

const readThreshold = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;

const MINUTE_MS = 60 * 1000;

/** What settings have by default. */
const DEFAULT_HOLD_MS = 10 * MINUTE_MS;

/** The model as it is configured, or why that cannot be used. */
export async function settingsOf(modelName: string): Promise<MonitoredModel | UnusableConfig> {
  try {
    return await readModel(owner.customer, modelName);
  } catch (error) {
    if (error instanceof UnusableConfig) return error;
    throw error;
  }
}

/** For how long no alarm of the model may go off until its incident is over, in milliseconds. */
export const holdOf = (settings: MonitoredModel | UnusableConfig): number =>
  settings instanceof UnusableConfig ? DEFAULT_HOLD_MS : settings.config.flapHoldMinutes * MINUTE_MS;
