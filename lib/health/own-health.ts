import { CfnAlarm, type CfnAlarmProps } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import {
  HEALTH_CATALOGUE,
  type HealthAlarm,
  healthAlarmDescription,
  healthAlarmName,
} from './health-catalogue';

export interface OwnHealthProps {
  readonly customer: string;
  /** What people read. Not the raw topic: a processor that fails cannot tell of itself. */
  readonly notifications: ITopic;
}

/** The alarms on the product itself. What they watch is found by its name; a test holds the names together. */
export class OwnHealth extends Construct {
  constructor(scope: Construct, id: string, { customer, notifications }: OwnHealthProps) {
    super(scope, id);
    for (const alarm of HEALTH_CATALOGUE) {
      const { namespace, name, statistic, dimension, of } = alarm.metric;
      new CfnAlarm(this, alarm.name, {
        alarmName: healthAlarmName(customer, alarm),
        alarmDescription: healthAlarmDescription(alarm),
        namespace,
        metricName: name,
        dimensions: [{ name: dimension, value: of(customer) }],
        statistic,
        period: alarm.periodSeconds,
        evaluationPeriods: 1,
        datapointsToAlarm: 1,
        comparisonOperator: alarm.fires === 'above' ? 'GreaterThanThreshold' : 'LessThanThreshold',
        threshold: alarm.threshold,
        // Not on OK: every new alarm goes to OK once, and people would be mailed by each deployment of one.
        alarmActions: [notifications.topicArn],
        ...onSilence(alarm, notifications),
      });
    }
  }
}

/**
 * Silence that is ill is told by INSUFFICIENT_DATA, not by `breaching`: an alarm begins without data, and without an
 * action for it, whereas it would go to ALARM, and people would be mailed, by each deployment of a new one.
 */
const onSilence = (
  { silence }: HealthAlarm,
  { topicArn }: ITopic,
): Pick<CfnAlarmProps, 'treatMissingData' | 'insufficientDataActions'> =>
  silence === 'well'
    ? { treatMissingData: 'notBreaching' }
    : { treatMissingData: 'missing', insufficientDataActions: [topicArn] };
