import { describe, expect, test } from '@jest/globals';
import { invokedModel, readModelId } from '../../lambda/domain/model-id';

const ARN = 'arn:aws:bedrock:us-east-1';

describe('a model id', () => {
  test.each([
    'anthropic.claude-opus-4-6-v1',
    'anthropic.claude-sonnet-4-20250514-v1:0',
    'amazon.nova-micro-v1:0',
    'amazon.nova-micro-v1:0:24k',
    'ai21.jamba-1-5-large-v1:0',
    'meta.llama4-maverick-17b-instruct-v1:0',
    'stability.stable-image-core-v1:1',
    'deepseek.r1-v1:0',
    'zai.glm-4.6',
    'openai.gpt-oss-120b-1:0',
    'minimax.minimax-m2.1',
    'moonshotai.kimi-k2.5',
    'qwen.qwen3-coder-480b-a35b-v1:0',
    'provider.global-model-v1:0',
    'deepseek.v3.2',
    'openai.gpt-5.5-2026-04-23',
    'qwen.qwen3.5-max',
    'meta.llama.next',
    'xai.grok.fast',
  ])('%s is a foundation model, under its own name', (modelId) => {
    expect(readModelId(modelId)).toEqual({ metricModelId: modelId, kind: 'foundation model' });
  });

  test.each([
    'us.anthropic.claude-opus-4-6-v1',
    'eu.anthropic.claude-sonnet-4-20250514-v1:0',
    'apac.amazon.nova-lite-v1:0',
    'jp.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'au.anthropic.claude-haiku-4-5-20251001-v1:0',
    'ca.amazon.nova-lite-v1:0',
    'us-gov.anthropic.claude-3-5-sonnet-20240620-v1:0',
    'us.deepseek.r1-v1:0',
    'us.meta.llama4-scout-17b-instruct-v1:0',
    'us.zai.glm-4.6',
    'in.openai.gpt-5.6-luna',
    'sa.amazon.nova-lite-v1:0',
    'me.amazon.nova-lite-v1:0',
    'af.amazon.nova-lite-v1:0',
    'nz-south.minimax.4-mini',
    'mars.newco.thinker-v1:0',
  ])('%s is a geographic profile, under its own name', (modelId) => {
    expect(readModelId(modelId)).toEqual({ metricModelId: modelId, kind: 'geographic profile' });
  });

  test.each(['global.anthropic.claude-opus-4-6-v1', 'global.amazon.nova-2-lite-v1:0', 'global.zai.glm-4.6'])(
    '%s is a global profile, under its own name',
    (modelId) => {
      expect(readModelId(modelId)).toEqual({ metricModelId: modelId, kind: 'global profile' });
    },
  );
});

test.each([
  [`${ARN}::foundation-model/amazon.nova-micro-v1:0:24k`, 'amazon.nova-micro-v1:0:24k', 'foundation model'],
  [
    `${ARN}:111122223333:inference-profile/us.anthropic.claude-opus-4-6-v1`,
    'us.anthropic.claude-opus-4-6-v1',
    'geographic profile',
  ],
  [
    `${ARN}:111122223333:inference-profile/global.anthropic.claude-opus-4-6-v1`,
    'global.anthropic.claude-opus-4-6-v1',
    'global profile',
  ],
  [
    'arn:aws-us-gov:bedrock:us-gov-west-1:111122223333:inference-profile/us-gov.amazon.nova-pro-v1:0',
    'us-gov.amazon.nova-pro-v1:0',
    'geographic profile',
  ],
  [`${ARN}:111122223333:application-inference-profile/a1b2c3d4e5f6`, 'a1b2c3d4e5f6', 'application profile'],
])('%s is published as %s: %s', (arn, metricModelId, kind) => {
  expect(readModelId(arn)).toEqual({ metricModelId, kind });
});

test('an ARN says more than the form of its id', () => {
  expect(readModelId(`${ARN}::foundation-model/newco.thinker.large`).kind).toBe('foundation model');
});

describe('what is invoked', () => {
  test.each([
    ['amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0', 'on-demand'],
    [`${ARN}::foundation-model/amazon.nova-lite-v1:0`, 'amazon.nova-lite-v1:0', 'on-demand'],
    ['zai.glm-4.6', 'zai.glm-4.6', 'on-demand'],
    ['deepseek.v3.2', 'deepseek.v3.2', 'on-demand'],
    ['us.zai.glm-4.6', 'zai.glm-4.6', 'cross-region'],
    ['us.deepseek.v3.2', 'deepseek.v3.2', 'cross-region'],
    [
      'us-gov.anthropic.claude-3-haiku-20240307-v1:0',
      'anthropic.claude-3-haiku-20240307-v1:0',
      'cross-region',
    ],
    [
      `${ARN}:111122223333:inference-profile/eu.amazon.nova-lite-v1:0`,
      'amazon.nova-lite-v1:0',
      'cross-region',
    ],
    ['global.anthropic.claude-opus-4-6-v1', 'anthropic.claude-opus-4-6-v1', 'global'],
    [`${ARN}:111122223333:inference-profile/global.xai.grok-4.6`, 'xai.grok-4.6', 'global'],
  ])('by %s is %s, %s', (id, modelId, mode) => {
    expect(invokedModel(id)).toEqual({ modelId, mode });
  });

  test.each(['us', 'us-gov', 'eu', 'apac', 'jp', 'au', 'ca', 'sa', 'me', 'af', 'in', 'kr', 'eu-sov'])(
    'through the geography %s is told from its model',
    (geography) => {
      expect(invokedModel(`${geography}.anthropic.claude-sonnet-5`)).toEqual({
        modelId: 'anthropic.claude-sonnet-5',
        mode: 'cross-region',
      });
    },
  );

  test.each([`${ARN}:111122223333:application-inference-profile/a1b2c3d4e5f6`, 'a1b2c3d4e5f6'])(
    'by the application profile %s is not said',
    (id) => {
      expect(invokedModel(id)).toBeUndefined();
    },
  );
});
