import * as z from 'zod';
import { NO_QUOTA } from './model-config';

/**
 * What the model stack asks of the quota calculator, and what it is answered: the custom resource between them.
 * CloudFormation hands every property over as a string.
 */
const percent = z.coerce.number().int().min(1).max(100);
/** Left out: to be found. `NA`: the model has no such quota, whatever the account's list says. */
const quotaCode = z.union([z.literal(NO_QUOTA).transform(() => null), z.string()]).optional();

export const thresholdOwnerSchema = z.object({ Customer: z.string(), ModelName: z.string() });
/** Whose thresholds they are: enough to delete them, whatever else a request holds. */
export type ThresholdOwner = z.infer<typeof thresholdOwnerSchema>;

export const thresholdRequestSchema = thresholdOwnerSchema.extend({
  ModelId: z.string(),
  RpmQuotaCode: quotaCode,
  TpmQuotaCode: quotaCode,
  RpmThresholdPercent: percent,
  TpmThresholdPercent: percent,
  /** Given codes are used though their names do not fit the model. */
  AcceptQuotaCodeMismatch: z.enum(['true', 'false']).transform((text) => text === 'true'),
});
export type ThresholdRequest = z.infer<typeof thresholdRequestSchema>;
export type ThresholdProperties = z.input<typeof thresholdRequestSchema> & {
  /**
   * A hash of everything that the template says of the two quota alarms. Nobody reads it: CloudFormation asks anew when
   * a property changes, and so it has a fresh threshold whenever it rewrites one of these alarms.
   */
  readonly QuotaAlarmsHash: string;
  /**
   * Changes with the attributes of the answer. Nobody reads it either: CloudFormation keeps the answer that the stack of
   * an earlier version got, which lacks the newer attributes, until a property changes.
   */
  readonly AnswerFormat: typeof ANSWER_FORMAT;
};

/** `1` had no values and no defaults of the quotas, and no such property. */
export const ANSWER_FORMAT = '2';

/** Of a quota; `NA` where there is none, or its default is not known. */
type AnsweredValue = number | typeof NO_QUOTA;

/**
 * The factor is 1, or 0 where the model has no such quota or its applied value is 0: `0 * usage > 0` cannot fire, so no
 * made-up number is needed as a threshold.
 */
export interface ThresholdAnswer {
  readonly RpmThreshold: number;
  readonly RpmFactor: 0 | 1;
  /** The code that was given or found, or `NA`. */
  readonly RpmQuotaCode: string;
  /** A sentence for the alarm's description that stays true: which quota it is, or why the alarm cannot fire. */
  readonly RpmRemark: string;
  /** What the quota is now, as applied or by default. */
  readonly RpmQuotaValue: AnsweredValue;
  readonly RpmAwsDefault: AnsweredValue;
  readonly TpmThreshold: number;
  readonly TpmFactor: 0 | 1;
  readonly TpmQuotaCode: string;
  readonly TpmRemark: string;
  readonly TpmQuotaValue: AnsweredValue;
  readonly TpmAwsDefault: AnsweredValue;
}

export const THRESHOLD_RESOURCE_TYPE = 'Custom::BedrockQuotaThresholds';
