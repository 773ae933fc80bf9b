/** What AWS documents of Parameter Store, used by the functions and by the local AWS alike: limits. */

/**
 * Names that GetParameters or DeleteParameters takes, and parameters that GetParametersByPath puts on a page.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
 */
export const MOST_PARAMETER_NAMES = 10;

/** Of the value of a standard parameter. https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
export const MOST_PARAMETER_BYTES = 4_096;
