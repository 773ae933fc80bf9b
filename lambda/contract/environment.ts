import * as z from 'zod';

/** What the foundation stack hands the notification processor. */
export const processorEnvironmentSchema = z.object({
  CUSTOMER: z.string(),
  NOTIFICATION_TOPIC_ARN: z.string(),
  CONTACT_SECRET_ARN: z.string(),
});
export type ProcessorEnvironment = z.infer<typeof processorEnvironmentSchema>;
