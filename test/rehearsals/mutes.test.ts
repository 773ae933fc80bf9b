import { describe, expect, test } from '@jest/globals';
import { closingsOf, partOf, topicsOf } from './mails';
import { newsOfEmail } from './news';
import { alarmGoesTo, at, MODEL, rehearseWell, settingsWith } from './rehearse';

/** Whoever mutes an alarm wants to hear nothing of it, however it arrives, until the mute ends and it still burns. */

const PREFIX = 'AcmeCorp-Bedrock';
const THROTTLES = `${PREFIX}-Throttles-Critical-${MODEL}`;
const COMPOSITE = `${PREFIX}-QuotaHealth-Composite-${MODEL}`;

/** From 09:05 to 09:35. */
const byRule = (alarm?: string) => [
  at(5, { mute: { model: MODEL, for: '30m', ...(alarm === undefined ? {} : { alarm }) } }),
];

const byActions = (name: string) => [
  at(5, { call: 'cloudwatch.DisableAlarmActions', with: { AlarmNames: [name] } }),
  at(35, { call: 'cloudwatch.EnableAlarmActions', with: { AlarmNames: [name] } }),
];

const MUTES: readonly (readonly [what: string, events: readonly object[]])[] = [
  ['the whole model is muted by a rule', byRule()],
  ['the composite is muted by a rule', byRule('QuotaHealth')],
  ['the alarm is muted by a rule', byRule('Throttles')],
  ['the actions of the composite are disabled', byActions(COMPOSITE)],
  ['the actions of the alarm are disabled', byActions(THROTTLES)],
];

describe.each(MUTES)('while %s', (_, mute) => {
  test('nobody is told of the alarm, and no case is opened; it is told once the mute has ended and it still burns', async () => {
    const report = await rehearseWell({
      name: 'A mute that the alarm outlives',
      events: [...mute, alarmGoesTo(10, 'Throttles', 'ALARM')],
      until: '60m',
      expect: [
        { emails: 0, between: ['0', '34m'] },
        { case: 'Quota Request', count: 0, between: ['0', '34m'] },
        { emails: 1, severity: 'CRITICAL', between: ['35m', '41m'] },
        { case: 'Quota Request', count: 1, between: ['35m', '41m'] },
        { emails: 1 },
      ],
    });
    expect(partOf(report, 'Quota Request', 'What happened')).toContain(
      '- Throttles: in ALARM since 2026-03-02 09:10 UTC',
    );
    expect(report.incidents).toHaveLength(1);
  });

  test('nobody ever hears of an alarm that is over before the mute ends', async () => {
    const report = await rehearseWell({
      name: 'A mute that outlives the alarm',
      events: [...mute, alarmGoesTo(10, 'Throttles', 'ALARM'), alarmGoesTo(15, 'Throttles', 'OK')],
      until: '75m',
      expect: [{ emails: 0 }],
    });
    expect(report.cases).toEqual([]);
  });

  test('nobody hears of an alarm that flaps', async () => {
    const report = await rehearseWell({
      name: 'Flapping under a mute',
      events: [
        ...mute,
        ...[8, 12, 16].flatMap((minute) => [
          alarmGoesTo(minute, 'Throttles', 'ALARM'),
          alarmGoesTo(minute + 2, 'Throttles', 'OK'),
        ]),
      ],
      until: '60m',
      expect: [{ emails: 0 }],
    });
    expect(report.cases).toEqual([]);
  });
});

test('an alarm that flapped under a mute and burns when it ends is told since it went off last', async () => {
  const report = await rehearseWell({
    name: 'Flapping, then burning under a mute',
    events: [
      ...byRule(),
      alarmGoesTo(10, 'Throttles', 'ALARM'),
      alarmGoesTo(12, 'Throttles', 'OK'),
      alarmGoesTo(20, 'Throttles', 'ALARM'),
    ],
    until: '45m',
  });
  expect(topicsOf(report)).toEqual(['Quota Request']);
  expect(partOf(report, 'Quota Request', 'What happened')).toContain(
    '- Throttles: in ALARM since 2026-03-02 09:20 UTC',
  );
});

describe('an alarm that is over when the mute ends, while its incident waits for its end', () => {
  test.each(MUTES)('nobody hears of it: %s', async (_, mute) => {
    const report = await rehearseWell({
      name: 'Over just before the mute ends',
      events: [...mute, alarmGoesTo(10, 'Throttles', 'ALARM'), alarmGoesTo(29, 'Throttles', 'OK')],
      until: '60m',
    });
    expect(report.emails).toEqual([]);
    expect(report.cases).toEqual([]);
  });
});

