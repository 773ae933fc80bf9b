import { caseSubject } from './case-identity';
import type { Scenario } from './decision';
import type { TellingDigest } from './digest';
import { BY_HAND, causeAdvice } from './digest-advice';
import { byAlarm, catalogued, severityOfPart, wentOff } from './digest-alarms';
import {
  bySeverity,
  type DigestEmail,
  digestEmail,
  linkSection,
  modelSection,
  within,
  worstOf,
} from './digest-parts';
import { groupedBy, type ModelsProse, named } from './models-prose';
import { enumerated, fact, item, type Prose, plain, prose, section } from './prose';
import { counted, listed } from './words';

type Part = TellingDigest['models'][number];

/** The one e-mail that tells that alarms of many models went off. Its cases are tried only after it. */
export function tellingDigestEmail(digest: TellingDigest): DigestEmail {
  const categories = [...new Set(digest.models.map(({ category }) => category))].sort().reverse();
  return digestEmail(digest, listed(categories), [
    section('What happened', ...whatHappened(digest)),
    section('What to do now', ...nextSteps(digest).map(item)),
    section('What was done', ...whatWasDone(digest)),
    modelSection(digest, (part) => modelLine(part, digest)),
    linkSection(digest, []),
  ]);
}

function whatHappened({ models }: TellingDigest): readonly Prose<never>[] {
  const sinces = models.flatMap(({ alarms }) => alarms.map(({ since }) => since));
  const further = models.filter(({ telling }) => telling > 1).length;
  return [
    plain(`${worstOf(models)}: alarms of ${counted(models.length, 'model')} went off ${within(sinces)}.`),
    ...byAlarm(models, ({ alarms }) => alarms.map(({ name }) => name)),
    ...bySeverity(models),
    ...(further === 0
      ? []
      : [
          plain(
            `Of ${counted(further, 'model')} these are further alarms: an earlier e-mail told the first.`,
          ),
        ]),
  ];
}

function nextSteps({ models }: TellingDigest): readonly Prose<never>[] {
  const without = models.filter(({ plan }) => plan.kind === 'none').length;
  return [
    ...causeAdvice(models),
    ...(without === 0
      ? []
      : [
          plain(
            `${counted(without, 'model')} without a case, named below: to ask for more quota, use Service Quotas. If you need AWS for one of them, ${BY_HAND}`,
          ),
        ]),
  ];
}

/** No case exists yet: nobody is told of one before it does. */
function whatWasDone(digest: TellingDigest): readonly ModelsProse[] {
  const { models } = digest;
  const tried = groupedBy(
    models.filter(({ plan }) => plan.kind !== 'none'),
    triedKey,
  );
  const without = groupedBy(
    models.filter(({ plan }) => plan.kind === 'none'),
    ({ plan }) => (plan.kind === 'none' ? plan.why : ''),
  );
  return [
    ...(tried.size === 0
      ? [plain('No AWS Support case is tried.')]
      : [
          plain(
            `AWS Support cases${asksForQuota(models) ? ', or increases in Service Quotas instead of them,' : ''} are tried now; an e-mail follows when it is known what became of them. A case that is open already gets the new details.`,
          ),
        ]),
    ...[...tried.values()].map(triedItem),
    ...[...without.values()].map((group) => withoutItem(group, digest)),
  ];
}

const asksForQuota = (models: readonly Part[]): boolean =>
  models.some(({ plan, category }) => plan.kind !== 'none' && category === 'Quota Request');

/** What shares a case, or gets one of the same category each. */
const triedKey = ({ plan, category }: Part): string =>
  plan.kind === 'shared' ? `shared ${plan.lead}` : category;

function triedItem(group: readonly Part[]): ModelsProse {
  const [first] = group;
  const who = enumerated(group.map((part) => named(part)));
  const which = first?.category ?? '';
  const article = which.startsWith('I') ? 'an' : 'a';
  return item(
    first?.plan.kind === 'shared'
      ? prose`Tried: one ${which} for ${counted(first.plan.models, 'model')} together: ${who}.`
      : prose`Tried: ${article} ${which} for ${group.length > 1 ? 'each of ' : ''}${counted(group.length, 'model')}: ${who}.`,
  );
}

function withoutItem(group: readonly Part[], digest: TellingDigest): ModelsProse {
  const who = enumerated(group.map((part) => named(part, noCase(part, digest))));
  const isLimited = group[0]?.plan.kind === 'none' && group[0].plan.why === 'day-limit';
  const why = isLimited
    ? `maxNewCasesPerDay (${digest.maxNewCasesPerDay}) allows no further new case today, with those that are tried now`
    : 'automatedSupportCase is false';
  return item(prose`No case for ${counted(group.length, 'model')}, since ${why}: ${who}.`);
}

function noCase({ plan, model, category, telling }: Part, digest: TellingDigest): Prose {
  if (plan.kind !== 'none') return plain('');
  const subject = caseSubject(digest.customer, model, category, digest.region);
  const { why } = plan;
  const limit =
    why === 'day-limit'
      ? { limit: digest.maxNewCasesPerDay, tried: casesTried(digest.models) + digest.triedBefore }
      : {};
  return fact({ claim: 'noCase', subject, why, telling, ...limit }, '');
}

const casesTried = (models: readonly Part[]): number =>
  new Set(
    models.flatMap(({ plan, model }) =>
      plan.kind === 'none' ? [] : [plan.kind === 'shared' ? `shared ${plan.lead}` : model],
    ),
  ).size;

const IN_WORDS: Readonly<Record<Scenario, string>> = {
  non_quota: 'no quota is involved',
  new_model: 'no accepted request in 14 days, or usage that could not be read',
  high_usage: 'usage reached an alarm threshold in 14 days',
  low_usage: 'usage reached no alarm threshold in 14 days',
};

/** `CRITICAL, ServerErrors at 09:15 UTC; no quota is involved`. */
function modelLine(part: Part, digest: TellingDigest): Prose {
  const alarms = catalogued(
    part.alarms.map(({ name }) => name),
    digest,
    part,
  );
  // The severity of a further telling is of the earlier alarms too.
  const severity = part.telling === 1 ? severityOfPart(part, alarms) : plain(part.severity);
  return prose`${severity}, ${wentOff(part.alarms, digest, part)}; ${IN_WORDS[part.scenario]}`;
}
