import { describe, expect, test } from '@jest/globals';
import { newCaseBody } from '../../lambda/domain/case-text';
import type { Incident } from '../../lambda/domain/incident';
import {
  everyAlarm,
  incidentOf,
  incidents,
  nowBeing,
  peaksOf,
  rpmQuota,
  tpmQuota,
  usageOf,
} from './incidents';
import { LEAKS, sectionOf, sectionsOf } from './prose';

const bodyOf = (incident: Incident): string => newCaseBody(incident).text;

const QUOTA_SECTION = 'Quota increase requests';
const REFERENCE_SECTION = 'Quota increase requests (for reference only)';

describe('non_quota', () => {
  test.each(['serverErrors', 'slowAnswers'] as const)('%s: holds no quota details at all', (name) => {
    const body = bodyOf(incidents[name]);
    expect(body).not.toMatch(/L-[0-9A-F]{8}|per minute|threshold|10,000|8,000|6,250,000|5,000,000/);
    expect(body).not.toMatch(/Current:|[Rr]equested:|raise|increase|% more/);
  });

  test('asks for the root cause', () => {
    const body = bodyOf(incidents.serverErrors);
    expect(sectionOf(body, 'Executive summary')).toBe(
      'In alarm since 2026-03-02 09:15 UTC: errors on the side of Bedrock (5xx). Please help us find the root cause.',
    );
    expect(sectionOf(body, 'Action requested')).toContain('Please find the root cause');
  });
});

describe('new_model', () => {
  test('says that there is little history, and asks for the quota named', () => {
    const body = bodyOf(incidents.newlyDeployed);
    expect(sectionOf(body, 'Executive summary')).toMatch(/no usage of this model .* newly deployed/);
    expect(sectionOf(body, QUOTA_SECTION)).toBe(
      '- TPM: Global cross-region model inference tokens per minute for Anthropic Claude Opus 4.6 (L-0AD9BC40) ' +
        'Current: 500,000 TPM Requested: 625,000 TPM (25 % more)',
    );
    expect(sectionOf(body, 'Action requested')).toContain('Please raise TPM as requested');
  });

  const noThreshold = { threshold: undefined };
  test.each([
    ['usage', undefined, {}, {}, 'the usage of the last 14 days'],
    ['RPM threshold', peaksOf(9_500, 1), noThreshold, {}, 'the RPM alarm threshold'],
    ['TPM threshold', peaksOf(9_500, 1), {}, noThreshold, 'the TPM alarm threshold'],
    [
      'thresholds',
      peaksOf(9_500, 1),
      noThreshold,
      noThreshold,
      'the RPM alarm threshold and the TPM alarm threshold',
    ],
    [
      'usage and RPM threshold',
      undefined,
      noThreshold,
      {},
      'the usage of the last 14 days and the RPM alarm threshold',
    ],
  ])('without %s says exactly that and requests nothing', (_what, usage, rpm, tpm, missing) => {
    const quotas = { RPM: rpmQuota(10_000, 8_000, rpm), TPM: tpmQuota(6_250_000, 5_000_000, tpm) };
    const body = bodyOf(incidentOf({ alarms: ['Throttles'], quotas, usage }));
    expect(sectionOf(body, 'Executive summary')).toMatch(
      new RegExp(`\\. When this was written, ${missing} could not be read\\.$`),
    );
    expect(body).not.toMatch(/newly deployed|Requested:|[Pp]lease raise|is probably/);
    expect(sectionOf(body, REFERENCE_SECTION)).toContain('Would be requested: 12,500 RPM (25 % more)');
    expect(sectionOf(body, 'Action requested')).toContain('No increase is requested');
  });

  test('says of each figure of a quota that it is not known', () => {
    const reference = sectionOf(bodyOf(incidents.nothingReadable), REFERENCE_SECTION);
    for (const [quota, code] of [
      ['RPM', 'L-A52F3C5A'],
      ['TPM', 'L-0AD9BC40'],
    ])
      expect(reference).toMatch(
        new RegExp(
          `- ${quota}: name not known \\(${code}\\) Current: not known Would be requested: 25 % more than the current value, which could not be read( |$)`,
        ),
      );
    expect(reference).not.toMatch(/\d,\d|% more\)/);
  });
});

