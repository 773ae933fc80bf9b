import { describe, expect, test } from '@jest/globals';
import type { Stack } from '../../rehearsal/cloudformation/assembly';
import type { Report } from '../../rehearsal/report';
import { clockOf, mailAbout, mailsAbout, partOf, topicsOf } from './mails';
import {
  alarmGoesTo,
  at,
  MODEL,
  QUIET_HISTORY,
  RPM_CODE,
  rehearse,
  rehearseWell,
  SETTINGS,
  settingsWith,
  TPM_CODE,
} from './rehearse';

/** TPM reaches its threshold from 09:05 to 09:19, so that Service Quotas is asked at 09:10 for 7,812,500 TPM. */
const HOT = {
  history: QUIET_HISTORY,
  series: { Invocations: '4000x59', EstimatedTPMQuotaUsage: '2500000x4 5600000x14 2500000x40' },
};
const SCENARIO = { models: { [MODEL]: HOT }, until: '65m' };

const answer = (minutes: number, answered: object, code = TPM_CODE) =>
  at(minutes, { answerQuotaRequest: { [code]: answered } });

/** Deployed at 08:00: the alarm updater looks at 10:00, 11:00 … */
const updates = ({ invocations }: Report) =>
  invocations.filter((one) => one.function === 'alarm-updater' && one.at > '2026-03-02T09:00:01Z');
const looks = (report: Report) =>
  updates(report).flatMap(({ at: when, calls }) =>
    calls['servicequotas:GetRequestedServiceQuotaChange'] === undefined ? [] : [when.slice(11, 16)],
  );

/** Without what comes of the incident itself. */
const topics = (report: Report): readonly string[] =>
  topicsOf(report).filter((topic) => !['Quota Request', 'over', 'still in alarm'].includes(topic));

const happened = (report: Report, topic: string): string => partOf(report, topic, 'What happened');
const toDo = (report: Report, topic: string): string => partOf(report, topic, 'What to do now');

