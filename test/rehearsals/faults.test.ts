import { describe, expect, test } from '@jest/globals';
import {
  alarmGoesTo,
  at,
  caseText,
  emailText,
  MODEL,
  RPM_CODE,
  rehearse,
  rehearseWell,
  settingsWith,
  TPM_CODE,
} from './rehearse';

const throttling = [alarmGoesTo(10, 'Throttles', 'ALARM')];
const fault = (call: string, error: string, more: Readonly<Record<string, unknown>> = { always: true }) => ({
  faults: [{ call, error, ...more }],
});

describe('the e-mail goes out whatever becomes of the case', () => {
  test('a refused case is told as refused', async () => {
    const report = await rehearseWell({
      name: 'CreateCase is throttled',
      events: throttling,
      ...fault('support.CreateCase', 'ThrottlingException'),
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
      events: throttling,
      ...fault('support.CreateCase', 'none', { kind: 'cut', effect: 'after' }),
      expect: [{ case: 'Quota Request', count: 1 }, { emails: 2 }],
    });
    expect(emailText(report)).toContain('It is not clear whether the AWS Support case was opened or updated');
  });

  test('no case is opened while it cannot be known whether one is open', async () => {
    const report = await rehearseWell({
      name: 'DescribeCases fails',
      events: throttling,
      ...fault('support.DescribeCases', 'InternalServerError'),
      expect: [{ case: 'Quota Request', count: 0 }, { emails: 1 }],
    });
    expect(emailText(report)).toContain('the open cases could not be read');
  });

  test('without the contacts the case is opened all the same, and the e-mail says who is missing', async () => {
    const report = await rehearseWell({
      name: 'The contacts cannot be read',
      events: throttling,
      ...fault('secretsmanager.GetSecretValue', 'InternalServiceError'),
      expect: [{ case: 'Quota Request', count: 1 }, { emails: 1 }],
    });
    expect(emailText(report)).toContain('nobody was put on cc');
  });

  test('unknown usage is said to be unknown, and nothing is requested', async () => {
    const report = await rehearseWell({
      name: 'The usage cannot be read',
      events: throttling,
      ...fault('cloudwatch.GetMetricData', 'InternalServiceFault'),
      expect: [{ case: 'Quota Request', scenario: 'new_model', count: 1 }, { emails: 1 }],
    });
    expect(caseText(report)).toContain('the usage of the last 14 days could not be read');
    expect(caseText(report)).toContain('No increase is requested until the figures can be read.');
    expect(caseText(report)).not.toContain('newly deployed');
  });

  test('without the state of the alarms the message itself says what is wrong', async () => {
    await rehearseWell({
      name: 'DescribeAlarms fails',
      events: throttling,
      ...fault('cloudwatch.DescribeAlarms', 'InternalServiceFault'),
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

  test.each([
    ['cloudwatch.DescribeAlarms', 'InternalServiceFault'],
    ['cloudwatch.GetMetricData', 'ThrottlingException'],
    ['secretsmanager.GetSecretValue', 'InternalServiceError'],
    ['support.DescribeCases', 'InternalServerError'],
  ])('though %s fails always, only defaults are known, and there are 250 cases', async (call, error) => {
    const report = await rehearseWell({
      name: 'Everything that costs requests',
      quotas: defaults,
      cases: [{ subject: 'Something else', count: 250, createdAt: '2026-02-20T00:00:00Z' }],
      events: throttling,
      faults: [{ call, error, always: true }],
      expect: [{ emails: 1 }],
    });
    const calls = report.invocations.at(-1)?.calls ?? {};
    const counted = Object.entries(calls).map(([name, count]) =>
      name === 'support:DescribeCases' ? Math.min(count, 4) : count,
    );
    expect(counted.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(16);
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
      ],
      expect: [{ emails: 1 }, { case: 'Quota Request', count: 1 }],
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
      settings: settingsWith({ rpmQuotaCode: 'L-0123ABCD', tpmQuotaCode: 'L-4567ABCD' }),
      quotas: {
        'L-0123ABCD': 10000,
        'L-4567ABCD': { value: 6250000, name: 'Tokens per minute for our model' },
      },
      events: throttling,
    });
    expect(caseText(report)).toContain(
      '- RPM: Requests per minute (its name is not in the scenario) (L-0123ABCD)',
    );
    expect(caseText(report)).toContain('- TPM: Tokens per minute for our model (L-4567ABCD)');
  });
});

describe('a message that fails is tried again, and does nothing twice', () => {
  test('an e-mail that could not be published is published when the message comes back; the case is not touched again', async () => {
    const report = await rehearseWell({
      name: 'Publish fails once',
      events: throttling,
      ...fault('sns.Publish', 'InternalFailure', { times: 1 }),
      expect: [{ case: 'Quota Request', count: 1 }, { emails: 1 }],
    });
    // Six minutes later: the queue's visibility timeout.
    expect(report.emails[0]?.at).toBe('2026-03-02T09:16:00Z');
    expect(emailText(report)).toContain('holds the details of this incident');
    expect(report.cases[0]?.communications).toHaveLength(1);
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
    const tries = report.invocations.filter(({ at: when }) => when > '2026-03-02T09:00:00Z');
    expect(tries.map(({ at: when }) => when.slice(11, 16))).toEqual([
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
      until: '2h',
      expect: [{ emails: 0 }],
    });
    expect(report.deadLetters).toBe(0);
    expect(report.invocations.at(-1)).toMatchObject({ at: '2026-03-02T09:05:00Z', outcome: 'ok', calls: {} });
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
      `rpmQuotaCode ${TPM_CODE} of model ${MODEL} is "Global cross-region`,
    );
    expect(report.failures[0]).toContain('which is no quota of requests per minute');
  });
});
