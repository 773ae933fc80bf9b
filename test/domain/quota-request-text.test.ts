import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { QuotaRequestStatus } from '../../aws/service-quotas';
import { ALARM_CATALOGUE, ALARM_NAMES, type Quota } from '../../lambda/domain/alarm-catalogue';
import { caseDigestEmail } from '../../lambda/domain/case-digest-text';
import { appendedBody, detailsBody, newCaseBody } from '../../lambda/domain/case-text';
import { caseSettledEmail, incidentEmail } from '../../lambda/domain/email-text';
import type { CaseOutcome, Incident, NoRequestReason, QuotaRequest } from '../../lambda/domain/incident';
import { increasesToRequest } from '../../lambda/domain/quota-request';
import { asksOf, requestSentences } from '../../lambda/domain/quota-request-text';
import { caseDigestOf, casePart } from './digests';
import {
  incidentOf,
  incidents,
  longest,
  noRequestReasons,
  notRequested,
  OPEN_REQUEST,
  opus,
  outcomes,
  peaksOf,
  REQUEST,
  RPM_CODE,
  requestIncidents,
  requestOutcomes,
  rpmQuota,
  rpmRequest,
  TPM_CODE,
  tpmQuota,
  tpmRequest,
  usageOf,
} from './incidents';
import { flowing, sectionOf } from './prose';

const highRpm = incidentOf({ alarms: ['HighInvocationRate'], usage: peaksOf(9_500, 3_000_000) });
const withOutcome = (outcome: QuotaRequest['outcome'], incident: Incident = highRpm): Incident => ({
  ...incident,
  quotaRequests: [rpmRequest(outcome)],
});
const withReason = (reason: NoRequestReason, isWorthAnotherTry = false): Incident =>
  withOutcome(notRequested(reason, isWorthAnotherTry));

const section = (incident: Incident, outcome: CaseOutcome, title: string): string => {
  const { text } = incidentEmail(incident, outcome, { nobodyOnCc: false }).body;
  return sectionOf(text, title);
};

const ID = REQUEST.id;
const DETAILS = "if the account's support plan includes the AWS Support API.";

