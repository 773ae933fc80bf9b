import { describe, expect, test } from '@jest/globals';
import type { LocalAws } from '../../rehearsal/engine/local-aws';
import type { Report } from '../../rehearsal/report';
import { flowing } from '../domain/prose';
import { topicsOf } from './mails';
import {
  alarmGoesTo,
  at,
  caseText,
  emailText,
  MODEL,
  RPM_CODE,
  rehearse,
  rehearseWell,
  secondsBetween,
  settingsWith,
  TPM_CODE,
} from './rehearse';

const throttling = [alarmGoesTo(10, 'Throttles', 'ALARM')];

/** Throttles go off at 09:10, and the play ends when that has been told, and its case tried once more. */
const throttledWhile = (
  call: string,
  error: string,
  more: Readonly<Record<string, unknown>> = { always: true },
) => ({ events: throttling, faults: [{ call, error, ...more }], until: '14m' });

/** What each e-mail says, as one line. */
const textsOf = ({ emails }: Report) => emails.map(({ body }) => flowing(body));

const MAY_BE_REPEAT = 'This e-mail may be a repeat: whether it went out before is not known.';
const processorRuns = ({ invocations }: Report, from: string) =>
  invocations.filter(
    (invocation) => invocation.function === 'notification-processor' && invocation.at >= from,
  );

describe('the e-mail goes out whatever becomes of the case', () => {
  test('a refused case is told as refused', async () => {
    const report = await rehearseWell({
      name: 'CreateCase is throttled',
      ...throttledWhile('support.CreateCase', 'ThrottlingException'),
      expect: [
        { case: 'Quota Request', count: 0 },
        { emails: 1, severity: 'CRITICAL' },
      ],
    });
    expect(emailText(report)).toContain(
      'No AWS Support case was opened or updated: AWS refused the request (ThrottlingException).',
    );
    expect(emailText(report)).not.toContain('Asked for');
  });

  test('a case of which AWS did not answer is told as unclear', async () => {
    const report = await rehearseWell({
      name: 'The answer of CreateCase is cut off',
      ...throttledWhile('support.CreateCase', 'none', { kind: 'cut', effect: 'after' }),
      expect: [{ case: 'Quota Request', count: 1 }, { emails: 2 }],
    });
    expect(emailText(report)).toContain('It is not clear whether the AWS Support case was opened or updated');
  });

  test('no case is opened while it cannot be known whether one is open', async () => {
    const report = await rehearseWell({
      name: 'DescribeCases fails',
      ...throttledWhile('support.DescribeCases', 'InternalServerError'),
      expect: [{ case: 'Quota Request', count: 0 }, { emails: 1 }],
    });
    expect(emailText(report)).toContain('the open cases could not be read');
  });

  test('without the contacts the case is opened all the same, and the e-mail says who is missing', async () => {
    const report = await rehearseWell({
      name: 'The contacts cannot be read',
      ...throttledWhile('secretsmanager.GetSecretValue', 'InternalServiceError'),
      expect: [{ case: 'Quota Request', count: 1 }, { emails: 1 }],
    });
    expect(emailText(report)).toContain('nobody was put on cc');
  });

  test('unknown usage is said to be unknown, and nothing is requested', async () => {
    const report = await rehearseWell({
      name: 'The usage cannot be read',
      ...throttledWhile('cloudwatch.GetMetricData', 'InternalServiceFault'),
      expect: [{ case: 'Quota Request', scenario: 'new_model', count: 1 }, { emails: 1 }],
    });
    expect(caseText(report)).toContain('the usage of the last 14 days could not be read');
    expect(caseText(report)).toContain('No increase is requested until the figures can be read.');
    expect(caseText(report)).not.toContain('newly deployed');
  });

  test('without the state of the alarms the message itself says what is wrong', async () => {
    await rehearseWell({
      name: 'DescribeAlarms fails',
      ...throttledWhile('cloudwatch.DescribeAlarms', 'InternalServiceFault'),
      // Long enough for whoever looks after the alarms to fail too.
      until: '40m',
      expect: [
        { case: 'Quota Request', count: 1 },
        { emails: 1, severity: 'CRITICAL' },
      ],
    });
  });
});

