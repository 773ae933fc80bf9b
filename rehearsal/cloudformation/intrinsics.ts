import { NotRehearsed } from '../service';
import { InvalidTemplate, type Mappings } from './template';

/** All that the intrinsic functions of one resource or output can reach. */
export interface Scope {
  /** Stack and logical id, for errors. */
  readonly where: string;
  readonly stackName: string;
  readonly stackId: string;
  readonly accountId: string;
  readonly region: string;
  readonly parameters: ReadonlyMap<string, string | null>;
  readonly mappings: Mappings;
  /** What `Ref` gives for a resource. */
  ref(logicalId: string): string;
  /** What `Fn::GetAtt` gives for a resource. */
  getAtt(logicalId: string, attribute: string): string | number;
}

/** The one intrinsic function that an object consists of. */
export interface Intrinsic {
  readonly name: string;
  readonly argument: unknown;
}

type Evaluate = (argument: unknown, scope: Scope) => unknown;

const functions: Readonly<Record<string, Evaluate>> = {
  Ref: (argument, scope) => ref(text(argument, 'Ref', scope), scope),
  'Fn::GetAtt': (argument, scope) => scope.getAtt(...readGetAtt(argument, scope.where)),
  'Fn::Sub': substitute,
  'Fn::Join': join,
  'Fn::Select': select,
  'Fn::Split': split,
  'Fn::FindInMap': findInMap,
};

/**
 * Replaces every intrinsic function in `value` by what it stands for; properties and list items that are
 * `AWS::NoValue` disappear, and a value that is nothing else becomes undefined.
 * Throws NotRehearsed for other functions and for dynamic references, InvalidTemplate for wrong arguments.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function resolve(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return withoutDynamicReference(value, scope);
  if (Array.isArray(value)) return resolveList(value, scope);
  if (!isObject(value)) return value;
  const intrinsic = intrinsicOf(value, scope.where);
  return intrinsic === undefined ? resolveProperties(value, scope) : evaluate(intrinsic, scope);
}

/** Resolves the properties of an object one by one, without the ones that are `AWS::NoValue`. */
export function resolveProperties(
  properties: Readonly<Record<string, unknown>>,
  scope: Scope,
): Record<string, unknown> {
  const resolved = Object.entries(properties).map(([name, value]) => [name, resolve(value, scope)] as const);
  return Object.fromEntries(resolved.filter(([, value]) => value !== undefined));
}

/** The intrinsic function that `value` is, if it is one. Throws InvalidTemplate if it has company. */
export function intrinsicOf(value: Readonly<Record<string, unknown>>, where: string): Intrinsic | undefined {
  const name = Object.keys(value).find((key) => key === 'Ref' || key.startsWith('Fn::'));
  if (name === undefined) return undefined;
  if (Object.keys(value).length > 1)
    throw new InvalidTemplate(`${where}: ${name} must stand alone in its object`);
  return { name, argument: value[name] };
}

/** The logical id and attribute of `Fn::GetAtt`, written as a list or as `id.attribute`. */
export function readGetAtt(argument: unknown, where: string): [logicalId: string, attribute: string] {
  const parts = typeof argument === 'string' ? splitAtDot(argument) : argument;
  if (Array.isArray(parts) && parts.length === 2) {
    const [logicalId, attribute]: unknown[] = parts;
    if (typeof logicalId === 'string' && typeof attribute === 'string') return [logicalId, attribute];
  }
  throw new NotRehearsed(`${where}: Fn::GetAtt ${JSON.stringify(argument)}`);
}

/** The text and the variables of `Fn::Sub`. */
export function readSub(
  argument: unknown,
  where: string,
): { text: string; variables: Record<string, unknown> } {
  if (typeof argument === 'string') return { text: argument, variables: {} };
  if (Array.isArray(argument) && argument.length === 2) {
    const [text, variables]: unknown[] = argument;
    if (typeof text === 'string' && isObject(variables)) return { text, variables };
  }
  throw new InvalidTemplate(`${where}: Fn::Sub needs a text, or a text and its variables`);
}

/** `${Name}` and `${Name.Attribute}`; `${!Name}` stands for itself without the exclamation mark. */
export const placeholder = /\$\{(!?)([^${}]*)\}/g;

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function splitAtDot(name: string): readonly string[] {
  const dot = name.indexOf('.');
  return dot === -1 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
}

