import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { environment } from './environment';
import type { ModelOutcome } from './update-model';

export const metrics = new Metrics({ namespace: 'BedrockOpsAlert', serviceName: environment.CUSTOMER });

/** Zeros too, so that an alarm on one of these goes back to OK. */
export function countOutcomes(outcomes: readonly ModelOutcome[]): void {
  const sum = (count: (outcome: ModelOutcome) => number): number =>
    outcomes.reduce((total, outcome) => total + count(outcome), 0);
  const totals = {
    ThresholdsUpdated: sum(({ updated }) => updated),
    ThresholdsDrifted: sum(({ drifted }) => drifted),
    ModelsFailed: outcomes.filter(({ failures }) => failures.length > 0).length,
  };
  for (const [name, total] of Object.entries(totals)) metrics.addMetric(name, MetricUnit.Count, total);
}
