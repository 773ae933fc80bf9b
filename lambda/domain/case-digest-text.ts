import { caseSubject } from './case-identity';
import type { CaseDigest } from './digest';
import { BY_HAND } from './digest-advice';
import { type DigestEmail, digestEmail, latest, linkSection } from './digest-parts';
import { groupedBy, type ModelsProse, named } from './models-prose';
import { enumerated, fact, item, type Prose, plain, prose, section } from './prose';
import { counted, minuteUtc } from './words';

type Part = CaseDigest['models'][number];
type Outcome = NonNullable<Part['outcome']>;
type Settled = Exclude<Outcome, { kind: 'none' }>;
type Unsettled = Extract<Outcome, { kind: 'none' }>;
type Why = Unsettled['why'];

/** The one e-mail that says what became of the cases that an earlier one said are tried. */
export const caseDigestEmail = (digest: CaseDigest): DigestEmail =>
  digestEmail(digest, 'cases', [
    section(
      'What was done',
      plain(
        `An earlier e-mail said that AWS Support cases are tried for ${counted(digest.models.length, 'model')}. This became of them:`,
      ),
      ...whatBecame(digest).map(item),
    ),
    section('What to do now', ...nextSteps(digest).map(item)),
    linkSection(
      digest,
      digest.models.flatMap(({ outcome }) =>
        outcome === null || outcome.kind === 'none' || outcome.displayId === null ? [] : [outcome.displayId],
      ),
    ),
  ]);

/** One item for each case, then one for each reason for which there is none. */
function whatBecame(digest: CaseDigest): readonly ModelsProse[] {
  const groups = groupedBy(digest.models, becameKey);
  return [...groups.values()]
    .sort(([one], [other]) => rankOf(one?.outcome) - rankOf(other?.outcome))
    .map((group) => {
      const who = enumerated(group.map((part) => named(part, outcomeOf(part, digest))));
      return prose`${became(group, digest)}: ${who}.`;
    });
}

/** What an item tells of together: a case, or a reason. Without a number only those that share a case are known to. */
function becameKey({ model, category, together, outcome }: Part): string {
  if (outcome === null) return 'unknown';
  if (outcome.kind === 'none') return `none ${outcome.why} ${outcome.retriedUntil !== null}`;
  return [outcome.kind, category, outcome.displayId ?? [model, ...together].sort().join(' ')].join(' ');
}

function rankOf(outcome: Part['outcome'] | undefined): number {
  if (outcome === null || outcome === undefined) return 2;
  return outcome.kind === 'none' ? 1 : 0;
}

function became(group: readonly Part[], digest: CaseDigest): string {
  const [first] = group;
  const outcome = first?.outcome ?? null;
  const count = counted(group.length, 'model');
  if (first === undefined || outcome === null) return `Not known yet when this was written, of ${count}`;
  if (outcome.kind !== 'none') return settledWords(outcome, first.category, count);
  const again = outcome.retriedUntil === null ? '' : '; it is tried again';
  return `${MAY_EXIST.includes(outcome.why) ? 'Not known whether there is a case' : 'No case'} for ${count}, since ${reason(outcome.why, digest)}${again}`;
}

function settledWords({ kind, displayId }: Settled, category: string, count: string): string {
  const which = displayId === null ? 'An AWS Support case' : `AWS Support case ${displayId}`;
  const number = displayId === null ? ', its number not known when this was written,' : '';
  switch (kind) {
    case 'opened':
      return `${which} (${category})${number} was opened for ${count}`;
    case 'updated':
      return `${which} (${category})${number} was open already; the new details were added for ${count}`;
    case 'left':
      return `${which} (${category})${number} is open and already tells of the same alarms; it was left as it is for ${count}`;
    case 'told':
      return `${which} (${category})${number} holds the details for ${count}`;
  }
}

/** Where AWS may have a case all the same. */
const MAY_EXIST: readonly Why[] = ['unclear', 'awaiting', 'no-ledger'];

function reason(why: Why, { maxNewCasesPerDay }: CaseDigest): string {
  switch (why) {
    case 'automation-off':
      return 'automatedSupportCase is false';
    case 'no-support-plan':
      return "this account's support plan does not include the AWS Support API";
    case 'case-limit':
      return 'AWS takes at most 10 new cases an hour from an account, and said that they are used up';
    case 'day-limit':
      return `maxNewCasesPerDay (${maxNewCasesPerDay}) allows no further new case today`;
    case 'too-many-cases':
      return 'not all open cases could be read, so a new one might be a second one';
    case 'unsearched':
      return 'the open cases could not be read';
    case 'unreadable':
      return 'what the open case holds could not be read, so nothing was added to it';
    case 'refused':
      return 'AWS refused it';
    case 'unclear':
      return 'AWS gave no clear answer';
    case 'awaiting':
      return 'AWS was asked to open one and does not list it yet';
    case 'no-ledger':
      return 'the incident ledger could not be used';
    case 'no-configuration':
      return "the model's configuration could not be used";
  }
}

/** Reasons that AWS shows by itself, whoever asks. */
const SEEN_BY_ANYONE: readonly Why[] = ['automation-off', 'no-support-plan', 'day-limit', 'no-configuration'];

/** What is stated of a model. Another run found out what became of its case, so of its calls nothing is. */
function outcomeOf({ model, category, telling, outcome }: Part, digest: CaseDigest): Prose {
  const subject = caseSubject(digest.customer, model, category, digest.region);
  if (outcome !== null && outcome.kind !== 'none')
    return fact({ claim: 'case', subject, displayId: outcome.displayId, is: outcome.kind, telling }, '');
  if (outcome === null || MAY_EXIST.includes(outcome.why))
    return fact({ claim: 'noCase', subject, why: 'unclear', telling }, '');
  const { why } = outcome;
  if (!SEEN_BY_ANYONE.includes(why)) return fact({ claim: 'toldOnNoCase', subject, telling }, '');
  const limit = why === 'day-limit' ? { limit: digest.maxNewCasesPerDay, tried: 0 } : {};
  return fact({ claim: 'noCase', subject, why, telling, ...limit }, '');
}

function nextSteps({ models }: CaseDigest): readonly Prose<never>[] {
  const retried = models.flatMap(({ outcome }) =>
    outcome?.kind === 'none' && outcome.retriedUntil !== null ? [outcome.retriedUntil] : [],
  );
  const ended = models.filter(({ outcome }) => outcome?.kind === 'none' && outcome.retriedUntil === null);
  const unknown = models.filter(({ outcome }) => outcome === null);
  const steps = [
    ...(retried.length === 0
      ? []
      : [
          `The cases of ${counted(retried.length, 'model')} are tried again until ${minuteUtc(latest(retried))} at the latest, and an e-mail follows once one exists. If none has come by then, ${BY_HAND}`,
        ]),
    ...(ended.length + unknown.length === 0
      ? []
      : [
          `${counted(ended.length + unknown.length, 'model')} without a case that is known: to ask for more quota, use Service Quotas. If you need AWS for one of them, ${BY_HAND}`,
        ]),
  ];
  return steps.length === 0 ? [plain('Follow the cases: AWS answers there.')] : steps.map(plain);
}