describe('what became of a quota request', () => {
  const { quotas } = highRpm;
  const unread = { ...quotas, RPM: rpmQuota(0, 8_000, { current: undefined }) };
  const zero = { ...quotas, RPM: rpmQuota(0, 0) };

  // biome-ignore format: a table reads by its columns.
  test.each<[NoRequestReason['why'], Incident, string]>([
    ['off', withReason(noRequestReasons.off), 'No increase of RPM (L-A52F3C5A) was requested: automatedQuotaRequest is false.'],
    ['not-adjustable', withReason(noRequestReasons['not-adjustable']), 'No increase of RPM (L-A52F3C5A) was requested: Service Quotas takes no request for this quota, which it calls not adjustable.'],
    ['too-many-open', withReason(noRequestReasons['too-many-open']), 'No increase of RPM (L-A52F3C5A) was requested: Service Quotas takes no further one while so many of this account are open (AWS documents 20).'],
    ['no-service-linked-role', withReason(noRequestReasons['no-service-linked-role']), 'No increase of RPM (L-A52F3C5A) was requested: Service Quotas may not open a case for it, since its service-linked role is missing from this account.'],
    ['no-value', withReason(noRequestReasons['no-value']), 'No increase of RPM (L-A52F3C5A) was requested: no figure follows from its value.'],
    ['no-value', { ...withReason(noRequestReasons['no-value']), quotas: zero }, 'No increase of RPM (L-A52F3C5A) was requested: no figure follows from a quota of 0 RPM.'],
    ['no-value', { ...withReason(noRequestReasons['no-value']), quotas: unread }, 'No increase of RPM (L-A52F3C5A) was requested: its current value could not be read, so no figure follows from it.'],
    ['day-limit', withReason(noRequestReasons['day-limit']), 'No increase of RPM (L-A52F3C5A) was requested: maxNewCasesPerDay (10) allows no further new case today, and AWS usually opens one for each request.'],
    ['ceiling', withReason(noRequestReasons.ceiling), "No increase of RPM (L-A52F3C5A) was requested: 12,500 RPM (25 % more) would be more than 12,000 RPM, beyond which none is requested automatically: quotaCeilingMultiple (4) times the quota at deployment, or AWS's default where that is more."],
    ['unknown-ceiling', withReason(noRequestReasons['unknown-ceiling']), "No increase of RPM (L-A52F3C5A) was requested: the model's stack was last deployed before the quota at deployment was stored, so how much may be requested automatically is not known."],
    ['paused', withReason(noRequestReasons.paused), `No increase of RPM (L-A52F3C5A) was requested: one for 12,000 RPM, made at 2026-02-27 14:05 UTC (request ${ID}), was denied, and the next one is made 7 days after it at the earliest.`],
    ['refused', withReason(noRequestReasons.refused), 'No increase of RPM (L-A52F3C5A) was requested: Service Quotas refused it (IllegalArgumentException).'],
    ['unread', withReason(noRequestReasons.unread, true), 'No increase of RPM (L-A52F3C5A) was requested: whether one is open already could not be settled (TooManyRequestsException).'],
    ['unclear', withReason(noRequestReasons.unclear, true), 'It is not clear whether an increase of RPM (L-A52F3C5A) was requested: the call to Service Quotas ended in ServiceException.'],
    ['unclear', withReason({ why: 'unclear', error: undefined }, true), 'It is not clear whether an increase of RPM (L-A52F3C5A) was requested: Service Quotas did not answer in time.'],
  ])('that was not made (%s) is told and claimed', (why, incident, sentence) => {
    const [told, ...others] = requestSentences(incident);
    expect(others).toEqual([]);
    expect(told?.text).toBe(sentence);
    expect(told?.claims).toContainEqual(expect.objectContaining({ claim: 'noQuotaRequest', code: RPM_CODE, why }));
  });

  test.each<[QuotaRequestStatus, string]>([
    ['APPROVED', 'was approved'],
    ['DENIED', 'was denied'],
    ['CASE_CLOSED', 'ended with its case closed, which does not say whether it was granted'],
    ['NOT_APPROVED', 'was not approved'],
    ['INVALID_REQUEST', 'was found invalid'],
  ])('of a pause says that the last one, %s, %s', (status, words) => {
    const [told] = requestSentences(withReason({ ...noRequestReasons.paused, status }));
    expect(told?.text).toContain(`(request ${ID}), ${words}, and the next one`);
    expect(told?.claims).toContainEqual({
      claim: 'quotaRequestStatus',
      code: RPM_CODE,
      id: ID,
      value: 12_000,
      since: '2026-02-27T14:05:30.000Z',
      status,
    });
  });

  test('claims the ceiling, the setting and what would have been asked for', () => {
    const [told] = requestSentences(withReason(noRequestReasons.ceiling));
    expect(told?.claims).toEqual([
      { claim: 'increase', code: RPM_CODE, percent: 25, value: 12_500 },
      { claim: 'noQuotaRequest', code: RPM_CODE, why: 'ceiling', ceiling: 12_000 },
      { claim: 'setting', key: 'quotaCeilingMultiple', value: 4 },
    ]);
  });

  test.each([
    [
      'increaseRequested',
      'requested',
      `Service Quotas was asked at 2026-03-02 09:16 UTC to raise RPM (L-A52F3C5A) to 12,500 RPM (request ${ID}). AWS usually opens a case for the RPM request. The details of this incident are to be added there if it does and the account's support plan includes the AWS Support API.`,
    ],
    [
      'increaseRequested',
      'requestedAlone',
      `Service Quotas was asked at 2026-03-02 09:16 UTC to raise RPM (L-A52F3C5A) to 12,500 RPM (request ${ID}). AWS usually opens a case for the RPM request. When this was written, nothing had been arranged yet that adds the details of this incident there.`,
    ],
    [
      'increaseOpen',
      'requested',
      `A request to raise RPM (L-A52F3C5A) to 12,000 RPM has been open since 2026-02-27 14:05 UTC (request ${ID}, AWS Support case 17725482801); no second one was made. The details of this incident are to be added to the case of the RPM request, ${DETAILS}`,
    ],
  ] as const)('%s (%s) is told in full', (name, outcome, sentences) => {
    expect(section(requestIncidents[name], requestOutcomes[outcome], 'What was done')).toBe(sentences);
  });

  test('of several says that AWS usually opens a case for each', () => {
    expect(section(requestIncidents.bothRequested, requestOutcomes.requested, 'What was done')).toContain(
      'AWS usually opens a case for each request. The details of this incident are to be added there if it does and',
    );
  });

  test('stands beside the sentence on the technical case', () => {
    expect(section(requestIncidents.increaseRefused, outcomes.opened, 'What was done')).toMatch(
      /^AWS Support case 12345678901 was opened \(Quota Request\)\. No increase of RPM .* service-linked role/,
    );
  });

  test('is that of no case as long as not every one is settled', () => {
    const { text, claims } = incidentEmail(requestIncidents.increaseUnclear, requestOutcomes.quotaRequest, {
      nobodyOnCc: false,
    }).body;
    expect(sectionOf(text, 'What was done')).toMatch(
      /^No AWS Support case was opened or updated: not every quota request is settled, and a case might ask for the same a second time\. It is not clear whether/,
    );
    expect(claims).toContainEqual(expect.objectContaining({ claim: 'noCase', why: 'quota-request' }));
  });

  test('claims the requests, and that the details follow only where they do', () => {
    const claimsOf = (outcome: CaseOutcome) =>
      incidentEmail(requestIncidents.increaseOpen, outcome, { nobodyOnCc: false }).body.claims;
    const request = {
      claim: 'quotaRequest',
      code: RPM_CODE,
      id: ID,
      value: 12_000,
      since: '2026-02-27T14:05:30.000Z',
      is: 'open',
      displayId: '17725482801',
    };
    expect(claimsOf(requestOutcomes.requested)).toContainEqual(request);
    expect(claimsOf(requestOutcomes.requested)).toContainEqual({ claim: 'detailsFollow' });
    expect(claimsOf(requestOutcomes.requestedAlone)).not.toContainEqual({ claim: 'detailsFollow' });
    expect(claimsOf(requestOutcomes.requested).map(({ claim }) => claim)).not.toContain('noCase');
  });
});

