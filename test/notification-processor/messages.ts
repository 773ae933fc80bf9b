import type { SQSEvent } from 'aws-lambda';

/** Messages as the queue hands them to the processor. Instants are ISO 8601. */

/** One message of the queue of tasks, received for the `receives`th time. */
export const eventWith = (body: string, id: string, receives = 1): SQSEvent => ({
  Records: [
    {
      messageId: id,
      receiptHandle: `receipt of ${id}`,
      body,
      attributes: {
        ApproximateReceiveCount: String(receives),
        ApproximateFirstReceiveTimestamp: '1772442000000',
        SentTimestamp: '1772442000000',
        SenderId: 'AIDAEXAMPLE',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:111122223333:Acme-Bedrock-OpsAlert-tasks',
      awsRegion: 'us-east-1',
    },
  ],
});

const MODEL = 'G-Opus-4-6';
const COMPOSITE = `Acme-Bedrock-QuotaHealth-Composite-${MODEL}`;
const ARN = 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:';

/** What CloudWatch publishes when the composite of G-Opus-4-6 changes its state, or as `changes` say. */
export const compositeMessage = (
  state: 'ALARM' | 'OK',
  at: string,
  children: readonly string[] = [],
  changes: Readonly<Record<string, unknown>> = {},
): string =>
  JSON.stringify({
    AlarmName: COMPOSITE,
    AlarmArn: `${ARN}${COMPOSITE}`,
    AWSAccountId: '111122223333',
    NewStateValue: state,
    OldStateValue: state === 'OK' ? 'ALARM' : 'OK',
    StateChangeTime: at,
    TriggeringChildren: children.map((child) => ({
      Arn: `${ARN}${child}`,
      State: { Value: 'ALARM', Timestamp: at },
    })),
    ...changes,
  });

/** What EventBridge hands on when a child changes its state. */
export const childEvent = (alarmName: string, at: string, value = 'ALARM'): string =>
  JSON.stringify({
    version: '0',
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    detail: { alarmName, state: { value, timestamp: at, reason: 'Threshold Crossed' } },
  });
