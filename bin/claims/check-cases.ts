import { SHARERS_KEY } from '../../lambda/contract/names';
import { parseQuotaSharers } from '../../lambda/contract/quota-sharers';
import type { CaseSeen } from '../../rehearsal/aws-view';
import { MAX_REQUESTS } from '../requests-before-email';
import {
  type Checks,
  type ClaimOf,
  callsOf,
  configOf,
  hasLine,
  readConfig,
  type Scene,
  settingInForce,
  storedValue,
  unlessLedgerLost,
} from './scene';

export const caseChecks: Checks<
  'case' | 'noCase' | 'toldOnNoCase' | 'caseState' | 'closing' | 'caseIsRetried'
> = {
  case: ({ subject, displayId, is, telling }, scene) => {
    const found = [
      ...casesOf(subject, scene),
      ...casesOfRequests(subject, scene),
      ...casesOfTwins(subject, scene),
    ].filter((one) => displayId === null || one.displayId === displayId);
    if (found.length === 0) return `AWS Support has no case ${displayId ?? 'at all'} of that subject`;
    return found.some((one) => IS[is](one, holdsLine(one, telling, scene)))
      ? undefined
      : found.map((one) => seen(one, holdsLine(one, telling, scene))).join(', ');
  },
  noCase: (claim, scene) => {
    const { subject, why, telling } = claim;
    const isTold = telling === null ? undefined : unlessUntold(subject, telling, scene);
    if (isTold !== undefined && !LEFT_OPEN.includes(why)) return isTold;
    return WHY[why](scene, claim);
  },
  toldOnNoCase: ({ subject, telling }, scene) => unlessUntold(subject, telling, scene),
  caseState: ({ displayId, is }, { view }) => {
    const actual = stateOf(displayId, view);
    return actual === is ? undefined : `case ${displayId} is ${actual}`;
  },
  closing: ({ displayId, is }, scene) => {
    const isTold = holdsLine(
      scene.view.cases().find((one) => one.displayId === displayId),
      'over',
      scene,
    );
    if (is === 'added' || is === 'was-there') return isTold ? undefined : `case ${displayId} was not told`;
    if (isTold && !NOBODY_KNOWS.includes(is)) return `case ${displayId} was told`;
    return UNTOLD[is](displayId, scene);
  },
  caseIsRetried: ({ until }, { view }) => {
    if (!callsOf('sqs:SendMessage', view).some(({ carriedOut }) => carriedOut))
      return 'no message was sent to a queue';
    return Date.parse(until) > view.now.getTime() ? undefined : `it is ${view.now.toISOString()} already`;
  },
};

/** `isTold`: whether it holds the line of the telling. */
const IS: Readonly<Record<ClaimOf<'case'>['is'], (one: CaseSeen, isTold: boolean) => boolean>> = {
  opened: (_, isTold) => isTold,
  updated: (_, isTold) => isTold,
  told: (_, isTold) => isTold,
  left: ({ isResolved }, isTold) => !isResolved && !isTold,
  open: ({ isResolved }) => !isResolved,
};

type Why = ClaimOf<'noCase'>['why'];

/** To list the requests for a quota, to make one, and what is kept for the message that tries again. */
export const REQUESTS_PER_QUOTA = 3;

/** Where nobody knows whether there is a case, there may be one. */
const LEFT_OPEN: readonly Why[] = ['unclear', 'awaiting', 'no-ledger'];

/** AWS Support gives at most this many cases a page. */
const LARGEST_PAGE = 100;

