import type { InferenceMode, InvokedModel } from './model-id';
import { readingsOf } from './model-words';
import {
  fitOfLabel,
  isInstructOf,
  isOfSomeSize,
  type QuotaName,
  readQuotaName,
  sharedWords,
} from './quota-names';
import { listed as inWords } from './words';

export interface NamedQuota {
  readonly code: string;
  readonly name: string;
}

export interface FoundQuotas<Q extends NamedQuota> {
  readonly tpm: Q | null;
  /** Null where the model has no such quota, which is common, or `rpmError` says that several fit. */
  readonly rpm: Q | null;
  /** Whole sentences that say why the quota is not found and name what comes near; null when all is well. */
  readonly tpmError: string | null;
  readonly rpmError: string | null;
}

/** A quota of the list, and what its name says. */
interface ReadQuota<Q extends NamedQuota> extends QuotaName {
  readonly quota: Q;
}

/**
 * Finds a model's quotas in the list of all of the account's Bedrock quotas, by their names, since nothing else tells which
 * model a quota is of. Never a guess: several that fit, or no quota of tokens per minute, is an error.
 */
export function findQuotas<Q extends NamedQuota>(model: InvokedModel, listed: readonly Q[]): FoundQuotas<Q> {
  const read = once(listed).flatMap((quota) => {
    const name = readQuotaName(quota.name);
    return name === undefined ? [] : [{ quota, ...name }];
  });
  const tpm = fitting(model, 'TPM', read);
  const rpm = fitting(model, 'RPM', read);
  return {
    tpm: theOnly(tpm),
    rpm: theOnly(rpm),
    tpmError: tpm.length === 0 ? noneFits(model, read) : severalFit(model, 'TPM', tpm),
    rpmError: severalFit(model, 'RPM', rpm),
  };
}

const once = <Q extends NamedQuota>(listed: readonly Q[]): readonly Q[] => [
  ...new Map(listed.map((quota) => [quota.code, quota])).values(),
];

const theOnly = <Q>(quotas: readonly Q[]): Q | null => (quotas.length === 1 ? (quotas[0] ?? null) : null);

function fitting<Q extends NamedQuota>(
  { modelId, mode }: InvokedModel,
  kind: QuotaName['kind'],
  read: readonly ReadQuota<Q>[],
): readonly Q[] {
  const candidates = read.filter((one) => one.mode === mode && one.kind === kind);
  return once(
    readingsOf(modelId).flatMap((reading) => {
      const fits = (fit: ReturnType<typeof fitOfLabel>) =>
        candidates.filter(({ label }) => fitOfLabel(reading, label) === fit);
      const whole = fits('all');
      const chosen = whole.length > 0 ? whole : fits('but for some words').filter(isOnlyOne(reading, read));
      return chosen.map(({ quota }) => quota);
    }),
  );
}

/**
 * Where other quotas of the list say a size, or beside the same size `Instruct`, one that does not say it may be of another
 * model.
 */
const isOnlyOne =
  (modelId: string, read: readonly QuotaName[]) =>
  ({ label }: QuotaName): boolean =>
    (isOfSomeSize(modelId, label) || !read.some((other) => isOfSomeSize(modelId, other.label))) &&
    !read.some((other) => isInstructOf(modelId, label, other.label));

/** As in `invoked on demand`. */
export const MODE_WORDS: Readonly<Record<InferenceMode, string>> = {
  'on-demand': 'on demand',
  'cross-region': 'through a geographic profile',
  global: 'through a global profile',
};

const KIND_WORDS: Readonly<Record<QuotaName['kind'], string>> = {
  TPM: 'tokens per minute',
  RPM: 'requests per minute',
};

const cited = ({ code, name }: NamedQuota): string => `${code} (${name.trim()})`;

const severalFit = (
  model: InvokedModel,
  kind: QuotaName['kind'],
  quotas: readonly NamedQuota[],
): string | null =>
  quotas.length < 2
    ? null
    : `${quotas.length} quotas fit ${invoked(model)} as its quota of ${KIND_WORDS[kind]}: ` +
      `${inWords(quotas.map(cited))}.`;

const invoked = ({ modelId, mode }: InvokedModel): string => `${modelId} invoked ${MODE_WORDS[mode]}`;

/** How many near names an error lists. */
const MOST_NEAR = 3;

function noneFits<Q extends NamedQuota>(model: InvokedModel, read: readonly ReadQuota<Q>[]): string {
  const none = `No quota of ${KIND_WORDS.TPM} in the list fits ${invoked(model)}.`;
  const elsewhere = MODES.flatMap((mode) =>
    fitting({ ...model, mode }, 'TPM', read).map(
      (quota) => `${MODE_WORDS[mode]}, with the id ${idOf(model, mode)}: ${cited(quota)}`,
    ),
  );
  if (elsewhere.length > 0)
    return `${none} It has one when invoked ${elsewhere.join('; ')}. Monitor the id that is invoked.`;
  const near = nearest(model, read);
  return near.length === 0
    ? `${none} None has a name near it.`
    : `${none} The nearest ${near.length === 1 ? 'is' : 'are'} ${inWords(near.map(cited))}.`;
}

const MODES: readonly InferenceMode[] = ['on-demand', 'cross-region', 'global'];

function idOf({ modelId }: InvokedModel, mode: InferenceMode): string {
  if (mode === 'on-demand') return modelId;
  return mode === 'global' ? `global.${modelId}` : `us.${modelId} or that of another geography`;
}

function nearest<Q extends NamedQuota>(
  { modelId, mode }: InvokedModel,
  read: readonly ReadQuota<Q>[],
): readonly Q[] {
  const scored = read
    .filter(({ kind }) => kind === 'TPM')
    .map((one) => ({ ...one, score: sharedWords(modelId, one.label) + (one.mode === mode ? 0.5 : 0) }))
    .filter(({ score }) => score >= 1)
    .sort((one, other) => other.score - one.score || (one.quota.code < other.quota.code ? -1 : 1));
  return scored.slice(0, MOST_NEAR).map(({ quota }) => quota);
}

/**
 * Why a code that an owner gave does not fit the model, by the same rule: a sentence, or undefined when it fits. There is
 * no list to compare with, so a name without the model's size or `Instruct` fits.
 */
export function givenCodeFault(
  model: InvokedModel,
  quota: 'RPM' | 'TPM',
  given: NamedQuota,
): string | undefined {
  const faults = faultsOf(model, quota, readQuotaName(given.name));
  return faults.length === 0
    ? undefined
    : `The quota ${cited(given)} is not the quota of ${KIND_WORDS[quota]} of ${invoked(model)}: it is ${inWords(faults)}.`;
}

function faultsOf(
  model: InvokedModel,
  kind: QuotaName['kind'],
  name: QuotaName | undefined,
): readonly string[] {
  if (name === undefined) return ['none of plain requests or tokens per minute of one model'];
  return [
    ...(name.kind === kind ? [] : [`one of ${KIND_WORDS[name.kind]}`]),
    ...(name.mode === model.mode ? [] : [`for what is invoked ${MODE_WORDS[name.mode]}`]),
    ...(fitsAnyReading(model.modelId, name.label) ? [] : ['of another model or version']),
  ];
}

const fitsAnyReading = (modelId: string, label: string): boolean =>
  readingsOf(modelId).some((reading) => fitOfLabel(reading, label) !== 'not');
