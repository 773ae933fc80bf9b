import { readModelId } from '../domain/model-id';
import { measureUsage, type Usage } from '../domain/usage';
import { now } from '../ports/clock';
import { readUsage } from '../ports/usage';
import { known } from './known';
import { sharerIds } from './read-incident';
import type { MonitoredModel } from './read-model';

/** Of the model and all that shares its quotas, in the last 14 days; undefined where it could not be read. */
export async function usageOf(model: MonitoredModel): Promise<Usage | undefined> {
  const { metricModelId } = readModelId(model.config.modelId);
  const series = await known('usage', readUsage(metricModelId, sharerIds(model), now()));
  return series && measureUsage(series);
}
