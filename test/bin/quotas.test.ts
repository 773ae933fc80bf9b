import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type QuotasOptions, showQuotas } from '../../bin/quotas';

const PROJECT = join(__dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'quotas-'));

function fileOf(text: string): string {
  const file = join(folder, 'list.json');
  writeFileSync(file, text);
  return file;
}

const OPUS = 'anthropic.claude-opus-4-6-v1';
const PROFILE = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6';
const tpm = 'Global cross-region model inference tokens per minute for Anthropic Claude Opus 4.6 V1';
const rpm = 'Global cross-region model inference requests per minute for Anthropic Claude Opus 4.6 V1';
const nova = 'On-demand model inference tokens per minute for Amazon Nova Lite';
const LIST = {
  Quotas: [
    { QuotaCode: 'L-3DCCFAA4', QuotaName: tpm, Value: 6_250_000, Adjustable: true },
    { QuotaCode: 'L-3DD46812', QuotaName: rpm, Value: 10_000, Adjustable: true },
    { QuotaCode: 'L-70423BF8', QuotaName: nova, Value: 0, Adjustable: true },
  ],
};
const catalogue = () => fileOf(JSON.stringify(LIST));

const printed: string[] = [];
const complained: string[] = [];

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation((text) => void printed.push(String(text)));
  jest.spyOn(console, 'error').mockImplementation((text) => void complained.push(String(text)));
});
afterEach(() => {
  jest.restoreAllMocks();
  printed.length = 0;
  complained.length = 0;
});

/** What is printed of these models, as objects. */
async function found(modelIds: readonly string[], options: Omit<QuotasOptions, 'format'>) {
  const exit = await showQuotas(modelIds, { ...options, format: 'json' });
  const lines = printed.flatMap((text) => text.split('\n'));
  return { exit, models: lines.map((line): unknown => JSON.parse(line)) };
}

