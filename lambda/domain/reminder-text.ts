import { type EmailText, emailBody, emailSubject, footer } from './email-parts';
import { amountingTo, beganAt, severityOfAlarms } from './facts';
import type { AskedQuota, FollowedCase, IncidentAlarm, LastTold, Reminder } from './follow-up';
import { caseStateOf, courseOf, currentValue, isPending, lasted } from './follow-up-facts';
import { item, type Prose, plain, prose, section } from './prose';
import { alarmItems, highestItems, links, requestItems, severeAlarms } from './standing-text';
import { listed, minuteUtc, newCaseLink } from './words';

/** The e-mail that says that an incident goes on. */
export const reminderEmail = (reminder: Reminder): EmailText => ({
  subject: emailSubject(
    reminder.severity,
    reminder.incident.customer,
    reminder.incident.model.modelName,
    'still in alarm',
  ),
  body: emailBody(reminder.mayBeRepeat ? 'unclear' : undefined, [
    section('What goes on', whatGoesOn(reminder), ...alarmItems(reminder.alarms)),
    section('What changed', ...whatChanged(reminder)),
    section('What to do now', ...nextSteps(reminder).map(item)),
    section('What was done', ...requestItems(reminder)),
    section('What comes next', nextReminder(reminder)),
    section('Figures since it began', ...highestItems(reminder, reminder.at)),
    section('Links', ...links(reminder)),
    footer(reminder.incident),
  ]),
});

const whatGoesOn = ({ incident, severity, alarms, at }: Reminder): Prose =>
  prose`${severityOfAlarms(severity, severeAlarms(alarms))} on ${incident.model.modelName}: it began at ${beganAt(incident)} and has gone on for ${lasted(incident.openedAt, at)}.`;

function whatChanged(reminder: Reminder): readonly Prose[] {
  const { alarms, cases, asked, lastTold } = reminder;
  const then = `the last e-mail (${minuteUtc(lastTold.at)})`;
  const changes = [
    ...alarms.flatMap((alarm) => alarmChange(alarm, lastTold)),
    ...cases.flatMap((one) => caseChange(one, lastTold)),
    ...asked.flatMap((one) => quotaChange(one, lastTold)),
  ];
  if (changes.length > 0) return [plain(`Since ${then}:`), ...changes.map(item)];
  const states = [...alarms.map(courseOf), ...cases.map(caseStateOf), ...asked.map(currentValue)];
  const nothing = isAllRead(reminder)
    ? 'Nothing has changed'
    : 'As far as could be read, nothing has changed';
  return [amountingTo(`${nothing} since ${then}.`, ...states)];
}

const isAllRead = ({ alarms, cases, asked }: Reminder): boolean =>
  alarms.every(({ now }) => now !== 'unread') &&
  cases.every(({ state }) => state !== 'unread') &&
  asked.every(({ now }) => now !== undefined);

function alarmChange(alarm: IncidentAlarm, { inAlarm }: LastTold): readonly Prose[] {
  const wasInAlarm = inAlarm.includes(alarm.name);
  if (wasInAlarm && alarm.now === 'over') return [amountingTo(`${alarm.name} is over.`, courseOf(alarm))];
  if (wasInAlarm || alarm.now !== 'ALARM') return [];
  const again = alarm.times > 1 ? ' again' : '';
  return [amountingTo(`${alarm.name} has gone off${again}.`, courseOf(alarm))];
}

function caseChange(one: FollowedCase, { openCases }: LastTold): readonly Prose[] {
  const changed = { open: 'is open now', resolved: 'has been resolved', gone: 'is gone' } as const;
  if (one.state === 'unread' || openCases.includes(one.displayId) === (one.state === 'open')) return [];
  return [amountingTo(`AWS Support case ${one.displayId} ${changed[one.state]}.`, caseStateOf(one))];
}

function quotaChange(asked: AskedQuota, { quotas }: LastTold): readonly Prose[] {
  const then = quotas[asked.code];
  if (asked.now === undefined || then === undefined || asked.now === then) return [];
  return [
    prose`The ${asked.quota} quota was ${asked.now > then ? 'raised' : 'lowered'} to ${currentValue(asked)}.`,
  ];
}

/** What fits how things stand, the most pressing first. */
const nextSteps = ({ cases, asked }: Reminder): readonly Prose[] => [
  ...(cases.length === 0 ? [asked.some(isPending) ? NO_CASE_YET : NO_CASE] : []),
  ...cases.filter(({ state }) => state !== 'open').map(followByHand),
  ...raisedInVain(asked),
  ...askHowFar(cases.filter(({ state }) => state === 'open')),
];

const NO_CASE = plain(`If you need AWS, look for an open case first, then open one by hand: ${newCaseLink}`);

/** Where no case of ours asks, Service Quotas was asked, and AWS usually opens a case for that. */
const NO_CASE_YET = plain(
  `Look in Service Quotas how far the request for more quota is, by the links below: AWS usually opens a case for it. If you need AWS for anything else, look for an open case first, then open one by hand: ${newCaseLink}`,
);

function followByHand(one: FollowedCase): Prose {
  const which = `AWS Support case ${one.displayId}`;
  const words = {
    open: '',
    resolved: `${which} is resolved, but the incident goes on: open it again, or open another one by hand: ${newCaseLink}`,
    gone: `AWS does not know case ${one.displayId} any more, but the incident goes on: open another one by hand: ${newCaseLink}`,
    unread: `Look at ${which} yourself: whether it is open is not known.`,
  } as const;
  return amountingTo(words[one.state], caseStateOf(one));
}

/** More quota was given, and alarms go off all the same. */
function raisedInVain(asked: readonly AskedQuota[]): readonly Prose[] {
  const raised = asked.filter(({ now, was }) => now !== undefined && now > was);
  if (raised.length === 0) return [];
  const which = listed(raised.map(({ quota }) => quota));
  return [
    amountingTo(
      `More quota (${which}) has not ended it: compare it with the highest usage below. If usage stays well under it, look for another cause.`,
      ...raised.map(currentValue),
    ),
  ];
}

const askHowFar = (open: readonly FollowedCase[]): readonly Prose[] =>
  open.length === 0
    ? []
    : [
        amountingTo(
          `Ask on AWS Support case${open.length > 1 ? 's' : ''} ${listed(open.map(({ displayId }) => displayId))} how far AWS is. If users are affected, move traffic to another model or Region meanwhile.`,
          ...open.map(caseStateOf),
        ),
      ];

const nextReminder = ({ nextReminderAt }: Reminder): Prose =>
  plain(`The next reminder comes at about ${minuteUtc(nextReminderAt)}, unless it is over before.`);
