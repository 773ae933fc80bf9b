import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CasePart, Handed } from '../../lambda/contract/handed';
import { DigestLedger } from '../../lambda/ports/digest-ledger';
import { IncidentLedger } from '../../lambda/ports/ledger';
import { LocalEndpoint, TABLE_NAME } from './local-endpoint';

const at = (time: string): Date => new Date(`2026-03-02T${time}Z`);
const NOW = at('09:06:30');
const SEND_AT = at('09:07:00');

const aws = new LocalEndpoint(() => NOW);
const digests = new DigestLedger(TABLE_NAME);
const ledger = new IncidentLedger(TABLE_NAME);

beforeAll(() => aws.start());
afterAll(() => aws.stop());
beforeEach(() => aws.clear());

const partOf = (model: string, more: Partial<CasePart> = {}): CasePart => ({
  kind: 'case',
  model,
  reference: '3f9a27c1e5b0',
  severity: 'CRITICAL',
  at: NOW,
  isMailed: true,
  mayBeRepeat: false,
  telling: 1,
  category: 'Quota Request',
  together: [],
  outcome: null,
  ...more,
});
const opened: CasePart['outcome'] = { kind: 'opened', displayId: '17', noRequests: [] };

const handed = async (): Promise<readonly Handed[]> => (await ledger.read()).handed;

describe('a part that is handed over', () => {
  test('waits until it is put away, whoever reads the ledger', async () => {
    const parts = [partOf('A'), partOf('B')];
    await digests.handOver(parts, NOW);
    expect(await handed()).toEqual(parts);
    await digests.putAway([partOf('A')], NOW);
    expect(await handed()).toEqual([partOf('B')]);
  });

  test('is one part, however often it is handed over; another telling is another', async () => {
    await digests.handOver([partOf('A')], NOW);
    await digests.handOver([partOf('A', { outcome: opened })], NOW);
    await digests.handOver([partOf('A', { telling: 2 })], NOW);
    expect(await handed()).toEqual([partOf('A', { outcome: opened }), partOf('A', { telling: 2 })]);
  });

  test('of a storm of five hundred is written and put away with the others', async () => {
    const parts = Array.from({ length: 500 }, (_, index) => partOf(`Model-${index}`));
    await digests.handOver(parts, NOW);
    expect(await handed()).toHaveLength(500);
    await digests.putAway(parts, NOW);
    expect(await handed()).toEqual([]);
  });

  test('is no model of the ledger', async () => {
    await digests.handOver([partOf('A')], NOW);
    await digests.ask('case', 'message', SEND_AT, NOW);
    await ledger.reserveCase('3f9a27c1e5b0 1', 10, NOW);
    expect((await ledger.read()).models).toEqual([]);
  });
});

describe('a case that is expected', () => {
  test('waits for its outcome', async () => {
    await digests.expectCase(partOf('A'), NOW);
    expect(await handed()).toEqual([partOf('A')]);
  });

  test('is not expected any more once its outcome is known, or was told', async () => {
    await digests.handOver([partOf('A', { outcome: opened }), partOf('B', { outcome: opened })], NOW);
    await digests.putAway([partOf('B')], NOW);
    await digests.expectCase(partOf('A'), NOW);
    await digests.expectCase(partOf('B'), NOW);
    expect(await handed()).toEqual([partOf('A', { outcome: opened })]);
  });
});

