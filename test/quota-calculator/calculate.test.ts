// The variables must be set before the calculator reads them.
import './environment';

import { beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import type { InferenceProfiles } from '../../lambda/contract/inference-profiles';
import { parseProcessorMessage } from '../../lambda/contract/processor-message';
import type { ThresholdRequest } from '../../lambda/contract/threshold-resource';
import { listInferenceProfiles } from '../../lambda/ports/inference-profiles';
import { deleteParameters, getParameters, putParameter } from '../../lambda/ports/parameters';
import { sendLater } from '../../lambda/ports/queue';
import { listQuotas, type QuotaNow, readDefaultQuota, readQuota } from '../../lambda/ports/quotas';
import { calculateThresholds, deleteThresholds } from '../../lambda/quota-calculator/calculate';
import { MAX_REASON_CHARACTERS, QuotaFault } from '../../lambda/quota-calculator/quota-fault';
import { ParameterStore } from './parameter-store';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/ports/inference-profiles', () => ({ listInferenceProfiles: jest.fn() }));
jest.mock('../../lambda/ports/parameters', () => ({
  deleteParameters: jest.fn(),
  getParameters: jest.fn(),
  putParameter: jest.fn(),
}));
jest.mock('../../lambda/ports/queue', () => ({ sendLater: jest.fn() }));
jest.mock('../../lambda/ports/quotas', () => ({
  listQuotas: jest.fn(),
  readDefaultQuota: jest.fn(),
  readQuota: jest.fn(),
}));

const NOW = new Date('2026-03-02T09:15:30.123Z');
const MODEL_PATH = '/Acme/bedrock/quota-monitoring/G-Opus-4-6';
const RPM = `${MODEL_PATH}/thresholds/rpm-threshold-calculated`;
const TPM = `${MODEL_PATH}/thresholds/tpm-threshold-calculated`;
const LAST_UPDATED = `${MODEL_PATH}/thresholds/last-updated`;

const request: ThresholdRequest = {
  Customer: 'Acme',
  ModelName: 'G-Opus-4-6',
  ModelId: 'us.anthropic.claude-opus-4-6-v1',
  RpmThresholdPercent: 80,
  TpmThresholdPercent: 80,
  AcceptQuotaCodeMismatch: false,
};

const RPM_CODE = 'L-A52F3C5A';
const TPM_CODE = 'L-0AD9BC40';
const RPM_NAME = 'Cross-region model inference requests per minute for Anthropic Claude Opus 4.6 V1';
const TPM_NAME = 'Cross-Region model inference tokens per minute for Anthropic Claude Opus 4.6 V1';
const BOTH_GIVEN = { RpmQuotaCode: RPM_CODE, TpmQuotaCode: TPM_CODE };

/** What Service Quotas has, by code. */
let quotas: Record<string, Omit<QuotaNow, 'code' | 'isAdjustable'>>;
let store: ParameterStore;

const quota = (name: string, value: number, isDefault = false, awsDefault: number | undefined = value) => ({
  name,
  value,
  isDefault,
  awsDefault,
});
const known = (): QuotaNow[] =>
  Object.entries(quotas).map(([code, one]) => ({ code, ...one, isAdjustable: true }));
const knownOf = (wanted: string) => known().find(({ code }) => code === wanted);

const NO_PROFILES: InferenceProfiles = { system: [], application: [] };

beforeEach(() => {
  jest.resetAllMocks();
  quotas = {
    [RPM_CODE]: quota(RPM_NAME, 10_001, false, 200),
    [TPM_CODE]: quota(TPM_NAME, 6_250_000),
    'L-00000001': quota('On-demand model inference tokens per minute for Anthropic Claude Opus 4.6 V1', 1),
    'L-00000002': quota('Cross-region model inference tokens per minute for Amazon Nova Pro', 2_000_000),
  };
  store = new ParameterStore();
  jest.mocked(getParameters).mockImplementation(store.getParameters);
  jest.mocked(putParameter).mockImplementation(store.putParameter);
  jest.mocked(deleteParameters).mockImplementation(store.deleteParameters);
  jest.mocked(listInferenceProfiles).mockResolvedValue(NO_PROFILES);
  jest.mocked(listQuotas).mockImplementation(async () => known());
  // Of an applied value alone the default is not told.
  jest.mocked(readQuota).mockImplementation(async (code) => {
    const found = knownOf(code);
    return found && { ...found, awsDefault: found.isDefault ? found.value : undefined };
  });
  jest.mocked(readDefaultQuota).mockImplementation(async (code) => {
    const { awsDefault, ...found } = knownOf(code) ?? {};
    return awsDefault === undefined
      ? undefined
      : ({ ...found, value: awsDefault, isDefault: true } as QuotaNow);
  });
});

const calculate = (changes: Partial<ThresholdRequest> = {}, requestId = 'b2f1') =>
  calculateThresholds({ request: { ...request, ...changes }, requestId }, NOW);

function holding(values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) store.values.set(name, value);
}

