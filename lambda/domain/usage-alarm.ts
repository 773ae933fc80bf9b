import { isDeepStrictEqual } from 'node:util';
import { MOST_ALARM_METRICS } from '../../aws/cloudwatch';
import type { UsageTotals } from '../contract/usage-totals';
import type { QuotaSharer } from './inference-profiles';

/**
 * What a usage alarm compares with its threshold: `F * usage`, or `F * (usage + sharer_a + …)` where other series draw on
 * the same quota. What an owner has added stays: metrics, and terms of the sum, each as it stands there.
 */

/**
 * What is looked at in one of the Metrics of an alarm. Fields that are not named here stay as they are.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
 */
export interface AlarmMetric {
  Id: string | undefined;
  MetricStat?: MetricStat | undefined;
  Expression?: string | undefined;
  Label?: string | undefined;
  ReturnData?: boolean | undefined;
}

interface MetricStat {
  Metric:
    | {
        Namespace?: string | undefined;
        MetricName?: string | undefined;
        Dimensions?: { Name: string | undefined; Value: string | undefined }[] | undefined;
      }
    | undefined;
  Period: number | undefined;
  Stat: string | undefined;
}

/** Ids of metrics. */
const OWN = 'usage';
const SUM = 'countedusage';
const SHARER = /^sharer_\w+$/;

/** The Metrics of a usage alarm, of the shape that can be changed. */
export interface UsageSum {
  /** The number before the sum, as it stands there. */
  readonly factor: string;
  /** What is added up: ids of our metrics, and the owner's own terms as they stand there. */
  readonly terms: readonly string[];
  /** Of the model's own series. */
  readonly own: MetricStat;
  readonly metrics: readonly AlarmMetric[];
}

/** Undefined where the alarm's expression is not of the shape above: then it is the owner's. */
export function readUsageSum(metrics: readonly AlarmMetric[]): UsageSum | undefined {
  const expression = metrics.find(({ Id }) => Id === SUM)?.Expression ?? '';
  const [, factor, single, several] =
    /^\s*(\d+(?:\.\d+)?)\s*\*\s*(?:(\w+)|\((.*)\))\s*$/s.exec(expression) ?? [];
  const terms = termsOf(single ?? several ?? '');
  const own = metrics.find(({ Id }) => Id === OWN)?.MetricStat;
  if (factor === undefined || terms === undefined || own === undefined || !isOfOneModel(own))
    return undefined;
  if (terms.filter((term) => term === OWN).length !== 1) return undefined;
  // What the owner calculates from our metrics cannot follow when these come and go.
  if (terms.some((term) => !isOurs(term) && /\b(?:usage|sharer_\w+)\b/.test(term))) return undefined;
  return { factor, terms, own, metrics };
}

/** What stands between the plus signs outside of parentheses; undefined where the parentheses do not match. */
function termsOf(text: string): readonly string[] | undefined {
  const terms: string[] = [];
  let term = '';
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return undefined;
    if (character === '+' && depth === 0) {
      terms.push(term.trim());
      term = '';
    } else term += character;
  }
  return depth === 0 ? [...terms, term.trim()] : undefined;
}

const isOurs = (id: string): boolean => id === OWN || SHARER.test(id);
const isSharer = ({ Id = '' }: AlarmMetric): boolean => SHARER.test(Id);
const isOfOneModel = ({ Metric }: MetricStat): boolean =>
  Metric?.Dimensions?.some(({ Name }) => Name === 'ModelId') ?? false;

/** Whether an alarm that cannot be read as a sum has metrics of ours all the same. */
export const hasSharers = (metrics: readonly AlarmMetric[]): boolean => metrics.some(isSharer);

/** How many sharers the alarm can count beside the model's own series and the owner's metrics. */
export const roomForSharers = ({ metrics }: UsageSum): number =>
  Math.max(
    0,
    MOST_ALARM_METRICS -
      metrics.filter((metric) => metric.MetricStat !== undefined && !isSharer(metric)).length,
  );

/** Whether the sum has the sharer's series in it, as a metric of ours or of the owner's. */
export const counts = (sum: UsageSum, sharer: QuotaSharer): boolean =>
  sum.metrics.some((metric) => isCountedAs(metric, sum, sharer));

