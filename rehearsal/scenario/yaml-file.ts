import { type Document, isAlias, isMap, isSeq, LineCounter, type Node, parseDocument, stringify } from 'yaml';
import type { Fault } from './fault';
import { show } from './refusal';

export type Path = readonly (string | number)[];

/** A parsed YAML file that knows on which line each of its values stands. */
export interface YamlFile {
  readonly file: string;
  readonly value: unknown;
  /** The line of a key or list item; of the nearest one above it where the path leads nowhere. */
  lineOf(path: Path): number;
  /** What stands at `path` as a YAML file of its own, on the same lines and in the same columns. */
  excerpt(path: Path): string;
}

/** Parses YAML; the faults are those of its syntax, and without them the value is whole. */
export function parseYaml(text: string, file: string): { yaml: YamlFile; faults: readonly Fault[] } {
  const lines = new LineCounter();
  const document: Document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const faults = [...document.errors, ...document.warnings].map((error): Fault => {
    const line = lineAt(error.pos[0]);
    return {
      file,
      line,
      what: 'not YAML',
      value: show(text.split('\n')[line - 1]?.trim() || 'the end of the file'),
      allowed: error.message,
    };
  });
  const value: unknown = faults.length === 0 ? document.toJS() : undefined;
  const yaml: YamlFile = {
    file,
    value,
    lineOf: (path) => lineAt(offsetOf(document, path)),
    excerpt: (path) => excerpt(text, document, path),
  };
  return { yaml, faults };
}

/** An alias stands for something that is written elsewhere, so of that only the values can be given. */
function excerpt(text: string, document: Document, path: Path): string {
  const node = document.getIn(path, true);
  const range = isNode(node) && !isAlias(node) ? node.range : undefined;
  if (!range) return stringify(isNode(node) ? node.toJS(document) : node);
  const before = text.slice(0, range[0]).replace(/[^\n]/g, ' ');
  return before + text.slice(range[0], range[1]);
}

function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => keyOf(item.key) === String(step));
      offset = startOf(pair?.key) ?? offset;
      node = pair?.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = startOf(node) ?? offset;
    }
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function isNode(node: unknown): node is Node {
  return typeof node === 'object' && node !== null && 'range' in node;
}

function keyOf(key: unknown): string {
  return String(typeof key === 'object' && key !== null && 'value' in key ? key.value : key);
}
