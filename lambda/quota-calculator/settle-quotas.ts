import type { ThresholdRequest } from '../contract/threshold-resource';
import type { Quota } from '../domain/alarm-catalogue';
import type { PerQuota } from '../domain/decision';
import { invokedModelOf } from '../domain/inference-profiles';
import { type InvokedModel, invokedModel } from '../domain/model-id';
import { type FoundQuotas, findQuotas, givenCodeFault } from '../domain/quota-resolution';
import { listed } from '../domain/words';
import { listInferenceProfiles } from '../ports/inference-profiles';
import { listQuotas, type QuotaNow, readDefaultQuota, readQuota } from '../ports/quotas';
import { type Fault, QuotaFault } from './quota-fault';

/** What the settings say of a quota: its code, null for none, undefined where it is to be found. */
type Wish = string | null | undefined;

/** What the quotas are settled from. */
interface Evidence {
  readonly request: ThresholdRequest;
  readonly wishes: PerQuota<Wish>;
  /** Undefined where it is not needed, and where it cannot be told. */
  readonly invoked: InvokedModel | undefined;
  /** All quotas of the account where one is to be found, else those whose codes are given. */
  readonly known: readonly QuotaNow[];
  /** Undefined where none is to be found, and where it is not known of which model. */
  readonly found: FoundQuotas<QuotaNow> | undefined;
}

const QUOTAS: readonly Quota[] = ['RPM', 'TPM'];

/**
 * The model's quotas as they are now, given or found, with AWS's defaults; null for one that it does not have. Throws
 * QuotaFault that tells all that is wrong.
 */
export async function settleQuotas(request: ThresholdRequest): Promise<PerQuota<QuotaNow | null>> {
  const evidence = await evidenceFor(request);
  const faults = [
    faultOfModel(evidence),
    ...QUOTAS.map((quota) => faultOfGiven(quota, evidence)),
    faultOfSought(evidence),
  ].filter((fault) => fault !== undefined);
  if (faults.length > 0) throw new QuotaFault(faults);
  return { RPM: settled('RPM', evidence), TPM: settled('TPM', evidence) };
}

async function evidenceFor(request: ThresholdRequest): Promise<Evidence> {
  const wishes = { RPM: request.RpmQuotaCode, TPM: request.TpmQuotaCode };
  const [invoked, known] = await Promise.all([
    needsModel({ request, wishes }) ? invokedBy(request.ModelId) : undefined,
    quotasFor(wishes),
  ]);
  const found = invoked !== undefined && isSought(wishes) ? findQuotas(invoked, known) : undefined;
  return { request, wishes, invoked, known, found };
}

const isSought = (wishes: PerQuota<Wish>): boolean => QUOTAS.some((quota) => wishes[quota] === undefined);

/** Codes that are used whatever they are, and quotas that the model does not have, need no model. */
const needsModel = ({ request, wishes }: Pick<Evidence, 'request' | 'wishes'>): boolean =>
  isSought(wishes) ||
  (!request.AcceptQuotaCodeMismatch && QUOTAS.some((quota) => typeof wishes[quota] === 'string'));

/** Only an application profile does not say itself which model is beneath it. */
const invokedBy = async (modelId: string): Promise<InvokedModel | undefined> =>
  invokedModel(modelId) ?? invokedModelOf(modelId, await listInferenceProfiles('patient'));

async function quotasFor(wishes: PerQuota<Wish>): Promise<readonly QuotaNow[]> {
  if (isSought(wishes)) return listQuotas('patient');
  const codes = new Set(QUOTAS.flatMap((quota) => wishes[quota] ?? []));
  const quotas = await Promise.all([...codes].map(readWithDefault));
  return quotas.filter((quota) => quota !== undefined);
}

/** As the list has it: of an applied value alone Service Quotas does not tell the default. */
async function readWithDefault(code: string): Promise<QuotaNow | undefined> {
  const quota = await readQuota(code, 'patient');
  if (quota === undefined || quota.isDefault) return quota;
  return { ...quota, awsDefault: (await readDefaultQuota(code, 'patient'))?.value };
}

function settled(quota: Quota, { wishes, known, found }: Evidence): QuotaNow | null {
  const wish = wishes[quota];
  if (wish !== undefined) return known.find(({ code }) => code === wish) ?? null;
  return found?.[quota === 'RPM' ? 'rpm' : 'tpm'] ?? null;
}

function faultOfModel({ invoked, ...evidence }: Evidence): Fault | undefined {
  if (invoked !== undefined || !needsModel(evidence)) return undefined;
  const { ModelId, ModelName } = evidence.request;
  return {
    what:
      `modelId ${ModelId} of model ${ModelName}: from what this application inference profile was copied is not known ` +
      '(Amazon Bedrock does not list it in this Region, or its models fit no single source), so its quotas can ' +
      'neither be found nor checked.',
    advice:
      'Put modelId right, or give rpmQuotaCode, tpmQuotaCode and acceptQuotaCodeMismatch: true, and the codes are used ' +
      'as they are.',
  };
}

const LEAVE_OUT = 'Leave the setting out, and the quota is found from modelId';

function faultOfGiven(quota: Quota, { request, wishes, invoked, known }: Evidence): Fault | undefined {
  const code = wishes[quota];
  if (typeof code !== 'string') return undefined;
  const setting = `${settingOf(quota)} ${code} of model ${request.ModelName}`;
  const given = known.find((one) => one.code === code);
  if (given === undefined) {
    const what = `${setting}: Service Quotas knows no such quota of Amazon Bedrock in this Region.`;
    return { what, advice: `${LEAVE_OUT}.` };
  }
  if (request.AcceptQuotaCodeMismatch || invoked === undefined) return undefined;
  const fault = givenCodeFault(invoked, quota, given);
  if (fault === undefined) return undefined;
  const advice = `${LEAVE_OUT}; or set acceptQuotaCodeMismatch: true, and the code is used as it is.`;
  return { what: `${setting}: ${fault}`, advice };
}

/** That the model has no RPM quota is none. */
function faultOfSought({ request, wishes, found }: Evidence): Fault | undefined {
  const errors = { RPM: found?.rpmError ?? null, TPM: found?.tpmError ?? null };
  const missing = QUOTAS.filter((quota) => wishes[quota] === undefined && errors[quota] !== null);
  if (missing.length === 0) return undefined;
  const why = missing.map((quota) => errors[quota]).join(' ');
  return {
    what: `The quotas of model ${request.ModelName} cannot be found from its modelId: ${why}`,
    advice: `Give ${listed(missing.map(settingOf))}, or NA where the model has no such quota.`,
  };
}

const settingOf = (quota: Quota): string => `${quota.toLowerCase()}QuotaCode`;
