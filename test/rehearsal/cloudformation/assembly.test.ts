import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  App,
  Stack as CdkStack,
  CustomResource,
  DefaultStackSynthesizer,
  type IStackSynthesizer,
  Tags,
} from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { codeFolder, readAssembly, type Stack } from '../../../rehearsal/cloudformation/assembly';
import { creationOrder } from '../../../rehearsal/cloudformation/references';

let directory: string;
let stacks: readonly Stack[];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'assembly-'));
  const app = new App({ analyticsReporting: false, outdir: directory });
  // The assertion bridges CDK's own types, which do not agree under exactOptionalPropertyTypes.
  const synthesizer = () =>
    new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer;
  const env = { account: '444455556666', region: 'eu-west-1' };
  const model = new CdkStack(app, 'Model', { synthesizer: synthesizer(), env });
  const foundation = new CdkStack(app, 'Foundation', {
    synthesizer: synthesizer(),
    stackName: 'acme-foundation',
    terminationProtection: true,
  });
  Tags.of(foundation).add('team', 'sre');
  model.addStackDependency(foundation);
  const code = mkdtempSync(join(tmpdir(), 'code-'));
  writeFileSync(join(code, 'index.js'), 'exports.handler = async () => 7;');
  new LambdaFunction(foundation, 'Function', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromAsset(code),
  });
  new CustomResource(model, 'Threshold', {
    serviceToken: 'arn:aws:lambda:eu-west-1:444455556666:function:calculator',
    properties: { Quota: 4000 },
  });
  app.synth();
  rmSync(code, { recursive: true });
  stacks = readAssembly(directory);
});

afterAll(() => rmSync(directory, { recursive: true }));

function stackNamed(name: string): Stack {
  const stack = stacks.find(({ stackName }) => stackName === name);
  if (stack === undefined) throw new Error(`no stack ${name}`);
  return stack;
}

describe('what CDK synthesised', () => {
  test('comes in the order of deployment, although Model was declared first', () => {
    expect(stacks.map(({ stackName }) => stackName)).toEqual(['acme-foundation', 'Model']);
    expect(stackNamed('Model').dependencies).toEqual(['Foundation']);
  });

  test('goes to its environment, or to the default one', () => {
    expect(stackNamed('Model')).toMatchObject({
      accountId: '444455556666',
      region: 'eu-west-1',
      terminationProtection: false,
    });
    expect(stackNamed('acme-foundation')).toMatchObject({
      id: 'Foundation',
      accountId: '111122223333',
      region: 'us-east-1',
      terminationProtection: true,
      tags: { team: 'sre' },
    });
    expect(stackNamed('Model').stackId).toMatch(
      /^arn:aws:cloudformation:eu-west-1:444455556666:stack\/Model\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    );
  });

  test('has its resources with what they depend on', () => {
    const { template } = stackNamed('acme-foundation');
    const types = creationOrder(template, 'acme-foundation').map((id) => template.resources.get(id)?.type);
    expect(types).toEqual(['AWS::IAM::Role', 'AWS::Lambda::Function']);
    const [custom] = stackNamed('Model').template.resources.values();
    expect(custom).toMatchObject({
      type: 'AWS::CloudFormation::CustomResource',
      properties: { Quota: 4000 },
    });
  });

  test('leads from the S3 key of a function to its code', () => {
    const stack = stackNamed('acme-foundation');
    const [lambda] = [...stack.template.resources.values()].filter(
      ({ type }) => type === 'AWS::Lambda::Function',
    );
    const { S3Key } = { S3Key: '', ...(lambda?.properties.Code ?? {}) };
    expect(readFileSync(join(codeFolder(stack, S3Key), 'index.js'), 'utf8')).toContain('=> 7');
    expect(() => codeFolder(stack, 'other.zip')).toThrow('acme-foundation: the S3 object other.zip');
  });
});

describe('an assembly that is not known', () => {
  function readingManifest(manifest: unknown): () => unknown {
    const folder = join(directory, 'manifest-only');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'A.template.json'), JSON.stringify({ Resources: {} }));
    return () => readAssembly(folder);
  }

  function stackArtifact(difference: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return {
      type: 'aws:cloudformation:stack',
      environment: 'aws://unknown-account/unknown-region',
      properties: { templateFile: 'A.template.json' },
      ...difference,
    };
  }

  test('is refused for a nested assembly, parameters or a strange environment', () => {
    const nested = { artifacts: { Stage: { type: 'cdk:cloud-assembly' } } };
    expect(readingManifest(nested)).toThrow('the cloud assembly: artifacts.Stage');
    const parameters = stackArtifact({
      properties: { templateFile: 'A.template.json', parameters: { A: '1' } },
    });
    expect(readingManifest({ artifacts: { A: parameters } })).toThrow('artifacts.A.properties.parameters');
    const elsewhere = stackArtifact({ environment: 'azure' });
    expect(readingManifest({ artifacts: { A: elsewhere } })).toThrow('A: the environment azure');
  });

  test('is refused for stacks that wait for each other', () => {
    const artifacts = {
      A: stackArtifact({ dependencies: ['B'] }),
      B: stackArtifact({ dependencies: ['A'] }),
    };
    expect(readingManifest({ artifacts })).toThrow('Circular dependency between stacks: A → B → A');
  });
});
