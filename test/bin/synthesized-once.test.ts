import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { synthesizedOnce } from '../../bin/synthesized-once';
import { parseSettings } from '../../lib/settings/settings';
import { buildApp } from '../../lib/stacks/ops-alert-app';
import { codeFolder, readAssembly } from '../../rehearsal/cloudformation/assembly';

const SETTINGS = parseSettings(
  'customer: Acme\nstakeholders: [sre@acme.example]\nmodels: [{name: Nova, modelId: amazon.nova-micro-v1:0, rpmQuotaCode: L-3DD46812, tpmQuotaCode: NA}]\n',
  'ops-alert.yaml',
);

const full = mkdtempSync(join(tmpdir(), 'synthesized-'));
afterAll(() => rmSync(full, { recursive: true }));

test('what is rehearsed is what synthesis writes, but for the name under which code is uploaded', () => {
  buildApp(SETTINGS, { outdir: full }).synth();
  const [rehearsed, deployed] = [synthesizedOnce(SETTINGS), full].map((folder) => partsOf(folder));
  expect(rehearsed).toEqual(deployed);
  expect(rehearsed?.code).toHaveLength(4);
});

/** The templates without the names of the code, and a hash of each function's code. */
function partsOf(folder: string) {
  const stacks = readAssembly(folder);
  const code: string[] = [];
  const templates = stacks.map((stack) =>
    JSON.parse(readFileSync(join(folder, `${stack.stackName}.template.json`), 'utf8'), (key, value) => {
      if (key !== 'S3Key') return value;
      const bundle = codeFolder(stack, value);
      // Source maps name files from where they lie.
      code.push(
        createHash('sha256')
          .update(readFileSync(join(bundle, 'index.js')))
          .digest('hex'),
      );
      return 'the code';
    }),
  );
  return { templates, code };
}
