import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const PROJECT = join(__dirname, '..', '..');

const markdownIn = (folder: string): readonly string[] =>
  readdirSync(join(PROJECT, folder), { recursive: folder !== '.', encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
    .sort();

/** Every document of the project, by its path from the project's folder. */
export const DOCUMENTS: readonly string[] = [...markdownIn('.'), ...markdownIn('docs')];

export const readDocument = (document: string): string => readFileSync(join(PROJECT, document), 'utf8');

/** A line of prose, or a fenced block as a whole. */
export interface Passage {
  /** Of its first line, from 1. */
  readonly line: number;
  /** What stands behind the opening fence (`sh`, `sh run`); undefined for prose. */
  readonly info: string | undefined;
  readonly text: string;
}

/** What a document consists of, from its beginning to its end. Throws when a fence is never closed. */
export function passagesOf(markdown: string): readonly Passage[] {
  const passages: Passage[] = [];
  let block: { readonly line: number; readonly info: string; readonly lines: string[] } | undefined;
  for (const [index, text] of markdown.split('\n').entries()) {
    const [fence, info = ''] = /^ *```(.*)$/.exec(text) ?? [];
    if (fence === undefined) {
      if (block === undefined) passages.push({ line: index + 1, info: undefined, text });
      else block.lines.push(text);
    } else if (block === undefined) block = { line: index + 2, info: info.trim(), lines: [] };
    else {
      passages.push({ line: block.line, info: block.info, text: block.lines.join('\n') });
      block = undefined;
    }
  }
  if (block !== undefined) throw new Error(`the block of line ${block.line} is never closed`);
  return passages;
}

/** The code in single back ticks of a line of prose. */
export const codeSpansOf = (text: string): readonly string[] =>
  Array.from(text.matchAll(/`([^`]+)`/g), ([, code = '']) => code);
