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

  test('says what is known, so that nobody is asked for it again', () => {
    const known = {
      ...RETRY,
      isReserved: true as const,
      isSearched: true as const,
      detailed: ['5a3f0c9e'],
      refusals: [
        { quota: 'RPM' as const, code: 'L-A52F3C5A', reason: { why: 'too-many-open' as const } },
        {
          quota: 'TPM' as const,
          code: 'L-0AD9BC40',
          reason: {
            why: 'paused' as const,
            id: '5a3f0c9e',
            desired: 7_812_500,
            since: new Date('2026-03-01T09:06:00.000Z'),
            status: 'DENIED' as const,
          },
        },
      ],
    };
    expect(parseCaseRetry(JSON.parse(caseRetryMessage(known)))).toEqual(known);
  });

  test.each([
    ['attempt 0', { attempt: 0 }],
    ['half an attempt', { attempt: 1.5 }],
    ['telling 0', { telling: 0 }],
    ['a beginning that is no instant', { openedAt: 'noon' }],
    ['no alarms', { alarms: undefined }],
    ['an empty list of alarms', { alarms: [] }],
    ['a refusal of no quota', { refusals: [{ code: 'L-A52F3C5A', reason: { why: 'too-many-open' } }] }],
    ['a refusal without a reason', { refusals: [{ quota: 'RPM', code: 'L-A52F3C5A' }] }],
    [
      'a ceiling without figures',
      { refusals: [{ quota: 'RPM', code: 'L-A52F3C5A', reason: { why: 'ceiling' } }] },
    ],
    ['a place in the day that is not kept', { isReserved: false }],
    ['a search that was not made', { isSearched: false }],
    ['details of no request', { detailed: [null] }],
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
