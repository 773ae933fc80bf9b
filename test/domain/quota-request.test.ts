import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ANSWERS, OPEN_STATUSES } from '../../aws/service-quotas';
import type { ModelConfig } from '../../lambda/contract/model-config';
import type { AlarmName } from '../../lambda/domain/alarm-catalogue';
import type { Incident, NoRequestReason, QuotaFacts, QuotaRequest } from '../../lambda/domain/incident';
import { increasesOf } from '../../lambda/domain/increases';
import {
  askedIncreases,
  increasesToRequest,
  isRequested,
  type ListedRequest,
  none,
  PAUSE_DAYS,
  reasonAgainst,
  standingRequest,
  whatFollows,
} from '../../lambda/domain/quota-request';
import type { Usage } from '../../lambda/domain/usage';
import { incidentOf, incidents, peaksOf, RPM_CODE, rpmQuota, silent, TPM_CODE } from './incidents';

const BELOW = peaksOf(100, 100_000);
const RPM_REACHED = peaksOf(9_500, 100_000);
const BOTH_REACHED = peaksOf(9_500, 6_000_000);

describe('the increases that Service Quotas is worth asking for', () => {
  test.each<[string, readonly AlarmName[], Usage | undefined, readonly string[]]>([
    ['RPM of an alarm on RPM whose peak proves it', ['HighInvocationRate'], RPM_REACHED, ['RPM']],
    [
      'TPM of an alarm on TPM, though the peak of RPM proves more',
      ['HighTPMQuotaUsage'],
      RPM_REACHED,
      ['TPM'],
    ],
    ['both of an alarm on each', ['HighTPMQuotaUsage', 'InvocationAnomaly'], RPM_REACHED, ['RPM', 'TPM']],
    ['of throttles that one whose peak reached its threshold', ['Throttles'], RPM_REACHED, ['RPM']],
    ['of throttles both where both peaks did', ['Throttles'], BOTH_REACHED, ['RPM', 'TPM']],
    [
      'of throttles and an alarm on TPM both',
      ['Throttles', 'HighTPMQuotaUsage'],
      RPM_REACHED,
      ['RPM', 'TPM'],
    ],
    ['that of an alarm on a new model', ['InputTokenAnomaly'], silent, ['TPM']],
    ['none of throttles of a new model', ['Throttles'], silent, []],
    ['none while no peak reached a threshold', ['HighInvocationRate'], BELOW, []],
    ['none where usage could not be read', ['HighInvocationRate'], undefined, []],
    ['none of slow answers', ['HighLatency'], RPM_REACHED, []],
  ])('are %s', (_case, alarms, usage, quotas) => {
    const worth = increasesToRequest(incidentOf({ alarms, usage }));
    expect(worth.map(({ quota }) => quota)).toEqual(quotas);
  });
});

/** An incident of an alarm on RPM, and the increase that it needs. */
function needing(facts: Partial<QuotaFacts>, model: Partial<ModelConfig> = {}) {
  const quotas = { RPM: rpmQuota(10_000, 8_000, facts), TPM: null };
  const incident = incidentOf({ alarms: ['HighInvocationRate'], quotas, usage: RPM_REACHED, model });
  const [increase] = increasesOf(incident);
  if (increase === undefined) throw new Error('no increase');
  return { incident, increase };
}

const against = (facts: Partial<QuotaFacts>, model?: Partial<ModelConfig>): NoRequestReason | undefined => {
  const { incident, increase } = needing(facts, model);
  return reasonAgainst(increase, incident);
};

