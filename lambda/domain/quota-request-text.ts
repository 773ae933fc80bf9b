import { MOST_OPEN_REQUESTS, type QuotaRequestStatus } from '../../aws/service-quotas';
import type { Claim } from '../contract/claims';
import type { Quota } from './alarm-catalogue';
import { amountingTo, byPercent, currentQuota, requestedQuota } from './facts';
import type {
  CaseOutcome,
  Incident,
  NoRequestReason,
  OpenRequest,
  QuotaRequest,
  QuotaRequestOutcome,
  RequestedIncrease,
} from './incident';
import { fact, type Prose, plain, prose } from './prose';
import { askedIncreases, PAUSE_DAYS } from './quota-request';
import { exact, figure, minuteUtc } from './words';

/** What e-mail and case say of asking Service Quotas for more of a quota. */

/** One sentence for each quota that Service Quotas was asked to raise, or should have been. */
export const requestSentences = (incident: Incident): readonly Prose[] =>
  incident.quotaRequests.map((asked) => requestSentence(asked, incident));

function requestSentence(asked: QuotaRequest, incident: Incident): Prose {
  const { outcome } = asked;
  const quota = nameOf(asked);
  if (outcome.kind === 'none') {
    const why = whyNotRequested(asked, outcome.reason, incident);
    return outcome.reason.why === 'unclear'
      ? prose`It is not clear whether an increase of ${quota} was requested: ${why}.`
      : prose`No increase of ${quota} was requested: ${why}.`;
  }
  const { request, kind } = outcome;
  const since = minuteUtc(request.since);
  const value = figure(request.desired, asked.quota);
  return fact(
    { ...requestClaim(asked, request, kind), since: request.since.toISOString() },
    kind === 'made'
      ? `Service Quotas was asked at ${since} to raise ${quota} to ${value} (request ${request.id}).`
      : `A request to raise ${quota} to ${value} has been open since ${since} (request ${request.id}${ofCase(request)}); no second one was made.`,
  );
}

/** `RPM (L-3DD46812)`. */
const nameOf = ({ quota, code }: Pick<QuotaRequest, 'quota' | 'code'>): string => `${quota} (${code})`;

const ofCase = ({ displayId }: OpenRequest): string =>
  displayId === undefined ? '' : `, AWS Support case ${displayId}`;

const requestClaim = (
  { code }: QuotaRequest,
  request: OpenRequest,
  is: 'made' | 'open' | 'pending',
): Extract<Claim, { claim: 'quotaRequest' }> => ({
  claim: 'quotaRequest',
  code,
  id: request.id,
  value: Math.round(request.desired),
  is,
  displayId: request.displayId ?? null,
});

/** A clause, for behind `No increase was requested: `. */
export function whyNotRequested(
  { quota, code }: QuotaRequest,
  reason: NoRequestReason,
  incident: Incident,
): Prose {
  const because = (words: string): Prose =>
    fact({ claim: 'noQuotaRequest', code, why: reason.why, ...limitsOf(reason) }, words);
  switch (reason.why) {
    case 'no-value':
      return prose`${because('')}${noValue(quota, incident)}`;
    case 'ceiling':
      return prose`${wanted(quota, reason.wanted, incident)} would be ${because(`more than ${figure(reason.ceiling, quota)}`)}, beyond which none is requested automatically: ${multiple(incident)} times the quota at deployment, or AWS's default where that is more`;
    case 'paused':
      return prose`${because('')}${statusOf({ ...reason, quota, code })}, and the next one is made ${PAUSE_DAYS.toString()} days after it at the earliest`;
    default:
      return because(inBrief(reason));
  }
}

/** Without the figures, which may differ from one model to the next. */
export function inBrief(reason: NoRequestReason): string {
  switch (reason.why) {
    case 'off':
      return 'automatedQuotaRequest is false';
    case 'not-adjustable':
      return 'Service Quotas takes no request for this quota, which it calls not adjustable';
    case 'too-many-open':
      return `Service Quotas takes no further one while so many of this account are open (AWS documents ${MOST_OPEN_REQUESTS})`;
    case 'no-service-linked-role':
      return 'Service Quotas may not open a case for it, since its service-linked role is missing from this account';
    case 'no-value':
      return 'the quota is 0 or could not be read, so no figure follows from it';
    case 'day-limit':
      return `maxNewCasesPerDay (${reason.limit}) allows no further new case today, and AWS usually opens one for each request`;
    case 'ceiling':
      return 'it would be more than quotaCeilingMultiple allows';
    case 'unknown-ceiling':
      return "the model's stack was last deployed before the quota at deployment was stored, so how much may be requested automatically is not known";
    case 'paused':
      return `the next one is made ${PAUSE_DAYS} days after the last at the earliest`;
    case 'refused':
      return `Service Quotas refused it (${reason.error})`;
    case 'unread':
      return `whether one is open already could not be settled (${reason.error})`;
    case 'unclear':
      return reason.error === undefined
        ? 'Service Quotas did not answer in time'
        : `the call to Service Quotas ended in ${reason.error}`;
  }
}

