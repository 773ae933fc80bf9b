import * as z from 'zod';
import { NO_CASE_REASONS } from './no-case-reasons';
import { noRequestReasonSchema } from './no-request-reasons';

/**
 * What a model's run hands over when more models have the same to tell than deserve an e-mail each: its part of one e-mail
 * that tells them all. It lies in the ledger as an item of its own until that e-mail has gone out.
 */

export const DIGEST_KINDS = ['telling', 'reminder', 'recovery', 'case'] as const;
export type DigestKind = (typeof DIGEST_KINDS)[number];

const instant = z.iso.datetime().transform((text) => new Date(text));

/** What every part has. `at`: when the model was looked at; what the part says is as it was then. */
const part = {
  model: z.string(),
  reference: z.string(),
  severity: z.enum(['CRITICAL', 'WARNING']),
  at: instant,
  /** Whether the model's notification preference lets this severity be mailed. */
  isMailed: z.boolean(),
  /** Whether people may have been told of it already. */
  mayBeRepeat: z.boolean(),
};

const noRequest = z.object({
  quota: z.enum(['RPM', 'TPM']),
  code: z.string(),
  reason: noRequestReasonSchema,
});

const category = z.enum(['Quota Request', 'Investigation Request']);

const toldPart = z.object({
  ...part,
  kind: z.literal('telling'),
  modelId: z.string(),
  /** Which telling of the incident: 1 for the first. */
  telling: z.int().min(1),
  openedAt: instant,
  category,
  scenario: z.enum(['non_quota', 'new_model', 'high_usage', 'low_usage']),
  /** What is told; names of the catalogue, and when each went to ALARM. */
  alarms: z.array(z.object({ name: z.string(), since: instant })).min(1),
  /** Whether the settings let cases be opened. */
  isAutomated: z.boolean(),
});

const remindedPart = z.object({
  ...part,
  kind: z.literal('reminder'),
  /** When the reminder was due. */
  dueAt: instant,
  openedAt: instant,
  /** The alarms that were in ALARM at `at`; names of the catalogue. */
  inAlarm: z.array(z.string()),
  /** The numbers of the cases that tell of the incident. */
  cases: z.array(z.string()),
});

const closing = z.object({
  displayId: z.string(),
  kind: z.enum(['added', 'was-there', 'off', 'refused', 'unclear', 'not-open', 'unread']),
  error: z.string().optional(),
});

const recoveredPart = z.object({
  ...part,
  kind: z.literal('recovery'),
  openedAt: instant,
  overAt: instant,
  alarms: z.array(z.object({ name: z.string(), since: instant, times: z.int().min(1) })),
  /** What became of the word that it is over, on the model's own cases. */
  closings: z.array(closing),
  /** Cases that tell of other models as well: whoever writes the e-mail tells them, once for all. */
  sharedCases: z.array(z.object({ caseId: z.string(), displayId: z.string() })),
});

const casePart = z.object({
  ...part,
  kind: z.literal('case'),
  telling: z.int().min(1),
  category,
  /** The other models that the case tells of. */
  together: z.array(z.string()),
  /** Null until it is known. `displayId` null where AWS had not told the number. */
  outcome: z
    .discriminatedUnion('kind', [
      z.object({
        kind: z.enum(['opened', 'updated', 'left', 'told']),
        displayId: z.string().nullable(),
        /** Of a Quota Request that asks for no increase. */
        asksForNone: z.literal(true).optional(),
        /** The quotas for which Service Quotas took no request, and why; older versions did not write it. */
        noRequests: z.array(noRequest).default([]),
      }),
      /** No case of ours: what became of asking Service Quotas, which opens one itself. */
      z.object({
        kind: z.literal('requested'),
        requests: z
          .array(
            z.object({
              quota: z.enum(['RPM', 'TPM']),
              code: z.string(),
              id: z.string(),
              desired: z.number(),
              since: instant,
              is: z.enum(['made', 'open']),
            }),
          )
          .min(1),
        noRequests: z.array(noRequest).default([]),
      }),
      /** `why`: as in the e-mail of one incident; `retriedUntil` null: it is not tried again. */
      z.object({ kind: z.literal('none'), why: z.enum(NO_CASE_REASONS), retriedUntil: instant.nullable() }),
    ])
    .nullable(),
});

const handedSchema = z.discriminatedUnion('kind', [toldPart, remindedPart, recoveredPart, casePart]);

export type Handed = Readonly<z.infer<typeof handedSchema>>;
export type ToldPart = Readonly<z.infer<typeof toldPart>>;
export type RemindedPart = Readonly<z.infer<typeof remindedPart>>;
export type RecoveredPart = Readonly<z.infer<typeof recoveredPart>>;
export type CasePart = Readonly<z.infer<typeof casePart>>;

/** Why there is no case. */
export type NoCaseWord = (typeof NO_CASE_REASONS)[number];

/** Throws when the item is no part. */
export const parseHanded = (item: unknown): Handed => handedSchema.parse(item);
