import * as z from 'zod';
import { SEVERITY_CODES } from '../../aws/support';

/**
 * What the functions know of a model: the JSON that the model stack writes to Parameter Store as `config`, and the live
 * settings beside it. Every bound of these values stands here and nowhere else; each schema's description says in words
 * what is allowed, for messages and documentation.
 */

const oneOf = <const Values extends readonly string[]>(...values: Values) =>
  z.enum(values).describe(`${values.slice(0, -1).join(', ')} or ${values.at(-1)}`);

const wholeNumber = (least: number, most: number) =>
  z.int().min(least).max(most).describe(`a whole number from ${least} to ${most}`);

const wholeNumberFrom = (least: number) => z.int().min(least).describe(`a whole number of at least ${least}`);

const trueOrFalse = () => z.boolean().describe('true or false');

/** Stands for the code of a quota that the model does not have, wherever a code is written as text. */
export const NO_QUOTA = 'NA';

export const quotaCodeSchema = z
  .string()
  .regex(/^L-[0-9A-F]{8}$/)
  .describe('L- and 8 hexadecimal digits in capitals');

/**
 * Null: the model has no such quota. The template can write the calculator's answer as a text only; a model stack from
 * before the calculator found the codes has written null.
 */
const quotaCode = () => z.union([quotaCodeSchema, z.literal(NO_QUOTA).transform(() => null), z.null()]);

/** As the template writes the calculator's answer: `10000`, `1e+21`. Not an empty text, which would be read as 0. */
const numberText = z.string().regex(/^\d/).transform(Number).pipe(z.number().min(0));

/**
 * A quota as the calculator found it; null where there is none, or it is not known, as in what a model stack from before
 * there was the answer has written. The template can write the answer as a text only.
 */
const quotaValue = () =>
  z.union([z.literal(NO_QUOTA).transform(() => null), numberText, z.number().min(0), z.null()]).default(null);

/** `provider.model`, with a geography before it for a profile: `us.anthropic.claude-opus-4-6-v1`, `amazon.nova-micro-v1:0`. */
const MODEL_OR_PROFILE_ID = '[a-z0-9-]+\\.[a-z0-9-]+(?:[.:][a-z0-9-]+)*';
const ARN = 'arn:aws(?:-[a-z]+)*:bedrock:[a-z0-9-]{1,20}';
const MODEL_ID = new RegExp(
  [
    `^${MODEL_OR_PROFILE_ID}$`,
    `^${ARN}::foundation-model/${MODEL_OR_PROFILE_ID}$`,
    `^${ARN}:[0-9]{12}:inference-profile/${MODEL_OR_PROFILE_ID}$`,
    `^${ARN}:[0-9]{12}:application-inference-profile/[a-zA-Z0-9-]+$`,
  ].join('|'),
);

/** Bedrock's ids are of at most 140 characters, and the ARN adds fewer than 100: the limit refuses no real one. */
const MODEL_ID_LENGTH = 256;

/**
 * A standard parameter holds 4,096 bytes, and `config` holds this text besides everything else: 1,000 UTF-16 units are
 * at most 3,000 bytes (zod's `max` would count code points, of up to four bytes). Control characters, but for the
 * newline, and lone surrogates would be written as `\uXXXX`, six bytes each. Parameter Store takes `{{` for a reference
 * to another parameter and refuses it.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
 */
const USE_CASE_LENGTH = 1000;
const STORABLE_TEXT = /^(?:\n|[^\p{Cc}\p{Cs}])*$/u;

const useCase = z
  .string()
  .trim()
  .min(1)
  .regex(STORABLE_TEXT)
  .refine((text) => text.length <= USE_CASE_LENGTH && !text.includes('{{') && !text.includes('}}'))
  .describe(
    `1 to ${USE_CASE_LENGTH} characters, no control characters other than line breaks, neither {{ nor }}`,
  );

