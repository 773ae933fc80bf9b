// The variables must be set before the handler reads them.
import './environment';

import { beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { now } from '../../lambda/ports/clock';
import { type Answer, answerCloudFormation } from '../../lambda/ports/cloudformation';
import { deleteParameters, getParameters, putParameter } from '../../lambda/ports/parameters';
import { sendLater } from '../../lambda/ports/queue';
import { readDefaultQuota, readQuota } from '../../lambda/ports/quotas';
import { handler } from '../../lambda/quota-calculator/handler';
import { ParameterStore } from './parameter-store';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;
jest.mock('../../lambda/ports/clock', () => ({ now: jest.fn() }));
jest.mock('../../lambda/ports/cloudformation', () => ({ answerCloudFormation: jest.fn() }));
jest.mock('../../lambda/ports/logger', () => ({ logger: { addContext: jest.fn(), error: jest.fn() } }));
jest.mock('../../lambda/ports/parameters', () => ({
  deleteParameters: jest.fn(),
  getParameters: jest.fn(),
  putParameter: jest.fn(),
}));
jest.mock('../../lambda/ports/queue', () => ({ sendLater: jest.fn() }));
jest.mock('../../lambda/ports/quotas', () => ({
  listQuotas: jest.fn(),
  readDefaultQuota: jest.fn(),
  readQuota: jest.fn(),
}));

/** A quota of which a test looks at some figures only. */
const ANY = { name: 'any', value: 0, isDefault: true, awsDefault: 0, isAdjustable: true };

let store: ParameterStore;

beforeEach(() => {
  jest.resetAllMocks();
  store = new ParameterStore();
  jest.mocked(now).mockReturnValue(new Date('2026-03-02T09:15:30Z'));
  jest.mocked(getParameters).mockImplementation(store.getParameters);
  jest.mocked(putParameter).mockImplementation(store.putParameter);
  jest.mocked(deleteParameters).mockImplementation(store.deleteParameters);
  jest.mocked(readQuota).mockImplementation(async (code) => ({
    code,
    name: `Cross-region model inference ${code === 'L-A52F3C5A' ? 'requests' : 'tokens'} per minute for Anthropic Claude Opus 4.6`,
    value: code === 'L-A52F3C5A' ? 10_000 : 6_250_000,
    isDefault: false,
    awsDefault: undefined,
    isAdjustable: true,
  }));
  jest.mocked(readDefaultQuota).mockImplementation(async (code) => ({ code, ...ANY, value: 200 }));
});

const ARN = 'arn:aws:lambda:us-east-1:111122223333:function:Acme-Bedrock-OpsAlert-quota-calculator';
const FIRST_ID = 'Acme-G-Opus-4-6-thresholds';

/** CloudFormation hands every property over as a string. */
const asked = {
  ServiceToken: ARN,
  ResponseURL: 'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/signed',
  StackId: 'arn:aws:cloudformation:us-east-1:111122223333:stack/Acme-Bedrock-OpsAlert-G-Opus-4-6/1',
  RequestId: 'b2f1',
  LogicalResourceId: 'Thresholds',
  ResourceType: 'Custom::BedrockQuotaThresholds',
  ResourceProperties: {
    ServiceToken: ARN,
    Customer: 'Acme',
    ModelName: 'G-Opus-4-6',
    ModelId: 'us.anthropic.claude-opus-4-6-v1',
    RpmQuotaCode: 'L-A52F3C5A',
    TpmQuotaCode: 'L-0AD9BC40',
    AcceptQuotaCodeMismatch: 'false',
    RpmThresholdPercent: '80',
    QuotaAlarmsHash: 'a property that only CloudFormation looks at',
    AnswerFormat: 'another one',
    TpmThresholdPercent: '80',
  },
};

const create: CloudFormationCustomResourceEvent = { ...asked, RequestType: 'Create' };
const update: CloudFormationCustomResourceEvent = {
  ...asked,
  RequestType: 'Update',
  PhysicalResourceId: 'the-id-of-its-creation',
  OldResourceProperties: asked.ResourceProperties,
};
const remove: CloudFormationCustomResourceEvent = {
  ...asked,
  RequestType: 'Delete',
  PhysicalResourceId: 'the-id-of-its-creation',
};

const contextWith = (remainingMs: number): Context => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'Acme-Bedrock-OpsAlert-quota-calculator',
  functionVersion: '$LATEST',
  invokedFunctionArn: ARN,
  memoryLimitInMB: '256',
  awsRequestId: 'r1',
  logGroupName: 'g',
  logStreamName: 's',
  getRemainingTimeInMillis: () => remainingMs,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
});

/** The one answer that CloudFormation got to a request. */
async function answerTo(
  event: CloudFormationCustomResourceEvent,
  remainingMs = 60_000,
): Promise<{ id: string; answer: Answer }> {
  await handler(event, contextWith(remainingMs));
  const { calls } = jest.mocked(answerCloudFormation).mock;
  const [call] = calls;
  if (call === undefined || calls.length > 1) throw new Error(`CloudFormation got ${calls.length} answers`);
  const [about, id, answer] = call;
  expect(about).toBe(event);
  return { id, answer };
}

const reasonOf = (answer: Answer): string => (answer.Status === 'FAILED' ? answer.Reason : 'no failure');

