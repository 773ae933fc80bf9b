import { describe, expect, test } from '@jest/globals';
import { advice } from '../../lambda/domain/advice';
import { newCaseBody } from '../../lambda/domain/case-text';
import type { Incident } from '../../lambda/domain/incident';
import {
  elsewhereBesidesGeography,
  evenlySpread,
  nearGeographicQuotas,
  spikesAboveSteady,
  usableGlobalProfile,
} from '../../lambda/domain/usage-advice';
import {
  incidentOf,
  outcomes,
  peaksOf,
  rpmQuota,
  sharersOf,
  silent,
  tpmQuota,
  uncountedTokens,
  usageOf,
} from './incidents';

import { flowing } from './prose';

const GEOGRAPHIC = 'us.anthropic.claude-opus-4-6-v1';
const GLOBAL = 'global.anthropic.claude-opus-4-6-v1';
const APPLICATION = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcdefghijkl';

const toldIn = (incident: Incident): string =>
  advice(incident, outcomes.opened)
    .map(({ text }) => flowing(text))
    .join(' ');

type Told = Parameters<typeof incidentOf>[0];

describe('near a geographic quota', () => {
  const named = (mode: string) => (counted: string) =>
    `${mode} model inference ${counted} per minute for Anthropic Claude Opus 4.6`;
  const quotas = (mode = 'Cross-region', rpm = 10_000, tpm = 6_250_000) => ({
    RPM: rpmQuota(rpm, 8_000, { name: named(mode)('requests') }),
    TPM: tpmQuota(tpm, 5_000_000, { name: named(mode)('tokens') }),
  });
  const geographic = (told: Partial<Told> = {}): Incident =>
    incidentOf({
      alarms: ['Throttles'],
      quotas: quotas(),
      usage: peaksOf(9_500, 3_000_000),
      sharers: sharersOf([], { globalProfile: GLOBAL }),
      ...told,
      model: { modelId: GEOGRAPHIC, ...told.model },
    });
  const ELSEWHERE = 'has quotas of its own';

  test('names the global profile with the figures of the peak, and does not say how much it has', () => {
    expect(toldIn(geographic())).toContain(
      `The peak of 9,500 RPM (2026-03-02 09:11 UTC) is 95 % of the geographic quota of 10,000 RPM. The global profile ${GLOBAL} has quotas of its own, which were not read, and the same requests could draw on them. It may answer from any commercial Region; dataResidency (No) does not rule that out.`,
    );
    expect(elsewhereBesidesGeography(geographic())?.claims).toEqual([
      { claim: 'peak', metrics: ['Invocations'], value: 9_500, minute: '2026-03-02T09:11:00.000Z' },
      { claim: 'peakOfQuota', metrics: ['Invocations'], code: 'L-A52F3C5A', percent: 95 },
      { claim: 'quota', code: 'L-A52F3C5A', value: 10_000, isDefault: false },
      { claim: 'globalProfile', id: GLOBAL },
      { claim: 'setting', key: 'dataResidency', value: 'No' },
    ]);
  });

  test('is nothing to tell the support engineer', () => {
    expect(newCaseBody(geographic()).text).not.toContain(ELSEWHERE);
  });

  test('rounds the share down: what is not reached is not told as reached', () => {
    expect(toldIn(geographic({ usage: peaksOf(9_999, 1) }))).toContain('is 99 % of the geographic quota');
    expect(toldIn(geographic({ usage: peaksOf(125_000, 1) }))).toContain('is 1,250 % of the geographic');
  });

  test.each<[string, Partial<Told>, readonly string[]]>([
    ['at 80 %', { usage: peaksOf(8_000, 1) }, ['RPM']],
    ['just below 80 %', { usage: peaksOf(7_999, 1) }, []],
    ['of TPM', { usage: peaksOf(1, 5_000_000) }, ['TPM']],
    ['of both', { usage: peaksOf(9_000, 6_000_000) }, ['RPM', 'TPM']],
    ['of a quota of on-demand use', { quotas: quotas('On-demand') }, []],
    ['of a quota of a global profile', { quotas: quotas('Global cross-region') }, []],
    [
      'of a quota whose name tells nothing',
      { quotas: { RPM: rpmQuota(10_000, 8_000, { name: 'RPM' }), TPM: null } },
      [],
    ],
    [
      'of a quota that could not be read',
      { quotas: { RPM: rpmQuota(0, 8_000, { current: undefined, name: undefined }), TPM: null } },
      [],
    ],
    ['of a quota of 0', { quotas: quotas('Cross-region', 0) }, []],
    ['of no quota', { quotas: { RPM: null, TPM: null } }, []],
    ['of a use that could not be read', { usage: undefined }, []],
    ['of no use', { usage: silent }, []],
    ['of tokens that are not counted', { usage: uncountedTokens([1]) }, []],
  ])('%s', (_, told, near) => {
    expect(nearGeographicQuotas(geographic(told)).map(({ quota }) => quota)).toEqual(near);
    expect(toldIn(geographic(told)).includes(ELSEWHERE)).toBe(near.length > 0);
  });

  test.each<[string, Partial<Told>, string | undefined]>([
    ['residency does not forbid it', {}, GLOBAL],
    ['residency does not apply', { model: { dataResidency: 'NA' } }, GLOBAL],
    ['residency forbids it', { model: { dataResidency: 'Yes' } }, undefined],
    ['there is none', { sharers: sharersOf([]) }, undefined],
    ['what was listed could not be read', { sharers: undefined }, undefined],
    ['an application profile is invoked', { model: { modelId: APPLICATION } }, GLOBAL],
    ['the model is invoked through it by now', { model: { modelId: GLOBAL } }, undefined],
    ['the model is invoked on demand by now', { model: { modelId: GEOGRAPHIC.slice(3) } }, undefined],
    ['another model is invoked by now', { model: { modelId: 'us.amazon.nova-lite-v1:0' } }, undefined],
  ])('a global profile, where %s', (_, told, id) => {
    expect(usableGlobalProfile(geographic(told))).toBe(id);
    expect(toldIn(geographic(told)).includes(ELSEWHERE)).toBe(id !== undefined);
  });

  test('is not told where the alarms are about no quota', () => {
    expect(toldIn(geographic({ alarms: ['ServerErrors', 'HighLatency'] }))).not.toContain(ELSEWHERE);
  });
});

