import type { Quota } from './alarm-catalogue';
import { incidentReferenceLine, subjectOf } from './case-identity';
import { reaches } from './decision';
import {
  amountingTo,
  beginningOf,
  currentQuota,
  noQuota,
  peakOfUsage,
  quotaName,
  requestedQuota,
  settingOf,
  severityOf,
  stateOf,
  steadyUsage,
  thresholdOfAlarm,
  timeAtOrOver,
  tokensPerRequest,
} from './facts';
import type { Incident, Increase, QuotaFacts } from './incident';
import { increasesOf } from './increases';
import { figuresOfLastHour } from './last-hour';
import { readModelId } from './model-id';
import { hasServerErrors, refusedWithoutThrottles, throttledBelowThreshold } from './possible-causes';
import { enumerated, fact, fitted, item, joined, NOTHING, type Prose, plain, prose, section } from './prose';
import {
  isReadable,
  lowUse,
  modelQuotas,
  reachedQuotas,
  toldBeforeTitle,
  unreadable,
  watching,
  whatHappens,
} from './situation';
import type { Usage } from './usage';
import { listed } from './words';

/** AWS Support's limit for one communication. https://docs.aws.amazon.com/awssupport/latest/APIReference/API_CreateCase.html */
export const MAX_COMMUNICATION_CHARACTERS = 8_000;

/** The body of a new case, in plain text. */
export const newCaseBody = (incident: Incident): Prose => body(incident, []);

/** What is appended to the open case of the same subject: full details again, since its reader sees nothing else. */
export const appendedBody = (incident: Incident, displayId: string): Prose =>
  body(incident, [
    fact(
      { claim: 'case', subject: subjectOf(incident), displayId, is: 'open', telling: incident.telling },
      'Something further has happened while this case is open. The full details follow.',
    ),
  ]);

interface Section {
  readonly title: string;
  readonly prose: Prose;
}

function body(incident: Incident, opening: readonly Prose[]): Prose {
  const sections: readonly Section[] = [
    { title: 'Executive summary', parts: [summary(incident)] },
    { title: USE_CASE, parts: [settingOf(incident, 'useCase')] },
    { title: 'Impact assessment', parts: impact(incident) },
    { title: USAGE, parts: usageLines(incident) },
    ...increaseSection(incident),
    { title: 'Justification', parts: justification(incident) },
    { title: 'Action requested', parts: action(incident) },
  ].map(({ title, parts }) => ({ title, prose: section(title, ...parts) }));
  return withinLimit([...opening.map((one) => fitted(one)), header(incident)], sections);
}

const USE_CASE = 'Use case';
const USAGE = 'Usage of the last 14 days';

/** What gives way first where a text is too long; what is asked and why stays. */
const FIRST_TO_GO = [USE_CASE, USAGE];

const LEFT_OUT = plain('Left out: AWS Support takes at most 8,000 characters.');
const CUT = '\n\n[The rest was cut: AWS Support takes at most 8,000 characters.]';

function withinLimit(top: readonly Prose[], sections: readonly Section[]): Prose {
  const whole = joined([...top, ...sections.map((one) => one.prose)], '\n\n');
  if (whole.text.length <= MAX_COMMUNICATION_CHARACTERS) return whole;
  const tooMuch = FIRST_TO_GO.find((title) =>
    sections.some((one) => one.title === title && !one.prose.text.endsWith(LEFT_OUT.text)),
  );
  if (tooMuch === undefined)
    return { ...whole, text: whole.text.slice(0, MAX_COMMUNICATION_CHARACTERS - CUT.length) + CUT };
  return withinLimit(
    top,
    sections.map((one) => (one.title === tooMuch ? { ...one, prose: section(tooMuch, LEFT_OUT) } : one)),
  );
}

