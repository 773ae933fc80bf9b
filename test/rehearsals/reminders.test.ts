import { describe, expect, test } from '@jest/globals';
import type { Email } from '../../rehearsal/report';
import { sectionOf } from '../domain/prose';
import { mailsAbout, partOf, topicsOf } from './mails';
import { alarmGoesTo, at, MODEL, QUIET_HISTORY, RPM_CODE, rehearseWell, settingsWith } from './rehearse';

/** Reminders of an incident that goes on: after an hour here, then daily. The reconciler sends for them every five minutes. */

const HOURLY = settingsWith({ reminderHours: 1 });

/** Both go off at 09:10, and Throttles stays. */
const TWO_ALARMS = [alarmGoesTo(10, 'Throttles', 'ALARM'), alarmGoesTo(10, 'ServerErrors', 'ALARM')];

/** An hour after the e-mail, and up to five minutes and half a minute late. */
const FIRST_REMINDER = { emails: 1, subject: ' - still in alarm', between: ['70m', '77m'] };

const reminderOf = (name: string, ...events: readonly object[]) => ({
  name,
  settings: HOURLY,
  events: [...TWO_ALARMS, ...events],
  until: '80m',
  expect: [FIRST_REMINDER],
});

const changesIn = ({ body }: Email): string => sectionOf(body, 'What changed');

/** `Since the last e-mail (…): ` */
const SINCE = /^Since the last e-mail \(2026-03-02 09:1[01] UTC\): /;

describe('a reminder tells what changed', () => {
  test('nothing', async () => {
    const report = await rehearseWell(reminderOf('Nothing changes'));
    expect(partOf(report, 'still in alarm', 'What changed')).toMatch(
      /^Nothing has changed since the last e-mail \(2026-03-02 09:1[01] UTC\)\.$/,
    );
    expect(partOf(report, 'still in alarm', 'What goes on')).toMatch(
      /^CRITICAL on G-Opus-4-6: it began at 2026-03-02 09:10 UTC and has gone on for 1 hour [1-6] minutes?\. - ServerErrors: in ALARM since 2026-03-02 09:10 UTC - Throttles: in ALARM since 2026-03-02 09:10 UTC$/,
    );
  });

  test('one of the alarms is over', async () => {
    const report = await rehearseWell(reminderOf('One is over', alarmGoesTo(30, 'ServerErrors', 'OK')));
    expect(partOf(report, 'still in alarm', 'What changed').replace(SINCE, '')).toBe(
      '- ServerErrors is over.',
    );
    expect(partOf(report, 'still in alarm', 'What goes on')).toContain(
      '- ServerErrors: went to ALARM at 2026-03-02 09:10 UTC; over now',
    );
  });

  test('the case has been resolved', async () => {
    const report = await rehearseWell(reminderOf('The case is resolved', at(30, { resolveCases: 'all' })));
    const [resolved] = report.cases;
    expect(partOf(report, 'still in alarm', 'What changed').replace(SINCE, '')).toBe(
      `- AWS Support case ${resolved?.displayId} has been resolved.`,
    );
    expect(partOf(report, 'still in alarm', 'What to do now')).toContain(
      `AWS Support case ${resolved?.displayId} is resolved, but the incident goes on`,
    );
  });

  test('a quota was raised', async () => {
    const report = await rehearseWell({
      name: 'The quota is raised, and throttling goes on',
      settings: HOURLY,
      models: {
        [MODEL]: { history: { ...QUIET_HISTORY, Invocations: '4000x30 9500x7 4000x7' }, series: {} },
      },
      events: [alarmGoesTo(10, 'Throttles', 'ALARM'), at(30, { setQuota: { [RPM_CODE]: 12500 } })],
      until: '80m',
      expect: [FIRST_REMINDER],
    });
    const [requested] = report.cases;
    expect(partOf(report, 'still in alarm', 'What changed').replace(SINCE, '')).toBe(
      // The e-mail before named the request only: AWS opened its case later.
      `- AWS Support case ${requested?.displayId} is open now. - The RPM quota was raised to 12,500 RPM.`,
    );
    expect(partOf(report, 'still in alarm', 'What to do now')).toContain(
      'More quota (RPM) has not ended it: compare it with the highest usage below.',
    );
  });

  test('an alarm that was over then went off again', async () => {
    const report = await rehearseWell({
      name: 'One comes back',
      settings: HOURLY,
      events: [
        ...TWO_ALARMS,
        alarmGoesTo(12, 'ServerErrors', 'OK'),
        // The last e-mail is the one about this alarm, in which ServerErrors is over.
        alarmGoesTo(15, 'HighLatency', 'ALARM'),
        alarmGoesTo(40, 'ServerErrors', 'ALARM'),
      ],
      until: '85m',
      expect: [{ emails: 1, subject: ' - still in alarm', between: ['75m', '82m'] }],
    });
    expect(partOf(report, 'still in alarm', 'What changed')).toContain('- ServerErrors has gone off again.');
    expect(partOf(report, 'still in alarm', 'What goes on')).toContain(
      '- ServerErrors: in ALARM; went to ALARM 2 times, first at 2026-03-02 09:10 UTC',
    );
  });
});

