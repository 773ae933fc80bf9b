import { isOpenStatus, REFUSALS } from '../../aws/service-quotas';
import type { AwsView, CaseSeen, QuotaRequestSeen } from '../../rehearsal/aws-view';
import { MAX_REQUESTS } from '../requests-before-email';
import { newCasesToday, REQUESTS_PER_QUOTA } from './check-cases';
import { defaultOf, increased, neededQuota, percentsOf, quotaOf } from './check-quotas';
import { isQuotaUnread } from './check-unread';
import { Absent, type Checks, type ClaimOf, callsOf, configOf, type Scene, settingInForce } from './scene';

const ASK = 'servicequotas:RequestServiceQuotaIncrease';
const LIST = 'servicequotas:ListRequestedServiceQuotaChangeHistoryByQuota';
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const PAUSE_DAYS = 7;

export const quotaRequestChecks: Checks<'quotaRequest' | 'noQuotaRequest' | 'caseAsks' | 'detailsFollow'> = {
  quotaRequest: ({ id, code, value, since, is, displayId }, scene) => {
    const request = scene.view.quotaRequests().find((one) => one.id === id);
    if (request === undefined) throw new Absent(`Service Quotas knows no request ${id}`);
    if (request.quotaCode !== code || Math.round(request.desiredValue) !== value)
      return `the request is for ${request.desiredValue} of ${request.quotaCode}`;
    if (since !== undefined && Math.abs(request.requestedAt.getTime() - Date.parse(since)) >= MINUTE_MS)
      return `it was made at ${request.requestedAt.toISOString()}`;
    if (displayId !== null && request.caseId !== displayId) return `its case is ${request.caseId ?? 'none'}`;
    return IS[is](request, scene);
  },
  noQuotaRequest: (claim, scene) => {
    const isMade = asksFor(claim.code, scene).some(({ carriedOut }) => carriedOut);
    // Where the answer is not clear there may be one.
    if (isMade && claim.why !== 'unclear') return `${ASK} was carried out`;
    return WHY[claim.why](claim, scene);
  },
  caseAsks: ({ code, displayId, request }, scene) => {
    const other = scene.view
      .quotaRequests()
      .find((one) => one.quotaCode === code && isOpenStatus(one.status) && one.id !== request);
    if (other !== undefined) return `request ${other.id} is open`;
    const asking = scene.view
      .cases()
      .find((one) => !one.isResolved && isAnother(one, displayId, scene) && isAskedOn(one, code));
    return asking === undefined ? undefined : `case ${asking.displayId} asks for it`;
  },
  // An earlier try may have sent the message for what it made.
  detailsFollow: (_, { view }) =>
    callsOf('sqs:SendMessage', view).some(
      ({ carriedOut, input }) => carriedOut && String(input.MessageBody).includes('"requestDetails"'),
    ) || view.quotaRequests().some((request) => isOfEarlierTry(request, view))
      ? undefined
      : 'no message that adds the details was sent to a queue',
};

/** A case is tried again after two minutes, and for about an hour. */
function isOfEarlierTry({ requestedAt }: QuotaRequestSeen, { now }: AwsView): boolean {
  const age = now.getTime() - requestedAt.getTime();
  return age >= MINUTE_MS && age < 90 * MINUTE_MS;
}

type Is = ClaimOf<'quotaRequest'>['is'];

const IS: Readonly<Record<Is, (request: QuotaRequestSeen, scene: Scene) => string | undefined>> = {
  // Or by an earlier try for the same alarms.
  made: (request, scene) =>
    asksFor(request.quotaCode, scene).some(({ carriedOut }) => carriedOut) ||
    isOfEarlierTry(request, scene.view)
      ? undefined
      : `${ASK} was not carried out`,
  open: ({ status }) => (isOpenStatus(status) ? undefined : `it is ${status}`),
  // It may have been answered since.
  pending: () => undefined,
};

const asksFor = (code: string, { view }: Scene) =>
  callsOf(ASK, view).filter(({ input }) => input.QuotaCode === code);

/** A run that tries again repeats what an earlier one was refused, and asks nothing. */
const isOfEarlierRun = (code: string, { view }: Scene): boolean =>
  callsOf('servicequotas:', view).every(
    ({ name, input }) => (name !== ASK && name !== LIST) || input.QuotaCode !== code,
  );

/** What refuses the request for one quota in this way refuses that for the next. */
const unlessAnyRefused = (code: string, scene: Scene, error: string): string | undefined =>
  isOfEarlierRun(code, scene) || callsOf(ASK, scene.view).some((call) => call.error === error)
    ? undefined
    : `no call of ${ASK} ended in ${error}`;

const unlessRefused = (code: string, scene: Scene): string | undefined =>
  isOfEarlierRun(code, scene) || asksFor(code, scene).some(({ error }) => error !== undefined)
    ? undefined
    : `no call of ${ASK} failed`;

