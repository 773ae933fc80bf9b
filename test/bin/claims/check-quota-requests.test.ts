import { describe, expect, test } from '@jest/globals';
import type { ClaimOf } from '../../../bin/claims/scene';
import type { Claim } from '../../../lambda/contract/claims';
import type { CaseSeen, QuotaRequestSeen } from '../../../rehearsal/aws-view';
import { CONFIG, call, NOW, type Standing, verdictOn } from './seen';

type Rows = readonly (readonly [said: Claim, standing: Standing, instead: string])[];

/** One line per row: the claim, whether it is true, and what AWS has instead. */
function judged(rows: Rows): void {
  test.each(
    rows.map(([said, standing, instead]) => [JSON.stringify(said), instead, said, standing] as const),
  )('%s: %s', (_, instead, said, standing) => expect(verdictOn(said, standing)).toBe(instead));
}

const CODE = 'L-3DD46812';
const ASK = 'servicequotas:RequestServiceQuotaIncrease';
const LIST = 'servicequotas:ListRequestedServiceQuotaChangeHistoryByQuota';
const ofCode = { ServiceCode: 'bedrock', QuotaCode: CODE };
const listed = call(LIST, undefined, ofCode);
const taken = call(ASK, undefined, ofCode);

const request: QuotaRequestSeen = {
  id: 'request-1',
  quotaCode: CODE,
  desiredValue: 12_500,
  status: 'CASE_OPENED',
  caseId: '17725482801',
  requestedAt: new Date('2026-03-02T09:16:10.512Z'),
  updatedAt: new Date(NOW),
};
const having = (changes: Partial<QuotaRequestSeen> = {}, calls: Standing['calls'] = []): Standing => ({
  quotaRequests: [{ ...request, ...changes }],
  calls,
});

describe('a request that there is', () => {
  const made: ClaimOf<'quotaRequest'> = {
    claim: 'quotaRequest',
    code: CODE,
    id: 'request-1',
    value: 12_500,
    since: '2026-03-02T09:16:10.000Z',
    is: 'made',
    displayId: null,
  };
  const open = { ...made, is: 'open', displayId: '17725482801' } as const;
  const pending = { ...open, is: 'pending' } as const;
  judged([
    [made, having({}, [listed, taken]), 'true'],
    [made, having({}, [listed]), `${ASK} was not carried out`],
    [made, having({}, [call(ASK, 'DependencyAccessDeniedException', ofCode)]), `${ASK} was not carried out`],
    // Made by an earlier try of the same telling.
    [
      { ...made, since: '2026-03-02T09:10:00.000Z' },
      having({ requestedAt: new Date('2026-03-02T09:10:00Z') }, [listed]),
      'true',
    ],
    [made, {}, 'Service Quotas knows no request request-1'],
    [{ ...made, value: 12_501 }, having({}, [taken]), `the request is for 12500 of ${CODE}`],
    [{ ...made, code: 'L-3DCCFAA4' }, having({}, [taken]), `the request is for 12500 of ${CODE}`],
    [
      { ...made, since: '2026-03-02T09:14:00.000Z' },
      having({}, [taken]),
      'it was made at 2026-03-02T09:16:10.512Z',
    ],
    [open, having(), 'true'],
    [open, having({ status: 'PENDING' }), 'true'],
    [open, having({ status: 'APPROVED' }), 'it is APPROVED'],
    [open, having({ caseId: undefined }), 'its case is none'],
    [{ ...open, displayId: '18' }, having(), 'its case is 17725482801'],
    [pending, having({ status: 'DENIED' }), 'true'],
    [pending, {}, 'Service Quotas knows no request request-1'],
  ]);

  test('is true without the time where none is told', () => {
    const { since: _, ...timeless } = pending;
    expect(verdictOn(timeless, having())).toBe('true');
  });
});

