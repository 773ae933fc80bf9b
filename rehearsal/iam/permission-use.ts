import { type Decision, type Grant, grantsOf } from './authorization';
import type { Policy } from './policy';

/** Remembers which permissions of the functions' roles were ever needed. */
export class PermissionUse {
  private readonly declared = new Map<string, ReadonlySet<string>>();
  private readonly used = new Set<string>();

  /** Tells what `owner` (a function's label) may do; a later call, after a deployment, replaces an earlier one. */
  declare(owner: string, policies: readonly Policy[]): void {
    this.declared.set(owner, new Set(grantsOf(policies).map((grant) => describe(owner, grant))));
  }

  /** Marks what let a request of `owner`, or of a service on its behalf, through. */
  mark(owner: string, decision: Decision): void {
    if (!decision.allowed) return;
    for (const grant of decision.grants) this.used.add(describe(owner, grant));
  }

  /** `owner: action on resource`, sorted, for every declared permission that no request used. */
  unused(): string[] {
    return [...this.declared.values()]
      .flatMap((permissions) => [...permissions])
      .filter((permission) => !this.used.has(permission))
      .sort();
  }
}

function describe(owner: string, { action, resource }: Grant): string {
  return `${owner}: ${action} on ${resource}`;
}
