import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  caseSubject,
  holdsLine,
  incidentReferenceLine,
  readCaseSubject,
  subjectOf,
} from '../../lambda/domain/case-identity';
import { appendedBody, newCaseBody } from '../../lambda/domain/case-text';
import { alreadyHolds } from '../../lambda/domain/flapping';
import type { Incident } from '../../lambda/domain/incident';
import {
  incidentOf,
  incidents,
  longest,
  nowBeing,
  peaksOf,
  rpmQuota,
  silent,
  tpmQuota,
  triggeredAlarms,
} from './incidents';
import { flowing, overlongLines, sectionOf, sectionsOf } from './prose';

const every = Object.entries({ ...incidents, longest });
const QUOTA_SECTION = 'Quota increase requests';
const REFERENCE_SECTION = 'Quota increase requests (for reference only)';

const bodyOf = (incident: Incident): string => newCaseBody(incident).text;

describe('the subject', () => {
  test('names customer, model, category and Region', () => {
    expect(caseSubject('Acme', 'G-Opus-4-6', 'Quota Request', 'us-east-1')).toBe(
      'Acme - Bedrock Ops Alert - G-Opus-4-6 - Quota Request - us-east-1',
    );
  });

  test('is read back as it was made', () => {
    const customer = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,9}$/);
    const model = fc.stringMatching(/^[A-Za-z0-9-]{1,15}$/);
    const category = fc.constantFrom('Quota Request', 'Investigation Request');
    const region = fc.constantFrom('us-east-1', 'ap-southeast-1', 'us-gov-west-1');
    fc.assert(
      fc.property(customer, model, category, region, (of, named, about, place) => {
        const subject = caseSubject(of, named, about, place);
        expect(readCaseSubject(subject)).toEqual({ model: named, category: about });
      }),
    );
  });

  test.each([
    'Quota increase for Bedrock',
    'Re: Acme - Bedrock Ops Alert - G-Opus-4-6 - Quota Request - us-east-1',
    'Acme - Bedrock Ops Alert - G-Opus-4-6 - Quota Request - us-east-1 (2)',
    'Acme - Bedrock Ops Alert - G-Opus-4-6 - Billing Request - us-east-1',
    'Acme - Bedrock Ops Alert - G-Opus-4-6 - Quota Request',
    'Acme - Bedrock Ops Alert -  - Quota Request - us-east-1',
    '',
  ])('"%s" is none of ours', (subject) => {
    expect(readCaseSubject(subject)).toBeUndefined();
  });
});

describe('the line by which a communication is found again', () => {
  test.each([
    [1, 'Incident reference: 3f9a27c1e5b0'],
    [2, 'Incident reference: 3f9a27c1e5b0, update 2'],
    ['over', 'Incident reference: 3f9a27c1e5b0, over'],
  ] as const)('of telling %s is "%s"', (telling, line) => {
    expect(incidentReferenceLine('3f9a27c1e5b0', telling)).toBe(line);
  });

  test.each([
    ['Hello.\nIncident reference: 3f9a27c1e5b0\n\nMore.', true],
    ['Incident reference: 3f9a27c1e5b0\r\n', true],
    ['Incident reference: 3f9a27c1e5b0, update 2', false],
    ['See Incident reference: 3f9a27c1e5b0', false],
  ])('is a whole line: %j', (communication, holds) => {
    expect(holdsLine(communication, 'Incident reference: 3f9a27c1e5b0')).toBe(holds);
  });
});

const NUMBER = '12345678901';
const isForReference = ({ decision, usage, quotas }: Incident): boolean =>
  decision.scenario === 'low_usage' ||
  usage === undefined ||
  [quotas.RPM, quotas.TPM].some((quota) => quota !== null && quota.threshold === undefined);

