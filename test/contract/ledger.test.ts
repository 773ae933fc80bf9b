import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  awaitingAttribute,
  caseAttribute,
  claimedAttribute,
  claimedByAttribute,
  closedIncidentsKey,
  parseLedgerItem,
  quotaAnswerKey,
  requestAttribute,
  untoldEntry,
} from '../../lambda/contract/ledger';
import { ALARM_NAMES } from '../../lambda/domain/alarm-catalogue';

/** As the SDK gives it, with an incident about which everything is known. */
const FULL = {
  pk: 'models',
  sk: 'G-Opus-4-6',
  expiresAt: 1_807_000_000,
  reference: '3f9a27c1e5b0',
  openedAt: '2026-03-02T09:06:00.000Z',
  untold: new Set(['HighLatency 2026-03-02T09:06:20.000Z']),
  tellAt: '2026-03-02T09:06:30.000Z',
  tellBy: 'message-1',
  okAt: '2026-03-02T09:20:00.000Z',
  recoverAt: '2026-03-02T09:30:00.000Z',
  mutedAt: '2026-03-02T09:07:00.000Z',
  leaseUntil: '2026-03-02T09:09:30.000Z',
  leaseBy: 'message-2',
  told: {
    Throttles: { since: '2026-03-02T09:06:00.000Z', last: '2026-03-02T09:16:00.000Z', times: 2 },
  },
  tellings: 1,
  toldCases: [{ category: 'Quota Request', caseId: 'case-1', asks: ['L-A52F3C5A'] }],
  asked: [{ quota: 'RPM', code: 'L-A52F3C5A', requested: 12_500, was: 10_000, request: '5a3f0c9e' }],
  lastTold: {
    at: '2026-03-02T09:06:31.000Z',
    inAlarm: ['Throttles'],
    openCases: ['12345678901'],
    quotas: { 'L-A52F3C5A': 10_000 },
  },
  remindAt: '2026-03-02T13:06:31.000Z',
  'claimed.Throttles': '2026-03-02T09:16:00.000Z',
  'claimed.HighLatency': '2026-03-02T09:06:20.000Z',
  'claimedBy.Throttles': 'message-1',
  'case.Quota Request': {
    caseId: 'case-1',
    displayId: '12345678901',
    at: '2026-03-02T09:06:31.000Z',
    asks: ['L-A52F3C5A'],
    isOfRequest: true,
  },
  'case.Investigation Request': { caseId: 'case-2', at: '2026-03-01T09:06:31.000Z' },
  'awaiting.Quota Request': '2026-03-02T09:06:31.000Z',
  'request.5a3f0c9e': {
    code: 'L-A52F3C5A',
    quota: 'RPM',
    desired: 12_500,
    at: '2026-03-02T09:06:32.000Z',
    was: 10_000,
    threshold: 8_000,
  },
  'request.0c1d2e3f': {
    code: 'L-0AD9BC40',
    quota: 'TPM',
    desired: 7_812_500,
    at: '2026-03-02T09:06:33.000Z',
  },
  'a later version’s': 'attribute',
};

const at = (time: string): Date => new Date(`2026-03-02T${time}Z`);

