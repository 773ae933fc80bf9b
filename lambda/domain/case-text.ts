import { ALARM_CATALOGUE, type AlarmName, type Quota } from './alarm-catalogue';
import { reaches } from './decision';
import type { Incident, QuotaFacts } from './incident';
import { increasesOf } from './increases';
import { readModelId } from './model-id';
import { timeAtThreshold, type Usage } from './usage';
import { counted, figure, grouped, inAlarm, listed, minuteUtc, section, UNKNOWN, wrapped } from './words';

/** AWS Support's limit for one communication. https://docs.aws.amazon.com/awssupport/latest/APIReference/API_CreateCase.html */
export const MAX_COMMUNICATION_CHARACTERS = 8_000;

const CUT = '\n\n[The rest was cut: AWS Support takes at most 8,000 characters.]';

/** The subject by which a case of ours is recognised. Support is global, so it names the Region. */
export const caseSubject = (customer: string, modelName: string, category: string, region: string): string =>
  `${customer} - Bedrock Ops Alert - ${modelName} - ${category} - ${region}`;

const CASE_SUBJECT =
  /^[A-Za-z][A-Za-z0-9-]* - Bedrock Ops Alert - (?<model>[A-Za-z0-9-]+) - (?<category>Quota Request|Investigation Request) - [a-z0-9-]+$/;

/** The model and category of a subject that `caseSubject` made; undefined for any other. */
export function readCaseSubject(subject: string): { model: string; category: string } | undefined {
  const { model, category } = CASE_SUBJECT.exec(subject)?.groups ?? {};
  return model === undefined || category === undefined ? undefined : { model, category };
}

/** The body of a new case, in plain text. */
export const newCaseBody = (incident: Incident): string => body(incident, []);

/** What is appended to an open case of the same subject: full details again, since its reader sees nothing else. */
export const appendedBody = (incident: Incident): string =>
  body(incident, ['Something further has happened while this case is open. The full details follow.']);

/** Marks a communication as the account of one incident. */
export const incidentReferenceLine = (reference: string): string => `Incident reference: ${reference}`;

function body(incident: Incident, opening: readonly string[]): string {
  const sections = [
    ...opening,
    header(incident),
    section('EXECUTIVE SUMMARY', summary(incident)),
    section('USE CASE', incident.model.useCase),
    section('IMPACT ASSESSMENT', ...impact(incident)),
    section('USAGE OF THE LAST 14 DAYS', ...usageLines(incident)),
    ...increaseSection(incident),
    section('JUSTIFICATION', ...justification(incident)),
    section('ACTION REQUESTED', action(incident)),
  ];
  const text = sections.join('\n\n');
  return text.length <= MAX_COMMUNICATION_CHARACTERS
    ? text
    : text.slice(0, MAX_COMMUNICATION_CHARACTERS - CUT.length) + CUT;
}

function header(incident: Incident): string {
  const { model } = incident;
  const { kind, metricModelId } = readModelId(model.modelId);
  return [
    `Customer: ${incident.customer}`,
    `Model: ${model.modelName}`,
    `Model id: ${model.modelId} (${kind})`,
    ...(kind === 'foundation model' ? [] : [`Inference profile type: ${model.inferenceProfileType}`]),
    ...(kind === 'application profile' ? [`Application inference profile: ${metricModelId}`] : []),
    `Region: ${incident.region}`,
    `Composite alarm: ${incident.compositeAlarmName}`,
    'Alarms:',
    ...incident.triggered.map((alarm) => wrapped(`- ${alarm.alarmName}, ${inAlarm(alarm)}`, '  ')),
    incidentReferenceLine(incident.reference),
  ].join('\n');
}

const meaningOf = (name: AlarmName): string =>
  ALARM_CATALOGUE.find((alarm) => alarm.name === name)?.meaning ?? name;

