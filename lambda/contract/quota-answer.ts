import * as z from 'zod';

/**
 * The alarm updater's task for the processor: a quota request is answered. What the answer is, and what the quota has become,
 * is read anew by whoever tells it.
 */
const quotaAnswerSchema = z.object({
  quotaAnswer: z.object({
    /** Of the request, in Service Quotas. */
    id: z.string(),
    code: z.string(),
    quota: z.enum(['RPM', 'TPM']),
    /** When it was made. */
    requestedAt: z.iso.datetime(),
    /** The models that have this quota; quota and alarm threshold as they were when the request was made or found. */
    models: z
      .array(z.object({ model: z.string(), was: z.number().optional(), threshold: z.number().optional() }))
      .min(1),
  }),
});
export type QuotaAnswer = Readonly<z.infer<typeof quotaAnswerSchema>['quotaAnswer']>;

/** Throws when the message is none. */
export const parseQuotaAnswer = (message: unknown): QuotaAnswer =>
  quotaAnswerSchema.parse(message).quotaAnswer;
export const quotaAnswerText = (quotaAnswer: QuotaAnswer): string => JSON.stringify({ quotaAnswer });
