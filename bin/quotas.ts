import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { InferenceProfiles } from '../lambda/contract/inference-profiles';
import { modelConfigSchema } from '../lambda/contract/model-config';
import { invokedModelOf } from '../lambda/domain/inference-profiles';
import { type InferenceMode, readModelId } from '../lambda/domain/model-id';
import { findQuotas, MODE_WORDS, type NamedQuota } from '../lambda/domain/quota-resolution';
import { grouped } from '../lambda/domain/words';

const EXIT_ALL_FOUND = 0;
const EXIT_ONE_NOT_FOUND = 1;
const EXIT_BAD_INPUT = 2;

export interface QuotasOptions {
  readonly format: 'text' | 'json';
  /** A file with the quotas; the account is asked where there is none. */
  readonly catalogue?: string;
}

interface KnownQuota extends NamedQuota {
  readonly value: number;
  /** A file does not tell whether a value is AWS's default. */
  readonly isDefault?: boolean;
}

/** What models are looked up in. */
interface Source {
  readonly quotas: readonly KnownQuota[];
  /** Undefined where they are not known: a file of quotas does not list them. */
  readonly profiles: InferenceProfiles | undefined;
}

/** What is found of one model. */
interface Found {
  readonly modelId: string;
  readonly mode: InferenceMode | null;
  readonly tpm: KnownQuota | null;
  readonly rpm: KnownQuota | null;
  readonly error: string | null;
}

/**
 * Prints which quotas each model has, in the order asked. Answers with the exit code: 0 when a TPM quota of each is found,
 * 1 when one has an error, 2 for bad input, which is then named on standard error in one line.
 */
export async function showQuotas(modelIds: readonly string[], options: QuotasOptions): Promise<number> {
  try {
    const source =
      options.catalogue === undefined ? await readAccount(modelIds) : readCatalogue(options.catalogue);
    const found = modelIds.map((modelId) => quotasOf(modelId, source));
    console.log(found.map(options.format === 'json' ? asJson : asText).join('\n'));
    return found.every(({ error }) => error === null) ? EXIT_ALL_FOUND : EXIT_ONE_NOT_FOUND;
  } catch (error) {
    if (!(error instanceof UnreadableSource)) throw error;
    console.error(error.message);
    return EXIT_BAD_INPUT;
  }
}

/** The quotas cannot be read; the message is one line. */
class UnreadableSource extends Error {
  constructor(message: string) {
    super(message.replace(/\s+/g, ' '));
  }
}

const modelIdSchema = modelConfigSchema.shape.modelId;

function quotasOf(modelId: string, source: Source): Found {
  const nothing = { modelId, mode: null, tpm: null, rpm: null };
  if (!modelIdSchema.safeParse(modelId).success)
    return { ...nothing, error: `This is no model id. Allowed is ${modelIdSchema.description}.` };
  const invoked = invokedModelOf(modelId, source.profiles ?? { system: [], application: [] });
  if (invoked === undefined) return { ...nothing, error: whyUnknown(source) };
  const { tpm, rpm, tpmError, rpmError } = findQuotas(invoked, source.quotas);
  const errors = [tpmError, rpmError].filter((error) => error !== null);
  return { modelId, mode: invoked.mode, tpm, rpm, error: errors.length === 0 ? null : errors.join(' ') };
}

const whyUnknown = ({ profiles }: Source): string =>
  profiles === undefined
    ? 'An application inference profile does not say which model is beneath it, and a file of quotas does not list ' +
      'profiles. Give the id of the model or profile that it was copied from, or leave out --catalogue to read the account.'
    : "The account's list of inference profiles in this Region does not tell from what this application inference " +
      'profile was copied: it is not listed, or its models fit no single source. Give the id of the model or profile that ' +
      'it was copied from.';

const asJson = ({ modelId, mode, tpm, rpm, error }: Found): string =>
  JSON.stringify({ modelId, mode, tpm: quotaAsJson(tpm), rpm: quotaAsJson(rpm), error });

const quotaAsJson = (quota: KnownQuota | null) =>
  quota === null ? null : { code: quota.code, name: quota.name, value: quota.value };