describe('the figures of the e-mail', () => {
  const figures = (incident: Incident, outcome: CaseOutcome) =>
    section(incident, outcome, 'Figures').match(/(Asked for|To ask for|For reference): .*/)?.[0];

  test.each<[string, Incident, CaseOutcome, string]>([
    [
      'was requested',
      requestIncidents.increaseRequested,
      requestOutcomes.requested,
      'Asked for: 12,500 RPM (25 % more)',
    ],
    [
      'is asked for already',
      requestIncidents.increaseOpen,
      requestOutcomes.requested,
      'Asked for: 12,000 RPM by the open request',
    ],
    [
      'is asked for in part',
      requestIncidents.oneOfTwoRequested,
      requestOutcomes.requested,
      'Asked for: 12,500 RPM (25 % more) - For reference: 7,812,500 TPM (25 % more)',
    ],
    [
      'a case asks for',
      requestIncidents.increaseRefused,
      outcomes.opened,
      'Asked for: 12,500 RPM (25 % more)',
    ],
    [
      'is beyond the ceiling',
      requestIncidents.increaseBeyondCeiling,
      outcomes.opened,
      'For reference: 12,500 RPM (25 % more)',
    ],
    [
      'is paused, without a case',
      requestIncidents.increasePaused,
      outcomes.noSupportPlan,
      'For reference: 12,500 RPM (25 % more)',
    ],
    [
      'is not settled',
      requestIncidents.increaseUnclear,
      requestOutcomes.quotaRequest,
      'To ask for: 12,500 RPM (25 % more)',
    ],
    [
      'is requested in part, the rest not settled',
      {
        ...requestIncidents.bothRequested,
        quotaRequests: [
          rpmRequest({ kind: 'made', request: REQUEST }),
          tpmRequest(notRequested(noRequestReasons.unread, true)),
        ],
      },
      requestOutcomes.quotaRequest,
      'Asked for: 12,500 RPM (25 % more) - To ask for: 7,812,500 TPM (25 % more)',
    ],
  ])('say of what %s: so', (_case, incident, outcome, told) => {
    expect(figures(incident, outcome)).toBe(told);
  });
});

