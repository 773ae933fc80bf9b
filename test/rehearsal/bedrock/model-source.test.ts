import { describe, expect, test } from '@jest/globals';
import { systemProfile } from '../../../rehearsal/bedrock/model-source';

const regionsOf = (id: string, region = 'us-east-1') =>
  systemProfile(id, region)?.modelArns.map((arn) => arn.split(':')[3]);

describe('a system profile', () => {
  test.each([
    ['us.anthropic.claude-opus-4-6-v1', 'us-east-1', ['us-east-1', 'us-east-2', 'us-west-2']],
    ['us.anthropic.claude-opus-4-6-v1', 'us-west-1', ['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2']],
    ['us-gov.anthropic.claude-sonnet-4-5-v1:0', 'us-gov-west-1', ['us-gov-east-1', 'us-gov-west-1']],
    ['apac.amazon.nova-lite-v1:0', 'ap-south-1', expect.arrayContaining(['ap-south-1', 'ap-southeast-2'])],
    ['xx.amazon.nova-lite-v1:0', 'eu-south-2', ['eu-south-2', 'us-west-2']],
    ['global.anthropic.claude-opus-4-6-v1', 'eu-west-1', ['', 'eu-west-1']],
  ])('%s sends requests from %s to %j', (id, region, regions) => {
    expect(regionsOf(id, region)).toEqual(regions);
  });

  test('has the foundation model that its id names', () => {
    expect(systemProfile('global.zai.glm-4.6', 'us-east-1')).toEqual({
      id: 'global.zai.glm-4.6',
      name: 'GLOBAL zai glm 4 6',
      modelArns: [
        'arn:aws:bedrock:::foundation-model/zai.glm-4.6',
        'arn:aws:bedrock:us-east-1::foundation-model/zai.glm-4.6',
      ],
    });
  });

  test.each(['anthropic.claude-opus-4-6-v1', 'zai.glm-4.6', 'amazon.nova-lite-v1:0', 'a1b2c3d4e5f6'])(
    'is not %s',
    (id) => {
      expect(systemProfile(id, 'us-east-1')).toBeUndefined();
    },
  );
});
