import { NoSuchResourceException, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import { listQuotas, readDefaultQuota, readQuota } from '../../lambda/ports/quotas';
import { AwsError, type Input } from '../../rehearsal/service';
import { ServiceQuotas } from '../../rehearsal/services/service-quotas';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;

const PLACE = { accountId: '111122223333', region: 'us-east-1' };
const send = jest.spyOn(ServiceQuotasClient.prototype, 'send');

let serviceQuotas: ServiceQuotas;
/** What was asked, in order: the operation, and the page it asked for. */
let asked: (readonly [operation: string, page: unknown])[];

beforeEach(() => {
  serviceQuotas = new ServiceQuotas(PLACE);
  asked = [];
  send.mockReset();
  send.mockImplementation((async (command: {
    input: Record<string, unknown>;
    constructor: { name: string };
  }) => {
    const operation = command.constructor.name.replace(/Command$/, '');
    asked.push([operation, command.input.NextToken]);
    return answerOf(operation, command.input);
  }) as never);
});

/** As the local AWS answers it, with the SDK's own error. */
function answerOf(operation: string, input: Input): unknown {
  try {
    return serviceQuotas.service.operations[operation]?.run(input, { now: new Date(0), ...PLACE });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    expect(error.code).toBe('NoSuchResourceException');
    throw new NoSuchResourceException({ message: error.message, $metadata: {} });
  }
}

describe('the list of quotas', () => {
  test('has each once: as applied, or the default where nothing was applied, and says which', async () => {
    serviceQuotas.setQuota('L-00000002', { name: 'raised', value: 500, default: 200 });
    serviceQuotas.setQuota('L-00000001', { name: 'default only', default: 300 });
    serviceQuotas.setQuota('L-00000003', { name: 'never given', value: 0, default: 100, adjustable: false });
    expect(await listQuotas('patient')).toEqual([
      {
        code: 'L-00000001',
        name: 'default only',
        value: 300,
        isDefault: true,
        awsDefault: 300,
        isAdjustable: true,
      },
      {
        code: 'L-00000002',
        name: 'raised',
        value: 500,
        isDefault: false,
        awsDefault: 200,
        isAdjustable: true,
      },
      {
        code: 'L-00000003',
        name: 'never given',
        value: 0,
        isDefault: false,
        awsDefault: 100,
        isAdjustable: false,
      },
    ]);
  });

  test('says of a quota that has no default, or of which AWS does not say whether it raises it, that this is not known', async () => {
    send.mockImplementation((async (command: { constructor: { name: string } }) =>
      command.constructor.name === 'ListServiceQuotasCommand'
        ? { Quotas: [{ QuotaCode: 'L-00000001', QuotaName: 'odd', Value: 1 }] }
        : { Quotas: [] }) as never);
    expect(await listQuotas('patient')).toMatchObject([{ awsDefault: undefined, isAdjustable: undefined }]);
  });

  test('is read to its end, page by page', async () => {
    const codes = Array.from({ length: 250 }, (_, index) => `L-${String(index).padStart(8, '0')}`);
    for (const code of codes) serviceQuotas.setQuota(code, { name: `of ${code}`, value: 7, default: 5 });
    expect((await listQuotas('patient')).map(({ code, value }) => [code, value])).toEqual(
      codes.map((code) => [code, 7]),
    );
    const pages = (operation: string) => asked.filter(([one]) => one === operation).map(([, page]) => page);
    for (const operation of ['ListServiceQuotas', 'ListAWSDefaultServiceQuotas']) {
      expect(pages(operation)).toHaveLength(3);
      expect(pages(operation)[0]).toBeUndefined();
    }
  });

  test('of an account without any is empty', async () => {
    expect(await listQuotas('brisk')).toEqual([]);
  });

  test('that cannot be read is an error', async () => {
    send.mockImplementation((async () => {
      throw new Error('AccessDeniedException');
    }) as never);
    await expect(listQuotas('patient')).rejects.toThrow('AccessDeniedException');
  });

  test.each([
    ['a code', { QuotaName: 'odd', Value: 1 }],
    ['a name', { QuotaCode: 'L-00000001', Value: 1 }],
    ['a value', { QuotaCode: 'L-00000001', QuotaName: 'odd' }],
  ])('with a quota that lacks %s is an error, not a quota that is missing', async (_, quota) => {
    send.mockImplementation((async () => ({ Quotas: [quota] })) as never);
    await expect(listQuotas('patient')).rejects.toThrow(/without/);
  });
});

describe('one quota', () => {
  beforeEach(() => {
    serviceQuotas.setQuota('L-00000001', { name: 'default only', default: 300 });
    serviceQuotas.setQuota('L-00000002', { name: 'raised', value: 500, default: 200 });
    serviceQuotas.setQuota('L-00000003', { name: 'fixed', value: 7, adjustable: false });
  });

  test('is the applied one, in one call that does not tell the default, else the default', async () => {
    expect(await readQuota('L-00000002')).toEqual({
      code: 'L-00000002',
      name: 'raised',
      value: 500,
      isDefault: false,
      awsDefault: undefined,
      isAdjustable: true,
    });
    expect(asked).toHaveLength(1);
    expect(await readQuota('L-00000001')).toMatchObject({ value: 300, isDefault: true, awsDefault: 300 });
  });

  test('says whether AWS raises it', async () => {
    expect(await readQuota('L-00000003')).toMatchObject({ isAdjustable: false });
    expect(await readDefaultQuota('L-00000003')).toMatchObject({ isAdjustable: false });
  });

  test('is its default where that is asked for', async () => {
    expect(await readDefaultQuota('L-00000002')).toMatchObject({
      value: 200,
      isDefault: true,
      awsDefault: 200,
    });
  });

  test('of which nothing is known is undefined', async () => {
    expect(await readQuota('L-FFFFFFFF')).toBeUndefined();
    expect(await readDefaultQuota('L-FFFFFFFF')).toBeUndefined();
  });
});
