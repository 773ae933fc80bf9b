import type { Incident, Increase } from './incident';
import { increasedQuota } from './thresholds';

/** The increases that the incident's case names; a quota whose percent is 0 is skipped. */
export function increasesOf(incident: Incident): readonly Increase[] {
  return incident.decision.quotas.flatMap((quota) => {
    const facts = incident.quotas[quota];
    if (facts === null || facts.increasePercent === 0) return [];
    const requested =
      facts.current === undefined ? undefined : increasedQuota(facts.current, facts.increasePercent);
    return [{ quota, facts, requested }];
  });
}
