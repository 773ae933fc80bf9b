import { describe, expect, test } from '@jest/globals';
import type { Report } from '../../rehearsal/report';
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
  until: '2h',
  ...more,
});

const minutesOf = (instants: readonly { readonly at: string }[]) =>
  instants.map(({ at: when }) => when.slice(11, 16));

/** When the processor ran, from the alarm on. */
const tries = (report: Report) =>
  minutesOf(
    report.invocations.filter(
      (invocation) =>
        invocation.function === 'notification-processor' && invocation.at >= '2026-03-02T09:10:00Z',
    ),
  );

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
    expect(opened?.openedAt).toBe('2026-03-02T09:12:00Z');
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
    expect(report.cases[0]?.openedAt).toBe('2026-03-02T09:10:00Z');
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
    expect: [{ emails: 2 }],
  });
  expect(report.cases.map(({ category }) => category)).toEqual(['Investigation Request']);
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
        { call: 'sqs.SendMessage', error: 'InternalError', always: true },
      ],
      until: '2h',
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

  test.each([
    ['nothing else fails', [], ALL_TRIES],
    [
      'a read fails once',
      [fails('cloudwatch.DescribeAlarms', 'InternalServiceFault', { times: 1 })],
      ALL_TRIES,
    ],
    [
      'the search has to be repeated',
      [fails('support.DescribeCases', 'InternalServerError', { times: 1 })],
      ALL_TRIES,
    ],
    [
      'the last hour cannot be read',
      [fails('cloudwatch.GetMetricData', 'InternalServiceFault', { times: 1 })],
      ALL_TRIES,
    ],
    // The one case in which nothing is left for the message.
    ['both repeats are needed', [fails('ssm.GetParameters', 'InternalServerError', { times: 2 })], ['09:10']],
    [
      'every read fails that may',
      [
        fails('cloudwatch.DescribeAlarms', 'InternalServiceFault'),
        fails('cloudwatch.GetMetricData', 'InternalServiceFault'),
        fails('secretsmanager.GetSecretValue', 'InternalServiceError'),
        fails('support.DescribeCases', 'InternalServerError', { times: 1 }),
      ],
      ['09:10'],
    ],
  ])(
    'when %s, of both quotas only defaults are known, and there are three pages of cases',
    async (name, faults, expected) => {
      // That the bound holds in each invocation is checked by every rehearsal.
      const report = await rehearseWell({
        name,
        quotas: defaults,
        cases: [{ subject: 'Something else', count: 250, createdAt: '2026-02-20T00:00:00Z' }],
        events: [alarmGoesTo(10, 'Throttles', 'ALARM')],
        faults: [noCase, ...faults],
        until: '2h',
        expect: [{ emails: 1 }, { case: 'Quota Request', count: 0 }],
      });
      expect(tries(report)).toEqual(expected);
    },
  );

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
