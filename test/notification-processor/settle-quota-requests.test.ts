import { beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import { ANSWERS, OPEN_STATUSES, REFUSALS } from '../../aws/service-quotas';
import type { ModelConfig } from '../../lambda/contract/model-config';
import type { PendingRequest } from '../../lambda/contract/request-details';
import type { Incident, NoRequestReason, QuotaFacts, QuotaRequest } from '../../lambda/domain/incident';
import { none, type SettledRefusal } from '../../lambda/domain/quota-request';
import { settleQuotaRequests } from '../../lambda/notification-processor/settle-quota-requests';
import { countedRequests } from '../../lambda/ports/client-settings';
import { type QuotaRequestNow, requestIncrease, requestsFor } from '../../lambda/ports/quota-requests';
import { incidentOf, peaksOf, RPM_CODE, rpmQuota, TPM_CODE, tpmQuota } from '../domain/incidents';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/ports/logger', () => ({ logger: { error: jest.fn(), info: jest.fn() } }));
jest.mock('../../lambda/ports/client-settings', () => ({ countedRequests: jest.fn() }));
jest.mock('../../lambda/ports/quota-requests', () => ({
  requestIncrease: jest.fn(),
  requestsFor: jest.fn(),
}));

const NOW = new Date('2026-03-10T09:16:00Z');
const SEVEN_DAYS_MS = 7 * 24 * 60 * 60 * 1000;
const ago = (ms: number): Date => new Date(NOW.getTime() - ms);

/** An error as the SDK throws it; without a status there was no answer. */
const sdkError = (name: string, httpStatusCode?: number): Error =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });

const listedAs = (over: Partial<QuotaRequestNow> = {}): QuotaRequestNow => ({
  id: 'listed',
  code: RPM_CODE,
  status: 'CASE_OPENED',
  desired: 12_000,
  since: ago(60_000),
  changedAt: ago(60_000),
  displayId: '17725482801',
  ...over,
});
const OPEN: QuotaRequest['outcome'] = {
  kind: 'open',
  request: { id: 'listed', desired: 12_000, since: ago(60_000), displayId: '17725482801' },
};
const taken = (code: string, desired: number): QuotaRequestNow =>
  listedAs({ id: `made for ${code}`, code, desired, status: 'PENDING', since: NOW, displayId: undefined });
const made = (code: string, desired: number) => ({
  kind: 'made',
  request: expect.objectContaining({ id: `made for ${code}`, desired, since: NOW }),
});

beforeEach(() => {
  jest.resetAllMocks();
  jest.mocked(countedRequests).mockReturnValue(8);
  jest.mocked(requestsFor).mockResolvedValue([]);
  jest.mocked(requestIncrease).mockImplementation(async (code, value) => taken(code, value));
});

const needing = (facts: Partial<QuotaFacts> = {}, model: Partial<ModelConfig> = {}): Incident =>
  incidentOf({
    alarms: ['HighInvocationRate'],
    usage: peaksOf(9_500, 3_000_000),
    quotas: { RPM: rpmQuota(10_000, 8_000, facts), TPM: null },
    model,
  });
const needingBoth = (tpm: Partial<QuotaFacts> = {}, model: Partial<ModelConfig> = {}): Incident =>
  incidentOf({
    alarms: ['HighInvocationRate', 'HighTPMQuotaUsage'],
    usage: peaksOf(9_500, 6_000_000),
    quotas: { RPM: rpmQuota(10_000, 8_000), TPM: tpmQuota(6_250_000, 5_000_000, tpm) },
    model,
  });

interface Given {
  readonly mayRequest?: (code: string) => Promise<QuotaRequest['outcome'] | undefined>;
  readonly refusals?: readonly SettledRefusal[];
  readonly requests?: readonly PendingRequest[];
  readonly signal?: AbortSignal;
}

const allowed = async () => undefined;

async function settle(
  incident: Incident,
  { mayRequest = allowed, refusals = [], requests = [], signal = new AbortController().signal }: Given = {},
): Promise<readonly QuotaRequest[]> {
  const settled: QuotaRequest[] = [];
  await settleQuotaRequests(incident, { now: NOW, mayRequest, refusals, requests, signal }, (one) =>
    settled.push(one),
  );
  return settled;
}
const outcomesOf = async (incident: Incident, given?: Given) =>
  (await settle(incident, given)).map(({ outcome }) => outcome);

const isAskedFor = (...values: readonly (readonly [string, number])[]): void =>
  expect(jest.mocked(requestIncrease).mock.calls).toEqual(values);
const isListed = (...codes: readonly string[]): void =>
  expect(jest.mocked(requestsFor).mock.calls).toEqual(codes.map((code) => [code]));

