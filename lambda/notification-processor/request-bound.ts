import { countedRequests } from '../ports/client-settings';

/** So that an e-mail takes at most 15 requests, however many of its reads have to be repeated. */
export const MAX_REPEATS = 2;

/**
 * How many counted requests leave room for one more after the case. An e-mail may take 15 requests, without the reading
 * of a case's communications and with three pages of cases counted at most:
 *
 *   9  reads: alarms, parameters, contacts, usage, last hour, two quotas, and the default of each
 *   2  repeats of these (MAX_REPEATS)
 *   3  pages of cases, repeats included
 *   1  CreateCase or AddCommunicationToCase
 *
 * That is 15. Either the number of a new case or the message that tries a failed one again comes on top, so each is left
 * out in the one case in which both defaults were needed and both repeats as well.
 */
const MOST_REQUESTS_BEFORE_ONE_MORE = 10;

export const hasRequestToSpare = (): boolean => countedRequests() <= MOST_REQUESTS_BEFORE_ONE_MORE;
