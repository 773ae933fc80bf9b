import * as z from 'zod';

/**
 * What the reconciler's schedules hand it: the question to ask. Each question is an invocation of its own, so that an idle
 * one is a single call.
 *
 * - `alarms`: is a model in ALARM that the ledger has no incident of?
 * - `ledger`: is an incident of the ledger over, stuck, due, or its case gone?
 * - `health`: have all stakeholders confirmed, and is every model that was used still measured?
 */
export const reconcilerEventSchema = z.object({ question: z.enum(['alarms', 'ledger', 'health']) });

export type ReconcilerEvent = z.infer<typeof reconcilerEventSchema>;