function header(incident: Incident): Prose {
  const { model, triggered, toldBefore } = incident;
  const { kind, metricModelId } = readModelId(model.modelId);
  return joined(
    [
      fitted(prose`Request: ${request(incident)}`, '  '),
      plain(`Customer: ${incident.customer}`),
      plain(`Model: ${model.modelName}`),
      prose`Model id: ${settingOf(incident, 'modelId')} (${kind})`,
      ...(kind === 'foundation model'
        ? []
        : [prose`Inference profile type: ${settingOf(incident, 'inferenceProfileType')}`]),
      ...(kind === 'application profile' ? [plain(`Application inference profile: ${metricModelId}`)] : []),
      plain(`Region: ${incident.region}`),
      plain(`Composite alarm: ${incident.compositeAlarmName}`),
      plain('Alarms:'),
      ...triggered.map((alarm) => fitted(item(prose`${alarm.alarmName}, ${stateOf(alarm)}`), '  ')),
      ...(toldBefore.length === 0 ? [] : [plain(`${toldBeforeTitle(toldBefore)}:`)]),
      // Not in the form by which a case is known to tell of an alarm: it may have been told on another case.
      ...toldBefore.map((alarm) => fitted(item(prose`${alarm.alarmName}: ${stateOf(alarm)}`), '  ')),
      plain(incidentReferenceLine(incident.reference, incident.telling)),
    ],
    '\n',
  );
}

/** What is asked, in one line. */
function request(incident: Incident): Prose {
  const { scenario, severity } = incident.decision;
  const raises = increasesOf(incident).map(
    (increase) => prose`${requestedQuota(increase)} (${increase.facts.code})`,
  );
  if (scenario === 'non_quota') return prose`find the root cause of ${whatHappens(incident)}`;
  if (scenario === 'low_usage' || !isReadable(incident))
    return plain('investigate the cause; no increase is asked for yet');
  if (raises.length === 0) return plain('look into the alarms; no increase is asked for');
  const expedited = scenario === 'high_usage' && severity === 'CRITICAL' ? '; please expedite' : '';
  return prose`raise the quota${raises.length > 1 ? 's' : ''} to ${enumerated(raises)}${expedited}`;
}

function summary(incident: Incident): Prose {
  const happening = happeningSince(incident);
  switch (incident.decision.scenario) {
    case 'non_quota':
      return prose`${happening} Please help us find the root cause.`;
    case 'new_model':
      return isReadable(incident)
        ? prose`${happening} ${newlyDeployed(incident)}`
        : prose`${happening} ${unreadable(incident)}`;
    case 'high_usage':
      return prose`${happening} ${provenUse(incident)}`;
    case 'low_usage':
      return prose`${happening} ${lowUse(incident)}`;
  }
}

function happeningSince(incident: Incident): Prose {
  const { telling, toldBefore } = incident;
  if (telling === 1) return prose`In alarm since ${beginningOf(incident)}: ${whatHappens(incident)}.`;
  // By name: what a quota alarm fires for is no matter of a case that is about no quota.
  const going = toldBefore.filter(({ now }) => now === 'ALARM');
  const stillGoing =
    going.length === 0
      ? NOTHING
      : prose` Earlier alarms, still in ALARM: ${enumerated(going.map((alarm) => amountingTo(alarm.name, stateOf(alarm))))}.`;
  return prose`In alarm since ${beginningOf(incident)}; new: ${whatHappens(incident)}.${stillGoing}`;
}

const peaks = ({ usage }: Incident): readonly Prose[] => [
  peakOfUsage(usage, 'RPM'),
  peakOfUsage(usage, 'TPM'),
];

const againstThresholds = (incident: Incident): readonly Prose[] => [
  ...modelQuotas(incident).flatMap(([quota, facts]) => [
    peakOfUsage(incident.usage, quota),
    thresholdOfAlarm(quota, facts),
  ]),
];

const newlyDeployed = (incident: Incident): Prose =>
  amountingTo(
    'CloudWatch shows no usage of this model in the last 14 days: it is probably newly deployed.',
    ...peaks(incident),
  );

