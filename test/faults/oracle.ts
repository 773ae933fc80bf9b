import type { Email, Report, SupportCase } from '../../rehearsal/report';
import { requestsHandled, requestsToldIn } from './increases';
import type { Played } from './play';
import { casesToldIn, saysMayBeRepeat, saysMayBeToldAgain, tellingsOf } from './tellings';

/** What counts as right after a call has failed, held against the same path without the fault. */

/** What the play without the fault tells and this one does not. */
export const untold = (report: Report, calm: Report): readonly string[] =>
  different(calm.emails.flatMap(tellingsOf), report.emails.flatMap(tellingsOf));

/** The cases and requests that the play without the fault tells of and this one does not. */
export const untoldCases = (report: Report, calm: Report): readonly string[] =>
  different(calm.emails.flatMap(casesOrRequestsIn), report.emails.flatMap(casesOrRequestsIn));

const casesOrRequestsIn = (email: Email): readonly string[] => [
  ...casesToldIn(email),
  ...requestsToldIn(email),
];

/** The incidents that a case tells of in the play without the fault, and none of the category here. */
export const missingCases = (report: Report, calm: Report): readonly string[] =>
  different(calm.cases.flatMap(incidentsIn), report.cases.flatMap(incidentsIn));

/** What is expected and not there. */
const different = (expected: readonly string[], there: readonly string[]): readonly string[] =>
  [...new Set(expected)].filter((one) => !there.includes(one));

const incidentsIn = (supportCase: SupportCase): readonly string[] =>
  referenceLinesOf(supportCase).map((line) => `${line.replace(/,.*/, '')} in ${categoryOf(supportCase)}`);

/** Which telling of which incident each communication is; a case that many models share names several. */
const referenceLinesOf = ({ communications }: SupportCase): readonly string[] =>
  communications.flatMap(({ body }) => body.match(/^Incident reference: .+$/gm) ?? []);

const categoryOf = ({ subject, via }: SupportCase): string | undefined =>
  via === 'service-quotas'
    ? 'Quota Request'
    : / - (Quota Request|Investigation Request) - /.exec(subject)?.[1];

/**
 * Subjects of which more than one case is open, and incidents that two open cases of one category tell of. Of requests for
 * two quotas AWS opens a case each, which count as one.
 */
export const duplicateCases = ({ cases }: Report): readonly string[] => {
  const open = cases.filter(({ status }) => status !== 'resolved');
  const [byAws, ours] = [
    open.filter(({ via }) => via === 'service-quotas'),
    open.filter(({ via }) => via === 'support'),
  ];
  return repeatedIn([
    ...open.map(({ subject }) => subject),
    ...ours.flatMap((one) => [...new Set(incidentsIn(one))]),
    ...new Set(byAws.flatMap(incidentsIn)),
  ]);
};

/** What a case was told twice: one telling of an incident, or its end. */
export const toldTwice = ({ cases }: Report): readonly string[] =>
  cases.flatMap((supportCase) =>
    repeatedIn(referenceLinesOf(supportCase)).map((line) => `${line} in "${supportCase.subject}"`),
  );

const repeatedIn = (all: readonly string[]): readonly string[] =>
  [...new Set(all)].filter((one) => all.indexOf(one) !== all.lastIndexOf(one));

/** Sentences of what was claimed and was not so when it was sent. */
export const untrueClaims = ({ failures }: Report): readonly string[] => failures.filter(isUntrueClaim);

const isUntrueClaim = (failure: string): boolean =>
  failure.includes(' was not true: ') || failure.startsWith('The log has no claims of ');

/** E-mails that tell what an earlier one has told, in the order in which they came. */
export function repeatsIn({ emails }: Report): readonly Email[] {
  const told = new Set<string>();
  return emails.filter((email) => {
    const news = tellingsOf(email);
    const tellings = [...news, ...casesToldIn(email), ...(news.length > 0 ? [] : furtherWordsIn(email))];
    const isRepeat = tellings.some((telling) => told.has(telling));
    for (const telling of tellings) told.add(telling);
    return isRepeat;
  });
}

/** The e-mail that tells what became of all requests in the end names those again that were made at once. */
const furtherWordsIn = (email: Email): readonly string[] => {
  const named = requestsToldIn(email);
  return named.length === 0 ? [] : [`further words on the requests for ${named.join()}`];
};

/** Repeats that do not say that they may be one, and of which no earlier e-mail said that they may come. */
export function unannouncedRepeats(report: Report): readonly string[] {
  const { emails } = report;
  return repeatsIn(report)
    .filter((repeat) => !saysMayBeRepeat(repeat))
    .filter((repeat) => !emails.slice(0, emails.indexOf(repeat)).some(saysMayBeToldAgain))
    .map(({ at, subject }) => `${at} ${subject}`);
}

/** What is open in the ledger at the end, or an answer that is awaited, and is not without the fault. */
export const leftOpen = ({ openInLedger, awaited }: Played, calm: Played): readonly string[] => [
  ...different(openInLedger, calm.openInLedger),
  ...different(awaited, calm.awaited),
];

/** The answers that are awaited without the fault, and that nobody would hear of here. */
export const unawaited = ({ awaited, report }: Played, calm: Played): readonly string[] =>
  different(calm.awaited, awaited).filter((answer) =>
    requestsHandled(report).some((code) => answer.endsWith(code)),
  );

/** The thresholds, in force or stored, that are others than without the fault. */
export const wrongThresholds = ({ thresholds }: Played, calm: Played): readonly string[] =>
  others(thresholds, calm.thresholds);

/** The alarms that count other series than without the fault, and the lists of who shares a quota that are others. */
export const wrongSharers = ({ sharers }: Played, calm: Played): readonly string[] =>
  others(sharers, calm.sharers);

const others = (there: Readonly<Record<string, string>>, expected: typeof there): readonly string[] =>
  Object.entries(expected)
    .filter(([name, right]) => there[name] !== right)
    .map(([name, right]) => `${name} is ${there[name] ?? 'missing'} and should be ${right}`);

/** What CloudFormation says of stacks that failed. */
export const deploymentFailures = ({ failures }: Report): readonly string[] =>
  failures.filter((failure) => / \| (?:CREATE|UPDATE|DELETE)_FAILED \| /.test(failure));

/** Where CloudFormation's sentence does not end in one of ours that says what to do. */
export const unreadableFailures = (report: Report): readonly string[] =>
  deploymentFailures(report).filter(
    (failure) => !/\[FAILED\] from custom resource\. Message returned: [A-Z][^\n]+[a-z.]$/.test(failure),
  );

/** Whatever else fails a rehearsal, such as more requests before an e-mail than are allowed. */
export const otherFailures = (report: Report): readonly string[] => {
  const known = [...untrueClaims(report), ...deploymentFailures(report)];
  return report.failures.filter((failure) => !known.includes(failure));
};

/** To the letter, so that what could not be read makes a difference. */
export const sameEmails = (report: Report, calm: Report): boolean =>
  JSON.stringify(report.emails) === JSON.stringify(calm.emails);
