import {
  GetRequestedServiceQuotaChangeCommand,
  GetServiceQuotaCommand,
  ListRequestedServiceQuotaChangeHistoryByQuotaCommand,
  ListRequestedServiceQuotaChangeHistoryCommand,
  paginateListRequestedServiceQuotaChangeHistory,
  type RequestedServiceQuotaChange,
  RequestServiceQuotaIncreaseCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import {
  AddCommunicationToCaseCommand,
  CreateCaseCommand,
  DescribeCasesCommand,
  DescribeCommunicationsCommand,
  SupportClient,
} from '@aws-sdk/client-support';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Access } from '../../../rehearsal/engine/access';
import { Agenda } from '../../../rehearsal/engine/agenda';
import { DeployedFunction } from '../../../rehearsal/engine/deployed-function';
import { Endpoint } from '../../../rehearsal/engine/endpoint';
import type { LocalRegion } from '../../../rehearsal/engine/local-region';
import { readIdentityPolicy } from '../../../rehearsal/iam/policy';
import type { CallFault } from '../../../rehearsal/scenario/scenario';
import type { QuotaRequestsOptions } from '../../../rehearsal/services/quota-requests';
import { emptyRegion } from './regions';

const START = new Date('2026-03-02T09:00:00Z');
const ROLE = 'arn:aws:iam::111122223333:role/r';
const RPM = 'L-3DD46812';
const TPM = 'L-3DCCFAA4';
const QUOTA_ARN = `arn:aws:servicequotas:us-east-1:111122223333:bedrock/${RPM}`;
const LINKED_ROLE =
  'arn:aws:iam::111122223333:role/aws-service-role/servicequotas.amazonaws.com/AWSServiceRoleForServiceQuotas';

let region: LocalRegion;
let agenda: Agenda;
let access: Access;
let endpoint: Endpoint;
let quotas: ServiceQuotasClient;
let support: SupportClient;

const allow = (...statements: readonly (readonly [action: string, resource: string, condition?: object])[]) =>
  region.rolePolicies.set(ROLE, [
    readIdentityPolicy(
      {
        Statement: statements.map(([Action, Resource, Condition]) => ({
          Effect: 'Allow',
          Action,
          Resource,
          ...(Condition === undefined ? {} : { Condition }),
        })),
      },
      'p',
    ),
  ]);

/** A Region with RPM at 10,000 and TPM at 0 of 300,000, and a function that may do everything. */
async function begin(options: Partial<QuotaRequestsOptions> = {}, faults: readonly CallFault[] = []) {
  agenda = new Agenda(START);
  const lag = { listMs: 60_000, lookupMs: 0 };
  region = emptyRegion({ lag, quotaRequests: { clock: agenda, ...options } });
  region.serviceQuotas.setQuota(RPM, 10_000);
  region.serviceQuotas.setQuota(TPM, { value: 0, default: 300_000 });
  allow(['*', '*']);
  const settings = {
    name: 'f',
    label: 'f',
    codeFolder: '',
    handler: 'index.handler',
    roleArn: ROLE,
    timeoutSeconds: 30,
    memoryMb: 128,
    logGroup: 'g',
    variables: {},
  };
  const host = { url: '', clock: new Float64Array(1), newAccessKeyId: () => 'ASIA1' };
  const deployed = new DeployedFunction(settings, region, host);
  access = new Access(() => undefined);
  endpoint = await Endpoint.start({
    now: () => agenda.now,
    start: START,
    access,
    faults,
    invocationOf: () => ({ deployed, calls: [], logs: [], enqueue: ({ serve }) => serve(), kill: () => {} }),
    onCarriedOut: () => {},
    onCloudFormationAnswer: () => {},
    onNotRehearsed: (error) => {
      throw error;
    },
  });
  const client = {
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'ASIA1', secretAccessKey: 's' },
    maxAttempts: 1,
  };
  quotas = new ServiceQuotasClient(client);
  support = new SupportClient(client);
}

