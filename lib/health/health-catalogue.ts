import {
  alarmChangeRuleName,
  alarmQueueName,
  childAlarmRuleName,
  deadLetterQueueName,
  type FunctionName,
  functionName,
  healthAlarmPrefix,
  healthScheduleName,
  notificationTopicName,
  rawAlarmTopicName,
  reconcileScheduleName,
  sharersScheduleName,
  taskQueueName,
  updateScheduleName,
} from '../../lambda/contract/names';

/**
 * The alarms on the product itself, as data. The CDK alarms, their descriptions and the headings of the runbook are all
 * made from this table. One period is always enough.
 */
export interface HealthAlarm {
  /** The last part of the alarm's name, and its article in the runbook. */
  readonly name: string;
  readonly metric: HealthMetric;
  /** The alarm fires strictly above, or strictly below; in the unit of the metric. */
  readonly fires: 'above' | 'below';
  readonly threshold: number;
  readonly periodSeconds: number;
  /** What it means when the metric has no values. */
  readonly silence: 'well' | 'ill';
  /** What happened, as a sentence. */
  readonly broken: string;
  /** Why that matters to a reader who knows nothing of the product, as a sentence. */
  readonly consequence: string;
}

export interface HealthMetric {
  readonly namespace: 'AWS/Lambda' | 'AWS/SQS' | 'AWS/SNS' | 'AWS/Events' | typeof OWN_NAMESPACE;
  readonly name: string;
  readonly statistic: 'Sum' | 'Maximum';
  readonly dimension: 'FunctionName' | 'QueueName' | 'TopicName' | 'RuleName' | 'service';
  /** The value of the dimension: the deployed name, or the customer where the metric is the product's own. */
  readonly of: (customer: string) => string;
}

/** Of the metrics that the functions publish. */
const OWN_NAMESPACE = 'BedrockOpsAlert';

const FIVE_MINUTES = 5 * 60;

/** From one health check of the reconciler to the next. */
const HEALTH_CHECK_SECONDS = 6 * 60 * 60;

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
      consequence:
        'Alarms on quotas may fire too early or too late, since they follow quotas or inference profiles of the past.',
    },
    reconciler: {
      name: 'ReconcilerErrors',
      broken: 'The reconciler did not do all that was due, crashed or ran out of time.',
      consequence: 'Reminders and the end of incidents may be told late, and so may an alarm that got lost.',
    },
  };

/** Fires at the first value above zero, or above `threshold`, within five minutes. */
type Occurrence = Pick<HealthAlarm, 'name' | 'metric' | 'broken' | 'consequence'> & {
  readonly threshold?: number;
};

const occurrence = (alarm: Occurrence): HealthAlarm => ({
  fires: 'above',
  threshold: 0,
  periodSeconds: FIVE_MINUTES,
  // A function that is not called, a queue that is empty and a hop that works have no values.
  silence: 'well',
  ...alarm,
});

const functionMetric = (name: string, label: FunctionName): HealthMetric => ({
  namespace: 'AWS/Lambda',
  name,
  statistic: 'Sum',
  dimension: 'FunctionName',
  of: (customer) => functionName(customer, label),
});

const queueMetric = (name: string, of: HealthMetric['of']): HealthMetric => ({
  namespace: 'AWS/SQS',
  name,
  statistic: 'Maximum',
  dimension: 'QueueName',
  of,
});

/** What a topic has given up: at once where it was refused. https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html */
const refusedByReaders = (of: HealthMetric['of']): HealthMetric => ({
  namespace: 'AWS/SNS',
  name: 'NumberOfNotificationsFailed',
  statistic: 'Sum',
  dimension: 'TopicName',
  of,
});

/** What a rule has given up: at once where it was refused. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html */
const refusedByTarget = (of: HealthMetric['of']): HealthMetric => ({
  namespace: 'AWS/Events',
  name: 'FailedInvocations',
  statistic: 'Sum',
  dimension: 'RuleName',
  of,
});

const functionErrors = (label: FunctionName): HealthAlarm =>
  occurrence({ ...FUNCTION_ERRORS[label], metric: functionMetric('Errors', label) });

type Finding = Pick<HealthAlarm, 'name' | 'broken' | 'consequence'> & { readonly metric: string };

/** What the reconciler finds at its health checks, and counts. */
const finding = ({ metric, ...alarm }: Finding): HealthAlarm => ({
  ...alarm,
  metric: {
    namespace: OWN_NAMESPACE,
    name: metric,
    statistic: 'Maximum',
    dimension: 'service',
    of: (customer) => customer,
  },
  fires: 'above',
  threshold: 0,
  periodSeconds: HEALTH_CHECK_SECONDS,
  // A reconciler that does not run is told of by other alarms.
  silence: 'well',
});

