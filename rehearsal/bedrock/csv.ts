/** One thing that is wrong with a CSV file; `line` counts from 1, the header being the first. */
export interface CsvFault {
  readonly line: number;
  readonly what: string;
  readonly value: string;
  readonly allowed: string;
}

export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
  readonly faults: readonly CsvFault[];
}

export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Reads simple CSV: a header, commas, no quotes. Blank lines are skipped; a row of another width than the header, or
 * with a quote in it, is a fault.
 */
export function readCsv(text: string): CsvTable {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const columns = cellsOf(lines[0] ?? '');
  const filled = lines.slice(1).map((line, index) => ({ line: index + 2, text: line }));
  const rows: CsvRow[] = [];
  const faults: CsvFault[] = [];
  for (const { line, text: row } of filled.filter((candidate) => candidate.text.trim() !== '')) {
    const cells = cellsOf(row);
    if (cells.length === columns.length && !row.includes('"')) rows.push({ line, cells });
    else faults.push({ line, what: 'malformed row', value: row, allowed: shapeOf(columns) });
  }
  return { columns, rows, faults };
}

function cellsOf(line: string): string[] {
  return line.split(',').map((cell) => cell.trim());
}

function shapeOf(columns: readonly string[]): string {
  return `${columns.length} values without quotes: ${columns.join(',')}`;
}