function limitsOf(reason: NoRequestReason): { readonly ceiling?: number; readonly limit?: number } {
  if (reason.why === 'ceiling') return { ceiling: reason.ceiling };
  return reason.why === 'day-limit' ? { limit: reason.limit } : {};
}

function noValue(quota: Quota, { quotas }: Incident): Prose {
  const facts = quotas[quota];
  if (facts === null) return plain('no value of it is known');
  const now = currentQuota(quota, facts);
  if (facts.current === undefined)
    return amountingTo('its current value could not be read, so no figure follows from it', now);
  return facts.current === 0
    ? prose`no figure follows from a quota of ${now}`
    : plain('no figure follows from its value');
}

function wanted(quota: Quota, requested: number, { quotas }: Incident): Prose {
  const facts = quotas[quota];
  if (facts === null) return plain(figure(requested, quota));
  const increase = { quota, facts, requested };
  return prose`${requestedQuota(increase)}${byPercent(increase)}`;
}

const multiple = ({ model: { quotaCeilingMultiple: value } }: Incident): Prose =>
  fact({ claim: 'setting', key: 'quotaCeilingMultiple', value }, `quotaCeilingMultiple (${exact(value)})`);

/** A request and what AWS says of it. */
export interface RequestStatus {
  readonly quota: Quota;
  readonly code: string;
  readonly id: string;
  readonly desired: number;
  readonly since: Date;
  readonly status: QuotaRequestStatus;
}

const IN_WORDS: Readonly<Record<QuotaRequestStatus, string>> = {
  PENDING: 'is open',
  CASE_OPENED: 'is open',
  APPROVED: 'was approved',
  DENIED: 'was denied',
  CASE_CLOSED: 'ended with its case closed, which does not say whether it was granted',
  NOT_APPROVED: 'was not approved',
  INVALID_REQUEST: 'was found invalid',
};

/** `a request for 12,500 RPM, made at 2026-03-02 09:16 UTC (request 5a3f), was denied`. */
const statusOf = ({ quota, code, id, desired, since, status }: RequestStatus): Prose =>
  fact(
    {
      claim: 'quotaRequestStatus',
      code,
      id,
      value: Math.round(desired),
      since: since.toISOString(),
      status,
    },
    `one for ${figure(desired, quota)}, made at ${minuteUtc(since)} (request ${id}), ${IN_WORDS[status]}`,
  );

type PendingRequest = QuotaRequest & {
  readonly outcome: Extract<QuotaRequestOutcome, { request: OpenRequest }>;
};

/** The requests that stand for a case. */
export const pendingRequests = ({
  quotaRequests,
}: Pick<Incident, 'quotaRequests'>): readonly PendingRequest[] =>
  quotaRequests.flatMap((asked) =>
    asked.outcome.kind === 'none' ? [] : [{ ...asked, outcome: asked.outcome }],
  );

/** Says what comes of the cases that AWS opens; a small increase it may grant without one. */
export function casesOfRequests(incident: Incident, { detailsFollow }: RequestedIncrease): readonly Prose[] {
  const pending = pendingRequests(incident);
  const areOpen = pending.every(({ outcome }) => outcome.request.displayId !== undefined);
  const [first] = pending;
  const which = pending.length === 1 ? `the ${first?.quota} request` : 'each request';
  const opens = areOpen ? [] : [plain(`AWS usually opens a case for ${which}.`)];
  const there = areOpen ? `to the case of ${which}` : 'there';
  const ifItDoes = areOpen ? ', if' : ' if it does and';
  return [
    ...opens,
    detailsFollow
      ? fact(
          { claim: 'detailsFollow' },
          `The details of this incident are to be added ${there}${ifItDoes} the account's support plan includes the AWS Support API.`,
        )
      : plain(
          `When this was written, nothing had been arranged yet that adds the details of this incident ${there}.`,
        ),
  ];
}

