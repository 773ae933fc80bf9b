import type * as z from 'zod';
import type { ModelConfig } from '../../lambda/contract/model-config';
import { readModelId } from '../../lambda/domain/model-id';
import {
  BUILT_IN,
  MAX_NEW_CASES_PER_DAY,
  modelSettingsSchema,
  UPDATE_INTERVAL_DAYS,
  type WrittenSettings,
} from './schema';

type Tags = Readonly<Record<string, string>>;

/**
 * One monitored model, every default applied. `region` and `account` are absent where the CLI's hold; a quota code is
 * null where the model has no such quota, and absent where it is to be found; `tags` are those of `defaults` and the model's own, which win.
 */
export type ModelSettings = Readonly<Omit<z.output<typeof modelSettingsSchema>, 'tags'>> & {
  readonly tags: Tags;
};

export interface Settings {
  readonly customer: string;
  /** 1 to 50 e-mail addresses, in the order of the file. */
  readonly stakeholders: readonly string[];
  /** Days between two runs of the alarm updater. */
  readonly updateIntervalDays: number;
  /** Support cases opened in a day of UTC at most, for all models of a Region together. */
  readonly maxNewCasesPerDay: number;
  /** Those of `defaults`: for what the models share. */
  readonly tags: Tags;
  readonly models: readonly ModelSettings[];
}

/** Fills in what `written`, which must be free of faults, leaves open. */
export function resolveSettings(written: WrittenSettings): Settings {
  const {
    customer,
    stakeholders,
    updateIntervalDays = UPDATE_INTERVAL_DAYS,
    maxNewCasesPerDay = MAX_NEW_CASES_PER_DAY,
    defaults = {},
    models,
  } = written;
  const tags = defaults.tags ?? {};
  return {
    customer,
    stakeholders,
    updateIntervalDays,
    maxNewCasesPerDay,
    tags,
    models: models.map((model) =>
      modelSettingsSchema.parse({
        inferenceProfileType: inferenceProfileTypeOf(model.modelId),
        ...BUILT_IN,
        ...defaults,
        ...model,
        tags: { ...tags, ...model.tags },
      }),
    ),
  };
}

/** What the form of a model id says: only the ARN of an application inference profile names one. */
export const inferenceProfileTypeOf = (modelId: string): ModelConfig['inferenceProfileType'] =>
  readModelId(modelId).kind === 'application profile' ? 'Application' : 'System-Defined';
