import { describe, expect, test } from '@jest/globals';
import type { CloudWatch } from '../../../rehearsal/cloudwatch/cloudwatch';
import { NotRehearsed } from '../../../rehearsal/service';
import { emptyCloudWatch, play, putSamples, TOPIC, throttleAlarm } from './alarms';

const CREATED = new Date('2026-03-02T08:00:00Z');

/** Two metric alarms `a` and `b`, and the composite `c`, all settled. */
function settled(changes: Readonly<Record<string, unknown>> = {}): CloudWatch {
  const cloudWatch = emptyCloudWatch();
  cloudWatch.putMetricAlarm(throttleAlarm('a'), CREATED);
  cloudWatch.putMetricAlarm(throttleAlarm('b', { Threshold: 100 }), CREATED);
  const rule = { AlarmName: 'c', AlarmRule: 'ALARM(a) OR ALARM("b")', AlarmActions: [TOPIC], ...changes };
  cloudWatch.putCompositeAlarm(rule, CREATED);
  play(cloudWatch, '2026-03-02T08:30:00Z', '2026-03-02T08:31:00Z');
  return cloudWatch;
}

describe('a composite', () => {
  test('follows its children at once, and is silent about a second one', () => {
    const cloudWatch = settled();
    putSamples(cloudWatch, '2026-03-02T09:00:00Z', [60, 60, 60, 101, 101, 101, 0]);
    expect(play(cloudWatch, '2026-03-02T09:00:00Z', '2026-03-02T09:10:00Z')).toEqual([
      '09:03 a OK -> ALARM',
      '09:03 c OK -> ALARM',
      '09:06 b OK -> ALARM',
      '09:07 a ALARM -> OK',
      '09:07 b ALARM -> OK',
      '09:07 c ALARM -> OK',
    ]);
  });

  test('cannot be made before its children', () => {
    const put = () => emptyCloudWatch().putCompositeAlarm({ AlarmName: 'c', AlarmRule: 'ALARM(a)' }, CREATED);
    expect(put).toThrow('Could not save the composite alarm as alarms [a] in the alarm rule do not exist');
  });

  test('may rest on composites, but not on itself', () => {
    const cloudWatch = settled();
    cloudWatch.putCompositeAlarm({ AlarmName: 'b-above-c', AlarmRule: 'NOT ALARM(c)' }, CREATED);
    const circle = { AlarmName: 'c', AlarmRule: 'ALARM("b-above-c")' };
    expect(() => cloudWatch.putCompositeAlarm(circle, CREATED)).toThrow(NotRehearsed);
    putSamples(cloudWatch, '2026-03-02T09:00:00Z', [60, 60, 60, 0]);
    expect(play(cloudWatch, '2026-03-02T09:00:00Z', '2026-03-02T09:03:00Z')).toEqual([
      '09:00 b-above-c INSUFFICIENT_DATA -> ALARM',
      '09:03 a OK -> ALARM',
      '09:03 c OK -> ALARM',
      '09:03 b-above-c ALARM -> OK',
    ]);
  });

  test('does not take the name of a metric alarm, nor the reverse', () => {
    const cloudWatch = settled();
    expect(() => cloudWatch.putCompositeAlarm({ AlarmName: 'a', AlarmRule: 'ALARM(b)' }, CREATED)).toThrow(
      'metric alarm',
    );
    expect(() => cloudWatch.putMetricAlarm(throttleAlarm('c'), CREATED)).toThrow('composite alarm');
  });

  test.each(['ActionsSuppressor', 'ActionsSuppressorWaitPeriod'])('with %s is not rehearsed', (name) => {
    expect(() => settled({ [name]: 'a' })).toThrow(new NotRehearsed(`${name} of a composite alarm`));
  });

  test('runs no action while they are disabled', () => {
    const cloudWatch = settled({ ActionsEnabled: false });
    const [, composite] = cloudWatch.setAlarmState('a', 'ALARM', 'by hand', new Date('2026-03-02T09:00:00Z'));
    expect(composite).toMatchObject({ alarmName: 'c', to: 'ALARM', actions: [] });
  });
});

