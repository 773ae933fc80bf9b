import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { MOST_MESSAGE_BYTES } from '../../aws/sns';
import type { CasePart } from '../../lambda/contract/handed';
import { NO_CASE_REASONS } from '../../lambda/contract/no-case-reasons';
import { ALARM_NAMES, type AlarmName } from '../../lambda/domain/alarm-catalogue';
import { CASE_CATEGORIES, SCENARIOS } from '../../lambda/domain/decision';
import type { PlannedCase } from '../../lambda/domain/digest';
import {
  caseDigestEmail,
  type DigestEmail,
  recoveryDigestEmail,
  reminderDigestEmail,
  tellingDigestEmail,
} from '../../lambda/domain/digest-text';
import { severityOfSubject } from '../../lambda/domain/email-text';
import { timeUtc } from '../../lambda/domain/words';
import {
  caseDigestOf,
  casePart,
  modelName,
  OVER_AT,
  OVER_LOOKED_AT,
  recovered,
  recoveryDigestOf,
  referenceOfModel,
  reminded,
  reminderDigestOf,
  tellingOf,
  told,
  WRITTEN_AT,
} from './digests';
import { noRequestReasons, REQUEST, RPM_CODE, TPM_CODE } from './incidents';
import { sectionOf, sectionsOf } from './prose';
import { fitsASubject, readsWell, tellsItsFigures } from './reading';

const LIST = 'The models, the worst first';
const COMPOSITE = 'Acme-Bedrock-QuotaHealth-Composite-M-001';
const SERVER_ERRORS = 'Acme-Bedrock-ServerErrors-Critical-M-001';

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
const claimsOf = ({ about }: DigestEmail, index = 0) => about[index]?.claims ?? [];
const shared: PlannedCase = { kind: 'shared', lead: 'M-001', models: 3 };
const limited: PlannedCase = { kind: 'none', why: 'day-limit' };
const off: PlannedCase = { kind: 'none', why: 'automation-off' };

