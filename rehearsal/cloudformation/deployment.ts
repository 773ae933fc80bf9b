import { AwsError, NotRehearsed } from '../service';
import type { Stack } from './assembly';
import { resolve, resolveProperties, type Scope } from './intrinsics';
import { physicalName } from './physical-name';
import { creationOrder } from './references';
import { type DeletionPolicy, InvalidTemplate, type TemplateResource } from './template';

/** What a handler is asked to create; `properties` hold no intrinsic functions any more. */
export interface ResourceRequest {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly stack: Stack;
  /** The name for a resource that the template leaves unnamed, cut to `maxLength` characters. */
  physicalName(maxLength?: number): string;
}

/** What `Ref` and `Fn::GetAtt` give for a resource that exists. */
export interface PhysicalResource {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** How the local AWS makes resources of one type. A rejection fails the stack; its message is the reason. */
export interface ResourceHandler {
  create(request: ResourceRequest): Promise<PhysicalResource>;
  /** Without it, resources of the type must be retained. */
  delete?(resource: DeployedResource, stack: Stack): Promise<void>;
}

/** By resource type. `Custom::Anything` is served by `AWS::CloudFormation::CustomResource` unless it has its own. */
export type ResourceHandlers = Readonly<Record<string, ResourceHandler>>;

export interface DeployedResource extends PhysicalResource {
  readonly logicalId: string;
  readonly type: string;
  /** As the handler saw them. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: DeletionPolicy;
}

export interface DeployedStack {
  readonly stack: Stack;
  /** In the order of their creation. */
  readonly resources: readonly DeployedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** A resource could not be made or removed. `partial` is what exists all the same. */
export class StackFailed extends Error {
  override readonly name = 'StackFailed';
  constructor(
    readonly partial: DeployedStack,
    readonly logicalId: string,
    status: 'CREATE_FAILED' | 'DELETE_FAILED',
    readonly reason: string,
    options: ErrorOptions,
  ) {
    super(`${partial.stack.stackName} | ${status} | ${logicalId} | ${reason}`, options);
  }
}

/**
 * Creates a stack's resources one after the other, each after what it depends on, and resolves the outputs.
 * Rejects with StackFailed if a handler rejects, with NotRehearsed for a type, attribute or function that the local AWS
 * does not implement (types are checked before anything is created), with InvalidTemplate or CircularDependency for a
 * template that CloudFormation would refuse.
 */
export async function deployStack(stack: Stack, handlers: ResourceHandlers): Promise<DeployedStack> {
  const order = creationOrder(stack.template, stack.stackName);
  for (const [logicalId, { type }] of stack.template.resources) handlerFor(type, logicalId, stack, handlers);
  const deployed = new Map<string, DeployedResource>();
  for (const logicalId of order) {
    const resource = stack.template.resources.get(logicalId);
    if (resource === undefined) continue;
    deployed.set(logicalId, await create(logicalId, resource, stack, handlers, deployed));
  }
  return { stack, resources: [...deployed.values()], outputs: resolveOutputs(stack, deployed) };
}

/**
 * Deletes a stack's resources in the reverse order of their creation, but for those that its template retains.
 * Rejects with StackFailed if a handler rejects, with AwsError ValidationError if the stack has termination protection,
 * with NotRehearsed if the type cannot be deleted here.
 */
export async function deleteStack(deployed: DeployedStack, handlers: ResourceHandlers): Promise<void> {
  const { stack } = deployed;
  if (stack.terminationProtection) {
    throw new AwsError(
      'ValidationError',
      `Stack [${stack.stackName}] cannot be deleted while TerminationProtection is enabled`,
    );
  }
  const left = [...deployed.resources];
  for (const resource of deployed.resources.toReversed()) {
    if (resource.deletionPolicy === 'Delete')
      await remove(resource, { ...deployed, resources: [...left] }, handlers);
    left.pop();
  }
}

async function create(
  logicalId: string,
  resource: TemplateResource,
  stack: Stack,
  handlers: ResourceHandlers,
  deployed: ReadonlyMap<string, DeployedResource>,
): Promise<DeployedResource> {
  const { type, deletionPolicy } = resource;
  const properties = resolveProperties(resource.properties, scopeOf(stack, logicalId, deployed));
  const request: ResourceRequest = {
    logicalId,
    type,
    properties,
    stack,
    physicalName: (maxLength) => physicalName(stack, logicalId, maxLength),
  };
  try {
    const physical = await handlerFor(type, logicalId, stack, handlers).create(request);
    return { logicalId, type, properties, deletionPolicy, ...physical };
  } catch (error) {
    const partial = { stack, resources: [...deployed.values()], outputs: {} };
    throw failure(error, logicalId, 'CREATE_FAILED', partial);
  }
}

async function remove(
  resource: DeployedResource,
  left: DeployedStack,
  handlers: ResourceHandlers,
): Promise<void> {
  const { logicalId, type } = resource;
  const handler = handlerFor(type, logicalId, left.stack, handlers);
  if (handler.delete === undefined) {
    throw new NotRehearsed(`how to delete ${type} (${left.stack.stackName}/${logicalId})`);
  }
  try {
    await handler.delete(resource, left.stack);
  } catch (error) {
    throw failure(error, logicalId, 'DELETE_FAILED', left);
  }
}

function failure(
  error: unknown,
  logicalId: string,
  status: 'CREATE_FAILED' | 'DELETE_FAILED',
  partial: DeployedStack,
): Error {
  if (error instanceof NotRehearsed) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StackFailed(partial, logicalId, status, reason, { cause: error });
}

function handlerFor(
  type: string,
  logicalId: string,
  stack: Stack,
  handlers: ResourceHandlers,
): ResourceHandler {
  const custom = type.startsWith('Custom::') ? handlers['AWS::CloudFormation::CustomResource'] : undefined;
  const handler = handlers[type] ?? custom;
  if (handler === undefined)
    throw new NotRehearsed(`the resource type ${type} (${stack.stackName}/${logicalId})`);
  return handler;
}

function resolveOutputs(
  stack: Stack,
  deployed: ReadonlyMap<string, DeployedResource>,
): Record<string, unknown> {
  const outputs = [...stack.template.outputs].map(([name, value]) => [
    name,
    resolve(value, scopeOf(stack, name, deployed)),
  ]);
  return Object.fromEntries(outputs);
}

function scopeOf(stack: Stack, logicalId: string, deployed: ReadonlyMap<string, DeployedResource>): Scope {
  const where = `${stack.stackName}/${logicalId}`;
  const find = (name: string): DeployedResource => {
    const resource = deployed.get(name);
    if (resource === undefined)
      throw new InvalidTemplate(`${where}: Unresolved resource dependencies [${name}]`);
    return resource;
  };
  return {
    where,
    stackName: stack.stackName,
    stackId: stack.stackId,
    accountId: stack.accountId,
    region: stack.region,
    parameters: stack.template.parameters,
    mappings: stack.template.mappings,
    ref: (name) => find(name).ref,
    getAtt: (name, attribute) => {
      const { attributes, type } = find(name);
      const value = attributes[attribute];
      if (value === undefined)
        throw new NotRehearsed(`${where}: the attribute ${attribute} of ${type} ${name}`);
      return value;
    },
  };
}
