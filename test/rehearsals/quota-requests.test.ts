import { describe, expect, test } from '@jest/globals';
import type { Report } from '../../rehearsal/report';
import { mailAbout, mailsAbout, partOf } from './mails';
import { MODEL, QUIET_HISTORY, RPM_CODE, rehearseWell, settingsWith, TPM_CODE } from './rehearse';

/** Increases that are asked for through Service Quotas, with AWS's case told why; and what is done where that cannot be. */

const QUOTA_REQUEST = 'Quota Request';
/** From 9:10 on for twenty minutes. */
const RPM_HIGH = { Invocations: '4000x9 9500x19 4000x30' };
const TPM_HIGH = { Invocations: '4000x59', EstimatedTPMQuotaUsage: '2500000x9 5500000x19 2500000x30' };
/** Too short for an alarm on the RPM. */
const THROTTLED = { Invocations: '4000x9 9500x2 4000x47', InvocationThrottles: '_x9 40x19 _x30' };

const play = (
  name: string,
  series: object,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<Report> =>
  rehearseWell({
    name,
    models: { [MODEL]: { history: QUIET_HISTORY, series } },
    until: '60m',
    ...changes,
  });

const quotasWith = (rpm: unknown) => ({ [RPM_CODE]: rpm, [TPM_CODE]: 6_250_000 });

/** What was asked of Service Quotas: of each quota the value, once however often its status changed. */
const askedFor = ({ quotaRequests }: Report) =>
  quotaRequests
    .filter(({ at, status }) => status === 'PENDING' && at >= '2026-03-02T09:00:00Z')
    .map(({ quotaCode, desiredValue }) => [quotaCode, desiredValue])
    .sort();

const casesVia = ({ cases }: Report, way: 'support' | 'service-quotas') =>
  cases.filter(({ via }) => via === way);

/** Our own words on a case, each as one line. */
const ourWords = ({ communications }: Report['cases'][number]) =>
  communications.filter(({ by }) => by === 'us').map(({ body }) => body.replace(/\s+/g, ' '));

const done = (report: Report): string => partOf(report, QUOTA_REQUEST, 'What was done');

/** A request without a case of ours, whose case by AWS holds the details once, and one e-mail that names it. */
function expectRequested(report: Report, ...values: readonly (readonly [string, number])[]): void {
  expect(askedFor(report)).toEqual([...values].sort());
  expect(casesVia(report, 'support')).toEqual([]);
  expect(mailsAbout(report, QUOTA_REQUEST)).toHaveLength(1);
  const cases = casesVia(report, 'service-quotas');
  expect(cases).toHaveLength(values.length);
  for (const one of cases)
    expect(ourWords(one).filter((body) => /Incident reference: [0-9a-f]{12} /.test(body))).toHaveLength(1);
}

describe('an increase is asked for where use proves the need', () => {
  test('of the RPM, for an alarm on the RPM', async () => {
    const report = await play('The RPM alarm', RPM_HIGH);
    expectRequested(report, [RPM_CODE, 12_500]);
    expect(done(report)).toContain(`to raise RPM (${RPM_CODE}) to 12,500 RPM`);
  });

  test('of the TPM, for an alarm on the TPM', async () => {
    const report = await play('The TPM alarm', TPM_HIGH);
    expectRequested(report, [TPM_CODE, 7_812_500]);
    expect(done(report)).toContain(`to raise TPM (${TPM_CODE}) to 7,812,500 TPM`);
  });

  test('of both, for alarms on both', async () => {
    const report = await play('Both alarms', { ...TPM_HIGH, ...RPM_HIGH });
    expectRequested(report, [RPM_CODE, 12_500], [TPM_CODE, 7_812_500]);
    // Each case is told in the end what it was opened for, and nothing of the other.
    const closings = casesVia(report, 'service-quotas').map((one) => ourWords(one).at(-1) ?? '');
    expect(
      closings
        .map((body) => [...body.matchAll(/requested [\d,]+ ([RT]PM)/g)].map(([, quota]) => quota))
        .sort(),
    ).toEqual([['RPM'], ['TPM']]);
    expect(done(report)).toContain('12,500 RPM');
    expect(done(report)).toContain('7,812,500 TPM');
  });

  test('of the one whose peak reached its threshold, for throttled requests; the other is for reference', async () => {
    const report = await play('Throttles at one peak', THROTTLED);
    expectRequested(report, [RPM_CODE, 12_500]);
    const [details = ''] = casesVia(report, 'service-quotas').flatMap(ourWords);
    expect(details).toContain('Current: 10,000 RPM Requested: 12,500 RPM');
    expect(details).toContain('Current: 6,250,000 TPM For reference: no part of this request');
  });

  test('above AWS’s default, even where the account has far less', async () => {
    const report = await play(
      'Applied below default',
      { Invocations: '400x9 950x19 400x30' },
      {
        quotas: quotasWith({ value: 1_000, default: 10_000 }),
        models: {
          [MODEL]: {
            history: { ...QUIET_HISTORY, Invocations: '400x47' },
            series: { Invocations: '400x9 950x19 400x30' },
          },
        },
      },
    );
    expectRequested(report, [RPM_CODE, 10_001]);
    expect(done(report)).toContain('to 10,001 RPM');
  });
});

test('AWS is told what it asks for, after its automatic reply', async () => {
  const report = await play('The details', RPM_HIGH);
  const [one] = casesVia(report, 'service-quotas');
  expect(one?.communications.map(({ by }) => by)).toEqual(['aws', 'aws', 'us', 'us']);
  const [details = ''] = one === undefined ? [] : ourWords(one);
  for (const asked of [
    'Steady-state RPM: ',
    'Peak RPM: 9,500 RPM',
    'Steady-state TPM: ',
    'Peak TPM: ',
    'Average input tokens per request: ',
    'Average output tokens per request: ',
    'Use case',
    'Region: us-east-1',
    'Model id: global.anthropic.claude-opus-4-6-v1',
    'Cross-Region inference: yes, global',
    'Input modalities: TEXT and IMAGE',
  ])
    expect(details).toContain(asked);
});

describe('a request that is open already', () => {
  const pending = (desiredValue: number) => ({
    quotaRequests: [
      { quotaCode: RPM_CODE, desiredValue, status: 'CASE_OPENED', requestedAt: '2026-02-27T14:00:00Z' },
    ],
  });

  test('is used: no second one is made, and its case is told', async () => {
    const report = await play('A pending request', RPM_HIGH, pending(15_000));
    expect(askedFor(report)).toEqual([]);
    expect(casesVia(report, 'support')).toEqual([]);
    const [one] = casesVia(report, 'service-quotas');
    expect(one && ourWords(one)[0]).toContain('15,000 RPM');
    expect(done(report)).toContain('to 15,000 RPM has been open since 2026-02-27 14:00 UTC');
    expect(done(report)).toContain(one?.displayId);
  });

  test('of another customer in the same account is as good', async () => {
    const [team] = [settingsWith({})];
    const other = { ...team, customer: 'Other', stakeholders: ['other@acme.example'] };
    const report = await play('Two customers', RPM_HIGH, { settings: [team, other] });
    expect(askedFor(report)).toEqual([[RPM_CODE, 12_500]]);
    expect(casesVia(report, 'support')).toEqual([]);
    const [one] = casesVia(report, 'service-quotas');
    const details = (one === undefined ? [] : ourWords(one)).filter((body) => !body.includes(', over'));
    expect(details.filter((body) => body.includes('Customer: AcmeCorp'))).toHaveLength(1);
    expect(details.filter((body) => body.includes('Customer: Other'))).toHaveLength(1);
  });

  test('of another quota does not matter', async () => {
    const report = await play('Another quota', RPM_HIGH, {
      quotaRequests: [
        {
          quotaCode: TPM_CODE,
          desiredValue: 9_000_000,
          status: 'PENDING',
          requestedAt: '2026-02-27T14:00:00Z',
        },
      ],
    });
    expect(askedFor(report)).toEqual([[RPM_CODE, 12_500]]);
  });
});

describe('our own guards', () => {
  test('no request goes beyond the ceiling, nor asks a case for it', async () => {
    const report = await play('The ceiling', RPM_HIGH, {
      settings: settingsWith({ quotaCeilingMultiple: 1.2 }),
    });
    expect(askedFor(report)).toEqual([]);
    const [one] = casesVia(report, 'support');
    expect(one && ourWords(one)[0]).toContain('for reference');
    expect(done(report)).toContain('12,000 RPM');
    expect(done(report)).toContain('quotaCeilingMultiple');
  });

  test.each([
    ['2026-02-23T09:17:00Z', false],
    ['2026-02-23T09:14:00Z', true],
  ])('within seven days of the request of %s another one: %s', async (requestedAt, isAsked) => {
    const report = await play('The pause', RPM_HIGH, {
      quotaRequests: [{ quotaCode: RPM_CODE, desiredValue: 10_000, status: 'DENIED', requestedAt }],
    });
    expect(askedFor(report)).toEqual(isAsked ? [[RPM_CODE, 12_500]] : []);
    if (!isAsked) expect(done(report)).toMatch(/7 days/);
    expect(casesVia(report, 'support')).toHaveLength(isAsked ? 0 : 1);
  });

  test('automatedQuotaRequest false leaves it to a case', async () => {
    const report = await play('Not automated', RPM_HIGH, {
      settings: settingsWith({ automatedQuotaRequest: false }),
    });
    expect(askedFor(report)).toEqual([]);
    const [one] = casesVia(report, 'support');
    expect(one && ourWords(one)[0]).toContain('Requested: 12,500 RPM');
    expect(done(report)).toContain('automatedQuotaRequest is false');
  });

  test('automatedSupportCase false asks for nothing', async () => {
    const report = await play('No cases', RPM_HIGH, {
      settings: settingsWith({ automatedSupportCase: false }),
    });
    expect(askedFor(report)).toEqual([]);
    expect(report.cases).toEqual([]);
  });

  test('maxNewCasesPerDay counts requests, since AWS opens a case for each', async () => {
    const report = await play('No new cases', RPM_HIGH, {
      settings: { ...settingsWith({}), maxNewCasesPerDay: 0 },
    });
    expect(askedFor(report)).toEqual([]);
    expect(report.cases).toEqual([]);
    expect(done(report)).toContain('maxNewCasesPerDay');
  });
});

describe('where Service Quotas takes no request, a technical case asks, and the e-mail says why', () => {
  test.each([
    [
      'the quota is not adjustable',
      { quotas: quotasWith({ value: 10_000, adjustable: false }) },
      /not adjustable|does not raise|cannot be raised/,
    ],
    ['the service-linked role is missing', { serviceLinkedRole: false }, /service-linked role/],
    ['too many requests are open', { quotaRequestLimits: { account: 0, region: 0 } }, /20/],
    [
      'the value is refused',
      {
        faults: [
          {
            call: 'servicequotas.RequestServiceQuotaIncrease',
            error: 'IllegalArgumentException',
            times: 9,
          },
        ],
      },
      /IllegalArgumentException/,
    ],
  ])('%s', async (_, changes, why) => {
    const report = await play('A refusal', RPM_HIGH, changes);
    expect(askedFor(report)).toEqual([]);
    expect(casesVia(report, 'service-quotas')).toEqual([]);
    const [one, ...more] = casesVia(report, 'support');
    expect(more).toEqual([]);
    expect(one && ourWords(one)[0]).toContain('Requested: 12,500 RPM');
    expect(one && ourWords(one)[0]).toMatch(why);
    expect(done(report)).toMatch(why);
    expect(mailAbout(report, QUOTA_REQUEST).body).toContain(one?.displayId);
  });
});

describe('an answer that does not come', () => {
  test('leads to no second request: the next try finds the first', async () => {
    const report = await play('An unclear answer', RPM_HIGH, {
      faults: [
        { call: 'servicequotas.RequestServiceQuotaIncrease', effect: 'after', kind: 'timeout', times: 1 },
      ],
    });
    expect(askedFor(report)).toEqual([[RPM_CODE, 12_500]]);
    expect(casesVia(report, 'support')).toEqual([]);
    const [first, second, ...more] = report.emails.filter(({ subject }) => subject.includes(QUOTA_REQUEST));
    expect(more).toEqual([]);
    expect(first?.body).toContain('tried again');
    expect(second?.body).toContain('has been open since');
    expect(casesVia(report, 'service-quotas').flatMap(ourWords)[0]).toContain('12,500 RPM');
  });

  test('to one of two requests keeps the other', async () => {
    const report = await play(
      'One of two',
      { ...TPM_HIGH, ...RPM_HIGH },
      {
        faults: [
          { call: 'servicequotas.RequestServiceQuotaIncrease', error: 'TooManyRequestsException', times: 1 },
        ],
      },
    );
    expect(askedFor(report).sort()).toEqual(
      [
        [TPM_CODE, 7_812_500],
        [RPM_CODE, 12_500],
      ].sort(),
    );
    expect(casesVia(report, 'support')).toEqual([]);
    for (const one of casesVia(report, 'service-quotas')) expect(ourWords(one).length).toBeGreaterThan(0);
  });
});

test('two models on one quota ask once, and its case is told of both', async () => {
  const settings = settingsWith({});
  const [model] = settings.models;
  const report = await play('Two models', RPM_HIGH, {
    settings: { ...settings, models: [model, { ...model, name: 'Twin' }] },
  });
  expect(askedFor(report)).toEqual([[RPM_CODE, 12_500]]);
  expect(casesVia(report, 'support')).toEqual([]);
  const words = casesVia(report, 'service-quotas')
    .flatMap(ourWords)
    .filter((body) => !body.includes(', over'));
  expect(words.map((body) => /Model: ([\w-]+)/.exec(body)?.[1]).sort()).toEqual([MODEL, 'Twin']);
});

test('two models on a quota that AWS does not raise have one case that asks', async () => {
  const settings = settingsWith({});
  const [model] = settings.models;
  const report = await play(
    'Two models, one case',
    { Invocations: '4000x79 9500x19 4000x30' },
    {
      settings: { ...settings, models: [model, { ...model, name: 'A-Twin' }] },
      quotas: quotasWith({ value: 10_000, adjustable: false }),
      until: '120m',
    },
  );
  expect(askedFor(report)).toEqual([]);
  const [one, ...more] = casesVia(report, 'support');
  expect(more).toEqual([]);
  expect(one?.subject).toContain('A-Twin');
  const words = (one === undefined ? [] : ourWords(one)).filter((body) => !body.includes(', over'));
  expect(words.map((body) => /Model: ([\w-]+)/.exec(body)?.[1])).toEqual(['A-Twin', MODEL]);
});

test('a support plan without the API keeps nobody from asking Service Quotas', async () => {
  const report = await play('A basic plan', RPM_HIGH, { supportPlan: 'basic' });
  expect(askedFor(report)).toEqual([[RPM_CODE, 12_500]]);
  expect(casesVia(report, 'support')).toEqual([]);
});
