import * as z from 'zod';

/** What the processor sends to its own queue when a case could not be settled: what was told, for its case alone. */
const caseRetrySchema = z.object({
  caseRetry: z.object({
    attempt: z.int().min(1),
    alarmMessage: z.string(),
    alarms: z.array(z.object({ alarmName: z.string(), since: z.iso.datetime().nullable() })).min(1),
  }),
});

export interface CaseRetry {
  /** Counts the tries after the first, from 1. */
  readonly attempt: number;
  /** The body of the alarm message, as it came. */
  readonly alarmMessage: string;
  /** The alarms that were told, so that the case is about these, whatever has come and gone since. */
  readonly alarms: readonly ToldAlarm[];
}

export interface ToldAlarm {
  readonly alarmName: string;
  /** When it went to ALARM, ISO 8601; null where that was not known. */
  readonly since: string | null;
}

export const caseRetryMessage = (caseRetry: CaseRetry): string => JSON.stringify({ caseRetry });

/** Undefined for any other message. Throws when the text is no JSON, or a retry that lacks something. */
export function parseCaseRetry(text: string): CaseRetry | undefined {
  const message: unknown = JSON.parse(text);
  if (typeof message !== 'object' || message === null || !('caseRetry' in message)) return undefined;
  return caseRetrySchema.parse(message).caseRetry;
}
