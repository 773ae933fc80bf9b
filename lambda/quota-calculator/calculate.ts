import type { ThresholdAnswer, ThresholdOwner, ThresholdRequest } from '../contract/threshold-resource';
import type { Quota } from '../domain/alarm-catalogue';
import type { PerQuota } from '../domain/decision';
import { thresholdOf } from '../domain/thresholds';
import { deleteParameters, getParameters } from '../ports/parameters';
import { type QuotaNow, readQuota } from '../ports/quotas';
import { storeThresholds, thresholdParameters } from '../thresholds/stored-thresholds';

/** Something that the owner can put right; the message says how, in one sentence for each quota code that is wrong. */
export class QuotaFault extends Error {
  override readonly name = 'QuotaFault';
}

const UNIT_IN_NAME: PerQuota<string> = { RPM: 'requests per minute', TPM: 'tokens per minute' };

/**
 * Reads the quotas, stores the thresholds that changed, and answers with threshold and factor for each quota alarm.
 * Throws QuotaFault that tells all that is wrong with the codes.
 */
export async function calculateThresholds(request: ThresholdRequest, now: Date): Promise<ThresholdAnswer> {
  const [rpm, tpm] = await Promise.all([read(request.RpmQuotaCode), read(request.TpmQuotaCode)]);
  const faults = [...faultsOf('RPM', request, rpm), ...faultsOf('TPM', request, tpm)];
  if (faults.length > 0) throw new QuotaFault(faults.join(' '));
  const thresholds = {
    RPM: rpm === undefined ? null : thresholdOf(rpm.value, request.RpmThresholdPercent),
    TPM: tpm === undefined ? null : thresholdOf(tpm.value, request.TpmThresholdPercent),
  };
  const stored = await getParameters(Object.values(thresholdParameters(request)));
  await storeThresholds({ owner: request, thresholds, stored, now });
  return {
    RpmThreshold: thresholds.RPM ?? 0,
    RpmFactor: thresholds.RPM === null ? 0 : 1,
    TpmThreshold: thresholds.TPM ?? 0,
    TpmFactor: thresholds.TPM === null ? 0 : 1,
  };
}

/** Removes all that `calculateThresholds` may have stored. */
export const deleteThresholds = (request: ThresholdOwner): Promise<void> =>
  deleteParameters(Object.values(thresholdParameters(request)));

/** Undefined for a model without such a quota, and for a code that does not exist. */
const read = async (code: string | null): Promise<QuotaNow | undefined> =>
  code === null ? undefined : readQuota(code);

/** One sentence for a code that is wrong. */
function faultsOf(quota: Quota, request: ThresholdRequest, found: QuotaNow | undefined): readonly string[] {
  const code = quota === 'RPM' ? request.RpmQuotaCode : request.TpmQuotaCode;
  if (code === null) return [];
  const setting = `${quota.toLowerCase()}QuotaCode ${code} of model ${request.ModelName}`;
  const unit = UNIT_IN_NAME[quota];
  if (found === undefined)
    return [
      `${setting}: Service Quotas knows no such quota of Amazon Bedrock in this Region; ` +
        'look the code up with aws service-quotas list-service-quotas --service-code bedrock.',
    ];
  if (found.name.toLowerCase().includes(unit)) return [];
  return [
    `${setting} is "${found.name}", which is no quota of ${unit}; ` +
      `give the code of the model's ${unit}, or NA if it has none.`,
  ];
}
