import { describe, expect, test } from '@jest/globals';
import type { CloudWatch, Transition } from '../../../rehearsal/cloudwatch/cloudwatch';
import { cloudWatchService } from '../../../rehearsal/cloudwatch/cloudwatch-service';
import { authorize } from '../../../rehearsal/iam/authorization';
import { readIdentityPolicy } from '../../../rehearsal/iam/policy';
import { type Call, type Input, NotRehearsed, type Operation } from '../../../rehearsal/service';
import { anomalyAlarm, emptyCloudWatch, metricStat, TOPIC, throttleAlarm } from './alarms';

const CREATED = new Date('2026-03-02T08:00:00Z');
const CALL: Call = { now: new Date('2026-03-02T09:00:00Z'), accountId: '111122223333', region: 'us-east-1' };
const ARN = 'arn:aws:cloudwatch:us-east-1:111122223333:alarm';

function serviceOf(cloudWatch: CloudWatch) {
  const published: Transition[] = [];
  const service = cloudWatchService(
    () => cloudWatch,
    (transitions) => published.push(...transitions),
  );
  const operation = (name: string): Operation => {
    const found = service.operations[name];
    if (found === undefined) throw new Error(`no operation ${name}`);
    return found;
  };
  return {
    published,
    run: (name: string, input: Input) => operation(name).run(input, CALL),
    permissions: (name: string, input: Input) => operation(name).permissions(input, CALL),
  };
}

/** `a` and `b` on a metric, `c` and `d` composites. */
function fourAlarms(): CloudWatch {
  const cloudWatch = emptyCloudWatch();
  cloudWatch.putMetricAlarm(throttleAlarm('b'), CREATED);
  cloudWatch.putMetricAlarm(throttleAlarm('a'), CREATED);
  cloudWatch.putCompositeAlarm({ AlarmName: 'c', AlarmRule: 'ALARM(a)' }, CREATED);
  cloudWatch.putCompositeAlarm({ AlarmName: 'd', AlarmRule: 'ALARM(c) OR ALARM(b)' }, CREATED);
  return cloudWatch;
}

function namesOf(output: unknown): unknown {
  expect(output).toHaveProperty('MetricAlarms');
  return JSON.parse(JSON.stringify(output), (key, value) => {
    return key === 'MetricAlarms' || key === 'CompositeAlarms'
      ? value.map((alarm: { AlarmName: string }) => alarm.AlarmName)
      : value;
  });
}