/** What is so instead of the reason for which there is no case. */
const WHY: Readonly<Record<Why, (scene: Scene, claim: ClaimOf<'noCase'>) => string | undefined>> = {
  'automation-off': (scene) =>
    settingInForce('automatedSupportCase', scene) === false ? undefined : 'automatedSupportCase is true',
  'no-support-plan': ({ view }) => (view.hasSupportApi ? 'the support plan includes the API' : undefined),
  'case-limit': (scene) => unlessFailed(['CreateCase'], scene),
  'day-limit': unlessLimitReached,
  'too-many-cases': unlessMoreCases,
  // A call may have failed, or the search have ended for lack of calls.
  unsearched: (scene) =>
    unlessMoreCases(scene) === undefined ? undefined : unlessFailed(['DescribeCases'], scene),
  unreadable: (scene) => unlessFailed(['DescribeCommunications'], scene),
  refused: (scene) => unlessFailed(['CreateCase', 'AddCommunicationToCase'], scene),
  // A call may have failed, or time have run out: whatever there is, nobody knew.
  unclear: () => undefined,
  awaiting: unlessOpening,
  // What became of each request is claimed besides. A call may have failed, or there was none left for it.
  'quota-request': ({ view }) =>
    callsOf('servicequotas:', view).some(({ error }) => error !== undefined) ||
    view.calls.length >= MAX_REQUESTS - REQUESTS_PER_QUOTA
      ? undefined
      : 'all calls of servicequotas: were answered',
  'twin-first': (scene) =>
    twinsOf(scene).some((twin) => twin < scene.model) ? undefined : `no twin of ${scene.model} comes first`,
  'no-ledger': (scene, claim) => unlessOpening(scene, claim) ?? unlessLedgerLost(scene.view),
  'no-configuration': (scene) =>
    readConfig(scene) === undefined ? undefined : `${scene.model} has a configuration`,
};

const casesOf = (subject: string, { view }: Scene): readonly CaseSeen[] =>
  view.cases().filter((one) => isOfSubject(one.subject, subject));

/** A case that AWS opened for a request to raise a quota of the model counts as its Quota Request. */
function casesOfRequests(subject: string, scene: Scene): readonly CaseSeen[] {
  if (SUBJECT.exec(subject)?.groups?.category !== 'Quota Request') return [];
  const { rpmQuotaCode, tpmQuotaCode } = configOf(scene);
  const numbers = scene.view
    .quotaRequests()
    .filter(({ quotaCode }) => quotaCode === rpmQuotaCode || quotaCode === tpmQuotaCode)
    .map(({ caseId }) => caseId);
  return scene.view.cases().filter(({ displayId }) => numbers.includes(displayId));
}

const twinsOf = (scene: Scene): readonly string[] =>
  parseQuotaSharers(storedValue(SHARERS_KEY, scene))?.twins ?? [];

/** A Quota Request of another model on the same quota counts as its own. */
function casesOfTwins(subject: string, scene: Scene): readonly CaseSeen[] {
  const { models = '', category } = SUBJECT.exec(subject)?.groups ?? {};
  if (category !== 'Quota Request') return [];
  return twinsOf(scene).flatMap((twin) =>
    casesOf(subject.replace(` - ${models} - `, ` - ${twin} - `), scene),
  );
}

const SUBJECT = /^(?<customer>.+) - Bedrock Ops Alert - (?<models>.+) - (?<category>.+) - (?<region>.+)$/;

/** Whether a case is of this subject, or tells of several models and is of the same customer, category and Region. */
function isOfSubject(actual: unknown, subject: string): boolean {
  if (typeof actual !== 'string' || actual === subject) return actual === subject;
  const [own, shared] = [subject, actual].map((text) => SUBJECT.exec(text)?.groups);
  return (
    own !== undefined &&
    shared !== undefined &&
    /^\d+ models$/.test(shared.models ?? '') &&
    (['customer', 'category', 'region'] as const).every((part) => own[part] === shared[part])
  );
}

/** The case that holds the line of the telling all the same. */
function unlessUntold(subject: string, telling: number, scene: Scene): string | undefined {
  const holding = casesOf(subject, scene).find((one) => holdsLine(one, telling, scene));
  return holding === undefined ? undefined : seen(holding, true);
}

function unlessLimitReached(
  scene: Scene,
  { subject, limit, tried = 0 }: ClaimOf<'noCase'>,
): string | undefined {
  if (limit === undefined) return 'no limit is named';
  const opened = newCasesToday(SUBJECT.exec(subject)?.groups?.region, scene);
  return opened + tried >= limit ? undefined : `${opened} cases were opened today, and ${tried} are tried`;
}

