import { describe, expect, test } from '@jest/globals';
import { incidentEmail, severityOfSubject } from '../../lambda/domain/email-text';
import type { CaseOutcome, Incident } from '../../lambda/domain/incident';
import { incidentOf, incidents, longest, outcomes, peaksOf, rpmQuota, tpmQuota, usageOf } from './incidents';
import { LEAKS, overlongLines, sectionOf as sectionIn, sectionsOf, ungroupedNumbers } from './prose';

const everyIncident = Object.entries({ ...incidents, longest });
const everyOutcome: readonly (readonly [string, CaseOutcome])[] = Object.entries(outcomes);

/** The e-mail's sections; the three lines below them are not part of the last. */
const sectionsIn = (body: string): string => body.slice(0, body.lastIndexOf('\n\n'));

const sectionOf = (incident: Incident, outcome: CaseOutcome, title: string): string =>
  sectionIn(sectionsIn(incidentEmail(incident, outcome).body), title);

describe.each(everyIncident)('the e-mail about %s', (_name, incident) => {
  test.each(everyOutcome)('and a case that was %s reads well', (_outcome, outcome) => {
    const { subject, body } = incidentEmail(incident, outcome);
    expect([...sectionsOf(body).keys()]).toEqual([
      'WHAT HAPPENED',
      'WHAT WAS DONE',
      'WHAT TO DO NOW',
      ...(incident.decision.scenario === 'non_quota' ? [] : ['FIGURES']),
      'LINKS',
    ]);
    for (const text of [subject, body]) {
      expect(text).not.toMatch(LEAKS);
      expect(ungroupedNumbers(text)).toEqual([]);
    }
    expect(overlongLines(body)).toEqual([]);
    expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
  });

  test('names each alarm with the time it went off, and where it all is', () => {
    const { body } = incidentEmail(incident, outcomes.opened);
    const happened = sectionOf(incident, outcomes.opened, 'WHAT HAPPENED');
    incident.triggered.forEach(({ name }, index) => {
      expect(happened).toContain(`- ${name}: in ALARM since 2026-03-02 09:${15 + index} UTC`);
    });
    const { modelId } = incident.model;
    expect(body.split('\n').slice(-3)).toEqual([
      `Model id: ${modelId}`,
      `Account 111122223333, Region ${incident.region}`,
      'Incident reference: 3f9a27c1e5b0',
    ]);
  });
});