describe('with a list in a file', () => {
  test('one object a line, in the order asked, and 0 when all are found', async () => {
    expect(
      await showQuotas([`global.${OPUS}`, 'amazon.nova-lite-v1:0'], {
        format: 'json',
        catalogue: catalogue(),
      }),
    ).toBe(0);
    expect(printed).toEqual([
      `{"modelId":"global.${OPUS}","mode":"global","tpm":{"code":"L-3DCCFAA4","name":"${tpm}","value":6250000},` +
        `"rpm":{"code":"L-3DD46812","name":"${rpm}","value":10000},"error":null}\n` +
        `{"modelId":"amazon.nova-lite-v1:0","mode":"on-demand","tpm":{"code":"L-70423BF8","name":"${nova}","value":0},` +
        '"rpm":null,"error":null}',
    ]);
  });

  test('1 when one has an error, and the others are still shown', async () => {
    const { exit, models } = await found([`us.${OPUS}`, `global.${OPUS}`, 'opus', PROFILE], {
      catalogue: catalogue(),
    });
    expect(exit).toBe(1);
    expect(models).toEqual([
      {
        modelId: `us.${OPUS}`,
        mode: 'cross-region',
        tpm: null,
        rpm: null,
        error: expect.stringMatching(/ invoked through a geographic profile\. It has one .* L-3DCCFAA4 /),
      },
      expect.objectContaining({ modelId: `global.${OPUS}`, error: null }),
      {
        modelId: 'opus',
        mode: null,
        tpm: null,
        rpm: null,
        error: expect.stringMatching(/^This is no model id\. /),
      },
      {
        modelId: PROFILE,
        mode: null,
        tpm: null,
        rpm: null,
        error: expect.stringMatching(/ does not say which model .* leave out --catalogue/),
      },
    ]);
  });

  test('the errors of both quotas of a model as one text', async () => {
    const again = LIST.Quotas.map((quota) => ({ ...quota, QuotaCode: `${quota.QuotaCode}-AGAIN` }));
    const file = fileOf(JSON.stringify({ Quotas: [...LIST.Quotas, ...again] }));
    const { exit, models } = await found([`global.${OPUS}`], { catalogue: file });
    expect(exit).toBe(1);
    expect(models).toEqual([
      {
        modelId: `global.${OPUS}`,
        mode: 'global',
        tpm: null,
        rpm: null,
        error: expect.stringMatching(
          /^2 quotas fit .* tokens per minute: .*\. 2 quotas fit .* requests .*\.$/,
        ),
      },
    ]);
  });

  test('to be read by a person', async () => {
    const exit = await showQuotas([`global.${OPUS}`, 'amazon.nova-lite-v1:0', 'opus'], {
      format: 'text',
      catalogue: catalogue(),
    });
    expect(exit).toBe(1);
    expect(printed.join('\n').split('\n')).toEqual([
      `global.${OPUS}, invoked through a global profile`,
      `  TPM  L-3DCCFAA4  6,250,000  ${tpm}`,
      `  RPM  L-3DD46812  10,000  ${rpm}`,
      '',
      'amazon.nova-lite-v1:0, invoked on demand',
      `  TPM  L-70423BF8  0 (no capacity)  ${nova}`,
      '  RPM  no such quota is listed for this model',
      '',
      'opus',
      expect.stringMatching(/^ {2}error: This is no model id\. /),
      '',
    ]);
  });

  test('whether or not an editor put a mark before it', async () => {
    const file = fileOf(`\uFEFF${JSON.stringify({ ...LIST, NextToken: null })}`);
    expect((await found([`global.${OPUS}`], { catalogue: file })).exit).toBe(0);
  });

  test.each([
    ['{"Quotas": [', /list\.json: not JSON \(.*\); allowed is what `aws service-quotas /],
    ['', /: not JSON /],
    ['[]', /: Invalid input: expected object, received array; /],
    ['{}', /: Quotas: Invalid input: expected array, received undefined; /],
    [
      '{"Quotas": [{"QuotaCode": "L-1", "QuotaName": "x"}]}',
      /: Quotas\[0\]\.Value: .* number, received undefined; /,
    ],
    [
      '{"Quotas": [{"QuotaCode": "L-1", "QuotaName": 3, "Value": 1}]}',
      /: Quotas\[0\]\.QuotaName: .* string, received number; /,
    ],
    ['{"Quotas": [], "NextToken": "abc"}', /: NextToken: it is one page of several; /],
  ])('2 and one line when the file holds %j', async (text, complaint) => {
    expect(await showQuotas([`global.${OPUS}`], { format: 'json', catalogue: fileOf(text) })).toBe(2);
    expect(printed).toEqual([]);
    expect(complained).toEqual([expect.stringMatching(complaint)]);
    expect(complained[0]).not.toContain('\n');
  });

  test('2 and one line when there is no such file', async () => {
    const exit = await showQuotas([`global.${OPUS}`], {
      format: 'json',
      catalogue: join(folder, 'none.json'),
    });
    expect(exit).toBe(2);
    expect(complained).toEqual([
      expect.stringMatching(/none\.json: the file cannot be read \(.*ENOENT.*; allowed is /),
    ]);
  });
});

describe('with the account', () => {
  const calls: string[] = [];
  let isRefused = false;

  /** The little of AWS that is asked, in the shapes of Service Quotas and Bedrock. */
  function answer(request: IncomingMessage, response: ServerResponse): void {
    const operation = String(request.headers['x-amz-target'] ?? request.url);
    calls.push(operation.replace(/^.*\.|\?.*$/g, ''));
    if (isRefused) {
      response.writeHead(400, { 'Content-Type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify({ __type: 'AccessDeniedException', message: 'not\nallowed' }));
      return;
    }
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(bodyFor(operation)));
  }

  function bodyFor(operation: string): unknown {
    if (operation.endsWith('.ListServiceQuotas')) return { Quotas: LIST.Quotas.slice(0, 1) };
    if (operation.endsWith('.ListAWSDefaultServiceQuotas')) return LIST;
    const models = ['arn:aws:bedrock:us-east-1', 'arn:aws:bedrock:'].map((prefix) => ({
      modelArn: `${prefix}::foundation-model/${OPUS}`,
    }));
    const named = { status: 'ACTIVE', models };
    return {
      inferenceProfileSummaries: operation.includes('SYSTEM_DEFINED')
        ? [
            {
              ...named,
              type: 'SYSTEM_DEFINED',
              inferenceProfileId: `global.${OPUS}`,
              inferenceProfileName: 'Opus',
            },
          ]
        : [
            {
              ...named,
              type: 'APPLICATION',
              inferenceProfileId: 'a1b2c3d4e5f6',
              inferenceProfileArn: PROFILE,
            },
          ],
    };
  }

  const server = createServer(answer);

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server does not listen');
    Object.assign(process.env, {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIATEST',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${address.port}`,
    });
  });
  beforeEach(() => {
    calls.length = 0;
    isRefused = false;
  });
  afterAll(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });

  test('what is applied counts before what is the default, which is said', async () => {
    expect(await showQuotas([`global.${OPUS}`], { format: 'text' })).toBe(0);
    expect(printed.join('\n')).toContain(`TPM  L-3DCCFAA4  6,250,000  ${tpm}`);
    expect(printed.join('\n')).toContain(
      `RPM  L-3DD46812  10,000 (AWS's default, no value of this account's own is known)  ${rpm}`,
    );
    expect(calls.sort()).toEqual(['ListAWSDefaultServiceQuotas', 'ListServiceQuotas']);
  });

  test('an application profile has the quotas of what it was copied from', async () => {
    const { exit, models } = await found([PROFILE], {});
    expect(exit).toBe(0);
    expect(models).toEqual([
      expect.objectContaining({
        modelId: PROFILE,
        mode: 'global',
        tpm: expect.objectContaining({ code: 'L-3DCCFAA4' }),
      }),
    ]);
  });

  test('an application profile that it does not list is an error', async () => {
    const { exit, models } = await found([PROFILE.replace('a1b2', 'ffff')], {});
    expect(exit).toBe(1);
    expect(models).toEqual([
      expect.objectContaining({ mode: null, error: expect.stringContaining('not listed') }),
    ]);
  });

  test('2 and one line when it refuses', async () => {
    isRefused = true;
    expect(await showQuotas([`global.${OPUS}`], { format: 'json' })).toBe(2);
    expect(printed).toEqual([]);
    expect(complained).toEqual(["The account's quotas cannot be read: AccessDeniedException: not allowed"]);
  });
});

