import { describe, expect, test } from '@jest/globals';
import { MOST_SUBJECT_CHARACTERS } from '../../aws/sns';
import type { Reminder } from '../../lambda/domain/follow-up';
import { reminderEmail } from '../../lambda/domain/reminder-text';
import { RPM_CODE, TPM_CODE } from './incidents';
import { sectionOf, sectionsOf } from './prose';
import {
  alarm,
  askedRpm,
  askedTpm,
  HIGHEST,
  highest,
  investigation,
  longIdentity,
  quotaCase,
  reminderOf,
} from './standings';

const sectionIn = (title: string, more: Partial<Reminder> = {}): string =>
  sectionOf(reminderEmail(reminderOf(more)).body.text, title);

const lastTold = reminderOf().lastTold;

describe('the reminder', () => {
  test('has its sections in order', () => {
    expect([...sectionsOf(reminderEmail(reminderOf()).body.text).keys()]).toEqual([
      'What goes on',
      'What changed',
      'What to do now',
      'What was done',
      'What comes next',
      'Figures since it began',
      'Links',
    ]);
  });

  test('begins its subject with how bad it is now, and keeps it short at the longest', () => {
    expect(reminderEmail(reminderOf()).subject).toBe('CRITICAL: Acme Bedrock G-Opus-4-6 - still in alarm');
    const alarms = [alarm('Throttles', 'over'), alarm('HighLatency', 'ALARM')];
    expect(reminderEmail(reminderOf({ alarms })).subject).toMatch(/^WARNING: /);
    expect(reminderEmail(reminderOf({ incident: longIdentity })).subject.length).toBeLessThanOrEqual(
      MOST_SUBJECT_CHARACTERS,
    );
  });

  test('that may be a repeat says so in its first line, and only then', () => {
    const firstLine = (mayBeRepeat: boolean) =>
      reminderEmail(reminderOf({ mayBeRepeat })).body.text.split('\n')[0];
    expect(firstLine(true)).toBe('This e-mail may be a repeat: whether it went out before is not known.');
    expect(firstLine(false)).toBe('What goes on');
  });
});

describe('what goes on', () => {
  test('is how long, and which alarms are in ALARM, over, or could not be read', () => {
    const alarms = [
      alarm('Throttles', 'ALARM'),
      alarm('ClientErrors', 'ALARM', 2),
      alarm('HighLatency', 'over', 3),
      alarm('InvocationAnomaly', 'over'),
      alarm('ServerErrors', 'unread'),
    ];
    expect(sectionIn('What goes on', { alarms })).toBe(
      'CRITICAL on G-Opus-4-6: it began at 2026-03-02 09:15 UTC and has gone on for 2 hours 5 minutes. ' +
        '- Throttles: in ALARM since 2026-03-02 09:15 UTC ' +
        '- ClientErrors: in ALARM; went to ALARM 2 times, first at 2026-03-02 09:15 UTC ' +
        '- HighLatency: went to ALARM 3 times, first at 2026-03-02 09:15 UTC; over now ' +
        '- InvocationAnomaly: went to ALARM at 2026-03-02 09:15 UTC; over now ' +
        '- ServerErrors: went to ALARM at 2026-03-02 09:15 UTC; whether it is in ALARM now could not be read',
    );
  });

  test('is as severe as the alarms that are not over', () => {
    const alarms = [
      alarm('Throttles', 'over'),
      alarm('HighLatency', 'ALARM'),
      alarm('LatencyAnomaly', 'unread'),
    ];
    expect(reminderEmail(reminderOf({ alarms })).body.claims).toContainEqual({
      claim: 'severity',
      severity: 'WARNING',
      alarmNames: [
        'Acme-Bedrock-HighLatency-Warning-G-Opus-4-6',
        'Acme-Bedrock-LatencyAnomaly-Warning-G-Opus-4-6',
      ],
    });
  });
});

