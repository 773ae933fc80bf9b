import { type Figure, isMet, type MeasuredPart, type Target } from './figure';
import { type LastRelease, valueAt } from './last-release';

const NOT_MEASURED = '–';
const NEVER = 'never';

/** One table: each figure now, at the last release, and its target with whether it is met. */
export function renderTable(parts: readonly MeasuredPart[], last: LastRelease): string {
  const head = ['', 'now', `at ${last.release}`, '', 'target', ''];
  const rows = parts.flatMap(({ name, title, figures }) => [
    [title],
    ...figures.map((figure) => row(figure, valueAt(last, name, figure.name))),
  ]);
  const widths = head.map((_, column) =>
    Math.max(
      ...[head, ...rows].filter(({ length }) => length > 1).map((cells) => cells[column]?.length ?? 0),
    ),
  );
  return [head, ...rows].map((cells) => line(cells, widths)).join('\n');
}

/** One object on one line: the figures in the order of the table. */
export const renderJson = (parts: readonly MeasuredPart[], last: LastRelease): string =>
  JSON.stringify({
    lastRelease: last.release,
    figures: parts.flatMap(({ name: part, figures }) =>
      figures.map((figure) => ({
        part,
        name: figure.name,
        value: figure.value,
        unit: figure.unit,
        target: figure.target ?? null,
        met: isMet(figure) ?? null,
        atLastRelease: valueAt(last, part, figure.name) ?? null,
      })),
    ),
  });

const row = (figure: Figure, last: number | null | undefined): readonly string[] => [
  `  ${figure.name}`,
  shown(figure.value),
  last === undefined ? NOT_MEASURED : shown(last),
  figure.unit,
  figure.target === undefined ? '' : targetText(figure.target),
  markOf(figure),
];

function markOf(figure: Figure): string {
  const met = isMet(figure);
  if (met === undefined) return '';
  return met ? '✓' : '✗';
}

const targetText = (target: Target): string =>
  'atMost' in target ? `at most ${shown(target.atMost)}` : `at least ${shown(target.atLeast)}`;

/** Counts in full; what was timed to three digits, since more of it is chance. */
const shown = (value: number | null): string =>
  value === null
    ? NEVER
    : value.toLocaleString('en-US', Number.isInteger(value) ? {} : { maximumSignificantDigits: 3 });

/** Numbers to the right, all else to the left. */
const line = (cells: readonly string[], widths: readonly number[]): string =>
  cells
    .map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 1 || column === 2 ? cell.padStart(width) : cell.padEnd(width);
    })
    .join('  ')
    .trimEnd();
