import { type CsvFault, type CsvRow, readCsv } from './csv';
import type { TraceRequest } from './trace-request';

/** Which columns of a trace say what. */
export interface TraceColumns {
  readonly timestamp: string;
  /** Input tokens. */
  readonly input: string;
  /** Output tokens. */
  readonly output: string;
}

export interface ReadTrace {
  /** In the file's order; not to be used where there are faults. */
  readonly requests: readonly TraceRequest[];
  readonly faults: readonly CsvFault[];
}

const MINUTE = 60_000;
/** A trace has many rows, and what is wrong with one is mostly wrong with all. */
const MOST_FAULTS = 10;

/**
 * Reads a trace of requests: CSV with a header. A time without a zone is UTC, digits beyond the millisecond are cut.
 * A row before the minute of the first is a fault, since that minute is where a trace starts.
 *
 * @param text the file's content.
 */
export function readTrace(text: string, columns: TraceColumns): ReadTrace {
  const table = readCsv(text);
  const missing = Object.values(columns).filter((column) => !table.columns.includes(column));
  if (missing.length > 0)
    return { requests: [], faults: missing.map((column) => noColumn(column, table.columns)) };
  const faults = [...table.faults];
  const requests = readRows(table.rows, indexesOf(columns, table.columns), faults);
  if (requests.length === 0 && faults.length === 0) {
    faults.push({ line: 1, what: 'no rows', value: 'the header only', allowed: 'one row for each request' });
  }
  return { requests, faults: faults.length > MOST_FAULTS ? abridge(faults) : faults };
}

interface Indexes {
  readonly timestamp: number;
  readonly input: number;
  readonly output: number;
}

function indexesOf(columns: TraceColumns, all: readonly string[]): Indexes {
  return {
    timestamp: all.indexOf(columns.timestamp),
    input: all.indexOf(columns.input),
    output: all.indexOf(columns.output),
  };
}

function readRows(rows: readonly CsvRow[], indexes: Indexes, faults: CsvFault[]): TraceRequest[] {
  const requests: TraceRequest[] = [];
  for (const row of rows) {
    const request = readRow(row, indexes, faults);
    if (request === undefined) continue;
    const first = requests[0] ?? request;
    if (request.at.getTime() < floorToMinute(first.at)) {
      const allowed = `${new Date(floorToMinute(first.at)).toISOString()} or later, the minute of the first row`;
      faults.push({ line: row.line, what: 'row before the first', value: request.at.toISOString(), allowed });
    }
    requests.push(request);
  }
  return requests;
}

function readRow(row: CsvRow, indexes: Indexes, faults: CsvFault[]): TraceRequest | undefined {
  const cell = (index: number) => row.cells[index] ?? '';
  const at = readTime(cell(indexes.timestamp));
  const inputTokens = readTokens(cell(indexes.input));
  const outputTokens = readTokens(cell(indexes.output));
  if (at !== undefined && inputTokens !== undefined && outputTokens !== undefined) {
    return { at, inputTokens, outputTokens };
  }
  const refuse = (index: number, what: string, allowed: string) =>
    faults.push({ line: row.line, what, value: cell(index), allowed });
  if (at === undefined) refuse(indexes.timestamp, 'not a time', TIME_ALLOWED);
  if (inputTokens === undefined) refuse(indexes.input, 'not a number of tokens', TOKENS_ALLOWED);
  if (outputTokens === undefined) refuse(indexes.output, 'not a number of tokens', TOKENS_ALLOWED);
  return undefined;
}

const TOKENS_ALLOWED = 'a whole number of at least 0';
const TIME_ALLOWED = 'a time such as 2023-11-16 18:15:46.6805900, in UTC unless it names its zone';
const TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})?$/;

function readTime(text: string): Date | undefined {
  const [, day, time, fraction = '', zone = 'Z'] = TIME.exec(text) ?? [];
  if (day === undefined) return undefined;
  const at = new Date(`${day}T${time}${fraction.slice(0, 4)}${zone}`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

function readTokens(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function floorToMinute(at: Date): number {
  return Math.floor(at.getTime() / MINUTE) * MINUTE;
}

function noColumn(column: string, columns: readonly string[]): CsvFault {
  return { line: 1, what: 'no such column', value: column, allowed: columns.join(', ') };
}

function abridge(faults: readonly CsvFault[]): CsvFault[] {
  const sorted = faults.toSorted((a, b) => a.line - b.line);
  const rest = sorted.slice(MOST_FAULTS);
  const last = {
    line: rest[0]?.line ?? 1,
    what: 'and more faults',
    value: String(rest.length),
    allowed: 'none',
  };
  return [...sorted.slice(0, MOST_FAULTS), last];
}
