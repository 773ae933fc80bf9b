import * as z from 'zod';

/** What the processor sends to its own queue when a case could not be settled: what was told, for its case alone. */
const caseRetrySchema = z.object({
  attempt: z.int().min(1),
  model: z.string(),
  reference: z.string(),
  telling: z.int().min(1),
  openedAt: z.iso.datetime(),
  alarms: z.array(z.object({ alarm: z.string(), since: z.iso.datetime() })).min(1),
});

/**
 * `attempt` counts the tries after the first, from 1. `alarms` (names of the catalogue) are those that were told, so that
 * the case is about these, whatever has come and gone since. Instants are ISO 8601.
 */
export type CaseRetry = Readonly<z.infer<typeof caseRetrySchema>>;

export const caseRetryMessage = (caseRetry: CaseRetry): string => JSON.stringify({ caseRetry });

/** Throws when the message is no retry, or one that lacks something. */
export const parseCaseRetry = (message: unknown): CaseRetry =>
  z.object({ caseRetry: caseRetrySchema }).parse(message).caseRetry;
