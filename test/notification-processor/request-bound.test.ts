// The variables must be set before the processor reads them.
import './environment';

import { beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import { REFUSALS } from '../../aws/service-quotas';
import { type CaseRetry, parseCaseRetry } from '../../lambda/contract/case-retry';
import type { LedgerCase, LedgerRecord } from '../../lambda/contract/ledger';
import { parseRequestDetails } from '../../lambda/contract/request-details';
import type { Incident } from '../../lambda/domain/incident';
import { caseChanges } from '../../lambda/notification-processor/case-changes';
import { outcomeOf, sparedFor, whatIsKnown } from '../../lambda/notification-processor/case-outcome';
import { scheduleRetry } from '../../lambda/notification-processor/case-retries';
import { haveDetailsAdded } from '../../lambda/notification-processor/details-later';
import { ledger } from '../../lambda/notification-processor/environment';
import { beginCounting, requestsLeft } from '../../lambda/notification-processor/request-bound';
import type { Settlement } from '../../lambda/notification-processor/settle-case';
import { settleInTime } from '../../lambda/notification-processor/settle-in-time';
import { READ, READ_ONCE, SEARCH, WRITE_ONCE } from '../../lambda/ports/client-settings';
import { now } from '../../lambda/ports/clock';
import { readContacts } from '../../lambda/ports/contacts';
import { sendLater } from '../../lambda/ports/queue';
import { type QuotaRequestNow, requestIncrease, requestsFor } from '../../lambda/ports/quota-requests';
import {
  addCommunication,
  caseNow,
  communicationsOf,
  createCase,
  displayIdOf,
  type OpenCase,
  openCasePages,
} from '../../lambda/ports/support';
import { incidentOf, peaksOf, RPM_CODE, TPM_CODE } from '../domain/incidents';
import { recordOf } from '../domain/ledger-records';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/notification-processor/metrics', () => ({
  countOne: jest.fn(),
  countSettled: jest.fn(),
}));
jest.mock('../../lambda/ports/clock', () => ({ now: jest.fn() }));
jest.mock('../../lambda/ports/contacts', () => ({ readContacts: jest.fn() }));
jest.mock('../../lambda/ports/logger', () => ({
  logger: { error: jest.fn(), info: jest.fn(), warn: jest.fn() },
}));
jest.mock('../../lambda/ports/queue', () => ({ sendLater: jest.fn() }));
jest.mock('../../lambda/ports/quota-requests', () => ({
  requestIncrease: jest.fn(),
  requestsFor: jest.fn(),
}));
jest.mock('../../lambda/ports/support', () => ({
  ...jest.requireActual<object>('../../lambda/ports/support'),
  addCommunication: jest.fn(),
  caseNow: jest.fn(),
  communicationsOf: jest.fn(),
  createCase: jest.fn(),
  displayIdOf: jest.fn(),
  openCasePages: jest.fn(),
}));
const reserve = jest.spyOn(ledger, 'reserveCase');

const MOST_REQUESTS = 15;
/** Of a search for cases so many requests count, as they do for a rehearsal. */
const MOST_SEARCHES = 3;
/** The lease, alarms, mute rules, parameters, usage, the last hour and two quotas. */
const READS = 8;
const NOW = new Date('2026-03-02T09:16:00Z');
const KNOWN = { caseId: 'case-1', displayId: '12345678901' };
const transient = { errorType: 'TRANSIENT' } as const;
const unanswered = Object.assign(new Error('no answer'), { name: 'TimeoutError' });

/** What AWS was asked, as somebody outside counts it. */
let requests = 0;
let searches = 0;

/** A call that fails `failures` times; it is repeated as the SDK repeats it. Throws when it was not answered at last. */
async function call({ retryStrategy }: typeof READ | typeof SEARCH, failures = 0): Promise<void> {
  const count = () => {
    if (retryStrategy === SEARCH.retryStrategy) searches += 1;
    else requests += 1;
  };
  let token = await retryStrategy.acquireInitialRetryToken('a test');
  count();
  for (let failed = 0; failed < failures; failed += 1) {
    try {
      token = await retryStrategy.refreshRetryTokenForRetry(token, transient);
    } catch {
      throw unanswered;
    }
    count();
  }
}