describe('high_usage', () => {
  const failingAndSlow = incidentOf({ alarms: ['Throttles', 'HighLatency'], usage: peaksOf(9_500, 1) });

  test('CRITICAL asks for expedition, WARNING does not; neither waits for a confirmation', () => {
    const critical = sectionOf(bodyOf(incidents.throttled), 'Action requested');
    const warning = sectionOf(bodyOf(incidents.tokensHigh), 'Action requested');
    expect(critical).toMatch(
      /raise RPM and TPM as requested.*do not wait for a confirmation.* Please expedite: requests to this model fail\.$/,
    );
    expect(warning).toMatch(/raise TPM as requested.*do not wait for a confirmation/);
    expect(warning).not.toContain('expedite');
  });

  test.each<[string, Incident, string]>([
    ['goes on', incidents.throttled, 'fail'],
    ['is over', nowBeing(incidents.throttled, 'over'), 'failed'],
    ['could not be read', nowBeing(incidents.throttled, 'unread'), 'failed'],
    ['is over, while a slow answer goes on', nowBeing(failingAndSlow, 'over', 'ALARM'), 'failed'],
  ])('expedites by what is known of an alarm that %s', (_case, incident, happens) => {
    expect(sectionOf(bodyOf(incident), 'Action requested')).toMatch(
      new RegExp(` Please expedite: requests to this model ${happens}\\.$`),
    );
  });

  test('without increases expedites the look into the alarms', () => {
    expect(sectionOf(bodyOf(incidents.withoutIncreases), 'Action requested')).toBe(
      'Please look into the alarms named above. Our settings ask for no increase of the quotas concerned. ' +
        'Please expedite: requests to this model fail.',
    );
  });

  test('requests the increases of exactly the quotas concerned', () => {
    expect(sectionOf(bodyOf(incidents.throttled), QUOTA_SECTION)).toBe(
      '- RPM: Global cross-region model inference requests per minute for Anthropic Claude Opus 4.6 (L-A52F3C5A) ' +
        'Current: 10,000 RPM Requested: 12,500 RPM (25 % more) ' +
        '- TPM: Global cross-region model inference tokens per minute for Anthropic Claude Opus 4.6 (L-0AD9BC40) ' +
        'Current: 6,250,000 TPM Requested: 7,812,500 TPM (25 % more)',
    );
    expect(sectionOf(bodyOf(incidents.tokensHigh), QUOTA_SECTION)).not.toContain('RPM');
  });

  test('marks a quota that is only the default', () => {
    const quotas = { RPM: rpmQuota(200, 160, { isDefault: true }), TPM: null };
    const body = bodyOf(incidentOf({ alarms: ['HighInvocationRate'], quotas, usage: peaksOf(190, 1) }));
    expect(sectionOf(body, QUOTA_SECTION)).toContain('Current: 200 RPM (the AWS default)');
  });

  test('sets the peaks against the thresholds', () => {
    expect(sectionOf(bodyOf(incidents.throttled), 'Justification')).toBe(
      '- RPM: peak 9,500 RPM (2026-03-02 09:11 UTC); threshold 8,000 RPM. ' +
        'At or over the threshold in 1 minute (1 minute at the longest in a row). ' +
        '- TPM: peak 3,000,000 TPM (2026-03-02 09:11 UTC); threshold 5,000,000 TPM. ' +
        '- Throttled requests: none in the last hour',
    );
  });

  const GAP = Number.NaN;
  test.each([
    ['4 in a row', [160, 160, 160, 160, 0], '4 minutes (4 minutes at the longest in a row)'],
    ['5 in a row', [160, 160, 160, 160, 160], '5 minutes (sustained, 5 minutes at the longest in a row)'],
    [
      '6, a gap between',
      [160, 160, 160, GAP, 160, 160, 160],
      '6 minutes (3 minutes at the longest in a row)',
    ],
    [
      '7, a lull between',
      [160, 160, 159, 160, 160, 160, 160, 160],
      '7 minutes (sustained, 5 minutes at the longest in a row)',
    ],
  ])('with %s at the threshold', (_case, rpm, told) => {
    const quotas = { RPM: rpmQuota(200, 160), TPM: null };
    const incident = incidentOf({ alarms: ['HighInvocationRate'], quotas, usage: usageOf(rpm, [1]) });
    expect(sectionOf(bodyOf(incident), 'Justification')).toContain(`At or over the threshold in ${told}.`);
  });
});

