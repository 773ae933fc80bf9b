import { beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import { textWrittenSchema } from '../../lambda/contract/claims';
import type { LedgerCase } from '../../lambda/contract/ledger';
import { NO_SHARERS } from '../../lambda/contract/quota-sharers';
import { TEXT_WRITTEN, textDigest } from '../../lambda/contract/text-log';
import { appendedBody, newCaseBody } from '../../lambda/domain/case-text';
import type { NoCaseReason } from '../../lambda/domain/incident';
import {
  asksAlready,
  type CaseBefore,
  LISTING_LAG_MS,
  NOT_IN_TIME,
  NOT_SEARCHED_IN_TIME,
  type Search,
  searchOwnCase,
  settleCase,
} from '../../lambda/notification-processor/settle-case';
import { countedRequests } from '../../lambda/ports/client-settings';
import { logger } from '../../lambda/ports/logger';
import {
  addCommunication,
  caseNow,
  communicationsOf,
  createCase,
  displayIdOf,
  type OpenCase,
  openCasePages,
} from '../../lambda/ports/support';
import { incidentOf, incidents } from '../domain/incidents';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/ports/logger', () => ({
  logger: { error: jest.fn(), info: jest.fn(), warn: jest.fn() },
}));
jest.mock('../../lambda/ports/client-settings', () => ({ countedRequests: jest.fn() }));
jest.mock('../../lambda/ports/support', () => ({
  addCommunication: jest.fn(),
  caseNow: jest.fn(),
  communicationsOf: jest.fn(),
  createCase: jest.fn(),
  displayIdOf: jest.fn(),
  isCaseLimit: (error: unknown) => error instanceof Error && error.name === 'CaseCreationLimitExceeded',
  isNoSupportPlan: (error: unknown) =>
    error instanceof Error && error.name === 'SubscriptionRequiredException',
  openCasePages: jest.fn(),
}));

const NOW = new Date('2026-03-02T09:16:00Z');
/** 60 days before. */
const LOOKBACK_BEGINS = '2026-01-01T09:16:00.000Z';
const CC = ['sre@acme.example'];
const SUBJECT = 'Acme - Bedrock Ops Alert - G-Opus-4-6 - Quota Request - us-east-1';
const { throttled } = incidents;

const someCase = (subject: string, createdAt = '2026-02-20T00:00:00Z'): OpenCase => ({
  caseId: 'case-111122223333-muen-2026-1',
  displayId: '12345678901',
  subject,
  createdAt: new Date(createdAt),
});
const ours = someCase(SUBJECT);
const foreign = someCase('How do I use guardrails?');

/** An error as the SDK throws it; without a status there was no answer. */
const sdkError = (name: string, httpStatusCode?: number): Error =>
  Object.assign(new Error(name), {
    name,
    $metadata: httpStatusCode === undefined ? { attempts: 1 } : { httpStatusCode },
  });

let pagesRead = 0;
let since: readonly string[] = [];

/** The pages of open cases; AWS has no more after the last. */
function openCasesAre(...pages: (readonly OpenCase[])[]): void {
  jest.mocked(openCasePages).mockImplementation(async function* (after) {
    since = [...since, after.toISOString()];
    for (const [index, cases] of pages.entries()) {
      pagesRead += 1;
      yield { cases, isLast: index === pages.length - 1 };
    }
  });
}

const openCasesFailWith = (error: Error): void => {
  // biome-ignore lint/correctness/useYield: the call fails before there is a page.
  jest.mocked(openCasePages).mockImplementation(async function* () {
    throw error;
  });
};

beforeEach(() => {
  jest.resetAllMocks();
  pagesRead = 0;
  since = [];
  jest.mocked(countedRequests).mockReturnValue(7);
  openCasesAre([]);
  jest.mocked(createCase).mockResolvedValue('case-111122223333-muen-2026-2');
  jest.mocked(displayIdOf).mockResolvedValue('98765432109');
  jest.mocked(communicationsOf).mockResolvedValue([]);
  jest.mocked(addCommunication).mockResolvedValue(undefined);
});

/** Neither does the ledger know a case nor is one awaited, and the settings allow another one today. */
const NOTHING_KNOWN: CaseBefore = {
  cc: async () => CC,
  knownCase: undefined,
  awaitedSince: undefined,
  isAllowed: false,
  isFirstTry: true,
  newCasesPerDay: 10,
  reserve: async () => true,
};

const settleAfter = (before: Partial<CaseBefore>, incident = throttled) =>
  settleCase(incident, { ...NOTHING_KNOWN, ...before }, NOW, new AbortController().signal);
const settle = (incident = throttled) => settleAfter({}, incident);
const outcomeOf = async (incident = throttled) => (await settle(incident)).outcome;

