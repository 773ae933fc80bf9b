import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { alarmGoesTo, MODEL, RPM_CODE, SETTINGS, TPM_CODE } from '../rehearsals/rehearse';

const PROJECT = join(__dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'ops-alert-'));

function opsAlert(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('npx', ['ops-alert', ...args], {
    cwd: PROJECT,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** Writes a scenario of one throttled model and answers with its path. */
function scenarioFile(name: string, changes: Readonly<Record<string, unknown>>): string {
  const file = join(folder, `${name}.yaml`);
  const scenario = {
    name,
    start: '2026-03-02T09:00:00Z',
    settings: SETTINGS,
    quotas: { [RPM_CODE]: 10000, [TPM_CODE]: 6250000 },
    models: { [MODEL]: { series: { Invocations: '4000x29' } } },
    events: [alarmGoesTo(10, 'Throttles', 'ALARM')],
    ...changes,
  };
  writeFileSync(file, stringify(scenario));
  return file;
}

const HOLDS = { expect: [{ emails: 1, severity: 'CRITICAL' }] };

describe('ops-alert rehearse', () => {
  test('exits with 0 when every expectation held, and writes e-mails and cases to a folder', () => {
    const out = join(folder, 'out');
    const { status, stdout } = opsAlert('rehearse', scenarioFile('It holds', HOLDS), '--out', out);
    expect(status).toBe(0);
    expect(stdout).toContain('✓ 1 CRITICAL e-mail should be sent');
    const [caseFile = '', ...others] = readdirSync(out).sort();
    expect(others).toEqual(['it-holds-email-1.txt', 'it-holds.txt']);
    expect(readFileSync(join(out, caseFile), 'utf8')).toMatch(/^Subject: AcmeCorp - Bedrock Ops Alert - /);
    expect(readFileSync(join(out, 'it-holds-email-1.txt'), 'utf8')).toMatch(/^Subject: CRITICAL: AcmeCorp /);
  });

  test('exits with 1 when an expectation failed, and says what was there instead', () => {
    const { status, stdout } = opsAlert('rehearse', scenarioFile('It fails', { expect: [{ emails: 2 }] }));
    expect(status).toBe(1);
    expect(stdout).toContain('✗ 2 e-mails should be sent');
    expect(stdout).toContain('there was 1');
  });

  test('exits with 2 for bad input, one line per fault, and plays nothing', () => {
    const good = scenarioFile('Good', HOLDS);
    const bad = scenarioFile('Bad', {
      start: '2026-03-02T09:00:30Z',
      expect: [{ never: 'Trottles' }],
      colour: 'red',
    });
    const { status, stdout, stderr } = opsAlert('rehearse', good, bad);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    const lines = stderr.split('\n').filter((line) => line.startsWith(bad));
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line.slice(bad.length)).toMatch(/^:\d+: .+: .+/);
  });

  test('exits with 2 for settings that are refused, in the words of the settings and with the line', () => {
    const file = scenarioFile('Bad settings', { settings: { ...SETTINGS, customer: 'aws-like' } });
    const line =
      readFileSync(file, 'utf8')
        .split('\n')
        .findIndex((text) => text.includes('aws-like')) + 1;
    const { status, stderr } = opsAlert('rehearse', file);
    expect(status).toBe(2);
    expect(stderr).toContain(`${file}:${line}: customer: aws-like: `);
    expect(stderr).not.toContain('    at ');
  });

  test('prints one JSON object per scenario and line, the same bytes twice but for ms', () => {
    const files = [scenarioFile('First', HOLDS), scenarioFile('Second', HOLDS)];
    const [once, again] = [1, 2].map(() => opsAlert('rehearse', ...files, '--format', 'json').stdout);
    const withoutMs = (text = '') => text.replace(/"ms":[\d.]+/g, '"ms":0');
    expect(withoutMs(once)).toBe(withoutMs(again));
    const reports = (once ?? '')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(reports.map(({ scenario, passed }) => [scenario, passed])).toEqual([
      ['First', true],
      ['Second', true],
    ]);
    expect(Object.keys(reports[0])).toEqual([
      'scenario',
      'passed',
      'failures',
      'alarms',
      'incidents',
      'cases',
      'quotaRequests',
      'emails',
      'thresholds',
      'invocations',
      'denied',
      'unusedPermissions',
      'deadLetters',
      'claims',
    ]);
  });

  test.each([
    [['rehearse']],
    [['rehearse', 'no-such-file.yaml']],
    [['rehearse', 'x.yaml', '--format', 'xml']],
    [['rehears']],
  ])('exits with 2 for %j', (args) => {
    expect(opsAlert(...args).status).toBe(2);
  });

  test('exits with 0 for --help', () => {
    expect(opsAlert('--help').status).toBe(0);
  });
});
