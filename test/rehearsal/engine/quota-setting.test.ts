import { expect, test } from '@jest/globals';
import { quotaSetting } from '../../../rehearsal/engine/quota-setting';
import { ServiceQuotas } from '../../../rehearsal/services/service-quotas';
import { calling, errorOf, place } from '../services/calls';

const KNOWN = 'L-3DCCFAA4';

const heldAs = (quota: Parameters<typeof quotaSetting>[1], code = KNOWN) =>
  new ServiceQuotas(place, { [code]: quotaSetting(code, quota, []) });

test.each([
  ['an applied value, which is then the default too', { applied: 10 }, { value: 10, default: 10 }],
  ['an applied value of 0 and another default', { applied: 0, default: 200 }, { value: 0, default: 200 }],
  ['a default alone', { default: 200 }, { value: undefined, default: 200 }],
  ['a name of its own', { applied: 1, name: 'A quota' }, { name: 'A quota' }],
])('a quota of a scenario has %s', (_, given, held) => {
  expect(heldAs(given).quota(KNOWN)).toMatchObject(held);
});

test('an applied value of 0 is listed as such, beside its default', () => {
  const { run } = calling(heldAs({ applied: 0, default: 200 }).service, '2026-03-02T09:00:00Z');
  const listed = { ServiceCode: 'bedrock' };
  expect(run('ListServiceQuotas', listed)).toMatchObject({ Quotas: [{ QuotaCode: KNOWN, Value: 0 }] });
  expect(run('ListAWSDefaultServiceQuotas', listed)).toMatchObject({ Quotas: [{ Value: 200 }] });
  const one = { ServiceCode: 'bedrock', QuotaCode: KNOWN };
  expect(run('GetServiceQuota', one)).toMatchObject({ Quota: { Value: 0 } });
});

test('a default alone is listed among the defaults only', () => {
  const { run } = calling(heldAs({ default: 200 }).service, '2026-03-02T09:00:00Z');
  expect(run('ListServiceQuotas', { ServiceCode: 'bedrock' })).toEqual({ Quotas: [] });
  expect(errorOf(() => run('GetServiceQuota', { ServiceCode: 'bedrock', QuotaCode: KNOWN }))).toBe(
    'NoSuchResourceException 400',
  );
});

test('a code without a known name says so', () => {
  expect(heldAs({ applied: 1 }, 'L-0123ABCD').quota('L-0123ABCD')?.name).toBe(
    'Quota L-0123ABCD (its name is not in the scenario)',
  );
});
