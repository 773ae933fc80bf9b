import { noCapacityKey } from '../contract/ledger';
import type { NoCapacity } from '../contract/no-capacity';
import { noCapacityEmail, type ZeroQuota } from '../domain/no-capacity-text';
import { logger } from '../ports/logger';
import { readDefaultQuota, readQuota } from '../ports/quotas';
import { owner } from './environment';
import { known } from './known';
import { type MonitoredModel, settingsOf, UnusableConfig } from './read-model';
import { sendEmail } from './send-email';
import { tellOnce } from './tell-once';
import { usageOf } from './usage-of';

/**
 * Tells that a deployment found a quota of 0, whatever `notificationPreference` says: that is about incidents, of which
 * this is none. `by`: the message's id. `isAgain`: the message was received before.
 */
export async function tellNoCapacity(about: NoCapacity, by: string, isAgain: boolean): Promise<void> {
  const model = await settingsOf(about.model);
  if (model instanceof UnusableConfig) return withoutConfig(model, isAgain);
  const quotas = await zeroQuotas(about, model);
  if (quotas.length === 0) return logger.info('no quota is 0 any more, nothing to tell', { ...about });
  const subject = { customer: owner.customer, model: about.model, incident: null };
  await tellOnce(noCapacityKey(about), by, async (mayBeRepeat) => {
    // It tells whether the account ever had capacity.
    const usage = await usageOf(model);
    return sendEmail(noCapacityEmail({ ...owner, model: model.config, quotas, usage, mayBeRepeat }), subject);
  });
}

/** CloudFormation writes `config` after the calculator has answered; a deployment that failed takes it away again. */
function withoutConfig(unusable: UnusableConfig, isAgain: boolean): void {
  if (!isAgain) throw unusable;
  logger.warn('the model is not monitored, nothing to tell', unusable);
}

async function zeroQuotas({ quotas }: NoCapacity, { config }: MonitoredModel): Promise<readonly ZeroQuota[]> {
  const codes = { RPM: config.rpmQuotaCode, TPM: config.tpmQuotaCode };
  const found = await Promise.all(quotas.map((quota) => zeroQuota(quota, codes[quota])));
  return found.filter((zero) => zero !== undefined);
}

async function zeroQuota(quota: ZeroQuota['quota'], code: string | null): Promise<ZeroQuota | undefined> {
  const found = code === null ? undefined : await readQuota(code);
  if (found === undefined || found.value !== 0) return undefined;
  const { code: itsCode, name, isDefault } = found;
  if (isDefault) return { quota, code: itsCode, name, isDefault, awsDefault: 0 };
  const byDefault = await known(`the default of quota ${itsCode}`, readDefaultQuota(itsCode));
  return { quota, code: itsCode, name, isDefault, awsDefault: byDefault?.value };
}