/** `Bedrock is throttling requests, and requests per minute are close to the quota`. */
export const whatHappens = (incident: Incident): string =>
  listed(incident.triggered.map(({ name }) => meaningOf(name)));

function summary(incident: Incident): string {
  const happening = `In alarm since ${minuteUtc(incident.openedAt)}: ${whatHappens(incident)}.`;
  switch (incident.decision.scenario) {
    case 'non_quota':
      return `${happening} Quotas play no part in these alarms. Please help us find the root cause.`;
    case 'new_model':
      return isReadable(incident)
        ? `${happening} CloudWatch shows no usage of this model in the last 14 days: it is probably newly deployed.`
        : `${happening} ${unreadable(incident)}`;
    case 'high_usage':
      return `${happening} The use is proven: in the last 14 days it reached the alarm threshold, as the justification shows.`;
    case 'low_usage':
      return modelQuotas(incident).length === 0
        ? `${happening} Our settings name no quota for this model, so its usage cannot be held against one.`
        : `${happening} The highest usage of the last 14 days is below the alarm thresholds, so this is probably transient.`;
  }
}

const modelQuotas = (incident: Incident): readonly (readonly [Quota, QuotaFacts])[] =>
  (['RPM', 'TPM'] as const).flatMap((quota) => {
    const facts = incident.quotas[quota];
    return facts === null ? [] : [[quota, facts] as const];
  });

/** Whether usage and thresholds were read, so that the scenario rests on figures. */
export const isReadable = (incident: Incident): boolean =>
  incident.usage !== undefined && modelQuotas(incident).every(([, facts]) => facts.threshold !== undefined);

/** Says what could not be read; empty when everything was. */
export function unreadable(incident: Incident): string {
  const missing = [
    ...(incident.usage === undefined ? ['the usage of the last 14 days'] : []),
    ...modelQuotas(incident).flatMap(([quota, facts]) =>
      facts.threshold === undefined ? [`the ${quota} alarm threshold`] : [],
    ),
  ];
  return missing.length === 0 ? '' : `When this was written, ${listed(missing)} could not be read.`;
}

function impact({ decision, triggered, model }: Incident): readonly string[] {
  const names = triggered.map(({ name }) => name);
  const effect = names.some(
    (name) => name === 'Throttles' || name === 'ClientErrors' || name === 'ServerErrors',
  )
    ? 'requests of this application fail'
    : names.some((name) => name === 'HighLatency' || name === 'LatencyAnomaly')
      ? 'answers reach users late'
      : decision.scenario === 'high_usage'
        ? 'these alarms report no failing requests, but usage has reached the alarm threshold'
        : 'these alarms report no failing requests';
  return [
    `Severity: ${decision.severity}`,
    `Service impact: ${effect}`,
    `Affected service: Amazon Bedrock, ${model.modelId}`,
  ];
}

function usageLines(incident: Incident): readonly string[] {
  const { usage, model } = incident;
  return [
    ...(usage === undefined
      ? ['The usage could not be read when this was written; none of its figures is known.']
      : [
          `Peak RPM: ${peak(usage, 'RPM')}`,
          `Steady-state RPM: ${steady(usage, 'RPM')}`,
          `Peak TPM: ${peak(usage, 'TPM')}`,
          `Steady-state TPM: ${steady(usage, 'TPM')}`,
          ...(usage.TPM.peak === undefined ? [] : [`TPM is measured as ${usage.tpmSource}.`]),
          `Average input tokens per request: ${tokens(usage.inputTokensPerRequest)}`,
          `Average output tokens per request: ${tokens(usage.outputTokensPerRequest)}`,
        ]),
    `Input modalities: ${model.inputModalities}`,
    ...(model.dataResidency === 'Yes'
      ? ['Data residency: geographic residency is required, so global cross-Region inference is ruled out.']
      : []),
  ];
}

