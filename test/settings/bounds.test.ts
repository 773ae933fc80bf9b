import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parseSettings } from '../../lib/settings/settings';
import { settingsText } from './minimal';

const ARN = 'arn:aws:bedrock:us-east-1:111122223333';
const USE_CASE = `${'a'.repeat(999)}€`;

/** What each key takes and what it refuses, on both sides of every bound. */
const VALUES: Record<string, { readonly good: readonly unknown[]; readonly bad: readonly unknown[] }> = {
  name: {
    good: ['A', '4', 'G-Opus-4-6', 'ABCDEFGHIJKLMNO'],
    bad: ['', 'ABCDEFGHIJKLMNOP', 'G Opus', 'G.Opus', 'Öpus', 4, 'A\n'],
  },
  modelId: {
    good: [
      'anthropic.claude-opus-4-6-v1',
      'amazon.nova-micro-v1:0',
      'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'global.anthropic.claude-opus-4-6-v1',
      'moonshotai.kimi-k2.5',
      'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0',
      `${ARN}:inference-profile/us.amazon.nova-micro-v1:0`,
      'arn:aws-us-gov:bedrock:us-gov-west-1:111122223333:inference-profile/us-gov.amazon.nova-micro-v1:0',
      `amazon.${'n'.repeat(249)}`,
    ],
    bad: [
      '',
      'a1b2c3d4e5f6',
      'anthropic.Claude',
      'anthropic.',
      '.claude',
      'amazon.nova micro',
      'amazon.nova-micro-v1:0\n',
      `${ARN}:foundation-model/amazon.nova-micro-v1:0`,
      'arn:aws:bedrock:us-east-1::inference-profile/us.amazon.nova-micro-v1:0',
      'arn:aws:sagemaker:us-east-1:111122223333:inference-profile/us.amazon.nova-micro-v1:0',
      `${ARN}:custom-model/amazon.nova-micro-v1:0`,
      `${ARN}:application-inference-profile/`,
      `amazon.${'n'.repeat(250)}`,
    ],
  },
  region: {
    good: ['us-east-1', 'ap-southeast-5', 'us-gov-west-1', 'eusc-de-east-1', 'mx-central-1'],
    bad: ['', 'us-east', 'US-EAST-1', 'us-east-1a', 'us_east_1', 'us-east-1 '],
  },
  account: {
    good: ['111122223333', '012345678901'],
    bad: ['11112222333', '1111222233334', '1111-2222-3333', 111122223333],
  },
  tags: {
    good: [
      {},
      { Team: '' },
      { ['k'.repeat(128)]: 'v'.repeat(256) },
      { 'a b_.:/=+-@': 'Zürich 1' },
      { laws: 'aws:' },
    ],
    bad: [
      { ['k'.repeat(129)]: 'v' },
      { k: 'v'.repeat(257) },
      { '': 'v' },
      { 'aws:k': 'v' },
      { 'Aws:k': 'v' },
      { 'k#': 'v' },
      { k: 'v#' },
      { k: 1 },
      { k: true },
      { k: null },
      ['k'],
      'k',
    ],
  },
  inferenceProfileType: { good: ['System-Defined'], bad: ['Application', 'system-defined', 'Geographic'] },
  notificationPreference: { good: ['all', 'critical', 'warning'], bad: ['All', 'none', ''] },
  dataResidency: { good: ['Yes', 'No', 'NA'], bad: ['yes', 'no', 'N/A', true, false] },
  inputModalities: {
    good: ['TEXT and IMAGE', 'TEXT Only', 'IMAGE Only'],
    bad: ['TEXT', 'text only', ['TEXT']],
  },
  rpmQuotaCode: {
    good: ['L-3DD46812', 'L-00000000', 'NA'],
    bad: ['L-3DD4681', 'L-3DD468123', 'L-3DD4681G', 'l-3DD46812', 'L-3dd46812', '3DD46812', 'na', null],
  },
  tpmQuotaCode: {
    good: ['L-3DCCFAA4', 'L-FFFFFFFF', 'NA'],
    bad: ['L-3DCCFAA', 'L-3DCCFAA45', 'L-3DCCFAAG', 'L3DCCFAA4', 'none', null],
  },
  acceptQuotaCodeMismatch: { good: [true, false], bad: ['true', 'yes', 0, 1, null] },
  rpmIncreasePercent: { good: [0, 1, 99, 100], bad: [-1, 101, 0.5, '25', null] },
  tpmIncreasePercent: { good: [0, 1, 99, 100], bad: [-1, 101, 99.5, '25', true] },
  rpmThresholdPercent: { good: [1, 2, 100], bad: [0, 101, 1.5, '80', '80 %'] },
  tpmThresholdPercent: { good: [1, 2, 100], bad: [0, 101, 80.5, '80', -80] },
  latencyThresholdMs: { good: [15000, 15001, 3600000], bad: [14999, 0, 15000.5, '15000'] },
  automatedSupportCase: { good: [true, false], bad: ['true', 'yes', 0, 1, null] },
  automatedQuotaRequest: { good: [true, false], bad: ['true', 'no', 0, 1, null] },
  quotaCeilingMultiple: { good: [1, 1.25, 4, 1000], bad: [0.99, 0, -4, '4', null, Number.POSITIVE_INFINITY] },
  automatedThresholdUpdate: { good: [true, false], bad: ['true', 'no', 0, 1, null] },
  recoveryNotice: { good: [true, false], bad: ['true', 'no', 0, 1, null] },
  closingCommunication: { good: [true, false], bad: ['true', 'no', 0, 1, null] },
  flapHoldMinutes: { good: [0, 10, 60], bad: [-1, 61, 2.5, '10', null] },
  reminderHours: { good: [0, 4, 24], bad: [-1, 25, 0.5, 'never', null] },
  supportCaseLookbackDays: { good: [45, 60, 90], bad: [0, 44, 46, 59, 61, 89, 91, '60'] },
  useCase: {
    good: ['a', USE_CASE, 'two\nlines', 'two\n\nparagraphs — with „quotes“, {braces} and \\', '日本語', '😀'],
    bad: [
      '',
      ' \n ',
      `${USE_CASE}a`,
      '😀'.repeat(501),
      'a\tb',
      'a\rb',
      'a\u0007b',
      'a\u007fb',
      'a\u0085b',
      '{{a}}',
      'a {{',
      'a }}',
      5,
    ],
  },
  caseSeverity: { good: ['low', 'normal', 'high', 'urgent', 'critical'], bad: ['Normal', 'medium', ''] },
  errorThreshold: { good: [0, 1, 1000000], bad: [-1, 0.5, '5', null] },
  criticalEvaluationPeriods: { good: [1, 1440], bad: [0, 1441, 1.5, '5'] },
  warningEvaluationPeriods: { good: [1, 1440], bad: [0, 1441, 1.5, '5'] },
  alarmPeriodSeconds: { good: [60, 300, 900, 3600], bad: [0, 10, 30, 59, 61, 120, 86400, '60'] },
  latencyPeriodSeconds: { good: [60, 300, 900, 3600], bad: [0, 30, 61, 301, 7200, '300'] },
  latencyEvaluationPeriods: { good: [1, 288], bad: [0, 289, 2.5, '2'] },
  anomalyPeriodSeconds: { good: [60, 300, 900, 3600], bad: [0, 30, 61, 901, 7200, '900'] },
  anomalyEvaluationPeriods: { good: [1, 96], bad: [0, 97, 12.5, '12'] },
  anomalyBandWidth: { good: [1, 1.5, 2, 9, 100], bad: [0.99, 0, -9, '9', Number.POSITIVE_INFINITY] },
};