describe('what to do', () => {
  const todo = (incident: Incident, outcome: CaseOutcome) => section(incident, outcome, 'What to do now');
  const WAIT =
    'Wait for the answer of AWS (RPM), which another e-mail tells. Do not ask by hand meanwhile: Service Quotas takes one request at a time for a quota.';
  const QUOTA_PAGE =
    'https://us-east-1.console.aws.amazon.com/servicequotas/home/services/bedrock/quotas/L-A52F3C5A?region=us-east-1';

  test('while a request is open: wait, and do not ask twice', () => {
    expect(todo(requestIncidents.increaseOpen, requestOutcomes.requested)).toContain(`- ${WAIT}`);
    expect(todo(requestIncidents.increaseOpen, requestOutcomes.requested)).not.toMatch(/by hand:|open one/);
  });

  test('where nothing adds the details: add them', () => {
    const add = 'If AWS opens a case for it, add what stands here';
    expect(todo(requestIncidents.increaseRequested, requestOutcomes.requestedAlone)).toContain(add);
    expect(todo(requestIncidents.increaseRequested, requestOutcomes.requested)).not.toContain(add);
  });

  test.each<[keyof typeof noRequestReasons, string | undefined]>([
    [
      'ceiling',
      'If you want more of RPM (L-A52F3C5A) nevertheless, ask for it in Service Quotas by hand, or raise quotaCeilingMultiple.',
    ],
    ['paused', 'If you want more of RPM (L-A52F3C5A) before then, ask for it in Service Quotas by hand'],
    ['too-many-open', 'Look in Service Quotas which requests are open'],
    [
      'no-service-linked-role',
      'aws iam create-service-linked-role --aws-service-name servicequotas.amazonaws.com',
    ],
    [
      'unknown-ceiling',
      "Deploy the model's stack again: that stores the quota from which it follows how much of RPM (L-A52F3C5A) may be requested automatically.",
    ],
    [
      'unread',
      'Look in Service Quotas whether a request for more of RPM (L-A52F3C5A) is open, and ask there by hand if none is.',
    ],
    ['off', undefined],
    ['refused', undefined],
  ])('where there is none (%s): %s', (why, advised) => {
    const told = todo(withReason(noRequestReasons[why]), outcomes.opened);
    if (advised === undefined) expect(told).not.toContain('Service Quotas');
    else expect(told).toContain(advised);
  });

  test('where it is tried again: do not ask by hand before', () => {
    const { text, claims } = incidentEmail(requestIncidents.increaseUnclear, requestOutcomes.quotaRequest, {
      nobodyOnCc: false,
    }).body;
    expect(sectionOf(text, 'What to do now')).toContain(
      `- This is tried again until 2026-03-02 10:17 UTC, and a short e-mail follows once an increase is requested, or a case exists. Do not ask by hand before then. If no e-mail has come by then, look in Service Quotas whether a request is open, and ask for more there if none is: ${QUOTA_PAGE}`,
    );
    expect(claims).toContainEqual({ claim: 'caseIsRetried', until: '2026-03-02T10:17:40.000Z' });
  });

  test('where one is made, and of another nobody could read whether there is one: look', () => {
    const quotaRequests = [
      rpmRequest({ kind: 'made', request: REQUEST }),
      tpmRequest(notRequested(noRequestReasons.unread, true)),
    ];
    const told = todo({ ...requestIncidents.bothRequested, quotaRequests }, requestOutcomes.requested);
    expect(told).toContain(
      `Look in Service Quotas whether a request for more of TPM (${TPM_CODE}) is open, and ask there by hand if none is.`,
    );
  });

  test('where it is tried again what helps a lasting refusal is said, and the rest once', () => {
    const quotaRequests = [
      rpmRequest(notRequested(noRequestReasons['no-service-linked-role'])),
      tpmRequest(notRequested(noRequestReasons.unclear, true)),
    ];
    const told = todo({ ...requestIncidents.bothRequested, quotaRequests }, requestOutcomes.quotaRequest);
    expect(told).toContain('aws iam create-service-linked-role');
    expect(told.match(/ook in Service Quotas whether/g)).toHaveLength(1);
  });

  test.each<[string, Incident, boolean]>([
    ['that nothing could be read', withReason(noRequestReasons.unread, true), true],
    ['of a made request', requestIncidents.increaseRequested, false],
  ])('is said in the short e-mail as well: %s', (_case, incident, isToDo) => {
    const { text } = caseSettledEmail(incident, outcomes.opened).body;
    expect(text.includes('What to do now')).toBe(isToDo);
    if (isToDo) expect(sectionOf(text, 'What to do now')).toContain('- Look in Service Quotas whether');
  });

  test('where it is tried no more: look first', () => {
    expect(todo(requestIncidents.increaseUnclear, requestOutcomes.quotaRequestToTheEnd)).toMatch(
      /- First look in Service Quotas whether a request is open, and ask for more there if none is: \S+$/,
    );
  });

  test('without a case, Service Quotas is named for no increase that our guards forbid', () => {
    expect(todo(requestIncidents.increasePaused, outcomes.dayLimit)).not.toContain('To ask for more quota');
    expect(todo(requestIncidents.increaseRefused, outcomes.dayLimit)).toContain('To ask for more quota');
  });
});

test('the links lead to the case of each request, or to all cases while it has none', () => {
  const home = 'https://support.console.aws.amazon.com/support/home#/case/';
  expect(section(requestIncidents.bothRequested, requestOutcomes.requested, 'Links')).toMatch(
    new RegExp(
      `^- Case of the RPM request: ${home}\\?displayId=17725482801&language=en - Case of the TPM request: ${home}history - All alarms: `.replace(
        /[/]/g,
        '\\/',
      ),
    ),
  );
});