function end() {
  quotas.destroy();
  support.destroy();
  endpoint.stop();
}

beforeEach(() => begin());
afterEach(end);

/** Begins anew, with an account that is another. */
async function instead(...settings: Parameters<typeof begin>) {
  end();
  await begin(...settings);
}

const ask = async (QuotaCode: string, DesiredValue: number, more: { SupportCaseAllowed?: boolean } = {}) => {
  const input = { ServiceCode: 'bedrock', QuotaCode, DesiredValue, ...more };
  const { RequestedQuota } = await quotas.send(new RequestServiceQuotaIncreaseCommand(input));
  return RequestedQuota ?? {};
};

/** The name of the error that the SDK throws, or that there was none. */
const answerTo = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'accepted',
    ({ name }: Error) => name,
  );

const later = (seconds: number) => agenda.playUntil(new Date(START.getTime() + seconds * 1000));

const read = async (RequestId: string | undefined) => {
  const { RequestedQuota } = await quotas.send(new GetRequestedServiceQuotaChangeCommand({ RequestId }));
  return RequestedQuota ?? {};
};

const caseOf = async (displayId: string | undefined, includeResolvedCases = false) => {
  const { cases = [] } = await support.send(new DescribeCasesCommand({ displayId, includeResolvedCases }));
  return cases[0] ?? {};
};

