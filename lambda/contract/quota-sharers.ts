import * as z from 'zod';

const instant = z.iso.datetime();

/**
 * What else draws on a model's quotas: application profiles copied from it, and, where the model is itself an application
 * profile, what that was copied from. The alarm updater writes it beside `config`, as the parameter `quota-sharers`, and
 * the processor adds these series to the model's own. Beside them stands a profile that would draw on other quotas.
 */
export const quotaSharersSchema = z.object({
  sharers: z.array(
    z.object({
      /** The value of the dimension `ModelId` under which Bedrock publishes its metrics. */
      id: z.string(),
      name: z.string(),
      /** The quotas whose usage alarms count it: an alarm may have ten metrics. */
      watchedBy: z.array(z.enum(['RPM', 'TPM'])),
      /** The profile was deleted by then. What it used before counts for as long as usage is looked at. */
      goneSince: instant.optional(),
    }),
  ),
  /** How many more there are than this parameter lists. */
  unlisted: z.int().min(0),
  /**
   * Application profiles of the same foundation model of which it cannot be told what they were copied from: they may draw
   * on the quotas too, and nothing counts them.
   */
  unclear: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
  /**
   * The id of the global profile of the same foundation model in this Region, where the model is invoked through a
   * geographic profile; else null. Older versions did not write it.
   */
  globalProfile: z.string().nullable().default(null),
  /** Other monitored models of the customer that have one of the quotas. Older versions did not write it. */
  twins: z.array(z.string()).default([]),
});
export type QuotaSharers = Readonly<z.infer<typeof quotaSharersSchema>>;

/**
 * So many, each with an id of 12 characters and a name of 64, fit the 4,096 bytes of a standard parameter, with room for
 * `MOST_UNCLEAR_LISTED` others, the id of a global profile and the names of twins.
 */
export const MOST_SHARERS_LISTED = 20;
export const MOST_UNCLEAR_LISTED = 5;
export const MOST_TWINS_LISTED = 5;

export const NO_SHARERS: QuotaSharers = {
  sharers: [],
  unlisted: 0,
  unclear: [],
  globalProfile: null,
  twins: [],
};

/** What the parameter holds: nothing shares while there is none. Undefined where it is not valid. */
export function parseQuotaSharers(text: string | undefined): QuotaSharers | undefined {
  if (text === undefined) return NO_SHARERS;
  try {
    return quotaSharersSchema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
