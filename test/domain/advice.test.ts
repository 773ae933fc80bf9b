import { describe, expect, test } from '@jest/globals';
import { advice } from '../../lambda/domain/advice';
import type { AlarmName } from '../../lambda/domain/alarm-catalogue';
import { newCaseBody } from '../../lambda/domain/case-text';
import type { CaseOutcome, Incident } from '../../lambda/domain/incident';
import { lowUse } from '../../lambda/domain/situation';
import {
  anHourAgo,
  hourOf,
  incidentOf,
  incidents,
  outcomes,
  peaksOf,
  rpmQuota,
  silent,
  tpmQuota,
  uncountedTokens,
  usageOf,
} from './incidents';
import { flowing, sectionOf } from './prose';

/** What the e-mail advises, each with its facts. */
const told = (incident: Incident, outcome: CaseOutcome = outcomes.opened): readonly string[] =>
  advice(incident, outcome).map(({ text }) => flowing(text));

const claimsOf = (incident: Incident, outcome: CaseOutcome = outcomes.opened) =>
  advice(incident, outcome).flatMap(({ claims }) => claims);

const caseOf = (incident: Incident): string => flowing(newCaseBody(incident).text);

describe('throttled below the threshold', () => {
  const BELOW = /was below the alarm threshold|No usage was counted (?:in the last hour|in the minutes)/;
  const QUOTAS = { RPM: rpmQuota(10_000, 8_000), TPM: tpmQuota(6_250_000, 5_000_000) };
  const throttles = hourOf({ throttles: [0, 40, 60] });
  const low = usageOf([7_900, 4_000, 3_000], [4_900_000, 2_500_000, 1_000_000]);
  const incident = (more: Partial<Parameters<typeof incidentOf>[0]>): Incident =>
    incidentOf({ alarms: ['Throttles'], usage: low, lastHour: throttles, ...more });

  test.each<[string, Incident, string]>([
    [
      'the throttled minutes alone',
      incident({}),
      'Usage in the minutes with throttled requests was below the alarm thresholds (at most 4,000 RPM and 2,500,000 TPM)',
    ],
    [
      'the whole hour, where no minute is throttled',
      incident({ lastHour: hourOf({}) }),
      'Usage in the last hour was below the alarm thresholds (at most 7,900 RPM and 4,900,000 TPM)',
    ],
    [
      'the whole hour, where all throttles are zero',
      incident({ lastHour: hourOf({ throttles: [0, 0, 0] }) }),
      'Usage in the last hour was below the alarm thresholds (at most 7,900 RPM and 4,900,000 TPM)',
    ],
    [
      'usage above the threshold only in a minute that is not throttled',
      incident({ usage: usageOf([9_500, 4_000, 3_000], [1, 1, 1]) }),
      'Usage in the minutes with throttled requests was below the alarm thresholds (at most 4,000 RPM and 1 TPM)',
    ],
    [
      'usage above the threshold only before the hour',
      incident({ usage: usageOf(anHourAgo([9_500]), anHourAgo([1])) }),
      'No usage was counted in the minutes with throttled requests',
    ],
    [
      'usage above the threshold only before the hour, in which no minute is throttled',
      incident({ usage: usageOf(anHourAgo([9_500]), [...anHourAgo([1]), 2]), lastHour: hourOf({}) }),
      'Usage in the last hour was below the alarm thresholds (at most 0 RPM and 2 TPM)',
    ],
    [
      'the throttled minutes of a window that is longer than the hour',
      incident({ usage: usageOf([...anHourAgo([9_500]), 100, 200, 300], [...anHourAgo([1]), 1, 2, 3]) }),
      'Usage in the minutes with throttled requests was below the alarm thresholds (at most 300 RPM and 3 TPM)',
    ],
    [
      'the only quota that the model has',
      incident({ quotas: { ...QUOTAS, TPM: null }, usage: usageOf([1, 4_000], [1, 9_000_000]) }),
      'Usage in the minutes with throttled requests was below the alarm threshold (at most 4,000 RPM)',
    ],
    [
      'the requests, where the model has no quota for the tokens that CloudWatch does not count',
      incident({ quotas: { ...QUOTAS, TPM: null }, usage: uncountedTokens([7_900, 4_000, 3_000]) }),
      'Usage in the minutes with throttled requests was below the alarm threshold (at most 4,000 RPM)',
    ],
    [
      'a model without any usage, whose tokens are not uncounted but none',
      incident({ usage: silent }),
      'No usage was counted in the minutes with throttled requests',
    ],
    [
      'a usage one below the threshold',
      incident({ usage: usageOf([7_999], [4_999_999]) }),
      'Usage in the minutes with throttled requests was below the alarm thresholds (at most 7,999 RPM and 4,999,999 TPM)',
    ],
    [
      'other alarms beside',
      incident({ alarms: ['Throttles', 'ServerErrors'] }),
      'Usage in the minutes with throttled requests was below the alarm thresholds (at most 4,000 RPM and 2,500,000 TPM)',
    ],
  ])('is told of %s', (_case, given, expected) => {
    const [first = ''] = told(given);
    expect(first).toContain(`${expected}, so what throttled cannot be seen from here.`);
    for (const cause of ['max_tokens', 'tokens per day', 'lack of capacity']) expect(first).toContain(cause);

    const body = newCaseBody(given).text;
    expect(sectionOf(body, 'Justification')).toContain(`${expected}. What throttled`);
    expect(sectionOf(body, 'Action requested')).toContain(
      'Please tell us which limit throttled these requests.',
    );
  });

  test('claims how many minutes were throttled, and which metric was held against them', () => {
    expect(claimsOf(incident({}))).toEqual(
      expect.arrayContaining([
        { claim: 'peakWhileThrottled', metrics: ['Invocations'], value: 4_000, throttledMinutes: 2 },
        {
          claim: 'peakWhileThrottled',
          metrics: ['EstimatedTPMQuotaUsage'],
          value: 2_500_000,
          throttledMinutes: 2,
        },
      ]),
    );
    expect(claimsOf(incident({ lastHour: hourOf({}) }))).toContainEqual(
      expect.objectContaining({ claim: 'peakWhileThrottled', throttledMinutes: 0 }),
    );
  });

  test('of no usage at all claims each zero that "none" amounts to', () => {
    const unused = incident({ usage: usageOf(anHourAgo([9_500]), anHourAgo([1])) });
    const zeros = [['Invocations'], ['EstimatedTPMQuotaUsage']].map((metrics) => ({
      claim: 'peakWhileThrottled',
      metrics,
      value: 0,
      throttledMinutes: 2,
    }));
    expect(claimsOf(unused).filter(({ claim }) => claim === 'peakWhileThrottled')).toEqual(zeros);
  });

  test.each<[string, Incident]>([
    ['CloudWatch counts no tokens, which have a quota', incident({ usage: uncountedTokens([4_000, 3_000]) })],
    [
      'CloudWatch counts no tokens, the only quota of the model',
      incident({ quotas: { ...QUOTAS, RPM: null }, usage: uncountedTokens([4_000, 3_000]) }),
    ],
    [
      'RPM reaches its threshold in a throttled minute',
      incident({ usage: usageOf([1, 8_000, 1], [1, 1, 1]) }),
    ],
    [
      'TPM reaches its threshold in a throttled minute',
      incident({ usage: usageOf([1, 1, 1], [1, 1, 5_000_000]) }),
    ],
    [
      'no minute is throttled, but one of the hour reaches it',
      incident({ usage: usageOf([8_000, 1], [1, 1]), lastHour: hourOf({}) }),
    ],
    [
      'a threshold is not known',
      incident({ quotas: { ...QUOTAS, TPM: tpmQuota(1, 1, { threshold: undefined }) } }),
    ],
    ['the last hour could not be read', incident({ lastHour: undefined })],
    ['the usage could not be read', incident({ usage: undefined })],
    ['the model has no quotas', incident({ quotas: { RPM: null, TPM: null } })],
    ['Throttles is not among the alarms', incident({ alarms: ['ClientErrors', 'HighInvocationRate'] })],
  ])('is not told where %s', (_case, given) => {
    expect(told(given).join(' ')).not.toMatch(/cannot be seen|max_tokens/);
    expect(caseOf(given)).not.toMatch(/cannot be seen|max_tokens|which limit throttled/);
    expect(claimsOf(given).map(({ claim }) => claim)).not.toContain('peakWhileThrottled');
    expect(newCaseBody(given).claims.map(({ claim }) => claim)).not.toContain('peakWhileThrottled');
  });

  test('goes before all other advice', () => {
    const everything = incident({ alarms: ['Throttles', 'ServerErrors', 'HighLatency'] });
    expect(told(everything)[0]).toMatch(BELOW);
    expect(told(everything)).toHaveLength(4);
  });
});

