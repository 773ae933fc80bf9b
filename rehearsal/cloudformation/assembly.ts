import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { NotRehearsed } from '../service';
import { inDependencyOrder } from './dependency-order';
import { readKnown } from './known-shape';
import { readTemplate, type Template } from './template';

/** One stack of a synthesised application, ready to be deployed. */
export interface Stack {
  /** The artifact's id in the manifest, which dependencies name. */
  readonly id: string;
  readonly stackName: string;
  /** `arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/UUID`, the same in every run. */
  readonly stackId: string;
  readonly accountId: string;
  readonly region: string;
  readonly terminationProtection: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** The ids of the stacks that must be there before this one. */
  readonly dependencies: readonly string[];
  readonly template: Template;
  /** S3 object key to the absolute path of the asset's file or folder. */
  readonly assets: ReadonlyMap<string, string>;
}

/** Where a stack goes that was synthesised for no particular account or Region. */
export const defaultEnvironment = { accountId: '111122223333', region: 'us-east-1' } as const;

const stackArtifact = z.object({
  type: z.literal('aws:cloudformation:stack'),
  environment: z.string(),
  properties: z.object({
    templateFile: z.string(),
    stackName: z.string().optional(),
    terminationProtection: z.boolean().default(false),
    tags: z.record(z.string(), z.string()).default({}),
    parameters: z.strictObject({}).default({}),
  }),
  dependencies: z.array(z.string()).default([]),
});
const assetArtifact = z.object({
  type: z.literal('cdk:asset-manifest'),
  properties: z.object({ file: z.string() }),
});
const descriptiveArtifact = z.object({ type: z.enum(['cdk:tree', 'cdk:feature-flag-report']) });
const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.discriminatedUnion('type', [stackArtifact, assetArtifact, descriptiveArtifact]),
  ),
});
type Manifest = z.output<typeof manifestSchema>;
type StackArtifact = z.output<typeof stackArtifact>;

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.strictObject({ path: z.string(), packaging: z.enum(['zip', 'file']) }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
  dockerImages: z.strictObject({}).default({}),
});

/**
 * Reads what `cdk synth` wrote to `directory`: its stacks in the order in which they can be deployed.
 * Throws NotRehearsed for artifacts, assets or templates that the local AWS does not implement, and node's own error
 * if a file is missing.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/configure-synth.html
 */
export function readAssembly(directory: string): readonly Stack[] {
  const manifest = readKnown(
    manifestSchema,
    readJson(join(directory, 'manifest.json')),
    'the cloud assembly',
  );
  const stacks = new Map(
    Object.entries(manifest.artifacts).flatMap(([id, artifact]) =>
      artifact.type === 'aws:cloudformation:stack'
        ? [[id, readStack(id, artifact, manifest, directory)]]
        : [],
    ),
  );
  const order = inDependencyOrder('stacks', [...stacks.keys()], (id) => stacks.get(id)?.dependencies ?? []);
  return order.flatMap((id) => stacks.get(id) ?? []);
}

/**
 * The folder with the unpacked code of a function whose `Code.S3Key` is `objectKey`.
 * Throws NotRehearsed if the stack has no such asset or it is not a folder.
 */
export function codeFolder(stack: Stack, objectKey: string): string {
  const path = stack.assets.get(objectKey);
  if (path === undefined) throw new NotRehearsed(`${stack.stackName}: the S3 object ${objectKey}`);
  if (!statSync(path).isDirectory())
    throw new NotRehearsed(`${stack.stackName}: code that is not a folder, ${path}`);
  return path;
}

function readStack(id: string, artifact: StackArtifact, manifest: Manifest, directory: string): Stack {
  const { properties } = artifact;
  const stackName = properties.stackName ?? id;
  const environment = readEnvironment(artifact.environment, stackName);
  return {
    id,
    stackName,
    stackId: stackIdOf(stackName, environment),
    ...environment,
    terminationProtection: properties.terminationProtection,
    tags: properties.tags,
    dependencies: artifact.dependencies.filter((name) => manifest.artifacts[name]?.type === artifact.type),
    template: readTemplate(readJson(join(directory, properties.templateFile)), stackName),
    assets: new Map(artifact.dependencies.flatMap((name) => readAssets(manifest.artifacts[name], directory))),
  };
}

function readEnvironment(environment: string, stackName: string): { accountId: string; region: string } {
  const [, accountId, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(environment) ?? [];
  if (accountId === undefined || region === undefined) {
    throw new NotRehearsed(`${stackName}: the environment ${environment}`);
  }
  return {
    accountId: accountId === 'unknown-account' ? defaultEnvironment.accountId : accountId,
    region: region === 'unknown-region' ? defaultEnvironment.region : region,
  };
}

/** The stack as it is when one of its name was deleted `times` times before: CloudFormation gives each its own id. */
export const madeAgain = (stack: Stack, times: number): Stack => ({
  ...stack,
  stackId: times === 0 ? stack.stackId : stackIdOf(stack.stackName, stack, times),
});

function stackIdOf(
  stackName: string,
  { accountId, region }: { accountId: string; region: string },
  madeBefore = 0,
): string {
  const prefix = `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}`;
  const digest = createHash('sha256')
    .update(madeBefore === 0 ? prefix : `${prefix} ${madeBefore}`)
    .digest('hex');
  const uuid = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    digest.slice(12, 16),
    digest.slice(16, 20),
    digest.slice(20, 32),
  ];
  return `${prefix}/${uuid.join('-')}`;
}

function readAssets(
  artifact: Manifest['artifacts'][string] | undefined,
  directory: string,
): [string, string][] {
  if (artifact?.type !== 'cdk:asset-manifest') return [];
  const { file } = artifact.properties;
  const { files } = readKnown(assetsSchema, readJson(join(directory, file)), file);
  return Object.values(files).flatMap(({ source, destinations }) =>
    Object.values(destinations).map(({ objectKey }): [string, string] => [
      objectKey,
      resolve(directory, source.path),
    ]),
  );
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