describe.each(every)('a case about %s', (_name, incident) => {
  const bodies = [bodyOf(incident), appendedBody(incident, NUMBER).text];

  test('has its sections in order, none of them empty', () => {
    const named = incident.decision.quotas.some((quota) => incident.quotas[quota]?.increasePercent !== 0);
    const expected = [
      '',
      'Executive summary',
      'Use case',
      'Impact assessment',
      'Usage of the last 14 days',
      ...(named ? [isForReference(incident) ? REFERENCE_SECTION : QUOTA_SECTION] : []),
      'Justification',
      'Action requested',
    ];
    for (const body of bodies) {
      expect([...sectionsOf(body).keys()]).toEqual(expected);
      for (const text of sectionsOf(body).values()) expect(text).not.toBe('');
    }
  });

  test('begins with what is asked, by whom and where', () => {
    const { customer, model, region } = incident;
    const lines = bodyOf(incident).split('\n');
    expect(lines[0]).toMatch(/^Request: (find|investigate|look into|raise) /);
    expect(lines).toEqual(
      expect.arrayContaining([
        `Customer: ${customer}`,
        `Model: ${model.modelName}`,
        `Region: ${region}`,
        `Composite alarm: ${customer}-Bedrock-QuotaHealth-Composite-${model.modelName}`,
        incidentReferenceLine('3f9a27c1e5b0', incident.telling),
      ]),
    );
    const header = sectionOf(bodyOf(incident), '');
    for (const { alarmName } of incident.triggered)
      expect(header).toMatch(new RegExp(`- ${alarmName}, (was )?in ALARM`));
  });

  test('fits AWS Support, uncut', () => {
    for (const body of bodies) {
      expect(body.length).toBeLessThanOrEqual(8_000);
      expect(body).not.toMatch(/The rest was cut|Left out/);
    }
  });

  test('when added to an open case opens with that fact and says everything again', () => {
    const opening = 'Something further has happened while this case is open. The full details follow.';
    const { text, claims } = appendedBody(incident, NUMBER);
    const [first = '', ...rest] = text.split('\n\n');
    expect(flowing(first)).toBe(opening);
    expect(overlongLines(first)).toEqual([]);
    expect(flowing(rest.join('\n\n')).replaceAll('further increase', 'increase')).toBe(
      flowing(bodyOf(incident)),
    );
    expect(claims).toEqual([
      {
        claim: 'case',
        subject: subjectOf(incident),
        displayId: NUMBER,
        is: 'open',
        telling: incident.telling,
      },
      ...newCaseBody(incident).claims.map((claim) =>
        claim.claim === 'caseAsks' ? { ...claim, displayId: NUMBER } : claim,
      ),
    ]);
  });
});

