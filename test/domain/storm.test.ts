import { describe, expect, test } from '@jest/globals';
import type { CasePart } from '../../lambda/contract/handed';
import type { LedgerRecord } from '../../lambda/contract/ledger';
import { isDigestDue, isStorm, MOST_ALONE, type OwnKind, tellingTogether } from '../../lambda/domain/storm';
import {
  at,
  gatheringUntil,
  NOW,
  recordOf,
  recoveringAt,
  remindedAt,
  stateOf,
  told,
  toldPart,
} from './ledger-records';

describe('who has the same to tell at the same time', () => {
  test.each<[OwnKind, (model: string, time: string) => LedgerRecord, string, string]>([
    ['telling', gatheringUntil, '09:07:00', '09:07:01'],
    ['recovery', recoveringAt, '09:07:00', '09:07:01'],
    ['reminder', remindedAt, '09:11:30', '09:11:31'],
  ])('%s: up to the end of the window, and no later', (kind, recordAt, within, outside) => {
    const models = [recordAt('Own', '09:06:30'), recordAt('Near', within), recordAt('Far', outside)];
    expect(tellingTogether(kind, 'Own', stateOf(models), NOW)).toEqual(['Own', 'Near']);
  });

  test('whoever has handed over its part counts, unless that has waited in vain', () => {
    const handed = [toldPart('Handed'), toldPart('Stuck', { at: at('09:03:00') })];
    const models = [gatheringUntil('Own', '09:06:30')];
    expect(tellingTogether('telling', 'Own', stateOf(models, handed), NOW)).toEqual(['Own', 'Handed']);
  });

  test('of another kind, or without an incident, nobody counts', () => {
    const models = [gatheringUntil('Own', '09:06:30'), remindedAt('B', '09:06:30'), recordOf('C', undefined)];
    expect(tellingTogether('telling', 'Own', stateOf(models), NOW)).toEqual(['Own']);
  });

  test('nobody recovers who burns again', () => {
    const burning = recordOf(
      'B',
      { told, recoverAt: at('09:06:30') },
      { okAt: at('09:05:00'), claimed: { Throttles: at('09:05:30') } },
    );
    const models = [recoveringAt('Own', '09:06:30'), burning];
    expect(tellingTogether('recovery', 'Own', stateOf(models), NOW)).toEqual(['Own']);
  });

  test('a storm is more than five', () => {
    expect(isStorm(Array.from({ length: MOST_ALONE }, String))).toBe(false);
    expect(isStorm(Array.from({ length: MOST_ALONE + 1 }, String))).toBe(true);
  });
});

describe('a digest goes out', () => {
  const part = toldPart('A', { at: at('09:06:30') });

  test.each([
    ['as soon as nobody is waited for', '09:06:31', [], true],
    ['not while somebody is late', '09:07:00', [gatheringUntil('B', '09:06:45')], false],
    ['without him after a minute and a half', '09:08:00', [gatheringUntil('B', '09:06:45')], true],
    ['without whoever is not due yet', '09:07:00', [gatheringUntil('B', '09:07:15')], true],
    ['without whoever has been late for ever', '09:07:00', [gatheringUntil('B', '08:00:00')], true],
  ])('%s', (_, now, models, isDue) => {
    expect(isDigestDue('telling', [part], stateOf(models), at(now))).toBe(isDue);
  });

  const casePart = (outcome: CasePart['outcome']): CasePart => ({
    kind: 'case',
    model: 'A',
    reference: 'of A',
    severity: 'CRITICAL',
    at: at('09:06:30'),
    isMailed: true,
    mayBeRepeat: false,
    telling: 1,
    category: 'Quota Request',
    together: [],
    outcome,
  });
  const opened = casePart({ kind: 'opened', displayId: '17', noRequests: [] });

  test.each([
    ['once all cases are settled', '09:06:31', [opened, opened], true],
    ['not while one is tried', '09:11:29', [opened, casePart(null)], false],
    ['without it after five minutes', '09:11:30', [opened, casePart(null)], true],
  ])('of cases %s', (_, now, parts, isDue) => {
    expect(isDigestDue('case', parts, stateOf([]), at(now))).toBe(isDue);
  });
});
