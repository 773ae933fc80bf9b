import { describe, expect, test } from '@jest/globals';
import { MOST_SUBJECT_CHARACTERS } from '../../aws/sns';
import { claimSchema } from '../../lambda/contract/claims';
import type { AlarmName } from '../../lambda/domain/alarm-catalogue';
import { subjectOf } from '../../lambda/domain/case-identity';
import {
  caseSettledEmail,
  incidentEmail as emailOf,
  severityOfSubject,
} from '../../lambda/domain/email-text';
import type { CaseOutcome, Incident, RequestedIncrease } from '../../lambda/domain/incident';
import { type UnknownModel, unknownModelEmail } from '../../lambda/domain/unknown-model-text';
import {
  everyAlarm,
  incidentOf,
  incidents,
  longest,
  outcomes,
  peaksOf,
  rpmQuota,
  tpmQuota,
  usageOf,
} from './incidents';
import { flowing, sectionOf as sectionIn, sectionsOf } from './prose';

const everyIncident = Object.entries({ ...incidents, longest });
const everyOutcome: readonly (readonly [string, Exclude<CaseOutcome, RequestedIncrease>])[] =
  Object.entries(outcomes);

const incidentEmail = (incident: Incident, outcome: CaseOutcome) =>
  emailOf(incident, outcome, { nobodyOnCc: false });

/** The e-mail's sections; the lines below them are not part of the last. */
const sectionsIn = (body: string): string => body.slice(0, body.lastIndexOf('\n\n'));

const footerOf = (incident: Incident): readonly string[] =>
  incidentEmail(incident, outcomes.opened).body.text.split('\n\n').at(-1)?.split('\n') ?? [];

const sectionOf = (incident: Incident, outcome: CaseOutcome, title: string): string =>
  sectionIn(sectionsIn(incidentEmail(incident, outcome).body.text), title);

describe.each(everyIncident)('the e-mail about %s', (name, incident) => {
  const hasNotes = ['contradictoryResidency', 'unusedSettings'].includes(name);

  test.each(everyOutcome)(
    'and a case that was %s has its sections in order, none of them empty',
    (_outcome, outcome) => {
      const sections = sectionsOf(incidentEmail(incident, outcome).body.text);
      expect([...sections.keys()]).toEqual([
        ...(incident.mayBeRepeat === undefined ? [] : ['']),
        'What happened',
        'What to do now',
        'What was done',
        'Figures',
        ...(hasNotes ? ['Settings'] : []),
        'Links',
      ]);
      for (const text of sections.values()) expect(text).not.toBe('');
    },
  );

  test('names each alarm with the time it went off, and where it all is', () => {
    const happened = sectionOf(incident, outcomes.opened, 'What happened');
    incident.triggered.forEach((alarm, index) => {
      expect(happened).toMatch(
        new RegExp(`- ${alarm.name}: (was )?in ALARM (since|from) 2026-03-02 09:${15 + index} UTC`),
      );
    });
    const [modelId, place, reference, ...runbook] = footerOf(incident);
    expect([modelId, place, reference]).toEqual([
      `Model id: ${incident.model.modelId}`,
      `Account 111122223333, Region ${incident.region}`,
      `Incident reference: 3f9a27c1e5b0${incident.telling > 1 ? ', update 2' : ''}`,
    ]);
    const [, articles = ''] = /^Runbook: docs\/runbook\.md, (.*)$/.exec(runbook.join(' ')) ?? [];
    expect(articles.split(/, | and /)).toEqual(incident.triggered.map(({ name }) => name));
  });
});

