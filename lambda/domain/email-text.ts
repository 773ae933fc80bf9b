import { advice } from './advice';
import { caseAsks, caseSentence } from './case-outcome';
import { lastHourIsOwn, leftOutOfAlarms, whoseUsage } from './counted-text';
import { type EmailText, emailBody, emailSubject, footer } from './email-parts';
import {
  amountingTo,
  beganAt,
  byPercent,
  currentQuota,
  noQuota,
  peakOfUsage,
  requestedQuota,
  settingOf,
  severityOf,
  stateOf,
  thresholdOfAlarm,
  unusedSetting,
} from './facts';
import type { CaseOutcome, Incident, NoCase, TriggeredAlarm } from './incident';
import { increasesOf } from './increases';
import { figuresOfLastHour } from './last-hour';
import { readModelId } from './model-id';
import { fact, fitted, item, joined, type Prose, plain, prose, section } from './prose';
import { needsQuota, toldBeforeTitle, whatHappens } from './situation';
import { alarmLink, caseLink, listed, quotaLink } from './words';

export { type EmailText, severityOfSubject } from './email-parts';

/** The e-mail that tells the SRE team of an incident. `nobodyOnCc`: the contacts of the case could not be read. */
export function incidentEmail(
  incident: Incident,
  outcome: CaseOutcome,
  { nobodyOnCc }: { readonly nobodyOnCc: boolean },
): EmailText {
  const notes = settingNotes(incident);
  return {
    subject: subjectFor(incident),
    body: emailBody(incident.mayBeRepeat, [
      section('What happened', ...whatHappened(incident)),
      section('What to do now', ...advice(incident, outcome).map(item)),
      section(
        'What was done',
        caseSentence(incident, outcome),
        ...caseAsks(incident, outcome),
        ...(nobodyOnCc ? [NOBODY_ON_CC] : []),
      ),
      section('Figures', ...figures(incident, outcome)),
      ...(notes.length === 0 ? [] : [section('Settings', ...notes.map(item))]),
      section('Links', ...links(incident, outcome).map(plain)),
      joined([footer(incident, incident.telling), runbook(incident)], '\n'),
    ]),
  };
}

const runbook = ({ triggered }: Incident): Prose =>
  fitted(plain(`Runbook: docs/runbook.md, ${listed(triggered.map(({ name }) => name))}`));

/** The short e-mail for an incident whose first one had to go out without a case. */
export const caseSettledEmail = (incident: Incident, outcome: Exclude<CaseOutcome, NoCase>): EmailText => ({
  subject: `${subjectFor(incident)}${outcome.displayId === undefined ? '' : ` - case ${outcome.displayId}`}`,
  body: emailBody(incident.mayBeRepeat, [
    section('What was done', wentOutWithoutCase(incident), caseSentence(incident, outcome)),
    section('Links', ...caseLinks(outcome).map(plain)),
    footer(incident, incident.telling),
  ]),
});

const wentOutWithoutCase = (incident: Incident): Prose =>
  prose`The ${incident.telling === 1 ? 'first e-mail about this incident' : 'e-mail about further alarms of this incident'} (${incident.model.modelName}, since ${beganAt(incident)}) went out without a case.`;

const subjectFor = ({ decision, customer, model }: Incident): string =>
  emailSubject(decision.severity, customer, model.modelName, decision.category);

const whatHappened = (incident: Incident): readonly Prose[] => [
  ...(incident.telling === 1 ? firstAlarms(incident) : furtherAlarms(incident)),
  ...incident.triggered.map(alarmItem),
];

const alarmItem = (alarm: TriggeredAlarm): Prose => item(prose`${alarm.name}: ${stateOf(alarm)}`);

const firstAlarms = (incident: Incident): readonly Prose[] => [
  prose`${severityOf(incident)} on ${incident.model.modelName}, in alarm since ${beganAt(incident)}: ${whatHappens(incident)}.`,
];

const furtherAlarms = (incident: Incident): readonly Prose[] => [
  prose`${incident.triggered.length === 1 ? 'This is a further alarm' : 'These are further alarms'} of the incident that began at ${beganAt(incident)}.`,
  ...before(incident),
  prose`${severityOf(incident)} on ${incident.model.modelName}, new: ${whatHappens(incident)}.`,
];

const before = ({ toldBefore }: Incident): readonly Prose[] =>
  toldBefore.length === 0 ? [] : [plain(`${toldBeforeTitle(toldBefore)}:`), ...toldBefore.map(alarmItem)];

const NOBODY_ON_CC = fact(
  { claim: 'unread', what: 'contacts' },
  'The contact list could not be read, so nobody was put on cc of the case.',
);

function figures(incident: Incident, outcome: CaseOutcome): readonly Prose[] {
  const ownFigures = figuresOfLastHour(incident);
  if (incident.decision.scenario === 'non_quota') return ownFigures;
  const perQuota = (['RPM', 'TPM'] as const).map((quota) => {
    const facts = incident.quotas[quota];
    return facts === null
      ? item(prose`${quota}: ${noQuota(quota)}`)
      : item(
          prose`${quota}: ${peakOfUsage(incident.usage, quota, 'peak of 14 days ')}, ${thresholdOfAlarm(quota, facts, 'alarm threshold ')}, quota ${currentQuota(quota, facts)}`,
        );
  });
  const notes = [...whoseUsage(incident), ...leftOutOfAlarms(incident), ...lastHourIsOwn(incident)];
  return [...ownFigures, ...perQuota, ...notes.map(item), ...increases(incident, outcome)];
}

/** What was asked for, or should be by hand; where more quota is not the answer, nothing. */
function increases(incident: Incident, outcome: CaseOutcome): readonly Prose[] {
  if (!needsQuota(incident) || outcome.kind === 'left') return [];
  const asked = outcome.kind === 'none' ? 'To ask for' : 'Asked for';
  return increasesOf(incident).map((increase) =>
    item(prose`${asked}: ${requestedQuota(increase)}${byPercent(increase)}`),
  );
}

const settingNotes = (incident: Incident): readonly Prose[] => [
  ...incident.unusedSettings.map((unused) => unusedSetting(unused, incident)),
  ...(incident.model.dataResidency === 'Yes' && readModelId(incident.model.modelId).kind === 'global profile'
    ? [
        amountingTo(
          'dataResidency is Yes, but the model id is that of a global profile, which answers from any commercial Region: one of the two is wrong.',
          settingOf(incident, 'dataResidency'),
          settingOf(incident, 'modelId'),
        ),
      ]
    : []),
];

function links(incident: Incident, outcome: CaseOutcome): readonly string[] {
  const { region } = incident;
  return [
    ...(outcome.kind === 'none' ? [] : caseLinks(outcome)),
    `- All alarms: ${alarmLink(region, incident.compositeAlarmName)}`,
    ...incident.triggered.map(({ name, alarmName }) => `- ${name}: ${alarmLink(region, alarmName)}`),
    ...(needsQuota(incident) ? increasesOf(incident) : []).map(
      ({ quota, facts }) => `- ${quota} quota: ${quotaLink(region, facts.code)}`,
    ),
  ];
}

const caseLinks = ({ displayId }: Exclude<CaseOutcome, NoCase>): readonly string[] => [
  `- Case: ${caseLink(displayId)}`,
];
