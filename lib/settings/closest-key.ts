const MOST_EDITS = 3;

/**
 * Those of `known` that `key` is most likely a misspelling of: the fewest edits away, at most three and fewer than half
 * of the letters; none if there is no such key. Upper and lower case are the same.
 */
export function closestTo(key: string, known: readonly string[]): readonly string[] {
  const distances = known.map((candidate) => editDistance(key.toLowerCase(), candidate.toLowerCase()));
  const least = Math.min(...distances);
  if (least > MOST_EDITS || least * 2 >= key.length) return [];
  return known.filter((_, index) => distances[index] === least);
}

/** Levenshtein's distance: the letters to insert, remove or replace to make `from` into `to`. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const letter of from) {
    const next = [(row[0] ?? 0) + 1];
    for (const [index, other] of [...to].entries()) {
      const replaced = (row[index] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
