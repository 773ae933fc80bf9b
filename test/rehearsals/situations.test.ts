import { describe, expect, test } from '@jest/globals';
import type { Report } from '../../rehearsal/report';
import { flowing, sectionOf } from '../domain/prose';
import {
  alarmGoesTo,
  at,
  caseText,
  emailText,
  MODEL,
  ourBodies,
  QUIET_HISTORY,
  RPM_CODE,
  rehearseWell,
  SETTINGS,
  settingsWith,
  TPM_CODE,
} from './rehearse';

const throttling = [alarmGoesTo(10, 'Throttles', 'ALARM')];

/** What the first case was told of the incident. */
const caseBody = ({ cases }: Report): string => cases.slice(0, 1).flatMap(ourBodies)[0] ?? '';

/** One minute with these peaks two hours before the start, and hardly any traffic since. */
const peaksOf = (rpm: number, tpm: number) => ({
  interval: '1m',
  Invocations: `${rpm} 1x120`,
  EstimatedTPMQuotaUsage: `${tpm} 100x120`,
});

interface Example {
  readonly triggered: readonly string[];
  readonly quotas: readonly [rpm: number, tpm: number];
  /** Undefined: no data at all. */
  readonly peaks: readonly [rpm: number, tpm: number] | undefined;
  readonly scenario: string;
  readonly severity: string;
  /** Who opens the cases: Service Quotas one for each increase, or we one for all of it. */
  readonly via: 'support' | 'service-quotas';
  /** What each case asks for. */
  readonly requests: readonly string[];
}

const EXAMPLES: readonly Example[] = [
  {
    triggered: ['ServerErrors'],
    quotas: [10_000, 6_250_000],
    peaks: [9_500, 6_000_000],
    scenario: 'non_quota',
    severity: 'CRITICAL',
    via: 'support',
    requests: ['find the root cause of errors on the side of Bedrock (5xx)'],
  },
  {
    triggered: ['InputTokenAnomaly'],
    quotas: [200, 500_000],
    peaks: undefined,
    scenario: 'new_model',
    severity: 'WARNING',
    via: 'service-quotas',
    requests: [`raise the quota to 625,000 TPM (${TPM_CODE})`],
  },
  {
    triggered: ['Throttles'],
    quotas: [10_000, 6_250_000],
    peaks: [9_500, 3_000_000],
    scenario: 'high_usage',
    severity: 'CRITICAL',
    // Only the peak of RPM proves its need.
    via: 'service-quotas',
    requests: [`raise the quota to 12,500 RPM (${RPM_CODE}); please expedite`],
  },
  {
    triggered: ['HighTPMQuotaUsage'],
    quotas: [200, 200_000],
    peaks: [150, 210_000],
    scenario: 'high_usage',
    severity: 'WARNING',
    via: 'service-quotas',
    requests: [`raise the quota to 250,000 TPM (${TPM_CODE})`],
  },
  {
    triggered: ['InvocationAnomaly'],
    quotas: [10_001, 6_250_000],
    peaks: [5_578, 3_404_691],
    scenario: 'low_usage',
    severity: 'WARNING',
    via: 'support',
    requests: ['investigate the cause; no increase is asked for yet'],
  },
  {
    triggered: ['ClientErrors'],
    quotas: [200, 200_000],
    peaks: [50, 80_000],
    scenario: 'low_usage',
    severity: 'CRITICAL',
    via: 'support',
    requests: ['investigate the cause; no increase is asked for yet'],
  },
  {
    triggered: ['ServerErrors', 'HighTPMQuotaUsage'],
    quotas: [200, 200_000],
    peaks: [150, 160_000],
    scenario: 'high_usage',
    severity: 'CRITICAL',
    via: 'service-quotas',
    requests: [`raise the quota to 250,000 TPM (${TPM_CODE}); please expedite`],
  },
  {
    triggered: ['HighLatency', 'LatencyAnomaly'],
    quotas: [200, 200_000],
    peaks: [190, 190_000],
    scenario: 'non_quota',
    severity: 'WARNING',
    via: 'support',
    requests: [
      'find the root cause of answers slower than the limit set for them and answers far slower than is usual at this hour',
    ],
  },
  // Mixed sets.
  {
    triggered: ['HighInvocationRate', 'HighTPMQuotaUsage', 'HighLatency'],
    quotas: [200, 200_000],
    peaks: [159, 159_999],
    scenario: 'low_usage',
    severity: 'WARNING',
    via: 'support',
    requests: ['investigate the cause; no increase is asked for yet'],
  },
  {
    triggered: ['OutputTokenAnomaly', 'HighInvocationRate'],
    quotas: [200, 200_000],
    peaks: [160, 1_000],
    scenario: 'high_usage',
    severity: 'WARNING',
    via: 'service-quotas',
    requests: [`raise the quota to 250 RPM (${RPM_CODE})`, `raise the quota to 250,000 TPM (${TPM_CODE})`],
  },
  {
    triggered: ['ServerErrors', 'ClientErrors', 'LatencyAnomaly'],
    quotas: [200, 200_000],
    peaks: undefined,
    scenario: 'new_model',
    severity: 'CRITICAL',
    via: 'support',
    requests: [`raise the quotas to 250 RPM (${RPM_CODE}) and 250,000 TPM (${TPM_CODE})`],
  },
];

