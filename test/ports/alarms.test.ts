import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  type MetricAlarm,
  type MetricDataQuery,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import { beforeEach, describe, expect, type jest as Jest, test } from '@jest/globals';
import {
  changeUsageAlarm,
  describeAlarms,
  describeComposites,
  describeUsageAlarms,
  mutedAmong,
  type UsageAlarmChange,
} from '../../lambda/ports/alarms';

/** The global one: only its mocks are set before the imports are. */
declare const jest: typeof Jest;

const ALARM = 'Acme-Bedrock-HighInvocationRate-Warning-Nova';
const TOPIC = 'arn:aws:sns:us-east-1:111122223333:somebody';
const METRICS = [
  {
    Id: 'usage',
    MetricStat: {
      Metric: {
        Namespace: 'AWS/Bedrock',
        MetricName: 'Invocations',
        Dimensions: [{ Name: 'ModelId', Value: 'amazon.nova-pro-v1:0' }],
      },
      Period: 60,
      Stat: 'Sum',
      Unit: 'Count' as const,
    },
    ReturnData: false,
  },
  { Id: 'countedusage', Expression: '1 * usage', Label: 'Invocations that count', ReturnData: true },
];

/** What a person may have given the alarm. */
const CONFIGURATION = {
  AlarmName: ALARM,
  AlarmDescription: 'edited by hand',
  ActionsEnabled: false,
  AlarmActions: [TOPIC],
  EvaluationPeriods: 5,
  DatapointsToAlarm: 3,
  ComparisonOperator: 'GreaterThanThreshold',
  TreatMissingData: 'notBreaching',
  EvaluateLowSampleCountPercentile: 'ignore',
  Metrics: METRICS,
} satisfies MetricAlarm;

/** As AWS describes it. */
const DESCRIBED: MetricAlarm = {
  ...CONFIGURATION,
  Threshold: 8_000,
  OKActions: [],
  InsufficientDataActions: [],
  Dimensions: [],
  AlarmArn: `arn:aws:cloudwatch:us-east-1:111122223333:alarm:${ALARM}`,
  AlarmConfigurationUpdatedTimestamp: new Date('2026-03-01T00:00:00Z'),
  StateValue: 'ALARM',
  StateReason: 'Threshold Crossed',
  StateReasonData: '{}',
  StateUpdatedTimestamp: new Date('2026-03-01T00:00:00Z'),
  StateTransitionedTimestamp: new Date('2026-03-01T00:00:00Z'),
  EvaluationState: 'PARTIAL_DATA',
};

const send = jest.spyOn(CloudWatchClient.prototype, 'send');
const sent = () => send.mock.calls.map(([command]) => command);

beforeEach(() => {
  send.mockReset();
});

async function described(alarm: MetricAlarm) {
  send.mockResolvedValueOnce({ MetricAlarms: [alarm] } as never);
  const found = (await describeUsageAlarms([ALARM])).get(ALARM);
  if (found === undefined) throw new Error('no alarm');
  return found;
}

describe('the thresholds of alarms', () => {
  test('are asked for by name, of metric alarms only: composites need the permission for every alarm', async () => {
    expect(await described(DESCRIBED)).toMatchObject({ threshold: 8_000, metrics: METRICS });
    expect(sent().map(({ input }) => input)).toEqual([
      { AlarmNames: [ALARM], AlarmTypes: ['MetricAlarm'], MaxRecords: 100 },
    ]);
    expect(sent()[0]).toBeInstanceOf(DescribeAlarmsCommand);
  });

  test('of no alarm are not asked for: without a name AWS answers with every alarm', async () => {
    expect(await describeUsageAlarms([])).toEqual(new Map());
    expect(send).not.toHaveBeenCalled();
  });

  test('are not there for an alarm on a band', async () => {
    const { Threshold, ...band } = DESCRIBED;
    expect((await described({ ...band, ThresholdMetricId: 'band' })).threshold).toBeUndefined();
  });
});

