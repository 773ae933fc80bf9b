import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import * as z from 'zod';

/** Accepts a finding of cdk-nag on one construct, with the reason that a reviewer would ask for. */
export function acknowledge(construct: IConstruct, rule: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: rule, reason });
}

/** Accepts that a role's policy names `resource`, which holds a `*`. cdk-nag wants each such resource named. */
export function acknowledgeWildcard(role: IConstruct, resource: string, reason: string): void {
  acknowledge(role, `AwsSolutions-IAM5[Resource::${asNagWritesIt(role, resource)}]`, reason);
}

const joinedArn = z.object({
  'Fn::Join': z.tuple([z.literal(''), z.array(z.union([z.string(), z.object({ Ref: z.string() })]))]),
});

/** cdk-nag writes what only CloudFormation knows as `<AWS::Region>`. */
function asNagWritesIt(construct: IConstruct, resource: string): string {
  const resolved: unknown = Stack.of(construct).resolve(resource);
  if (typeof resolved === 'string') return resolved;
  const [, parts] = joinedArn.parse(resolved)['Fn::Join'];
  return parts.map((part) => (typeof part === 'string' ? part : `<${part.Ref}>`)).join('');
}