describe('a request', () => {
  test('is pending, and after 20 seconds AWS has opened a case for it', async () => {
    const asked = await ask(RPM, 12_500);
    expect(asked).toEqual({
      Id: expect.stringMatching(/^[0-9a-f]{40}$/),
      ServiceCode: 'bedrock',
      ServiceName: 'Amazon Bedrock',
      QuotaCode: RPM,
      QuotaName: 'Global cross-region model inference requests per minute for Anthropic Claude Opus 4.6 V1',
      DesiredValue: 12_500,
      Status: 'PENDING',
      Created: START,
      LastUpdated: START,
      QuotaArn: QUOTA_ARN,
      GlobalQuota: false,
      Unit: 'None',
      QuotaRequestedAtLevel: 'ACCOUNT',
    });
    await later(19);
    expect(await read(asked.Id)).toEqual(asked);
    await later(20);
    expect(await read(asked.Id)).toEqual({
      ...asked,
      Status: 'CASE_OPENED',
      CaseId: expect.stringMatching(/^[1-9]\d{14}$/),
      LastUpdated: new Date('2026-03-02T09:00:20Z'),
    });
  });

  test('has the same ids in every play', async () => {
    const ids = async () => {
      const { Id } = await ask(RPM, 12_500);
      await later(20);
      return [Id, (await read(Id)).CaseId];
    };
    const first = await ids();
    await instead();
    expect(await ids()).toEqual(first);
  });

  test.each([
    ['what is applied', RPM, 10_000, 'IllegalArgumentException'],
    ['one more', RPM, 10_001, 'accepted'],
    ['more than what is applied, but the default', TPM, 300_000, 'IllegalArgumentException'],
    ['one more than the default', TPM, 300_001, 'accepted'],
    ['less than nothing', RPM, -1, 'IllegalArgumentException'],
    ['a quota that does not exist', 'L-00000000', 5, 'NoSuchResourceException'],
  ])('for %s', async (_, code, value, answer) => {
    expect(await answerTo(ask(code, value))).toBe(answer);
    expect(region.serviceQuotas.requests()).toHaveLength(answer === 'accepted' ? 1 : 0);
  });

  test('for less than what is applied, though it is more than the default', async () => {
    region.serviceQuotas.setQuota(TPM, { value: 500_000 });
    expect(await answerTo(ask(TPM, 500_000))).toBe('IllegalArgumentException');
    expect(await answerTo(ask(TPM, 500_001))).toBe('accepted');
  });

  test('for a quota of which only the default is known', async () => {
    region.serviceQuotas.setQuota('L-00000001', { name: 'New', default: 200 });
    expect(await answerTo(ask('L-00000001', 201))).toBe('accepted');
  });

  test('for a quota that is not adjustable', async () => {
    region.serviceQuotas.setQuota(RPM, { value: 10_000, adjustable: false });
    expect(await answerTo(ask(RPM, 12_500))).toBe('IllegalArgumentException');
    const quota = await quotas.send(new GetServiceQuotaCommand({ ServiceCode: 'bedrock', QuotaCode: RPM }));
    expect(quota.Quota).toMatchObject({ Value: 10_000, Adjustable: false });
  });

  test('is refused while one is open for the quota, and not when it is over', async () => {
    await ask(RPM, 12_500);
    expect(await answerTo(ask(RPM, 13_000))).toBe('ResourceAlreadyExistsException');
    expect(await answerTo(ask(TPM, 400_000))).toBe('accepted');
    await later(20);
    expect(await answerTo(ask(RPM, 13_000))).toBe('ResourceAlreadyExistsException');
    region.serviceQuotas.answerRequest(RPM, { status: 'DENIED' });
    expect(await answerTo(ask(RPM, 13_000))).toBe('accepted');
  });

  test.each([
    ['20 are open in the account', {}, 20],
    ['as many are open as the Region may have', { limits: { account: 20, region: 2 } }, 2],
  ])('is refused while %s', async (_, options, limit) => {
    await instead(options);
    const codes = Array.from({ length: limit + 1 }, (_, index) => `L-${String(index).padStart(8, '0')}`);
    for (const code of codes) region.serviceQuotas.setQuota(code, { name: 'Many', value: 1 });
    for (const code of codes.slice(0, limit)) expect(await answerTo(ask(code, 2))).toBe('accepted');
    expect(await answerTo(ask(codes[limit] ?? '', 2))).toBe('QuotaExceededException');
    region.serviceQuotas.answerRequest(codes[0] ?? '', { status: 'APPROVED' });
    expect(await answerTo(ask(codes[limit] ?? '', 2))).toBe('accepted');
  });

  test('without a case where none is allowed is not approved', async () => {
    const { Id } = await ask(RPM, 12_500, { SupportCaseAllowed: false });
    await later(20);
    expect(await read(Id)).toMatchObject({ Status: 'NOT_APPROVED' });
    expect(region.support.cases()).toEqual([]);
  });

  test('that nobody made', async () => {
    expect(await answerTo(read('0123456789abcdef'))).toBe('NoSuchResourceException');
  });
});

describe('the history', () => {
  const codesOf = (requests: readonly RequestedServiceQuotaChange[] | undefined) =>
    requests?.map(({ QuotaCode }) => QuotaCode);

  test('has every request, the newest first, by quota and by status', async () => {
    await ask(RPM, 12_500);
    await later(30);
    await ask(TPM, 400_000);
    const history = async (input: object) => {
      const command = new ListRequestedServiceQuotaChangeHistoryCommand(input);
      return codesOf((await quotas.send(command)).RequestedQuotas);
    };
    expect(await history({})).toEqual([TPM, RPM]);
    expect(await history({ ServiceCode: 'bedrock', Status: 'CASE_OPENED' })).toEqual([RPM]);
    expect(await history({ QuotaRequestedAtLevel: 'RESOURCE' })).toEqual([]);
    expect(await answerTo(history({ ServiceCode: 'ec2' }))).toBe('NoSuchResourceException');
    const ofQuota = async (QuotaCode: string) => {
      const input = { ServiceCode: 'bedrock', QuotaCode };
      const command = new ListRequestedServiceQuotaChangeHistoryByQuotaCommand(input);
      return codesOf((await quotas.send(command)).RequestedQuotas);
    };
    expect(await ofQuota(RPM)).toEqual([RPM]);
    expect(await answerTo(ofQuota('L-00000000'))).toBe('NoSuchResourceException');
  });

  test('comes in pages', async () => {
    for (let value = 10_001; value <= 10_005; value += 1) {
      await ask(RPM, value);
      region.serviceQuotas.answerRequest(RPM, { status: 'DENIED' });
    }
    const sizes: number[] = [];
    const pages = paginateListRequestedServiceQuotaChangeHistory({ client: quotas, pageSize: 2 }, {});
    for await (const { RequestedQuotas = [] } of pages) sizes.push(RequestedQuotas.length);
    expect(sizes).toEqual([2, 2, 1]);
  });
});

