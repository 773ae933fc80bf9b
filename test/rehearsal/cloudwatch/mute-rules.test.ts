import { describe, expect, test } from '@jest/globals';
import { alarmStateChange } from '../../../rehearsal/cloudwatch/alarm-event';
import type { CloudWatch, Transition } from '../../../rehearsal/cloudwatch/cloudwatch';
import { cloudWatchService } from '../../../rehearsal/cloudwatch/cloudwatch-service';
import { type Input, NotRehearsed } from '../../../rehearsal/service';
import { calling, errorOf } from '../services/calls';
import { emptyCloudWatch, TOPIC, throttleAlarm } from './alarms';

const CREATED = new Date('2026-03-02T08:00:00Z');
const ACCOUNT = 'arn:aws:cloudwatch:us-east-1:111122223333';

/** A rule that mutes `a` from 09:00 to 09:30. */
const rule = (changes: Input = {}, schedule: Input = {}): Input => ({
  Name: 'maintenance',
  Rule: { Schedule: { Expression: 'at(2026-03-02T09:00)', Duration: 'PT30M', ...schedule } },
  MuteTargets: { AlarmNames: ['a'] },
  ...changes,
});

/** `a` and `b` with actions for OK and ALARM, and the composite `c` on `a`; all OK. */
function muting(...rules: readonly Input[]) {
  const cloudWatch = emptyCloudWatch();
  const actions = { OKActions: [TOPIC] };
  cloudWatch.putMetricAlarm(throttleAlarm('a', actions), CREATED);
  cloudWatch.putMetricAlarm(throttleAlarm('b', actions), CREATED);
  const composite = { AlarmName: 'c', AlarmRule: 'ALARM(a)', AlarmActions: [TOPIC], ...actions };
  cloudWatch.putCompositeAlarm(composite, CREATED);
  cloudWatch.evaluate(CREATED, CREATED);
  const service = cloudWatchService(
    () => cloudWatch,
    () => {},
  );
  const at = (time: string) => calling(service, `2026-03-02T${time}:00Z`);
  for (const one of rules) at('08:30').run('PutAlarmMuteRule', one);
  return { cloudWatch, at };
}

const instant = (time: string) => new Date(`2026-03-02T${time}:00Z`);

/** The changes that forcing a state causes, as `c ALARM: 1 action`. */
function ran(transitions: readonly Transition[]): readonly string[] {
  return transitions.map(({ alarmName, to, actions }) => `${alarmName} ${to}: ${actions.length}`);
}

const force = (cloudWatch: CloudWatch, time: string, alarmName: string, state: 'OK' | 'ALARM') =>
  cloudWatch.pin(alarmName, state, instant(time));

describe('a muted alarm', () => {
  test('changes its state and runs no action, and others are not concerned', () => {
    const { cloudWatch } = muting(rule());
    expect(ran(force(cloudWatch, '09:00', 'a', 'ALARM'))).toEqual(['a ALARM: 0', 'c ALARM: 1']);
    expect(ran(force(cloudWatch, '09:00', 'b', 'ALARM'))).toEqual(['b ALARM: 1']);
    expect(cloudWatch.alarm('a')?.state.value).toBe('ALARM');
  });

  test('may be a composite', () => {
    const { cloudWatch } = muting(rule({ MuteTargets: { AlarmNames: ['c'] } }));
    expect(ran(force(cloudWatch, '09:10', 'a', 'ALARM'))).toEqual(['a ALARM: 1', 'c ALARM: 0']);
  });

  test.each([
    ['08:59', 'a ALARM: 1'],
    ['09:00', 'a ALARM: 0'],
    ['09:29', 'a ALARM: 0'],
    ['09:30', 'a ALARM: 1'],
  ])('is muted from the beginning of the window to its end: %s', (time, told) => {
    expect(ran(force(muting(rule()).cloudWatch, time, 'a', 'ALARM'))[0]).toBe(told);
  });

  test('says in its event what mutes it; another alarm does not', () => {
    const { cloudWatch } = muting(rule());
    const [muted, other] = force(cloudWatch, '09:10', 'a', 'ALARM').map((one) =>
      alarmStateChange(one, cloudWatch),
    );
    expect(muted?.detail).toMatchObject({
      alarmName: 'a',
      muteDetail: {
        mutedByArn: `${ACCOUNT}:alarm-mute-rule:maintenance`,
        muteWindowStart: '2026-03-02T09:00:00.000+0000',
        muteWindowEnd: '2026-03-02T09:30:00.000+0000',
      },
    });
    expect(other?.detail).not.toHaveProperty('muteDetail');
  });
});

