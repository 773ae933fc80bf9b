import { describe, expect, test } from '@jest/globals';
import type { Report } from '../../rehearsal/report';
import { mailAbout, topicsOf } from './mails';
import { newsOfCase } from './news';
import {
  alarmGoesTo,
  at,
  emailText,
  MODEL,
  RPM_CODE,
  rehearseWell,
  settingsWith,
  TPM_CODE,
} from './rehearse';

/** Throttles go off at 09:10 and stay so until long after the last retry, at 10:12. */
const story = (fault: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}) => ({
  events: [alarmGoesTo(10, 'Throttles', 'ALARM')],
  faults: [{ times: 1, ...fault }],
  until: '90m',
  ...more,
});

const minutesOf = (instants: readonly { readonly at: string }[]) =>
  instants.map(({ at: when }) => when.slice(11, 16));

/** The minutes in which the processor ran, from the alarm on: each message comes twice, and is heard and told in one minute. */
const tries = (report: Report) => [
  ...new Set(
    minutesOf(
      report.invocations.filter(
        (invocation) =>
          invocation.function === 'notification-processor' && invocation.at >= '2026-03-02T09:10:00Z',
      ),
    ),
  ),
];

const ALL_TRIES = ['09:10', '09:12', '09:17', '09:27', '09:42', '09:57', '10:12'];

/** Neither in a mail nor in the case is anything told twice. */
function toldOnce(report: Report): void {
  expect(report.incidents).toHaveLength(1);
  expect(report.cases[0]?.communications).toHaveLength(1);
  expect(report.deadLetters).toBe(0);
}

describe('a case that is settled later is told in a second, short e-mail', () => {
  test.each([
    ['AWS Support has an internal error', 'InternalServerError'],
    ['AWS Support throttles', 'ThrottlingException'],
    ['the account has had its cases of the hour', 'CaseCreationLimitExceeded'],
  ])('when %s', async (name, error) => {
    const report = await rehearseWell({
      name,
      ...story({ call: 'support.CreateCase', error }),
      expect: [
        { emails: 2, severity: 'CRITICAL' },
        { case: 'Quota Request', count: 1 },
      ],
    });
    const [opened] = report.cases;
    expect(minutesOf(report.emails)).toEqual(['09:10', '09:12']);
    expect(opened?.openedAt).toBe(report.emails[1]?.at);
    expect(emailText(report, 0)).not.toContain(String(opened?.displayId));
    expect(emailText(report, 1)).toContain(String(opened?.displayId));
    expect(report.emails[1]?.body.length).toBeLessThan((report.emails[0]?.body.length ?? 0) / 2);
    toldOnce(report);
  });

  test('that is found, and not opened twice, when it was opened though the answer was an error', async () => {
    const report = await rehearseWell({
      name: 'The answer of CreateCase is an error',
      ...story({ call: 'support.CreateCase', error: 'InternalServerError', effect: 'after' }),
      expect: [{ emails: 2 }, { case: 'Quota Request', count: 1 }],
    });
    expect(report.cases[0]?.openedAt).toBe(report.emails[0]?.at);
    expect(emailText(report, 1)).toContain(String(report.cases[0]?.displayId));
    toldOnce(report);
  });

  test('also when the answer was cut off', async () => {
    const report = await rehearseWell({
      name: 'The answer of CreateCase is cut off',
      ...story({ call: 'support.CreateCase', error: 'none', kind: 'cut', effect: 'after' }),
      expect: [{ emails: 2 }, { case: 'Quota Request', count: 1 }],
    });
    toldOnce(report);
  });

  test('when what is added to an open case is lost at first', async () => {
    const subject = `AcmeCorp - Bedrock Ops Alert - ${MODEL} - Quota Request - us-east-1`;
    const report = await rehearseWell({
      name: 'AddCommunicationToCase fails once',
      cases: [{ subject, createdAt: '2026-02-20T00:00:00Z' }],
      ...story({ call: 'support.AddCommunicationToCase', error: 'InternalServerError' }),
      expect: [{ emails: 2 }],
    });
    expect(report.cases).toHaveLength(1);
    expect(emailText(report, 1)).toContain('the new details were added to it');
  });
});

test('the retried case is about what was told, whatever has come and gone since', async () => {
  const report = await rehearseWell({
    name: 'Another alarm joins',
    ...story({ call: 'support.CreateCase', error: 'InternalServerError', effect: 'after' }),
    events: [
      alarmGoesTo(10, 'ServerErrors', 'ALARM'),
      alarmGoesTo(11, 'Throttles', 'ALARM'),
      alarmGoesTo(11, 'ServerErrors', 'OK'),
    ],
    until: '15m',
  });
  // The first two tell of the alarms, the third of the first one's case.
  expect(topicsOf(report)).toEqual([
    'Investigation Request',
    'Quota Request',
    `Investigation Request - case ${report.cases[0]?.displayId}`,
  ]);
  expect(report.cases.map(({ category }) => category)).toEqual(['Investigation Request', 'Quota Request']);
  expect(
    report.cases.map(({ communications }) => communications.map(({ body }) => newsOfCase(body))),
  ).toEqual([[['ServerErrors']], [['Throttles']]]);
  toldOnce(report);
});

