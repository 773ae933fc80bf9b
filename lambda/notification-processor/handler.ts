import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { type AlarmMessage, parseAlarmMessage } from '../contract/alarm-message';
import { processorEnvironmentSchema } from '../contract/environment';
import { INCIDENT_OVER, INCIDENT_TOLD, type IncidentOver, type IncidentTold } from '../contract/incident-log';
import { modelOfCompositeAlarm } from '../contract/names';
import { incidentEmail } from '../domain/email-text';
import type { CaseOutcome, Incident } from '../domain/incident';
import { now } from '../ports/clock';
import { readContacts } from '../ports/contacts';
import { logger } from '../ports/logger';
import { publish } from '../ports/notifications';
import { readIncident } from './read-incident';
import { settleCase } from './settle-case';

const environment = processorEnvironmentSchema.parse(process.env);
const metrics = new Metrics({ namespace: 'BedrockOpsAlert', serviceName: environment.CUSTOMER });
const batch = new BatchProcessor(EventType.SQS);

/** AWS Support takes at most 10 cc addresses. */
const MAX_CC = 10;

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

async function handleRecord(record: SQSRecord): Promise<void> {
  try {
    await handleMessage(parseAlarmMessage(record.body));
  } catch (error) {
    logger.error('the message is left in the queue', error instanceof Error ? error : String(error));
    throw error;
  }
}

async function handleMessage(message: AlarmMessage): Promise<void> {
  const model = modelOfCompositeAlarm(environment.CUSTOMER, message.alarmName);
  if (model === undefined) {
    logger.warn('unknown alarm, nothing to do', { alarmName: message.alarmName });
    return;
  }
  if (message.state === 'ALARM') await tellIncident(model, message);
  else if (message.state === 'OK') logIncidentOver({ model, closedAt: message.changedAt.toISOString() });
  else logger.info('no incident in this state', { model, state: message.state });
}

async function tellIncident(modelName: string, message: AlarmMessage): Promise<void> {
  const incident = await readIncident(environment.CUSTOMER, modelName, message, now());
  if (incident === undefined) {
    logger.warn('the composite is in ALARM without any of its children, nothing to tell', {
      model: modelName,
    });
    return;
  }
  const { cc, remarks } = await copyTo(incident);
  const outcome = await settleCase(incident, cc, now());
  count(outcome);
  await mail({ ...incident, remarks: [...incident.remarks, ...remarks] }, outcome);
  logIncidentTold(incident);
}

/** Who is put on cc of the case. A case without cc is better than none. */
async function copyTo({ model }: Incident): Promise<{ cc: readonly string[]; remarks: readonly string[] }> {
  if (!model.automatedSupportCase) return { cc: [], remarks: [] };
  try {
    const contacts = await readContacts(environment.CONTACT_SECRET_ARN);
    return { cc: contacts.slice(0, MAX_CC), remarks: [] };
  } catch (error) {
    logger.error('the contacts could not be read', error instanceof Error ? error : String(error));
    return { cc: [], remarks: ['The contact list could not be read, so nobody was put on cc of the case.'] };
  }
}

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