describe('a digest', () => {
  test('is sent for by the first that asks, also when its message comes again', async () => {
    expect(await digests.ask('telling', 'first', SEND_AT, NOW)).toBe(true);
    expect(await digests.ask('telling', 'second', SEND_AT, NOW)).toBe(false);
    expect(await digests.ask('telling', 'first', SEND_AT, NOW)).toBe(true);
    expect(await digests.ask('recovery', 'second', SEND_AT, NOW)).toBe(true);
  });

  test('is sent for anew by whoever hands over while a run has it', async () => {
    await digests.ask('telling', 'first', SEND_AT, NOW);
    await digests.take('telling', 'run', SEND_AT);
    expect(await digests.ask('telling', 'late', at('09:08:00'), at('09:07:30'))).toBe(true);
  });

  test('is one run’s until that gives it back, or is taken for dead', async () => {
    expect(await digests.take('telling', 'run', NOW)).toEqual({ isAfterUnfinishedRun: false });
    expect(await digests.take('telling', 'other', at('09:07:00'))).toBeUndefined();
    expect(await digests.take('telling', 'other', at('09:09:31'))).toEqual({ isAfterUnfinishedRun: true });
    await digests.giveBack('telling', 'other', at('09:09:32'));
    expect(await digests.take('telling', 'third', at('09:09:33'))).toEqual({ isAfterUnfinishedRun: false });
  });

  test('that a run gives back untold, after one that may have told it, is known to be so by the next', async () => {
    await digests.take('telling', 'dead', NOW);
    await digests.take('telling', 'run', at('09:10:00'));
    await digests.giveBack('telling', 'run', at('09:10:01'), { isUnfinished: true });
    expect(await digests.take('telling', 'next', at('09:10:02'))).toEqual({ isAfterUnfinishedRun: true });
  });

  test('is not given back by a run that has lost it', async () => {
    await digests.take('telling', 'dead', NOW);
    await digests.take('telling', 'run', at('09:10:00'));
    await digests.giveBack('telling', 'dead', at('09:10:01'));
    expect(await digests.take('telling', 'next', at('09:10:02'))).toBeUndefined();
  });
});

describe('the new cases of a day', () => {
  const reserve = (telling: string, most: number, now = NOW) => ledger.reserveCase(telling, most, now);

  test('are as many as the settings allow, each telling’s once', async () => {
    expect(await reserve('a 1', 2)).toBe(true);
    expect(await reserve('b 1', 2)).toBe(true);
    expect(await reserve('c 1', 2)).toBe(false);
    expect(await reserve('a 1', 2)).toBe(true);
    expect((await ledger.read()).newCases['cases#2026-03-02']?.size).toBe(2);
  });

  test('are none where the settings say so', async () => {
    expect(await reserve('a 1', 0)).toBe(false);
  });

  test('begin anew at midnight, UTC', async () => {
    await reserve('a 1', 1);
    expect(await reserve('b 1', 1, at('23:59:59'))).toBe(false);
    expect(await reserve('b 1', 1, new Date('2026-03-03T00:00:00Z'))).toBe(true);
  });

  test('are put down beyond that for a case that was opened', async () => {
    await reserve('a 1', 1);
    expect(await reserve('b 1', Number.POSITIVE_INFINITY)).toBe(true);
    expect((await ledger.read()).newCases['cases#2026-03-02']?.size).toBe(2);
  });
});

describe('a case that tells of several models', () => {
  const CASE = { caseId: 'case-1', displayId: '17', at: NOW };
  const throttles = { alarm: 'Throttles', at: at('09:06:00') };

  test('is known to each whose incident it is about, and to nobody else', async () => {
    await ledger.claim('A', throttles, { by: 'sns', now: NOW, reference: 'of A' });
    await ledger.claim('B', throttles, { by: 'sns', now: NOW, reference: 'of B' });
    await ledger.shareCase({ model: 'A', reference: 'of A' }, 'Investigation Request', CASE, NOW);
    await ledger.shareCase({ model: 'B', reference: 'earlier' }, 'Investigation Request', CASE, NOW);
    await ledger.shareCase({ model: 'C', reference: 'of C' }, 'Investigation Request', CASE, NOW);
    const { models } = await ledger.read();
    expect(models.map(({ model, cases, incident }) => [model, cases, incident?.toldCases])).toEqual([
      [
        'A',
        { 'Investigation Request': CASE },
        [{ category: 'Investigation Request', caseId: 'case-1', displayId: '17', isShared: true }],
      ],
      ['B', {}, []],
    ]);
  });
});
