import { describe, expect, test } from '@jest/globals';
import type { LedgerCase, LedgerRequest } from '../../lambda/contract/ledger';
import type { Incident } from '../../lambda/domain/incident';
import { caseChanges, type LedgerBefore } from '../../lambda/notification-processor/case-changes';
import type { Settlement } from '../../lambda/notification-processor/settle-case';
import {
  incidents,
  noRequestReasons,
  notRequested,
  OPEN_REQUEST,
  REQUEST,
  RPM_CODE,
  requestIncidents,
  rpmRequest,
  TPM_CODE,
  tpmRequest,
} from '../domain/incidents';

const NOW = new Date('2026-03-02T09:16:12Z');
const EARLIER = new Date('2026-03-01T08:00:00Z');
const CASE = { caseId: 'case-1', displayId: '12345678901' };
const NOTHING: LedgerBefore = { cases: {}, requests: {}, incident: { toldCases: [], asked: [] } };
const { everythingFails: both, serverErrors } = incidents;

const REQUESTED: Settlement = { outcome: { kind: 'requested' } };
const settled = (kind: 'opened' | 'updated' | 'left' | 'told'): Settlement => ({
  outcome: { kind, displayId: CASE.displayId },
  knownCase: CASE,
});
const unread: Settlement = {
  outcome: {
    kind: 'none',
    reason: { why: 'unreadable', displayId: CASE.displayId, error: 'InternalServerError' },
    isWorthAnotherTry: true,
  },
  knownCase: CASE,
};

const changes = (incident: Incident, settlement: Settlement, before: Partial<LedgerBefore> = {}) =>
  caseChanges({ ...NOTHING, ...before }, incident, settlement, NOW);
const knownBefore = (asks?: string[], caseId = CASE.caseId): Partial<LedgerBefore> => {
  const known: LedgerCase = { caseId, at: EARLIER, asks };
  return { cases: { 'Quota Request': known } };
};
const asksAfter = (settlement: Settlement, before: Partial<LedgerBefore>, incident: Incident = both) =>
  changes(incident, settlement, before)?.cases?.['Quota Request']?.asks;

describe('of a case the ledger learns', () => {
  test('its id and number, since when it is known, and that it tells of the incident', () => {
    expect(changes(both, settled('opened'))).toMatchObject({
      cases: { 'Quota Request': { ...CASE, at: NOW } },
      awaiting: { 'Quota Request': undefined },
      incident: { toldCases: [{ category: 'Quota Request', ...CASE }] },
    });
  });

  test('that it is awaited, and no more', () => {
    const awaited: Settlement = { ...unread, isAwaited: true, isNew: true };
    expect(changes(both, awaited)).toEqual({ awaiting: { 'Quota Request': NOW } });
  });

  test('nothing where there is none', () => {
    const { knownCase, ...none } = unread;
    expect(changes(both, none)).toBeUndefined();
  });

  test('that it is known, and not that it tells of the incident, where it was left or could not be read', () => {
    for (const settlement of [settled('left'), unread]) {
      const learned = changes(both, settlement);
      expect(learned?.cases?.['Quota Request']).toMatchObject(CASE);
      expect(learned?.incident).toBeUndefined();
    }
  });

  test('once that it tells of the incident, also where others do', () => {
    const toldCases = [
      { category: 'Quota Request', ...CASE },
      { category: 'Investigation Request', caseId: 'case-2' },
    ];
    const learned = changes(both, settled('updated'), { incident: { toldCases, asked: [] } });
    expect(learned?.incident?.toldCases).toEqual([toldCases[1], toldCases[0]]);
  });
});

