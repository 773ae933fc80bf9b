import { modelConfigSchema } from '../contract/model-config';
import { customerParameterPath, modelOfConfigParameter, parameterName, SHARERS_KEY } from '../contract/names';
import { NO_SHARERS, parseQuotaSharers } from '../contract/quota-sharers';
import { readModelId } from '../domain/model-id';
import { now } from '../ports/clock';
import { readHourlyInvocations } from '../ports/hourly-usage';
import { logger } from '../ports/logger';
import { confirmedSubscriptions } from '../ports/notifications';
import { getParametersUnder } from '../ports/parameters';
import { environment } from './environment';
import { count } from './metrics';

const DAY_HOURS = 24;
/** How far back a model counts as used before. */
const HISTORY_HOURS = 14 * DAY_HOURS;

/** Whether all whom the settings list can be reached, and whether models that were used are still measured. */
export async function checkHealth(): Promise<void> {
  const checks = await Promise.allSettled([checkSubscriptions(), checkUsage()]);
  for (const check of checks) if (check.status === 'rejected') throw check.reason;
}

/** Zeros too, so that the alarms go back to OK. */
async function checkSubscriptions(): Promise<void> {
  const { STAKEHOLDERS: wanted, NOTIFICATION_TOPIC_ARN } = environment;
  const confirmed = await confirmedSubscriptions(NOTIFICATION_TOPIC_ARN);
  const missing = Math.max(0, wanted - confirmed);
  count('MissingSubscriptions', missing);
  if (missing > 0) logger.warn('subscriptions are missing', { confirmed, wanted });
}

async function checkUsage(): Promise<void> {
  const models = await monitoredModels();
  const invocations = await readHourlyInvocations(
    [...new Set(models.flatMap(({ metricModelIds }) => metricModelIds))],
    now(),
    HISTORY_HOURS,
  );
  const silent = models
    .filter(({ metricModelIds }) => isSilent(metricModelIds.flatMap((id) => invocations.get(id) ?? [])))
    .map(({ model }) => model);
  count('SilentModels', silent.length);
  if (silent.length > 0) logger.warn('usage is silent', { models: silent });
}

/** Hours with invocations, 0 the newest: none in the last day, some before. */
const isSilent = (hoursAgo: readonly number[]): boolean =>
  hoursAgo.length > 0 && hoursAgo.every((hour) => hour >= DAY_HOURS);

/** With each the values of the dimension `ModelId` of all that is watched: traffic may come by its sharers alone. */
async function monitoredModels() {
  const { CUSTOMER: customer } = environment;
  const parameters = await getParametersUnder(customerParameterPath(customer));
  return [...parameters].flatMap(([name, text]) => {
    const model = modelOfConfigParameter(customer, name);
    if (model === undefined) return [];
    const config = modelConfigSchema.safeParse(jsonOf(text)).data;
    // The alarm updater fails on a configuration that cannot be read, and says so.
    if (config === undefined) return [];
    const { sharers } =
      parseQuotaSharers(parameters.get(parameterName(customer, model, SHARERS_KEY))) ?? NO_SHARERS;
    return [
      { model, metricModelIds: [readModelId(config.modelId).metricModelId, ...sharers.map(({ id }) => id)] },
    ];
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
