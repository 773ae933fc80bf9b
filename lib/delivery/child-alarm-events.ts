import { Rule } from 'aws-cdk-lib/aws-events';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { childAlarmPrefix, childAlarmRuleName } from '../../lambda/contract/names';
import { ALARM_CATALOGUE } from '../../lambda/domain/alarm-catalogue';

export interface ChildAlarmEventsProps {
  readonly customer: string;
  readonly queue: IQueue;
}

/**
 * Brings every child's own change to ALARM to the queue, by an event that CloudWatch sends for free: a composite that is
 * in ALARM already says nothing of a second child. The queue's policy and its key's admit the rule by its name.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export class ChildAlarmEvents extends Construct {
  constructor(scope: Construct, id: string, { customer, queue }: ChildAlarmEventsProps) {
    super(scope, id);
    new Rule(this, 'Rule', {
      ruleName: childAlarmRuleName(customer),
      description: `Bedrock Ops Alert of ${customer}: alarms of models that go to ALARM`,
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        detail: {
          alarmName: ALARM_CATALOGUE.map(({ name, severity }) => ({
            prefix: childAlarmPrefix(customer, name, severity),
          })),
          state: { value: ['ALARM'] },
        },
      },
      // Not CDK's target for queues: its grants allow every rule of the account to send, and more than to send.
      targets: [{ bind: () => ({ arn: queue.queueArn }) }],
    });
  }
}