describe('that a case asks', () => {
  const asks = { claim: 'caseAsks', code: CODE, displayId: null, request: null } as const;
  const onTwin = { ...asks, displayId: '12345678901' };
  const ofRequest = { ...asks, displayId: '17725482801', request: 'request-1' };
  const header = (words: string) => `Request: ${words}\nCustomer: Acme\nModel: Other`;
  const raise = header(`raise the quota to 12,500 RPM\n  (${CODE})`);
  const over = (words: string) =>
    `Incident reference: 0123456789ab, over\n\nWhat we still ask for\n---\n- RPM (${CODE}): requested 12,500 RPM\n${words}`;
  const caseOf = (model: string, ...communications: readonly string[]): CaseSeen => ({
    displayId: '12345678901',
    subject: `Acme - Bedrock Ops Alert - ${model} - Quota Request - us-east-1`,
    createdAt: new Date(NOW),
    isResolved: false,
    communications,
  });
  const there = (one: CaseSeen): Standing => ({ cases: [one] });
  const twice = 'case 12345678901 asks for it';

  judged([
    [asks, {}, 'true'],
    [asks, having(), 'request request-1 is open'],
    [asks, having({ status: 'DENIED' }), 'true'],
    [asks, having({ quotaCode: 'L-3DCCFAA4' }), 'true'],
    [ofRequest, having(), 'true'],
    [ofRequest, having({ id: 'request-2' }), 'request request-2 is open'],
    [asks, there(caseOf('Other', raise)), twice],
    [ofRequest, there(caseOf('Other', raise)), twice],
    [asks, there({ ...caseOf('Other', raise), isResolved: true }), 'true'],
    [asks, there({ ...caseOf('Other', raise), subject: 'Quota' }), 'true'],
    [asks, there(caseOf('Other', header(`look into the alarms (${CODE})`))), 'true'],
    [asks, there(caseOf('Other', raise.replace(CODE, 'L-3DCCFAA4'))), 'true'],
    // A further word takes nothing back; that it is over may.
    [asks, there(caseOf('Other', raise, header('look into the alarms'))), twice],
    [asks, there(caseOf('Other', raise, over('The quota has been raised.'))), 'true'],
    [asks, there(caseOf('Other', raise, over('It stands: please\nraise it as requested.'))), twice],
    [asks, there(caseOf('Other', raise, over('The quota has been raised.'), raise)), twice],
    // The text is for that case, unless it says that it is for another.
    [onTwin, there(caseOf('Other', raise)), 'true'],
    [{ ...onTwin, displayId: '22345678901' }, there(caseOf('G-Opus-4-6', raise)), twice],
    [asks, there(caseOf('G-Opus-4-6', raise)), 'true'],
    [ofRequest, there(caseOf('G-Opus-4-6', raise)), twice],
  ]);
});

