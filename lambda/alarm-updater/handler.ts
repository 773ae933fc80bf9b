import type { Context, ScheduledEvent } from 'aws-lambda';
import { counted } from '../domain/words';
import { now } from '../ports/clock';
import { logger } from '../ports/logger';
import { environment } from './environment';
import { countOutcomes, metrics } from './metrics';
import type { ModelOutcome } from './update-model';
import { updateModels } from './update-models';

/** Throws when anything failed, after all else is done: Lambda counts the error and runs the function twice more. */
export const handler = async (_event: ScheduledEvent, context: Context): Promise<void> => {
  logger.addContext(context);
  try {
    const outcomes = await updateModels(environment.CUSTOMER, now());
    countOutcomes(outcomes);
    refuseFailures(outcomes);
    logger.info('all thresholds were compared with their quotas', { models: outcomes.length });
  } finally {
    metrics.publishStoredMetrics();
  }
};

/** The message is a line for each model. */
class ModelsNotUpdated extends Error {
  override readonly name = 'ModelsNotUpdated';
}

function refuseFailures(outcomes: readonly ModelOutcome[]): void {
  const failed = outcomes.filter(({ failures }) => failures.length > 0);
  if (failed.length === 0) return;
  const lines = failed.map(({ model, failures }) => `${model}: ${failures.join(' ')}`);
  throw new ModelsNotUpdated(
    [
      `${failed.length} of ${counted(outcomes.length, 'model')} could not be brought up to date.`,
      ...lines,
    ].join('\n'),
  );
}
