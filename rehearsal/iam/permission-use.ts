import { type Decision, type Grant, grantsOf } from './authorization';
import type { Policy } from './policy';

/** Remembers which permissions of the functions' roles were ever needed. */
export class PermissionUse {
  private readonly declared = new Map<string, readonly Grant[]>();
  private readonly used = new Map<string, Set<string>>();

  /** Tells what `owner` (a function's full name) may do; a later call, after a deployment, replaces an earlier one. */
  declare(owner: string, policies: readonly Policy[]): void {
    this.declared.set(owner, grantsOf(policies));
  }

  /** Marks what let a request of `owner`, or of a service on its behalf, through. */
  mark(owner: string, decision: Decision): void {
    const used = this.used.get(owner) ?? new Set();
    for (const grant of decision.grants) used.add(describe(grant));
    this.used.set(owner, used);
  }

  /** `function: action on resource`, sorted, for every declared permission that no request used. */
  unused(functionLabel: (owner: string) => string): string[] {
    const unused = [...this.declared].flatMap(([owner, grants]) =>
      grants
        .map(describe)
        .filter((grant) => !this.used.get(owner)?.has(grant))
        .map((grant) => `${functionLabel(owner)}: ${grant}`),
    );
    return [...new Set(unused)].sort();
  }
}

function describe({ action, resource }: Grant): string {
  return `${action} on ${resource}`;
}
