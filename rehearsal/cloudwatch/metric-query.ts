import { type Input, NotRehearsed } from '../service';
import {
  booleanField,
  countField,
  invalidValue,
  objectField,
  objectList,
  rejectUnknown,
  requiredText,
  textField,
  validationError,
} from './fields';
import { type ArithmeticExpression, type BandExpression, parseMetricMath } from './metric-math';
import { type Metric, readStatistic, type Statistic } from './metric-store';

/** One `MetricDataQuery`: a metric, or an expression over others. Periods are in seconds. */
export type MetricQuery = {
  readonly id: string;
  readonly label: string | undefined;
  readonly returnData: boolean;
} & (
  | {
      readonly kind: 'metric';
      readonly metric: Metric;
      readonly statistic: Statistic;
      readonly period: number;
      /** Kept and told as given; samples here have no unit that could differ from it. */
      readonly unit: string | undefined;
    }
  | {
      readonly kind: 'expression';
      readonly expression: ArithmeticExpression | BandExpression;
      readonly source: string;
      readonly period: number | undefined;
    }
);

const QUERY_FIELDS = new Set(['Id', 'Label', 'ReturnData', 'MetricStat', 'Expression', 'Period']);
const STAT_FIELDS = new Set(['Metric', 'Period', 'Stat', 'Unit']);
const METRIC_FIELDS = new Set(['Namespace', 'MetricName', 'Dimensions']);
const ID = /^[a-z][A-Za-z0-9_]*$/;

/**
 * Reads the `MetricDataQuery` structures of an alarm or of GetMetricData. Throws AwsError for ids that are missing,
 * repeated or unknown to an expression, NotRehearsed for fields and statistics that are not rehearsed.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
 */
export function readMetricQueries(input: Input, name: string): readonly MetricQuery[] {
  const queries = objectList(input, name).map(readQuery);
  const ids = new Set(queries.map(({ id }) => id));
  if (ids.size < queries.length) throw validationError(`The ids in ${name} are not unique`);
  rejectUnknownReferences(queries, ids);
  rejectCycles(queries);
  return queries;
}

/** Reads `Dimensions`: a list of `{ Name, Value }`. */
export function readDimensions(input: Input): Readonly<Record<string, string>> {
  const entries = objectList(input, 'Dimensions').map((dimension) => {
    return [requiredText(dimension, 'Name'), requiredText(dimension, 'Value')] as const;
  });
  return Object.fromEntries(entries);
}

/** Reads a period in seconds; sub-minute periods need sub-minute metrics, which are not rehearsed. */
export function readPeriod(input: Input): number | undefined {
  const period = countField(input, 'Period');
  if (period === undefined) return undefined;
  if (period === 1 || period === 5 || period === 10 || period === 20 || period === 30) {
    throw new NotRehearsed(`a period of ${period} seconds`);
  }
  if (period % 60 !== 0) throw invalidValue('Period', 'is not a multiple of 60');
  return period;
}

/** The ids that a query's expression names; none for a metric. */
export function referencesOf(query: MetricQuery): readonly string[] {
  if (query.kind === 'metric') return [];
  return query.expression.kind === 'band' ? [query.expression.metricId] : query.expression.identifiers;
}

function readQuery(input: Input): MetricQuery {
  rejectUnknown(input, QUERY_FIELDS, 'MetricDataQuery');
  const id = requiredText(input, 'Id');
  if (!ID.test(id)) throw validationError(`The id ${id} does not begin with a lower-case letter`);
  const shared = {
    id,
    label: textField(input, 'Label'),
    returnData: booleanField(input, 'ReturnData') ?? true,
  };
  const source = textField(input, 'Expression');
  const stat = objectField(input, 'MetricStat');
  if ((source === undefined) === (stat === undefined)) {
    throw validationError(`${id} must have either MetricStat or Expression`);
  }
  if (source === undefined) return { ...shared, kind: 'metric', ...readStat(stat ?? {}) };
  return {
    ...shared,
    kind: 'expression',
    expression: parseMetricMath(source),
    source,
    period: readPeriod(input),
  };
}

function readStat(input: Input) {
  rejectUnknown(input, STAT_FIELDS, 'MetricStat');
  const metric = objectField(input, 'Metric') ?? {};
  rejectUnknown(metric, METRIC_FIELDS, 'Metric');
  const period = readPeriod(input);
  if (period === undefined) throw validationError('MetricStat has no Period');
  return {
    metric: {
      namespace: requiredText(metric, 'Namespace'),
      name: requiredText(metric, 'MetricName'),
      dimensions: readDimensions(metric),
    },
    statistic: readStatistic(requiredText(input, 'Stat')),
    period,
    unit: textField(input, 'Unit'),
  };
}

function rejectUnknownReferences(queries: readonly MetricQuery[], ids: ReadonlySet<string>): void {
  for (const query of queries) {
    const unknown = referencesOf(query).find((id) => !ids.has(id));
    if (unknown !== undefined)
      throw validationError(`${query.id} names ${unknown}, which is no id of the request`);
  }
}

function rejectCycles(queries: readonly MetricQuery[]): void {
  const byId = new Map(queries.map((query) => [query.id, query]));
  const visit = (id: string, path: readonly string[]): void => {
    if (path.includes(id))
      throw validationError(`The expressions ${[...path, id].join(', ')} name each other`);
    const query = byId.get(id);
    if (query !== undefined) for (const next of referencesOf(query)) visit(next, [...path, id]);
  };
  for (const { id } of queries) visit(id, []);
}
