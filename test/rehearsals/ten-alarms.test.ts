import { describe, expect, test } from '@jest/globals';
import { sectionOf, sectionsOf } from '../domain/prose';
import { closingsOf, mailAbout, topicsOf } from './mails';
import { alarmGoesTo, MODEL, QUIET_HISTORY, rehearseWell, secondsBetween } from './rehearse';

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

/** Alarm, severity, the quotas concerned, and the scenario for a high, a low and no past. */
const TEN_ALARMS = [
  ['ClientErrors', CRITICAL, ['RPM', 'TPM'], { high: 'high_usage', low: 'low_usage', none: 'new_model' }],
  ['ServerErrors', CRITICAL, [], { high: 'non_quota', low: 'non_quota', none: 'non_quota' }],
  ['Throttles', CRITICAL, ['RPM', 'TPM'], { high: 'high_usage', low: 'low_usage', none: 'new_model' }],
  ['HighInvocationRate', WARNING, ['RPM'], { high: 'high_usage', low: 'low_usage', none: 'new_model' }],
  ['HighTPMQuotaUsage', WARNING, ['TPM'], { high: 'high_usage', low: 'low_usage', none: 'new_model' }],
  ['HighLatency', WARNING, [], { high: 'non_quota', low: 'non_quota', none: 'non_quota' }],
  ['InvocationAnomaly', WARNING, ['RPM'], { high: 'high_usage', low: 'low_usage', none: 'new_model' }],
  ['InputTokenAnomaly', WARNING, ['TPM'], { high: 'high_usage', low: 'low_usage', none: 'new_model' }],
  ['OutputTokenAnomaly', WARNING, ['TPM'], { high: 'high_usage', low: 'low_usage', none: 'new_model' }],
  ['LatencyAnomaly', WARNING, [], { high: 'non_quota', low: 'non_quota', none: 'non_quota' }],
] as const;

const INCREASE = { RPM: '12,500 RPM (L-3DD46812)', TPM: '7,812,500 TPM (L-3DCCFAA4)' } as const;

/** The first line of the case, by scenario, quotas and severity. */
function requestOf(scenario: string, quotas: readonly ('RPM' | 'TPM')[], severity: string): string {
  const raise = `raise the quota${quotas.length > 1 ? 's' : ''} to ${quotas.map((quota) => INCREASE[quota]).join(' and ')}`;
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

const cells = TEN_ALARMS.flatMap(([alarm, severity, quotas, scenarios]) =>
  (['high', 'low', 'none'] as const).map((past) => ({
    alarm,
    past,
    severity,
    quotas,
    scenario: scenarios[past],
  })),
);

async function play(alarm: string, past: Past) {
  const report = await rehearseWell({
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
  const [supportCase, ...more] = report.cases;
  if (supportCase === undefined) throw new Error('a case is missing');
  expect(more).toEqual([]);
  return { report, supportCase, body: supportCase.communications[0]?.body ?? '' };
}

describe.each(cells)('$alarm alone, $past past', ({ alarm, past, severity, quotas, scenario }) => {
  const category = scenario === 'non_quota' ? 'Investigation Request' : 'Quota Request';

  test(`is ${scenario}, ${severity}, ${category}, and concerns ${quotas.join(' and ') || 'no quota'}`, async () => {
    const { report, supportCase, body } = await play(alarm, past);

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
    expect(supportCase.subject).toBe(`AcmeCorp - Bedrock Ops Alert - ${MODEL} - ${category} - us-east-1`);
    expect(sectionOf(body, '')).toContain(requestOf(scenario, quotas, severity));
    const increases = INCREASE_SECTIONS[scenario];
    const titles = [...sectionsOf(body).keys()].filter((title) => title.startsWith('Quota increase'));
    expect(titles).toEqual(increases === undefined ? [] : [increases]);
    if (increases !== undefined)
      expect(sectionOf(body, increases).match(/- (RPM|TPM):/g)).toEqual(quotas.map((quota) => `- ${quota}:`));

    expect(supportCase.communications).toHaveLength(2);
    expect(closingsOf(supportCase)).toEqual([supportCase.communications[1]]);

    expect(topicsOf(report)).toEqual([category, 'over']);
    const email = mailAbout(report, category);
    const seconds = secondsBetween('2026-03-02T09:10:00Z', email.at);
    expect(seconds).toBeGreaterThanOrEqual(30);
    expect(seconds).toBeLessThanOrEqual(62);
    expect(email.subject).toBe(`${severity}: AcmeCorp Bedrock ${MODEL} - ${category}`);
    const asked = scenario === 'high_usage' || scenario === 'new_model' ? quotas : [];
    const caseOpened = `AWS Support case ${supportCase.displayId} was opened (${category}).`;
    const isNotAsked = category === 'Quota Request' && asked.length === 0;
    expect(sectionOf(email.body, 'What was done')).toBe(
      isNotAsked ? `${caseOpened} It asks AWS to look into the cause; no increase is asked for.` : caseOpened,
    );
    expect(email.body.match(/Asked for: \S+ (?:RPM|TPM)/g) ?? []).toEqual(
      asked.map((quota) => `Asked for: ${INCREASE[quota].split(' (')[0]}`),
    );
    expect(mailAbout(report, 'over').subject).toBe(`${severity}: AcmeCorp Bedrock ${MODEL} - over`);
  });
});
