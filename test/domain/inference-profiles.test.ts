import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  copiedFrom,
  globalProfileFor,
  type InferenceProfile,
  type InferenceProfiles,
  invokedModelOf,
  isGone,
  quotaSharersOf,
  unclearSharersOf,
} from '../../lambda/domain/inference-profiles';

const OPUS = 'anthropic.claude-opus-4-6-v1';
const NOVA = 'amazon.nova-lite-v1:0';

const modelArn = (region: string, modelId: string): string =>
  `arn:aws:bedrock:${region}::foundation-model/${modelId}`;
const inUs = (modelId: string) =>
  ['us-east-1', 'us-east-2', 'us-west-2'].map((region) => modelArn(region, modelId));
const everywhere = (modelId: string) => [modelArn('', modelId), modelArn('us-east-1', modelId)];

const system = (id: string, modelArns: readonly string[]): InferenceProfile => ({
  id,
  arn: `arn:aws:bedrock:us-east-1:111122223333:inference-profile/${id}`,
  name: id,
  modelArns,
});
const application = (id: string, modelArns: readonly string[]): InferenceProfile => ({
  id,
  arn: `arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/${id}`,
  name: `the one called ${id}`,
  modelArns,
});
const sharer = (id: string) => ({ id, name: `the one called ${id}` });

const SYSTEM = [
  system(`us.${OPUS}`, inUs(OPUS)),
  system(`global.${OPUS}`, everywhere(OPUS)),
  system(`us.${NOVA}`, inUs(NOVA)),
];
const APPLICATION = {
  usOpus: application('usopus000001', inUs(OPUS).toReversed()),
  otherUsOpus: application('anopus000002', inUs(OPUS)),
  globalOpus: application('globalopus03', everywhere(OPUS).toReversed()),
  usNova: application('usnova000004', inUs(NOVA)),
  nova: application('nova00000005', [modelArn('us-east-1', NOVA)]),
  fewer: application('fewerthan006', inUs(OPUS).slice(0, 2)),
};
const ALL: InferenceProfiles = { system: SYSTEM, application: Object.values(APPLICATION) };

describe('an application profile', () => {
  test.each([
    [APPLICATION.usOpus, { modelId: OPUS, mode: 'cross-region' }],
    [APPLICATION.globalOpus, { modelId: OPUS, mode: 'global' }],
    [APPLICATION.usNova, { modelId: NOVA, mode: 'cross-region' }],
    [APPLICATION.nova, { modelId: NOVA, mode: 'on-demand' }],
  ])('with the models of $id was copied from what has the same', (profile, source) => {
    expect(copiedFrom(profile, ALL)).toEqual(source);
    expect(invokedModelOf(profile.arn, ALL)).toEqual(source);
  });

  test('of the one Region of a system profile was copied from that or from the model: it is not told which', () => {
    const single = system(`sa.${NOVA}`, [modelArn('sa-east-1', NOVA)]);
    const copy = application('copy00000007', single.modelArns);
    const all = { system: [single], application: [copy] };
    expect(copiedFrom(copy, all)).toBeUndefined();
    for (const modelId of [single.id, NOVA]) {
      expect(quotaSharersOf(modelId, all)).not.toContainEqual(sharer(copy.id));
      expect(unclearSharersOf(modelId, all)).toEqual([sharer(copy.id)]);
    }
  });

  test('of system profiles with the same models shares the quota of each', () => {
    const twins = [system(`us.${NOVA}`, inUs(NOVA)), system(`ca.${NOVA}`, inUs(NOVA))];
    const all = { system: twins, application: [APPLICATION.usNova] };
    for (const { id } of twins) expect(quotaSharersOf(id, all)).toEqual([sharer('usnova000004')]);
  });

  test('with models that nothing else has was copied from nothing known', () => {
    expect(copiedFrom(APPLICATION.fewer, ALL)).toBeUndefined();
    expect(quotaSharersOf(APPLICATION.fewer.arn, ALL)).toBeUndefined();
    expect(unclearSharersOf(APPLICATION.fewer.arn, ALL)).toEqual([]);
  });

  test('without models was copied from nothing known', () => {
    expect(
      copiedFrom(application('none00000008', []), { system: [system('us.a.b', [])], application: [] }),
    ).toBeUndefined();
  });

  test('that is not listed was copied from nothing known', () => {
    const arn = application('gone00000009', []).arn;
    expect(invokedModelOf(arn, ALL)).toBeUndefined();
    expect(quotaSharersOf(arn, ALL)).toBeUndefined();
  });
});

test.each([
  [`us.${OPUS}`, { modelId: OPUS, mode: 'cross-region' }],
  [NOVA, { modelId: NOVA, mode: 'on-demand' }],
])('%s needs no list', (modelId, invoked) => {
  expect(invokedModelOf(modelId, { system: [], application: [] })).toEqual(invoked);
});

