import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { loadSettings, parseSettings, SettingsError } from '../../lib/settings/settings';
import { settingsText } from './minimal';

const FAULTS = join(__dirname, 'faults');

/** The comment at the end of a file: the lines of the message, without the file's name. */
const expectedIn = (text: string): string[] =>
  text
    .slice(text.indexOf('\n# expected:\n') + '\n# expected:\n'.length)
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^# /, ''));

function linesThrown(action: () => unknown): string[] {
  try {
    action();
  } catch (error) {
    if (error instanceof SettingsError) return error.message.split('\n');
    throw error;
  }
  return [];
}

const files = readdirSync(FAULTS);

test('there is a file for every kind of fault', () => {
  expect(files.length).toBe(83);
});

describe.each([...files.map((file) => join('faults', file)), 'all-faults.yaml'])('%s', (name) => {
  test('is refused with exactly the lines at its end', () => {
    const file = join(__dirname, name);
    const expected = expectedIn(readFileSync(file, 'utf8'));
    expect(expected.every((line) => /^\d+: .+: .+/.test(line))).toBe(true);
    expect(linesThrown(() => loadSettings(file))).toEqual(expected.map((line) => `${file}:${line}`));
  });
});

test('the lines of the largest file are in order, and there are as many as it has faults', () => {
  const lines = linesThrown(() => loadSettings(join(__dirname, 'all-faults.yaml')));
  const numbers = lines.map((line) => Number(/\.yaml:(\d+):/.exec(line)?.[1]));
  expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
  expect(numbers).toHaveLength(55);
});

test('a file that is missing: how to make one', () => {
  expect(linesThrown(() => loadSettings('no/such.yaml'))).toEqual([
    'no/such.yaml: no such file: copy ops-alert.example.yaml to ops-alert.yaml and fill it in, or name another file ' +
      'with -c settings=FILE',
  ]);
});

test('a file that cannot be read: why', () => {
  expect(linesThrown(() => loadSettings(FAULTS))).toEqual([
    `${FAULTS}: cannot be read: EISDIR: illegal operation on a directory, read`,
  ]);
});

test('lines are counted in files of Windows too', () => {
  const text = settingsText({ rpmThresholdPercent: 140 }).replaceAll('\n', '\r\n');
  expect(linesThrown(() => parseSettings(`\uFEFF${text}`, 'f'))).toEqual([
    'f:7: models[0].rpmThresholdPercent: 140: a whole number from 1 to 100',
  ]);
});

test('what is shown of a value can do no harm to a terminal', () => {
  const text = settingsText({}, { customer: 'NAME' }).replace('NAME', '"A\u001b[31m\u0007B"');
  expect(linesThrown(() => parseSettings(text, 'f'))).toEqual([
    'f:1: customer: "A [31m B": 1 to 10 of A-Z, a-z, 0-9 and -, first a letter, not beginning with aws or ssm',
  ]);
});

test('a value that an alias stands for is told where the alias stands, what is inside it where it is written', () => {
  const text = [
    'customer: AcmeCorp',
    'stakeholders: [sre@example.com]',
    'defaults:',
    '  rpmThresholdPercent: &percent 140',
    '  tags: &tags',
    '    Team: 1',
    'models:',
    '  - name: A',
    '    modelId: us.amazon.nova-micro-v1:0',
    '    rpmQuotaCode: NA',
    '    tpmQuotaCode: NA',
    '    tpmThresholdPercent: *percent',
    '    tags: *tags',
  ].join('\n');
  const percent = '140: a whole number from 1 to 100';
  const tag =
    '1: at most 256 letters, digits, spaces and _ . : / = + - @ (a number, true or false in quotes)';
  expect(linesThrown(() => parseSettings(text, 'f'))).toEqual([
    `f:4: defaults.rpmThresholdPercent: ${percent}`,
    `f:6: defaults.tags.Team: ${tag}`,
    `f:6: models[0].tags.Team: ${tag}`,
    `f:12: models[0].tpmThresholdPercent: ${percent}`,
  ]);
});

