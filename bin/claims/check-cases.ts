import type { CaseSeen } from '../../rehearsal/aws-view';
import { type Checks, type ClaimOf, callsOf, readConfig, type Scene, settingInForce } from './scene';

export const caseChecks: Checks<'case' | 'noCase' | 'caseIsRetried'> = {
  case: ({ subject, displayId, is }, scene) => {
    const found = casesOf(subject, scene).filter((one) => displayId === null || one.displayId === displayId);
    if (found.length === 0) return `AWS Support has no case ${displayId ?? 'at all'} of that subject`;
    return found.some((one) => IS[is](one, scene))
      ? undefined
      : found.map((one) => seen(one, scene)).join(', ');
  },
  noCase: ({ subject, why }, scene) => {
    const holding = casesOf(subject, scene).find((one) => holdsReference(one, scene));
    if (holding !== undefined && why !== 'unclear') return seen(holding, scene);
    return WHY[why](scene);
  },
  caseIsRetried: ({ until }, { view }) => {
    if (!callsOf('sqs:SendMessage', view).some(({ carriedOut }) => carriedOut))
      return 'no message was sent to a queue';
    return Date.parse(until) > view.now.getTime() ? undefined : `it is ${view.now.toISOString()} already`;
  },
};

const IS: Readonly<Record<ClaimOf<'case'>['is'], (one: CaseSeen, scene: Scene) => boolean>> = {
  opened: holdsReference,
  updated: holdsReference,
  told: holdsReference,
  left: (one, scene) => !one.isResolved && !holdsReference(one, scene),
  open: ({ isResolved }) => !isResolved,
};

/** AWS Support gives at most this many cases a page. */
const LARGEST_PAGE = 100;

/** What is so instead of the reason for which there is no case. */
const WHY: Readonly<Record<ClaimOf<'noCase'>['why'], (scene: Scene) => string | undefined>> = {
  'automation-off': (scene) =>
    settingInForce('automatedSupportCase', scene) === false ? undefined : 'automatedSupportCase is true',
  'no-support-plan': ({ view }) => (view.hasSupportApi ? 'the support plan includes the API' : undefined),
  'case-limit': (scene) => unlessFailed(['CreateCase'], scene),
  'too-many-cases': ({ view }) => {
    const open = view.cases().filter(({ isResolved }) => !isResolved).length;
    const pages = callsOf('support:DescribeCases', view).filter(({ error }) => error === undefined).length;
    return open > pages * LARGEST_PAGE ? undefined : `${pages} pages were read, and ${open} cases are open`;
  },
  unsearched: (scene) => unlessFailed(['DescribeCases'], scene),
  unreadable: (scene) => unlessFailed(['DescribeCommunications'], scene),
  refused: (scene) => unlessFailed(['CreateCase', 'AddCommunicationToCase'], scene),
  // A call may have failed, or time have run out: whatever there is, nobody knew.
  unclear: () => undefined,
  'no-configuration': (scene) =>
    readConfig(scene) === undefined ? undefined : `${scene.model} has a configuration`,
};

const casesOf = (subject: string, { view }: Scene): readonly CaseSeen[] =>
  view.cases().filter((one) => one.subject === subject);

/** The line by which a communication says of which incident it tells. */
function holdsReference({ communications }: CaseSeen, { incident }: Scene): boolean {
  return incident !== null && communications.some((body) => body.includes(`Incident reference: ${incident}`));
}

function seen(one: CaseSeen, scene: Scene): string {
  const state = one.isResolved ? 'resolved' : 'open';
  const holds = holdsReference(one, scene) ? 'holds' : 'does not hold';
  return `case ${one.displayId} is ${state} and ${holds} the incident's reference`;
}

const unlessFailed = (operations: readonly string[], { view }: Scene): string | undefined =>
  operations.some((operation) =>
    callsOf(`support:${operation}`, view).some(({ error }) => error !== undefined),
  )
    ? undefined
    : `no call of support:${operations.join(' or ')} failed`;
