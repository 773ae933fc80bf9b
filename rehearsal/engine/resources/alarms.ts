import * as z from 'zod';
import type { PhysicalResource, ResourceHandlers } from '../../cloudformation/stack-resources';
import type { LocalAws } from '../local-aws';
import { handler, type ResourceType, type Target } from './handler';

/** Metric alarms and composites. */
export const alarmResources = (aws: LocalAws): ResourceHandlers => ({
  'AWS::CloudWatch::Alarm': handler(aws, alarm(putMetricAlarm)),
  'AWS::CloudWatch::CompositeAlarm': handler(aws, alarm(putCompositeAlarm)),
});

/** CloudWatch itself refuses what it does not know. */
const alarmSchema = z.looseObject({ AlarmName: z.string() });
type AlarmProperties = z.output<typeof alarmSchema>;

/** An update writes the whole alarm anew, whoever changed it since. */
const alarm = (put: (properties: AlarmProperties, target: Target) => void): ResourceType<AlarmProperties> => {
  const bring = (properties: AlarmProperties, target: Target): PhysicalResource => {
    put(properties, target);
    const { AlarmName } = properties;
    return { ref: AlarmName, attributes: { Arn: target.region.cloudWatch.alarmArn(AlarmName) } };
  };
  return {
    schema: alarmSchema,
    name: 'AlarmName',
    exists: (name, { region }) => region.cloudWatch.alarm(name) !== undefined,
    create: bring,
    update: (properties, target) => {
      target.region.cloudWatch.tag(properties.AlarmName, properties);
      return bring(properties, target);
    },
    remove: ({ ref }, { aws, region }) => region.cloudWatch.deleteAlarm(ref, aws.agenda.now),
  };
};

const putMetricAlarm = (properties: AlarmProperties, { aws, region }: Target): void =>
  region.cloudWatch.putMetricAlarm(properties, aws.agenda.now);

const putCompositeAlarm = (properties: AlarmProperties, { aws, region }: Target): void =>
  region.cloudWatch.putCompositeAlarm(properties, aws.agenda.now);
