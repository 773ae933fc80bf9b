import { type EmailText, emailBody, emailSubject, footer } from './email-parts';
import { amountingTo, beganAt, severityOfAlarms } from './facts';
import type { AskedQuota, Closing, FollowedCase, Recovery } from './follow-up';
import { caseStateOf, closingOf, currentValue, endedAt, isGranted, lasted } from './follow-up-facts';
import { item, type Prose, plain, prose, section } from './prose';
import { alarmItems, highestItems, links, requestItems } from './standing-text';

/** The e-mail that says that an incident is over. */
export const recoveryEmail = (recovery: Recovery): EmailText => ({
  subject: emailSubject(
    recovery.severity,
    recovery.incident.customer,
    recovery.incident.model.modelName,
    'over',
  ),
  body: emailBody(recovery.mayBeRepeat ? 'unclear' : undefined, [
    section('What happened', whatHappened(recovery), ...alarmItems(recovery.alarms)),
    section('What is left to do', ...leftToDo(recovery).map(item)),
    section(
      'What was done',
      ...requestItems(recovery),
      ...recovery.closings.map((closing) => item(closingOf(closing))),
    ),
    section('Figures while it lasted', ...highestItems(recovery, recovery.overAt)),
    section('Links', ...links(recovery)),
    footer(recovery.incident),
  ]),
});

const whatHappened = ({ incident, severity, alarms, overAt }: Recovery): Prose =>
  prose`The incident on ${incident.model.modelName} (${severityOfAlarms(severity, alarms)}) has been over since ${endedAt(incident, overAt)}. It began at ${beganAt(incident)} and lasted ${lasted(incident.openedAt, overAt)}.`;

function leftToDo(recovery: Recovery): readonly Prose[] {
  const steps = recovery.cases.flatMap((one) => caseStep(one, recovery));
  return steps.length === 0 ? [plain('Nothing, as far as is known here.')] : steps;
}

function caseStep(one: FollowedCase, { closings, asked }: Recovery): readonly Prose[] {
  const { displayId, state } = one;
  const which = `AWS Support case ${displayId}`;
  if (state === 'resolved' || state === 'gone') return [];
  if (state === 'unread')
    return [
      amountingTo(`Look whether ${which} is open, and close it if it is of no more use.`, caseStateOf(one)),
    ];
  const kind = closings.find((closing) => closing.displayId === displayId)?.kind;
  return [prose`${amountingTo(firstStep(kind, which), caseStateOf(one))} and ${closeWhen(one, asked)}.`];
}

function firstStep(kind: Closing['kind'] | undefined, which: string): string {
  switch (kind) {
    case 'refused':
    case 'unread':
      return `Tell ${which} that it is over`;
    case 'unclear':
      return `Look whether ${which} was told that it is over`;
    default:
      return `Look at ${which}`;
  }
}

function closeWhen({ category }: FollowedCase, asked: readonly AskedQuota[]): Prose {
  if (category === 'Investigation Request' || asked.length === 0)
    return plain('close it once AWS has told the cause');
  return asked.every(isGranted)
    ? amountingTo('close it, since the quota is what was requested', ...asked.map(currentValue))
    : plain('close it once the request is answered');
}