const given = (reason: NoCaseReason, isWorthAnotherTry = false) => ({
  kind: 'none',
  reason,
  isWorthAnotherTry,
});

const nothingIsWritten = (): void => {
  expect(createCase).not.toHaveBeenCalled();
  expect(addCommunication).not.toHaveBeenCalled();
};

describe('without an open case of ours', () => {
  test('one is opened, with everything that AWS needs', async () => {
    openCasesAre([foreign]);
    expect(await outcomeOf()).toEqual({ kind: 'opened', displayId: '98765432109' });
    expect(jest.mocked(createCase).mock.calls).toEqual([
      [{ subject: SUBJECT, body: newCaseBody(throttled).text, severityCode: 'normal', cc: CC }],
    ]);
    expect(jest.mocked(displayIdOf).mock.calls).toEqual([['case-111122223333-muen-2026-2']]);
    expect(addCommunication).not.toHaveBeenCalled();
  });

  test('its number is not looked for when the reads have taken the requests that an e-mail may cost', async () => {
    jest.mocked(countedRequests).mockReturnValueOnce(12).mockReturnValueOnce(13).mockReturnValue(15);
    expect(await outcomeOf()).toEqual({ kind: 'opened', displayId: undefined });
    expect(displayIdOf).not.toHaveBeenCalled();
  });

  test('none is opened beyond those that the settings allow in a day, and none is tried again', async () => {
    const none = { newCasesPerDay: 3, reserve: async () => false };
    expect((await settleAfter(none)).outcome).toEqual(given({ why: 'day-limit', limit: 3 }));
    nothingIsWritten();
  });

  test('none is opened while the ledger cannot say whether one is allowed, but it is tried again', async () => {
    const reserve = () => Promise.reject(sdkError('InternalServerError', 500));
    expect((await settleAfter({ reserve })).outcome).toEqual(
      given({ why: 'no-ledger', error: 'InternalServerError' }, true),
    );
    nothingIsWritten();
  });

  test('none is opened where the reads have left no two requests, for its place in the day and itself', async () => {
    jest.mocked(countedRequests).mockReturnValueOnce(13).mockReturnValue(14);
    expect((await settleAfter({})).outcome).toMatchObject({ reason: { why: 'unsearched' } });
    nothingIsWritten();
  });

  test('it has the configured severity code', async () => {
    await settle(incidentOf({ alarms: ['Throttles'], model: { caseSeverity: 'urgent' } }));
    expect(jest.mocked(createCase).mock.calls[0]?.[0].severityCode).toBe('urgent');
  });

  test.each([
    ['is not listed yet', async () => undefined],
    ['cannot be read', async () => Promise.reject(sdkError('InternalServerError', 500))],
  ])('it is opened all the same when its number %s', async (_case, answer) => {
    jest.mocked(displayIdOf).mockImplementation(answer);
    expect(await outcomeOf()).toEqual({ kind: 'opened', displayId: undefined });
  });

  test.each([
    'Acme - Bedrock Ops Alert - G-Opus-4-6 - Investigation Request - us-east-1',
    'Acme - Bedrock Ops Alert - G-Opus-4-6 - Quota Request - us-east-2',
    'Acme - Bedrock Ops Alert - G-Opus-4-6 - Quota Request - us-east-1 ',
    'Acme - Bedrock Ops Alert - G-Opus-4-6B - Quota Request - us-east-1',
    'BigAcme - Bedrock Ops Alert - G-Opus-4-6 - Quota Request - us-east-1',
    'acme - bedrock ops alert - g-opus-4-6 - quota request - us-east-1',
    'Re: Acme - Bedrock Ops Alert - G-Opus-4-6 - Quota Request - us-east-1',
  ])('"%s" is none', async (subject) => {
    openCasesAre([someCase(subject)]);
    expect((await outcomeOf()).kind).toBe('opened');
  });
});

describe('the lookback window', () => {
  test.each([
    ['at its beginning', '2026-01-01T09:16:00.000Z', 'updated'],
    ['before it', '2026-01-01T09:15:59.999Z', 'opened'],
  ])('a case created %s: the outcome is %3$s', async (_case, createdAt, kind) => {
    openCasesAre([someCase(SUBJECT, createdAt)]);
    expect((await outcomeOf()).kind).toBe(kind);
    expect(since).toEqual([LOOKBACK_BEGINS]);
  });

  test.each([
    [45, '2026-01-16T09:16:00.000Z'],
    [90, '2025-12-02T09:16:00.000Z'],
  ] as const)('of %i days begins at %s', async (supportCaseLookbackDays, begins) => {
    await settle(incidentOf({ alarms: ['Throttles'], model: { supportCaseLookbackDays } }));
    expect(since).toEqual([begins]);
  });
});