describe('the e-mail that many models went off', () => {
  const telling = (models: Parameters<typeof tellingOf>[0]): DigestEmail =>
    tellingDigestEmail(tellingOf(models));
  const inSection = (title: string, models: Parameters<typeof tellingOf>[0]): string =>
    sectionOf(telling(models).text, title);

  test('has its sections in order', () => {
    expect([...sectionsOf(telling([told(0)]).text).keys()]).toEqual([
      'What happened',
      'What to do now',
      'What was done',
      LIST,
      'Links',
    ]);
  });

  // biome-ignore format: a table reads by its columns.
  test.each<[Parameters<typeof tellingOf>[0], string]>([
    [range(100).map((index) => told(index)), 'CRITICAL: Acme Bedrock 100 models - Investigation Request'],
    [[told(0, ['HighLatency']), told(1, ['Throttles'], { category: 'Quota Request' })], 'CRITICAL: Acme Bedrock 2 models - Quota Request and Investigation Request'],
    [[told(0, ['HighLatency'])], 'WARNING: Acme Bedrock 1 model - Investigation Request'],
  ])('begins its subject with the worst, and names the categories: %#', (models, subject) => {
    expect(telling(models).subject).toBe(subject);
  });

  test('says first how many, when, and of what', () => {
    expect(
      inSection('What happened', [
        told(0, ['ServerErrors', 'HighLatency']),
        told(1),
        told(2, ['HighLatency'], { telling: 2 }),
      ]),
    ).toBe(
      'CRITICAL: alarms of 3 models went off between 2026-03-02 09:15 UTC and 2026-03-02 09:16 UTC. ' +
        '- ServerErrors on 2 models: errors on the side of Bedrock (5xx) ' +
        '- HighLatency on 2 models: answers slower than the limit set for them ' +
        'CRITICAL: 2 models, WARNING: 1 model. ' +
        'Of 1 model these are further alarms: an earlier e-mail told the first.',
    );
    expect(inSection('What happened', [told(0)])).toBe(
      'CRITICAL: alarms of 1 model went off at 2026-03-02 09:15 UTC. - ServerErrors on 1 model: errors on the side of Bedrock (5xx)',
    );
  });

  test('tells of each model when its alarms went off, with the date where it is another day', () => {
    const yesterday = new Date('2026-03-01T23:59:50Z');
    const models = [
      told(0, ['ServerErrors', 'HighLatency']),
      told(1, ['HighLatency'], { alarms: [{ name: 'HighLatency', since: yesterday }] }),
    ];
    expect(inSection(LIST, models)).toBe(
      '- M-001: CRITICAL, ServerErrors at 09:15 UTC, HighLatency at 09:16 UTC; no quota is involved ' +
        '- M-002: WARNING, HighLatency at 2026-03-01 23:59 UTC; no quota is involved',
    );
  });

  test('tells together what went off in one minute', () => {
    const since = new Date('2026-03-02T09:15:50Z');
    const alarms = [
      { name: 'HighLatency', since: new Date('2026-03-02T09:16:00Z') },
      { name: 'Throttles', since },
      { name: 'ServerErrors', since: new Date('2026-03-02T09:15:20Z') },
    ];
    expect(inSection(LIST, [told(0, ['ServerErrors'], { alarms })])).toContain(
      'ServerErrors and Throttles at 09:15 UTC, HighLatency at 09:16 UTC;',
    );
  });

  test.each([
    ['non_quota', 'no quota is involved'],
    ['new_model', 'no accepted request in 14 days, or usage that could not be read'],
    ['high_usage', 'usage reached an alarm threshold in 14 days'],
    ['low_usage', 'usage reached no alarm threshold in 14 days'],
  ] as const)('calls %s in words: %s', (scenario, words) => {
    expect(inSection(LIST, [told(0, ['Throttles'], { scenario })])).toBe(
      `- M-001: CRITICAL, Throttles at 09:15 UTC; ${words}`,
    );
  });

  test('claims that the alarms went off, not that they still burn', () => {
    const { about } = telling([told(0)]);
    expect(about).toEqual([
      {
        model: 'M-001',
        reference: referenceOfModel(0),
        claims: [
          { claim: 'severity', severity: 'CRITICAL', alarmNames: [SERVER_ERRORS] },
          { claim: 'wentOff', alarmName: SERVER_ERRORS, at: '2026-03-02T09:15:20.000Z' },
        ],
      },
    ]);
  });

  test('claims no severity of further alarms, since it may be that of the first', () => {
    const further = telling([told(0, ['HighLatency'], { telling: 2, severity: 'CRITICAL' })]);
    expect(claimsOf(further)).not.toContainEqual(expect.objectContaining({ claim: 'severity' }));
    expect(further.text).toContain('- M-001: CRITICAL, HighLatency');
  });

  test('says which cases are tried, and that none is known yet', () => {
    const models = [
      ...range(3).map((index) => told(index, ['ServerErrors'], { plan: shared })),
      told(3, ['HighLatency']),
      told(4, ['Throttles'], { category: 'Quota Request' }),
      told(5, ['Throttles'], { category: 'Quota Request' }),
    ];
    expect(inSection('What was done', models)).toBe(
      'AWS Support cases, or increases in Service Quotas instead of them, are tried now; an e-mail follows when it is known what became of them. A case that is open already gets the new details. ' +
        '- Tried: one Investigation Request for 3 models together: M-001, M-002 and M-003. ' +
        '- Tried: an Investigation Request for 1 model: M-004. ' +
        '- Tried: a Quota Request for each of 2 models: M-005 and M-006.',
    );
  });

  test('names whoever gets no case, with why and what to do by hand', () => {
    const models = [
      told(0, ['ServerErrors'], { plan: shared }),
      told(1, ['ServerErrors'], { plan: shared }),
      told(2),
      told(3, ['ServerErrors'], { plan: limited }),
      told(4, ['ServerErrors'], { plan: off }),
      told(5, ['ServerErrors'], { plan: limited, telling: 2 }),
    ];
    expect(inSection('What was done', models)).toContain(
      '- No case for 2 models, since maxNewCasesPerDay (10) allows no further new case today, with those that are tried now: M-004 and M-006. ' +
        '- No case for 1 model, since automatedSupportCase is false: M-005.',
    );
    expect(inSection('What to do now', models)).toContain(
      '3 models without a case, named below: to ask for more quota, use Service Quotas. If you need AWS for one of them, look for an open case first, then open one by hand: https://support.console.aws.amazon.com/support/home#/case/create',
    );
    const subject = 'Acme - Bedrock Ops Alert - M-006 - Investigation Request - us-east-1';
    expect(claimsOf(telling(models), 5)).toContainEqual({
      claim: 'noCase',
      subject,
      why: 'day-limit',
      telling: 2,
      limit: 10,
      tried: 2,
    });
    expect(claimsOf(tellingDigestEmail(tellingOf(models, { triedBefore: 8 })), 5)).toContainEqual(
      expect.objectContaining({ why: 'day-limit', tried: 10 }),
    );
    expect(claimsOf(telling(models), 4)).toContainEqual(
      expect.objectContaining({ claim: 'noCase', why: 'automation-off', telling: 1 }),
    );
  });

  test('says so where no case is tried at all', () => {
    expect(inSection('What was done', [told(0, ['ServerErrors'], { plan: off })])).toBe(
      'No AWS Support case is tried. - No case for 1 model, since automatedSupportCase is false: M-001.',
    );
  });

  // biome-ignore format: a table reads by its columns.
  test.each<[readonly AlarmName[], (typeof SCENARIOS)[number], readonly string[]]>([
    [['ServerErrors'], 'non_quota', ['Server errors (5xx) on 1 model']],
    [['HighLatency'], 'non_quota', ['Slow answers on 1 model']],
    [['LatencyAnomaly'], 'non_quota', ['Slow answers on 1 model']],
    [['Throttles'], 'high_usage', ['Usage reached an alarm threshold in the last 14 days on 1 model']],
    [['Throttles'], 'low_usage', ['Throttled requests without proof of high usage on 1 model', 'Usage reached no alarm threshold on 1 model']],
    [['ClientErrors'], 'low_usage', ['Refused requests (4xx) without throttles on 1 model', 'Usage reached no alarm threshold on 1 model']],
    [['ClientErrors', 'Throttles'], 'new_model', ['Throttled requests without proof of high usage on 1 model', 'No accepted request in 14 days, or usage that could not be read, on 1 model']],
    [['InputTokenAnomaly'], 'new_model', ['No accepted request in 14 days, or usage that could not be read, on 1 model']],
    [['ServerErrors', 'HighTPMQuotaUsage'], 'high_usage', ['Server errors (5xx) on 1 model', 'Usage reached an alarm threshold in the last 14 days on 1 model']],
  ])('advises about %j in %s', (alarms, scenario, beginnings) => {
    const steps = inSection('What to do now', [told(0, alarms, { scenario })]).split(/(?:^| )- /).slice(1);
    expect(steps.map((step) => beginnings.find((beginning) => step.startsWith(beginning)))).toEqual(beginnings);
  });
});

