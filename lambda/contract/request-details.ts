import * as z from 'zod';

/** A quota request for whose case AWS is to have details; `since`: when it was made. */
export const pendingRequestSchema = z.object({
  quota: z.enum(['RPM', 'TPM']),
  code: z.string(),
  id: z.string(),
  desired: z.number(),
  since: z.iso.datetime(),
  is: z.enum(['made', 'open']),
});
export type PendingRequest = Readonly<z.infer<typeof pendingRequestSchema>>;

/**
 * What the processor sends to its own queue when it has made or found a quota request: AWS opens a case for it, to which the
 * details of the incident are to be added. Instants are ISO 8601.
 */
const requestDetailsSchema = z.object({
  requestDetails: z.object({
    /** From 1. */
    attempt: z.int().min(1),
    model: z.string(),
    reference: z.string(),
    telling: z.int().min(1),
    openedAt: z.iso.datetime(),
    /** What was told; names of the catalogue. */
    alarms: z.array(z.object({ alarm: z.string(), since: z.iso.datetime() })).min(1),
    /** The requests whose cases have not had the details yet. */
    requests: z.array(pendingRequestSchema).min(1),
    /** How often this attempt has waited for another run to be done with the model. */
    waits: z.int().min(0).optional(),
  }),
});
export type RequestDetails = Readonly<z.infer<typeof requestDetailsSchema>['requestDetails']>;

/** Throws when the message is none. */
export const parseRequestDetails = (message: unknown): RequestDetails =>
  requestDetailsSchema.parse(message).requestDetails;
export const requestDetailsText = (requestDetails: RequestDetails): string =>
  JSON.stringify({ requestDetails });
