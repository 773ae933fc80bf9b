import { setTimeout } from 'node:timers/promises';
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { type AlarmMessage, parseAlarmMessage } from '../contract/alarm-message';
import { processorEnvironmentSchema } from '../contract/environment';
import { INCIDENT_OVER, INCIDENT_TOLD, type IncidentOver, type IncidentTold } from '../contract/incident-log';
import { modelOfCompositeAlarm } from '../contract/names';
import { incidentEmail, unknownModelEmail } from '../domain/email-text';
import type { CaseOutcome, Incident } from '../domain/incident';
import { limitRetries } from '../ports/client-settings';
import { now } from '../ports/clock';
import { logger } from '../ports/logger';
import { publish } from '../ports/notifications';
import { readIncident } from './read-incident';
import { UnusableConfig } from './read-model';
import { settleCase } from './settle-case';

const environment = processorEnvironmentSchema.parse(process.env);
const metrics = new Metrics({ namespace: 'BedrockOpsAlert', serviceName: environment.CUSTOMER });
const batch = new BatchProcessor(EventType.SQS);

/** AWS Support takes at most 10 cc addresses. */
const MAX_CC = 10;

/** So that an e-mail takes at most 15 requests, however many of its reads have to be repeated. */
const MAX_RETRIES = 2;

/** One alarm message after the other; a message that fails stays in the queue, and at last in the dead-letter queue. */
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

async function handleRecord(record: SQSRecord, context: Context | undefined): Promise<void> {
  try {
    limitRetries(MAX_RETRIES);
    await handleMessage(parseAlarmMessage(record.body), context);
  } catch (error) {
    logger.error('the message is left in the queue', error instanceof Error ? error : String(error));
    throw error;
  }
}

async function handleMessage(message: AlarmMessage, context: Context | undefined): Promise<void> {
  const model = modelOfCompositeAlarm(environment.CUSTOMER, message.alarmName);
  if (model === undefined) logger.warn('unknown alarm, nothing to do', { alarmName: message.alarmName });
  else if (message.state === 'ALARM') await tellOrWarn(model, message, context);
  // A composite that is deployed goes to OK from no state at all.
  else if (message.state === 'OK' && message.previousState !== 'INSUFFICIENT_DATA')
    logIncidentOver({ model, closedAt: message.changedAt.toISOString() });
  else logger.info('no incident begins or ends', { model, state: message.state });
}

/** Without its configuration an incident can still be told, if hardly more than that. */
async function tellOrWarn(
  modelName: string,
  message: AlarmMessage,
  context: Context | undefined,
): Promise<void> {
  try {
    await tellIncident(modelName, message, context);
  } catch (error) {
    if (!(error instanceof UnusableConfig)) throw error;
    logger.error('the configuration of a model cannot be used', error);
    const alarmNames = [message.alarmName, ...message.children.map(({ alarmName }) => alarmName)];
    const { subject, body } = unknownModelEmail({
      customer: environment.CUSTOMER,
      modelName,
      region: message.region,
      alarmNames,
      fault: error.message,
    });
    await publish(environment.NOTIFICATION_TOPIC_ARN, subject, body);
    metrics.addMetric('EmailsPublished', MetricUnit.Count, 1);
  }
}

async function tellIncident(
  modelName: string,
  message: AlarmMessage,
  context: Context | undefined,
): Promise<void> {
  const owner = { customer: environment.CUSTOMER, contactSecretArn: environment.CONTACT_SECRET_ARN };
  const toTell = await readIncident(owner, modelName, message, now());
  if (toTell === undefined) {
    logger.warn('the composite is in ALARM without any of its children, nothing to tell', {
      model: modelName,
    });
    return;
  }
  const { incident, contacts } = toTell;
  const outcome = await settleCaseInTime(incident, contacts?.slice(0, MAX_CC) ?? [], context);
  count(outcome);
  const isWritten = outcome.kind === 'opened' || outcome.kind === 'updated';
  const remarks =
    contacts === undefined && isWritten ? [...incident.remarks, NOBODY_ON_CC] : incident.remarks;
  await mail({ ...incident, remarks }, outcome);
  logIncidentTold(incident);
}

/** A case without cc is better than none. */
const NOBODY_ON_CC = 'The contact list could not be read, so nobody was put on cc of the case.';

/** What is kept of the function's time for the e-mail, which must go out whatever becomes of the case. */
const RESERVED_FOR_EMAIL_MS = 12_000;

/** The case, or that it could not be settled in time; nothing is then begun any more. */
async function settleCaseInTime(
  incident: Incident,
  cc: readonly string[],
  context: Context | undefined,
): Promise<CaseOutcome> {
  const abort = new AbortController();
  const settled = settleCase(incident, cc, now(), abort.signal);
  if (context === undefined) return settled;
  const timeLeft = Math.max(0, context.getRemainingTimeInMillis() - RESERVED_FOR_EMAIL_MS);
  const tooLate = setTimeout(timeLeft, TOO_LATE, { ref: false, signal: abort.signal });
  try {
    return await Promise.race([settled, tooLate]);
  } finally {
    tooLate.catch(() => {});
    abort.abort();
  }
}

const TOO_LATE: CaseOutcome = {
  kind: 'none',
  reason: { why: 'unclear', what: 'AWS Support did not answer in time' },
};

async function mail(incident: Incident, outcome: CaseOutcome): Promise<void> {
  const { notificationPreference } = incident.model;
  const { severity } = incident.decision;
  if (notificationPreference !== 'all' && notificationPreference !== severity.toLowerCase()) {
    logger.info('no e-mail: the notification preference leaves this severity out', { severity });
    return;
  }
  const { subject, body } = incidentEmail(incident, outcome);
  await publish(environment.NOTIFICATION_TOPIC_ARN, subject, body);
  metrics.addMetric('EmailsPublished', MetricUnit.Count, 1);
}

function count(outcome: CaseOutcome): void {
  if (outcome.kind === 'opened') metrics.addMetric('CasesOpened', MetricUnit.Count, 1);
  if (outcome.kind === 'updated') metrics.addMetric('CasesUpdated', MetricUnit.Count, 1);
  const failed =
    outcome.kind === 'none' && (outcome.reason.why === 'refused' || outcome.reason.why === 'unclear');
  if (failed) metrics.addMetric('CasesFailed', MetricUnit.Count, 1);
}

function logIncidentTold({ reference, model, openedAt, triggered, decision }: Incident): void {
  const incident: IncidentTold = {
    id: reference,
    model: model.modelName,
    openedAt: openedAt.toISOString(),
    alarms: triggered.map(({ name }) => name),
    scenario: decision.scenario,
    severity: decision.severity,
  };
  logger.info(INCIDENT_TOLD, { incident });
}

const logIncidentOver = (incident: IncidentOver): void => logger.info(INCIDENT_OVER, { incident });