describe('the search', () => {
  const pages = (count: number, ...last: (readonly OpenCase[])[]): (readonly OpenCase[])[] => [
    ...new Array<readonly OpenCase[]>(count).fill([foreign, foreign]),
    ...last,
  ];

  test('ends on the page that has the case', async () => {
    openCasesAre(...pages(2, [foreign, ours], [foreign]));
    expect((await outcomeOf()).kind).toBe('updated');
    expect(pagesRead).toBe(3);
  });

  test('goes as far as the tenth page', async () => {
    openCasesAre(...pages(9, [ours]));
    expect((await outcomeOf()).kind).toBe('updated');
  });

  test('that ends with the tenth page has seen every case', async () => {
    openCasesAre(...pages(10));
    expect((await outcomeOf()).kind).toBe('opened');
  });

  test('stops after the tenth page, and then opens nothing', async () => {
    openCasesAre(...pages(10, [ours]));
    expect(await outcomeOf()).toEqual(given({ why: 'too-many-cases', casesRead: 20 }));
    expect(pagesRead).toBe(10);
    nothingIsWritten();
  });
});

describe('an open case of ours', () => {
  beforeEach(() => openCasesAre([foreign, ours]));

  test('gets the details added', async () => {
    expect(await outcomeOf()).toEqual({ kind: 'updated', displayId: '12345678901' });
    expect(jest.mocked(addCommunication).mock.calls).toEqual([
      ['case-111122223333-muen-2026-1', appendedBody(throttled, '12345678901').text, CC],
    ]);
    expect(jest.mocked(communicationsOf).mock.calls).toEqual([['case-111122223333-muen-2026-1']]);
    expect(createCase).not.toHaveBeenCalled();
  });

  test('that holds this very incident is not told again', async () => {
    jest
      .mocked(communicationsOf)
      .mockResolvedValue(['We are looking.', appendedBody(throttled, '12345678901').text]);
    expect(await outcomeOf()).toEqual({ kind: 'told', displayId: '12345678901' });
    nothingIsWritten();
  });

  test.each([
    ['update 2', 2, 20],
    ['update 20', 20, 2],
    ['the first telling', 1, 2],
    ['update 2', 2, 1],
  ])('that holds %s (telling %i) is not told it again, but telling %i', async (_case, held, other) => {
    const telling = (number: number) => ({ ...throttled, telling: number });
    jest
      .mocked(communicationsOf)
      .mockResolvedValue([appendedBody(telling(held), '12345678901').text.replaceAll('\n', '\r\n')]);
    expect((await outcomeOf(telling(held))).kind).toBe('told');
    expect((await outcomeOf(telling(other))).kind).toBe('updated');
  });

  test('that AWS says is over with this incident was not told of it yet', async () => {
    jest.mocked(communicationsOf).mockResolvedValue([`Incident reference: ${throttled.reference}, over`]);
    expect((await outcomeOf()).kind).toBe('updated');
  });

  const unusual = incidents.unusualRequests;
  const earlier = { ...unusual, reference: '000000000001' };

  test('is left as it is when it holds the same flapping alarms from an earlier incident', async () => {
    jest.mocked(communicationsOf).mockResolvedValue([newCaseBody(earlier).text]);
    expect(await outcomeOf(unusual)).toEqual({ kind: 'left', displayId: '12345678901' });
    nothingIsWritten();
  });

  test('is told of throttles each time', async () => {
    jest
      .mocked(communicationsOf)
      .mockResolvedValue([newCaseBody({ ...throttled, reference: '000000000001' }).text]);
    expect((await outcomeOf()).kind).toBe('updated');
  });

  test('of the other category is opened beside it', async () => {
    expect((await outcomeOf(incidents.serverErrors)).kind).toBe('opened');
    expect(jest.mocked(createCase).mock.calls[0]?.[0].subject).toBe(
      'Acme - Bedrock Ops Alert - G-Opus-4-6 - Investigation Request - us-east-1',
    );
  });
});

test('with automated cases off AWS Support is not even asked', async () => {
  const incident = incidentOf({ alarms: ['Throttles'], model: { automatedSupportCase: false } });
  expect(await outcomeOf(incident)).toEqual(given({ why: 'automation-off' }));
  expect(openCasePages).not.toHaveBeenCalled();
  nothingIsWritten();
});