describe('the subject', () => {
  test.each([
    ['CRITICAL: Acme Bedrock G-Opus-4-6 - Quota Request', incidents.throttled],
    ['WARNING: Acme Bedrock G-Opus-4-6 - Quota Request', incidents.tokensHigh],
    ['CRITICAL: Acme Bedrock G-Opus-4-6 - Investigation Request', incidents.serverErrors],
    ['WARNING: Acme Bedrock G-Opus-4-6 - Investigation Request', incidents.slowAnswers],
    ['CRITICAL: Customer-X Bedrock ABCDEFGHIJKLMNO - Quota Request', longest],
  ])('%s', (subject, incident) => {
    expect(incidentEmail(incident, outcomes.opened).subject).toBe(subject);
  });

  test.each([
    ['CRITICAL: Acme Bedrock G-Opus-4-6 - Quota Request', 'CRITICAL'],
    ['WARNING: Acme Bedrock G-Opus-4-6 - Quota Request', 'WARNING'],
    ['ALARM: "Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6"', undefined],
    ['Re: CRITICAL: Acme Bedrock G-Opus-4-6 - Quota Request', undefined],
  ])('"%s" names the severity %p', (subject, severity) => {
    expect(severityOfSubject(subject)).toBe(severity);
  });
});

describe('what happened', () => {
  const happened = (incident: Incident): string => sectionOf(incident, outcomes.opened, 'What happened');

  test('is told with severity, model, beginning and meaning', () => {
    expect(happened(incidents.throttled)).toBe(
      'CRITICAL on G-Opus-4-6, in alarm since 2026-03-02 09:15 UTC: throttled requests. ' +
        '- Throttles: in ALARM since 2026-03-02 09:15 UTC',
    );
  });

  test('says what is over, and of what goes on only that', () => {
    expect(happened(incidents.allOver)).toBe(
      'CRITICAL on G-Opus-4-6, in alarm since 2026-03-02 09:15 UTC: throttled requests and answers slower than the limit set for them, all over when this was written. ' +
        '- Throttles: was in ALARM from 2026-03-02 09:15 UTC, but not any more when this was written ' +
        '- HighLatency: was in ALARM from 2026-03-02 09:16 UTC, but not any more when this was written',
    );
    expect(happened(incidents.partlyOver)).toMatch(
      /UTC: answers slower than the limit set for them\. - ServerErrors: was in ALARM .* - HighLatency: in ALARM since/,
    );
  });

  test('says that CloudWatch could not be asked', () => {
    expect(happened(incidents.alarmsUnreadable)).toContain(
      '- Throttles: in ALARM from 2026-03-02 09:16 UTC; whether it still is could not be read',
    );
  });

  test('says in words that the time of an alarm is not known', () => {
    const triggered = incidents.throttled.triggered.map((alarm) => ({ ...alarm, since: undefined }));
    expect(happened({ ...incidents.throttled, triggered })).toContain(
      '- Throttles: in ALARM since a time that is not known',
    );
  });
});

