import { NO_QUOTA } from '../contract/model-config';
import { parameterName, SHARERS_KEY } from '../contract/names';
import { noCapacityText } from '../contract/no-capacity';
import type { ThresholdAnswer, ThresholdOwner, ThresholdRequest } from '../contract/threshold-resource';
import type { Quota } from '../domain/alarm-catalogue';
import type { PerQuota } from '../domain/decision';
import { thresholdOf } from '../domain/thresholds';
import { deleteParameters, getParameters } from '../ports/parameters';
import { sendLater } from '../ports/queue';
import type { QuotaNow } from '../ports/quotas';
import { storeThresholds, thresholdParameters } from '../thresholds/stored-thresholds';
import { environment } from './environment';
import { settleQuotas } from './settle-quotas';

export interface Asked {
  readonly request: ThresholdRequest;
  /** CloudFormation's id of the request: the same for each repeat of one deployment. */
  readonly requestId: string;
}

/**
 * Finds the quotas or checks their codes, stores the thresholds that changed, has people told of a quota that is 0, and
 * answers with threshold, factor, code and remark for each quota alarm, and with the quotas. Throws QuotaFault.
 */
export async function calculateThresholds(asked: Asked, now: Date): Promise<ThresholdAnswer> {
  const { request } = asked;
  const quotas = await settleQuotas(request);
  const thresholds = {
    RPM: quotas.RPM && thresholdOf(quotas.RPM.value, request.RpmThresholdPercent),
    TPM: quotas.TPM && thresholdOf(quotas.TPM.value, request.TpmThresholdPercent),
  };
  const stored = await getParameters(Object.values(thresholdParameters(request)));
  // First, since what is stored is how the next deployment knows that it was told.
  await haveNoCapacityTold(asked, quotas, stored);
  await storeThresholds({ owner: request, thresholds, stored, now, pace: 'patient' });
  return {
    RpmThreshold: thresholds.RPM ?? 0,
    RpmFactor: factorOf(quotas.RPM),
    RpmQuotaCode: quotas.RPM?.code ?? NO_QUOTA,
    RpmRemark: remarkOn('RPM', quotas.RPM, request.RpmQuotaCode),
    RpmQuotaValue: quotas.RPM?.value ?? NO_QUOTA,
    RpmAwsDefault: quotas.RPM?.awsDefault ?? NO_QUOTA,
    TpmThreshold: thresholds.TPM ?? 0,
    TpmFactor: factorOf(quotas.TPM),
    TpmQuotaCode: quotas.TPM?.code ?? NO_QUOTA,
    TpmRemark: remarkOn('TPM', quotas.TPM, request.TpmQuotaCode),
    TpmQuotaValue: quotas.TPM?.value ?? NO_QUOTA,
    TpmAwsDefault: quotas.TPM?.awsDefault ?? NO_QUOTA,
  };
}

/** Removes all that is stored of the model apart from what its stack writes itself. */
export const deleteThresholds = (owner: ThresholdOwner): Promise<void> =>
  deleteParameters([
    ...Object.values(thresholdParameters(owner)),
    // The alarm updater's, which knows of no model that is gone.
    parameterName(owner.Customer, owner.ModelName, SHARERS_KEY),
  ]);

/** Against a quota of 0 any request would be too much, and an alarm on that tells nothing: each is refused anyway. */
const factorOf = (quota: QuotaNow | null): 0 | 1 => (quota === null || quota.value === 0 ? 0 : 1);

/** The quota may change after the deployment that writes the remark: the remark is true of each value. */
function remarkOn(quota: Quota, settled: QuotaNow | null, given: string | null | undefined): string {
  if (settled !== null)
    return `Its quota is "${settled.name}" (${settled.code}); while that is 0, this alarm cannot fire.`;
  return given === null
    ? `The settings say that this model has no ${quota} quota: this alarm cannot fire.`
    : `When this alarm was deployed, Service Quotas listed no ${quota} quota for this model: this alarm cannot fire.`;
}

/** By then CloudFormation has written the model's `config`, which rests on the answer. */
const TOLD_AFTER_SECONDS = 120;

/** Of a 0 that was not stored before, whether it was applied to the account or is AWS's default. */
async function haveNoCapacityTold(
  { request, requestId }: Asked,
  quotas: PerQuota<QuotaNow | null>,
  stored: ReadonlyMap<string, string>,
): Promise<void> {
  const names = thresholdParameters(request);
  const without = (['RPM', 'TPM'] as const).filter(
    (quota) => quotas[quota]?.value === 0 && stored.get(names[quota]) !== '0',
  );
  if (without.length === 0) return;
  const message = noCapacityText({ model: request.ModelName, quotas: without, requestId });
  await sendLater(environment.QUEUE_URL, message, TOLD_AFTER_SECONDS);
}
