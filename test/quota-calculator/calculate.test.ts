import { beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import type { ThresholdRequest } from '../../lambda/contract/threshold-resource';
import { deleteParameters, getParameters, putParameter } from '../../lambda/ports/parameters';
import { readQuota } from '../../lambda/ports/quotas';
import { calculateThresholds, deleteThresholds, QuotaFault } from '../../lambda/quota-calculator/calculate';
import { ParameterStore } from './parameter-store';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/ports/parameters', () => ({
  deleteParameters: jest.fn(),
  getParameters: jest.fn(),
  putParameter: jest.fn(),
}));
jest.mock('../../lambda/ports/quotas', () => ({ readQuota: jest.fn() }));

const NOW = new Date('2026-03-02T09:15:30.123Z');
const UNDER = '/Acme/bedrock/quota-monitoring/G-Opus-4-6/thresholds';
const RPM = `${UNDER}/rpm-threshold-calculated`;
const TPM = `${UNDER}/tpm-threshold-calculated`;
const LAST_UPDATED = `${UNDER}/last-updated`;

const request: ThresholdRequest = {
  Customer: 'Acme',
  ModelName: 'G-Opus-4-6',
  RpmQuotaCode: 'L-A52F3C5A',
  TpmQuotaCode: 'L-0AD9BC40',
  RpmThresholdPercent: 80,
  TpmThresholdPercent: 80,
};

/** What Service Quotas answers by code: name and value. */
let quotas: Record<string, readonly [name: string, value: number]>;
let store: ParameterStore;

beforeEach(() => {
  jest.resetAllMocks();
  quotas = {
    'L-A52F3C5A': ['Cross-region model inference requests per minute for Anthropic Claude Opus 4.6', 10_001],
    'L-0AD9BC40': ['Cross-Region model inference Tokens Per Minute for Anthropic Claude Opus 4.6', 6_250_000],
  };
  store = new ParameterStore();
  jest.mocked(getParameters).mockImplementation(store.getParameters);
  jest.mocked(putParameter).mockImplementation(store.putParameter);
  jest.mocked(deleteParameters).mockImplementation(store.deleteParameters);
  jest.mocked(readQuota).mockImplementation(async (code) => {
    const [name, value] = quotas[code] ?? [];
    return name === undefined || value === undefined ? undefined : { code, name, value, isDefault: false };
  });
});

function holding(values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) store.values.set(name, value);
}

describe('the first calculation', () => {
  test('stores both thresholds and the time, and answers with them', async () => {
    expect(await calculateThresholds(request, NOW)).toEqual({
      RpmThreshold: 8_000,
      RpmFactor: 1,
      TpmThreshold: 5_000_000,
      TpmFactor: 1,
    });
    expect(Object.fromEntries(store.values)).toEqual({
      [RPM]: '8000',
      [TPM]: '5000000',
      [LAST_UPDATED]: '2026-03-02T09:15:30.123Z',
    });
    expect(store.writes).toHaveLength(3);
  });

  test('takes each quota at its own percent', async () => {
    const answer = await calculateThresholds(
      { ...request, RpmThresholdPercent: 50, TpmThresholdPercent: 100 },
      NOW,
    );
    expect([answer.RpmThreshold, answer.TpmThreshold]).toEqual([5_000, 6_250_000]);
  });

  test('without an RPM quota answers with factor 0, and neither asks nor stores anything about it', async () => {
    expect(await calculateThresholds({ ...request, RpmQuotaCode: null }, NOW)).toEqual({
      RpmThreshold: 0,
      RpmFactor: 0,
      TpmThreshold: 5_000_000,
      TpmFactor: 1,
    });
    expect([...store.values.keys()]).toEqual([TPM, LAST_UPDATED]);
    expect(jest.mocked(readQuota).mock.calls).toEqual([['L-0AD9BC40']]);
  });

  test('without any quota still tells when it was made', async () => {
    expect(await calculateThresholds({ ...request, RpmQuotaCode: null, TpmQuotaCode: null }, NOW)).toEqual({
      RpmThreshold: 0,
      RpmFactor: 0,
      TpmThreshold: 0,
      TpmFactor: 0,
    });
    expect(store.writes).toEqual([`put ${LAST_UPDATED} 2026-03-02T09:15:30.123Z`]);
  });
});

