import { LAST_HOUR_MINUTES } from '../contract/last-hour';
import { ALARM_CATALOGUE, type AlarmName, type CatalogueAlarm, type Quota } from './alarm-catalogue';
import { lackOfCapacity } from './capacity';
import { reaches } from './decision';
import {
  amountingTo,
  currentQuota,
  hasNoThreshold,
  isUncounted,
  noQuotas,
  peakOfUsage,
  stateOf,
  thresholdOfAlarm,
} from './facts';
import type { Incident, QuotaFacts, TriggeredAlarm } from './incident';
import { hasServerErrors, refusedWithoutThrottles, throttledBelowThreshold } from './possible-causes';
import { enumerated, NOTHING, type Prose, plain, prose } from './prose';
import { listed, minuteUtc } from './words';

/** What e-mail and case have both to say of an incident. */

const meaningOf = (name: AlarmName): string =>
  ALARM_CATALOGUE.find((alarm) => alarm.name === name)?.meaning ?? name;

/** `throttled requests`. */
const meaningOfAlarm = (alarm: TriggeredAlarm): Prose => amountingTo(meaningOf(alarm.name), stateOf(alarm));

const isOver = ({ now }: TriggeredAlarm): boolean => now === 'over';

/** `throttled requests and tokens per minute above the alarm threshold`; says so where all of it is over. */
export function whatHappens({ triggered }: Incident): Prose {
  const going = triggered.filter((alarm) => !isOver(alarm));
  const told = going.length > 0 ? going : triggered;
  const happening = enumerated(told.map(meaningOfAlarm));
  return going.length > 0 ? happening : prose`${happening}, all over when this was written`;
}

/** What goes before a list of the alarms that were told before. */
export const toldBeforeTitle = (toldBefore: readonly TriggeredAlarm[]): string =>
  toldBefore.every(({ now }) => now === 'ALARM') ? 'Earlier alarms, still in ALARM' : 'Earlier alarms';

const isOneOf = (alarms: readonly CatalogueAlarm[], name: AlarmName): boolean =>
  alarms.some((alarm) => alarm.name === name);

const WATCHED = {
  errors: ALARM_CATALOGUE.filter(({ layer }) => layer === 1),
  latency: ALARM_CATALOGUE.filter(({ metricName }) => metricName === 'InvocationLatency'),
};

/**
 * Whether one of these alarms that watches errors, or latency, is known to be going on; if not it may be over. Undefined
 * where there is none.
 */
export function watching(
  among: readonly TriggeredAlarm[],
  what: keyof typeof WATCHED,
): 'going on' | 'gone off' | undefined {
  const alarms = among.filter(({ name }) => isOneOf(WATCHED[what], name));
  if (alarms.length === 0) return undefined;
  return alarms.some(({ now }) => now === 'ALARM') ? 'going on' : 'gone off';
}

export const modelQuotas = (incident: Incident): readonly (readonly [Quota, QuotaFacts])[] =>
  (['RPM', 'TPM'] as const).flatMap((quota) => {
    const facts = incident.quotas[quota];
    return facts === null ? [] : [[quota, facts] as const];
  });

/** `The RPM and TPM quotas are 0: this account was never given capacity for this model.` Undefined where none is 0. */
export function noCapacity(incident: Incident): Prose | undefined {
  const none = modelQuotas(incident).filter(([, { current }]) => current === 0);
  if (none.length === 0) return undefined;
  const which = `${listed(none.map(([quota]) => quota))} ${none.length === 1 ? 'quota is' : 'quotas are'}`;
  const zero = amountingTo(`The ${which} 0`, ...none.map(([quota, facts]) => currentQuota(quota, facts)));
  return prose`${zero}: ${lackOfCapacity(incident.usage)}.`;
}

/** Whether usage and thresholds were read, so that the scenario rests on figures. */
export const isReadable = (incident: Incident): boolean =>
  incident.usage !== undefined && modelQuotas(incident).every(([, facts]) => facts.threshold !== undefined);

/**
 * What is known of a model without usage. Throttled and refused requests are no usage to CloudWatch: where there are any,
 * the model is in use, and this says so.
 */