describe('CloudFormation is answered', () => {
  test('on Create with the thresholds, under a first id', async () => {
    expect(await answerTo(create)).toEqual({
      id: FIRST_ID,
      answer: {
        Status: 'SUCCESS',
        Data: {
          RpmThreshold: '8000',
          RpmFactor: '1',
          RpmQuotaCode: 'L-A52F3C5A',
          RpmRemark: expect.stringMatching(/^Its quota is .*\.$/),
          RpmQuotaValue: '10000',
          RpmAwsDefault: '200',
          TpmThreshold: '5000000',
          TpmFactor: '1',
          TpmQuotaCode: 'L-0AD9BC40',
          TpmRemark: expect.stringMatching(/^Its quota is .*\.$/),
          TpmQuotaValue: '6250000',
          TpmAwsDefault: '200',
        },
      },
    });
    expect(store.values.get('/Acme/bedrock/quota-monitoring/G-Opus-4-6/thresholds/last-updated')).toBe(
      '2026-03-02T09:15:30.000Z',
    );
  });

  test('on Update with the thresholds, under the id that the resource has', async () => {
    const { id, answer } = await answerTo(update);
    expect([id, answer.Status]).toEqual(['the-id-of-its-creation', 'SUCCESS']);
  });

  test('on Delete once the parameters are gone', async () => {
    await answerTo(create);
    jest.mocked(answerCloudFormation).mockReset();
    expect(await answerTo(remove)).toEqual({
      id: 'the-id-of-its-creation',
      answer: { Status: 'SUCCESS', Data: {} },
    });
    expect(store.values.size).toBe(0);
    expect(jest.mocked(readQuota)).toHaveBeenCalledTimes(2);
  });

  test('for a model without an RPM quota', async () => {
    const properties = { ...asked.ResourceProperties, RpmQuotaCode: 'NA' };
    expect((await answerTo({ ...create, ResourceProperties: properties })).answer).toMatchObject({
      Status: 'SUCCESS',
      Data: {
        RpmThreshold: '0',
        RpmFactor: '0',
        RpmQuotaCode: 'NA',
        RpmQuotaValue: 'NA',
        RpmAwsDefault: 'NA',
        TpmThreshold: '5000000',
        TpmFactor: '1',
      },
    });
  });

  test('and the processor is told of a quota of 0, with the id of the request', async () => {
    jest.mocked(readQuota).mockImplementation(async (code) => ({ code, ...ANY }));
    const properties = { ...asked.ResourceProperties, AcceptQuotaCodeMismatch: 'true' };
    await answerTo({ ...create, ResourceProperties: properties });
    expect(jest.mocked(sendLater).mock.calls.map(([, message]) => JSON.parse(message))).toEqual([
      { noCapacity: { model: 'G-Opus-4-6', quotas: ['RPM', 'TPM'], requestId: 'b2f1' } },
    ]);
  });
});

describe('CloudFormation is told of a failure', () => {
  test('in the one sentence about a wrong code, with nothing around it', async () => {
    jest.mocked(readQuota).mockResolvedValue(undefined);
    const { id, answer } = await answerTo(create);
    expect(id).toBe(FIRST_ID);
    expect(reasonOf(answer)).toMatch(
      /^rpmQuotaCode L-A52F3C5A of model G-Opus-4-6: Service Quotas knows no such/,
    );
  });

  test.each([
    ['Create', create, FIRST_ID],
    ['Update', update, 'the-id-of-its-creation'],
  ])('of AWS on %s, with its name', async (_type, event, id) => {
    const throttled = Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' });
    jest.mocked(readQuota).mockRejectedValue(throttled);
    const failed = await answerTo(event);
    expect(failed.id).toBe(id);
    expect(reasonOf(failed.answer)).toContain('(TooManyRequestsException: Rate exceeded)');
  });

  test('of AWS on Delete', async () => {
    jest.mocked(deleteParameters).mockRejectedValue(new Error('AccessDenied'));
    expect(reasonOf((await answerTo(remove)).answer)).toContain('AccessDenied');
  });

  test.each([['0'], ['101'], ['80.5'], ['most']])('when a percent is %s', async (RpmThresholdPercent) => {
    const properties = { ...asked.ResourceProperties, RpmThresholdPercent };
    const { answer } = await answerTo({ ...create, ResourceProperties: properties });
    expect(reasonOf(answer)).toContain('RpmThresholdPercent');
    expect(store.writes).toEqual([]);
  });

  test('when the model stack is older than the foundation: both are to be deployed', async () => {
    const { ModelId, AcceptQuotaCodeMismatch, ...older } = asked.ResourceProperties;
    const { answer } = await answerTo({ ...update, ResourceProperties: older });
    expect(reasonOf(answer)).toContain('ModelId');
    expect(reasonOf(answer)).toContain('deploy foundation and model stack of the same version');
    expect(store.writes).toEqual([]);
  });

  test('even when AWS never answers the calculator, while 10 s are left to tell it', async () => {
    jest.mocked(readQuota).mockReturnValue(new Promise(() => undefined));
    const { answer } = await answerTo(create, 10_000);
    expect(reasonOf(answer)).toContain('AWS did not answer the quota calculator in time');
  }, 3_000);

  test('is told again by Lambda’s retry when CloudFormation does not take the answer', async () => {
    jest.mocked(answerCloudFormation).mockRejectedValue(new Error('HTTP 503'));
    await expect(handler(create, contextWith(60_000))).rejects.toThrow('HTTP 503');
  });
});