describe('what a text states is logged right before it is sent', () => {
  const linesBefore = (sent: { readonly mock: { readonly invocationCallOrder: readonly number[] } }) => {
    const order = sent.mock.invocationCallOrder[0] ?? 0;
    const { calls, invocationCallOrder } = jest.mocked(logger.info).mock;
    return calls
      .filter((_, index) => (invocationCallOrder[index] ?? 0) < order)
      .map(([message, extra]) => textWrittenSchema.parse(Object.assign({ message }, extra)));
  };

  test('to a new case', async () => {
    await settle();
    const { text, claims } = newCaseBody(throttled);
    expect(linesBefore(jest.mocked(createCase))).toEqual([
      {
        message: TEXT_WRITTEN,
        text: {
          digest: textDigest(text),
          customer: 'Acme',
          model: 'G-Opus-4-6',
          incident: throttled.reference,
          claims,
        },
      },
    ]);
  });

  test('to an open case', async () => {
    openCasesAre([ours]);
    await settle();
    const { text } = appendedBody(throttled, '12345678901');
    const [line] = linesBefore(jest.mocked(addCommunication));
    expect(line?.text.digest).toBe(textDigest(text));
  });

  test('but no text of ours that is not sent', async () => {
    await settle(incidentOf({ alarms: ['Throttles'], model: { automatedSupportCase: false } }));
    expect(logger.info).not.toHaveBeenCalled();
  });
});

describe('the case that the ledger knows', () => {
  const KNOWN = { caseId: 'case-111122223333-muen-2026-7', displayId: '70000000007' };
  const knownFor = (secondsAgo: number): Partial<CaseBefore> => ({
    knownCase: { ...KNOWN, at: new Date(NOW.getTime() - secondsAgo * 1000) },
  });
  const listed = (isResolved: boolean) => jest.mocked(caseNow).mockResolvedValue({ ...KNOWN, isResolved });

  test('is added to without a search', async () => {
    listed(false);
    expect(await settleAfter(knownFor(3_600))).toEqual({
      outcome: { kind: 'updated', displayId: '70000000007' },
      knownCase: KNOWN,
      nobodyOnCc: false,
    });
    expect(jest.mocked(caseNow).mock.calls).toEqual([[KNOWN.caseId]]);
    expect(jest.mocked(addCommunication).mock.calls[0]?.[0]).toBe(KNOWN.caseId);
    expect(openCasePages).not.toHaveBeenCalled();
  });

  test.each([
    [13, 'updated'],
    [14, 'none'],
  ])('is looked at and added to where two requests are left, after %i: %s', async (counted, kind) => {
    listed(false);
    jest.mocked(countedRequests).mockReturnValue(counted);
    expect((await settleAfter(knownFor(3_600))).outcome.kind).toBe(kind);
    expect(caseNow).toHaveBeenCalledTimes(kind === 'none' ? 0 : 1);
  });

  test('is searched for when it was resolved, and another one is found', async () => {
    listed(true);
    openCasesAre([ours]);
    const { outcome, knownCase } = await settleAfter(knownFor(3_600));
    expect([outcome.kind, knownCase?.caseId]).toEqual(['updated', ours.caseId]);
  });

  test('is searched for when it was resolved, and a new one is opened', async () => {
    listed(true);
    expect((await settleAfter(knownFor(3_600))).outcome.kind).toBe('opened');
  });

  test('is awaited while it is young and AWS does not list it', async () => {
    const { knownCase } = knownFor(109);
    expect(await settleAfter(knownFor(109))).toEqual({
      outcome: given({ why: 'awaiting', since: knownCase?.at ?? NOW }, true),
    });
    expect(openCasePages).not.toHaveBeenCalled();
    nothingIsWritten();
  });

  test('is searched for when AWS should list it by now and does not', async () => {
    expect((await settleAfter(knownFor(LISTING_LAG_MS / 1000))).outcome.kind).toBe('opened');
    expect(openCasePages).toHaveBeenCalledTimes(1);
  });

  test('that cannot be read leaves everything as it is', async () => {
    jest.mocked(caseNow).mockRejectedValue(sdkError('InternalServerError', 500));
    expect(await settleAfter(knownFor(3_600))).toEqual({
      outcome: given({ why: 'unsearched', error: 'InternalServerError' }, true),
    });
    nothingIsWritten();
  });
});

describe('after an unclear answer', () => {
  const awaited = (secondsAgo: number) => new Date(NOW.getTime() - secondsAgo * 1000);

  test.each([
    [0, 'none'],
    [109, 'none'],
    [110, 'opened'],
    [3_600, 'opened'],
  ])('%i seconds ago, what becomes of the case is: %s', async (secondsAgo, kind) => {
    const awaitedSince = awaited(secondsAgo);
    const { outcome } = await settleAfter({ awaitedSince });
    expect(outcome.kind).toBe(kind);
    if (outcome.kind === 'none')
      expect(outcome).toEqual(given({ why: 'awaiting', since: awaitedSince }, true));
    expect(createCase).toHaveBeenCalledTimes(kind === 'opened' ? 1 : 0);
  });

  test('a case that AWS lists is added to, however short ago that was', async () => {
    openCasesAre([ours]);
    const { outcome, knownCase } = await settleAfter({ awaitedSince: awaited(0) });
    expect([outcome.kind, knownCase]).toEqual([
      'updated',
      { caseId: ours.caseId, displayId: ours.displayId },
    ]);
  });
});

