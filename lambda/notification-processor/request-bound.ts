import { countedRequests, countRequests } from '../ports/client-settings';

/**
 * An e-mail takes at most 15 requests, without those for the communications of a case, and with three pages of cases
 * counted at most. Always made are 9: the lease, alarms, mute rules, parameters, contacts, usage, the last hour and two
 * quotas. Up to 2 more read the defaults of quotas, and 2 repeat what failed; the rest is for the case.
 */
const MAX_REQUESTS = 15;

/** How many requests of one e-mail may repeat others. */
const MAX_REPEATS = 2;

/** To look for an open case, to reserve a new one, and to open it, or to send the message that tries it again. */
const FOR_THE_CASE = 3;

/** Counts anew. Nothing is repeated any more once only that is left. */
export const beginCounting = (): void => countRequests(MAX_REPEATS, MAX_REQUESTS - FOR_THE_CASE);

/** How many more requests the e-mail may take. */
export const requestsLeft = (): number => MAX_REQUESTS - countedRequests();