describe('when the mute is over', () => {
  test('the action runs if the alarm is still in the state that it was muted in, and only once', () => {
    const { cloudWatch } = muting(rule());
    const [muted] = force(cloudWatch, '09:10', 'a', 'ALARM');
    expect(cloudWatch.takeUnmuted(instant('09:29'))).toEqual([]);
    const [late, second] = cloudWatch.takeUnmuted(instant('09:30'));
    expect(late).toEqual({ ...muted, actions: [TOPIC], mutedBy: undefined });
    expect(second).toBeUndefined();
    expect(cloudWatch.takeUnmuted(instant('09:31'))).toEqual([]);
  });

  test('nothing runs for ALARM if the alarm has gone back to OK', () => {
    const { cloudWatch } = muting(rule());
    force(cloudWatch, '09:10', 'a', 'ALARM');
    force(cloudWatch, '09:20', 'a', 'OK');
    expect(ran(cloudWatch.takeUnmuted(instant('09:30')))).toEqual(['a OK: 1']);
  });

  test('nothing runs if the alarm changes then: its own action ran', () => {
    const { cloudWatch } = muting(rule());
    force(cloudWatch, '09:10', 'a', 'ALARM');
    expect(ran(force(cloudWatch, '09:30', 'a', 'OK'))[0]).toBe('a OK: 1');
    expect(cloudWatch.takeUnmuted(instant('09:30'))).toEqual([]);
  });

  test('nothing runs for a change before the mute, whose action ran', () => {
    const { cloudWatch } = muting(rule());
    force(cloudWatch, '08:50', 'a', 'ALARM');
    expect(cloudWatch.takeUnmuted(instant('09:30'))).toEqual([]);
  });

  test('nothing runs for an alarm that was deleted', () => {
    const { cloudWatch } = muting(rule({ MuteTargets: { AlarmNames: ['b'] } }));
    force(cloudWatch, '09:10', 'b', 'ALARM');
    cloudWatch.deleteAlarm('b', instant('09:15'));
    expect(cloudWatch.takeUnmuted(instant('09:30'))).toEqual([]);
  });

  test('nothing runs if actions were disabled, at the change or since', () => {
    const { cloudWatch } = muting(rule({ MuteTargets: { AlarmNames: ['a', 'b'] } }));
    cloudWatch.enableActions(['a'], false, instant('09:05'));
    force(cloudWatch, '09:10', 'a', 'ALARM');
    force(cloudWatch, '09:10', 'b', 'ALARM');
    cloudWatch.enableActions(['a'], true, instant('09:20'));
    cloudWatch.enableActions(['b'], false, instant('09:20'));
    expect(cloudWatch.takeUnmuted(instant('09:30'))).toEqual([]);
  });

  test('the actions are those that the alarm has by then', () => {
    const { cloudWatch } = muting(rule());
    force(cloudWatch, '09:10', 'a', 'ALARM');
    cloudWatch.putMetricAlarm(throttleAlarm('a', { AlarmActions: [`${TOPIC}-2`] }), instant('09:20'));
    expect(cloudWatch.takeUnmuted(instant('09:30'))[0]?.actions).toEqual([`${TOPIC}-2`]);
  });

  test('another rule may mute on', () => {
    const later = rule({ Name: 'more' }, { Expression: 'at(2026-03-02T09:20)', Duration: 'PT1H' });
    const { cloudWatch } = muting(rule(), later);
    force(cloudWatch, '09:10', 'a', 'ALARM');
    expect(cloudWatch.takeUnmuted(instant('09:30'))).toEqual([]);
    expect(ran(cloudWatch.takeUnmuted(instant('10:20')))).toEqual(['a ALARM: 1']);
  });

  test.each<[string, string, Input]>([
    ['is deleted', 'DeleteAlarmMuteRule', { AlarmMuteRuleName: 'maintenance' }],
    ['is cut short', 'PutAlarmMuteRule', rule({}, { Duration: 'PT15M' })],
    ['spares the alarm', 'PutAlarmMuteRule', rule({ MuteTargets: { AlarmNames: ['b'] } })],
  ])('that is at once if the rule %s', (_, operation, input) => {
    const { cloudWatch, at } = muting(rule());
    force(cloudWatch, '09:10', 'a', 'ALARM');
    at('09:15').run(operation, input);
    expect(ran(cloudWatch.takeUnmuted(instant('09:15')))).toEqual(['a ALARM: 1']);
  });
});

