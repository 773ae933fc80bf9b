import { authorize } from '../iam/authorization';
import { PermissionUse } from '../iam/permission-use';
import type { Policy } from '../iam/policy';
import type { Denial } from '../report';
import type { Permission } from '../service';

/** A function that calls, or a service that hands something on. */
export type Caller =
  | {
      readonly kind: 'function';
      readonly arn: string;
      readonly label: string;
      readonly roleArn: string;
      readonly policies: readonly Policy[];
    }
  | {
      readonly kind: 'service';
      readonly name: string;
      /** What the service acts for, as `aws:SourceArn`. */
      readonly sourceArn: string;
      readonly accountId: string;
    };

/** Asks IAM about every call and every hop, and remembers what was refused and which permissions were used. */
export class Access {
  readonly use = new PermissionUse();
  private readonly refusals = new Map<string, Denial>();

  /** @param resourcePolicy the policy of a topic, queue or key by its ARN. */
  constructor(private readonly resourcePolicy: (arn: string) => Policy | undefined) {}

  /** The first permission that the caller lacks; undefined when it may do all. */
  refuses(caller: Caller, permissions: readonly Permission[], at: string): Permission | undefined {
    return permissions.find((permission) => !this.allows(caller, permission, at));
  }

  denied(): readonly Denial[] {
    return [...this.refusals.keys()].sort().flatMap((key) => this.refusals.get(key) ?? []);
  }

  private allows(caller: Caller, { action, resource, context, refusedAs }: Permission, at: string): boolean {
    const decision = authorize({
      ...(caller.kind === 'function'
        ? { principal: { kind: 'role', arn: caller.roleArn }, identityPolicies: caller.policies }
        : { principal: { kind: 'service', name: caller.name } }),
      action,
      resource,
      context: { ...context, ...sourceOf(caller) },
      resourcePolicy: this.resourcePolicy(resource),
    });
    if (caller.kind === 'function') this.use.mark(caller.arn, decision);
    if (!decision.allowed && refusedAs === undefined) {
      const denial: Denial =
        caller.kind === 'function'
          ? { at, function: caller.label, action, resource }
          : { at, principal: caller.name, action, resource };
      this.refusals.set(JSON.stringify(denial), denial);
    }
    return decision.allowed;
  }
}

const sourceOf = (caller: Caller): Readonly<Record<string, string>> =>
  caller.kind === 'service'
    ? { 'aws:SourceArn': caller.sourceArn, 'aws:SourceAccount': caller.accountId }
    : {};
