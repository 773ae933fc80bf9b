import * as z from 'zod';
import type { DeployedResource, PhysicalResource, ResourceHandlers } from '../../cloudformation/deployment';
import type { LocalAws } from '../local-aws';
import { handler, type Removal, type Target } from './handler';

/** Metric alarms and composites. */
export const alarmResources = (aws: LocalAws): ResourceHandlers => ({
  'AWS::CloudWatch::Alarm': handler(aws, alarmSchema, createAlarm, deleteAlarm),
  'AWS::CloudWatch::CompositeAlarm': handler(aws, alarmSchema, createCompositeAlarm, deleteAlarm),
});

/** CloudWatch itself refuses what it does not know. */
const alarmSchema = z.looseObject({ AlarmName: z.string() });

function createAlarm(properties: z.output<typeof alarmSchema>, { aws, region }: Target): PhysicalResource {
  region.cloudWatch.putMetricAlarm(properties, aws.agenda.now);
  return { ref: properties.AlarmName, attributes: { Arn: region.cloudWatch.alarmArn(properties.AlarmName) } };
}

function createCompositeAlarm(
  properties: z.output<typeof alarmSchema>,
  { aws, region }: Target,
): PhysicalResource {
  region.cloudWatch.putCompositeAlarm(properties, aws.agenda.now);
  return { ref: properties.AlarmName, attributes: { Arn: region.cloudWatch.alarmArn(properties.AlarmName) } };
}

const deleteAlarm = ({ ref }: DeployedResource, { region }: Removal): void =>
  region.cloudWatch.deleteAlarm(ref);
