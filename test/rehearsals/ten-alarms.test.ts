import { describe, expect, test } from '@jest/globals';
import type { Report, SupportCase } from '../../rehearsal/report';
import { sectionOf, sectionsOf } from '../domain/prose';
import { closingsOf, mailAbout, partOf, topicsOf } from './mails';
import {
  alarmGoesTo,
  MODEL,
  ourBodies,
  QUIET_HISTORY,
  RPM_CODE,
  rehearseWell,
  secondsBetween,
  TPM_CODE,
} from './rehearse';

/** Ten alarms alone, each with three pasts: what the e-mail and the case make of it. */

const PASTS = {
  /** An hour of yesterday reached both thresholds. */
  high: {
    ...QUIET_HISTORY,
    Invocations: '4000x310 9500 4000x24',
    EstimatedTPMQuotaUsage: '2500000x310 6000000 2500000x24',
  },
  low: QUIET_HISTORY,
  none: undefined,
};
type Past = keyof typeof PASTS;

const CRITICAL = 'CRITICAL';
const WARNING = 'WARNING';

/** Each scenario with how AWS is asked: through Service Quotas, which opens a case for each quota, or by one case of ours. */
const CAUSE = ['non_quota', 'support'] as const;
const REFERENCE = ['low_usage', 'support'] as const;
/** Neither usage nor alarm says which quota it is. */
const NEW_UNDETERMINED = ['new_model', 'support'] as const;
const NEW = ['new_model', 'service-quotas'] as const;
const PROVEN = ['high_usage', 'service-quotas'] as const;

/** Alarm, severity, the quotas concerned, and what a high, a low and no past make of it. */
const TEN_ALARMS = [
  ['ClientErrors', CRITICAL, ['RPM', 'TPM'], { high: PROVEN, low: REFERENCE, none: NEW_UNDETERMINED }],
  ['ServerErrors', CRITICAL, [], { high: CAUSE, low: CAUSE, none: CAUSE }],
  ['Throttles', CRITICAL, ['RPM', 'TPM'], { high: PROVEN, low: REFERENCE, none: NEW_UNDETERMINED }],
  ['HighInvocationRate', WARNING, ['RPM'], { high: PROVEN, low: REFERENCE, none: NEW }],
  ['HighTPMQuotaUsage', WARNING, ['TPM'], { high: PROVEN, low: REFERENCE, none: NEW }],
  ['HighLatency', WARNING, [], { high: CAUSE, low: CAUSE, none: CAUSE }],
  ['InvocationAnomaly', WARNING, ['RPM'], { high: PROVEN, low: REFERENCE, none: NEW }],
  ['InputTokenAnomaly', WARNING, ['TPM'], { high: PROVEN, low: REFERENCE, none: NEW }],
  ['OutputTokenAnomaly', WARNING, ['TPM'], { high: PROVEN, low: REFERENCE, none: NEW }],
  ['LatencyAnomaly', WARNING, [], { high: CAUSE, low: CAUSE, none: CAUSE }],
] as const;

const QUOTAS = {
  RPM: {
    code: RPM_CODE,
    name: 'Global cross-region model inference requests per minute for Anthropic Claude Opus 4.6 V1',
    desired: 12_500,
    told: '12,500 RPM',
  },
  TPM: {
    code: TPM_CODE,
    name: 'Global cross-region model inference tokens per minute for Anthropic Claude Opus 4.6 V1',
    desired: 7_812_500,
    told: '7,812,500 TPM',
  },
} as const;
type Quota = keyof typeof QUOTAS;

const cells = TEN_ALARMS.flatMap(([alarm, severity, quotas, outcomes]) =>
  (['high', 'low', 'none'] as const).map((past) => ({
    alarm,
    past,
    severity,
    quotas,
    scenario: outcomes[past][0],
    via: outcomes[past][1],
  })),
);
type Cell = (typeof cells)[number];

/** The line of a case that says what AWS is to do; the case of a request is about its own quota only. */
function requestOf({ scenario, severity }: Cell, quotas: readonly Quota[]): string {
  const increases = quotas.map((quota) => `${QUOTAS[quota].told} (${QUOTAS[quota].code})`).join(' and ');
  const raise = `raise the quota${quotas.length > 1 ? 's' : ''} to ${increases}`;
  if (scenario === 'non_quota') return 'Request: find the root cause of';
  if (scenario === 'low_usage') return 'Request: investigate the cause; no increase is asked for yet';
  if (scenario === 'new_model') return `Request: ${raise}`;
  return `Request: ${raise}${severity === CRITICAL ? '; please expedite' : ''}`;
}

const INCREASE_SECTIONS: Readonly<Record<string, string | undefined>> = {
  low_usage: 'Quota increase requests (for reference only)',
  high_usage: 'Quota increase requests',
  new_model: 'Quota increase requests',
};

const categoryOf = ({ scenario }: Cell): string =>
  scenario === 'non_quota' ? 'Investigation Request' : 'Quota Request';

const play = (alarm: string, past: Past): Promise<Report> =>
  rehearseWell({
    name: `${alarm}, ${past} past`,
    models: {
      [MODEL]:
        PASTS[past] === undefined
          ? {}
          : {
              history: PASTS[past],
              series: { Invocations: '4000x26', EstimatedTPMQuotaUsage: '2500000x26' },
            },
    },
    events: [alarmGoesTo(10, alarm, 'ALARM'), alarmGoesTo(15, alarm, 'OK')],
    // Ten minutes after the alarm has ended the incident is over.
    until: '26m',
  });