interface Course {
  /** How often each read fails. */
  readonly reads: readonly number[];
  /** Of how many quotas only the default is known, and how often reading it fails. */
  readonly defaults: readonly number[];
  /** Which quotas are to be raised. */
  readonly quotas: 'none' | 'one' | 'both';
  /** What Service Quotas lists for each, on one page, and how often that fails. */
  readonly listed: 'none' | 'open' | 'answered' | 'the day before the setting went off';
  readonly listFailures: number;
  /** What it answers to a request for each quota, in turn. */
  readonly answers: readonly ('taken' | 'unanswered' | keyof typeof REFUSALS)[];
  readonly known: 'none' | 'open' | 'resolved' | 'unlisted';
  /** Whether that case asks for a quota, as far as the ledger knows; or AWS opened it for a request. */
  readonly asks: 'all' | 'none' | 'unknown' | 'of a request';
  /** What a case of ours says that it asks for. */
  readonly saysItAsks: 'all' | 'none' | 'unreadable';
  readonly knownFailures: number;
  /** How often each page of open cases fails; the last may hold the case. */
  readonly pages: readonly number[];
  readonly isListed: boolean;
  readonly contactsFailures: number;
  readonly write: 'done' | 'unanswered';
  /** Whether the settings are known to allow a new case, and how often that fails to be put down where they are not. */
  readonly isAllowed: boolean;
  readonly reserveFailures: number;
  readonly putDownFailures: number;
}

const failures = fc.integer({ min: 0, max: 3 });
/** All that can happen, where calls fail so often. */
const courseFailing = (failing: fc.Arbitrary<number>): fc.Arbitrary<Course> =>
  fc.record({
    reads: fc.array(failing, { minLength: READS, maxLength: READS }),
    defaults: fc.array(failing, { maxLength: 2 }),
    quotas: fc.constantFrom('none', 'one', 'both'),
    listed: fc.constantFrom('none', 'open', 'answered', 'the day before the setting went off'),
    listFailures: failing,
    answers: fc.array(
      fc.constantFrom(
        'taken',
        'unanswered',
        'alreadyOpen',
        'tooManyOpen',
        'noServiceLinkedRole',
        'refusedValue',
      ),
      { minLength: 1, maxLength: 2 },
    ),
    known: fc.constantFrom('none', 'open', 'resolved', 'unlisted'),
    asks: fc.constantFrom('all', 'none', 'unknown', 'of a request'),
    saysItAsks: fc.constantFrom('all', 'none', 'unreadable'),
    knownFailures: failing,
    pages: fc.array(failing, { minLength: 1, maxLength: 12 }),
    isListed: fc.boolean(),
    contactsFailures: failing,
    write: fc.constantFrom('done', 'unanswered'),
    isAllowed: fc.boolean(),
    reserveFailures: failing,
    putDownFailures: failing,
  });

const ours: OpenCase = {
  ...KNOWN,
  subject: 'Acme - Bedrock Ops Alert - G-Opus-4-6 - Quota Request - us-east-1',
  createdAt: NOW,
};

function awsAnswers(course: Course): void {
  supportAnswers(course);
  serviceQuotasAnswers(course);
  jest.mocked(now).mockReturnValue(NOW);
  jest.mocked(sendLater).mockImplementation(() => call(WRITE_ONCE));
  jest.mocked(readContacts).mockImplementation(async () => {
    await call(READ, course.contactsFailures);
    return ['sre@acme.example'];
  });
  reserve.mockImplementation(async () => {
    await call(READ, course.reserveFailures);
    return true;
  });
}

function supportAnswers({ known, knownFailures, pages, isListed, write, saysItAsks }: Course): void {
  const written = async () => {
    await call(WRITE_ONCE);
    if (write === 'unanswered') throw unanswered;
  };
  // The bound is without these.
  jest.mocked(communicationsOf).mockImplementation(async () => {
    if (saysItAsks === 'unreadable') throw unanswered;
    return [
      `Request: raise ${saysItAsks === 'all' ? `${RPM_CODE}, ${TPM_CODE}` : 'nothing'}\nCustomer: Acme`,
    ];
  });
  jest.mocked(addCommunication).mockImplementation(written);
  jest.mocked(createCase).mockImplementation(async () => {
    await written();
    return 'case-2';
  });
  jest.mocked(displayIdOf).mockImplementation(async () => {
    await call(READ_ONCE);
    return undefined;
  });
  jest.mocked(caseNow).mockImplementation(async () => {
    await call(SEARCH, knownFailures);
    return known === 'unlisted' ? undefined : { ...KNOWN, isResolved: known === 'resolved' };
  });
  jest.mocked(openCasePages).mockImplementation(async function* () {
    for (const [index, failed] of pages.entries()) {
      await call(SEARCH, failed);
      const isLast = index === pages.length - 1;
      yield { cases: isLast && isListed ? [ours] : [], isLast };
    }
  });
}

