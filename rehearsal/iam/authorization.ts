import { allHold, type ConditionContext } from './condition';
import { describeMatcher, matching, type Policy, type Statement } from './policy';
import { accountOf, type Principal, reach } from './principal';

/** One action on one resource: an ARN, or `*` for actions that take none (then only statements on `*` match). */
export interface AccessRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: ConditionContext;
}

/** A request with the policies that have a say in it. */
export interface AuthorizationRequest {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  /** Keys that the service fills in; those of the principal and the transport are added. */
  readonly context?: ConditionContext;
  /** The policies of the role; of no account for AWS services. */
  readonly identityPolicies?: readonly Policy[];
  /** The policy of the resource, if it has one. Every KMS key has one. */
  readonly resourcePolicy?: Policy | undefined;
}

export interface Decision {
  readonly allowed: boolean;
  /** Who decided, for logs: the statements, or that there is none. */
  readonly reason: string;
  /** The ids of the statements that matched: the denying ones if there are any, otherwise the allowing ones. */
  readonly statements: readonly string[];
  /** What identity policies contributed to an allowed request. */
  readonly grants: readonly Grant[];
}

/** One pair of patterns of an Allow statement. */
export interface Grant {
  readonly action: string;
  readonly resource: string;
}

/** What one side's policies say. */
export interface Verdict {
  readonly denied: readonly Statement[];
  readonly allowed: readonly Statement[];
  /** Statements of a resource policy that leave it to the account's identity policies. */
  readonly delegated: readonly Statement[];
}

/**
 * Decides as IAM does. An explicit deny wins; otherwise, for a role, an allow by its own policies or by a resource
 * policy that names it suffices within one account, both are needed across accounts, and for a KMS key the key policy
 * must allow the role or leave it to the account. For an AWS service only the resource policy counts.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 */
export function authorize(request: AuthorizationRequest): Decision {
  const { principal, resourcePolicy } = request;
  const access = accessRequest(request);
  const identity = evaluateIdentity(
    principal.kind === 'role' ? (request.identityPolicies ?? []) : [],
    access,
  );
  const resource =
    resourcePolicy === undefined ? silence : evaluateResource(resourcePolicy, principal, access);
  const denied = [...identity.denied, ...resource.denied];
  if (denied.length > 0)
    return decision(false, `explicitly denied by ${idsOf(denied).join(', ')}`, denied, []);
  if (!isGranted(request, identity, resource)) return decision(false, defaultDeny(request), [], []);
  const allowed = [...resource.allowed, ...resource.delegated, ...identity.allowed];
  const grants = identity.allowed.flatMap((statement) => matchingGrants(statement, access));
  return decision(true, `allowed by ${idsOf(allowed).join(', ')}`, allowed, grants);
}

/** The statements of identity policies that match `request`. */
export function evaluateIdentity(policies: readonly Policy[], request: AccessRequest): Verdict {
  const matched = policies.flatMap(({ statements }) => statements).filter((each) => matches(each, request));
  return { denied: withEffect(matched, 'Deny'), allowed: withEffect(matched, 'Allow'), delegated: [] };
}

/** The statements of a resource policy that match `request` and reach `principal`. */
export function evaluateResource(policy: Policy, principal: Principal, request: AccessRequest): Verdict {
  const matched = policy.statements.filter((statement) => matches(statement, request));
  const reaching = (how: 'named' | 'account'): Statement[] =>
    matched.filter(({ principals }) => reach(principals, principal) === how);
  return {
    denied: withEffect([...reaching('named'), ...reaching('account')], 'Deny'),
    allowed: withEffect(reaching('named'), 'Allow'),
    delegated: withEffect(reaching('account'), 'Allow'),
  };
}

/** Every pair of patterns that the Allow statements of `policies` grant. */
export function grantsOf(policies: readonly Policy[]): Grant[] {
  return withEffect(
    policies.flatMap(({ statements }) => statements),
    'Allow',
  ).flatMap(({ actions, resources }) => pairs(describeMatcher(actions), describeMatcher(resources)));
}

const silence: Verdict = { denied: [], allowed: [], delegated: [] };

/** Local HTTP stands for the TLS that the deployed functions use. */
function accessRequest({ principal, action, resource, context }: AuthorizationRequest): AccessRequest {
  const ofPrincipal: ConditionContext =
    principal.kind === 'role'
      ? {
          'aws:PrincipalArn': principal.arn,
          'aws:PrincipalAccount': accountOf(principal.arn),
          'aws:PrincipalIsAWSService': 'false',
        }
      : { 'aws:PrincipalServiceName': principal.name, 'aws:PrincipalIsAWSService': 'true' };
  return { action, resource, context: { 'aws:SecureTransport': 'true', ...ofPrincipal, ...context } };
}

function isGranted(request: AuthorizationRequest, identity: Verdict, resource: Verdict): boolean {
  const byIdentity = identity.allowed.length > 0;
  const byResource = resource.allowed.length > 0;
  if (request.principal.kind === 'service') return byResource;
  const toAccount = resource.delegated.length > 0;
  if (isOtherAccount(request.resource, accountOf(request.principal.arn)))
    return byIdentity && (byResource || toAccount);
  return isKmsKey(request) ? byResource || (toAccount && byIdentity) : byResource || byIdentity;
}

function isKmsKey({ action, resource }: AuthorizationRequest): boolean {
  return action.toLowerCase().startsWith('kms:') && /^arn:aws:kms:[^:]*:[^:]*:key\//.test(resource);
}

function isOtherAccount(resource: string, accountId: string): boolean {
  const owner = resource.split(':')[4];
  return owner !== undefined && /^\d{12}$/.test(owner) && owner !== accountId;
}

function matches(statement: Statement, { action, resource, context }: AccessRequest): boolean {
  return (
    matching(statement.actions, action).length > 0 &&
    matching(statement.resources, resource).length > 0 &&
    allHold(statement.conditions, context)
  );
}

function matchingGrants({ actions, resources }: Statement, { action, resource }: AccessRequest): Grant[] {
  return pairs(matching(actions, action), matching(resources, resource));
}

function pairs(actions: readonly string[], resources: readonly string[]): Grant[] {
  return actions.flatMap((action) => resources.map((resource) => ({ action, resource })));
}

function withEffect(statements: readonly Statement[], effect: 'Allow' | 'Deny'): Statement[] {
  return statements.filter((statement) => statement.effect === effect);
}

function defaultDeny({ principal, action, resource }: AuthorizationRequest): string {
  const who = principal.kind === 'role' ? principal.arn : principal.name;
  return `no policy lets ${who} do ${action} on ${resource}`;
}

function decision(
  allowed: boolean,
  reason: string,
  statements: readonly Statement[],
  grants: readonly Grant[],
): Decision {
  return { allowed, reason, statements: idsOf(statements), grants };
}

function idsOf(statements: readonly Statement[]): string[] {
  return statements.map(({ id }) => id);
}
