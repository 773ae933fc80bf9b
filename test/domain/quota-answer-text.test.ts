import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ANSWERS } from '../../aws/service-quotas';
import {
  type AnsweredRequest,
  type AwsReply,
  type ModelOfQuota,
  quotaAnswerEmail,
  RUNBOOK_LINE,
} from '../../lambda/domain/quota-answer-text';
import { opus, peaksOf, RPM_CODE } from './incidents';
import { flowing, sectionOf, sectionsOf } from './prose';
import { fitsASubject, readsWell, tellsItsFigures } from './reading';
import { longIdentity } from './standings';

const NAME = 'Global cross-region model inference requests per minute for Anthropic Claude Opus 4.6';
const CASE = '17726143250001';
const MODEL: ModelOfQuota = {
  config: opus,
  threshold: 10_000,
  thresholdWas: 8_000,
  usage: peaksOf(9_500, 3_000_000),
};
const REQUEST = { status: 'APPROVED', desired: 12_500, displayId: CASE } as const;
const APPROVED: AnsweredRequest = {
  customer: 'Acme',
  accountId: '111122223333',
  region: 'eu-west-1',
  at: new Date('2026-03-03T10:00:00Z'),
  id: 'f7b7b40f8aeaabb1b53cef53c4be1006c88ac014',
  code: RPM_CODE,
  quota: 'RPM',
  requestedAt: new Date('2026-03-02T09:10:35Z'),
  request: REQUEST,
  now: { name: NAME, value: 12_500, isDefault: false },
  was: 10_000,
  reply: undefined,
  models: [MODEL],
  further: [],
  mayBeRepeat: undefined,
};
const UNCHANGED = { now: { name: NAME, value: 10_000, isDefault: false } };
const SAME = { ...MODEL, threshold: 8_000 };

const emailOf = (more: Partial<AnsweredRequest> = {}) => quotaAnswerEmail({ ...APPROVED, ...more });
const claimsOf = (more: Partial<AnsweredRequest> = {}) => emailOf(more).about.flatMap(({ claims }) => claims);
const part = (title: string, more: Partial<AnsweredRequest> = {}): string =>
  sectionOf(emailOf(more).text, title);
const happened = (more: Partial<AnsweredRequest> = {}) => part('What happened', more);
const toDo = (more: Partial<AnsweredRequest> = {}) => part('What to do now', more);