test('the short e-mail about a request has no case number in its subject', () => {
  const { subject, body } = caseSettledEmail(requestIncidents.increaseOpen, requestOutcomes.requested);
  expect(subject).toBe('WARNING: Acme Bedrock G-Opus-4-6 - Quota Request');
  expect(sectionOf(body.text, 'What was done')).toMatch(
    /went out before all of this was settled\. A request to raise RPM .* The details of this incident/,
  );
});

describe('a case of ours', () => {
  test('asks for what Service Quotas did not take, and says why it does', () => {
    const body = newCaseBody(requestIncidents.increaseRefused).text;
    expect(body).toMatch(/^Request: raise the quota to 12,500 RPM \(L-A52F3C5A\)/);
    expect(sectionOf(body, 'Quota increase requests')).toContain(
      'Requested: 12,500 RPM (25 % more) Not requested through Service Quotas: Service Quotas may not open a case for it, since its service-linked role is missing',
    );
    expect(newCaseBody(requestIncidents.increaseRefused).claims).toContainEqual({
      claim: 'caseAsks',
      code: RPM_CODE,
      displayId: null,
      request: null,
    });
  });

  test.each(['increaseBeyondCeiling', 'increasePaused'] as const)(
    'asks for nothing where our own guards forbid it: %s',
    (name) => {
      const body = newCaseBody(requestIncidents[name]).text;
      expect(body).toMatch(/^Request: look into the alarms; no increase is asked for\n/);
      expect(sectionOf(body, 'Quota increase requests (for reference only)')).toContain(
        'Would be requested: 12,500 RPM (25 % more) Not requested through Service Quotas: ',
      );
      expect(sectionOf(body, 'Action requested')).toBe(
        'Please look into the alarms named above. No increase is asked for now: the quota figures are for reference, and say why.',
      );
      expect(body).not.toMatch(/[Pp]lease raise/);
      expect(newCaseBody(requestIncidents[name]).claims.map(({ claim }) => claim)).not.toContain('caseAsks');
    },
  );

  test('that is open already is not told that what it asks for is not wanted', () => {
    const body = appendedBody(incidents.unusualRequests, '12345678901').text;
    expect(flowing(body)).toContain('no further increase is asked for yet');
    expect(flowing(body)).toContain('No further increase is requested yet');
    expect(flowing(newCaseBody(incidents.unusualRequests).text)).not.toContain('further increase');
  });
});

describe('whether inference is cross-Region', () => {
  const arn = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcdefghijkl';
  const named = (rpm: string | undefined, tpm: string | undefined) => ({
    RPM: rpmQuota(10_000, 8_000, {
      name: rpm && `${rpm} model inference requests per minute for Amazon Nova Lite`,
    }),
    TPM: tpmQuota(6_250_000, 5_000_000, {
      name: tpm && `${tpm} model inference tokens per minute for Amazon Nova Lite`,
    }),
  });

  test.each<[string, Parameters<typeof named>, string]>([
    ['amazon.nova-lite-v1:0', ['On-demand', 'On-demand'], 'no'],
    ['eu.amazon.nova-lite-v1:0', ['Cross-region', 'Cross-region'], 'yes, within a geography'],
    ['global.amazon.nova-lite-v1:0', [undefined, undefined], 'yes, global'],
    [arn, ['On-demand', 'On-demand'], 'no, as its quotas are named; through an application profile'],
    [
      arn,
      ['Cross-region', undefined],
      'yes, within a geography, as its quotas are named; through an application profile',
    ],
    [
      arn,
      ['Global cross-region', 'Global cross-region'],
      'yes, global, as its quotas are named; through an application profile',
    ],
    [arn, ['Global cross-region', 'On-demand'], 'through an application profile, which does not tell'],
    [arn, [undefined, undefined], 'through an application profile, which does not tell'],
  ])('of %s with quotas %j: %s', (modelId, [rpm, tpm], told) => {
    const incident = incidentOf({ alarms: ['Throttles'], model: { modelId }, quotas: named(rpm, tpm) });
    expect(flowing(newCaseBody(incident).text)).toMatch(
      new RegExp(`Cross-Region inference: ${told} (?:Usage counted|Region)`),
    );
  });

  test('is no matter of a case that is about no quota', () => {
    expect(newCaseBody(incidents.serverErrors).text).not.toContain('Cross-Region inference');
  });
});

