/**
 * What AWS documents of requests to raise a quota, used by the functions and by the local AWS alike: statuses, names of
 * errors, limits.
 */

/**
 * Of a request that is not answered yet. `CASE_OPENED`: AWS Support has it.
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_RequestedServiceQuotaChange.html
 */
export const OPEN_STATUSES = ['PENDING', 'CASE_OPENED'] as const;

/** What ends a request. `CASE_CLOSED` does not say whether the quota was raised. */
export const ANSWERS = ['APPROVED', 'DENIED', 'CASE_CLOSED', 'NOT_APPROVED', 'INVALID_REQUEST'] as const;

export const QUOTA_REQUEST_STATUSES = [...OPEN_STATUSES, ...ANSWERS] as const;
export type QuotaRequestStatus = (typeof QUOTA_REQUEST_STATUSES)[number];
/** What ends a request. */
export type QuotaRequestAnswer = (typeof ANSWERS)[number];

export const isOpenStatus = (status: string): boolean => OPEN_STATUSES.some((open) => open === status);

/**
 * How Service Quotas refuses to take a request.
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_RequestServiceQuotaIncrease.html
 */
export const REFUSALS = {
  /** One is open for this quota, whoever in the account made it. */
  alreadyOpen: 'ResourceAlreadyExistsException',
  /** So many are open that no further one is taken. */
  tooManyOpen: 'QuotaExceededException',
  /** The service-linked role with which Service Quotas opens the case is missing, and may not be made. */
  noServiceLinkedRole: 'DependencyAccessDeniedException',
  /** The value is not above the default or the applied value, or the quota cannot be raised. */
  refusedValue: 'IllegalArgumentException',
} as const;

/** https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html */
export const NO_SUCH_RESOURCE = 'NoSuchResourceException';

/**
 * How many requests may be open in an account at a time.
 * https://docs.aws.amazon.com/servicequotas/latest/userguide/reference_limits.html
 */
export const MOST_OPEN_REQUESTS = 20;

/**
 * The most requests, or quotas, that Service Quotas puts on a page.
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html
 */
export const MOST_ON_A_PAGE = 100;
