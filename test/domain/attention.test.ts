import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { AlarmNow } from '../../lambda/contract/alarms-now';
import type { LedgerIncident, LedgerRecord, ToldAlarm, Transition } from '../../lambda/contract/ledger';
import {
  asCloudWatchHasIt,
  beginningOf,
  dueNow,
  type ModelAlarms,
  newsOf,
  overSince,
  toldWith,
} from '../../lambda/domain/attention';
import { NOTHING_YET } from './ledger-records';

/** An instant of the morning of 2 March. */
const at = (time: string): Date => new Date(`2026-03-02T${time}Z`);
const NOW = at('09:06:40');
const HOLD_MS = 10 * 60_000;

const gone = (alarm: string, time: string): Transition => ({ alarm, at: at(time) });
const THROTTLES = gone('Throttles', '09:06:00');
const LATENCY = gone('HighLatency', '09:06:20');

/** Told at 09:06, when it went off for the only time. */
const toldOnce = (time = '09:06:00'): ToldAlarm => ({ since: at(time), last: at(time), times: 1 });

const incidentWith = (more: Partial<LedgerIncident> = {}): LedgerIncident => ({
  reference: '3f9a27c1e5b0',
  openedAt: at('09:06:00'),
  ...NOTHING_YET,
  ...more,
});

const recordOf = (incident: LedgerIncident, more: Partial<LedgerRecord> = {}): LedgerRecord => ({
  model: 'G-Opus-4-6',
  incident,
  claimed: { Throttles: at('09:06:00') },
  claimedBy: {},
  requests: {},
  okAt: undefined,
  caseMailed: undefined,
  cases: {},
  awaiting: {},
  lease: undefined,
  ...more,
});

const alarmNow = (name: string, state: string, more: Partial<AlarmNow> = {}): AlarmNow => ({
  name,
  state,
  since: at('09:06:00'),
  isMuted: false,
  ...more,
});

/** The children in ALARM, those of `muted` muted; a muted `composite` is muted as well. */
function modelAlarms(inAlarm: readonly string[], muted: readonly string[] = []): ModelAlarms {
  const isMuted = (name: string) => ({ isMuted: muted.includes(name) });
  const child = (name: string) =>
    [name, alarmNow(name, inAlarm.includes(name) ? 'ALARM' : 'OK', isMuted(name))] as const;
  return {
    composite: alarmNow('composite', inAlarm.length > 0 ? 'ALARM' : 'OK', isMuted('composite')),
    children: new Map(['Throttles', 'HighLatency', 'ServerErrors'].map(child)),
  };
}

const burning = modelAlarms(['Throttles']);
const quiet = modelAlarms([]);
const okSince = (time: string | undefined): ModelAlarms => ({
  ...quiet,
  composite: alarmNow('composite', 'OK', { since: time === undefined ? undefined : at(time) }),
});
const GONE: ModelAlarms = { composite: undefined, children: new Map() };

interface Situation {
  readonly incident?: Partial<LedgerIncident>;
  readonly record?: Partial<LedgerRecord>;
  readonly alarms: ModelAlarms | undefined;
  readonly now?: Date;
  readonly holdMs?: number;
}

const dueIn = ({ incident = {}, record = {}, alarms, now = NOW, holdMs = HOLD_MS }: Situation) => {
  const open = incidentWith(incident);
  return dueNow(recordOf(open, record), open, alarms, { now, holdMs });
};

const TOLD = { told: { Throttles: toldOnce() } };
const OVER = { okAt: at('09:20:00') };