export function withoutUsage(incident: Incident): { readonly isCalled: boolean; readonly words: Prose } {
  const failed = failedRequests(incident);
  const none = failed === undefined ? 'counts no usage' : 'counts no accepted request';
  const shown = amountingTo(
    `CloudWatch ${none} of this model in the last 14 days`,
    peakOfUsage(incident.usage, 'RPM'),
    peakOfUsage(incident.usage, 'TPM'),
  );
  return failed === undefined
    ? { isCalled: false, words: shown }
    : { isCalled: true, words: prose`${shown}, but there were ${failed}` };
}

/** `throttled requests`: what the alarms on errors have gone off for; undefined where none has. */
function failedRequests({ triggered, toldBefore }: Incident): Prose | undefined {
  const alarms = [...triggered, ...toldBefore].filter(({ name }) => isOneOf(WATCHED.errors, name));
  if (alarms.length === 0) return undefined;
  return enumerated(alarms.map(meaningOfAlarm));
}

/** The quotas whose peak is at the alarm threshold or over it, and whether the last hour had such a minute. */
export const reachedQuotas = (incident: Incident) =>
  modelQuotas(incident).flatMap(([quota, facts]) => {
    const { threshold } = facts;
    const { peak, minutes } = incident.usage?.[quota] ?? {};
    if (threshold === undefined || peak === undefined) return [];
    if (!reaches(peak.value, threshold)) return [];
    const isRecent = minutes?.slice(-LAST_HOUR_MINUTES).some((value) => reaches(value, threshold)) ?? false;
    return [{ quota, facts, isRecent, peakAt: minuteUtc(peak.minute) }];
  });

/** Whether more quota is the answer, as far as figures can tell. */
export const needsQuota = (incident: Incident): boolean =>
  (incident.decision.scenario === 'high_usage' || incident.decision.scenario === 'new_model') &&
  isReadable(incident);

/** Says what could not be read; empty when everything was. */
export function unreadable(incident: Incident): Prose {
  const missing = [
    ...(incident.usage === undefined
      ? [amountingTo('the usage of the last 14 days', peakOfUsage(undefined, 'RPM'))]
      : []),
    ...modelQuotas(incident)
      .filter(([, { threshold }]) => threshold === undefined)
      .map(([quota, facts]) => amountingTo(`the ${quota} alarm threshold`, thresholdOfAlarm(quota, facts))),
  ];
  return missing.length === 0
    ? plain('')
    : prose`When this was written, ${enumerated(missing)} could not be read.`;
}

/** What is known of a use that reached no threshold. */
export function lowUse(incident: Incident): Prose {
  const { usage } = incident;
  const limited = modelQuotas(incident).filter(([, facts]) => !hasNoThreshold(facts));
  const quotas = limited.filter(([quota]) => usage === undefined || !isUncounted(usage, quota));
  const facts = quotas.flatMap(([quota, facts]) => [
    peakOfUsage(usage, quota),
    thresholdOfAlarm(quota, facts),
  ]);
  if (modelQuotas(incident).length === 0) return noQuotas;
  const uncounted =
    quotas.length < limited.length
      ? amountingTo('CloudWatch counts no tokens of this model.', peakOfUsage(usage, 'TPM'))
      : undefined;
  if (quotas.length === 0) return uncounted ?? NOTHING;
  const s = quotas.length > 1 ? 's' : '';
  const below = amountingTo(
    `The highest usage (${listed(quotas.map(([quota]) => quota))}) of the last 14 days is below the alarm threshold${s}`,
    ...facts,
  );
  if (uncounted !== undefined) return prose`${below}. ${uncounted}`;
  return pointsElsewhere(incident) ? prose`${below}.` : prose`${below}, so this is probably transient.`;
}

/** Signs of a cause that may well last: then nothing is called transient. */
const pointsElsewhere = (incident: Incident): boolean =>
  noCapacity(incident) !== undefined ||
  hasServerErrors(incident) ||
  refusedWithoutThrottles(incident) !== undefined ||
  throttledBelowThreshold(incident) !== undefined;
