import * as z from 'zod';
import { readKnown } from '../cloudformation/known-shape';
import { NotRehearsed } from '../service';
import { type Condition, readConditions } from './condition';
import { type Pattern, pattern } from './pattern';
import { type PrincipalElement, readPrincipals } from './principal';

/** A policy document, ready to be evaluated. */
export interface Policy {
  readonly name: string;
  readonly statements: readonly Statement[];
}

export interface Statement {
  /** `policy name[Sid]`, or `policy name[index]` where there is no Sid. */
  readonly id: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Matcher;
  readonly resources: Matcher;
  /** Empty in identity policies. */
  readonly principals: readonly PrincipalElement[];
  readonly conditions: readonly Condition[];
}

/** Action or Resource, or with `negated` NotAction or NotResource. */
export interface Matcher {
  readonly patterns: readonly Pattern[];
  readonly negated: boolean;
}

const strings = z.union([z.string().transform((text) => [text]), z.array(z.string()).min(1)]);
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const scalars = z.union([scalar.transform((value) => [value]), z.array(scalar).min(1)]);

const identityStatement = z.strictObject({
  Sid: z
    .string()
    .regex(/^[A-Za-z0-9]*$/, 'only letters and digits')
    .optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: strings.optional(),
  NotAction: strings.optional(),
  Resource: strings.optional(),
  NotResource: strings.optional(),
  Condition: z.record(z.string(), z.record(z.string(), scalars)).default({}),
});
const resourceStatement = identityStatement.extend({
  Sid: z.string().optional(),
  Principal: z.union([z.literal('*'), z.record(z.string(), strings)]),
});
type StatementDocument = z.output<typeof identityStatement>;

const documentSchema = z.strictObject({
  Version: z.enum(['2008-10-17', '2012-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z.union([
    z.array(z.unknown()).min(1),
    z.record(z.string(), z.unknown()).transform((statement) => [statement]),
  ]),
});

/**
 * Reads a policy of a role; `name` stands for it in decisions and errors.
 * Throws NotRehearsed that names every element, operator or value that is malformed or not implemented.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
export function readIdentityPolicy(document: unknown, name: string): Policy {
  return readPolicy(document, name, (json, id) =>
    readStatement(readKnown(identityStatement, json, id), [], id),
  );
}

/** Reads the policy of a topic, queue, key, function or secret: each statement names principals. Throws as above. */
export function readResourcePolicy(document: unknown, name: string): Policy {
  return readPolicy(document, name, (json, id) => {
    const statement = readKnown(resourceStatement, json, id);
    return readStatement(statement, readPrincipals(statement.Principal, id), id);
  });
}

/** Reads who may assume a role: a resource policy whose statements apply to the role itself. Throws as above. */
export function readTrustPolicy(document: unknown, name: string): Policy {
  return readPolicy(document, name, (json, id) => {
    const statement = readKnown(resourceStatement, json, id);
    if (statement.Resource !== undefined || statement.NotResource !== undefined) {
      throw new NotRehearsed(`${id}: a resource in a trust policy`);
    }
    return readStatement({ ...statement, Resource: ['*'] }, readPrincipals(statement.Principal, id), id);
  });
}

/** What a matcher stands for, in words: one text per pattern, or one for all that are excepted. */
export function describeMatcher({ patterns, negated }: Matcher): readonly string[] {
  const texts = patterns.map(({ text }) => text);
  return negated ? [`all but ${texts.join(', ')}`] : texts;
}

/** The descriptions of the patterns that let `value` through; empty if none does. */
export function matching(matcher: Matcher, value: string): readonly string[] {
  const matched = matcher.patterns.filter((candidate) => candidate.matches(value));
  if (matcher.negated) return matched.length === 0 ? describeMatcher(matcher) : [];
  return matched.map(({ text }) => text);
}

function readPolicy(document: unknown, name: string, read: (json: unknown, id: string) => Statement): Policy {
  const { Statement: statements } = readKnown(documentSchema, document, name);
  const sids = statements.flatMap((json) => sidOf(json) ?? []);
  const repeated = sids.find((sid, index) => sids.indexOf(sid) < index);
  if (repeated !== undefined) throw new NotRehearsed(`${name}: two statements with the Sid ${repeated}`);
  return {
    name,
    statements: statements.map((json, index) => read(json, `${name}[${sidOf(json) ?? index}]`)),
  };
}

const sidSchema = z.object({ Sid: z.string() });

function sidOf(json: unknown): string | undefined {
  const withSid = sidSchema.safeParse(json);
  return withSid.success ? withSid.data.Sid : undefined;
}

function readStatement(
  statement: StatementDocument,
  principals: readonly PrincipalElement[],
  id: string,
): Statement {
  const actions = readMatcher('Action', statement.Action, statement.NotAction, id);
  const resources = readMatcher('Resource', statement.Resource, statement.NotResource, id);
  return {
    id,
    effect: statement.Effect,
    actions: { ...actions, patterns: actions.patterns.map((text) => readAction(text, id)) },
    resources: { ...resources, patterns: resources.patterns.map((text) => readResource(text, id)) },
    principals,
    conditions: readConditions(statement.Condition, id),
  };
}

function readMatcher(
  element: string,
  included: readonly string[] | undefined,
  excluded: readonly string[] | undefined,
  id: string,
): { readonly patterns: readonly string[]; readonly negated: boolean } {
  const patterns = included ?? excluded;
  if (patterns === undefined || (included !== undefined && excluded !== undefined)) {
    throw new NotRehearsed(`${id}: a statement without exactly one of ${element} and Not${element}`);
  }
  return { patterns, negated: included === undefined };
}

function readAction(text: string, id: string): Pattern {
  if (text !== '*' && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(text))
    throw new NotRehearsed(`${id}: the action ${text}`);
  return pattern(text, 'i');
}

function readResource(text: string, id: string): Pattern {
  if (text.includes('${')) throw new NotRehearsed(`${id}: the policy variable in "${text}"`);
  if (text !== '*' && !text.startsWith('arn:')) throw new NotRehearsed(`${id}: the resource ${text}`);
  return pattern(text);
}
