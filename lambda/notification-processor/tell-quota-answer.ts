import { isOpenStatus, type QuotaRequestStatus } from '../../aws/service-quotas';
import { quotaAnswerKey } from '../contract/ledger';
import type { QuotaAnswer } from '../contract/quota-answer';
import { lastReply, quotaBecame } from '../domain/quota-answer';
import {
  type AnsweredRequest,
  type AwsReply,
  type ModelOfQuota,
  quotaAnswerEmail,
  type RequestAnswer,
} from '../domain/quota-answer-text';
import { now } from '../ports/clock';
import { asError } from '../ports/failures';
import { logger } from '../ports/logger';
import { type QuotaRequestNow, quotaRequestNow } from '../ports/quota-requests';
import { readQuota } from '../ports/quotas';
import { caseCommunications, caseOfNumber } from '../ports/support';
import { ledger, owner } from './environment';
import { known } from './known';
import { type MonitoredModel, settingsOf, UnusableConfig } from './read-model';
import { sendDigestEmail } from './send-email';
import { tellOnce } from './tell-once';
import { usageOf } from './usage-of';

type Told = QuotaAnswer['models'][number];
interface Monitored {
  readonly told: Told;
  readonly model: MonitoredModel;
}

/**
 * Of so many models parameters and usage are read; further ones are named. Together with ledger, request, quota, case and
 * repeats that is no more than any e-mail may ask for.
 */
const MOST_MODELS = 4;

/**
 * Tells how AWS answered a quota request, in one e-mail for all models of the quota, whatever `notificationPreference` says:
 * that is about incidents, of which this is none. Request, quota, thresholds and usage are read anew. Then the ledger
 * forgets the request; where it does not, the alarm updater asks for this again. `by`: the message's id.
 */
export async function tellQuotaAnswer(answer: QuotaAnswer, by: string): Promise<void> {
  const { id, models } = answer;
  const request = await quotaRequestNow(id);
  if (request !== undefined && isOpenStatus(request.status))
    return logger.warn('the quota request is not answered, nothing to tell', { ...answer });
  const { monitored, further } = await monitoredOf(models);
  if (monitored.length === 0)
    logger.warn('no model of the quota is monitored, nothing to tell', { ...answer });
  else
    await tellOnce(quotaAnswerKey(answer), by, async (mayBeRepeat) => {
      const answered = await readAnswered(answer, request, monitored);
      await sendDigestEmail(quotaAnswerEmail({ ...answered, further, mayBeRepeat }));
    });
  for (const { model } of models) await forget(model, id);
}

/** `further`: the names of those that were not looked at. */
async function monitoredOf(
  models: readonly Told[],
): Promise<{ readonly monitored: readonly Monitored[]; readonly further: readonly string[] }> {
  const monitored: Monitored[] = [];
  for (const [index, told] of models.entries()) {
    if (monitored.length === MOST_MODELS)
      return { monitored, further: models.slice(index).map(({ model }) => model) };
    const model = await settingsOf(told.model);
    if (!(model instanceof UnusableConfig)) monitored.push({ told, model });
  }
  return { monitored, further: [] };
}

/** What cannot be read is not known. */
async function readAnswered(
  { id, code, quota, requestedAt, models }: QuotaAnswer,
  found: QuotaRequestNow | undefined,
  monitored: readonly Monitored[],
): Promise<Omit<AnsweredRequest, 'further' | 'mayBeRepeat'>> {
  const value = await known(`quota ${code}`, readQuota(code));
  const was = models.find((told) => told.was !== undefined)?.was;
  const request = found && answerOf(found);
  const isAllRaised = quotaBecame({ now: value, was, request }) === 'raised';
  return {
    ...owner,
    at: now(),
    id,
    code,
    quota,
    requestedAt: found?.since ?? new Date(requestedAt),
    request,
    now: value,
    was,
    reply: isAllRaised || request?.displayId === undefined ? undefined : await replyOn(request.displayId),
    models: await modelsOf(quota, monitored),
  };
}

const answerOf = ({ status, desired, displayId }: QuotaRequestNow): RequestAnswer | undefined =>
  isAnswer(status) ? { status, desired, displayId } : undefined;

const isAnswer = (status: QuotaRequestStatus): status is RequestAnswer['status'] => !isOpenStatus(status);

/** One after the other: each reads two weeks of metrics. */
async function modelsOf(
  quota: QuotaAnswer['quota'],
  monitored: readonly Monitored[],
): Promise<readonly ModelOfQuota[]> {
  const models: ModelOfQuota[] = [];
  for (const { told, model } of monitored)
    models.push({
      config: model.config,
      threshold: model.thresholds[quota],
      thresholdWas: told.threshold,
      usage: await usageOf(model),
    });
  return models;
}

async function replyOn(displayId: string): Promise<AwsReply> {
  const read = await known(`case ${displayId}`, communicationsOn(displayId));
  if (read === undefined) return { kind: 'unread' };
  const body = lastReply(read);
  return body === undefined ? { kind: 'none' } : { kind: 'found', body };
}

async function communicationsOn(displayId: string) {
  const found = await caseOfNumber(displayId);
  if (found === undefined) throw new Error(`AWS Support knows no case ${displayId}`);
  return caseCommunications(found.caseId);
}

async function forget(model: string, id: string): Promise<void> {
  try {
    await ledger.forgetRequest(model, id, now());
  } catch (error) {
    // The alarm updater finds it again within the hour, and it is told already.
    logger.error('the ledger could not forget a quota request', asError(error));
  }
}