describe('the quota is shared', () => {
  test.each([
    [`us.${OPUS}`, [sharer('anopus000002'), sharer('usopus000001')]],
    [SYSTEM[0]?.arn ?? '', [sharer('anopus000002'), sharer('usopus000001')]],
    [`global.${OPUS}`, [sharer('globalopus03')]],
    [NOVA, [sharer('nova00000005')]],
    [OPUS, []],
    [`global.${NOVA}`, []],
    [APPLICATION.usOpus.arn, [sharer('anopus000002'), { id: `us.${OPUS}`, name: `us.${OPUS}` }]],
    [APPLICATION.nova.arn, [{ id: NOVA, name: NOVA }]],
  ])('of %s with what draws on the same', (modelId, sharers) => {
    expect(quotaSharersOf(modelId, ALL)).toEqual(sharers);
  });

  test('with the same ones in whatever order they are listed', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...ALL.system], { minLength: 3 }),
        fc.shuffledSubarray([...ALL.application], { minLength: 6 }),
        (systemProfiles, applicationProfiles) => {
          const shuffled = { system: systemProfiles, application: applicationProfiles };
          for (const modelId of [`us.${OPUS}`, APPLICATION.otherUsOpus.arn])
            expect(quotaSharersOf(modelId, shuffled)).toEqual(quotaSharersOf(modelId, ALL));
        },
      ),
    );
  });

  test('among any that were copied from the same, each with all others', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{12}$/), { maxLength: 15 }), (ids) => {
        const all = { system: SYSTEM, application: ids.map((id) => application(id, inUs(OPUS))) };
        const series = [`us.${OPUS}`, ...all.application.map(({ arn }) => arn)];
        for (const modelId of series) {
          const own = modelId.slice(modelId.lastIndexOf('/') + 1);
          const others = [`us.${OPUS}`, ...ids].filter((id) => id !== own).sort();
          expect(quotaSharersOf(modelId, all)?.map(({ id }) => id)).toEqual(others);
        }
      }),
    );
  });
});

describe('a profile with models that nothing else has', () => {
  test.each([
    [`us.${OPUS}`, [sharer('fewerthan006')]],
    [`global.${OPUS}`, [sharer('fewerthan006')]],
    [OPUS, [sharer('fewerthan006')]],
    [modelArn('us-east-1', OPUS), [sharer('fewerthan006')]],
    [APPLICATION.usOpus.arn, [sharer('fewerthan006')]],
    [`us.${NOVA}`, []],
    [NOVA, []],
  ])('may draw on the quotas of %s, where that is of the same foundation model', (modelId, unclear) => {
    expect(unclearSharersOf(modelId, ALL)).toEqual(unclear);
  });

  test('is so for every application profile once AWS adds a Region to what they were copied from', () => {
    const grown = SYSTEM.map((one) =>
      one.id === `us.${OPUS}` ? { ...one, modelArns: [...one.modelArns, modelArn('us-west-1', OPUS)] } : one,
    );
    const all = { ...ALL, system: grown };
    expect(quotaSharersOf(`us.${OPUS}`, all)).toEqual([]);
    expect(unclearSharersOf(`us.${OPUS}`, all)).toEqual(
      ['anopus000002', 'fewerthan006', 'usopus000001'].map(sharer),
    );
  });

  test('never is what shares the quota for certain', () => {
    const arns = fc.subarray([...everywhere(NOVA), ...inUs(NOVA), ...inUs(OPUS)]);
    fc.assert(
      fc.property(fc.array(arns, { maxLength: 12 }), fc.subarray(SYSTEM), (sets, listed) => {
        const profiles = sets.map((set, index) => application(`profile00${index}`, set));
        const all = { system: listed, application: profiles };
        for (const modelId of [`us.${NOVA}`, NOVA, `global.${OPUS}`]) {
          const unclear = new Set(unclearSharersOf(modelId, all).map(({ id }) => id));
          expect(quotaSharersOf(modelId, all)?.filter(({ id }) => unclear.has(id))).toEqual([]);
        }
      }),
    );
  });
});

test.each([
  ['usopus000001', false],
  ['deleted00000', true],
  [`us.${OPUS}`, false],
  [`eu.${OPUS}`, false],
  [NOVA, false],
])('%s is gone: %j', (id, gone) => {
  expect(isGone(id, ALL)).toBe(gone);
});

describe('the global profile', () => {
  test.each<[string, string, string | null]>([
    ['a geographic profile', `us.${OPUS}`, `global.${OPUS}`],
    ['the ARN of one', SYSTEM[0]?.arn ?? '', `global.${OPUS}`],
    ['one that is not listed', `eu.${OPUS}`, `global.${OPUS}`],
    ['an application profile copied from one', APPLICATION.usOpus.arn, `global.${OPUS}`],
    ['an application profile copied from the global one', APPLICATION.globalOpus.arn, null],
    ['an application profile copied from nothing known', APPLICATION.fewer.arn, null],
    ['an application profile of a foundation model', APPLICATION.nova.arn, null],
    ['a geographic profile of a model without one', `us.${NOVA}`, null],
    ['the global profile itself', `global.${OPUS}`, null],
    ['the foundation model', OPUS, null],
  ])('beside %s', (_, modelId, id) => {
    expect(globalProfileFor(modelId, ALL)).toBe(id);
  });

  test('beside a geographic one is none where this Region has none', () => {
    expect(globalProfileFor(`us.${OPUS}`, { ...ALL, system: SYSTEM.slice(0, 1) })).toBeNull();
  });
});
