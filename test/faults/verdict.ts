import type { Report } from '../../rehearsal/report';
import {
  askedTwice,
  requestedTooSoon,
  silentlyUnasked,
  silentlyWithoutDetails,
  unaskedQuotas,
  untoldRequests,
  withoutDetails,
} from './increases';
import type { Kind } from './kinds';
import {
  deploymentFailures,
  duplicateCases,
  leftOpen,
  missingCases,
  otherFailures,
  repeatsIn,
  sameEmails,
  toldTwice,
  unannouncedRepeats,
  unawaited,
  unreadableFailures,
  untold,
  untoldCases,
  untrueClaims,
  wrongSharers,
  wrongThresholds,
} from './oracle';
import type { Played } from './play';
import { illnessIn } from './tellings';

/** What must never be, in the words of the table that the suite prints. */
export const WRONGS = [
  'lost',
  'case missing',
  'case not told',
  'increase not asked for',
  'increase lost',
  'request not told',
  'details missing',
  'details lost',
  'answer not awaited',
  'asked twice',
  'requested too soon',
  'duplicate case',
  'told a case twice',
  'untrue claim',
  'unannounced repeat',
  'left open',
  'wrong threshold',
  'wrong sharers',
  'unreadable failure',
  'other failure',
] as const;
export type WrongKind = (typeof WRONGS)[number];

export interface Wrong {
  readonly wrong: WrongKind;
  readonly what: string;
}

/** How a path ended, the best first. */
export const ENDINGS = [
  'as without the fault',
  'all told',
  'all told, with repeats',
  'told, not to the end',
  'dead letter and its alarm',
  'alarm on ourselves',
  'failed deployment that says why',
  'wrong',
] as const;
export type Ending = (typeof ENDINGS)[number];

export interface Verdict {
  readonly wrongs: readonly Wrong[];
  readonly ending: Ending;
  /** E-mails that told what an earlier one had told. */
  readonly repeats: number;
}

/** `kind`: of the fault; `calm`: the same path without it. */
export function judge(kind: Pick<Kind, 'ends'>, played: Played, calm: Played): Verdict {
  const missing = missingIn(played, calm);
  const instead = heardInstead(kind, played.report);
  const wrongs = [
    ...(instead === undefined ? missing.filter((one) => kind.ends || mustBeForEver(one)) : []),
    ...neverRight(played.report),
  ];
  const repeats = repeatsIn(played.report).length;
  if (wrongs.length > 0) return { wrongs, repeats, ending: 'wrong' };
  if (missing.length > 0) return { wrongs, repeats, ending: instead ?? 'told, not to the end' };
  if (repeats > 0) return { wrongs, repeats, ending: 'all told, with repeats' };
  const isSame = sameEmails(played.report, calm.report);
  return { wrongs, repeats, ending: isSame ? 'as without the fault' : 'all told' };
}

/** What there is without the fault and should be all the same. */
const missingIn = (played: Played, calm: Played): readonly Wrong[] => [
  ...untold(played.report, calm.report).map(wrong('lost')),
  ...missingCases(played.report, calm.report).map(wrong('case missing')),
  ...untoldCases(played.report, calm.report).map(wrong('case not told')),
  ...unaskedQuotas(played.report, calm.report).map(wrong('increase not asked for')),
  ...silentlyUnasked(played.report, calm.report).map(wrong('increase lost')),
  ...untoldRequests(played.report).map(wrong('request not told')),
  ...withoutDetails(played.report, calm.report).map(wrong('details missing')),
  ...silentlyWithoutDetails(played, calm).map(wrong('details lost')),
  ...unawaited(played, calm).map(wrong('answer not awaited')),
  ...leftOpen(played, calm).map(wrong('left open')),
  ...wrongThresholds(played, calm).map(wrong('wrong threshold')),
  ...wrongSharers(played, calm).map(wrong('wrong sharers')),
];

/** What nothing excuses. */
const neverRight = (report: Report): readonly Wrong[] => [
  ...askedTwice(report).map(wrong('asked twice')),
  ...requestedTooSoon(report).map(wrong('requested too soon')),
  ...duplicateCases(report).map(wrong('duplicate case')),
  ...toldTwice(report).map(wrong('told a case twice')),
  ...untrueClaims(report).map(wrong('untrue claim')),
  ...unannouncedRepeats(report).map(wrong('unannounced repeat')),
  ...unreadableFailures(report).map(wrong('unreadable failure')),
  ...otherFailures(report).map(wrong('other failure')),
];

const wrong =
  (kind: WrongKind) =>
  (what: string): Wrong => ({ wrong: kind, what });

/** Who hears of it where something is missing: whoever deploys, or whoever looks after the product. */
function heardInstead({ ends }: Pick<Kind, 'ends'>, report: Report): Ending | undefined {
  if (deploymentFailures(report).length > 0) return 'failed deployment that says why';
  if (ends) return undefined;
  const illnesses = report.emails.flatMap((email) => illnessIn(email) ?? []);
  if (report.deadLetters > 0 && illnesses.includes('DeadLetters')) return 'dead letter and its alarm';
  return illnesses.some((illness) => illness !== 'DeadLetters') ? 'alarm on ourselves' : undefined;
}

/** A fault that never ends may keep a case from being opened and an incident from being closed, not people from being told. */
const mustBeForEver = ({ wrong }: Wrong): boolean => MUST_BE_FOR_EVER.includes(wrong);

const MUST_BE_FOR_EVER: readonly WrongKind[] = [
  'lost',
  'increase lost',
  'request not told',
  'details lost',
  'answer not awaited',
  'wrong threshold',
  'wrong sharers',
];
