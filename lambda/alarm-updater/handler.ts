import type { Context } from 'aws-lambda';
import { parseUpdaterEvent } from '../contract/updater-event';
import { counted } from '../domain/words';
import { now } from '../ports/clock';
import { logger } from '../ports/logger';
import { environment } from './environment';
import { countOutcomes, metrics } from './metrics';
import { type Update, updateModels } from './update-models';

/** Throws when anything failed, after all else is done: Lambda counts the error and runs the function twice more. */
export const handler = async (event: unknown, context: Context): Promise<void> => {
  logger.addContext(context);
  try {
    const task = parseUpdaterEvent(event);
    const update = await updateModels(task, environment.CUSTOMER, now());
    countOutcomes(update.models, task);
    refuseFailures(update);
    logger.info('all models are up to date', { task, models: update.models.length });
  } finally {
    metrics.publishStoredMetrics();
  }
};

/** The message is a line for each model, after one for each thing that they all would have needed. */
class ModelsNotUpdated extends Error {
  override readonly name = 'ModelsNotUpdated';
}

function refuseFailures({ models, failures }: Update): void {
  const failed = models.filter((model) => model.failures.length > 0);
  if (failures.length + failed.length === 0) return;
  const lines = failed.map((model) => `${model.model}: ${model.failures.join(' ')}`);
  const headline = `${failed.length} of ${counted(models.length, 'model')} could not be brought up to date.`;
  throw new ModelsNotUpdated([...failures, ...(failed.length === 0 ? [] : [headline]), ...lines].join('\n'));
}