describe('server errors', () => {
  const AT_AWS = /Server errors \(5xx\) come from .* more quota does not help\. .*AWS Health Dashboard/;

  test.each<[string, readonly AlarmName[], boolean]>([
    ['alone', ['ServerErrors'], true],
    ['beside a quota alarm', ['ServerErrors', 'HighInvocationRate'], true],
    ['not among the alarms', ['ClientErrors', 'Throttles', 'HighLatency'], false],
  ])('%s', (_case, alarms, are) => {
    const incident = incidentOf({ alarms });
    expect(told(incident).some((text) => AT_AWS.test(text))).toBe(are);
  });

  test('in a case about quotas are set apart and asked after; in one about nothing else they are the case', () => {
    const mixed = newCaseBody(incidentOf({ alarms: ['ServerErrors', 'HighInvocationRate'] })).text;
    expect(sectionOf(mixed, 'Justification')).toContain(
      'Server errors (5xx) point to capacity or a fault of the service',
    );
    expect(sectionOf(mixed, 'Action requested')).toMatch(
      /Please find the root cause of the server errors as well\.$/,
    );
    expect(caseOf(incidents.serverErrors)).not.toMatch(/point to capacity|as well/);
    expect(caseOf(incidents.throttled)).not.toMatch(/[Ss]erver errors/);
  });
});

