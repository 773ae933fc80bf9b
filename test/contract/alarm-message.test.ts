import { describe, expect, test } from '@jest/globals';
import { parseAlarmMessage } from '../../lambda/contract/alarm-message';

const ARN = 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:';
const THROTTLES = 'Acme-Bedrock-Throttles-Critical-G-Opus-4-6';
const LATENCY = 'Acme-Bedrock-HighLatency-Warning-G-Opus-4-6';

const child = (name: string, value = 'ALARM', timestamp = '2021-11-10T02:45:55.640+0000') => ({
  Arn: ARN + name,
  State: { Value: value, Timestamp: timestamp },
});

/** As CloudWatch publishes it, with two children of which one has gone off. */
const CAPTURED = {
  AlarmName: 'Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6',
  AlarmDescription: 'Is in ALARM while any alarm of the Bedrock model G-Opus-4-6 is.',
  AWSAccountId: '111122223333',
  NewStateValue: 'ALARM',
  NewStateReason: `${ARN}${THROTTLES} transitioned to ALARM at Wednesday 10 November, 2021 02:45:55 UTC`,
  StateChangeTime: '2021-11-10T02:45:55.640+0000',
  Region: 'US East (N. Virginia)',
  AlarmArn: `${ARN}Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6`,
  OKActions: [],
  AlarmActions: ['arn:aws:sns:us-east-1:111122223333:Acme-Bedrock-OpsAlert-raw-alarms'],
  InsufficientDataActions: [],
  OldStateValue: 'OK',
  AlarmRule: `ALARM("${THROTTLES}") OR ALARM("${LATENCY}")`,
  TriggeringChildren: [child(THROTTLES)],
};

const parse = (changes: Readonly<Record<string, unknown>>) => parseAlarmMessage({ ...CAPTURED, ...changes });

describe('the message of a composite alarm', () => {
  test('is read whole', () => {
    expect(parse({})).toEqual({
      alarmName: 'Acme-Bedrock-QuotaHealth-Composite-G-Opus-4-6',
      state: 'ALARM',
      previousState: 'OK',
      changedAt: new Date('2021-11-10T02:45:55.640Z'),
      children: [{ alarmName: THROTTLES, since: new Date('2021-11-10T02:45:55.640Z') }],
    });
  });

  test('names the children that are in ALARM, not those that ended', () => {
    const TriggeringChildren = [child(LATENCY, 'OK'), child(THROTTLES), child('x', 'INSUFFICIENT_DATA')];
    expect(parse({ TriggeringChildren }).children.map(({ alarmName }) => alarmName)).toEqual([THROTTLES]);
  });

  test.each([
    ['absent, as in older messages', undefined],
    ['empty, as after SetAlarmState', []],
  ])('names no children where they are %s', (_case, TriggeringChildren) => {
    expect(parse({ TriggeringChildren }).children).toEqual([]);
  });

  test('needs none of the fields that it does not use', () => {
    const { AlarmName, NewStateValue, StateChangeTime } = CAPTURED;
    expect(parseAlarmMessage({ AlarmName, NewStateValue, StateChangeTime })).toEqual({
      ...parse({}),
      previousState: undefined,
      children: [],
    });
  });

  test.each(['OK', 'INSUFFICIENT_DATA'])('may be of the state %s', (NewStateValue) => {
    expect(parse({ NewStateValue }).state).toBe(NewStateValue);
  });

  test.each([
    ['2026-03-02T09:15:30.123+0000', '2026-03-02T09:15:30.123Z'],
    ['2026-03-02T09:15:30.123+00:00', '2026-03-02T09:15:30.123Z'],
    ['2026-03-02T09:15:30Z', '2026-03-02T09:15:30.000Z'],
    ['2026-03-02T11:15:30.123+0200', '2026-03-02T09:15:30.123Z'],
    ['2026-03-02T04:45:30.123-0430', '2026-03-02T09:15:30.123Z'],
  ])('may be dated %s', (written, instant) => {
    const message = parse({ StateChangeTime: written, TriggeringChildren: [child('x', 'ALARM', written)] });
    expect([message.changedAt, message.children[0]?.since]).toEqual([new Date(instant), new Date(instant)]);
  });
});

describe('what is no such message', () => {
  test.each([['Hello.'], [null], [[]], [7], [{}]])('%p is refused', (message) => {
    expect(() => parseAlarmMessage(message)).toThrow();
  });

  test.each(['AlarmName', 'NewStateValue', 'StateChangeTime'])(
    'a message without %s is refused, and the refusal names it',
    (field) => {
      expect(() => parse({ [field]: undefined })).toThrow(field);
    },
  );

  test.each(['StateChangeTime', 'Timestamp'])('a %s that is no time is refused', (field) => {
    const changes =
      field === 'Timestamp'
        ? { TriggeringChildren: [child('x', 'ALARM', 'soon')] }
        : { StateChangeTime: 'soon' };
    expect(() => parse(changes)).toThrow('not an instant: soon');
  });
});