async function faultOf(changes: Partial<ThresholdRequest>): Promise<string> {
  try {
    await calculate(changes);
  } catch (error) {
    if (!(error instanceof QuotaFault)) throw error;
    expect(error.message.length).toBeLessThanOrEqual(MAX_REASON_CHARACTERS);
    expect(store.writes).toEqual([]);
    return error.message;
  }
  throw new Error('no fault was found');
}

describe('the first calculation', () => {
  test('stores both thresholds and the time, and answers with them', async () => {
    expect(await calculate()).toEqual({
      RpmThreshold: 8_000,
      RpmFactor: 1,
      RpmQuotaCode: RPM_CODE,
      RpmRemark: `Its quota is "${RPM_NAME}" (${RPM_CODE}); while that is 0, this alarm cannot fire.`,
      RpmQuotaValue: 10_001,
      RpmAwsDefault: 200,
      TpmThreshold: 5_000_000,
      TpmFactor: 1,
      TpmQuotaCode: TPM_CODE,
      TpmRemark: `Its quota is "${TPM_NAME}" (${TPM_CODE}); while that is 0, this alarm cannot fire.`,
      TpmQuotaValue: 6_250_000,
      TpmAwsDefault: 6_250_000,
    });
    expect(Object.fromEntries(store.values)).toEqual({
      [RPM]: '8000',
      [TPM]: '5000000',
      [LAST_UPDATED]: '2026-03-02T09:15:30.123Z',
    });
    expect(store.writes).toHaveLength(3);
    expect(sendLater).not.toHaveBeenCalled();
  });

  test('takes each quota at its own percent', async () => {
    const answer = await calculate({ RpmThresholdPercent: 50, TpmThresholdPercent: 100 });
    expect([answer.RpmThreshold, answer.TpmThreshold]).toEqual([5_000, 6_250_000]);
  });

  test('takes the default for the quota where nothing was ever applied', async () => {
    quotas[TPM_CODE] = quota(TPM_NAME, 500_000, true);
    expect(await calculate()).toMatchObject({ TpmThreshold: 400_000, TpmFactor: 1 });
  });

  test.each([
    ['is given as NA', { RpmQuotaCode: null }, 'The settings say that this model has no RPM quota: '],
    [
      'is in no list',
      {},
      'When this alarm was deployed, Service Quotas listed no RPM quota for this model: ',
    ],
  ])('of a model whose RPM quota %s: factor 0, and nothing is stored of it', async (_, changes, because) => {
    if (!('RpmQuotaCode' in changes)) delete quotas[RPM_CODE];
    expect(await calculate(changes)).toMatchObject({
      RpmThreshold: 0,
      RpmFactor: 0,
      RpmQuotaCode: 'NA',
      RpmRemark: `${because}this alarm cannot fire.`,
      RpmQuotaValue: 'NA',
      RpmAwsDefault: 'NA',
      TpmThreshold: 5_000_000,
      TpmFactor: 1,
    });
    expect([...store.values.keys()]).toEqual([TPM, LAST_UPDATED]);
  });

  test('without any quota still tells when it was made, and asks Service Quotas for nothing', async () => {
    expect(await calculate({ RpmQuotaCode: null, TpmQuotaCode: null })).toMatchObject({
      RpmFactor: 0,
      TpmFactor: 0,
      TpmRemark: 'The settings say that this model has no TPM quota: this alarm cannot fire.',
    });
    expect(store.writes).toEqual([`put ${LAST_UPDATED} 2026-03-02T09:15:30.123Z`]);
    expect(listQuotas).not.toHaveBeenCalled();
    expect(readQuota).not.toHaveBeenCalled();
    expect(readDefaultQuota).not.toHaveBeenCalled();
  });
});

