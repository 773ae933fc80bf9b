import type { NoCapacity } from '../contract/no-capacity';
import { noCapacityEmail, type WithoutCapacity, type ZeroQuota } from '../domain/no-capacity-text';
import { now } from '../ports/clock';
import { asError } from '../ports/failures';
import { logger } from '../ports/logger';
import type { NoCapacityLease } from '../ports/no-capacity-ledger';
import { readDefaultQuota, readQuota } from '../ports/quotas';
import { noCapacities, owner } from './environment';
import { known } from './known';
import { type MonitoredModel, settingsOf, UnusableConfig } from './read-model';
import { afterSending, MayHaveGoneOut, sendEmail } from './send-email';

type Finding = Omit<WithoutCapacity, 'mayBeRepeat'>;

/**
 * Tells that a deployment found a quota of 0, whatever `notificationPreference` says: that is about incidents, of which
 * this is none. `by`: the message's id. `isAgain`: the message was received before.
 */
export async function tellNoCapacity(about: NoCapacity, by: string, isAgain: boolean): Promise<void> {
  const model = await settingsOf(about.model);
  if (model instanceof UnusableConfig) return withoutConfig(model, isAgain);
  const quotas = await zeroQuotas(about, model);
  if (quotas.length === 0) return logger.info('no quota is 0 any more, nothing to tell', { ...about });
  const finding = { ...owner, model: model.config, quotas };
  const lease = await takeLease(about, by);
  if (lease === 'told') return logger.info('told already', { ...about });
  if (lease === 'busy') throw new Error('another run is telling it');
  if (lease === 'no-ledger') return send({ ...finding, mayBeRepeat: 'no-ledger' });
  return tellOnce(about, by, finding, lease.isAfterUnfinishedRun);
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
  const applied = code === null ? undefined : await readQuota(code);
  if (applied === undefined || applied.value !== 0 || applied.isDefault) return undefined;
  const { code: itsCode, name } = applied;
  const byDefault = await known(`the default of quota ${itsCode}`, readDefaultQuota(itsCode));
  return { quota, code: itsCode, name, awsDefault: byDefault?.value };
}

/** Without the ledger it is told all the same, perhaps more than once. */
async function takeLease(about: NoCapacity, by: string): Promise<NoCapacityLease | 'no-ledger'> {
  try {
    return await noCapacities.take(about, by, now());
  } catch (error) {
    logger.error('the ledger cannot be written', asError(error));
    return 'no-ledger';
  }
}

async function tellOnce(
  about: NoCapacity,
  by: string,
  finding: Finding,
  isUnfinished: boolean,
): Promise<void> {
  try {
    await send({ ...finding, mayBeRepeat: isUnfinished ? 'unclear' : undefined });
  } catch (error) {
    // What may have gone out keeps its lease, by which the next run knows.
    if (!(error instanceof MayHaveGoneOut)) await giveBack(about, by, isUnfinished);
    throw error;
  }
  await afterSending(noCapacities.putTold(about, now()));
}

const send = (without: WithoutCapacity): Promise<void> =>
  sendEmail(noCapacityEmail(without), {
    customer: without.customer,
    model: without.model.modelName,
    incident: null,
  });

async function giveBack(about: NoCapacity, by: string, isUnfinished: boolean): Promise<void> {
  try {
    await noCapacities.giveBack(about, by, now(), isUnfinished);
  } catch (error) {
    // The lease ends by itself before the message comes again, which is then told as a possible repeat.
    logger.error('the lease could not be given back', asError(error));
  }
}
