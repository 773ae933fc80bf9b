import { describe, expect, test } from '@jest/globals';
import { flowing } from '../domain/prose';
import { closingsOf, mailsAbout, topicsOf } from './mails';
import { alarmGoesTo, at, caseText, emailText, MODEL, rehearseWell, settingsWith } from './rehearse';

/** Two incidents, of which the first is over, and told to be, at 09:18. */
const twice = (first: string, second: string) => ({
  events: [alarmGoesTo(5, first, 'ALARM'), alarmGoesTo(8, first, 'OK'), alarmGoesTo(20, second, 'ALARM')],
  until: '23m',
});

/** One incident that has been told when the play ends. */
const once = (alarm: string) => ({ events: [alarmGoesTo(10, alarm, 'ALARM')], until: '13m' });

const OUR_SUBJECT = `AcmeCorp - Bedrock Ops Alert - ${MODEL} - Quota Request - us-east-1`;

describe('one case per model and category', () => {
  test('a second incident of the same category is added to the open case', async () => {
    const report = await rehearseWell({ name: 'Twice', ...twice('Throttles', 'ClientErrors') });
    expect(topicsOf(report)).toEqual(['Quota Request', 'over', 'Quota Request']);
    expect(report.cases).toHaveLength(1);
    // What opened it, that the first incident is over, and the second one.
    expect(report.cases[0]?.communications).toHaveLength(3);
    expect(closingsOf(report.cases[0])).toEqual([report.cases[0]?.communications[1]]);
    expect(caseText(report, 2)).toMatch(/^Something further has happened while this case is open\./);
    expect(emailText(report, 2)).toContain('the new details were added to it');
  });

  test('a second alarm of the same category in one incident is added to the open case, as its update', async () => {
    const report = await rehearseWell({
      name: 'Joined',
      events: [alarmGoesTo(5, 'Throttles', 'ALARM'), alarmGoesTo(8, 'ClientErrors', 'ALARM')],
      until: '11m',
    });
    const [incident] = report.incidents;
    expect(topicsOf(report)).toEqual(['Quota Request', 'Quota Request']);
    expect(report.cases.map(({ communications }) => communications.length)).toEqual([2]);
    expect(caseText(report, 1)).toContain(`Incident reference: ${incident?.id}, update 2 `);
    expect(emailText(report, 1)).toMatch(new RegExp(`Incident reference: ${incident?.id}, update 2 `));
  });

  test.each([
    ['of a later incident', twice('Throttles', 'ServerErrors')],
    [
      'of the same incident',
      {
        events: [alarmGoesTo(5, 'Throttles', 'ALARM'), alarmGoesTo(8, 'ServerErrors', 'ALARM')],
        until: '11m',
      },
    ],
  ])('a quota request never blocks an investigation %s', async (_, story) => {
    const report = await rehearseWell({ name: 'Both', ...story });
    expect(report.cases.map(({ category }) => category).sort()).toEqual([
      'Investigation Request',
      'Quota Request',
    ]);
  });

  test('a resolved case is not added to', async () => {
    const { events, until } = twice('Throttles', 'Throttles');
    const report = await rehearseWell({
      name: 'Resolved between',
      events: [...events, at(12, { resolveCases: 'all' })],
      until,
    });
    expect(report.cases.map(({ status, communications }) => [status, communications.length])).toEqual([
      ['resolved', 1],
      ['opened', 1],
    ]);
  });

  test('an anomaly that comes again is not told to its case again', async () => {
    const report = await rehearseWell({
      name: 'Flapping',
      ...twice('InputTokenAnomaly', 'InputTokenAnomaly'),
    });
    // What opened it, and that the first incident is over.
    expect(report.cases[0]?.communications).toHaveLength(2);
    expect(closingsOf(report.cases[0])).toHaveLength(1);
    const [, again] = mailsAbout(report, 'Quota Request');
    expect(flowing(again?.body ?? '')).toContain('it was left as it is');
  });

  test('only the exact subject is ours', async () => {
    const others = [
      `BigAcmeCorp - Bedrock Ops Alert - ${MODEL} - Quota Request - us-east-1`,
      `AcmeCorp - Bedrock Ops Alert - ${MODEL} - Quota Request - eu-west-1`,
      `RE: ${OUR_SUBJECT}`,
    ].map((subject) => ({ subject, createdAt: '2026-02-20T00:00:00Z' }));
    const report = await rehearseWell({
      name: 'Others',
      cases: others,
      ...once('Throttles'),
    });
    expect(report.cases.filter(({ subject }) => subject === OUR_SUBJECT)).toHaveLength(1);
    expect(emailText(report)).toContain('was opened');
  });

  test.each([
    ['59 days old is ours', '2026-01-02T12:00:00Z', 1],
    ['61 days old is not', '2025-12-31T00:00:00Z', 2],
  ])('a case that is %s', async (_, createdAt, count) => {
    const report = await rehearseWell({
      name: 'Lookback',
      cases: [{ subject: OUR_SUBJECT, createdAt }],
      ...once('Throttles'),
    });
    expect(report.cases).toHaveLength(count);
  });

  test('ours is found behind 250 others', async () => {
    const report = await rehearseWell({
      name: 'Many cases',
      cases: [
        { subject: 'Something else', count: 250, createdAt: '2026-02-20T00:00:00Z' },
        { subject: OUR_SUBJECT, createdAt: '2026-02-10T00:00:00Z' },
      ],
      ...once('Throttles'),
    });
    expect(report.cases.filter(({ subject }) => subject === OUR_SUBJECT)).toHaveLength(1);
    expect(emailText(report)).toContain('the new details were added to it');
  });

  test('after ten pages the search ends, no case is opened, and the e-mail says so', async () => {
    const report = await rehearseWell({
      name: 'Too many cases',
      cases: [{ subject: 'Something else', count: 1001, createdAt: '2026-02-20T00:00:00Z' }],
      ...once('Throttles'),
    });
    expect(report.cases).toHaveLength(1001);
    expect(emailText(report)).toContain('after 1,000 open cases none was found to be ours');
  });
});

describe('when there is no case', () => {
  test('a support plan without the API is named', async () => {
    const report = await rehearseWell({
      name: 'Basic support',
      supportPlan: 'basic',
      ...once('Throttles'),
      expect: [{ case: 'Quota Request', count: 0 }, { emails: 1 }],
    });
    expect(emailText(report)).toContain("this account's support plan does not include the AWS Support API");
  });

  test('automation that is off is named, and Support is not called', async () => {
    const report = await rehearseWell({
      name: 'Automation off',
      settings: settingsWith({ automatedSupportCase: false }),
      ...once('Throttles'),
      expect: [{ emails: 1 }],
    });
    expect(report.cases).toEqual([]);
    expect(emailText(report)).toContain('automatedSupportCase is false');
    const calls = report.invocations.flatMap((invocation) => Object.keys(invocation.calls));
    expect(calls.filter((call) => /^(support|secretsmanager):/.test(call))).toEqual([]);
  });

  test.each([
    ['critical', 'Throttles', 1],
    ['critical', 'InputTokenAnomaly', 0],
    ['warning', 'Throttles', 0],
    ['warning', 'InputTokenAnomaly', 1],
  ])(
    'preference %s, %s: e-mails %i, and the case is opened all the same',
    async (preference, alarm, emails) => {
      const report = await rehearseWell({
        name: 'Preference',
        settings: settingsWith({ notificationPreference: preference }),
        ...once(alarm),
        expect: [{ emails }, { case: 'Quota Request', count: 1 }],
      });
      expect(report.failures).toEqual([]);
    },
  );
});