describe('refused requests without throttled ones', () => {
  const LIKELIER = 'is likelier than a quota';
  const told4xx = (alarms: readonly AlarmName[], lastHour: Incident['lastHour']): readonly boolean[] => {
    const incident = incidentOf({ alarms, lastHour });
    return [told(incident).join(' ').includes(LIKELIER), caseOf(incident).includes(LIKELIER)];
  };

  test.each<[string, readonly AlarmName[], Incident['lastHour'], boolean]>([
    ['no throttle in the hour', ['ClientErrors'], hourOf({ clientErrors: [9] }), true],
    ['zero throttles in the hour', ['ClientErrors'], hourOf({ throttles: [0, 0] }), true],
    ['another alarm beside', ['ClientErrors', 'ServerErrors'], hourOf({}), true],
    ['one throttle, though no alarm for it', ['ClientErrors'], hourOf({ throttles: [1, 0] }), false],
    [
      'the alarm Throttles, though its metric is silent now',
      ['ClientErrors', 'Throttles'],
      hourOf({}),
      false,
    ],
    ['an hour that could not be read', ['ClientErrors'], undefined, false],
    ['other alarms only', ['InvocationAnomaly'], hourOf({}), false],
  ])('%s', (_case, alarms, lastHour, are) => {
    expect(told4xx(alarms, lastHour)).toEqual([are, are]);
  });

  test.each<[string, boolean, Incident]>([
    ['low usage', true, incidents.refusedRequests],
    ['high usage', false, incidentOf({ alarms: ['ClientErrors'], usage: peaksOf(9_500, 1) })],
    ['a new model', false, incidentOf({ alarms: ['ClientErrors'], usage: silent })],
    ['usage that could not be read', false, incidentOf({ alarms: ['ClientErrors'], usage: undefined })],
    [
      'a threshold that could not be read',
      false,
      incidentOf({
        alarms: ['ClientErrors'],
        quotas: { RPM: rpmQuota(10_000, 8_000, { threshold: undefined }), TPM: null },
      }),
    ],
  ])('with %s are argued in the case: %p; the e-mail advises of them in any', (_case, inCase, incident) => {
    expect(told(incident)[0]).toMatch(/^Throttled requests: none in the last hour\. A faulty request/);
    expect(caseOf(incident).includes(LIKELIER)).toBe(inCase);
    expect(
      newCaseBody(incident).claims.some(
        (claim) => claim.claim === 'lastHourNoData' && claim.metric === 'InvocationThrottles',
      ),
    ).toBe(inCase);
  });

  test('prove that none was throttled', () => {
    const silentHour = incidentOf({ alarms: ['ClientErrors'], lastHour: hourOf({}) });
    expect(told(silentHour)[0]).toMatch(
      /^Throttled requests: none in the last hour\. A faulty request or a missing permission/,
    );
    expect(claimsOf(silentHour)).toContainEqual({ claim: 'lastHourNoData', metric: 'InvocationThrottles' });
    const zeros = incidentOf({ alarms: ['ClientErrors'], lastHour: hourOf({ throttles: [0] }) });
    expect(newCaseBody(zeros).claims).toContainEqual({
      claim: 'lastHour',
      metric: 'InvocationThrottles',
      value: 0,
    });
  });
});

