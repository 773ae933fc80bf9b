import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import type { Stack } from '../../rehearsal/cloudformation/assembly';
import type { TemplateResource } from '../../rehearsal/cloudformation/template';
import type { Report } from '../../rehearsal/report';
import { alarmGoesTo, at, MODEL, RPM_CODE, rehearse, rehearseWell, SETTINGS } from './rehearse';

const FOUNDATION = 'AcmeCorp-Bedrock-OpsAlert';
const ARN = 'arn:aws:sns:us-east-1:111122223333';
const QUEUE_URL = 'http://127.0.0.1/111122223333/AcmeCorp-Bedrock-OpsAlert-alarms';

/** What CloudWatch mails of the product itself: the minute, `ALARM` or `INSUFFICIENT_DATA`, and the alarm. */
const illnesses = ({ emails }: Report): readonly string[] =>
  emails.flatMap(({ at: when, subject }) => {
    const [, state, alarm] = /^(\w+): "AcmeCorp-OpsAlertHealth-(\w+)" in /.exec(subject) ?? [];
    return alarm === undefined ? [] : [`${when.slice(11, 16)} ${state} ${alarm}`];
  });

type Change = (resources: Map<string, TemplateResource>) => void;

/** The foundation, altered from its first deployment on. */
const altered =
  (change: Change) =>
  (stack: Stack): Stack => {
    if (stack.stackName !== FOUNDATION) return stack;
    const resources = new Map(stack.template.resources);
    change(resources);
    return { ...stack, template: { ...stack.template, resources } };
  };

/** The foundation, altered when it is deployed for the second time. */
function alteredLater(change: Change) {
  let deployments = 0;
  return (stack: Stack): Stack => {
    if (stack.stackName === FOUNDATION) deployments += 1;
    return deployments > 1 ? altered(change)(stack) : stack;
  };
}

