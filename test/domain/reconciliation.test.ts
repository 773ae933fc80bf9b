import { describe, expect, test } from '@jest/globals';
import type { AlarmNow } from '../../lambda/contract/alarms-now';
import type { LedgerIncident, LedgerRecord } from '../../lambda/contract/ledger';
import { type Finding, findingOf, isPutRight, isUnheard } from '../../lambda/domain/reconciliation';
import { NOTHING_YET } from './ledger-records';

/** An instant of the morning of 2 March. */
const at = (time: string): Date => new Date(`2026-03-02T${time}Z`);
const NOW = at('10:00:00');
const FIVE_MINUTES_AGO = at('09:55:00');
const OLDER = at('09:54:59');
const UNTOLD = { untold: [{ alarm: 'Throttles', at: at('09:06:00') }] };

const composite = (state: string, since: Date | undefined = at('09:06:00')): AlarmNow => ({
  name: 'Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6',
  state,
  since,
  isMuted: false,
});
const BURNING = composite('ALARM');
const OVER = { okAt: at('09:20:00') };

interface Situation {
  readonly incident?: Partial<LedgerIncident>;
  readonly record?: Partial<LedgerRecord>;
  readonly composite?: AlarmNow | undefined;
}

function findingIn(situation: Situation): Finding | undefined {
  const incident: LedgerIncident = {
    reference: '3f9a27c1e5b0',
    openedAt: at('09:06:00'),
    ...NOTHING_YET,
    tellings: 1,
    ...situation.incident,
  };
  const record: LedgerRecord = {
    model: 'G-Opus-4-6',
    incident,
    claimed: { Throttles: at('09:06:00') },
    requests: {},
    claimedBy: {},
    okAt: undefined,
    caseMailed: undefined,
    cases: {},
    awaiting: {},
    lease: undefined,
    ...situation.record,
  };
  return findingOf(record, incident, 'composite' in situation ? situation.composite : BURNING, NOW);
}

const lease = (until: Date) => ({ lease: { until, by: 'run' } });

describe('a model is looked at', () => {
  test.each<[Finding, string, Situation]>([
    ['unmonitored', 'whose composite is gone', { composite: undefined }],
    ['unfinished', 'that a run never gave back', { record: lease(at('09:59:59')) }],
    ['untold', 'of which something should have been told by now', { incident: { ...UNTOLD, tellAt: OLDER } }],
    ['untold', 'of which nobody sent for the telling', { incident: { ...UNTOLD, openedAt: OLDER } }],
    [
      'muted',
      'of which something is untold because it was muted',
      { incident: { ...UNTOLD, tellAt: OLDER, mutedAt: at('09:50:00') } },
    ],
    ['ok-missed', 'that is OK without a message of it', { composite: composite('OK', OLDER) }],
    [
      'ok-missed',
      'of which nothing is measured any more',
      { composite: composite('INSUFFICIENT_DATA', OLDER) },
    ],
    [
      'ok-missed',
      'that is OK, and the last message of it is older than the last alarm',
      { composite: composite('OK', OLDER), record: { okAt: at('09:00:00') } },
    ],
    [
      'alarm-missed',
      'that went to ALARM again without a message of it',
      { composite: composite('ALARM', OLDER), record: OVER },
    ],
    [
      'recovery-missed',
      'whose end should have been told by now',
      {
        composite: composite('OK', at('09:44:59')),
        record: { okAt: at('09:44:59') },
        incident: { recoverAt: OLDER },
      },
    ],
    [
      'recovery-due',
      'whose end is too far from its OK for a delayed message',
      { composite: composite('OK', at('09:20:00')), record: OVER, incident: { recoverAt: at('10:00:00') } },
    ],
    ['reminder-due', 'of which people are to be reminded', { incident: { remindAt: at('10:00:00') } }],
  ])('(%s) %s', (finding, _case, situation) => {
    expect(findingIn(situation)).toBe(finding);
  });
});

describe('a model is left alone', () => {
  test.each<[string, Situation]>([
    ['that burns and was told', {}],
    ['that a run has', { record: lease(NOW) }],
    ['that a run has, whatever is the matter', { record: lease(at('10:01:00')), composite: undefined }],
    ['of which news may still be on its way', { incident: { ...UNTOLD, tellAt: FIVE_MINUTES_AGO } }],
    ['that is just being gathered', { incident: { ...UNTOLD, openedAt: OLDER, tellAt: at('10:00:20') } }],
    ['whose OK may still be on its way', { composite: composite('OK', FIVE_MINUTES_AGO) }],
    [
      'whose ALARM may still be on its way',
      { composite: composite('ALARM', FIVE_MINUTES_AGO), record: OVER },
    ],
    ['that went to ALARM before it was OK', { composite: composite('ALARM', at('09:19:59')), record: OVER }],
    ['of whose change CloudWatch says no time', { composite: { ...composite('OK'), since: undefined } }],
    [
      'whose end may still be on its way',
      {
        composite: composite('OK', at('09:45:00')),
        record: { okAt: at('09:45:00') },
        incident: { recoverAt: FIVE_MINUTES_AGO },
      },
    ],
    [
      'whose hold time runs',
      { composite: composite('OK', at('09:20:00')), record: OVER, incident: { recoverAt: at('10:00:01') } },
    ],
    ['of which people are reminded later', { incident: { remindAt: at('10:00:01') } }],
    [
      'of whose end people hear soon instead of a reminder',
      {
        composite: composite('OK', at('09:20:00')),
        record: OVER,
        incident: { recoverAt: at('10:10:00'), remindAt: at('09:30:00') },
      },
    ],
  ])('%s', (_case, situation) => {
    expect(findingIn(situation)).toBeUndefined();
  });
});

test('all findings but what is due by itself are put right', () => {
  const findings: readonly Finding[] = [
    'unmonitored',
    'unfinished',
    'untold',
    'muted',
    'ok-missed',
    'alarm-missed',
    'recovery-missed',
    'recovery-due',
    'reminder-due',
  ];
  expect(findings.filter((finding) => !isPutRight(finding))).toEqual([
    'muted',
    'recovery-due',
    'reminder-due',
  ]);
});

describe('a child', () => {
  const claimed = { Throttles: at('09:06:00') };
  const child = (since: string, state = 'ALARM') => ({
    name: 'child',
    state,
    since: at(since),
    isMuted: false,
  });
  const running = { until: at('09:51:00'), by: 'a message' };

  // biome-ignore format: a table reads by its columns.
  test.each<[string, string, AlarmNow | undefined, LedgerRecord['lease'], boolean]>([
    ['in ALARM of which no message came', 'HighLatency', child('09:20:00'), undefined, true],
    ['that went to ALARM again unheard', 'Throttles', child('09:20:00'), undefined, true],
    ['that was claimed', 'Throttles', child('09:06:02'), undefined, false],
    ['that went to ALARM less than five minutes ago', 'HighLatency', child('09:46:00'), undefined, false],
    ['that is OK', 'HighLatency', child('09:20:00', 'OK'), undefined, false],
    ['that does not exist', 'HighLatency', undefined, undefined, false],
    ['of a model that a run is at work on', 'HighLatency', child('09:20:00'), running, false],
  ])('%s', (_case, alarm, now, lease, unheard) => {
    const record = { claimed, lease };
    expect(isUnheard(record, alarm, now, at('09:50:00'))).toBe(unheard);
  });
});