describe('against a request speaks', () => {
  const FAR_BELOW = { current: 200, awsDefault: 10_000, atDeployment: 200 };

  test.each<[string, Partial<QuotaFacts>, Partial<ModelConfig>, NoRequestReason | undefined]>([
    ['nothing as a rule', {}, {}, undefined],
    ['that the setting is off', {}, { automatedQuotaRequest: false }, { why: 'off' }],
    ['that the quota could not be read', { current: undefined }, {}, { why: 'no-value' }],
    ['that it is 0, and so is its default', { current: 0, awsDefault: 0 }, {}, { why: 'no-value' }],
    [
      'nothing where it is 0 and the default is more',
      { ...FAR_BELOW, current: 0, atDeployment: 0 },
      {},
      undefined,
    ],
    ['that AWS does not raise it', { isAdjustable: false }, {}, { why: 'not-adjustable' }],
    ['nothing where AWS does not say whether it does', { isAdjustable: undefined }, {}, undefined],
    [
      'the ceiling',
      { current: 40_000 },
      { quotaCeilingMultiple: 4.5 },
      { why: 'ceiling', wanted: 50_000, ceiling: 45_000 },
    ],
    ['nothing at the ceiling', { current: 32_000 }, { quotaCeilingMultiple: 4 }, undefined],
    [
      'the ceiling from one above it on',
      { current: 32_001 },
      { quotaCeilingMultiple: 4 },
      { why: 'ceiling', wanted: 40_002, ceiling: 40_000 },
    ],
    [
      'that it is not known what it was at deployment, and so how far it may go',
      { atDeployment: undefined, awsDefault: 10_000 },
      {},
      { why: 'unknown-ceiling' },
    ],
    [
      'nothing below the default, of which the ceiling is a multiple then',
      FAR_BELOW,
      { quotaCeilingMultiple: 1.5 },
      undefined,
    ],
    [
      'the ceiling where not even the least above the default is allowed',
      FAR_BELOW,
      { quotaCeilingMultiple: 1 },
      { why: 'ceiling', wanted: 10_001, ceiling: 10_000 },
    ],
    [
      'nothing at a ceiling whose multiple has no exact form',
      { current: 100, atDeployment: 100, increasePercent: 15 },
      { quotaCeilingMultiple: 1.15 },
      undefined,
    ],
  ])('%s', (_case, facts, model, reason) => {
    expect(against({ atDeployment: 10_000, ...facts }, model)).toEqual(reason);
  });

  test('nothing that would let a request through which AWS refuses, or which is beyond the ceiling', () => {
    const value = fc.integer({ min: 0, max: 1_000_000 });
    const known = fc.option(value, { nil: undefined });
    const facts = fc.record({
      current: value,
      awsDefault: known,
      atDeployment: value,
      increasePercent: fc.integer({ min: 1, max: 100 }),
    });
    const multiple = fc.integer({ min: 4, max: 40 }).map((quarters) => quarters / 4);
    let asked = 0;
    fc.assert(
      fc.property(facts, multiple, (quota, quotaCeilingMultiple) => {
        const { incident, increase } = needing(quota, { quotaCeilingMultiple });
        const reason = reasonAgainst(increase, incident);
        const { current, awsDefault = 0, atDeployment } = quota;
        const ceiling = quotaCeilingMultiple * Math.max(atDeployment, awsDefault);
        if (reason?.why === 'ceiling') expect(reason.wanted).toBeGreaterThan(ceiling);
        if (reason !== undefined) return;
        asked += 1;
        expect(increase.requested).toBeGreaterThan(current);
        expect(increase.requested).toBeGreaterThan(awsDefault);
        expect(increase.requested).toBeLessThanOrEqual(ceiling);
      }),
    );
    expect(asked).toBeGreaterThan(10);
  });
});

describe('of the requests that Service Quotas lists', () => {
  const NOW = new Date('2026-03-10T09:15:00Z');
  const PAUSE_MS = PAUSE_DAYS * 24 * 60 * 60 * 1000;
  const ago = (ms: number) => new Date(NOW.getTime() - ms);
  const listed = (over: Partial<ListedRequest>): ListedRequest => ({
    id: 'r1',
    status: 'DENIED',
    desired: 12_500,
    since: ago(60_000),
    displayId: '17',
    ...over,
  });

  test.each(OPEN_STATUSES)('one that is %s is used, however old it is', (status) => {
    const open = listed({ id: 'r2', status, since: ago(10 * PAUSE_MS) });
    expect(standingRequest([listed({}), open], NOW)).toEqual({
      kind: 'open',
      request: { id: 'r2', desired: 12_500, since: open.since, displayId: '17' },
    });
  });

  test.each(ANSWERS)('one that is %s allows none until seven days are over', (status) => {
    const since = ago(PAUSE_MS - 1);
    expect(standingRequest([listed({ status, since })], NOW)).toEqual({
      kind: 'none',
      reason: { why: 'paused', id: 'r1', desired: 12_500, since, status },
      isWorthAnotherTry: false,
    });
    expect(standingRequest([listed({ status, since: ago(PAUSE_MS) })], NOW)).toBeUndefined();
  });

  test('none says nothing', () => {
    expect(standingRequest([], NOW)).toBeUndefined();
  });
});