describe('the case of a request', () => {
  test('is of AWS, and gets an automatic reply after a minute', async () => {
    const { Id } = await ask(RPM, 12_500);
    await later(20);
    const { CaseId } = await read(Id);
    const opened = await caseOf(CaseId);
    expect(opened).toMatchObject({
      displayId: CaseId,
      caseId: expect.stringMatching(/^case-111122223333-muen-2026-/),
      subject: expect.stringContaining('requests per minute for Anthropic Claude Opus 4.6 V1, us-east-1'),
      status: 'opened',
      submittedBy: 'Amazon Web Services',
      recentCommunications: {
        communications: [
          { submittedBy: 'Amazon Web Services', body: expect.stringContaining('Requested value: 12,500') },
        ],
      },
    });
    await later(79);
    expect((await caseOf(CaseId)).status).toBe('opened');
    await later(80);
    expect(await caseOf(CaseId)).toMatchObject({
      status: 'pending-customer-action',
      recentCommunications: {
        communications: [{ body: expect.stringContaining('average input tokens') }, {}],
      },
    });
  });

  test('takes communications, which the automatic reply does not wait for', async () => {
    const { Id } = await ask(RPM, 12_500);
    await later(20);
    const { caseId } = await caseOf((await read(Id)).CaseId);
    await support.send(new AddCommunicationToCaseCommand({ caseId, communicationBody: 'Peak: 9,500 RPM' }));
    await later(80);
    const { communications = [] } = await support.send(new DescribeCommunicationsCommand({ caseId }));
    expect(communications.map(({ submittedBy }) => submittedBy)).toEqual([
      'Amazon Web Services',
      'owner@account.example',
      'Amazon Web Services',
    ]);
  });

  test('ends the request where somebody resolves it, and gets no reply then', async () => {
    const { Id } = await ask(RPM, 12_500);
    await later(20);
    region.support.resolveAll(agenda.now);
    await later(80);
    expect(await read(Id)).toMatchObject({
      Status: 'CASE_CLOSED',
      LastUpdated: new Date('2026-03-02T09:00:20Z'),
    });
    expect(region.support.cases()[0]?.communications).toHaveLength(1);
    expect(region.serviceQuotas.quota(RPM)?.value).toBe(10_000);
  });

  test('is not listed in its first minute, though it can be looked up', async () => {
    const { Id } = await ask(RPM, 12_500);
    const listed = async () => (await support.send(new DescribeCasesCommand({}))).cases?.length;
    await later(79);
    expect(await listed()).toBe(0);
    expect(await caseOf((await read(Id)).CaseId)).toMatchObject({ status: 'opened' });
    await later(80);
    expect(await listed()).toBe(1);
  });

  test('is not counted among those that a caller may create in an hour', async () => {
    const codes = Array.from({ length: 11 }, (_, index) => `L-${String(index).padStart(8, '0')}`);
    for (const code of codes) region.serviceQuotas.setQuota(code, { name: 'Many', value: 1 });
    for (const code of codes) await ask(code, 2);
    await later(20);
    const create = new CreateCaseCommand({ subject: 'Ours', communicationBody: 'Please look.' });
    expect(await answerTo(support.send(create))).toBe('accepted');
  });
});

