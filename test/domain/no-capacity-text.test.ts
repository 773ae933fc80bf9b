import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { noCapacityEmail, type WithoutCapacity, type ZeroQuota } from '../../lambda/domain/no-capacity-text';
import { opus, peaksOf, RPM_CODE, silent, TPM_CODE } from './incidents';
import { sectionOf, sectionsOf } from './prose';
import { fitsASubject, readsWell, tellsItsFigures } from './reading';
import { longIdentity } from './standings';

const TPM: ZeroQuota = {
  quota: 'TPM',
  code: TPM_CODE,
  name: 'Global cross-region model inference tokens per minute for Anthropic Claude Opus 4.6',
  isDefault: false,
  awsDefault: 6_250_000,
};
const RPM: ZeroQuota = {
  quota: 'RPM',
  code: RPM_CODE,
  name: 'Global cross-region model inference requests per minute for Anthropic Claude Opus 4.6',
  isDefault: false,
  awsDefault: undefined,
};

const emailOf = (more: Partial<WithoutCapacity> = {}) =>
  noCapacityEmail({
    customer: 'Acme',
    accountId: '111122223333',
    region: 'eu-west-1',
    model: opus,
    quotas: [TPM],
    usage: silent,
    mayBeRepeat: undefined,
    ...more,
  });
const sectionIn = (title: string, more: Partial<WithoutCapacity> = {}): string =>
  sectionOf(emailOf(more).body.text, title);

describe('the e-mail about a quota of 0', () => {
  test('is a warning, and its subject stays short at the longest', () => {
    expect(emailOf().subject).toBe('WARNING: Acme Bedrock G-Opus-4-6 - quota is 0');
    const { customer, model } = longIdentity;
    fitsASubject(emailOf({ customer, model: { ...opus, modelName: model.modelName } }).subject);
  });

  test('has the sections of every e-mail, and says where', () => {
    expect([...sectionsOf(emailOf().body.text).keys()]).toEqual([
      'What happened',
      'What to do now',
      'What was done',
      'Links',
    ]);
    expect(emailOf().body.text).toMatch(/\n\nAccount 111122223333, Region eu-west-1$/);
  });

  test('says which quota it is, what that means, and what AWS gives by default', () => {
    expect(sectionIn('What happened')).toBe(
      'G-Opus-4-6 (global.anthropic.claude-opus-4-6-v1) was deployed to be monitored, but a quota of it is 0 in this account and Region: ' +
        `- TPM: ${TPM.name} (${TPM_CODE}) has the applied value 0 TPM; the AWS default is 6,250,000 TPM. ` +
        'So this account was never given capacity for this model, and AWS refuses every request to it. ' +
        'Acme-Bedrock-HighTPMQuotaUsage-Warning-G-Opus-4-6 cannot fire while that is so.',
    );
    expect(emailOf().body.claims).toEqual(
      expect.arrayContaining([
        { claim: 'quotaName', code: TPM_CODE, name: TPM.name },
        { claim: 'quota', code: TPM_CODE, value: 0, isDefault: false },
        { claim: 'defaultQuota', code: TPM_CODE, value: 6_250_000 },
      ]),
    );
  });

  test('names all that are 0, and says where a default is not known', () => {
    const text = sectionIn('What happened', { quotas: [RPM, TPM] });
    expect(text).toContain('but its quotas are 0 in this account and Region: - RPM: ');
    expect(text).toContain('has the applied value 0 RPM; what AWS gives by default is not known. - TPM: ');
    expect(text).toContain(
      'Acme-Bedrock-HighInvocationRate-Warning-G-Opus-4-6 and Acme-Bedrock-HighTPMQuotaUsage-Warning-G-Opus-4-6 cannot fire',
    );
    expect(emailOf({ quotas: [RPM] }).body.claims).toContainEqual({
      claim: 'defaultQuota',
      code: RPM_CODE,
      value: null,
    });
  });

  test.each([
    ['never was any', silent, 'So this account was never given capacity for this model, and AWS', false],
    [
      'was some',
      peaksOf(40, 9_000),
      'So this account has no capacity for this model now, though CloudWatch counts usage until 2026-03-02 09:11 UTC, and AWS',
      true,
    ],
    [
      'may have been some',
      undefined,
      'Whether it ever had any is not known: the usage of the last 14 days could not be read.',
      false,
    ],
  ])('says that there %s, as usage tells', (_case, usage, words, contact) => {
    const text = sectionIn('What happened', { usage });
    expect(text).toContain(words);
    expect(/never given/.test(text)).toBe(usage === silent);
    expect(sectionIn('What to do now', { usage }).includes('Contact AWS to learn why')).toBe(contact);
  });

  test('of a default says that no value was ever applied', () => {
    const quotas = [{ ...TPM, isDefault: true, awsDefault: 0 }];
    expect(sectionIn('What happened', { quotas })).toContain(
      `(${TPM_CODE}): AWS's default is 0 TPM and no value was ever applied to this account. So this`,
    );
    expect(emailOf({ quotas }).body.claims).toContainEqual({
      claim: 'quota',
      code: TPM_CODE,
      value: 0,
      isDefault: true,
    });
  });

  test('links to where the quota is requested, and to the alarm, in the right Region', () => {
    const console = 'https://eu-west-1.console.aws.amazon.com';
    expect(sectionIn('What to do now')).toContain(
      `Service Quotas console: ${console}/servicequotas/home/services/bedrock/quotas/${TPM_CODE}?region=eu-west-1`,
    );
    expect(sectionIn('Links')).toContain(
      `- Alarm on TPM: ${console}/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/Acme-Bedrock-HighTPMQuotaUsage-Warning-G-Opus-4-6`,
    );
  });

  test.each([
    [
      true,
      'Nothing needs to be deployed then: the next update of thresholds, daily unless updateIntervalDays',
    ],
    [false, 'Before that, set automatedThresholdUpdate to true and deploy'],
  ])('says what turns the alarm on where automatedThresholdUpdate is %s', (value, words) => {
    const model = { ...opus, automatedThresholdUpdate: value };
    expect(sectionIn('What to do now', { model })).toContain(words);
    expect(emailOf({ model }).body.claims).toContainEqual({
      claim: 'setting',
      key: 'automatedThresholdUpdate',
      value,
    });
  });

  test.each([
    ['unclear', 'This e-mail may be a repeat: whether it went out before is not known.'],
    ['no-ledger', 'The incident ledger could not be used: this may be told more than once, and'],
    [undefined, 'What happened'],
  ] as const)('that may be a repeat (%s) says so in its first line, and only then', (mayBeRepeat, line) => {
    expect(emailOf({ mayBeRepeat }).body.text.split('\n')[0]).toBe(line);
  });

  test('reads well, and tells what it claims, whatever is known', () => {
    const anyDefault = fc.option(fc.integer({ min: 0, max: 2_000_000_000 }), { nil: undefined });
    const quotas = fc
      .tuple(fc.subarray([RPM, TPM], { minLength: 1 }), anyDefault)
      .map(([some, awsDefault]) => some.map((one) => ({ ...one, awsDefault, isDefault: awsDefault === 0 })));
    const usages = fc.constantFrom(silent, peaksOf(40, 9_000), undefined);
    fc.assert(
      fc.property(quotas, usages, fc.boolean(), (some, usage, automatedThresholdUpdate) => {
        const model = { ...opus, automatedThresholdUpdate };
        const { subject, body } = emailOf({ quotas: some, usage, model });
        fitsASubject(subject);
        readsWell(body, 'Acme', opus.modelName);
        tellsItsFigures(body);
      }),
      { numRuns: 100 },
    );
  });
});
