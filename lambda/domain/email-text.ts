import { isReadable, unreadable, whatHappens } from './case-text';
import type { CaseOutcome, Incident, NoCaseReason } from './incident';
import { increasesOf } from './increases';
import {
  alarmLink,
  caseLink,
  counted,
  figure,
  grouped,
  inAlarm,
  listed,
  minuteUtc,
  newCaseLink,
  quotaLink,
  section,
  UNKNOWN,
} from './words';

export interface EmailText {
  /** Under 100 characters, as SNS demands. */
  readonly subject: string;
  readonly body: string;
}

/** What is known of a model whose configuration cannot be used: that alarms of it went off. */
export interface UnknownModel {
  readonly customer: string;
  readonly modelName: string;
  readonly region: string;
  /** The full names of the alarms that the message names; the composite at least. */
  readonly alarmNames: readonly string[];
  /** One sentence that says what is wrong. */
  readonly fault: string;
}

/** The e-mail for an incident of which nothing more can be told. Its severity is not known, so it is the higher one. */
export const unknownModelEmail = ({
  customer,
  modelName,
  region,
  alarmNames,
  fault,
}: UnknownModel): EmailText => ({
  subject: `CRITICAL: ${customer} Bedrock ${modelName} - alarm without configuration`,
  body: [
    section(
      'WHAT HAPPENED',
      `An alarm of ${modelName} has gone off, but how the model is monitored cannot be read. ${fault}`,
    ),
    section('WHAT WAS DONE', 'No AWS Support case was opened or updated.'),
    section(
      'WHAT TO DO NOW',
      '- Look at the alarms by hand; how bad it is was not judged, and CRITICAL stands for not known.',
      "- Deploy the model's stack again, which writes its configuration anew.",
    ),
    section('LINKS', ...alarmNames.map((alarmName) => `- Alarm: ${alarmLink(region, alarmName)}`)),
  ].join('\n\n'),
});

/** The e-mail that tells the SRE team of an incident. */
export function incidentEmail(incident: Incident, outcome: CaseOutcome): EmailText {
  const { decision, customer, model } = incident;
  return {
    subject: emailSubject(decision.severity, customer, model.modelName, decision.category),
    body: [
      section('WHAT HAPPENED', ...whatHappened(incident)),
      section('WHAT WAS DONE', caseSentence(incident, outcome)),
      section('WHAT TO DO NOW', ...whatToDo(incident, outcome)),
      ...(decision.scenario === 'non_quota' ? [] : [section('FIGURES', ...figures(incident, outcome))]),
      section('LINKS', ...links(incident, outcome)),
      [
        `Model id: ${model.modelId}`,
        `Account ${incident.accountId}, Region ${incident.region}`,
        `Incident reference: ${incident.reference}`,
      ].join('\n'),
    ].join('\n\n'),
  };
}

const emailSubject = (severity: string, customer: string, modelName: string, category: string): string =>
  `${severity}: ${customer} Bedrock ${modelName} - ${category}`;

/** The severity that a subject of ours names. */
export const severityOfSubject = (subject: string): string | undefined =>
  /^(CRITICAL|WARNING): /.exec(subject)?.[1];

function whatHappened(incident: Incident): readonly string[] {
  return [
    `${incident.decision.severity} on ${incident.model.modelName}, in alarm since ${minuteUtc(incident.openedAt)}: ${whatHappens(incident)}.`,
    ...incident.triggered.map((alarm) => `- ${alarm.name}: ${inAlarm(alarm)}`),
    ...incident.remarks,
  ];
}

function caseSentence(incident: Incident, outcome: CaseOutcome): string {
  const { category } = incident.decision;
  switch (outcome.kind) {
    case 'opened':
      return outcome.displayId === undefined
        ? `An AWS Support case was opened (${category}); AWS had not told its number when this was written.`
        : `AWS Support case ${outcome.displayId} was opened (${category}).`;
    case 'updated':
      return `AWS Support case ${outcome.displayId} was already open for this model (${category}); the new details were added to it.`;
    case 'left':
      return `AWS Support case ${outcome.displayId} is open for this model (${category}) and already tells of the same alarms; it was left as it is.`;
    case 'already-told':
      return `AWS Support case ${outcome.displayId} (${category}) already holds the details of this incident.`;
    case 'none':
      return noCaseSentence(outcome.reason);
  }
}

