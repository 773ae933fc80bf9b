import { describe, expect, test } from '@jest/globals';
import type { Stack } from '../../rehearsal/cloudformation/assembly';
import type { Report } from '../../rehearsal/report';
import { flowing } from '../domain/prose';
import { clockOf, closingsOf, mailAbout, mailsAbout, partOf, topicsOf } from './mails';
import { newsOfEmail } from './news';
import { alarmGoesTo, at, MODEL, QUIET_HISTORY, RPM_CODE, rehearseWell, settingsWith } from './rehearse';

/** The end of an incident: ten minutes after the composite went to OK, unless the settings say otherwise. */

/** Requests are throttled from 09:10 to 09:20. */
const THROTTLING = [alarmGoesTo(10, 'Throttles', 'ALARM'), alarmGoesTo(20, 'Throttles', 'OK')];

/** Of the one incident that there should be. */
const closedAt = ({ incidents }: Report): string | null | undefined => {
  expect(incidents).toHaveLength(1);
  return incidents[0]?.closedAt;
};

/** The alarms of each e-mail, in the order in which they came; none: the e-mail tells of no alarm. */
const newsOf = ({ emails }: Report) => emails.map(({ body }) => newsOfEmail(body));

describe('the end of an incident is told in one e-mail', () => {
  /** Above the threshold of 8,000 RPM from 09:10 on: HighInvocationRate is in ALARM from 09:15 to 09:21. */
  const busy = (name: string, ...events: readonly object[]) => ({
    name,
    models: {
      [MODEL]: {
        history: QUIET_HISTORY,
        series: { Invocations: '4000x9 9000x4 9500 9000x3 4000x30', EstimatedTPMQuotaUsage: '2500000x48' },
      },
    },
    events,
    until: '40m',
  });

  test('that says for how long it lasted, which alarms went off, and what was used at most', async () => {
    const report = await rehearseWell(
      busy('Two alarms', alarmGoesTo(16, 'ServerErrors', 'ALARM'), alarmGoesTo(23, 'ServerErrors', 'OK')),
    );
    expect(topicsOf(report)).toEqual(['Quota Request', 'Investigation Request', 'over']);
    expect(clockOf(mailAbout(report, 'over'))).toBe('09:33');
    expect(closedAt(report)).toBe('2026-03-02T09:23:00Z');
    expect(partOf(report, 'over', 'What happened')).toBe(
      'The incident on G-Opus-4-6 (CRITICAL) has been over since 2026-03-02 09:23 UTC. It began at 2026-03-02 09:15 UTC and lasted 8 minutes. ' +
        '- ServerErrors: went to ALARM at 2026-03-02 09:16 UTC; over now ' +
        '- HighInvocationRate: went to ALARM at 2026-03-02 09:15 UTC; over now',
    );
    expect(partOf(report, 'over', 'Figures while it lasted')).toBe(
      '- Highest RPM: 9,500 RPM (2026-03-02 09:15 UTC) - Highest TPM: 2,500,000 TPM (2026-03-02 09:15 UTC)',
    );
  });

  test('that says that a quota was not raised yet', async () => {
    const report = await rehearseWell(busy('The request is open'));
    const [opened] = report.cases;
    expect(clockOf(mailAbout(report, 'over'))).toBe('09:31');
    expect(partOf(report, 'over', 'What was done')).toBe(
      `- AWS Support case ${opened?.displayId} (Quota Request) is open. ` +
        '- RPM quota: requested 12,500 RPM, when it was 10,000 RPM; now 10,000 RPM, not raised yet ' +
        `- AWS Support case ${opened?.displayId} was told that it is over.`,
    );
    expect(partOf(report, 'over', 'What is left to do')).toContain('close it once the request is answered');
    expect(flowing(closingsOf(opened)[0]?.body ?? '')).toContain(
      'The request for RPM stands, although the alarms are over',
    );
  });

  test('that says that a quota has been raised meanwhile', async () => {
    const report = await rehearseWell(
      busy('The request was granted', at(25, { setQuota: { [RPM_CODE]: 12500 } })),
    );
    expect(partOf(report, 'over', 'What was done')).toContain('now 12,500 RPM, as requested');
    expect(partOf(report, 'over', 'What is left to do')).toContain(
      'close it, since the quota is what was requested',
    );
    expect(flowing(closingsOf(report.cases[0])[0]?.body ?? '')).toContain(
      'The quota has been raised as requested: please close this case.',
    );
  });

  test('that says that less was given than requested', async () => {
    const report = await rehearseWell(
      busy('The request was granted in part', at(25, { setQuota: { [RPM_CODE]: 11000 } })),
    );
    expect(partOf(report, 'over', 'What was done')).toContain('now 11,000 RPM, less than requested');
  });

  test('after which nothing more comes', async () => {
    const report = await rehearseWell({ name: 'Long after the end', events: THROTTLING, until: '3h' });
    expect(topicsOf(report)).toEqual(['Quota Request', 'over']);
    expect(closingsOf(report.cases[0])).toHaveLength(1);
  });
});

