import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { readLastRelease, valueAt, writeLastRelease } from '../../bench/last-release';
import { version } from '../../package.json';

const folder = mkdtempSync(join(tmpdir(), 'last-release-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'last-release.json');

test('what a release put down is what the next is compared with', () => {
  const figures = [
    { name: '100 models: rehearsed in', value: 13.2, unit: 's' },
    { name: '500 models: everyone told within', value: null, unit: 'virtual s' },
  ];
  writeLastRelease([{ name: 'storm', title: 'Storms', figures }], file);
  const last = readLastRelease(file);
  expect(last.release).toBe(version);
  expect(valueAt(last, 'storm', '100 models: rehearsed in')).toBe(13.2);
  expect(valueAt(last, 'storm', '500 models: everyone told within')).toBeNull();
});

test('a figure or a part that was not there then has no value', () => {
  writeLastRelease([{ name: 'storm', title: 'Storms', figures: [] }], file);
  const last = readLastRelease(file);
  expect(valueAt(last, 'storm', 'new')).toBeUndefined();
  expect(valueAt(last, 'new', 'new')).toBeUndefined();
});

test('figures that are not numbers are refused', () => {
  writeFileSync(file, '{"release": "0.1.0", "figures": {"storm": {"models": "many"}}}');
  expect(() => readLastRelease(file)).toThrow(/expected number/);
});

test('the figures of the last release can be read', () => {
  expect(readLastRelease().release).toMatch(/^\d+\.\d+\.\d+$/);
});