describe('the e-mail that many incidents go on', () => {
  const email = reminderDigestEmail(
    reminderDigestOf([
      reminded(0),
      reminded(1, ['Throttles', 'HighLatency']),
      reminded(2, ['HighLatency'], { cases: [] }),
    ]),
  );

  test('says how many were not over when they were looked at', () => {
    expect(email.subject).toBe('CRITICAL: Acme Bedrock 3 models - still in alarm');
    expect(sectionOf(email.text, 'What goes on')).toBe(
      'CRITICAL: the incidents of 3 models were not over when they were looked at (at 2026-03-02 09:16 UTC). They began at 2026-03-02 09:15 UTC. ' +
        '- ServerErrors on 1 model: errors on the side of Bedrock (5xx) ' +
        '- Throttles on 1 model: throttled requests ' +
        '- HighLatency on 2 models: answers slower than the limit set for them ' +
        'CRITICAL: 2 models, WARNING: 1 model.',
    );
  });

  test('tells of each model since when, and what was in ALARM when it was looked at', () => {
    expect(sectionOf(email.text, LIST)).toBe(
      '- M-001: CRITICAL, since 09:15 UTC; ServerErrors in ALARM at 09:16 UTC ' +
        '- M-002: CRITICAL, since 09:15 UTC; Throttles and HighLatency in ALARM at 09:16 UTC ' +
        '- M-003: WARNING, since 09:15 UTC; HighLatency in ALARM at 09:16 UTC',
    );
    expect(claimsOf(email)).toEqual([
      { claim: 'severity', severity: 'CRITICAL', alarmNames: [SERVER_ERRORS] },
      { claim: 'incident', compositeAlarmName: COMPOSITE, since: '2026-03-02T09:15:20.000Z' },
      { claim: 'inAlarmAt', alarmName: SERVER_ERRORS, at: '2026-03-02T09:16:30.000Z' },
    ]);
  });

  test('names the cases, and whoever has none', () => {
    expect(sectionOf(email.text, 'What was done')).toBe(
      '- AWS Support case 12345678901 tells of M-001 and M-002. - No AWS Support case is known to tell of M-003.',
    );
    expect(sectionOf(email.text, 'What to do now')).toContain('1 model without a case:');
    expect(sectionOf(email.text, 'Links')).toContain('- Case 12345678901: https://');
  });
});

