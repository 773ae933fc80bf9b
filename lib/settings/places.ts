import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node, type Pair } from 'yaml';

/** Keys and list indices from the top of the file down to a value. */
export type Path = readonly PropertyKey[];

/** `models[1].name`; the whole file has no name of its own. */
export const pathName = (path: Path): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '') || 'the file';

/** Where a value stands, and how it reads there. */
export interface Place {
  /** Counted from 1. */
  readonly line: number;
  readonly written: string;
}

/** A key that stands a second time in its map. */
export interface RepeatedKey {
  readonly path: Path;
  readonly place: Place;
  readonly firstLine: number;
}

/** The places of all values of a YAML document, by path. */
export class Places {
  readonly repeatedKeys: RepeatedKey[] = [];
  private readonly byPath = new Map<string, Place>();

  /** `document` is `text` parsed, its aliases resolvable. */
  constructor(
    private readonly document: Document,
    private readonly text: string,
    private readonly lines: LineCounter,
  ) {
    const { contents } = document;
    if (contents === null) this.byPath.set(keyOf([]), { line: 1, written: EMPTY });
    else this.visit(contents, [], this.lineOf(contents));
  }

  /** The place of exactly this value, or undefined where the file has none. */
  at(path: Path): Place | undefined {
    return this.byPath.get(keyOf(path));
  }

  /** The line of the value, or of the innermost map or list around it that the file has. */
  lineNear(path: Path): number {
    return this.at(path)?.line ?? (path.length === 0 ? 1 : this.lineNear(path.slice(0, -1)));
  }

  private visit(node: Node, path: Path, line: number): void {
    if (path.length > DEEPEST) return;
    if (isAlias(node)) {
      const target = node.resolve(this.document);
      if (target !== undefined) this.visit(target, path, line);
      return;
    }
    this.byPath.set(keyOf(path), { line, written: this.written(node) });
    if (isSeq<Node>(node)) {
      for (const [index, item] of node.items.entries()) this.visit(item, [...path, index], this.lineOf(item));
    } else if (isMap<Node, Node | null>(node)) {
      for (const pair of node.items) this.visitPair(pair, path);
    }
  }

  /** The last of several equal keys is the one that counts, as it is when the document becomes an object. */
  private visitPair({ key, value }: Pair<Node, Node | null>, mapPath: Path): void {
    const keyLine = this.lineOf(key);
    const path = [...mapPath, isScalar(key) ? String(key.value ?? '') : String(key)];
    const earlier = this.at(path);
    const place = { line: keyLine, written: EMPTY };
    if (value === null) this.byPath.set(keyOf(path), place);
    else this.visit(value, path, isScalar(value) && value.value !== null ? this.lineOf(value) : keyLine);
    if (earlier !== undefined) {
      this.repeatedKeys.push({ path, place: this.at(path) ?? place, firstLine: earlier.line });
    }
  }

  private lineOf(node: Node): number {
    return this.lines.linePos(node.range?.[0] ?? 0).line;
  }

  private written(node: Node): string {
    if (isMap(node)) return `a map of ${node.items.length}`;
    if (isSeq(node)) return `a list of ${node.items.length}`;
    if (!isScalar(node) || node.value === null) return EMPTY;
    const [start, end] = node.range ?? [0, 0];
    return shortened(node.type?.startsWith('BLOCK') ? String(node.value) : this.text.slice(start, end));
  }
}

/** A tag of a model: nothing that is allowed stands deeper, and an alias in a circle would go down for ever. */
const DEEPEST = 4;
const EMPTY = 'empty';
const LONGEST_SHOWN = 60;

/** On one line, without control characters, since it is shown on a terminal. */
function shortened(text: string): string {
  const line = text.trim().replace(/[\s\p{Cc}]+/gu, ' ');
  return line.length <= LONGEST_SHOWN ? line : `${line.slice(0, LONGEST_SHOWN)}…`;
}

const keyOf = (path: Path): string => JSON.stringify(path.map(String));
