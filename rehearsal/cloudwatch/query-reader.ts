import { NotRehearsed } from '../service';
import type { AnomalyBands, Band } from './anomaly-band';
import type { ValueAt } from './metric-math';
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

type BandAt = (from: number, to: number) => Band | undefined;

/** Binds queries to the store's series, so that each later reading is only arithmetic. */
export function queryReader(
  queries: readonly MetricQuery[],
  store: MetricStore,
  bands: AnomalyBands,
): QueryReader {
  const byId = new Map(queries.map((query) => [query.id, query]));
  const metricIds = queries.filter(({ kind }) => kind === 'metric').map(({ id }) => id);
  const seriesById = new Map<string, MetricSeries>();
  const bandsById = new Map<string, BandAt>();
  const values = new Map<string, ValueAt>();
  const valuesOf = (id: string): ValueAt => {
    const known = values.get(id);
    if (known !== undefined) return known;
    const query = byId.get(id);
    if (query?.kind !== 'expression' || query.expression.kind === 'band')
      throw new NotRehearsed(`arithmetic on the anomaly band ${id}`);
    const bound = query.expression.bind({ valuesOf, metricIds });
    values.set(id, bound);
    return bound;
  };
  for (const query of queries) {
    if (query.kind === 'metric') {
      const series = store.series(query.metric);
      seriesById.set(query.id, series);
      values.set(query.id, (from, to) => series.aggregate(from, to, query.statistic));
    } else if (query.expression.kind === 'band') bandsById.set(query.id, bandOf(query, queries, bands));
  }
  return {
    value: (id, from, to) => valuesOf(id)(from, to),
    series: (id) => seriesById.get(id),
    band: (id, from, to) => bandsById.get(id)?.(from, to),
  };
}

function bandOf(query: MetricQuery, queries: readonly MetricQuery[], bands: AnomalyBands): BandAt {
  if (query.kind !== 'expression' || query.expression.kind !== 'band') return () => undefined;
  const { metricId, width } = query.expression;
  const watched = queries.find(({ id }) => id === metricId);
  if (watched?.kind !== 'metric') throw new NotRehearsed(`the anomaly band of the expression ${metricId}`);
  const read = bands.reader(watched.metric, watched.statistic, watched.period / 60);
  return (from) => read(from, width);
}