describe('a request that is approved', () => {
  test('is told once, within the hour, with quota, threshold and headroom; then nobody looks at it any more', async () => {
    const report = await rehearseWell({
      ...SCENARIO,
      name: 'Approved',
      events: [answer(30, { status: 'APPROVED' })],
      until: '3h5m',
      expect: [
        { threshold: 'TPM', value: 5_000_000, at: '59m' },
        { threshold: 'TPM', value: 6_250_000, at: '61m' },
      ],
    });
    expect(topics(report)).toEqual(['TPM quota raised']);
    const mail = mailAbout(report, 'TPM quota raised');
    expect(clockOf(mail)).toBe('10:00');
    expect(mail.subject).toBe(`WARNING: AcmeCorp Bedrock ${MODEL} - TPM quota raised`);
    const text = happened(report, 'TPM quota raised');
    expect(text).toContain(
      'AWS approved the request of 2026-03-02 09:10 UTC to raise the TPM quota to 7,812,500 TPM: ',
    );
    expect(text).toContain('The quota is raised: it was 6,250,000 TPM and is 7,812,500 TPM now. ');
    expect(text).toContain(
      `- ${MODEL}: alarm threshold 6,250,000 TPM (80 % of the quota), before 5,000,000 TPM. Peak of the last 14 days: ` +
        '5,600,000 TPM (2026-03-02 09:05 UTC), 71 % of the quota, which leaves 2,212,500 TPM.',
    );
    expect(toDo(report, 'TPM quota raised')).toBe('- Nothing, as far as is known here.');
    expect(looks(report)).toEqual(['10:00']);
  });

  test('as long as it is open, takes one look an hour and reads no quota', async () => {
    const report = await rehearseWell({ ...SCENARIO, name: 'Still open', until: '3h5m' });
    expect(topics(report)).toEqual([]);
    expect(looks(report)).toEqual(['10:00', '11:00', '12:00']);
    for (const { calls } of updates(report))
      expect(calls).toEqual({
        'bedrock:ListInferenceProfiles': 2,
        'cloudwatch:DescribeAlarms': 1,
        'dynamodb:Query': 1,
        'servicequotas:GetRequestedServiceQuotaChange': 1,
        'ssm:GetParametersByPath': 1,
      });
  });

  test('in part, says of how much, what AWS wrote, and how to ask for the rest', async () => {
    const report = await rehearseWell({
      ...SCENARIO,
      name: 'Approved by half',
      events: [answer(30, { status: 'APPROVED', value: 7_000_000, reply: 'We can grant a part of it.' })],
      expect: [{ threshold: 'TPM', value: 5_600_000, at: '61m' }],
    });
    expect(topics(report)).toEqual(['TPM quota raised in part']);
    const text = happened(report, 'TPM quota raised in part');
    expect(text).toContain(
      'AWS approved the request of 2026-03-02 09:10 UTC to raise the TPM quota to 7,812,500 TPM: ',
    );
    expect(text).toContain('The quota is raised in part: it was 6,250,000 TPM and is 7,000,000 TPM now. ');
    expect(text).toMatch(/The last that AWS wrote on its case \d+: "We can grant a part of it\."/);
    expect(text).toContain('80 % of the quota, which leaves 1,400,000 TPM.');
    expect(toDo(report, 'TPM quota raised in part')).toMatch(
      /^- If that is not enough, answer on AWS's case \d+ .* - No further request is made automatically before 2026-03-09 09:10 UTC, 7 days after this one\.$/,
    );
  });

  test('before the quota has its new value, is told when it has', async () => {
    const report = await rehearseWell({
      ...SCENARIO,
      name: 'Approved, raised later',
      events: [
        answer(30, { status: 'APPROVED', value: 6_250_000 }),
        at(150, { setQuota: { [TPM_CODE]: 7_812_500 } }),
      ],
      until: '3h5m',
      expect: [
        { threshold: 'TPM', value: 5_000_000, at: '2h59m' },
        { threshold: 'TPM', value: 6_250_000, at: '3h1m' },
      ],
    });
    expect(mailsAbout(report, 'TPM quota raised').map(clockOf)).toEqual(['12:00']);
  });

  test('and never raised, is told so after 6 hours', async () => {
    const report = await rehearseWell({
      ...SCENARIO,
      name: 'Approved, not raised',
      events: [answer(30, { status: 'APPROVED', value: 6_250_000 })],
      until: '8h5m',
    });
    expect(mailsAbout(report, 'TPM increase approved').map(clockOf)).toEqual(['16:00']);
    expect(happened(report, 'TPM increase approved')).toContain('The quota is what it was: 6,250,000 TPM.');
    expect(toDo(report, 'TPM increase approved')).toContain('look whether the quota is raised meanwhile');
  });

  test('is told though notificationPreference leaves warnings out, and says which threshold does not follow', async () => {
    const report = await rehearse({
      ...SCENARIO,
      name: 'Approved, not followed',
      settings: settingsWith({ automatedThresholdUpdate: false, notificationPreference: 'critical' }),
      events: [answer(30, { status: 'APPROVED' })],
    });
    expect(report.failures).toEqual([]);
    expect(happened(report, 'TPM quota raised')).toContain(
      'alarm threshold still 5,000,000 TPM (80 % of the quota would be 6,250,000 TPM), since automatedThresholdUpdate is false.',
    );
  });

  test('says where even the new quota is less than the peak', async () => {
    const report = await rehearseWell({
      ...SCENARIO,
      name: 'Approved, still too little',
      models: {
        [MODEL]: {
          history: QUIET_HISTORY,
          series: { Invocations: '4000x59', EstimatedTPMQuotaUsage: '2500000x4 8000000x14 2500000x40' },
        },
      },
      events: [answer(30, { status: 'APPROVED' })],
    });
    expect(happened(report, 'TPM quota raised')).toContain(
      '8,000,000 TPM (2026-03-02 09:05 UTC), 102 % of the quota and so 187,500 TPM more than it allows.',
    );
    expect(toDo(report, 'TPM quota raised')).toContain('The quota is less than the peak of the last 14 days');
  });
});

