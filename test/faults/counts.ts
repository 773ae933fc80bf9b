import type { FaultCase } from './fault-case';
import { ENDINGS, type Verdict, WRONGS } from './verdict';

/** What the whole suite comes to. */

export interface Judged {
  readonly fault: FaultCase;
  readonly verdict: Verdict;
}

/** One line for each path and kind, and one for all: how many cases, and how they ended. */
export function endingsTable(judged: readonly Judged[]): string {
  const rows = different(judged, 'path').flatMap((path) => {
    const ofPath = judged.filter(({ fault }) => fault.path === path);
    return different(ofPath, 'kind').map((kind) =>
      row(
        path,
        kind,
        ofPath.filter(({ fault }) => fault.kind === kind),
      ),
    );
  });
  return aligned([['path', 'kind', 'cases', 'ended'], ...rows, row('all', 'all', judged)]);
}

const different = (judged: readonly Judged[], key: 'path' | 'kind'): readonly string[] => [
  ...new Set(judged.map(({ fault }) => fault[key])),
];

const row = (path: string, kind: string, cases: readonly Judged[]): readonly string[] => [
  path,
  kind,
  String(cases.length),
  ENDINGS.map((ending) => ({
    ending,
    count: cases.filter(({ verdict }) => verdict.ending === ending).length,
  }))
    .filter(({ count }) => count > 0)
    .map(({ ending, count }) => `${count} ${ending}`)
    .join(', '),
];

/** All columns but the last are as wide as their widest. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Of whatever must never be, in how many cases it was; and how many e-mails were repeats. */
export function wrongsLine(judged: readonly Judged[]): string {
  const counted = WRONGS.map(
    (kind) =>
      `${judged.filter(({ verdict }) => verdict.wrongs.some(({ wrong }) => wrong === kind)).length} ${kind}`,
  );
  const repeats = judged.reduce((sum, { verdict }) => sum + verdict.repeats, 0);
  return `${judged.length} cases: ${counted.join(', ')}; ${repeats} e-mails were repeats`;
}