describe('each case of the incident', () => {
  const twoCases = [
    alarmGoesTo(10, 'Throttles', 'ALARM'),
    alarmGoesTo(12, 'ServerErrors', 'ALARM'),
    alarmGoesTo(20, 'Throttles', 'OK'),
    alarmGoesTo(21, 'ServerErrors', 'OK'),
  ];

  test('gets one closing communication while it is open', async () => {
    const report = await rehearseWell({ name: 'Two open cases', events: twoCases, until: '40m' });
    expect(report.cases.map(({ category }) => category)).toEqual(['Quota Request', 'Investigation Request']);
    for (const one of report.cases) {
      expect(closingsOf(one).map(clockOf)).toEqual(['09:31']);
      expect(partOf(report, 'over', 'What was done')).toContain(
        `AWS Support case ${one.displayId} was told that it is over.`,
      );
    }
  });

  test('gets none when it is resolved, and the e-mail says that it is', async () => {
    const report = await rehearseWell({
      name: 'Both cases are resolved',
      events: [...twoCases, at(25, { resolveCases: 'all' })],
      until: '40m',
    });
    expect(report.cases.flatMap(closingsOf)).toEqual([]);
    for (const { displayId, category } of report.cases) {
      expect(partOf(report, 'over', 'What was done')).toContain(
        `AWS Support case ${displayId} (${category}) is resolved.`,
      );
      expect(partOf(report, 'over', 'What was done')).toContain(
        `AWS Support case ${displayId} was not told that it is over: it is not open any more.`,
      );
    }
    expect(partOf(report, 'over', 'What is left to do')).toContain('Nothing, as far as is known here.');
  });

  test('gets none when the addition fails, and the e-mail says so', async () => {
    const report = await rehearseWell({
      name: 'The closing communication is refused',
      events: THROTTLING,
      faults: [{ call: 'support.AddCommunicationToCase', error: 'ThrottlingException', always: true }],
      until: '40m',
    });
    const [opened] = report.cases;
    expect(closingsOf(opened)).toEqual([]);
    expect(partOf(report, 'over', 'What was done')).toContain(
      `AWS Support case ${opened?.displayId} was not told that it is over: AWS refused the addition (ThrottlingException).`,
    );
    expect(partOf(report, 'over', 'What is left to do')).toContain(
      `Tell AWS Support case ${opened?.displayId} that it is over`,
    );
    expect(closedAt(report)).toBe('2026-03-02T09:20:00Z');
  });

  test('is said to be unclear when the answer to the addition is lost', async () => {
    const report = await rehearseWell({
      name: 'The answer is cut off',
      events: THROTTLING,
      faults: [{ call: 'support.AddCommunicationToCase', error: 'none', kind: 'cut', effect: 'after' }],
      until: '40m',
    });
    expect(closingsOf(report.cases[0])).toHaveLength(1);
    expect(partOf(report, 'over', 'What was done')).toContain('It is not clear whether AWS Support case');
  });

  test('is told once though the e-mail fails at first', async () => {
    const report = await rehearseWell({
      name: 'The e-mail is refused once',
      events: THROTTLING,
      faults: [{ call: 'sns.Publish', error: 'ThrottledException', from: '25m', times: 1 }],
      until: '50m',
    });
    expect(topicsOf(report)).toEqual(['Quota Request', 'over']);
    expect(closingsOf(report.cases[0])).toHaveLength(1);
    expect(partOf(report, 'over', 'What was done')).toContain('had been told already that it is over');
  });
});