describe('what the ledger is to know', () => {
  test.each([
    ['of a new case, its id and number', '98765432109', '98765432109'],
    ['of a new case whose number is not told yet, its id', undefined, undefined],
  ])('is %s', async (_case, told, displayId) => {
    jest.mocked(displayIdOf).mockResolvedValue(told);
    expect((await settle()).knownCase).toEqual({ caseId: 'case-111122223333-muen-2026-2', displayId });
  });

  test('is the case that could not be read, too', async () => {
    openCasesAre([ours]);
    jest.mocked(communicationsOf).mockRejectedValue(sdkError('InternalServerError', 500));
    expect((await settle()).knownCase?.caseId).toBe(ours.caseId);
  });

  test.each([
    ['InternalServerError', 500, true],
    ['ECONNRESET', undefined, true],
    ['TimeoutError', undefined, true],
    ['ThrottlingException', 400, false],
    ['ValidationException', 400, false],
  ])('is that a case is awaited after %s (HTTP %p) at opening: %p', async (name, status, isAwaited) => {
    jest.mocked(createCase).mockRejectedValue(sdkError(name, status));
    expect((await settle()).isAwaited ?? false).toBe(isAwaited);
  });

  test('is that none is awaited where the account has opened its cases of the hour', async () => {
    jest.mocked(createCase).mockRejectedValue(sdkError('CaseCreationLimitExceeded', 400));
    expect((await settle()).isAwaited ?? false).toBe(false);
  });

  test('is that one may be awaited when it was too late, but for the search', async () => {
    const abort = new AbortController();
    const cc = async () => {
      abort.abort();
      return CC;
    };
    const before = { ...NOTHING_KNOWN, cc };
    expect((await settleCase(throttled, before, NOW, abort.signal)).isAwaited).toBe(true);
    expect((await settleCase(throttled, before, NOW, abort.signal)).isAwaited).toBeUndefined();
    nothingIsWritten();
  });

  test('is nothing where only an addition was not answered', async () => {
    openCasesAre([ours]);
    jest.mocked(addCommunication).mockRejectedValue(sdkError('InternalServerError', 500));
    const { isAwaited, knownCase } = await settle();
    expect([isAwaited, knownCase?.caseId]).toEqual([undefined, ours.caseId]);
  });
});

describe('the bound on requests', () => {
  test.each([
    [12, 'updated'],
    [13, 'updated'],
    [14, 'none'],
  ])('%i requests before the second page of cases: the outcome is %s', async (requests, kind) => {
    openCasesAre([foreign], [ours]);
    jest.mocked(countedRequests).mockReturnValue(requests);
    const { outcome } = await settle();
    expect(outcome.kind).toBe(kind);
    if (outcome.kind === 'none') {
      expect(outcome).toEqual(given({ why: 'unsearched', error: 'too many requests before it' }, true));
      nothingIsWritten();
    }
  });
});

describe('who is on cc', () => {
  test('is not read where no case is written', async () => {
    const cc = jest.fn(async () => CC);
    openCasesAre([ours]);
    jest.mocked(communicationsOf).mockResolvedValue([appendedBody(throttled, '12345678901').text]);
    await settleAfter({ cc });
    await settleAfter({ cc, reserve: async () => false });
    expect(cc).not.toHaveBeenCalled();
  });

  test.each<[string, readonly OpenCase[], typeof createCase | typeof addCommunication]>([
    ['a new case', [], createCase],
    ['an addition', [ours], addCommunication],
  ])('of %s is nobody where the contacts cannot be read', async (_case, cases, write) => {
    openCasesAre(cases);
    const { outcome, nobodyOnCc } = await settleAfter({ cc: async () => undefined });
    expect([outcome.kind, nobodyOnCc]).toEqual([cases.length > 0 ? 'updated' : 'opened', true]);
    expect(write).toHaveBeenCalledTimes(1);
    expect((await settleAfter({})).nobodyOnCc).toBe(false);
  });

  test.each([
    [13, false],
    [14, true],
  ])('is nobody where only the request for the case is left, after %i: %p', async (counted, isNobody) => {
    jest.mocked(countedRequests).mockReturnValueOnce(12).mockReturnValueOnce(12).mockReturnValue(counted);
    const cc = jest.fn(async () => CC);
    expect((await settleAfter({ cc })).nobodyOnCc).toBe(isNobody);
    expect(cc).toHaveBeenCalledTimes(isNobody ? 0 : 1);
    expect(jest.mocked(createCase).mock.calls[0]?.[0].cc).toEqual(isNobody ? [] : CC);
  });
});