describe('a later telling', () => {
  const happened = (incident: Incident): string => sectionOf(incident, outcomes.opened, 'What happened');
  const bodyOf = (incident: Incident) => incidentEmail(incident, outcomes.opened).body;

  test('says first that it is one, then what still burns, then what is new', () => {
    expect(happened(incidents.slowAnswersAfterThrottles)).toBe(
      'This is a further alarm of the incident that began at 2026-03-02 08:40 UTC. ' +
        'Earlier alarms, still in ALARM: - Throttles: in ALARM since 2026-03-02 08:40 UTC ' +
        'CRITICAL on G-Opus-4-6, new: answers slower than the limit set for them. ' +
        '- HighLatency: in ALARM since 2026-03-02 09:15 UTC',
    );
  });

  test('of several alarms says so', () => {
    expect(happened(incidents.throttledAfterTwoOthers)).toMatch(
      /^These are further alarms of the incident that began at .* - HighLatency: .* - InvocationAnomaly: .* new: throttled requests and requests per minute .* - Throttles: /,
    );
  });

  test('says of none that it is still in ALARM where CloudWatch could not be asked', () => {
    expect(happened(incidents.furtherWhileUnreadable)).toContain(
      'Earlier alarms: - HighLatency: in ALARM from 2026-03-02 08:40 UTC; whether it still is could not be read',
    );
  });

  test('lists none where those told before are over', () => {
    expect(happened(incidents.furtherAfterOthersEnded)).not.toContain('Earlier alarms');
  });

  test('is as severe as the worst of its alarms, told before or not, and claims it of all', () => {
    expect(incidentEmail(incidents.slowAnswersAfterThrottles, outcomes.opened).subject).toBe(
      'CRITICAL: Acme Bedrock G-Opus-4-6 - Investigation Request',
    );
    expect(bodyOf(incidents.slowAnswersAfterThrottles).claims).toContainEqual({
      claim: 'severity',
      severity: 'CRITICAL',
      alarmNames: [
        'Acme-Bedrock-HighLatency-Warning-G-Opus-4-6',
        'Acme-Bedrock-Throttles-Critical-G-Opus-4-6',
      ],
    });
  });

  test('claims of its case that it holds this telling, and no other', () => {
    expect(bodyOf(incidents.slowAnswersAfterThrottles).claims).toContainEqual(
      expect.objectContaining({ claim: 'case', is: 'opened', telling: 2 }),
    );
  });

  test('links and names in the runbook only what is new', () => {
    const text = bodyOf(incidents.slowAnswersAfterThrottles).text;
    expect(text).toContain('Runbook: docs/runbook.md, HighLatency');
    expect(sectionOf(incidents.slowAnswersAfterThrottles, outcomes.opened, 'Links')).not.toContain(
      'Throttles',
    );
  });

  test('whose case came later does not call its e-mail the first', () => {
    const further = flowing(caseSettledEmail(incidents.slowAnswersAfterThrottles, outcomes.opened).body.text);
    expect(further).toContain(
      'The e-mail about further alarms of this incident (G-Opus-4-6, since 2026-03-02 08:40 UTC) went out before all of this was settled.',
    );
  });

  test.each(Object.entries(incidents).filter(([, { telling }]) => telling === 1))(
    'is not what the e-mail about %s is',
    (_name, incident) => {
      expect(bodyOf(incident).text).not.toMatch(/further alarm|Earlier alarms|new:|, update/);
    },
  );
});

describe('an e-mail that may be a repeat', () => {
  const firstLineOf = (incident: Incident): string | undefined =>
    incidentEmail(incident, outcomes.opened).body.text.split('\n')[0];

  test('says so in its first line', () => {
    const line = 'This e-mail may be a repeat: whether it went out before is not known.';
    expect(firstLineOf(incidents.perhapsRepeated)).toBe(line);
    expect(caseSettledEmail(incidents.perhapsRepeated, outcomes.opened).body.text.split('\n')[0]).toBe(line);
  });

  test('since the ledger could not be used says that, and claims it', () => {
    const { text, claims } = incidentEmail(incidents.withoutLedger, outcomes.noLedger).body;
    expect(flowing(text.split('\n\n')[0] ?? '')).toBe(
      'The incident ledger could not be used: this may be told more than once, and no case is opened or updated until it can be used.',
    );
    expect(claims[0]).toEqual({ claim: 'unread', what: 'ledger' });
  });

  test('is told from one that is none', () => {
    expect(firstLineOf(incidents.throttled)).toBe('What happened');
    expect(incidentEmail(incidents.throttled, outcomes.opened).body.text).not.toMatch(/repeat|ledger/);
  });
});