describe('what a case asks for', () => {
  test.each<[string, Settlement, Partial<LedgerBefore>, readonly string[] | undefined]>([
    ['is what a new one does', settled('opened'), {}, [RPM_CODE, TPM_CODE]],
    [
      'is not what one before it did',
      settled('opened'),
      knownBefore(['L-00000001'], 'case-0'),
      [RPM_CODE, TPM_CODE],
    ],
    [
      'grows with each addition',
      settled('updated'),
      knownBefore(['L-00000001']),
      ['L-00000001', RPM_CODE, TPM_CODE],
    ],
    ['has each quota once', settled('told'), knownBefore([TPM_CODE]), [TPM_CODE, RPM_CODE]],
    ['stays where it was left as it is', settled('left'), knownBefore([TPM_CODE]), [TPM_CODE]],
    ['stays where it could not be read', unread, knownBefore([TPM_CODE]), [TPM_CODE]],
    ['stays unknown', settled('updated'), knownBefore(undefined), undefined],
    ['is not known of one that was only found', settled('updated'), {}, undefined],
    [
      'is not known of one that was found in place of another',
      settled('left'),
      knownBefore([], 'case-0'),
      undefined,
    ],
  ])('%s', (_case, settlement, before, asks) => {
    expect(asksAfter(settlement, before)).toEqual(asks);
  });

  const refused = tpmRequest(notRequested(noRequestReasons['too-many-open']));

  test.each(['ceiling', 'paused', 'unread'] as const)(
    'is nothing where %s speaks against it, and only the rest',
    (why) => {
      const guarded = { ...both, quotaRequests: [rpmRequest(notRequested(noRequestReasons[why])), refused] };
      expect(asksAfter(settled('opened'), {}, guarded)).toEqual([TPM_CODE]);
      expect(changes(guarded, settled('opened'))?.incident?.asked).toMatchObject([{ quota: 'TPM' }]);
    },
  );

  test('is nothing that was not worth a request, unless the settings want none', () => {
    const off = tpmRequest(notRequested(noRequestReasons.off));
    expect(asksAfter(settled('opened'), {}, { ...both, quotaRequests: [refused] })).toEqual([TPM_CODE]);
    expect(asksAfter(settled('opened'), {}, { ...both, quotaRequests: [off] })).toEqual([RPM_CODE, TPM_CODE]);
  });

  test('is known of it for as long as it is the one that AWS opened for a request', () => {
    const ofRequest: LedgerCase = { ...CASE, at: EARLIER, asks: [], isOfRequest: true };
    const before = { cases: { 'Quota Request': ofRequest } };
    const { throttledAtLowUsage } = incidents;
    expect(changes(throttledAtLowUsage, settled('updated'), before)?.cases?.['Quota Request']).toEqual({
      ...ofRequest,
      at: NOW,
    });
    const another = { cases: { 'Quota Request': { ...ofRequest, caseId: 'case-0' } } };
    for (const kind of ['opened', 'left'] as const)
      expect(changes(both, settled(kind), another)?.cases?.['Quota Request']?.isOfRequest).toBeUndefined();
  });

  const learnedToldCases = (toldCases: LedgerBefore['incident'], kind: 'opened' | 'updated' | 'told') =>
    changes(both, settled(kind), { incident: toldCases })?.incident?.toldCases;

  test('is put down of each case that tells of the incident', () => {
    const told = { category: 'Quota Request', ...CASE };
    expect(learnedToldCases({ toldCases: [], asked: [] }, 'updated')).toEqual([
      { ...told, asks: [RPM_CODE, TPM_CODE] },
    ]);
    const toldBefore = { ...told, asks: ['L-00000001', TPM_CODE] };
    expect(learnedToldCases({ toldCases: [toldBefore], asked: [] }, 'told')).toEqual([
      { ...told, asks: ['L-00000001', TPM_CODE, RPM_CODE] },
    ]);
  });

  test('stays unknown of one that was told before that was put down', () => {
    const told = { category: 'Quota Request', ...CASE };
    expect(learnedToldCases({ toldCases: [told], asked: [] }, 'updated')).toEqual([told]);
  });

  test('is nothing where more quota is not the answer', () => {
    const learned = changes(serverErrors, settled('opened'));
    expect(learned?.cases?.['Investigation Request']?.asks).toEqual([]);
    expect(learned?.incident?.asked).toEqual([]);
  });
});