test.each(EXAMPLES)(
  '$triggered at quotas $quotas and peaks $peaks is $scenario',
  async ({ triggered, quotas: [rpm, tpm], peaks, scenario, severity, via, requests }) => {
    const report = await rehearseWell({
      name: triggered.join(' and '),
      quotas: { [RPM_CODE]: rpm, [TPM_CODE]: tpm },
      models: { [MODEL]: peaks === undefined ? {} : { history: peaksOf(...peaks) } },
      events: triggered.map((alarm) => alarmGoesTo(10, alarm, 'ALARM')),
      until: '15m',
      expect: [{ emails: 1, severity }],
    });
    expect(report.incidents.map((incident) => [incident.scenario, incident.severity])).toEqual([
      [scenario, severity],
    ]);
    expect(report.cases.map((one) => one.via)).toEqual(requests.map(() => via));
    const heads = report.cases.map((one) => ourBodies(one).map((body) => sectionOf(body, '')));
    for (const request of requests)
      expect(heads).toContainEqual([expect.stringContaining(`Request: ${request} Customer: AcmeCorp`)]);
    for (const alarm of triggered) expect(emailText(report)).toContain(`- ${alarm}: in ALARM since`);
  },
);

test('the worked example of a reference shows what would be requested', async () => {
  const report = await rehearseWell({
    name: 'Reference',
    quotas: { [RPM_CODE]: 10_001, [TPM_CODE]: 6_250_000 },
    models: { [MODEL]: { history: peaksOf(5_578, 3_404_691) } },
    events: [alarmGoesTo(10, 'InvocationAnomaly', 'ALARM')],
    until: '15m',
  });
  expect(sectionOf(caseBody(report), 'Quota increase requests (for reference only)')).toMatch(
    /Current: 10,001 RPM Would be requested: 12,502 RPM \(25 % more\)$/,
  );
  expect(sectionOf(caseBody(report), 'Justification')).toMatch(
    /RPM: peak 5,578 RPM \(2026-03-02 06:58 UTC\); threshold 8,000 RPM\. - TPM: peak 3,404,691 TPM/,
  );
});

describe('how long usage was at the threshold', () => {
  test.each([
    ['five in a row', '160x4 1x100', '5 minutes (sustained, 5 minutes at the longest in a row)'],
    ['four in a row', '160x3 1 160 1x100', '5 minutes (4 minutes at the longest in a row)'],
    ['a minute without data between', '160x3 _ 160x3 1x100', '8 minutes (4 minutes at the longest in a row)'],
    ['one', '160 1x100', '1 minute (1 minute at the longest in a row)'],
  ])('%s', async (_, invocations, words) => {
    const report = await rehearseWell({
      name: 'Time at the threshold',
      quotas: { [RPM_CODE]: 200, [TPM_CODE]: 200_000 },
      models: { [MODEL]: { history: { interval: '1m', Invocations: invocations } } },
      events: [alarmGoesTo(10, 'HighInvocationRate', 'ALARM')],
      until: '15m',
    });
    expect(sectionOf(caseBody(report), 'Justification')).toContain(`At or over the threshold in ${words}.`);
  });
});

