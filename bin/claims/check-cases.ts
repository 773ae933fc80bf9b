import type { CaseSeen } from '../../rehearsal/aws-view';
import {
  type Checks,
  type ClaimOf,
  callsOf,
  hasLine,
  readConfig,
  type Scene,
  settingInForce,
  unlessLedgerLost,
} from './scene';

export const caseChecks: Checks<
  'case' | 'noCase' | 'toldOnNoCase' | 'caseState' | 'closing' | 'caseIsRetried'
> = {
  case: ({ subject, displayId, is, telling }, scene) => {
    const found = casesOf(subject, scene).filter((one) => displayId === null || one.displayId === displayId);
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
  'no-ledger': (scene, claim) => unlessOpening(scene, claim) ?? unlessLedgerLost(scene.view),
  'no-configuration': (scene) =>
    readConfig(scene) === undefined ? undefined : `${scene.model} has a configuration`,
};

const casesOf = (subject: string, { view }: Scene): readonly CaseSeen[] =>
  view.cases().filter((one) => isOfSubject(one.subject, subject));

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

/** Of the day, UTC, only what was opened in this Region's name counts. */
function unlessLimitReached(
  { view }: Scene,
  { subject, limit, tried = 0 }: ClaimOf<'noCase'>,
): string | undefined {
  if (limit === undefined) return 'no limit is named';
  const { customer, region } = SUBJECT.exec(subject)?.groups ?? {};
  const today = view.now.toISOString().slice(0, 10);
  const opened = view.cases().filter((one) => {
    const parts = SUBJECT.exec(one.subject)?.groups;
    const isOurs = parts !== undefined && parts.customer === customer && parts.region === region;
    return isOurs && one.createdAt.toISOString().startsWith(today);
  }).length;
  return opened + tried >= limit ? undefined : `${opened} cases were opened today, and ${tried} are tried`;
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
