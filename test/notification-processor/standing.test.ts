// The variables must be set before anything reads them.
import './environment';

import { beforeEach, expect, type jest as Jest, test } from '@jest/globals';
import type { LedgerIncident, LedgerRecord } from '../../lambda/contract/ledger';
import { NO_SHARERS } from '../../lambda/contract/quota-sharers';
import type { MonitoredModel } from '../../lambda/notification-processor/read-model';
import { UnusableConfig } from '../../lambda/notification-processor/read-model';
import { readStanding } from '../../lambda/notification-processor/standing';
import { readQuota } from '../../lambda/ports/quotas';
import { casesNow } from '../../lambda/ports/support';
import { opus, RPM_CODE, TPM_CODE } from '../domain/incidents';
import { at, NOTHING_YET, recordOf } from '../domain/ledger-records';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/ports/logger', () => ({ logger: { warn: jest.fn() } }));
jest.mock('../../lambda/ports/usage', () => ({ readUsage: jest.fn() }));
jest.mock('../../lambda/ports/quotas', () => ({ readQuota: jest.fn() }));
jest.mock('../../lambda/ports/support', () => ({ casesNow: jest.fn() }));

beforeEach(() => {
  jest.mocked(readQuota).mockResolvedValue(undefined);
  jest.mocked(casesNow).mockResolvedValue([]);
});

const NOW = at('11:00:00');
const MODEL: MonitoredModel = {
  config: opus,
  thresholds: { RPM: 8_000, TPM: 5_000_000 },
  sharers: NO_SHARERS,
  unusedSettings: [],
};

const standingOf = (incident: Partial<LedgerIncident>, requests: LedgerRecord['requests'] = {}) => {
  const whole = { ...NOTHING_YET, reference: '2a9987487b28', openedAt: at('09:06:00'), ...incident };
  const run = {
    model: opus.modelName,
    by: 'message',
    record: recordOf(opus.modelName, whole, { requests }),
    incident: whole,
    alarms: undefined,
    settings: new UnusableConfig('', ''),
    repeated: [],
    mayBeRepeat: undefined,
    canWait: true,
    newCases: undefined,
    context: undefined,
  };
  return readStanding(run, MODEL, NOW, NOW);
};

const RPM = { quota: 'RPM', code: RPM_CODE, requested: 12_500, was: 10_000 } as const;
const TPM = { quota: 'TPM', code: TPM_CODE, requested: 7_812_500, was: 6_250_000 } as const;

test('what a quota request asked for is answered once the ledger has forgotten that request', async () => {
  const { asked } = await standingOf(
    {
      asked: [
        { ...RPM, request: 'one' },
        { ...TPM, request: 'two' },
      ],
    },
    { two: { code: TPM_CODE, quota: 'TPM', desired: 7_812_500, at: at('09:06:40') } },
  );
  expect(asked).toEqual([
    { ...RPM, now: undefined, isDefault: false, isAnswered: true },
    { ...TPM, now: undefined, isDefault: false, isAnswered: false },
  ]);
});

test('what a case asks for is answered on the case', async () => {
  const { asked } = await standingOf({ asked: [RPM] });
  expect(asked).toEqual([expect.objectContaining({ quota: 'RPM', isAnswered: false })]);
});

test('of each case it is said for which quotas it asks, where that is known', async () => {
  const { cases } = await standingOf({
    toldCases: [
      { category: 'Quota Request', caseId: 'case-1', asks: [RPM_CODE] },
      { category: 'Quota Request', caseId: 'case-2', displayId: '2' },
    ],
  });
  expect(cases.map(({ caseId, asks }) => [caseId, asks])).toEqual([
    ['case-1', [RPM_CODE]],
    ['case-2', undefined],
  ]);
});