test.each<[AlarmName, boolean]>([
  ['HighLatency', true],
  ['LatencyAnomaly', true],
  ['ServerErrors', false],
  ['Throttles', false],
  ['HighInvocationRate', false],
])('%s is about slow answers: %p', (alarm, is) => {
  const incident = incidentOf({ alarms: [alarm] });
  expect(told(incident).some((text) => text.startsWith('Check whether prompts or answers have grown'))).toBe(
    is,
  );
});

describe('high usage', () => {
  const rpmOnly = (rpm: readonly number[], increasePercent = 25): Incident =>
    incidentOf({
      alarms: ['HighInvocationRate'],
      quotas: { RPM: rpmQuota(10_000, 8_000, { increasePercent }), TPM: tpmQuota(6_250_000, 5_000_000) },
      usage: usageOf(rpm, [1]),
    });

  test('of now: slow down until the quota is raised', () => {
    expect(told(rpmOnly([8_000]))).toEqual([
      'Usage has reached the alarm threshold (RPM). Slow down batch work or move traffic to another model or Region until the quota is raised.',
    ]);
  });

  test('with increases of 0 %: nothing will be raised, so none is waited for', () => {
    expect(told(rpmOnly([8_000], 0))).toEqual([
      'Usage has reached the alarm threshold (RPM). Slow down batch work or move traffic to another model or Region.',
    ]);
  });

  test.each<[string, boolean, readonly number[]]>([
    ['59 minutes ago', true, [8_000, ...Array<number>(59).fill(1)]],
    ['60 minutes ago', false, [8_000, ...Array<number>(60).fill(1)]],
    ['60 minutes ago, as the peak, and again now, lower', true, [9_000, ...Array<number>(59).fill(1), 8_000]],
    ['an hour ago, and no data since', false, anHourAgo([8_000])],
  ])('%s is recent: %p', (_case, isRecent, rpm) => {
    const [first = ''] = told(rpmOnly(rpm));
    expect(/Slow down batch work/.test(first)).toBe(isRecent);
    expect(
      /\(RPM\), but not in the last hour; it peaked at 2026-03-02 08:11 UTC\. Look for what set off these alarms before you slow anything down\.$/.test(
        first,
      ),
    ).toBe(!isRecent);
  });

  test('names the quotas whose threshold was reached, and claims their figures', () => {
    const both = incidentOf({ alarms: ['Throttles'], usage: peaksOf(9_500, 6_000_000) });
    expect(told(both)[0]).toContain('(RPM and TPM)');
    expect(told(incidents.tokensHigh)[0]).toContain('(TPM)');
    expect(claimsOf(incidents.tokensHigh)).toEqual([
      expect.objectContaining({ claim: 'peak', value: 210_000 }),
      { claim: 'threshold', quota: 'TPM', value: 160_000 },
    ]);
  });

  test.each<[string, readonly number[], readonly number[], string]>([
    ['in the same minute', [9_500], [6_000_000], '2026-03-02 08:11 UTC'],
    ['in two', [9_500, 1], [1, 6_000_000], '2026-03-02 08:10 UTC and 2026-03-02 08:11 UTC'],
  ])('of before the hour, whose quotas peaked %s, names each minute once', (_case, rpm, tpm, peaked) => {
    const before = incidentOf({ alarms: ['Throttles'], usage: usageOf(anHourAgo(rpm), anHourAgo(tpm)) });
    expect(told(before)).toContain(
      `Usage has reached the alarm thresholds (RPM and TPM), but not in the last hour; it peaked at ${peaked}. Look for what set off these alarms before you slow anything down.`,
    );
  });

  test('is never that of a quota with no traffic, though its threshold is 0', () => {
    const zeroThreshold = incidentOf({
      alarms: ['Throttles'],
      quotas: { RPM: rpmQuota(10_000, 8_000), TPM: tpmQuota(1, 0) },
      usage: usageOf([9_500], [0]),
    });
    expect(told(zeroThreshold)[0]).toMatch(/^Usage has reached the alarm threshold \(RPM\)\. /);
    expect(claimsOf(zeroThreshold)).toEqual([
      expect.objectContaining({ claim: 'peak', value: 9_500 }),
      { claim: 'threshold', quota: 'RPM', value: 8_000 },
    ]);
    expect(sectionOf(newCaseBody(zeroThreshold).text, 'Justification')).toContain(
      '- TPM: no usage counted in 14 days; no alarm threshold above 0 yet: the quota was 0, or nearly, when the thresholds were last set. - Throttled requests: ',
    );
  });

  test('is held against the quotas that the model has', () => {
    const rpmQuotaOnly = { RPM: rpmQuota(10_000, 8_000), TPM: null };
    const incident = incidentOf({
      alarms: ['Throttles'],
      quotas: rpmQuotaOnly,
      usage: peaksOf(9_500, 6_000_000),
    });
    expect(told(incident)[0]).toContain('(RPM)');
  });
});