/** `idPrefix`: what the logical id begins with, since it ends in a hash. */
function theOne(
  resources: ReadonlyMap<string, TemplateResource>,
  type: string,
  idPrefix: string,
): readonly [logicalId: string, resource: TemplateResource] {
  const found = [...resources].filter(([id, one]) => one.type === type && id.startsWith(idPrefix));
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${found.length} of ${type} ${idPrefix}`);
  return first;
}

function setProperties(resources: Map<string, TemplateResource>, ...where: [type: string, idPrefix: string]) {
  const [id, resource] = theOne(resources, ...where);
  return (properties: Readonly<Record<string, unknown>>): void => {
    resources.set(id, { ...resource, properties: { ...resource.properties, ...properties } });
  };
}

const withSid = z.looseObject({ Statement: z.array(z.looseObject({ Sid: z.string().optional() })) });

/** Nobody of whom the statement speaks may send to the alarm queue any more. */
const withoutStatement =
  (sid: string): Change =>
  (resources) => {
    const where = ['AWS::SQS::QueuePolicy', 'DeliveryAlarms'] as const;
    const policy = withSid.parse(theOne(resources, ...where)[1].properties.PolicyDocument);
    const Statement = policy.Statement.filter(({ Sid }) => Sid !== sid);
    setProperties(resources, ...where)({ PolicyDocument: { ...policy, Statement } });
  };

/** A schedule that runs every hour, and whose function does not let it. */
const refusedHourly =
  (schedule: string): Change =>
  (resources) => {
    resources.delete(theOne(resources, 'AWS::Lambda::Permission', `${schedule}AllowEventRule`)[0]);
    setProperties(resources, 'AWS::Events::Rule', schedule)({ ScheduleExpression: 'rate(1 hour)' });
  };

/** Somebody wants to read notifications in a queue that does not let the topic in. */
const unreachableReader: Change = (resources) => {
  resources.set('Reader', {
    ...theOne(resources, 'AWS::SNS::Subscription', 'DeliveryRawAlarmsToQueue')[1],
    properties: {
      TopicArn: { Ref: theOne(resources, 'AWS::SNS::Topic', 'Notifications')[0] },
      Protocol: 'sqs',
      Endpoint: { 'Fn::GetAtt': [theOne(resources, 'AWS::SQS::Queue', 'DeliveryDeadLetters')[0], 'Arn'] },
    },
  });
};

const SECOND_DEPLOYMENT = at(6, { deploy: SETTINGS });

/** What is altered, what then happens, and the only e-mails of CloudWatch that come of it. */
const ALTERATIONS = [
  {
    what: 'the reconciler is not run any more',
    alterStack: alteredLater((resources) =>
      setProperties(resources, 'AWS::Events::Rule', 'ReconciliationSchedule')({ State: 'DISABLED' }),
    ),
    events: [SECOND_DEPLOYMENT],
    // Its last run is at 09:05, and three periods of five minutes without one must have ended.
    mails: ['09:21 INSUFFICIENT_DATA ReconcilerSilent'],
  },
  {
    what: 'the reconciler does not let its schedule run it',
    alterStack: alteredLater((resources) => {
      const [id] = theOne(resources, 'AWS::Lambda::Permission', 'ReconciliationScheduleAllowEventRule');
      resources.delete(id);
    }),
    events: [SECOND_DEPLOYMENT],
    mails: ['09:11 ALARM ReconciliationRefused', '09:21 INSUFFICIENT_DATA ReconcilerSilent'],
  },
  {
    what: 'the queue lets the topic of raw alarms in no more',
    alterStack: alteredLater(withoutStatement('RawAlarmsArrive')),
    events: [SECOND_DEPLOYMENT, alarmGoesTo(10, 'Throttles', 'ALARM')],
    mails: ['09:11 ALARM AlarmMessagesRefused'],
  },
  {
    what: 'the queue lets the events of alarms in no more',
    alterStack: altered(withoutStatement('ChildAlarmsArrive')),
    events: [alarmGoesTo(10, 'Throttles', 'ALARM')],
    mails: ['09:11 ALARM AlarmEventsRefused'],
  },
  {
    what: 'a reader of notifications cannot be reached',
    alterStack: altered(unreachableReader),
    events: [alarmGoesTo(10, 'Throttles', 'ALARM')],
    mails: ['09:11 ALARM NotificationsRefused'],
  },
  {
    what: 'the reconciler does not let its health check run it',
    alterStack: altered(refusedHourly('ReconciliationHealthSchedule')),
    events: [],
    mails: ['09:01 ALARM HealthChecksRefused'],
  },
  {
    what: 'the alarm updater does not let its schedule run it',
    alterStack: altered(refusedHourly('UpdatesSchedule')),
    events: [],
    mails: ['09:01 ALARM AlarmUpdatesRefused'],
  },
];

describe('people are told, once, when the product itself is ill', () => {
  test.each(ALTERATIONS)('$what', async ({ what: name, alterStack, events, mails }) => {
    const report = await rehearse({ name, events, until: '40m', expect: [] }, { alterStack });
    expect(illnesses(report)).toEqual(mails);
  });

  test('of a dead letter, past the processor', async () => {
    const report = await rehearseWell({
      name: 'A poisoned message',
      events: [at(5, { call: 'sqs.SendMessage', with: { QueueUrl: QUEUE_URL, MessageBody: 'no alarm' } })],
      until: '60m',
      expect: [{ emails: 1 }],
    });
    expect(report.emails[0]?.subject).toBe(
      'ALARM: "AcmeCorp-OpsAlertHealth-DeadLetters" in US East (N. Virginia)',
    );
    expect(report.emails[0]?.body).toContain('Runbook: DeadLetters.');
    // Five attempts, six minutes apart, then the period of the alarm.
    expect(illnesses(report)).toEqual(['09:36 ALARM DeadLetters']);
  });

  test('of an updater that fails', async () => {
    const report = await rehearseWell({
      name: 'An alarm that takes no threshold',
      events: [at(60, { setQuota: { [RPM_CODE]: 20_000 } })],
      faults: [{ call: 'cloudwatch.PutMetricAlarm', error: 'LimitExceededFault', always: true }],
      until: '24h',
      expect: [{ emails: 1 }],
    });
    expect(illnesses(report)).toEqual(['08:01 ALARM AlarmUpdaterErrors']);
  });

  test('of a reconciler that fails', async () => {
    const report = await rehearseWell({
      name: 'The ledger cannot be read',
      faults: [{ call: 'dynamodb.Query', error: 'InternalServerError', always: true, from: '12m' }],
      until: '40m',
      expect: [{ emails: 1 }],
    });
    expect(illnesses(report)).toEqual(['09:16 ALARM ReconcilerErrors']);
  });

  test('of a subscription that is missing, though two health checks find it', async () => {
    const report = await rehearseWell({
      name: 'One of two readers is lost',
      settings: { ...SETTINGS, stakeholders: ['sre@acme.example', 'on-call@acme.example'] },
      models: { [MODEL]: {} },
      events: [
        at(10, {
          call: 'sns.Unsubscribe',
          // As the local AWS derives it from the topic and the address.
          with: {
            SubscriptionArn: `${ARN}:${FOUNDATION}-notifications:7440047f-1dd3-cb75-41f0-ebdc0b3935e8`,
          },
        }),
      ],
      until: '11h10m',
      expect: [{ emails: 1 }],
    });
    expect(report.emails.map(({ to }) => to)).toEqual([['on-call@acme.example']]);
    expect(illnesses(report)).toEqual(['14:01 ALARM SubscriptionsMissing']);
  });

  test('of a model that was used and is not measured any more', async () => {
    const report = await rehearseWell({
      name: 'No usage for a day',
      // The newest sample comes last.
      models: { [MODEL]: { history: { interval: '1h', Invocations: '4000x9 _x20' } } },
      until: '5h10m',
      expect: [{ emails: 1 }],
    });
    expect(illnesses(report)).toEqual(['14:01 ALARM UsageSilent']);
  });
});

describe('people are told of no illness', () => {
  test('while a case is tried for an hour', async () => {
    await rehearseWell({
      name: 'A case that AWS never takes',
      events: [alarmGoesTo(10, 'Throttles', 'ALARM')],
      faults: [{ call: 'support.CreateCase', error: 'InternalServerError', always: true }],
      until: '2h',
      expect: [{ emails: 1, severity: 'CRITICAL' }, { emails: 1 }],
    });
  });

  test('while a model is used a little, and another never was', async () => {
    await rehearseWell({
      name: 'One request in the last day',
      settings: {
        ...SETTINGS,
        models: [
          ...SETTINGS.models,
          {
            ...SETTINGS.models[0],
            name: 'Nova',
            modelId: 'amazon.nova-micro-v1:0',
            acceptQuotaCodeMismatch: true,
          },
        ],
      },
      models: { [MODEL]: { history: { interval: '1h', Invocations: '4000x9 _x15 1 _x3' } } },
      until: '5h10m',
      expect: [{ emails: 0 }],
    });
  });
});
