import { describe, expect, test } from '@jest/globals';
import { emailText, MODEL, QUIET_HISTORY, rehearseWell, settingsWith } from './rehearse';

/** What helps besides more quota, where figures prove it. */

const FOUNDATION_MODEL = 'anthropic.claude-opus-4-6-v1';
const RPM = 'L-11DFF789';
const TPM = 'L-0000000A';

const settings = (changes: Readonly<Record<string, unknown>> = {}) =>
  settingsWith({ modelId: `us.${FOUNDATION_MODEL}`, rpmQuotaCode: RPM, tpmQuotaCode: TPM, ...changes });

/** Somebody else's traffic is on the global profile of this model: AWS offers it here. */
const WITH_GLOBAL = { Elsewhere: { id: 'elsewhere001', copyFrom: `global.${FOUNDATION_MODEL}` } };

/** A story of a geographic profile, whose alarm on the RPM goes off after the first hourly run of the updater. */
const play = (name: string, requests: string, changes: Readonly<Record<string, unknown>> = {}) =>
  rehearseWell({
    name,
    settings: settings(),
    quotas: {
      [RPM]: 10_000,
      [TPM]: {
        value: 6_250_000,
        name: 'Cross-region model inference tokens per minute for Anthropic Claude Opus 4.6 V1',
      },
    },
    inferenceProfiles: WITH_GLOBAL,
    models: {
      [MODEL]: { history: { ...QUIET_HISTORY, Invocations: '500x47' }, series: { Invocations: requests } },
    },
    until: '100m',
    expect: [{ alarm: 'HighInvocationRate', model: MODEL, state: 'ALARM', between: ['80m', '90m'] }],
    ...changes,
  });

const A_PEAK = '500x79 9600x10 500x10';
const STEADY = '7900x79 9600x10 7900x10';

const GLOBAL_PROFILE = `The global profile global.${FOUNDATION_MODEL} has quotas of its own, which were not read`;
const SPREAD = 'Evenly spread, the same requests would stay below the alarm threshold of 8,000 RPM';

describe('a rare peak of a model that is invoked through a geographic profile', () => {
  test('could be spread, or go through the global profile: the e-mail says both, with figures', async () => {
    const text = emailText(await play('A rare peak', A_PEAK));
    expect(text).toMatch(
      /The peak of 9,600 RPM \(2026-03-02 10:\d\d UTC\) is about \d+ times the steady state of [\d,]+ RPM \(mean of the minutes with traffic\)\. Evenly spread/,
    );
    expect(text).toContain(`${SPREAD} without more quota.`);
    expect(text).toMatch(
      /The peak of 9,600 RPM \(2026-03-02 10:\d\d UTC\) is 96 % of the geographic quota of 10,000 RPM\. The global profile/,
    );
    expect(text).toContain(GLOBAL_PROFILE);
  });

  test('where the data must stay in a geography, is told no way out of it', async () => {
    const text = emailText(
      await play('Data that must stay', A_PEAK, { settings: settings({ dataResidency: 'Yes' }) }),
    );
    expect(text).toContain(SPREAD);
    expect(text).not.toContain('global');
  });

  test('where AWS offers no global profile of the model, is told none', async () => {
    const text = emailText(await play('No global profile', A_PEAK, { inferenceProfiles: {} }));
    expect(text).toContain(SPREAD);
    expect(text).not.toContain('global');
  });
});

test('a use that is high all the time is not told to spread', async () => {
  const history = { ...QUIET_HISTORY, Invocations: '7900x47' };
  const text = emailText(
    await play('Steady use', STEADY, { models: { [MODEL]: { history, series: { Invocations: STEADY } } } }),
  );
  expect(text).toContain(GLOBAL_PROFILE);
  expect(text).not.toContain('Evenly spread');
});

test('a model that is invoked through an application profile of a geographic one is told the same', async () => {
  const modelId = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/ourprofile01';
  const report = await play('An application profile', A_PEAK, {
    settings: settings({ modelId }),
    inferenceProfiles: {
      ...WITH_GLOBAL,
      Ours: { id: 'ourprofile01', copyFrom: `us.${FOUNDATION_MODEL}` },
    },
  });
  expect(emailText(report)).toContain(GLOBAL_PROFILE);
});
