import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { MOST_PARAMETER_BYTES } from '../../aws/parameter-store';
import {
  LIVE_SETTINGS,
  type LiveSetting,
  type ModelConfig,
  modelConfigSchema,
  parseLiveSetting,
} from '../../lambda/contract/model-config';
import { BUILT_IN } from '../../lib/settings/schema';

const CONFIG: ModelConfig = {
  modelName: 'G-Opus-4-6',
  modelId: 'global.anthropic.claude-opus-4-6-v1',
  inferenceProfileType: 'System-Defined',
  rpmQuotaCode: null,
  tpmQuotaCode: 'L-3DCCFAA4',
  notificationPreference: 'all',
  dataResidency: 'No',
  inputModalities: 'TEXT and IMAGE',
  rpmIncreasePercent: 25,
  tpmIncreasePercent: 25,
  rpmThresholdPercent: 80,
  tpmThresholdPercent: 80,
  latencyThresholdMs: 240000,
  errorThreshold: 5,
  automatedSupportCase: true,
  automatedQuotaRequest: false,
  quotaCeilingMultiple: 2.5,
  rpmQuotaAtDeployment: null,
  rpmAwsDefault: null,
  tpmQuotaAtDeployment: 6_250_000,
  tpmAwsDefault: 0,
  automatedThresholdUpdate: false,
  recoveryNotice: false,
  closingCommunication: false,
  flapHoldMinutes: 0,
  reminderHours: 24,
  supportCaseLookbackDays: 60,
  useCase: 'Answers questions.',
  caseSeverity: 'normal',
};

