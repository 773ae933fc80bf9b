import {
  alarmQueueName,
  deadLetterQueueName,
  type FunctionName,
  functionName,
  healthAlarmPrefix,
} from '../../lambda/contract/names';

/**
 * The alarms on the product itself, as data. The CDK alarms, their descriptions and the headings of the runbook are all
 * made from this table. Every period is five minutes, and one is enough.
 */
export interface HealthAlarm {
  /** The last part of the alarm's name, and its article in the runbook. */
  readonly name: string;
  readonly metric: HealthMetric;
  /** The alarm fires strictly above; in the unit of the metric. */
  readonly threshold: number;
  /** What happened, as a sentence. */
  readonly broken: string;
  /** Why that matters to a reader who knows nothing of the product, as a sentence. */
  readonly consequence: string;
}

export interface HealthMetric {
  readonly namespace: 'AWS/Lambda' | 'AWS/SQS';
  readonly name: string;
  readonly statistic: 'Sum' | 'Maximum';
  readonly dimension: 'FunctionName' | 'QueueName';
  /** The value of the dimension: the deployed name. */
  readonly of: (customer: string) => string;
}

export const HEALTH_PERIOD_SECONDS = 300;

/**
 * Half an hour. A message that waits for nothing but its turn is as old as its delay at most, 15 minutes for the retry
 * of a case, and it is not documented that a delayed message has no age. A message that fails is no matter of this
 * alarm: its five attempts, six minutes apart, take half an hour and end in the dead-letter queue; after a delay of 15
 * minutes two of them fit in, and from the third on SQS leaves the message out of the metric.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export const OLDEST_MESSAGE_SECONDS = 30 * 60;

/** What the errors of each function mean; a function without a line here does not compile. */
const FUNCTION_ERRORS: Readonly<Record<FunctionName, Pick<HealthAlarm, 'name' | 'broken' | 'consequence'>>> =
  {
    'quota-calculator': {
      name: 'QuotaCalculatorErrors',
      broken: 'The quota calculator crashed or ran out of time.',
      consequence: 'The deployment of a model waits for its thresholds, and fails without them.',
    },
    'notification-processor': {
      name: 'NotificationProcessorErrors',
      broken: 'The notification processor crashed or ran out of time.',
      consequence: 'An incident may be told minutes late, or not at all.',
    },
    'alarm-updater': {
      name: 'AlarmUpdaterErrors',
      broken: 'The alarm updater did not bring every model up to date.',
      consequence: 'Alarms on quotas may fire too early or too late, since they follow quotas of the past.',
    },
  };

const queueMetric = (name: string, of: HealthMetric['of']): HealthMetric => ({
  namespace: 'AWS/SQS',
  name,
  statistic: 'Maximum',
  dimension: 'QueueName',
  of,
});

const functionErrors = (label: FunctionName): HealthAlarm => ({
  ...FUNCTION_ERRORS[label],
  metric: {
    namespace: 'AWS/Lambda',
    name: 'Errors',
    statistic: 'Sum',
    dimension: 'FunctionName',
    of: (customer) => functionName(customer, label),
  },
  threshold: 0,
});

/** In the order of the runbook. */
export const HEALTH_CATALOGUE: readonly HealthAlarm[] = [
  functionErrors('quota-calculator'),
  functionErrors('notification-processor'),
  functionErrors('alarm-updater'),
  {
    name: 'DeadLetters',
    metric: queueMetric('ApproximateNumberOfMessagesVisible', deadLetterQueueName),
    threshold: 0,
    broken: 'A message failed at every attempt and was put into the dead-letter queue.',
    consequence: 'Nobody was told of the incident that it reports, or its support case was not settled.',
  },
  {
    name: 'OldestMessage',
    metric: queueMetric('ApproximateAgeOfOldestMessage', alarmQueueName),
    threshold: OLDEST_MESSAGE_SECONDS,
    broken: 'A message has waited for more than half an hour to be read.',
    consequence: 'Incidents that begin now are told late, or not before messages are read again.',
  },
];

export const healthAlarmName = (customer: string, { name }: HealthAlarm): string =>
  `${healthAlarmPrefix(customer)}${name}`;

/** What a person reads in the e-mail of CloudWatch and beside the alarm in the console. */
export const healthAlarmDescription = ({ broken, consequence, name }: HealthAlarm): string =>
  `Bedrock Ops Alert itself: ${broken} ${consequence} Runbook: ${name}.`;
