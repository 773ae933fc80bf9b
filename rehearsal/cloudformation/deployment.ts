import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../service';
import type { Stack } from './assembly';
import { resolveProperties } from './intrinsics';
import { physicalName } from './physical-name';
import { creationOrder } from './references';
import {
  type DeployedResource,
  type DeployedStack,
  failure,
  handlerFor,
  type PhysicalResource,
  type ResourceHandler,
  type ResourceHandlers,
  type ResourceRequest,
  resolveOutputs,
  scopeOf,
} from './stack-resources';
import type { TemplateResource } from './template';

/**
 * Creates a stack's resources one after the other, each after what it depends on, and resolves the outputs. When one
 * cannot be made, those that were made are deleted, but for those that the template retains.
 * Rejects with StackFailed if a handler rejects, with NotRehearsed for a type, attribute or function that the local AWS
 * does not implement (types are checked before anything is created), with InvalidTemplate or CircularDependency for a
 * template that CloudFormation would refuse.
 */
export const deployStack = (stack: Stack, handlers: ResourceHandlers): Promise<DeployedStack> =>
  new StackOperation({ stack, resources: [], outputs: {} }, stack, handlers).run();

/**
 * Gives a deployed stack another template. What has the same type and the same resolved properties as before is not
 * touched, whatever became of it since: CloudFormation knows only what it stored. Anything else is changed in place or
 * replaced, as AWS documents for its type; what is new is created, and what is gone is deleted in the end, in the
 * reverse order of its creation, like what was replaced. A failure before that end undoes what was done.
 * Rejects as `deployStack` does, with AwsError ValidationError where a resource would change its type, and with
 * StackFailed where something could not be deleted in the end, although the update itself then holds.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
 */
export async function updateStack(
  deployed: DeployedStack,
  template: Stack,
  handlers: ResourceHandlers,
): Promise<DeployedStack> {
  const stack = { ...template, stackId: deployed.stack.stackId };
  refuseOtherTypes(deployed, stack);
  return new StackOperation(deployed, stack, handlers).run();
}

/**
 * Deletes a stack's resources in the reverse order of their creation, but for those that its template retains.
 * Rejects with StackFailed if a handler rejects, with AwsError ValidationError if the stack has termination protection.
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
    const { logicalId, type, deletionPolicy } = resource;
    try {
      if (deletionPolicy === 'Delete')
        await handlerFor(type, logicalId, stack, handlers).delete(resource, stack);
    } catch (error) {
      throw failure(error, logicalId, 'DELETE_FAILED', { ...deployed, resources: left });
    }
    left.pop();
  }
}

/** A logical id keeps its type for as long as the stack has it. */
function refuseOtherTypes(deployed: DeployedStack, { template }: Stack): void {
  const changed = deployed.resources
    .filter(({ logicalId, type }) => (template.resources.get(logicalId)?.type ?? type) !== type)
    .map(({ logicalId }) => logicalId);
  if (changed.length === 0) return;
  throw new AwsError(
    'ValidationError',
    `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${changed.join(', ')}]`,
  );
}

/** One creation or update of a stack. */
class StackOperation {
  private readonly before: ReadonlyMap<string, DeployedResource>;
  private readonly deployed = new Map<string, DeployedResource>();
  /** What others took the place of, the oldest first. */
  private readonly replaced: DeployedResource[] = [];
  /** How to undo what was done so far. */
  private readonly undo: (() => Promise<void>)[] = [];

  constructor(
    private readonly was: DeployedStack,
    private readonly stack: Stack,
    private readonly handlers: ResourceHandlers,
  ) {
    this.before = new Map(was.resources.map((resource) => [resource.logicalId, resource]));
  }

  async run(): Promise<DeployedStack> {
    const { template, stackName } = this.stack;
    const order = creationOrder(template, stackName);
    for (const [logicalId, { type }] of template.resources) this.handler(logicalId, type);
    for (const logicalId of order) {
      const resource = template.resources.get(logicalId);
      if (resource !== undefined) await this.bring(logicalId, resource);
    }
    const outputs = resolveOutputs(this.stack, this.deployed);
    const gone = this.was.resources.filter(
      ({ logicalId, deletionPolicy }) => !this.deployed.has(logicalId) && deletionPolicy === 'Delete',
    );
    const done = { stack: this.stack, resources: [...this.deployed.values()], outputs };
    await this.cleanUp([...gone, ...this.replaced].toReversed(), done);
    return done;
  }

  private handler(logicalId: string, type: string): ResourceHandler {
    return handlerFor(type, logicalId, this.stack, this.handlers);
  }

