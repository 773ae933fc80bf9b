import { describe, expect, test } from '@jest/globals';
import { quotaName } from '../../../rehearsal/services/bedrock-quota-names';
import { ServiceQuotas } from '../../../rehearsal/services/service-quotas';
import { calling, errorOf, place } from './calls';

const rpm = { ServiceCode: 'bedrock', QuotaCode: 'L-3DD46812' };
const tpm = { ServiceCode: 'bedrock', QuotaCode: 'L-3DCCFAA4' };

function quotas(settings: ConstructorParameters<typeof ServiceQuotas>[1]) {
  const serviceQuotas = new ServiceQuotas(place, settings);
  return { serviceQuotas, ...calling(serviceQuotas.service, '2026-03-02T09:00:00Z') };
}

describe('one quota', () => {
  test('has the name that Service Quotas gives it', () => {
    const { run } = quotas({ 'L-3DD46812': 10_000 });
    expect(run('GetServiceQuota', rpm)).toEqual({
      Quota: {
        ServiceCode: 'bedrock',
        ServiceName: 'Amazon Bedrock',
        QuotaArn: 'arn:aws:servicequotas:us-east-1:111122223333:bedrock/L-3DD46812',
        QuotaCode: 'L-3DD46812',
        QuotaName: 'Global cross-region model inference requests per minute for Anthropic Claude Opus 4.6 V1',
        Value: 10_000,
        Unit: 'None',
        Adjustable: true,
        GlobalQuota: false,
        QuotaAppliedAtLevel: 'ACCOUNT',
      },
    });
    expect(quotaName('L-3DCCFAA4')).toBe(
      'Global cross-region model inference tokens per minute for Anthropic Claude Opus 4.6 V1',
    );
  });

  test('of which only the default is known is not applied', () => {
    const { run } = quotas({ 'L-3DD46812': { default: 200 } });
    expect(errorOf(() => run('GetServiceQuota', rpm))).toBe('NoSuchResourceException 400');
    expect(run('GetAWSDefaultServiceQuota', rpm)).toMatchObject({
      Quota: { Value: 200, QuotaArn: 'arn:aws:servicequotas:us-east-1::bedrock/L-3DD46812' },
    });
  });

  test('keeps its default when it is raised', () => {
    const { serviceQuotas, run } = quotas({ 'L-3DCCFAA4': 6_250_000 });
    serviceQuotas.setQuota('L-3DCCFAA4', 7_812_500);
    expect(run('GetServiceQuota', tpm)).toMatchObject({ Quota: { Value: 7_812_500 } });
    expect(run('GetAWSDefaultServiceQuota', tpm)).toMatchObject({ Quota: { Value: 6_250_000 } });
  });

  test('may be zero', () => {
    expect(quotas({ 'L-3DD46812': 0 }).run('GetServiceQuota', rpm)).toMatchObject({ Quota: { Value: 0 } });
  });

  test.each(['GetServiceQuota', 'GetAWSDefaultServiceQuota'])(
    'that is left out does not exist: %s',
    (operation) => {
      const { run } = quotas({ 'L-3DD46812': 1 });
      expect(errorOf(() => run(operation, tpm))).toBe('NoSuchResourceException 400');
      expect(errorOf(() => run(operation, { ...rpm, ServiceCode: 'ec2' }))).toBe(
        'NoSuchResourceException 400',
      );
    },
  );

  test('needs a code', () => {
    const { run } = quotas({});
    expect(() => run('GetServiceQuota', { ServiceCode: 'bedrock' })).toThrow(
      "1 validation error detected: Value null at 'quotaCode' failed to satisfy constraint: Member must not be null",
    );
    expect(errorOf(() => run('GetServiceQuota', { ...rpm, QuotaCode: '3DD' }))).toBe(
      'IllegalArgumentException 400',
    );
    expect(() => run('GetServiceQuota', { ...rpm, ContextId: 'x' })).toThrow('the key ContextId');
  });
});

describe('a code without a name in the table', () => {
  test('is an error that names it', () => {
    expect(() => quotas({ 'L-00000000': 5 })).toThrow('L-00000000');
  });

  test('takes the name that the scenario gives', () => {
    const { serviceQuotas } = quotas({ 'L-00000000': { name: 'Tokens per minute for Model X', value: 5 } });
    serviceQuotas.setQuota('L-00000000', 6);
    expect(serviceQuotas.quota('L-00000000')).toMatchObject({
      name: 'Tokens per minute for Model X',
      value: 6,
    });
  });
});

describe('listing', () => {
  const many = Object.fromEntries(
    Array.from({ length: 25 }, (_, index) => [
      `L-${String(index).padStart(8, '0')}`,
      index === 7 ? { name: 'q', default: 1 } : { name: 'q', value: 1 },
    ]),
  );

  test.each([
    ['ListServiceQuotas', [10, 10, 4]],
    ['ListAWSDefaultServiceQuotas', [10, 10, 5]],
  ])('%s comes in pages; applied ones only where there are such', (operation, sizes) => {
    const { run } = quotas(many);
    const seen: number[] = [];
    let NextToken: string | undefined;
    do {
      const page = Object(run(operation, { ServiceCode: 'bedrock', MaxResults: 10, NextToken }));
      seen.push(page.Quotas.length);
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(seen).toEqual(sizes);
  });

  test('can be asked for one code', () => {
    const { run } = quotas({ 'L-3DD46812': 1, 'L-3DCCFAA4': 2 });
    expect(run('ListServiceQuotas', tpm)).toMatchObject({ Quotas: [{ Value: 2 }] });
  });

  test.each([
    [{ MaxResults: 101 }, 'IllegalArgumentException 400'],
    [{ NextToken: 'made up' }, 'InvalidPaginationTokenException 400'],
  ])('refuses %j', (input, error) => {
    expect(errorOf(() => quotas(many).run('ListServiceQuotas', { ServiceCode: 'bedrock', ...input }))).toBe(
      error,
    );
  });
});

test('reads are granted on all resources', () => {
  expect(quotas({}).permissions('GetServiceQuota', rpm)).toEqual([
    { action: 'servicequotas:GetServiceQuota', resource: '*' },
  ]);
});
