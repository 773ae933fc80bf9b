import type { ResourceHandlers } from '../cloudformation/stack-resources';
import type { LocalAws } from './local-aws';
import { alarmResources } from './resources/alarms';
import { customResources } from './resources/custom-resource';
import { functionResources } from './resources/functions';
import { messagingResources } from './resources/messaging';
import { ruleResources } from './resources/rules';
import { tableResources } from './resources/tables';
import { valueResources } from './resources/values';

/** How each resource type of the product's stacks comes into being. A property that is not listed is NotRehearsed. */
export const resourceHandlers = (
  aws: LocalAws,
  functionLabel: (functionName: string) => string,
): ResourceHandlers => ({
  ...messagingResources(aws),
  ...valueResources(aws),
  ...tableResources(aws),
  ...functionResources(aws, functionLabel),
  ...ruleResources(aws),
  ...alarmResources(aws),
  ...customResources(aws),
});