describe('the triggering children', () => {
  const childrenOf = (cloudWatch: CloudWatch, instant: string) => {
    const now = new Date(instant);
    const composite = cloudWatch.evaluate(now, now).find(({ alarmName }) => alarmName === 'c');
    return composite?.triggeringChildren.map(({ arn, state }) => `${arn.split(':').at(-1)} ${state}`);
  };

  test('leave out those that changed the other way in the same minute', () => {
    const cloudWatch = emptyCloudWatch();
    cloudWatch.putMetricAlarm(throttleAlarm('a'), CREATED);
    cloudWatch.putMetricAlarm(throttleAlarm('b', { Threshold: 100 }), CREATED);
    cloudWatch.putCompositeAlarm({ AlarmName: 'c', AlarmRule: 'ALARM(a) OR ALARM(b)' }, CREATED);
    putSamples(cloudWatch, '2026-03-02T09:00:00Z', [60, 60, 60]);
    expect(childrenOf(cloudWatch, '2026-03-02T09:03:00Z')).toEqual(['a ALARM']);
  });

  test('leave out those whose change came before', () => {
    const cloudWatch = settled();
    cloudWatch.pin('a', 'ALARM', new Date('2026-03-02T09:00:00Z'));
    cloudWatch.pin('b', 'ALARM', new Date('2026-03-02T09:01:00Z'));
    cloudWatch.pin('a', 'OK', new Date('2026-03-02T09:02:00Z'));
    cloudWatch.unpin('b');
    expect(childrenOf(cloudWatch, '2026-03-02T09:03:00Z')).toEqual(['b OK']);
  });

  test('are all that changed when the rule goes by something else than ALARM', () => {
    const cloudWatch = settled({ AlarmRule: 'NOT ALARM(a)' });
    expect(cloudWatch.alarm('c')?.state.value).toBe('ALARM');
    const [, composite] = cloudWatch.pin('a', 'ALARM', new Date('2026-03-02T09:00:00Z'));
    expect(composite).toMatchObject({ alarmName: 'c', to: 'OK', triggeringChildren: [{ state: 'ALARM' }] });
  });
});

describe('SetAlarmState', () => {
  test('changes a metric alarm and the composites above it until the next evaluation', () => {
    const cloudWatch = settled();
    const at = new Date('2026-03-02T09:00:30Z');
    expect(cloudWatch.setAlarmState('a', 'ALARM', 'by hand', at, '{"by":"hand"}')).toMatchObject([
      {
        alarmName: 'a',
        from: 'OK',
        to: 'ALARM',
        at,
        reason: 'by hand',
        reasonData: '{"by":"hand"}',
        actions: [TOPIC],
      },
      { alarmName: 'c', from: 'OK', to: 'ALARM', at, actions: [TOPIC] },
    ]);
    expect(play(cloudWatch, '2026-03-02T09:01:00Z', '2026-03-02T09:02:00Z')).toEqual([
      '09:01 a ALARM -> OK',
      '09:01 c ALARM -> OK',
    ]);
  });

  test('on a composite stays until a child changes', () => {
    const cloudWatch = settled();
    const transitions = cloudWatch.setAlarmState('c', 'ALARM', 'by hand', new Date('2026-03-02T09:00:30Z'));
    expect(transitions).toMatchObject([{ alarmName: 'c', to: 'ALARM', triggeringChildren: [] }]);
    expect(play(cloudWatch, '2026-03-02T09:01:00Z', '2026-03-02T09:20:00Z')).toEqual([]);
    cloudWatch.pin('b', 'INSUFFICIENT_DATA', new Date('2026-03-02T09:20:30Z'));
    expect(cloudWatch.alarm('c')?.state.value).toBe('OK');
  });

  test('on a composite that was never evaluated stays, too', () => {
    const cloudWatch = settled();
    cloudWatch.putCompositeAlarm({ AlarmName: 'c2', AlarmRule: 'ALARM(a)' }, CREATED);
    const transitions = cloudWatch.setAlarmState('c2', 'ALARM', 'by hand', new Date('2026-03-02T09:00:30Z'));
    expect(transitions).toHaveLength(1);
    expect(play(cloudWatch, '2026-03-02T09:01:00Z', '2026-03-02T09:02:00Z')).toEqual([]);
  });

  test('to the state that an alarm has moves only StateUpdatedTimestamp', () => {
    const cloudWatch = settled();
    const at = new Date('2026-03-02T09:00:30Z');
    expect(cloudWatch.setAlarmState('a', 'OK', 'by hand', at)).toEqual([]);
    expect(cloudWatch.alarm('a')?.state).toMatchObject({
      value: 'OK',
      reason: 'by hand',
      updatedAt: at,
      transitionedAt: new Date('2026-03-02T08:30:00Z'),
    });
  });
});