/** Another Quota Request of ours than that of the text, which may be open by now if the text opens it. */
function isAnother(one: CaseSeen, displayId: string | null, { customer, model }: Scene): boolean {
  const isOurs =
    one.subject.startsWith(`${customer} - Bedrock Ops Alert - `) &&
    one.subject.includes(' - Quota Request - ');
  return (
    isOurs && (displayId === null ? !one.subject.includes(` - ${model} - `) : one.displayId !== displayId)
  );
}

/** A further word takes nothing back; the one that an incident is over leaves what it still asks for. */
function isAskedOn({ communications }: CaseSeen, code: string): boolean {
  const over = communications.findLastIndex((body) => body.includes(STILL_ASKED));
  const still = communications[over]?.split(STILL_ASKED)[1] ?? '';
  return (
    (/please\s+raise/.test(still) && still.includes(`(${code})`)) ||
    communications.slice(over + 1).some((body) => REQUESTED.exec(body)?.[0].includes(`(${code})`))
  );
}

const STILL_ASKED = 'What we still ask for';
const REQUESTED = /^Request: raise .*(?:\n .*)*/m;

type NoRequest = ClaimOf<'noQuotaRequest'>;

/** What is so instead of the reason for which there is no request. */
const WHY: Readonly<Record<NoRequest['why'], (claim: NoRequest, scene: Scene) => string | undefined>> = {
  off: (_, scene) =>
    settingInForce('automatedQuotaRequest', scene) === false ? undefined : 'automatedQuotaRequest is true',
  'not-adjustable': ({ code }, { view }) =>
    view.quota(code)?.adjustable === false ? undefined : 'the quota is adjustable',
  'too-many-open': ({ code }, scene) => unlessAnyRefused(code, scene, REFUSALS.tooManyOpen),
  'no-service-linked-role': ({ code }, scene) => unlessAnyRefused(code, scene, REFUSALS.noServiceLinkedRole),
  'no-value': ({ code }, scene) => {
    const value = quotaOf(code, scene.view)?.value ?? 0;
    return value === 0 || isQuotaUnread(code, scene) ? undefined : `the quota is ${value}`;
  },
  'day-limit': ({ limit }, scene) => {
    if (limit === undefined) return 'no limit is named';
    const opened = newCasesToday(undefined, scene);
    return opened >= limit ? undefined : `${opened} cases were opened today`;
  },
  ceiling: ({ code, ceiling }, scene) => {
    const actual = ceilingOf(code, scene);
    if (ceiling !== undefined && ceiling !== actual) return `the ceiling is ${actual}`;
    const wanted = percentsOf(code, scene).map((percent) => increased(code, percent, scene));
    return wanted.some((value) => value > actual) ? undefined : `${wanted.join(', ')} would be asked for`;
  },
  'unknown-ceiling': ({ code }, scene) => {
    const atDeployment = atDeploymentOf(code, scene);
    return atDeployment === null ? undefined : `${code} was ${atDeployment} at deployment`;
  },
  paused: ({ code }, { view }) => {
    const requests = view.quotaRequests().filter(({ quotaCode }) => quotaCode === code);
    if (requests.some(({ status }) => isOpenStatus(status))) return 'a request is open';
    // It was looked at a little before.
    const since = view.now.getTime() - PAUSE_DAYS * DAY_MS - MINUTE_MS;
    return requests.some(({ requestedAt }) => requestedAt.getTime() > since)
      ? undefined
      : `no request was made in ${PAUSE_DAYS} days`;
  },
  refused: ({ code }, scene) => unlessRefused(code, scene),
  // A call may have failed, or none have been left.
  unread: ({ code }, { view }) =>
    callsOf(LIST, view).some(({ input, error }) => input.QuotaCode === code && error === undefined) &&
    view.calls.length < MAX_REQUESTS - REQUESTS_PER_QUOTA
      ? `${LIST} was answered`
      : undefined,
  // Nobody knew.
  unclear: () => undefined,
};

/** As the settings have it, of what the quota was at deployment or of AWS's default. Throws Absent. */
function ceilingOf(code: string, scene: Scene): number {
  const config = configOf(scene);
  const atDeployment = atDeploymentOf(code, scene);
  if (atDeployment === null) throw new Absent(`what ${code} was at deployment is not known`);
  const byDefault = defaultOf(code, neededQuota(code, scene.view), scene) ?? 0;
  // A product such as 1.15 × 100 is a little off.
  return Math.floor(
    Number((config.quotaCeilingMultiple * Math.max(atDeployment, byDefault)).toPrecision(12)),
  );
}

/** Null: the configuration does not hold it. Throws Absent. */
function atDeploymentOf(code: string, scene: Scene): number | null {
  const { rpmQuotaCode, tpmQuotaCode, rpmQuotaAtDeployment, tpmQuotaAtDeployment } = configOf(scene);
  if (code === rpmQuotaCode) return rpmQuotaAtDeployment;
  if (code === tpmQuotaCode) return tpmQuotaAtDeployment;
  throw new Absent(`${scene.model} has no quota ${code}`);
}
