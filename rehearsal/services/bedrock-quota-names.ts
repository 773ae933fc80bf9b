/**
 * Quota codes of Amazon Bedrock and their names as Service Quotas spells them in us-east-1: a part of the public listing.
 * https://docs.aws.amazon.com/general/latest/gr/bedrock.html
 */
const names: ReadonlyMap<string, string> = new Map([
  ['L-036E14D8', 'On-demand model inference tokens per minute for OpenAI GPT OSS 20B'],
  ['L-0B2687F4', 'Cross-region model inference tokens per minute for Meta Llama 3.2 3B Instruct'],
  ['L-11DFF789', 'Cross-region model inference requests per minute for Anthropic Claude Opus 4.6 V1'],
  ['L-17F95AA4', 'On-demand model inference tokens per minute for Cohere Command R'],
  ['L-20CFCD61', 'On-demand model inference requests per minute for Meta Llama 3.2 1B Instruct'],
  [
    'L-22F701C5',
    'Model invocation max tokens per day for Anthropic Claude Sonnet 4 V1 (doubled for cross-region calls)',
  ],
  ['L-254CACF4', 'On-demand model inference requests per minute for Anthropic Claude 3.5 Sonnet'],
  ['L-27C57EE8', 'Global cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1'],
  ['L-2DC80978', 'On-demand model inference requests per minute for Anthropic Claude 3 Haiku'],
  ['L-2F9B4FC2', 'On-demand model inference requests per minute for Meta Llama 3.2 3B Instruct'],
  [
    'L-381AD9EE',
    'Model invocation max tokens per day for Anthropic Claude Sonnet 4.5 V1 (doubled for cross-region calls)',
  ],
  ['L-3DCCFAA4', 'Global cross-region model inference tokens per minute for Anthropic Claude Opus 4.6 V1'],
  ['L-3DD46812', 'Global cross-region model inference requests per minute for Anthropic Claude Opus 4.6 V1'],
  ['L-3F110E0F', 'Cross-region model inference requests per minute for Amazon Nova Micro'],
  [
    'L-410BCACA',
    'Cross-region model inference requests per minute for Anthropic Claude Opus 4.6 V1 1M Context Length',
  ],
  ['L-46591118', 'Cross-region model inference requests per minute for Anthropic Claude 3 Sonnet'],
  ['L-479B647F', 'Cross-region model inference tokens per minute for Anthropic Claude 3.5 Sonnet'],
  [
    'L-47DE5258',
    'Cross-region model inference requests per minute for Anthropic Claude Sonnet 4.6 1M Context Length',
  ],
  ['L-4A6BFAB1', 'Cross-region model inference requests per minute for Anthropic Claude Sonnet 4.5 V1'],
  [
    'L-4B26E44A',
    'Global cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1 1M Context Length',
  ],
  ['L-4BF37C17', 'Cross-Region InvokeModel tokens per minute for Anthropic Claude 3.5 Haiku'],
  ['L-4C35BB2A', 'On-demand model inference tokens per minute for Anthropic Claude 3 Sonnet'],
  ['L-4FCE27C7', 'Global cross-region model inference tokens per minute for Anthropic Claude Opus 4.8'],
  ['L-53A144CD', 'Cross-region model inference tokens per minute for GPT-6 Astra'],
  ['L-58BE175A', 'Cross-region model inference tokens per minute for Anthropic Claude Haiku 4.5'],
  ['L-5DF13F64', 'Cross-region model inference tokens per minute for Anthropic Claude 3 Sonnet'],
  [
    'L-6120CF2D',
    'Model invocation max tokens per day for Anthropic Claude Haiku 4.5 (doubled for cross-region calls)',
  ],
  ['L-616A3F5B', 'Cross-region model inference requests per minute for Anthropic Claude 3 Haiku'],
  ['L-6B0A9FAD', 'Cross-region model inference requests per minute for Meta Llama 3.2 3B Instruct'],
  ['L-6E888CC2', 'Cross-region model inference tokens per minute for Anthropic Claude 3.7 Sonnet V1'],
  ['L-6F14193C', 'On-demand model inference tokens per minute for Meta Llama 3.2 1B Instruct'],
  ['L-70423BF8', 'On-demand model inference tokens per minute for Amazon Nova Lite'],
  ['L-7C42E72A', 'Cross-region model inference tokens per minute for Amazon Nova Lite'],
  ['L-89F8391A', 'Cross-region model inference requests per minute for Amazon Nova Lite'],
  ['L-8CE99163', 'On-demand model inference tokens per minute for Anthropic Claude 3 Haiku'],
  [
    'L-8EA73537',
    'Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1 1M Context Length',
  ],
  ['L-99296DCD', 'Cross-region model inference tokens per minute for Anthropic Claude Opus 5'],
  ['L-9A11C666', 'Global cross-region model inference tokens per minute for Anthropic Claude Haiku 4.5'],
  [
    'L-A052927A',
    'Cross-region model inference requests per minute for Anthropic Claude Sonnet 4.5 V1 1M Context Length',
  ],
  ['L-A103A344', 'Global cross-region model inference tokens per minute for Anthropic Claude Opus 5.5'],
  ['L-A31D2B40', 'Cross-region model inference requests per minute for Meta Llama 3.2 1B Instruct'],
  ['L-A4430697', 'Cross-region model inference tokens per minute for Anthropic Claude Opus 5.5'],
  ['L-A49CA90F', 'On-demand model inference requests per minute for Cohere Command R'],
  ['L-A50569E5', 'On-demand model inference tokens per minute for Anthropic Claude 3.5 Sonnet'],
  ['L-A7EDC29B', 'On-demand model inference tokens per minute for Meta Llama 3.2 3B Instruct'],
  ['L-AF7F0545', 'On-demand model inference requests per minute for OpenAI GPT OSS 20B'],
  ['L-B38B530A', 'Global cross-region model inference tokens per minute for GPT-6 Astra'],
  ['L-BC182137', 'Global cross-region model inference tokens per day for Anthropic Claude Sonnet 4.5 V1'],
  ['L-BD9FDA6F', 'Cross-region model inference tokens per minute for Meta Llama 3.2 1B Instruct'],
  [
    'L-C0D53EFB',
    'Global cross-region model inference requests per minute for Anthropic Claude Sonnet 4.5 V1 1M Context Length',
  ],
  ['L-CCA5DF70', 'Cross-region model inference requests per minute for Anthropic Claude Haiku 4.5'],
  ['L-CFA4FA0D', 'On-demand model inference tokens per minute for Amazon Nova Micro'],
  ['L-D4FBCF4E', 'Cross-region model inference tokens per minute for Anthropic Claude Sonnet 5'],
  ['L-D73B1244', 'Global cross-region model inference tokens per minute for Anthropic Claude Opus 5'],
  [
    'L-DB84CE56',
    'Global cross-region model inference requests per minute for Anthropic Claude Sonnet 4.5 V1',
  ],
  ['L-DB99DCDB', 'Cross-region model inference tokens per minute for Anthropic Claude Opus 4.8'],
  ['L-DC7FF66C', 'Cross-region model inference tokens per minute for Amazon Nova Micro'],
  ['L-DCADBC78', 'Cross-region model inference tokens per minute for Anthropic Claude 3 Haiku'],
  ['L-DD84E5CA', 'Global cross-region model inference tokens per minute for Anthropic Claude Sonnet 5'],
  ['L-DE3FBBF4', 'Cross-region model inference tokens per minute for Meta Llama 4 Maverick V1'],
  ['L-E5084BBA', 'Global cross-region model inference requests per minute for Anthropic Claude Haiku 4.5'],
  ['L-F406804E', 'On-demand model inference requests per minute for Anthropic Claude 3 Sonnet'],
  ['L-F457545D', 'Cross-region model inference requests per minute for Anthropic Claude 3.5 Sonnet'],
  ['L-F4DDD3EB', 'Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1'],
  ['L-FF8B4E28', 'Cross-Region model inference tokens per minute for Anthropic Claude 3.5 Sonnet V2'],
  // Of the whole account, not of one model.
  ['L-E3F10727', 'Cross-Model Max Tokens Per Day'],
]);

/** Whether the table has the code. */
export const isKnownQuota = (code: string): boolean => names.has(code);

/**
 * The name of a quota.
 *
 * @throws Error naming a code that is not in the table: a scenario then has to give the name itself.
 */
export function quotaName(code: string): string {
  const name = names.get(code);
  if (name === undefined) {
    throw new Error(
      `the local AWS has no name for the Bedrock quota ${code}: give it as {name: ..., value: ...}`,
    );
  }
  return name;
}