describe('a later calculation', () => {
  beforeEach(() => holding({ [RPM]: '8000', [TPM]: '5000000', [LAST_UPDATED]: '2026-02-01T00:00:00.000Z' }));

  test('of unchanged quotas writes nothing', async () => {
    const answer = await calculateThresholds(request, NOW);
    expect([answer.RpmThreshold, answer.TpmThreshold]).toEqual([8_000, 5_000_000]);
    expect(store.writes).toEqual([]);
  });

  test('writes only the threshold that changed, and the time', async () => {
    quotas['L-0AD9BC40'] = ['Cross-region model inference tokens per minute for Claude', 12_500_000];
    await calculateThresholds(request, NOW);
    expect(store.writes).toEqual([`put ${TPM} 10000000`, `put ${LAST_UPDATED} 2026-03-02T09:15:30.123Z`]);
  });

  test('deletes the threshold of a quota that the model no longer has', async () => {
    await calculateThresholds({ ...request, RpmQuotaCode: null }, NOW);
    expect(store.writes).toEqual([`delete ${RPM}`, `put ${LAST_UPDATED} 2026-03-02T09:15:30.123Z`]);
  });

  test('deletes a threshold once only', async () => {
    store.values.delete(RPM);
    await calculateThresholds({ ...request, RpmQuotaCode: null }, NOW);
    expect(store.writes).toEqual([]);
  });
});

describe('a quota code that is wrong', () => {
  async function faultOf(changes: Partial<ThresholdRequest>): Promise<QuotaFault> {
    try {
      await calculateThresholds({ ...request, ...changes }, NOW);
    } catch (error) {
      if (error instanceof QuotaFault) return error;
      throw error;
    }
    throw new Error('no fault was found');
  }

  test.each([
    ['RPM', { RpmQuotaCode: 'L-FFFFFFFF' }, 'rpmQuotaCode L-FFFFFFFF of model G-Opus-4-6: '],
    ['TPM', { TpmQuotaCode: 'L-FFFFFFFF' }, 'tpmQuotaCode L-FFFFFFFF of model G-Opus-4-6: '],
  ])(
    '%s code unknown: says so, where to look it up, and stores nothing',
    async (_quota, changes, beginning) => {
      const { message } = await faultOf(changes);
      expect(message.startsWith(beginning)).toBe(true);
      expect(message).toMatch(/knows no such quota .* aws service-quotas list-service-quotas[^\n]*\.$/);
      expect(store.writes).toEqual([]);
    },
  );

  test.each([
    [
      'RPM',
      { RpmQuotaCode: 'L-0AD9BC40' },
      'rpmQuotaCode L-0AD9BC40',
      'Tokens Per Minute',
      'requests per minute',
    ],
    [
      'TPM',
      { TpmQuotaCode: 'L-A52F3C5A' },
      'tpmQuotaCode L-A52F3C5A',
      'requests per minute',
      'tokens per minute',
    ],
  ])(
    '%s code of the other unit: says what it is and what it should be',
    async (_quota, changes, ...parts) => {
      const [setting, actual, wanted] = parts;
      const { message } = await faultOf(changes);
      expect(message).toMatch(
        new RegExp(
          `^${setting} of model G-Opus-4-6 is ".*${actual}.*", which is no quota of ${wanted}; [^\\n]*\\.$`,
        ),
      );
      expect(store.writes).toEqual([]);
    },
  );

  test('of a quota per day is no quota per minute', async () => {
    quotas['L-99999999'] = ['Model invocation max tokens per day for Anthropic Claude Opus 4.6', 1_000_000];
    expect((await faultOf({ TpmQuotaCode: 'L-99999999' })).message).toContain(
      'no quota of tokens per minute',
    );
  });
});

test('an error of AWS is no fault of the owner, and stores nothing', async () => {
  const throttled = Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' });
  jest.mocked(readQuota).mockRejectedValue(throttled);
  await expect(calculateThresholds(request, NOW)).rejects.toBe(throttled);
  expect(store.writes).toEqual([]);
});

test('deleting removes all three parameters and nothing of another model', async () => {
  const other = RPM.replace('G-Opus-4-6', 'Haiku');
  holding({ [RPM]: '8000', [TPM]: '5000000', [LAST_UPDATED]: '2026-02-01T00:00:00.000Z', [other]: '1' });
  await deleteThresholds(request);
  expect([...store.values.keys()]).toEqual([other]);
});
