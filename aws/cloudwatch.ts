/** What AWS documents of CloudWatch, used by the functions and by the local AWS alike: limits. */

/**
 * Names that one call takes, of DescribeAlarms or of what is done to alarms by their names; also the most alarms, or mute
 * rules, on a page.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export const MOST_ALARM_NAMES = 100;

/** Metrics that one alarm may have; expressions are counted by themselves. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create-alarm-on-metric-math-expression.html */
export const MOST_ALARM_METRICS = 10;

/** Queries that one GetMetricData takes, and datapoints that it puts on a page. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export const MOST_METRIC_QUERIES = 500;
export const MOST_DATAPOINTS_ON_A_PAGE = 100_800;