describe('config', () => {
  test('survives its way through Parameter Store', () => {
    expect(modelConfigSchema.parse(JSON.parse(JSON.stringify(CONFIG)))).toStrictEqual(CONFIG);
  });

  test('of a later version of the stack is read as far as it is known', () => {
    expect(modelConfigSchema.parse({ ...CONFIG, later: 1 })).toStrictEqual(CONFIG);
  });

  const without = (key: string) =>
    Object.fromEntries(Object.entries(CONFIG).filter(([other]) => other !== key));

  /** What holds where an older model stack, which knew no such setting, has written `config`. */
  const WITHOUT: Readonly<Record<string, unknown>> = {
    automatedQuotaRequest: true,
    quotaCeilingMultiple: 4,
    automatedThresholdUpdate: true,
    recoveryNotice: true,
    closingCommunication: true,
    flapHoldMinutes: 10,
    reminderHours: 4,
  };
  /** What the calculator has found of the quotas. */
  const FOUND = ['rpmQuotaAtDeployment', 'rpmAwsDefault', 'tpmQuotaAtDeployment', 'tpmAwsDefault'];

  test.each(FOUND)('from before there was %s says that it is not known', (key) => {
    expect(modelConfigSchema.parse(without(key))).toStrictEqual({ ...CONFIG, [key]: null });
  });

  test.each(FOUND)('%s is a text, as the template writes it, a number, or NA', (key) => {
    for (const [written, value] of [
      ['10000', 10_000],
      ['0', 0],
      ['0.5', 0.5],
      ['1e+21', 1e21],
      [200, 200],
      ['NA', null],
      [null, null],
    ])
      expect(modelConfigSchema.parse({ ...CONFIG, [key]: written })).toStrictEqual({
        ...CONFIG,
        [key]: value,
      });
    for (const other of ['', ' ', '-1', '-0', 'NaN', 'Infinity', '1,000', '10 RPM', -1, Number.NaN, true, {}])
      expect(modelConfigSchema.safeParse({ ...CONFIG, [key]: other }).success).toBe(false);
  });

  test.each(Object.keys(CONFIG).filter((key) => !(key in WITHOUT || FOUND.includes(key))))(
    'is not valid without %s',
    (key) => {
      expect(modelConfigSchema.safeParse(without(key)).success).toBe(false);
    },
  );

  test.each(Object.entries(WITHOUT))('from before there was %s holds what holds without it', (key, value) => {
    expect(modelConfigSchema.parse(without(key))).toStrictEqual({ ...CONFIG, [key]: value });
    expect(Object.entries(BUILT_IN)).toContainEqual([key, value]);
  });

  test.each(['rpmQuotaCode', 'tpmQuotaCode'])(
    '%s: NA is no quota, as is null of an older model stack',
    (key) => {
      for (const none of ['NA', null])
        expect(modelConfigSchema.parse({ ...CONFIG, [key]: none })).toStrictEqual({ ...CONFIG, [key]: null });
      for (const other of ['', 'na', 'L-3dd46812', 'L-3DD4681', 0])
        expect(modelConfigSchema.safeParse({ ...CONFIG, [key]: other }).success).toBe(false);
    },
  );

  /**
   * Service Quotas takes no request for more.
   * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_RequestServiceQuotaIncrease.html
   */
  const MOST_OF_A_QUOTA = '10000000000';
  /** As the template writes it, where what the calculator has answered is a text. */
  const longest = {
    modelName: 'ABCDEFGHIJKLMNO',
    modelId: `arn:aws:bedrock:us-east-1::foundation-model/amazon.${'n'.repeat(205)}`,
    inferenceProfileType: 'System-Defined',
    rpmQuotaCode: 'L-3DD46812',
    tpmQuotaCode: 'L-3DCCFAA4',
    notificationPreference: 'critical',
    dataResidency: 'Yes',
    inputModalities: 'TEXT and IMAGE',
    rpmIncreasePercent: 100,
    tpmIncreasePercent: 100,
    rpmThresholdPercent: 100,
    tpmThresholdPercent: 100,
    latencyThresholdMs: Number.MAX_SAFE_INTEGER,
    errorThreshold: Number.MAX_SAFE_INTEGER,
    automatedSupportCase: false,
    automatedQuotaRequest: false,
    quotaCeilingMultiple: Number.MAX_VALUE,
    rpmQuotaAtDeployment: MOST_OF_A_QUOTA,
    rpmAwsDefault: MOST_OF_A_QUOTA,
    tpmQuotaAtDeployment: MOST_OF_A_QUOTA,
    tpmAwsDefault: MOST_OF_A_QUOTA,
    automatedThresholdUpdate: false,
    recoveryNotice: false,
    closingCommunication: false,
    flapHoldMinutes: 60,
    reminderHours: 24,
    supportCaseLookbackDays: 60,
    useCase: '€'.repeat(1000),
    caseSeverity: 'critical',
  };

  test('at its largest fits a standard parameter', () => {
    expect(Object.keys(longest).toSorted()).toEqual(Object.keys(modelConfigSchema.shape).toSorted());
    expect(modelConfigSchema.safeParse(longest).success).toBe(true);
    expect(Buffer.byteLength(JSON.stringify(longest))).toBeLessThanOrEqual(MOST_PARAMETER_BYTES);
    for (const [key, longer] of [
      ['modelName', `${longest.modelName}P`],
      ['modelId', `${longest.modelId}n`],
      ['useCase', `${longest.useCase}€`],
      ['errorThreshold', Number.MAX_SAFE_INTEGER + 1],
      ['latencyThresholdMs', Number.MAX_SAFE_INTEGER + 1],
    ] as const) {
      expect(modelConfigSchema.safeParse({ ...longest, [key]: longer }).success).toBe(false);
    }
  });

  test('fits a standard parameter with any use case that is taken, however many bytes JSON makes of it', () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      fc.constantFrom('"', '\\', '\n', '\ud800', '\ud83d\ude00', '\u0001', '€'),
    );
    const useCases = fc
      .tuple(unit, fc.integer({ min: 400, max: 1000 }))
      .map(([text, count]) => text.repeat(count));
    let taken = 0;
    fc.assert(
      fc.property(useCases, (useCase) => {
        const parsed = modelConfigSchema.safeParse({ ...longest, useCase });
        if (!parsed.success) return;
        taken += 1;
        expect(
          Buffer.byteLength(JSON.stringify({ ...longest, useCase: parsed.data.useCase })),
        ).toBeLessThanOrEqual(MOST_PARAMETER_BYTES);
      }),
      { numRuns: 500 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  test('a use case with half a surrogate pair is refused', () => {
    expect(modelConfigSchema.safeParse({ ...CONFIG, useCase: 'a\ud800b' }).success).toBe(false);
    expect(modelConfigSchema.safeParse({ ...CONFIG, useCase: 'a\ud83d\ude00b' }).success).toBe(true);
  });
});

describe('a live setting', () => {
  test('is one of six', () => {
    expect(LIVE_SETTINGS).toEqual([
      'notificationPreference',
      'rpmIncreasePercent',
      'tpmIncreasePercent',
      'automatedSupportCase',
      'automatedQuotaRequest',
      'useCase',
    ]);
  });

  test.each<[LiveSetting, string, unknown]>([
    ['notificationPreference', 'all', 'all'],
    ['notificationPreference', 'critical', 'critical'],
    ['notificationPreference', 'warning', 'warning'],
    ['rpmIncreasePercent', '0', 0],
    ['rpmIncreasePercent', '25', 25],
    ['tpmIncreasePercent', '0', 0],
    ['tpmIncreasePercent', '100', 100],
    ['automatedSupportCase', 'true', true],
    ['automatedSupportCase', 'false', false],
    ['automatedQuotaRequest', 'true', true],
    ['automatedQuotaRequest', 'false', false],
    ['useCase', 'a', 'a'],
    ['useCase', 'two\nlines\n', 'two\nlines'],
    ['useCase', '5', '5'],
  ])('%s %j is %j', (key, text, value) => {
    expect(parseLiveSetting(key, text)).toBe(value);
  });

  const notNumbers = [
    '',
    ' ',
    ' 25',
    '25 ',
    '25\n',
    '25.5',
    '25.0',
    '025',
    '+25',
    '-0',
    '-1',
    '101',
    '1e1',
    '0x19',
    '２５',
    'NaN',
    'null',
    'true',
    '25%',
  ];

  test.each<[LiveSetting, string]>([
    ...notNumbers.map((text): [LiveSetting, string] => ['rpmIncreasePercent', text]),
    ...notNumbers.map((text): [LiveSetting, string] => ['tpmIncreasePercent', text]),
    ...(['automatedSupportCase', 'automatedQuotaRequest'] as const).flatMap((key) =>
      ['', 'True', 'TRUE', 'yes', '1', '0', ' true', 'false\n'].map((text): [LiveSetting, string] => [
        key,
        text,
      ]),
    ),
    ...['', 'All', 'none', 'all ', '"all"'].map((text): [LiveSetting, string] => [
      'notificationPreference',
      text,
    ]),
    ...['', ' \n', 'a\tb', 'a\u0000b', '{{a}}', 'x'.repeat(1001)].map((text): [LiveSetting, string] => [
      'useCase',
      text,
    ]),
  ])('%s %j is not valid', (key, text) => {
    expect(parseLiveSetting(key, text)).toBeUndefined();
  });

  test('is read as the model stack writes it', () => {
    for (const key of LIVE_SETTINGS) expect(parseLiveSetting(key, String(CONFIG[key]))).toBe(CONFIG[key]);
  });

  test('a percentage is taken exactly when it is a whole number up to 100', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: -50, max: 150 }), fc.double()), (value) => {
        const good = Number.isInteger(value) && !Object.is(value, -0) && value >= 0 && value <= 100;
        expect(parseLiveSetting('rpmIncreasePercent', String(value))).toBe(
          good || Object.is(value, -0) ? value + 0 : undefined,
        );
      }),
    );
  });
});
