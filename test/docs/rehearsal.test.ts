import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rehearsedProduct } from '../../bin/rehearsed-product';
import { readScenario } from '../../rehearsal/engine/read-scenario';
import { ScenarioError } from '../../rehearsal/scenario/fault';

const DOCUMENT = readFileSync(join(__dirname, '../../docs/rehearsal.md'), 'utf8');

const blocksOf = (language: string): readonly string[] =>
  Array.from(
    DOCUMENT.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms')),
    ([, text = '']) => text,
  );

const EXAMPLES = blocksOf('yaml').filter((text) => text.startsWith('name:'));
const EXTRACTS = blocksOf('yaml').filter((text) => !text.startsWith('name:'));
const [TRACE = ''] = blocksOf('csv');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rehearsal-docs-'));
  writeFileSync(join(folder, 'requests.csv'), TRACE);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (text: string) => readScenario(text, join(folder, 'scenario.yaml'), rehearsedProduct);

/** The keys as the reader lists them to whoever writes no scenario at all. */
function topLevelKeys(): readonly string[] {
  try {
    read('[]');
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    const [, keys = ''] = /^a mapping with the keys (.+)$/.exec(error.faults[0]?.allowed ?? '') ?? [];
    return keys.split(', ');
  }
  return [];
}

test('the table of top-level keys has each key, and no other', () => {
  const [, section = ''] = /^## Top-level keys\n(.*?)^## /ms.exec(DOCUMENT) ?? [];
  const documented = Array.from(section.matchAll(/^\| `(\w+)` \|/gm), ([, key]) => key);
  expect(documented).toEqual(topLevelKeys());
  expect(documented).toContain('expect');
});

test('there is an example with series and one with a trace', () => {
  const traffic = EXAMPLES.map((text) => (/^ +trace:/m.test(text) ? 'trace' : 'series'));
  expect(traffic).toEqual(['series', 'trace']);
});

test.each(EXAMPLES.map((text) => [text.slice(0, text.indexOf('\n')), text] as const))(
  'the example "%s" has no fault',
  (_, text) => {
    expect(read(text).expect).not.toEqual([]);
  },
);

test('the extracts have no fault either where they stand in a scenario', () => {
  const [example = ''] = EXAMPLES;
  expect(EXTRACTS).not.toEqual([]);
  for (const text of EXTRACTS) {
    const { events, faults } = read(example + text);
    expect([...events, ...faults]).not.toEqual([]);
  }
});

test.each(Object.keys(rehearsedProduct.metrics))('the metric %s is named', (metric) => {
  expect(DOCUMENT).toContain(`\`${metric}\``);
});

test.each([
  ...rehearsedProduct.caseCategories,
  ...rehearsedProduct.scenarios,
  ...rehearsedProduct.severities,
])('%s is named among what may be expected', (name) => {
  expect(DOCUMENT.slice(DOCUMENT.indexOf('## Expectations'))).toContain(`\`${name}\``);
});