describe('a request that is not approved', () => {
  test('says what AWS gave as the reason, and what remains to do', async () => {
    const reply = 'We cannot raise it: the usage does not call for it.\n\nKind regards,\nAWS';
    const report = await rehearseWell({
      ...SCENARIO,
      name: 'Denied with a reason',
      events: [answer(30, { status: 'DENIED', reply })],
      expect: [{ threshold: 'TPM', value: 5_000_000, at: '61m' }],
    });
    expect(topics(report)).toEqual(['TPM increase denied']);
    const text = happened(report, 'TPM increase denied');
    expect(text).toContain(
      'AWS denied the request of 2026-03-02 09:10 UTC to raise the TPM quota to 7,812,500 TPM: ',
    );
    expect(text).toContain('The quota is what it was: 6,250,000 TPM. ');
    expect(text).toContain(': "We cannot raise it: the usage does not call for it. Kind regards, AWS"');
    expect(text).toContain('alarm threshold 5,000,000 TPM (80 % of the quota), as before.');
    const steps = toDo(report, 'TPM increase denied');
    expect(steps).toContain('request it again by hand in the Service Quotas console');
    expect(steps).toContain('No further request is made automatically before 2026-03-09 09:10 UTC');
  });

  test('without a reason, says that none was found', async () => {
    const report = await rehearseWell({
      ...SCENARIO,
      name: 'Denied without a reason',
      events: [answer(30, { status: 'DENIED' })],
    });
    expect(happened(report, 'TPM increase denied')).toMatch(
      /No reason was found: on its case \d+ AWS wrote nothing but what it writes by itself\./,
    );
  });

  test('where the case cannot be read, says so', async () => {
    const report = await rehearseWell({
      ...SCENARIO,
      name: 'Denied, no Support API',
      supportPlan: 'basic',
      events: [answer(30, { status: 'DENIED', reply: 'No.' })],
    });
    expect(happened(report, 'TPM increase denied')).toMatch(
      /Whether AWS gave a reason is not known: its case \d+ could not be read\./,
    );
  });

  test.each([
    ['NOT_APPROVED', 'AWS did not approve the request', 'TPM increase not approved'],
    ['INVALID_REQUEST', 'AWS refused the request', 'TPM increase refused as invalid'],
  ])('because it is %s, is told as that', async (status, words, topic) => {
    const report = await rehearseWell({ ...SCENARIO, name: status, events: [answer(30, { status })] });
    expect(topics(report)).toEqual([topic]);
    expect(happened(report, topic)).toContain(words);
  });
});

describe('a request whose case is closed without an answer', () => {
  test('and the quota is what it was: that is told', async () => {
    const report = await rehearseWell({
      ...SCENARIO,
      name: 'Closed',
      events: [at(30, { resolveCases: 'all' })],
    });
    expect(topics(report)).toEqual(['TPM increase: case closed']);
    const text = happened(report, 'TPM increase: case closed');
    expect(text).toContain('is closed, which does not say what AWS answered');
    expect(text).toContain('The quota is what it was: 6,250,000 TPM.');
  });

  test('and the quota, read again, is raised: threshold and e-mail follow it', async () => {
    const report = await rehearseWell({
      ...SCENARIO,
      name: 'Closed and raised',
      events: [at(28, { setQuota: { [TPM_CODE]: 7_812_500 } }), at(30, { resolveCases: 'all' })],
      expect: [{ threshold: 'TPM', value: 6_250_000, at: '61m' }],
    });
    expect(topics(report)).toEqual(['TPM quota raised']);
    const text = happened(report, 'TPM quota raised');
    expect(text).toContain('is closed, which does not say what AWS answered');
    expect(text).toContain('it was 6,250,000 TPM and is 7,812,500 TPM now.');
  });
});

test('two models on one quota: both thresholds follow, and one e-mail tells both', async () => {
  const [model] = SETTINGS.models;
  const report = await rehearseWell({
    ...SCENARIO,
    name: 'Two models on one quota',
    settings: { ...SETTINGS, models: [model, { ...model, name: 'Other', tpmThresholdPercent: 75 }] },
    models: { [MODEL]: HOT },
    events: [answer(30, { status: 'APPROVED' })],
    expect: [
      { threshold: 'TPM', model: MODEL, value: 6_250_000, at: '61m' },
      { threshold: 'TPM', model: 'Other', value: 5_859_375, at: '61m' },
    ],
  });
  expect(topics(report)).toEqual(['TPM quota raised']);
  expect(mailAbout(report, 'TPM quota raised').subject).toBe(
    'WARNING: AcmeCorp Bedrock 2 models - TPM quota raised',
  );
  const text = happened(report, 'TPM quota raised');
  expect(text).toContain(
    `- ${MODEL}: alarm threshold 6,250,000 TPM (80 % of the quota), before 5,000,000 TPM.`,
  );
  expect(text).toContain('- Other: alarm threshold 5,859,375 TPM (75 % of the quota), before 4,687,500 TPM.');
});

test('two requests of one model: each answer is told when it is there', async () => {
  const report = await rehearseWell({
    ...SCENARIO,
    name: 'RPM and TPM',
    models: {
      [MODEL]: {
        history: QUIET_HISTORY,
        series: {
          Invocations: '4000x4 9500x14 4000x40',
          EstimatedTPMQuotaUsage: '2500000x4 5600000x14 2500000x40',
        },
      },
    },
    events: [answer(30, { status: 'APPROVED' }), answer(90, { status: 'DENIED' }, RPM_CODE)],
    until: '3h5m',
  });
  expect(topics(report)).toEqual(['TPM quota raised', 'RPM increase denied']);
  expect(clockOf(mailAbout(report, 'RPM increase denied'))).toBe('11:00');
  expect(looks(report)).toEqual(['10:00', '11:00']);
});