const provenQuotas = (incident: Incident): string =>
  listed(reachedQuotas(incident).map(({ quota }) => quota));

const provenUse = (incident: Incident): Prose =>
  amountingTo(
    `The use is proven (${provenQuotas(incident)}): in the last 14 days it reached the alarm threshold, as the justification shows.`,
    ...againstThresholds(incident),
  );

function impact(incident: Incident): readonly Prose[] {
  const states = [...incident.triggered, ...incident.toldBefore].map(stateOf);
  return [
    prose`Severity: ${severityOf(incident)}`,
    prose`Service impact: ${amountingTo(effect(incident), ...states)}`,
    prose`Affected service: Amazon Bedrock, ${settingOf(incident, 'modelId')}`,
  ];
}

function effect(incident: Incident): string {
  const alarms = [...incident.triggered, ...incident.toldBefore];
  const failing = watching(alarms, 'errors');
  if (failing !== undefined)
    return failing === 'gone off' ? 'requests to this model failed' : 'requests to this model fail';
  const late = watching(alarms, 'latency');
  if (late !== undefined) return late === 'gone off' ? 'answers came late' : 'answers come late';
  return 'these alarms report no failing requests';
}

function usageLines(incident: Incident): readonly Prose[] {
  const { usage } = incident;
  return [
    ...(usage === undefined ? [unreadUsage] : usageFigures(usage, incident)),
    prose`Input modalities: ${settingOf(incident, 'inputModalities')}`,
    ...residency(incident),
  ];
}

const unreadUsage = fact(
  { claim: 'unread', what: 'usage' },
  'The usage could not be read when this was written; none of its figures is known.',
);

const usageFigures = (usage: Usage, { decision }: Incident): readonly Prose[] => [
  prose`Peak RPM: ${peakOfUsage(usage, 'RPM')}`,
  prose`Steady-state RPM: ${steadyUsage(usage, 'RPM')}`,
  prose`Peak TPM: ${peakOfUsage(usage, 'TPM')}`,
  prose`Steady-state TPM: ${steadyUsage(usage, 'TPM')}`,
  ...(usage.TPM.peak === undefined || decision.scenario === 'non_quota'
    ? []
    : [amountingTo(`TPM is measured as ${usage.TPM.metrics.join(' + ')}.`, peakOfUsage(usage, 'TPM'))]),
  prose`Average input tokens per request: ${tokensPerRequest(usage, 'InputTokenCount')}`,
  prose`Average output tokens per request: ${tokensPerRequest(usage, 'OutputTokenCount')}`,
];

/** A global profile and required residency contradict each other; which of the two is wrong cannot be told from here. */
function residency(incident: Incident): readonly Prose[] {
  const { dataResidency, modelId } = incident.model;
  if (dataResidency !== 'Yes') return [];
  const required = settingOf(incident, 'dataResidency', 'geographic residency is required');
  return readModelId(modelId).kind === 'global profile'
    ? [prose`Data residency: ${required}, although the model id above is that of a global profile.`]
    : [prose`Data residency: ${required}, so global cross-Region inference is ruled out.`];
}

function increaseSection(incident: Incident): readonly { title: string; parts: readonly Prose[] }[] {
  const increases = increasesOf(incident);
  if (incident.decision.scenario === 'non_quota' || increases.length === 0) return [];
  const forReference = incident.decision.scenario === 'low_usage' || !isReadable(incident);
  return [
    {
      title: `Quota increase requests${forReference ? ' (for reference only)' : ''}`,
      parts: increases.map((increase) => increaseItem(increase, forReference)),
    },
  ];
}

function increaseItem(increase: Increase, forReference: boolean): Prose {
  const { quota, facts } = increase;
  const asked = forReference ? 'Would be requested' : 'Requested';
  return joined(
    [
      item(prose`${quota}: ${quotaName(facts)} (${facts.code})`),
      prose`Current: ${currentQuota(quota, facts)}`,
      increase.requested === undefined
        ? prose`${asked}: ${requestedQuota(increase)}`
        : prose`${asked}: ${requestedQuota(increase)} (${facts.increasePercent.toString()} % more)`,
    ],
    '\n',
  );
}

