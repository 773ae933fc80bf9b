import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadSettings } from '../../lib/settings/settings';
import { buildApp } from '../../lib/stacks/ops-alert-app';
import { codeFolder, readAssembly, type Stack } from '../../rehearsal/cloudformation/assembly';

const PROJECT = join(__dirname, '..', '..');
const SETTINGS = `customer: Acme
stakeholders: [sre@acme.example]
defaults: { tags: { team: sre } }
models:
  - { name: Nova, modelId: amazon.nova-pro-v1:0, rpmQuotaCode: L-AAAAAAAA, tpmQuotaCode: L-BBBBBBBB }
  - { name: Lite, modelId: amazon.nova-lite-v1:0, rpmQuotaCode: NA, tpmQuotaCode: L-BBBBBBBB }
`;
const FAULTY = SETTINGS.replace('Acme', 'AWS-team').replace('L-AAAAAAAA', '17');

const folder = mkdtempSync(join(tmpdir(), 'ops-alert-bin-'));
const inFolder = (name: string): string => join(folder, name);

/** As a person with neither network nor credentials would run it. */
const ENVIRONMENT = {
  PATH: process.env.PATH,
  HOME: folder,
  HTTPS_PROXY: 'http://127.0.0.1:9',
  HTTP_PROXY: 'http://127.0.0.1:9',
  CDK_DISABLE_CLI_TELEMETRY: '1',
  npm_config_update_notifier: 'false',
};

interface Run {
  readonly exitCode: unknown;
  readonly told: string;
}

/** `cdk synth` with the settings file `name.yaml`, which writes to the folder `name`. */
const synth = (name: string): Promise<Run> =>
  new Promise((resolve) => {
    const settings = `settings=${inFolder(`${name}.yaml`)}`;
    execFile(
      join(PROJECT, 'node_modules', '.bin', 'cdk'),
      ['synth', '--quiet', '--no-notices', '-c', settings, '-o', inFolder(name)],
      { cwd: PROJECT, env: ENVIRONMENT },
      (error, stdout, stderr) =>
        resolve({ exitCode: error === null ? 0 : error.code, told: stdout + stderr }),
    );
  });

let sound: Run;
let faulty: Run;
let missing: Run;

beforeAll(async () => {
  writeFileSync(inFolder('sound.yaml'), SETTINGS);
  writeFileSync(inFolder('faulty.yaml'), FAULTY);
  [sound, faulty, missing] = await Promise.all([synth('sound'), synth('faulty'), synth('missing')]);
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true }));

describe('cdk synth', () => {
  test('works without network and credentials, and has nothing to find fault with', () => {
    expect(sound).toEqual({ exitCode: 0, told: expect.not.stringMatching(/warning|error|AwsSolutions/i) });
  });

  test('leaves all stacks in the assembly, so that they can be deployed', () => {
    expect(
      readAssembly(inFolder('sound'))
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(['Acme-Bedrock-OpsAlert', 'Acme-Bedrock-OpsAlert-Lite', 'Acme-Bedrock-OpsAlert-Nova']);
  });

  test('writes byte for byte what the same settings make in process', () => {
    buildApp(loadSettings(inFolder('sound.yaml')), { outdir: inFolder('in-process') }).synth();
    const templates = (name: string): [string, string][] =>
      readdirSync(inFolder(name))
        .filter((file) => /\.(template|assets)\.json$/.test(file))
        .map((file) => [file, readFileSync(join(inFolder(name), file), 'utf8')]);
    expect(templates('sound')).toHaveLength(6);
    expect(templates('sound')).toEqual(templates('in-process'));
  });

  test('tells all faults of the settings, each on a line, without a stack trace', () => {
    const file = inFolder('faulty.yaml');
    expect(faulty.exitCode).toBe(1);
    expect(faulty.told.split('\n').slice(0, 2)).toEqual([
      `${file}:1: customer: AWS-team: 1 to 10 of A-Z, a-z, 0-9 and -, first a letter, not beginning with aws or ssm`,
      `${file}:5: models[0].rpmQuotaCode: 17: L- and 8 hexadecimal digits in capitals, or NA where the model has no such quota`,
    ]);
    expect(faulty.told).not.toMatch(/^\s+at /m);
  });

  test('says how to make a settings file where there is none', () => {
    expect(missing.exitCode).toBe(1);
    expect(missing.told.split('\n')[0]).toBe(
      `${inFolder('missing.yaml')}: no such file: copy ops-alert.example.yaml to ops-alert.yaml and fill it in, or name another file with -c settings=FILE`,
    );
    expect(missing.told).not.toMatch(/^\s+at /m);
  });
});

describe('the bundles', () => {
  const MOST_BYTES = 800 * 1024;

  /** The folder with the code of a function. */
  function bundleOf(name: string): string {
    const isFoundation = ({ id }: Stack): boolean => id === 'Acme-Bedrock-OpsAlert';
    const foundation = readAssembly(inFolder('sound')).find(isFoundation);
    const deployed = [...(foundation?.template.resources.values() ?? [])].find(
      ({ properties }) => properties.FunctionName === `Acme-Bedrock-OpsAlert-${name}`,
    );
    const { S3Key } = Object(deployed?.properties.Code);
    if (foundation === undefined || typeof S3Key !== 'string') throw new Error(`no bundle of ${name}`);
    return codeFolder(foundation, S3Key);
  }

  const read = (name: string, file: string): string => readFileSync(join(bundleOf(name), file), 'utf8');
  const sourcesOf = (name: string): string[] => JSON.parse(read(name, 'index.js.map')).sources;

  test.each([
    ['quota-calculator', ['client-bedrock', 'client-service-quotas', 'client-sqs', 'client-ssm']],
    [
      'notification-processor',
      [
        'client-cloudwatch',
        'client-dynamodb',
        'client-secrets-manager',
        'client-service-quotas',
        'client-sns',
        'client-sqs',
        'client-ssm',
        'client-support',
      ],
    ],
    [
      'reconciler',
      ['client-cloudwatch', 'client-dynamodb', 'client-sns', 'client-sqs', 'client-ssm', 'client-support'],
    ],
  ])('%s has the SDK clients that it uses and no others', (name, clients) => {
    const found = sourcesOf(name).flatMap((source) => /@aws-sdk\/(client-[a-z-]+)\//.exec(source)?.[1] ?? []);
    expect([...new Set(found)].toSorted()).toEqual(clients);
  });

  test.each(['quota-calculator', 'notification-processor', 'reconciler'])(
    '%s is small, and maps to its sources',
    (name) => {
      expect(readdirSync(bundleOf(name)).toSorted()).toEqual(['index.js', 'index.js.map']);
      const code = read(name, 'index.js');
      expect(Buffer.byteLength(code)).toBeGreaterThan(100 * 1024);
      expect(Buffer.byteLength(code)).toBeLessThan(MOST_BYTES);
      expect(code.trimEnd().split('\n').at(-1)).toBe('//# sourceMappingURL=index.js.map');
      expect(sourcesOf(name).some((source) => source.endsWith(`lambda/${name}/handler.ts`))).toBe(true);
    },
  );

  test.each(['quota-calculator', 'notification-processor', 'reconciler'])(
    '%s has nothing of CDK or lib',
    (name) => {
      const ours = sourcesOf(name).filter((source) => !source.includes('node_modules'));
      expect(ours.filter((source) => !/(^|\/)(aws|lambda)\//.test(source))).toEqual([]);
      expect(sourcesOf(name).filter((source) => /node_modules\/(aws-cdk|constructs)/.test(source))).toEqual(
        [],
      );
    },
  );
});