/**
 * How many cases of ours were opened, or increases requested, for each of which AWS opens one, since midnight UTC. Support is
 * global: of cases, only those in this Region's name count, or all where none is given.
 */
export function newCasesToday(region: string | undefined, { view, customer }: Scene): number {
  const isToday = (at: Date): boolean =>
    at.toISOString().slice(0, 10) === view.now.toISOString().slice(0, 10);
  const opened = view.cases().filter(({ subject, createdAt }) => {
    const parts = SUBJECT.exec(subject)?.groups;
    const isHere = region === undefined || parts?.region === region;
    return parts?.customer === customer && isHere && isToday(createdAt);
  });
  const requested = view.quotaRequests().filter(({ requestedAt }) => isToday(requestedAt));
  return opened.length + requested.length;
}

type Closing = ClaimOf<'closing'>['is'];

const NOBODY_KNOWS: readonly Closing[] = ['unclear', 'unread'];

/** What is so instead of the reason for which a case was not told that the incident is over. */
const UNTOLD: Readonly<
  Record<Exclude<Closing, 'added' | 'was-there'>, (displayId: string, scene: Scene) => string | undefined>
> = {
  off: (_, scene) =>
    ['closingCommunication', 'automatedSupportCase'].some((key) => settingInForce(key, scene) === false)
      ? undefined
      : 'closingCommunication and automatedSupportCase are true',
  refused: (_, scene) => unlessFailed(['AddCommunicationToCase'], scene),
  // A call may have failed, or a run before have ended without an answer.
  unclear: () => undefined,
  'not-open': (displayId, { view }) =>
    stateOf(displayId, view) === 'open' ? `case ${displayId} is open` : undefined,
  unread: (_, scene) => unlessFailed(['DescribeCases', 'DescribeCommunications'], scene),
  // Another run's calls are not known here.
  untold: () => undefined,
};

function stateOf(displayId: string, view: Scene['view']): ClaimOf<'caseState'>['is'] {
  const found = view.cases().find((one) => one.displayId === displayId);
  if (found === undefined) return 'gone';
  return found.isResolved ? 'resolved' : 'open';
}

/** The line by which a communication says of which telling of which incident it is, or that the incident is over. */
function holdsLine(one: CaseSeen | undefined, which: number | 'over', { incident }: Scene): boolean {
  if (incident === null || one === undefined) return false;
  const suffix = which === 'over' ? ', over' : which > 1 ? `, update ${which}` : '';
  return one.communications.some((body) => hasLine(body, `Incident reference: ${incident}${suffix}`));
}

function seen({ displayId, isResolved }: CaseSeen, isTold: boolean): string {
  const state = isResolved ? 'resolved' : 'open';
  return `case ${displayId} is ${state} and ${isTold ? 'holds' : 'does not hold'} the incident's reference`;
}

function unlessMoreCases({ view }: Scene): string | undefined {
  const open = view.cases().filter(({ isResolved }) => !isResolved).length;
  const pages = callsOf('support:DescribeCases', view).filter(({ error }) => error === undefined).length;
  return pages > 0 && open > pages * LARGEST_PAGE
    ? undefined
    : `${pages} pages were read, and ${open} cases are open`;
}

function unlessOpening({ view }: Scene, { subject }: ClaimOf<'noCase'>): string | undefined {
  const isAsked = callsOf('support:CreateCase', view).some(({ input }) =>
    isOfSubject(input.subject, subject),
  );
  return isAsked ? 'support:CreateCase was called' : undefined;
}

const unlessFailed = (operations: readonly string[], { view }: Scene): string | undefined =>
  operations.some((operation) =>
    callsOf(`support:${operation}`, view).some(({ error }) => error !== undefined),
  )
    ? undefined
    : `no call of support:${operations.join(' or ')} failed`;
