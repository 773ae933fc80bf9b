import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadSettings } from '../../lib/settings/settings';
import { buildApp } from '../../lib/stacks/ops-alert-app';

const PROJECT = join(__dirname, '..', '..');
const SETTINGS = `
customer: Acme
stakeholders: [sre@acme.example]
defaults: { tags: { team: sre } }
models:
  - { name: Nova, modelId: amazon.nova-pro-v1:0, rpmQuotaCode: L-AAAAAAAA, tpmQuotaCode: L-BBBBBBBB }
  - { name: Lite, modelId: amazon.nova-lite-v1:0, rpmQuotaCode: NA, tpmQuotaCode: L-BBBBBBBB }
`;
const BAD_SETTINGS = SETTINGS.replace('Acme', 'AWS-team').replace('L-AAAAAAAA', '17');

interface Run {
  readonly exitCode: number | string;
  readonly out: string;
  readonly err: string;
}

let folder: string;
const runs: Record<'good' | 'bad' | 'missing', Run> = { good: NOT_RUN, bad: NOT_RUN, missing: NOT_RUN };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ops-alert-bin-'));
  mkdirSync(join(folder, 'home'));
  writeFileSync(join(folder, 'good.yaml'), SETTINGS);
  writeFileSync(join(folder, 'bad.yaml'), BAD_SETTINGS);
});
