import * as z from 'zod';
import { modelConfigSchema, NO_QUOTA, quotaCodeSchema } from '../../lambda/contract/model-config';

/**
 * The settings file as one schema: each key with its value, its bounds and its prose. The types, the defaults, the
 * error messages and docs/settings.md are all taken from here.
 */

/** What is said of a key beside its bounds; what is allowed is the description of its value. */
export interface Prose {
  readonly meaning: string;
  readonly default?: unknown;
  /** What holds when the key is left out and there is no default value. */
  readonly absent?: string;
}

const PROSE = z.registry<Prose>();

export const proseOf = (value: z.core.$ZodType): Prose | undefined => PROSE.get(value);

type ProseOf<Value extends z.ZodType> = Omit<Prose, 'default'> & { readonly default?: z.output<Value> };

/** A copy of `value` with prose of its own, since several keys may have values of one kind. */
function setting<Value extends z.ZodType>(value: Value, prose: ProseOf<Value>): Value {
  const own = value.clone();
  PROSE.add(own, prose);
  return own;
}

const positiveWholeNumber = z.int().min(1).describe('a whole number of at least 1');
const period = z.literal([60, 300, 900, 3600]).describe('60, 300, 900 or 3600');

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const TAG_KEY = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu;
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;
const tagKey = z
  .string()
  .regex(TAG_KEY)
  .describe('its key of 1 to 128 letters, digits, spaces and _ . : / = + - @, not beginning with aws:');
const tagValue = z
  .string()
  .regex(TAG_VALUE)
  .describe('at most 256 letters, digits, spaces and _ . : / = + - @ (a number, true or false in quotes)');
export const MOST_TAGS = 50;

const FOUND = 'found from `modelId`';
const quotaCode = z
  .union([quotaCodeSchema, z.literal(NO_QUOTA)])
  .describe(`${quotaCodeSchema.description}, or ${NO_QUOTA} where the model has no such quota`);

const CONFIG = modelConfigSchema.shape;

