import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import {
  HEALTH_CATALOGUE,
  HEALTH_PERIOD_SECONDS,
  healthAlarmDescription,
  healthAlarmName,
} from './health-catalogue';

export interface OwnHealthProps {
  readonly customer: string;
  /** What people read. Not the raw topic: a processor that fails cannot tell of itself. */
  readonly notifications: ITopic;
}

/** The alarms on functions and queues. What they watch is found by its name; a test holds the names together. */
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
        period: HEALTH_PERIOD_SECONDS,
        evaluationPeriods: 1,
        datapointsToAlarm: 1,
        comparisonOperator: 'GreaterThanThreshold',
        threshold: alarm.threshold,
        // A function that is not called and a queue that is empty have no values.
        treatMissingData: 'notBreaching',
        // Not on OK: every new alarm goes to OK once, and people would be mailed by each deployment of one.
        alarmActions: [notifications.topicArn],
      });
    }
  }
}
