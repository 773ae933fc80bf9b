import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { fitOfLabel, readQuotaName } from '../../lambda/domain/quota-names';
import { MODEL_LABELS } from './model-labels';

describe('the name of a quota', () => {
  test.each([
    [
      'On-demand model inference tokens per minute for Amazon Nova Lite',
      'on-demand',
      'TPM',
      'Amazon Nova Lite',
    ],
    [
      'On-demand model inference requests per minute for Amazon Nova Lite',
      'on-demand',
      'RPM',
      'Amazon Nova Lite',
    ],
    ['On-demand InvokeModel tokens per minute for X', 'on-demand', 'TPM', 'X'],
    ['Cross-region model inference tokens per minute for GPT-6 Astra', 'cross-region', 'TPM', 'GPT-6 Astra'],
    [
      'Cross-Region InvokeModel requests per minute for Claude for Work',
      'cross-region',
      'RPM',
      'Claude for Work',
    ],
    [
      'Global cross-region model inference tokens per minute for Claude Opus 5',
      'global',
      'TPM',
      'Claude Opus 5',
    ],
    ['Global Cross-Region model inference requests per minute for Grok 4.6', 'global', 'RPM', 'Grok 4.6'],
    [
      '  cross-region  MODEL inference tokens  per minute for  Amazon  Nova Lite ',
      'cross-region',
      'TPM',
      'Amazon Nova Lite',
    ],
  ])('%j is of %s %s for %j', (name, mode, kind, label) => {
    expect(readQuotaName(name)).toEqual({ mode, kind, label });
  });

  test.each([
    'Global cross-region model inference tokens per day for Anthropic Claude Haiku 4.5',
    'Model invocation max tokens per day for Qwen3 32B V1 (doubled for cross-region calls)',
    'Cross-Model Max Tokens Per Day',
    '[bedrock-mantle endpoint] Input tokens per minute for Claude Opus 5',
    '[bedrock-mantle endpoint] Output tokens per minute for Claude Opus 5',
    'Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1 1M Context Length',
    'Cross-region model inference tokens per minute for Anthropic Claude Sonnet 6 2M context window',
    'On-demand, latency-optimized model inference tokens per minute for Amazon Nova Pro V1',
    'On-demand latency-optimized model inference requests per minute for Amazon Nova Pro V1',
    'Cross-region model inference tokens per minute for Amazon Nova Pro latency-optimized',
    'On-demand InvokeModel concurrent requests for Amazon Nova Sonic',
    'On-demand model inference concurrent requests for Luma Ray V2',
    'On-demand InvokeModel async concurrent requests for TwelveLabs Marengo Embed 3.0',
    'Model units per provisioned model for Amazon Titan Text Embeddings V2',
    'Records per batch inference job for Claude 3 Haiku',
    '(Model customization) Sum of on demand custom model deployment tokens per minute for Anthropic Claude 3 Haiku',
    '(Guardrails) On-demand ApplyGuardrail requests per second',
    'Tokens per minute for long-term memory extraction',
    '',
  ])('%j is none that plain invocations draw on', (name) => {
    expect(readQuotaName(name)).toBeUndefined();
  });
});

