import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseDocument } from 'yaml';
import { parseScenario } from '../../../rehearsal/scenario/parse-scenario';
import type { Scenario } from '../../../rehearsal/scenario/scenario';
import { parseYaml } from '../../../rehearsal/scenario/yaml-file';
import { KNOWN } from './known-names';

const FILES = join(__dirname, 'files');
const FILE = join(FILES, 'scenario.yaml');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function parse(...lines: string[]): Scenario {
  return parseScenario(['name: A story', 'start: 2026-03-02T09:00:00Z', ...lines].join('\n'), FILE, KNOWN);
}

describe('a scenario', () => {
  test('has defaults for all but name and start', () => {
    expect(parse()).toEqual({
      file: FILE,
      name: 'A story',
      start: new Date('2026-03-02T09:00:00Z'),
      settings: [],
      quotas: {},
      quotaRequests: [],
      quotaRequestCase: { caseMs: 20_000, replyMs: MINUTE },
      quotaRequestLimits: { account: 20, region: 20 },
      serviceLinkedRole: true,
      supportPlan: 'business-plus',
      supportLag: { listMs: MINUTE, lookupMs: 0 },
      models: {},
      inferenceProfiles: {},
      metricDelayMs: 0,
      deliver: { duplicate: 2, reorderMs: 30_000, skewMs: 0 },
      faults: [],
      events: [],
      cases: [],
      untilMs: 30 * MINUTE,
      expect: [],
    });
  });

  test('has inference profiles, and an event for each that is made later', () => {
    const scenario = parse(
      'inferenceProfiles:',
      '  Orders:',
      '    copyFrom: us.amazon.nova-micro-v1:0',
      '    id: a1b2c3d4e5f6',
      '    history: {interval: 1h, Invocations: 7}',
      '    series: {Invocations: 5x59}',
      '  Late One: {copyFrom: amazon.nova-micro-v1:0, from: 20m}',
      'events:',
      '  - {at: 10m, note: something}',
    );
    expect(scenario.inferenceProfiles).toEqual({
      Orders: {
        line: 4,
        copyFrom: 'us.amazon.nova-micro-v1:0',
        id: 'a1b2c3d4e5f6',
        isThere: true,
        history: { intervalMinutes: 60, series: { Invocations: [7] } },
        series: { Invocations: Array(60).fill(5) },
      },
      'Late One': { line: 9, copyFrom: 'amazon.nova-micro-v1:0', isThere: false, series: {} },
    });
    expect(scenario.events).toEqual([
      { line: 11, atMs: 10 * MINUTE, kind: 'note', text: 'something' },
      { line: 9, atMs: 20 * MINUTE, kind: 'makeProfile', profile: 'Late One' },
    ]);
    expect(scenario.untilMs).toBe(90 * MINUTE);
  });

  test('says what AWS is like', () => {
    const scenario = parse(
      'quotas: {L-3DD46812: 10000, L-3DCCFAA4: {default: 200}, L-99296DCD: {name: A, value: 0, default: 5}}',
      'supportPlan: basic',
      'supportLag: {lookup: 30s}',
      'metricDelay: 90s',
      'deliver: {duplicate: 2, reorder: 30s, skew: 1m, concurrency: 1000}',
      'cases:',
      '  - {subject: Ours, createdAt: 2026-02-01T09:00:00.250Z}',
      '  - {subject: Theirs, count: 12, createdAt: 2026-03-02T09:00Z}',
    );
    expect(scenario.quotas).toEqual({
      'L-3DD46812': { applied: 10000 },
      'L-3DCCFAA4': { default: 200 },
      'L-99296DCD': { applied: 0, default: 5, name: 'A' },
    });
    expect(scenario.supportPlan).toBe('basic');
    expect(scenario.supportLag).toEqual({ listMs: MINUTE, lookupMs: 30_000 });
    expect(scenario.metricDelayMs).toBe(90_000);
    expect(scenario.deliver).toEqual({
      duplicate: 2,
      reorderMs: 30_000,
      skewMs: 60_000,
      concurrency: 1000,
    });
    expect(scenario.cases).toEqual([
      { subject: 'Ours', count: 1, createdAt: new Date('2026-02-01T09:00:00.250Z') },
      { subject: 'Theirs', count: 12, createdAt: new Date('2026-03-02T09:00:00Z') },
    ]);
  });

  test('says what became of earlier requests for quota increases, and how AWS takes new ones', () => {
    const scenario = parse(
      'quotas: {L-3DD46812: {value: 5, adjustable: false}, L-3DCCFAA4: 9}',
      'quotaRequestCase: {after: 5s}',
      'quotaRequestLimits: {region: 2}',
      'serviceLinkedRole: false',
      'quotaRequests:',
      '  - {quotaCode: L-3DD46812, desiredValue: 7, status: DENIED, requestedAt: 2026-02-20T09:00:00Z}',
      '  - {quotaCode: L-3DD46812, desiredValue: 8, status: CASE_OPENED, requestedAt: 2026-02-27T09:00:00Z}',
      '  - {quotaCode: L-3DCCFAA4, desiredValue: 10, status: PENDING, requestedAt: 2026-03-02T09:00:00Z}',
    );
    expect(scenario.quotas['L-3DD46812']).toEqual({ applied: 5, adjustable: false });
    expect(scenario.quotaRequestCase).toEqual({ caseMs: 5000, replyMs: MINUTE });
    expect(scenario.quotaRequestLimits).toEqual({ account: 20, region: 2 });
    expect(scenario.serviceLinkedRole).toBe(false);
    expect(scenario.quotaRequests.map(({ line, status }) => [line, status])).toEqual([
      [8, 'DENIED'],
      [9, 'CASE_OPENED'],
      [10, 'PENDING'],
    ]);
    expect(scenario.quotaRequests[0]).toMatchObject({
      quotaCode: 'L-3DD46812',
      desiredValue: 7,
      requestedAt: new Date('2026-02-20T09:00:00Z'),
    });
  });

  test('has answers to requests for quota increases', () => {
    const { events } = parse(
      'until: 3h',
      'events:',
      '  - at: 3h',
      '    answerQuotaRequest:',
      '      L-3DD46812: {status: APPROVED, value: 11000, reply: A part of it.}',
      '      L-3DCCFAA4: {status: CASE_CLOSED}',
    );
    expect(events).toEqual([
      {
        line: 5,
        atMs: 3 * HOUR,
        kind: 'answerQuotaRequest',
        answers: {
          'L-3DD46812': { status: 'APPROVED', value: 11_000, reply: 'A part of it.' },
          'L-3DCCFAA4': { status: 'CASE_CLOSED' },
        },
      },
    ]);
  });

  test('has faults', () => {
    const { faults } = parse(
      'faults:',
      '  - {call: support.CreateCase, error: ThrottlingException, times: 2}',
      '  - {call: sns.Publish, error: InternalErrorException, always: true, effect: after, kind: cut}',
      '  - {call: ssm.GetParametersByPath, error: ThrottlingException, from: 5m}',
      '  - {call: sns.Publish, kind: timeout, skip: 2}',
      '  - {call: support.CreateCase, kind: kill, effect: after, skip: 0}',
    );
    expect(faults).toEqual([
      {
        line: 4,
        service: 'support',
        operation: 'CreateCase',
        error: 'ThrottlingException',
        times: 2,
        effect: 'before',
        kind: 'error',
      },
      {
        line: 5,
        service: 'sns',
        operation: 'Publish',
        error: 'InternalErrorException',
        times: Number.POSITIVE_INFINITY,
        effect: 'after',
        kind: 'cut',
      },
      expect.objectContaining({
        line: 6,
        operation: 'GetParametersByPath',
        times: 1,
        fromMs: 5 * MINUTE,
      }),
      expect.objectContaining({ line: 7, kind: 'timeout', skip: 2, times: 1 }),
      expect.objectContaining({ line: 8, kind: 'kill', effect: 'after', skip: 0 }),
    ]);
  });

  test('has events, in the order in which they happen', () => {
    const { events } = parse(
      'until: 28h',
      'events:',
      '  - {at: 3h, resolveCases: all}',
      '  - {at: 2h, setQuota: {L-3DCCFAA4: 7812500}}',
      '  - {at: 0m, setAlarm: {model: Nova, alarm: Throttles, state: AUTO}}',
      '  - {at: 2h, resolveCases: 170000000000001}',
      '  - {at: 1d, call: cloudwatch.PutMetricAlarm, with: {AlarmName: x}}',
      '  - {at: 28h, remove: {model: Nova}}',
      '  - {at: 1d, call: sns.Publish}',
      '  - {at: 26h, deploy: {models: [{name: Nova}]}}',
      '  - {at: 26h, remove: {stack: Foundation}}',
      '  - {at: 27h, remove: {stack: Foundation, force: true}}',
    );
    expect(events).toEqual([
      { line: 7, atMs: 0, kind: 'setAlarm', model: 'Nova', alarm: 'Throttles', state: 'AUTO' },
      { line: 6, atMs: 2 * HOUR, kind: 'setQuota', quotas: { 'L-3DCCFAA4': { applied: 7_812_500 } } },
      { line: 8, atMs: 2 * HOUR, kind: 'resolveCases', displayId: '170000000000001' },
      { line: 5, atMs: 3 * HOUR, kind: 'resolveCases', displayId: 'all' },
      {
        line: 9,
        atMs: 24 * HOUR,
        kind: 'call',
        service: 'cloudwatch',
        operation: 'PutMetricAlarm',
        input: { AlarmName: 'x' },
      },
      { line: 11, atMs: 24 * HOUR, kind: 'call', service: 'sns', operation: 'Publish', input: {} },
      {
        line: 12,
        atMs: 26 * HOUR,
        kind: 'deploy',
        settings: [expect.objectContaining({ value: { models: [{ name: 'Nova' }] } })],
      },
      { line: 13, atMs: 26 * HOUR, kind: 'removeStack', stack: 'Foundation', force: false },
      { line: 14, atMs: 27 * HOUR, kind: 'removeStack', stack: 'Foundation', force: true },
      { line: 10, atMs: 28 * HOUR, kind: 'remove', model: 'Nova' },
    ]);
  });

  test('has expectations', () => {
    const { expect: expectations } = parse(
      'expect:',
      '  - {alarm: Throttles, model: Nova, state: ALARM, between: [14m, 17m30s]}',
      '  - {alarm: QuotaHealth, state: OK, at: 20m}',
      '  - {never: ServerErrors}',
      '  - {case: Quota Request}',
      '  - {case: Quota Request, scenario: high_usage, count: 0, between: [0, 25m], model: Nova}',
      '  - {emails: 2, severity: CRITICAL, between: [14m, 25m], subject: Nova}',
      '  - {emails: 0}',
      '  - {threshold: TPM, value: 6250000, at: 27m, model: Nova}',
    );
    expect(expectations).toEqual([
      {
        line: 4,
        kind: 'alarmReached',
        alarm: 'Throttles',
        model: 'Nova',
        state: 'ALARM',
        between: [14 * MINUTE, 17.5 * MINUTE],
      },
      { line: 5, kind: 'alarmAt', alarm: 'QuotaHealth', state: 'OK', atMs: 20 * MINUTE },
      { line: 6, kind: 'alarmNever', alarm: 'ServerErrors' },
      { line: 7, kind: 'casesOpened', category: 'Quota Request', count: 1 },
      {
        line: 8,
        kind: 'casesOpened',
        category: 'Quota Request',
        scenario: 'high_usage',
        count: 0,
        between: [0, 25 * MINUTE],
        model: 'Nova',
      },
      {
        line: 9,
        kind: 'emailsSent',
        count: 2,
        severity: 'CRITICAL',
        between: [14 * MINUTE, 25 * MINUTE],
        subject: 'Nova',
      },
      { line: 10, kind: 'emailsSent', count: 0 },
      { line: 11, kind: 'thresholdAt', quota: 'TPM', value: 6_250_000, atMs: 27 * MINUTE, model: 'Nova' },
    ]);
  });
});