const parsed = (model: object, top?: object) => parseSettings(settingsText(model, top), 'f');

describe.each(Object.entries(VALUES))('%s', (key, { good, bad }) => {
  test.each(good.map((value) => [value]))('takes %j', (value) => {
    expect(parsed({ [key]: value }).models[0]).toHaveProperty(
      key,
      value === 'NA' && key.endsWith('Code') ? null : value,
    );
  });

  test.each(bad.map((value) => [value]))('refuses %j, and nothing else', (value) => {
    expect(() => parsed({ [key]: value })).toThrow(new RegExp(`^f:\\d+: models\\[0\\]\\.${key}[^\n]*$`));
  });
});

test('each key of a model is in the table', () => {
  const optional = ['region', 'account', 'rpmQuotaCode', 'tpmQuotaCode'];
  const resolved = Object.keys(parsed({}).models[0] ?? {});
  expect(Object.keys(VALUES).toSorted()).toEqual([...resolved, ...optional].toSorted());
});

describe('at the top', () => {
  test.each(['A', 'AcmeCorp', 'Acme-Corp1', 'laws', 'lssm', 'aw-s'])('customer takes %s', (customer) => {
    expect(parsed({}, { customer }).customer).toBe(customer);
  });

  test.each(['', 'Acme-Corp12', '1Acme', '-Acme', 'Acme_Corp', 'aws', 'AWSx', 'ssm', 'SSM-team', 5])(
    'customer refuses %j',
    (customer) => {
      expect(() => parsed({}, { customer })).toThrow(/^f:1: customer: [^\n]*$/);
    },
  );

  test.each([1, 2, 29, 30])('updateIntervalDays take %i', (updateIntervalDays) => {
    expect(parsed({}, { updateIntervalDays }).updateIntervalDays).toBe(updateIntervalDays);
  });

  test.each([0, 31, 0.5, -1, '1', null, [1]])('updateIntervalDays refuse %j', (updateIntervalDays) => {
    expect(() => parsed({}, { updateIntervalDays })).toThrow(/^f:\d+: updateIntervalDays: [^\n]*$/);
  });

  const addresses = (count: number) => Array.from({ length: count }, (_, index) => `sre${index}@example.com`);

  test.each([[addresses(1)], [addresses(50)], [["o'neil+sre@mail.example.co.uk"]]])(
    'stakeholders take %j',
    (stakeholders) => {
      expect(parsed({}, { stakeholders }).stakeholders).toEqual(stakeholders);
    },
  );

  test.each([
    [[]],
    [addresses(51)],
    [['sre']],
    [['sre@example']],
    [['@example.com']],
    [['sre@example.com,ml@example.com']],
    [['SRE <sre@example.com>']],
    [['sre@example.com', 'Sre@Example.com']],
    [[`${'s'.repeat(243)}@example.com`]],
    [[null]],
    ['sre@example.com'],
  ])('stakeholders refuse %j', (stakeholders) => {
    expect(() => parsed({}, { stakeholders })).toThrow(/^f:\d+: stakeholders[^\n]*$/);
  });

  test('stakeholders take an address of 254 characters', () => {
    const stakeholders = [`${'s'.repeat(242)}@example.com`];
    expect(parsed({}, { stakeholders }).stakeholders).toEqual(stakeholders);
  });
});