describe('what is not there is said in words', () => {
  test('a model without an RPM quota', async () => {
    const report = await rehearseWell({
      name: 'No RPM quota',
      settings: settingsWith({ rpmQuotaCode: 'NA' }),
      events: throttling,
      until: '15m',
    });
    expect(sectionOf(report.emails[0]?.body ?? '', 'Figures')).toContain(
      '- RPM: no RPM quota is watched for this model',
    );
    expect(caseBody(report)).not.toMatch(/^- RPM:/m);
    expect(report.thresholds.map(({ quota }) => quota)).toEqual(['TPM']);
  });

  test('a model without any quota', async () => {
    const report = await rehearseWell({
      name: 'No quota',
      settings: settingsWith({ rpmQuotaCode: 'NA', tpmQuotaCode: 'NA' }),
      quotas: {},
      events: throttling,
      until: '15m',
    });
    expect(caseText(report)).toContain('No quota is watched for this model.');
    expect(caseText(report)).not.toMatch(/threshold \d|Requested|Would be/);
  });

  test('a quota of which only the default is known', async () => {
    const report = await rehearseWell({
      name: 'Default',
      quotas: { [RPM_CODE]: { default: 10_000 }, [TPM_CODE]: 6_250_000 },
      events: throttling,
      until: '15m',
    });
    expect(emailText(report)).toContain('quota 10,000 RPM (the AWS default)');
    expect(caseText(report)).toContain('Current: 10,000 RPM (the AWS default)');
  });

  test('a quota that cannot be read when the alarm goes off', async () => {
    const report = await rehearseWell({
      name: 'Quotas cannot be read',
      models: { [MODEL]: { history: peaksOf(9_500, 3_000_000) } },
      events: throttling,
      faults: [
        {
          call: 'servicequotas.GetServiceQuota',
          error: 'ServiceException',
          always: true,
          from: '1m',
        },
      ],
      until: '15m',
      expect: [{ case: 'Quota Request', scenario: 'high_usage', count: 1 }],
    });
    expect(sectionOf(report.emails[0]?.body ?? '', 'Figures')).toContain(
      'alarm threshold 8,000 RPM, quota not known',
    );
    expect(caseText(report)).toContain(
      `Request: raise the quota to 25 % more than the current value, which could not be read (${RPM_CODE})`,
    );
  });

  test.each(['RPM', 'TPM'])('a stored %s threshold that is gone', async (quota) => {
    const name = `/AcmeCorp/bedrock/quota-monitoring/${MODEL}/thresholds/${quota.toLowerCase()}-threshold-calculated`;
    const report = await rehearseWell({
      name: 'No threshold',
      events: [at(5, { call: 'ssm.DeleteParameter', with: { Name: name } }), ...throttling],
      until: '15m',
      expect: [{ case: 'Quota Request', scenario: 'new_model', count: 1 }],
    });
    expect(caseText(report)).toContain(`the ${quota} alarm threshold could not be read`);
    expect(caseText(report)).not.toContain('newly deployed');
    expect(emailText(report)).not.toContain('Asked for');
  });

  test('tokens that no metric counts', async () => {
    const report = await rehearseWell({
      name: 'No token metrics',
      models: { [MODEL]: { history: { interval: '1h', Invocations: '4000x100' } } },
      events: throttling,
      until: '15m',
    });
    expect(caseText(report)).toContain('Peak TPM: tokens not counted by CloudWatch');
    expect(caseText(report)).toContain('Peak RPM: 4,000 RPM');
  });

  test('tokens that only the token counts tell are added in the same minute', async () => {
    const report = await rehearseWell({
      name: 'Token counts only',
      models: {
        [MODEL]: {
          history: {
            interval: '1m',
            Invocations: '10x9',
            InputTokenCount: '1000 9000 1000x7',
            OutputTokenCount: '8000 500 100x7',
          },
        },
      },
      events: throttling,
      until: '15m',
    });
    expect(caseText(report)).toContain('Peak TPM: 9,500 TPM (2026-03-02 08:51 UTC)');
    expect(caseText(report)).toContain('TPM is measured as InputTokenCount + OutputTokenCount.');
  });
});

