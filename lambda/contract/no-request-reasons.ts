import * as z from 'zod';
import { QUOTA_REQUEST_STATUSES } from '../../aws/service-quotas';

const instant = z.iso.datetime().transform((text) => new Date(text));

/** Why Service Quotas took no request to raise a quota. */
export const noRequestReasonSchema = z.discriminatedUnion('why', [
  /** automatedQuotaRequest is false. */
  z.object({ why: z.literal('off') }),
  z.object({ why: z.literal('not-adjustable') }),
  z.object({ why: z.literal('too-many-open') }),
  z.object({ why: z.literal('no-service-linked-role') }),
  /** The quota could not be read, or is 0, so no figure follows from it. */
  z.object({ why: z.literal('no-value') }),
  /** The setting maxNewCasesPerDay, which is `limit`, allows no further new case today. */
  z.object({ why: z.literal('day-limit'), limit: z.number() }),
  /** `wanted` is beyond `ceiling`: quotaCeilingMultiple times the quota at deployment, or AWS's default where that is more. */
  z.object({ why: z.literal('ceiling'), wanted: z.number(), ceiling: z.number() }),
  /** The model's stack was last deployed before the ceiling's base was stored. */
  z.object({ why: z.literal('unknown-ceiling') }),
  /** One of the last 7 days was answered. */
  z.object({
    why: z.literal('paused'),
    id: z.string(),
    desired: z.number(),
    since: instant,
    status: z.enum(QUOTA_REQUEST_STATUSES),
  }),
  /** Service Quotas said no. `error`: AWS's name for it. */
  z.object({ why: z.literal('refused'), error: z.string() }),
  /** Which requests there are could not be read, so none was made. */
  z.object({ why: z.literal('unread'), error: z.string() }),
  /** No answer, or one that contradicts the list: there may be a request all the same. `error` undefined: not in time. */
  z.object({ why: z.literal('unclear'), error: z.string().optional() }),
]);

export type NoRequestReason = Readonly<z.output<typeof noRequestReasonSchema>>;

export const NO_REQUEST_REASONS = noRequestReasonSchema.options.map(({ shape }) => shape.why.value);