describe('the e-mail that many incidents are over', () => {
  const email = recoveryDigestEmail(
    recoveryDigestOf(
      [
        recovered(0),
        recovered(1, ['Throttles'], {
          closings: [{ displayId: '22345678901', kind: 'refused', error: 'ValidationException' }],
        }),
        recovered(2, ['HighLatency'], {
          alarms: [{ name: 'HighLatency', since: new Date('2026-03-02T09:15:20Z'), times: 3 }],
        }),
      ],
      { sharedClosings: [{ displayId: '12345678901', kind: 'added', models: ['M-001', 'M-003'] }] },
    ),
  );

  test('says how many, when they began, ended and were looked at', () => {
    expect(email.subject).toBe('CRITICAL: Acme Bedrock 3 models - over');
    expect(sectionOf(email.text, 'What happened')).toContain(
      'The incidents of 3 models are over: each had been quiet since its time below when it was looked at (at 2026-03-02 09:50 UTC). They began at 2026-03-02 09:15 UTC, and ended at 2026-03-02 09:40 UTC.',
    );
  });

  test('tells of each model what it was, how long, and from when to when it was quiet', () => {
    expect(sectionOf(email.text, LIST)).toBe(
      '- M-001: CRITICAL, ServerErrors at 09:15 UTC; lasted 25 minutes, quiet from 09:40 UTC to 09:50 UTC ' +
        '- M-002: CRITICAL, Throttles at 09:15 UTC; lasted 25 minutes, quiet from 09:40 UTC to 09:50 UTC ' +
        '- M-003: WARNING, HighLatency first at 09:15 UTC; lasted 25 minutes, quiet from 09:40 UTC to 09:50 UTC',
    );
    expect(claimsOf(email)).toContainEqual({
      claim: 'quiet',
      compositeAlarmName: COMPOSITE,
      from: OVER_AT.toISOString(),
      to: OVER_LOOKED_AT.toISOString(),
    });
  });

  test('says what each case was told, once for all models of it', () => {
    expect(sectionOf(email.text, 'What was done')).toBe(
      '- Told that it is over: case 12345678901 (M-001 and M-003). - Not told, since AWS refused the addition (ValidationException): case 22345678901 (M-002).',
    );
    const added = { claim: 'closing', displayId: '12345678901', is: 'added' };
    expect(claimsOf(email, 0)).toContainEqual(added);
    expect(claimsOf(email, 2)).toContainEqual(added);
    expect(claimsOf(email, 1)).toContainEqual({ claim: 'closing', displayId: '22345678901', is: 'untold' });
  });

  // biome-ignore format: a table reads by its columns.
  test.each([
    ['added', 'added', 'Told that it is over', 'Look at'],
    ['was-there', 'was-there', 'Had been told already that it is over', 'Look at'],
    ['off', 'off', 'Not told, since closingCommunication or automatedSupportCase is false', 'Look at'],
    ['refused', 'untold', 'Not told, since AWS refused the addition', 'Tell'],
    ['unclear', 'unclear', 'Not known whether told, since AWS gave no clear answer', 'Look whether'],
    ['not-open', 'not-open', 'Not told, since it was not open any more', 'Nothing'],
    ['unread', 'unclear', 'Not told, since it could not be read', 'Tell'],
  ] as const)('of a case with %s it claims %s, and says what is left to do', (kind, is, words, step) => {
    const one = recovered(0, ['Throttles'], { closings: [{ displayId: '22345678901', kind }] });
    const of = recoveryDigestEmail(recoveryDigestOf([one]));
    expect(sectionOf(of.text, 'What was done')).toBe(`- ${words}: case 22345678901 (M-001).`);
    expect(sectionOf(of.text, 'What is left to do')).toMatch(new RegExp(`^- ${step}`));
    expect(claimsOf(of)).toContainEqual({ claim: 'closing', displayId: '22345678901', is });
  });

  test('counts the models of a case that tells of many', () => {
    const models = range(6).map((index) => recovered(index));
    const closing = {
      displayId: '12345678901',
      kind: 'added' as const,
      models: models.map(({ model }) => model),
    };
    const { text } = recoveryDigestEmail(recoveryDigestOf(models, { sharedClosings: [closing] }));
    expect(sectionOf(text, 'What was done')).toBe('- Told that it is over: case 12345678901 (6 models).');
  });

  test.each([
    [20, 20],
    [21, 0],
  ])('of %i cases it links %i, since all of them stand in the list', (count, linked) => {
    const models = range(count).map((index) =>
      recovered(index, ['Throttles'], {
        closings: [{ displayId: String(22_345_678_901 + index), kind: 'added' }],
      }),
    );
    const { text } = recoveryDigestEmail(recoveryDigestOf(models));
    expect(sectionOf(text, 'Links').match(/- Case \d+:/g) ?? []).toHaveLength(linked);
  });

  test('says so where no case was told of them', () => {
    const { text } = recoveryDigestEmail(recoveryDigestOf([recovered(0)]));
    expect(sectionOf(text, 'What was done')).toBe(
      '- No AWS Support case is known to tell of these incidents.',
    );
    expect(sectionOf(text, 'What is left to do')).toBe('- Nothing, as far as is known here.');
  });
});