describe('the request', () => {
  const requestIn = (incident: Incident): string | undefined =>
    /^Request: (.*) Customer: /.exec(sectionOf(bodyOf(incident), ''))?.[1];
  const INVESTIGATE = 'investigate the cause; no increase is asked for yet';
  const NO_INCREASE = 'look into the alarms; no increase is asked for';
  const NONE_WANTED = {
    RPM: rpmQuota(10_000, 8_000, { increasePercent: 0 }),
    TPM: tpmQuota(6_250_000, 5_000_000, { increasePercent: 0 }),
  };

  test.each<[keyof typeof incidents, string]>([
    ['serverErrors', 'find the root cause of errors on the side of Bedrock (5xx)'],
    [
      'slowAnswers',
      'find the root cause of answers slower than the limit set for them and answers far slower than is usual at this hour',
    ],
    [
      'throttled',
      'raise the quotas to 12,500 RPM (L-A52F3C5A) and 7,812,500 TPM (L-0AD9BC40); please expedite',
    ],
    ['tokensHigh', 'raise the quota to 250,000 TPM (L-0AD9BC40)'],
    ['newlyDeployed', 'raise the quota to 625,000 TPM (L-0AD9BC40)'],
    ['throttledUnused', 'raise the quotas to 12,500 RPM (L-A52F3C5A) and 7,812,500 TPM (L-0AD9BC40)'],
    ['unusualRequests', INVESTIGATE],
    ['refusedRequests', INVESTIGATE],
    ['usageUnreadable', INVESTIGATE],
    ['thresholdUnreadable', INVESTIGATE],
    ['withoutQuotas', INVESTIGATE],
    ['withoutIncreases', NO_INCREASE],
  ])('of %s is to %s', (name, request) => {
    expect(requestIn(incidents[name])).toBe(request);
  });

  test('for more of a quota that could not be read is made in per cent', () => {
    expect(requestIn(incidents.quotaUnreadable)).toBe(
      'raise the quotas to 25 % more than the current value, which could not be read (L-A52F3C5A) and 7,812,500 TPM (L-0AD9BC40); please expedite',
    );
  });

  test.each<[string, string, Incident]>([
    [
      'high usage',
      NO_INCREASE,
      incidentOf({ alarms: ['Throttles'], quotas: NONE_WANTED, usage: peaksOf(9_500, 1) }),
    ],
    ['a new model', NO_INCREASE, incidentOf({ alarms: ['Throttles'], quotas: NONE_WANTED, usage: silent })],
    [
      'a new model without quotas',
      NO_INCREASE,
      incidentOf({ alarms: ['Throttles'], quotas: { RPM: null, TPM: null }, usage: silent }),
    ],
    ['low usage', INVESTIGATE, incidentOf({ alarms: ['Throttles'], quotas: NONE_WANTED })],
    [
      'usage that could not be read',
      INVESTIGATE,
      incidentOf({ alarms: ['Throttles'], quotas: NONE_WANTED, usage: undefined }),
    ],
    [
      'no quota alarm',
      'find the root cause of errors on the side of Bedrock (5xx)',
      incidentOf({ alarms: ['ServerErrors'], quotas: NONE_WANTED }),
    ],
  ])('with %s, where the settings ask for no increase, is to %s', (_case, request, incident) => {
    expect(requestIn(incident)).toBe(request);
  });
});

describe('the header', () => {
  test('tells what the model id is', () => {
    const header = sectionOf(bodyOf(incidents.throttled), '');
    expect(header).toContain('Model id: global.anthropic.claude-opus-4-6-v1 (global profile)');
    expect(header).not.toContain('Application inference profile');
  });

  test.each([
    ['global.anthropic.claude-opus-4-6-v1', true],
    ['anthropic.claude-opus-4-6-v1', false],
  ])('tells the type of the inference profile, where %s is one', (modelId, isProfile) => {
    const body = bodyOf(incidentOf({ alarms: ['Throttles'], model: { modelId } }));
    expect(body.includes('\nInference profile type: System-Defined\n')).toBe(isProfile);
  });

  test('names the application profile where there is one', () => {
    expect(sectionOf(bodyOf(longest), '')).toContain('Application inference profile: abcdefghijkl');
  });

  test('says in words that the time of an alarm is not known', () => {
    const { triggered } = incidents.throttled;
    const undated = {
      ...incidents.throttled,
      triggered: triggered.map((alarm) => ({ ...alarm, since: undefined })),
    };
    expect(sectionOf(bodyOf(undated), '')).toContain(
      '- Acme-Bedrock-Throttles-Critical-G-Opus-4-6, in ALARM since a time that is not known',
    );
  });
});

test('the use case stands as its author wrote it', () => {
  const useCase = 'Claims are read.\n\nAnswers are due in 10 s.';
  const body = bodyOf(incidentOf({ alarms: ['Throttles'], model: { useCase } }));
  expect(body).toContain(`Use case\n--------\n${useCase}\n\nImpact assessment`);
});