describe('a model whose configuration cannot be used', () => {
  const config = `/AcmeCorp/bedrock/quota-monitoring/${MODEL}/config`;

  test.each([
    ['is gone', 'ssm.DeleteParameter', { Name: config }, 'does not exist'],
    [
      'was overwritten',
      'ssm.PutParameter',
      { Name: config, Value: 'oops', Type: 'String', Overwrite: true },
      'holds no configuration',
    ],
  ])('since it %s is still told of', async (_, call, input, fault) => {
    const report = await rehearseWell({
      name: 'No configuration',
      events: [at(5, { call, with: input }), ...throttling],
      until: '13m',
      expect: [
        { emails: 1, severity: 'CRITICAL' },
        { case: 'Quota Request', count: 0 },
      ],
    });
    expect(emailText(report)).toContain(`Parameter ${config} ${fault}`);
    expect(emailText(report)).toContain('AcmeCorp-Bedrock-Throttles-Critical-G-Opus-4-6');
    expect(report.deadLetters).toBe(0);
  });
});

describe('an e-mail takes at most 15 requests', () => {
  const defaults = { [RPM_CODE]: { default: 10000 }, [TPM_CODE]: { default: 6250000 } };

  /** What the run that sent the e-mail asked for before it. */
  function beforeTheEmail() {
    const seen = { calls: [] as readonly string[] };
    const inspect = ({ record }: LocalAws): void => {
      const told = record.invocations.filter(({ calls }) => calls.includes('sns:Publish'));
      expect(told).toHaveLength(1);
      const calls = told[0]?.calls ?? [];
      seen.calls = calls.slice(0, calls.indexOf('sns:Publish'));
    };
    return { seen, inspect };
  }

  test.each([
    ['cloudwatch.DescribeAlarms', 'InternalServiceFault'],
    ['cloudwatch.GetMetricData', 'ThrottlingException'],
    ['secretsmanager.GetSecretValue', 'InternalServiceError'],
    ['support.DescribeCases', 'InternalServerError'],
  ])('though %s fails always, only defaults are known, and there are 250 cases', async (call, error) => {
    const { seen, inspect } = beforeTheEmail();
    await rehearseWell(
      {
        name: 'Everything that costs requests',
        quotas: defaults,
        cases: [{ subject: 'Something else', count: 250, createdAt: '2026-02-20T00:00:00Z' }],
        ...throttledWhile(call, error),
        expect: [{ emails: 1, severity: 'CRITICAL' }],
      },
      { inspect },
    );
    const searches = seen.calls.filter((name) => name === 'support:DescribeCases').length;
    // Three pages, and the number of the new case.
    expect(seen.calls.length - searches + Math.min(searches, 4)).toBeLessThanOrEqual(15);
    expect(seen.calls).toContain('dynamodb:UpdateItem');
  });

  test('though several reads fail at once', async () => {
    const report = await rehearseWell({
      name: 'Several reads fail',
      quotas: defaults,
      events: throttling,
      faults: [
        { call: 'cloudwatch.DescribeAlarms', error: 'InternalServiceFault', always: true },
        { call: 'cloudwatch.GetMetricData', error: 'InternalServiceFault', always: true },
        { call: 'secretsmanager.GetSecretValue', error: 'InternalServiceError', always: true },
      ].map((one) => ({ ...one, from: '9m' })),
      until: '14m',
      expect: [
        { emails: 1, severity: 'CRITICAL' },
        { case: 'Quota Request', count: 1 },
      ],
    });
    // The number of the new case is left out, since requests have been repeated.
    expect(emailText(report)).toContain('AWS had not told its number when this was written');
  });
});

describe('the same faults strike in every run', () => {
  test('though reads run in parallel', async () => {
    const scenario = {
      name: 'Parallel reads fail',
      events: throttling,
      faults: [{ call: 'servicequotas.GetServiceQuota', error: 'ThrottlingException', times: 2 }],
      until: '25m',
    };
    const [first, second] = [await rehearse(scenario), await rehearse(scenario)];
    const withoutMs = ({ invocations, ...rest }: typeof first) => ({
      ...rest,
      invocations: invocations.map(({ ms: _, ...invocation }) => invocation),
    });
    expect(withoutMs(first)).toEqual(withoutMs(second));
  });
});

