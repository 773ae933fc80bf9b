import { spellingsOf } from './providers';

/** A number of a name, such as the 3.5 of `Claude 3.5 Sonnet`. */
interface Version {
  readonly value: string;
  /** `v2` counts a model's releases wherever it stands; `2` may be part of its name, as in `Nova 2 Lite`. */
  readonly form: 'v' | 'plain';
  /** No word of the name comes after it. */
  readonly isLast: boolean;
}

/** What a model's name says, in whatever order and spelling it says it. */
export interface ModelWords {
  /** `claude`, `sonnet`; also a letter with its number, such as `x5`. */
  readonly names: readonly string[];
  readonly versions: readonly Version[];
  /** `17b`, `8x7b`, `128e`. */
  readonly sizes: readonly string[];
  /** `a22b`: how many of the parameters are active at a time. */
  readonly activeSizes: readonly string[];
  /** `instruct`: how the model was trained last. */
  readonly isInstruct: boolean;
  readonly namesProvider: boolean;
}

/**
 * The ways to read a model id, as ids. In one such as `gpt-6-1:0` the last number may be a part of the version, as in
 * GPT-6.1, or the model's release, as in `gpt-6-v1:0`.
 */
export function readingsOf(modelId: string): readonly string[] {
  const asRelease = modelId.replace(/(?<!\bv[\d.]*)(?<=\d)-(\d{1,2})(?=:)/i, '-v$1');
  return asRelease === modelId ? [modelId] : [modelId, asRelease];
}

/** What a model id says of its model, for example `anthropic.claude-3-5-sonnet-20240620-v1:0`. */
export function wordsOfModelId(modelId: string): ModelWords {
  const { provider, name, revisions } = partsOfModelId(modelId);
  const tokens = tokensOf(name).filter((token) => !/^20\d{6}$/.test(token));
  const release = /^v(\d+)$/.exec(tokens.at(-1) ?? '')?.[1];
  if (release === '0') tokens.pop();
  // `claude-v2:1` is version 2.1; the revision of a first release says nothing of the model.
  else if (Number(release) > 1 && /^[1-9]$/.test(revisions[0] ?? ''))
    tokens.splice(-1, 1, `v${release}.${revisions[0]}`);
  return wordsOf(tokens, provider);
}

/** What the label of a quota says of its model, for example `Anthropic Claude 3.5 Sonnet`, read as one of that provider's. */
export const wordsOfLabel = (label: string, provider: string): ModelWords =>
  wordsOf(tokensOf(label), provider);

/** `anthropic.claude-v2:1:18k` is the provider `anthropic`, the name `claude-v2` and the revisions `1` and `18k`. */
export function partsOfModelId(modelId: string) {
  const [named = '', ...revisions] = modelId.toLowerCase().split(':');
  const point = named.indexOf('.');
  return { provider: named.slice(0, point), name: named.slice(point + 1), revisions };
}

/** `Qwen3 235B a22b 2507 V1` is `qwen`, `3`, `235b`, `a22b`, `2507`, `v1`. */
const tokensOf = (text: string): string[] =>
  text
    .toLowerCase()
    .replace(/-\d{4}-\d{2}-\d{2}(?!\d)/g, '')
    .replaceAll('+', ' plus ')
    .replace(/(?<!\d)\.|\.(?!\d)/g, ' ')
    .split(/[^a-z0-9.]+/)
    .flatMap((word) => /^([a-z]{2,})(\d+(?:\.\d+)*)$/.exec(word)?.slice(1) ?? word)
    .filter((token) => token !== '');

const NUMBER = /^(v?)(\d+(?:\.\d+)*)$/;
/** `8x7bb` is how one quota's name spells `8x7b`. */
const SIZE = /^((?:\d+x)?\d+(?:\.\d+)?[be])b?$/;
const ACTIVE_SIZE = /^a\d+(?:\.\d+)?b$/;

/** Other spellings of the same. */
const SAME_AS: Readonly<Record<string, readonly string[]>> = {
  embed: ['embeddings'],
  embedding: ['embeddings'],
  j2: ['jurassic', '2'],
  sd: ['stable', 'diffusion'],
};

/** What some names of a provider's models have and others leave out. */
const NOISE: Readonly<Record<string, readonly string[]>> = {
  amazon: ['g1'],
  stability: ['image'],
};

