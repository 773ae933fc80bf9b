/** What AWS documents of the AWS Support API, used by the functions and by the local AWS alike: limits, codes, names of errors. */

/**
 * Of one communication, the first one of a case included; at least one.
 * https://docs.aws.amazon.com/awssupport/latest/APIReference/API_AddCommunicationToCase.html
 */
export const MOST_COMMUNICATION_CHARACTERS = 8_000;

/** Addresses that a case is copied to with one call. https://docs.aws.amazon.com/awssupport/latest/APIReference/API_CreateCase.html */
export const MOST_CC = 10;

/** Cases that an account may create. https://docs.aws.amazon.com/general/latest/gr/awssupport.html */
export const MOST_CASES_AN_HOUR = 10;

/**
 * What may be asked for on one page of cases or communications.
 * https://docs.aws.amazon.com/awssupport/latest/APIReference/API_DescribeCases.html
 */
export const LEAST_ON_A_PAGE = 10;
export const MOST_ON_A_PAGE = 100;

/** Ids that DescribeCases takes. https://docs.aws.amazon.com/awssupport/latest/APIReference/API_DescribeCases.html */
export const MOST_CASE_IDS = 100;

/**
 * The newest communications that DescribeCases shows of a case; DescribeCommunications has them all.
 * https://docs.aws.amazon.com/awssupport/latest/APIReference/API_RecentCaseCommunications.html
 */
export const RECENT_COMMUNICATIONS = 5;

/** The status of a case that is done with. https://docs.aws.amazon.com/awssupport/latest/APIReference/API_CaseDetails.html */
export const RESOLVED = 'resolved';

/** https://docs.aws.amazon.com/awssupport/latest/APIReference/API_SeverityLevel.html; which of them depends on the support plan. */
export const SEVERITY_CODES = ['low', 'normal', 'high', 'urgent', 'critical'] as const;

/**
 * What a case about Amazon Bedrock is filed under. AWS lists such codes in no document but in the answer of
 * https://docs.aws.amazon.com/awssupport/latest/APIReference/API_DescribeServices.html
 */
export const BEDROCK_FILING = { serviceCode: 'service-bedrock', categoryCode: 'general-guidance' } as const;

/** How AWS Support says no. */
export const SUPPORT_ERRORS = {
  /** The support plan does not include the API. https://docs.aws.amazon.com/awssupport/latest/user/about-support-api.html */
  noSupportPlan: 'SubscriptionRequiredException',
  /** `MOST_CASES_AN_HOUR` were created. https://docs.aws.amazon.com/awssupport/latest/APIReference/API_CreateCase.html */
  caseLimit: 'CaseCreationLimitExceeded',
  /** https://docs.aws.amazon.com/awssupport/latest/APIReference/API_DescribeCases.html */
  noSuchCase: 'CaseIdNotFound',
} as const;

/**
 * Who a communication of AWS Support is from; all others name somebody of the account.
 * https://docs.aws.amazon.com/awssupport/latest/APIReference/API_Communication.html
 */
export const SUBMITTED_BY_AWS = 'Amazon Web Services';
