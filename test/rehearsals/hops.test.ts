import { beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import type { Stack } from '../../rehearsal/cloudformation/assembly';
import { HEALTH_CHECK, INCIDENTS, UPDATE } from './all-that-is-done';
import { rehearse } from './rehearse';

/** What one service may do to another, each permission taken out in turn. */

const statement = z.looseObject({
  Sid: z.string().optional(),
  Effect: z.string(),
  Principal: z.looseObject({ Service: z.unknown().optional() }).or(z.string()).optional(),
});
const policy = z.looseObject({ Statement: z.array(statement) });

/** The property that holds a resource's own policy, by type. */
const POLICY_OF: Readonly<Record<string, string>> = {
  'AWS::SNS::TopicPolicy': 'PolicyDocument',
  'AWS::SQS::QueuePolicy': 'PolicyDocument',
  'AWS::KMS::Key': 'KeyPolicy',
  'AWS::IAM::Role': 'AssumeRolePolicyDocument',
};

interface Admission {
  readonly logicalId: string;
  /** The place among the statements; -1: the resource is the permission itself. */
  readonly index: number;
  readonly label: string;
}

/** Everything in a stack that admits a service. */
const admissionsOf = ({ template }: Stack): readonly Admission[] =>
  [...template.resources].flatMap(([logicalId, { type, properties }]) => {
    if (type === 'AWS::Lambda::Permission') return [{ logicalId, index: -1, label: `${type} ${logicalId}` }];
    const property = POLICY_OF[type];
    if (property === undefined) return [];
    return policy
      .parse(properties[property])
      .Statement.flatMap((one, index) =>
        admitsService(one) ? [{ logicalId, index, label: `${one.Sid ?? type} of ${logicalId}` }] : [],
      );
  });

const admitsService = ({ Effect, Principal }: z.output<typeof statement>): boolean =>
  Effect === 'Allow' && typeof Principal === 'object' && Principal.Service !== undefined;

function without({ logicalId, index }: Admission) {
  return (stack: Stack): Stack => {
    const resources = new Map(stack.template.resources);
    const resource = resources.get(logicalId);
    if (resource === undefined) return stack;
    if (index < 0) resources.delete(logicalId);
    else {
      const property = POLICY_OF[resource.type] ?? '';
      const document = policy.parse(resource.properties[property]);
      // A policy must have a statement, so the last one admits a service that asks for nothing.
      const Statement =
        document.Statement.length === 1
          ? document.Statement.map((one) => ({ ...one, Principal: { Service: 'ec2.amazonaws.com' } }))
          : document.Statement.filter((_, other) => other !== index);
      const properties = { ...resource.properties, [property]: { ...document, Statement } };
      resources.set(logicalId, { ...resource, properties });
    }
    return { ...stack, template: { ...stack.template, resources } };
  };
}

/** By what the logical ids begin with, since they end in a hash. A permission that is missing here is missing a test. */
const ADMISSIONS: readonly (readonly [
  label: RegExp,
  scenario: typeof INCIDENTS | typeof UPDATE | typeof HEALTH_CHECK,
])[] = [
  [/^AlarmsPublish of DeliveryRawAlarms/, INCIDENTS],
  [/^AlarmsPublish of Notifications/, INCIDENTS],
  [/^RawAlarmsArrive of DeliveryAlarms/, INCIDENTS],
  [/^ChildAlarmsArrive of DeliveryAlarms/, INCIDENTS],
  [/^AlarmsPublishToEncryptedTopics of Key/, INCIDENTS],
  [/^TopicDeliversToEncryptedQueue of Key/, INCIDENTS],
  [/^RuleDeliversToEncryptedQueue of Key/, INCIDENTS],
  [/^AWS::IAM::Role of QuotaCalculatorAccess/, INCIDENTS],
  [/^AWS::IAM::Role of NotificationProcessorAccess/, INCIDENTS],
  [/^AWS::IAM::Role of UpdatesAlarmUpdaterAccess/, UPDATE],
  [/^AWS::IAM::Role of ReconciliationReconcilerAccess/, INCIDENTS],
  [/^AWS::Lambda::Permission UpdatesSchedule/, UPDATE],
  [/^AWS::Lambda::Permission UpdatesSharersSchedule/, UPDATE],
  [/^AWS::Lambda::Permission UpdatesAlarmChanges/, UPDATE],
  [/^AWS::Lambda::Permission ReconciliationSchedule/, INCIDENTS],
  [/^AWS::Lambda::Permission ReconciliationHealthSchedule/, HEALTH_CHECK],
];

describe('every hop from one service to another needs its permission', () => {
  const admissions: Admission[] = [];

  beforeAll(async () => {
    await rehearse(
      { ...UPDATE, events: [], until: '10m', expect: [] },
      {
        alterStack: (stack) => {
          admissions.push(...admissionsOf(stack));
          return stack;
        },
      },
    );
  });

  test('the list above names each of them once, and no other', () => {
    const unnamed = admissions.filter(
      ({ label }) => ADMISSIONS.filter(([name]) => name.test(label)).length !== 1,
    );
    expect(unnamed.map(({ label }) => label)).toEqual([]);
    expect(admissions).toHaveLength(ADMISSIONS.length);
  });

  test.each(ADMISSIONS.map(([label, scenario]) => ({ label: label.source.slice(1), scenario })))(
    'without $label the scenario fails, and the refusal is reported',
    async ({ label, scenario }) => {
      const admission = admissions.find((one) => one.label.startsWith(label));
      if (admission === undefined) throw new Error(`no permission ${label}`);
      const { passed, failures, denied } = await rehearse(scenario, { alterStack: without(admission) });
      expect(passed).toBe(false);
      expect([...denied, ...failures.filter((failure) => /CloudFormation failed/.test(failure))]).not.toEqual(
        [],
      );
    },
  );
});
