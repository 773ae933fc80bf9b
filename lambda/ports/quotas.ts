import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  NoSuchResourceException,
  type ServiceQuota,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { PACES, type Pace } from './pace';

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
  const request = { ServiceCode: 'bedrock', QuotaCode: code };
  const applied = await orNothing(serviceQuotas.send(new GetServiceQuotaCommand(request)));
  if (applied?.Quota !== undefined) return quotaNow(code, applied.Quota, false);
  const byDefault = await orNothing(serviceQuotas.send(new GetAWSDefaultServiceQuotaCommand(request)));
  return byDefault?.Quota === undefined ? undefined : quotaNow(code, byDefault.Quota, true);
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
