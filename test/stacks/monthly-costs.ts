import type { SynthesizedStack } from './synthesized';

/**
 * What a deployed stack costs in a month in which nothing happens: USD, us-east-1, October 2026. Free tiers are left
 * out, since other applications of the account may use them up.
 */

/** As the pricing pages of AWS have them; a month has 730 hours there. */
const HOURS = 730;
const PRICES = {
  /** https://aws.amazon.com/cloudwatch/pricing/: per metric that an alarm names, in standard resolution. */
  alarmMetric: 0.1,
  /** Its metric, and the upper and lower bound of the band. */
  metricsOfAnomalyAlarm: 3,
  compositeAlarm: 0.5,
  /** For a month; counted by the hours in which there are values. */
  customMetric: 0.3,
  /** https://aws.amazon.com/kms/pricing/; each of the first two rotations adds as much again. */
  key: 1,
  /** https://aws.amazon.com/secrets-manager/pricing/ */
  secret: 0.4,
  /** https://aws.amazon.com/sqs/pricing/: a million requests to standard queues. */
  millionQueueRequests: 0.4,
  /** https://aws.amazon.com/systems-manager/pricing/ */
  standardParameter: 0,
};

/**
 * Lambda begins with five pollers for each queue, idle or not, and each asks for up to 20 seconds at a time.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
const POLLERS = 5;
const POLL_SECONDS = 20;
export const POLLS_A_MONTH = (POLLERS * HOURS * 3600) / POLL_SECONDS;

/** `ThresholdsUpdated`, `ThresholdsDrifted` and `ModelsFailed`, with values in the hour of a run. */
const METRICS_OF_UPDATER = 3;

/** `each` is a word for what is counted; `usd` is the price of all of them for a month. */
export interface CostLine {
  readonly each: string;
  readonly count: number;
  readonly usd: number;
}

type Properties = Readonly<Record<string, unknown>>;
type Price = (properties: Properties) => CostLine | undefined;

const line = (each: string, usd: number, count = 1): CostLine => ({ each, count, usd });
/** Costs only what is used: requests, runs, messages, what is written to a log. */
const FREE_WHEN_IDLE: Price = () => undefined;

/** A type without a price is a fault: nobody has thought of what it costs. */
const PRICE_OF: Readonly<Record<string, Price>> = {
  'AWS::CloudWatch::Alarm': (properties) =>
    isAnomalyAlarm(properties)
      ? line('alarm on an anomaly', PRICES.alarmMetric * PRICES.metricsOfAnomalyAlarm)
      : line('alarm on a threshold', PRICES.alarmMetric * metricsOf(properties)),
  'AWS::CloudWatch::CompositeAlarm': () => line('composite alarm', PRICES.compositeAlarm),
  'AWS::KMS::Key': () => line('key', PRICES.key),
  'AWS::SecretsManager::Secret': () => line('secret', PRICES.secret),
  'AWS::SSM::Parameter': ({ Tier = 'Standard' }) => {
    if (Tier !== 'Standard') throw new Error(`a parameter of the tier ${Tier} is not free`);
    return line('standard parameter', PRICES.standardParameter);
  },
  'AWS::Lambda::EventSourceMapping': () =>
    line('polled queue', (POLLS_A_MONTH / 1_000_000) * PRICES.millionQueueRequests),
  'AWS::Events::Rule': ({ ScheduleExpression }) => {
    if (ScheduleExpression === undefined) return undefined;
    const runs = (HOURS / 24) * (1 / daysBetweenRuns(ScheduleExpression));
    return line('scheduled update', (PRICES.customMetric * METRICS_OF_UPDATER * runs) / HOURS);
  },
  'AWS::IAM::Role': FREE_WHEN_IDLE,
  'AWS::Lambda::Function': FREE_WHEN_IDLE,
  'AWS::Lambda::Permission': FREE_WHEN_IDLE,
  'AWS::Logs::LogGroup': FREE_WHEN_IDLE,
  'AWS::SNS::Subscription': FREE_WHEN_IDLE,
  'AWS::SNS::Topic': FREE_WHEN_IDLE,
  'AWS::SNS::TopicPolicy': FREE_WHEN_IDLE,
  'AWS::SQS::Queue': FREE_WHEN_IDLE,
  'AWS::SQS::QueuePolicy': FREE_WHEN_IDLE,
  'Custom::BedrockQuotaThresholds': FREE_WHEN_IDLE,
};

/** In the order of their price, the highest first. */
export function monthlyCosts({ template }: SynthesizedStack): readonly CostLine[] {
  const resources: Readonly<Record<string, { Type: string; Properties?: Properties }>> =
    template.toJSON().Resources;
  const lines = new Map<string, CostLine>();
  for (const { Type, Properties = {} } of Object.values(resources)) {
    const price = PRICE_OF[Type];
    if (price === undefined) throw new Error(`nothing is said of what a ${Type} costs`);
    const one = price(Properties);
    if (one === undefined) continue;
    const { count, usd } = lines.get(one.each) ?? { count: 0, usd: 0 };
    lines.set(one.each, line(one.each, usd + one.usd, count + one.count));
  }
  return [...lines.values()].toSorted((one, other) => other.usd - one.usd);
}

export const total = (lines: readonly CostLine[]): number => lines.reduce((sum, { usd }) => sum + usd, 0);

/** `2.30`. */
export const inUsd = (amount: number): string => amount.toFixed(2);

const isAnomalyAlarm = ({ ThresholdMetricId }: Properties): boolean => ThresholdMetricId !== undefined;

/** Each metric of an expression counts, the expression itself does not. */
const metricsOf = ({ Metrics }: Properties): number =>
  Array.isArray(Metrics) ? Metrics.filter((metric) => 'MetricStat' in metric).length : 1;

function daysBetweenRuns(schedule: unknown): number {
  const [, days] = /^rate\((\d+) days?\)$/.exec(String(schedule)) ?? [];
  if (days === undefined) throw new Error(`how often is ${schedule}?`);
  return Number(days);
}
