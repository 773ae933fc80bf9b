import { describe, expect, test } from '@jest/globals';
import type { QuotaRequestStatus } from '../../aws/service-quotas';
import {
  followedRequests,
  isAnswered,
  isAsItWas,
  lastReply,
  mayBeRaisedYet,
  mayWait,
  quotaBecame,
} from '../../lambda/domain/quota-answer';
import { RPM_CODE, TPM_CODE } from './incidents';
import { at, recordOf } from './ledger-records';

const RPM = { code: RPM_CODE, quota: 'RPM', desired: 12_500, at: at('09:10:35') } as const;
const TPM = { code: TPM_CODE, quota: 'TPM', desired: 7_812_500, at: at('09:20:00') } as const;

test('requests are followed by their ids, each with the models that have it and what they were then', () => {
  const records = [
    recordOf('A', undefined, { requests: { one: { ...RPM, was: 10_000, threshold: 8_000 } } }),
    recordOf('B', {}),
    recordOf('C', {}, { requests: { one: RPM, two: { ...TPM, was: 6_250_000 } } }),
  ];
  expect(followedRequests(records)).toEqual([
    {
      id: 'one',
      code: RPM_CODE,
      quota: 'RPM',
      requestedAt: '2026-03-02T09:10:35.000Z',
      models: [{ model: 'A', was: 10_000, threshold: 8_000 }, { model: 'C' }],
    },
    {
      id: 'two',
      code: TPM_CODE,
      quota: 'TPM',
      requestedAt: '2026-03-02T09:20:00.000Z',
      models: [{ model: 'C', was: 6_250_000 }],
    },
  ]);
  expect(followedRequests([recordOf('B', {})])).toEqual([]);
});

test('two requests for one quota, of which neither answer is told, are followed both', () => {
  const records = [recordOf('A', {}, { requests: { one: RPM, later: { ...RPM, at: at('10:00:00') } } })];
  expect(followedRequests(records).map(({ id, code }) => [id, code])).toEqual([
    ['one', RPM_CODE],
    ['later', RPM_CODE],
  ]);
});

const now = at('16:00:00');
const request = (status: QuotaRequestStatus, changedAt = at('15:00:00')) => ({ status, changedAt });

test.each<[string, Parameters<typeof isAnswered>[0], answered: boolean, raised: boolean, waits: boolean]>([
  ['is pending', request('PENDING'), false, false, true],
  ['has its case', request('CASE_OPENED'), false, false, true],
  ['is approved', request('APPROVED'), true, true, true],
  ['was approved a moment less than six hours ago', request('APPROVED', at('10:00:01')), true, true, true],
  ['was approved six hours ago', request('APPROVED', at('10:00:00')), true, false, false],
  ['is denied', request('DENIED'), true, false, true],
  ['has its case closed', request('CASE_CLOSED'), true, false, true],
  ['is not approved', request('NOT_APPROVED'), true, false, true],
  ['was invalid', request('INVALID_REQUEST'), true, false, true],
  ['was denied six hours ago', request('DENIED', at('10:00:00')), true, false, false],
  ['is not known any more', undefined, true, false, false],
])('a request that %s', (_, found, answered, raised, waits) => {
  expect(isAnswered(found)).toBe(answered);
  expect(mayBeRaisedYet(found, now)).toBe(raised);
  expect(mayWait(found, now)).toBe(waits);
});

test.each([
  ['the same', 10_000, [10_000], true],
  ['less', 9_999, [10_000], true],
  ['more', 10_001, [10_000], false],
  ['compared with nothing', 10_000, [undefined], false],
  ['the same for the one model of which that is known', 10_000, [undefined, 10_000], true],
])('a quota that is %s', (_, value, before, isSo) => {
  const models = before.map((was) => ({ model: 'A', ...(was === undefined ? {} : { was }) }));
  expect(isAsItWas(value, { models })).toBe(isSo);
});

test.each([
  ['raised as asked', 12_500, 10_000, 12_500, 'raised'],
  ['raised to more', 13_000, 10_000, 12_500, 'raised'],
  ['raised to less', 12_499, 10_000, 12_500, 'raised in part'],
  ['raised, and nobody knows what was asked for', 10_001, 10_000, undefined, 'raised'],
  ['what it was', 10_000, 10_000, 12_500, 'unchanged'],
  ['less than it was', 9_999, 10_000, 12_500, 'lowered'],
  ['compared with nothing', 12_500, undefined, 12_500, 'unknown'],
  ['not to be read', undefined, 10_000, 12_500, 'unread'],
  ['not to be read, nor ever was', undefined, undefined, undefined, 'unread'],
])('a quota that is %s', (_, value, was, desired, became) => {
  expect(
    quotaBecame({
      now: value === undefined ? undefined : { value },
      was,
      request: desired === undefined ? undefined : { desired },
    }),
  ).toBe(became);
});

describe('the last that AWS wrote on the case of a request', () => {
  const byAws = (time: string, body: string) => ({ body, isByAws: true, at: at(time) });
  const OPENING = byAws('09:10:55', 'opened');
  const AUTOMATIC = byAws('09:11:55', 'tell us more');
  const OURS = { body: 'details', isByAws: false, at: at('09:13:00') };

  test.each([
    ['nothing', [], undefined],
    ['its opening', [OPENING], undefined],
    ['what it writes by itself', [OPENING, AUTOMATIC, OURS], undefined],
    ['an answer', [OPENING, AUTOMATIC, OURS, byAws('11:00:00', 'no')], 'no'],
    [
      'two answers, the newest listed first',
      [byAws('12:00:00', 'no'), byAws('11:00:00', 'wait'), AUTOMATIC, OPENING],
      'no',
    ],
    ['an answer without the automatic reply', [OPENING, byAws('09:20:56', 'no')], 'no'],
    ['an answer within minutes', [OPENING, AUTOMATIC, byAws('09:13:00', 'no')], 'no'],
  ])('is, where it wrote %s, %#', (_, communications, reply) => {
    expect(lastReply(communications)).toBe(reply);
  });
});