describe('a later calculation', () => {
  beforeEach(() => holding({ [RPM]: '8000', [TPM]: '5000000', [LAST_UPDATED]: '2026-02-01T00:00:00.000Z' }));

  test('of unchanged quotas writes nothing', async () => {
    const answer = await calculate();
    expect([answer.RpmThreshold, answer.TpmThreshold]).toEqual([8_000, 5_000_000]);
    expect(store.writes).toEqual([]);
  });

  test('writes only the threshold that changed, and the time', async () => {
    quotas[TPM_CODE] = quota(TPM_NAME, 12_500_000);
    await calculate();
    expect(store.writes).toEqual([`put ${TPM} 10000000`, `put ${LAST_UPDATED} 2026-03-02T09:15:30.123Z`]);
  });

  test('deletes the threshold of a quota that the model no longer has', async () => {
    await calculate({ RpmQuotaCode: null });
    expect(store.writes).toEqual([`delete ${RPM}`, `put ${LAST_UPDATED} 2026-03-02T09:15:30.123Z`]);
  });

  test('deletes a threshold once only', async () => {
    store.values.delete(RPM);
    await calculate({ RpmQuotaCode: null });
    expect(store.writes).toEqual([]);
  });
});

describe('where the quotas come from', () => {
  test('both codes given: these two are read, and nothing is listed', async () => {
    expect(await calculate(BOTH_GIVEN)).toMatchObject({ RpmThreshold: 8_000, TpmThreshold: 5_000_000 });
    expect(jest.mocked(readQuota).mock.calls).toEqual([
      [RPM_CODE, 'patient'],
      [TPM_CODE, 'patient'],
    ]);
    expect(listQuotas).not.toHaveBeenCalled();
    expect(listInferenceProfiles).not.toHaveBeenCalled();
  });

  test.each<Partial<ThresholdRequest>>([{}, { RpmQuotaCode: RPM_CODE }, { TpmQuotaCode: TPM_CODE }])(
    'otherwise, as with %j, from one look at the whole list',
    async (changes) => {
      expect(await calculate(changes)).toMatchObject({ RpmQuotaCode: RPM_CODE, TpmQuotaCode: TPM_CODE });
      expect(jest.mocked(listQuotas).mock.calls).toEqual([['patient']]);
      expect(readQuota).not.toHaveBeenCalled();
    },
  );

  test('both codes given: the default is read of those that have a value applied', async () => {
    quotas[TPM_CODE] = quota(TPM_NAME, 500_000, true);
    expect(await calculate(BOTH_GIVEN)).toMatchObject({
      RpmQuotaValue: 10_001,
      RpmAwsDefault: 200,
      TpmQuotaValue: 500_000,
      TpmAwsDefault: 500_000,
    });
    expect(jest.mocked(readDefaultQuota).mock.calls).toEqual([[RPM_CODE, 'patient']]);
  });

  test.each([{}, BOTH_GIVEN])(
    'with %j: a default that there is not is NA, one of 0 is 0',
    async (changes) => {
      quotas[RPM_CODE] = { ...quota(RPM_NAME, 10_001), awsDefault: undefined };
      quotas[TPM_CODE] = quota(TPM_NAME, 6_250_000, false, 0);
      expect(await calculate(changes)).toMatchObject({ RpmAwsDefault: 'NA', TpmAwsDefault: 0 });
    },
  );

  describe('for an application profile', () => {
    const ModelId = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6';
    const modelArns = ['us-east-1', 'us-west-2'].map(
      (region) => `arn:aws:bedrock:${region}::foundation-model/anthropic.claude-opus-4-6-v1`,
    );
    const system = { id: request.ModelId, arn: 'arn', name: 'US Claude Opus 4.6', modelArns };
    const application = { id: 'a1b2c3d4e5f6', arn: ModelId, name: 'orders', modelArns };

    test('those of what it was copied from', async () => {
      jest.mocked(listInferenceProfiles).mockResolvedValue({ system: [system], application: [application] });
      expect(await calculate({ ModelId })).toMatchObject({ RpmQuotaCode: RPM_CODE, TpmQuotaCode: TPM_CODE });
    });

    test.each([
      ['it is not listed', NO_PROFILES],
      ['it was copied from nothing that is listed', { system: [], application: [application] }],
    ])('none where %s: that is a fault', async (_, profiles) => {
      jest.mocked(listInferenceProfiles).mockResolvedValue(profiles);
      for (const changes of [{}, BOTH_GIVEN]) {
        const fault = await faultOf({ ModelId, ...changes });
        expect(fault).toContain('application-inference-profile/a1b2c3d4e5f6 of model G-Opus-4-6');
        expect(fault).toContain('acceptQuotaCodeMismatch: true');
      }
    });

    test('those given, where codes are accepted as they are: nobody asks what is beneath', async () => {
      const changes = { ModelId, ...BOTH_GIVEN, AcceptQuotaCodeMismatch: true };
      expect(await calculate(changes)).toMatchObject({ RpmQuotaCode: RPM_CODE, TpmQuotaCode: TPM_CODE });
      expect(listInferenceProfiles).not.toHaveBeenCalled();
    });
  });
});

