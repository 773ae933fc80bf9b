import { NotRehearsed } from '../service';

/** Who asks: a function by its role, or an AWS service by its own name. */
export type Principal =
  | { readonly kind: 'role'; readonly arn: string }
  | { readonly kind: 'service'; readonly name: string };

/** Whom a statement of a resource policy speaks of. */
export type PrincipalElement =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'account'; readonly accountId: string }
  | { readonly kind: 'role'; readonly arn: string }
  | { readonly kind: 'service'; readonly name: string };

/** How a statement reaches a principal: it names it, or it names its account and so leaves the decision to IAM there. */
export type Reach = 'named' | 'account';

/**
 * Reads the Principal element.
 * Throws NotRehearsed for other kinds than AWS and Service, for users and for wildcards within names.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function readPrincipals(
  element: '*' | Readonly<Record<string, readonly string[]>>,
  where: string,
): readonly PrincipalElement[] {
  if (element === '*') return [{ kind: 'everyone' }];
  return Object.entries(element).flatMap(([kind, names]) =>
    names.map((name) => readPrincipal(kind, name, where)),
  );
}

/** How `elements` reach `principal`; undefined if not at all. */
export function reach(elements: readonly PrincipalElement[], principal: Principal): Reach | undefined {
  if (elements.some((element) => names(element, principal))) return 'named';
  return elements.some((element) => ownsRole(element, principal)) ? 'account' : undefined;
}

/** The account of a role's ARN. */
export function accountOf(roleArn: string): string {
  return roleArn.split(':')[4] ?? '';
}

function readPrincipal(kind: string, name: string, where: string): PrincipalElement {
  if (kind === 'Service' && /^[a-z0-9.-]+\.amazonaws\.com$/.test(name)) return { kind: 'service', name };
  if (kind === 'AWS') {
    if (name === '*') return { kind: 'everyone' };
    const accountId = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(name)?.[1];
    if (accountId !== undefined) return { kind: 'account', accountId };
    if (/^arn:aws:iam::\d{12}:role\/[^*?]+$/.test(name)) return { kind: 'role', arn: name };
  }
  throw new NotRehearsed(`${where}: the principal ${kind} ${name}`);
}

function names(element: PrincipalElement, principal: Principal): boolean {
  switch (element.kind) {
    case 'everyone':
      return true;
    case 'role':
      return principal.kind === 'role' && principal.arn === element.arn;
    case 'service':
      return principal.kind === 'service' && principal.name === element.name;
    case 'account':
      return false;
  }
}

function ownsRole(element: PrincipalElement, principal: Principal): boolean {
  return (
    element.kind === 'account' && principal.kind === 'role' && accountOf(principal.arn) === element.accountId
  );
}