describe('a case about further alarms', () => {
  const further = incidents.slowAnswersAfterThrottles;

  test('names in its header and its summary what was told before', () => {
    const body = bodyOf(further);
    expect(sectionOf(body, '')).toContain(
      'Alarms: - Acme-Bedrock-HighLatency-Warning-G-Opus-4-6, in ALARM since 2026-03-02 09:15 UTC ' +
        'Earlier alarms, still in ALARM: - Acme-Bedrock-Throttles-Critical-G-Opus-4-6: in ALARM since 2026-03-02 08:40 UTC ' +
        'Incident reference: 3f9a27c1e5b0, update 2',
    );
    expect(sectionOf(body, 'Executive summary')).toBe(
      'In alarm since 2026-03-02 08:40 UTC; new: answers slower than the limit set for them. ' +
        'Earlier alarms, still in ALARM: Throttles. Please help us find the root cause.',
    );
  });

  test('is as grave as the worst of both', () => {
    expect(sectionOf(bodyOf(further), 'Impact assessment')).toMatch(
      /^Severity: CRITICAL Service impact: requests to this model fail /,
    );
  });

  test('does not say of an alarm told before that it goes on where that could not be read', () => {
    const body = bodyOf(incidents.furtherWhileUnreadable);
    expect(body).not.toContain('still in ALARM:');
    expect(sectionOf(body, '')).toContain(
      'Earlier alarms: - Acme-Bedrock-HighLatency-Warning-G-Opus-4-6: in ALARM from 2026-03-02 08:40 UTC; whether it still is could not be read',
    );
    expect(sectionOf(body, 'Executive summary')).not.toContain('Earlier alarms');
  });

  test('names none where none goes on', () => {
    expect(bodyOf(incidents.furtherAfterOthersEnded)).not.toContain('Earlier alarms');
  });

  test('does not count as an account of the alarms told before', () => {
    expect(alreadyHolds([bodyOf(incidents.throttledAfterTwoOthers)], triggeredAlarms(['HighLatency']))).toBe(
      false,
    );
  });
});

describe('the impact', () => {
  const impactOf = (incident: Incident): string => sectionOf(bodyOf(incident), 'Impact assessment');

  test.each([
    ['throttled', 'CRITICAL', 'requests to this model fail'],
    ['refusedRequests', 'CRITICAL', 'requests to this model fail'],
    ['serverErrors', 'CRITICAL', 'requests to this model fail'],
    ['everythingFails', 'CRITICAL', 'requests to this model fail'],
    ['slowAnswers', 'WARNING', 'answers come late'],
    ['tokensHigh', 'WARNING', 'these alarms report no failing requests'],
    ['unusualRequests', 'WARNING', 'these alarms report no failing requests'],
    ['allOver', 'CRITICAL', 'requests to this model failed'],
    ['partlyOver', 'CRITICAL', 'requests to this model failed'],
    ['alarmsUnreadable', 'CRITICAL', 'requests to this model failed'],
  ] as const)('of %s is %s: %s', (name, severity, effect) => {
    expect(impactOf(incidents[name])).toBe(
      `Severity: ${severity} Service impact: ${effect} Affected service: Amazon Bedrock, global.anthropic.claude-opus-4-6-v1`,
    );
  });

  test('of slow answers that are not known to go on is told as past', () => {
    for (const now of ['over', 'unread'] as const)
      expect(impactOf(nowBeing(incidents.slowAnswers, 'over', now))).toContain(
        'Service impact: answers came late ',
      );
    for (const now of ['over', 'unread'] as const)
      expect(impactOf(nowBeing(incidents.slowAnswers, now))).toContain('Service impact: answers come late ');
  });
});

