const MOST_EDITS = 3;
/** Shorter parts, such as `rpm`, are in too many keys to say anything. */
const SHORTEST_PART = 4;

/**
 * Those of `known` that `key` most likely stands for, upper and lower case being the same: the fewest edits away, at
 * most three and fewer than half of the letters; or else those that contain `key` or are contained in it; or none.
 */
export function closestTo(key: string, known: readonly string[]): readonly string[] {
  const wanted = key.toLowerCase();
  const distances = known.map((candidate) => editDistance(wanted, candidate.toLowerCase()));
  const least = Math.min(...distances);
  if (least <= MOST_EDITS && least * 2 < key.length) {
    return known.filter((_, index) => distances[index] === least);
  }
  return known.filter((candidate) => isPart(wanted, candidate.toLowerCase()));
}

const isPart = (one: string, other: string): boolean =>
  Math.min(one.length, other.length) >= SHORTEST_PART && (one.includes(other) || other.includes(one));

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
