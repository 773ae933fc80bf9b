import type { InferenceProfile, InferenceProfiles } from '../contract/inference-profiles';
import { globalIdBeside, type InvokedModel, invokedModel, readModelId } from './model-id';

export type { InferenceProfile, InferenceProfiles };

/**
 * What an application profile was copied from, which AWS does not say: the system profile with the same model ARNs, or,
 * for a single ARN that is no system profile's, that foundation model. Undefined where neither is so.
 */
export function copiedFrom(profile: InferenceProfile, all: InferenceProfiles): InvokedModel | undefined {
  const [source] = sourceIdsOf(profile, all);
  return source === undefined ? undefined : invokedModel(source);
}

/** What a model id, profile id or ARN of either invokes; undefined where it cannot be told. */
export function invokedModelOf(modelId: string, all: InferenceProfiles): InvokedModel | undefined {
  const source = sourceIdOfModel(modelId, all);
  return source === undefined ? undefined : invokedModel(source);
}

/** A series of metrics whose traffic draws on the same quota. */
export interface QuotaSharer {
  /** The value of the dimension `ModelId`. */
  readonly id: string;
  readonly name: string;
}

/** The series besides the model's own that draw on the model's quotas, sorted by id. */
export function quotaSharersOf(modelId: string, all: InferenceProfiles): readonly QuotaSharer[] {
  const source = sourceIdOfModel(modelId, all);
  if (source === undefined) return [];
  const copies = all.application
    .filter((profile) => sourceIdsOf(profile, all).includes(source))
    .map(({ id, name }) => ({ id, name }));
  const own = readModelId(modelId).metricModelId;
  return [{ id: source, name: source }, ...copies]
    .filter(({ id }) => id !== own)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * The id of the global profile of the same foundation model, where the model is invoked through a geographic profile, or
 * an application profile copied from one; null where it is invoked another way, or there is no such profile.
 */
export function globalProfileFor(modelId: string, all: InferenceProfiles): string | null {
  const invoked = invokedModelOf(modelId, all);
  const beside = invoked === undefined ? undefined : globalIdBeside(invoked);
  return all.system.find(({ id }) => id === beside)?.id ?? null;
}

function sourceIdOfModel(modelId: string, all: InferenceProfiles): string | undefined {
  const { metricModelId, kind } = readModelId(modelId);
  if (kind !== 'application profile') return metricModelId;
  const profile = all.application.find(({ id }) => id === metricModelId);
  return profile === undefined ? undefined : sourceIdsOf(profile, all)[0];
}

/** More than one where system profiles have the same models: which of them was copied then makes no difference. */
function sourceIdsOf({ modelArns }: InferenceProfile, all: InferenceProfiles): readonly string[] {
  const [only, ...others] = modelArns;
  if (only === undefined) return [];
  const same = all.system.filter((one) => hasSameModels(one.modelArns, modelArns)).map(({ id }) => id);
  if (same.length > 0) return same.sort();
  return others.length > 0 ? [] : [readModelId(only).metricModelId];
}

const hasSameModels = (one: readonly string[], other: readonly string[]): boolean =>
  one.toSorted().join() === other.toSorted().join();