describe('the subject', () => {
  test.each([
    [incidents.throttled, 'CRITICAL: Acme Bedrock G-Opus-4-6 - Quota Request'],
    [incidents.tokensHigh, 'WARNING: Acme Bedrock G-Opus-4-6 - Quota Request'],
    [incidents.serverErrors, 'CRITICAL: Acme Bedrock G-Opus-4-6 - Investigation Request'],
    [incidents.slowAnswers, 'WARNING: Acme Bedrock G-Opus-4-6 - Investigation Request'],
    [longest, 'CRITICAL: Customer-X Bedrock ABCDEFGHIJKLMNO - Quota Request'],
  ])('of number %# is %2$s', (incident, subject) => {
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
  test('is told with severity, model, beginning and meaning', () => {
    expect(sectionOf(incidents.throttled, outcomes.opened, 'WHAT HAPPENED')).toBe(
      'CRITICAL on G-Opus-4-6, in alarm since 2026-03-02 09:15 UTC: Bedrock is throttling requests. ' +
        '- Throttles: in ALARM since 2026-03-02 09:15 UTC',
    );
  });

  test('ends with the remarks on settings', () => {
    const remarks = ['useCase is missing from Parameter Store.', 'The contact list could not be read.'];
    expect(
      sectionOf(incidentOf({ alarms: ['Throttles'], remarks }), outcomes.opened, 'WHAT HAPPENED'),
    ).toMatch(/09:15 UTC useCase is missing from Parameter Store\. The contact list could not be read\.$/);
  });

  test('says in words that the time of an alarm is not known', () => {
    const triggered = incidents.throttled.triggered.map((alarm) => ({ ...alarm, since: undefined }));
    expect(sectionOf({ ...incidents.throttled, triggered }, outcomes.opened, 'WHAT HAPPENED')).toContain(
      '- Throttles: in ALARM since a time that is not known',
    );
  });
});

describe('what was done', () => {
  const ours = 'AWS Support case 12345678901';
  test.each<[keyof typeof outcomes, string]>([
    ['opened', `${ours} was opened (Quota Request).`],
    ['openedWithoutNumber', 'An AWS Support case was opened (Quota Request); AWS had not told its number'],
    ['updated', `${ours} was already open for this model (Quota Request); the new details were added to it.`],
    [
      'left',
      `${ours} is open for this model (Quota Request) and already tells of the same alarms; it was left as it is.`,
    ],
    ['alreadyTold', `${ours} (Quota Request) already holds the details of this incident.`],
    ['automationOff', 'No AWS Support case was opened: automatedSupportCase is false for this model.'],
    ['noSupportPlan', "No AWS Support case was opened: this account's support plan does not include"],
    ['tooManyCases', 'No AWS Support case was opened: after 1,000 open cases none was found to be ours'],
    [
      'refused',
      'No AWS Support case was opened or updated: the call to open it ended in CaseCreationLimitExceeded.',
    ],
    [
      'unclear',
      'It is not clear whether the AWS Support case was opened or updated: the call to open it ended in TimeoutError.',
    ],
  ])('%s: %s', (outcome, sentence) => {
    expect(sectionOf(incidents.throttled, outcomes[outcome], 'WHAT WAS DONE')).toContain(sentence);
  });
});

describe('what to do now', () => {
  test.each<[keyof typeof incidents, RegExp]>([
    ['serverErrors', /^- Quotas play no part\. Check recent releases and the AWS Health Dashboard/],
    ['newlyDeployed', /no usage of this model .*check that the application calls the model/],
    ['usageUnreadable', /the usage of the last 14 days could not be read\. - Look at the metrics by hand/],
    ['thresholdUnreadable', /^- When this was written, the TPM alarm threshold could not be read\./],
    ['throttled', /reached the alarm threshold.*slow down batch work or move traffic/],
    [
      'unusualRequests',
      /does not reach an alarm threshold.*probably transient.*before you ask for more quota/,
    ],
  ])('about %s: %p', (name, advice) => {
    expect(sectionOf(incidents[name], outcomes.opened, 'WHAT TO DO NOW')).toMatch(advice);
  });

  const newCase = 'https://support.console.aws.amazon.com/support/home#/case/create';
  test.each(everyOutcome)(
    'when the case was %s it says how to raise one by hand only if there is none',
    (name, outcome) => {
      const toDo = sectionOf(incidents.throttled, outcome, 'WHAT TO DO NOW');
      expect(/by hand/.test(toDo)).toBe(outcome.kind === 'none');
      expect(toDo.includes(newCase)).toBe(outcome.kind === 'none' && name !== 'noSupportPlan');
      expect(toDo.includes('use Service Quotas: L-A52F3C5A and L-0AD9BC40.')).toBe(outcome.kind === 'none');
    },
  );

  test('no more quota is suggested by hand where use is not proven', () => {
    for (const incident of [incidents.unusualRequests, incidents.serverErrors, incidents.usageUnreadable])
      expect(sectionOf(incident, outcomes.refused, 'WHAT TO DO NOW')).not.toContain('Service Quotas');
  });

  test('without any quota, no threshold is spoken of', () => {
    const incident = incidentOf({ alarms: ['Throttles'], quotas: { RPM: null, TPM: null } });
    expect(sectionOf(incident, outcomes.opened, 'WHAT TO DO NOW')).not.toContain('threshold');
  });
});

describe('the figures', () => {
  const RPM =
    'RPM: quota 10,000 RPM, alarm threshold 8,000 RPM, peak of 14 days 9,500 at 2026-03-02 09:11 UTC';
  const TPM =
    'TPM: quota 6,250,000 TPM, alarm threshold 5,000,000 TPM, peak of 14 days 3,000,000 at 2026-03-02 09:11 UTC';

  test('say what was asked for', () => {
    expect(sectionOf(incidents.throttled, outcomes.opened, 'FIGURES')).toBe(
      `- ${RPM} - ${TPM} - Asked for: 12,500 RPM (25 % more) - Asked for: 7,812,500 TPM (25 % more)`,
    );
  });

  test.each<[string, Incident, CaseOutcome]>([
    ['there is no case', incidents.throttled, outcomes.refused],
    ['the use is low', incidents.refusedRequests, outcomes.opened],
    ['the use could not be read', incidents.usageUnreadable, outcomes.opened],
  ])('say what an increase would be when %s', (_case, incident, outcome) => {
    const figures = sectionOf(incident, outcome, 'FIGURES');
    expect(figures).not.toContain('Asked for');
    expect(figures).toMatch(/- 25 % more would be [\d,]+ RPM - 25 % more would be [\d,]+ TPM$/);
  });

  test('say in words what is not known', () => {
    expect(sectionOf(incidents.nothingReadable, outcomes.opened, 'FIGURES')).toBe(
      '- RPM: quota not known, alarm threshold not known, peak not known ' +
        '- TPM: quota not known, alarm threshold not known, peak not known ' +
        '- 25 % more would be not known - 25 % more would be not known',
    );
  });

  test.each([
    ['no data', usageOf([], [])],
    ['zeros', usageOf([0, 0], [0, 0])],
  ])('of a model with %s show no peak', (_case, usage) => {
    const figures = sectionOf(incidentOf({ alarms: ['Throttles'], usage }), outcomes.opened, 'FIGURES');
    expect(figures).toContain('alarm threshold 8,000 RPM, no usage in 14 days');
  });

  test('mark AWS’s default, and a quota that the model does not have', () => {
    const quotas = { RPM: null, TPM: tpmQuota(200_000, 160_000, { isDefault: true }) };
    const figures = sectionOf(
      incidentOf({ alarms: ['Throttles'], quotas, usage: peaksOf(1, 1_000) }),
      outcomes.opened,
      'FIGURES',
    );
    expect(figures).toContain('- RPM: the settings name no RPM quota for this model');
    expect(figures).toContain('- TPM: quota 200,000 TPM (the AWS default), alarm threshold 160,000 TPM');
  });

  test.each(['serverErrors', 'slowAnswers'] as const)(
    'are no part of %s, nor is any other quota detail',
    (name) => {
      const { body } = incidentEmail(incidents[name], outcomes.opened);
      expect(body).not.toMatch(/FIGURES|L-[0-9A-F]{8}|RPM|TPM|threshold|% more|servicequotas/);
    },
  );
});

describe('the links', () => {
  const quotas = { RPM: rpmQuota(200, 160), TPM: tpmQuota(200_000, 160_000) };
  const inFrankfurt = incidentOf({
    alarms: ['Throttles', 'ServerErrors'],
    region: 'eu-central-1',
    quotas,
    usage: peaksOf(190, 190_000),
  });
  const alarm = (name: string): string =>
    `- Alarm: https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#alarmsV2:alarm/${name}`;
  const quota = (name: string, code: string): string =>
    `- ${name} quota: https://eu-central-1.console.aws.amazon.com/servicequotas/home/services/bedrock/quotas/${code}?region=eu-central-1`;
  const withoutCase = [
    alarm('Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6'),
    alarm('Acme-Bedrock-ServerErrors-Critical-G-Opus-4-6'),
    alarm('Acme-Bedrock-Throttles-Critical-G-Opus-4-6'),
    quota('RPM', 'L-A52F3C5A'),
    quota('TPM', 'L-0AD9BC40'),
  ];
  const home = 'https://support.console.aws.amazon.com/support/home#/case/';

  test.each<[keyof typeof outcomes, readonly string[]]>([
    ['opened', [`- Case: ${home}?displayId=12345678901&language=en`, ...withoutCase]],
    ['updated', [`- Case: ${home}?displayId=12345678901&language=en`, ...withoutCase]],
    ['left', [`- Case: ${home}?displayId=12345678901&language=en`, ...withoutCase]],
    ['alreadyTold', [`- Case: ${home}?displayId=12345678901&language=en`, ...withoutCase]],
    ['openedWithoutNumber', [`- Case: ${home}history`, ...withoutCase]],
    ['automationOff', withoutCase],
    ['refused', withoutCase],
  ])('when the case was %s', (outcome, links) => {
    expect(sectionOf(inFrankfurt, outcomes[outcome], 'LINKS')).toBe(links.join(' '));
  });
});
