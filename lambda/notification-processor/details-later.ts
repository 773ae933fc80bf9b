import { type PendingRequest, type RequestDetails, requestDetailsText } from '../contract/request-details';
import type { Incident } from '../domain/incident';
import { asError } from '../ports/failures';
import { logger } from '../ports/logger';
import { sendLater } from '../ports/queue';
import { environment } from './environment';
import { requestsLeft } from './request-bound';

/**
 * How long each try to add details to AWS's case waits for the one before: about an hour in all. The first comes after AWS has
 * opened the case, which takes seconds, and has replied by itself, which takes about a minute more.
 */
export const DETAILS_DELAYS_SECONDS: readonly number[] = [150, 180, 300, 600, 900, 900, 900];

/** Sends the message that tries to add them. Throws when it may not have been sent. */
export async function addDetailsLater(details: RequestDetails): Promise<void> {
  const delay = DETAILS_DELAYS_SECONDS[details.attempt - 1];
  if (delay === undefined) throw new Error(`there is no attempt ${details.attempt}`);
  await sendLater(environment.QUEUE_URL, requestDetailsText(details), delay);
}

/** The quota requests of a telling, and the ids of those whose details have a message by now. */
export interface Detailed {
  readonly requests: readonly PendingRequest[];
  readonly detailed: readonly string[];
}

export const NOT_DETAILED: Detailed = { requests: [], detailed: [] };

export const isAllDetailed = ({ requests, detailed }: Detailed): boolean =>
  requests.every(({ id }) => detailed.includes(id));

/**
 * Has the details of an incident added to the cases that AWS opens for its quota requests, those of earlier tries (`before`)
 * among them, each once. `spared`: so many requests to AWS are kept for something else. Never throws.
 */
export async function haveDetailsAdded(
  incident: Incident,
  before: Detailed,
  spared: number,
): Promise<Detailed> {
  const { model, reference, telling, openedAt, triggered } = incident;
  const known = before.requests.map(({ id }) => id);
  const requests = [...before.requests, ...pendingOf(incident).filter(({ id }) => !known.includes(id))];
  const missing = requests.filter(({ id }) => !before.detailed.includes(id));
  if (missing.length === 0) return { ...before, requests };
  const details: RequestDetails = {
    attempt: 1,
    model: model.modelName,
    reference,
    telling,
    openedAt: openedAt.toISOString(),
    alarms: triggered.map(({ name, since }) => ({ alarm: name, since: (since ?? openedAt).toISOString() })),
    requests: missing,
  };
  // Once more, since the bound of requests may have left the call no repeat of its own; twice the same message does no harm.
  const isSent = (await isSentLater(details, spared)) || (await isSentLater(details, spared));
  return { requests, detailed: isSent ? requests.map(({ id }) => id) : before.detailed };
}

async function isSentLater(details: RequestDetails, spared: number): Promise<boolean> {
  try {
    if (requestsLeft() <= spared) throw new Error('the reads have taken the request that sends the message');
    await addDetailsLater(details);
    return true;
  } catch (error) {
    logger.error('the message that adds details to the cases of quota requests was not sent', asError(error));
    return false;
  }
}

const pendingOf = ({ quotaRequests }: Incident): readonly PendingRequest[] =>
  quotaRequests.flatMap(({ quota, code, outcome }) => {
    if (outcome.kind === 'none') return [];
    const { id, desired, since } = outcome.request;
    return [{ quota, code, id, desired, since: since.toISOString(), is: outcome.kind }];
  });
