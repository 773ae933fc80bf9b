import type { InferenceProfile, InferenceProfiles } from '../contract/inference-profiles';
import { globalIdBeside, type InvokedModel, invokedModel, readModelId } from './model-id';

export type { InferenceProfile, InferenceProfiles };

/**
 * What an application profile was copied from, which AWS does not say: the system profile with the same model ARNs, or,
 * for a single ARN that is no system profile's, that foundation model. Undefined where neither is so, and for a single ARN
 * that is a system profile's too: it may have been copied from either.
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

/**
 * The series besides the model's own that draw on the model's quotas, sorted by id. Undefined where it cannot be told from
 * what the monitored application profile was copied.
 */
export function quotaSharersOf(modelId: string, all: InferenceProfiles): readonly QuotaSharer[] | undefined {
  const source = sourceIdOfModel(modelId, all);
  if (source === undefined) return undefined;
  const copies = all.application.filter((profile) => sourceIdsOf(profile, all).includes(source));
  return othersById(modelId, [{ id: source, name: source }, ...copies]);
}

/**
 * Application profiles of the same foundation model, sorted by id, of which it cannot be told from what they were copied:
 * they may draw on the model's quotas, or on others.
 */
export function unclearSharersOf(modelId: string, all: InferenceProfiles): readonly QuotaSharer[] {
  const invoked = invokedModelOf(modelId, all);
  const unclear = all.application.filter(
    (profile) =>
      sourceIdsOf(profile, all).length === 0 &&
      profile.modelArns.some((arn) => readModelId(arn).metricModelId === invoked?.modelId),
  );
  return othersById(modelId, unclear);
}

const othersById = (modelId: string, series: readonly QuotaSharer[]): readonly QuotaSharer[] =>
  series
    .filter(({ id }) => id !== readModelId(modelId).metricModelId)
    .map(({ id, name }) => ({ id, name }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));

/**
 * Whether a series is of an application profile that is not listed any more. Ids of models and of system profiles, which
 * have points in them, are never gone: a model may be invoked by one that Bedrock does not list.
 */
export const isGone = (id: string, { application }: InferenceProfiles): boolean =>
  !id.includes('.') && !application.some((profile) => profile.id === id);

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
  if (others.length > 0) return same.sort();
  return same.length > 0 ? [] : [readModelId(only).metricModelId];
}

const hasSameModels = (one: readonly string[], other: readonly string[]): boolean =>
  one.toSorted().join() === other.toSorted().join();