describe('an alarm that goes off before the hold is over', () => {
  const again = (alarm: string) => [
    ...THROTTLING,
    alarmGoesTo(26, alarm, 'ALARM'),
    alarmGoesTo(28, alarm, 'OK'),
  ];

  test('is no news when it is the same one: the incident goes on, and the hold begins anew', async () => {
    const report = await rehearseWell({ name: 'Throttles again', events: again('Throttles'), until: '45m' });
    expect(topicsOf(report)).toEqual(['Quota Request', 'over']);
    expect(clockOf(mailAbout(report, 'over'))).toBe('09:38');
    expect(closedAt(report)).toBe('2026-03-02T09:28:00Z');
    expect(partOf(report, 'over', 'What happened')).toContain('lasted 18 minutes');
    expect(partOf(report, 'over', 'What happened')).toContain(
      '- Throttles: went to ALARM 2 times, first at 2026-03-02 09:10 UTC; over now',
    );
    expect(closingsOf(report.cases[0])).toHaveLength(1);
  });

  test('is told in one e-mail when it is another one: the incident goes on, and the hold begins anew', async () => {
    const report = await rehearseWell({ name: 'Errors join', events: again('ServerErrors'), until: '45m' });
    expect(newsOf(report)).toEqual([['Throttles'], ['ServerErrors'], []]);
    expect(topicsOf(report)).toEqual(['Quota Request', 'Investigation Request', 'over']);
    expect(flowing(report.emails[1]?.body ?? '')).toContain(', update 2');
    expect(clockOf(mailAbout(report, 'over'))).toBe('09:38');
    expect(closedAt(report)).toBe('2026-03-02T09:28:00Z');
    expect(report.cases.flatMap(closingsOf)).toHaveLength(2);
  });

  test('is told with a changed reference only when it comes after the hold: a new incident', async () => {
    const report = await rehearseWell({
      name: 'Throttles after the end',
      events: [...THROTTLING, alarmGoesTo(35, 'Throttles', 'ALARM'), alarmGoesTo(37, 'Throttles', 'OK')],
      until: '55m',
    });
    expect(topicsOf(report)).toEqual(['Quota Request', 'over', 'Quota Request', 'over']);
    expect(mailsAbout(report, 'over').map(clockOf)).toEqual(['09:30', '09:47']);
    expect(report.incidents.map((one) => one.closedAt)).toEqual([
      '2026-03-02T09:20:00Z',
      '2026-03-02T09:37:00Z',
    ]);
    expect(new Set(report.incidents.map(({ id }) => id)).size).toBe(2);
    // The case is still open, and each incident ends in it.
    expect(report.cases).toHaveLength(1);
    expect(closingsOf(report.cases[0])).toHaveLength(2);
  });
});

describe('how long nothing may go off is a setting', () => {
  test('flapHoldMinutes 0: the end is told at once, and the same alarm is a new incident', async () => {
    const report = await rehearseWell({
      name: 'No hold',
      settings: settingsWith({ flapHoldMinutes: 0 }),
      events: [...THROTTLING, alarmGoesTo(24, 'Throttles', 'ALARM'), alarmGoesTo(30, 'Throttles', 'OK')],
      until: '40m',
    });
    expect(topicsOf(report)).toEqual(['Quota Request', 'over', 'Quota Request', 'over']);
    expect(mailsAbout(report, 'over').map(clockOf)).toEqual(['09:20', '09:30']);
    expect(report.incidents).toHaveLength(2);
  });

  test('flapHoldMinutes 20: the end is told though no message can be delayed for so long', async () => {
    const report = await rehearseWell({
      name: 'A long hold',
      settings: settingsWith({ flapHoldMinutes: 20 }),
      events: [...THROTTLING, alarmGoesTo(38, 'Throttles', 'ALARM'), alarmGoesTo(40, 'Throttles', 'OK')],
      until: '75m',
      // At 10:00, and up to five minutes late.
      expect: [{ emails: 1, subject: ' - over', between: ['60m', '66m'] }],
    });
    expect(topicsOf(report)).toEqual(['Quota Request', 'over']);
    expect(partOf(report, 'over', 'What happened')).toContain('has been over since 2026-03-02 09:40 UTC');
    expect(closedAt(report)).toBe('2026-03-02T09:40:00Z');
  });

  test('recoveryNotice false: no e-mail, and the case is told all the same', async () => {
    const report = await rehearseWell({
      name: 'Nobody wants to know of the end',
      settings: settingsWith({ recoveryNotice: false }),
      events: THROTTLING,
      until: '45m',
    });
    expect(topicsOf(report)).toEqual(['Quota Request']);
    expect(closingsOf(report.cases[0])).toHaveLength(1);
    expect(closedAt(report)).toBe('2026-03-02T09:20:00Z');
  });

  test('closingCommunication false: an e-mail that says that the case was not told', async () => {
    const report = await rehearseWell({
      name: 'Support is not told of the end',
      settings: settingsWith({ closingCommunication: false }),
      events: THROTTLING,
      until: '45m',
    });
    expect(topicsOf(report)).toEqual(['Quota Request', 'over']);
    expect(closingsOf(report.cases[0])).toEqual([]);
    expect(partOf(report, 'over', 'What was done')).toContain(
      'was not told that it is over: closingCommunication, or automatedSupportCase, is false for this model.',
    );
  });

  test('notificationPreference critical: of a warning only the case is told, also of its end', async () => {
    const report = await rehearseWell({
      name: 'Warnings are not mailed',
      settings: settingsWith({ notificationPreference: 'critical' }),
      events: [alarmGoesTo(10, 'HighLatency', 'ALARM'), alarmGoesTo(20, 'HighLatency', 'OK')],
      until: '45m',
      expect: [{ emails: 0 }, { case: 'Investigation Request', count: 1 }],
    });
    expect(closingsOf(report.cases[0])).toHaveLength(1);
    expect(closedAt(report)).toBe('2026-03-02T09:20:00Z');
  });
});