const requestOf = (code: string, status: QuotaRequestNow['status']): QuotaRequestNow => ({
  id: `of ${code}`,
  code,
  status,
  desired: 12_500,
  since: NOW,
  changedAt: NOW,
  displayId: undefined,
});

/** What it takes is listed from then on. */
function serviceQuotasAnswers({ listed, listFailures, answers }: Course): void {
  const open = new Map<string, QuotaRequestNow>();
  const isOpen = listed === 'open' || listed === 'the day before the setting went off';
  for (const code of listed === 'none' ? [] : [RPM_CODE, TPM_CODE])
    open.set(code, requestOf(code, isOpen ? 'CASE_OPENED' : 'DENIED'));
  jest.mocked(requestsFor).mockImplementation(async (code) => {
    await call(READ, listFailures);
    return [...open.values()].filter((one) => one.code === code);
  });
  let asked = 0;
  jest.mocked(requestIncrease).mockImplementation(async (code) => {
    await call(WRITE_ONCE);
    const answer = answers[asked % answers.length] ?? 'taken';
    asked += 1;
    const request = requestOf(code, 'PENDING');
    if (answer === 'taken' || answer === 'alreadyOpen' || answer === 'unanswered') open.set(code, request);
    if (answer === 'taken') return request;
    if (answer === 'unanswered') throw unanswered;
    throw Object.assign(new Error(answer), { name: REFUSALS[answer], $metadata: { httpStatusCode: 400 } });
  });
}

/** The SDK repeats less and less while calls go on failing; calls that succeed end that. */
async function forgetEarlierFailures(): Promise<void> {
  for (const { retryStrategy } of [READ, SEARCH]) {
    const token = await retryStrategy.acquireInitialRetryToken('a test');
    for (let succeeded = 0; succeeded < 500; succeeded += 1) retryStrategy.recordSuccess(token);
  }
}

function incidentIn({ quotas, listed }: Course): Incident {
  const automatedQuotaRequest = listed !== 'the day before the setting went off';
  return incidentOf({
    alarms: ['Throttles'],
    usage: peaksOf(quotas === 'none' ? 100 : 9_500, quotas === 'both' ? 6_000_000 : 3_000_000),
    model: { automatedQuotaRequest },
  });
}

function recordIn({ known, asks, listed }: Course): LedgerRecord {
  const at = new Date('2026-03-01T00:00:00Z');
  const codes = {
    all: { asks: [RPM_CODE, TPM_CODE] },
    none: { asks: [] },
    unknown: {},
    'of a request': { asks: [], isOfRequest: true },
  } satisfies Record<Course['asks'], Partial<LedgerCase>>;
  const requestOf = (code: string) =>
    [`of the ledger, for ${code}`, { code, quota: 'RPM', desired: 12_500, at }] as const;
  return recordOf('G-Opus-4-6', undefined, {
    cases: known === 'none' ? {} : { 'Quota Request': { ...KNOWN, at, ...codes[asks] } },
    requests: listed === 'none' ? {} : Object.fromEntries([RPM_CODE, TPM_CODE].map(requestOf)),
  });
}

interface Told {
  readonly requests: number;
  readonly settlement: Settlement;
  /** The message that tries the case again. */
  readonly retry: CaseRetry | undefined;
  /** The quota requests whose details have a message. */
  readonly detailed: readonly string[];
}

/** As `tell`, or with `retry` a further try, goes about it up to the e-mail. */
async function upToEmail(course: Course, retry?: CaseRetry): Promise<Told> {
  await forgetEarlierFailures();
  requests = 0;
  searches = 0;
  jest.mocked(sendLater).mockClear();
  beginCounting();
  for (const failed of [...course.reads, ...course.defaults]) await call(READ, failed).catch(() => {});
  const record = recordIn(course);
  const settlement = await settleInTime(incidentIn(course), record, undefined, {
    isAllowed: retry?.isReserved ?? (retry === undefined && course.isAllowed),
    isFirstTry: retry === undefined,
    isLastTry: false,
    isSearched: retry?.isSearched,
    refusals: retry?.refusals,
    requests: retry?.requests,
  });
  const incident = { ...incidentIn(course), quotaRequests: settlement.quotaRequests ?? [] };
  const changes = caseChanges(record, incident, settlement, NOW);
  const isToPutDown = changes?.cases !== undefined || changes?.awaiting !== undefined;
  if (isToPutDown && requestsLeft() > (settlement.outcome.kind === 'none' ? 1 : 0))
    await call(READ, course.putDownFailures).catch(() => {});
  await (retry === undefined ? outcomeOf(incident, settlement) : settleRetry(retry, incident, settlement));
  return { requests: requests + Math.min(searches, MOST_SEARCHES), settlement, ...messagesSent() };
}