describe('models on the same quota', () => {
  const twins = (...names: string[]) => ({ ...NO_SHARERS, twins: names });
  const among = (...names: string[]) => ({ ...throttled, sharers: twins(...names) });
  const ofTwin: OpenCase = {
    ...someCase('Acme - Bedrock Ops Alert - A-First - Quota Request - us-east-1'),
    caseId: 'case-111122223333-muen-2026-9',
    displayId: '90000000009',
  };

  test.each([
    ['waits for the one that is first by name', ['A-First'], true, 'none'],
    ['waits no longer than for the next try', ['A-First'], false, 'opened'],
    ['is opened where it is first itself', ['Z-Last'], true, 'opened'],
  ])('a new case %s (%j, first try %p): %s', async (_case, names, isFirstTry, kind) => {
    const { outcome } = await settleAfter({ isFirstTry }, among(...names));
    expect(outcome.kind).toBe(kind);
    if (outcome.kind === 'none')
      expect(outcome).toEqual(given({ why: 'twin-first', model: 'A-First' }, true));
  });

  test('share the case of one of them, unless there is an own one', async () => {
    openCasesAre([foreign, ofTwin], [foreign]);
    expect(await outcomeOf(among('A-First'))).toEqual({ kind: 'updated', displayId: '90000000009' });
    openCasesAre([ofTwin], [ours]);
    expect(await outcomeOf(among('A-First'))).toEqual({ kind: 'updated', displayId: '12345678901' });
  });

  test('have cases of their own where no increase is asked for', async () => {
    openCasesAre([ofTwin]);
    const atLowUsage = { ...incidents.throttledAtLowUsage, sharers: twins('A-First') };
    expect((await outcomeOf(atLowUsage)).kind).toBe('opened');
  });
});

const SEARCHED = { caseId: 'case-111122223333-muen-2026-7', displayId: '70000000007' };
const knownAs = (more: Partial<LedgerCase> = {}): LedgerCase => ({
  ...SEARCHED,
  at: new Date('2026-03-02T08:00:00Z'),
  ...more,
});
const caseIs = (isResolved: boolean) =>
  jest.mocked(caseNow).mockImplementation(async (caseId) => ({ ...SEARCHED, caseId, isResolved }));

describe('the case of ours', () => {
  const search = (knownCase?: LedgerCase, incident = throttled, signal = new AbortController().signal) =>
    searchOwnCase(incident, { knownCase }, NOW, signal);

  test('is that of the ledger while it is open, which needs no search', async () => {
    caseIs(false);
    expect(await search(knownAs())).toEqual({ found: expect.objectContaining(SEARCHED) });
    expect(pagesRead).toBe(0);
  });

  test('is one of the same subject where that of the ledger is resolved', async () => {
    caseIs(true);
    openCasesAre([foreign, ours]);
    expect(await search(knownAs())).toEqual({ found: ours });
  });

  test('is never one that AWS opened for a request', async () => {
    caseIs(false);
    openCasesAre([foreign]);
    expect(await search(knownAs({ isOfRequest: true }))).toEqual({ found: undefined });
    openCasesAre([foreign, ours]);
    expect(await search(knownAs({ isOfRequest: true }))).toEqual({ found: ours });
    expect(caseNow).not.toHaveBeenCalled();
  });

  test('may be a twin’s', async () => {
    const ofTwin = someCase('Acme - Bedrock Ops Alert - A-First - Quota Request - us-east-1');
    openCasesAre([foreign, ofTwin]);
    expect(await search(undefined, throttled)).toEqual({ found: undefined });
    const among = { ...throttled, sharers: { ...NO_SHARERS, twins: ['A-First'] } };
    expect(await search(undefined, among)).toEqual({ found: ofTwin });
  });

  test.each<[string, number | undefined, NoCaseReason, boolean]>([
    ['SubscriptionRequiredException', 400, { why: 'no-support-plan' }, false],
    ['AccessDeniedException', 400, { why: 'unsearched', error: 'AccessDeniedException' }, false],
    ['InternalServerError', 500, { why: 'unsearched', error: 'InternalServerError' }, true],
    ['TimeoutError', undefined, { why: 'unsearched', error: 'TimeoutError' }, true],
  ])('is not known after %s (HTTP %p)', async (name, status, reason, again) => {
    jest.mocked(caseNow).mockRejectedValue(sdkError(name, status));
    openCasesFailWith(sdkError(name, status));
    const stopped = { stopped: { outcome: given(reason, again) } };
    expect(await search(knownAs())).toEqual(stopped);
    expect(await search()).toEqual(stopped);
  });

  test('is not known while AWS does not list that of the ledger, which is hardly two minutes old', async () => {
    jest.mocked(caseNow).mockResolvedValue(undefined);
    const since = new Date(NOW.getTime() - LISTING_LAG_MS + 1);
    expect(await search(knownAs({ at: since }))).toEqual({
      stopped: { outcome: given({ why: 'awaiting', since }, true) },
    });
    expect(await search(knownAs({ at: new Date(since.getTime() - 1) }))).toEqual({ found: undefined });
  });

  test('is not known once it is too late', async () => {
    openCasesAre([foreign], [ours]);
    expect(await search(undefined, throttled, AbortSignal.abort())).toEqual(NOT_SEARCHED_IN_TIME);
    expect(pagesRead).toBe(1);
  });

  test.each<[string, LedgerCase | undefined]>([
    ['the search', undefined],
    ['the ledger’s', knownAs()],
  ])('is not known where too many requests went before %s', async (_case, knownCase) => {
    jest.mocked(countedRequests).mockReturnValue(14);
    expect(await search(knownCase)).toEqual({
      stopped: { outcome: given({ why: 'unsearched', error: 'too many requests before it' }, true) },
    });
    expect([pagesRead, jest.mocked(caseNow).mock.calls]).toEqual([0, []]);
  });
});