describe('the live settings', () => {
  const put = (key: string, value: string) =>
    at(5, {
      call: 'ssm.PutParameter',
      with: {
        Name: `/AcmeCorp/bedrock/quota-monitoring/${MODEL}/${key}`,
        Value: value,
        Type: 'String',
        Overwrite: true,
      },
    });
  const high = { [MODEL]: { history: peaksOf(9_500, 6_000_000) } };

  test('are read at the incident', async () => {
    const report = await rehearseWell({
      name: 'Changed since the deployment',
      models: high,
      events: [
        put('rpmIncreasePercent', '50'),
        put('tpmIncreasePercent', '0'),
        put('useCase', 'Translations for the newsroom.'),
        ...throttling,
      ],
      until: '15m',
    });
    expect(caseText(report)).toContain(
      `Request: raise the quota to 15,000 RPM (${RPM_CODE}); please expedite`,
    );
    expect(sectionOf(caseBody(report), 'Use case')).toBe('Translations for the newsroom.');
    expect(emailText(report)).toContain('Asked for: 15,000 RPM (50 % more)');
    expect(caseText(report)).not.toContain('Requested: 7,812,500');
  });

  test('with no increase at all ask for none', async () => {
    const report = await rehearseWell({
      name: 'Percent 0',
      settings: settingsWith({ rpmIncreasePercent: 0, tpmIncreasePercent: 0 }),
      models: high,
      events: throttling,
      until: '15m',
    });
    expect(caseText(report)).toContain('Request: look into the alarms; no increase is asked for');
    expect(caseText(report)).toContain('Our settings ask for no increase of the quotas concerned.');
    expect(caseText(report)).not.toContain('Quota increase requests');
  });

  test('turn cases off and mails down without a deployment', async () => {
    const report = await rehearseWell({
      name: 'Turned off',
      events: [
        put('automatedSupportCase', 'false'),
        put('notificationPreference', 'critical'),
        ...throttling,
        alarmGoesTo(12, 'Throttles', 'OK'),
        // Ten minutes after that the first incident is over.
        alarmGoesTo(25, 'HighLatency', 'ALARM'),
      ],
      until: '28m',
      expect: [
        { emails: 1, severity: 'CRITICAL', subject: 'Quota Request' },
        { emails: 1, severity: 'CRITICAL', subject: 'over' },
        { emails: 0, severity: 'WARNING' },
      ],
    });
    expect(report.cases).toEqual([]);
    expect(emailText(report)).toContain('automatedSupportCase is false');
  });

  test.each([
    ['not valid', put('rpmIncreasePercent', '101'), 'rpmIncreasePercent in Parameter Store is not valid'],
    [
      'missing',
      at(5, {
        call: 'ssm.DeleteParameter',
        with: { Name: `/AcmeCorp/bedrock/quota-monitoring/${MODEL}/rpmIncreasePercent` },
      }),
      'rpmIncreasePercent is missing from Parameter Store',
    ],
  ])('that are %s are replaced by the deployed value, and the e-mail says so', async (_, event, words) => {
    const report = await rehearseWell({
      name: 'A live setting that cannot be used',
      models: high,
      events: [event, ...throttling],
      until: '15m',
    });
    expect(sectionOf(report.emails[0]?.body ?? '', 'Settings')).toBe(
      `- ${words}; the deployed value was used instead: 25.`,
    );
    expect(caseText(report)).toContain('12,500 RPM');
  });
});

describe('what speaks for another cause than the quota', () => {
  const quiet = { Invocations: '4000x29', EstimatedTPMQuotaUsage: '2500000x29' };
  const play = (series: Readonly<Record<string, string>>) =>
    rehearseWell({ name: 'A cause', models: { [MODEL]: { history: QUIET_HISTORY, series } } });
  const texts = (report: Report) => [emailText(report), caseText(report)];

  test('throttled requests while usage is under the thresholds', async () => {
    const report = await play({ ...quiet, InvocationThrottles: '_x10 40x18' });
    for (const text of texts(report)) {
      expect(text).toContain('Usage in the minutes with throttled requests was below the alarm thresholds');
      expect(text).toContain('at most 4,000 RPM and 2,500,000 TPM');
      expect(text).toMatch(/max_tokens.*tokens per day.*capacity/);
    }
    expect(emailText(report)).toContain('Throttled requests: 200 in the last hour, at most 40 in one minute');
  });

  test('not while usage is over one of them', async () => {
    const report = await play({
      Invocations: '4000x9 9000x20',
      EstimatedTPMQuotaUsage: '2500000x29',
      InvocationThrottles: '_x10 40x18',
    });
    for (const text of texts(report)) expect(text).not.toContain('max_tokens');
  });

  test('server errors are not the quota’s', async () => {
    const report = await play({
      ...quiet,
      InvocationServerErrors: '_x10 7x18',
      InvocationThrottles: '_x10 9x18',
    });
    expect(emailText(report)).toContain('Server errors (5xx) come from a lack of capacity or a fault at AWS');
    expect(caseText(report)).toContain('Server errors (5xx) point to capacity or a fault of the service');
  });

  test('refused requests without throttled ones', async () => {
    const report = await play({ ...quiet, InvocationClientErrors: '_x10 30x18' });
    for (const text of texts(report))
      expect(text).toMatch(
        /Throttled requests: none in the last hour\. A faulty request or a missing permission.* likelier than a quota/,
      );
  });

  test('not with a few throttled ones', async () => {
    const report = await play({
      ...quiet,
      InvocationClientErrors: '_x10 30x18',
      InvocationThrottles: '_x10 1x18',
    });
    for (const text of texts(report)) expect(text).not.toContain('missing permission');
  });

  test('slow answers are told with their figures and their limit', async () => {
    const report = await play({ ...quiet, InvocationLatency: '900x9 250000x20' });
    expect(emailText(report)).toMatch(
      /Latency: at most 250,000 ms on average in one minute \(2026-03-02 09:10 UTC\) in the last hour; limit 240,000 ms/,
    );
  });
});