describe('an increase', () => {
  test('is asked for after a look at the requests for its quota', async () => {
    expect(await settle(needing())).toEqual([
      { quota: 'RPM', code: RPM_CODE, outcome: made(RPM_CODE, 12_500) },
    ]);
    isListed(RPM_CODE);
    isAskedFor([RPM_CODE, 12_500]);
  });

  test('is asked for of each quota, one after the other', async () => {
    expect(await outcomesOf(needingBoth())).toEqual([made(RPM_CODE, 12_500), made(TPM_CODE, 7_812_500)]);
    const order = [requestsFor, requestIncrease].map((call) => jest.mocked(call).mock.invocationCallOrder);
    expect(order.flat().sort((a, b) => a - b)).toEqual([
      order[0]?.[0],
      order[1]?.[0],
      order[0]?.[1],
      order[1]?.[1],
    ]);
  });

  test('is none where no quota is worth it', async () => {
    expect(await settle(incidentOf({ alarms: ['ServerErrors'] }))).toEqual([]);
    expect(requestsFor).not.toHaveBeenCalled();
  });

  test('is not begun once it is too late', async () => {
    expect(await settle(needingBoth(), { signal: AbortSignal.abort() })).toEqual([]);
    expect(requestsFor).not.toHaveBeenCalled();
  });

  test('is not asked for, and takes no place in the day, where the look has taken the time', async () => {
    const abort = new AbortController();
    jest.mocked(requestsFor).mockImplementation(async () => {
      abort.abort();
      return [];
    });
    const mayRequest = jest.fn(allowed);
    await settle(needingBoth(), { signal: abort.signal, mayRequest });
    expect(mayRequest).not.toHaveBeenCalled();
    isAskedFor();
    isListed(RPM_CODE);
  });
});

describe('of the requests that there are', () => {
  test.each(OPEN_STATUSES)('one that is %s is used, and no other is made', async (status) => {
    jest.mocked(requestsFor).mockResolvedValue([listedAs({ status })]);
    expect(await outcomesOf(needing())).toEqual([OPEN]);
    isAskedFor();
  });

  test.each(ANSWERS)('one that is %s since less than seven days allows none', async (status) => {
    const since = ago(SEVEN_DAYS_MS - 1);
    jest.mocked(requestsFor).mockResolvedValue([listedAs({ status, since })]);
    expect(await outcomesOf(needing())).toEqual([
      none({ why: 'paused', id: 'listed', desired: 12_000, since, status }),
    ]);
    isAskedFor();
  });

  test.each([0, 1])('one of seven days and %i ms ago allows another', async (ms) => {
    jest
      .mocked(requestsFor)
      .mockResolvedValue([listedAs({ status: 'DENIED', since: ago(SEVEN_DAYS_MS + ms) })]);
    expect(await outcomesOf(needing())).toEqual([made(RPM_CODE, 12_500)]);
  });

  test.each<[string, number | undefined, boolean]>([
    ['InternalServerError', 500, true],
    ['TooManyRequestsException', 429, true],
    ['TimeoutError', undefined, true],
    ['AccessDeniedException', 400, false],
  ])(
    'nothing is known after %s (HTTP %p), so none is made; worth another try: %p',
    async (name, status, again) => {
      jest.mocked(requestsFor).mockRejectedValue(sdkError(name, status));
      expect(await outcomesOf(needing())).toEqual([none({ why: 'unread', error: name }, again)]);
      isAskedFor();
    },
  );
});

