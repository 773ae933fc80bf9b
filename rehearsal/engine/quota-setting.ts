import type { MonitoredModel } from '../product';
import type { QuotaValue } from '../scenario/scenario';
import { isKnownQuota } from '../services/bedrock-quota-names';
import type { QuotaSetting } from '../services/service-quotas';

/**
 * What Service Quotas is told of a quota of the scenario. A code that neither the scenario nor the local AWS has a name
 * for gets one that says so, and what the settings take it for.
 */
export function quotaSetting(
  code: string,
  quota: QuotaValue,
  models: readonly MonitoredModel[],
): QuotaSetting {
  const value = {
    ...(quota.applied === undefined ? {} : { value: quota.applied }),
    ...(quota.default === undefined ? {} : { default: quota.default }),
    ...(quota.adjustable === undefined ? {} : { adjustable: quota.adjustable }),
  };
  if (quota.name !== undefined) return { ...value, name: quota.name };
  return isKnownQuota(code)
    ? value
    : { ...value, name: `${takenFor(code, models)} (its name is not in the scenario)` };
}

function takenFor(code: string, models: readonly MonitoredModel[]): string {
  if (models.some(({ quotaCodes }) => quotaCodes.RPM === code)) return 'Requests per minute';
  if (models.some(({ quotaCodes }) => quotaCodes.TPM === code)) return 'Tokens per minute';
  return `Quota ${code}`;
}
