import * as z from 'zod';

/** What the foundation stack hands the notification processor. */
export const processorEnvironmentSchema = z.object({
  CUSTOMER: z.string(),
  NOTIFICATION_TOPIC_ARN: z.string(),
  CONTACT_SECRET_ARN: z.string(),
  /** The queue of its own tasks: what is to be told or tried later comes back through it. */
  QUEUE_URL: z.string(),
  /** The incident ledger. */
  TABLE_NAME: z.string(),
  /** How many new cases a day the settings allow. */
  MAX_NEW_CASES_PER_DAY: z.coerce.number().int().min(0),
});
export type ProcessorEnvironment = z.infer<typeof processorEnvironmentSchema>;

/** What the foundation stack hands the quota calculator. */
export const calculatorEnvironmentSchema = z.object({
  /** The queue of the processor's tasks. */
  QUEUE_URL: z.string(),
});

/** What the foundation stack hands the alarm updater. */
export const updaterEnvironmentSchema = z.object({
  CUSTOMER: z.string(),
  /** The queue of the processor's tasks. */
  QUEUE_URL: z.string(),
  /** The incident ledger. */
  TABLE_NAME: z.string(),
});

/** What the foundation stack hands the reconciler. */
export const reconcilerEnvironmentSchema = z.object({
  CUSTOMER: z.string(),
  QUEUE_URL: z.string(),
  TABLE_NAME: z.string(),
  NOTIFICATION_TOPIC_ARN: z.string(),
  /** How many subscriptions of the topic should be confirmed. */
  STAKEHOLDERS: z.coerce.number().int().min(1),
});