describe('the details for the case that AWS opened', () => {
  const requests = [{ quota: 'RPM', code: RPM_CODE, id: ID, desired: 12_500 }] as const;
  const details = (incident: Incident) => detailsBody(incident, { displayId: '17725482801', requests });

  /** What AWS's automatic reply asks for. */
  const ASKED_BY_AWS = [
    /^Peak RPM: /m,
    /^Steady-state RPM: /m,
    /^Peak TPM: /m,
    /^Steady-state TPM: /m,
    /^Average input tokens per request: /m,
    /^Average output tokens per request: /m,
    /^Input modalities: /m,
    /^Region: /m,
    /^Model id: /m,
    /^Cross-Region inference: /m,
    /^Incident reference: 3f9a27c1e5b0$/m,
  ];

  test.each<[string, Incident]>([...Object.entries(requestIncidents), ['longest', longest]])(
    'of %s hold what AWS asks for, what is asked and why, within the limit',
    (_name, incident) => {
      const { text } = details(incident);
      for (const fact of ASKED_BY_AWS) expect(text).toMatch(fact);
      expect(sectionOf(text, 'Use case')).toBe(flowing(incident.model.useCase).trim());
      expect(text.length).toBeLessThanOrEqual(8_000);
      expect(sectionOf(text, 'Quota increase requests')).toContain('Requested: 12,500 RPM');
      expect(sectionOf(text, 'Action requested')).toMatch(/^Please raise RPM as requested/);
      expect(flowing(text)).toContain(
        `the quota request ${ID} for RPM (L-A52F3C5A) for which AWS opened this case.`,
      );
    },
  );

  test('give up everything else before the use case and the usage', () => {
    const name = 'Requests '.repeat(160).trim();
    const incident = { ...longest, quotas: { ...longest.quotas, RPM: rpmQuota(10_000, 8_000, { name }) } };
    const { text } = details(incident);
    for (const fact of ASKED_BY_AWS) expect(text).toMatch(fact);
    expect(sectionOf(text, 'Justification')).toMatch(/^Left out: /);
    expect(sectionOf(text, 'Use case')).toContain('Each claim is read');
  });

  test('claim the request with the number of the case', () => {
    expect(details(requestIncidents.increaseRequested).claims).toContainEqual({
      claim: 'quotaRequest',
      code: RPM_CODE,
      id: ID,
      value: 12_500,
      is: 'pending',
      displayId: '17725482801',
    });
  });

  test('claim that they ask for what that request does, and for nothing else', () => {
    const { claims } = details(requestIncidents.bothRequested);
    expect(claims.filter(({ claim }) => claim === 'caseAsks')).toEqual([
      { claim: 'caseAsks', code: RPM_CODE, displayId: '17725482801', request: ID },
    ]);
  });

  test('name the other quota as no part of the request', () => {
    expect(sectionOf(details(requestIncidents.oneOfTwoRequested).text, 'Quota increase requests')).toMatch(
      /TPM: .*Current: 6,250,000 TPM For reference: no part of this request$/,
    );
  });

  test('name the request that is made for the other quota besides', () => {
    const { text, claims } = details(requestIncidents.bothRequested);
    expect(sectionOf(text, 'Quota increase requests')).toMatch(
      /TPM: .*Current: 6,250,000 TPM Requested separately: [\d,]+ TPM \(request \w+\)$/,
    );
    expect(text).not.toContain('no part of this request');
    expect(claims).toContainEqual(
      expect.objectContaining({ claim: 'quotaRequest', code: TPM_CODE, is: 'pending' }),
    );
  });

  test('never take the request back, whatever usage has become since', () => {
    const usages = fc.tuple(fc.integer({ min: 0, max: 12_000 }), fc.integer({ min: 0, max: 9_000_000 }));
    fc.assert(
      fc.property(usages, fc.boolean(), ([rpm, tpm], isRead) => {
        const usage = isRead ? usageOf([rpm], [tpm]) : undefined;
        const { text } = details(incidentOf({ alarms: ['HighInvocationRate'], usage }));
        expect(text).toMatch(/\nRequest: raise the quota to 12,500 RPM /);
        expect(text).not.toMatch(
          /No (further )?increase|no (further )?increase|probably transient|reference only/,
        );
      }),
    );
  });
});

