import { describe, expect, test } from '@jest/globals';
import type { AlarmName } from '../../lambda/domain/alarm-catalogue';
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

  test('name no figure of a quota that is 0', () => {
    const quotas = { RPM: { ...RPM, current: 0 }, TPM };
    expect(increasesOf(incidentOf({ alarms: ['HighInvocationRate'], quotas }))).toEqual([
      { quota: 'RPM', facts: quotas.RPM, requested: undefined },
    ]);
  });

  test('make nothing up where the current quota is not known', () => {
    const quotas = { RPM: { ...RPM, current: undefined }, TPM };
    expect(increasesOf(incidentOf({ alarms: ['HighInvocationRate'], quotas }))).toEqual([
      { quota: 'RPM', facts: quotas.RPM, requested: undefined },
    ]);
  });
});
