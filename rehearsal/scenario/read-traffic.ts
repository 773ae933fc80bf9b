import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { readTrace } from '../bedrock/trace';
import { parseDuration } from './duration';
import type { Reader } from './reader';
import { Refusal, show } from './refusal';
import type { History, MinuteTraffic, ModelTraffic, Trace } from './scenario';
import { parseSeries } from './series';
import { amount, byName, mapping, reads, text } from './values';
import type { Path } from './yaml-file';

const interval = reads((value) => {
  const minutes = parseDuration(value) / 60_000;
  if (minutes >= 1 && Number.isInteger(minutes)) return minutes;
  throw new Refusal('not allowed', show(value), 'whole minutes, at least 1m');
});

const columns = { timestamp: text, input: text, output: text };
const traceSchema = mapping({
  file: text,
  ...columns,
  burndown: amount.default(1),
  latencyMs: amount.optional(),
});

/** The traffic of each model, as series or as a trace that is read from its file. */
export function readModels(
  reader: Reader,
  file: string,
  metrics: readonly string[],
): Readonly<Record<string, ModelTraffic>> {
  return reader.readEntries(['models'], (path) => readTraffic(reader, file, path, metrics));
}

function readTraffic(reader: Reader, file: string, path: Path, metrics: readonly string[]): ModelTraffic {
  const keys = reader.keysAt(path);
  reader.checkKeys(path, ['history', 'series', 'trace']);
  if (keys.includes('series') && keys.includes('trace')) {
    reader.note([...path, 'trace'], 'both series and trace', String(path.at(-1)), 'one of them for a model');
  }
  const trace = keys.includes('trace') ? readTraceOf(reader, file, [...path, 'trace']) : undefined;
  return { line: reader.lineOf(path), ...readMinutes(reader, path, metrics), trace };
}

/** What a model or a profile has of `history` and `series`. */
export function readMinutes(reader: Reader, path: Path, metrics: readonly string[]): MinuteTraffic {
  const seriesSchema = byName(metrics, reads(parseSeries), 'unknown metric');
  const series = reader.read([...path, 'series'], seriesSchema.default({}));
  const history = readHistory(reader, [...path, 'history'], metrics);
  return { history, series: series ?? {} };
}

function readHistory(reader: Reader, path: Path, metrics: readonly string[]): History | undefined {
  const value = reader.valueAt(path);
  if (value === undefined) return undefined;
  const shape = Object.fromEntries(metrics.map((metric) => [metric, reads(parseSeries).optional()]));
  const read = reader.read(path, mapping({ interval: interval.default(1), ...shape }));
  if (read === undefined) return undefined;
  const { interval: intervalMinutes, ...series } = read;
  return { intervalMinutes, series };
}

function readTraceOf(reader: Reader, scenarioFile: string, path: Path): Trace | undefined {
  const settings = reader.read(path, traceSchema);
  if (settings === undefined) return undefined;
  const { file: named, burndown, latencyMs, ...columnNames } = settings;
  const file = isAbsolute(named) ? named : join(dirname(scenarioFile), named);
  const content = contentOf(reader, [...path, 'file'], file, named);
  if (content === undefined) return undefined;
  const { requests, faults } = readTrace(content, columnNames);
  reader.faults.push(...faults.map((fault) => ({ file, ...fault })));
  return faults.length > 0 ? undefined : { file: resolve(file), requests, burndown, latencyMs };
}

/** A file's text; undefined, with a fault at `path` noted, where it cannot be read. */
function contentOf(reader: Reader, path: Path, file: string, named: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : error;
    reader.note(
      path,
      `file cannot be read (${code})`,
      named,
      'a CSV file, its path relative to the scenario',
    );
    return undefined;
  }
}
