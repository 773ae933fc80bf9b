import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  NoSuchResourceException,
  paginateListAWSDefaultServiceQuotas,
  paginateListServiceQuotas,
  type ServiceQuota,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
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
}

/**
 * A quota of Amazon Bedrock, as applied to this account, or AWS's default where nothing was ever applied; undefined when
 * Service Quotas knows no such code. https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
 */
export async function readQuota(code: string, pace: Pace = 'brisk'): Promise<QuotaNow | undefined> {
  const serviceQuotas = clients[pace];
  const request = { ServiceCode: SERVICE_CODE, QuotaCode: code };
  const applied = await orNothing(serviceQuotas.send(new GetServiceQuotaCommand(request)));
  if (applied?.Quota !== undefined) return quotaNow(code, applied.Quota, false);
  return readDefaultQuota(code, pace);
}

/**
 * AWS's default of a quota of Amazon Bedrock, whatever was applied to this account; undefined when there is none.
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetAWSDefaultServiceQuota.html
 */
export async function readDefaultQuota(code: string, pace: Pace = 'brisk'): Promise<QuotaNow | undefined> {
  const request = { ServiceCode: SERVICE_CODE, QuotaCode: code };
  const byDefault = await orNothing(clients[pace].send(new GetAWSDefaultServiceQuotaCommand(request)));
  return byDefault?.Quota === undefined ? undefined : quotaNow(code, byDefault.Quota, true);
}

/** The most quotas that Service Quotas puts on a page. */
const QUOTAS_A_PAGE = 100;

/**
 * Every quota of Amazon Bedrock that Service Quotas lists in this Region, each once: as applied to this account, or AWS's
 * default where nothing was ever applied. Sorted by code, so that nothing depends on the order in which AWS lists.
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListAWSDefaultServiceQuotas.html
 */
export async function listQuotas(pace: Pace): Promise<readonly QuotaNow[]> {
  const config = { client: clients[pace], pageSize: QUOTAS_A_PAGE };
  const request = { ServiceCode: SERVICE_CODE };
  const [defaults, applied] = await Promise.all([
    allQuotas(paginateListAWSDefaultServiceQuotas(config, request)),
    allQuotas(paginateListServiceQuotas(config, request)),
  ]);
  const quotas = new Map<string, QuotaNow>();
  for (const [code, quota] of defaults) quotas.set(code, quotaNow(code, quota, true));
  for (const [code, quota] of applied) quotas.set(code, quotaNow(code, quota, false));
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

function quotaNow(code: string, quota: ServiceQuota, isDefault: boolean): QuotaNow {
  const { QuotaName, Value } = quota;
  if (QuotaName === undefined || Value === undefined)
    throw new Error(`Service Quotas answered for ${code} without a name or a value`);
  return { code, name: QuotaName, value: Value, isDefault };
}
