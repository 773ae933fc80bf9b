import type { ModelConfig } from '../contract/model-config';
import type { Severity } from '../domain/decision';
import type { DigestEmail } from '../domain/digest-text';
import type { EmailText } from '../domain/email-text';
import type { IncidentIdentity } from '../domain/follow-up';
import { asError, isRefusal } from '../ports/failures';
import { logger } from '../ports/logger';
import { publish } from '../ports/notifications';
import { environment, owner } from './environment';
import { logText, type Subject } from './log-text';
import { countOne } from './metrics';

/** An e-mail went out, or may have, and the ledger does not know of it: whoever comes next may tell it again. */
export class MayHaveGoneOut extends Error {
  override readonly name = 'MayHaveGoneOut';
}

/** Puts down what was sent. Throws MayHaveGoneOut where that fails. */
export async function afterSending<T>(putDown: Promise<T>): Promise<T> {
  try {
    return await putDown;
  } catch (error) {
    throw new MayHaveGoneOut('what was sent could not be put down', { cause: asError(error) });
  }
}

/** Throws MayHaveGoneOut where AWS gave no clear answer, and AWS's own error where it refused: then nothing went out. */
export async function sendEmail({ subject, body }: EmailText, about: Subject): Promise<void> {
  logText(body, about);
  await publishOnce(subject, body.text);
}

/** Sends an e-mail about many models; throws as `sendEmail` does. */
export async function sendDigestEmail({ subject, text, about }: DigestEmail<string | null>): Promise<void> {
  for (const { model, reference, claims } of about)
    logText({ text, claims }, { customer: owner.customer, model, incident: reference });
  await publishOnce(subject, text);
}

async function publishOnce(subject: string, text: string): Promise<void> {
  try {
    await publish(environment.NOTIFICATION_TOPIC_ARN, subject, text);
  } catch (error) {
    if (isRefusal(error)) throw error;
    throw new MayHaveGoneOut('whether the e-mail went out is not known', { cause: asError(error) });
  }
  countOne('EmailsPublished');
}

/** Sends an e-mail about an incident, unless the notification preference leaves its severity out; answers whether it did. */
export async function sendIncidentEmail(
  { customer, model, reference }: IncidentIdentity,
  severity: Severity,
  email: EmailText,
): Promise<boolean> {
  if (!isWanted(model, severity)) {
    logger.info('no e-mail: the notification preference leaves this severity out', { severity });
    return false;
  }
  await sendEmail(email, { customer, model: model.modelName, incident: reference });
  return true;
}

/** Whether the model's notification preference lets this severity be mailed. */
export const isWanted = (
  { notificationPreference }: Pick<ModelConfig, 'notificationPreference'>,
  severity: Severity,
): boolean => notificationPreference === 'all' || notificationPreference === severity.toLowerCase();
