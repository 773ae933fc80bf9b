import type { InferenceProfiles } from '../contract/inference-profiles';
import type { ModelConfig } from '../contract/model-config';
import type { UpdaterTask } from '../contract/updater-event';
import { logger } from '../ports/logger';

/** What is the same for all models of a run. */
export interface Run {
  readonly customer: string;
  readonly task: UpdaterTask;
  /** What stood in Parameter Store, by full name: of one model whose alarm was changed, its configuration only. */
  readonly parameters: ReadonlyMap<string, string>;
  /** By model: of all, or of the one whose alarm was changed; undefined where the parameter `config` holds none. */
  readonly configs: ReadonlyMap<string, ModelConfig | undefined>;
  /** Undefined where they could not be listed. */
  readonly profiles: InferenceProfiles | undefined;
  /** The codes of the quotas of which a request is answered: thresholds follow them at once. */
  readonly answeredCodes: readonly string[];
  readonly now: Date;
}

/** What lasts until a person acts is a failure of a run that compares thresholds; once an hour would be too often. */
export function lastingFailure(sentence: string, { task }: Run): readonly string[] {
  if (task.kind !== 'sharers') return [sentence];
  logger.warn(sentence);
  return [];
}

/** The models that have one of the quotas. */
export const modelsOf = (codes: readonly (string | null)[], { configs }: Run): readonly string[] =>
  [...configs].flatMap(([model, config]) => {
    const own = [config?.rpmQuotaCode, config?.tpmQuotaCode];
    return codes.some((code) => code !== null && own.includes(code)) ? [model] : [];
  });