describe('settings', () => {
  test('stand in the scenario, in a file beside it, or are a list of both', () => {
    const inline = { customer: 'Acme', models: [{ name: 'Nova' }] };
    expect(parse('settings: {customer: Acme, models: [{name: Nova}]}').settings).toMatchObject([
      { value: inline },
    ]);
    expect(parse('settings: ops-alert.yaml').settings).toEqual([join(FILES, 'ops-alert.yaml')]);
    expect(
      parse('settings:', '  - ./ops-alert.yaml', '  - {customer: Acme, models: [{name: Nova}]}').settings,
    ).toMatchObject([join(FILES, 'ops-alert.yaml'), { value: inline }]);
  });

  test.each([
    ['a block', ['settings:', '  # ours', '  customer: Acme', '  models: []']],
    ['a flow', ['settings: {customer: Acme, models: []}']],
    ['an item of a list', ['settings:', '  - customer: Acme', '    models: []']],
    ['an alias', ['faults: [&ours {customer: Acme, models: []}]', 'settings: *ours']],
  ])('as %s are text that reads the same, on the same lines', (_, lines) => {
    const text = lines.join('\n');
    const { yaml } = parseYaml(text, 'scenario.yaml');
    const path = Array.isArray(Object(yaml.value).settings) ? ['settings', 0] : ['settings'];
    const excerpt = yaml.excerpt(path);
    expect(parseDocument(excerpt).toJS()).toEqual({ customer: 'Acme', models: [] });
    const lineOf = (of: string) => of.split('\n').findIndex((line) => line.includes('customer'));
    if (_ !== 'an alias') expect(lineOf(excerpt)).toBe(lineOf(text));
  });

  test('in a file leave the names of models to whoever loads it', () => {
    expect(Object.keys(parse('settings: ops-alert.yaml', 'models: {Anything: {}}').models)).toEqual([
      'Anything',
    ]);
  });

  test('of several customers allow the models of each', () => {
    const lines = [
      'settings: [{models: [{name: Nova}]}, {models: [{name: Opus}]}]',
      'models: {Nova: {}, Opus: {}}',
    ];
    expect(Object.keys(parse(...lines).models)).toEqual(['Nova', 'Opus']);
  });
});