describe('a given code', () => {
  test.each([
    ['rpmQuotaCode', { RpmQuotaCode: 'L-FFFFFFFF' }],
    ['tpmQuotaCode', { TpmQuotaCode: 'L-FFFFFFFF' }],
    ['tpmQuotaCode', { TpmQuotaCode: 'L-FFFFFFFF', RpmQuotaCode: null, AcceptQuotaCodeMismatch: true }],
  ])('of which Service Quotas knows nothing is a fault of %s, accepted or not', async (setting, changes) => {
    const fault = await faultOf(changes);
    expect(fault).toMatch(new RegExp(`^${setting} L-FFFFFFFF of model G-Opus-4-6: .*knows no such quota`));
    expect(fault).toContain('Leave the setting out');
  });

  const WRONG: Partial<ThresholdRequest>[] = [
    { RpmQuotaCode: TPM_CODE },
    { TpmQuotaCode: RPM_CODE },
    { TpmQuotaCode: 'L-00000001' },
    { TpmQuotaCode: 'L-00000002' },
  ];

  test.each(WRONG)(
    'of another unit, mode or model, %j, is a fault that says how to insist',
    async (changes) => {
      const code = changes.RpmQuotaCode ?? changes.TpmQuotaCode ?? '';
      const fault = await faultOf(changes);
      expect(fault).toContain(`QuotaCode ${code} of model G-Opus-4-6: `);
      expect(fault).toContain(quotas[code]?.name);
      expect(fault).toContain('acceptQuotaCodeMismatch: true');
    },
  );

  test.each(WRONG)('as wrong as %j is used where that is accepted', async (changes) => {
    const { RpmQuotaCode = RPM_CODE, TpmQuotaCode = TPM_CODE } = changes;
    const answer = await calculate({ ...changes, AcceptQuotaCodeMismatch: true });
    expect(answer).toMatchObject({ RpmQuotaCode, TpmQuotaCode });
  });

  test('of RPM is used though the list has no quota of TPM that is sought by nobody', async () => {
    delete quotas[TPM_CODE];
    const answer = await calculate({ RpmQuotaCode: RPM_CODE, TpmQuotaCode: null });
    expect(answer).toMatchObject({ RpmQuotaCode: RPM_CODE, TpmQuotaCode: 'NA' });
  });

  test('NA for TPM leaves RPM to be found', async () => {
    delete quotas[TPM_CODE];
    expect(await calculate({ TpmQuotaCode: null })).toMatchObject({ RpmQuotaCode: RPM_CODE, TpmFactor: 0 });
  });
});

describe('a quota that cannot be found', () => {
  test('of TPM, since the list has none: the fault says so, and which setting helps', async () => {
    delete quotas[TPM_CODE];
    const fault = await faultOf({});
    expect(fault).toContain('model G-Opus-4-6');
    expect(fault).toMatch(/Give tpmQuotaCode, or NA where the model has no such quota\.$/);
  });

  test('since several fit: the fault lists them with their codes', async () => {
    quotas['L-00000003'] = quota(RPM_NAME, 5);
    const fault = await faultOf({});
    expect(fault).toContain(RPM_CODE);
    expect(fault).toContain('L-00000003');
    expect(fault).toContain('Give rpmQuotaCode');
    expect(await calculate({ RpmQuotaCode: 'L-00000003' })).toMatchObject({ RpmThreshold: 4 });
  });

  test('says nothing of the other quota, whose code is given', async () => {
    quotas['L-00000003'] = quota(RPM_NAME, 5);
    delete quotas[TPM_CODE];
    const fault = await faultOf({ RpmQuotaCode: 'L-00000003' });
    expect(fault).toMatch(/Give tpmQuotaCode, or NA/);
    expect(fault).not.toContain('L-00000003');
    expect(await faultOf({})).toMatch(/L-00000003.* Give rpmQuotaCode and tpmQuotaCode, or NA/);
  });

  test('with a wrong code besides: both are told', async () => {
    delete quotas[TPM_CODE];
    const fault = await faultOf({ RpmQuotaCode: 'L-FFFFFFFF' });
    expect(fault).toContain('rpmQuotaCode L-FFFFFFFF');
    expect(fault).toContain('Give tpmQuotaCode');
  });
});

