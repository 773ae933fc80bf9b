/** Messages as the queue hands them to the processor. */

const COMPOSITE = 'Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6';

/** What CloudWatch publishes when the composite of G-Opus-4-6 goes to ALARM, or as `changes` say. */
export const alarmMessage = (changes: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    AlarmName: COMPOSITE,
    AlarmArn: `arn:aws:cloudwatch:us-east-1:111122223333:alarm:${COMPOSITE}`,
    AWSAccountId: '111122223333',
    NewStateValue: 'ALARM',
    OldStateValue: 'OK',
    StateChangeTime: '2026-03-02T09:15:00.000+0000',
    ...changes,
  });

/** What was told of the incident whose case is retried. */
export const TOLD_ALARMS = [
  { alarmName: 'Acme-Bedrock-Throttles-Critical-G-Opus-4-6', since: '2026-03-02T09:15:00.000Z' },
];

export const retryMessage = (attempt: number, message = alarmMessage()): string =>
  JSON.stringify({ caseRetry: { attempt, alarmMessage: message, alarms: TOLD_ALARMS } });