describe('the label of a quota', () => {
  const labels = [...new Set(MODEL_LABELS.flatMap(([, ...ofModel]) => ofModel))];

  test.each(MODEL_LABELS.map(([modelId, ...own]) => ({ modelId, own })))(
    'fits $modelId where it is its own, and no other does',
    ({ modelId, own }) => {
      expect(labels.filter((label) => fitOfLabel(modelId, label) !== 'not').sort()).toEqual([...own].sort());
    },
  );

  test.each([
    ['anthropic.claude-sonnet-4-20250514-v1:0', 'Claude 4 Sonnet'],
    ['anthropic.claude-opus-4-6-v1', 'anthropic claude opus 4.6'],
    ['anthropic.claude-v2:1', 'Anthropic Claude V2.1'],
    ['anthropic.claude-v2:1:200k', 'Anthropic Claude V2.1'],
    ['anthropic.claude-v2:0:18k', 'Anthropic Claude V2'],
    ['anthropic.claude-v2', 'Anthropic Claude 2'],
    ['anthropic.claude-3-haiku-20240307-v1:0:48k', 'Anthropic Claude 3 Haiku V1'],
    ['amazon.nova-lite-v1:0:300k', 'Amazon Nova Lite V1'],
    ['amazon.titan-text-express-v1:0:8k', 'Amazon Titan Text G1 - Express'],
    ['amazon.titan-embed-text-v1:2:8k', 'Titan Text Embeddings'],
    ['cohere.command-r-plus-v1:0', 'Cohere Command R+'],
    ['cohere.embed-english-v3:0:512', 'Cohere Embed English'],
    ['cohere.embed-v4:0', 'Embed 4'],
    ['cohere.rerank-v3-5:0', 'Cohere Rerank V3.5'],
    ['deepseek.v3.2', 'DeepSeek 3.2'],
    ['google.gemma-3-27b-it', 'Google Gemma 3 27B Instruct'],
    ['meta.llama4-maverick-17b-instruct-v1:0', 'Llama 4 Maverick 17B Instruct'],
    ['meta.llama4-maverick-17b-instruct-v1:0', 'Meta Llama 4 Maverick 17B'],
    ['minimax.minimax-m2', 'MiniMax MiniMax M2'],
    ['mistral.mistral-large-2407-v1:0', 'Mistral AI Mistral Large 2 (24.07)'],
    ['mistral.pixtral-large-2502-v1:0', 'Mistral AI Pixtral Large 2502'],
    ['mistral.ministral-3-14b-instruct', 'Mistral Ministral 3 14B Instruct'],
    ['mistral.voxtral-mini-3b-2507', 'Mistral Voxtral Mini 3B 25.07'],
    ['nvidia.nemotron-nano-12b-v2', 'NVIDIA Nemotron Nano 12B v2 VL BF16'],
    ['openai.gpt-oss-120b-1:0', 'GPT OSS 120B V1'],
    ['openai.gpt-5.5-2026-04-23', 'OpenAI GPT-5.5'],
    ['qwen.qwen3-vl-235b-a22b', 'Qwen Qwen3 VL 235B'],
    ['stability.sd3-5-large-v1:0', 'Stability AI Stable Diffusion 3.5 Large'],
    ['stability.stable-outpaint-v1:0', 'Stable Image Outpaint'],
    ['twelvelabs.marengo-embed-2-7-v1:0', 'TwelveLabs Marengo Embed V2.7'],
    ['newco.thinker-2-large-v1:0', 'NewCo Thinker 2 Large'],
  ])('of %s may also be %j', (modelId, label) => {
    expect(fitOfLabel(modelId, label)).not.toBe('not');
  });

  test.each([
    ['another version', 'anthropic.claude-opus-4-6-v1', 'Anthropic Claude Opus 4.5'],
    ['another version', 'anthropic.claude-opus-4-6-v1', 'Anthropic Claude Opus 4'],
    ['another version', 'anthropic.claude-opus-4-20250514-v1:0', 'Anthropic Claude Opus 4.1'],
    ['no version', 'anthropic.claude-opus-4-20250514-v1:0', 'Anthropic Claude Opus'],
    ['another release', 'anthropic.claude-3-5-sonnet-20240620-v1:0', 'Anthropic Claude 3.5 Sonnet V2'],
    ['another release', 'anthropic.claude-3-5-sonnet-20241022-v2:0', 'Anthropic Claude 3.5 Sonnet'],
    ['another release', 'anthropic.claude-v2', 'Anthropic Claude V2.1'],
    ['another release', 'cohere.embed-english-v3', 'Cohere Embed English V4'],
    ['a release for a version', 'amazon.nova-2-lite-v1:0', 'Amazon Nova Lite V2'],
    ['a version that is missing', 'amazon.nova-2-sonic-v1:0', 'Amazon Nova Sonic'],
    ['another tier', 'anthropic.claude-haiku-4-5-20251001-v1:0', 'Anthropic Claude Sonnet 4.5'],
    ['a word more', 'openai.gpt-oss-20b-1:0', 'OpenAI GPT OSS Safeguard 20B'],
    ['a word more', 'anthropic.claude-sonnet-4-5-20250929-v1:0', 'Anthropic Claude Sonnet 4.5 V1 Fast'],
    ['a word less', 'zai.glm-4.7-flash', 'Z.ai GLM-4.7'],
    ['another provider', 'anthropic.claude-sonnet-5', 'Amazon Claude Sonnet 5'],
    ['another provider', 'deepseek.r1-v1:0', 'Qwen R1 V1'],
    ['no provider, where only it tells', 'deepseek.r1-v1:0', 'R1 V1'],
    ['another size', 'meta.llama3-1-8b-instruct-v1:0', 'Meta Llama 3.1 70B Instruct'],
    ['another size', 'openai.gpt-oss-20b-1:0', 'OpenAI GPT OSS 120B'],
    ['another active size', 'qwen.qwen3-coder-30b-a3b-v1:0', 'Qwen3 Coder 30B a5b V1'],
    ['no size and one word', 'meta.llama3-8b-instruct-v1:0', 'Meta Llama 3'],
    ['a size that the id has not', 'qwen.qwen3-coder-next', 'Qwen3 Coder Next 80B'],
    ['instruct, which the id has not', 'writer.palmyra-vision-7b', 'Writer Palmyra Vision 7B Instruct'],
    ['chat for plain', 'meta.llama2-13b-v1', 'Meta Llama 2 Chat 13B'],
    ['the later of two', 'stability.stable-diffusion-xl', 'Stability.ai Stable Diffusion XL 1.0'],
    ['the other of two', 'nvidia.nemotron-nano-12b-v2', 'NVIDIA Nemotron Nano 2'],
    ['the other of two', 'nvidia.nemotron-nano-9b-v2', 'NVIDIA Nemotron Nano 2 VL'],
    ['another year', 'mistral.mistral-large-2407-v1:0', 'Mistral AI Mistral Large'],
    ['a model of no known name', 'amazon.titan-tg1-large', 'Amazon Titan Image Generator G1'],
  ])('with %s is not of %s: %j', (_, modelId, label) => {
    expect(fitOfLabel(modelId, label)).toBe('not');
  });

  const anyModel = fc.constantFrom(...MODEL_LABELS);
  const anySpelling = (label: string) =>
    fc
      .tuple(fc.constantFrom('lower', 'UPPER', 'as it is'), fc.constantFrom(' ', '  ', '-'))
      .map(([letters, gap]) => {
        const spaced = label.replaceAll(' ', gap);
        if (letters === 'lower') return spaced.toLowerCase();
        return letters === 'UPPER' ? spaced.toUpperCase() : spaced;
      });

  test('fits whatever its capitals and gaps', () => {
    const anyLabel = anyModel.chain(([modelId, ...labels]) =>
      fc.record({ modelId: fc.constant(modelId), label: fc.constantFrom(...labels).chain(anySpelling) }),
    );
    fc.assert(fc.property(anyLabel, ({ modelId, label }) => fitOfLabel(modelId, label) !== 'not'));
  });

  test('never fits with another version in its place', () => {
    const anyChange = anyModel
      .chain(([modelId, ...labels]) =>
        fc.record({
          modelId: fc.constant(modelId),
          label: fc.constantFrom(...labels),
          version: fc.integer({ min: 7, max: 19 }),
        }),
      )
      .filter(({ label }) => /\b\d+\.\d+\b/.test(label));
    fc.assert(
      fc.property(anyChange, ({ modelId, label, version }) => {
        expect(fitOfLabel(modelId, label.replace(/\b\d+\.\d+\b/, `${version}.${version}`))).toBe('not');
      }),
    );
  });

  test('never fits with a word more', () => {
    const anyWord = fc.constantFrom(
      'Pro',
      'Mini',
      'Fast',
      'Flash',
      'Thinking',
      'Preview',
      'V9',
      '1M',
      'Anthropics',
    );
    fc.assert(
      fc.property(anyModel, anyWord, ([modelId, label = ''], word) => {
        fc.pre(!label.split(' ').includes(word));
        expect(fitOfLabel(modelId, `${label} ${word}`)).toBe('not');
      }),
    );
  });
});
