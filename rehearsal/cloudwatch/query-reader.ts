import { NotRehearsed } from '../service';
import type { AnomalyBands, Band } from './anomaly-band';
import type { MathValues } from './metric-math';
import type { MetricQuery } from './metric-query';
import type { MetricSeries, MetricStore } from './metric-store';

/** Reads the queries of one alarm or one GetMetricData call, period by period. Minutes are epoch minutes. */
export interface QueryReader {
  /** The value of `id` over the minutes from `from` to `to` (exclusive); NaN where there is none. */
  value(id: string, from: number, to: number): number;
  /** What `id` reads, unless it is an expression. */
  series(id: string): MetricSeries | undefined;
  /** The band `id` for the period from `from` to `to`. */
  band(id: string, from: number, to: number): Band | undefined;
}

type At<T> = (from: number, to: number) => T;

/** Binds queries to the store's series, so that each later reading is only arithmetic. */
export function queryReader(
  queries: readonly MetricQuery[],
  store: MetricStore,
  bands: AnomalyBands,
): QueryReader {
  const values = new Map<string, At<number>>();
  const seriesById = new Map<string, MetricSeries>();
  const bandsById = new Map<string, At<Band | undefined>>();
  const metricIds = queries.filter(({ kind }) => kind === 'metric').map(({ id }) => id);
  const read = (id: string, from: number, to: number) => {
    const at = values.get(id);
    if (at === undefined) throw new NotRehearsed(`arithmetic on the anomaly band ${id}`);
    return at(from, to);
  };
  for (const query of queries) {
    if (query.kind === 'metric') {
      const series = store.series(query.metric);
      seriesById.set(query.id, series);
      values.set(query.id, (from, to) => series.aggregate(from, to, query.statistic));
    } else if (query.expression.kind === 'band') bandsById.set(query.id, bandOf(query, queries, bands));
    else values.set(query.id, expressionValue(query.expression, read, metricIds));
  }
  return {
    value: read,
    series: (id) => seriesById.get(id),
    band: (id, from, to) => bandsById.get(id)?.(from, to),
  };
}

function expressionValue(
  expression: { evaluate(values: MathValues): number },
  read: (id: string, from: number, to: number) => number,
  metricIds: readonly string[],
): At<number> {
  return (from, to) => expression.evaluate({ metricIds, value: (id) => read(id, from, to) });
}

function bandOf(
  query: MetricQuery,
  queries: readonly MetricQuery[],
  bands: AnomalyBands,
): At<Band | undefined> {
  if (query.kind !== 'expression' || query.expression.kind !== 'band') return () => undefined;
  const { metricId, width } = query.expression;
  const watched = queries.find(({ id }) => id === metricId);
  if (watched?.kind !== 'metric') throw new NotRehearsed(`the anomaly band of the expression ${metricId}`);
  const read = bands.reader(watched.metric, watched.statistic, watched.period / 60);
  return (from) => read(from, width);
}