describe('what the case asks for', () => {
  const values = (incident: Incident) => asksOf(incident).map(({ quota, value }) => [quota, value.text]);

  test.each<[string, Incident, readonly (readonly string[])[]]>([
    ['made', requestIncidents.increaseRequested, [['RPM', '12,500 RPM']]],
    ['open', requestIncidents.increaseOpen, [['RPM', '12,000 RPM']]],
    ['one of two', requestIncidents.oneOfTwoRequested, [['RPM', '12,500 RPM']]],
    ['refused', requestIncidents.increaseRefused, [['RPM', '12,500 RPM']]],
    ['beyond the ceiling', requestIncidents.increaseBeyondCeiling, []],
    ['low usage', incidents.unusualRequests, []],
  ])('%s', (_case, incident, asked) => {
    expect(values(incident)).toEqual(asked);
  });
});

describe('the e-mail that says what became of many cases', () => {
  const requested = (...ids: readonly string[]) => ({
    kind: 'requested' as const,
    noRequests: [],
    requests: ids.map((id, index) => ({
      quota: index === 0 ? ('RPM' as const) : ('TPM' as const),
      code: index === 0 ? RPM_CODE : TPM_CODE,
      id,
      desired: 12_500,
      since: new Date('2026-03-02T09:16:10Z'),
      is: index === 0 ? ('made' as const) : ('open' as const),
    })),
  });
  const email = caseDigestEmail(
    caseDigestOf([
      casePart(0, requested(ID), { category: 'Quota Request' }),
      casePart(1, requested(ID), { category: 'Quota Request' }),
      casePart(2, requested(ID, OPEN_REQUEST.id), { category: 'Quota Request' }),
      casePart(3, { kind: 'none', why: 'quota-request', retriedUntil: null }, { category: 'Quota Request' }),
    ]),
  );

  test('tells each request once, with all models that it is for', () => {
    const done = sectionOf(email.text, 'What was done');
    expect(done).toContain(
      `- Service Quotas has a request to raise RPM (L-A52F3C5A) to 12,500 RPM (request ${ID}, made 2026-03-02 09:16 UTC) for 2 models: M-001 and M-002.`,
    );
    expect(done).toContain('- Service Quotas has requests to raise RPM');
    expect(done).toContain('open since 2026-03-02 09:16 UTC) for 1 model: M-003.');
    expect(done).toContain('- No case for 1 model, since not every quota request is settled: M-004.');
  });

  test('claims the requests of each model, and no case', () => {
    expect(email.about.map(({ claims }) => claims.map(({ claim }) => claim))).toEqual([
      ['quotaRequest'],
      ['quotaRequest'],
      ['quotaRequest', 'quotaRequest'],
      ['toldOnNoCase'],
    ]);
  });

  test('says to wait for the answer', () => {
    expect(sectionOf(email.text, 'What to do now')).toContain(
      '- Quota requests for 3 models: wait for the answer of AWS, which another e-mail tells.',
    );
  });
});