describe('a QuotaFault', () => {
  const long = (word: string) => `${word} ${'candidate '.repeat(200)}`.trim();

  test('tells all faults in full where there is room', () => {
    const faults = [
      { what: 'One is wrong.', advice: 'Do this.' },
      { what: 'Two is wrong.', advice: 'Do that.' },
    ];
    expect(new QuotaFault(faults).message).toBe('One is wrong. Do this. Two is wrong. Do that.');
  });

  test.each([1, 2, 3])('of %i long ones keeps the beginning and the advice of each', (count) => {
    const faults = Array.from({ length: count }, (_, index) => ({
      what: long(`Fault ${index}`),
      advice: `Advice ${index}.`,
    }));
    const { message } = new QuotaFault(faults);
    expect(message.length).toBeLessThanOrEqual(MAX_REASON_CHARACTERS);
    expect(message.length).toBeGreaterThan(MAX_REASON_CHARACTERS - 20 * count);
    for (const index of faults.keys())
      expect(message).toMatch(new RegExp(`Fault ${index} .* … Advice ${index}\\.`));
  });

  test('leaves a short one whole beside a long one', () => {
    const { message } = new QuotaFault([
      { what: long('Long'), advice: 'Do this.' },
      { what: 'Short is wrong.', advice: 'Do that.' },
    ]);
    expect(message.endsWith(' … Do this. Short is wrong. Do that.')).toBe(true);
  });
});

describe('a quota of 0', () => {
  /** What was sent to the processor, parsed. */
  const told = () =>
    jest.mocked(sendLater).mock.calls.map(([queue, message, delay]) => {
      expect(queue).toBe(process.env.QUEUE_URL);
      expect(delay).toBeGreaterThan(0);
      return parseProcessorMessage(message);
    });
  const noCapacity = (...which: string[]) => ({
    kind: 'no-capacity',
    noCapacity: { model: 'G-Opus-4-6', quotas: which, requestId: 'b2f1' },
  });

  test('gives threshold and factor 0, and is told once, before it is stored', async () => {
    quotas[TPM_CODE] = quota(TPM_NAME, 0);
    jest.mocked(sendLater).mockImplementation(async () => {
      store.writes.push('sent');
    });
    expect(await calculate()).toMatchObject({
      RpmFactor: 1,
      TpmThreshold: 0,
      TpmFactor: 0,
      TpmQuotaCode: TPM_CODE,
    });
    expect(store.values.get(TPM)).toBe('0');
    expect(store.writes[0]).toBe('sent');
    expect(told()).toEqual([noCapacity('TPM')]);
    await calculate({}, 'another deployment');
    expect(told()).toHaveLength(1);
  });

  test('of both is told in one message', async () => {
    quotas = { [RPM_CODE]: quota(RPM_NAME, 0), [TPM_CODE]: quota(TPM_NAME, 0) };
    await calculate();
    expect(told()).toEqual([noCapacity('RPM', 'TPM')]);
  });

  test('is told again when it is 0 anew, and of that one alone', async () => {
    holding({ [RPM]: '0', [TPM]: '5000000' });
    quotas = { [RPM_CODE]: quota(RPM_NAME, 0), [TPM_CODE]: quota(TPM_NAME, 0) };
    await calculate();
    expect(told()).toEqual([noCapacity('TPM')]);
  });

  test('that could not be told is not stored, so that the next try tells it', async () => {
    quotas[TPM_CODE] = quota(TPM_NAME, 0);
    jest.mocked(sendLater).mockRejectedValue(new Error('no queue'));
    await expect(calculate()).rejects.toThrow('no queue');
    expect(store.writes).toEqual([]);
  });

  test('by default is told as well', async () => {
    quotas[TPM_CODE] = quota(TPM_NAME, 0, true);
    expect(await calculate()).toMatchObject({ TpmThreshold: 0, TpmFactor: 0 });
    expect(told()).toEqual([noCapacity('TPM')]);
  });
});

test('an error of AWS is no fault of the owner, and stores nothing', async () => {
  const throttled = Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' });
  jest.mocked(listQuotas).mockRejectedValue(throttled);
  await expect(calculate()).rejects.toBe(throttled);
  expect(store.writes).toEqual([]);
});

test('deleting removes thresholds and sharers, and nothing of another model', async () => {
  const other = RPM.replace('G-Opus-4-6', 'Haiku');
  const kept = { [other]: '1', [`${MODEL_PATH}/config`]: '{}' };
  holding({
    [RPM]: '8000',
    [TPM]: '5000000',
    [LAST_UPDATED]: '…',
    [`${MODEL_PATH}/quota-sharers`]: '{}',
    ...kept,
  });
  await deleteThresholds(request);
  expect(Object.fromEntries(store.values)).toEqual(kept);
});