describe('what is due', () => {
  test.each<[string, Situation, ReturnType<typeof dueNow>]>([
    [
      'news, once it is gathered',
      { incident: { untold: [THROTTLES], tellAt: at('09:06:40') }, alarms: burning },
      { kind: 'tell', news: [THROTTLES] },
    ],
    [
      'nothing but to gather, a moment before',
      { incident: { untold: [THROTTLES], tellAt: at('09:06:40.001') }, alarms: burning },
      { kind: 'gather' },
    ],
    [
      'news that nobody gathers any more',
      { incident: { untold: [THROTTLES] }, alarms: burning },
      { kind: 'tell', news: [THROTTLES] },
    ],
    [
      'news that is over by now',
      { incident: { untold: [THROTTLES] }, record: OVER, alarms: quiet },
      { kind: 'tell', news: [THROTTLES] },
    ],
    [
      'a second alarm, and only that',
      { incident: { ...TOLD, untold: [LATENCY] }, alarms: modelAlarms(['Throttles', 'HighLatency']) },
      { kind: 'tell', news: [LATENCY] },
    ],
    [
      'news, though CloudWatch cannot be asked',
      { incident: { untold: [THROTTLES] }, alarms: undefined },
      { kind: 'tell', news: [THROTTLES] },
    ],
    [
      'nothing of a muted child',
      { incident: { untold: [THROTTLES] }, alarms: modelAlarms(['Throttles'], ['Throttles']) },
      { kind: 'nothing' },
    ],
    [
      'the other child, where one is muted',
      {
        incident: { untold: [THROTTLES, LATENCY] },
        alarms: modelAlarms(['Throttles', 'HighLatency'], ['Throttles']),
      },
      { kind: 'tell', news: [LATENCY] },
    ],
    [
      'nothing of a model whose composite is muted',
      { incident: { untold: [THROTTLES] }, alarms: modelAlarms(['Throttles'], ['composite']) },
      { kind: 'nothing' },
    ],
    [
      'the end of an incident that was muted all the time',
      {
        incident: { untold: [THROTTLES] },
        record: OVER,
        alarms: modelAlarms([], ['composite']),
        now: at('09:30:00'),
      },
      { kind: 'recover', overAt: at('09:20:00') },
    ],
    ['nothing while a told alarm burns', { incident: TOLD, alarms: burning }, { kind: 'nothing' }],
    [
      'nothing of an alarm that flaps',
      {
        incident: { ...TOLD, untold: [gone('Throttles', '10:06:00')] },
        alarms: burning,
        now: at('10:06:40'),
      },
      { kind: 'nothing' },
    ],
    [
      'an alarm that goes off again more than an hour after it last did',
      {
        incident: { ...TOLD, untold: [gone('Throttles', '10:06:00.001')] },
        alarms: burning,
        now: at('10:06:40'),
      },
      { kind: 'tell', news: [gone('Throttles', '10:06:00.001')] },
    ],
    [
      'a reminder',
      { incident: { ...TOLD, remindAt: at('13:06:00') }, alarms: burning, now: at('13:06:00') },
      { kind: 'remind' },
    ],
    [
      'no reminder before its time',
      { incident: { ...TOLD, remindAt: at('13:06:00') }, alarms: burning, now: at('13:05:59') },
      { kind: 'nothing' },
    ],
    [
      'no reminder of alarms that were never told',
      {
        incident: { ...TOLD, remindAt: at('13:06:00') },
        alarms: modelAlarms(['HighLatency']),
        now: at('13:06:00'),
      },
      { kind: 'nothing' },
    ],
    [
      'no reminder of a muted alarm',
      {
        incident: { ...TOLD, remindAt: at('13:06:00') },
        alarms: modelAlarms(['Throttles'], ['Throttles']),
        now: at('13:06:00'),
      },
      { kind: 'nothing' },
    ],
    [
      'no reminder of a muted model',
      {
        incident: { ...TOLD, remindAt: at('13:06:00') },
        alarms: modelAlarms(['Throttles'], ['composite']),
        now: at('13:06:00'),
      },
      { kind: 'nothing' },
    ],
    [
      'to hold until the hold time is over',
      { incident: TOLD, record: OVER, alarms: quiet, now: at('09:29:59.999') },
      { kind: 'hold', overAt: at('09:20:00'), recoverAt: at('09:30:00') },
    ],
    [
      'recovery, when it is',
      { incident: TOLD, record: OVER, alarms: quiet, now: at('09:30:00') },
      { kind: 'recover', overAt: at('09:20:00') },
    ],
    [
      'recovery at once where nothing is held',
      { incident: TOLD, record: OVER, alarms: quiet, now: at('09:20:00'), holdMs: 0 },
      { kind: 'recover', overAt: at('09:20:00') },
    ],
    [
      'to hold since the OK that CloudWatch has, where no message of it has come',
      { incident: TOLD, alarms: okSince('09:19:00'), now: at('09:20:00') },
      { kind: 'hold', overAt: at('09:19:00'), recoverAt: at('09:29:00') },
    ],
    [
      'to hold since then, too, where the message of an OK before the last alarm has come',
      {
        incident: TOLD,
        record: { ...OVER, claimed: { Throttles: at('09:25:00') } },
        alarms: okSince('09:26:00'),
        now: at('09:27:00'),
      },
      { kind: 'hold', overAt: at('09:26:00'), recoverAt: at('09:36:00') },
    ],
    [
      'to hold from now on where CloudWatch says no time either',
      { incident: TOLD, alarms: okSince(undefined), now: at('09:20:00') },
      { kind: 'hold', overAt: at('09:20:00'), recoverAt: at('09:30:00') },
    ],
    [
      'to hold from now on where the composite is not OK, though no child is in ALARM',
      {
        incident: TOLD,
        alarms: { ...quiet, composite: alarmNow('composite', 'ALARM') },
        now: at('09:20:00'),
      },
      { kind: 'hold', overAt: at('09:20:00'), recoverAt: at('09:30:00') },
    ],
    [
      'nothing where the end cannot be seen, since CloudWatch cannot be asked',
      { incident: TOLD, record: OVER, alarms: undefined, now: at('09:30:00') },
      { kind: 'nothing' },
    ],
    [
      'nothing after the OK where a child is in ALARM all the same',
      { incident: TOLD, record: OVER, alarms: burning, now: at('09:30:00') },
      { kind: 'nothing' },
    ],
    [
      'to close what nobody monitors',
      { incident: { untold: [THROTTLES] }, alarms: GONE },
      { kind: 'unmonitored' },
    ],
    [
      'no closing while a child is left',
      { incident: TOLD, alarms: { ...burning, composite: undefined } },
      { kind: 'nothing' },
    ],
  ])('is %s', (_case, situation, due) => {
    expect(dueIn(situation)).toEqual(due);
  });
});

