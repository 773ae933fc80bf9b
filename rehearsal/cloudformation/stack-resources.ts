import { NotRehearsed } from '../service';
import type { Stack } from './assembly';
import { resolve, type Scope } from './intrinsics';
import { type DeletionPolicy, InvalidTemplate, type UpdateReplacePolicy } from './template';

/** What a handler is asked to make or change; `properties` hold no intrinsic functions any more. */
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
  /**
   * Gives what is there other properties. Where that makes another resource (its `ref` is another), CloudFormation
   * deletes the old one in the end.
   */
  update(request: ResourceRequest, before: DeployedResource): Promise<PhysicalResource>;
  /** Whether AWS documents of one of these properties that a change of it requires replacement. */
  needsReplacement(changed: readonly string[]): boolean;
  /** The property that the name of such a resource is given by, where there is one. */
  readonly nameProperty?: string | undefined;
  delete(resource: DeployedResource, stack: Stack): Promise<void>;
}

/** By resource type. `Custom::Anything` is served by `AWS::CloudFormation::CustomResource` unless it has its own. */
export type ResourceHandlers = Readonly<Record<string, ResourceHandler>>;

export interface DeployedResource extends PhysicalResource {
  readonly logicalId: string;
  readonly type: string;
  /** As the handler saw them: all that CloudFormation knows of it. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: DeletionPolicy;
  readonly updateReplacePolicy: UpdateReplacePolicy;
}

export interface DeployedStack {
  readonly stack: Stack;
  /** In the order of their creation. */
  readonly resources: readonly DeployedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

export type FailedStatus = 'CREATE_FAILED' | 'UPDATE_FAILED' | 'DELETE_FAILED';

/** A resource could not be made, changed or removed. `left` is what exists now that everything possible was undone. */
export class StackFailed extends Error {
  override readonly name = 'StackFailed';
  constructor(
    readonly left: DeployedStack,
    readonly logicalId: string,
    status: FailedStatus,
    readonly reason: string,
    options: ErrorOptions,
  ) {
    super(`${left.stack.stackName} | ${status} | ${logicalId} | ${reason}`, options);
  }
}

/** What becomes of an error while CloudFormation works on a resource: what nobody implemented stays what it is. */
export function failure(
  error: unknown,
  logicalId: string,
  status: FailedStatus,
  left: DeployedStack,
  undoing: readonly string[] = [],
): Error {
  if (error instanceof NotRehearsed) return error;
  const reasons = [error instanceof Error ? error.message : String(error), ...undoing];
  return new StackFailed(left, logicalId, status, reasons.join('; '), { cause: error });
}

/** Throws NotRehearsed for a type that the local AWS does not make. */
export function handlerFor(
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

export function resolveOutputs(
  stack: Stack,
  deployed: ReadonlyMap<string, DeployedResource>,
): Record<string, unknown> {
  const outputs = [...stack.template.outputs].map(([name, value]) => [
    name,
    resolve(value, scopeOf(stack, name, deployed)),
  ]);
  return Object.fromEntries(outputs);
}

/** All that the properties of `logicalId` can refer to once `deployed` is there. */
export function scopeOf(
  stack: Stack,
  logicalId: string,
  deployed: ReadonlyMap<string, DeployedResource>,
): Scope {
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
