import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { childAlarmPrefix, compositeAlarmPrefix, healthAlarmPrefix } from '../../lambda/contract/names';
import { ALARM_CATALOGUE } from '../../lambda/domain/alarm-catalogue';

const alarmArn = (scope: Construct, prefix: string): string =>
  Stack.of(scope).formatArn({
    service: 'cloudwatch',
    resource: 'alarm',
    resourceName: `${prefix}*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/** The ARNs of each of the ten alarms, for all models of a customer. */
export const childAlarmArns = (scope: Construct, customer: string): string[] =>
  ALARM_CATALOGUE.map(({ name, severity }) => alarmArn(scope, childAlarmPrefix(customer, name, severity)));

/** The ARNs of the composites, which alone publish what is wrong with a model. */
export const compositeAlarmArns = (scope: Construct, customer: string): string =>
  alarmArn(scope, compositeAlarmPrefix(customer));

/** The ARNs of the alarms on the product itself. */
export const healthAlarmArns = (scope: Construct, customer: string): string =>
  alarmArn(scope, healthAlarmPrefix(customer));
