import * as z from 'zod';
import type { Stack } from '../../cloudformation/assembly';
import { readKnown } from '../../cloudformation/known-shape';
import type {
  DeployedResource,
  PhysicalResource,
  ResourceHandler,
  ResourceRequest,
} from '../../cloudformation/stack-resources';
import type { LocalAws } from '../local-aws';
import type { LocalRegion } from '../local-region';

/** A number, which CloudFormation also takes as text. */
export const number = z.coerce.number();
export const boolean = z.union([z.boolean(), z.stringbool()]);
export const tags = z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional();
export const policy = z.unknown();

export interface Target extends ResourceRequest {
  readonly aws: LocalAws;
  readonly region: LocalRegion;
}

/** Where something is removed. */
export type Removal = Pick<Target, 'aws' | 'region' | 'stack'>;

type Made = PhysicalResource | Promise<PhysicalResource>;

export interface ResourceType<Properties> {
  /** Of all properties that the local AWS knows; any other is NotRehearsed. */
  readonly schema: z.ZodType<Properties>;
  /** The property that names it; a name is never changed in place. */
  readonly name?: string;
  /** Of which other properties AWS documents "Update requires: Replacement". */
  readonly fixed?: readonly string[];
  /** Whether something of that name exists, which then cannot be made a second time. */
  readonly exists?: (name: string, target: Target) => boolean;
  readonly create: (properties: Properties, target: Target) => Made;
  readonly update: (properties: Properties, target: Target, before: DeployedResource) => Made;
  readonly remove: (resource: DeployedResource, target: Removal) => void | Promise<void>;
}

/** How resources of one type come, change and go. */
export function handler<Properties>(aws: LocalAws, type: ResourceType<Properties>): ResourceHandler {
  const { name, fixed = [], schema } = type;
  const targetOf = (request: ResourceRequest): Target => ({
    ...request,
    aws,
    region: regionOf(request.stack),
  });
  const regionOf = ({ accountId, region }: Stack): LocalRegion => aws.region(accountId, region);
  return {
    nameProperty: name,
    needsReplacement: (changed) => changed.some((property) => property === name || fixed.includes(property)),
    create: async (request) => {
      const target = targetOf(request);
      const properties = read(schema, request);
      refuseExisting(type, target);
      return type.create(properties, target);
    },
    update: async (request, before) => type.update(read(schema, request), targetOf(request), before),
    delete: async (resource, stack) => type.remove(resource, { aws, stack, region: regionOf(stack) }),
  };
}

const read = <Properties>(
  schema: z.ZodType<Properties>,
  { properties, stack, logicalId, type }: ResourceRequest,
): Properties => readKnown(schema, properties, `${type} ${stack.stackName}/${logicalId}`);

function refuseExisting<Properties>({ name, exists }: ResourceType<Properties>, target: Target): void {
  const given = name === undefined ? undefined : target.properties[name];
  if (typeof given !== 'string' || !exists?.(given, target)) return;
  throw new Error(`Resource of type '${target.type}' with identifier '${given}' already exists.`);
}

export const arnOf = (service: string, { accountId, region }: Stack, resource: string): string =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;
