import * as z from 'zod';

/**
 * What the processor sends to its own queue, late, and the reconciler at any time: look at this model, and do what is due.
 * It names hardly more than the model, so that any number of copies does no harm: what is due stands in the ledger.
 */
const attendSchema = z.object({
  attend: z.object({
    model: z.string(),
    /** Somebody is to be told of what was claimed: if the ledger cannot be written by then, without it. */
    mustTell: z.boolean().default(false),
    /**
     * How many new cases there may be that day before one of this model: those that are put down, and one for each telling that
     * is under way. Absent where nobody has counted them.
     */
    newCases: z.int().min(0).optional(),
    /** How often it has waited for another run to be done with the model. */
    waits: z.int().min(0).optional(),
  }),
});

export type Attend = Readonly<z.infer<typeof attendSchema>['attend']>;

export const attendMessage = (attend: z.input<typeof attendSchema>['attend']): string =>
  JSON.stringify({ attend });

/** Throws when the message lacks the model. */
export const parseAttend = (message: unknown): Attend => attendSchema.parse(message).attend;