const peak = (usage: Usage, quota: Quota): string => {
  const highest = usage[quota].peak;
  return highest === undefined || highest.value === 0
    ? 'none in 14 days'
    : `${figure(highest.value, quota)} (${minuteUtc(highest.minute)})`;
};

const steady = (usage: Usage, quota: Quota): string => {
  const mean = usage[quota].steady;
  return mean === undefined
    ? 'no traffic in 14 days'
    : `${figure(mean, quota)} (mean of minutes with traffic)`;
};

const tokens = (mean: number | undefined): string => (mean === undefined ? UNKNOWN : grouped(mean));

function increaseSection(incident: Incident): readonly string[] {
  const increases = increasesOf(incident);
  if (incident.decision.scenario === 'non_quota' || increases.length === 0) return [];
  const reference = incident.decision.scenario === 'low_usage' || !isReadable(incident);
  return [
    section(
      reference ? 'QUOTA INCREASE REQUESTS (for reference only)' : 'QUOTA INCREASE REQUESTS',
      ...increases.map(({ quota, facts, requested }) =>
        [
          `- ${quota}: ${facts.name ?? `name ${UNKNOWN}`} (${facts.code})`,
          `Current: ${figure(facts.current, quota)}${facts.isDefault ? ' (the AWS default)' : ''}`,
          `${reference ? 'Would be requested' : 'Requested'}: ${figure(requested, quota)} (${facts.increasePercent} % more)`,
        ].join('\n'),
      ),
    ),
  ];
}

function justification(incident: Incident): readonly string[] {
  const { decision, usage } = incident;
  if (decision.scenario === 'non_quota')
    return ['These alarms report errors or slow answers on the service side; no quota is involved.'];
  if (usage === undefined) return [unreadable(incident)];
  const compared = modelQuotas(incident).map(([quota, facts]) => againstThreshold(usage, quota, facts));
  return compared.length > 0 ? compared : ['Our settings name no quota for this model.'];
}

function againstThreshold(usage: Usage, quota: Quota, { threshold }: QuotaFacts): string {
  if (threshold === undefined) return `- ${quota}: peak ${peak(usage, quota)}; the threshold is ${UNKNOWN}.`;
  const highest = usage[quota].peak?.value ?? 0;
  const compared = `- ${quota}: peak ${peak(usage, quota)}; threshold ${figure(threshold, quota)}.`;
  if (highest === 0 || !reaches(highest, threshold)) return compared;
  const { minutes, longestRun } = timeAtThreshold(usage[quota].minutes, threshold);
  const run = `${longestRun >= SUSTAINED_MINUTES ? 'sustained, ' : ''}${counted(longestRun, 'minute')} at the longest in a row`;
  return `${compared} At or over the threshold in ${counted(minutes, 'minute')} (${run}).`;
}

/** From so many minutes in a row on, usage over the threshold is called sustained. */
const SUSTAINED_MINUTES = 5;

function action(incident: Incident): string {
  const { scenario, severity } = incident.decision;
  const asked = listed(increasesOf(incident).map(({ quota }) => quota));
  switch (scenario) {
    case 'non_quota':
      return 'Please find the root cause of these errors or delays and tell us what to change on our side, if anything.';
    case 'new_model':
      if (!isReadable(incident))
        return 'Please look into the alarms named above. No increase is requested until the figures can be read.';
      return asked === ''
        ? NO_INCREASE
        : `Please raise ${asked} as requested, so that the workload can start.`;
    case 'high_usage':
      return [
        asked === ''
          ? NO_INCREASE
          : `Please raise ${asked} as requested; the use is proven, so do not wait for a confirmation from us.`,
        ...(severity === 'CRITICAL' ? ['Requests of our users fail in this incident: please expedite.'] : []),
      ].join(' ');
    case 'low_usage':
      return 'Please investigate the cause first. No increase is requested yet; quota figures are for reference.';
  }
}

const NO_INCREASE =
  'Please look into the alarms named above. Our settings ask for no increase of the quotas concerned.';
