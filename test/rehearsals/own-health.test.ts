import { describe, expect, test } from '@jest/globals';
import { alarmGoesTo, at, rehearseWell } from './rehearse';

const QUEUE_URL = 'http://127.0.0.1/111122223333/AcmeCorp-Bedrock-OpsAlert-alarms';

describe('people are told when the product itself is ill', () => {
  test('of a dead letter, past the processor', async () => {
    const report = await rehearseWell({
      name: 'A poisoned message',
      events: [at(5, { call: 'sqs.SendMessage', with: { QueueUrl: QUEUE_URL, MessageBody: 'no alarm' } })],
      until: '60m',
      expect: [{ emails: 1 }],
    });
    expect(report.emails[0]?.subject).toBe(
      'ALARM: "AcmeCorp-OpsAlertHealth-DeadLetters" in US East (N. Virginia)',
    );
    expect(report.emails[0]?.body).toContain('Runbook: DeadLetters.');
    // Five attempts, six minutes apart, then the period of the alarm.
    expect(report.emails[0]?.at.slice(11, 16)).toBe('09:36');
  });

  test('of a function that fails', async () => {
    const report = await rehearseWell({
      name: 'No parameters for the update',
      faults: [{ call: 'ssm.GetParametersByPath', error: 'InternalServerError', always: true }],
      until: '24h',
      expect: [{ emails: 1 }],
    });
    expect(report.emails[0]?.subject).toContain('"AcmeCorp-OpsAlertHealth-AlarmUpdaterErrors"');
  });

  test('of nothing while a case is tried for an hour', async () => {
    await rehearseWell({
      name: 'A case that AWS never takes',
      events: [alarmGoesTo(10, 'Throttles', 'ALARM')],
      faults: [{ call: 'support.CreateCase', error: 'InternalServerError', always: true }],
      until: '2h',
      expect: [{ emails: 1, severity: 'CRITICAL' }, { emails: 1 }],
    });
  });
});