describe('the run that follows requests', () => {
  test('fails where the answer cannot be looked at, and tells it at the repeat a minute later', async () => {
    const report = await rehearse({
      ...SCENARIO,
      name: 'The look fails',
      events: [answer(30, { status: 'APPROVED' })],
      faults: [
        {
          call: 'servicequotas.GetRequestedServiceQuotaChange',
          error: 'AccessDeniedException',
          times: 1,
          from: '40m',
        },
      ],
    });
    expect(report.failures).toEqual([]);
    expect(mailsAbout(report, 'TPM quota raised').map(clockOf)).toEqual(['10:01']);
    expect(
      updates(report)
        .filter(({ outcome }) => outcome === 'error')
        .map(clockOf),
    ).toEqual(['10:00']);
  });

  test.each([
    ['once: the repeat a minute later follows and tells', 1, '10:01'],
    ['each time: the next one, an hour later, follows and tells', 3, '11:00'],
  ])('cannot change the alarm %s', async (_, times, clock) => {
    const report = await rehearse({
      ...SCENARIO,
      name: `The alarm refuses ${times}`,
      events: [answer(30, { status: 'APPROVED' })],
      faults: [{ call: 'cloudwatch.PutMetricAlarm', error: 'AccessDeniedException', times, from: '40m' }],
      until: '2h5m',
    });
    expect(report.failures).toEqual([]);
    expect(mailsAbout(report, 'TPM quota raised').map(clockOf)).toEqual([clock]);
    expect(happened(report, 'TPM quota raised')).toContain(
      `- ${MODEL}: alarm threshold 6,250,000 TPM (80 % of the quota), before 5,000,000 TPM.`,
    );
    expect(updates(report).filter(({ outcome }) => outcome === 'error')).toHaveLength(times);
  });

  test('that may not read the ledger does all else, and fails with that line', async () => {
    let log = '';
    const report = await rehearse(
      {
        ...SCENARIO,
        name: 'No look at the ledger',
        inferenceProfiles: { Orders: { copyFrom: 'global.anthropic.claude-opus-4-6-v1', from: '40m' } },
        events: [answer(30, { status: 'APPROVED' })],
      },
      {
        alterStack: withoutQuery,
        inspect: (aws) => {
          log = aws.record.invocations
            .filter((one) => one.function === 'alarm-updater')
            .flatMap(({ logs }) => logs)
            .join('\n');
        },
      },
    );
    expect(topics(report)).not.toContain('TPM quota raised');
    expect(log).toContain(
      'The incident ledger could not be read, so that no quota request was followed (AccessDeniedException',
    );
    const failed = updates(report).filter(({ outcome }) => outcome === 'error');
    expect(failed.map(({ calls }) => calls['cloudwatch:PutMetricAlarm'])).toContain(2);
    expect(report.denied).toContainEqual(
      expect.objectContaining({ function: 'alarm-updater', action: 'dynamodb:Query' }),
    );
  });
});

/** The foundation whose alarm updater may not read the ledger. */
function withoutQuery(stack: Stack): Stack {
  for (const { type, properties } of stack.template.resources.values())
    if (type === 'AWS::IAM::Role') forbidQuery(properties);
  return stack;
}

function forbidQuery(properties: unknown): void {
  const text = JSON.stringify(properties);
  if (!text.includes('"PolicyName":"alarm-updater"')) return;
  Object.assign(properties as object, JSON.parse(text.replaceAll('dynamodb:Query', 'dynamodb:GetItem')));
}

test('an alarm by itself leads to nothing of this: where no request was made, none is followed', async () => {
  const report = await rehearseWell({
    name: 'No request',
    events: [alarmGoesTo(10, 'HighLatency', 'ALARM'), alarmGoesTo(20, 'HighLatency', 'AUTO')],
    until: '65m',
  });
  expect(looks(report)).toEqual([]);
  expect(updates(report).map(({ calls }) => calls)).toEqual([
    {
      'bedrock:ListInferenceProfiles': 2,
      'cloudwatch:DescribeAlarms': 1,
      'dynamodb:Query': 1,
      'ssm:GetParametersByPath': 1,
    },
  ]);
});
