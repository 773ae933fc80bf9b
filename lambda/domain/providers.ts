/**
 * The providers of Bedrock's models by their part of a model id, and how quota names spell them. A provider that is not
 * listed is taken to be spelled as in its ids.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html
 */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  ai21: ['AI21 Labs', 'AI21'],
  amazon: ['Amazon'],
  anthropic: ['Anthropic'],
  cohere: ['Cohere'],
  deepseek: ['DeepSeek'],
  google: ['Google'],
  luma: ['Luma AI', 'Luma'],
  meta: ['Meta'],
  minimax: ['MiniMax AI', 'MiniMax'],
  mistral: ['Mistral AI', 'Mistral'],
  moonshot: ['Moonshot AI', 'Moonshot'],
  moonshotai: ['Moonshot AI', 'Moonshot'],
  nvidia: ['NVIDIA'],
  openai: ['OpenAI'],
  qwen: ['Qwen'],
  stability: ['Stability.ai', 'Stability AI', 'Stability'],
  twelvelabs: ['TwelveLabs', 'Twelve Labs'],
  writer: ['Writer AI', 'Writer'],
  xai: ['xAI', 'x.ai'],
  zai: ['Z.ai', 'Zai'],
};

export const isKnownProvider = (provider: string): boolean => Object.hasOwn(SPELLINGS, provider);

/** How quota names spell the provider, the longest spelling first. */
export const spellingsOf = (provider: string): readonly string[] =>
  isKnownProvider(provider) ? (SPELLINGS[provider] ?? []) : [provider];
