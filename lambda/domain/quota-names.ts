import type { InferenceMode } from './model-id';
import {
  type Fit,
  fitOf,
  isOfSameSize,
  isSameButForSize,
  type ModelWords,
  partsOfModelId,
  wordsOfLabel,
  wordsOfModelId,
} from './model-words';

/** What the name of a quota says, for example `Cross-region model inference tokens per minute for Amazon Nova Lite`. */
export interface QuotaName {
  readonly mode: InferenceMode;
  readonly kind: 'RPM' | 'TPM';
  /** The words for the model. */
  readonly label: string;
}

const QUOTA_NAME =
  /^(?<mode>on[- ]demand|(?:global )?cross[- ]region) (?:model inference|invokemodel) (?<counted>tokens|requests) per minute for (?<label>.+)$/i;

/**
 * Reads the name of a quota; undefined for a quota that no plain invocation draws on: per day, of batch inference, of
 * provisioned throughput, latency-optimized, of the bedrock-mantle endpoint, of requests with a longer context.
 * https://docs.aws.amazon.com/general/latest/gr/bedrock.html#limits_bedrock
 */
export function readQuotaName(name: string): QuotaName | undefined {
  const { mode, counted, label } = QUOTA_NAME.exec(name.trim().replace(/\s+/g, ' '))?.groups ?? {};
  if (mode === undefined || counted === undefined || label === undefined) return undefined;
  if (/context (length|window)|latency|batch|provisioned|per day/i.test(label)) return undefined;
  return { mode: modeOf(mode), kind: counted.toLowerCase() === 'tokens' ? 'TPM' : 'RPM', label };
}

function modeOf(words: string): InferenceMode {
  if (words.toLowerCase().startsWith('global')) return 'global';
  return words.toLowerCase().startsWith('cross') ? 'cross-region' : 'on-demand';
}

/**
 * Labels that no rule gives, because they leave out a version or have another, without their providers. For these models
 * they stand instead of the rules. Real names of quotas stand first, spellings nearer to the id after them. The names and
 * whose they are is public in https://github.com/awslabs/bedrock-usage-analyzer (metadata), and
 * https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html tells the ids' models.
 */
const IRREGULAR: Readonly<Record<string, readonly string[]>> = {
  'amazon.titan-embed-g1-text-02': ['Titan Text Embeddings'],
  'amazon.titan-embed-image-v1': ['Titan Multimodal Embeddings G1'],
  'cohere.command-light-text-v14': ['Command Light'],
  'cohere.command-text-v14': ['Command'],
  'cohere.embed-english-v3': ['Embed English', 'Embed English V3'],
  'cohere.embed-multilingual-v3': ['Embed Multilingual', 'Embed Multilingual V3'],
  'mistral.magistral-small-2509': ['Magistral Small 1.2', 'Magistral Small 2509'],
  'mistral.mistral-large-2402-v1': ['Mistral Large', 'Mistral Large 24.02'],
  'mistral.mistral-large-2407-v1': ['Mistral Large 2407', 'Mistral Large 2 (24.07)'],
  'mistral.mistral-large-3-675b-instruct': ['Mistral Large 3', 'Mistral Large 3 675B Instruct'],
  'mistral.mistral-small-2402-v1': ['Mistral Small', 'Mistral Small 24.02'],
  'mistral.voxtral-mini-3b-2507': ['Voxtral Mini 1.0', 'Voxtral Mini 3B 2507'],
  'mistral.voxtral-small-24b-2507': ['Voxtral Small 1.0', 'Voxtral Small 24B 2507'],
  'nvidia.nemotron-nano-12b-v2': [
    'Nemotron Nano 2 VL',
    'Nemotron Nano 12B v2 VL',
    'Nemotron Nano 12B v2 VL BF16',
  ],
  'nvidia.nemotron-nano-9b-v2': ['Nemotron Nano 2', 'Nemotron Nano 9B v2'],
  'stability.stable-diffusion-xl': ['Stable Diffusion XL 0.8'],
  'stability.stable-diffusion-xl-v0': ['Stable Diffusion XL 0.8'],
  'twelvelabs.marengo-embed-2-7-v1': ['Marengo', 'Marengo Embed 2.7'],
  'twelvelabs.pegasus-1-2-v1': ['Pegasus', 'Pegasus 1.2'],
};

/** How well the label of a quota fits a model id without geography, such as `anthropic.claude-opus-4-6-v1`. */
export function fitOfLabel(modelId: string, label: string): Fit {
  const { provider, name } = partsOfModelId(modelId);
  const words = wordsOfLabel(label, provider);
  const irregular = IRREGULAR[`${provider}.${name}`];
  if (irregular === undefined) return fitOf(wordsOfModelId(modelId), words);
  return irregular.some((one) => fitOf(wordsOfLabel(one, provider), words) === 'all') ? 'all' : 'not';
}

/** Whether the label says a size, and all else as the model id does. */
export function isOfSomeSize(modelId: string, label: string): boolean {
  const words = wordsOfLabel(label, partsOfModelId(modelId).provider);
  return words.sizes.length > 0 && isSameButForSize(wordsOfModelId(modelId), words);
}

/** Whether the other label says, beside the same size, that it is of the instruct model, while the label does not say it. */
export function isInstructOf(modelId: string, label: string, other: string): boolean {
  const { provider } = partsOfModelId(modelId);
  const words = wordsOfLabel(label, provider);
  const others = wordsOfLabel(other, provider);
  return others.isInstruct && !words.isInstruct && isOfSameSize(words, others);
}

/** How many words and numbers of a model id a label has too, where it has a word of the model's name. */
export function sharedWords(modelId: string, label: string): number {
  const one = wordsOfModelId(modelId);
  const other = wordsOfLabel(label, partsOfModelId(modelId).provider);
  const names = inBoth(one.names, other.names);
  return names === 0 ? 0 : names + inBoth(valuesOf(one), valuesOf(other)) + inBoth(one.sizes, other.sizes);
}

const valuesOf = ({ versions }: ModelWords): readonly string[] => versions.map(({ value }) => value);

const inBoth = (one: readonly string[], other: readonly string[]): number =>
  one.filter((word) => other.includes(word)).length;
