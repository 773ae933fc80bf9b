import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { codeSpansOf, DOCUMENTS, PROJECT, passagesOf, readDocument } from './documents';

const FOLDER = 'docs/decisions';
const DECISIONS = DOCUMENTS.filter(
  (document) => dirname(document) === FOLDER && !document.endsWith('README.md'),
);
const SECTIONS = ['Status', 'Context', 'Decision', 'Rejected', 'Consequences'];

/** `0001. A title` of a decision. */
const titleOf = (document: string): string => /^# (.+)$/m.exec(readDocument(document))?.[1] ?? '';
const fileNameOf = (document: string): string => document.slice(FOLDER.length + 1);

describe('the decisions', () => {
  test('are numbered from 0001 on without a gap, in file names and titles', () => {
    const numbers = DECISIONS.map((_, index) => String(index + 1).padStart(4, '0'));
    expect(numbers).not.toEqual([]);
    expect(DECISIONS.map((document) => fileNameOf(document).slice(0, 5))).toEqual(
      numbers.map((number) => `${number}-`),
    );
    expect(DECISIONS.map((document) => titleOf(document).slice(0, 6))).toEqual(
      numbers.map((number) => `${number}. `),
    );
  });

  test.each(DECISIONS)('%s has its sections, each with a text', (document) => {
    const [, ...sections] = readDocument(document).split(/^## /m);
    expect(sections.map((section) => section.slice(0, section.indexOf('\n')))).toEqual(SECTIONS);
    for (const section of sections)
      expect(section.split('\n').slice(1).join('').length).toBeGreaterThanOrEqual('Accepted, 2026.'.length);
  });

  test.each(DECISIONS)('%s says what holds of it, and since when', (document) => {
    expect(readDocument(document)).toMatch(
      /^## Status\n\n(?:Accepted|Superseded by \[\d{4}\]\(.+\)), 20\d\d\./m,
    );
  });

  test('stand in the index, each with its title, and nothing else does', () => {
    const rows = [...readDocument(`${FOLDER}/README.md`).matchAll(/^\| \[(\d{4})\]\((.+)\) \| (.+) \|$/gm)];
    expect(rows.map(([, number, file, title]) => [file, `${number}. ${title}`])).toEqual(
      DECISIONS.map((document) => [fileNameOf(document), titleOf(document)]),
    );
  });
});

/** What GitHub makes of a heading: `What an alarm means` is `#what-an-alarm-means`. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

const proseOf = (document: string): readonly string[] =>
  passagesOf(readDocument(document))
    .filter(({ info }) => info === undefined)
    .map(({ text }) => text);

const anchorsOf = (document: string): readonly string[] =>
  proseOf(document).flatMap((text) => {
    const [, heading] = /^#+ (.+)$/.exec(text) ?? [];
    return heading === undefined ? [] : [anchorOf(heading)];
  });

/** Links to places of the project, but for those in code. */
const linksOf = (document: string): readonly string[] =>
  proseOf(document)
    .flatMap((text) => [...text.replace(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)])
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

function isBroken(document: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? document : normalize(join(dirname(document), path));
  if (!existsSync(join(PROJECT, target))) return true;
  return anchor !== undefined && !anchorsOf(target).includes(anchor);
}

/** What a path may begin with. `.cache` and the like come and go. */
const TOP = readdirSync(PROJECT).filter((name) => !name.startsWith('.') && name !== 'node_modules');

const pathsOf = (document: string): readonly string[] =>
  proseOf(document)
    .flatMap(codeSpansOf)
    .filter((code) => /^[\w.-]+\/[\w./-]*$/.test(code) && TOP.includes(code.slice(0, code.indexOf('/'))));

describe.each(DOCUMENTS)('%s', (document) => {
  test('links to what is there', () => {
    expect(linksOf(document).filter((link) => isBroken(document, link))).toEqual([]);
  });

  test('names files that are there', () => {
    expect(pathsOf(document).filter((path) => !existsSync(join(PROJECT, path)))).toEqual([]);
  });
});

test('a broken link is found, whether its file or its heading is missing', () => {
  expect(isBroken('README.md', 'docs/runbook.md#throttles')).toBe(false);
  expect(isBroken('README.md', 'docs/runbook.md#no-such-alarm')).toBe(true);
  expect(isBroken('README.md', 'docs/no-such.md')).toBe(true);
});

test('links and paths are found at all', () => {
  expect(linksOf('README.md')).toContain('docs/settings.md');
  expect(pathsOf('docs/decisions/0003-one-catalogue-of-alarms.md')).toContain(
    'lambda/domain/alarm-catalogue.ts',
  );
});