describe('whether that case asks for a quota already', () => {
  const CODES = ['L-A52F3C5A', 'L-0AD9BC40'];
  const asks = (knownCase: LedgerCase | undefined) => asksAlready(SEARCHED, { knownCase }, CODES);
  const headerOf = (code: string) =>
    `Request: Please raise the quota ${code}.\nCustomer: Acme\nModel: G-Opus-4-6`;

  test.each([
    [['L-FFFFFFFF', 'L-0AD9BC40'], true],
    [['L-FFFFFFFF'], false],
    [[], false],
  ])('is known of the ledger’s, which asks for %j: %p', async (codes, isSo) => {
    expect(await asks(knownAs({ asks: codes }))).toBe(isSo);
    expect(communicationsOf).not.toHaveBeenCalled();
  });

  test.each<[string, LedgerCase | undefined]>([
    ['the ledger’s, of which that is not known', knownAs()],
    ['another than the ledger’s', knownAs({ caseId: 'case-0', asks: CODES })],
    ['one that the ledger does not know', undefined],
  ])('is read from the communications of %s', async (_case, knownCase) => {
    jest.mocked(communicationsOf).mockResolvedValue([headerOf('L-0AD9BC40')]);
    expect(await asks(knownCase)).toBe(true);
    jest.mocked(communicationsOf).mockResolvedValue([headerOf('L-FFFFFFFF')]);
    expect(await asks(knownCase)).toBe(false);
    expect(jest.mocked(communicationsOf).mock.calls).toEqual(Array(2).fill([SEARCHED.caseId]));
  });

  test('may be so where they cannot be read', async () => {
    jest.mocked(communicationsOf).mockRejectedValue(sdkError('InternalServerError', 500));
    expect(await asks(undefined)).toBe(true);
  });
});

describe('a case that AWS opened for a request', () => {
  const ofRequest: Partial<CaseBefore> = { knownCase: knownAs({ isOfRequest: true, asks: [] }) };
  const kindOf = async (incident = throttled) => (await settleAfter(ofRequest, incident)).outcome;

  test('is not asked for another quota: a case of ours is', async () => {
    caseIs(false);
    expect((await kindOf()).kind).toBe('opened');
    expect(addCommunication).not.toHaveBeenCalled();
  });

  test('is told of what asks for nothing, until it is resolved', async () => {
    caseIs(false);
    expect(await kindOf(incidents.throttledAtLowUsage)).toEqual({
      kind: 'updated',
      displayId: SEARCHED.displayId,
    });
    caseIs(true);
    expect((await kindOf(incidents.throttledAtLowUsage)).kind).toBe('opened');
  });
});

describe('what was searched before', () => {
  const settleGiven = (search: Search, signal = new AbortController().signal) =>
    settleCase(throttled, NOTHING_KNOWN, NOW, signal, search);

  test('is not searched again', async () => {
    openCasesAre([ours]);
    expect((await settleGiven({ found: undefined })).outcome.kind).toBe('opened');
    expect((await settleGiven({ found: SEARCHED })).outcome).toEqual({
      kind: 'updated',
      displayId: SEARCHED.displayId,
    });
    expect(await settleGiven(NOT_SEARCHED_IN_TIME)).toEqual(NOT_SEARCHED_IN_TIME.stopped);
    expect(pagesRead).toBe(0);
  });

  test('is no reason to write once it is too late: a case may be awaited then', async () => {
    for (const found of [undefined, SEARCHED])
      expect(await settleGiven({ found }, AbortSignal.abort())).toEqual(NOT_IN_TIME);
    nothingIsWritten();
    expect(logger.info).not.toHaveBeenCalled();
  });
});