function justification(incident: Incident): readonly Prose[] {
  const { decision, usage } = incident;
  const ownFigures = figuresOfLastHour(incident);
  if (decision.scenario === 'non_quota') return ownFigures;
  if (usage === undefined) return [unreadable(incident), ...ownFigures];
  const quotas = modelQuotas(incident).map(([quota, facts]) => againstThreshold(usage, quota, facts));
  const compared =
    quotas.length > 0
      ? quotas
      : [amountingTo('The settings name no quota for this model.', noQuota('RPM'), noQuota('TPM'))];
  return [...compared, ...ownFigures, ...otherCauses(incident)];
}

function againstThreshold(usage: Usage, quota: Quota, facts: QuotaFacts): Prose {
  const { threshold } = facts;
  const compared = item(
    prose`${quota}: ${peakOfUsage(usage, quota, 'peak ')}; threshold ${thresholdOfAlarm(quota, facts)}.`,
  );
  if (threshold === undefined || !reaches(usage[quota].peak?.value ?? 0, threshold)) return compared;
  return prose`${compared} At or over the threshold in ${timeAtOrOver(threshold, usage[quota])}.`;
}

/** What speaks for another cause than a quota that is too small. */
function otherCauses(incident: Incident): readonly Prose[] {
  const throttled = throttledBelowThreshold(incident);
  const noThrottles =
    incident.decision.scenario === 'low_usage' ? refusedWithoutThrottles(incident) : undefined;
  return [
    ...(throttled === undefined
      ? []
      : [
          prose`${throttled}. What throttled cannot be seen from our side: the reservation of max_tokens at the start of a request, the account's tokens per day, or capacity.`,
        ]),
    ...(noThrottles === undefined
      ? []
      : [
          prose`Throttled requests: ${noThrottles}. A faulty request or a missing permission is likelier than a quota.`,
        ]),
    ...(hasServerErrors(incident)
      ? [plain('Server errors (5xx) point to capacity or a fault of the service, not to a quota.')]
      : []),
  ];
}

function action(incident: Incident): readonly Prose[] {
  return [
    plain(requestedAction(incident)),
    ...(throttledBelowThreshold(incident) === undefined
      ? []
      : [plain('Please tell us which limit throttled these requests.')]),
    ...(hasServerErrors(incident) && incident.decision.scenario !== 'non_quota'
      ? [plain('Please find the root cause of the server errors as well.')]
      : []),
  ];
}

function requestedAction(incident: Incident): string {
  const { scenario, severity } = incident.decision;
  const asked = listed(increasesOf(incident).map(({ quota }) => quota));
  const noIncrease = `${LOOK_INTO_ALARMS}${modelQuotas(incident).length === 0 ? '' : ' Our settings ask for no increase of the quotas concerned.'}`;
  switch (scenario) {
    case 'non_quota':
      return `Please find the root cause of ${whatHappens(incident).text} and tell us what to change on our side, if anything.`;
    case 'new_model':
      if (!isReadable(incident))
        return `${LOOK_INTO_ALARMS} No increase is requested until the figures can be read.`;
      return asked === ''
        ? noIncrease
        : `Please raise ${asked} as requested, so that the workload can start.`;
    case 'high_usage':
      return [
        asked === ''
          ? noIncrease
          : `Please raise ${asked} as requested; the use is proven (${provenQuotas(incident)}), so do not wait for a confirmation from us.`,
        ...(severity === 'CRITICAL' ? [`Please expedite: ${effect(incident)}.`] : []),
      ].join(' ');
    case 'low_usage':
      return `Please investigate the cause first. No increase is requested yet${asked === '' ? '' : '; quota figures are for reference'}.`;
  }
}

const LOOK_INTO_ALARMS = 'Please look into the alarms named above.';
