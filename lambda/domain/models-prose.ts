import type { Claim } from '../contract/claims';
import { joined, type Prose } from './prose';
import { listed } from './words';

/** Texts about several models, where each fact is about one of them. */

/** What a text about several models states of one of them: at least one fact. `Reference`: null where it is about no incident. */
export interface AboutModel<Reference extends string | null = string> {
  readonly model: string;
  readonly reference: Reference;
  readonly claims: readonly Claim[];
}

/** A fact, and the model that it is about. */
export interface FactOfModel {
  readonly model: string;
  readonly claim: Claim;
}

export type ModelsProse = Prose<FactOfModel>;

interface Named {
  readonly model: string;
}

/** Where the words of a text stand for a model, and what they state of it. */
export const ofModel = ({ model }: Named, { text, claims }: Prose): ModelsProse => ({
  text,
  claims: claims.map((claim) => ({ model, claim })),
});

/** The name of a model, where it stands for these facts. */
export const named = (part: Named, ...facts: readonly Prose[]): ModelsProse =>
  ofModel(part, { text: part.model, claims: joined(facts, '').claims });

/** What is stated of each of these models. */
export function aboutEach<Reference extends string | null>(
  models: readonly Pick<AboutModel<Reference>, 'model' | 'reference'>[],
  facts: readonly FactOfModel[],
): readonly AboutModel<Reference>[] {
  const byModel = groupedBy(facts, ({ model }) => model);
  return models.map(({ model, reference }) => ({
    model,
    reference,
    claims: (byModel.get(model) ?? []).map(({ claim }) => claim),
  }));
}

/** `A, B and C`, where nothing is stated of them. */
export const namesOf = (models: readonly Named[]): string => listed(models.map(({ model }) => model));

/** What has the same key, in the order of the first of each. */
export function groupedBy<T>(
  all: readonly T[],
  keyOf: (one: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}
