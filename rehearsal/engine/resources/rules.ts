import * as z from 'zod';
import type { PhysicalResource, ResourceHandlers } from '../../cloudformation/stack-resources';
import type { LocalAws } from '../local-aws';
import { handler, type Target, tags } from './handler';

/** Rules of EventBridge. */
export const ruleResources = (aws: LocalAws): ResourceHandlers => ({
  'AWS::Events::Rule': handler(aws, {
    schema: ruleSchema,
    name: 'Name',
    exists: (name, { region }) => region.eventBridge.rule(name) !== undefined,
    create: (properties, target) => putRule(properties.Name ?? target.physicalName(64), properties, target),
    update: (properties, target, { ref }) => putRule(ref, properties, target),
    remove: ({ ref }, { region }) => region.eventBridge.deleteRule(ref),
  }),
});

const targetSchema = z.strictObject({
  Arn: z.string(),
  Id: z.string(),
  Input: z.string().optional(),
  // Only what EventBridge tries again is concerned, and a refusal it does not.
  RetryPolicy: z.unknown().optional(),
});

const ruleSchema = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  ScheduleExpression: z.string().optional(),
  EventPattern: z.unknown().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(targetSchema).max(5).default([]),
  Tags: tags,
});

function putRule(
  name: string,
  { EventPattern, ScheduleExpression, State, Targets }: z.output<typeof ruleSchema>,
  { aws, region }: Target,
): PhysicalResource {
  const rule = region.eventBridge.putRule(
    {
      name,
      isEnabled: State === 'ENABLED',
      scheduleExpression: ScheduleExpression,
      eventPattern: EventPattern,
      targets: Targets.map(({ Arn, Id, Input }) => ({ arn: Arn, id: Id, input: Input })),
    },
    aws.agenda.now,
  );
  aws.events.schedule(rule, region);
  return { ref: name, attributes: { Arn: rule.arn } };
}