describe('the e-mail that says what became of the cases', () => {
  const cases = (...models: readonly CasePart[]): DigestEmail => caseDigestEmail(caseDigestOf(models));
  const done = (...models: readonly CasePart[]): string => sectionOf(cases(...models).text, 'What was done');
  const SUBJECT = 'Acme - Bedrock Ops Alert - M-001 - Investigation Request - us-east-1';
  const retriedUntil = new Date('2026-03-02T10:17:40Z');

  test('tells each case once, with all models that it is for', () => {
    const opened = { kind: 'opened', displayId: '12345678901' } as const;
    const text = done(
      casePart(0, opened, { together: ['M-002'] }),
      casePart(1, opened, { together: ['M-001'] }),
      casePart(2, { kind: 'updated', displayId: '22345678901' }),
    );
    expect(text).toBe(
      'An earlier e-mail said that AWS Support cases are tried for 3 models. This became of them: ' +
        '- AWS Support case 12345678901 (Investigation Request) was opened for 2 models: M-001 and M-002. ' +
        '- AWS Support case 22345678901 (Investigation Request) was open already; the new details were added for 1 model: M-003.',
    );
  });

  test('keeps cases apart whose numbers are not known, unless they are one', () => {
    const opened = { kind: 'opened', displayId: null } as const;
    const text = done(
      casePart(0, opened),
      casePart(1, opened, { together: ['M-003'] }),
      casePart(2, opened, { together: ['M-002'] }),
    );
    expect(text).toContain('was opened for 1 model: M-001. - An AWS Support case (Investigation Request)');
    expect(text).toContain('was opened for 2 models: M-002 and M-003.');
  });

  test.each(['opened', 'updated', 'left', 'told'] as const)('claims a case that was %s', (kind) => {
    expect(claimsOf(cases(casePart(0, { kind, displayId: '12345678901' }, { telling: 2 })))).toEqual([
      { claim: 'case', subject: SUBJECT, displayId: '12345678901', is: kind, telling: 2 },
    ]);
  });

  // biome-ignore format: a table reads by its columns.
  test.each<[CasePart['outcome'], object]>([
    [{ kind: 'none', why: 'automation-off', retriedUntil: null }, { claim: 'noCase', subject: SUBJECT, why: 'automation-off', telling: 1 }],
    [{ kind: 'none', why: 'no-support-plan', retriedUntil: null }, { claim: 'noCase', subject: SUBJECT, why: 'no-support-plan', telling: 1 }],
    [{ kind: 'none', why: 'day-limit', retriedUntil: null }, { claim: 'noCase', subject: SUBJECT, why: 'day-limit', telling: 1, limit: 10, tried: 0 }],
    [{ kind: 'none', why: 'refused', retriedUntil: null }, { claim: 'toldOnNoCase', subject: SUBJECT, telling: 1 }],
    [{ kind: 'none', why: 'case-limit', retriedUntil }, { claim: 'toldOnNoCase', subject: SUBJECT, telling: 1 }],
    [{ kind: 'none', why: 'unclear', retriedUntil }, { claim: 'noCase', subject: SUBJECT, why: 'unclear', telling: 1 }],
    [{ kind: 'none', why: 'no-ledger', retriedUntil: null }, { claim: 'noCase', subject: SUBJECT, why: 'unclear', telling: 1 }],
    [null, { claim: 'noCase', subject: SUBJECT, why: 'unclear', telling: 1 }],
  ])('claims of %j what anyone can see of it', (outcome, claim) => {
    expect(claimsOf(cases(casePart(0, outcome)))).toEqual([claim]);
  });

  test('names whoever has no case, with why and whether it is tried again', () => {
    const text = done(
      casePart(0, { kind: 'none', why: 'case-limit', retriedUntil }),
      casePart(1, { kind: 'none', why: 'case-limit', retriedUntil: null }),
      casePart(2, { kind: 'none', why: 'day-limit', retriedUntil: null }),
      casePart(3, { kind: 'none', why: 'unclear', retriedUntil: null }),
      casePart(4, null),
    );
    const used = 'AWS takes at most 10 new cases an hour from an account, and said that they are used up';
    for (const item of [
      `- No case for 1 model, since ${used}; it is tried again: M-001.`,
      `- No case for 1 model, since ${used}: M-002.`,
      '- No case for 1 model, since maxNewCasesPerDay (10) allows no further new case today: M-003.',
      '- Not known whether there is a case for 1 model, since AWS gave no clear answer: M-004.',
      '- Not known yet when this was written, of 1 model: M-005.',
    ])
      expect(text).toContain(item);
  });

  test('says what to do for whoever has none', () => {
    const steps = (...models: readonly CasePart[]): string =>
      sectionOf(cases(...models).text, 'What to do now');
    expect(steps(casePart(0, { kind: 'opened', displayId: '12345678901' }))).toBe(
      '- Follow the cases: AWS answers there.',
    );
    expect(steps(casePart(0, { kind: 'none', why: 'case-limit', retriedUntil }))).toContain(
      'The cases of 1 model are tried again until 2026-03-02 10:17 UTC at the latest',
    );
    expect(
      steps(casePart(0, null), casePart(1, { kind: 'none', why: 'refused', retriedUntil: null })),
    ).toContain('2 models without a case that is known');
  });
});