export const modelConfigSchema = z.object({
  modelName: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,15}$/)
    .describe('1 to 15 of A-Z, a-z, 0-9 and -'),
  modelId: z
    .string()
    .max(MODEL_ID_LENGTH)
    .regex(MODEL_ID)
    .describe(
      'a foundation-model id, a profile id, or the ARN of a foundation model, inference profile or ' +
        'application inference profile of Bedrock',
    ),
  inferenceProfileType: oneOf('System-Defined', 'Application'),
  rpmQuotaCode: quotaCode(),
  tpmQuotaCode: quotaCode(),
  notificationPreference: oneOf('all', 'critical', 'warning'),
  dataResidency: oneOf('Yes', 'No', 'NA'),
  inputModalities: oneOf('TEXT and IMAGE', 'TEXT Only', 'IMAGE Only'),
  rpmIncreasePercent: wholeNumber(0, 100),
  tpmIncreasePercent: wholeNumber(0, 100),
  rpmThresholdPercent: wholeNumber(1, 100),
  tpmThresholdPercent: wholeNumber(1, 100),
  latencyThresholdMs: wholeNumberFrom(15000),
  errorThreshold: wholeNumberFrom(0),
  automatedSupportCase: trueOrFalse(),
  automatedQuotaRequest: trueOrFalse().default(true),
  quotaCeilingMultiple: z.number().min(1).describe('a number of at least 1').default(4),
  rpmQuotaAtDeployment: quotaValue(),
  rpmAwsDefault: quotaValue(),
  tpmQuotaAtDeployment: quotaValue(),
  tpmAwsDefault: quotaValue(),
  /** True where a model stack from before there was the setting has written `config`. */
  automatedThresholdUpdate: trueOrFalse().default(true),
  // So have these four the value that holds without them, since an older model stack has not written them.
  recoveryNotice: trueOrFalse().default(true),
  closingCommunication: trueOrFalse().default(true),
  flapHoldMinutes: wholeNumber(0, 60).default(10),
  reminderHours: wholeNumber(0, 24).default(4),
  supportCaseLookbackDays: z.literal([45, 60, 90]).describe('45, 60 or 90'),
  useCase,
  caseSeverity: oneOf(...SEVERITY_CODES),
});

/** The parameter `config` of one model, parsed. */
export type ModelConfig = Readonly<z.infer<typeof modelConfigSchema>>;

/** The settings that are also parameters of their own beside `config`, so that they change without a deployment. */
export const LIVE_SETTINGS = [
  'notificationPreference',
  'rpmIncreasePercent',
  'tpmIncreasePercent',
  'automatedSupportCase',
  'automatedQuotaRequest',
  'useCase',
] as const;
export type LiveSetting = (typeof LIVE_SETTINGS)[number];

const { shape } = modelConfigSchema;

const WHOLE_NUMBER_TEXT = z
  .string()
  .regex(/^(?:0|[1-9][0-9]*)$/)
  .transform(Number);

const TRUE_OR_FALSE_TEXT = z.enum(['true', 'false']).transform((text) => text === 'true');

const LIVE_TEXTS: { readonly [Key in LiveSetting]: z.ZodType<ModelConfig[Key], string> } = {
  notificationPreference: shape.notificationPreference,
  rpmIncreasePercent: WHOLE_NUMBER_TEXT.pipe(shape.rpmIncreasePercent),
  tpmIncreasePercent: WHOLE_NUMBER_TEXT.pipe(shape.tpmIncreasePercent),
  automatedSupportCase: TRUE_OR_FALSE_TEXT,
  automatedQuotaRequest: TRUE_OR_FALSE_TEXT,
  useCase: shape.useCase,
};

/**
 * The value that a live setting's parameter holds, or undefined where it is not valid. Nothing is rounded; white space
 * is taken off around a use case only.
 */
export function parseLiveSetting<Key extends LiveSetting>(
  key: Key,
  text: string,
): ModelConfig[Key] | undefined {
  return LIVE_TEXTS[key].safeParse(text).data;
}
