import { describe, expect, test } from '@jest/globals';
import { codeThat, functionResources, play, regionOf, ruleResources } from './small-application';

const RPM = 'L-3DD46812';
const TPM = 'L-3DCCFAA4';

const watched = {
  name: 'Opus',
  accountId: '111122223333',
  region: 'us-east-1',
  modelId: 'global.anthropic.claude-opus-4-6-v1',
  alarms: { QuotaHealth: 'opus' },
  metricNamespace: 'AWS/Bedrock',
  metricDimensions: { ModelId: 'global.anthropic.claude-opus-4-6-v1' },
  quotaCodes: { RPM, TPM },
};
const other = {
  ...watched,
  name: 'Nova',
  alarms: { QuotaHealth: 'nova' },
  quotaCodes: { RPM: null, TPM: null },
};
const elsewhere = { ...watched, region: 'eu-west-1' };

const ask = (at: string, QuotaCode: string, DesiredValue: number) => ({
  at,
  call: 'servicequotas.RequestServiceQuotaIncrease',
  with: { ServiceCode: 'bedrock', QuotaCode, DesiredValue },
});

const playRequests = (
  scenario: Readonly<Record<string, unknown>>,
  models: readonly object[] = [other, watched],
) =>
  play([], {
    settings: { stacks: [], watched: models },
    quotas: { [RPM]: 10_000, [TPM]: 6_250_000 },
    ...scenario,
  });

describe('a request of a scenario', () => {
  test('is reported with every status, and its case with the model that the quota limits', async () => {
    const { report } = await playRequests({
      events: [
        ask('5m', RPM, 12_500),
        { at: '30m', answerQuotaRequest: { [RPM]: { status: 'APPROVED', value: 11_000, reply: 'A part.' } } },
      ],
    });
    expect(report.failures).toEqual([]);
    const asked = { quotaCode: RPM, desiredValue: 12_500 };
    expect(report.quotaRequests).toEqual([
      { ...asked, at: '2026-03-02T09:05:00Z', status: 'PENDING' },
      { ...asked, at: '2026-03-02T09:05:20Z', status: 'CASE_OPENED' },
      { ...asked, at: '2026-03-02T09:30:00Z', status: 'APPROVED' },
    ]);
    expect(report.cases).toEqual([
      {
        displayId: expect.stringMatching(/^\d{15}$/),
        openedAt: '2026-03-02T09:05:20Z',
        via: 'service-quotas',
        model: 'Opus',
        category: 'Quota Request',
        subject: expect.stringContaining('us-east-1'),
        status: 'resolved',
        communications: [
          { at: '2026-03-02T09:05:20Z', by: 'aws', body: expect.any(String) },
          { at: '2026-03-02T09:06:20Z', by: 'aws', body: expect.any(String) },
          { at: '2026-03-02T09:30:00Z', by: 'aws', body: 'A part.' },
        ],
      },
    ]);
  });

  test('leaves the quota as it says', async () => {
    const events = [
      ask('5m', RPM, 12_500),
      ask('5m', TPM, 7_812_500),
      {
        at: '30m',
        answerQuotaRequest: { [RPM]: { status: 'APPROVED', value: 11_000 }, [TPM]: { status: 'DENIED' } },
      },
    ];
    const played = await playRequests({ events });
    expect(regionOf(played).serviceQuotas.quotas()).toMatchObject([
      { code: TPM, value: 6_250_000 },
      { code: RPM, value: 11_000, default: 10_000 },
    ]);
  });

  test('gets its case and its reply when the scenario says', async () => {
    const { report } = await playRequests({
      quotaRequestCase: { after: '10m', reply: '5m' },
      events: [ask('5m', RPM, 12_500)],
    });
    expect(report.cases[0]?.communications.map(({ at }) => at.slice(11, 16))).toEqual(['09:15', '09:20']);
  });

  test('ends when a person resolves the cases', async () => {
    const { report } = await playRequests({
      events: [ask('5m', RPM, 12_500), { at: '20m', resolveCases: 'all' }],
    });
    expect(report.quotaRequests.at(-1)).toMatchObject({ at: '2026-03-02T09:20:00Z', status: 'CASE_CLOSED' });
  });

  test('is one of those that the whole account may have open', async () => {
    const { report } = await playRequests(
      { quotaRequestLimits: { account: 1 }, events: [ask('5m', RPM, 12_500)] },
      [watched, elsewhere],
    );
    expect(report.failures).toEqual([expect.stringContaining('QuotaExceededException')]);
    expect(report.quotaRequests.map(({ status }) => status)).toEqual(['PENDING', 'CASE_OPENED']);
  });

  test('that nobody made cannot be answered: a failure of the scenario', async () => {
    const { report } = await playRequests({
      events: [{ at: '5m', answerQuotaRequest: { [RPM]: { status: 'DENIED' } } }],
    });
    expect(report.failures).toEqual([expect.stringContaining(`No request for ${RPM} is open.`)]);
  });
});