describe('what was done', () => {
  const ours = 'AWS Support case 12345678901';
  const notOpened = 'No AWS Support case was opened:';
  const neither = 'No AWS Support case was opened or updated:';
  const unclear = 'It is not clear whether the AWS Support case was opened or updated:';

  // biome-ignore format: a table reads by its columns.
  test.each<[keyof typeof outcomes, string]>([
    ['opened', `${ours} was opened (Quota Request).`],
    ['openedWithoutNumber', 'An AWS Support case was opened (Quota Request); AWS had not told its number when this was written.'],
    ['updated', `${ours} was already open (Quota Request); the new details were added to it.`],
    ['left', `${ours} is open (Quota Request) and already tells of the same alarms; it was left as it is.`],
    ['told', `${ours} (Quota Request) holds the details of this incident.`],
    ['automationOff', `${notOpened} automatedSupportCase is false for this model.`],
    ['noSupportPlan', `${notOpened} this account's support plan does not include the AWS Support API.`],
    ['caseLimit', `${notOpened} AWS takes at most 10 new cases an hour from an account, and said that they are used up.`],
    ['dayLimit', `${notOpened} maxNewCasesPerDay (10) allows no further new case today.`],
    ['tooManyCases', `${notOpened} after 1,000 open cases none was found to be ours, and not all could be read, so a new one might be a second one.`],
    ['unsearched', `${neither} the open cases could not be read (InternalServerError).`],
    ['unreadable', `${ours} is open, but nothing was added to it: what it holds could not be read (InternalServerError).`],
    ['refused', `${neither} AWS refused the request (ValidationException).`],
    ['refusedAddition', `${neither} AWS refused the addition to case 12345678901 (ValidationException).`],
    ['noLedger', `${neither} the incident ledger could not be used (InternalServerError), so whether there is a case already is not known.`],
    ['awaiting', `${neither} AWS was asked for one at 2026-03-02 09:20 UTC and does not list it yet. Nothing is opened until it is known whether there is one.`],
    ['unclear', `${unclear} the request ended in InternalServerError.`],
    ['unclearAddition', `${unclear} the addition to case 12345678901 ended in TimeoutError.`],
    ['tooLate', `${unclear} the request was not answered in time.`],
  ])('%s: %s', (outcome, sentence) => {
    expect(sectionOf(incidents.throttled, outcomes[outcome], 'What was done')).toBe(sentence);
  });

  test('in one sentence of one open case', () => {
    const outcome = {
      kind: 'none',
      reason: { why: 'too-many-cases', casesRead: 1 },
      retriedUntil: undefined,
    } as const;
    expect(sectionOf(incidents.throttled, outcome, 'What was done')).toContain('after 1 open case none');
  });

  test.each(everyOutcome)('claims of a case that was %s what became of it', (_name, outcome) => {
    const { claims } = incidentEmail(incidents.throttled, outcome).body;
    const subject = subjectOf(incidents.throttled);
    expect(claims.filter(({ claim }) => claim === 'case' || claim === 'noCase')).toEqual([
      outcome.kind === 'none'
        ? {
            claim: 'noCase',
            subject,
            why: outcome.reason.why,
            telling: 1,
            ...(outcome.reason.why === 'day-limit' ? { limit: 10, tried: 0 } : {}),
          }
        : { claim: 'case', subject, displayId: outcome.displayId ?? null, is: outcome.kind, telling: 1 },
    ]);
  });

  test('ends with the contacts that could not be read, if they could not', () => {
    const { body } = emailOf(incidents.throttled, outcomes.opened, { nobodyOnCc: true });
    expect(sectionIn(body.text, 'What was done')).toMatch(
      /was opened \(Quota Request\)\. The contact list could not be read, so nobody was put on cc of the case\.$/,
    );
    expect(body.claims).toContainEqual({ claim: 'unread', what: 'contacts' });
    expect(incidentEmail(incidents.throttled, outcomes.opened).body.claims).not.toContainEqual({
      claim: 'unread',
      what: 'contacts',
    });
  });
});

