import * as z from 'zod';

/**
 * The alarm updater's task for the processor: with `automatedThresholdUpdate` false it found a usage alarm that is not as its
 * quota gives. What the alarm has and should have is left out: both may be other by the time that somebody is told.
 */
const thresholdDriftSchema = z.object({
  thresholdDrift: z.object({
    model: z.string(),
    /** Which of the model's two usage alarms. */
    quota: z.enum(['RPM', 'TPM']),
  }),
});
export type ThresholdDrift = Readonly<z.infer<typeof thresholdDriftSchema>['thresholdDrift']>;

export const parseThresholdDrift = (message: unknown): ThresholdDrift =>
  thresholdDriftSchema.parse(message).thresholdDrift;
export const thresholdDriftText = (thresholdDrift: ThresholdDrift): string =>
  JSON.stringify({ thresholdDrift });
