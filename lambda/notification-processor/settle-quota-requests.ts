import { REFUSALS } from '../../aws/service-quotas';
import type { PendingRequest } from '../contract/request-details';
import type { Incident, Increase, NoRequestReason, QuotaRequest } from '../domain/incident';
import {
  increasesToRequest,
  none,
  reasonAgainst,
  type SettledRefusal,
  standingRequest,
} from '../domain/quota-request';
import { asError, isRefusal, isTimeout, isTransient } from '../ports/failures';
import { logger } from '../ports/logger';
import { requestIncrease, requestsFor } from '../ports/quota-requests';
import { requestsLeft } from './request-bound';

type Outcome = QuotaRequest['outcome'];

export interface Asking {
  readonly now: Date;
  /** Answers why no new case, and so no request, is allowed today; undefined where one is. */
  readonly mayRequest: (code: string) => Promise<Outcome | undefined>;
  /** What Service Quotas refused at an earlier try. */
  readonly refusals: readonly SettledRefusal[];
  /** What an earlier try made or found. */
  readonly requests: readonly PendingRequest[];
  /** Nothing is begun once it is aborted. */
  readonly signal: AbortSignal;
}

/**
 * Asks Service Quotas for every increase of the incident that is worth it, one after the other, unless there is a request
 * already. Calls `settled` with each outcome. Never throws: the e-mail says what became of it.
 */
export async function settleQuotaRequests(
  incident: Incident,
  asking: Asking,
  settled: (request: QuotaRequest) => void,
): Promise<void> {
  let ofAll: Outcome | undefined;
  for (const increase of increasesToRequest(incident)) {
    if (asking.signal.aborted) return;
    const { code } = increase.facts;
    const refused = asking.refusals.find((one) => one.code === code);
    const known = refused === undefined ? ofAll : none(refused.reason);
    const outcome = known ?? (await settleOne(increase, incident, asking));
    if (isOfAllQuotas(outcome)) ofAll = outcome;
    settled({ quota: increase.quota, code, outcome });
  }
}

/** What keeps the account from any request needs no second one to be known. */
const isOfAllQuotas = (outcome: Outcome): boolean =>
  outcome.kind === 'none' &&
  (outcome.reason.why === 'too-many-open' || outcome.reason.why === 'no-service-linked-role');

/** One request is kept for the message that keeps what the e-mail promises. */
const hasRequestsFor = (count: number): boolean => requestsLeft() > count;
const canGoOn = ({ signal }: Asking): boolean => hasRequestsFor(1) && !signal.aborted;

const NO_REQUEST_LEFT = none({ why: 'unread', error: 'too many requests before it' }, true);

async function settleOne(increase: Increase, incident: Incident, asking: Asking): Promise<Outcome> {
  const reason = reasonAgainst(increase, incident);
  if (!hasRequestsFor(reason === undefined ? 2 : 1)) return NO_REQUEST_LEFT;
  const { code } = increase.facts;
  const standing = await standingOf(code, asking.now);
  const earlier = asking.requests.find((one) => one.code === code);
  if (earlier !== undefined && isUnread(standing)) return asItWas(earlier);
  // Whatever speaks against a request of ours, one that is open is used, so that nobody asks besides.
  if (standing?.kind === 'open') return standing;
  if (reason !== undefined) return none(reason);
  if (standing !== undefined) return standing;
  if (!canGoOn(asking)) return NO_REQUEST_LEFT;
  const refused = await asking.mayRequest(code);
  if (refused !== undefined) return refused;
  if (!canGoOn(asking)) return NO_REQUEST_LEFT;
  return make(increase, asking.now);
}

const isUnread = (outcome: Outcome | undefined): boolean =>
  outcome?.kind === 'none' && outcome.reason.why === 'unread';

const asItWas = ({ is: kind, id, desired, since }: PendingRequest): Outcome => ({
  kind,
  request: { id, desired, since: new Date(since), displayId: undefined },
});

/** What is known of the requests for a quota; undefined where none speaks against a new one. */
async function standingOf(code: string, now: Date): Promise<Outcome | undefined> {
  try {
    return standingRequest(await requestsFor(code), now);
  } catch (error) {
    logger.error(`the requests for quota ${code} could not be read`, asError(error));
    return none({ why: 'unread', error: asError(error).name }, isTransient(error));
  }
}

async function make({ facts: { code }, requested = 0 }: Increase, now: Date): Promise<Outcome> {
  try {
    const request = await requestIncrease(code, requested);
    logger.info('an increase of a quota was requested', { ...request });
    return { kind: 'made', request };
  } catch (error) {
    logger.error(`the call to request an increase of quota ${code} failed`, asError(error));
    return asError(error).name === REFUSALS.alreadyOpen ? openBySomebody(code, now) : refusalOf(error);
  }
}

/** Somebody was faster. What is open may not be listed yet. */
async function openBySomebody(code: string, now: Date): Promise<Outcome> {
  const unlisted = none({ why: 'unclear', error: REFUSALS.alreadyOpen }, true);
  if (!hasRequestsFor(1)) return unlisted;
  const standing = await standingOf(code, now);
  return standing?.kind === 'open' ? standing : unlisted;
}

const LASTING: Readonly<Record<string, NoRequestReason>> = {
  [REFUSALS.tooManyOpen]: { why: 'too-many-open' },
  [REFUSALS.noServiceLinkedRole]: { why: 'no-service-linked-role' },
};

/** After a refusal there is no request. Anything else leaves that open: the next try finds it in the list. */
function refusalOf(error: unknown): Outcome {
  const { name } = asError(error);
  const lasting = LASTING[name];
  if (lasting !== undefined) return none(lasting);
  if (isRefusal(error)) return none({ why: 'refused', error: name }, isTransient(error));
  return none({ why: 'unclear', error: isTimeout(error) ? undefined : name }, true);
}