describe('an alarm that comes and goes', () => {
  const everyFourMinutes = (alarm: string, from: number, until: number) =>
    Array.from({ length: (until - from) / 4 }, (_, index) => from + 4 * index).flatMap((minute) => [
      alarmGoesTo(minute, alarm, 'ALARM'),
      alarmGoesTo(minute + 2, alarm, 'OK'),
    ]);

  test('every four minutes for 80 minutes is told once, and its end once, with how often it went off', async () => {
    const report = await rehearseWell({
      name: 'Flapping',
      events: everyFourMinutes('Throttles', 10, 90),
      until: '105m',
    });
    expect(topicsOf(report)).toEqual(['Quota Request', 'over']);
    expect(partOf(report, 'over', 'What happened')).toContain(
      '- Throttles: went to ALARM 20 times, first at 2026-03-02 09:10 UTC; over now',
    );
    expect(closedAt(report)).toBe('2026-03-02T10:28:00Z');
    expect(report.cases[0]?.communications).toHaveLength(2);
  });

  const returning = (minute: number) => [
    alarmGoesTo(10, 'ServerErrors', 'ALARM'),
    alarmGoesTo(12, 'Throttles', 'ALARM'),
    alarmGoesTo(14, 'Throttles', 'OK'),
    alarmGoesTo(minute, 'Throttles', 'ALARM'),
  ];

  test('is told again when it returns to a long incident after more than an hour', async () => {
    const report = await rehearseWell({ name: 'A late return', events: returning(75), until: '80m' });
    expect(newsOf(report)).toEqual([['ServerErrors'], ['Throttles'], ['Throttles']]);
    expect(flowing(report.emails[2]?.body ?? '')).toContain(', update 3');
    expect(report.incidents).toHaveLength(1);
  });

  test('is not told again when it returns within an hour', async () => {
    const report = await rehearseWell({ name: 'An early return', events: returning(70), until: '80m' });
    expect(newsOf(report)).toEqual([['ServerErrors'], ['Throttles']]);
  });

  test('is said to be in ALARM since it went off last, where another alarm is told meanwhile', async () => {
    const report = await rehearseWell({
      name: 'One comes back as another joins',
      events: [
        alarmGoesTo(10, 'ServerErrors', 'ALARM'),
        alarmGoesTo(10, 'Throttles', 'ALARM'),
        alarmGoesTo(12, 'Throttles', 'OK'),
        alarmGoesTo(30, 'Throttles', 'ALARM'),
        alarmGoesTo(30, 'HighLatency', 'ALARM'),
      ],
      until: '35m',
    });
    expect(newsOf(report)).toEqual([['ServerErrors', 'Throttles'], ['HighLatency']]);
    const second = flowing(report.emails[1]?.body ?? '');
    expect(second).toContain('- ServerErrors: in ALARM since 2026-03-02 09:10 UTC');
    expect(second).toContain('- Throttles: in ALARM since 2026-03-02 09:30 UTC');
  });
});

describe('the message of the composite that all is OK does not come', () => {
  /** As if each of these messages were lost: the composite goes to OK and tells nobody. */
  const withoutOkMessages = (stack: Stack): Stack => ({
    ...stack,
    template: {
      ...stack.template,
      resources: new Map(
        [...stack.template.resources].map(([logicalId, resource]) => {
          const { OKActions: _, ...properties } = resource.properties;
          return [logicalId, { ...resource, properties }];
        }),
      ),
    },
  });

  test('the end is told once, some minutes late and with the right time', async () => {
    const report = await rehearseWell(
      {
        name: 'No OK message',
        events: THROTTLING,
        until: '60m',
        expect: [{ emails: 1, subject: ' - over', between: ['30m', '40m'] }],
      },
      { alterStack: withoutOkMessages },
    );
    expect(topicsOf(report)).toEqual(['Quota Request', 'over']);
    expect(partOf(report, 'over', 'What happened')).toContain('has been over since 2026-03-02 09:20 UTC');
    expect(partOf(report, 'over', 'What happened')).toContain('lasted 10 minutes');
    expect(closedAt(report)).toBe('2026-03-02T09:20:00Z');
    expect(closingsOf(report.cases[0])).toHaveLength(1);
  });
});