describe('the e-mail about many cases says for which no increase was requested', () => {
  const ofRpm = (reason: NoRequestReason) => ({ quota: 'RPM' as const, code: RPM_CODE, reason });
  const ofTpm = (reason: NoRequestReason) => ({ quota: 'TPM' as const, code: TPM_CODE, reason });
  const opened = (...none: readonly (readonly [NoRequestReason, NoRequestReason?])[]) =>
    caseDigestEmail(
      caseDigestOf(
        none.map(([rpm, tpm], index) =>
          casePart(
            index,
            {
              kind: 'opened',
              displayId: '12345678901',
              noRequests: [ofRpm(rpm), ...(tpm === undefined ? [] : [ofTpm(tpm)])],
            },
            { category: 'Quota Request' },
          ),
        ),
      ),
    );
  const NOT_TAKEN = 'Increases that Service Quotas did not take';
  const { ceiling, off, paused, unclear, unread } = noRequestReasons;
  const role = noRequestReasons['no-service-linked-role'];

  test('and why, each reason once', () => {
    const done = sectionOf(opened([role, role], [role], [off, ceiling], [unclear]).text, NOT_TAKEN);
    expect(done).toContain(
      '- No increase was requested for 2 models, because Service Quotas may not open a case for it, since its service-linked role is missing from this account: M-001 (RPM and TPM) and M-002 (RPM).',
    );
    expect(done).toContain(
      '- No increase was requested for 1 model, because automatedQuotaRequest is false: M-003 (RPM).',
    );
    expect(done).toContain(
      '- No increase was requested for 1 model, because it would be more than quotaCeilingMultiple allows: M-003 (TPM).',
    );
    expect(done).toContain('- Not known whether an increase was requested for 1 model, because the call');
  });

  test('and what helps, each once', () => {
    const toDo = sectionOf(opened([role, role], [role, ceiling], [unread]).text, 'What to do now');
    expect(toDo.match(/create-service-linked-role/g)).toHaveLength(1);
    expect(toDo).toContain('- If you want more of the quotas of M-002 nevertheless, ask for it');
    expect(toDo).toContain('whether a request for more of the quotas of M-003 is open');
  });

  test('and of a case that asks for none either says so', () => {
    const asking = { kind: 'opened', displayId: '12345678901' } as const;
    const { text } = caseDigestEmail(
      caseDigestOf([
        casePart(0, asking, { category: 'Quota Request' }),
        casePart(1, { ...asking, asksForNone: true }, { category: 'Quota Request' }),
      ]),
    );
    const done = sectionOf(text, 'What was done');
    expect(done).toContain('(Quota Request) was opened for 1 model: M-001.');
    expect(done).toContain('(Quota Request) was opened for 1 model, no increase being asked for: M-002.');
  });

  test('beside the requests that were made', () => {
    const made = {
      quota: 'RPM',
      code: RPM_CODE,
      id: ID,
      desired: 12_500,
      since: REQUEST.since,
      is: 'made',
    } as const;
    const outcome = { kind: 'requested' as const, requests: [made], noRequests: [ofTpm(off)] };
    const { text } = caseDigestEmail(caseDigestOf([casePart(0, outcome, { category: 'Quota Request' })]));
    expect(sectionOf(text, 'What was done')).toMatch(/- Service Quotas has a request /);
    expect(sectionOf(text, NOT_TAKEN)).toMatch(
      /^- No increase was requested for 1 model, because automatedQuotaRequest is false: M-001 \(TPM\)\.$/,
    );
  });

  test('and claims what anyone can see of it', () => {
    const { about } = opened([off, ceiling], [paused], [unread], [noRequestReasons['unknown-ceiling']]);
    const claims = about.map((one) => one.claims.filter(({ claim }) => claim !== 'case'));
    expect(claims).toEqual([
      [
        { claim: 'noQuotaRequest', code: RPM_CODE, why: 'off' },
        { claim: 'noQuotaRequest', code: TPM_CODE, why: 'ceiling' },
      ],
      [],
      [],
      [{ claim: 'noQuotaRequest', code: RPM_CODE, why: 'unknown-ceiling' }],
    ]);
  });

  test.each(Object.values(noRequestReasons))('whatever the reason: $why', (reason) => {
    expect(sectionOf(opened([reason]).text, NOT_TAKEN)).toMatch(
      /requested for 1 model, because .+: M-001 \(RPM\)\.$/,
    );
  });
});

test('a case after Service Quotas was tried asks in high usage for what is proven, or what an alarm is on alone', () => {
  const namedAlone = (quota: Quota, { triggered }: Incident): boolean =>
    ALARM_CATALOGUE.some(
      ({ name, quotas }) =>
        quotas.length === 1 && quotas[0] === quota && triggered.some((alarm) => alarm.name === name),
    );
  const alarms = fc.subarray([...ALARM_NAMES], { minLength: 1 });
  const peaks = fc.tuple(fc.integer({ min: 1, max: 12_000 }), fc.integer({ min: 1, max: 9_000_000 }));
  const { off: _, ...tried } = noRequestReasons;
  let asked = 0;
  fc.assert(
    fc.property(alarms, peaks, fc.constantFrom(...Object.values(tried)), (names, [rpm, tpm], reason) => {
      const before = incidentOf({ alarms: names, usage: peaksOf(rpm, tpm) });
      const quotaRequests = increasesToRequest(before).map(({ quota }) =>
        (quota === 'RPM' ? rpmRequest : tpmRequest)(notRequested(reason)),
      );
      const incident = { ...before, quotaRequests };
      fc.pre(incident.decision.scenario === 'high_usage' && quotaRequests.length > 0);
      const body = flowing(newCaseBody(incident).text);
      const [, proven = ''] = body.match(/the use is proven \(([^)]+)\)/) ?? [];
      for (const { quota } of asksOf(incident)) {
        asked += 1;
        expect(proven.includes(quota) || namedAlone(quota, incident)).toBe(true);
      }
    }),
  );
  expect(asked).toBeGreaterThan(10);
});

test('the settings of the model tell the multiple of the ceiling', () => {
  const model = { ...opus, quotaCeilingMultiple: 1.5 };
  const [told] = requestSentences({ ...withReason(noRequestReasons.ceiling), model });
  expect(told?.text).toContain('quotaCeilingMultiple (1.5) times');
});
