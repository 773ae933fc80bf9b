import * as z from 'zod';

/**
 * The quota calculator's task for the processor: a deployment found that a model's quotas are 0, applied or by default.
 */
const noCapacitySchema = z.object({
  noCapacity: z.object({
    model: z.string(),
    /** RPM before TPM. */
    quotas: z.array(z.enum(['RPM', 'TPM'])).min(1),
    /** CloudFormation's id of the request: the same for each repeat of one deployment. */
    requestId: z.string(),
  }),
});
export type NoCapacity = Readonly<z.infer<typeof noCapacitySchema>['noCapacity']>;

export const parseNoCapacity = (message: unknown): NoCapacity => noCapacitySchema.parse(message).noCapacity;
export const noCapacityText = (noCapacity: NoCapacity): string => JSON.stringify({ noCapacity });