describe('a case that is never settled', () => {
  test.each([
    ['CreateCase', 'InternalServerError'],
    ['CreateCase', 'CaseCreationLimitExceeded'],
    ['DescribeCases', 'InternalServerError'],
  ])('since %s ends in %s is tried for about an hour, and told in no further e-mail', async (call, error) => {
    const report = await rehearseWell({
      name: `${call} always ends in ${error}`,
      ...story({ call: `support.${call}`, error, times: 100 }),
      expect: [{ emails: 1 }, { case: 'Quota Request', count: 0 }],
    });
    expect(tries(report)).toEqual(ALL_TRIES);
    expect(emailText(report)).toContain('10:12');
    expect(report.deadLetters).toBe(0);
  });

  test.each([
    ['CreateCase', 'AccessDeniedException'],
    ['CreateCase', 'ValidationException'],
    ['DescribeCases', 'AccessDeniedException'],
  ])('is not tried again after %s ended in %s: waiting would not help', async (call, error) => {
    const report = await rehearseWell({
      name: 'A refusal for good',
      ...story({ call: `support.${call}`, error, times: 100 }),
      expect: [{ emails: 1 }, { case: 'Quota Request', count: 0 }],
    });
    expect(tries(report)).toEqual(['09:10']);
  });

  test('is not tried again when the message for it cannot be sent, and the e-mail does not promise it', async () => {
    const report = await rehearseWell({
      name: 'SendMessage fails',
      events: [alarmGoesTo(10, 'Throttles', 'ALARM')],
      faults: [
        { call: 'support.CreateCase', error: 'InternalServerError', times: 1 },
        // The message that gathers the news has been sent by then.
        { call: 'sqs.SendMessage', error: 'InternalError', always: true, from: '10m30s' },
      ],
      until: '90m',
      expect: [{ emails: 1 }, { case: 'Quota Request', count: 0 }],
    });
    expect(tries(report)).toEqual(['09:10']);
    expect(emailText(report)).not.toContain('10:12');
  });

  test('is given up when the model has lost its configuration since', async () => {
    const config = `/AcmeCorp/bedrock/quota-monitoring/${MODEL}/config`;
    const report = await rehearseWell({
      name: 'The configuration goes',
      ...story({ call: 'support.CreateCase', error: 'InternalServerError', times: 100 }),
      events: [
        alarmGoesTo(10, 'Throttles', 'ALARM'),
        at(11, { call: 'ssm.DeleteParameter', with: { Name: config } }),
      ],
      expect: [{ emails: 1 }],
    });
    expect(tries(report)).toEqual(['09:10', '09:12']);
    expect(report.deadLetters).toBe(0);
  });
});

test('the notification preference holds for the second e-mail too', async () => {
  await rehearseWell({
    name: 'Only warnings are mailed',
    settings: settingsWith({ notificationPreference: 'warning' }),
    ...story({ call: 'support.CreateCase', error: 'InternalServerError' }),
    expect: [{ emails: 0 }, { case: 'Quota Request', count: 1 }],
  });
});

describe('an e-mail takes at most 15 requests, the message that tries the case again included', () => {
  const defaults = { [RPM_CODE]: { default: 10000 }, [TPM_CODE]: { default: 6250000 } };
  const noCase = { call: 'support.CreateCase', error: 'InternalServerError', always: true };
  const fails = (call: string, error: string, more: object = { always: true }) => ({ call, error, ...more });

  /** Where a third page of the search, or both repeats, have taken what was left, none is for the message. */
  test.each([
    ['nothing else fails, and there are two pages of cases', 150, [], ALL_TRIES],
    ['nothing else fails, and there are three pages of cases', 250, [], ['09:10']],
    [
      'a read fails once',
      50,
      [fails('cloudwatch.DescribeAlarms', 'InternalServiceFault', { times: 1 })],
      ALL_TRIES,
    ],
    [
      'the search has to be repeated',
      50,
      [fails('support.DescribeCases', 'InternalServerError', { times: 1 })],
      ALL_TRIES,
    ],
    [
      'the last hour cannot be read',
      50,
      [fails('cloudwatch.GetMetricData', 'InternalServiceFault', { times: 1 })],
      ALL_TRIES,
    ],
    [
      'both repeats are needed',
      50,
      [fails('ssm.GetParameters', 'InternalServerError', { times: 2, from: '10m' })],
      ['09:10'],
    ],
    [
      'every read fails that may, and there are three pages of cases',
      250,
      [
        fails('cloudwatch.DescribeAlarms', 'InternalServiceFault'),
        fails('cloudwatch.GetMetricData', 'InternalServiceFault'),
        fails('secretsmanager.GetSecretValue', 'InternalServiceError'),
        fails('support.DescribeCases', 'InternalServerError', { times: 1 }),
      ],
      // The search gives up at once, and leaves the last request to the message.
      ALL_TRIES,
    ],
  ])('when %s, and of both quotas only defaults are known', async (name, others, faults, expected) => {
    // That the bound holds in each invocation is checked by every rehearsal.
    const report = await rehearseWell({
      name,
      quotas: defaults,
      cases: [{ subject: 'Something else', count: others, createdAt: '2026-02-20T00:00:00Z' }],
      events: [alarmGoesTo(10, 'Throttles', 'ALARM')],
      faults: [noCase, ...faults],
      until: expected === ALL_TRIES ? '90m' : '20m',
      expect: [
        { emails: 1, severity: 'CRITICAL' },
        { case: 'Quota Request', count: 0 },
      ],
    });
    expect(tries(report)).toEqual(expected);
    expect(mailAbout(report, 'Quota Request').body.includes('10:12')).toBe(expected === ALL_TRIES);
  });

  test('a quota that was ever applied leaves room for both repeats and for the message', async () => {
    const report = await rehearseWell({
      name: 'Both repeats, and the case fails',
      ...story({ call: 'support.CreateCase', error: 'InternalServerError' }),
      faults: [
        fails('support.CreateCase', 'InternalServerError', { times: 1 }),
        fails('ssm.GetParameters', 'InternalServerError', { times: 2 }),
      ],
      expect: [{ emails: 2 }, { case: 'Quota Request', count: 1 }],
    });
    toldOnce(report);
  });
});
