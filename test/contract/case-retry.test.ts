import { describe, expect, test } from '@jest/globals';
import { caseRetryMessage, parseCaseRetry } from '../../lambda/contract/case-retry';

const RETRY = {
  attempt: 3,
  model: 'G-Opus-4-6',
  reference: '3f9a27c1e5b0',
  telling: 2,
  openedAt: '2026-03-02T09:06:00.000Z',
  alarms: [
    { alarm: 'Throttles', since: '2026-03-02T09:06:00.000Z' },
    { alarm: 'HighLatency', since: '2026-03-02T09:06:20.000Z' },
  ],
};

describe('the message that tries a case again', () => {
  test('is read as it was written', () => {
    expect(parseCaseRetry(JSON.parse(caseRetryMessage(RETRY)))).toEqual(RETRY);
  });

  test.each([
    ['attempt 0', { attempt: 0 }],
    ['half an attempt', { attempt: 1.5 }],
    ['telling 0', { telling: 0 }],
    ['a beginning that is no instant', { openedAt: 'noon' }],
    ['no alarms', { alarms: undefined }],
    ['an empty list of alarms', { alarms: [] }],
    ['an alarm that began at no instant', { alarms: [{ alarm: 'Throttles', since: null }] }],
    ...['attempt', 'model', 'reference', 'telling', 'openedAt'].map(
      (field) => [`no ${field}`, { [field]: undefined }] as const,
    ),
  ])('is refused with %s', (_case, changes) => {
    expect(() => parseCaseRetry({ caseRetry: { ...RETRY, ...changes } })).toThrow();
  });

  test.each([[RETRY], [{}], [null], [[]], ['caseRetry'], [{ caseRetry: null }]])('is not %j', (message) => {
    expect(() => parseCaseRetry(message)).toThrow();
  });
});
