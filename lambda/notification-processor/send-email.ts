import type { EmailText } from '../domain/email-text';
import type { Incident } from '../domain/incident';
import { logger } from '../ports/logger';
import { publish } from '../ports/notifications';
import { environment } from './environment';
import { logText, type Subject } from './log-text';
import { countOne } from './metrics';

export async function sendEmail({ subject, body }: EmailText, about: Subject): Promise<void> {
  logText(body, about);
  await publish(environment.NOTIFICATION_TOPIC_ARN, subject, body.text);
  countOne('EmailsPublished');
}

/** Sends an e-mail about an incident, unless the notification preference leaves its severity out. */
export async function sendIncidentEmail(incident: Incident, email: EmailText): Promise<void> {
  const { notificationPreference, modelName } = incident.model;
  const { severity } = incident.decision;
  if (notificationPreference !== 'all' && notificationPreference !== severity.toLowerCase()) {
    logger.info('no e-mail: the notification preference leaves this severity out', { severity });
    return;
  }
  await sendEmail(email, {
    customer: incident.customer,
    model: modelName,
    incident: incident.reference,
  });
}
