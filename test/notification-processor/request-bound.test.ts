// The variables must be set before the processor reads them.
import './environment';

import { beforeEach, expect, type jest as Jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import { scheduleRetry } from '../../lambda/notification-processor/case-retries';
import { beginCounting, requestsLeft } from '../../lambda/notification-processor/request-bound';
import { settleCase } from '../../lambda/notification-processor/settle-case';
import { READ, READ_ONCE, SEARCH, WRITE_ONCE } from '../../lambda/ports/client-settings';
import { sendLater } from '../../lambda/ports/queue';
import {
  addCommunication,
  caseNow,
  communicationsOf,
  createCase,
  displayIdOf,
  type OpenCase,
  openCasePages,
} from '../../lambda/ports/support';
import { incidents } from '../domain/incidents';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/ports/logger', () => ({
  logger: { error: jest.fn(), info: jest.fn(), warn: jest.fn() },
}));
jest.mock('../../lambda/ports/queue', () => ({ sendLater: jest.fn() }));
jest.mock('../../lambda/ports/support', () => ({
  ...jest.requireActual<object>('../../lambda/ports/support'),
  addCommunication: jest.fn(),
  caseNow: jest.fn(),
  communicationsOf: jest.fn(),
  createCase: jest.fn(),
  displayIdOf: jest.fn(),
  openCasePages: jest.fn(),
}));

const MOST_REQUESTS = 15;
/** Of a search for cases so many requests count, as they do for a rehearsal. */
const MOST_SEARCHES = 3;
/** The lease, alarms, mute rules, parameters, contacts, usage, the last hour and two quotas. */
const READS = 9;
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
  readonly known: 'none' | 'open' | 'resolved' | 'unlisted';
  readonly knownFailures: number;
  /** How often each page of open cases fails; the last may hold the case. */
  readonly pages: readonly number[];
  readonly isListed: boolean;
  readonly write: 'done' | 'unanswered';
  /** Whether the settings are known to allow a new case, and how often that fails to be put down where they are not. */
  readonly isAllowed: boolean;
  readonly reserveFailures: number;
  readonly putDownFailures: number;
}

const failures = fc.integer({ min: 0, max: 3 });
const course: fc.Arbitrary<Course> = fc.record({
  reads: fc.array(failures, { minLength: READS, maxLength: READS }),
  defaults: fc.array(failures, { maxLength: 2 }),
  known: fc.constantFrom('none', 'open', 'resolved', 'unlisted'),
  knownFailures: failures,
  pages: fc.array(failures, { minLength: 1, maxLength: 12 }),
  isListed: fc.boolean(),
  write: fc.constantFrom('done', 'unanswered'),
  isAllowed: fc.boolean(),
  reserveFailures: failures,
  putDownFailures: failures,
});

const ours: OpenCase = {
  ...KNOWN,
  subject: 'Acme - Bedrock Ops Alert - G-Opus-4-6 - Quota Request - us-east-1',
  createdAt: NOW,
};

function awsAnswers({ known, knownFailures, pages, isListed, write }: Course): void {
  const written = async () => {
    await call(WRITE_ONCE);
    if (write === 'unanswered') throw unanswered;
  };
  jest.mocked(communicationsOf).mockResolvedValue([]);
  jest.mocked(addCommunication).mockImplementation(written);
  jest.mocked(createCase).mockImplementation(async () => {
    await written();
    return 'case-2';
  });
  jest.mocked(displayIdOf).mockImplementation(async () => {
    await call(READ_ONCE);
    return undefined;
  });
  jest.mocked(sendLater).mockImplementation(() => call(WRITE_ONCE));
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

/** The SDK repeats less and less while calls go on failing; calls that succeed end that. */
async function forgetEarlierFailures(): Promise<void> {
  for (const { retryStrategy } of [READ, SEARCH]) {
    const token = await retryStrategy.acquireInitialRetryToken('a test');
    for (let succeeded = 0; succeeded < 500; succeeded += 1) retryStrategy.recordSuccess(token);
  }
}

/** As `tell` goes about it, up to the e-mail. */
async function requestsBeforeEmail(taken: Course): Promise<number> {
  await forgetEarlierFailures();
  requests = 0;
  searches = 0;
  awsAnswers(taken);
  beginCounting();
  for (const failed of [...taken.reads, ...taken.defaults]) await call(READ, failed).catch(() => {});
  const settlement = await settleCase(
    incidents.throttled,
    {
      cc: [],
      knownCase: taken.known === 'none' ? undefined : { ...KNOWN, at: new Date('2026-03-01T00:00:00Z') },
      awaitedSince: undefined,
      isAllowed: taken.isAllowed,
      newCasesPerDay: 10,
      reserve: async () => {
        await call(READ, taken.reserveFailures);
        return true;
      },
    },
    NOW,
    new AbortController().signal,
  );
  const isToPutDown = settlement.isAwaited === true || settlement.knownCase !== undefined;
  if (isToPutDown && requestsLeft() > (settlement.outcome.kind === 'none' ? 1 : 0))
    await call(READ, taken.putDownFailures).catch(() => {});
  if (settlement.outcome.kind === 'none' && settlement.outcome.isWorthAnotherTry)
    await scheduleRetry({
      attempt: 1,
      model: 'G-Opus-4-6',
      reference: '3f9a27c1e5b0',
      telling: 1,
      openedAt: NOW.toISOString(),
      alarms: [{ alarm: 'Throttles', since: NOW.toISOString() }],
    }).catch(() => {});
  return requests + Math.min(searches, MOST_SEARCHES);
}

beforeEach(() => {
  jest.resetAllMocks();
  // By which the SDK takes the length of its pauses.
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

const SMOOTH: Course = {
  reads: Array(READS).fill(0),
  defaults: [],
  known: 'none',
  knownFailures: 0,
  pages: [0],
  isListed: false,
  write: 'done',
  isAllowed: true,
  reserveFailures: 0,
  putDownFailures: 0,
};

test('whatever fails and however many cases there are, an e-mail takes 15 requests at most', async () => {
  await fc.assert(
    fc.asyncProperty(course, async (taken) => {
      expect(await requestsBeforeEmail(taken)).toBeLessThanOrEqual(MOST_REQUESTS);
    }),
    { numRuns: 150 },
  );
});

test.each<[string, Partial<Course>, number]>([
  ['nothing fails: nine reads, one page, the case, its number, and that it is put down', {}, 13],
  ['it has to be asked whether a new case is allowed today', { isAllowed: false }, 14],
  ['two quotas are defaults', { defaults: [0, 0] }, 15],
  ['the ledger’s case is open', { known: 'open' }, 12],
  ['the case is on the third page', { pages: [0, 0, 0], isListed: true }, 14],
])('when %s', async (_case, taken, count) => {
  expect(await requestsBeforeEmail({ ...SMOOTH, ...taken })).toBe(count);
});

test.each<[string, Partial<Course>]>([
  ['both repeats and both defaults were needed', { reads: [1, 1, 0, 0, 0, 0, 0, 0, 0], defaults: [0, 0] }],
  ['the ledger’s case is resolved', { known: 'resolved' }],
  ['the first page of cases had to be asked for again', { pages: [1] }],
])('there is a case all the same when %s', async (_case, taken) => {
  await requestsBeforeEmail({ ...SMOOTH, ...taken });
  expect(createCase).toHaveBeenCalledTimes(1);
});

test('the message that tries an unanswered case again is always sent when nothing else failed', async () => {
  await requestsBeforeEmail({ ...SMOOTH, defaults: [0, 0], write: 'unanswered' });
  expect(sendLater).toHaveBeenCalledTimes(1);
});