describe('an answer', () => {
  test.each([
    ['approves what was asked for', { status: 'APPROVED' }, 12_500],
    ['approves a part', { status: 'APPROVED', value: 11_000 }, 11_000],
    ['denies', { status: 'DENIED' }, 10_000],
    ['closes the case without a word', { status: 'CASE_CLOSED' }, 10_000],
    ['closes the case with a part', { status: 'CASE_CLOSED', value: 11_000 }, 11_000],
  ] as const)('%s', async (_, answer, applied) => {
    const { Id } = await ask(RPM, 12_500);
    await later(100);
    region.serviceQuotas.answerRequest(RPM, { reply: 'As follows.', ...answer });
    const { Status, CaseId, DesiredValue } = await read(Id);
    expect([Status, DesiredValue]).toEqual([answer.status, 12_500]);
    expect(region.serviceQuotas.quota(RPM)).toMatchObject({ value: applied, default: 10_000 });
    const { status, recentCommunications } = await caseOf(CaseId, true);
    expect(status).toBe('resolved');
    expect(recentCommunications?.communications?.[0]?.body).toBe('As follows.');
  });

  test('comes before the case, which is then never opened', async () => {
    const { Id } = await ask(RPM, 12_500);
    await later(10);
    expect(() => region.serviceQuotas.answerRequest(RPM, { status: 'DENIED', reply: 'No.' })).toThrow(
      'has no case yet',
    );
    region.serviceQuotas.answerRequest(RPM, { status: 'APPROVED' });
    await later(100);
    expect(await read(Id)).toMatchObject({ Status: 'APPROVED' });
    expect(region.support.cases()).toEqual([]);
  });

  test('needs an open request', () => {
    expect(() => region.serviceQuotas.answerRequest(RPM, { status: 'APPROVED' })).toThrow(
      `No request for ${RPM}`,
    );
  });
});

describe('permissions', () => {
  test.each([
    ['the quota', [['servicequotas:RequestServiceQuotaIncrease', QUOTA_ARN]], 'accepted'],
    [
      'the service',
      [
        [
          'servicequotas:RequestServiceQuotaIncrease',
          '*',
          { StringEquals: { 'servicequotas:service': 'bedrock' } },
        ],
      ],
      'accepted',
    ],
    ['another quota', [['servicequotas:*', QUOTA_ARN.replace(RPM, TPM)]], 'AccessDeniedException'],
  ] as const)('for %s', async (_, statements, answer) => {
    allow(...statements);
    expect(await answerTo(ask(RPM, 12_500))).toBe(answer);
    expect(access.denied()).toHaveLength(answer === 'accepted' ? 0 : 1);
  });

  test('without the role of Service Quotas whoever may create it makes it, once', async () => {
    await instead({ hasServiceLinkedRole: false });
    const request = ['servicequotas:*', '*'] as const;
    const condition = { StringLike: { 'iam:AWSServiceName': 'servicequotas.amazonaws.com' } };
    allow(request);
    expect(await answerTo(ask(RPM, 12_500))).toBe('DependencyAccessDeniedException');
    expect(access.denied()).toEqual([]);
    allow(request, ['iam:CreateServiceLinkedRole', LINKED_ROLE, condition]);
    expect(await answerTo(ask(RPM, 12_500))).toBe('accepted');
    allow(request);
    expect(await answerTo(ask(TPM, 400_000))).toBe('accepted');
  });
});

test('a fault may strike a request after AWS took it', async () => {
  const fault: CallFault = {
    line: 1,
    service: 'servicequotas',
    operation: 'RequestServiceQuotaIncrease',
    error: 'ServiceException',
    times: 1,
    effect: 'after',
    kind: 'error',
  };
  await instead({}, [fault]);
  expect(await answerTo(ask(RPM, 12_500))).toBe('ServiceException');
  expect(await answerTo(ask(RPM, 12_500))).toBe('ResourceAlreadyExistsException');
});
