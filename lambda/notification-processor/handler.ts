import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { type AlarmMessage, parseAlarmMessage } from '../contract/alarm-message';
import { type CaseRetry, parseCaseRetry } from '../contract/case-retry';
import { INCIDENT_OVER, type IncidentOver } from '../contract/incident-log';
import { modelOfCompositeAlarm } from '../contract/names';
import { countRequests } from '../ports/client-settings';
import { asError } from '../ports/failures';
import { logger } from '../ports/logger';
import { environment } from './environment';
import { metrics } from './metrics';
import { MAX_REPEATS } from './request-bound';
import { retryCase } from './retry-case';
import { tellIncident } from './tell-incident';

const batch = new BatchProcessor(EventType.SQS);

/** One message after the other; a message that fails stays in the queue, and at last in the dead-letter queue. */
export const handler = async (event: SQSEvent, context: Context) => {
  logger.addContext(context);
  try {
    // A failed message comes back by itself; an error of the whole batch would only trip the function's error alarm at each try.
    return await processPartialResponse(event, handleRecord, batch, {
      context,
      throwOnFullBatchFailure: false,
    });
  } finally {
    metrics.publishStoredMetrics();
  }
};

async function handleRecord({ body }: SQSRecord, context: Context | undefined): Promise<void> {
  try {
    countRequests(MAX_REPEATS);
    const retry = parseCaseRetry(body);
    if (retry === undefined) await handleAlarm(body, context);
    else await handleRetry(retry, context);
  } catch (error) {
    logger.error('the message is left in the queue', asError(error));
    throw error;
  }
}

async function handleAlarm(body: string, context: Context | undefined): Promise<void> {
  const message = parseAlarmMessage(body);
  const modelName = modelOf(message);
  if (modelName === undefined) return;
  if (message.state === 'ALARM') await tellIncident({ modelName, message, body }, context);
  // A composite that is deployed goes to OK from no state at all.
  else if (message.state === 'OK' && message.previousState !== 'INSUFFICIENT_DATA')
    logIncidentOver({ model: modelName, closedAt: message.changedAt.toISOString() });
  else logger.info('no incident begins or ends', { model: modelName, state: message.state });
}

async function handleRetry(retry: CaseRetry, context: Context | undefined): Promise<void> {
  const { alarmMessage: body } = retry;
  const message = parseAlarmMessage(body);
  const modelName = modelOf(message);
  if (modelName !== undefined) await retryCase({ modelName, message, body }, retry, context);
}

function modelOf({ alarmName }: AlarmMessage): string | undefined {
  const modelName = modelOfCompositeAlarm(environment.CUSTOMER, alarmName);
  if (modelName === undefined) logger.warn('unknown alarm, nothing to do', { alarmName });
  return modelName;
}

const logIncidentOver = (incident: IncidentOver): void => logger.info(INCIDENT_OVER, { incident });
