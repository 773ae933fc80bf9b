import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  type DriftedAlarm,
  type QuotaSource,
  RUNBOOK_LINE,
  thresholdDriftEmail,
} from '../../lambda/domain/threshold-drift-text';
import { hasLimit, limitNow, limitOfQuota } from '../../lambda/domain/usage-limit';
import { opus, TPM_CODE } from './incidents';
import { sectionOf, sectionsOf } from './prose';
import { fitsASubject, readsWell, tellsItsFigures } from './reading';
import { longIdentity } from './standings';

const ALARM = 'Acme-Bedrock-HighTPMQuotaUsage-Warning-G-Opus-4-6';
const NAME = 'Global cross-region model inference tokens per minute for Anthropic Claude Opus 4.6';
const SOURCE: QuotaSource = { code: TPM_CODE, name: NAME, value: 6_250_000, percent: 80 };
const MODEL = { ...opus, automatedThresholdUpdate: false };

const emailOf = ({ source = SOURCE, ...more }: Partial<DriftedAlarm> = {}) =>
  thresholdDriftEmail({
    customer: 'Acme',
    accountId: '111122223333',
    region: 'eu-west-1',
    model: MODEL,
    quota: 'TPM',
    alarmName: ALARM,
    has: { threshold: 99_000_000, factor: '1' },
    expected: limitOfQuota(source),
    source,
    mayBeRepeat: undefined,
    ...more,
  });
const sectionIn = (title: string, more: Partial<DriftedAlarm> = {}): string =>
  sectionOf(emailOf(more).body.text, title);

describe('the e-mail about a usage alarm that is not as its quota gives', () => {
  test('is a warning, and its subject stays short at the longest', () => {
    expect(emailOf().subject).toBe('WARNING: Acme Bedrock G-Opus-4-6 - threshold not as the quota');
    const { customer, model } = longIdentity;
    fitsASubject(emailOf({ customer, model: { ...MODEL, modelName: model.modelName } }).subject);
  });

  test('has the sections of every e-mail, says where, and names the article of the runbook', () => {
    expect([...sectionsOf(emailOf().body.text).keys()]).toEqual([
      'What happened',
      'What to do now',
      'What was done',
      'Links',
    ]);
    expect(emailOf().body.text).toMatch(/\n\nAccount 111122223333, Region eu-west-1\nRunbook: .*$/);
    expect(emailOf().body.text.endsWith(RUNBOOK_LINE)).toBe(true);
  });

  test('names model and alarm, what the alarm has, and what it should have', () => {
    expect(sectionIn('What happened')).toBe(
      `${ALARM}, the alarm on the TPM quota of G-Opus-4-6 (global.anthropic.claude-opus-4-6-v1), is not as it should be. ` +
        'Either the alarm was changed, or what it follows; which of them is not known. ' +
        '- The alarm has the threshold 99,000,000 TPM. ' +
        `- It should have the threshold 5,000,000 TPM, which is 80 % of the quota: ${NAME} (${TPM_CODE}) is 6,250,000 TPM. ` +
        'So it fires later than it should, or not at all.',
    );
    expect(emailOf().body.claims).toEqual(
      expect.arrayContaining([
        { claim: 'alarmLimit', alarmName: ALARM, threshold: 99_000_000, factor: '1' },
        { claim: 'thresholdOf', code: TPM_CODE, percent: 80, value: 5_000_000 },
        { claim: 'quota', code: TPM_CODE, value: 6_250_000 },
        { claim: 'quotaName', code: TPM_CODE, name: NAME },
      ]),
    );
  });

  const NO_QUOTA: QuotaSource = { ...SOURCE, value: 0 };
  test.each<[string, Partial<DriftedAlarm>, has: string, consequence: string]>([
    [
      'fires too early',
      { has: { threshold: 0.5, factor: '1' } },
      'The alarm has the threshold 0.5 TPM.',
      'So it fires earlier than it should.',
    ],
    [
      'is off',
      { has: { threshold: 5_000_000, factor: '0' } },
      'The alarm has the threshold 5,000,000 TPM, and multiplies what it adds up by 0.',
      'So it cannot fire at all.',
    ],
    [
      'has an owner’s factor',
      { has: { threshold: 5_000_000, factor: '0.0001' } },
      'The alarm has the threshold 5,000,000 TPM, and multiplies what it adds up by 0.0001.',
      'So it fires later than it should, or not at all.',
    ],
    [
      'has a factor that its threshold makes up for',
      { has: { threshold: 10_000_000, factor: '2' } },
      'and multiplies what it adds up by 2.',
      'It fires all the same when it should.',
    ],
    [
      'has an expression of its owner’s',
      { has: { threshold: 6_000_000, factor: undefined } },
      'The alarm has the threshold 6,000,000 TPM. ',
      'So it fires later than it should, or not at all.',
    ],
    [
      'compares with a band',
      { has: { threshold: undefined, factor: undefined } },
      'The alarm has no threshold.',
      'So when it fires has nothing to do with the quota.',
    ],
    [
      'is on though its quota is 0',
      { source: NO_QUOTA },
      'and multiplies what it adds up by 1.',
      'So it may fire, though it should not.',
    ],
    [
      'is off as it should be, with another threshold',
      { source: NO_QUOTA, has: { threshold: 99_000_000, factor: '0' } },
      'The alarm has the threshold 99,000,000 TPM. ',
      'It cannot fire either way.',
    ],
  ])('says what it means that the alarm %s', (_, more, has, consequence) => {
    const text = sectionIn('What happened', more);
    expect(text).toContain(has);
    expect(text).toMatch(new RegExp(`${consequence.replaceAll('.', '\\.')}$`));
  });

  test('says that a model has no such quota, and so what its alarm should have', () => {
    const { text, claims } = thresholdDriftEmail({
      customer: 'Acme',
      accountId: '111122223333',
      region: 'eu-west-1',
      model: { ...MODEL, tpmQuotaCode: null },
      quota: 'TPM',
      alarmName: ALARM,
      has: { threshold: 1, factor: '1' },
      expected: limitOfQuota(undefined),
      source: undefined,
      mayBeRepeat: undefined,
    }).body;
    expect(sectionOf(text, 'What happened')).toContain(
      '- It should have the threshold 0 TPM, and multiply by 0, so that it cannot fire: no TPM quota is watched for this model.',
    );
    expect(text).not.toContain('Its quota: ');
    expect(claims).toContainEqual({ claim: 'noQuota', quota: 'TPM' });
  });

  test('says why nothing was changed, and how to put it right by hand or have it put right', () => {
    expect(sectionIn('What was done')).toBe(
      'The alarm was left as it is, since automatedThresholdUpdate is false for this model. Because of this, no AWS Support case was opened.',
    );
    expect(emailOf().body.claims).toContainEqual({
      claim: 'setting',
      key: 'automatedThresholdUpdate',
      value: false,
    });
    const steps = sectionIn('What to do now', { has: { threshold: 5_000_000, factor: '0' } });
    expect(steps).toContain('there is no further e-mail.');
    expect(steps).toContain(
      'set its threshold to 5,000,000, and the factor at the beginning of its expression to 1.',
    );
    expect(steps).toContain('Or set automatedThresholdUpdate to true for G-Opus-4-6 and deploy: ');
  });

  test('links to alarm and quota in the right Region', () => {
    const console = 'https://eu-west-1.console.aws.amazon.com';
    expect(sectionIn('Links')).toMatch(/^- Alarm on TPM: /);
    expect(sectionIn('Links')).toContain(
      `- Alarm on TPM: ${console}/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/${ALARM} ` +
        `- Its quota: ${console}/servicequotas/home/services/bedrock/quotas/${TPM_CODE}?region=eu-west-1`,
    );
  });

  test.each([
    ['unclear', 'This e-mail may be a repeat: whether it went out before is not known.', true],
    ['no-ledger', 'The incident ledger could not be used: this may be told more than once, and', false],
    [undefined, 'What happened', true],
  ] as const)(
    'that may be a repeat (%s) says so first, and promises only what is so',
    (mayBeRepeat, line, isLast) => {
      expect(emailOf({ mayBeRepeat }).body.text.split('\n')[0]).toBe(line);
      expect(sectionIn('What to do now', { mayBeRepeat }).includes('no further e-mail')).toBe(isLast);
    },
  );

  test('reads well, and tells what it claims, whatever alarm and quota are', () => {
    const threshold = fc.option(fc.integer({ min: 0, max: 2_000_000_000 }), { nil: undefined });
    const factor = fc.constantFrom('0', '1', '2', '0.5', undefined);
    const value = fc.integer({ min: 0, max: 2_000_000_000 });
    fc.assert(
      fc.property(
        threshold,
        factor,
        value,
        fc.integer({ min: 1, max: 100 }),
        (one, other, quota, percent) => {
          const source = { ...SOURCE, value: quota, percent };
          const { body } = emailOf({ has: { threshold: one, factor: other }, source });
          readsWell(body, 'Acme', 'G-Opus-4-6');
          tellsItsFigures(body);
        },
      ),
    );
  });
});