describe('what the case asks', () => {
  const SENTENCE = 'It asks AWS to look into the cause; no increase is asked for.';

  test.each<[string, Incident, CaseOutcome, boolean]>([
    ['a Quota Request of low usage', incidents.unusualRequests, outcomes.opened, true],
    ['details added to one', incidents.unusualRequests, outcomes.updated, true],
    ['usage that could not be read', incidents.usageUnreadable, outcomes.opened, true],
    ['settings that ask for none', incidents.withoutIncreases, outcomes.opened, true],
    ['proven use', incidents.throttled, outcomes.opened, false],
    ['an investigation', incidents.serverErrors, outcomes.opened, false],
    ['a case that was left', incidents.unusualRequests, outcomes.left, false],
    ['no case', incidents.unusualRequests, outcomes.refused, false],
  ])('is told apart from its category: %s', (_case, incident, outcome, isTold) => {
    expect(sectionOf(incident, outcome, 'What was done').includes(SENTENCE)).toBe(isTold);
  });
});

describe('the figures', () => {
  const figuresOf = (incident: Incident, outcome: CaseOutcome = outcomes.opened): string =>
    sectionOf(incident, outcome, 'Figures');
  const RPM =
    '- RPM: peak of 14 days 9,500 RPM (2026-03-02 09:11 UTC), alarm threshold 8,000 RPM, quota 10,000 RPM';
  const TPM =
    '- TPM: peak of 14 days 3,000,000 TPM (2026-03-02 09:11 UTC), alarm threshold 5,000,000 TPM, quota 6,250,000 TPM';
  const HOUR = '- Throttled requests: none in the last hour';
  const ASKED = '- Asked for: 12,500 RPM (25 % more) - Asked for: 7,812,500 TPM (25 % more)';

  test.each(everyOutcome)('of a case that was %s say what was asked for, or is to be', (_name, outcome) => {
    const asked =
      outcome.kind === 'left'
        ? ''
        : ` ${outcome.kind === 'none' ? ASKED.replaceAll('Asked for', 'To ask for') : ASKED}`;
    expect(figuresOf(incidents.throttled, outcome)).toBe(`${HOUR} ${RPM} ${TPM}${asked}`);
  });

  test.each<[string, Incident]>([
    ['the use is low', incidents.refusedRequests],
    ['the use could not be read', incidents.usageUnreadable],
    ['the settings ask for no increase', incidents.withoutIncreases],
    ['the model has no quota', incidents.withoutQuotas],
  ])('name no increase where %s', (_case, incident) => {
    for (const [, outcome] of everyOutcome)
      expect(figuresOf(incident, outcome)).not.toMatch(/sk(ed)? for|% more/);
  });

  test('say in words what is not known', () => {
    expect(figuresOf(incidents.nothingReadable)).toBe(
      `${HOUR} - RPM: peak of 14 days not known, alarm threshold not known, quota not known ` +
        '- TPM: peak of 14 days not known, alarm threshold not known, quota not known',
    );
  });

  test('tell an increase of a quota that is not known in per cent', () => {
    expect(figuresOf(incidents.quotaUnreadable)).toMatch(
      / - Asked for: 25 % more than the current value, which could not be read - Asked for: 7,812,500 TPM \(25 % more\)$/,
    );
  });

  test.each([
    ['no data', usageOf([], [])],
    ['zeros', usageOf([0, 0], [0, 0])],
  ])('of a model with %s show no peak', (_case, usage) => {
    const figures = figuresOf(incidentOf({ alarms: ['Throttles'], usage }));
    expect(figures).toContain('- RPM: no usage counted in 14 days, alarm threshold 8,000 RPM');
    expect(figures).toContain('- TPM: no usage counted in 14 days, alarm threshold 5,000,000 TPM');
  });

  test('of requests whose tokens CloudWatch does not count say that', () => {
    expect(figuresOf(incidents.tokensUncounted)).toContain(
      `${RPM} - TPM: tokens not counted by CloudWatch, alarm threshold 5,000,000 TPM, quota 6,250,000 TPM`,
    );
  });

  test('mark AWS’s default, and a quota that the model does not have', () => {
    expect(figuresOf(incidents.withDefaultQuota)).toBe(
      '- RPM: peak of 14 days 190 RPM (2026-03-02 09:11 UTC), alarm threshold 160 RPM, quota 200 RPM (the AWS default) ' +
        '- TPM: no TPM quota is watched for this model - Asked for: 250 RPM (25 % more)',
    );
  });

  test('of the last hour go first', () => {
    expect(figuresOf(incidents.everythingFails)).toMatch(
      /^- Requests refused \(4xx\): 46 in the last hour.* - Server errors \(5xx\): 1,255 .* - Throttled requests: 100 .* - Latency: at most 250,123 ms .*; limit 240,000 ms - RPM: /,
    );
  });

  test.each(['serverErrors', 'slowAnswers', 'partlyOver'] as const)(
    'of %s, as its whole e-mail, hold no quota details',
    (name) => {
      for (const [, outcome] of everyOutcome)
        expect(incidentEmail(incidents[name], outcome).body.text).not.toMatch(
          /L-[0-9A-F]{8}|RPM|TPM|threshold|% more|servicequotas|Service Quotas/,
        );
    },
  );
});

