import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { settingsDocument } from '../../lib/settings/docs';
import { loadSettings, type ModelSettings, parseSettings } from '../../lib/settings/settings';
import { MINIMAL_MODEL, settingsText } from './minimal';

const TOP_FOLDER = join(__dirname, '../..');

/** As the product's description has them. */
const DEFAULTS = {
  tags: {},
  inferenceProfileType: 'System-Defined',
  notificationPreference: 'all',
  dataResidency: 'No',
  inputModalities: 'TEXT and IMAGE',
  acceptQuotaCodeMismatch: false,
  rpmIncreasePercent: 25,
  tpmIncreasePercent: 25,
  rpmThresholdPercent: 80,
  tpmThresholdPercent: 80,
  latencyThresholdMs: 240000,
  automatedSupportCase: true,
  automatedQuotaRequest: true,
  quotaCeilingMultiple: 4,
  automatedThresholdUpdate: true,
  recoveryNotice: true,
  closingCommunication: true,
  flapHoldMinutes: 10,
  reminderHours: 4,
  supportCaseLookbackDays: 60,
  useCase:
    'A production application relies on this model for interactive and automated requests from its users; ' +
    'throttled or failed requests directly degrade the service that they receive.',
  caseSeverity: 'normal',
  errorThreshold: 5,
  criticalEvaluationPeriods: 5,
  warningEvaluationPeriods: 5,
  alarmPeriodSeconds: 60,
  latencyPeriodSeconds: 300,
  latencyEvaluationPeriods: 2,
  anomalyPeriodSeconds: 900,
  anomalyEvaluationPeriods: 12,
  anomalyBandWidth: 9,
};

test('the least that can be said gives all defaults, and neither Region, account nor quota codes', () => {
  expect(parseSettings(settingsText(), 'f')).toStrictEqual({
    customer: 'AcmeCorp',
    stakeholders: ['sre@example.com'],
    updateIntervalDays: 1,
    maxNewCasesPerDay: 10,
    tags: {},
    models: [{ ...MINIMAL_MODEL, ...DEFAULTS }],
  });
});

/** Another value than the default of every key that may stand in `defaults`, twice. */
const OTHERS: {
  readonly [Key in Exclude<
    keyof ModelSettings,
    'name' | 'modelId' | 'tags' | 'inferenceProfileType'
  >]-?: readonly [unknown, unknown];
} = {
  region: ['us-east-1', 'eu-west-1'],
  account: ['111122223333', '012345678901'],
  notificationPreference: ['critical', 'warning'],
  dataResidency: ['Yes', 'NA'],
  inputModalities: ['TEXT Only', 'IMAGE Only'],
  rpmQuotaCode: ['L-00000001', 'L-00000002'],
  tpmQuotaCode: ['L-00000003', 'L-00000004'],
  acceptQuotaCodeMismatch: [true, false],
  rpmIncreasePercent: [0, 1],
  tpmIncreasePercent: [0, 2],
  rpmThresholdPercent: [1, 2],
  tpmThresholdPercent: [3, 4],
  latencyThresholdMs: [15000, 15001],
  automatedSupportCase: [false, true],
  automatedQuotaRequest: [false, true],
  quotaCeilingMultiple: [1, 2.5],
  automatedThresholdUpdate: [false, true],
  recoveryNotice: [false, true],
  closingCommunication: [false, true],
  flapHoldMinutes: [0, 60],
  reminderHours: [0, 24],
  supportCaseLookbackDays: [45, 90],
  useCase: ['Answers.', 'Questions.'],
  caseSeverity: ['low', 'critical'],
  errorThreshold: [0, 1],
  criticalEvaluationPeriods: [1, 2],
  warningEvaluationPeriods: [3, 4],
  alarmPeriodSeconds: [300, 900],
  latencyPeriodSeconds: [60, 900],
  latencyEvaluationPeriods: [1, 3],
  anomalyPeriodSeconds: [300, 3600],
  anomalyEvaluationPeriods: [1, 2],
  anomalyBandWidth: [1, 2],
};

const picked = (keys: readonly string[], which: 0 | 1) =>
  Object.fromEntries(
    Object.entries(OTHERS)
      .filter(([key]) => keys.includes(key))
      .map(([key, pair]) => [key, pair[which]]),
  );

