import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  NoSuchResourceException,
  paginateListAWSDefaultServiceQuotas,
  paginateListServiceQuotas,
  type ServiceQuota,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { MOST_ON_A_PAGE } from '../../aws/service-quotas';
import { PACES, type Pace } from './pace';

const SERVICE_CODE = 'bedrock';

const clients: Readonly<Record<Pace, ServiceQuotasClient>> = {
  brisk: new ServiceQuotasClient(PACES.brisk),
  patient: new ServiceQuotasClient(PACES.patient),
};

export interface QuotaNow {
  readonly code: string;
  readonly name: string;
  readonly value: number;
  /** No value of this account's own was ever applied. */
  readonly isDefault: boolean;
  /** What AWS gives by default; undefined where there is none, or it was not read. */
  readonly awsDefault: number | undefined;
  /** Whether AWS raises it on request; undefined where Service Quotas does not say. */
  readonly isAdjustable: boolean | undefined;
}

/**
 * A quota of Amazon Bedrock, as applied to this account, or AWS's default where nothing was ever applied; undefined when
 * Service Quotas knows no such code. The default of an applied value is not read.
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
 */
export async function readQuota(code: string, pace: Pace = 'brisk'): Promise<QuotaNow | undefined> {
  const serviceQuotas = clients[pace];
  const request = { ServiceCode: SERVICE_CODE, QuotaCode: code };
  const applied = await orNothing(serviceQuotas.send(new GetServiceQuotaCommand(request)));
  if (applied?.Quota !== undefined) return appliedQuota(code, applied.Quota, undefined);
  return readDefaultQuota(code, pace);
}

/**
 * AWS's default of a quota of Amazon Bedrock, whatever was applied to this account; undefined when there is none.
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetAWSDefaultServiceQuota.html
 */
export async function readDefaultQuota(code: string, pace: Pace = 'brisk'): Promise<QuotaNow | undefined> {
  const request = { ServiceCode: SERVICE_CODE, QuotaCode: code };
  const byDefault = await orNothing(clients[pace].send(new GetAWSDefaultServiceQuotaCommand(request)));
  return byDefault?.Quota === undefined ? undefined : defaultQuota(code, byDefault.Quota);
}

/**
 * Every quota of Amazon Bedrock that Service Quotas lists in this Region, each once: as applied to this account, or AWS's
 * default where nothing was ever applied, and that default. Sorted by code, so that nothing depends on the order in which AWS lists.
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListAWSDefaultServiceQuotas.html
 */
export async function listQuotas(pace: Pace): Promise<readonly QuotaNow[]> {
  const config = { client: clients[pace], pageSize: MOST_ON_A_PAGE };
  const request = { ServiceCode: SERVICE_CODE };
  const [defaults, applied] = await Promise.all([
    allQuotas(paginateListAWSDefaultServiceQuotas(config, request)),
    allQuotas(paginateListServiceQuotas(config, request)),
  ]);
  const quotas = new Map<string, QuotaNow>();
  for (const [code, quota] of defaults) quotas.set(code, defaultQuota(code, quota));
  for (const [code, quota] of applied)
    quotas.set(code, appliedQuota(code, quota, quotas.get(code)?.awsDefault));
  return [...quotas.values()].sort((one, other) => (one.code < other.code ? -1 : 1));
}

async function allQuotas(
  pages: AsyncIterable<{ readonly Quotas?: readonly ServiceQuota[] | undefined }>,
): Promise<readonly (readonly [code: string, quota: ServiceQuota])[]> {
  const quotas: (readonly [string, ServiceQuota])[] = [];
  for await (const { Quotas = [] } of pages) for (const quota of Quotas) quotas.push([codeOf(quota), quota]);
  return quotas;
}

function codeOf({ QuotaCode, QuotaName }: ServiceQuota): string {
  if (QuotaCode === undefined)
    throw new Error(`Service Quotas listed a quota without a code (${QuotaName ?? 'nor a name'})`);
  return QuotaCode;
}

async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NoSuchResourceException) return undefined;
    throw error;
  }
}

const appliedQuota = (code: string, quota: ServiceQuota, awsDefault: number | undefined): QuotaNow => ({
  ...readIn(code, quota),
  isDefault: false,
  awsDefault,
});

function defaultQuota(code: string, quota: ServiceQuota): QuotaNow {
  const read = readIn(code, quota);
  return { ...read, isDefault: true, awsDefault: read.value };
}

function readIn(code: string, { QuotaName, Value, Adjustable }: ServiceQuota) {
  if (QuotaName === undefined || Value === undefined)
    throw new Error(`Service Quotas answered for ${code} without a name or a value`);
  return { code, name: QuotaName, value: Value, isAdjustable: Adjustable };
}