/** In the order of the runbook. */
export const HEALTH_CATALOGUE: readonly HealthAlarm[] = [
  functionErrors('quota-calculator'),
  functionErrors('notification-processor'),
  functionErrors('alarm-updater'),
  functionErrors('reconciler'),
  {
    name: 'ReconcilerSilent',
    metric: functionMetric('Invocations', 'reconciler'),
    fires: 'below',
    threshold: 1,
    periodSeconds: FIVE_MINUTES,
    silence: 'ill',
    broken: 'The reconciler has not run for at least a quarter of an hour.',
    consequence:
      'Reminders and the end of incidents are not told, and an alarm that got lost is not found again.',
  },
  occurrence({
    name: 'DeadLetters',
    metric: queueMetric('ApproximateNumberOfMessagesVisible', deadLetterQueueName),
    broken: 'A message failed at every attempt and was put into the dead-letter queue.',
    consequence: 'Nobody may have been told of what it reports: an incident, its support case, or its end.',
  }),
  occurrence({
    name: 'OldestMessage',
    metric: queueMetric('ApproximateAgeOfOldestMessage', alarmQueueName),
    threshold: OLDEST_MESSAGE_SECONDS,
    broken: 'A message has waited for more than half an hour to be read.',
    consequence: 'Incidents that begin now are told late, or not before messages are read again.',
  }),
  occurrence({
    name: 'OldestTask',
    metric: queueMetric('ApproximateAgeOfOldestMessage', taskQueueName),
    threshold: OLDEST_MESSAGE_SECONDS,
    broken: 'What was to be told or tried later has waited for more than half an hour.',
    consequence: 'Incidents, their cases or their end are told late, or not before the queue is read again.',
  }),
  occurrence({
    name: 'AlarmMessagesRefused',
    metric: refusedByReaders(rawAlarmTopicName),
    broken: 'The topic of raw alarms could not hand a message to the queue.',
    consequence: 'Incidents are told some minutes late, when the reconciler finds them.',
  }),
  occurrence({
    name: 'AlarmEventsRefused',
    metric: refusedByTarget(childAlarmRuleName),
    broken: 'EventBridge could not hand the change of an alarm to the queue.',
    consequence: 'An alarm that joins an incident is told some minutes late, or not at all.',
  }),
  occurrence({
    name: 'NotificationsRefused',
    metric: refusedByReaders(notificationTopicName),
    broken: 'An e-mail could not be handed to at least one of its readers.',
    consequence: 'Whoever should have read it does not know of the incident that it tells of.',
  }),
  occurrence({
    name: 'ReconciliationRefused',
    metric: refusedByTarget(reconcileScheduleName),
    broken: 'EventBridge could not run the reconciler.',
    consequence: 'Reminders and the end of incidents are told late, and so is an alarm that got lost.',
  }),
  occurrence({
    name: 'HealthChecksRefused',
    metric: refusedByTarget(healthScheduleName),
    broken: 'EventBridge could not run the health check of the reconciler.',
    consequence: 'Nobody learns that a reader has no subscription, or that a model is not measured any more.',
  }),
  occurrence({
    name: 'AlarmUpdatesRefused',
    metric: refusedByTarget(updateScheduleName),
    broken: 'EventBridge could not run the alarm updater.',
    consequence: 'Alarms on quotas may fire too early or too late, since they follow quotas of the past.',
  }),
  occurrence({
    name: 'SharerUpdatesRefused',
    metric: refusedByTarget(sharersScheduleName),
    broken: 'EventBridge could not run the hourly look at inference profiles and quota requests.',
    consequence:
      'Alarms on quotas may fire too late, since they do not count what new profiles use; answers to quota requests are told at the next scheduled update.',
  }),
  occurrence({
    name: 'AlarmChangesRefused',
    metric: refusedByTarget(alarmChangeRuleName),
    broken: 'EventBridge could not tell the alarm updater that a usage alarm was changed.',
    consequence: 'An alarm on a quota may have a wrong threshold until the next scheduled update.',
  }),
  finding({
    name: 'SubscriptionsMissing',
    metric: 'MissingSubscriptions',
    broken: 'Fewer e-mail subscriptions are confirmed than there are stakeholders.',
    consequence: 'At least one of them is mailed nothing.',
  }),
  finding({
    name: 'UsageSilent',
    metric: 'SilentModels',
    broken: 'A model that was used has no usage in CloudWatch any more.',
    consequence: 'If it is used all the same, its alarms see nothing and stay OK whatever happens.',
  }),
];

export const healthAlarmName = (customer: string, { name }: HealthAlarm): string =>
  `${healthAlarmPrefix(customer)}${name}`;

/** What a person reads in the e-mail of CloudWatch and beside the alarm in the console. */
export const healthAlarmDescription = ({ broken, consequence, name }: HealthAlarm): string =>
  `Bedrock Ops Alert itself: ${broken} ${consequence} Runbook: ${name}.`;