describe('the model as support sees it', () => {
  test('an application profile, with geographic residency', async () => {
    const report = await rehearseWell({
      name: 'Application profile',
      settings: settingsWith({
        modelId: 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6',
        acceptQuotaCodeMismatch: true,
        dataResidency: 'Yes',
        inputModalities: 'TEXT Only',
      }),
      events: throttling,
      until: '15m',
    });
    const body = flowing(caseBody(report));
    expect(body).toContain('Inference profile type: Application');
    expect(body).toContain('Application inference profile: a1b2c3d4e5f6');
    expect(body).toContain('geographic residency is required, so global cross-Region inference is ruled out');
    expect(body).toContain('Input modalities: TEXT Only');
  });

  test('residency that a global profile contradicts', async () => {
    const report = await rehearseWell({
      name: 'Contradiction',
      settings: settingsWith({ dataResidency: 'Yes' }),
      events: throttling,
      until: '15m',
    });
    expect(caseText(report)).toContain('although the model id above is that of a global profile');
    expect(sectionOf(report.emails[0]?.body ?? '', 'Settings')).toContain('one of the two is wrong');
  });
});

describe('customers and Regions that share an account', () => {
  const settingsOf = (customer: string, region: string) => ({
    ...SETTINGS,
    customer,
    models: SETTINGS.models.map((model) => ({ ...model, region, account: '111122223333' })),
  });
  const setAlarm = (minute: number, customer: string) =>
    at(minute, {
      call: 'cloudwatch.SetAlarmState',
      with: {
        AlarmName: `${customer}-Bedrock-Throttles-Critical-${MODEL}`,
        StateValue: 'ALARM',
        StateReason: 'A test',
      },
    });
  const subjectOf = (customer: string, region: string) =>
    `${customer} - Bedrock Ops Alert - ${MODEL} - Quota Request - ${region}`;

  test('Acme never touches a case of BigAcme', async () => {
    const report = await rehearseWell({
      name: 'Acme and BigAcme',
      settings: [settingsOf('BigAcme', 'us-east-1'), settingsOf('Acme', 'us-east-1')],
      events: [setAlarm(5, 'BigAcme'), setAlarm(8, 'Acme'), setAlarm(20, 'Acme')],
      until: '23m',
    });
    const cases = report.cases.map(({ subject, communications }) => [subject, communications.length]);
    // The opening, that it is over, and for Acme its second incident.
    expect(cases).toEqual([
      [subjectOf('BigAcme', 'us-east-1'), 2],
      [subjectOf('Acme', 'us-east-1'), 3],
    ]);
    expect(report.cases[1]?.communications.every(({ body }) => !body.includes('BigAcme'))).toBe(true);
  });

  test('one customer in two Regions has a case in each', async () => {
    const report = await rehearseWell({
      name: 'Two Regions',
      settings: [settingsOf('Acme', 'us-east-1'), settingsOf('Acme', 'eu-west-1')],
      events: [alarmGoesTo(10, 'Throttles', 'ALARM')],
      until: '15m',
    });
    expect(
      report.cases.map(({ subject, communications }) => [subject, communications.length]).sort(),
    ).toEqual([
      [subjectOf('Acme', 'eu-west-1'), 1],
      [subjectOf('Acme', 'us-east-1'), 1],
    ]);
    for (const { body, subject } of report.emails) {
      expect(subject).toBe(`CRITICAL: Acme Bedrock ${MODEL} - Quota Request`);
      const region = /Region (\S+)/.exec(body)?.[1] ?? '';
      const ours = report.cases.find((one) => one.subject === subjectOf('Acme', region));
      expect(sectionOf(body, 'What was done')).toContain(`case ${ours?.displayId} was opened`);
      expect(body).toContain(`https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#`);
    }
    expect(new Set(report.emails.map(({ body }) => body)).size).toBe(2);
  });
});
