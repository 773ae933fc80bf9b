import { describe, expect, test } from '@jest/globals';
import { laterInNotification } from '../../../rehearsal/engine/road-skew';
import { alarm, type Played, play, regionOf, topic } from './small-application';

const admit = (service: string, resources: Readonly<Record<string, unknown>>) => ({
  Effect: 'Allow',
  Principal: { Service: service },
  ...resources,
});

const queue = (name: string, service: string) => ({
  [name]: { Type: 'AWS::SQS::Queue', Properties: { QueueName: name } },
  [`${name}Policy`]: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: name }],
      PolicyDocument: {
        Statement: admit(service, {
          Action: 'sqs:SendMessage',
          Resource: { 'Fn::GetAtt': [name, 'Arn'] },
        }),
      },
    },
  },
});

/** One alarm whose changes take both roads. */
const bothRoads = {
  name: 'roads',
  resources: {
    ...queue('notified', 'sns.amazonaws.com'),
    ...queue('events', 'events.amazonaws.com'),
    Topic: topic('alarms'),
    TopicPolicy: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: {
        Topics: [{ Ref: 'Topic' }],
        PolicyDocument: {
          Statement: admit('cloudwatch.amazonaws.com', {
            Action: 'sns:Publish',
            Resource: { Ref: 'Topic' },
          }),
        },
      },
    },
    Subscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        TopicArn: { Ref: 'Topic' },
        Protocol: 'sqs',
        Endpoint: { 'Fn::GetAtt': ['notified', 'Arn'] },
        RawMessageDelivery: true,
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: 'changes',
        EventPattern: { source: ['aws.cloudwatch'], detail: { state: { value: ['ALARM'] } } },
        Targets: [{ Id: 'T', Arn: { 'Fn::GetAtt': ['events', 'Arn'] } }],
      },
    },
    Alarm: alarm('faults', { AlarmActions: [{ Ref: 'Topic' }] }),
  },
};

const events = [
  {
    at: '10m',
    call: 'cloudwatch.SetAlarmState',
    with: { AlarmName: 'faults', StateValue: 'ALARM', StateReason: 'a trial' },
  },
];

function bodiesIn(name: string, played: Played): readonly Record<string, unknown>[] {
  const { sqs } = regionOf(played);
  return sqs.receive(sqs.arnOf(name), played.aws.agenda.now).map(({ body }) => JSON.parse(body));
}

const CHANGED_AT = '2026-03-02T09:10:00.000Z';

describe('the instants of one change', () => {
  test('differ by the skew of the road that tells it, and the record has its own', async () => {
    const played = await play([bothRoads], {
      events,
      until: '10m',
      deliver: { duplicate: 1, reorder: 0, skew: '5s' },
    });
    expect(bodiesIn('notified', played)).toMatchObject([
      { AlarmName: 'faults', StateChangeTime: '2026-03-02T09:10:05.000+0000' },
    ]);
    expect(bodiesIn('events', played)).toMatchObject([
      {
        time: '2026-03-02T09:10:00Z',
        detail: {
          previousState: { timestamp: '2026-03-02T07:59:55.000+0000' },
          state: { timestamp: '2026-03-02T09:09:55.000+0000' },
        },
      },
    ]);
    const [toAlarm] = played.aws.record.transitions.filter(({ to }) => to === 'ALARM');
    expect(toAlarm?.at.toISOString()).toBe(CHANGED_AT);
    expect(regionOf(played).cloudWatch.alarm('faults')?.state.transitionedAt.toISOString()).toBe(CHANGED_AT);
  });

  test('are the same without a skew', async () => {
    const played = await play([bothRoads], { events, until: '10m' });
    expect(bodiesIn('notified', played)).toMatchObject([{ StateChangeTime: '2026-03-02T09:10:00.000+0000' }]);
    expect(bodiesIn('events', played)).toMatchObject([
      { detail: { state: { timestamp: '2026-03-02T09:10:00.000+0000' } } },
    ]);
  });

  test('of a composite are later for its children too, and nothing else changes', () => {
    const message = {
      AlarmName: 'health',
      StateChangeTime: '2026-03-02T09:10:00.000+0000',
      AlarmConfigurationUpdatedTimestamp: '2026-03-02T08:00:00.000+0000',
      TriggeringChildren: [
        { Arn: 'a', State: { Value: 'ALARM', Timestamp: '2026-03-02T09:09:59.500+0000' } },
      ],
    };
    expect(JSON.parse(laterInNotification(JSON.stringify(message), 60_000))).toEqual({
      ...message,
      StateChangeTime: '2026-03-02T09:11:00.000+0000',
      TriggeringChildren: [
        { Arn: 'a', State: { Value: 'ALARM', Timestamp: '2026-03-02T09:10:59.500+0000' } },
      ],
    });
  });
});
