import { MOST_CASES_AN_HOUR } from '../../aws/support';
import { caseSubject } from './case-identity';
import type { CaseDigest } from './digest';
import { BY_HAND } from './digest-advice';
import { type DigestEmail, digestEmail, latest, linkSection } from './digest-parts';
import { groupedBy, type ModelsProse, named, namesOf } from './models-prose';
import { enumerated, fact, item, joined, NOTHING, type Prose, plain, prose, section } from './prose';
import { hintOf, inBrief } from './quota-request-text';
import { counted, figure, listed, minuteUtc } from './words';

type Part = CaseDigest['models'][number];
type Outcome = NonNullable<Part['outcome']>;
type Settled = Exclude<Outcome, { kind: 'none' | 'requested' }>;
type Requested = Extract<Outcome, { kind: 'requested' }>;
type Unsettled = Extract<Outcome, { kind: 'none' }>;
type Why = Unsettled['why'];

/** The one e-mail that says what became of the cases that an earlier one said are tried. */
export function caseDigestEmail(digest: CaseDigest): DigestEmail {
  const notAsked = notRequested(digest);
  return digestEmail(digest, 'cases', [
    section(
      'What was done',
      plain(
        `An earlier e-mail said that AWS Support cases are tried for ${counted(digest.models.length, 'model')}. This became of them:`,
      ),
      ...whatBecame(digest).map(item),
    ),
    ...(notAsked.length === 0
      ? []
      : [section('Increases that Service Quotas did not take', ...notAsked.map(item))]),
    section('What to do now', ...nextSteps(digest).map(item)),
    linkSection(
      digest,
      digest.models.flatMap(({ outcome }) =>
        outcome === null ||
        outcome.kind === 'none' ||
        outcome.kind === 'requested' ||
        outcome.displayId === null
          ? []
          : [outcome.displayId],
      ),
    ),
  ]);
}

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
  if (outcome.kind === 'requested')
    return outcome.requests
      .map(({ id }) => id)
      .sort()
      .join(' ');
  const which = outcome.displayId ?? [model, ...together].sort().join(' ');
  return [outcome.kind, category, which, outcome.asksForNone].join(' ');
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
  if (outcome.kind === 'requested') return requestedWords(outcome, count);
  if (outcome.kind !== 'none') return settledWords(outcome, first.category, count);
  const again = outcome.retriedUntil === null ? '' : '; it is tried again';
  return `${MAY_EXIST.includes(outcome.why) ? 'Not known whether there is a case' : 'No case'} for ${count}, since ${reason(outcome.why, digest)}${again}`;
}

function settledWords({ kind, displayId, asksForNone }: Settled, category: string, count: string): string {
  const which = displayId === null ? 'An AWS Support case' : `AWS Support case ${displayId}`;
  const number = displayId === null ? ', its number not known when this was written,' : '';
  const noIncrease = asksForNone ? ', no increase being asked for' : '';
  switch (kind) {
    case 'opened':
      return `${which} (${category})${number} was opened for ${count}${noIncrease}`;
    case 'updated':
      return `${which} (${category})${number} was open already; the new details were added for ${count}${noIncrease}`;
    case 'left':
      return `${which} (${category})${number} is open and already tells of the same alarms; it was left as it is for ${count}`;
    case 'told':
      return `${which} (${category})${number} holds the details for ${count}`;
  }
}

/** AWS usually opens a case of its own for each. */
function requestedWords({ requests }: Requested, count: string): string {
  const each = requests.map(
    ({ quota, code, id, desired, since, is }) =>
      `to raise ${quota} (${code}) to ${figure(desired, quota)} (request ${id}, ${is === 'made' ? 'made' : 'open since'} ${minuteUtc(since)})`,
  );
  return `Service Quotas has ${requests.length === 1 ? 'a request' : 'requests'} ${listed(each)} for ${count}`;
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
      return `AWS takes at most ${MOST_CASES_AN_HOUR} new cases an hour from an account, and said that they are used up`;
    case 'day-limit':
      return `maxNewCasesPerDay (${maxNewCasesPerDay}) allows no further new case today`;
    case 'too-many-cases':
      return 'not all open cases could be read, so a new one might be a second one';
    case 'unsearched':
      return 'the open cases could not be read';
    case 'unreadable':
      return 'what the open case holds could not be read, so nothing was added to it';
    case 'quota-request':
      return 'not every quota request is settled';
    case 'refused':
      return 'AWS refused it';
    case 'unclear':
      return 'AWS gave no clear answer';
    case 'awaiting':
      return 'AWS was asked to open one and does not list it yet';
    case 'no-ledger':
      return 'the incident ledger could not be used';
    case 'twin-first':
      return 'another model has the same quota, and only one case is to ask for more of it';
    case 'no-configuration':
      return "the model's configuration could not be used";
  }
}