describe('ops-alert quotas', () => {
  const opsAlert = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    spawnSync('npx', ['ops-alert', 'quotas', ...args], {
      cwd: PROJECT,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: folder, ...env },
    });

  test('prints what is found, as text unless told otherwise', () => {
    const file = catalogue();
    const text = opsAlert([`global.${OPUS}`, '--catalogue', file]);
    expect(text.status).toBe(0);
    expect(text.stdout).toContain('  TPM  L-3DCCFAA4  6,250,000');
    const json = opsAlert([`us.${OPUS}`, '--catalogue', file, '--format', 'json']);
    expect(json.status).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ modelId: `us.${OPUS}`, mode: 'cross-region', tpm: null });
  });

  test.each([[[]], [['amazon.nova-lite-v1:0', '--format', 'xml']]])(
    'exits with 2 for the arguments %j',
    (args) => {
      expect(opsAlert(args).status).toBe(2);
    },
  );

  test('says in one line that there are no credentials', () => {
    const { status, stdout, stderr } = opsAlert(['amazon.nova-lite-v1:0'], {
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.split('\n').filter((line) => line !== '' && !line.startsWith('npm '))).toEqual([
      expect.stringMatching(/^The account's quotas cannot be read: there are no AWS credentials /),
    ]);
  });
});