function noCaseSentence(reason: NoCaseReason): string {
  switch (reason.why) {
    case 'automation-off':
      return 'No AWS Support case was opened: automatedSupportCase is false for this model.';
    case 'no-support-plan':
      return "No AWS Support case was opened: this account's support plan does not include the AWS Support API.";
    case 'too-many-cases':
      return `No AWS Support case was opened: after ${counted(reason.casesRead, 'open case')} none was found to be ours, and not all could be read, so a new one might be a second one.`;
    case 'unreadable':
      return `AWS Support case ${reason.displayId} is open for this model, but nothing was added to it: ${reason.what}.`;
    case 'refused':
      return `No AWS Support case was opened or updated: ${reason.what}.`;
    case 'unclear':
      return `It is not clear whether the AWS Support case was opened or updated: ${reason.what}.`;
  }
}

function whatToDo(incident: Incident, outcome: CaseOutcome): readonly string[] {
  return [...advice(incident), ...(outcome.kind === 'none' ? [byHand(incident, outcome.reason)] : [])].map(
    (sentence) => `- ${sentence}`,
  );
}

function advice(incident: Incident): readonly string[] {
  switch (incident.decision.scenario) {
    case 'non_quota':
      return [
        'Quotas play no part. Check recent releases and the AWS Health Dashboard, and fall back to another model or Region if users are affected.',
      ];
    case 'new_model':
      return isReadable(incident)
        ? [
            'CloudWatch shows no usage of this model in the last 14 days: check that the application calls the model it should.',
          ]
        : [
            unreadable(incident),
            'Look at the metrics by hand before you judge whether a quota is too small.',
          ];
    case 'high_usage':
      return [
        `Usage has reached the alarm threshold. Until ${increasesOf(incident).length > 0 ? 'the quota is raised' : 'the quota is settled'}, slow down batch work or move traffic to another model or Region.`,
      ];
    case 'low_usage':
      if (incident.quotas.RPM === null && incident.quotas.TPM === null)
        return [
          'The settings name no quota for this model: look for the cause before you ask for more of anything.',
        ];
      return [
        'The highest usage of the last 14 days does not reach an alarm threshold, so this is probably transient: look for its cause before you ask for more quota.',
      ];
  }
}

function byHand(incident: Incident, reason: NoCaseReason): string {
  const quotaCodes = increasesOf(incident).map(({ facts }) => facts.code);
  const quotas =
    incident.decision.scenario === 'high_usage' && quotaCodes.length > 0
      ? ` To ask for more quota, use Service Quotas: ${listed(quotaCodes)}.`
      : '';
  return reason.why === 'no-support-plan'
    ? `The case must be raised by hand, or by somebody whose account has a plan that includes technical support.${quotas}`
    : `Look for an open case first, then open one by hand if you need AWS.${quotas} ${newCaseLink}`;
}

function figures(incident: Incident, outcome: CaseOutcome): readonly string[] {
  const { usage } = incident;
  const perQuota = (['RPM', 'TPM'] as const).flatMap((quota) => {
    const facts = incident.quotas[quota];
    if (facts === null) return [`- ${quota}: the settings name no ${quota} quota for this model`];
    const peak = usage?.[quota].peak;
    const highest =
      usage === undefined
        ? `peak ${UNKNOWN}`
        : peak === undefined || peak.value === 0
          ? 'no usage in 14 days'
          : `peak of 14 days ${grouped(peak.value)} at ${minuteUtc(peak.minute)}`;
    return [
      `- ${quota}: quota ${figure(facts.current, quota)}${facts.isDefault ? ' (the AWS default)' : ''}, alarm threshold ${figure(facts.threshold, quota)}, ${highest}`,
    ];
  });
  const asked =
    outcome.kind !== 'none' &&
    outcome.kind !== 'left' &&
    incident.decision.scenario !== 'low_usage' &&
    isReadable(incident);
  const increases = increasesOf(incident).map(({ quota, facts, requested }) =>
    asked
      ? `- Asked for: ${figure(requested, quota)} (${facts.increasePercent} % more)`
      : `- ${facts.increasePercent} % more would be ${figure(requested, quota)}`,
  );
  return [...perQuota, ...increases];
}

function links(incident: Incident, outcome: CaseOutcome): readonly string[] {
  const { region } = incident;
  return [
    ...(outcome.kind === 'none' ? [] : [`- Case: ${caseLink(outcome.displayId)}`]),
    `- Alarm: ${alarmLink(region, incident.compositeAlarmName)}`,
    ...incident.triggered.map(({ alarmName }) => `- Alarm: ${alarmLink(region, alarmName)}`),
    ...increasesOf(incident).map(({ quota, facts }) => `- ${quota} quota: ${quotaLink(region, facts.code)}`),
  ];
}