test.each([
  ['no OK is known', undefined, { Throttles: at('09:06:00') }, undefined],
  [
    'the OK came last',
    at('09:20:00'),
    { Throttles: at('09:06:00'), HighLatency: at('09:19:59.999') },
    at('09:20:00'),
  ],
  ['an alarm went off with it', at('09:20:00'), { Throttles: at('09:20:00') }, at('09:20:00')],
  [
    'one of two alarms went off after it',
    at('09:20:00'),
    { Throttles: at('09:06:00'), HighLatency: at('09:21:00') },
    undefined,
  ],
  ['no alarm is known', at('09:20:00'), {}, at('09:20:00')],
])('since when it is over, when %s', (_case, okAt, claimed: Record<string, Date>, since) => {
  expect(overSince({ okAt, claimed })).toEqual(since);
});

test.each([
  ['nothing else is known', {}, '09:06:00'],
  ['an earlier alarm came later', { untold: [THROTTLES, gone('ServerErrors', '09:05:30')] }, '09:05:30'],
  [
    'an earlier one was told',
    { told: { ServerErrors: toldOnce('09:04:00') }, untold: [LATENCY] },
    '09:04:00',
  ],
])('an incident began, when %s', (_case, more: Partial<LedgerIncident>, began) => {
  expect(beginningOf(incidentWith(more))).toEqual(at(began));
});

describe('what was told', () => {
  test('of an alarm is its first and last change to ALARM, and how many there were', () => {
    const incident = incidentWith({
      told: { Throttles: { since: at('09:06:00'), last: at('09:30:00'), times: 3 } },
    });
    expect(
      toldWith(incident, [gone('Throttles', '10:00:00'), gone('Throttles', '09:01:00'), LATENCY]),
    ).toEqual({
      Throttles: { since: at('09:01:00'), last: at('10:00:00'), times: 5 },
      HighLatency: { since: LATENCY.at, last: LATENCY.at, times: 1 },
    });
  });

  test('stays as it was where nothing is told', () => {
    expect(toldWith(incidentWith(TOLD), [])).toEqual(TOLD.told);
  });
});

