import { ALARM_CATALOGUE } from '../../lambda/domain/alarm-catalogue';
import { readModelId } from '../../lambda/domain/model-id';
import { neededQuota } from './check-quotas';
import { storedSharers } from './check-sharers';
import { Absent, type Checks, configOf, type Scene, unlessFigure } from './scene';

const MINUTE_MS = 60_000;
const FOURTEEN_DAYS = 20_160;
const ONE_HOUR = 60;

/** Taken once: Jest makes each look at a global slow, and these are needed for every minute of two weeks. */
const { NaN: NO_DATA, isNaN: isNone } = Number;

/** One minute that has data. */
interface Point {
  /** When the minute began, in milliseconds since 1970. */
  readonly at: number;
  readonly value: number;
}

export const usageChecks: Checks<
  | 'peak'
  | 'lastUse'
  | 'noUsage'
  | 'noData'
  | 'steady'
  | 'peakOverMean'
  | 'peakOfQuota'
  | 'headroom'
  | 'perRequest'
  | 'timeAtThreshold'
  | 'highest'
  | 'noDataWithin'
> = {
  peak: ({ metrics, value, minute }, scene) =>
    unlessPeak(pointsOfUsage(metrics, FOURTEEN_DAYS, scene), value, minute),
  lastUse: ({ metrics, minute }, scene) => {
    const last = pointsOfUsage(metrics, FOURTEEN_DAYS, scene).findLast(({ value }) => value > 0);
    if (last === undefined) return 'no minute is above zero';
    return last.at === Date.parse(minute) ? undefined : `it was ${instant(last.at)}`;
  },
  noUsage: ({ metrics }, scene) => {
    const { value, at } = highest(pointsOfUsage(metrics, FOURTEEN_DAYS, scene)) ?? { value: 0, at: 0 };
    return value > 0 ? `there were ${value} at ${instant(at)}` : undefined;
  },
  noData: ({ metrics }, scene) => unlessEmpty(pointsOfUsage(metrics, FOURTEEN_DAYS, scene)),
  steady: ({ metrics, value }, scene) => {
    const busy = pointsOfUsage(metrics, FOURTEEN_DAYS, scene).filter((point) => point.value > 0);
    if (busy.length === 0) return 'no minute is above zero';
    return unlessFigure('the mean', sum(busy) / busy.length, value);
  },
  peakOverMean: ({ metrics, times }, scene) => {
    const busy = pointsOfUsage(metrics, FOURTEEN_DAYS, scene).filter((point) => point.value > 0);
    const peak = highest(busy);
    if (peak === undefined) return 'no minute is above zero';
    return unlessFigure('the ratio', (peak.value * busy.length) / sum(busy), times);
  },
  peakOfQuota: ({ metrics, code, percent }, scene) => {
    const { value: quota } = neededQuota(code, scene.view);
    const peak = highest(pointsOfUsage(metrics, FOURTEEN_DAYS, scene));
    if (peak === undefined) throw new Absent('there is no data');
    const isSo = peak.value >= (quota * percent) / 100 && peak.value < (quota * (percent + 1)) / 100;
    return isSo ? undefined : `the peak is ${peak.value} of ${quota}`;
  },
  headroom: ({ metrics, code, value }, scene) => {
    const peak = highest(pointsOfUsage(metrics, FOURTEEN_DAYS, scene));
    if (peak === undefined) throw new Absent('there is no data');
    return unlessFigure('what is left', neededQuota(code, scene.view).value - peak.value, value);
  },
  perRequest: ({ metric, value }, scene) => {
    const requests = sum(pointsOfUsage(['Invocations'], FOURTEEN_DAYS, scene));
    if (requests === 0) return 'there were no requests';
    return unlessFigure('the mean', sum(pointsOfUsage([metric], FOURTEEN_DAYS, scene)) / requests, value);
  },
  timeAtThreshold: ({ metrics, threshold, minutes, longestRun }, scene) => {
    const reached = pointsOfUsage(metrics, FOURTEEN_DAYS, scene).filter(({ value }) => value >= threshold);
    const longest = longestRunOf(reached);
    return reached.length === minutes && longest === longestRun
      ? undefined
      : `there were ${reached.length} minutes, ${longest} in a row`;
  },
  highest: ({ metrics, value, minute, from, to }, scene) =>
    unlessPeak(pointsWithin(metrics, from, to, scene), value, minute),
  noDataWithin: ({ metrics, from, to }, scene) => unlessEmpty(pointsWithin(metrics, from, to, scene)),
};

