import { createHash } from 'node:crypto';
import { MOST_DATAPOINTS_ON_A_PAGE, MOST_METRIC_QUERIES } from '../../aws/cloudwatch';
import { AwsError, type Input, NotRehearsed } from '../service';
import type { CloudWatch } from './cloudwatch';
import {
  choiceField,
  countField,
  missing,
  rejectUnknown,
  requiredInstant,
  textField,
  validationError,
} from './fields';
import { type MetricQuery, readMetricQueries, referencesOf } from './metric-query';
import { epochMinute, type MetricSeries, MINUTE_MS } from './metric-store';
import { type QueryReader, queryReader } from './query-reader';

export interface MetricDataResult {
  readonly Id: string;
  readonly Label: string;
  readonly Timestamps: readonly Date[];
  readonly Values: readonly number[];
  readonly StatusCode: 'Complete' | 'PartialData';
}

export interface MetricDataOutput {
  readonly MetricDataResults: readonly MetricDataResult[];
  readonly NextToken?: string;
  readonly Messages: readonly never[];
}

/** One series to return; `at` reads the period from `from` to `to` (epoch minutes), NaN where there is no value. */
interface Line {
  readonly id: string;
  readonly label: string;
  readonly periodMinutes: number;
  readonly at: (from: number, to: number) => number;
  /** That of a metric: what lies before its first minute or after its last need not be read. */
  readonly series: MetricSeries | undefined;
}

/** Epoch minutes; `visibleEnd` is where the values that can be seen end. */
interface Range {
  readonly start: number;
  readonly end: number;
  readonly visibleEnd: number;
  readonly now: number;
  readonly descending: boolean;
}

/** Where the next page begins: after minute `after` of the line of that number. */
interface Cursor {
  readonly line: number;
  readonly after: number | null;
  readonly request: string;
}

interface Datapoint {
  readonly minute: number;
  readonly value: number;
}

const FIELDS = new Set(['MetricDataQueries', 'StartTime', 'EndTime', 'ScanBy', 'MaxDatapoints', 'NextToken']);
const DAY = 1440;

/**
 * GetMetricData: so many queries and datapoints a page at most; a metric that goes on on the next page is PartialData.
 * Only minutes that are visible at `now` have values. Timestamps are period starts, counted from StartTime rounded down
 * to the minute (a period aligned to the clock needs an aligned StartTime); EndTime is exclusive. A band gives two
 * results, the upper one first. Throws AwsError, and NotRehearsed for what no alarm or report here needs.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export function getMetricData(cloudWatch: CloudWatch, input: Input, now: Date): MetricDataOutput {
  rejectUnknown(input, FIELDS, 'GetMetricData');
  const queries = readQueries(input);
  const range = readRange(input, cloudWatch.visibleUntil(now), now);
  const lines = linesOf(queries, queryReader(queries, cloudWatch.metrics, cloudWatch.bands));
  const request = fingerprint(input);
  const cursor = readCursor(textField(input, 'NextToken'), request);
  const size = countField(input, 'MaxDatapoints') ?? MOST_DATAPOINTS_ON_A_PAGE;
  if (size > MOST_DATAPOINTS_ON_A_PAGE)
    throw validationError(`MaxDatapoints is greater than ${MOST_DATAPOINTS_ON_A_PAGE}`);
  const { results, next } = page(lines, range, cursor, size);
  if (next === undefined) return { MetricDataResults: results, Messages: [] };
  if (queries.some(({ kind }) => kind === 'expression')) {
    throw new NotRehearsed('a GetMetricData call with a math expression and more than a page of datapoints');
  }
  return { MetricDataResults: results, NextToken: writeCursor({ ...next, request }), Messages: [] };
}

function readQueries(input: Input): readonly MetricQuery[] {
  const queries = readMetricQueries(input, 'MetricDataQueries');
  if (queries.length === 0) throw missing('MetricDataQueries');
  if (queries.length > MOST_METRIC_QUERIES) {
    throw validationError(`MetricDataQueries has more than ${MOST_METRIC_QUERIES} members`);
  }
  if (!queries.some(({ returnData }) => returnData))
    throw validationError('No element of MetricDataQueries returns data');
  return queries;
}

function readRange(input: Input, visibleUntil: Date, now: Date): Range {
  const start = requiredInstant(input, 'StartTime');
  const end = requiredInstant(input, 'EndTime');
  if (start >= end) throw validationError('The parameter StartTime must be less than the parameter EndTime');
  const order = choiceField(input, 'ScanBy', ['TimestampDescending', 'TimestampAscending'] as const);
  return {
    start: epochMinute(start),
    end: Math.ceil(end.getTime() / MINUTE_MS),
    visibleEnd: epochMinute(visibleUntil),
    now: epochMinute(now),
    descending: order !== 'TimestampAscending',
  };
}

function linesOf(queries: readonly MetricQuery[], reader: QueryReader): readonly Line[] {
  return queries
    .filter(({ returnData }) => returnData)
    .flatMap((query) => {
      const line = {
        id: query.id,
        label: labelOf(query),
        periodMinutes: periodOf(query, queries) / 60,
        series: reader.series(query.id),
      };
      if (query.kind === 'metric' || query.expression.kind === 'arithmetic') {
        return [{ ...line, at: (from: number, to: number) => reader.value(query.id, from, to) }];
      }
      return (['upper', 'lower'] as const).map((side) => {
        return {
          ...line,
          at: (from: number, to: number) => reader.band(query.id, from, to)?.[side] ?? Number.NaN,
        };
      });
    });
}

function labelOf(query: MetricQuery): string {
  return query.label ?? (query.kind === 'metric' ? query.metric.name : query.id);
}

/** Of an expression: that of the metrics it rests on. Seconds. */
function periodOf(query: MetricQuery, queries: readonly MetricQuery[]): number {
  const periods = new Set(periodsBelow(query, queries));
  const [period, second] = periods;
  if (period === undefined || second !== undefined) {
    throw new NotRehearsed(`the expression ${query.id} over metrics of different periods`);
  }
  return period;
}