describe('a pinned alarm', () => {
  test('holds its state until it is handed back, and is not evaluated', () => {
    const cloudWatch = settled();
    const transitions = cloudWatch.pin('a', 'ALARM', new Date('2026-03-02T09:00:00Z'));
    expect(transitions.map(({ alarmName, to }) => `${alarmName} ${to}`)).toEqual(['a ALARM', 'c ALARM']);
    const before = cloudWatch.evaluations.get('a');
    expect(play(cloudWatch, '2026-03-02T09:01:00Z', '2026-03-02T09:20:00Z')).toEqual([]);
    expect(cloudWatch.evaluations.get('a')).toBe(before);
    cloudWatch.unpin('a');
    expect(play(cloudWatch, '2026-03-02T09:21:00Z', '2026-03-02T09:22:00Z')).toEqual([
      '09:21 a ALARM -> OK',
      '09:21 c ALARM -> OK',
    ]);
  });

  test('stays pinned when its configuration is replaced', () => {
    const cloudWatch = settled();
    cloudWatch.pin('a', 'ALARM', new Date('2026-03-02T09:00:00Z'));
    cloudWatch.putMetricAlarm(throttleAlarm('a', { Threshold: 70 }), new Date('2026-03-02T09:00:30Z'));
    expect(play(cloudWatch, '2026-03-02T09:01:00Z', '2026-03-02T09:05:00Z')).toEqual([]);
  });

  test('may be a composite, which goes by its rule again once it is handed back', () => {
    const cloudWatch = settled();
    cloudWatch.pin('c', 'ALARM', new Date('2026-03-02T09:00:00Z'));
    cloudWatch.pin('a', 'ALARM', new Date('2026-03-02T09:01:00Z'));
    cloudWatch.pin('a', 'OK', new Date('2026-03-02T09:02:00Z'));
    expect(cloudWatch.alarm('c')?.state.value).toBe('ALARM');
    cloudWatch.unpin('c');
    expect(play(cloudWatch, '2026-03-02T09:03:00Z', '2026-03-02T09:03:00Z')).toEqual(['09:03 c ALARM -> OK']);
  });

  test('that is a composite goes by its rule again even when no child has changed', () => {
    const cloudWatch = settled();
    cloudWatch.pin('c', 'ALARM', new Date('2026-03-02T09:00:00Z'));
    cloudWatch.unpin('c');
    expect(play(cloudWatch, '2026-03-02T09:01:00Z', '2026-03-02T09:01:00Z')).toEqual(['09:01 c ALARM -> OK']);
  });

  test('must exist', () => {
    expect(() => settled().pin('x', 'OK', CREATED)).toThrow(
      expect.objectContaining({ code: 'ResourceNotFound' }),
    );
  });
});
