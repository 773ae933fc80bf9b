import { type QuotaAnswer, quotaAnswerText } from '../contract/quota-answer';
import type { UpdaterTask } from '../contract/updater-event';
import { followedRequests, isAnswered, isAsItWas, mayBeRaisedYet, mayWait } from '../domain/quota-answer';
import { sendLater } from '../ports/queue';
import { quotaRequestNow } from '../ports/quota-requests';
import { readQuota } from '../ports/quotas';
import { environment, ledger } from './environment';
import { oneByOne, orSay, type Tried } from './one-by-one';

export interface FoundAnswer {
  readonly answer: QuotaAnswer;
  /** Whether what could not follow it is waited for before it is told. */
  readonly mayWait: boolean;
}

/**
 * The quota requests that are answered, of those whose answer is still to be told. Where none waits for its answer, that
 * takes one look at the ledger and no other call; after the change of an alarm nobody looks.
 */
export async function quotaAnswers({ kind }: UpdaterTask, now: Date): Promise<Tried<FoundAnswer>> {
  if (kind === 'alarm') return { done: [], failures: [] };
  const read = await oneByOne([ledger], (one) =>
    orSay('The incident ledger could not be read, so that no quota request was followed', () => one.read()),
  );
  const requests = read.done.flatMap(({ models }) => followedRequests(models));
  const looks = await oneByOne(requests, (request) => look(request, now));
  return { done: looks.done.flat(), failures: [...read.failures, ...looks.failures] };
}

/** Empty while it is not answered, or waits for its quota. */
async function look(answer: QuotaAnswer, now: Date): Promise<readonly FoundAnswer[]> {
  const { id, code } = answer;
  const request = await orSay(`The quota request ${id} could not be looked at`, () =>
    quotaRequestNow(id, 'patient'),
  );
  if (!isAnswered(request)) return [];
  const found = [{ answer, mayWait: mayWait(request, now) }];
  if (!mayBeRaisedYet(request, now)) return found;
  const quota = await orSay(`The quota ${code}, whose request is approved, could not be read`, () =>
    readQuota(code, 'patient'),
  );
  return quota !== undefined && isAsItWas(quota.value, answer) ? [] : found;
}

/** Each run that finds the answer untold asks for it; the processor tells it once. */
export const haveAnswerTold = (answer: QuotaAnswer): Promise<void> =>
  orSay(`That the quota request ${answer.id} is answered could not be handed over to be told`, () =>
    sendLater(environment.QUEUE_URL, quotaAnswerText(answer), 0),
  );