/** An increase that a case asks for. */
export interface Ask {
  readonly quota: Quota;
  readonly code: string;
  /** `12,500 RPM`, or how it follows from a quota that is not known. */
  readonly value: Prose;
  /** ` (25 % more)`, behind the value. */
  readonly more: Prose;
  /** The case that asks; null where it is not open yet, and for no request. */
  readonly on: { readonly displayId: string | null; readonly request: string | null };
}

/**
 * What the case asks for, or where Service Quotas was asked instead, what that was asked for. `displayId`: of an open case
 * that is to ask.
 */
export const asksOf = (incident: Incident, displayId?: string): readonly Ask[] =>
  askedIncreases(incident).map((increase) => {
    const { quota, facts } = increase;
    const open = pendingRequests(incident).find(
      (asked) => asked.quota === quota && asked.outcome.kind === 'open',
    );
    const words =
      open === undefined
        ? { value: requestedQuota(increase), more: byPercent(increase) }
        : {
            value: fact(
              requestClaim(open, open.outcome.request, 'open'),
              figure(open.outcome.request.desired, quota),
            ),
            more: plain(' by the open request'),
          };
    return { quota, code: facts.code, ...words, on: { displayId: displayId ?? null, request: null } };
  });

/** A request for whose case a text is written; `displayId`: that of the case. */
export interface RequestOfCase {
  readonly quota: Quota;
  readonly code: string;
  readonly id: string;
  readonly desired: number;
}

export const askOf = ({ quota, code, id, desired }: RequestOfCase, displayId: string): Ask => ({
  quota,
  code,
  value: fact(
    { claim: 'quotaRequest', code, id, value: Math.round(desired), is: 'pending', displayId },
    figure(desired, quota),
  ),
  more: plain(''),
  on: { displayId, request: id },
});

/** `7,812,500 TPM (request 5a3f)`: it has a case of its own, or will have. */
export const otherRequest = (asked: PendingRequest): Prose => {
  const { request } = asked.outcome;
  return fact(
    requestClaim(asked, request, 'pending'),
    `${figure(request.desired, asked.quota)} (request ${request.id})`,
  );
};

/** Those of which nobody knows whether there is one: to be tried again. */
export const unsettledRequests = ({
  quotaRequests,
}: Pick<Incident, 'quotaRequests'>): readonly QuotaRequest[] =>
  quotaRequests.filter(({ outcome }) => outcome.kind === 'none' && outcome.isWorthAnotherTry);

/** What helps where Service Quotas was not asked, or took no request. */
export function afterNoRequest(incident: Incident, caseOutcome: CaseOutcome): readonly Prose[] {
  // Where the requests are tried again, that is said of them.
  const isTriedAgain = caseOutcome.kind === 'none' && caseOutcome.reason.why === 'quota-request';
  return incident.quotaRequests.flatMap((asked) => {
    const { outcome } = asked;
    if (outcome.kind !== 'none' || (isTriedAgain && outcome.isWorthAnotherTry)) return [];
    const hint = hintOf(outcome.reason, nameOf(asked));
    return hint === undefined ? [] : [plain(hint)];
  });
}

/** `quota`: whose increase was not requested. */
export function hintOf({ why }: NoRequestReason, quota: string): string | undefined {
  switch (why) {
    case 'ceiling':
      return `If you want more of ${quota} nevertheless, ask for it in Service Quotas by hand, or raise quotaCeilingMultiple.`;
    case 'unknown-ceiling':
      return `Deploy the model's stack again: that stores the quota from which it follows how much of ${quota} may be requested automatically.`;
    case 'paused':
      return `If you want more of ${quota} before then, ask for it in Service Quotas by hand, with what AWS said to the last request in mind.`;
    case 'too-many-open':
      return 'Look in Service Quotas which requests are open: it takes the next one when one of them is answered.';
    case 'no-service-linked-role':
      return 'Create the role with which Service Quotas opens cases, once for this account: aws iam create-service-linked-role --aws-service-name servicequotas.amazonaws.com';
    case 'unread':
    case 'unclear':
      return `Look in Service Quotas whether a request for more of ${quota} is open, and ask there by hand if none is.`;
    default:
      return undefined;
  }
}