describe('of a quota request the ledger learns', () => {
  const { increaseRequested, increaseOpen, oneOfTwoRequested, bothRequested, increaseUnclear } =
    requestIncidents;

  test('the request, and how things were when it was made', () => {
    expect(changes(increaseRequested, REQUESTED)).toEqual({
      requests: {
        [REQUEST.id]: {
          code: RPM_CODE,
          quota: 'RPM',
          desired: 12_500,
          at: REQUEST.since,
          was: 10_000,
          threshold: 8_000,
        },
      },
      incident: {
        asked: [{ quota: 'RPM', code: RPM_CODE, requested: 12_500, was: 10_000, request: REQUEST.id }],
      },
    });
  });

  test('also one that somebody made before, with what that asks for', () => {
    expect(changes(increaseOpen, REQUESTED)).toMatchObject({
      requests: { [OPEN_REQUEST.id]: { code: RPM_CODE, desired: 12_000, at: OPEN_REQUEST.since } },
      incident: { asked: [{ quota: 'RPM', requested: 12_000, was: 10_000, request: OPEN_REQUEST.id }] },
    });
  });

  test('each of two, and only what is really asked for', () => {
    const two = changes(bothRequested, REQUESTED);
    expect(Object.values(two?.requests ?? {})).toMatchObject([{ code: RPM_CODE }, { code: TPM_CODE }]);
    expect(two?.incident?.asked).toMatchObject([{ quota: 'RPM' }, { quota: 'TPM' }]);
    const one = changes(oneOfTwoRequested, REQUESTED);
    expect(Object.keys(one?.requests ?? {})).toEqual([REQUEST.id]);
    expect(one?.incident?.asked).toMatchObject([{ quota: 'RPM', requested: 12_500 }]);
  });

  test('nothing that is not known to be there', () => {
    expect(changes(increaseUnclear, { outcome: unread.outcome })).toBeUndefined();
  });

  test('of one that it knows nothing new: what was before it stays as it was put down', () => {
    const known: LedgerRequest = {
      code: RPM_CODE,
      quota: 'RPM',
      desired: 12_500,
      at: REQUEST.since,
      was: 9_000,
    };
    expect(changes(increaseRequested, REQUESTED, { requests: { [REQUEST.id]: known } })).toBeUndefined();
    const older = changes(increaseRequested, REQUESTED, { requests: { 'an older one': known } });
    expect(older?.requests).toEqual({ [REQUEST.id]: expect.objectContaining({ was: 10_000 }) });
  });

  test('beside one that is to be tried again', () => {
    const incident = {
      ...both,
      quotaRequests: [
        rpmRequest({ kind: 'made', request: REQUEST }),
        tpmRequest(notRequested(noRequestReasons.unread, true)),
      ],
    };
    const learned = changes(incident, { outcome: unread.outcome });
    expect(Object.keys(learned?.requests ?? {})).toEqual([REQUEST.id]);
    expect(learned?.incident?.asked).toMatchObject([{ quota: 'RPM' }]);
    expect(learned?.cases).toBeUndefined();
  });

  test('of what was asked for before, what is not asked for anew', () => {
    const asked = [
      { quota: 'RPM', code: RPM_CODE, requested: 11_000, was: 9_000 },
      { quota: 'TPM', code: TPM_CODE, requested: 7_000_000, was: 6_000_000 },
    ] as const;
    const learned = changes(increaseRequested, REQUESTED, { incident: { toldCases: [], asked } });
    expect(learned?.incident?.asked).toEqual([
      asked[1],
      { quota: 'RPM', code: RPM_CODE, requested: 12_500, was: 10_000, request: REQUEST.id },
    ]);
  });

  test('though no incident is open any more', () => {
    expect(changes(increaseRequested, REQUESTED, { incident: undefined })?.requests).toHaveProperty([
      REQUEST.id,
    ]);
  });
});