describe('DescribeAlarms', () => {
  test.each([
    [{}, ['a', 'b'], []],
    [{ AlarmTypes: ['CompositeAlarm'] }, [], ['c', 'd']],
    [{ AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }, ['a', 'b'], ['c', 'd']],
    [{ AlarmNames: ['b', 'c', 'unknown'] }, ['b'], []],
    [{ AlarmNames: ['b', 'c'], AlarmTypes: ['CompositeAlarm', 'MetricAlarm'] }, ['b'], ['c']],
    [{ AlarmNamePrefix: 'a' }, ['a'], []],
    [{ AlarmNamePrefix: 'c', AlarmTypes: ['CompositeAlarm'] }, [], ['c']],
    [{ StateValue: 'ALARM' }, ['b'], []],
    [{ StateValue: 'ALARM', AlarmTypes: ['CompositeAlarm', 'MetricAlarm'] }, ['b'], ['d']],
    [{ ActionPrefix: 'arn:aws:sns:' }, ['a', 'b'], []],
    [{ ActionPrefix: 'arn:aws:lambda:' }, [], []],
    [{ ChildrenOfAlarmName: 'd' }, ['b'], ['c']],
  ])('%j', (input, MetricAlarms, CompositeAlarms) => {
    const cloudWatch = fourAlarms();
    cloudWatch.setAlarmState('b', 'ALARM', 'by hand', CREATED);
    expect(namesOf(serviceOf(cloudWatch).run('DescribeAlarms', input))).toEqual({
      MetricAlarms,
      CompositeAlarms,
    });
  });

  test('tells a metric alarm in full', () => {
    const cloudWatch = emptyCloudWatch();
    cloudWatch.putMetricAlarm(throttleAlarm('a', { DatapointsToAlarm: 2 }), CREATED);
    const at = new Date('2026-03-02T08:30:00Z');
    cloudWatch.setAlarmState('a', 'ALARM', 'first', at);
    cloudWatch.setAlarmState('a', 'ALARM', 'second', CALL.now);
    const { Tags: _, ...given } = { Tags: [], ...throttleAlarm('a', { DatapointsToAlarm: 2 }) };
    expect(serviceOf(cloudWatch).run('DescribeAlarms', {})).toEqual({
      MetricAlarms: [
        {
          ...given,
          AlarmArn: `${ARN}:a`,
          ActionsEnabled: true,
          OKActions: [],
          InsufficientDataActions: [],
          AlarmConfigurationUpdatedTimestamp: CREATED,
          StateValue: 'ALARM',
          StateReason: 'second',
          StateTransitionedTimestamp: at,
          StateUpdatedTimestamp: CALL.now,
        },
      ],
      CompositeAlarms: [],
    });
  });

  test('tells a composite in full', () => {
    const cloudWatch = emptyCloudWatch();
    cloudWatch.putMetricAlarm(throttleAlarm('a'), CREATED);
    const given = {
      AlarmName: 'c',
      AlarmDescription: 'what to do',
      AlarmRule: 'ALARM(a)',
      ActionsEnabled: false,
      AlarmActions: [TOPIC],
      OKActions: [],
      InsufficientDataActions: [],
    };
    cloudWatch.putCompositeAlarm(given, CREATED);
    const at = new Date('2026-03-02T08:30:00Z');
    cloudWatch.setAlarmState('c', 'ALARM', 'first', at);
    cloudWatch.setAlarmState('c', 'ALARM', 'second', CALL.now);
    expect(serviceOf(cloudWatch).run('DescribeAlarms', { AlarmTypes: ['CompositeAlarm'] })).toEqual({
      MetricAlarms: [],
      CompositeAlarms: [
        {
          ...given,
          AlarmArn: `${ARN}:c`,
          AlarmConfigurationUpdatedTimestamp: CREATED,
          StateValue: 'ALARM',
          StateReason: 'second',
          StateTransitionedTimestamp: at,
          StateUpdatedTimestamp: CALL.now,
        },
      ],
    });
  });

  test('tells of children only name, ARN, state and when it was updated', () => {
    expect(serviceOf(fourAlarms()).run('DescribeAlarms', { ChildrenOfAlarmName: 'c' })).toEqual({
      MetricAlarms: [
        {
          AlarmName: 'a',
          AlarmArn: `${ARN}:a`,
          StateValue: 'INSUFFICIENT_DATA',
          StateUpdatedTimestamp: CREATED,
        },
      ],
      CompositeAlarms: [],
    });
  });

  test.each([throttleAlarm('a', { DatapointsToAlarm: 1 }), anomalyAlarm('a')])(
    'gives what PutMetricAlarm takes back: %#',
    (properties) => {
      const cloudWatch = emptyCloudWatch();
      cloudWatch.putMetricAlarm(properties, CREATED);
      const before = cloudWatch.alarm('a')?.configuration;
      const described = JSON.parse(JSON.stringify(serviceOf(cloudWatch).run('DescribeAlarms', {})));
      const taken = Object.entries(described.MetricAlarms[0]).filter(
        ([name]) => !/^State|Arn$|Timestamp$/.test(name),
      );
      serviceOf(cloudWatch).run('PutMetricAlarm', Object.fromEntries(taken));
      expect(JSON.stringify(cloudWatch.alarm('a')?.configuration)).toBe(JSON.stringify(before));
    },
  );

  test('pages by 100, metric alarms before composites', () => {
    const cloudWatch = emptyCloudWatch();
    for (let n = 100; n < 300; n += 1) cloudWatch.putMetricAlarm(throttleAlarm(`a${n}`), CREATED);
    cloudWatch.putCompositeAlarm({ AlarmName: 'c', AlarmRule: 'ALARM(a100)' }, CREATED);
    const pages: unknown[] = [];
    let NextToken: string | undefined;
    do {
      const input = { AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], NextToken };
      const output = JSON.parse(JSON.stringify(serviceOf(cloudWatch).run('DescribeAlarms', input)));
      NextToken = output.NextToken;
      pages.push([output.MetricAlarms.length, output.CompositeAlarms.length]);
    } while (NextToken !== undefined);
    expect(pages).toEqual([
      [100, 0],
      [100, 0],
      [0, 1],
    ]);
  });

  test.each([
    [{ NextToken: 'invented' }, 'InvalidNextToken'],
    [{ MaxRecords: 101 }, 'ValidationException'],
    [{ AlarmNames: ['a'], AlarmNamePrefix: 'a' }, 'ValidationException'],
    [{ AlarmNames: Array(101).fill('a') }, 'ValidationException'],
    [{ ChildrenOfAlarmName: 'd', StateValue: 'ALARM' }, 'ValidationException'],
    [{ ChildrenOfAlarmName: 'a' }, 'ValidationException'],
    [{ StateValue: 'RED' }, 'InvalidParameterValueException'],
  ])('refuses %j', (input, code) => {
    const run = () => serviceOf(fourAlarms()).run('DescribeAlarms', input);
    expect(run).toThrow(expect.objectContaining({ code }));
  });
});