describe('the case of a quota that limits several models', () => {
  const second = { ...watched, name: 'Second', alarms: { QuotaHealth: 'second' } };
  const incident = {
    id: 'i',
    openedAt: '2026-03-02T09:04:00Z',
    alarms: [],
    scenario: 'high_usage',
    severity: 'CRITICAL',
  };
  const logging = {
    name: 'logging',
    resources: { ...functionResources('log', 'code'), ...ruleResources('rate(1 hour)') },
    code: { code: codeThat(false) },
  };

  test.each([
    ['Opus', 'Opus', '2026-03-02T09:04:00Z'],
    ['Second', 'Second', '2026-03-02T09:04:00Z'],
    ['Second, but later', 'Opus', '2026-03-02T09:40:00Z'],
  ])('is that of the incident before it: of %s', async (told, model, openedAt) => {
    const { report } = await play(
      [],
      {
        settings: { stacks: [logging], watched: [other, watched, second] },
        quotas: { [RPM]: 10_000 },
        events: [ask('5m', RPM, 12_500)],
      },
      { readIncident: () => ({ told: { ...incident, openedAt, model: told.split(',')[0] ?? '' } }) },
    );
    expect(report.incidents).toHaveLength(1);
    expect(report.cases.map((one) => one.model)).toEqual([model]);
  });
});

describe('an earlier request', () => {
  const requestedAt = '2026-02-27T09:00:00Z';
  const earlier = (status: string) => [{ quotaCode: RPM, desiredValue: 12_500, status, requestedAt }];

  test.each([
    ['PENDING', []],
    ['CASE_OPENED', ['pending-customer-action']],
    ['DENIED', ['resolved']],
  ])('that is %s has the cases %j', async (status, cases) => {
    const { report } = await playRequests({ quotaRequests: earlier(status) });
    expect(report.quotaRequests).toEqual([{ at: requestedAt, quotaCode: RPM, desiredValue: 12_500, status }]);
    expect(report.cases.map((one) => one.status)).toEqual(cases);
  });

  test.each([
    ['PENDING', 'ResourceAlreadyExistsException'],
    ['CASE_OPENED', 'ResourceAlreadyExistsException'],
    ['APPROVED', undefined],
  ])('that is %s answers a new one with %s', async (status, error) => {
    const { report } = await playRequests({
      quotaRequests: earlier(status),
      events: [ask('5m', RPM, 13_000)],
    });
    expect(report.failures).toEqual(error === undefined ? [] : [expect.stringContaining(error)]);
  });

  test('is there in every Region, and is answered in all of them', async () => {
    const events = [{ at: '5m', answerQuotaRequest: { [RPM]: { status: 'APPROVED' } } }];
    const played = await playRequests({ quotaRequests: earlier('CASE_OPENED'), events }, [
      watched,
      elsewhere,
    ]);
    expect(played.report.failures).toEqual([]);
    for (const region of played.aws.allRegions()) expect(region.serviceQuotas.quota(RPM)?.value).toBe(12_500);
    expect(played.report.cases.map(({ via, model }) => [via, model])).toEqual([
      ['service-quotas', 'Opus'],
      ['service-quotas', 'Opus'],
    ]);
  });
});