describe('an item of a model', () => {
  test('is read whole', () => {
    expect(parseLedgerItem(FULL)).toEqual({
      model: 'G-Opus-4-6',
      incident: {
        reference: '3f9a27c1e5b0',
        openedAt: at('09:06:00'),
        untold: [{ alarm: 'HighLatency', at: at('09:06:20') }],
        tellAt: at('09:06:30'),
        tellBy: 'message-1',
        isInStorm: false,
        recoverAt: at('09:30:00'),
        mutedAt: at('09:07:00'),
        told: { Throttles: { since: at('09:06:00'), last: at('09:16:00'), times: 2 } },
        tellings: 1,
        toldCases: [{ category: 'Quota Request', caseId: 'case-1', asks: ['L-A52F3C5A'] }],
        asked: [{ quota: 'RPM', code: 'L-A52F3C5A', requested: 12_500, was: 10_000, request: '5a3f0c9e' }],
        lastTold: {
          at: at('09:06:31'),
          inAlarm: ['Throttles'],
          openCases: ['12345678901'],
          quotas: { 'L-A52F3C5A': 10_000 },
        },
        remindAt: at('13:06:31'),
      },
      claimed: { Throttles: at('09:16:00'), HighLatency: at('09:06:20') },
      claimedBy: { Throttles: 'message-1' },
      okAt: at('09:20:00'),
      cases: {
        'Quota Request': {
          caseId: 'case-1',
          displayId: '12345678901',
          at: at('09:06:31'),
          asks: ['L-A52F3C5A'],
          isOfRequest: true,
        },
        'Investigation Request': { caseId: 'case-2', at: new Date('2026-03-01T09:06:31Z') },
      },
      awaiting: { 'Quota Request': at('09:06:31') },
      requests: {
        '5a3f0c9e': {
          code: 'L-A52F3C5A',
          quota: 'RPM',
          desired: 12_500,
          at: at('09:06:32'),
          was: 10_000,
          threshold: 8_000,
        },
        '0c1d2e3f': { code: 'L-0AD9BC40', quota: 'TPM', desired: 7_812_500, at: at('09:06:33') },
      },
      lease: { until: at('09:09:30'), by: 'message-2' },
    });
  });

  test('may have nothing but its keys', () => {
    expect(parseLedgerItem({ pk: 'models', sk: 'G-Opus-4-6' })).toEqual({
      model: 'G-Opus-4-6',
      incident: undefined,
      claimed: {},
      claimedBy: {},
      okAt: undefined,
      cases: {},
      awaiting: {},
      requests: {},
      lease: undefined,
    });
  });

  test('may have an incident of which nothing is told yet', () => {
    const { sk, reference, openedAt } = FULL;
    expect(parseLedgerItem({ sk, reference, openedAt }).incident).toMatchObject({
      untold: [],
      told: {},
      tellings: 0,
      toldCases: [],
      asked: [],
    });
  });

  test.each([
    ['the model', { sk: undefined }],
    ['the time of the opening', { openedAt: 'yesterday' }],
    ['what is untold, which is no set', { untold: ['HighLatency 2026-03-02T09:06:20.000Z'] }],
    ['what was told', { told: { Throttles: { since: '2026-03-02T09:06:00.000Z' } } }],
    ['half a telling', { tellings: 0.5 }],
    ['a claim', { 'claimed.Throttles': 7 }],
    ['a case', { 'case.Quota Request': {} }],
    ['what a case asks for', { 'case.Quota Request': { ...FULL['case.Quota Request'], asks: 'RPM' } }],
    ['what is awaited', { 'awaiting.Quota Request': 'soon' }],
    ['a request', { 'request.5a3f0c9e': { ...FULL['request.5a3f0c9e'], code: undefined } }],
    ['when a request was made', { 'request.5a3f0c9e': { ...FULL['request.5a3f0c9e'], at: 'last week' } }],
    ['the quota of a request', { 'request.5a3f0c9e': { ...FULL['request.5a3f0c9e'], quota: 'TPD' } }],
    ['the quota asked for', { asked: [{ ...FULL.asked[0], quota: 'TPD' }] }],
  ])('is refused when wrong in %s', (_case, changes) => {
    expect(() => parseLedgerItem({ ...FULL, ...changes })).toThrow();
  });
});

test('what is untold is read as it was written', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ALARM_NAMES),
      fc.date({ min: at('00:00:00'), max: new Date('2099-12-31T23:59:59Z'), noInvalidDate: true }),
      (alarm, instant) => {
        const untold = new Set([untoldEntry({ alarm, at: instant })]);
        expect(parseLedgerItem({ ...FULL, untold }).incident?.untold).toEqual([{ alarm, at: instant }]);
      },
    ),
  );
});

test('attributes are named as a person finds them in the table', () => {
  expect([
    claimedAttribute('Throttles'),
    claimedByAttribute('Throttles'),
    caseAttribute('Quota Request'),
    awaitingAttribute('Quota Request'),
    requestAttribute('5a3f0c9e'),
    quotaAnswerKey({ id: '5a3f0c9e' }),
    closedIncidentsKey('G-Opus-4-6'),
    untoldEntry({ alarm: 'Throttles', at: at('09:06:00') }),
  ]).toEqual([
    'claimed.Throttles',
    'claimedBy.Throttles',
    'case.Quota Request',
    'awaiting.Quota Request',
    'request.5a3f0c9e',
    'quota-answer#5a3f0c9e',
    'closed#G-Opus-4-6',
    'Throttles 2026-03-02T09:06:00.000Z',
  ]);
});
