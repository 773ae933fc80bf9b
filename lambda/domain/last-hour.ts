import type { LastHour } from '../contract/last-hour';
import type { MinuteValues } from '../contract/usage-series';
import type { AlarmName } from './alarm-catalogue';
import { latencyLimit } from './facts';
import type { Incident } from './incident';
import { fact, item, NOTHING, type Prose, prose } from './prose';
import { hasData, total } from './usage';
import { grouped, minuteUtc } from './words';

/** What an alarm's own metric did in the hour before the text, for the alarms whose metric is no usage. */

type Series = Exclude<keyof LastHour, 'start'>;

interface OwnMetric {
  readonly series: Series;
  readonly metricName: string;
  readonly noun: string;
  readonly alarms: readonly AlarmName[];
}

const COUNTED: readonly OwnMetric[] = [
  {
    series: 'clientErrors',
    metricName: 'InvocationClientErrors',
    noun: 'Requests refused (4xx)',
    alarms: ['ClientErrors'],
  },
  {
    series: 'serverErrors',
    metricName: 'InvocationServerErrors',
    noun: 'Server errors (5xx)',
    alarms: ['ServerErrors'],
  },
  {
    series: 'throttles',
    metricName: 'InvocationThrottles',
    noun: 'Throttled requests',
    alarms: ['Throttles'],
  },
];

const LATENCY: OwnMetric = {
  series: 'latency',
  metricName: 'InvocationLatency',
  noun: 'Latency',
  alarms: ['HighLatency', 'LatencyAnomaly'],
};

/** One item for each metric that one of the alarms watches. */
export function figuresOfLastHour(incident: Incident): readonly Prose[] {
  const { triggered, lastHour } = incident;
  const isWatched = ({ alarms }: OwnMetric): boolean => triggered.some(({ name }) => alarms.includes(name));
  const limit = triggered.some(({ name }) => name === 'HighLatency')
    ? prose`; limit ${latencyLimit(incident)}`
    : NOTHING;
  return [
    ...COUNTED.filter(isWatched).map((metric) => item(counts(metric, lastHour))),
    ...[LATENCY].filter(isWatched).map((metric) => item(prose`${latency(metric, lastHour)}${limit}`)),
  ];
}

function counts({ series, metricName, noun }: OwnMetric, lastHour: LastHour | undefined): Prose {
  if (lastHour === undefined) return unreadHour(noun);
  const values = lastHour[series];
  if (total(values) === 0) return prose`${noun}: ${noneOf(metricName, values)}`;
  const sum = total(values);
  const sumOfHour = fact({ claim: 'lastHour', metric: metricName, value: Math.round(sum) }, grouped(sum));
  return prose`${noun}: ${sumOfHour} in the last hour, at most ${highest(metricName, 'Sum', lastHour, series)}`;
}

function latency({ series, metricName, noun }: OwnMetric, lastHour: LastHour | undefined): Prose {
  if (lastHour === undefined) return unreadHour(noun);
  if (!hasData(lastHour[series]))
    return prose`${noun}: ${fact({ claim: 'lastHourNoData', metric: metricName }, 'no answers in the last hour')}`;
  return prose`${noun}: at most ${highest(metricName, 'Average', lastHour, series)} in the last hour`;
}

const unreadHour = (noun: string): Prose =>
  prose`${noun}: ${fact({ claim: 'unread', what: 'lastHour' }, 'the last hour could not be read')}`;

/** CloudWatch counts nothing, or zero, in the last hour. */
export const noneOf = (metricName: string, values: MinuteValues): Prose =>
  fact(
    hasData(values)
      ? { claim: 'lastHour', metric: metricName, value: 0 }
      : { claim: 'lastHourNoData', metric: metricName },
    'none in the last hour',
  );

/** `40 in one minute (2026-03-02 09:04 UTC)`, `250,123 ms on average in one minute (2026-03-02 09:04 UTC)`. */
function highest(
  metric: string,
  statistic: 'Sum' | 'Average',
  { start, ...all }: LastHour,
  series: Series,
): Prose {
  const values = all[series];
  const value = values.reduce((most, next) => (next > most ? next : most), Number.NEGATIVE_INFINITY);
  const minute = new Date(start.getTime() + values.indexOf(value) * 60_000);
  const unit = statistic === 'Average' ? ' ms on average' : '';
  return fact(
    { claim: 'lastHourPeak', metric, statistic, value: Math.round(value), minute: minute.toISOString() },
    `${grouped(value)}${unit} in one minute (${minuteUtc(minute)})`,
  );
}
