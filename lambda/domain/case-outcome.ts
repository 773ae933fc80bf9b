import { MOST_CASES_AN_HOUR } from '../../aws/support';
import { subjectOf } from './case-identity';
import type { CaseOutcome, Incident, NoCase, NoCaseReason, RequestedIncrease } from './incident';
import { fact, type Prose, plain } from './prose';
import { askedIncreases } from './quota-request';
import { casesOfRequests, requestSentences } from './quota-request-text';
import { counted, minuteUtc } from './words';

/** What an e-mail says of what became of the case, and of the requests to raise quotas. */

export const whatBecame = (incident: Incident, outcome: CaseOutcome): readonly Prose[] =>
  outcome.kind === 'requested'
    ? [...requestSentences(incident), ...casesOfRequests(incident, outcome)]
    : [caseSentence(incident, outcome), ...caseAsks(incident, outcome), ...requestSentences(incident)];

function caseSentence(incident: Incident, outcome: Exclude<CaseOutcome, RequestedIncrease>): Prose {
  const { telling } = incident;
  const subject = subjectOf(incident);
  if (outcome.kind === 'none')
    return fact(
      { claim: 'noCase', subject, why: outcome.reason.why, telling, ...limitOf(outcome.reason) },
      noCaseSentence(outcome.reason),
    );
  const displayId = outcome.displayId ?? null;
  return fact(
    { claim: 'case', subject, displayId, is: outcome.kind, telling },
    settledSentence(outcome, incident.decision.category),
  );
}

const limitOf = (reason: NoCaseReason) =>
  reason.why === 'day-limit' ? { limit: reason.limit, tried: 0 } : {};

function settledSentence(
  outcome: Exclude<CaseOutcome, NoCase | RequestedIncrease>,
  category: string,
): string {
  switch (outcome.kind) {
    case 'opened':
      return outcome.displayId === undefined
        ? `An AWS Support case was opened (${category}); AWS had not told its number when this was written.`
        : `AWS Support case ${outcome.displayId} was opened (${category}).`;
    case 'updated':
      return `AWS Support case ${outcome.displayId} was already open (${category}); the new details were added to it.`;
    case 'left':
      return `AWS Support case ${outcome.displayId} is open (${category}) and already tells of the same alarms; it was left as it is.`;
    case 'told':
      return `AWS Support case ${outcome.displayId} (${category}) holds the details of this incident.`;
  }
}

/** The category alone would promise an increase where the case asks for none. */
export const asksForNone = ({ kind }: CaseOutcome, incident: Incident): boolean =>
  (kind === 'opened' || kind === 'updated') &&
  incident.decision.category === 'Quota Request' &&
  askedIncreases(incident).length === 0;

const caseAsks = (incident: Incident, outcome: CaseOutcome): readonly Prose[] =>
  asksForNone(outcome, incident)
    ? [plain('It asks AWS to look into the cause; no increase is asked for.')]
    : [];

function noCaseSentence(reason: NoCaseReason): string {
  switch (reason.why) {
    case 'automation-off':
      return 'No AWS Support case was opened: automatedSupportCase is false for this model.';
    case 'no-support-plan':
      return "No AWS Support case was opened: this account's support plan does not include the AWS Support API.";
    case 'no-ledger':
      return `No AWS Support case was opened or updated: the incident ledger could not be used (${reason.error}), so whether there is a case already is not known.`;
    case 'awaiting':
      return `No AWS Support case was opened or updated: AWS was asked for one at ${minuteUtc(reason.since)} and does not list it yet. Nothing is opened until it is known whether there is one.`;
    case 'case-limit':
      return `No AWS Support case was opened: AWS takes at most ${MOST_CASES_AN_HOUR} new cases an hour from an account, and said that they are used up.`;
    case 'day-limit':
      return `No AWS Support case was opened: maxNewCasesPerDay (${reason.limit}) allows no further new case today.`;
    case 'too-many-cases':
      return `No AWS Support case was opened: after ${counted(reason.casesRead, 'open case')} none was found to be ours, and not all could be read, so a new one might be a second one.`;
    case 'unsearched':
      return `No AWS Support case was opened or updated: the open cases could not be read (${reason.error}).`;
    case 'unreadable':
      return `AWS Support case ${reason.displayId} is open, but nothing was added to it: what it holds could not be read (${reason.error}).`;
    case 'quota-request':
      return 'No AWS Support case was opened or updated: not every quota request is settled, and a case might ask for the same a second time.';
    case 'twin-first':
      return `No AWS Support case was opened or updated: ${reason.model} has the same quota, and only one case is to ask for more of it. The next try adds to that one if it is open.`;
    case 'refused':
      return `No AWS Support case was opened or updated: AWS refused ${attempt(reason.displayId)} (${reason.error}).`;
    case 'unclear':
      return `It is not clear whether the AWS Support case was opened or updated: ${attempt(reason.displayId)} ${reason.error === undefined ? 'was not answered in time' : `ended in ${reason.error}`}.`;
  }
}

const attempt = (displayId: string | undefined): string =>
  displayId === undefined ? 'the request' : `the addition to case ${displayId}`;