describe('another alarm of the model', () => {
  test.each([
    ['a rule mutes', byRule('Throttles')],
    ['actions are disabled of', byActions(THROTTLES)],
  ])('is told at once while %s the first one, and the first one when its mute has ended', async (_, mute) => {
    const report = await rehearseWell({
      name: 'One of two is muted',
      events: [
        ...mute,
        alarmGoesTo(10, 'Throttles', 'ALARM'),
        // The composite is in ALARM already, so only the alarm's own event tells of it.
        alarmGoesTo(15, 'ServerErrors', 'ALARM'),
      ],
      until: '60m',
      expect: [
        { emails: 1, severity: 'CRITICAL', between: ['15m', '17m'] },
        { emails: 1, severity: 'CRITICAL', between: ['35m', '41m'] },
      ],
    });
    expect(report.emails.map(({ body }) => newsOfEmail(body))).toEqual([['ServerErrors'], ['Throttles']]);
    expect(topicsOf(report)).toEqual(['Investigation Request', 'Quota Request']);
    expect(report.incidents).toHaveLength(1);
  });

  test('is told alone when both go off at once', async () => {
    const report = await rehearseWell({
      name: 'Both at once, one of them muted',
      events: [
        ...byRule('Throttles'),
        alarmGoesTo(10, 'Throttles', 'ALARM'),
        alarmGoesTo(10, 'ServerErrors', 'ALARM'),
      ],
      until: '30m',
    });
    expect(report.emails.map(({ body }) => newsOfEmail(body))).toEqual([['ServerErrors']]);
    expect(report.cases.map(({ category }) => category)).toEqual(['Investigation Request']);
    expect(report.emails[0]?.body).not.toContain('Throttles');
  });
});

describe('a mute that begins after the alarm was told', () => {
  const told = alarmGoesTo(10, 'Throttles', 'ALARM');

  test.each([
    ['a rule for the model', [at(15, { mute: { model: MODEL, for: '2h' } })]],
    ['a rule for the composite', [at(15, { mute: { model: MODEL, alarm: 'QuotaHealth', for: '2h' } })]],
    [
      'disabled actions of the composite',
      [at(15, { call: 'cloudwatch.DisableAlarmActions', with: { AlarmNames: [COMPOSITE] } })],
    ],
  ])('by %s keeps everybody from hearing of the end', async (_, mute) => {
    const report = await rehearseWell({
      name: 'Muted when it ends',
      events: [told, ...mute, alarmGoesTo(20, 'Throttles', 'OK')],
      until: '150m',
    });
    expect(topicsOf(report)).toEqual(['Quota Request']);
    expect(report.cases.flatMap(closingsOf)).toEqual([]);
    expect(report.incidents.map(({ closedAt }) => closedAt)).toEqual(['2026-03-02T09:20:00Z']);
  });

  test('by a rule for the model that has ended by then does not', async () => {
    const report = await rehearseWell({
      name: 'A short mute',
      events: [told, at(15, { mute: { model: MODEL, for: '10m' } }), alarmGoesTo(40, 'Throttles', 'OK')],
      until: '60m',
    });
    expect(topicsOf(report)).toEqual(['Quota Request', 'over']);
  });

  test('keeps reminders back', async () => {
    const report = await rehearseWell({
      name: 'Muted when a reminder is due',
      settings: settingsWith({ reminderHours: 1 }),
      events: [told, at(15, { mute: { model: MODEL, for: '2h' } })],
      until: '130m',
    });
    expect(topicsOf(report)).toEqual(['Quota Request']);
  });

  test('keeps another alarm from being told until it ends', async () => {
    const report = await rehearseWell({
      name: 'Another alarm under the mute',
      events: [
        told,
        at(15, { mute: { model: MODEL, for: '30m' } }),
        alarmGoesTo(20, 'ServerErrors', 'ALARM'),
      ],
      until: '60m',
      expect: [{ emails: 1, severity: 'CRITICAL', between: ['45m', '51m'] }],
    });
    expect(report.emails.map(({ body }) => newsOfEmail(body))).toEqual([['Throttles'], ['ServerErrors']]);
  });
});
