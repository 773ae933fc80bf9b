import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { environment } from './environment';
import type { SettledCase } from './settle-case';

export const metrics = new Metrics({ namespace: 'BedrockOpsAlert', serviceName: environment.CUSTOMER });

/** `CasesFailed` counts incidents whose case is given up, not tries. */
export const countOne = (what: 'CasesOpened' | 'CasesUpdated' | 'CasesFailed' | 'EmailsPublished'): void => {
  metrics.addMetric(what, MetricUnit.Count, 1);
};

/** A case that is left as it is, or that already tells of the incident, is no news. */
export function countSettled({ kind }: SettledCase): void {
  if (kind === 'opened') countOne('CasesOpened');
  if (kind === 'updated') countOne('CasesUpdated');
}
