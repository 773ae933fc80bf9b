import { compositeAlarmName } from '../contract/names';
import type { RecoveryDigest } from './digest';
import { byAlarm, catalogued, severityOfPart, wentOff } from './digest-alarms';
import { bySeverity, type DigestEmail, digestEmail, linkSection, modelSection, within } from './digest-parts';
import type { Closing } from './follow-up';
import { lasted } from './follow-up-facts';
import { groupedBy, type ModelsProse, ofModel } from './models-prose';
import { fact, item, joined, type Prose, plain, prose, section } from './prose';
import { counted, listed, timeUtc } from './words';

type Part = RecoveryDigest['models'][number];

/** A case, and of which models it tells. */
interface ClosedCase {
  readonly closing: Closing;
  readonly models: readonly string[];
}

/** The one e-mail that says of many models that their incidents are over. */
export function recoveryDigestEmail(digest: RecoveryDigest): DigestEmail {
  const cases = casesOf(digest);
  return digestEmail(digest, 'over', [
    section('What happened', ...whatHappened(digest)),
    section('What is left to do', ...leftToDo(cases).map(item)),
    section('What was done', ...whatWasDone(cases).map(item)),
    modelSection(digest, (part) => modelLine(part, digest)),
    linkSection(
      digest,
      cases.map(({ closing }) => closing.displayId),
    ),
  ]);
}

const casesOf = ({ models, sharedClosings }: RecoveryDigest): readonly ClosedCase[] => [
  ...sharedClosings.map(({ models: told, ...closing }) => ({ closing, models: told })),
  ...models.flatMap(({ model, closings }) =>
    closings.map(({ error, ...closing }) => ({
      closing: { ...closing, ...(error === undefined ? {} : { error }) },
      models: [model],
    })),
  ),
];

function whatHappened({ models }: RecoveryDigest): readonly Prose<never>[] {
  const began = models.map(({ openedAt }) => openedAt);
  const ended = models.map(({ overAt }) => overAt);
  return [
    plain(
      `The incidents of ${counted(models.length, 'model')} are over: each had been quiet since its time below when it was looked at (${within(models.map(({ at }) => at))}). They began ${within(began)}, and ended ${within(ended)}.`,
    ),
    ...byAlarm(models, ({ alarms }) => alarms.map(({ name }) => name)),
    ...bySeverity(models),
  ];
}

type Kind = Closing['kind'];

/** What a person has to do with cases of which this became. */
const STEPS: readonly { readonly kinds: readonly Kind[]; readonly step: (which: string) => string }[] = [
  {
    kinds: ['refused', 'unread'],
    step: (which) => `Tell ${which} that it is over, and close what is of no more use.`,
  },
  {
    kinds: ['unclear'],
    step: (which) => `Look whether ${which} heard that it is over, and close what is of no more use.`,
  },
  {
    kinds: ['added', 'was-there', 'off'],
    step: (which) =>
      `Look at ${which}, and close what is open once AWS has told the cause, or answered the request.`,
  },
];

function leftToDo(cases: readonly ClosedCase[]): readonly Prose<never>[] {
  const steps = STEPS.flatMap(({ kinds, step }) => {
    const concerned = cases.filter(({ closing }) => kinds.includes(closing.kind));
    if (concerned.length === 0) return [];
    const numbers = [...new Set(concerned.map(({ closing }) => closing.displayId))];
    return [plain(step(`AWS Support case${numbers.length > 1 ? 's' : ''} ${listed(numbers)}`))];
  });
  return steps.length === 0 ? [plain('Nothing, as far as is known here.')] : steps;
}

const BECAME: Readonly<Record<Kind, string>> = {
  added: 'Told that it is over',
  'was-there': 'Had been told already that it is over',
  off: 'Not told, since closingCommunication or automatedSupportCase is false',
  refused: 'Not told, since AWS refused the addition',
  unclear: 'Not known whether told, since AWS gave no clear answer',
  'not-open': 'Not told, since it was not open any more',
  unread: 'Not told, since it could not be read',
};

function whatWasDone(cases: readonly ClosedCase[]): readonly ModelsProse[] {
  if (cases.length === 0) return [plain('No AWS Support case is known to tell of these incidents.')];
  const groups = groupedBy(cases, ({ closing: { kind, error } }) => `${kind} ${error ?? ''}`);
  return [...groups.values()].map((group) => {
    const { kind = 'unclear', error } = group[0]?.closing ?? {};
    const which = joined(group.map(closedCase), ', ');
    return prose`${BECAME[kind]}${error === undefined ? '' : ` (${error})`}: ${which}.`;
  });
}

/** More models than this are counted, not named, behind the number of their case. */
const NAMED_AT_MOST = 5;

function closedCase({ closing, models }: ClosedCase): ModelsProse {
  const who = models.length > NAMED_AT_MOST ? counted(models.length, 'model') : listed(models);
  const { claims } = joined(
    models.map((model) => ofModel({ model }, fact(closingClaim(closing), ''))),
    '',
  );
  return { text: `case ${closing.displayId} (${who})`, claims };
}

/** Other runs found out why a case was not told. */
const closingClaim = ({ displayId, kind }: Closing) =>
  ({
    claim: 'closing',
    displayId,
    is: kind === 'refused' ? 'untold' : kind === 'unread' ? 'unclear' : kind,
  }) as const;

/** `CRITICAL, ServerErrors at 09:15 UTC; lasted 25 minutes, quiet from 09:40 UTC to 09:50 UTC`. */
function modelLine(part: Part, digest: RecoveryDigest): Prose {
  const alarms = catalogued(
    part.alarms.map(({ name }) => name),
    digest,
    part,
  );
  const quiet = fact(
    {
      claim: 'quiet',
      compositeAlarmName: compositeAlarmName(digest.customer, part.model),
      from: part.overAt.toISOString(),
      to: part.at.toISOString(),
    },
    `quiet from ${timeUtc(part.overAt, digest.at)} to ${timeUtc(part.at, digest.at)}`,
  );
  return prose`${severityOfPart(part, alarms)}, ${wentOff(part.alarms, digest, part)}; lasted ${lasted(part.openedAt, part.overAt)}, ${quiet}`;
}
