import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { UpdaterTask } from '../contract/updater-event';
import { environment } from './environment';
import type { ModelOutcome } from './update-model';

export const metrics = new Metrics({ namespace: 'BedrockOpsAlert', serviceName: environment.CUSTOMER });

/**
 * A run that looked at everything says zeros too, so that an alarm on one of these goes back to OK. Any other knows only of
 * what it found, and a metric is paid for by the hours in which it has values.
 */
export function countOutcomes(outcomes: readonly ModelOutcome[], { kind }: UpdaterTask): void {
  const sum = (count: (outcome: ModelOutcome) => number): number =>
    outcomes.reduce((total, outcome) => total + count(outcome), 0);
  const totals = {
    ThresholdsUpdated: sum(({ updated }) => updated),
    ThresholdsDrifted: sum(({ drifted }) => drifted),
    ModelsFailed: outcomes.filter(({ failures }) => failures.length > 0).length,
  };
  for (const [name, total] of Object.entries(totals))
    if (total > 0 || kind === 'everything') metrics.addMetric(name, MetricUnit.Count, total);
}
