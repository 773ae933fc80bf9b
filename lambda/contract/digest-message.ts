import * as z from 'zod';
import { DIGEST_KINDS } from './handed';

/** What the processor sends to its own queue, late, and the reconciler: send what was handed over of this kind, if it is time. */
const digestSchema = z.object({
  digest: z.object({
    kind: z.enum(DIGEST_KINDS),
    /** How often it has waited for another run to be done with the digest. */
    waits: z.int().min(0).optional(),
  }),
});

export type DigestRequest = Readonly<z.infer<typeof digestSchema>['digest']>;

export const digestMessage = (digest: z.input<typeof digestSchema>['digest']): string =>
  JSON.stringify({ digest });

/** Throws when the message lacks the kind. */
export const parseDigest = (message: unknown): DigestRequest => digestSchema.parse(message).digest;
