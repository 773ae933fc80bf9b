import * as z from 'zod';
import { noRequestReasonSchema } from './no-request-reasons';
import { pendingRequestSchema } from './request-details';

const alarms = z.array(z.object({ alarm: z.string(), since: z.iso.datetime() })).min(1);

/** A model that the case tells of besides. */
const togetherModel = z.object({
  model: z.string(),
  modelId: z.string(),
  reference: z.string(),
  telling: z.int().min(1),
  alarms,
});

/** What the processor sends to its own queue when people were told before the case was settled: what was told, for its case alone. */
const caseRetrySchema = z.object({
  attempt: z.int().min(1),
  model: z.string(),
  reference: z.string(),
  telling: z.int().min(1),
  openedAt: z.iso.datetime(),
  alarms,
  /** Quotas for which Service Quotas took no request, and is not asked again. */
  refusals: z
    .array(z.object({ quota: z.enum(['RPM', 'TPM']), code: z.string(), reason: noRequestReasonSchema }))
    .optional(),
  /** The quota requests that were made or found, and the ids of those whose cases get the details by a message of their own. */
  requests: z.array(pendingRequestSchema).optional(),
  detailed: z.array(z.string()).optional(),
  /** It was looked whether a case of ours asks for these quotas, and there is none. */
  isSearched: z.literal(true).optional(),
  /** One of the day's new cases is put down as this one. */
  isReserved: z.literal(true).optional(),
  /** How often this attempt has waited for another run to be done with the model. */
  waits: z.int().min(0).optional(),
  /** Set where it was told in a digest: what becomes of the case is told in one as well. */
  digest: z
    .object({
      severity: z.enum(['CRITICAL', 'WARNING']),
      category: z.enum(['Quota Request', 'Investigation Request']),
      isMailed: z.boolean(),
      /** Whether that digest may have told for the second time: then so may the one that tells of the case. */
      mayBeRepeat: z.boolean().optional(),
      together: z.array(togetherModel),
    })
    .optional(),
});

/**
 * `attempt` counts the tries after the first, from 1; a digest tries no case, so there it is 1 for the first. `alarms` (names of the catalogue) are those that were told, so that
 * the case is about these, whatever has come and gone since. Instants are ISO 8601.
 */
export type CaseRetry = Readonly<z.infer<typeof caseRetrySchema>>;

export const caseRetryMessage = (caseRetry: CaseRetry): string => JSON.stringify({ caseRetry });

/** Throws when the message is no retry, or one that lacks something. */
export const parseCaseRetry = (message: unknown): CaseRetry =>
  z.object({ caseRetry: caseRetrySchema }).parse(message).caseRetry;
