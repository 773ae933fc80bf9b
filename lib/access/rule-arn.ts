import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Made from the name, so that what a rule sends to need not wait for the rule, which waits for it. */
export const ruleArn = (scope: Construct, ruleName: string): string =>
  Stack.of(scope).formatArn({ service: 'events', resource: 'rule', resourceName: ruleName });
