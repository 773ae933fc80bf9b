import * as z from 'zod';

/** What the alarm updater is to look at. */
export type UpdaterTask =
  /** The thresholds of all models, and what shares their quotas. */
  | { readonly kind: 'everything' }
  /** What shares the quotas of all models; only quotas of which a request is answered are read. */
  | { readonly kind: 'sharers' }
  /** The model whose usage alarm was made or changed, by whomever. */
  | { readonly kind: 'alarm'; readonly alarmName: string; readonly changedAt: Date };

/** What the hourly schedule hands over. */
export const SHARERS_ONLY = { only: 'sharers' } as const;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
export const ALARM_CHANGE = 'CloudWatch Alarm Configuration Change';

const updaterEventSchema = z.union([
  z
    .object({
      'detail-type': z.literal(ALARM_CHANGE),
      time: z.iso.datetime(),
      detail: z.object({ alarmName: z.string() }),
    })
    .transform(
      ({ time, detail: { alarmName } }): UpdaterTask => ({
        kind: 'alarm',
        alarmName,
        changedAt: new Date(time),
      }),
    ),
  z.object({ only: z.literal(SHARERS_ONLY.only) }).transform((): UpdaterTask => ({ kind: 'sharers' })),
  // The daily schedule, or a person who runs the function by hand and hands it nothing.
  z
    .object({ source: z.literal('aws.events').optional(), only: z.undefined().optional() })
    .transform((): UpdaterTask => ({ kind: 'everything' })),
]);

/** Throws when it is none. */
export const parseUpdaterEvent = (event: unknown): UpdaterTask => updaterEventSchema.parse(event);