/** Without those that the owner's own metrics count: they would be counted twice. */
export const notCountedByOwner = (sum: UsageSum, sharers: readonly QuotaSharer[]): readonly QuotaSharer[] =>
  sharers.filter(
    (sharer) => !sum.metrics.some((metric) => !isSharer(metric) && isCountedAs(metric, sum, sharer)),
  );

const isCountedAs = ({ Id, MetricStat }: AlarmMetric, { own, terms }: UsageSum, sharer: QuotaSharer) =>
  isDeepStrictEqual(MetricStat, statOf(own, sharer)) &&
  terms.some((term) => new RegExp(`\\b${Id}\\b`).test(term));

/** The busiest first, by tokens, then by requests; of equals, the first by id. `usage`: by id of the series. */
export const busiest = (
  sharers: readonly QuotaSharer[],
  usage: ReadonlyMap<string, UsageTotals>,
): readonly QuotaSharer[] =>
  [...sharers].sort(
    (one, other) =>
      (usage.get(other.id)?.tokens ?? 0) - (usage.get(one.id)?.tokens ?? 0) ||
      (usage.get(other.id)?.requests ?? 0) - (usage.get(one.id)?.requests ?? 0) ||
      (one.id < other.id ? -1 : 1),
  );

/** The sum with exactly these sharers besides what is the owner's: the same object where it has them already. */
export function withSharers(sum: UsageSum, sharers: readonly QuotaSharer[]): UsageSum {
  const wanted = [...sharers].sort((one, other) => (one.id < other.id ? -1 : 1)).map(sharerMetric(sum.own));
  const ids = wanted.map(({ Id }) => Id);
  if (hasExactly(sum, wanted, ids)) return sum;
  return {
    ...sum,
    terms: sum.terms.flatMap((term) => (term === OWN ? [OWN, ...ids] : isOurs(term) ? [] : [term])),
    metrics: sum.metrics.flatMap((metric) =>
      metric.Id === OWN ? [metric, ...wanted] : isSharer(metric) ? [] : [metric],
    ),
  };
}

/** In whatever order: it is not documented in which order CloudWatch describes the metrics that it was given. */
function hasExactly({ metrics, terms }: UsageSum, wanted: readonly SharerMetric[], ids: readonly string[]) {
  const present = metrics.filter(isSharer);
  return (
    isDeepStrictEqual(terms.filter((term) => SHARER.test(term)).toSorted(), ids.toSorted()) &&
    present.length === wanted.length &&
    wanted.every(({ Id, MetricStat }) =>
      present.some((metric) => metric.Id === Id && isDeepStrictEqual(metric.MetricStat, MetricStat)),
    )
  );
}

type SharerMetric = AlarmMetric & { readonly Id: string };

const sharerMetric =
  (own: MetricStat) =>
  (sharer: QuotaSharer): SharerMetric => ({
    Id: `sharer_${sharer.id.replace(/\W/g, '_')}`,
    Label: sharer.name,
    MetricStat: statOf(own, sharer),
    ReturnData: false,
  });

/** The same metric, of another series. */
const statOf = (own: MetricStat, { id }: QuotaSharer): MetricStat => ({
  ...own,
  Metric: {
    ...own.Metric,
    Dimensions: (own.Metric?.Dimensions ?? []).map((dimension) =>
      dimension.Name === 'ModelId' ? { ...dimension, Value: id } : dimension,
    ),
  },
});

/** 0: the alarm cannot fire. The same object where the sum has that factor already, however it is written. */
export const withFactor = (sum: UsageSum, factor: 0 | 1): UsageSum =>
  Number(sum.factor) === factor ? sum : { ...sum, factor: String(factor) };

/** The Metrics of the alarm. */
export const metricsOf = (sum: UsageSum): readonly AlarmMetric[] =>
  sum.metrics.map((metric) => (metric.Id === SUM ? { ...metric, Expression: expressionOf(sum) } : metric));

function expressionOf({ factor, terms }: UsageSum): string {
  const sum = terms.join(' + ');
  return `${factor} * ${terms.length === 1 ? sum : `(${sum})`}`;
}