function evaluate({ name, argument }: Intrinsic, scope: Scope): unknown {
  const run = functions[name];
  if (run === undefined) throw new NotRehearsed(`${scope.where}: the intrinsic function ${name}`);
  const result = run(argument, scope);
  return typeof result === 'string' ? withoutDynamicReference(result, scope) : result;
}

function resolveList(list: readonly unknown[], scope: Scope): unknown[] {
  return list.map((item) => resolve(item, scope)).filter((item) => item !== undefined);
}

function ref(name: string, scope: Scope): string | undefined {
  if (name.startsWith('AWS::')) return pseudoParameter(name, scope);
  const parameter = scope.parameters.get(name);
  if (parameter === null) throw new NotRehearsed(`${scope.where}: the value of parameter ${name}`);
  return parameter ?? scope.ref(name);
}

function pseudoParameter(name: string, scope: Scope): string | undefined {
  switch (name) {
    case 'AWS::AccountId':
      return scope.accountId;
    case 'AWS::Region':
      return scope.region;
    case 'AWS::Partition':
      return 'aws';
    case 'AWS::URLSuffix':
      return 'amazonaws.com';
    case 'AWS::StackName':
      return scope.stackName;
    case 'AWS::StackId':
      return scope.stackId;
    case 'AWS::NoValue':
      return undefined;
    default:
      throw new NotRehearsed(`${scope.where}: the pseudo parameter ${name}`);
  }
}

function substitute(argument: unknown, scope: Scope): string {
  const { text: template, variables } = readSub(argument, scope.where);
  return template.replace(placeholder, (_, literal: string, name: string) => {
    if (literal !== '') return `\${${name}}`;
    const value = Object.hasOwn(variables, name)
      ? resolve(variables[name], scope)
      : refOrAttribute(name, scope);
    return text(value, `Fn::Sub \${${name}}`, scope);
  });
}

function refOrAttribute(name: string, scope: Scope): unknown {
  const [logicalId, attribute] = splitAtDot(name);
  return logicalId === undefined || attribute === undefined
    ? ref(name, scope)
    : scope.getAtt(logicalId, attribute);
}

function join(argument: unknown, scope: Scope): string {
  const [delimiter, items] = pair(argument, 'Fn::Join', scope);
  if (typeof delimiter !== 'string') throw wrongArgument('Fn::Join', scope);
  return list(items, 'Fn::Join', scope)
    .map((item) => text(item, 'Fn::Join', scope))
    .join(delimiter);
}

function select(argument: unknown, scope: Scope): unknown {
  const [index, items] = pair(argument, 'Fn::Select', scope);
  const chosen = list(items, 'Fn::Select', scope)[Number(text(resolve(index, scope), 'Fn::Select', scope))];
  if (chosen === undefined)
    throw new InvalidTemplate(`${scope.where}: Fn::Select cannot select index ${String(index)}`);
  return chosen;
}

function split(argument: unknown, scope: Scope): string[] {
  const [delimiter, source] = pair(argument, 'Fn::Split', scope);
  if (typeof delimiter !== 'string') throw wrongArgument('Fn::Split', scope);
  return text(resolve(source, scope), 'Fn::Split', scope).split(delimiter);
}

function findInMap(argument: unknown, scope: Scope): unknown {
  const keys = list(argument, 'Fn::FindInMap', scope).map((key) => text(key, 'Fn::FindInMap', scope));
  const [map, top, second] = keys;
  if (map === undefined || top === undefined || second === undefined || keys.length > 3) {
    throw wrongArgument('Fn::FindInMap', scope);
  }
  const found = scope.mappings[map]?.[top]?.[second];
  if (found === undefined) throw new InvalidTemplate(`${scope.where}: no mapping ${keys.join(', ')}`);
  return found;
}

function list(argument: unknown, name: string, scope: Scope): unknown[] {
  const items = resolve(argument, scope);
  if (!Array.isArray(items)) throw wrongArgument(name, scope);
  return items;
}

function pair(argument: unknown, name: string, scope: Scope): readonly [unknown, unknown] {
  if (!Array.isArray(argument) || argument.length !== 2) throw wrongArgument(name, scope);
  return [argument[0], argument[1]];
}

function text(value: unknown, name: string, scope: Scope): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw wrongArgument(name, scope);
}

function wrongArgument(name: string, scope: Scope): InvalidTemplate {
  return new InvalidTemplate(`${scope.where}: wrong argument of ${name}`);
}

function withoutDynamicReference(value: string, scope: Scope): string {
  if (value.includes('{{resolve:'))
    throw new NotRehearsed(`${scope.where}: the dynamic reference in "${value}"`);
  return value;
}
