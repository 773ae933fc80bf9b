import { type EmailText, emailBody, emailSubject, footer } from './email-parts';
import { amountingTo, beganAt, severityOfAlarms } from './facts';
import type { AskedQuota, Closing, FollowedCase, Recovery } from './follow-up';
import {
  caseStateOf,
  closingOf,
  currentValue,
  endedAt,
  isGranted,
  isPending,
  lasted,
} from './follow-up-facts';
import { item, type Prose, plain, prose, section } from './prose';
import { alarmItems, highestItems, links, requestItems } from './standing-text';
import { listed } from './words';

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
  const steps = [
    ...recovery.cases.flatMap((one) => caseStep(one, recovery)),
    ...(recovery.cases.length === 0 ? requestStep(recovery.asked) : []),
  ];
  return steps.length === 0 ? [plain('Nothing, as far as is known here.')] : steps;
}

function caseStep(one: FollowedCase, { closings, asked }: Recovery): readonly Prose[] {
  const { displayId, state } = one;
  const which = `AWS Support case ${displayId}`;
  if (state === 'resolved' || state === 'gone') return [];
  if (state === 'unread')
    return [
      prose`${amountingTo(`Look whether ${which} is open`, caseStateOf(one))}; if it is, ${closeWhen(one, asked)}.`,
    ];
  const kind = closings.find((closing) => closing.displayId === displayId)?.kind;
  return [prose`${amountingTo(firstStep(kind, which), caseStateOf(one))} and ${closeWhen(one, asked)}.`];
}

/** Where no case of ours asks, Service Quotas was asked. To close a case that AWS opened for that ends the request. */
function requestStep(asked: readonly AskedQuota[]): readonly Prose[] {
  const pending = asked.filter(isPending).map(({ quota }) => quota);
  return pending.length === 0
    ? []
    : [
        plain(
          `Look in Service Quotas, by the links below, how far the request for more ${listed(pending)} is. If more is not needed any more and AWS has opened a case for it, close that one: that ends the request.`,
        ),
      ];
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
  if (asked.some(isPending)) return plain('close it once the request is answered');
  return asked.every(isGranted)
    ? amountingTo('close it, since the quota is what was requested', ...asked.map(currentValue))
    : plain('close it unless you want to go on asking there, since AWS has answered the request');
}