/** Reasons that AWS shows by itself, whoever asks. */
const SEEN_BY_ANYONE: readonly Why[] = ['automation-off', 'no-support-plan', 'day-limit', 'no-configuration'];

/** What is stated of a model. Another run found out what became of its case, so of its calls nothing is. */
function outcomeOf({ model, category, telling, outcome }: Part, digest: CaseDigest): Prose {
  const subject = caseSubject(digest.customer, model, category, digest.region);
  if (outcome?.kind === 'requested') return joined(outcome.requests.map(requestOf), '');
  if (outcome !== null && outcome.kind !== 'none')
    return fact({ claim: 'case', subject, displayId: outcome.displayId, is: outcome.kind, telling }, '');
  if (outcome === null || MAY_EXIST.includes(outcome.why))
    return fact({ claim: 'noCase', subject, why: 'unclear', telling }, '');
  const { why } = outcome;
  if (!SEEN_BY_ANYONE.includes(why)) return fact({ claim: 'toldOnNoCase', subject, telling }, '');
  const limit = why === 'day-limit' ? { limit: digest.maxNewCasesPerDay, tried: 0 } : {};
  return fact({ claim: 'noCase', subject, why, telling, ...limit }, '');
}

const requestOf = ({ code, id, desired, since }: Requested['requests'][number]): Prose =>
  fact(
    {
      claim: 'quotaRequest',
      code,
      id,
      value: Math.round(desired),
      since: since.toISOString(),
      is: 'pending',
      displayId: null,
    },
    '',
  );

type NoRequest = Requested['noRequests'][number];

interface RefusedRequests {
  readonly part: Part;
  /** Of one reason, in the same words. */
  readonly noRequests: readonly NoRequest[];
}

/** By reason: the models for which an increase was not requested. */
const refusedRequests = ({ models }: CaseDigest): ReadonlyMap<string, readonly RefusedRequests[]> =>
  groupedBy(
    models.flatMap((part) => {
      const all = part.outcome === null || part.outcome.kind === 'none' ? [] : part.outcome.noRequests;
      return [...groupedBy(all, ({ reason }) => inBrief(reason)).values()].map((noRequests) => ({
        part,
        noRequests,
      }));
    }),
    ({ noRequests: [first] }) => (first === undefined ? '' : inBrief(first.reason)),
  );

/** One item for each reason. */
const notRequested = (digest: CaseDigest): readonly ModelsProse[] =>
  [...refusedRequests(digest)].map(([why, refused]) => {
    const who = refused.map(
      ({ part, noRequests }) =>
        prose`${named(part, ...noRequests.map(factOfNoRequest))} (${listed(noRequests.map(({ quota }) => quota))})`,
    );
    const reasons = refused.flatMap(({ noRequests }) => noRequests.map(({ reason }) => reason.why));
    const what = reasons.includes('unclear') ? 'Not known whether an increase was' : 'No increase was';
    return prose`${what} requested for ${counted(refused.length, 'model')}, because ${why}: ${enumerated(who)}.`;
  });

/** Reasons that still show when another run tells them. */
const STILL_SHOWN: readonly NoRequest['reason']['why'][] = [
  'off',
  'not-adjustable',
  'ceiling',
  'unknown-ceiling',
];

const factOfNoRequest = ({ code, reason: { why } }: NoRequest): Prose =>
  STILL_SHOWN.includes(why) ? fact({ claim: 'noQuotaRequest', code, why }, '') : NOTHING;

/** One hint for each reason that has one. */
const hints = (digest: CaseDigest): readonly string[] =>
  [...refusedRequests(digest).values()].flatMap((refused) => {
    const [first] = refused.flatMap(({ noRequests }) => noRequests);
    const hint = first && hintOf(first.reason, `the quotas of ${namesOf(refused.map(({ part }) => part))}`);
    return hint === undefined ? [] : [hint];
  });

function nextSteps(digest: CaseDigest): readonly Prose<never>[] {
  const { models } = digest;
  const retried = models.flatMap(({ outcome }) =>
    outcome?.kind === 'none' && outcome.retriedUntil !== null ? [outcome.retriedUntil] : [],
  );
  const ended = models.filter(({ outcome }) => outcome?.kind === 'none' && outcome.retriedUntil === null);
  const unknown = models.filter(({ outcome }) => outcome === null);
  const requested = models.filter(({ outcome }) => outcome?.kind === 'requested').length;
  const steps = [
    ...(requested === 0
      ? []
      : [
          `Quota requests for ${counted(requested, 'model')}: wait for the answer of AWS, which another e-mail tells. AWS usually opens a case for each, and the details are added there if it does and the account's support plan includes the AWS Support API.`,
        ]),
    ...hints(digest),
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