export const lastHourChecks: Checks<'lastHour' | 'lastHourPeak' | 'lastHourNoData' | 'peakWhileThrottled'> = {
  lastHour: ({ metric, value }, scene) =>
    unlessFigure('the sum', sum(ownPoints([metric], ONE_HOUR, scene)), value),
  lastHourPeak: ({ metric, statistic, value, minute }, scene) => {
    // Of each metric CloudWatch is played with one statistic alone, that of its alarms.
    const played = ALARM_CATALOGUE.find(({ metricName }) => metricName === metric)?.statistic;
    if (played !== statistic) return `of ${metric} only the statistic ${played ?? 'of no alarm'} is known`;
    return unlessPeak(ownPoints([metric], ONE_HOUR, scene), value, minute);
  },
  lastHourNoData: ({ metric }, scene) => unlessEmpty(ownPoints([metric], ONE_HOUR, scene)),
  peakWhileThrottled: ({ metrics, value, throttledMinutes }, scene) => {
    const throttled = ownPoints(['InvocationThrottles'], ONE_HOUR, scene).filter((point) => point.value > 0);
    if (throttled.length !== throttledMinutes) return `${throttled.length} minutes had throttles`;
    const usage = pointsOfUsage(metrics, ONE_HOUR, scene);
    const meanwhile = usage.filter(({ at }) => throttled.some((point) => point.at === at));
    const peak = highest(throttled.length === 0 ? usage : meanwhile);
    return unlessFigure('the highest value', peak?.value ?? 0, value);
  },
};

type ModelIds = readonly string[];

/** Of the model's own series alone: the minutes with data among the last `count` whole ones. */
const ownPoints = (metrics: readonly string[], count: number, scene: Scene): readonly Point[] =>
  pointsUntil(minuteBeginning(scene.view.now.getTime()), count, metrics, [ownId(scene)], scene);

/** Of the model and all that shares its quotas. */
const pointsOfUsage = (metrics: readonly string[], count: number, scene: Scene): readonly Point[] =>
  pointsUntil(minuteBeginning(scene.view.now.getTime()), count, metrics, idsOfUsage(scene), scene);

/** The same, from the minute of `from` to that of `to`; the one that is not yet over is left out. */
function pointsWithin(metrics: readonly string[], from: string, to: string, scene: Scene): readonly Point[] {
  const first = minuteBeginning(Date.parse(from));
  const end = Math.min(
    minuteBeginning(Date.parse(to)) + MINUTE_MS,
    minuteBeginning(scene.view.now.getTime()),
  );
  const count = Math.max(0, (end - first) / MINUTE_MS);
  return pointsUntil(end, count, metrics, idsOfUsage(scene), scene);
}

const ownId = (scene: Scene): string => readModelId(configOf(scene).modelId).metricModelId;

/** Where nobody can tell what shares the quotas, only the model itself is counted. */
const idsOfUsage = (scene: Scene): ModelIds => [
  ownId(scene),
  ...(storedSharers(scene)?.sharers.map(({ id }) => id) ?? []),
];

const minuteBeginning = (ms: number): number => Math.floor(ms / MINUTE_MS) * MINUTE_MS;

/** The minutes with data among the `count` before `end`; several metrics, or models, are added in the same minute. */
function pointsUntil(
  end: number,
  count: number,
  metrics: readonly string[],
  modelIds: ModelIds,
  { view }: Scene,
): readonly Point[] {
  const begin = end - count * MINUTE_MS;
  const series = metrics.flatMap((name) =>
    modelIds.map((ModelId) =>
      view.minutes(
        { namespace: 'AWS/Bedrock', name, dimensions: { ModelId } },
        new Date(begin),
        new Date(end),
      ),
    ),
  );
  const found: Point[] = [];
  for (let index = 0; index < count; index += 1) {
    const value = sumWithData(series, index);
    if (!isNone(value)) found.push({ at: begin + index * MINUTE_MS, value });
  }
  return found;
}

/** The sum of those that have a value at `index`; NaN where none has. */
function sumWithData(series: readonly Float64Array[], index: number): number {
  let total = NO_DATA;
  for (const values of series) {
    const value = values[index] ?? NO_DATA;
    if (!isNone(value)) total = isNone(total) ? value : total + value;
  }
  return total;
}

const sum = (from: readonly Point[]): number => from.reduce((total, { value }) => total + value, 0);

/** The first of those with the highest value. */
const highest = (from: readonly Point[]): Point | undefined =>
  from.reduce<Point | undefined>(
    (best, point) => (best === undefined || point.value > best.value ? point : best),
    undefined,
  );

function longestRunOf(reached: readonly Point[]): number {
  let longest = 0;
  let run = 0;
  for (const [index, { at }] of reached.entries()) {
    run = at - MINUTE_MS === reached[index - 1]?.at ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  return longest;
}

function unlessPeak(from: readonly Point[], value: number, minute: string): string | undefined {
  const peak = highest(from);
  if (peak === undefined) throw new Absent('there is no data');
  return Math.round(peak.value) === value && peak.at === Date.parse(minute)
    ? undefined
    : `the peak is ${peak.value} at ${instant(peak.at)}`;
}

const unlessEmpty = (found: readonly Point[]): string | undefined =>
  found.length === 0 ? undefined : `${found.length} minutes have data`;

const instant = (ms: number): string => new Date(ms).toISOString();
