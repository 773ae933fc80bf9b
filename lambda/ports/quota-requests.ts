import {
  GetRequestedServiceQuotaChangeCommand,
  NoSuchResourceException,
  paginateListRequestedServiceQuotaChangeHistoryByQuota,
  type RequestedServiceQuotaChange,
  RequestServiceQuotaIncreaseCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { MOST_ON_A_PAGE, QUOTA_REQUEST_STATUSES, type QuotaRequestStatus } from '../../aws/service-quotas';
import { WRITE_ONCE } from './client-settings';
import { PACES, type Pace } from './pace';

const SERVICE_CODE = 'bedrock';

const readers: Readonly<Record<Pace, ServiceQuotasClient>> = {
  brisk: new ServiceQuotasClient(PACES.brisk),
  patient: new ServiceQuotasClient(PACES.patient),
};
const writer = new ServiceQuotasClient(WRITE_ONCE);

/** A request to raise a quota of Amazon Bedrock, as Service Quotas knows it now, whoever in the account made it. */
export interface QuotaRequestNow {
  readonly id: string;
  readonly code: string;
  readonly status: QuotaRequestStatus;
  /** The value that is asked for. */
  readonly desired: number;
  /** When it was made. */
  readonly since: Date;
  /** Of its last change. */
  readonly changedAt: Date;
  /** The number of the case that AWS opened for it, seconds after; undefined until then. */
  readonly displayId: string | undefined;
}

/**
 * All requests of the last 90 days for one quota, the newest first.
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListRequestedServiceQuotaChangeHistoryByQuota.html
 */
export async function requestsFor(code: string): Promise<readonly QuotaRequestNow[]> {
  const pages = paginateListRequestedServiceQuotaChangeHistoryByQuota(
    { client: readers.brisk, pageSize: MOST_ON_A_PAGE },
    { ServiceCode: SERVICE_CODE, QuotaCode: code },
  );
  const requests: QuotaRequestNow[] = [];
  for await (const { RequestedQuotas = [] } of pages) requests.push(...RequestedQuotas.map(requestNow));
  return requests.sort((one, other) => other.since.getTime() - one.since.getTime());
}

/**
 * One request; undefined where Service Quotas knows none of this id.
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetRequestedServiceQuotaChange.html
 */
export async function quotaRequestNow(
  id: string,
  pace: Pace = 'brisk',
): Promise<QuotaRequestNow | undefined> {
  try {
    const { RequestedQuota } = await readers[pace].send(
      new GetRequestedServiceQuotaChangeCommand({ RequestId: id }),
    );
    return RequestedQuota === undefined ? undefined : requestNow(RequestedQuota);
  } catch (error) {
    if (error instanceof NoSuchResourceException) return undefined;
    throw error;
  }
}

/**
 * Asks for more of a quota, in one attempt. Throws AWS's refusal (`REFUSALS`), or whatever leaves open whether it was taken.
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_RequestServiceQuotaIncrease.html
 */
export async function requestIncrease(code: string, value: number): Promise<QuotaRequestNow> {
  const { RequestedQuota } = await writer.send(
    new RequestServiceQuotaIncreaseCommand({
      ServiceCode: SERVICE_CODE,
      QuotaCode: code,
      DesiredValue: value,
    }),
  );
  if (RequestedQuota === undefined)
    throw new Error(`Service Quotas took a request for ${code} without telling its id`);
  return requestNow(RequestedQuota);
}

function requestNow(request: RequestedServiceQuotaChange): QuotaRequestNow {
  const { Id: id, QuotaCode: code, DesiredValue: desired, Created: since, LastUpdated, CaseId } = request;
  // Of a status that AWS may add some day it is not known that it is an answer.
  const status = QUOTA_REQUEST_STATUSES.find((known) => known === request.Status) ?? 'PENDING';
  if (id === undefined || code === undefined || desired === undefined || since === undefined)
    throw new Error(
      `Service Quotas told of a request without id, quota, value or time (${id ?? code ?? 'neither'})`,
    );
  return {
    id,
    code,
    status,
    desired,
    since,
    changedAt: LastUpdated ?? since,
    displayId: CaseId || undefined,
  };
}
