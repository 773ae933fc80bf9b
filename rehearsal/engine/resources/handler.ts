import * as z from 'zod';
import type { Stack } from '../../cloudformation/assembly';
import type {
  DeployedResource,
  PhysicalResource,
  ResourceHandler,
  ResourceRequest,
} from '../../cloudformation/deployment';
import { readKnown } from '../../cloudformation/known-shape';
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

/** Makes a handler of a schema of all properties that the local AWS knows, and of what it does with them. */
export function handler<Properties>(
  aws: LocalAws,
  schema: z.ZodType<Properties>,
  create: (properties: Properties, target: Target) => PhysicalResource | Promise<PhysicalResource>,
  remove?: (resource: DeployedResource, target: Removal) => void | Promise<void>,
): ResourceHandler {
  return {
    ...(remove === undefined
      ? {}
      : {
          delete: async (resource, stack) =>
            remove(resource, { aws, stack, region: aws.region(stack.accountId, stack.region) }),
        }),
    create: async (request) => {
      const { stack, logicalId, type } = request;
      const properties = readKnown(schema, request.properties, `${type} ${stack.stackName}/${logicalId}`);
      return create(properties, { ...request, aws, region: aws.region(stack.accountId, stack.region) });
    },
  };
}

export const arnOf = (service: string, { accountId, region }: Stack, resource: string): string =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;
