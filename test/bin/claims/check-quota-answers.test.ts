import { expect, test } from '@jest/globals';
import type { Claim } from '../../../lambda/contract/claims';
import { call, type Standing, TWO_WEEKS_AGO, verdictOn } from './seen';

const CODE = 'L-3DD46812';
const SINCE = '2026-03-02T09:00:00.000Z';
const request = {
  id: 'one',
  quotaCode: CODE,
  desiredValue: 12_500,
  status: 'DENIED',
  caseId: '17',
  requestedAt: new Date(SINCE),
  updatedAt: new Date(SINCE),
} as const;
const answered: Standing = { quotaRequests: [request] };
const status = {
  claim: 'quotaRequestStatus',
  code: CODE,
  id: 'one',
  value: 12_500,
  since: SINCE,
  status: 'DENIED',
} as const;
const INSTEAD = `the request of ${SINCE} for 12500 of ${CODE} is DENIED`;

const raised: Standing = {
  quotas: { [CODE]: { name: 'RPM', value: 12_500, default: 200, earlier: [200, 10_000] } },
};
const quotaBefore = { claim: 'quotaBefore', code: CODE, value: 10_000 } as const;

const stored: Standing = { earlierParameters: { 'thresholds/rpm-threshold-calculated': ['160', '8000'] } };
const thresholdBefore = { claim: 'thresholdBefore', quota: 'RPM', value: 8_000 } as const;

const metrics = ['Invocations'];
const used: Standing = { ...raised, metrics: { Invocations: { [TWO_WEEKS_AGO]: 14_000 } } };
const headroom = { claim: 'headroom', metrics, code: CODE, value: -1_500 } as const;

/** AWS's communications, so many minutes after its case was opened. */
const written = (...minutes: readonly (readonly [minute: number, body: string])[]): Standing => ({
  cases: [
    {
      displayId: '17',
      subject: 'AWS',
      createdAt: new Date(SINCE),
      isResolved: true,
      communications: [],
      byAws: minutes.map(([minute, body]) => ({ at: new Date(Date.parse(SINCE) + minute * 60_000), body })),
    },
  ],
});
const OPENED = [0, 'opened'] as const;
const ASKED = [1, 'tell us'] as const;
const reply = { claim: 'reply', displayId: '17', words: 'We cannot' } as const;
const noReply = { claim: 'noReply', displayId: '17' } as const;

const unread = { claim: 'unread', what: 'case', of: '17' } as const;

test.each<[said: Claim, standing: Standing, instead: string]>([
  [status, answered, 'true'],
  [{ ...status, status: 'APPROVED' }, answered, INSTEAD],
  [{ ...status, value: 12_501 }, answered, INSTEAD],
  [{ ...status, code: 'L-3DCCFAA4' }, answered, INSTEAD],
  [{ ...status, since: '2026-03-02T09:00:01.000Z' }, answered, INSTEAD],
  [{ ...status, id: 'two' }, answered, 'Service Quotas knows no request two'],
  [{ claim: 'noRequest', id: 'two' }, answered, 'true'],
  [{ claim: 'noRequest', id: 'one' }, answered, 'Service Quotas knows the request'],
  [quotaBefore, raised, 'true'],
  [{ ...quotaBefore, value: 12_500 }, raised, 'before, it was 200, 10000'],
  [quotaBefore, {}, 'before, it was nothing else'],
  [thresholdBefore, stored, 'true'],
  [{ ...thresholdBefore, value: 8_001 }, stored, 'before, it was 160, 8000'],
  [{ ...thresholdBefore, quota: 'TPM' }, stored, 'before, it was nothing else'],
  [headroom, used, 'true'],
  [{ ...headroom, value: 1_500 }, used, 'what is left is -1500'],
  [headroom, raised, 'there is no data'],
  [reply, written(OPENED, ASKED, [60, 'We\n cannot  do it.']), 'true'],
  [reply, written(OPENED, [60, 'We cannot.'], [70, 'Thank you.']), 'AWS wrote last: Thank you.'],
  [reply, {}, 'there is no case 17'],
  [noReply, written(OPENED), 'true'],
  [noReply, written(OPENED, ASKED), 'true'],
  [noReply, written(OPENED, [11, 'No.']), 'AWS wrote: No.'],
  [noReply, written(OPENED, ASKED, [2, 'No.']), 'AWS wrote: No.'],
  [noReply, written(), 'AWS opened no case 17'],
  [unread, { calls: [call('support:DescribeCommunications', 'InternalServerError')] }, 'true'],
  [unread, { calls: [call('support:DescribeCommunications')] }, 'no call of support:DescribeCases failed'],
])('%j', (said, standing, instead) => {
  expect(verdictOn(said, standing)).toBe(instead);
});