function wordsOf(tokens: readonly string[], provider: string): ModelWords {
  const ofModel = withoutProvider(tokens, provider);
  const noise = ['and', ...(NOISE[provider] ?? [])];
  const kept = withoutFirstRelease(
    joined(ofModel.flatMap((token) => SAME_AS[token] ?? token).filter((token) => !noise.includes(token))),
  );
  const words = kept.filter((token) => !NUMBER.test(token));
  const names = words.filter((word) => !SIZE.test(word) && !ACTIVE_SIZE.test(word) && !isTuning(word));
  const lastName = Math.max(...names.map((name) => kept.lastIndexOf(name)), -1);
  return {
    names: unique(names),
    versions: kept.flatMap((token, index) => {
      const [, v, value] = NUMBER.exec(token) ?? [];
      return value === undefined
        ? []
        : [
            {
              value: spelled(value),
              form: v === 'v' ? ('v' as const) : ('plain' as const),
              isLast: index > lastName,
            },
          ];
    }),
    sizes: unique(words.flatMap((word) => SIZE.exec(word)?.[1] ?? [])),
    activeSizes: unique(words.filter((word) => ACTIVE_SIZE.test(word))),
    isInstruct: words.some(isTuning),
    namesProvider: ofModel.length < tokens.length,
  };
}

const isTuning = (word: string): boolean => word === 'instruct' || word === 'it';

function withoutProvider(tokens: readonly string[], provider: string): readonly string[] {
  const spellings = spellingsOf(provider).map(tokensOf);
  const kept: string[] = [];
  for (let at = 0; at < tokens.length; ) {
    const found = spellings.find((words) => words.every((word, index) => tokens[at + index] === word));
    if (found === undefined) kept.push(tokens[at] ?? '');
    at += found?.length ?? 1;
  }
  return kept;
}

/** `3`, `5` is `3.5`; `k2`, `5` is `k2.5`. */
function joined(tokens: readonly string[]): readonly string[] {
  const all: string[] = [];
  for (const token of tokens) {
    const before = all.at(-1) ?? '';
    if (/^[a-z]?\d{1,2}$/.test(before) && /^\d{1,2}$/.test(token)) all.splice(-1, 1, `${before}.${token}`);
    else all.push(token);
  }
  return all;
}

/** `V1`, `1.0` and nothing are the same release. */
const withoutFirstRelease = (tokens: readonly string[]): readonly string[] =>
  /^v?1(\.0)*$/.test(tokens.at(-1) ?? '') ? tokens.slice(0, -1) : tokens;

/** `3.0` is 3, and a year and month `2502` is `25.02`. */
const spelled = (version: string): string =>
  /^2\d(0[1-9]|1[0-2])$/.test(version)
    ? `${version.slice(0, 2)}.${version.slice(2)}`
    : version.replace(/(\.0)+$/, '');

const unique = (words: readonly string[]): readonly string[] => [...new Set(words)].sort();

/** How well a label's words fit a model id's. */
export type Fit = 'all' | 'but for some words' | 'not';

/**
 * All words agree, or the label leaves out sizes or `instruct`. Without the size, two words of the name must be left, lest
 * `Llama 3` be taken for one of its sizes; an active size may be left out by either, where the whole size is said.
 */
export function fitOf(model: ModelWords, label: ModelWords): Fit {
  if (!isSame(model.names, label.names) || !hasSameVersions(model, label)) return 'not';
  // With no word for a name, as in `R1`, only its provider tells whose model it is.
  const ofName = model.names.filter((name) => /^[a-z]{2,}$/.test(name));
  if (ofName.length === 0 && !label.namesProvider) return 'not';
  const saysWholeSize = isSame(model.sizes, label.sizes);
  const saysActiveSize = isSame(model.activeSizes, label.activeSizes);
  if (saysWholeSize && saysActiveSize && model.isInstruct === label.isInstruct) return 'all';
  if (label.isInstruct && !model.isInstruct) return 'not';
  if (!saysActiveSize && model.activeSizes.length > 0 && label.activeSizes.length > 0) return 'not';
  if (saysWholeSize) return saysActiveSize || model.sizes.length > 0 ? 'but for some words' : 'not';
  const leavesSizesOut = label.sizes.length === 0 && label.activeSizes.length === 0;
  return leavesSizesOut && ofName.length > 1 ? 'but for some words' : 'not';
}

/** Whether they are sizes of one model, or one says none. */
export const isSameButForSize = (one: ModelWords, other: ModelWords): boolean =>
  isSame(one.names, other.names) && hasSameVersions(one, other);

/** Whether they are names of one model, and say the same sizes. */
export const isOfSameSize = (one: ModelWords, other: ModelWords): boolean =>
  isSameButForSize(one, other) && isSame(one.sizes, other.sizes);

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((word, index) => word === other[index]);

/** In any order: a quota's name has `Ministral 14B 3.0` for `ministral-3-14b`. */
function hasSameVersions(one: ModelWords, other: ModelWords): boolean {
  const left = [...other.versions];
  for (const version of one.versions) {
    const found = left.findIndex((candidate) => isSameVersion(version, candidate));
    if (found < 0) return false;
    left.splice(found, 1);
  }
  return left.length === 0;
}

/** `Nova Lite V2` would be another model than `Nova 2 Lite`, while `rerank-v3-5` is `Rerank 3.5`. */
const isSameVersion = (one: Version, other: Version): boolean =>
  one.value === other.value && (one.form === other.form || (one.isLast && other.isLast));