describe('a peak far above the steady state', () => {
  const SPREAD = 'Evenly spread';
  const minutes = (count: number, value: number): readonly number[] => Array<number>(count).fill(value);
  const used = (rpm: readonly number[], told: Partial<Told> = {}): Incident =>
    incidentOf({ alarms: ['HighInvocationRate'], usage: usageOf(rpm, [1]), ...told });
  const QUOTAS = { RPM: rpmQuota(10_000, 8_000), TPM: tpmQuota(6_250_000, 5_000_000) };

  test('says with figures that the same requests, spread, need no more quota', () => {
    const incident = used([...minutes(190, 500), ...minutes(10, 9_500)]);
    expect(toldIn(incident)).toContain(
      'The peak of 9,500 RPM (2026-03-02 09:02 UTC) is about 10 times the steady state of 950 RPM (mean of the minutes with traffic). Evenly spread, the same requests would stay below the alarm threshold of 8,000 RPM without more quota. Where they can wait: batch inference for offline work if the model supports it, a queue or a token bucket to pace the rest, retries with jitter.',
    );
    expect(evenlySpread(incident)?.claims).toEqual([
      { claim: 'peak', metrics: ['Invocations'], value: 9_500, minute: '2026-03-02T09:02:00.000Z' },
      { claim: 'peakOverMean', metrics: ['Invocations'], times: 10 },
      { claim: 'steady', metrics: ['Invocations'], value: 950 },
      { claim: 'threshold', quota: 'RPM', value: 8_000 },
    ]);
    expect(newCaseBody(incident).text).not.toContain(SPREAD);
  });

  test('of both quotas is told of each', () => {
    const both = used([], {
      usage: usageOf([...minutes(95, 500), 9_500], [...minutes(95, 100_000), 6_000_000]),
    });
    expect(toldIn(both)).toContain('times the steady state of 594 RPM');
    expect(toldIn(both)).toContain('the alarm thresholds of 8,000 RPM and 5,000,000 TPM without more quota');
  });

  test.each<[string, Incident, boolean]>([
    // Of 80 minutes with 1,925 RPM and one of 8,000 the mean is 2,000.
    ['exactly four times', used([...minutes(80, 1_925), 8_000]), true],
    ['less than four times', used([...minutes(80, 1_926), 8_000]), false],
    ['below the threshold', used([...minutes(80, 100), 7_999]), false],
    ['in one of twenty minutes', used([...minutes(95, 100), ...minutes(5, 9_000)]), true],
    ['in more than one of twenty', used([...minutes(95, 100), ...minutes(6, 9_000)]), false],
    ['above steady use over the threshold', used([...minutes(81, 8_000), 90_000]), false],
    ['of an hour with traffic', used([...minutes(59, 100), 9_000]), true],
    ['of less than an hour with traffic', used([...minutes(58, 100), 9_000]), false],
    ['of an hour, but without traffic', used([...minutes(100, 0), ...minutes(58, 100), 9_000]), false],
    ['of steady high use', used(minutes(120, 9_500)), false],
    [
      'of a threshold that could not be read',
      used([...minutes(95, 100), 9_000], {
        quotas: { ...QUOTAS, RPM: rpmQuota(10_000, 0, { threshold: undefined }) },
      }),
      false,
    ],
    [
      'of a quota of 0',
      used([...minutes(95, 100), 9_000], { quotas: { ...QUOTAS, RPM: rpmQuota(0, 0) } }),
      false,
    ],
    ['of no quota', used([...minutes(95, 100), 9_000], { quotas: { RPM: null, TPM: null } }), false],
    ['of a use that could not be read', used([], { usage: undefined }), false],
    ['of no use', used([]), false],
  ])('%s', (_, incident, isSpike) => {
    expect(spikesAboveSteady(incident).map(({ quota }) => quota)).toEqual(isSpike ? ['RPM'] : []);
    expect(toldIn(incident).includes(SPREAD)).toBe(isSpike);
  });

  test('is not told where the alarms are about no quota', () => {
    const slow = used([...minutes(95, 100), 9_000], { alarms: ['HighLatency'] });
    expect(spikesAboveSteady(slow)).toHaveLength(1);
    expect(toldIn(slow)).not.toContain(SPREAD);
  });
});
