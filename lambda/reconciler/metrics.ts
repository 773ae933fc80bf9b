import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { environment } from './environment';

export const metrics = new Metrics({ namespace: 'BedrockOpsAlert', serviceName: environment.CUSTOMER });

export const count = (
  what: 'PutRight' | 'CasesForgotten' | 'MissingSubscriptions' | 'SilentModels',
  value: number,
): void => {
  metrics.addMetric(what, MetricUnit.Count, value);
};
