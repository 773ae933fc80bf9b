import type { QuotaRequestStatus } from '../../aws/service-quotas';
import { isOpenStatus } from '../../aws/service-quotas';
import { ALARM_CATALOGUE, type Quota } from './alarm-catalogue';
import type { Incident, Increase, NoRequestReason, QuotaFacts, QuotaRequest } from './incident';
import { increasesOf } from './increases';
import { needsQuota, reachedQuotas } from './situation';

/** When Service Quotas is asked for more of a quota, and when not. */

/** For so long after a request no other one is made for the same quota. */
export const PAUSE_DAYS = 7;
const PAUSE_MS = PAUSE_DAYS * 24 * 60 * 60 * 1000;

/**
 * The increases that Service Quotas is worth asking for: those of alarms on one quota, and of alarms that leave open which
 * quota it is, only where the peak of one reached its threshold.
 */
export function increasesToRequest(incident: Incident): readonly Increase[] {
  if (!needsQuota(incident)) return [];
  const reached = reachedQuotas(incident).map(({ quota }) => quota);
  return increasesOf(incident).filter(
    ({ quota }) => reached.includes(quota) || isNamedAlone(quota, incident),
  );
}

const isNamedAlone = (quota: Quota, { triggered }: Incident): boolean =>
  ALARM_CATALOGUE.some(
    ({ name, quotas }) =>
      quotas.length === 1 && quotas.includes(quota) && triggered.some((alarm) => alarm.name === name),
  );

/** A request as Service Quotas lists it. */
export interface ListedRequest {
  readonly id: string;
  readonly status: QuotaRequestStatus;
  readonly desired: number;
  readonly since: Date;
  readonly displayId: string | undefined;
}

/** What is known without asking for an increase; undefined: nothing speaks against it. `listed`: all requests for this quota. */
export function standingRequest(
  listed: readonly ListedRequest[],
  now: Date,
): QuotaRequest['outcome'] | undefined {
  const open = listed.find(({ status }) => isOpenStatus(status));
  if (open !== undefined) {
    const { id, desired, since, displayId } = open;
    return { kind: 'open', request: { id, desired, since, displayId } };
  }
  const recent = listed.find(({ since }) => now.getTime() - since.getTime() < PAUSE_MS);
  if (recent === undefined) return undefined;
  const { id, desired, since, status } = recent;
  return none({ why: 'paused', id, desired, since, status });
}

/** Why an increase is not to be asked for, whatever Service Quotas would say; undefined where it may be. */
export function reasonAgainst(
  { facts, requested }: Increase,
  { model }: Incident,
): NoRequestReason | undefined {
  if (!model.automatedQuotaRequest) return { why: 'off' };
  if (requested === undefined) return { why: 'no-value' };
  if (facts.isAdjustable === false) return { why: 'not-adjustable' };
  if (facts.atDeployment === undefined) return { why: 'unknown-ceiling' };
  const ceiling = ceilingOf(facts.atDeployment, facts, model.quotaCeilingMultiple);
  return requested > ceiling ? { why: 'ceiling', wanted: requested, ceiling } : undefined;
}

/**
 * A quota far below AWS's default may be raised as if the account had had the default, since AWS takes no request for less
 * than that.
 */
function ceilingOf(atDeployment: number, { awsDefault }: QuotaFacts, multiple: number): number {
  // 1.15 × 100 is 114.99999999999999 in floating point.
  return Math.floor(Number((multiple * Math.max(atDeployment, awsDefault ?? 0)).toPrecision(15)));
}

export const none = (reason: NoRequestReason, isWorthAnotherTry = false): QuotaRequest['outcome'] => ({
  kind: 'none',
  reason,
  isWorthAnotherTry,
});

/** Why there is no request for a quota, which stays so for as long as a case is tried. */
export interface SettledRefusal {
  readonly quota: Quota;
  readonly code: string;
  readonly reason: NoRequestReason;
}

/** The day's new cases are counted anew at each try. */
export const settledRefusals = (quotaRequests: readonly QuotaRequest[]): readonly SettledRefusal[] =>
  quotaRequests.flatMap(({ quota, code, outcome }) =>
    outcome.kind === 'none' && !outcome.isWorthAnotherTry && outcome.reason.why !== 'day-limit'
      ? [{ quota, code, reason: outcome.reason }]
      : [],
  );

/**
 * What comes of these: AWS opens a case for each request; or they are to be tried again; or a case of ours is to ask, since
 * there is no request and will be none. Where there may be one all the same, no case asks besides.
 */
export function whatFollows(
  quotaRequests: readonly QuotaRequest[],
  isLastTry: boolean,
): 'requested' | 'again' | 'case' {
  const outcomes = quotaRequests.map(({ outcome }) => outcome);
  const isMade = outcomes.some(({ kind }) => kind !== 'none');
  const unsettled = outcomes.flatMap((one) =>
    one.kind === 'none' && one.isWorthAnotherTry ? [one.reason.why] : [],
  );
  if (unsettled.length > 0 && !isLastTry) return 'again';
  if (isMade) return 'requested';
  return unsettled.includes('unclear') ? 'again' : 'case';
}

/** Whether one of these stands for a case: AWS opens one for each. */
export const isRequested = ({ quotaRequests }: Pick<Incident, 'quotaRequests'>): boolean =>
  quotaRequests.some(({ outcome }) => outcome.kind !== 'none');

/**
 * Reasons for which no case asks either: our own guards, which a case would evade, and that a request may be open of which
 * nobody could read.
 */
const NOBODY_ASKS: readonly NoRequestReason['why'][] = ['ceiling', 'paused', 'unread'];

/**
 * The increases that a request, or where there is none the case, asks for; all others of `increasesOf` are for reference.
 * Of an open request, what it asks for. Where Service Quotas was tried, a case asks for nothing that was not worth that; a
 * model whose settings rule requests out has its cases ask for all that the alarms concern.
 */
export function askedIncreases(incident: Incident): readonly Increase[] {
  if (!needsQuota(incident)) return [];
  const { quotaRequests } = incident;
  const isTried = quotaRequests.some(
    ({ outcome }) => outcome.kind !== 'none' || outcome.reason.why !== 'off',
  );
  return increasesOf(incident).flatMap((increase) => {
    const outcome = quotaRequests.find(({ quota }) => quota === increase.quota)?.outcome;
    if (outcome === undefined) return isTried ? [] : [increase];
    if (outcome.kind !== 'none') return [{ ...increase, requested: outcome.request.desired }];
    return isRequested(incident) || NOBODY_ASKS.includes(outcome.reason.why) ? [] : [increase];
  });
}
