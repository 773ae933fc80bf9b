import { type EmailText, emailBody, emailSubject, placeAndReference } from './email-parts';
import { severityOfAlarms } from './facts';
import type { Unmonitored } from './follow-up';
import { fact, item, type Prose, plain, prose, section } from './prose';
import { caseLink, minuteUtc } from './words';

/** The e-mail that says that nobody watches a model any more of which an incident was open. */
export const unmonitoredEmail = (unmonitored: Unmonitored): EmailText => ({
  subject: emailSubject(
    unmonitored.severity,
    unmonitored.customer,
    unmonitored.modelName,
    'no longer monitored',
  ),
  body: emailBody(unmonitored.mayBeRepeat ? 'unclear' : undefined, [
    section('What happened', whatHappened(unmonitored), ...unmonitored.alarmNames.map(goneItem)),
    section('What to do now', ...nextSteps(unmonitored).map(item)),
    section('What was done', plain(WHAT_WAS_DONE)),
    ...(unmonitored.cases.length === 0 ? [] : [section('Links', ...unmonitored.cases.map(caseItem))]),
    placeAndReference(unmonitored),
  ]),
});

const WHAT_WAS_DONE =
  'The incident was closed in the incident ledger: neither a reminder nor word of its end will follow. Nothing was written to any AWS Support case.';

const whatHappened = ({ modelName, openedAt, severity, alarmNames }: Unmonitored): Prose =>
  prose`The alarms of ${modelName} do not exist any more, so nobody watches this model. An incident of it (${severityOfAlarms(
    severity,
    alarmNames.map((alarmName) => ({ alarmName })),
  )}), which began at ${minuteUtc(openedAt)}, was open when they went; whether it is over is not known.`;

const goneItem = (alarmName: string): Prose =>
  item(fact({ claim: 'noAlarm', alarmName }, `${alarmName} is gone`));

const nextSteps = ({ modelName, cases }: Unmonitored): readonly Prose[] => [
  ...cases.map((displayId) =>
    plain(`AWS Support case ${displayId} stays as it is: close it, or follow it by hand.`),
  ),
  plain(`If ${modelName} is still in use, deploy its stack again: until then no alarm of it goes off.`),
];

const caseItem = (displayId: string): Prose => plain(`- Case ${displayId}: ${caseLink(displayId)}`);