describe('what speaks against a request of ours', () => {
  const AGAINST: readonly [string, Partial<QuotaFacts>, Partial<ModelConfig>, NoRequestReason][] = [
    ['the setting', {}, { automatedQuotaRequest: false }, { why: 'off' }],
    ['the ceiling', {}, { quotaCeilingMultiple: 1 }, { why: 'ceiling', wanted: 12_500, ceiling: 10_000 }],
    ['that AWS does not raise the quota', { isAdjustable: false }, {}, { why: 'not-adjustable' }],
    ['that nobody knows how far it may go', { atDeployment: undefined }, {}, { why: 'unknown-ceiling' }],
    ['that no figure is known', { current: undefined }, {}, { why: 'no-value' }],
  ];

  test.each(AGAINST)('is %s', async (_case, facts, model, reason) => {
    const mayRequest = jest.fn(allowed);
    expect(await outcomesOf(needing(facts, model), { mayRequest })).toEqual([none(reason)]);
    isAskedFor();
    expect(mayRequest).not.toHaveBeenCalled();
  });

  test.each(AGAINST)('is %s, and one that is open is used all the same', async (_case, facts, model) => {
    jest.mocked(requestsFor).mockResolvedValue([listedAs()]);
    expect(await outcomesOf(needing(facts, model))).toEqual([OPEN]);
  });

  test.each(AGAINST)('is %s, before any pause', async (_case, facts, model, reason) => {
    jest.mocked(requestsFor).mockResolvedValue([listedAs({ status: 'DENIED' })]);
    expect(await outcomesOf(needing(facts, model))).toEqual([none(reason)]);
  });

  test('is that of one quota alone', async () => {
    expect(await outcomesOf(needingBoth({ isAdjustable: false }))).toEqual([
      made(RPM_CODE, 12_500),
      none({ why: 'not-adjustable' }),
    ]);
  });

  test('is the day: each request asks whether one more new case is allowed', async () => {
    const limit: QuotaRequest['outcome'] = none({ why: 'day-limit', limit: 3 });
    const mayRequest = jest.fn<NonNullable<Given['mayRequest']>>(async () => limit);
    expect(await outcomesOf(needingBoth(), { mayRequest })).toEqual([limit, limit]);
    expect(mayRequest.mock.calls).toEqual([[RPM_CODE], [TPM_CODE]]);
    isAskedFor();
  });

  test('is not the day where one is open', async () => {
    jest.mocked(requestsFor).mockResolvedValue([listedAs()]);
    const mayRequest = jest.fn(allowed);
    await settle(needing(), { mayRequest });
    expect(mayRequest).not.toHaveBeenCalled();
  });
});

describe('where Service Quotas does not take it', () => {
  test.each<[string, number | undefined, QuotaRequest['outcome']]>([
    [REFUSALS.tooManyOpen, 400, none({ why: 'too-many-open' })],
    [REFUSALS.noServiceLinkedRole, 400, none({ why: 'no-service-linked-role' })],
    [REFUSALS.refusedValue, 400, none({ why: 'refused', error: REFUSALS.refusedValue })],
    ['AccessDeniedException', 400, none({ why: 'refused', error: 'AccessDeniedException' })],
    ['TooManyRequestsException', 429, none({ why: 'refused', error: 'TooManyRequestsException' }, true)],
    ['ThrottlingException', 400, none({ why: 'refused', error: 'ThrottlingException' }, true)],
    ['InternalServerError', 500, none({ why: 'unclear', error: 'InternalServerError' }, true)],
    ['ECONNRESET', undefined, none({ why: 'unclear', error: 'ECONNRESET' }, true)],
    ['TimeoutError', undefined, none({ why: 'unclear', error: undefined }, true)],
  ])('%s (HTTP %p) is told as what it is', async (name, status, outcome) => {
    jest.mocked(requestIncrease).mockRejectedValue(sdkError(name, status));
    expect(await outcomesOf(needing())).toEqual([outcome]);
    isAskedFor([RPM_CODE, 12_500]);
    isListed(RPM_CODE);
  });

  describe('since one is open already', () => {
    beforeEach(() => {
      jest.mocked(requestIncrease).mockRejectedValue(sdkError(REFUSALS.alreadyOpen, 400));
    });
    const UNLISTED = none({ why: 'unclear', error: REFUSALS.alreadyOpen }, true);

    test('that one is used', async () => {
      jest.mocked(requestsFor).mockResolvedValueOnce([]).mockResolvedValue([listedAs()]);
      expect(await outcomesOf(needing())).toEqual([OPEN]);
      isListed(RPM_CODE, RPM_CODE);
    });

    test.each<[string, () => Promise<readonly QuotaRequestNow[]>]>([
      ['is not listed yet', async () => []],
      ['cannot be read', () => Promise.reject(sdkError('AccessDeniedException', 400))],
      ['has only one before it listed', async () => [listedAs({ status: 'DENIED' })]],
    ])('what is not known of it is tried again, where it %s', async (_case, answer) => {
      jest.mocked(requestsFor).mockResolvedValueOnce([]).mockImplementation(answer);
      expect(await outcomesOf(needing())).toEqual([UNLISTED]);
      isAskedFor([RPM_CODE, 12_500]);
    });

    test('it is not looked for with the last request', async () => {
      jest
        .mocked(countedRequests)
        .mockReturnValueOnce(11)
        .mockReturnValueOnce(12)
        .mockReturnValueOnce(12)
        .mockReturnValue(14);
      expect(await outcomesOf(needing())).toEqual([UNLISTED]);
      isListed(RPM_CODE);
    });
  });

  test.each([REFUSALS.tooManyOpen, REFUSALS.noServiceLinkedRole])(
    '%s of the first quota spares the second',
    async (name) => {
      jest.mocked(requestIncrease).mockRejectedValue(sdkError(name, 400));
      const [first, second] = await outcomesOf(needingBoth());
      expect(second).toEqual(first);
      isAskedFor([RPM_CODE, 12_500]);
      isListed(RPM_CODE);
    },
  );

  test.each([
    [REFUSALS.refusedValue, 400],
    ['InternalServerError', 500],
  ])('%s of the first quota (HTTP %i) says nothing of the second', async (name, status) => {
    jest.mocked(requestIncrease).mockRejectedValueOnce(sdkError(name, status));
    expect((await outcomesOf(needingBoth()))[1]).toEqual(made(TPM_CODE, 7_812_500));
  });
});

