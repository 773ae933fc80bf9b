import { amountingTo, beganAt, peakOfUsage, settingOf, severityOf, stateOf, thresholdOfAlarm } from './facts';
import type { Incident } from './incident';
import { enumerated, NOTHING, type Prose, prose, sentences } from './prose';
import {
  isReadable,
  lowUse,
  modelQuotas,
  noCapacity,
  reachedQuotas,
  unreadable,
  watching,
  whatHappens,
  withoutUsage,
} from './situation';
import { counted, listed } from './words';

/** What a case says first of an incident: what happens, and what that does. */

/** `isRequested`: an increase is asked for whatever usage has become since. */
export function summary(incident: Incident, isRequested = false): Prose {
  const happening = happeningSince(incident);
  const none = noCapacity(incident) ?? NOTHING;
  switch (incident.decision.scenario) {
    case 'non_quota':
      return prose`${happening}${others(incident)} Please help us find the root cause.`;
    case 'new_model':
      return isReadable(incident)
        ? sentences(happening, none, newlyDeployed(incident))
        : sentences(happening, none, unreadable(incident));
    case 'high_usage':
      return sentences(happening, none, provenUse(incident));
    case 'low_usage':
      return sentences(happening, none, isRequested ? NOTHING : lowUse(incident));
  }
}

const others = ({ together, model }: Incident): string =>
  together.length === 0
    ? ''
    : ` That is of ${model.modelName}; the same has happened on ${counted(together.length, 'other model')}, listed above.`;

function happeningSince(incident: Incident): Prose {
  const { telling, toldBefore } = incident;
  if (telling === 1) return prose`In alarm since ${beganAt(incident)}: ${whatHappens(incident)}.`;
  // By name: what a quota alarm fires for is no matter of a case that is about no quota.
  const going = toldBefore.filter(({ now }) => now === 'ALARM');
  const stillGoing =
    going.length === 0
      ? NOTHING
      : prose` Earlier alarms, still in ALARM: ${enumerated(going.map((alarm) => amountingTo(alarm.name, stateOf(alarm))))}.`;
  return prose`In alarm since ${beganAt(incident)}; new: ${whatHappens(incident)}.${stillGoing}`;
}

const againstThresholds = (incident: Incident): readonly Prose[] => [
  ...modelQuotas(incident).flatMap(([quota, facts]) => [
    peakOfUsage(incident.usage, quota),
    thresholdOfAlarm(quota, facts),
  ]),
];

/** A model that is called, or that has no capacity, has another reason to be without usage. */
function newlyDeployed(incident: Incident): Prose {
  const { isCalled, words } = withoutUsage(incident);
  return isCalled || noCapacity(incident) !== undefined
    ? prose`${words}.`
    : prose`${words}: it is probably newly deployed.`;
}

export const provenQuotas = (incident: Incident): string =>
  listed(reachedQuotas(incident).map(({ quota }) => quota));

const provenUse = (incident: Incident): Prose =>
  reachedQuotas(incident).length === 0
    ? NOTHING
    : amountingTo(
        `The use is proven (${provenQuotas(incident)}): in the last 14 days it reached the alarm threshold, as the justification shows.`,
        ...againstThresholds(incident),
      );

export function impact(incident: Incident): readonly Prose[] {
  const states = [...incident.triggered, ...incident.toldBefore].map(stateOf);
  return [
    prose`Severity: ${severityOf(incident)}`,
    prose`Service impact: ${amountingTo(effect(incident), ...states)}`,
    prose`Affected service: Amazon Bedrock, ${settingOf(incident, 'modelId')}${affectedBesides(incident)}`,
  ];
}

const affectedBesides = ({ together }: Incident): string =>
  together.length === 0 ? '' : ` and ${counted(together.length, 'other model')}`;

export function effect(incident: Incident): string {
  const alarms = [...incident.triggered, ...incident.toldBefore];
  const failing = watching(alarms, 'errors');
  if (failing !== undefined)
    return failing === 'gone off' ? 'requests to this model failed' : 'requests to this model fail';
  const late = watching(alarms, 'latency');
  if (late !== undefined) return late === 'gone off' ? 'answers came late' : 'answers come late';
  return 'these alarms report no failing requests';
}