function periodsBelow(query: MetricQuery, queries: readonly MetricQuery[]): readonly number[] {
  if (query.kind === 'metric') return [query.period];
  const references = referencesOf(query);
  const below = queries.filter(({ id, kind }) => {
    return references.length === 0 ? kind === 'metric' : references.includes(id);
  });
  return [
    ...(query.period === undefined ? [] : [query.period]),
    ...below.flatMap((one) => periodsBelow(one, queries)),
  ];
}

function page(lines: readonly Line[], range: Range, cursor: Cursor | undefined, size: number) {
  const results: MetricDataResult[] = [];
  let room = size;
  let next: { line: number; after: number | null } | undefined;
  for (const [number, line] of lines.entries()) {
    if (number < (cursor?.line ?? 0)) continue;
    const after = number === cursor?.line ? cursor.after : null;
    const left = datapoints(line, range, after);
    const served = left.slice(0, room);
    const complete = served.length === left.length;
    results.push(resultOf(line, served, complete));
    room -= served.length;
    if (!complete) next ??= { line: number, after: served.at(-1)?.minute ?? null };
  }
  return { results, next };
}

/** Taken once: Jest makes each look at a global slow, and these are needed for every minute of two weeks. */
const { isNaN: isNone } = Number;
const { min } = Math;

const ALL_TIME = { firstMinute: Number.NEGATIVE_INFINITY, lastMinute: Number.POSITIVE_INFINITY };

function datapoints(line: Line, range: Range, after: number | null): readonly Datapoint[] {
  const { periodMinutes: period } = line;
  const points: Datapoint[] = [];
  const oldest = range.now - retention(period);
  const { firstMinute, lastMinute } = line.series ?? ALL_TIME;
  const end = Math.min(range.end, range.visibleEnd, lastMinute + 1);
  for (let start = range.start; start < end; start += period) {
    if (start < oldest || start + period <= firstMinute) continue;
    if (after !== null && (range.descending ? start >= after : start <= after)) continue;
    const value = line.at(start, min(start + period, range.visibleEnd));
    if (!isNone(value)) points.push({ minute: start, value });
  }
  return range.descending ? points.reverse() : points;
}

/** How many minutes back values of a period can be read. */
function retention(periodMinutes: number): number {
  if (periodMinutes < 5) return 15 * DAY;
  return periodMinutes < 60 ? 63 * DAY : 455 * DAY;
}

function resultOf(line: Line, points: readonly Datapoint[], complete: boolean): MetricDataResult {
  return {
    Id: line.id,
    Label: line.label,
    Timestamps: points.map(({ minute }) => new Date(minute * MINUTE_MS)),
    Values: points.map(({ value }) => value),
    StatusCode: complete ? 'Complete' : 'PartialData',
  };
}

/** A token is good for the request that it came from, whatever its page size. */
function fingerprint(input: Input): string {
  const { MetricDataQueries, StartTime, EndTime, ScanBy } = input;
  const request = JSON.stringify([MetricDataQueries, StartTime, EndTime, ScanBy]);
  return createHash('sha256').update(request).digest('base64url').slice(0, 16);
}

function writeCursor({ line, after, request }: Cursor): string {
  return Buffer.from(JSON.stringify([line, after, request])).toString('base64url');
}

function readCursor(token: string | undefined, request: string): Cursor | undefined {
  if (token === undefined) return undefined;
  const match = /^\[(\d+),(-?\d+|null),"([\w-]+)"\]$/.exec(Buffer.from(token, 'base64url').toString());
  if (match === null || match[3] !== request) {
    throw new AwsError('InvalidNextToken', 'The NextToken is not of this request');
  }
  return { line: Number(match[1]), after: match[2] === 'null' ? null : Number(match[2]), request };
}
