import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { appendedBody, caseSubject, newCaseBody, readCaseSubject } from '../../lambda/domain/case-text';
import { incidentOf, incidents, longest } from './incidents';
import { flowing, LEAKS, overlongLines, sectionOf, sectionsOf, ungroupedNumbers } from './prose';

const every = Object.entries({ ...incidents, longest });
const QUOTA_SECTION = 'QUOTA INCREASE REQUESTS';
const REFERENCE_SECTION = 'QUOTA INCREASE REQUESTS (for reference only)';

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

describe.each(every)('a case about %s', (_name, incident) => {
  const bodies = [newCaseBody(incident), appendedBody(incident)];

  test('has its sections in order', () => {
    const { scenario } = incident.decision;
    const reference = scenario === 'low_usage' || /could not be read/.test(newCaseBody(incident));
    const expected = [
      '',
      'EXECUTIVE SUMMARY',
      'USE CASE',
      'IMPACT ASSESSMENT',
      'USAGE OF THE LAST 14 DAYS',
      ...(scenario === 'non_quota' ? [] : [reference ? REFERENCE_SECTION : QUOTA_SECTION]),
      'JUSTIFICATION',
      'ACTION REQUESTED',
    ];
    for (const body of bodies) {
      expect([...sectionsOf(body).keys()]).toEqual(expected);
      for (const text of sectionsOf(body).values()) expect(text).not.toBe('');
    }
  });

  test('begins with who, what and where', () => {
    const { customer, model, region } = incident;
    const lines = newCaseBody(incident).split('\n');
    expect(lines.slice(0, 2)).toEqual([`Customer: ${customer}`, `Model: ${model.modelName}`]);
    expect(lines).toContain(`Region: ${region}`);
    expect(lines).toContain(`Composite alarm: ${customer}-Bedrock-QuotaHealth-Composite-${model.modelName}`);
    expect(lines).toContain('Incident reference: 3f9a27c1e5b0');
    const header = sectionOf(newCaseBody(incident), '');
    incident.triggered.forEach(({ alarmName }, index) => {
      expect(header).toContain(`- ${alarmName}, in ALARM since 2026-03-02 09:${15 + index} UTC`);
    });
  });

  test('leaks no program value and no ungrouped number', () => {
    for (const body of bodies) {
      expect(body).not.toMatch(LEAKS);
      expect(ungroupedNumbers(body)).toEqual([]);
    }
  });

  test('fits AWS Support, uncut', () => {
    for (const body of bodies) {
      expect(body.length).toBeLessThanOrEqual(8_000);
      expect(body).not.toContain('The rest was cut');
    }
  });

  test('when added to an open case opens with that fact and says everything again', () => {
    const opening = 'Something further has happened while this case is open. The full details follow.';
    const [first = '', ...rest] = appendedBody(incident).split('\n\n');
    expect(flowing(first)).toBe(opening);
    expect(rest.join('\n\n')).toBe(newCaseBody(incident));
  });
});

test('no line of a case is longer than it need be', () => {
  expect(every.flatMap(([, incident]) => overlongLines(newCaseBody(incident)))).toEqual([]);
});

describe('the header', () => {
  test('tells what the model id is', () => {
    const header = sectionOf(newCaseBody(incidents.throttled), '');
    expect(header).toContain('Model id: global.anthropic.claude-opus-4-6-v1 (global profile)');
    expect(header).not.toContain('Application inference profile');
  });

  test.each([
    ['global.anthropic.claude-opus-4-6-v1', true],
    ['anthropic.claude-opus-4-6-v1', false],
  ])('tells the type of the inference profile, where %s is one', (modelId, isProfile) => {
    const body = newCaseBody(incidentOf({ alarms: ['Throttles'], model: { modelId } }));
    expect(body.includes('\nInference profile type: System-Defined\n')).toBe(isProfile);
  });

  test('names the application profile where there is one', () => {
    expect(sectionOf(newCaseBody(longest), '')).toContain('Application inference profile: abcdefghijkl');
  });

  test('says in words that the time of an alarm is not known', () => {
    const { triggered } = incidents.throttled;
    const undated = {
      ...incidents.throttled,
      triggered: triggered.map((alarm) => ({ ...alarm, since: undefined })),
    };
    expect(sectionOf(newCaseBody(undated), '')).toContain(
      '- Acme-Bedrock-Throttles-Critical-G-Opus-4-6, in ALARM since a time that is not known',
    );
  });
});

test('the use case stands as its author wrote it', () => {
  const useCase = 'Claims are read.\n\nAnswers are due in 10 s.';
  const body = newCaseBody(incidentOf({ alarms: ['Throttles'], model: { useCase } }));
  expect(body).toContain(`USE CASE\n${useCase}\n\nIMPACT ASSESSMENT`);
});

describe('the impact', () => {
  test.each([
    ['throttled', 'Severity: CRITICAL', 'requests of this application fail'],
    ['refusedRequests', 'Severity: CRITICAL', 'requests of this application fail'],
    ['serverErrors', 'Severity: CRITICAL', 'requests of this application fail'],
    ['slowAnswers', 'Severity: WARNING', 'answers reach users late'],
    ['tokensHigh', 'Severity: WARNING', 'these alarms report no failing requests, but usage has reached'],
  ] as const)('of %s is %s, %s', (name, severity, effect) => {
    const impact = sectionOf(newCaseBody(incidents[name]), 'IMPACT ASSESSMENT');
    expect(impact).toContain(severity);
    expect(impact).toContain(`Service impact: ${effect}`);
    expect(impact).toContain('Affected service: Amazon Bedrock, global.anthropic.claude-opus-4-6-v1');
  });
});

describe('the usage', () => {
  const usageIn = (incident = incidents.throttled): string =>
    sectionOf(newCaseBody(incident), 'USAGE OF THE LAST 14 DAYS');

  test('has steady state, peaks, tokens per request and modalities', () => {
    expect(usageIn()).toBe(
      [
        'Peak RPM: 9,500 RPM (2026-03-02 09:11 UTC)',
        'Steady-state RPM: 7,125 RPM (mean of minutes with traffic)',
        'Peak TPM: 3,000,000 TPM (2026-03-02 09:11 UTC)',
        'Steady-state TPM: 2,250,000 TPM (mean of minutes with traffic)',
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
        'Peak RPM: none in 14 days',
        'Steady-state RPM: no traffic in 14 days',
        'Peak TPM: none in 14 days',
        'Steady-state TPM: no traffic in 14 days',
        'Average input tokens per request: not known',
        'Average output tokens per request: not known',
        'Input modalities: TEXT and IMAGE',
      ].join(' '),
    );
  });

  test('that could not be read shows no figure', () => {
    expect(usageIn(incidents.usageUnreadable)).toBe(
      'The usage could not be read when this was written; none of its figures is known. Input modalities: TEXT and IMAGE',
    );
  });

  test.each([
    ['Yes', true],
    ['No', false],
    ['NA', false],
  ] as const)('with dataResidency %s rules global inference out: %p', (dataResidency, ruledOut) => {
    const usage = usageIn(incidentOf({ alarms: ['Throttles'], model: { dataResidency } }));
    expect(usage.includes('global cross-Region inference is ruled out')).toBe(ruledOut);
  });
});