describe('low usage', () => {
  const tokensUncountedAtLowUse = incidentOf({
    alarms: ['InvocationAnomaly'],
    usage: uncountedTokens([4_000, 7_999]),
  });

  test('is probably transient, and no reason to ask for more', () => {
    expect(told(incidents.unusualRequests)).toEqual([
      'The highest usage (RPM and TPM) of the last 14 days is below the alarm thresholds, so this is probably transient. Look for the cause before you ask for more quota.',
    ]);
    expect(claimsOf(incidents.unusualRequests)).toEqual([
      expect.objectContaining({ claim: 'peak', metrics: ['Invocations'], value: 5_578 }),
      { claim: 'threshold', quota: 'RPM', value: 8_000 },
      expect.objectContaining({ claim: 'peak', metrics: ['EstimatedTPMQuotaUsage'], value: 3_404_691 }),
      { claim: 'threshold', quota: 'TPM', value: 5_000_000 },
    ]);
  });

  test.each<[string, Incident]>([
    ['is', incidents.unusualRequests],
    ['of a model without quotas is', incidents.withoutQuotas],
    ['of uncounted tokens is', tokensUncountedAtLowUse],
  ])('%s told in the case as in the e-mail, the advice aside', (_case, incident) => {
    const use = lowUse(incident);
    expect(told(incident)).toContain(`${use.text} Look for the cause before you ask for more quota.`);
    expect(sectionOf(newCaseBody(incident).text, 'Executive summary').endsWith(`. ${use.text}`)).toBe(true);
    for (const claims of [claimsOf(incident), newCaseBody(incident).claims])
      expect(claims).toEqual(expect.arrayContaining([...use.claims]));
  });

  test('without any quota speaks of no threshold, in e-mail and case', () => {
    expect(told(incidents.withoutQuotas)).toEqual([
      'No quota is watched for this model. Look for the cause before you ask for more quota.',
    ]);
    expect(claimsOf(incidents.withoutQuotas)).toEqual([
      { claim: 'noQuota', quota: 'RPM' },
      { claim: 'noQuota', quota: 'TPM' },
    ]);
    const body = newCaseBody(incidents.withoutQuotas).text;
    expect(sectionOf(body, 'Executive summary')).toMatch(/\. No quota is watched for this model\.$/);
    expect(sectionOf(body, 'Justification')).toContain('No quota is watched for this model.');
    expect(body).not.toContain('threshold');
  });
});