describe('a change', () => {
  async function written(alarm: MetricAlarm, change: UsageAlarmChange = { threshold: 10_000 }) {
    const found = await described(alarm);
    send.mockReset();
    send.mockResolvedValue({} as never);
    await changeUsageAlarm(found, change);
    expect(sent()).toHaveLength(1);
    expect(sent()[0]).toBeInstanceOf(PutMetricAlarmCommand);
    return sent()[0]?.input;
  }

  test('of metrics, and of both, goes with everything else as it was', async () => {
    const metrics = [METRICS[0], { Id: 'countedusage', Expression: '0 * usage', ReturnData: true }] as const;
    expect(await written(DESCRIBED, { metrics: [...metrics] as MetricDataQuery[] })).toStrictEqual({
      ...CONFIGURATION,
      Threshold: 8_000,
      Metrics: metrics,
    });
    expect(await written(DESCRIBED, { metrics: [], threshold: 0 })).toMatchObject({
      Threshold: 0,
      Metrics: [],
    });
  });

  test('goes with everything else as it was: PutMetricAlarm replaces the whole configuration', async () => {
    expect(await written(DESCRIBED)).toStrictEqual({ ...CONFIGURATION, Threshold: 10_000 });
  });

  test('goes with what was deliberately zero or false', async () => {
    const zero = { ...DESCRIBED, ActionsEnabled: false, EvaluationInterval: 0 };
    expect(await written(zero)).toMatchObject({ ActionsEnabled: false, EvaluationInterval: 0 });
  });

  test('goes without empty texts, which PutMetricAlarm may refuse', async () => {
    expect(await written({ ...DESCRIBED, AlarmDescription: '' })).not.toHaveProperty('AlarmDescription');
  });

  test('goes with a field that nobody knows yet', async () => {
    const later: MetricAlarm = Object.assign({ ...DESCRIBED }, { LaterField: 'kept' });
    expect(await written(later)).toMatchObject({ LaterField: 'kept' });
  });

  test('is a failure when AWS does not take it', async () => {
    const found = await described(DESCRIBED);
    send.mockRejectedValue(new Error('Rate exceeded') as never);
    await expect(changeUsageAlarm(found, { threshold: 1 })).rejects.toThrow('Rate exceeded');
  });
});

describe('alarms as they are', () => {
  const SINCE = new Date('2026-03-02T09:06:00Z');
  const composite = (AlarmName: string, more: object = {}) => ({
    AlarmName,
    StateValue: 'ALARM',
    StateTransitionedTimestamp: SINCE,
    // When anything of the state was last updated, which is no change of state.
    StateUpdatedTimestamp: new Date('2026-03-02T09:30:00Z'),
    ActionsEnabled: true,
    ...more,
  });

  test('are asked for by name, metric alarms and composites, in one call', async () => {
    send.mockResolvedValueOnce({
      MetricAlarms: [{ ...DESCRIBED, StateValue: 'OK', StateTransitionedTimestamp: SINCE }],
      CompositeAlarms: [composite('the composite')],
    } as never);
    expect(await describeAlarms([ALARM, 'the composite', 'one that does not exist'])).toEqual([
      { name: ALARM, state: 'OK', since: SINCE, isMuted: true },
      { name: 'the composite', state: 'ALARM', since: SINCE, isMuted: false },
    ]);
    expect(sent().map(({ input }) => input)).toEqual([
      {
        AlarmNames: [ALARM, 'the composite', 'one that does not exist'],
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
        MaxRecords: 100,
      },
    ]);
  });

  test.each([
    ['of one state', 'ALARM' as const, { StateValue: 'ALARM' }],
    ['of any state', undefined, {}],
  ])('%s are read page by page by what their names begin with', async (_case, state, asked) => {
    const pages = [
      { CompositeAlarms: [composite('a')], NextToken: 'two' },
      { CompositeAlarms: [composite('b', { ActionsEnabled: false })] },
    ];
    const inputs: object[] = [];
    send.mockImplementation((async ({ input }: { input: object }) => {
      // The paginator uses one input for all calls.
      inputs.push({ ...input });
      return pages[inputs.length - 1];
    }) as never);
    expect((await describeComposites('Acme-', state)).map(({ name, isMuted }) => [name, isMuted])).toEqual([
      ['a', false],
      ['b', true],
    ]);
    const first = { AlarmNamePrefix: 'Acme-', AlarmTypes: ['CompositeAlarm'], MaxRecords: 100, ...asked };
    expect(inputs).toEqual([first, { ...first, NextToken: 'two' }]);
  });
});

describe('who is muted by a rule', () => {
  /** Active mute rules, and whom each mutes. */
  const rulesAre = (...rules: readonly (readonly string[])[]) =>
    send.mockImplementation((async ({ input }: { input: { AlarmName?: string } }) => ({
      AlarmMuteRuleSummaries: rules.filter(
        (muted) => input.AlarmName === undefined || muted.includes(input.AlarmName),
      ),
    })) as never);

  test('is asked in one call as long as no rule of the account is active', async () => {
    rulesAre();
    expect(await mutedAmong(['a', 'b'])).toEqual([]);
    expect(sent().map(({ input }) => input)).toEqual([{ Statuses: ['ACTIVE'], MaxRecords: 100 }]);
  });

  test('is asked for each alarm where one is: the list of rules does not say', async () => {
    rulesAre(['b', 'of somebody else'], ['c']);
    expect(await mutedAmong(['a', 'b', 'c'])).toEqual(['b', 'c']);
    expect(sent()).toHaveLength(4);
  });

  test('is nobody of ours where only others are', async () => {
    rulesAre(['of somebody else']);
    expect(await mutedAmong(['a', 'b'])).toEqual([]);
  });

  test('is not known where one answer fails', async () => {
    rulesAre(['b']);
    send.mockResolvedValueOnce({ AlarmMuteRuleSummaries: [{}] } as never);
    send.mockRejectedValueOnce(new Error('Rate exceeded') as never);
    await expect(mutedAmong(['a', 'b'])).rejects.toThrow('Rate exceeded');
  });
});