describe('the limit of a usage alarm', () => {
  const METRICS = (Expression: string) => [
    {
      Id: 'usage',
      MetricStat: {
        Metric: { Dimensions: [{ Name: 'ModelId', Value: 'any' }] },
        Period: 60,
        Stat: 'Sum',
      },
    },
    { Id: 'countedusage', Expression },
  ];
  const ON = limitOfQuota({ value: 10_001, percent: 80 });

  test('follows the quota, and is off where that is 0 or there is none', () => {
    expect(ON).toEqual({ threshold: 8_000, factor: 1 });
    expect(limitOfQuota({ value: 1, percent: 80 })).toEqual({ threshold: 0, factor: 1 });
    for (const none of [undefined, { value: 0, percent: 80 }])
      expect(limitOfQuota(none)).toEqual({ threshold: 0, factor: 0 });
  });

  test.each([
    ['both are as they should be', 8_000, '1 * usage', true],
    ['the threshold is another', 8_001, '1 * usage', false],
    ['the factor is another', 8_000, '0 * usage', false],
    ['the expression is the owner’s', 8_000, 'usage', true],
    ['the expression is the owner’s, and the threshold another', 8_001, 'usage', false],
  ])('compared where %s', (_, threshold, expression, isSo) => {
    expect(hasLimit({ threshold, metrics: METRICS(expression) }, ON)).toBe(isSo);
  });

  test('is read as it stands there', () => {
    expect(limitNow({ threshold: 7, metrics: METRICS('0.5 * usage') })).toEqual({
      threshold: 7,
      factor: '0.5',
    });
    expect(limitNow({ threshold: 7, metrics: [] })).toEqual({ threshold: 7, factor: undefined });
  });
});