describe('what the scenario itself cannot do', () => {
  test('a call that AWS refuses is a failure that names the line', async () => {
    const { failures } = await rehearse({
      name: 'A refused call',
      events: [at(5, { call: 'cloudwatch.PutMetricAlarm', with: {} })],
    });
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatch(/^scenario\.yaml:\d+: AWS refused this event \(/);
  });

  test('a quota whose name nobody knows gets one that says so', async () => {
    const report = await rehearseWell({
      name: 'A quota without a name',
      settings: settingsWith({
        rpmQuotaCode: 'L-0123ABCD',
        tpmQuotaCode: 'L-4567ABCD',
        acceptQuotaCodeMismatch: true,
      }),
      quotas: {
        'L-0123ABCD': 10000,
        'L-4567ABCD': { value: 6250000, name: 'Tokens per minute for our model' },
      },
      events: throttling,
      until: '13m',
    });
    expect(caseText(report)).toContain(
      '- RPM: Requests per minute (its name is not in the scenario) (L-0123ABCD)',
    );
    expect(caseText(report)).toContain('- TPM: Tokens per minute for our model (L-4567ABCD)');
  });
});

describe('a message that fails is tried again, and does nothing twice', () => {
  test('an e-mail that SNS refuses is published when the message comes back; the case is not touched again', async () => {
    const report = await rehearseWell({
      name: 'Publish is refused once',
      ...throttledWhile('sns.Publish', 'AuthorizationErrorException', { times: 1 }),
      until: '23m',
      expect: [{ case: 'Quota Request', count: 1 }, { emails: 1 }],
    });
    // Six minutes after its first try: the queue's visibility timeout.
    expect(secondsBetween(report.cases[0]?.openedAt ?? '', report.emails[0]?.at ?? '')).toBe(360);
    expect(emailText(report)).toContain('holds the details of this incident');
    expect(emailText(report)).not.toContain('repeat');
    expect(report.cases[0]?.communications).toHaveLength(1);
    expect(report.deadLetters).toBe(0);
  });

  test('one that SNS refuses twice is published, and no repeat: nothing went out before', async () => {
    const report = await rehearseWell({
      name: 'Publish is refused twice',
      ...throttledWhile('sns.Publish', 'AuthorizationErrorException', { times: 2 }),
      until: '28m',
      expect: [{ case: 'Quota Request', count: 1 }, { emails: 1 }],
    });
    expect(emailText(report)).not.toContain('repeat');
    expect(report.cases[0]?.communications).toHaveLength(1);
    expect(report.deadLetters).toBe(0);
  });

  test.each([
    ['an error of SNS, and nothing went out', { error: 'InternalError' }, [true]],
    ['cut off, and it went out', { error: 'none', kind: 'cut', effect: 'after' }, [false, true]],
  ])(
    'one whose answer is %s is sent once more, and says that it may be a repeat',
    async (_, answer, marks) => {
      const report = await rehearseWell({
        name: 'The answer of Publish is unclear',
        ...throttledWhile('sns.Publish', answer.error, { times: 1, ...answer }),
        until: '28m',
        expect: [{ case: 'Quota Request', count: 1 }],
      });
      expect(textsOf(report).map((text) => text.startsWith(MAY_BE_REPEAT))).toEqual(marks);
      expect(report.cases[0]?.communications).toHaveLength(1);
      expect(report.deadLetters).toBe(0);
    },
  );

  test('what went out but could not be put down is told once more, and says that it may be a repeat', async () => {
    const report = await rehearseWell({
      name: 'The ledger fails after the e-mail',
      // Ten pages of cases take so long that the run takes its lease in one second, and settles in the next.
      cases: [{ subject: 'Something else', count: 1001, createdAt: '2026-02-20T00:00:00Z' }],
      events: [alarmGoesTo(7, 'Throttles', 'ALARM')],
      faults: [{ call: 'dynamodb.UpdateItem', error: 'InternalServerError', times: 3, from: '7m43s' }],
      until: '20m',
    });
    expect(textsOf(report).map((text) => text.startsWith(MAY_BE_REPEAT))).toEqual([false, true]);
    expect(report.incidents).toHaveLength(1);
    expect(report.deadLetters).toBe(0);
  });

  test('a message that is no alarm ends in the dead-letter queue', async () => {
    const queueUrl = 'http://127.0.0.1/111122223333/AcmeCorp-Bedrock-OpsAlert-alarms';
    const report = await rehearseWell({
      name: 'A poisoned message',
      events: [at(5, { call: 'sqs.SendMessage', with: { QueueUrl: queueUrl, MessageBody: 'no alarm' } })],
      until: '2h',
      // CloudWatch's own, past the processor.
      expect: [{ emails: 1 }, { emails: 0, severity: 'CRITICAL' }],
    });
    expect(report.deadLetters).toBe(1);
    expect(processorRuns(report, '2026-03-02T09:00:00Z').map(({ at: when }) => when.slice(11, 16))).toEqual([
      '09:05',
      '09:11',
      '09:17',
      '09:23',
      '09:29',
    ]);
  });

  test('an alarm of somebody else is acknowledged', async () => {
    const topic = 'arn:aws:sns:us-east-1:111122223333:AcmeCorp-Bedrock-OpsAlert-raw-alarms';
    const message = {
      AlarmName: 'CpuHigh',
      AlarmArn: 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:CpuHigh',
      AWSAccountId: '111122223333',
      NewStateValue: 'ALARM',
      StateChangeTime: '2026-03-02T09:05:00.000+0000',
    };
    const report = await rehearseWell({
      name: 'An unknown alarm',
      events: [at(5, { call: 'sns.Publish', with: { TopicArn: topic, Message: JSON.stringify(message) } })],
      until: '20m',
      expect: [{ emails: 0 }],
    });
    expect(report.deadLetters).toBe(0);
    const runs = processorRuns(report, '2026-03-02T09:05:00Z');
    // It came twice.
    expect(runs.map(({ at: when }) => when.slice(11, 16))).toEqual(['09:05', '09:05']);
    for (const run of runs) expect(run).toMatchObject({ outcome: 'ok', calls: {} });
  });
});

describe('while the ledger cannot be written', () => {
  const WITHOUT_LEDGER =
    'The incident ledger could not be used: this may be told more than once, and no case is opened or updated until it can be used.';
  const WHY =
    'No AWS Support case was opened or updated: the incident ledger could not be used (InternalServerError), so whether there is a case already is not known.';

  test('people are told at once by each message, no case is opened, and the e-mail says why', async () => {
    const report = await rehearseWell({
      name: 'The ledger fails',
      ...throttledWhile('dynamodb.UpdateItem', 'InternalServerError', { always: true, from: '5m' }),
      until: '18m',
      // Of the composite and of the alarm itself, each twice and at most half a minute late.
      expect: [{ emails: 4, severity: 'CRITICAL', between: ['10m', '11m'] }, { emails: 4 }],
    });
    expect(report.cases).toEqual([]);
    expect(topicsOf(report)).toEqual(report.emails.map(() => 'Quota Request'));
    expect(secondsBetween('2026-03-02T09:10:00Z', report.emails[0]?.at ?? '')).toBeLessThan(30);
    for (const text of textsOf(report)) {
      expect(text.startsWith(WITHOUT_LEDGER)).toBe(true);
      expect(text).toContain(WHY);
    }
    expect(report.deadLetters).toBe(0);
  });

  test('and once it can, the incident is told with its case', async () => {
    const report = await rehearseWell({
      name: 'The ledger comes back',
      // Four messages, each with two repeats.
      ...throttledWhile('dynamodb.UpdateItem', 'InternalServerError', { times: 12, from: '10m' }),
      until: '25m',
      expect: [
        { case: 'Quota Request', count: 1 },
        { emails: 4, between: ['10m', '11m'] },
        // The reconciler waits until messages cannot be on their way any more.
        { emails: 1, between: ['15m', '22m'] },
        { emails: 5 },
      ],
    });
    const [incident] = report.incidents;
    const texts = textsOf(report);
    const last = texts.at(-1) ?? '';
    expect(last).toContain(`AWS Support case ${report.cases[0]?.displayId} was opened (Quota Request).`);
    expect(texts.map((text) => text.startsWith(WITHOUT_LEDGER))).toEqual([true, true, true, true, false]);
    for (const text of texts) expect(text).toContain(`Incident reference: ${incident?.id}`);
  });
});

describe('a deployment that cannot be right fails in one sentence', () => {
  test('a quota code that does not exist', async () => {
    const report = await rehearse({ name: 'Unknown code', quotas: { [TPM_CODE]: 6250000 } });
    expect(report.passed).toBe(false);
    expect(report.failures).toHaveLength(1);
    expect(report.failures[0]).toContain(
      `rpmQuotaCode ${RPM_CODE} of model ${MODEL}: Service Quotas knows no such quota of Amazon Bedrock in this Region`,
    );
  });

  test('the two codes given for each other', async () => {
    const report = await rehearse({
      name: 'Swapped codes',
      settings: settingsWith({ rpmQuotaCode: TPM_CODE, tpmQuotaCode: RPM_CODE }),
    });
    expect(report.failures[0]).toContain(
      `rpmQuotaCode ${TPM_CODE} of model ${MODEL}: The quota ${TPM_CODE} (Global cross-region`,
    );
    expect(report.failures[0]).toContain('it is one of tokens per minute');
  });
});