describe('low_usage', () => {
  test('marks the figures as reference and asks to investigate first', () => {
    const body = bodyOf(incidents.unusualRequests);
    expect(sectionOf(body, 'Executive summary')).toContain('probably transient');
    expect(sectionOf(body, REFERENCE_SECTION)).toMatch(
      /Current: 10,001 RPM Would be requested: 12,502 RPM \(25 % more\)$/,
    );
    expect(sectionOf(body, 'Action requested')).toBe(
      'Please investigate the cause first. No increase is requested yet; quota figures are for reference.',
    );
    expect(body).not.toMatch(/ Requested:|[Pp]lease raise|expedite|proven/);
  });

  const none = { increasePercent: 0 };
  test.each<[string, Incident]>([
    ['the model has no quotas', incidents.withoutQuotas],
    [
      'the settings ask for no increase',
      incidentOf({
        alarms: ['Throttles'],
        quotas: { RPM: rpmQuota(10_000, 8_000, none), TPM: tpmQuota(6_250_000, 5_000_000, none) },
      }),
    ],
    [
      'the model has none of the quotas concerned',
      incidentOf({
        alarms: ['HighInvocationRate'],
        quotas: { RPM: null, TPM: tpmQuota(6_250_000, 5_000_000) },
      }),
    ],
  ])('where %s, shows no figures for reference and speaks of none', (_case, incident) => {
    const body = bodyOf(incident);
    expect(sectionOf(body, 'Action requested')).toMatch(
      /^Please investigate the cause first\. No increase is requested yet\.( Please tell us which limit .*)?$/,
    );
    expect([...sectionsOf(body).keys()]).not.toContain(REFERENCE_SECTION);
    expect(body).not.toContain('reference.');
  });

  test('of a critical alarm expedites nothing either', () => {
    expect(bodyOf(incidents.refusedRequests)).not.toMatch(/ Requested:|[Pp]lease raise|expedite/);
  });
});

describe('settings that name fewer quotas than the alarms', () => {
  const busy = peaksOf(9_500, 6_000_000);

  test('percent 0: the quota is not asked for, neither in figures nor in words', () => {
    const quotas = {
      RPM: rpmQuota(10_000, 8_000, { increasePercent: 0 }),
      TPM: tpmQuota(6_250_000, 5_000_000),
    };
    const body = bodyOf(incidentOf({ alarms: ['Throttles'], quotas, usage: busy }));
    expect(sectionOf(body, QUOTA_SECTION)).not.toContain('RPM');
    expect(sectionOf(body, 'Action requested')).toContain('raise TPM as requested');
  });

  test('percent 0 for both: no increase is asked for at all', () => {
    const none = { increasePercent: 0 };
    const quotas = { RPM: rpmQuota(10_000, 8_000, none), TPM: tpmQuota(6_250_000, 5_000_000, none) };
    const body = bodyOf(incidentOf({ alarms: ['Throttles'], quotas, usage: busy }));
    expect([...sectionsOf(body).keys()]).not.toContain(QUOTA_SECTION);
    expect(body).not.toContain('as requested');
  });

  test.each([
    ['used', peaksOf(100, 100_000)],
    ['never used', usageOf([], [])],
  ])('no quota of either kind, %s: every section still has something to say', (_case, usage) => {
    const quotas = { RPM: null, TPM: null };
    const body = bodyOf(incidentOf({ alarms: everyAlarm, quotas, usage }));
    for (const [title, text] of sectionsOf(body)) expect(`${title}: ${text}`).not.toMatch(/: $/);
    expect(body).not.toMatch(LEAKS);
    expect(body).not.toContain('as requested');
  });
});

test('only the quotas whose use reached their threshold are called proven', () => {
  const body = newCaseBody(incidents.throttled).text;
  expect(sectionOf(body, 'Executive summary')).toContain('The use is proven (RPM): in the last 14 days');
  expect(sectionOf(body, 'Action requested')).toContain(
    'Please raise RPM and TPM as requested; the use is proven (RPM), so do not wait',
  );
});