const anyAlarms = fc.subarray([...ALARM_NAMES], { minLength: 1 });
const anyPlan = fc.constantFrom<PlannedCase>({ kind: 'own' }, { ...shared, models: 60 }, limited, off);
const anyTelling = fc
  .array(
    fc.record({
      alarms: anyAlarms,
      scenario: fc.constantFrom(...SCENARIOS),
      telling: fc.integer({ min: 1, max: 3 }),
      plan: anyPlan,
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((models) =>
    models.map(({ alarms, ...more }, index) =>
      told(index, alarms, {
        ...more,
        category: more.scenario === 'non_quota' ? 'Investigation Request' : 'Quota Request',
      }),
    ),
  );
const anyReminder = fc
  .array(fc.record({ alarms: anyAlarms, cases: fc.subarray(['12345678901', '22345678901']) }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((models) => models.map(({ alarms, cases }, index) => reminded(index, alarms, { cases })));
const anyClosing = fc
  .tuple(
    fc.constantFrom('added', 'was-there', 'off', 'refused', 'unclear', 'not-open', 'unread'),
    fc.constantFrom('12345678901', '22345678901'),
  )
  .map(([kind, displayId]) => ({ kind, displayId }));
const anyRecovery = fc
  .array(fc.record({ alarms: anyAlarms, closings: fc.array(anyClosing, { maxLength: 1 }) }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((models) => models.map(({ alarms, closings }, index) => recovered(index, alarms, { closings })));
const anyNoRequests = fc
  .uniqueArray(fc.constantFrom(...Object.values(noRequestReasons)), { maxLength: 2 })
  .map((reasons) =>
    reasons.map((reason, index) => ({
      quota: index === 0 ? ('RPM' as const) : ('TPM' as const),
      code: RPM_CODE,
      reason,
    })),
  );
const anyOutcome: fc.Arbitrary<CasePart['outcome']> = fc.oneof(
  fc.constant(null),
  fc.record({
    kind: fc.constantFrom('opened', 'updated', 'left', 'told'),
    displayId: fc.constantFrom('12345678901', '22345678901', null),
    noRequests: anyNoRequests,
  }),
  fc.subarray<'RPM' | 'TPM'>(['RPM', 'TPM'], { minLength: 1 }).chain((quotas) =>
    fc.tuple(fc.constantFrom('made' as const, 'open' as const), anyNoRequests).map(([is, noRequests]) => ({
      kind: 'requested' as const,
      noRequests,
      requests: quotas.map((quota) => ({
        quota,
        code: quota === 'RPM' ? RPM_CODE : TPM_CODE,
        id: REQUEST.id,
        desired: 12_500,
        since: REQUEST.since,
        is,
      })),
    })),
  ),
  fc.record({
    kind: fc.constant('none' as const),
    why: fc.constantFrom(...NO_CASE_REASONS),
    retriedUntil: fc.constantFrom(new Date('2026-03-02T10:17:40Z'), null),
  }),
);
const anyCases = fc
  .array(fc.record({ outcome: anyOutcome, category: fc.constantFrom(...CASE_CATEGORIES) }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((models) => models.map(({ outcome, category }, index) => casePart(index, outcome, { category })));
const anyDigest: fc.Arbitrary<{ readonly email: DigestEmail; readonly at: Date; readonly count: number }> =
  fc.oneof(
    fc.tuple(anyTelling, fc.boolean()).map(([models, mayBeRepeat]) => {
      const digest = tellingOf(models, { mayBeRepeat });
      return { email: tellingDigestEmail(digest), at: digest.at, count: models.length };
    }),
    fc.tuple(anyReminder, fc.boolean()).map(([models, mayBeRepeat]) => {
      const digest = reminderDigestOf(models, { mayBeRepeat });
      return { email: reminderDigestEmail(digest), at: digest.at, count: models.length };
    }),
    fc.tuple(anyRecovery, fc.boolean()).map(([models, mayBeRepeat]) => {
      const digest = recoveryDigestOf(models, { mayBeRepeat });
      return { email: recoveryDigestEmail(digest), at: digest.at, count: models.length };
    }),
    fc.tuple(anyCases, fc.boolean()).map(([models, mayBeRepeat]) => {
      const digest = caseDigestOf(models, { mayBeRepeat });
      return { email: caseDigestEmail(digest), at: digest.at, count: models.length };
    }),
  );

describe('whatever many models have to tell', () => {
  test('the e-mail reads well, tells what it claims, and claims something of each model', () => {
    fc.assert(
      fc.property(anyDigest, ({ email: { subject, text, about }, at, count }) => {
        fitsASubject(subject);
        expect(severityOfSubject(subject)).toMatch(/^(CRITICAL|WARNING)$/);
        readsWell({ text, claims: about.flatMap(({ claims }) => claims) }, 'Acme');
        expect(about.map(({ model }) => model)).toEqual(range(count).map(modelName));
        for (const { claims } of about) expect(claims).not.toEqual([]);
        const claims = about.flatMap((one) => one.claims);
        tellsItsFigures({ text, claims }, (instant) => timeUtc(instant, at));
      }),
      { numRuns: 200 },
    );
  });

  test('each model is named once in the list of models, or of cases, and its reference once', () => {
    fc.assert(
      fc.property(anyDigest, ({ email: { text }, count }) => {
        const title = sectionsOf(text).has(LIST) ? LIST : 'What was done';
        const list = sectionOf(text, title);
        for (const index of range(count)) {
          expect(list.split(modelName(index))).toHaveLength(2);
          expect(
            text.match(new RegExp(`^- ${modelName(index)}: ${referenceOfModel(index)}`, 'gm')),
          ).toHaveLength(1);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('what is claimed of a model is of its own alarms and its own case', () => {
    fc.assert(
      fc.property(anyDigest, ({ email: { about } }) => {
        for (const { model, claims } of about)
          for (const name of JSON.stringify(claims).match(/M-\d{3}/g) ?? []) expect(name).toBe(model);
      }),
      { numRuns: 100 },
    );
  });

  test('nobody is told that a case exists before it does', () => {
    fc.assert(
      fc.property(anyTelling, (models) => {
        const { text, about } = tellingDigestEmail(tellingOf(models));
        expect(text).not.toMatch(/was opened|displayId/);
        for (const { claims } of about)
          expect(claims).not.toContainEqual(expect.objectContaining({ claim: 'case' }));
      }),
      { numRuns: 100 },
    );
  });

  test.each([true, false])('where it may be a repeat (%s) the first line says so', (mayBeRepeat) => {
    const emails = [
      tellingDigestEmail(tellingOf([told(0)], { mayBeRepeat })),
      reminderDigestEmail(reminderDigestOf([reminded(0)], { mayBeRepeat })),
      recoveryDigestEmail(recoveryDigestOf([recovered(0)], { mayBeRepeat })),
      caseDigestEmail(caseDigestOf([casePart(0, null)], { mayBeRepeat })),
    ];
    const first = 'This e-mail may be a repeat: whether it went out before is not known.';
    for (const { text } of emails) expect(text.startsWith(first)).toBe(mayBeRepeat);
  });

  test('with 500 models, all alarms and the longest names it fits SNS', () => {
    const long = { customer: 'Customer-X', region: 'ap-southeast-1', at: WRITTEN_AT };
    const named = (index: number) => ({
      model: `ABCDEFGHIJKL${String(index).padStart(3, '0')}`,
      telling: 12,
    });
    const displayId = (index: number) => String(10_000_000_000 + index);
    const emails = [
      tellingDigestEmail(
        tellingOf(
          range(500).map((index) => told(index, ALARM_NAMES, named(index))),
          long,
        ),
      ),
      reminderDigestEmail(
        reminderDigestOf(
          range(500).map((index) =>
            reminded(index, ALARM_NAMES, { model: named(index).model, cases: [displayId(index)] }),
          ),
          long,
        ),
      ),
      recoveryDigestEmail(
        recoveryDigestOf(
          range(500).map((index) =>
            recovered(index, ALARM_NAMES, {
              model: named(index).model,
              closings: [{ displayId: displayId(index), kind: 'added' }],
            }),
          ),
          long,
        ),
      ),
      caseDigestEmail(
        caseDigestOf(
          range(500).map((index) =>
            casePart(index, { kind: 'opened', displayId: displayId(index) }, named(index)),
          ),
          long,
        ),
      ),
    ];
    for (const { subject, text, about } of emails) {
      fitsASubject(subject);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MOST_MESSAGE_BYTES);
      expect(about).toHaveLength(500);
    }
  });
});