describe('a request that was not made', () => {
  const none = (why: ClaimOf<'noQuotaRequest'>['why'], more: Partial<ClaimOf<'noQuotaRequest'>> = {}) =>
    ({ claim: 'noQuotaRequest', code: CODE, why, ...more }) as const;
  const quota = (changes: object = {}) => ({
    [CODE]: { name: 'Requests per minute', value: 10_000, default: 10_000, ...changes },
  });
  const refusing = (error: string) => ({ calls: [listed, call(ASK, error, ofCode)] });
  const refusingTpm = (error: string) => ({
    calls: [listed, call(ASK, error, { ...ofCode, QuotaCode: 'L-3DCCFAA4' })],
  });
  const carriedOut = `${ASK} was carried out`;
  const days = (count: number): Date => new Date(Date.parse(NOW) - count * 24 * 60 * 60_000);
  const config = (changes: object) => ({ config: JSON.stringify({ ...CONFIG, ...changes }) });
  const deployed = { rpmQuotaAtDeployment: 10_000, rpmAwsDefault: 200, quotaCeilingMultiple: 1.2 };
  const ceiling = none('ceiling', { ceiling: 12_000 });

  describe('since the ceiling is not known', () => {
    judged([
      [none('unknown-ceiling'), { parameters: config({ rpmQuotaAtDeployment: null }) }, 'true'],
      [none('unknown-ceiling'), { parameters: config(deployed) }, `${CODE} was 10000 at deployment`],
      [
        { ...none('unknown-ceiling'), code: 'L-00000000' },
        { parameters: config(deployed) },
        'G-Opus-4-6 has no quota L-00000000',
      ],
    ]);
  });

  describe('since the settings rule it out', () => {
    judged([
      [none('off'), { parameters: { automatedQuotaRequest: 'false' } }, 'true'],
      [none('off'), {}, 'automatedQuotaRequest is true'],
      [none('off'), { parameters: { automatedQuotaRequest: 'false' }, calls: [taken] }, carriedOut],
    ]);
  });

  describe('since Service Quotas does not take it', () => {
    judged([
      [none('not-adjustable'), { quotas: quota({ adjustable: false }) }, 'true'],
      [none('not-adjustable'), { quotas: quota() }, 'the quota is adjustable'],
      [none('too-many-open'), refusing('QuotaExceededException'), 'true'],
      [none('too-many-open'), refusingTpm('QuotaExceededException'), 'true'],
      [
        none('too-many-open'),
        refusing('ThrottlingException'),
        `no call of ${ASK} ended in QuotaExceededException`,
      ],
      [none('no-service-linked-role'), refusing('DependencyAccessDeniedException'), 'true'],
      [
        none('no-service-linked-role'),
        { calls: [listed] },
        `no call of ${ASK} ended in DependencyAccessDeniedException`,
      ],
      // Another run asked.
      [none('no-service-linked-role'), {}, 'true'],
      [none('refused'), refusing('IllegalArgumentException'), 'true'],
      [none('refused'), refusingTpm('IllegalArgumentException'), `no call of ${ASK} failed`],
      [none('refused'), {}, 'true'],
      [none('refused'), { calls: [taken] }, carriedOut],
    ]);
  });

  describe('since no figure is known', () => {
    judged([
      [none('no-value'), { quotas: quota({ value: 0 }) }, 'true'],
      [none('no-value'), {}, 'true'],
      [
        none('no-value'),
        {
          quotas: quota(),
          calls: [call('servicequotas:GetServiceQuota', 'ThrottlingException', ofCode)],
        },
        'true',
      ],
      [none('no-value'), { quotas: quota() }, 'the quota is 10000'],
    ]);
  });

  describe('since enough was asked for today', () => {
    const ours: CaseSeen = {
      displayId: '17',
      subject: 'Acme - Bedrock Ops Alert - G-Opus-4-7 - Quota Request - us-east-1',
      createdAt: new Date('2026-03-02T00:00:00Z'),
      isResolved: false,
      communications: [],
    };
    const limit = (of: number) => none('day-limit', { limit: of });
    judged([
      [limit(1), { cases: [ours] }, 'true'],
      [limit(1), having(), 'true'],
      [limit(2), { ...having(), cases: [ours] }, 'true'],
      [limit(2), { cases: [ours] }, '1 cases were opened today'],
      [limit(1), having({ requestedAt: days(1) }), '0 cases were opened today'],
      [limit(1), { cases: [{ ...ours, subject: 'Somebody else' }] }, '0 cases were opened today'],
      [none('day-limit'), { cases: [ours] }, 'no limit is named'],
    ]);
  });

  describe('since it would be beyond the ceiling', () => {
    const standing = { quotas: quota(), parameters: config(deployed) };
    judged([
      [ceiling, standing, 'true'],
      [none('ceiling'), standing, 'true'],
      [{ ...ceiling, ceiling: 12_001 }, standing, 'the ceiling is 12000'],
      [
        none('ceiling', { ceiling: 13_000 }),
        { quotas: quota(), parameters: config({ ...deployed, quotaCeilingMultiple: 1.3 }) },
        '12500 would be asked for',
      ],
      // Of AWS's default where that is more.
      [
        none('ceiling', { ceiling: 24_000 }),
        { quotas: quota({ value: 19_999 }), parameters: config({ ...deployed, rpmAwsDefault: 20_000 }) },
        'true',
      ],
      [
        ceiling,
        { quotas: quota(), parameters: config({ ...deployed, rpmQuotaAtDeployment: null }) },
        `what ${CODE} was at deployment is not known`,
      ],
      [ceiling, { ...standing, calls: [taken] }, carriedOut],
    ]);
  });

  describe('since one was made not long ago', () => {
    judged([
      [none('paused'), having({ status: 'DENIED', requestedAt: days(6) }), 'true'],
      [none('paused'), having({ status: 'DENIED', requestedAt: days(7.1) }), 'no request was made in 7 days'],
      [none('paused'), having({ status: 'CASE_OPENED', requestedAt: days(6) }), 'a request is open'],
      [
        none('paused'),
        having({ quotaCode: 'L-3DCCFAA4', status: 'DENIED', requestedAt: days(1) }),
        'no request was made in 7 days',
      ],
      [none('paused'), {}, 'no request was made in 7 days'],
    ]);
  });

  describe('since nobody knows', () => {
    judged([
      [none('unread'), { calls: [call(LIST, 'TooManyRequestsException', ofCode)] }, 'true'],
      [none('unread'), {}, 'true'],
      [none('unread'), { calls: Array(12).fill(listed) }, 'true'],
      [none('unread'), { calls: [listed] }, `${LIST} was answered`],
      [none('unclear'), { calls: [{ ...taken, error: 'no answer' }] }, 'true'],
    ]);
  });
});