/** As a further try sends the messages that follow. */
async function settleRetry(retry: CaseRetry, incident: Incident, settlement: Settlement): Promise<void> {
  const { outcome } = settlement;
  const before = { requests: retry.requests ?? [], detailed: retry.detailed ?? [] };
  const details = await haveDetailsAdded(incident, before, sparedFor(settlement));
  if (outcome.kind !== 'none' || !outcome.isWorthAnotherTry) return;
  const known = whatIsKnown(incident, settlement, details);
  // One that is not sent throws: then this one comes back.
  await scheduleRetry({ ...retry, ...known, attempt: retry.attempt + 1 }).catch(() => {});
}

function messagesSent(): Pick<Told, 'retry' | 'detailed'> {
  const messages = jest.mocked(sendLater).mock.calls.map(([, text]) => JSON.parse(text));
  const retry = messages.find((message) => 'caseRetry' in message);
  return {
    retry: retry === undefined ? undefined : parseCaseRetry(retry),
    detailed: messages
      .filter((message) => 'requestDetails' in message)
      .flatMap((message) => parseRequestDetails(message).requests.map(({ id }) => id)),
  };
}

async function requestsBeforeEmail(course: Course): Promise<number> {
  awsAnswers(course);
  return (await upToEmail(course)).requests;
}

