import { describe, expect, test } from '@jest/globals';
import { caseRetryMessage, parseCaseRetry } from '../../lambda/contract/case-retry';

const alarmMessage = JSON.stringify({ AlarmName: 'Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6' });

const alarms = [
  { alarmName: 'Acme-Bedrock-Throttles-Critical-G-Opus-4-6', since: '2026-03-02T09:15:00.000Z' },
  { alarmName: 'Acme-Bedrock-ServerErrors-Critical-G-Opus-4-6', since: null },
];

describe('the message that tries a case again', () => {
  test('is read as it was written, the alarm message to the letter', () => {
    const retry = { attempt: 3, alarmMessage, alarms };
    expect(parseCaseRetry(caseRetryMessage(retry))).toEqual(retry);
  });

  test.each([alarmMessage, '{}', 'null', '[]', '"caseRetry"', '7'])('is not %s', (text) => {
    expect(parseCaseRetry(text)).toBeUndefined();
  });

  test.each([
    ['no attempt', { alarmMessage, alarms }],
    ['attempt 0', { attempt: 0, alarmMessage, alarms }],
    ['half an attempt', { attempt: 1.5, alarmMessage, alarms }],
    ['no alarm message', { attempt: 1, alarms }],
    ['an alarm message that is no text', { attempt: 1, alarmMessage: {}, alarms }],
    ['no alarms', { attempt: 1, alarmMessage }],
    ['an empty list of alarms', { attempt: 1, alarmMessage, alarms: [] }],
    [
      'a beginning that is no instant',
      { attempt: 1, alarmMessage, alarms: [{ alarmName: 'a', since: 'noon' }] },
    ],
    ['nothing', null],
  ])('is refused with %s', (_case, caseRetry) => {
    expect(() => parseCaseRetry(JSON.stringify({ caseRetry }))).toThrow();
  });

  test('is refused when it is no JSON', () => {
    expect(() => parseCaseRetry('caseRetry')).toThrow(SyntaxError);
  });
});