/** The keys that may stand in `defaults` and in each of `models`. */
const SHARED = {
  region: setting(
    z
      .string()
      .regex(/^[a-z]{2,4}(-[a-z]+){1,2}-[0-9]{1,2}$/)
      .describe('a Region such as us-east-1; once one model has it, all do'),
    { meaning: 'Region in which the model is watched', absent: 'that of the CLI' },
  ),
  account: setting(
    z
      .string()
      .regex(/^[0-9]{12}$/)
      .describe("12 digits in quotes, such as '111122223333' (of a number YAML would drop a leading zero)"),
    { meaning: 'Account in which the model is watched', absent: 'that of the CLI' },
  ),
  tags: setting(
    z.record(tagKey, tagValue).describe(`a map of up to ${MOST_TAGS} tags, those of \`defaults\` included`),
    { meaning: 'Tags on every resource; those of a model are added to those of `defaults`', absent: 'none' },
  ),
  inferenceProfileType: setting(CONFIG.inferenceProfileType, {
    meaning: 'Kind of inference profile, shown to support; must agree with `modelId`',
    absent: 'derived from `modelId`',
  }),
  notificationPreference: setting(CONFIG.notificationPreference, {
    meaning: 'Severities that are mailed',
    default: 'all',
  }),
  dataResidency: setting(CONFIG.dataResidency, {
    meaning: 'Whether data must stay in a geography, told to support',
    default: 'No',
  }),
  inputModalities: setting(CONFIG.inputModalities, {
    meaning: 'Kinds of input that the model is sent, told to support',
    default: 'TEXT and IMAGE',
  }),
  rpmQuotaCode: setting(quotaCode, {
    meaning: 'Code in Service Quotas of the quota of requests per minute',
    absent: FOUND,
  }),
  tpmQuotaCode: setting(quotaCode, {
    meaning: 'Code in Service Quotas of the quota of tokens per minute',
    absent: FOUND,
  }),
  acceptQuotaCodeMismatch: setting(CONFIG.automatedSupportCase, {
    meaning:
      'Whether quota codes that are given are used though the names of their quotas do not fit `modelId`',
    default: false,
  }),
  rpmIncreasePercent: setting(CONFIG.rpmIncreasePercent, {
    meaning: 'How much more RPM to ask for, in percent of the quota; 0 asks for none',
    default: 25,
  }),
  tpmIncreasePercent: setting(CONFIG.tpmIncreasePercent, {
    meaning: 'How much more TPM to ask for, in percent of the quota; 0 asks for none',
    default: 25,
  }),
  rpmThresholdPercent: setting(CONFIG.rpmThresholdPercent, {
    meaning: 'Percent of the RPM quota above which an alarm fires',
    default: 80,
  }),
  tpmThresholdPercent: setting(CONFIG.tpmThresholdPercent, {
    meaning: 'Percent of the TPM quota above which an alarm fires',
    default: 80,
  }),
  latencyThresholdMs: setting(CONFIG.latencyThresholdMs, {
    meaning: 'Mean latency in milliseconds above which an alarm fires',
    default: 240000,
  }),
  automatedSupportCase: setting(CONFIG.automatedSupportCase, {
    meaning: 'Whether cases are opened and updated, and quotas requested, by themselves',
    default: true,
  }),
  automatedQuotaRequest: setting(CONFIG.automatedQuotaRequest.unwrap(), {
    meaning:
      'Whether Service Quotas is asked for more quota automatically; not without `automatedSupportCase`',
    default: true,
  }),
  quotaCeilingMultiple: setting(CONFIG.quotaCeilingMultiple.unwrap(), {
    meaning:
      'No quota is requested automatically beyond this multiple of what it was (or of the AWS default then, where that is more) when a deployment last made the thresholds anew, nor is one quota requested twice in 7 days',
    default: 4,
  }),
  automatedThresholdUpdate: setting(CONFIG.automatedThresholdUpdate.unwrap(), {
    meaning:
      'Whether alarms on RPM and TPM follow their quotas by themselves; if not, differences are only reported',
    default: true,
  }),
  recoveryNotice: setting(CONFIG.recoveryNotice.unwrap(), {
    meaning: 'Whether an e-mail tells that an incident is over',
    default: true,
  }),
  closingCommunication: setting(CONFIG.closingCommunication.unwrap(), {
    meaning: 'Whether the cases of an incident are told that it is over; not without `automatedSupportCase`',
    default: true,
  }),
  flapHoldMinutes: setting(CONFIG.flapHoldMinutes.unwrap(), {
    meaning:
      'Minutes for which all alarms must have been OK before an incident is over; an alarm within them belongs to it',
    default: 10,
  }),
  reminderHours: setting(CONFIG.reminderHours.unwrap(), {
    meaning:
      'Hours after which the first reminder of an incident that goes on is mailed, then daily; 0 for never',
    default: 4,
  }),
  supportCaseLookbackDays: setting(CONFIG.supportCaseLookbackDays, {
    meaning: 'Age in days up to which an unresolved case is updated instead of a new one being opened',
    default: 60,
  }),
  useCase: setting(CONFIG.useCase, {
    meaning: 'What the model is used for: the justification in a case',
    default:
      'A production application relies on this model for interactive and automated requests from its users; ' +
      'throttled or failed requests directly degrade the service that they receive.',
  }),
  caseSeverity: setting(CONFIG.caseSeverity, {
    meaning: 'Severity code of technical cases; the support plan must offer it',
    default: 'normal',
  }),
  errorThreshold: setting(CONFIG.errorThreshold, {
    meaning: 'Errors per period that are still fine; with 0 any error raises an alarm',
    default: 5,
  }),
  criticalEvaluationPeriods: setting(positiveWholeNumber, {
    meaning: 'Consecutive periods after which an alarm on errors or throttles fires',
    default: 5,
  }),
  warningEvaluationPeriods: setting(positiveWholeNumber, {
    meaning: 'Consecutive minutes after which an alarm on RPM or TPM fires',
    default: 5,
  }),
  alarmPeriodSeconds: setting(period, {
    meaning: 'Period in seconds of the alarms on errors and throttles',
    default: 60,
  }),
  latencyPeriodSeconds: setting(period, {
    meaning: 'Period in seconds of the alarm on latency',
    default: 300,
  }),
  latencyEvaluationPeriods: setting(positiveWholeNumber, {
    meaning: 'Consecutive periods after which the alarm on latency fires',
    default: 2,
  }),
  anomalyPeriodSeconds: setting(period, {
    meaning: 'Period in seconds of the alarms on anomalies',
    default: 900,
  }),
  anomalyEvaluationPeriods: setting(positiveWholeNumber, {
    meaning: 'Consecutive periods after which an alarm on an anomaly fires',
    default: 12,
  }),
  anomalyBandWidth: setting(z.number().min(1).describe('a number of at least 1'), {
    meaning: 'Width of the band of expected values, in standard deviations; a wider band raises fewer alarms',
    default: 9,
  }),
};