test("a model's own value goes before that of `defaults`, and that before the built-in one", () => {
  const keys = fc.subarray(Object.keys(OTHERS));
  fc.assert(
    fc.property(keys, keys, (inDefaults, inModel) => {
      const defaults = picked(inDefaults, 0);
      const model = picked(inModel, 1);
      expect(parseSettings(settingsText(model, { defaults }), 'f').models).toStrictEqual([
        { ...MINIMAL_MODEL, ...DEFAULTS, ...defaults, ...model },
      ]);
    }),
  );
});

test('tags: those of `defaults` are for all, a model adds its own and wins', () => {
  const tags = { Team: 'ml', Application: 'orders' };
  const settings = parseSettings(
    settingsText({ tags }, { defaults: { tags: { Team: 'sre', Stage: 'prod' } } }),
    'f',
  );
  expect(settings.tags).toEqual({ Team: 'sre', Stage: 'prod' });
  expect(settings.models[0]?.tags).toEqual({ Team: 'ml', Stage: 'prod', Application: 'orders' });
});

describe('the spelling of YAML', () => {
  test.each(['No', "'No'", '"No"'])('dataResidency: %s is the word', (written) => {
    expect(
      parseSettings(`${settingsText()}    dataResidency: ${written}\n`, 'f').models[0]?.dataResidency,
    ).toBe('No');
  });

  test.each(['NA', "'NA'", '"NA"'])('rpmQuotaCode: %s is no quota', (written) => {
    const text = `${settingsText()}    rpmQuotaCode: ${written}\n`;
    expect(parseSettings(text, 'f').models[0]?.rpmQuotaCode).toBeNull();
  });

  test('a block of text loses the white space around it, and keeps its own line breaks', () => {
    const text = `${settingsText()}    useCase: |\n\n      Answers.\n      Questions.\n\n`.replaceAll(
      '\n',
      '\r\n',
    );
    expect(parseSettings(text, 'f').models[0]?.useCase).toBe('Answers.\nQuestions.');
  });
});

test('one Region in `defaults` counts for all models', () => {
  const models = [
    { ...MINIMAL_MODEL, region: 'eu-west-1' },
    { ...MINIMAL_MODEL, name: 'Other' },
  ];
  const settings = parseSettings(settingsText({}, { models, defaults: { region: 'us-east-1' } }), 'f');
  expect(settings.models.map((model) => model.region)).toEqual(['eu-west-1', 'us-east-1']);
});

test('the example is sound, shows a model and an application inference profile, and names no quota code', () => {
  const settings = loadSettings(join(TOP_FOLDER, 'ops-alert.example.yaml'));
  expect(settings.customer).toBe('AcmeCorp');
  expect(settings.tags).toEqual({ Team: 'ml-platform', CostCenter: '4711' });
  expect(settings.models.map(({ name, inferenceProfileType }) => [name, inferenceProfileType])).toEqual([
    ['G-Opus-4-6', 'System-Defined'],
    ['Orders-Nova', 'Application'],
  ]);
  const codes = settings.models.flatMap(({ rpmQuotaCode, tpmQuotaCode }) => [rpmQuotaCode, tpmQuotaCode]);
  expect(codes.every((code) => code === undefined)).toBe(true);
});

describe('docs/settings.md', () => {
  const document = readFileSync(join(TOP_FOLDER, 'docs/settings.md'), 'utf8');

  test('is what `npx tsx lib/settings/write-docs.ts` writes', () => {
    expect(document).toBe(settingsDocument());
  });

  const rows = document.split('\n').filter((line) => line.startsWith('| `'));
  const cells = rows.map((row) =>
    row
      .slice(2, -2)
      .split(' | ')
      .map((cell) => cell.trim()),
  );

  test('has a row for every key, each with a meaning, a default and what is allowed', () => {
    const keys = cells.map(([key]) => key?.replaceAll('`', ''));
    const known = [
      'customer',
      'stakeholders',
      'updateIntervalDays',
      'maxNewCasesPerDay',
      'region',
      'account',
      'rpmQuotaCode',
      'tpmQuotaCode',
      ...Object.keys({ ...MINIMAL_MODEL, ...DEFAULTS }),
    ];
    expect(keys.toSorted()).toEqual(known.toSorted());
    expect(cells.filter((row) => row.length !== 6 || row.slice(0, 5).includes(''))).toEqual([]);
  });

  test('marks the settings that change without a deployment', () => {
    expect(cells.filter((row) => row[5] === 'yes').map(([key]) => key)).toEqual([
      '`notificationPreference`',
      '`rpmIncreasePercent`',
      '`tpmIncreasePercent`',
      '`automatedSupportCase`',
      '`automatedQuotaRequest`',
      '`useCase`',
    ]);
  });
});
