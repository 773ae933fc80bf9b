import { epochMinute } from '../cloudwatch/metric-store';
import type { DeployedFunction } from './deployed-function';
import type { LocalRegion } from './local-region';

/** What services tell CloudWatch of themselves: counts of the minute in which a thing happens, and levels of queues. */
export class ServiceMetrics {
  constructor(private readonly now: () => Date) {}

  /** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
  invoked({ region, settings }: DeployedFunction, outcome: 'ok' | 'error'): void {
    const dimensions = { FunctionName: settings.name };
    const count = (name: string, value: number): void =>
      this.count(region, { namespace: 'AWS/Lambda', name, dimensions }, value);
    count('Invocations', 1);
    count('Errors', outcome === 'error' ? 1 : 0);
    count('Throttles', 0);
  }

  /** https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html */
  notificationFailed(region: LocalRegion, topicArn: string): void {
    const dimensions = { TopicName: lastPart(topicArn) };
    this.count(region, { namespace: 'AWS/SNS', name: 'NumberOfNotificationsFailed', dimensions }, 1);
  }

  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html */
  ruleFailed(region: LocalRegion, ruleName: string): void {
    const dimensions = { RuleName: ruleName };
    this.count(region, { namespace: 'AWS/Events', name: 'FailedInvocations', dimensions }, 1);
  }

  /**
   * The level of each queue at the end of the minute that ends now. An empty queue has no oldest message to tell of.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
   */
  measureQueues(region: LocalRegion): void {
    const now = this.now();
    const minute = epochMinute(now) - 1;
    for (const { arn, settings } of region.sqs.queues()) {
      const put = (name: string, value: number): void =>
        region.metrics.put(
          { namespace: 'AWS/SQS', name, dimensions: { QueueName: settings.name } },
          minute,
          value,
        );
      put('ApproximateNumberOfMessagesVisible', region.sqs.depth(arn, now).visible);
      const oldest = region.sqs.oldestSentAt(arn, now);
      if (oldest !== undefined)
        put('ApproximateAgeOfOldestMessage', Math.floor((now.getTime() - oldest.getTime()) / 1000));
    }
  }

  private count(region: LocalRegion, metric: Parameters<LocalRegion['metrics']['series']>[0], add: number) {
    const series = region.metrics.series(metric);
    const minute = epochMinute(this.now());
    const before = series.at(minute);
    series.put(minute, (Number.isNaN(before) ? 0 : before) + add);
  }
}

const lastPart = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);
