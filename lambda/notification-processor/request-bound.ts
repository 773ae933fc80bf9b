import { countedRequests, countRequests } from '../ports/client-settings';

/**
 * An e-mail takes at most 15 requests, without those for the communications of a case, and with three pages of cases
 * counted at most. Always made are 8: the lease, alarms, mute rules, parameters, usage, the last hour and two quotas. Up to
 * 2 more read the defaults of quotas, and 2 repeat what failed; the rest is for quota requests (each a list and the
 * request), and for the case and the contacts that go with it.
 */
const MAX_REQUESTS = 15;

/** How many requests of one e-mail may repeat others. */
const MAX_REPEATS = 2;

/** Counts anew. No repeat takes the last request: that is for the case, or for the message that tries it again. */
export const beginCounting = (): void => countRequests(MAX_REPEATS, MAX_REQUESTS - 1);

/** How many more requests the e-mail may take. */
export const requestsLeft = (): number => MAX_REQUESTS - countedRequests();
