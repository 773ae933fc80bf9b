import { isOpenStatus } from '../../aws/service-quotas';
import { type RequestDetails, requestDetailsText } from '../contract/request-details';
import { detailsBody } from '../domain/case-text';
import type { Incident } from '../domain/incident';
import { now } from '../ports/clock';
import type { Changes, Lease } from '../ports/ledger';
import { logger } from '../ports/logger';
import { quotaRequestNow } from '../ports/quota-requests';
import { type CaseOfNumber, caseOfNumber, communicationsOf, isNoSupportPlan } from '../ports/support';
import { waitForLease } from './attend-later';
import { toldCasesWith } from './case-changes';
import { addDetailsLater, DETAILS_DELAYS_SECONDS } from './details-later';
import { ledger, owner } from './environment';
import { giveBack } from './give-back';
import { lookAtAlarms } from './look-at-alarms';
import { countSettled } from './metrics';
import { readCc } from './read-cc';
import { readIncident } from './read-incident';
import { type MonitoredModel, settingsOf, UnusableConfig } from './read-model';
import { addTo, type Settlement } from './settle-case';

/**
 * Adds the details of an incident to the cases that AWS opened for its quota requests, once to each, after AWS's automatic
 * reply. What is not there yet is tried again by a further message. `by`: the message's id.
 */
export async function addDetails(details: RequestDetails, by: string): Promise<void> {
  const lease = await ledger.takeLease(details.model, by, now());
  if (lease === undefined) return waitForLease(details, (waits) => requestDetailsText({ ...details, waits }));
  let added = NOTHING_ADDED;
  try {
    added = await addWith(details, lease);
  } finally {
    await giveBack(lease, by, added.changes);
  }
  // As a dead letter it is heard of: the e-mail had said that they are to be added.
  if (added.isGivenUp) throw new Error('the details of an incident are not on the case of its quota request');
}

interface Added {
  readonly changes: Changes;
  /** Some are not there, and there is no further try. */
  readonly isGivenUp: boolean;
}

const NOTHING_ADDED: Added = { changes: {}, isGivenUp: false };

async function addWith(details: RequestDetails, lease: Lease): Promise<Added> {
  const settings = await settingsOf(details.model);
  if (settings instanceof UnusableConfig || !settings.config.automatedSupportCase) {
    logger.warn('no details are added: automatedSupportCase is false, or the model is not monitored');
    return NOTHING_ADDED;
  }
  const requests = await Promise.all(details.requests.map(withCase));
  const waiting = requests.filter(({ found }) => found === 'not-yet').map(({ request }) => request);
  const ready = requests.flatMap(({ request, found }) =>
    typeof found === 'object' ? [{ request, found }] : [],
  );
  if (ready.length === 0) return { changes: {}, isGivenUp: !(await isTriedLater(details, waiting)) };
  const incident = await incidentOf(details, settings, requests);
  const settlements: SettledRequest[] = [];
  for (const { request, found } of ready) {
    const settlement = await addOne(request, found, incident);
    if (isToBeTriedAgain(settlement)) waiting.push(request);
    settlements.push({ request, settlement });
  }
  const isTried = await isTriedLater(details, waiting);
  const isRefused = settlements.some(({ settlement }) => isLost(settlement));
  return { changes: changesOf(lease, incident, settlements), isGivenUp: isRefused || !isTried };
}

type Request = RequestDetails['requests'][number];

interface SettledRequest {
  readonly request: Request;
  readonly settlement: Settlement;
}

/** `gone`: there is no case to add to, and will be none. */
interface RequestWithCase {
  readonly request: Request;
  readonly displayId: string | undefined;
  readonly found: CaseOfNumber | 'not-yet' | 'gone';
}

async function withCase(request: Request): Promise<RequestWithCase> {
  const listed = await quotaRequestNow(request.id);
  const displayId = listed?.displayId;
  if (displayId !== undefined) return { request, displayId, found: await caseToAddTo(displayId) };
  const isOpen = listed !== undefined && isOpenStatus(listed.status);
  if (!isOpen) logger.warn('a quota request ended without a case', { ...request });
  return { request, displayId, found: isOpen ? 'not-yet' : 'gone' };
}

