import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { healthAlarmPrefix, modelAlarmPrefix } from '../../lambda/contract/names';

const alarmArn = (scope: Construct, prefix: string): string =>
  Stack.of(scope).formatArn({
    service: 'cloudwatch',
    resource: 'alarm',
    resourceName: `${prefix}*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/** The ARNs of all model alarms of a customer, composites included. */
export const modelAlarmArns = (scope: Construct, customer: string): string =>
  alarmArn(scope, modelAlarmPrefix(customer));

/** The ARNs of the alarms on the product itself. */
export const healthAlarmArns = (scope: Construct, customer: string): string =>
  alarmArn(scope, healthAlarmPrefix(customer));

/** Both. */
export const alarmArnPatterns = (scope: Construct, customer: string): string[] => [
  modelAlarmArns(scope, customer),
  healthAlarmArns(scope, customer),
];
