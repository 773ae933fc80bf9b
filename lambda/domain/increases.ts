import type { Incident, Increase, QuotaFacts } from './incident';
import { increasedQuota, leastAboveDefault } from './thresholds';

/** The increases that the incident names; a quota whose percent is 0 is skipped. */
export function increasesOf(incident: Incident): readonly Increase[] {
  return incident.decision.quotas.flatMap((quota) => {
    const facts = incident.quotas[quota];
    if (facts === null || facts.increasePercent === 0) return [];
    return [{ quota, facts, requested: requestedOf(facts) }];
  });
}

/**
 * The value to ask for: so many percent more, and at least the least that AWS takes a request for. Of a quota that is 0
 * no percentage is more: unless AWS's default says what is usual, capacity is asked for without a figure. Nor is there
 * one where the current value is not known.
 */
function requestedOf({ current, increasePercent, awsDefault = 0 }: QuotaFacts): number | undefined {
  if (current === undefined || (current === 0 && awsDefault === 0)) return undefined;
  return Math.max(increasedQuota(current, increasePercent), leastAboveDefault(awsDefault));
}
