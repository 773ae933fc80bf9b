import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { NO_SUCH_RESOURCE, type QuotaRequestStatus, REFUSALS } from '../../aws/service-quotas';
import { isRefusal, isTimeout, isTransient } from '../../lambda/ports/failures';
import { quotaRequestNow, requestIncrease, requestsFor } from '../../lambda/ports/quota-requests';
import { LocalEndpoint } from './local-endpoint';

const NOW = new Date('2026-03-02T09:16:10Z');
const RPM = 'L-00000001';
const TPM = 'L-00000002';
const LIST = 'ListRequestedServiceQuotaChangeHistoryByQuota';
const ASK = 'RequestServiceQuotaIncrease';
const aws = new LocalEndpoint(() => NOW);

beforeAll(() => aws.start());
afterAll(() => aws.stop());
beforeEach(() => {
  aws.clear();
  aws.serviceQuotas.setQuota(RPM, { name: 'requests', value: 10_000, default: 10_000 });
  aws.serviceQuotas.setQuota(TPM, { name: 'tokens', value: 500, default: 200 });
});

const daysAgo = (days: number) => new Date(NOW.getTime() - days * 24 * 60 * 60 * 1000);
const caught = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

describe('the requests for a quota', () => {
  test('are listed whoever made them and whatever became of them, the newest first, without those for other quotas', async () => {
    aws.serviceQuotas.putRequest(RPM, 11_000, 'DENIED', daysAgo(9));
    aws.serviceQuotas.putRequest(RPM, 12_000, 'CASE_OPENED', daysAgo(2));
    aws.serviceQuotas.putRequest(RPM, 11_500, 'CASE_CLOSED', daysAgo(5));
    aws.serviceQuotas.putRequest(TPM, 700, 'PENDING', daysAgo(1));
    const listed = await requestsFor(RPM);
    expect(listed.map(({ code, status, desired, since }) => [code, status, desired, since])).toEqual([
      [RPM, 'CASE_OPENED', 12_000, daysAgo(2)],
      [RPM, 'CASE_CLOSED', 11_500, daysAgo(5)],
      [RPM, 'DENIED', 11_000, daysAgo(9)],
    ]);
    expect(listed.map(({ displayId }) => displayId)).toEqual(
      aws.serviceQuotas
        .requests()
        .filter(({ quotaCode }) => quotaCode === RPM)
        .map(({ supportCase }) => supportCase?.displayId),
    );
  });

  test('may be none', async () => {
    expect(await requestsFor(RPM)).toEqual([]);
  });

  test('are read to the end, however many pages they fill', async () => {
    for (let made = 0; made < 120; made += 1)
      aws.serviceQuotas.putRequest(RPM, 11_000 + made, 'DENIED', daysAgo(1 + made / 2));
    expect((await requestsFor(RPM)).map(({ desired }) => desired)).toEqual(
      Array.from({ length: 120 }, (_, made) => 11_000 + made),
    );
    expect(aws.calls.map(({ operation }) => operation)).toEqual([LIST, LIST]);
  });

  test('that cannot be read are an error, after repeats', async () => {
    aws.misfortunes.push(...Array(3).fill({ operation: LIST, as: 'InternalServerError' }));
    const error = await caught(requestsFor(RPM));
    expect([isTransient(error), aws.calls.length]).toEqual([true, 3]);
  });

  test('that must not be read are an error at once', async () => {
    aws.misfortunes.push({ operation: LIST, as: 'AccessDeniedException' });
    const error = await caught(requestsFor(RPM));
    expect([isTransient(error), aws.calls.length]).toEqual([false, 1]);
  });
});

describe('one request', () => {
  test('has no number of a case while it is pending, and one then', async () => {
    const { id } = await requestIncrease(RPM, 12_500);
    expect(await quotaRequestNow(id)).toEqual({
      id,
      code: RPM,
      status: 'PENDING',
      desired: 12_500,
      since: NOW,
      changedAt: NOW,
      displayId: undefined,
    });
    aws.serviceQuotas.putRequest(TPM, 700, 'CASE_OPENED', daysAgo(1));
    const [open] = await requestsFor(TPM);
    expect(open?.displayId).toBe(aws.serviceQuotas.openRequest(TPM)?.supportCase?.displayId);
    expect(await quotaRequestNow(open?.id ?? '')).toEqual(open);
  });

  test('of a status that is not documented counts as unanswered', async () => {
    const status = 'UNDER_REVIEW' as QuotaRequestStatus;
    aws.serviceQuotas.putRequest(RPM, 11_000, status, daysAgo(1));
    expect((await requestsFor(RPM)).map((one) => one.status)).toEqual(['PENDING']);
  });

  test('that Service Quotas does not know is none', async () => {
    expect(await quotaRequestNow('0000')).toBeUndefined();
  });

  test('that cannot be read is an error', async () => {
    aws.misfortunes.push({ operation: 'GetRequestedServiceQuotaChange', as: 'AccessDeniedException' });
    await expect(quotaRequestNow('0000', 'patient')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('an increase', () => {
  test('is asked for', async () => {
    const request = await requestIncrease(RPM, 12_500);
    expect(request).toMatchObject({ code: RPM, status: 'PENDING', desired: 12_500, since: NOW });
    expect(aws.serviceQuotas.requests()).toMatchObject([
      { id: request.id, quotaCode: RPM, desiredValue: 12_500 },
    ]);
  });

  test.each(Object.values(REFUSALS))('that is refused with %s is an error that names it', async (as) => {
    aws.misfortunes.push({ operation: ASK, as });
    const error = await caught(requestIncrease(RPM, 12_500));
    expect(error).toMatchObject({ name: as });
    expect([isRefusal(error), isTransient(error)]).toEqual([true, false]);
  });

  test('is refused while one is open, below the default, and of an unknown quota', async () => {
    await requestIncrease(RPM, 12_500);
    await expect(requestIncrease(RPM, 15_000)).rejects.toMatchObject({ name: REFUSALS.alreadyOpen });
    await expect(requestIncrease(TPM, 200)).rejects.toMatchObject({ name: REFUSALS.refusedValue });
    await expect(requestIncrease('L-FFFFFFFF', 7)).rejects.toMatchObject({ name: NO_SUCH_RESOURCE });
  });

  test.each([
    ['lost', false],
    ['InternalServerError', false],
    ['TooManyRequestsException', true],
  ])(
    'is asked for once, whatever becomes of the answer (%s): whether it is a refusal is %p',
    async (as, isNo) => {
      aws.misfortunes.push({ operation: ASK, as });
      const error = await caught(requestIncrease(RPM, 12_500));
      expect(isRefusal(error)).toBe(isNo);
      expect(aws.calls).toHaveLength(1);
      expect(aws.serviceQuotas.requests()).toHaveLength(as === 'lost' ? 1 : 0);
    },
  );

  test('that is never answered ends by itself', async () => {
    aws.misfortunes.push({ operation: ASK, as: 'silent' });
    expect(isTimeout(await caught(requestIncrease(RPM, 12_500)))).toBe(true);
    expect(aws.calls).toHaveLength(1);
  }, 20_000);
});