describe('the settings', () => {
  test('that were not used are told, each with its fault', () => {
    expect(sectionOf(incidents.unusedSettings, outcomes.opened, 'Settings')).toBe(
      '- rpmIncreasePercent is missing from Parameter Store; the deployed value was used instead: 25. ' +
        '- useCase in Parameter Store is not valid; the deployed value was used instead.',
    );
  });

  const CONTRADICTION =
    '- dataResidency is Yes, but the model id is that of a global profile, which answers from any commercial Region: one of the two is wrong.';
  test.each([
    ['Yes', 'global.anthropic.claude-opus-4-6-v1', true],
    ['Yes', 'eu.anthropic.claude-opus-4-6-v1', false],
    ['Yes', 'anthropic.claude-opus-4-6-v1', false],
    ['No', 'global.anthropic.claude-opus-4-6-v1', false],
    ['NA', 'global.anthropic.claude-opus-4-6-v1', false],
  ] as const)('dataResidency %s and %s contradict each other: %p', (dataResidency, modelId, contradict) => {
    const { body } = incidentEmail(
      incidentOf({ alarms: ['Throttles'], model: { dataResidency, modelId } }),
      outcomes.opened,
    );
    expect(sectionsOf(body.text).get('Settings')).toBe(contradict ? CONTRADICTION : undefined);
    const claim = { claim: 'setting', key: 'dataResidency', value: 'Yes' };
    expect(body.claims.filter((one) => one.claim === 'setting' && one.key === 'dataResidency')).toEqual(
      contradict ? [claim] : [],
    );
  });
});

describe('the links', () => {
  const quotas = { RPM: rpmQuota(200, 160), TPM: tpmQuota(200_000, 160_000) };
  const inFrankfurt = incidentOf({
    alarms: ['Throttles', 'ServerErrors'],
    region: 'eu-central-1',
    quotas,
    usage: peaksOf(190, 190_000),
  });
  const alarm = (label: string, name: string): string =>
    `- ${label}: https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#alarmsV2:alarm/${name}`;
  const quota = (name: string, code: string): string =>
    `- ${name} quota: https://eu-central-1.console.aws.amazon.com/servicequotas/home/services/bedrock/quotas/${code}?region=eu-central-1`;
  const withoutCase = [
    alarm('All alarms', 'Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6'),
    alarm('ServerErrors', 'Acme-Bedrock-ServerErrors-Critical-G-Opus-4-6'),
    alarm('Throttles', 'Acme-Bedrock-Throttles-Critical-G-Opus-4-6'),
    quota('RPM', 'L-A52F3C5A'),
    quota('TPM', 'L-0AD9BC40'),
  ];
  const home = 'https://support.console.aws.amazon.com/support/home#/case/';

  test.each<[keyof typeof outcomes, readonly string[]]>([
    ['opened', [`- Case: ${home}?displayId=12345678901&language=en`, ...withoutCase]],
    ['updated', [`- Case: ${home}?displayId=12345678901&language=en`, ...withoutCase]],
    ['left', [`- Case: ${home}?displayId=12345678901&language=en`, ...withoutCase]],
    ['told', [`- Case: ${home}?displayId=12345678901&language=en`, ...withoutCase]],
    ['openedWithoutNumber', [`- Case: ${home}history`, ...withoutCase]],
    ['automationOff', withoutCase],
    ['refused', withoutCase],
  ])('when the case was %s', (outcome, links) => {
    expect(sectionOf(inFrankfurt, outcomes[outcome], 'Links')).toBe(links.join(' '));
  });
});