describe('the time of writing', () => {
  const summaryOf = (incident: Incident): string => sectionOf(bodyOf(incident), 'Executive summary');
  const headerOf = (incident: Incident): string => sectionOf(bodyOf(incident), '');

  test('when all is over says so, above and for each alarm', () => {
    expect(summaryOf(incidents.allOver)).toContain(
      'In alarm since 2026-03-02 09:15 UTC: throttled requests and answers slower than the limit set for them, all over when this was written.',
    );
    expect(headerOf(incidents.allOver).match(/was in ALARM from/g)).toHaveLength(2);
  });

  test('when part is over tells what goes on, and for each alarm which it is', () => {
    expect(summaryOf(incidents.partlyOver)).toMatch(
      /^In alarm since 2026-03-02 09:15 UTC: answers slower than the limit set for them\. /,
    );
    expect(headerOf(incidents.partlyOver)).toContain(
      '- Acme-Bedrock-ServerErrors-Critical-G-Opus-4-6, was in ALARM from 2026-03-02 09:15 UTC, but not any more when this was written ' +
        '- Acme-Bedrock-HighLatency-Warning-G-Opus-4-6, in ALARM since 2026-03-02 09:16 UTC',
    );
  });

  test('when CloudWatch could not be asked does not say that an alarm goes on', () => {
    expect(
      headerOf(incidents.alarmsUnreadable).match(
        /in ALARM from [^;]*; whether it still is could not be read/g,
      ),
    ).toHaveLength(2);
    expect(bodyOf(incidents.alarmsUnreadable)).not.toContain('in ALARM since');
  });
});

describe('the usage', () => {
  const usageIn = (incident: Incident = incidents.throttled): string =>
    sectionOf(bodyOf(incident), 'Usage of the last 14 days');

  test('has steady state, peaks, tokens per request and modalities', () => {
    expect(usageIn()).toBe(
      [
        'Peak RPM: 9,500 RPM (2026-03-02 09:11 UTC)',
        'Steady-state RPM: 7,125 RPM (mean of the minutes with traffic)',
        'Peak TPM: 3,000,000 TPM (2026-03-02 09:11 UTC)',
        'Steady-state TPM: 2,250,000 TPM (mean of the minutes with traffic)',
        'TPM is measured as EstimatedTPMQuotaUsage.',
        'Average input tokens per request: 1,200',
        'Average output tokens per request: 350',
        'Input modalities: TEXT and IMAGE',
      ].join(' '),
    );
  });

  test('without any traffic says so in words', () => {
    expect(usageIn(incidents.newlyDeployed)).toBe(
      [
        'Peak RPM: no usage counted in 14 days',
        'Steady-state RPM: no usage counted in 14 days',
        'Peak TPM: no usage counted in 14 days',
        'Steady-state TPM: no usage counted in 14 days',
        'Average input tokens per request: not known: CloudWatch counted none',
        'Average output tokens per request: not known: CloudWatch counted none',
        'Input modalities: TEXT and IMAGE',
      ].join(' '),
    );
  });

  test('that could not be read shows no figure', () => {
    expect(usageIn(incidents.usageUnreadable)).toBe(
      'The usage could not be read when this was written; none of its figures is known. Input modalities: TEXT and IMAGE',
    );
  });

  test('of requests whose tokens CloudWatch does not count tells the two apart', () => {
    expect(usageIn(incidents.tokensUncounted)).toBe(
      [
        'Peak RPM: 9,500 RPM (2026-03-02 09:11 UTC)',
        'Steady-state RPM: 6,750 RPM (mean of the minutes with traffic)',
        'Peak TPM: tokens not counted by CloudWatch',
        'Steady-state TPM: tokens not counted by CloudWatch',
        'Average input tokens per request: not known: CloudWatch counted none',
        'Average output tokens per request: not known: CloudWatch counted none',
        'Input modalities: TEXT and IMAGE',
      ].join(' '),
    );
    expect(sectionOf(bodyOf(incidents.tokensUncounted), 'Justification')).toContain(
      '- TPM: tokens not counted by CloudWatch; threshold 5,000,000 TPM.',
    );
  });

  const RULED_OUT =
    'Data residency: geographic residency is required, so global cross-Region inference is ruled out.';
  const CONTRADICTED =
    'Data residency: geographic residency is required, although the model id above is that of a global profile.';
  test.each([
    ['Yes', 'eu.anthropic.claude-opus-4-6-v1', RULED_OUT],
    ['Yes', 'anthropic.claude-opus-4-6-v1', RULED_OUT],
    ['Yes', 'global.anthropic.claude-opus-4-6-v1', CONTRADICTED],
    ['No', 'eu.anthropic.claude-opus-4-6-v1', undefined],
    ['No', 'global.anthropic.claude-opus-4-6-v1', undefined],
    ['NA', 'global.anthropic.claude-opus-4-6-v1', undefined],
  ] as const)('with dataResidency %s and %s has the remark %p', (dataResidency, modelId, remark) => {
    const incident = incidentOf({ alarms: ['Throttles'], model: { dataResidency, modelId } });
    expect(/Data residency: .*/.exec(usageIn(incident))?.[0]).toBe(remark);
    const claims = newCaseBody(incident).claims.filter(
      (claim) => claim.claim === 'setting' && claim.key === 'dataResidency',
    );
    expect(claims).toHaveLength(remark === undefined ? 0 : 1);
  });
});