  /** Brings one resource to what the template says, or undoes everything. */
  private async bring(logicalId: string, resource: TemplateResource): Promise<void> {
    const properties = resolveProperties(resource.properties, scopeOf(this.stack, logicalId, this.deployed));
    const before = this.before.get(logicalId);
    const { type, deletionPolicy, updateReplacePolicy } = resource;
    const stated = { logicalId, type, properties, deletionPolicy, updateReplacePolicy };
    try {
      const physical =
        before === undefined
          ? await this.create(this.request(stated), deletionPolicy !== 'Retain')
          : await this.change(this.request(stated), before);
      this.deployed.set(logicalId, { ...stated, ref: physical.ref, attributes: physical.attributes });
    } catch (error) {
      const status = before === undefined ? 'CREATE_FAILED' : 'UPDATE_FAILED';
      throw failure(error, logicalId, status, this.was, await this.rollBack());
    }
  }

  private request(
    stated: Pick<ResourceRequest, 'logicalId' | 'type' | 'properties'>,
    replaced?: string,
  ): ResourceRequest {
    const { stack } = this;
    return {
      ...stated,
      stack,
      physicalName: (maxLength) => physicalName(stack, stated.logicalId, maxLength, replaced),
    };
  }

  private async create(request: ResourceRequest, isUndone = true): Promise<PhysicalResource> {
    const handler = this.handler(request.logicalId, request.type);
    const made = await handler.create(request);
    if (isUndone) this.undo.push(() => handler.delete(asDeployed(request, made), this.stack));
    return made;
  }

  private async change(request: ResourceRequest, before: DeployedResource): Promise<PhysicalResource> {
    const changed = changedProperties(before.properties, request.properties);
    if (changed.length === 0) return before;
    const handler = this.handler(request.logicalId, request.type);
    if (handler.needsReplacement(changed)) {
      refuseSameName(handler, before, request);
      const made = await this.create(this.request(request, before.ref));
      this.setAside(request.logicalId, before);
      return made;
    }
    let updated: PhysicalResource = before;
    this.undo.push(() => this.restore(before, asDeployed(request, updated), handler));
    updated = await handler.update(request, before);
    if (updated.ref !== before.ref) this.setAside(request.logicalId, before);
    return updated;
  }

  /** CloudFormation updates what it has changed once more, back to what it was, also where the change had failed. */
  private async restore(
    before: DeployedResource,
    changed: DeployedResource,
    handler: ResourceHandler,
  ): Promise<void> {
    await handler.update({ ...this.request(before), stack: this.was.stack }, changed);
    if (changed.ref !== before.ref) await handler.delete(changed, this.stack);
  }

  private setAside(logicalId: string, before: DeployedResource): void {
    const policy = this.stack.template.resources.get(logicalId)?.updateReplacePolicy;
    if (policy !== 'Retain') this.replaced.push(before);
  }

  /** Undoes the newest first. Answers with what could not be undone, one sentence each. */
  private async rollBack(): Promise<readonly string[]> {
    const failed: string[] = [];
    for (const undo of this.undo.toReversed())
      try {
        await undo();
      } catch (error) {
        failed.push(`the rollback failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    return failed;
  }

  /** What cannot be deleted here stays behind, and the others go all the same. */
  private async cleanUp(resources: readonly DeployedResource[], done: DeployedStack): Promise<void> {
    let first: Error | undefined;
    for (const resource of resources)
      try {
        await this.handler(resource.logicalId, resource.type).delete(resource, this.stack);
      } catch (error) {
        first ??= failure(error, resource.logicalId, 'DELETE_FAILED', done);
      }
    if (first !== undefined) throw first;
  }
}

function changedProperties(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isDeepStrictEqual(before[name], after[name]));
}

/** The replacement is made first, and two cannot bear one name. */
function refuseSameName(
  { nameProperty }: ResourceHandler,
  before: DeployedResource,
  { properties }: ResourceRequest,
): void {
  if (nameProperty === undefined || properties[nameProperty] === undefined) return;
  if (properties[nameProperty] !== before.properties[nameProperty]) return;
  const name = String(properties[nameProperty]);
  throw new Error(
    `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${name} and update the stack again.`,
  );
}

const asDeployed = (
  { logicalId, type, properties }: ResourceRequest,
  { ref, attributes }: PhysicalResource,
): DeployedResource => ({
  logicalId,
  type,
  properties,
  ref,
  attributes,
  deletionPolicy: 'Delete',
  updateReplacePolicy: 'Delete',
});
