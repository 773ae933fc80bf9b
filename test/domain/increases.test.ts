import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { AlarmName } from '../../lambda/domain/alarm-catalogue';
import type { QuotaFacts } from '../../lambda/domain/incident';
import { increasesOf } from '../../lambda/domain/increases';
import { incidentOf, rpmQuota, tpmQuota } from './incidents';

const RPM = rpmQuota(10_001, 8_000);
const TPM = tpmQuota(6_250_000, 5_000_000);

describe('the increases that an incident names', () => {
  test.each<[string, readonly AlarmName[], readonly (readonly [string, number])[]]>([
    ['RPM for too many requests', ['HighInvocationRate'], [['RPM', 12_502]]],
    ['TPM for too many tokens', ['OutputTokenAnomaly'], [['TPM', 7_812_500]]],
    [
      'both for throttles',
      ['Throttles'],
      [
        ['RPM', 12_502],
        ['TPM', 7_812_500],
      ],
    ],
    [
      'the union of two alarms, RPM first',
      ['HighTPMQuotaUsage', 'InvocationAnomaly'],
      [
        ['RPM', 12_502],
        ['TPM', 7_812_500],
      ],
    ],
    ['nothing for errors of the service', ['ServerErrors', 'HighLatency'], []],
  ])('are %s', (_case, alarms, increases) => {
    const named = increasesOf(incidentOf({ alarms, quotas: { RPM, TPM } }));
    expect(named.map(({ quota, requested }) => [quota, requested])).toEqual(increases);
  });

  test('leave out a quota whose percent is 0', () => {
    const quotas = { RPM: { ...RPM, increasePercent: 0 }, TPM: { ...TPM, increasePercent: 10 } };
    expect(increasesOf(incidentOf({ alarms: ['Throttles'], quotas }))).toEqual([
      { quota: 'TPM', facts: quotas.TPM, requested: 6_875_000 },
    ]);
  });

  test('leave out a quota that the model does not have', () => {
    const named = increasesOf(incidentOf({ alarms: ['Throttles'], quotas: { RPM: null, TPM } }));
    expect(named).toEqual([{ quota: 'TPM', facts: TPM, requested: 7_812_500 }]);
  });

  test.each([undefined, 0])('name no figure of a quota that is 0 where the default is %p', (awsDefault) => {
    const quotas = { RPM: { ...RPM, current: 0, awsDefault }, TPM };
    expect(increasesOf(incidentOf({ alarms: ['HighInvocationRate'], quotas }))).toEqual([
      { quota: 'RPM', facts: quotas.RPM, requested: undefined },
    ]);
  });

  test.each([undefined, 200])(
    'make nothing up where the current quota is not known, with a default of %p',
    (awsDefault) => {
      const quotas = { RPM: { ...RPM, current: undefined, awsDefault }, TPM };
      expect(increasesOf(incidentOf({ alarms: ['HighInvocationRate'], quotas }))).toEqual([
        { quota: 'RPM', facts: quotas.RPM, requested: undefined },
      ]);
    },
  );
});

describe('the value to ask for', () => {
  const requestedOf = (facts: Partial<QuotaFacts>) =>
    increasesOf(
      incidentOf({ alarms: ['HighInvocationRate'], quotas: { RPM: { ...RPM, ...facts }, TPM: null } }),
    )[0]?.requested;

  test.each([
    ['far below the default: the least above that', 200, 25, 10_000, 10_001],
    ['so much below it that the percentage ends at it', 8_000, 25, 10_000, 10_001],
    ['a little less below it: the percentage', 8_001, 25, 10_000, 10_002],
    ['at the default: the percentage', 10_000, 25, 10_000, 12_500],
    ['above the default: the percentage', 40_000, 25, 10_000, 50_000],
    ['of which the default is not known: the percentage', 200, 25, undefined, 250],
    ['never given, with a default: the least above that', 0, 25, 200, 201],
    ['never given, with a default of less than one', 0, 25, 0.5, 1],
    ['at a default that is no whole number', 10.5, 1, 10.5, 11],
  ])('of a quota %s', (_case, current, increasePercent, awsDefault, requested) => {
    expect(requestedOf({ current, increasePercent, awsDefault })).toBe(requested);
  });

  test('is a whole number above the current value and above the default, and no larger than that needs', () => {
    const value = fc.oneof(
      fc.integer({ min: 0, max: 10_000_000_000 }),
      fc.double({ min: 0, max: 1_000, noNaN: true }),
    );
    const percent = fc.integer({ min: 1, max: 100 });
    fc.assert(
      fc.property(
        value,
        percent,
        fc.option(value, { nil: undefined }),
        (current, increasePercent, awsDefault) => {
          fc.pre(current > 0 || (awsDefault ?? 0) > 0);
          const requested = requestedOf({ current, increasePercent, awsDefault });
          if (requested === undefined) throw new Error('no value');
          expect(Number.isInteger(requested)).toBe(true);
          expect(requested).toBeGreaterThan(current);
          expect(requested).toBeGreaterThan(awsDefault ?? 0);
          expect(requested - 1).toBeLessThanOrEqual(
            Math.max(current * (1 + increasePercent / 100), awsDefault ?? 0),
          );
        },
      ),
    );
  });
});
