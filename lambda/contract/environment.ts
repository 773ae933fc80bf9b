import * as z from 'zod';

/** What the foundation stack hands the notification processor. */
export const processorEnvironmentSchema = z.object({
  CUSTOMER: z.string(),
  NOTIFICATION_TOPIC_ARN: z.string(),
  CONTACT_SECRET_ARN: z.string(),
  /** The queue that it is fed from: a case that could not be settled is tried again through it. */
  QUEUE_URL: z.string(),
});
export type ProcessorEnvironment = z.infer<typeof processorEnvironmentSchema>;

/** What the foundation stack hands the alarm updater. */
export const updaterEnvironmentSchema = z.object({ CUSTOMER: z.string() });