test.each<[string, readonly string[], Incident]>([
  ['the use is low', [], incidents.unusualRequests],
  ['the use could not be read', [], incidents.usageUnreadable],
  ['the settings ask for no increase', [], incidents.withoutIncreases],
  ['one quota is concerned', ['TPM'], incidents.tokensHigh],
  ['the model is new', ['TPM'], incidents.newlyDeployed],
])('where %s, the links lead to the quotas %j', (_case, quotas, incident) => {
  const links = sectionOf(incident, outcomes.opened, 'Links');
  expect([...links.matchAll(/- (RPM|TPM) quota: /g)].map(([, quota]) => quota)).toEqual(quotas);
});

test('each of ten alarms has its link', () => {
  const links = sectionOf(incidentOf({ alarms: everyAlarm }), outcomes.opened, 'Links');
  for (const name of ['All alarms', ...everyAlarm])
    expect(links.match(new RegExp(`- ${name}: https://\\S+#alarmsV2:alarm/`, 'g'))).toHaveLength(1);
});

describe('the runbook', () => {
  test.each<[readonly AlarmName[], readonly string[]]>([
    [['Throttles'], ['Runbook: docs/runbook.md, Throttles']],
    [['ServerErrors', 'Throttles'], ['Runbook: docs/runbook.md, ServerErrors and Throttles']],
    [
      everyAlarm,
      [
        'Runbook: docs/runbook.md, ClientErrors, ServerErrors, Throttles,',
        'HighInvocationRate, HighTPMQuotaUsage, HighLatency, InvocationAnomaly,',
        'InputTokenAnomaly, OutputTokenAnomaly and LatencyAnomaly',
      ],
    ],
  ])('of %j ends the e-mail, on lines that fit', (alarms, lines) => {
    expect(footerOf(incidentOf({ alarms })).slice(3)).toEqual(lines);
  });

  test('is no link', () => {
    for (const [, outcome] of everyOutcome)
      expect(sectionOf(incidents.throttled, outcome, 'Links')).not.toMatch(/[Rr]unbook/);
  });
});

describe('the e-mail about a case that came later', () => {
  const home = 'https://support.console.aws.amazon.com/support/home#/case/';
  const FOOTER =
    'Model id: global.anthropic.claude-opus-4-6-v1 Account 111122223333, Region us-east-1 Incident reference: 3f9a27c1e5b0';
  const FIRST =
    'The first e-mail about this incident (G-Opus-4-6, since 2026-03-02 09:15 UTC) went out before all of this was settled.';

  test.each([
    ['opened', 'AWS Support case 12345678901 was opened (Quota Request).'],
    [
      'updated',
      'AWS Support case 12345678901 was already open (Quota Request); the new details were added to it.',
    ],
    [
      'left',
      'AWS Support case 12345678901 is open (Quota Request) and already tells of the same alarms; it was left as it is.',
    ],
    ['told', 'AWS Support case 12345678901 (Quota Request) holds the details of this incident.'],
  ] as const)('that was %s names it in subject, text and link', (name, sentence) => {
    const { subject, body } = caseSettledEmail(incidents.throttled, outcomes[name]);
    expect(subject).toBe('CRITICAL: Acme Bedrock G-Opus-4-6 - Quota Request - case 12345678901');
    expect(flowing(body.text)).toBe(
      `What was done ------------- ${FIRST} ${sentence} Links ----- - Case: ${home}?displayId=12345678901&language=en ${FOOTER}`,
    );
    expect(body.claims).toEqual([
      expect.objectContaining({ claim: 'incident', since: '2026-03-02T09:15:20.000Z' }),
      {
        claim: 'case',
        subject: subjectOf(incidents.throttled),
        displayId: '12345678901',
        is: name,
        telling: 1,
      },
      expect.objectContaining({ claim: 'setting', key: 'modelId' }),
    ]);
  });

  test('whose number AWS has not told leads to the list of cases', () => {
    const { subject, body } = caseSettledEmail(incidents.throttled, outcomes.openedWithoutNumber);
    expect(subject).toBe('CRITICAL: Acme Bedrock G-Opus-4-6 - Quota Request');
    expect(body.text).toContain(`${home}history`);
    expect(body.text).toContain('AWS had not told its number');
  });

  test('keeps its subject under 100 characters at the longest', () => {
    expect(caseSettledEmail(longest, outcomes.opened).subject.length).toBeLessThanOrEqual(
      MOST_SUBJECT_CHARACTERS,
    );
  });
});