describe('SetAlarmState', () => {
  test('hands the changes on to be published', () => {
    const { run, published } = serviceOf(fourAlarms());
    expect(run('SetAlarmState', { AlarmName: 'b', StateValue: 'ALARM', StateReason: 'a drill' })).toEqual({});
    expect(published.map(({ alarmName, to, at }) => [alarmName, to, at])).toEqual([
      ['b', 'ALARM', CALL.now],
      ['c', 'OK', CALL.now],
      ['d', 'ALARM', CALL.now],
    ]);
  });

  test.each([
    [{ AlarmName: 'x', StateValue: 'OK', StateReason: 'r' }, 'ResourceNotFound'],
    [{ AlarmName: 'a', StateValue: 'OK' }, 'MissingRequiredParameterException'],
    [{ AlarmName: 'a', StateReason: 'r' }, 'MissingRequiredParameterException'],
    [{ AlarmName: 'a', StateValue: 'OK', StateReason: 'r', StateReasonData: '{' }, 'InvalidFormatFault'],
  ])('refuses %j', (input, code) => {
    const { run, published } = serviceOf(fourAlarms());
    expect(() => run('SetAlarmState', input)).toThrow(expect.objectContaining({ code }));
    expect(published).toEqual([]);
  });
});

describe('DeleteAlarms', () => {
  const deleting = (...AlarmNames: readonly string[]) => {
    const cloudWatch = fourAlarms();
    const { run } = serviceOf(cloudWatch);
    const left = () =>
      [...cloudWatch.metricAlarms(), ...cloudWatch.compositeAlarms()].map(
        ({ configuration }) => configuration.alarmName,
      );
    return { run: () => run('DeleteAlarms', { AlarmNames }), left };
  };

  test('deletes metric alarms and one composite, which may rest on them', () => {
    const { run, left } = deleting('d', 'b');
    run();
    expect(left()).toEqual(['a', 'c']);
  });

  test('deletes the others although one is unknown, and says so', () => {
    const { run, left } = deleting('d', 'x');
    expect(run).toThrow(expect.objectContaining({ code: 'ResourceNotFound' }));
    expect(left()).toEqual(['a', 'b', 'c']);
  });

  test.each([
    ['another alarm rests on', ['d', 'a'], 'Cannot delete a'],
    ['are two composites', ['d', 'c'], 'no more than one composite'],
    ['are more than 100', Array<string>(101).fill('d'), 'more than 100'],
  ])('deletes none of those that %s', (_, names, message) => {
    const { run, left } = deleting(...names);
    expect(run).toThrow(message);
    expect(left()).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('DisableAlarmActions', () => {
  const state = (AlarmName: string, StateValue: string) => ({
    AlarmName,
    StateValue,
    StateReason: 'a drill',
  });
  const enabled = (output: unknown) => {
    const { MetricAlarms, CompositeAlarms } = Object(output);
    return [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName, ActionsEnabled }) => [
      AlarmName,
      ActionsEnabled,
    ]);
  };
  const both = { AlarmNames: ['b', 'c'] };
  const withActions = () => {
    const cloudWatch = fourAlarms();
    const rule = { AlarmName: 'c', AlarmRule: 'ALARM(a)', AlarmActions: [TOPIC], OKActions: [TOPIC] };
    cloudWatch.putCompositeAlarm(rule, CREATED);
    cloudWatch.putMetricAlarm(throttleAlarm('b', { OKActions: [TOPIC] }), CREATED);
    return serviceOf(cloudWatch);
  };
  const ranFor = ({ published }: ReturnType<typeof serviceOf>) =>
    published.filter(({ actions }) => actions.length > 0).map(({ alarmName, to }) => `${alarmName} ${to}`);

  test('keeps the actions of metric alarms and composites from running, and DescribeAlarms says so', () => {
    const service = withActions();
    service.run('DisableAlarmActions', both);
    service.run('SetAlarmState', state('b', 'ALARM'));
    service.run('SetAlarmState', state('c', 'ALARM'));
    expect(ranFor(service)).toEqual([]);
    const AlarmTypes = ['MetricAlarm', 'CompositeAlarm'];
    expect(enabled(service.run('DescribeAlarms', { AlarmTypes }))).toEqual([
      ['a', true],
      ['b', false],
      ['c', false],
      ['d', true],
    ]);
  });

  test('is undone by EnableAlarmActions, from the next change on', () => {
    const service = withActions();
    service.run('DisableAlarmActions', both);
    service.run('SetAlarmState', state('b', 'ALARM'));
    service.run('EnableAlarmActions', both);
    expect(ranFor(service)).toEqual([]);
    service.run('SetAlarmState', state('b', 'OK'));
    service.run('SetAlarmState', state('c', 'ALARM'));
    expect(ranFor(service)).toEqual(['b OK', 'c ALARM']);
  });

  test('of an unknown alarm is not rehearsed', () => {
    const service = withActions();
    expect(() => service.run('DisableAlarmActions', { AlarmNames: ['b', 'x'] })).toThrow(NotRehearsed);
    service.run('SetAlarmState', state('b', 'ALARM'));
    expect(ranFor(service)).toContain('b ALARM');
  });
});

describe('a role that describes alarms', () => {
  const may = (resource: string, input: Input): boolean => {
    const statement = { Effect: 'Allow', Action: 'cloudwatch:DescribeAlarms', Resource: resource };
    const policy = readIdentityPolicy({ Version: '2012-10-17', Statement: statement }, 'p');
    const asked = serviceOf(fourAlarms()).permissions('DescribeAlarms', input);
    return asked.every(
      (permission) =>
        authorize({
          principal: { kind: 'role', arn: 'arn:aws:iam::111122223333:role/r' },
          identityPolicies: [policy],
          context: {},
          ...permission,
        }).allowed,
    );
  };
  const children = { AlarmNames: ['a', 'b'] };
  const composites = { AlarmTypes: ['CompositeAlarm'], AlarmNames: ['c'] };

  test('by the ARNs of alarms sees metric alarms by name, and no composites', () => {
    expect(may(`${ARN}:*`, children)).toBe(true);
    expect(may(`${ARN}:a`, children)).toBe(false);
    expect(may(`${ARN}:*`, composites)).toBe(false);
    expect(may(`${ARN}:*`, { AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], AlarmNamePrefix: 'a' })).toBe(
      false,
    );
  });

  test('by everything sees composites as well', () => {
    expect(may('*', children)).toBe(true);
    expect(may('*', composites)).toBe(true);
  });
});

test('PutMetricAlarm and PutCompositeAlarm make alarms as of now', () => {
  const cloudWatch = emptyCloudWatch();
  const { run } = serviceOf(cloudWatch);
  run('PutMetricAlarm', throttleAlarm('a'));
  run('PutCompositeAlarm', { AlarmName: 'c', AlarmRule: 'ALARM(a)' });
  expect(cloudWatch.alarm('a')?.configurationUpdatedAt).toEqual(CALL.now);
  expect(cloudWatch.alarm('c')?.type).toBe('composite');
});

describe('PutMetricAlarm with what DescribeAlarms tells', () => {
  const stat = { ...metricStat('Invocations', 60), Unit: 'Count' };
  const onMetrics = {
    AlarmName: 'a',
    ActionsEnabled: false,
    OKActions: ['arn:aws:sns:us-east-1:111122223333:ok'],
    AlarmActions: [],
    InsufficientDataActions: [],
    Dimensions: [],
    Metrics: [
      { Id: 'm1', MetricStat: stat, ReturnData: false },
      { Id: 'all', Label: 'all profiles', Expression: 'm1 + 0', Period: 60, ReturnData: true },
    ],
    EvaluationPeriods: 5,
    DatapointsToAlarm: 4,
    Threshold: 8000,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  };
  const onOneMetric = {
    ...throttleAlarm('a', { DatapointsToAlarm: 2, Unit: 'Count', ActionsEnabled: true }),
    OKActions: [],
    InsufficientDataActions: [],
  };
  const configurationOf = (output: unknown): Input => {
    const [alarm] = Object(output).MetricAlarms;
    const configured = Object.entries(alarm).filter(([name]) => !/^State|Arn$|Timestamp$/.test(name));
    return Object.fromEntries(configured);
  };

  test.each([
    ['metric math', onMetrics],
    ['one metric', onOneMetric],
  ])('changes nothing but what is changed, for an alarm on %s', (_, given) => {
    const { run } = serviceOf(emptyCloudWatch());
    run('PutMetricAlarm', given);
    const told = configurationOf(run('DescribeAlarms', { AlarmNames: ['a'] }));
    expect(told).toEqual(given);
    run('PutMetricAlarm', { ...told, Threshold: 9000 });
    expect(configurationOf(run('DescribeAlarms', { AlarmNames: ['a'] }))).toEqual({
      ...given,
      Threshold: 9000,
    });
  });

  test('keeps state and tags, of which only the first put has a say', () => {
    const cloudWatch = emptyCloudWatch();
    const { run, permissions } = serviceOf(cloudWatch);
    const Tags = [{ Key: 'team', Value: 'sre' }];
    run('PutMetricAlarm', throttleAlarm('a', { Tags }));
    cloudWatch.setAlarmState('a', 'ALARM', 'by hand', CREATED);
    run('PutMetricAlarm', throttleAlarm('a', { Threshold: 1, Tags: [{ Key: 'team', Value: 'other' }] }));
    expect(cloudWatch.alarm('a')?.state.value).toBe('ALARM');
    expect(run('ListTagsForResource', { ResourceARN: `${ARN}:a` })).toEqual({ Tags });
    expect(permissions('PutMetricAlarm', throttleAlarm('a', { Tags })).map(({ action }) => action)).toEqual([
      'cloudwatch:PutMetricAlarm',
      'cloudwatch:TagResource',
    ]);
  });
});

describe('IAM is asked', () => {
  test.each([
    ['DescribeAlarms', {}, ['*']],
    ['DescribeAlarms', { AlarmNames: ['a', 'b'] }, ['a', 'b']],
    ['PutMetricAlarm', throttleAlarm('a'), ['a']],
    ['SetAlarmState', { AlarmName: 'a' }, ['a']],
    ['DeleteAlarms', { AlarmNames: ['a', 'c'] }, ['a', 'c']],
    ['EnableAlarmActions', { AlarmNames: ['a', 'c'] }, ['a', 'c']],
    ['DisableAlarmActions', { AlarmNames: ['a', 'c'] }, ['a', 'c']],
  ])('%s %j: by the alarm', (name, input, alarmNames) => {
    expect(serviceOf(fourAlarms()).permissions(name, input)).toEqual(
      alarmNames.map((alarmName) => ({ action: `cloudwatch:${name}`, resource: `${ARN}:${alarmName}` })),
    );
  });

  test.each([
    ['DescribeAlarms', { AlarmTypes: ['CompositeAlarm'], AlarmNames: ['c'] }],
    ['DescribeAlarms', { ChildrenOfAlarmName: 'c' }],
    ['GetMetricData', { MetricDataQueries: [{ Id: 'm1', MetricStat: metricStat('Invocations', 60) }] }],
  ])('%s %j: by everything', (name, input) => {
    expect(serviceOf(fourAlarms()).permissions(name, input)).toEqual([
      { action: `cloudwatch:${name}`, resource: '*' },
    ]);
  });
});

test('a field that is not rehearsed is named', () => {
  const run = () => serviceOf(fourAlarms()).run('DescribeAlarms', { ParentsOfAlarmName: 'a' });
  expect(run).toThrow(new NotRehearsed('ParentsOfAlarmName of DescribeAlarms'));
});
