import { advice } from './advice';
import { caseSubject, subjectOf } from './case-identity';
import { CASE_CATEGORIES } from './decision';
import {
  amountingTo,
  beginningOf,
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
import type { CaseOutcome, Incident, NoCase, NoCaseReason } from './incident';
import { increasesOf } from './increases';
import { figuresOfLastHour } from './last-hour';
import { readModelId } from './model-id';
import { fact, fitted, item, joined, type Prose, plain, prose, section } from './prose';
import { needsQuota, whatHappens } from './situation';
import { alarmLink, caseLink, counted, listed, quotaLink } from './words';

export interface EmailText {
  /** Under 100 characters, as SNS demands. */
  readonly subject: string;
  readonly body: Prose;
}

/** What is known of a model whose configuration cannot be used: that alarms of it went off. */
export interface UnknownModel {
  readonly customer: string;
  readonly modelName: string;
  readonly region: string;
  /** The full names of the alarms that the message names; the composite at least. */
  readonly alarmNames: readonly string[];
  /** The name of the parameter that should hold the configuration. */
  readonly parameter: string;
  /** One sentence that says what is wrong with it. */
  readonly fault: string;
}

/** The e-mail for an incident of which nothing more can be told. Its severity is not known, so it is the higher one. */
export const unknownModelEmail = (unknown: UnknownModel): EmailText => ({
  subject: `CRITICAL: ${unknown.customer} Bedrock ${unknown.modelName} - alarm without configuration`,
  body: joined(
    [
      section(
        'What happened',
        prose`An alarm of ${unknown.modelName} has gone off, but how the model is monitored cannot be read. ${fact(
          { claim: 'unusableConfig', parameter: unknown.parameter },
          unknown.fault,
        )}`,
      ),
      section(
        'What to do now',
        plain(
          '- Look at the alarms by hand; how bad it is was not judged, and CRITICAL stands for not known.',
        ),
        plain("- Deploy the model's stack again, which writes its configuration anew."),
      ),
      section('What was done', noCaseOfUnknownModel(unknown)),
      section(
        'Links',
        ...unknown.alarmNames.map((name) => plain(`- Alarm: ${alarmLink(unknown.region, name)}`)),
      ),
    ],
    '\n\n',
  ),
});

const noCaseOfUnknownModel = ({ customer, modelName, region }: UnknownModel): Prose => ({
  text: 'No AWS Support case was opened or updated.',
  claims: CASE_CATEGORIES.map((category) => ({
    claim: 'noCase',
    subject: caseSubject(customer, modelName, category, region),
    why: 'no-configuration',
  })),
});

/** The e-mail that tells the SRE team of an incident. `nobodyOnCc`: the contacts of the case could not be read. */
export function incidentEmail(
  incident: Incident,
  outcome: CaseOutcome,
  { nobodyOnCc }: { readonly nobodyOnCc: boolean },
): EmailText {
  const notes = settingNotes(incident);
  return {
    subject: emailSubject(incident),
    body: joined(
      [
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
        joined([footer(incident), runbook(incident)], '\n'),
      ],
      '\n\n',
    ),
  };
}

const runbook = ({ triggered }: Incident): Prose =>
  fitted(plain(`Runbook: docs/runbook.md, ${listed(triggered.map(({ name }) => name))}`));

/** The short e-mail for an incident whose first one had to go out without a case. */
export const caseSettledEmail = (incident: Incident, outcome: Exclude<CaseOutcome, NoCase>): EmailText => ({
  subject: `${emailSubject(incident)}${outcome.displayId === undefined ? '' : ` - case ${outcome.displayId}`}`,
  body: joined(
    [
      section(
        'What was done',
        prose`The first e-mail about this incident (${incident.model.modelName}, since ${beginningOf(incident)}) went out without a case.`,
        caseSentence(incident, outcome),
      ),
      section('Links', ...caseLinks(outcome).map(plain)),
      footer(incident),
    ],
    '\n\n',
  ),
});

const emailSubject = ({ decision, customer, model }: Incident): string =>
  `${decision.severity}: ${customer} Bedrock ${model.modelName} - ${decision.category}`;

/** The severity that a subject of ours names. */
export const severityOfSubject = (subject: string): string | undefined =>
  /^(CRITICAL|WARNING): /.exec(subject)?.[1];

const whatHappened = (incident: Incident): readonly Prose[] => [
  prose`${severityOf(incident)} on ${incident.model.modelName}, in alarm since ${beginningOf(incident)}: ${whatHappens(incident)}.`,
  ...incident.triggered.map((alarm) => item(prose`${alarm.name}: ${stateOf(alarm)}`)),
];

function caseSentence(incident: Incident, outcome: CaseOutcome): Prose {
  const subject = subjectOf(incident);
  if (outcome.kind === 'none')
    return fact({ claim: 'noCase', subject, why: outcome.reason.why }, noCaseSentence(outcome.reason));
  const displayId = outcome.displayId ?? null;
  return fact(
    { claim: 'case', subject, displayId, is: outcome.kind },
    settledSentence(outcome, incident.decision.category),
  );
}

function settledSentence(outcome: Exclude<CaseOutcome, NoCase>, category: string): string {
  switch (outcome.kind) {
    case 'opened':
      return outcome.displayId === undefined
        ? `An AWS Support case was opened (${category}); AWS had not told its number when this was written.`
        : `AWS Support case ${outcome.displayId} was opened (${category}).`;
    case 'updated':
      return `AWS Support case ${outcome.displayId} was already open for this model (${category}); the new details were added to it.`;
    case 'left':
      return `AWS Support case ${outcome.displayId} is open for this model (${category}) and already tells of the same alarms; it was left as it is.`;
    case 'told':
      return `AWS Support case ${outcome.displayId} (${category}) holds the details of this incident.`;
  }
}

/** The category alone would promise an increase where the case asks for none. */
const caseAsks = (incident: Incident, { kind }: CaseOutcome): readonly Prose[] =>
  (kind === 'opened' || kind === 'updated') &&
  incident.decision.category === 'Quota Request' &&
  !(needsQuota(incident) && increasesOf(incident).length > 0)
    ? [plain('It asks AWS to look into the cause; no increase is asked for.')]
    : [];

function noCaseSentence(reason: NoCaseReason): string {
  switch (reason.why) {
    case 'automation-off':
      return 'No AWS Support case was opened: automatedSupportCase is false for this model.';
    case 'no-support-plan':
      return "No AWS Support case was opened: this account's support plan does not include the AWS Support API.";
    case 'case-limit':
      return 'No AWS Support case was opened: AWS takes at most 10 new cases an hour from an account, and said that they are used up.';
    case 'too-many-cases':
      return `No AWS Support case was opened: after ${counted(reason.casesRead, 'open case')} none was found to be ours, and not all could be read, so a new one might be a second one.`;
    case 'unsearched':
      return `No AWS Support case was opened or updated: the open cases could not be read (${reason.error}).`;
    case 'unreadable':
      return `AWS Support case ${reason.displayId} is open for this model, but nothing was added to it: what it holds could not be read (${reason.error}).`;
    case 'refused':
      return `No AWS Support case was opened or updated: AWS refused ${attempt(reason.displayId)} (${reason.error}).`;
    case 'unclear':
      return `It is not clear whether the AWS Support case was opened or updated: ${attempt(reason.displayId)} ${reason.error === undefined ? 'was not answered in time' : `ended in ${reason.error}`}.`;
  }
}

const attempt = (displayId: string | undefined): string =>
  displayId === undefined ? 'the request' : `the addition to case ${displayId}`;

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
          prose`${quota}: ${peakOfUsage(incident.usage, quota, 'peak of 14 days ')}, alarm threshold ${thresholdOfAlarm(quota, facts)}, quota ${currentQuota(quota, facts)}`,
        );
  });
  return [...ownFigures, ...perQuota, ...increases(incident, outcome)];
}

/** What was asked for, or should be by hand; where more quota is not the answer, nothing. */
function increases(incident: Incident, outcome: CaseOutcome): readonly Prose[] {
  if (!needsQuota(incident) || outcome.kind === 'left') return [];
  const asked = outcome.kind === 'none' ? 'To ask for' : 'Asked for';
  return increasesOf(incident).map((increase) =>
    increase.requested === undefined
      ? item(prose`${asked}: ${requestedQuota(increase)}`)
      : item(
          prose`${asked}: ${requestedQuota(increase)} (${increase.facts.increasePercent.toString()} % more)`,
        ),
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

const footer = (incident: Incident): Prose =>
  joined(
    [
      prose`Model id: ${settingOf(incident, 'modelId')}`,
      plain(`Account ${incident.accountId}, Region ${incident.region}`),
      plain(`Incident reference: ${incident.reference}`),
    ],
    '\n',
  );