describe('what changed', () => {
  const NOTHING = 'Nothing has changed since the last e-mail (2026-03-02 09:16 UTC).';
  const SINCE = 'Since the last e-mail (2026-03-02 09:16 UTC):';

  // biome-ignore format: a table reads by its columns.
  test.each<[string, Partial<Reminder>, string]>([
    ['nothing', {}, NOTHING],
    ['an alarm is over', { alarms: [alarm('Throttles', 'over')] }, `${SINCE} - Throttles is over.`],
    ['another has gone off', { alarms: [alarm('Throttles', 'ALARM'), alarm('HighLatency', 'ALARM')] }, `${SINCE} - HighLatency has gone off.`],
    ['another has gone off again', { alarms: [alarm('Throttles', 'ALARM'), alarm('HighLatency', 'ALARM', 2)] }, `${SINCE} - HighLatency has gone off again.`],
    ['one that was over then is over still', { alarms: [alarm('Throttles', 'ALARM'), alarm('HighLatency', 'over')] }, NOTHING],
    ['a case is resolved', { cases: [quotaCase('resolved')] }, `${SINCE} - AWS Support case 12345678901 has been resolved.`],
    ['a case is gone', { cases: [quotaCase('gone')] }, `${SINCE} - AWS Support case 12345678901 is gone.`],
    ['a case is open that was not', { cases: [quotaCase('open'), investigation('open')] }, `${SINCE} - AWS Support case 22345678901 is open now.`],
    ['a quota is raised', { asked: [askedRpm(12_500)] }, `${SINCE} - The RPM quota was raised to 12,500 RPM.`],
    ['a quota is lowered', { asked: [askedRpm(9_000)] }, `${SINCE} - The RPM quota was lowered to 9,000 RPM.`],
    ['a quota that was not known then is raised', { asked: [askedRpm(12_500)], lastTold: { ...lastTold, quotas: { [TPM_CODE]: 1 } } }, NOTHING],
    ['a quota was raised before', { asked: [askedRpm(12_500)], lastTold: { ...lastTold, quotas: { [RPM_CODE]: 12_500 } } }, NOTHING],
  ])('where %s', (_case, more, text) => {
    expect(sectionIn('What changed', more)).toBe(text);
  });

  test.each<[string, Partial<Reminder>]>([
    ['an alarm', { alarms: [alarm('Throttles', 'unread')] }],
    ['a case', { cases: [quotaCase('unread')] }],
    ['a quota', { asked: [askedRpm(undefined)] }],
  ])('is not called nothing where %s could not be read', (_case, more) => {
    expect(sectionIn('What changed', more)).toBe(
      'As far as could be read, nothing has changed since the last e-mail (2026-03-02 09:16 UTC).',
    );
  });
});

describe('what to do now', () => {
  const CREATE = 'https://support.console.aws.amazon.com/support/home#/case/create';
  const ASK =
    '- Ask on AWS Support case 12345678901 how far AWS is. If users are affected, move traffic to another model or Region meanwhile.';

  // biome-ignore format: a table reads by its columns.
  test.each<[string, Partial<Reminder>, string]>([
    ['the case is open', {}, ASK],
    ['two are open', { cases: [quotaCase('open'), investigation('open')] }, ASK.replace('case 12345678901', 'cases 12345678901 and 22345678901')],
    ['the case is resolved', { cases: [quotaCase('resolved')] }, `- AWS Support case 12345678901 is resolved, but the incident goes on: open it again, or open another one by hand: ${CREATE}`],
    ['the case is gone', { cases: [quotaCase('gone')] }, `- AWS does not know case 12345678901 any more, but the incident goes on: open another one by hand: ${CREATE}`],
    ['the case could not be read', { cases: [quotaCase('unread')] }, '- Look at AWS Support case 12345678901 yourself: whether it is open is not known.'],
    ['Service Quotas was asked, and no case is known yet', { cases: [] }, `- Look in Service Quotas how far the request for more quota is, by the links below: AWS usually opens a case for it. If you need AWS for anything else, look for an open case first, then open one by hand: ${CREATE}`],
    ['there is no case', { cases: [], asked: [] }, `- If you need AWS, look for an open case first, then open one by hand: ${CREATE}`],
    ['what Service Quotas was asked is answered', { cases: [], asked: [askedRpm(10_000, true)] }, `- If you need AWS, look for an open case first, then open one by hand: ${CREATE}`],
    ['a request is answered and another is not', { cases: [], asked: [askedRpm(10_000, true), askedTpm(6_250_000)] }, `- Look in Service Quotas how far the request for more quota is, by the links below: AWS usually opens a case for it. If you need AWS for anything else, look for an open case first, then open one by hand: ${CREATE}`],
    ['a quota was raised in vain', { asked: [askedRpm(12_500), askedTpm(6_250_000)] }, `- More quota (RPM) has not ended it: compare it with the highest usage below. If usage stays well under it, look for another cause. ${ASK}`],
  ])('where %s', (_case, more, text) => {
    expect(sectionIn('What to do now', more)).toBe(text);
  });
});

test('the next reminder is announced', () => {
  const nextReminderAt = new Date('2026-03-03T11:20:40Z');
  expect(sectionIn('What comes next', { nextReminderAt })).toBe(
    'The next reminder comes at about 2026-03-03 11:20 UTC, unless it is over before.',
  );
});