describe('the e-mail that tells the answer to a quota request', () => {
  test('has the sections of every e-mail, says where, and names the article of the runbook', () => {
    expect([...sectionsOf(emailOf().text).keys()]).toEqual([
      'What happened',
      'What to do now',
      'What was done',
      'Links',
    ]);
    expect(emailOf().text).toMatch(/\n\nAccount 111122223333, Region eu-west-1\nRunbook: .*$/);
    expect(emailOf().text.endsWith(RUNBOOK_LINE)).toBe(true);
  });

  test('tells the answer, old and new quota, old and new threshold, and what the peak leaves', () => {
    expect(happened()).toBe(
      `AWS approved the request of 2026-03-02 09:10 UTC to raise the RPM quota to 12,500 RPM: ${NAME} (${RPM_CODE}). ` +
        'The quota is raised: it was 10,000 RPM and is 12,500 RPM now. ' +
        '- G-Opus-4-6: alarm threshold 10,000 RPM (80 % of the quota), before 8,000 RPM. ' +
        'Peak of the last 14 days: 9,500 RPM (2026-03-02 09:11 UTC), 76 % of the quota, which leaves 3,000 RPM.',
    );
    expect(claimsOf()).toEqual(
      expect.arrayContaining([
        {
          claim: 'quotaRequestStatus',
          code: RPM_CODE,
          id: APPROVED.id,
          value: 12_500,
          since: '2026-03-02T09:10:35.000Z',
          status: 'APPROVED',
        },
        { claim: 'quota', code: RPM_CODE, value: 12_500, isDefault: false },
        { claim: 'quotaBefore', code: RPM_CODE, value: 10_000 },
        { claim: 'threshold', quota: 'RPM', value: 10_000 },
        { claim: 'thresholdBefore', quota: 'RPM', value: 8_000 },
        { claim: 'thresholdOf', code: RPM_CODE, percent: 80, value: 10_000 },
        { claim: 'headroom', metrics: ['Invocations'], code: RPM_CODE, value: 3_000 },
      ]),
    );
  });

  test('states of each model what is its own, and of one of them what is so of all', () => {
    const other = { ...MODEL, config: { ...opus, modelName: 'Other' } };
    const { about, subject, text } = emailOf({ models: [MODEL, other] });
    expect(subject).toBe('WARNING: Acme Bedrock 2 models - RPM quota raised');
    expect(flowing(text)).toContain('- Other: alarm threshold 10,000 RPM');
    expect(about.map(({ model, reference, claims }) => [model, reference, claims.length > 0])).toEqual([
      ['G-Opus-4-6', null, true],
      ['Other', null, true],
    ]);
    expect(about.map(({ claims }) => claims.some(({ claim }) => claim === 'quotaRequestStatus'))).toEqual([
      true,
      false,
    ]);
    expect(about.every(({ claims }) => claims.some(({ claim }) => claim === 'headroom'))).toBe(true);
  });

  test('names further models of which nothing was read, and counts them where they are many', () => {
    const { subject, text } = emailOf({ further: ['B', 'C'] });
    expect(subject).toBe('WARNING: Acme Bedrock 3 models - RPM quota raised');
    expect(flowing(text)).toContain(
      '- It was made for B and C as well; their thresholds and usage were not read here.',
    );
    const many = Array.from({ length: 22 }, (_, index) => `M-${index}`);
    expect(happened({ further: many })).toContain('M-19 and 2 more as well');
    expect(happened({ further: many })).not.toContain('M-20');
    expect(happened()).not.toContain('as well');
    fitsASubject(emailOf({ further: many }).subject);
  });

  test.each<[Partial<AnsweredRequest>, string]>([
    [{}, 'RPM quota raised'],
    [{ now: { name: NAME, value: 11_000, isDefault: false } }, 'RPM quota raised in part'],
    [UNCHANGED, 'RPM increase approved'],
    [{ ...UNCHANGED, request: { ...REQUEST, status: 'DENIED' } }, 'RPM increase denied'],
    [{ ...UNCHANGED, request: { ...REQUEST, status: 'CASE_CLOSED' } }, 'RPM increase: case closed'],
    [{ ...UNCHANGED, request: { ...REQUEST, status: 'NOT_APPROVED' } }, 'RPM increase not approved'],
    [{ ...UNCHANGED, request: { ...REQUEST, status: 'INVALID_REQUEST' } }, 'RPM increase refused as invalid'],
    [{ ...UNCHANGED, request: undefined }, 'RPM increase: request gone'],
    [{ now: undefined }, 'RPM increase approved'],
    [{ request: { ...REQUEST, status: 'CASE_CLOSED' } }, 'RPM quota raised'],
  ])('names in its subject what became of it: %#', (more, topic) => {
    expect(emailOf(more).subject).toBe(`WARNING: Acme Bedrock G-Opus-4-6 - ${topic}`);
    const { customer, model } = longIdentity;
    const config = { ...opus, modelName: model.modelName };
    fitsASubject(emailOf({ ...more, customer, models: [{ ...MODEL, config }] }).subject);
  });

  test.each<[string, Partial<AnsweredRequest>, words: string]>([
    ['could not be read', { now: undefined }, 'The quota was 10,000 RPM; what it is now is not known.'],
    [
      'was never read',
      { now: undefined, was: undefined },
      'What the quota was, and what it is now, is not known.',
    ],
    [
      'was not known before',
      { was: undefined },
      'The quota is 12,500 RPM now; what it was before is not known.',
    ],
    ['is what it was', UNCHANGED, 'The quota is what it was: 10,000 RPM.'],
    [
      'is the default',
      { now: { name: NAME, value: 10_000, isDefault: true } },
      'what it was: 10,000 RPM (the AWS default).',
    ],
    [
      'is less',
      { now: { name: NAME, value: 9_000, isDefault: false } },
      'The quota was 10,000 RPM and is only 9,000 RPM now.',
    ],
    [
      'is of a request that is gone',
      { request: undefined },
      'Service Quotas does not know the request any more that was made at 2026-03-02 09:10 UTC to raise the RPM quota, so what AWS answered is not known',
    ],
    [
      'is of a case that was closed',
      { request: { ...REQUEST, status: 'CASE_CLOSED' } },
      'is closed, which does not say what AWS answered',
    ],
  ])('says so of a quota that %s', (_, more, words) => {
    expect(happened(more)).toContain(words);
  });

  test.each<[string, Partial<ModelOfQuota>, Partial<AnsweredRequest>, words: string]>([
    ['stayed', { threshold: 8_000 }, UNCHANGED, '8,000 RPM (80 % of the quota), as before.'],
    ['was not known', { thresholdWas: undefined }, {}, '10,000 RPM (80 % of the quota), before not known.'],
    ['is not known', { threshold: undefined }, {}, 'alarm threshold not known.'],
    [
      'does not follow yet',
      { threshold: 8_000 },
      {},
      'still 8,000 RPM (80 % of the quota would be 10,000 RPM), until the next update of thresholds',
    ],
    [
      'is not to follow',
      { threshold: 8_000, config: { ...opus, automatedThresholdUpdate: false } },
      {},
      'still 8,000 RPM (80 % of the quota would be 10,000 RPM), since automatedThresholdUpdate is false.',
    ],
    [
      'is of a quota that could not be read',
      {},
      { now: undefined },
      'whether that follows the quota is not known.',
    ],
    [
      'is of a quota of 0',
      { threshold: 0 },
      { now: { name: NAME, value: 0, isDefault: false }, was: 0 },
      'no alarm threshold while the quota is 0.',
    ],
  ])('says so of a threshold that %s', (_, model, more, words) => {
    expect(happened({ ...more, models: [{ ...MODEL, ...model }] })).toContain(words);
  });

  test.each<[string, Partial<ModelOfQuota>, words: string]>([
    [
      'is over the quota',
      { usage: peaksOf(14_000, 0) },
      '112 % of the quota and so 1,500 RPM more than it allows.',
    ],
    ['is the quota', { usage: peaksOf(12_500, 0) }, '100 % of the quota, of which nothing is left.'],
    ['is none', { usage: peaksOf(0, 0) }, 'Peak of the last 14 days: no usage counted in 14 days.'],
    ['could not be read', { usage: undefined }, 'Peak of the last 14 days: not known.'],
  ])('says so of a peak that %s', (_, model, words) => {
    expect(happened({ models: [{ ...MODEL, ...model }] })).toContain(words);
  });

  test('asks for more where the quota is less than the peak, and for nothing where it is not', () => {
    expect(toDo()).toBe('- Nothing, as far as is known here.');
    expect(toDo({ models: [{ ...MODEL, usage: peaksOf(14_000, 0) }] })).toContain(
      'The quota is less than the peak of the last 14 days',
    );
  });

  const DENIED = { ...UNCHANGED, request: { ...REQUEST, status: 'DENIED' as const }, models: [SAME] };

  test.each<[string, AwsReply | undefined, words: string]>([
    ['a reason', { kind: 'found', body: 'No.\r\n\n  Not now.' }, `wrote on its case ${CASE}: "No. Not now."`],
    [
      'none',
      { kind: 'none' },
      `No reason was found: on its case ${CASE} AWS wrote nothing but what it writes by itself.`,
    ],
    [
      'what could not be read',
      { kind: 'unread' },
      `Whether AWS gave a reason is not known: its case ${CASE} could not be read.`,
    ],
  ])('says of a denial with %s just that', (_, reply, words) => {
    expect(happened({ ...DENIED, reply })).toContain(words);
  });

  test('quotes about 600 characters of a reply, cut between words, and says that it goes on', () => {
    const body = 'eleven char '.repeat(60).trim();
    const text = happened({ ...DENIED, reply: { kind: 'found', body } });
    const [, begins, quoted = ''] = /case \d+( begins)?: "([^"]*)"/.exec(text) ?? [];
    expect(begins).toBe(' begins');
    expect(quoted).toMatch(/ (?:eleven|char) \.\.\.$/);
    expect(quoted.length).toBeGreaterThan(580);
    expect(quoted.length).toBeLessThan(610);
    const whole = happened({ ...DENIED, reply: { kind: 'found', body: 'a'.repeat(600) } });
    expect(whole).toContain(`: "${'a'.repeat(600)}"`);
  });

  test('says of a denial what remains to do, and when the next request is made automatically', () => {
    const console = `https://eu-west-1.console.aws.amazon.com/servicequotas/home/services/bedrock/quotas/${RPM_CODE}?region=eu-west-1`;
    expect(toDo(DENIED)).toBe(
      `- If more is still needed, answer on AWS's case ${CASE} what the quota is needed for, or request it again by hand in the Service Quotas console: ${console} ` +
        '- Until it is granted, slow down batch work or move traffic to another model or Region. ' +
        '- No further request is made automatically before 2026-03-09 09:10 UTC, 7 days after this one.',
    );
    expect(toDo({ ...DENIED, request: { ...DENIED.request, displayId: undefined } })).toContain(
      'If more is still needed, request it again by hand',
    );
    expect(toDo({ ...DENIED, at: new Date('2026-03-09T09:10:35Z') })).toContain(
      'The next alarm on this RPM quota may request more automatically.',
    );
  });

  test.each(['automatedQuotaRequest', 'automatedSupportCase'] as const)(
    'says that the settings forbid a further request where %s is false',
    (key) => {
      const off = { ...SAME, config: { ...opus, [key]: false } };
      expect(toDo({ ...DENIED, models: [off] })).toContain(
        'No further request is made automatically: the settings forbid it.',
      );
      expect(claimsOf({ ...DENIED, models: [off] })).toContainEqual({ claim: 'setting', key, value: false });
      expect(toDo({ ...DENIED, models: [off, SAME] })).toContain('before 2026-03-09 09:10 UTC');
    },
  );

  test('that may be a repeat says so first', () => {
    expect(emailOf({ mayBeRepeat: 'unclear' }).text.split('\n')[0]).toBe(
      'This e-mail may be a repeat: whether it went out before is not known.',
    );
    expect(emailOf({ mayBeRepeat: 'no-ledger' }).text.split('\n')[0]).toContain(
      'incident ledger could not be used',
    );
  });

  test('links to quota, case and alarm, and to all alarms where there are several', () => {
    expect(part('Links')).toMatch(
      new RegExp(
        `^- RPM quota: https://eu-west-1\\S+ - AWS's case ${CASE}: https://support\\S+${CASE}\\S+ - Alarm on RPM: https://\\S+alarm/Acme-Bedrock-HighInvocationRate-Warning-G-Opus-4-6 Account`,
      ),
    );
    expect(part('Links', { request: { ...REQUEST, displayId: undefined } })).not.toContain('case');
    expect(part('Links', { models: [MODEL, MODEL] })).toMatch(/- All alarms: \S+ Account/);
  });

  test('reads well, and tells what it claims, whatever the answer and whatever is known', () => {
    const value = fc.option(fc.integer({ min: 0, max: 2_000_000_000 }), { nil: undefined });
    const reply = fc.constantFrom<AwsReply | undefined>(
      undefined,
      { kind: 'none' },
      { kind: 'unread' },
      { kind: 'found', body: 'We need more time.' },
    );
    const request = fc.option(
      fc.record({
        status: fc.constantFrom(...ANSWERS),
        desired: fc.integer({ min: 1, max: 2_000_000_000 }),
        displayId: fc.constantFrom(CASE, undefined),
      }),
      { nil: undefined },
    );
    const model = fc.record({
      config: fc.constantFrom(opus, {
        ...opus,
        automatedThresholdUpdate: false,
        automatedQuotaRequest: false,
      }),
      threshold: value,
      thresholdWas: value,
      usage: fc.constantFrom(undefined, peaksOf(0, 0), peaksOf(9_500, 3_000_000)),
    });
    const now = value.map((quota) =>
      quota === undefined ? undefined : { name: NAME, value: quota, isDefault: false },
    );
    fc.assert(
      fc.property(request, now, value, reply, model, (one, quota, was, wrote, model) => {
        const { text, about } = emailOf({ request: one, now: quota, was, reply: wrote, models: [model] });
        const body = { text, claims: about.flatMap(({ claims }) => claims) };
        readsWell(body, 'Acme', 'G-Opus-4-6');
        tellsItsFigures(body);
      }),
    );
  });
});
