import type { Quota } from './alarm-catalogue';
import {
  currentQuota,
  peakOfUsage,
  settingOf,
  shareOfQuota,
  steadyUsage,
  thresholdOfAlarm,
  timesSteady,
} from './facts';
import type { Incident, QuotaFacts } from './incident';
import { globalIdBeside, invokedModel } from './model-id';
import { enumerated, fact, type Prose, prose, sentences } from './prose';
import { readQuotaName } from './quota-names';
import { modelQuotas, reachedQuotas } from './situation';
import { type QuotaUsage, timeAtThreshold, type Usage } from './usage';

/** What helps besides more quota, proven by 14 days of usage. */

/**
 * Even use that is ordinary rises to about twice its mean in the course of a day. From four times on, half of what the
 * peak took is free even then, to put the peak's requests into.
 */
const SPIKE_TIMES = 4;

/** An hour: the mean of fewer minutes shows how a use began, not how it goes on. */
const STEADY_MINUTES = 60;

/** More of its minutes at the threshold are no peak but a use that is high again and again. */
const MOST_OF_MINUTES = 1 / 20;

export interface Spike {
  readonly quota: Quota;
  readonly facts: QuotaFacts;
  readonly peak: number;
  /** The mean of the minutes with traffic. */
  readonly steady: number;
}

/** The quotas whose threshold is reached by a rare peak far above a steady state below it. */
export const spikesAboveSteady = (incident: Incident): readonly Spike[] =>
  reachedQuotas(incident).flatMap(({ quota, facts }) => {
    const used = incident.usage?.[quota];
    const { threshold } = facts;
    if (used?.peak === undefined || used.steady === undefined || threshold === undefined) return [];
    const { peak, steady, minutes } = used;
    const busy = minutes.filter((value) => value > 0).length;
    const isRare = timeAtThreshold(minutes, threshold).minutes <= busy * MOST_OF_MINUTES;
    const isFarAbove = peak.value >= SPIKE_TIMES * steady && steady < threshold;
    return busy >= STEADY_MINUTES && isRare && isFarAbove ? [{ quota, facts, peak: peak.value, steady }] : [];
  });

/** Says that the same requests, evenly spread, need no more quota; undefined where nothing proves it. */
export function evenlySpread(incident: Incident): Prose | undefined {
  const { usage } = incident;
  const spikes = spikesAboveSteady(incident);
  if (usage === undefined || spikes.length === 0) return undefined;
  const thresholds = enumerated(spikes.map(({ quota, facts }) => thresholdOfAlarm(quota, facts)));
  return sentences(
    ...spikes.map((spike) => farAbove(spike, usage)),
    prose`Evenly spread, the same requests would stay below the alarm threshold${spikes.length > 1 ? 's' : ''} of ${thresholds} without more quota. Where they can wait: batch inference for offline work if the model supports it, a queue or a token bucket to pace the rest, retries with jitter.`,
  );
}

const farAbove = ({ quota, peak, steady }: Spike, usage: Usage): Prose =>
  prose`The peak of ${peakOfUsage(usage, quota)} is about ${timesSteady(usage[quota], peak, steady)} times the steady state of ${steadyUsage(usage, quota)}.`;

/** From this percentage of a quota on, a further rise meets the quota: the default of the alarm thresholds. */
const NEAR_PERCENT = 80;

export interface NearQuota {
  readonly quota: Quota;
  readonly facts: QuotaFacts & { readonly current: number };
  readonly used: QuotaUsage;
  readonly peak: number;
}

/** The quotas of a geographic profile of which the peak took most. */
export const nearGeographicQuotas = (incident: Incident): readonly NearQuota[] =>
  modelQuotas(incident).flatMap(([quota, facts]) => {
    const used = incident.usage?.[quota];
    const { current, name } = facts;
    if (used?.peak === undefined || current === undefined || current === 0 || name === undefined) return [];
    // The code may be given in the settings, and be one of another mode.
    if (readQuotaName(name)?.mode !== 'cross-region') return [];
    const { value: peak } = used.peak;
    return peak * 100 >= NEAR_PERCENT * current ? [{ quota, facts: { ...facts, current }, used, peak }] : [];
  });

/** The global profile that the same requests could go through; undefined where none is known, or residency forbids it. */
export function usableGlobalProfile({ model, sharers }: Incident): string | undefined {
  const id = sharers?.globalProfile ?? undefined;
  if (id === undefined || model.dataResidency === 'Yes') return undefined;
  // The model may have been deployed with another id since this was listed; of an application profile nothing tells.
  const invoked = invokedModel(model.modelId);
  return invoked === undefined || globalIdBeside(invoked) === id ? id : undefined;
}

/** Names the global profile where a geographic quota is nearly used up; undefined elsewhere. */
export function elsewhereBesidesGeography(incident: Incident): Prose | undefined {
  const { usage } = incident;
  const id = usableGlobalProfile(incident);
  const near = nearGeographicQuotas(incident);
  if (usage === undefined || id === undefined || near.length === 0) return undefined;
  return sentences(
    ...near.map(
      ({ quota, facts, used, peak }) =>
        prose`The peak of ${peakOfUsage(usage, quota)} is ${shareOfQuota(used, peak, facts)} of the geographic quota of ${currentQuota(quota, facts)}.`,
    ),
    prose`The global profile ${fact({ claim: 'globalProfile', id }, id)} has quotas of its own, which were not read, and the same requests could draw on them. It may answer from any commercial Region; dataResidency (${settingOf(incident, 'dataResidency')}) does not rule that out.`,
  );
}
