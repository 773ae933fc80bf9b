// The variables must be set before the processor reads them.
import './environment';

import { setTimeout } from 'node:timers/promises';
import { beforeEach, expect, type jest as Jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { LedgerCase } from '../../lambda/contract/ledger';
import { NOT_IN_TIME, settleCase } from '../../lambda/notification-processor/settle-case';
import { settleInTime } from '../../lambda/notification-processor/settle-in-time';
import { incidents } from '../domain/incidents';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('node:timers/promises', () => ({ setTimeout: jest.fn() }));
jest.mock('../../lambda/notification-processor/settle-case', () => ({
  ...jest.requireActual<object>('../../lambda/notification-processor/settle-case'),
  settleCase: jest.fn(),
}));

beforeEach(() => {
  jest.resetAllMocks();
  jest.mocked(setTimeout).mockResolvedValue(NOT_IN_TIME);
  jest.mocked(settleCase).mockReturnValue(new Promise(() => {}));
});

const NOTHING_KNOWN = { cases: {}, awaiting: {} };

const settle = (timeLeftMs: number, contacts?: readonly string[], record = NOTHING_KNOWN) =>
  settleInTime(
    { incident: incidents.throttled, contacts },
    record,
    {
      getRemainingTimeInMillis: () => timeLeftMs,
    } as Context,
    true,
  );

test.each([
  [60_000, 20_000],
  [42_000, 20_000],
  [41_000, 19_000],
  [22_050, 50],
  [22_000, 0],
  [5_000, 0],
])('of %i ms that are left the case has %i', async (timeLeftMs, timeForCaseMs) => {
  expect(await settle(timeLeftMs)).toBe(NOT_IN_TIME);
  expect(jest.mocked(setTimeout).mock.calls[0]?.slice(0, 2)).toEqual([timeForCaseMs, NOT_IN_TIME]);
  expect(jest.mocked(settleCase).mock.calls[0]?.[3].aborted).toBe(true);
});

const before = () => jest.mocked(settleCase).mock.calls[0]?.[1];

test('at most ten contacts are on cc', async () => {
  const contacts = Array.from({ length: 12 }, (_, index) => `sre${index}@acme.example`);
  await settle(60_000, contacts);
  expect(before()?.cc).toEqual(contacts.slice(0, 10));
});

test('nobody is on cc where the contacts could not be read', async () => {
  await settle(60_000);
  expect(before()?.cc).toEqual([]);
});

test('of what the ledger knows only the incident’s category counts', async () => {
  const at = new Date('2026-03-02T09:06:31Z');
  const known = (caseId: string): LedgerCase => ({ caseId, at });
  await settle(60_000, [], {
    cases: { 'Quota Request': known('case-1'), 'Investigation Request': known('case-2') },
    awaiting: { 'Quota Request': at, 'Investigation Request': new Date('2026-03-02T08:00:00Z') },
  });
  expect(before()).toMatchObject({ knownCase: known('case-1'), awaitedSince: at });
});
