import { describe, expect, test } from '@jest/globals';
import { attendMessage } from '../../lambda/contract/attend-message';
import { caseRetryMessage } from '../../lambda/contract/case-retry';
import { type NoCapacity, noCapacityText } from '../../lambda/contract/no-capacity';
import { parseProcessorMessage } from '../../lambda/contract/processor-message';
import { type QuotaAnswer, quotaAnswerText } from '../../lambda/contract/quota-answer';
import { type RequestDetails, requestDetailsText } from '../../lambda/contract/request-details';
import { type ThresholdDrift, thresholdDriftText } from '../../lambda/contract/threshold-drift';

/** What the composite publishes, and SNS hands to the queue as it is. */
const COMPOSITE = {
  AlarmName: 'Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6',
  AlarmDescription: 'Is in ALARM while any alarm of the Bedrock model G-Opus-4-6 is.',
  AWSAccountId: '111122223333',
  NewStateValue: 'ALARM',
  NewStateReason:
    'arn:aws:cloudwatch:us-east-1:111122223333:alarm:Acme-Bedrock-Throttles-Critical-G-Opus-4-6 transitioned to ALARM at Monday 02 March, 2026 09:06:00 UTC',
  StateChangeTime: '2026-03-02T09:06:00.640+0000',
  Region: 'US East (N. Virginia)',
  AlarmArn: 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6',
  OKActions: [],
  AlarmActions: ['arn:aws:sns:us-east-1:111122223333:Acme-Bedrock-OpsAlert-raw-alarms'],
  InsufficientDataActions: [],
  OldStateValue: 'OK',
  AlarmRule: 'ALARM("Acme-Bedrock-Throttles-Critical-G-Opus-4-6")',
  TriggeringChildren: [
    {
      Arn: 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:Acme-Bedrock-Throttles-Critical-G-Opus-4-6',
      State: { Value: 'ALARM', Timestamp: '2026-03-02T09:06:00.640+0000' },
    },
  ],
};

/** What EventBridge hands to the queue when a child changes its state. */
const CHILD = {
  version: '0',
  id: 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92',
  'detail-type': 'CloudWatch Alarm State Change',
  source: 'aws.cloudwatch',
  account: '111122223333',
  time: '2026-03-02T09:06:20Z',
  region: 'us-east-1',
  resources: ['arn:aws:cloudwatch:us-east-1:111122223333:alarm:Acme-Bedrock-HighLatency-Warning-G-Opus-4-6'],
  detail: {
    alarmName: 'Acme-Bedrock-HighLatency-Warning-G-Opus-4-6',
    configuration: {
      description: 'high latency',
      metrics: [
        {
          id: '30b6c1b2-a864-43a2-4877-c09a1afc3b87',
          metricStat: {
            metric: {
              dimensions: { ModelId: 'global.anthropic.claude-opus-4-6-v1' },
              name: 'InvocationLatency',
              namespace: 'AWS/Bedrock',
            },
            period: 300,
            stat: 'Average',
          },
          returnData: true,
        },
      ],
    },
    previousState: { reason: '…', timestamp: '2026-03-01T13:56:40.987+0000', value: 'OK' },
    state: {
      value: 'ALARM',
      timestamp: '2026-03-02T09:06:20.989+0000',
      reason: 'Threshold Crossed: 2 datapoints were greater than the threshold (240000.0).',
      reasonData: '{"version":"1.0","statistic":"Average","period":300,"threshold":240000.0}',
    },
  },
};

const RETRY = {
  attempt: 1,
  model: 'G-Opus-4-6',
  reference: '3f9a27c1e5b0',
  telling: 1,
  openedAt: '2026-03-02T09:06:00.000Z',
  alarms: [{ alarm: 'Throttles', since: '2026-03-02T09:06:00.000Z' }],
};

const DETAILS: RequestDetails = {
  ...RETRY,
  requests: [
    {
      quota: 'RPM',
      code: 'L-A52F3C5A',
      id: '5a3f0c9e',
      desired: 12_500,
      since: '2026-03-02T09:06:32.000Z',
      is: 'made',
    },
  ],
};

const ANSWER: QuotaAnswer = {
  id: '5a3f0c9e',
  code: 'L-A52F3C5A',
  quota: 'RPM',
  requestedAt: '2026-03-02T09:06:32.000Z',
  models: [{ model: 'G-Opus-4-6', was: 10_000, threshold: 8_000 }, { model: 'Opus' }],
};

const parse = (message: unknown) => parseProcessorMessage(JSON.stringify(message));