/** A case is told of the incident once, its own increases first; then that it is over. */
function expectTold(one: SupportCase, cell: Cell, asked: readonly Quota[]): void {
  const [body = '', ...more] = ourBodies(one);
  expect(sectionOf(body, '')).toContain(requestOf(cell, asked));
  const increases = INCREASE_SECTIONS[cell.scenario];
  const titles = [...sectionsOf(body).keys()].filter((title) => title.startsWith('Quota increase'));
  expect(titles).toEqual(increases === undefined ? [] : [increases]);
  if (increases !== undefined)
    expect(sectionOf(body, increases).match(/- (RPM|TPM):/g)).toEqual(
      [...asked, ...cell.quotas.filter((quota) => !asked.includes(quota))].map((quota) => `- ${quota}:`),
    );
  expect(more).toHaveLength(1);
  expect(closingsOf(one).map((closing) => closing.body)).toEqual(more);
}

/** One request for each quota, whose case, which AWS opens, is told after AWS's automatic reply; no case of ours. */
function expectAskedOfServiceQuotas(report: Report, cell: Cell): void {
  const { cases, quotaRequests } = report;
  expect(cases).toHaveLength(cell.quotas.length);
  expect(quotaRequests).toHaveLength(2 * cell.quotas.length);
  const asked = cell.quotas.map((quota) => {
    const { code, name, desired, told } = QUOTAS[quota];
    expect(quotaRequests.filter(({ quotaCode }) => quotaCode === code)).toMatchObject([
      { desiredValue: desired, status: 'PENDING' },
      { desiredValue: desired, status: 'CASE_OPENED' },
    ]);
    const subject = `Quota increase request: Amazon Bedrock, ${name}, us-east-1`;
    const one = cases.find((each) => each.subject === subject);
    if (one === undefined) throw new Error(`no case of ${quota}`);
    expect([one.via, one.category]).toEqual(['service-quotas', 'Quota Request']);
    expect(one.communications.map(({ by }) => by)).toEqual(['aws', 'aws', 'us', 'us']);
    expectTold(one, cell, [quota]);
    const id = /^Request: ([0-9a-f]+)$/m.exec(one.communications[0]?.body ?? '')?.[1];
    return `Service Quotas was asked at 2026-03-02 09:1[01] UTC to raise ${quota} \\(${code}\\) to ${told} \\(request ${id}\\)\\.`;
  });
  const opens = cell.quotas.length > 1 ? 'each request' : `the ${cell.quotas[0]} request`;
  expect(partOf(report, 'Quota Request', 'What was done')).toMatch(
    new RegExp(
      `^${asked.join(' ')} AWS usually opens a case for ${opens}\\. The details of this incident are to be added`,
    ),
  );
}

/** A case of ours, and nothing asked of Service Quotas. */
function expectAskedByCase(report: Report, cell: Cell): void {
  const category = categoryOf(cell);
  expect(report.quotaRequests).toEqual([]);
  expect(report.cases.map(({ via, subject }) => [via, subject])).toEqual([
    ['support', `AcmeCorp - Bedrock Ops Alert - ${MODEL} - ${category} - us-east-1`],
  ]);
  const [one] = report.cases;
  if (one === undefined) throw new Error('a case is missing');
  expect(one.communications).toHaveLength(2);
  expectTold(one, cell, cell.quotas);
  const caseOpened = `AWS Support case ${one.displayId} was opened (${category}).`;
  expect(partOf(report, category, 'What was done')).toBe(
    cell.scenario === 'low_usage'
      ? `${caseOpened} It asks AWS to look into the cause; no increase is asked for.`
      : caseOpened,
  );
}

describe.each(cells)('$alarm alone, $past past', (cell) => {
  const { alarm, past, severity, quotas, scenario, via } = cell;
  const category = categoryOf(cell);

  test(`is ${scenario}, ${severity}, ${category}, and concerns ${quotas.join(' and ') || 'no quota'}: AWS is asked by ${via}`, async () => {
    const report = await play(alarm, past);

    expect(report.incidents).toEqual([
      {
        id: expect.any(String),
        model: MODEL,
        alarms: [alarm],
        scenario,
        severity,
        openedAt: '2026-03-02T09:10:00Z',
        closedAt: '2026-03-02T09:15:00Z',
      },
    ]);
    if (via === 'service-quotas') expectAskedOfServiceQuotas(report, cell);
    else expectAskedByCase(report, cell);

    expect(topicsOf(report)).toEqual([category, 'over']);
    const email = mailAbout(report, category);
    const seconds = secondsBetween('2026-03-02T09:10:00Z', email.at);
    expect(seconds).toBeGreaterThanOrEqual(30);
    expect(seconds).toBeLessThanOrEqual(62);
    expect(email.subject).toBe(`${severity}: AcmeCorp Bedrock ${MODEL} - ${category}`);
    const asked = scenario === 'high_usage' || scenario === 'new_model' ? quotas : [];
    expect(email.body.match(/Asked for: \S+ (?:RPM|TPM)/g) ?? []).toEqual(
      asked.map((quota) => `Asked for: ${QUOTAS[quota].told}`),
    );
    expect(mailAbout(report, 'over').subject).toBe(`${severity}: AcmeCorp Bedrock ${MODEL} - over`);
  });
});