describe('traffic', () => {
  test('is a series and its history', () => {
    const { models } = parse(
      'models:',
      '  Nova:',
      '    history: {interval: 1h, Invocations: 4000x2}',
      '    series: {Invocations: 1 2, InvocationThrottles: _x2 7}',
      '  Opus:',
      '    history: {Invocations: 5}',
    );
    expect(models).toEqual({
      Nova: {
        line: 4,
        history: { intervalMinutes: 60, series: { Invocations: [4000, 4000, 4000] } },
        series: { Invocations: [1, 2], InvocationThrottles: [undefined, undefined, 7] },
      },
      Opus: { line: 7, history: { intervalMinutes: 1, series: { Invocations: [5] } }, series: {} },
    });
  });

  test('lasts as long as the longest series, and half an hour is played after it', () => {
    const lines = [
      'models:',
      '  Nova: {series: {Invocations: 1x9}}',
      '  Opus: {series: {Invocations: 1 _x59}}',
    ];
    expect(parse(...lines).untilMs).toBe(90 * MINUTE);
    expect(parse(...lines, 'until: 5m').untilMs).toBe(5 * MINUTE);
    expect(parse('models: {Nova: {history: {Invocations: 1x500}}}').untilMs).toBe(30 * MINUTE);
  });

  test.each(['requests.csv', join(FILES, 'requests.csv')])('is a trace in %s', (file) => {
    const text = [
      'name: A trace',
      'start: 2023-11-16T18:15:00Z',
      `models: {Nova: {trace: {file: ${file}, timestamp: when, input: in, output: out, burndown: 5, latencyMs: 900}}}`,
    ].join('\n');
    const { models, untilMs } = parseScenario(text, FILE, KNOWN);
    expect(models.Nova?.trace).toEqual({
      file: join(FILES, 'requests.csv'),
      requests: [
        { at: new Date('2023-11-16T18:15:46.680Z'), inputTokens: 374, outputTokens: 44 },
        { at: new Date('2023-11-16T18:17:50.995Z'), inputTokens: 396, outputTokens: 109 },
      ],
      burndown: 5,
      latencyMs: 900,
    });
    expect(untilMs).toBe(33 * MINUTE);
  });

  test('of a trace burns one token per output token down, and has no latency, unless told', () => {
    const text =
      'name: A trace\nstart: 2023-11-16T18:15:00Z\n' +
      'models: {Nova: {trace: {file: requests.csv, timestamp: when, input: in, output: out}}}';
    expect(parseScenario(text, FILE, KNOWN).models.Nova?.trace).toMatchObject({
      burndown: 1,
      latencyMs: undefined,
    });
  });
});