describe('the instant that CloudWatch has', () => {
  const seen = (state: string, since: string | undefined): ModelAlarms => ({
    composite: undefined,
    children: new Map([
      ['Throttles', alarmNow('x', state, { since: since === undefined ? undefined : at(since) })],
    ]),
  });

  test.each<[string, ModelAlarms | undefined, string]>([
    ['2 seconds before', seen('ALARM', '09:05:58'), '09:05:58'],
    ['a minute after', seen('ALARM', '09:07:00'), '09:07:00'],
    ['more than a minute after, of another transition', seen('ALARM', '09:07:00.001'), '09:06:00'],
    ['of the end of the alarm', seen('OK', '09:06:30'), '09:06:00'],
    ['which it does not tell', seen('ALARM', undefined), '09:06:00'],
    ['of another alarm', quietButLatency(), '09:06:00'],
    ['that cannot be asked', undefined, '09:06:00'],
  ])('%s', (_case, alarms, instant) => {
    expect(asCloudWatchHasIt(THROTTLES, alarms)).toEqual({ alarm: 'Throttles', at: at(instant) });
  });
});

function quietButLatency(): ModelAlarms {
  return {
    composite: undefined,
    children: new Map([['HighLatency', alarmNow('x', 'ALARM', { since: at('09:05:59') })]]),
  };
}

describe('the order in which messages come never matters', () => {
  const names = ['Throttles', 'HighLatency', 'ServerErrors'];
  const transition = fc
    .record({ alarm: fc.constantFrom(...names), minute: fc.integer({ min: 0, max: 180 }) })
    .map(
      ({ alarm, minute }): Transition => ({
        alarm,
        at: new Date(at('08:00:00').getTime() + minute * 60_000),
      }),
    );
  /** Some transitions, and the same in another order. */
  const orders = fc
    .uniqueArray(transition, {
      maxLength: 8,
      selector: ({ alarm, at: instant }) => `${alarm} ${instant.getTime()}`,
    })
    .chain((untold) =>
      fc.tuple(fc.constant(untold), fc.shuffledSubarray(untold, { minLength: untold.length })),
    );
  const told = fc.dictionary(
    fc.constantFrom(...names),
    fc.integer({ min: 0, max: 120 }).map(() => toldOnce()),
  );
  const alarms = fc
    .tuple(fc.subarray(names), fc.subarray([...names, 'composite']))
    .map(([inAlarm, muted]) => modelAlarms(inAlarm, muted));
  const inOrder = (transitions: readonly Transition[]) =>
    [...transitions].sort((a, b) => (a.alarm < b.alarm ? -1 : 1));

  test('to what is due', () => {
    fc.assert(
      fc.property(orders, told, fc.option(alarms, { nil: undefined }), ([one, other], before, states) => {
        const [first, second] = [one, other].map((untold) =>
          dueIn({ incident: { untold, told: before }, record: OVER, alarms: states, now: at('11:00:00') }),
        );
        expect(second?.kind).toBe(first?.kind);
        if (first?.kind === 'tell' && second?.kind === 'tell')
          expect(inOrder(second.news)).toEqual(inOrder(first.news));
      }),
    );
  });

  test('to what was told', () => {
    fc.assert(
      fc.property(orders, told, ([one, other], before) => {
        const incident = incidentWith({ told: before });
        expect(toldWith(incident, other)).toEqual(toldWith(incident, one));
      }),
    );
  });

  test('to when the incident began', () => {
    fc.assert(
      fc.property(orders, told, ([one, other], before) => {
        const [first, second] = [one, other].map((untold) =>
          beginningOf(incidentWith({ untold, told: before })),
        );
        expect(second).toEqual(first);
      }),
    );
  });

  test('and each alarm is news once at most, with its first untold change', () => {
    fc.assert(
      fc.property(orders, told, ([untold], before) => {
        const news = newsOf(incidentWith({ untold, told: before }));
        expect(new Set(news.map(({ alarm }) => alarm)).size).toBe(news.length);
        for (const { alarm, at: first } of news)
          for (const other of untold) if (other.alarm === alarm) expect(first <= other.at).toBe(true);
      }),
    );
  });
});