describe('when AWS Support fails', () => {
  test('only SubscriptionRequiredException means that there is no support plan', async () => {
    openCasesFailWith(sdkError('SubscriptionRequiredException', 400));
    expect(await outcomeOf()).toEqual(given({ why: 'no-support-plan' }));
    nothingIsWritten();
  });

  test.each([
    ['ThrottlingException', 400, true],
    ['InternalServerError', 500, true],
    ['ServiceUnavailable', 503, true],
    ['TimeoutError', undefined, true],
    ['AccessDeniedException', 400, false],
    ['ValidationException', 400, false],
    ['SyntaxError', 200, false],
  ])(
    'at the look-up with %s (HTTP %p), nothing is written; worth another try: %p',
    async (name, status, again) => {
      openCasesFailWith(sdkError(name, status));
      expect(await outcomeOf()).toEqual(given({ why: 'unsearched', error: name }, again));
      nothingIsWritten();
    },
  );

  test.each([
    ['InternalServerError', 500, true],
    ['ThrottlingException', 400, true],
    ['AccessDeniedException', 403, false],
  ])(
    'at reading what a case holds with %s (%i), nothing is written; whether it is tried again: %p',
    async (name, status, again) => {
      openCasesAre([ours]);
      jest.mocked(communicationsOf).mockRejectedValue(sdkError(name, status));
      expect(await outcomeOf()).toEqual(
        given({ why: 'unreadable', displayId: '12345678901', error: name }, again),
      );
      nothingIsWritten();
    },
  );

  test('too late, nothing is written any more, and it is tried again', async () => {
    const aborted = settleCase(throttled, NOTHING_KNOWN, NOW, AbortSignal.abort());
    expect(await aborted).toEqual({
      outcome: given({ why: 'unsearched', error: 'no time was left' }, true),
    });
    nothingIsWritten();
    expect(logger.info).not.toHaveBeenCalled();
  });

  test('too late, no further page is read', async () => {
    openCasesAre([foreign], [ours]);
    await settleCase(throttled, NOTHING_KNOWN, NOW, AbortSignal.abort());
    expect(pagesRead).toBe(1);
  });

  test('too late, the number of a new case is not looked for', async () => {
    const abort = new AbortController();
    jest.mocked(createCase).mockImplementation(async () => {
      abort.abort();
      return 'case-111122223333-muen-2026-2';
    });
    await settleCase(throttled, NOTHING_KNOWN, NOW, abort.signal);
    expect(displayIdOf).not.toHaveBeenCalled();
  });

  test('because the account has opened its cases of the hour, it is tried again', async () => {
    jest.mocked(createCase).mockRejectedValue(sdkError('CaseCreationLimitExceeded', 400));
    expect(await outcomeOf()).toEqual(given({ why: 'case-limit' }, true));
  });

  const answers: [name: string, status: number | undefined, why: 'refused' | 'unclear', again: boolean][] = [
    ['ThrottlingException', 400, 'refused', true],
    ['AccessDeniedException', 400, 'refused', false],
    ['ValidationException', 400, 'refused', false],
    ['InternalServerError', 500, 'unclear', true],
    ['ServiceUnavailable', 503, 'unclear', true],
    ['SyntaxError', 200, 'unclear', true],
    ['ECONNRESET', undefined, 'unclear', true],
  ];

  test.each(answers)(
    'at opening with %s (HTTP %p) it is %s; worth another try: %p',
    async (name, status, why, again) => {
      jest.mocked(createCase).mockRejectedValue(sdkError(name, status));
      expect(await outcomeOf()).toEqual(given({ why, displayId: undefined, error: name }, again));
      expect(createCase).toHaveBeenCalledTimes(1);
    },
  );

  test.each(answers)(
    'at adding with %s (HTTP %p) it is %s; worth another try: %p',
    async (name, status, why, again) => {
      openCasesAre([ours]);
      jest.mocked(addCommunication).mockRejectedValue(sdkError(name, status));
      expect(await outcomeOf()).toEqual(given({ why, displayId: '12345678901', error: name }, again));
      expect(addCommunication).toHaveBeenCalledTimes(1);
      expect(createCase).not.toHaveBeenCalled();
    },
  );

  test('without an answer in time, there is no error to name', async () => {
    jest.mocked(createCase).mockRejectedValue(sdkError('TimeoutError'));
    expect(await outcomeOf()).toEqual(
      given({ why: 'unclear', displayId: undefined, error: undefined }, true),
    );
  });
});