/** AWS replies to a new case by itself and asks for what is then added; where it does not, that is not waited for. */
const REPLY_AWAITED_MS = 10 * 60 * 1000;

async function caseToAddTo(displayId: string): Promise<RequestWithCase['found']> {
  try {
    const found = await caseOfNumber(displayId);
    if (found === undefined) return 'not-yet';
    if (found.isResolved) return 'gone';
    const age = now().getTime() - (found.createdAt?.getTime() ?? 0);
    if (age > REPLY_AWAITED_MS || (await communicationsOf(found.caseId)).length > 1) return found;
    return 'not-yet';
  } catch (error) {
    if (!isNoSupportPlan(error)) throw error;
    logger.warn('no details are added: the support plan does not include the AWS Support API', { displayId });
    return 'gone';
  }
}

/** As it is now; what was told decides what it is about. */
async function incidentOf(
  { model, reference, telling, openedAt, alarms }: RequestDetails,
  settings: MonitoredModel,
  requests: readonly RequestWithCase[],
): Promise<Incident> {
  const incident = await readIncident(
    {
      model: settings,
      reference,
      openedAt: new Date(openedAt),
      number: telling,
      alarms: alarms.map(({ alarm, since }) => ({ alarm, since: new Date(since) })),
      toldBefore: [],
      now: await lookAtAlarms(owner.customer, model),
      mayBeRepeat: undefined,
    },
    now(),
  );
  const quotaRequests = requests.map(({ request, displayId }) => {
    const { quota, code, id, desired, since, is } = request;
    return {
      quota,
      code,
      outcome: { kind: is, request: { id, desired, since: new Date(since), displayId } },
    };
  });
  return { ...incident, quotaRequests };
}

async function addOne(request: Request, found: CaseOfNumber, incident: Incident): Promise<Settlement> {
  const { displayId } = found;
  const body = detailsBody(incident, { displayId, requests: [request] });
  const settlement = await addTo(found, incident, body, readCc, new AbortController().signal);
  const { outcome } = settlement;
  if (outcome.kind === 'updated') countSettled(outcome);
  return settlement;
}

const isToBeTriedAgain = ({ outcome }: Settlement): boolean =>
  outcome.kind === 'none' && outcome.isWorthAnotherTry;

const isLost = ({ outcome }: Settlement): boolean => outcome.kind === 'none' && !outcome.isWorthAnotherTry;

/** False where there was no try left. */
async function isTriedLater(details: RequestDetails, requests: Request[]): Promise<boolean> {
  const attempt = details.attempt + 1;
  if (requests.length === 0) return true;
  if (attempt > DETAILS_DELAYS_SECONDS.length) return false;
  await addDetailsLater({ ...details, requests, attempt, waits: undefined });
  return true;
}

/**
 * AWS's case counts as the model's Quota Request from now on, unless there is one of ours that asks for a quota: whoever asks
 * next must find that one. What AWS's asks for is the request's matter.
 */
function changesOf({ record }: Lease, incident: Incident, settlements: readonly SettledRequest[]): Changes {
  const { category } = incident.decision;
  const known = settlements.flatMap(({ request: { code }, settlement: { knownCase, outcome } }) =>
    knownCase === undefined ? [] : [{ code, knownCase, kind: outcome.kind }],
  );
  const newest = known.at(-1)?.knownCase;
  if (newest === undefined) return {};
  const before = record.cases[category];
  const isAsking = before !== undefined && before.asks?.length !== 0;
  const ofModel: Changes = isAsking
    ? {}
    : { cases: { [category]: { ...newest, at: now(), asks: [], isOfRequest: true } } };
  if (record.incident?.reference !== incident.reference) return ofModel;
  let { toldCases } = record.incident;
  for (const { code, knownCase, kind } of known)
    if (kind === 'updated' || kind === 'told')
      toldCases = toldCasesWith(toldCases, incident, knownCase, [code]);
  return { ...ofModel, incident: { toldCases } };
}