describe('what was done', () => {
  // biome-ignore format: a table reads by its columns.
  test.each<[Partial<Reminder>, string]>([
    [{}, '- AWS Support case 12345678901 (Quota Request) is open. - RPM quota: requested 12,500 RPM, when it was 10,000 RPM; now 10,000 RPM, not raised yet'],
    [{ asked: [askedTpm(7_812_500)], cases: [] }, '- TPM quota: requested 7,812,500 TPM, when it was 6,250,000 TPM; now 7,812,500 TPM, as requested'],
    [{ asked: [askedRpm(10_000, true)], cases: [] }, '- RPM quota: requested 12,500 RPM, when it was 10,000 RPM; now 10,000 RPM; AWS has answered the request, and an e-mail told how'],
    [{ asked: [askedRpm(undefined, true)], cases: [] }, '- RPM quota: requested 12,500 RPM, when it was 10,000 RPM; now not known; AWS has answered the request, and an e-mail told how'],
    [{ asked: [askedTpm(7_000_000, true)], cases: [] }, '- TPM quota: requested 7,812,500 TPM, when it was 6,250,000 TPM; now 7,000,000 TPM, less than requested; AWS has answered the request, and an e-mail told how'],
    [{ asked: [askedRpm(12_500, true)], cases: [] }, '- RPM quota: requested 12,500 RPM, when it was 10,000 RPM; now 12,500 RPM, as requested'],
    [{ asked: [askedTpm(7_000_000)], cases: [] }, '- TPM quota: requested 7,812,500 TPM, when it was 6,250,000 TPM; now 7,000,000 TPM, less than requested'],
    [{ asked: [askedTpm(undefined)], cases: [] }, '- TPM quota: requested 7,812,500 TPM, when it was 6,250,000 TPM; now not known'],
    [{ asked: [], cases: [investigation('unread')] }, '- AWS Support case 22345678901 (Investigation Request): whether it is open is not known.'],
    [{ asked: [], cases: [investigation('gone')] }, '- AWS Support case 22345678901 (Investigation Request) is gone: AWS knows no such case.'],
    [{ asked: [], cases: [] }, '- No AWS Support case is known to tell of this incident.'],
  ])('%j', (more, text) => {
    expect(sectionIn('What was done', more)).toBe(text);
  });
});

describe('the highest usage', () => {
  const figures = (of: Reminder['highest']): string => sectionIn('Figures since it began', { highest: of });

  test('is told with its minutes', () => {
    expect(figures(HIGHEST)).toBe(
      '- Highest RPM: 9,500 RPM (2026-03-02 10:02 UTC) - Highest TPM: 5,400,000 TPM (2026-03-02 10:02 UTC)',
    );
  });

  test('is said not to reach back to the beginning where it does not', () => {
    const from = new Date('2026-03-02T09:40:00Z');
    expect(figures({ RPM: highest(9_500, { from }), TPM: HIGHEST.TPM })).toContain(
      '9,500 RPM (2026-03-02 10:02 UTC); measured from 2026-03-02 09:40 UTC on - Highest TPM: 5,400,000 TPM (2026-03-02 10:02 UTC)',
    );
  });

  test('of nothing, of zeros and unread is told in words', () => {
    expect(figures({ RPM: highest(0), TPM: undefined })).toBe(
      '- Highest RPM: no usage counted - Highest TPM: no data',
    );
    expect(figures(undefined)).toBe('- Highest usage: could not be read');
  });

  test('of nothing claims that there is no data since the beginning', () => {
    const { claims } = reminderEmail(reminderOf({ highest: { RPM: undefined, TPM: undefined } })).body;
    const within = { from: '2026-03-02T09:15:20.000Z', to: '2026-03-02T11:20:40.000Z' };
    expect(claims).toContainEqual({ claim: 'noDataWithin', metrics: ['Invocations'], ...within });
    expect(claims).toContainEqual({ claim: 'noDataWithin', metrics: ['EstimatedTPMQuotaUsage'], ...within });
  });
});

test('the links lead to the cases, the alarms and the quotas', () => {
  const region = 'https://us-east-1.console.aws.amazon.com';
  expect(sectionIn('Links')).toBe(
    [
      '- Case 12345678901: https://support.console.aws.amazon.com/support/home#/case/?displayId=12345678901&language=en',
      `- All alarms: ${region}/cloudwatch/home?region=us-east-1#alarmsV2:alarm/Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6`,
      `- Throttles: ${region}/cloudwatch/home?region=us-east-1#alarmsV2:alarm/Acme-Bedrock-Throttles-Critical-G-Opus-4-6`,
      `- RPM quota: ${region}/servicequotas/home/services/bedrock/quotas/L-A52F3C5A?region=us-east-1 Model id: global.anthropic.claude-opus-4-6-v1`,
      'Account 111122223333, Region us-east-1 Incident reference: 3f9a27c1e5b0',
    ].join(' '),
  );
});