describe('GetAlarmMuteRule', () => {
  test.each([
    ['08:59', 'SCHEDULED'],
    ['09:00', 'ACTIVE'],
    ['09:29', 'ACTIVE'],
    ['09:30', 'EXPIRED'],
  ])('tells all of a rule: at %s it is %s', (time, Status) => {
    const given = rule({ Description: 'a drill' }, { Timezone: 'UTC' });
    const { at } = muting(given);
    expect(at(time).run('GetAlarmMuteRule', { AlarmMuteRuleName: 'maintenance' })).toEqual({
      ...given,
      AlarmMuteRuleArn: `${ACCOUNT}:alarm-mute-rule:maintenance`,
      Status,
      MuteType: 'ONE_TIME',
      LastUpdatedTimestamp: instant('08:30'),
    });
  });

  test('knows no deleted rule; deleting it again does nothing', () => {
    const { at } = muting(rule());
    const named = { AlarmMuteRuleName: 'maintenance' };
    at('08:40').run('DeleteAlarmMuteRule', named);
    expect(at('08:40').run('DeleteAlarmMuteRule', named)).toEqual({});
    expect(errorOf(() => at('08:40').run('GetAlarmMuteRule', named))).toBe('ResourceNotFoundException 404');
  });
});

describe('ListAlarmMuteRules', () => {
  const window = (Name: string, at: string, AlarmNames: readonly string[]) =>
    rule({ Name, MuteTargets: { AlarmNames } }, { Expression: `at(2026-03-02T${at})` });
  const three = () =>
    muting(window('2', '09:30', ['a', 'c']), window('1', '09:00', ['a']), window('3', '10:00', ['b']));
  const listed = (output: unknown): unknown =>
    Object(output).AlarmMuteRuleSummaries.map(({ AlarmMuteRuleArn, Status }: Record<string, string>) => [
      AlarmMuteRuleArn?.split(':').at(-1),
      Status,
    ]);

  test.each([
    [{}, ['1 EXPIRED', '2 ACTIVE', '3 SCHEDULED']],
    [{ AlarmName: 'a' }, ['1 EXPIRED', '2 ACTIVE']],
    [{ AlarmName: 'c' }, ['2 ACTIVE']],
    [{ Statuses: ['ACTIVE'] }, ['2 ACTIVE']],
    [{ Statuses: ['SCHEDULED', 'EXPIRED'] }, ['1 EXPIRED', '3 SCHEDULED']],
    [{ AlarmName: 'a', Statuses: ['SCHEDULED'] }, []],
  ])('%j', (input, rules) => {
    const output = three().at('09:30').run('ListAlarmMuteRules', input);
    expect(listed(output)).toEqual(rules.map((one) => one.split(' ')));
  });

  test('tells of each rule its ARN, status and kind', () => {
    expect(muting(rule()).at('09:00').run('ListAlarmMuteRules')).toEqual({
      AlarmMuteRuleSummaries: [
        {
          AlarmMuteRuleArn: `${ACCOUNT}:alarm-mute-rule:maintenance`,
          Status: 'ACTIVE',
          MuteType: 'ONE_TIME',
          LastUpdatedTimestamp: instant('08:30'),
        },
      ],
    });
  });

  test('pages, by 50 unless told otherwise', () => {
    const many = Array.from({ length: 51 }, (_, n) => window(`r${100 + n}`, '09:00', ['a']));
    const { at } = muting(...many);
    const first = Object(at('09:00').run('ListAlarmMuteRules'));
    expect(first.AlarmMuteRuleSummaries).toHaveLength(50);
    const { NextToken } = first;
    expect(listed(at('09:00').run('ListAlarmMuteRules', { NextToken }))).toEqual([['r150', 'ACTIVE']]);
    const [small] = [Object(at('09:00').run('ListAlarmMuteRules', { MaxRecords: 2 }))];
    expect(listed(small)).toEqual([
      ['r100', 'ACTIVE'],
      ['r101', 'ACTIVE'],
    ]);
  });

  test.each([
    [{ NextToken: 'invented' }, 'InvalidNextToken 400'],
    [{ AlarmName: 'x' }, 'ResourceNotFoundException 404'],
    [{ Statuses: ['MUTED'] }, 'InvalidParameterValueException 400'],
    [{ MaxRecords: 101 }, 'ValidationException 400'],
  ])('refuses %j', (input, code) => {
    expect(errorOf(() => three().at('09:00').run('ListAlarmMuteRules', input))).toBe(code);
  });
});

