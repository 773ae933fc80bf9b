import type { Incident, Increase } from './incident';
import { increasedQuota } from './thresholds';

/**
 * The increases that the incident's case names; a quota whose percent is 0 is skipped. Of a quota that is 0 no percentage
 * is more: there the case asks for capacity, without a figure.
 */
export function increasesOf(incident: Incident): readonly Increase[] {
  return incident.decision.quotas.flatMap((quota) => {
    const facts = incident.quotas[quota];
    if (facts === null || facts.increasePercent === 0) return [];
    const isKnown = facts.current !== undefined && facts.current > 0;
    const requested = isKnown ? increasedQuota(facts.current, facts.increasePercent) : undefined;
    return [{ quota, facts, requested }];
  });
}