describe('a new model', () => {
  test('is told from one whose figures could not be read', () => {
    expect(told(incidents.newlyDeployed)).toEqual([
      'CloudWatch counts no usage of this model in the last 14 days: check that the application calls the model it should.',
    ]);
    expect(told(incidents.usageUnreadable)).toEqual([
      'When this was written, the usage of the last 14 days could not be read. Look at the metrics by hand before you judge whether a quota is too small.',
    ]);
    expect(told(incidents.thresholdUnreadable)[0]).toMatch(
      /^When this was written, the TPM alarm threshold could not be read\./,
    );
  });

  test('claims that nothing was used', () => {
    expect(claimsOf(incidents.newlyDeployed)).toEqual([
      { claim: 'noUsage', metrics: ['Invocations'] },
      { claim: 'noUsage', metrics: ['InputTokenCount', 'OutputTokenCount'] },
    ]);
  });
});

describe('by hand', () => {
  const NEW_CASE = 'https://support.console.aws.amazon.com/support/home#/case/create';
  const RAISE = `If you need AWS, look for an open case first, then open one by hand: ${NEW_CASE}`;
  const PLAN =
    'A technical case needs a plan that includes technical support: raise it by hand once the account has one.';
  const RETRIED =
    'The case is tried again until 2026-03-02 10:17 UTC, and a short e-mail follows once it exists. ' +
    `If none has come by then, look for an open case, then open one by hand: ${NEW_CASE}`;
  const QUOTAS =
    'To ask for more quota, use Service Quotas, whatever the support plan: L-A52F3C5A and L-0AD9BC40.';

  test.each<[keyof typeof outcomes, readonly string[]]>([
    ['opened', []],
    ['openedWithoutNumber', []],
    ['updated', []],
    ['left', []],
    ['told', []],
    ['automationOff', [QUOTAS, RAISE]],
    ['noSupportPlan', [QUOTAS, PLAN]],
    ['caseLimit', [RETRIED]],
    ['dayLimit', [QUOTAS, RAISE]],
    ['tooManyCases', [QUOTAS, RAISE]],
    ['unsearched', [RETRIED]],
    ['unreadable', [RETRIED]],
    ['refused', [QUOTAS, RAISE]],
    ['refusedAddition', [QUOTAS, RAISE]],
    ['unclear', [RETRIED]],
    ['unclearAddition', [RETRIED]],
    ['tooLate', [QUOTAS, RAISE]],
  ])('where the case was %s', (name, byHand) => {
    const [usage, ...rest] = told(incidents.throttled, outcomes[name]);
    expect(usage).toContain('Usage has reached the alarm threshold (RPM).');
    expect(rest).toEqual(byHand);
  });

  test.each(Object.entries(outcomes))(
    'of a case that was %s, a retry is claimed exactly where one is told',
    (_name, outcome) => {
      const claims = claimsOf(incidents.throttled, outcome).filter(({ claim }) => claim === 'caseIsRetried');
      const retried = outcome.kind === 'none' && outcome.retriedUntil !== undefined;
      expect(claims).toEqual(retried ? [{ claim: 'caseIsRetried', until: '2026-03-02T10:17:40.000Z' }] : []);
    },
  );

  test.each<[string, Incident]>([
    ['the use is low', incidents.unusualRequests],
    ['no quota is concerned', incidents.serverErrors],
    ['the use could not be read', incidents.usageUnreadable],
    ['the settings ask for no increase', incidents.withoutIncreases],
    [
      'the model has no quota',
      incidentOf({ alarms: ['Throttles'], quotas: { RPM: null, TPM: null }, usage: silent }),
    ],
  ])('no more quota is suggested where %s', (_case, incident) => {
    expect(told(incident, outcomes.refused).join(' ')).not.toContain('Service Quotas');
    expect(told(incident, outcomes.refused).at(-1)).toBe(RAISE);
  });

  test('only the quotas concerned are suggested', () => {
    expect(told(incidents.newlyDeployed, outcomes.refused)).toContain(
      'To ask for more quota, use Service Quotas, whatever the support plan: L-0AD9BC40.',
    );
  });
});
