import * as z from 'zod';
import type { Metric, MetricStore } from '../cloudwatch/metric-store';

/** One metric's value that a log line holds. */
export interface EmbeddedSample {
  readonly metric: Metric;
  /** The epoch minute of the line's timestamp. */
  readonly minute: number;
  /** The sum, where the line holds several values. */
  readonly value: number;
}

const MINUTE_MS = 60_000;

const directive = z.object({
  Namespace: z.string().min(1),
  Dimensions: z.array(z.array(z.string())).default([[]]),
  Metrics: z.array(z.object({ Name: z.string() })),
});
const embedded = z.looseObject({
  _aws: z.object({ Timestamp: z.number(), CloudWatchMetrics: z.array(directive) }),
});
type Embedded = z.output<typeof embedded>;
type Directive = z.output<typeof directive>;

const values = z.union([z.number().transform((value) => [value]), z.array(z.number()).min(1)]);

/**
 * The metrics that CloudWatch takes from a log line in its embedded format: each with every set of dimensions. From a
 * line that is none, or not as it should be, CloudWatch takes nothing, and says so to nobody who logs.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetrics(logLine: string): readonly EmbeddedSample[] {
  const { data: line } = embedded.safeParse(parsed(logLine));
  if (line === undefined) return [];
  return line._aws.CloudWatchMetrics.flatMap((one) => samplesOf(line, one));
}

/**
 * Puts what the log lines hold into a store. Values of one minute add up, as counts do: a minute's sample is then right
 * for Sum, and for every other statistic as long as the minute has one value.
 */
export function putEmbeddedMetrics(logLines: readonly string[], store: MetricStore): void {
  for (const { metric, minute, value } of logLines.flatMap(embeddedMetrics)) {
    const before = store.series(metric).at(minute);
    store.put(metric, minute, value + (Number.isNaN(before) ? 0 : before));
  }
}

function samplesOf(line: Embedded, { Namespace, Dimensions, Metrics }: Directive): EmbeddedSample[] {
  const minute = Math.floor(line._aws.Timestamp / MINUTE_MS);
  return Metrics.flatMap(({ Name }) => {
    const { data: given } = values.safeParse(line[Name]);
    if (given === undefined) return [];
    const value = given.reduce((sum, one) => sum + one, 0);
    return Dimensions.map((names) => dimensionsOf(line, names))
      .filter((dimensions) => dimensions !== undefined)
      .map((dimensions) => ({ metric: { namespace: Namespace, name: Name, dimensions }, minute, value }));
  });
}

/** Undefined when the line lacks the value of one. */
function dimensionsOf(line: Embedded, names: readonly string[]): Metric['dimensions'] | undefined {
  const entries = names.map((name) => [name, line[name]] as const);
  const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return texts.length === names.length ? Object.fromEntries(texts) : undefined;
}

function parsed(logLine: string): unknown {
  try {
    return JSON.parse(logLine);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
