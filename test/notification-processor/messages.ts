/** Messages as the queue hands them to the processor. Instants are ISO 8601. */

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