describe('a message of the queue', () => {
  test('may be of a composite', () => {
    expect(parse(COMPOSITE)).toEqual({
      kind: 'composite',
      message: {
        alarmName: 'Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6',
        state: 'ALARM',
        previousState: 'OK',
        changedAt: new Date('2026-03-02T09:06:00.640Z'),
        children: [
          {
            alarmName: 'Acme-Bedrock-Throttles-Critical-G-Opus-4-6',
            since: new Date('2026-03-02T09:06:00.640Z'),
          },
        ],
      },
    });
  });

  test('may be of a child', () => {
    expect(parse(CHILD)).toEqual({
      kind: 'child',
      event: {
        alarmName: 'Acme-Bedrock-HighLatency-Warning-G-Opus-4-6',
        state: 'ALARM',
        changedAt: new Date('2026-03-02T09:06:20.989Z'),
      },
    });
  });

  test('may be of a child whose event says more, or less, than is used', () => {
    const { alarmName, state } = CHILD.detail;
    const detail = { alarmName, state, muteDetail: { mutedBy: 'a rule' } };
    expect(parse({ 'detail-type': CHILD['detail-type'], detail })).toEqual(parse(CHILD));
  });

  test('may ask to look at a model', () => {
    expect(parseProcessorMessage(attendMessage({ model: 'G-Opus-4-6' }))).toEqual({
      kind: 'attend',
      attend: { model: 'G-Opus-4-6', mustTell: false },
    });
  });

  test('may tell of a quota of 0', () => {
    const noCapacity: NoCapacity = { model: 'G-Opus-4-6', quotas: ['RPM', 'TPM'], requestId: 'b2f1' };
    expect(parseProcessorMessage(noCapacityText(noCapacity))).toEqual({ kind: 'no-capacity', noCapacity });
  });

  test('may tell of a usage alarm that has drifted', () => {
    const thresholdDrift: ThresholdDrift = { model: 'G-Opus-4-6', quota: 'TPM' };
    expect(parseProcessorMessage(thresholdDriftText(thresholdDrift))).toEqual({
      kind: 'threshold-drift',
      thresholdDrift,
    });
  });

  test('may try a case again', () => {
    expect(parseProcessorMessage(caseRetryMessage(RETRY))).toEqual({ kind: 'case-retry', retry: RETRY });
  });

  test('may add details to the cases of quota requests', () => {
    expect(parseProcessorMessage(requestDetailsText(DETAILS))).toEqual({
      kind: 'request-details',
      details: DETAILS,
    });
  });

  test('may tell the answer to a quota request', () => {
    expect(parseProcessorMessage(quotaAnswerText(ANSWER))).toEqual({
      kind: 'quota-answer',
      quotaAnswer: ANSWER,
    });
  });
});

describe('refused is', () => {
  test.each(['', 'Hello.', '{'])('%j, which is no JSON', (text) => {
    expect(() => parseProcessorMessage(text)).toThrow(SyntaxError);
  });

  const { alarmName, state } = CHILD.detail;
  test.each<[string, unknown]>([
    ['nothing', null],
    ['a number', 7],
    ['a list', []],
    ['an object without anything', {}],
    ['a quota of 0 without a quota', { noCapacity: { model: 'A', quotas: [], requestId: 'b2f1' } }],
    ['a quota of 0 of no deployment', { noCapacity: { model: 'A', quotas: ['TPM'] } }],
    ['a drift of no quota', { thresholdDrift: { model: 'A' } }],
    ['a drift of no model', { thresholdDrift: { quota: 'TPM' } }],
    ['a composite without a name', { ...COMPOSITE, AlarmName: undefined }],
    ['a composite that changed at no instant', { ...COMPOSITE, StateChangeTime: 'soon' }],
    ['a request to look at no model', { attend: {} }],
    ['a request to look at a number', { attend: { model: 7 } }],
    ['a retry that lacks everything', { caseRetry: {} }],
    ['details of no attempt', { requestDetails: { ...DETAILS, attempt: 0 } }],
    ['details of no alarm', { requestDetails: { ...DETAILS, alarms: [] } }],
    ['details for no request', { requestDetails: { ...DETAILS, requests: [] } }],
    [
      'details for a request that is none',
      { requestDetails: { ...DETAILS, requests: [{ ...DETAILS.requests[0], is: 'none' }] } },
    ],
    ['an answer for no model', { quotaAnswer: { ...ANSWER, models: [] } }],
    ['an answer to no request', { quotaAnswer: { ...ANSWER, id: undefined } }],
    ['a child without a detail', { ...CHILD, detail: undefined }],
    ['a child without a name', { ...CHILD, detail: { state } }],
    ['a child without a state', { ...CHILD, detail: { alarmName } }],
    [
      'a child that changed at no instant',
      { ...CHILD, detail: { alarmName, state: { ...state, timestamp: 'soon' } } },
    ],
    ['another event of CloudWatch', { ...CHILD, 'detail-type': 'CloudWatch Alarm Configuration Change' }],
  ])('%s', (_case, message) => {
    expect(() => parse(message)).toThrow();
  });
});
