import { describe, expect, test } from '@jest/globals';
import { readModelId } from '../../lambda/domain/model-id';

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
