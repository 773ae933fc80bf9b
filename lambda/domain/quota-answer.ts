import { isOpenStatus, type QuotaRequestStatus } from '../../aws/service-quotas';
import type { CaseCommunication } from '../contract/case-communication';
import type { LedgerRecord, LedgerRequest } from '../contract/ledger';
import type { QuotaAnswer } from '../contract/quota-answer';

/** How a quota request is followed to its answer, and what the answer amounts to. */

/**
 * An answer is told when quota, alarms and thresholds have followed it, and at the latest so long after it came. AWS does not
 * say how soon after a request is approved the quota has its new value.
 */
export const FOLLOWED_WITHIN_HOURS = 6;
const FOLLOWED_WITHIN_MS = FOLLOWED_WITHIN_HOURS * 60 * 60 * 1000;

/** The requests whose answers are still to be told, each once, as they are told once there are any. */
export function followedRequests(records: readonly LedgerRecord[]): readonly QuotaAnswer[] {
  const followed = new Map<string, QuotaAnswer>();
  for (const { model, requests } of records)
    for (const [id, request] of Object.entries(requests)) {
      const { code, quota, at } = request;
      const { models } = followed.get(id) ?? { models: [] };
      followed.set(id, {
        id,
        code,
        quota,
        requestedAt: at.toISOString(),
        models: [...models, asItWas(model, request)],
      });
    }
  return [...followed.values()];
}

const asItWas = (model: string, { was, threshold }: LedgerRequest): QuotaAnswer['models'][number] => ({
  model,
  ...(was === undefined ? {} : { was }),
  ...(threshold === undefined ? {} : { threshold }),
});

/** A request as Service Quotas knows it; undefined: it knows no such request any more, so that no other answer will come. */
export type RequestNow = { readonly status: QuotaRequestStatus; readonly changedAt: Date } | undefined;

export const isAnswered = (request: RequestNow): boolean =>
  request === undefined || !isOpenStatus(request.status);

/** Whether what is to follow an answer is still waited for; where nobody knows when it came, it is not. */
export const mayWait = (request: RequestNow, now: Date): boolean =>
  request !== undefined && now.getTime() - request.changedAt.getTime() < FOLLOWED_WITHIN_MS;

/** Whether the quota may well be raised yet by an answer that says that it is. */
export const mayBeRaisedYet = (request: RequestNow, now: Date): boolean =>
  request?.status === 'APPROVED' && mayWait(request, now);

/** Whether a quota is what it was when the request was made; where that is not known, it is not waited for. */
export const isAsItWas = (value: number, { models }: Pick<QuotaAnswer, 'models'>): boolean =>
  models.some(({ was }) => was !== undefined && value <= was);

/** What became of a quota; `unknown`: what it was is not known. */
export type QuotaBecame = 'raised' | 'raised in part' | 'unchanged' | 'lowered' | 'unread' | 'unknown';

/** By its values; only what was asked for tells whether all of it was granted. */
export function quotaBecame({
  now,
  was,
  request,
}: {
  readonly now: { readonly value: number } | undefined;
  readonly was: number | undefined;
  readonly request: { readonly desired: number } | undefined;
}): QuotaBecame {
  if (now === undefined) return 'unread';
  if (was === undefined) return 'unknown';
  if (now.value < was) return 'lowered';
  if (now.value === was) return 'unchanged';
  return request !== undefined && now.value < request.desired ? 'raised in part' : 'raised';
}

/** About a minute after it opened the case of a request, AWS asks by itself for facts about the usage. */
const AUTOMATIC_WITHIN_MS = 10 * 60 * 1000;

/**
 * The last that AWS wrote on the case that it opened for a request; undefined where that is nothing but what it writes by
 * itself: the first communication, and the one that follows within minutes. `communications`: in any order.
 */
export function lastReply(communications: readonly CaseCommunication[]): string | undefined {
  const timeOf = ({ at }: CaseCommunication): number => at?.getTime() ?? Number.POSITIVE_INFINITY;
  const [opening, second, ...later] = communications
    .filter(({ isByAws }) => isByAws)
    .sort((one, other) => timeOf(one) - timeOf(other));
  if (opening === undefined || second === undefined) return undefined;
  const isAutomatic = timeOf(second) - timeOf(opening) <= AUTOMATIC_WITHIN_MS;
  return [...(isAutomatic ? [] : [second]), ...later].at(-1)?.body;
}