describe('an application inference profile', () => {
  const modelId = `${ARN}:application-inference-profile/a1b2c3d4e5f6`;

  test('is of the type Application, said or not', () => {
    expect(parsed({ modelId }).models[0]?.inferenceProfileType).toBe('Application');
    const inferenceProfileType = 'Application';
    expect(parsed({ modelId, inferenceProfileType }).models[0]?.inferenceProfileType).toBe('Application');
  });

  test('is not System-Defined', () => {
    expect(() => parsed({ modelId, inferenceProfileType: 'System-Defined' })).toThrow(/inferenceProfileType/);
  });
});

const WINDOWS = [
  ['alarmPeriodSeconds', 'criticalEvaluationPeriods'],
  ['latencyPeriodSeconds', 'latencyEvaluationPeriods'],
  ['anomalyPeriodSeconds', 'anomalyEvaluationPeriods'],
] as const;

describe.each(WINDOWS)('%s × %s', (periodKey, evaluationsKey) => {
  test.each([
    [60, 1440],
    [300, 288],
    [900, 96],
    [3600, 168],
  ])('of %i seconds may be %i', (period, evaluations) => {
    expect(() => parsed({ [periodKey]: period, [evaluationsKey]: evaluations })).not.toThrow();
    expect(() => parsed({ [periodKey]: period, [evaluationsKey]: evaluations + 1 })).toThrow(evaluationsKey);
  });

  test('counts the same, wherever the two stand', () => {
    const place = fc.constantFrom('defaults', 'model');
    const bound = fc.constantFrom([60, 1440], [300, 288], [900, 96], [3600, 168]);
    fc.assert(
      fc.property(
        bound,
        place,
        place,
        fc.integer({ min: -3, max: 3 }),
        ([period = 0, most = 0], one, other, over) => {
          const written = {
            [periodKey]: { where: one, value: period },
            [evaluationsKey]: { where: other, value: most + over },
          };
          const standing = (where: string) =>
            Object.fromEntries(
              Object.entries(written).flatMap(([key, entry]) =>
                entry.where === where ? [[key, entry.value]] : [],
              ),
            );
          const parse = () => parsed(standing('model'), { defaults: standing('defaults') });
          if (over > 0) expect(parse).toThrow(/^f:\d+: [^\n]*$/);
          else expect(parse).not.toThrow();
        },
      ),
    );
  });
});

describe('tags', () => {
  const tags = (first: number, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`Tag${first + index}`, 'x']));

  test.each([
    ['50 in defaults', {}, tags(0, 50)],
    ['50 in a model', tags(0, 50), {}],
    ['50 in both', tags(25, 25), tags(0, 25)],
    ['50 in all, some in both', tags(10, 40), tags(0, 40)],
  ])('%s are taken', (_, model, defaults) => {
    expect(
      Object.keys(parsed({ tags: model }, { defaults: { tags: defaults } }).models[0]?.tags ?? {}),
    ).toHaveLength(50);
  });

  test.each([
    ['defaults.tags', {}, tags(0, 51)],
    ['models[0].tags', tags(0, 51), {}],
    ['models[0].tags', tags(25, 26), tags(0, 25)],
  ])('51 are refused at %s', (at, model, defaults) => {
    expect(() => parsed({ tags: model }, { defaults: { tags: defaults } })).toThrow(`: ${at}: a map of`);
  });
});
