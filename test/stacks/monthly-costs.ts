import * as z from 'zod';
import { type ReconcilerEvent, reconcilerEventSchema } from '../../lambda/contract/reconciler-event';
import { SHARERS_ONLY } from '../../lambda/contract/updater-event';
import type { SynthesizedStack } from './synthesized';

type Question = ReconcilerEvent['question'];

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
  /** https://aws.amazon.com/cloudwatch/pricing/: a thousand requests, beyond the free ones. */
  thousandRequests: 0.01,
  /** Of GetMetricData. */
  thousandMetricsRead: 0.01,
  /** https://aws.amazon.com/dynamodb/pricing/on-demand/: each reads up to 4 KB. */
  millionReadUnits: 0.125,
  /** https://aws.amazon.com/lambda/pricing/, arm64. */
  millionInvocations: 0.2,
  gigabyteSecond: 0.0000133334,
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

/** `MissingSubscriptions` and `SilentModels`, with values in the hour of a check. */
const METRICS_OF_HEALTH_CHECK = 2;

/** As many as a team may well have: what the reconciler costs is worked out for them. */
export const RECONCILED_MODELS = 100;

/** The most of a page of DescribeAlarms, and so one request for as many composites. */
const ALARMS_A_PAGE = 100;
/** What the ledger holds of a model, and how much of it a unit reads. */
const LEDGER_ITEM_KB = 2;
const KB_A_READ_UNIT = 4;
/** Its invocations. */
const METRICS_READ_OF_A_MODEL = 1;
const USAGE_ALARMS = 2;
/** Of a hundred models: a hundred pages of parameters, one after the other. */
const SHARERS_RUN_SECONDS = 10;
/** An idle run takes a fraction of it. */
const RUN_SECONDS = 1;
const MEMORY_GB = 0.5;

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
  'AWS::Events::Rule': ({ ScheduleExpression, Targets }) => {
    // Events of AWS services are free.
    if (ScheduleExpression === undefined) return undefined;
    const runs = runsAMonth(ScheduleExpression);
    if (isLookAtSharers(Targets)) return line('look at inference profiles', costOfSharers(runs));
    const questions = questionsTo(Targets);
    if (questions.length === 0) return line('scheduled update', publishing(METRICS_OF_UPDATER, runs));
    const usd = questions.reduce((sum, question) => sum + total(reconcilerCosts(question, runs)), 0);
    return line(questions.includes('health') ? 'health check' : 'reconciliation', usd);
  },
  'AWS::DynamoDB::Table': FREE_WHEN_IDLE,
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
  const lines = Object.values(resources).map(({ Type, Properties = {} }) => {
    const price = PRICE_OF[Type];
    if (price === undefined) throw new Error(`nothing is said of what a ${Type} costs`);
    return price(Properties);
  });
  return added(lines.filter((one) => one !== undefined));
}

/** One line for all of a kind. */
function added(lines: readonly CostLine[]): readonly CostLine[] {
  const sums = new Map<string, CostLine>();
  for (const one of lines) {
    const { count, usd } = sums.get(one.each) ?? { count: 0, usd: 0 };
    sums.set(one.each, line(one.each, usd + one.usd, count + one.count));
  }
  return [...sums.values()].toSorted((one, other) => other.usd - one.usd);
}

export const total = (lines: readonly CostLine[]): number => lines.reduce((sum, { usd }) => sum + usd, 0);

/** `2.30`. */
export const inUsd = (amount: number): string => amount.toFixed(2);

const isAnomalyAlarm = ({ ThresholdMetricId }: Properties): boolean => ThresholdMetricId !== undefined;

/** Each metric of an expression counts, the expression itself does not. */
const metricsOf = ({ Metrics }: Properties): number =>
  Array.isArray(Metrics) ? Metrics.filter((metric) => 'MetricStat' in metric).length : 1;

const HOURS_OF = { minute: 1 / 60, hour: 1, day: 24 };

function runsAMonth(schedule: unknown): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(String(schedule)) ?? [];
  if (unit !== 'minute' && unit !== 'hour' && unit !== 'day') throw new Error(`how often is ${schedule}?`);
  return HOURS / (Number(count) * HOURS_OF[unit]);
}

const inputsOf = (targets: unknown): readonly string[] =>
  z
    .array(z.object({ Input: z.string().optional() }))
    .parse(targets)
    .flatMap(({ Input }) => Input ?? []);

const isLookAtSharers = (targets: unknown): boolean =>
  inputsOf(targets).includes(JSON.stringify(SHARERS_ONLY));

/** What a rule asks the reconciler; nothing where it runs another function. */
const questionsTo = (targets: unknown): readonly Question[] =>
  isLookAtSharers(targets)
    ? []
    : inputsOf(targets).map((input) => reconcilerEventSchema.parse(JSON.parse(input)).question);

/** Metrics with a value in each hour that has a run. */
const publishing = (metrics: number, runs: number): number =>
  (PRICES.customMetric * metrics * Math.min(runs, HOURS)) / HOURS;

/** The run, the pages of alarms that it reads, and the ledger; profiles and parameters are free, and no metric has a value. */
const costOfSharers = (runs: number): number =>
  total(callsOf('ledger', runs)) +
  (runs / 1_000_000) * PRICES.millionInvocations +
  runs * SHARERS_RUN_SECONDS * MEMORY_GB * PRICES.gigabyteSecond +
  ((runs * RECONCILED_MODELS * USAGE_ALARMS) / ALARMS_A_PAGE / 1000) * PRICES.thousandRequests;

/** What it costs to ask `question` so often, with nothing to be done. */
export function reconcilerCosts(question: Question, runs: number): readonly CostLine[] {
  const run =
    (runs / 1_000_000) * PRICES.millionInvocations + runs * RUN_SECONDS * MEMORY_GB * PRICES.gigabyteSecond;
  return [line('invocation', run, runs), ...callsOf(question, runs)];
}

function callsOf(question: Question, runs: number): readonly CostLine[] {
  switch (question) {
    case 'alarms': {
      const pages = runs * Math.ceil(RECONCILED_MODELS / ALARMS_A_PAGE);
      return [line('page of alarms', (pages / 1000) * PRICES.thousandRequests, pages)];
    }
    case 'ledger': {
      const units = runs * Math.ceil((RECONCILED_MODELS * LEDGER_ITEM_KB) / KB_A_READ_UNIT);
      return [line('query of the ledger', (units / 1_000_000) * PRICES.millionReadUnits, runs)];
    }
    case 'health': {
      const read = runs * RECONCILED_MODELS * METRICS_READ_OF_A_MODEL;
      return [
        line('metric read', (read / 1000) * PRICES.thousandMetricsRead, read),
        line('metric published', publishing(METRICS_OF_HEALTH_CHECK, runs), METRICS_OF_HEALTH_CHECK),
      ];
    }
  }
}

/** All that the reconciler does in a month, by what is paid for. */
export function costsOfReconciling(template: SynthesizedStack['template']): readonly CostLine[] {
  const rules = Object.values(template.findResources('AWS::Events::Rule'));
  const lines = rules.flatMap(({ Properties: { ScheduleExpression, Targets } }) =>
    questionsTo(Targets).flatMap((question) => reconcilerCosts(question, runsAMonth(ScheduleExpression))),
  );
  return added(lines);
}