describe('PutAlarmMuteRule', () => {
  test.each([
    ['an alarm that does not exist', rule({ MuteTargets: { AlarmNames: ['a', 'x'] } })],
    ['more than 100 alarms', rule({ MuteTargets: { AlarmNames: Array(101).fill('a') } })],
    ['a day that does not exist', rule({}, { Expression: 'at(2026-02-30T09:00)' })],
    ['a schedule with seconds', rule({}, { Expression: 'at(2026-03-02T09:00:00)' })],
    ['a rate', rule({}, { Expression: 'rate(1 hour)' })],
    ['no time at all', rule({}, { Duration: 'PT0M' })],
    ['more than 15 days', rule({}, { Duration: 'P15DT1M' })],
    ['a name of 256 characters', rule({ Name: 'n'.repeat(256) })],
  ])('refuses %s', (_, input) => {
    const { at } = muting();
    expect(errorOf(() => at('08:30').run('PutAlarmMuteRule', input))).toBe('ValidationException 400');
    expect(at('08:30').run('ListAlarmMuteRules')).toEqual({ AlarmMuteRuleSummaries: [] });
  });

  test.each([
    ['no name', rule({ Name: undefined })],
    ['no schedule', rule({ Rule: {} })],
    ['no alarms', rule({ MuteTargets: { AlarmNames: [] } })],
  ])('refuses %s', (_, input) => {
    expect(errorOf(() => muting(input))).toBe('MissingRequiredParameterException 400');
  });

  test.each([
    ['a recurring rule', rule({}, { Expression: 'cron(0 2 * * SUN)' })],
    ['another time zone', rule({}, { Timezone: 'Europe/Berlin' })],
    ['a duration in weeks', rule({}, { Duration: 'P1W' })],
    ['a rule for every alarm', rule({ MuteTargets: undefined })],
    ['an expiry', rule({ ExpireDate: 1772456400 })],
  ])('does not rehearse %s', (_, input) => {
    expect(() => muting(input)).toThrow(NotRehearsed);
  });

  test.each([
    ['P2DT12H', '2026-03-04T21:00:00.000Z'],
    ['PT1M', '2026-03-02T09:01:00.000Z'],
    ['PT1H30M', '2026-03-02T10:30:00.000Z'],
    ['P15D', '2026-03-17T09:00:00.000Z'],
  ])('mutes for %s', (Duration, end) => {
    const { cloudWatch } = muting(rule({}, { Duration }));
    expect(cloudWatch.muteRules.rule('maintenance')?.end.toISOString()).toBe(end);
  });
});

test.each<[string, Input, readonly string[]]>([
  ['PutAlarmMuteRule', rule({ MuteTargets: { AlarmNames: ['a', 'c'] } }), [':alarm:a', ':alarm:c']],
  ['GetAlarmMuteRule', { AlarmMuteRuleName: 'maintenance' }, []],
  ['DeleteAlarmMuteRule', { AlarmMuteRuleName: 'maintenance' }, []],
])(
  'IAM is asked about the rule for %s, and about each alarm that a new rule mutes',
  (name, input, alarms) => {
    const resources = [':alarm-mute-rule:maintenance', ...alarms].map((suffix) => `${ACCOUNT}${suffix}`);
    expect(muting().at('09:00').permissions(name, input)).toEqual(
      resources.map((resource) => ({ action: `cloudwatch:${name}`, resource })),
    );
  },
);

test('IAM is asked about everything for a list', () => {
  expect(muting().at('09:00').permissions('ListAlarmMuteRules', { AlarmName: 'a' })).toEqual([
    { action: 'cloudwatch:ListAlarmMuteRules', resource: '*' },
  ]);
});
