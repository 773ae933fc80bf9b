import { parameterName, THRESHOLD_KEYS } from '../contract/names';
import type { ThresholdOwner } from '../contract/threshold-resource';
import type { PerQuota } from '../domain/decision';
import type { Pace } from '../ports/pace';
import { deleteParameters, putParameter } from '../ports/parameters';

/** Null where the model has no such quota; undefined where nothing is to be changed. */
export type NewThresholds = PerQuota<number | null | undefined>;

/** The full names of the parameters that hold a model's thresholds. */
export const thresholdParameters = ({ Customer, ModelName }: ThresholdOwner) => ({
  RPM: parameterName(Customer, ModelName, THRESHOLD_KEYS.rpm),
  TPM: parameterName(Customer, ModelName, THRESHOLD_KEYS.tpm),
  lastUpdated: parameterName(Customer, ModelName, THRESHOLD_KEYS.lastUpdated),
});

export interface Storing {
  readonly owner: ThresholdOwner;
  readonly thresholds: NewThresholds;
  /** What stands in Parameter Store, by full name; may hold more than is looked for. */
  readonly stored: ReadonlyMap<string, string>;
  readonly now: Date;
  readonly pace?: Pace;
}

/** Parameter Store's versions are the history of the thresholds, so only what changed is written. */
export async function storeThresholds({
  owner,
  thresholds,
  stored,
  now,
  pace = 'brisk',
}: Storing): Promise<void> {
  const names = thresholdParameters(owner);
  const quotas = ['RPM', 'TPM'] as const;
  const changed = quotas.filter((quota) => differs(thresholds[quota], stored.get(names[quota])));
  const gone = quotas.filter((quota) => thresholds[quota] === null && stored.has(names[quota]));
  for (const quota of changed) await putParameter(names[quota], String(thresholds[quota]), pace);
  if (gone.length > 0) await deleteParameters(gone.map((quota) => names[quota]));
  if (changed.length + gone.length > 0 || !stored.has(names.lastUpdated))
    await putParameter(names.lastUpdated, now.toISOString(), pace);
}

/** Whether a threshold must be written over what is stored. */
const differs = (threshold: number | null | undefined, stored: string | undefined): boolean =>
  typeof threshold === 'number' && stored !== String(threshold);