describe('what was refused at an earlier try', () => {
  test('is known, and not asked for again', async () => {
    const refusals: readonly SettledRefusal[] = [
      { quota: 'RPM', code: RPM_CODE, reason: { why: 'refused', error: REFUSALS.refusedValue } },
    ];
    expect(await outcomesOf(needingBoth(), { refusals })).toEqual([
      none({ why: 'refused', error: REFUSALS.refusedValue }),
      made(TPM_CODE, 7_812_500),
    ]);
    isListed(TPM_CODE);
    isAskedFor([TPM_CODE, 7_812_500]);
  });

  test.each(['no-service-linked-role', 'too-many-open'] as const)(
    'for the whole account (%s) spares every quota',
    async (why) => {
      const refusals: readonly SettledRefusal[] = [{ quota: 'RPM', code: RPM_CODE, reason: { why } }];
      expect(await outcomesOf(needingBoth(), { refusals })).toEqual(Array(2).fill(none({ why })));
      isListed();
      isAskedFor();
    },
  );
});

describe('of the 15 requests of an e-mail', () => {
  const NO_REQUEST_LEFT = none({ why: 'unread', error: 'too many requests before it' }, true);

  test.each([
    [12, true],
    [13, false],
    [14, false],
    [15, false],
  ])('after %i there are enough to look and ask: %p', async (counted, isEnough) => {
    jest
      .mocked(countedRequests)
      .mockReturnValueOnce(counted)
      .mockReturnValue(counted + 1);
    expect(await outcomesOf(needing())).toEqual([isEnough ? made(RPM_CODE, 12_500) : NO_REQUEST_LEFT]);
    isListed(...(isEnough ? [RPM_CODE] : []));
  });

  test.each([
    [13, true],
    [14, false],
  ])('after %i there are enough to look whether one is open: %p', async (counted, isEnough) => {
    jest.mocked(countedRequests).mockReturnValue(counted);
    expect(await outcomesOf(needing({}, { automatedQuotaRequest: false }))).toEqual([
      isEnough ? none({ why: 'off' }) : NO_REQUEST_LEFT,
    ]);
  });

  test('one is kept where the look took more than one: no place in the day is taken', async () => {
    jest.mocked(countedRequests).mockReturnValueOnce(12).mockReturnValue(14);
    const mayRequest = jest.fn(allowed);
    expect(await outcomesOf(needing(), { mayRequest })).toEqual([NO_REQUEST_LEFT]);
    expect(mayRequest).not.toHaveBeenCalled();
    isAskedFor();
  });

  test('one is kept where the place in the day took the last but one', async () => {
    jest.mocked(countedRequests).mockReturnValueOnce(12).mockReturnValueOnce(13).mockReturnValue(14);
    expect(await outcomesOf(needing())).toEqual([NO_REQUEST_LEFT]);
    isAskedFor();
  });
});

describe('what an earlier try made', () => {
  const made: PendingRequest = {
    quota: 'RPM',
    code: RPM_CODE,
    id: 'earlier',
    desired: 12_500,
    since: '2026-03-02T09:10:00.000Z',
    is: 'made',
  };
  const asked = { id: 'earlier', desired: 12_500, since: new Date(made.since), displayId: undefined };

  test('stands where the requests cannot be read any more', async () => {
    jest.mocked(requestsFor).mockRejectedValue(new Error('denied'));
    expect(await outcomesOf(needing(), { requests: [made] })).toEqual([{ kind: 'made', request: asked }]);
    isAskedFor();
  });

  test('of another quota says nothing of this one', async () => {
    jest.mocked(requestsFor).mockRejectedValue(new Error('denied'));
    const [outcome] = await outcomesOf(needing(), { requests: [{ ...made, code: 'L-00000000' }] });
    expect(outcome).toMatchObject({ kind: 'none', reason: { why: 'unread' } });
  });
});
