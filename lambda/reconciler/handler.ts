import type { Context } from 'aws-lambda';
import { reconcilerEventSchema } from '../contract/reconciler-event';
import { asError } from '../ports/failures';
import { logger } from '../ports/logger';
import { checkAlarms } from './check-alarms';
import { checkHealth } from './check-health';
import { checkLedger } from './check-ledger';
import { metrics } from './metrics';

/** One question for each invocation. Throws when it cannot be answered: Lambda counts the error and asks twice more. */
export const handler = async (event: unknown, context: Context): Promise<void> => {
  logger.addContext(context);
  try {
    const { question } = reconcilerEventSchema.parse(event);
    switch (question) {
      case 'alarms':
        return await checkAlarms();
      case 'ledger':
        return await checkLedger();
      case 'health':
        return await checkHealth();
    }
  } catch (error) {
    logger.error('the question could not be answered', asError(error));
    throw error;
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
};