describe('a text that is longer than AWS Support takes', () => {
  const LEFT_OUT = 'Left out: AWS Support takes at most 8,000 characters.';
  const useCase = 'Each claim is read and summarised. '.repeat(260).slice(0, 9_000);
  const asked = [
    'Executive summary',
    'Impact assessment',
    QUOTA_SECTION,
    'Justification',
    'Action requested',
  ];

  test('goes without its use case first, and says so; what is asked and why stays word for word', () => {
    const short = sectionsOf(bodyOf(incidents.throttled));
    const long = { ...incidents.throttled, model: { ...incidents.throttled.model, useCase } };
    for (const { text, claims } of [newCaseBody(long), appendedBody(long, NUMBER)]) {
      expect(text.length).toBeLessThanOrEqual(8_000);
      const sections = sectionsOf(text);
      expect(sections.get('Use case')).toBe(LEFT_OUT);
      for (const title of [...asked, 'Usage of the last 14 days'])
        expect(sections.get(title)).toBe(short.get(title));
      expect(text).not.toContain('The rest was cut');
      expect(claims).not.toContainEqual(expect.objectContaining({ key: 'useCase' }));
    }
  });

  const withQuotaName = (length: number): Incident => {
    const quotas = {
      RPM: rpmQuota(10_000, 8_000, { name: 'x'.repeat(length) }),
      TPM: tpmQuota(6_250_000, 5_000_000),
    };
    return incidentOf({ alarms: ['Throttles'], quotas, usage: peaksOf(9_500, 3_000_000) });
  };

  test('goes without its usage next', () => {
    const tooLongBy100 = 8_100 - bodyOf(withQuotaName(100)).length + 100;
    const { text, claims } = newCaseBody(withQuotaName(tooLongBy100));
    expect(text.length).toBeLessThanOrEqual(8_000);
    const sections = sectionsOf(text);
    for (const title of ['Use case', 'Usage of the last 14 days']) expect(sections.get(title)).toBe(LEFT_OUT);
    expect(sections.get(QUOTA_SECTION)).toContain('Requested: 12,500 RPM (25 % more)');
    expect(sections.get('Action requested')).toContain('Please raise RPM and TPM as requested');
    expect(text).not.toContain('The rest was cut');
    expect(claims.map(({ claim }) => claim)).not.toContain('steady');
  });

  test('is cut at its end where nothing else is left to go', () => {
    const text = bodyOf(withQuotaName(9_000));
    expect(text).toHaveLength(8_000);
    expect(text).toMatch(/\n\n\[The rest was cut: AWS Support takes at most 8,000 characters\.\]$/);
    expect(text).toMatch(/^Request: raise the quotas to 12,500 RPM/);
  });

  test('keeps a use case of exactly what fits', () => {
    const withUseCase = (length: number): string =>
      bodyOf({
        ...incidents.throttled,
        model: { ...incidents.throttled.model, useCase: 'x'.repeat(length) },
      });
    const room = 8_000 - withUseCase(0).length;
    expect(withUseCase(room)).toHaveLength(8_000);
    expect(withUseCase(room)).toContain('x'.repeat(room));
    expect(withUseCase(room + 1)).toContain(LEFT_OUT);
  });
});