function asText({ modelId, mode, tpm, rpm, error }: Found): string {
  const lines = [
    mode === null ? modelId : `${modelId}, invoked ${MODE_WORDS[mode]}`,
    ...(tpm === null ? [] : [quotaAsText('TPM', tpm)]),
    ...(rpm === null ? [] : [quotaAsText('RPM', rpm)]),
    ...(rpm === null && error === null ? ['  RPM  no such quota is listed for this model'] : []),
    ...(error === null ? [] : [`  error: ${error}`]),
  ];
  return `${lines.join('\n')}\n`;
}

const quotaAsText = (kind: 'RPM' | 'TPM', { code, name, value, isDefault }: KnownQuota): string =>
  `  ${kind}  ${code}  ${grouped(value)}${remarkOn(value, isDefault)}  ${name.trim()}`;

function remarkOn(value: number, isDefault = false): string {
  const remarks = [
    ...(isDefault ? ["AWS's default, no value of this account's own is known"] : []),
    ...(value === 0 ? ['no capacity'] : []),
  ];
  return remarks.length === 0 ? '' : ` (${remarks.join('; ')})`;
}

/** https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html */
const catalogueSchema = z.object({
  Quotas: z.array(
    z.object({ QuotaCode: z.string().min(1), QuotaName: z.string().min(1), Value: z.number().min(0) }),
  ),
  NextToken: z.null({ error: 'it is one page of several' }).optional(),
});

const ALLOWED = 'what `aws service-quotas list-service-quotas --service-code bedrock --output json` prints';

function readCatalogue(file: string): Source {
  const parsed = catalogueSchema.safeParse(parseJson(readText(file), file));
  if (!parsed.success) throw unfitCatalogue(file, firstFault(parsed.error));
  const quotas = parsed.data.Quotas.map(({ QuotaCode, QuotaName, Value }) => ({
    code: QuotaCode,
    name: QuotaName,
    value: Value,
  }));
  return { quotas, profiles: undefined };
}

const unfitCatalogue = (file: string, fault: string): UnreadableSource =>
  new UnreadableSource(`${file}: ${fault}; allowed is ${ALLOWED}`);

function firstFault({ issues: [first] }: z.ZodError): string {
  const place = first?.path.reduce<string>(
    (path, key) =>
      typeof key === 'number' ? `${path}[${key}]` : `${path}${path === '' ? '' : '.'}${String(key)}`,
    '',
  );
  return `${place === undefined || place === '' ? '' : `${place}: `}${first?.message ?? 'not such a list'}`;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw unfitCatalogue(file, `the file cannot be read (${reason})`);
  }
}

/** Some editors put a byte order mark before the text. */
function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw unfitCatalogue(file, `not JSON (${reason})`);
  }
}

/**
 * The functions' own ports to AWS, so that this command sees what they will. Loaded only to ask the account: a file needs
 * no SDK.
 */
const quotasPort = (): typeof import('../lambda/ports/quotas') => require('../lambda/ports/quotas');
const profilesPort = (): typeof import('../lambda/ports/inference-profiles') =>
  require('../lambda/ports/inference-profiles');
const failures = (): typeof import('../lambda/ports/failures') => require('../lambda/ports/failures');

/** Application profiles are listed only for whoever asks for one. */
async function readAccount(modelIds: readonly string[]): Promise<Source> {
  // A warning for whoever installs newer versions of the SDK than this project's, which the operator does not.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const needsProfiles = modelIds.some((modelId) => readModelId(modelId).kind === 'application profile');
  try {
    const [quotas, profiles] = await Promise.all([
      quotasPort().listQuotas('brisk'),
      needsProfiles ? profilesPort().listInferenceProfiles('brisk') : { system: [], application: [] },
    ]);
    return { quotas, profiles };
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    throw new UnreadableSource(`The account's quotas cannot be read: ${reason}`);
  }
}

const NO_CREDENTIALS = ['CredentialsProviderError', 'TokenProviderError'];

/** What the operator can do something about; undefined for what would be a fault of ours. */
function reasonOf(error: unknown): string | undefined {
  const { asError, isRefusal, isTransient } = failures();
  const { name, message } = asError(error);
  if (NO_CREDENTIALS.includes(name))
    return `there are no AWS credentials (${message}); give some, or a file with --catalogue`;
  if (/^Region (is missing|not accepted)/.test(message)) return 'no Region is set; set AWS_REGION';
  return isRefusal(error) || isTransient(error) ? `${name}: ${message}` : undefined;
}