describe('details that follow', () => {
  const follow: Claim = { claim: 'detailsFollow' };
  const sent = (body: object, error?: string) => ({
    calls: [call('sqs:SendMessage', error, { MessageBody: JSON.stringify(body) })],
  });
  const NOT_SENT = 'no message that adds the details was sent to a queue';
  judged([
    [follow, sent({ requestDetails: { attempt: 1 } }), 'true'],
    [follow, sent({ requestDetails: { attempt: 1 } }, 'ThrottlingException'), NOT_SENT],
    [follow, sent({ retry: {} }), NOT_SENT],
    [follow, {}, NOT_SENT],
    [follow, having(), NOT_SENT],
    [follow, having({ requestedAt: new Date('2026-03-02T09:10:00Z') }), 'true'],
  ]);
});

describe('what was asked for in the incident', () => {
  const asked: Claim = { claim: 'asked', code: CODE, value: 12_500, was: 10_000 };
  judged([
    [asked, having(), 'true'],
    [asked, having({ status: 'DENIED' }), 'true'],
    [asked, having({ desiredValue: 12_000 }), 'no case was told of the incident'],
    [asked, having({ quotaCode: 'L-3DCCFAA4' }), 'no case was told of the incident'],
  ]);
});

describe('cases', () => {
  const subject = 'Acme - Bedrock Ops Alert - G-Opus-4-6 - Quota Request - us-east-1';
  const noCase: Claim = { claim: 'noCase', subject, why: 'quota-request', telling: 1 };
  const updated: Claim = { claim: 'case', subject, displayId: '17725482801', is: 'updated', telling: 1 };
  const ofAws: CaseSeen = {
    displayId: '17725482801',
    subject: 'Quota increase request: Amazon Bedrock',
    createdAt: new Date(NOW),
    isResolved: false,
    communications: ['Quota increase', 'Incident reference: 0123456789ab'],
  };
  const unknown = 'AWS Support has no case 17725482801 of that subject';
  judged([
    [noCase, { calls: [call(ASK, 'ServiceException', ofCode)] }, 'true'],
    [noCase, { calls: [listed, taken] }, 'all calls of servicequotas: were answered'],
    [updated, { ...having(), cases: [ofAws] }, 'true'],
    [updated, { ...having({ quotaCode: 'L-0123ABCD' }), cases: [ofAws] }, unknown],
    [updated, { ...having({ caseId: '18' }), cases: [ofAws] }, unknown],
    [
      { ...updated, subject: subject.replace('Quota', 'Investigation') },
      { ...having(), cases: [ofAws] },
      unknown,
    ],
  ]);
});