/** Values that are wrong whatever else the file says. */
const WRONG = {
  region: 'Virginia',
  account: 111122223333,
  inferenceProfileType: 'Global',
  notificationPreference: 'none',
  dataResidency: 'no',
  inputModalities: 'TEXT',
  rpmQuotaCode: 'N/A',
  tpmQuotaCode: '',
  acceptQuotaCodeMismatch: 'yes',
  rpmIncreasePercent: 101,
  tpmIncreasePercent: -1,
  rpmThresholdPercent: 0,
  tpmThresholdPercent: '80',
  latencyThresholdMs: 14999,
  automatedSupportCase: 'yes',
  automatedQuotaRequest: 'no',
  quotaCeilingMultiple: '4',
  supportCaseLookbackDays: 61,
  useCase: '',
  caseSeverity: 'severe',
  errorThreshold: 0.5,
  criticalEvaluationPeriods: 0,
  alarmPeriodSeconds: 61,
  latencyPeriodSeconds: null,
  latencyEvaluationPeriods: [],
  anomalyPeriodSeconds: {},
  anomalyBandWidth: 0,
  nothingLikeIt: 1,
};
/** Sound by themselves, wrong together with what every settings file has. */
const WRONG_TOGETHER = { warningEvaluationPeriods: 1441, anomalyEvaluationPeriods: 97 };

const wrongKeys = fc.subarray(Object.keys({ ...WRONG, ...WRONG_TOGETHER }));
const pick = (keys: readonly string[]) =>
  Object.fromEntries(Object.entries({ ...WRONG, ...WRONG_TOGETHER }).filter(([key]) => keys.includes(key)));

/** The key that a line speaks of. */
const keyIn = (line: string): string => /^f:\d+: ([^:]+): /.exec(line)?.[1] ?? line;

test('no fault hides another', () => {
  fc.assert(
    fc.property(wrongKeys, wrongKeys, (inDefaults, inModel) => {
      // A period that is wrong by itself leaves nothing to multiply; what a model repeats is no longer that of `defaults`.
      const told = inModel.filter(
        (key) =>
          key !== 'anomalyEvaluationPeriods' || ![...inDefaults, ...inModel].includes('anomalyPeriodSeconds'),
      );
      const toldOfDefaults = inDefaults.filter(
        (key) =>
          !(key in WRONG_TOGETHER && inModel.includes(key)) &&
          !(
            key === 'anomalyEvaluationPeriods' && [...inDefaults, ...inModel].includes('anomalyPeriodSeconds')
          ),
      );
      const lines = linesThrown(() =>
        parseSettings(settingsText(pick(inModel), { defaults: pick(inDefaults) }), 'f'),
      );
      expect(lines.map(keyIn).toSorted()).toEqual(
        [
          ...toldOfDefaults.map((key) => `defaults.${key}`),
          ...told.map((key) => `models[0].${key}`),
        ].toSorted(),
      );
    }),
  );
});

test('whatever the text, there are settings or a SettingsError', () => {
  const known = fc.constantFrom(
    'customer',
    'stakeholders',
    'defaults',
    'models',
    'name',
    'tags',
    'useCase',
    '__proto__',
  );
  const tree = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(null, true, 5, 'NA', 'sre@example.com', '', 1e21),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(known, tie('value'), { maxKeys: 5 }),
    ),
  })).value;
  const lineByLine = /^f:\d+: .+: .+$/;
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string({ unit: fc.constantFrom(...'ab:-[]{}&*!|>#\n\t "\'%?,') }),
        tree.map((value) => JSON.stringify(value)),
      ),
      (text) => {
        for (const line of linesThrown(() => parseSettings(text, 'f'))) expect(line).toMatch(lineByLine);
      },
    ),
    { numRuns: 1000 },
  );
});