const required = 'required';

const name = setting(CONFIG.modelName.describe(`${CONFIG.modelName.description} (only digits: in quotes)`), {
  meaning: 'Short label of the model, unique; part of the names of its alarms',
  absent: required,
});
const modelId = setting(CONFIG.modelId, {
  meaning: 'What the application invokes; an application inference profile by its ARN',
  absent: required,
});

const customer = setting(
  z
    .string()
    .regex(/^(?!aws|ssm)[a-z][a-z0-9-]{0,9}$/i)
    .describe('1 to 10 of A-Z, a-z, 0-9 and -, first a letter, not beginning with aws or ssm'),
  { meaning: 'Short label of team or company: the prefix of all names', absent: required },
);

const MOST_STAKEHOLDERS = 50;
const stakeholders = setting(
  z
    .array(z.email().max(254).describe('an e-mail address'))
    // Not min and max: those leave the elements of too long a list unchecked.
    .refine((list) => Array.isArray(list) && list.length >= 1 && list.length <= MOST_STAKEHOLDERS, {
      when: () => true,
    })
    .describe(`a list of 1 to ${MOST_STAKEHOLDERS} e-mail addresses, each once`),
  { meaning: 'Who is mailed; the first ten are also in copy of the cases', absent: required },
);

export const UPDATE_INTERVAL_DAYS = 1;
const updateIntervalDays = setting(z.int().min(1).max(30).describe('a whole number from 1 to 30'), {
  meaning: 'Days between two runs in which the thresholds on RPM and TPM are compared with their quotas',
  default: UPDATE_INTERVAL_DAYS,
});

export const MAX_NEW_CASES_PER_DAY = 10;
const maxNewCasesPerDay = setting(z.int().min(0).max(100).describe('a whole number from 0 to 100'), {
  meaning:
    'AWS Support cases that may be opened in a day (UTC) for all models of a Region together; beyond that, e-mails say which models have none',
  default: MAX_NEW_CASES_PER_DAY,
});

const defaults = z
  .strictObject(SHARED)
  .partial()
  .describe('a map of settings; without any, leave the key out');
const model = z
  .strictObject({ name, modelId, ...defaults.shape })
  .describe('a map with at least name and modelId');

/** The settings file as it is written; nothing is filled in. */
export const fileSchema = z
  .strictObject({
    customer,
    stakeholders,
    updateIntervalDays: updateIntervalDays.exactOptional(),
    maxNewCasesPerDay: maxNewCasesPerDay.exactOptional(),
    defaults: defaults.exactOptional(),
    models: z.array(model).min(1).describe('a list of at least one model'),
  })
  .describe('a map with at least customer, stakeholders and models');
export type WrittenSettings = z.output<typeof fileSchema>;

const quotaCodeOrNull = SHARED.rpmQuotaCode
  .transform((code) => (code === NO_QUOTA ? null : code))
  .exactOptional();

/** One model with everything filled in. */
export const modelSettingsSchema = z.object({
  name,
  modelId,
  ...SHARED,
  region: SHARED.region.exactOptional(),
  account: SHARED.account.exactOptional(),
  rpmQuotaCode: quotaCodeOrNull,
  tpmQuotaCode: quotaCodeOrNull,
});

/** Whatever of one of the maps is sound, for the rules between keys. */
export const anyOfDefaults = z.object(SHARED).partial();
export const anyOfModel = z.object({ name, modelId, ...SHARED }).partial();

export type SharedKey = keyof typeof SHARED;

/** The values that hold where neither `defaults` nor the model names the key. */
export const BUILT_IN = anyOfDefaults.parse(
  Object.fromEntries(
    Object.entries(SHARED)
      .map(([key, value]) => [key, proseOf(value)?.default])
      .filter(([, value]) => value !== undefined),
  ),
);
