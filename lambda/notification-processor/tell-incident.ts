import type { Context } from 'aws-lambda';
import type { AlarmMessage } from '../contract/alarm-message';
import { INCIDENT_TOLD, type IncidentTold } from '../contract/incident-log';
import { incidentEmail, unknownModelEmail } from '../domain/email-text';
import type { CaseOutcome, Incident } from '../domain/incident';
import { now } from '../ports/clock';
import { asError } from '../ports/failures';
import { logger } from '../ports/logger';
import { scheduleRetry } from './case-retries';
import { environment, owner } from './environment';
import { countOne, countSettled } from './metrics';
import { readIncident } from './read-incident';
import { UnusableConfig } from './read-model';
import { sendEmail, sendIncidentEmail } from './send-email';
import type { Settlement } from './settle-case';
import { settleInTime } from './settle-in-time';

/** An alarm message: what it says, and its body as it came. */
export interface Alarm {
  readonly modelName: string;
  readonly message: AlarmMessage;
  readonly body: string;
}

/** Settles the case of an incident and sends its e-mail; without the model's configuration, an e-mail that says hardly more than that. */
export async function tellIncident(alarm: Alarm, context: Context | undefined): Promise<void> {
  try {
    await tellReadableIncident(alarm, context);
  } catch (error) {
    if (!(error instanceof UnusableConfig)) throw error;
    logger.error('the configuration of a model cannot be used', error);
    await tellUnknownModel(alarm, error);
  }
}

async function tellUnknownModel(
  { modelName, message }: Alarm,
  { message: fault, parameter }: UnusableConfig,
): Promise<void> {
  const { CUSTOMER: customer } = environment;
  const alarmNames = [message.alarmName, ...message.children.map(({ alarmName }) => alarmName)];
  const email = unknownModelEmail({
    customer,
    modelName,
    region: message.region,
    alarmNames,
    fault,
    parameter,
  });
  await sendEmail(email, { customer, model: modelName, incident: null });
}

async function tellReadableIncident(alarm: Alarm, context: Context | undefined): Promise<void> {
  const toTell = await readIncident(owner, alarm.modelName, alarm.message, now());
  if (toTell === undefined) {
    const { modelName: model } = alarm;
    logger.warn('the composite is in ALARM without any of its children, nothing to tell', { model });
    return;
  }
  const { incident, contacts } = toTell;
  const outcome = await outcomeOf(incident, await settleInTime(toTell, context), alarm.body);
  const isWritten = outcome.kind === 'opened' || outcome.kind === 'updated';
  const nobodyOnCc = contacts === undefined && isWritten;
  await sendIncidentEmail(incident, incidentEmail(incident, outcome, { nobodyOnCc }));
  logIncidentTold(incident);
}

/**
 * A case that is worth another try gets one, in a message of its own, so that the e-mail need not wait for it. An alarm
 * message that comes again, since its e-mail could not be sent, may schedule tries anew: the later ones then find the case
 * told, and say so once more.
 */
async function outcomeOf(
  incident: Incident,
  settlement: Settlement,
  alarmMessage: string,
): Promise<CaseOutcome> {
  if (settlement.kind !== 'none') {
    countSettled(settlement);
    return settlement;
  }
  const { kind, reason, isWorthAnotherTry } = settlement;
  const retriedUntil = isWorthAnotherTry ? await lastRetry(incident, alarmMessage) : undefined;
  if (retriedUntil === undefined && FAILURES.includes(reason.why)) countOne('CasesFailed');
  return { kind, reason, retriedUntil };
}

/** The other reasons are known beforehand: a setting, a support plan, more cases than can be searched. */
const FAILURES: readonly string[] = ['case-limit', 'unsearched', 'unreadable', 'refused', 'unclear'];

/** Undefined where no try could be scheduled: the e-mail then says that nothing is tried again. */
async function lastRetry({ triggered }: Incident, alarmMessage: string): Promise<Date | undefined> {
  const alarms = triggered.map(({ alarmName, since }) => ({
    alarmName,
    since: since?.toISOString() ?? null,
  }));
  try {
    return await scheduleRetry({ attempt: 1, alarmMessage, alarms });
  } catch (error) {
    logger.error('the case is not tried again: the message for it was not sent', asError(error));
    return undefined;
  }
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