const made = (quota: 'RPM' | 'TPM', kind: 'made' | 'open' = 'made', desired = 12_500): QuotaRequest => ({
  quota,
  code: quota === 'RPM' ? RPM_CODE : TPM_CODE,
  outcome: { kind, request: { id: 'r1', desired, since: new Date(0), displayId: undefined } },
});
const failed = (quota: 'RPM' | 'TPM', reason: NoRequestReason, isWorthAnotherTry = false): QuotaRequest => ({
  quota,
  code: quota === 'RPM' ? RPM_CODE : TPM_CODE,
  outcome: none(reason, isWorthAnotherTry),
});

const CEILING: NoRequestReason = { why: 'ceiling', wanted: 12_500, ceiling: 10_000 };
const PAUSED: NoRequestReason = { why: 'paused', id: 'r1', desired: 1, since: new Date(0), status: 'DENIED' };
const UNCLEAR: NoRequestReason = { why: 'unclear', error: 'TimeoutError' };
const UNREAD: NoRequestReason = { why: 'unread', error: 'TimeoutError' };

describe('the increases that are asked for', () => {
  const throttled = incidents.everythingFails;
  const asked = (quotaRequests: readonly QuotaRequest[], incident: Incident = throttled) =>
    askedIncreases({ ...incident, quotaRequests }).map(({ quota, requested }) => [quota, requested]);
  const BOTH = [
    ['RPM', 12_500],
    ['TPM', 7_812_500],
  ];

  test.each<[string, readonly QuotaRequest[], readonly unknown[]]>([
    ['are all in a case, where no request was tried', [], BOTH],
    [
      'are all in a case, where none could be made',
      [failed('RPM', { why: 'off' }), failed('TPM', { why: 'too-many-open' })],
      BOTH,
    ],
    ['are not those beyond the ceiling', [failed('RPM', CEILING), failed('TPM', { why: 'off' })], [BOTH[1]]],
    ['are not those of the last seven days', [failed('RPM', PAUSED), failed('TPM', CEILING)], []],
    [
      'are not those of which nobody could read whether a request is open',
      [failed('RPM', UNREAD, true), failed('TPM', { why: 'unknown-ceiling' })],
      [BOTH[1]],
    ],
    ['are not those that were not worth a request', [failed('RPM', { why: 'too-many-open' })], [BOTH[0]]],
    ['are all where the settings rule requests out', [failed('RPM', { why: 'off' })], BOTH],
    [
      'are only those requested, once one is',
      [made('RPM'), failed('TPM', { why: 'not-adjustable' })],
      [BOTH[0]],
    ],
    ['are only those requested, of two that were named', [made('RPM')], [BOTH[0]]],
    ['are what an open request asks for', [made('RPM', 'open', 15_000)], [['RPM', 15_000]]],
  ])('%s', (_case, quotaRequests, increases) => {
    expect(asked(quotaRequests)).toEqual(increases);
  });

  test('are none where more quota is not the answer', () => {
    expect(asked([], incidents.serverErrors)).toEqual([]);
    expect(asked([], incidents.unusualRequests)).toEqual([]);
  });

  test('are requested as soon as one is', () => {
    expect(isRequested({ quotaRequests: [failed('RPM', CEILING), made('TPM', 'open')] })).toBe(true);
    expect(isRequested({ quotaRequests: [failed('RPM', CEILING)] })).toBe(false);
    expect(isRequested({ quotaRequests: [] })).toBe(false);
  });
});

describe('what comes of the requests', () => {
  test.each<[string, readonly QuotaRequest[], boolean, 'requested' | 'again' | 'case']>([
    ['of none', [], false, 'case'],
    ['of one that was made', [made('RPM')], false, 'requested'],
    [
      'of one that was open, beside one that could not be',
      [made('RPM', 'open'), failed('TPM', CEILING)],
      false,
      'requested',
    ],
    ['of one that could not be made', [failed('RPM', { why: 'too-many-open' })], false, 'case'],
    ['of one that is not clear', [failed('RPM', UNCLEAR, true)], false, 'again'],
    [
      'of one that is not clear at the last try, since it may have been made',
      [failed('RPM', UNCLEAR, true)],
      true,
      'again',
    ],
    ['of one that could not be tried', [failed('RPM', UNREAD, true)], false, 'again'],
    ['of one that could not be tried at the last try', [failed('RPM', UNREAD, true)], true, 'case'],
    [
      'of one that was made, beside one that is to be tried again',
      [made('RPM'), failed('TPM', UNREAD, true)],
      false,
      'again',
    ],
    ['of these at the last try', [made('RPM'), failed('TPM', UNREAD, true)], true, 'requested'],
  ])('%s', (_case, quotaRequests, isLastTry, follows) => {
    expect(whatFollows(quotaRequests, isLastTry)).toBe(follows);
  });
});