describe('the e-mail about a model whose configuration cannot be used', () => {
  const unknown: UnknownModel = {
    customer: 'Acme',
    modelName: 'G-Opus-4-6',
    region: 'eu-central-1',
    alarmNames: [
      'Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6',
      'Acme-Bedrock-Throttles-Critical-G-Opus-4-6',
    ],
    parameter: '/Acme/bedrock/quota-monitoring/G-Opus-4-6/config',
    fault: 'The parameter /Acme/bedrock/quota-monitoring/G-Opus-4-6/config is missing.',
    mayBeRepeat: undefined,
  };
  const { subject, body } = unknownModelEmail(unknown);

  test('counts as critical, since nobody could judge it', () => {
    expect(subject).toBe('CRITICAL: Acme Bedrock G-Opus-4-6 - alarm without configuration');
    expect(severityOfSubject(subject)).toBe('CRITICAL');
    expect(sectionIn(body.text, 'What to do now')).toContain('CRITICAL stands for not known');
  });

  test('says what is wrong, what to do, and that there is no case', () => {
    expect([...sectionsOf(body.text).keys()]).toEqual([
      'What happened',
      'What to do now',
      'What was done',
      'Links',
    ]);
    expect(sectionIn(body.text, 'What happened')).toBe(
      `An alarm of G-Opus-4-6 has gone off, but how the model is monitored cannot be read. ${unknown.fault}`,
    );
    expect(sectionIn(body.text, 'What to do now')).toContain("Deploy the model's stack again");
    expect(sectionIn(body.text, 'What was done')).toBe('No AWS Support case was opened or updated.');
  });

  test('claims what is wrong, and of the subject of each category that it has no case', () => {
    expect(body.claims).toEqual([
      { claim: 'unusableConfig', parameter: unknown.parameter },
      ...['Quota Request', 'Investigation Request'].map((category) => ({
        claim: 'noCase',
        subject: `Acme - Bedrock Ops Alert - G-Opus-4-6 - ${category} - eu-central-1`,
        why: 'no-configuration',
        telling: null,
      })),
    ]);
    for (const claim of body.claims) expect(claimSchema.parse(claim)).toEqual(claim);
  });

  test('links each alarm in its Region', () => {
    const link = (name: string): string =>
      `- Alarm: https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#alarmsV2:alarm/${name}`;
    expect(sectionIn(body.text, 'Links')).toBe(unknown.alarmNames.map(link).join(' '));
  });

  test('keeps its subject under 100 characters at the longest', () => {
    const { customer, model } = longest;
    expect(
      unknownModelEmail({ ...unknown, customer, modelName: model.modelName }).subject.length,
    ).toBeLessThanOrEqual(MOST_SUBJECT_CHARACTERS);
  });
});
