import { advice } from './advice';
import type { Quota } from './alarm-catalogue';
import { whatBecame } from './case-outcome';
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
import { afterNoRequest, asksOf, pendingRequests, unsettledRequests } from './quota-request-text';
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
      section('What was done', ...whatBecame(incident, outcome), ...(nobodyOnCc ? [NOBODY_ON_CC] : [])),
      section('Figures', ...figures(incident, outcome)),
      ...(notes.length === 0 ? [] : [section('Settings', ...notes.map(item))]),
      section('Links', ...links(incident, outcome).map(plain)),
      joined([footer(incident, incident.telling), runbook(incident)], '\n'),
    ]),
  };
}

const runbook = ({ triggered }: Incident): Prose =>
  fitted(plain(`Runbook: docs/runbook.md, ${listed(triggered.map(({ name }) => name))}`));

/** The short e-mail for an incident whose first one went out before its case, or each request, was settled. */
export function caseSettledEmail(incident: Incident, outcome: Exclude<CaseOutcome, NoCase>): EmailText {
  const toDo = afterNoRequest(incident, outcome);
  return {
    subject: `${subjectFor(incident)}${outcome.kind === 'requested' || outcome.displayId === undefined ? '' : ` - case ${outcome.displayId}`}`,
    body: emailBody(incident.mayBeRepeat, [
      section('What was done', wentOutBefore(incident), ...whatBecame(incident, outcome)),
      ...(toDo.length === 0 ? [] : [section('What to do now', ...toDo.map(item))]),
      section('Links', ...caseLinks(incident, outcome).map(plain)),
      footer(incident, incident.telling),
    ]),
  };
}

const wentOutBefore = (incident: Incident): Prose =>
  prose`The ${incident.telling === 1 ? 'first e-mail about this incident' : 'e-mail about further alarms of this incident'} (${incident.model.modelName}, since ${beganAt(incident)}) went out before all of this was settled.`;

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

/** What was asked for, or is to be; where more quota is not the answer, nothing. */
function increases(incident: Incident, outcome: CaseOutcome): readonly Prose[] {
  if (!needsQuota(incident) || outcome.kind === 'left') return [];
  const asks = asksOf(incident);
  const isIn = (among: readonly { readonly quota: Quota }[], quota: Quota): boolean =>
    among.some((one) => one.quota === quota);
  return increasesOf(incident).map((increase) => {
    const { quota } = increase;
    const ask = asks.find((one) => one.quota === quota);
    const isToDo = ask === undefined ? isIn(unsettledRequests(incident), quota) : outcome.kind === 'none';
    if (ask !== undefined && (!isToDo || isIn(pendingRequests(incident), quota)))
      return item(prose`Asked for: ${ask.value}${ask.more}`);
    const value = prose`${requestedQuota(increase)}${byPercent(increase)}`;
    return item(prose`${isToDo ? 'To ask for' : 'For reference'}: ${value}`);
  });
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
    ...caseLinks(incident, outcome),
    `- All alarms: ${alarmLink(region, incident.compositeAlarmName)}`,
    ...incident.triggered.map(({ name, alarmName }) => `- ${name}: ${alarmLink(region, alarmName)}`),
    ...(needsQuota(incident) ? increasesOf(incident) : []).map(
      ({ quota, facts }) => `- ${quota} quota: ${quotaLink(region, facts.code)}`,
    ),
  ];
}

function caseLinks(incident: Incident, outcome: CaseOutcome): readonly string[] {
  switch (outcome.kind) {
    case 'none':
      return [];
    case 'requested':
      return pendingRequests(incident).map(
        ({ quota, outcome: { request } }) => `- Case of the ${quota} request: ${caseLink(request.displayId)}`,
      );
    default:
      return [`- Case: ${caseLink(outcome.displayId)}`];
  }
}
