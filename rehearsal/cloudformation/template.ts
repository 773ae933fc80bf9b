import * as z from 'zod';
import { NotRehearsed } from '../service';
import { readKnown } from './known-shape';

/** A template that CloudFormation itself would refuse. */
export class InvalidTemplate extends Error {
  override readonly name = 'InvalidTemplate';
}

/** What is read of a template. Values may still hold intrinsic functions. */
export interface Template {
  /** By logical id, in the order of the file. */
  readonly resources: ReadonlyMap<string, TemplateResource>;
  /** The value of each parameter; null for one whose value only a real account could tell. */
  readonly parameters: ReadonlyMap<string, string | null>;
  readonly mappings: Mappings;
  readonly outputs: ReadonlyMap<string, unknown>;
}

export interface TemplateResource {
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly dependsOn: readonly string[];
  readonly deletionPolicy: DeletionPolicy;
  /** What becomes of the old one where an update puts another in its place. */
  readonly updateReplacePolicy: UpdateReplacePolicy;
}

export type DeletionPolicy = 'Delete' | 'Retain' | 'RetainExceptOnCreate';
export type UpdateReplacePolicy = 'Delete' | 'Retain';

/** Map name, top-level key, second-level key. */
export type Mappings = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

const names = z.union([z.string().transform((name) => [name]), z.array(z.string())]);

const resourceSchema = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: names.default([]),
  DeletionPolicy: z.enum(['Delete', 'Retain', 'RetainExceptOnCreate']).default('Delete'),
  UpdateReplacePolicy: z.enum(['Delete', 'Retain']).default('Delete'),
  Metadata: z.unknown().optional(),
});

const parameterSchema = z.strictObject({
  Type: z.string(),
  Default: z.union([z.string(), z.number()]).optional(),
  Description: z.string().optional(),
});

const templateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.literal('2010-09-09').optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Resources: z.record(z.string(), z.unknown()),
  Parameters: z.record(z.string(), z.unknown()).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Outputs: z.record(z.string(), z.unknown()).default({}),
});

const outputSchema = z.strictObject({ Value: z.unknown(), Description: z.string().optional() });

/**
 * Reads a parsed template; `where` names it in errors.
 * Throws NotRehearsed for any section or attribute that the local AWS does not implement, for example Conditions,
 * Rules, Export, or a parameter without a default.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
export function readTemplate(json: unknown, where: string): Template {
  const template = readKnown(templateSchema, json, where);
  return {
    resources: mapEntries(template.Resources, (resource, id) => readResource(resource, `${where}/${id}`)),
    parameters: mapEntries(template.Parameters, (parameter, name) =>
      readParameter(parameter, `${where}/${name}`),
    ),
    mappings: template.Mappings,
    outputs: mapEntries(
      template.Outputs,
      (output, name) => readKnown(outputSchema, output, `${where}/${name}`).Value,
    ),
  };
}

function readResource(json: unknown, where: string): TemplateResource {
  const resource = readKnown(resourceSchema, json, where);
  return {
    type: resource.Type,
    properties: resource.Properties,
    dependsOn: resource.DependsOn,
    deletionPolicy: resource.DeletionPolicy,
    updateReplacePolicy: resource.UpdateReplacePolicy,
  };
}

function readParameter(json: unknown, where: string): string | null {
  const parameter = readKnown(parameterSchema, json, where);
  if (parameter.Default === undefined) throw new NotRehearsed(`${where}: a parameter without a default`);
  // CDK's BootstrapVersion: its default is the name of a Parameter Store parameter, which nothing but a rule reads.
  if (parameter.Type === 'AWS::SSM::Parameter::Value<String>') return null;
  if (parameter.Type === 'String' || parameter.Type === 'Number') return String(parameter.Default);
  throw new NotRehearsed(`${where}: parameters of type ${parameter.Type}`);
}

function mapEntries<Result>(
  record: Readonly<Record<string, unknown>>,
  read: (value: unknown, name: string) => Result,
): ReadonlyMap<string, Result> {
  return new Map(Object.entries(record).map(([name, value]) => [name, read(value, name)]));
}