test('the hours count from the last news', async () => {
  const report = await rehearseWell({
    name: 'Another alarm after half an hour',
    settings: HOURLY,
    events: [alarmGoesTo(10, 'Throttles', 'ALARM'), alarmGoesTo(40, 'ServerErrors', 'ALARM')],
    until: '110m',
    expect: [{ emails: 1, subject: ' - still in alarm', between: ['100m', '107m'] }],
  });
  expect(topicsOf(report)).toEqual(['Quota Request', 'Investigation Request', 'still in alarm']);
});

test('a day after the first reminder the next one comes, and tells what changed since', async () => {
  const report = await rehearseWell({
    name: 'A day',
    settings: HOURLY,
    models: { [MODEL]: { history: QUIET_HISTORY, series: { Invocations: '4000x1560' } } },
    events: [...TWO_ALARMS, alarmGoesTo(30, 'ServerErrors', 'OK'), at(20 * 60, { resolveCases: 'all' })],
    until: '26h',
    expect: [
      { emails: 1, subject: ' - still in alarm', between: ['70m', '77m'] },
      { emails: 1, subject: ' - still in alarm', between: ['25h10m', '25h22m'] },
    ],
  });
  expect(topicsOf(report)).toEqual(['Quota Request', 'still in alarm', 'still in alarm']);
  const [first = '', second = ''] = mailsAbout(report, 'still in alarm').map(changesIn);
  expect(first).toContain('ServerErrors is over.');
  expect(second).toMatch(
    /^Since the last e-mail \(2026-03-02 10:1\d UTC\): - AWS Support case \d+ has been resolved\.$/,
  );
});

describe('no reminder comes', () => {
  test('where reminderHours is 0', async () => {
    const report = await rehearseWell({
      name: 'No reminders',
      settings: settingsWith({ reminderHours: 0 }),
      events: TWO_ALARMS,
      until: '6h',
    });
    expect(topicsOf(report)).toEqual(['Quota Request']);
  });

  test('before four hours have passed, unless the settings say otherwise', async () => {
    const report = await rehearseWell({
      name: 'The default',
      events: TWO_ALARMS,
      until: '260m',
      expect: [{ emails: 1, subject: ' - still in alarm', between: ['250m', '257m'] }],
    });
    expect(topicsOf(report)).toEqual(['Quota Request', 'still in alarm']);
  });

  test('once all is over, though the end is not told yet', async () => {
    const report = await rehearseWell({
      name: 'Over just before the reminder',
      settings: HOURLY,
      events: [...TWO_ALARMS, alarmGoesTo(68, 'ServerErrors', 'OK'), alarmGoesTo(69, 'Throttles', 'OK')],
      until: '150m',
    });
    expect(topicsOf(report)).toEqual(['Quota Request', 'over']);
  });

  test('while the model is muted; after that it does', async () => {
    const report = await rehearseWell({
      name: 'A mute when the reminder is due',
      settings: HOURLY,
      events: [...TWO_ALARMS, at(60, { mute: { model: MODEL, for: '1h' } })],
      until: '130m',
      expect: [
        { emails: 0, subject: ' - still in alarm', between: ['60m', '119m'] },
        { emails: 1, subject: ' - still in alarm', between: ['120m', '126m'] },
      ],
    });
    expect(topicsOf(report)).toEqual(['Quota Request', 'still in alarm']);
  });
});
