import * as z from 'zod';

/** What the foundation stack hands the notification processor. */
export const processorEnvironmentSchema = z.object({
  CUSTOMER: z.string(),
  NOTIFICATION_TOPIC_ARN: z.string(),
  CONTACT_SECRET_ARN: z.string(),
  /** The queue that it is fed from: a case that could not be settled is tried again through it. */
  QUEUE_URL: z.string(),
  /** The incident ledger. */
  TABLE_NAME: z.string(),
});
export type ProcessorEnvironment = z.infer<typeof processorEnvironmentSchema>;

/** What the foundation stack hands the alarm updater. */
export const updaterEnvironmentSchema = z.object({ CUSTOMER: z.string() });

/** What the foundation stack hands the reconciler. */
export const reconcilerEnvironmentSchema = z.object({
  CUSTOMER: z.string(),
  QUEUE_URL: z.string(),
  TABLE_NAME: z.string(),
  NOTIFICATION_TOPIC_ARN: z.string(),
  /** How many subscriptions of the topic should be confirmed. */
  STAKEHOLDERS: z.coerce.number().int().min(1),
});