beforeEach(() => {
  jest.resetAllMocks();
  // By which the SDK takes the length of its pauses.
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

const SMOOTH: Course = {
  reads: Array(READS).fill(0),
  defaults: [],
  quotas: 'none',
  listed: 'none',
  listFailures: 0,
  answers: ['taken'],
  known: 'none',
  asks: 'all',
  saysItAsks: 'none',
  knownFailures: 0,
  pages: [0],
  isListed: false,
  contactsFailures: 0,
  write: 'done',
  isAllowed: true,
  reserveFailures: 0,
  putDownFailures: 0,
};

test('whatever fails and however many cases and requests there are, an e-mail takes 15 requests at most', async () => {
  await fc.assert(
    fc.asyncProperty(courseFailing(failures), async (course) => {
      expect(await requestsBeforeEmail(course)).toBeLessThanOrEqual(MOST_REQUESTS);
    }),
    { numRuns: 300 },
  );
});

test('whatever fails, a further try takes no more', async () => {
  let tries = 0;
  await fc.assert(
    fc.asyncProperty(courseFailing(failures), async (course) => {
      awsAnswers(course);
      const { retry } = await upToEmail(course);
      if (retry === undefined) return;
      tries += 1;
      expect((await upToEmail(course, retry)).requests).toBeLessThanOrEqual(MOST_REQUESTS);
    }),
    { numRuns: 300 },
  );
  expect(tries).toBeGreaterThan(30);
});

test('whatever fails, one request is left for the message that a quota request needs', async () => {
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(courseFailing(failures), async (course) => {
      awsAnswers(course);
      const { settlement, retry, detailed } = await upToEmail(course);
      const { outcome } = settlement;
      if (outcome.kind === 'requested') expect(detailed.length).toBeGreaterThan(0);
      else if (outcome.kind === 'none' && outcome.reason.why === 'quota-request') expect(retry).toBeDefined();
      else return;
      sent += 1;
    }),
    { numRuns: 800 },
  );
  expect(sent).toBeGreaterThan(30);
});

test('where no call fails, requests and case are settled by the first tries, and each request has its details once', async () => {
  await fc.assert(
    fc.asyncProperty(courseFailing(fc.constant(0)), async (drawn) => {
      const saysItAsks = drawn.saysItAsks === 'unreadable' ? 'all' : drawn.saysItAsks;
      const course: Course = { ...drawn, write: 'done', saysItAsks, pages: drawn.pages.slice(0, 3) };
      awsAnswers(course);
      let told = await upToEmail(course);
      const detailed = [...told.detailed];
      for (let retried = 0; retried < 3 && told.retry !== undefined; retried += 1) {
        told = await upToEmail(course, told.retry);
        detailed.push(...told.detailed);
      }
      const { outcome, quotaRequests = [] } = told.settlement;
      expect(outcome.kind).not.toBe('none');
      const made = quotaRequests.flatMap((one) =>
        one.outcome.kind === 'none' ? [] : [one.outcome.request.id],
      );
      expect(detailed.sort()).toEqual(made.sort());
    }),
    { numRuns: 300 },
  );
});

describe('when nothing fails', () => {
  test.each<[string, Partial<Course>, number]>([
    ['there are eight reads, one page, the contacts, the case, its number, and that it is put down', {}, 13],
    ['it has to be asked whether a new case is allowed today', { isAllowed: false }, 14],
    ['two quotas are defaults', { defaults: [0, 0] }, 15],
    ['the ledger’s case is open', { known: 'open' }, 12],
    ['the case is on the third page', { pages: [0, 0, 0], isListed: true }, 14],
    [
      'an increase is asked for: eight reads, one page, the list, the request, and the message',
      { quotas: 'one' },
      12,
    ],
    ['two are: the second has its own place in the day', { quotas: 'both' }, 15],
    [
      'two are of quotas that are defaults: the second is tried later',
      { quotas: 'both', defaults: [0, 0] },
      15,
    ],
    ['it has to be asked whether one is allowed today', { quotas: 'one', isAllowed: false }, 13],
    ['one is open', { quotas: 'one', listed: 'open' }, 11],
    ['somebody is faster', { quotas: 'one', answers: ['alreadyOpen'] }, 13],
    ['a case of ours asks already, as the ledger knows', { quotas: 'one', known: 'open' }, 12],
    ['a case of ours asks already, as it says', { quotas: 'one', isListed: true, saysItAsks: 'all' }, 12],
    ['the ledger’s is one that AWS opened', { quotas: 'one', known: 'open', asks: 'of a request' }, 12],
    ['an increase is refused: the case besides', { quotas: 'one', answers: ['refusedValue'] }, 15],
  ])('and %s', async (_case, taken, count) => {
    expect(await requestsBeforeEmail({ ...SMOOTH, ...taken })).toBe(count);
  });
});

test.each<[string, Partial<Course>]>([
  ['both repeats and both defaults were needed', { reads: [1, 1, 0, 0, 0, 0, 0, 0], defaults: [0, 0] }],
  ['the ledger’s case is resolved', { known: 'resolved' }],
  ['the first page of cases had to be asked for again', { pages: [1] }],
  ['the contacts had to be asked for again', { contactsFailures: 1 }],
  ['an increase was refused', { quotas: 'one', answers: ['refusedValue'], defaults: [0, 0] }],
  ['two were', { quotas: 'both', answers: ['tooManyOpen'], defaults: [0, 0] }],
])('there is a case all the same when %s', async (_case, taken) => {
  await requestsBeforeEmail({ ...SMOOTH, ...taken });
  expect(createCase).toHaveBeenCalledTimes(1);
});

test.each<[string, Partial<Course>, number, number]>([
  ['nothing else is', { quotas: 'both' }, 2, 2],
  ['both quotas are defaults', { quotas: 'both', defaults: [0, 0] }, 1, 2],
  ['the ledger’s case is resolved', { quotas: 'one', known: 'resolved', defaults: [0, 0] }, 1, 1],
  ['both repeats were needed', { quotas: 'one', reads: [1, 1, 0, 0, 0, 0, 0, 0] }, 1, 1],
  [
    'both repeats and both defaults were needed',
    { quotas: 'one', reads: [1, 1, 0, 0, 0, 0, 0, 0], defaults: [0, 0] },
    0,
    1,
  ],
])('where %s, increases are requested by the first or the second try', async (_case, taken, first, both) => {
  const course = { ...SMOOTH, ...taken };
  awsAnswers(course);
  const { retry } = await upToEmail(course);
  expect(requestIncrease).toHaveBeenCalledTimes(first);
  // By then no read fails any more.
  if (retry !== undefined) await upToEmail({ ...course, reads: SMOOTH.reads }, retry);
  expect(requestIncrease).toHaveBeenCalledTimes(both);
});

test.each<[string, Partial<Course>]>([
  ['case', {}],
  ['request', { quotas: 'one', answers: ['unanswered'] }],
])(
  'the message that tries an unanswered %s again is always sent when nothing else failed',
  async (_case, taken) => {
    await requestsBeforeEmail({ ...SMOOTH, defaults: [0, 0], write: 'unanswered', ...taken });
    expect(sendLater).toHaveBeenCalledTimes(1);
  },
);
