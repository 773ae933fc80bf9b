import type { QuotaSharer } from '../domain/inference-profiles';
import {
  busiest,
  counts,
  hasSharers,
  metricsOf,
  notCountedByOwner,
  readUsageSum,
  roomForSharers,
  type UsageSum,
  withFactor,
  withSharers,
} from '../domain/usage-alarm';
import { changeUsageAlarm, type UsageAlarm } from '../ports/alarms';
import { logger } from '../ports/logger';
import { readUsageTotals } from '../ports/usage-totals';
import type { ExpectedAlarm, ExpectedLimit, ExpectedModel } from './expected-model';
import { oneByOne, orSay } from './one-by-one';
import type { Run } from './run';

/** What a run did with one alarm. */
export interface SettledAlarm extends ExpectedAlarm {
  /** Of its limit; undefined where that is not known, or the alarm did not take it. */
  readonly became: 'as expected' | 'updated' | 'drifted' | undefined;
  readonly isWritten: boolean;
  /** Whether the alarm counts the sharer's series, or will once it is due. */
  readonly counts: (sharer: QuotaSharer) => boolean;
  /** One sentence for each thing that could not be done. */
  readonly failures: readonly string[];
}

/** Gives an alarm in one write all that it should have, or reports where its limit differs. Never throws. */
export async function settleAlarm(
  model: ExpectedModel,
  expected: ExpectedAlarm,
  alarm: UsageAlarm,
  run: Run,
): Promise<SettledAlarm> {
  const sum = readUsageSum(alarm.metrics);
  const became = becomes(expected.limit, alarm, sum, model.automated);
  const taken = became === 'updated' ? expected.limit : undefined;
  const followed = await followSharers(sum, alarm, model, expected, run);
  const next = limited(followed.sum, taken);
  const isToChange = expected.isDue && (taken !== undefined || next !== sum);
  const { failures } = await oneByOne(isToChange ? [alarm] : [], () =>
    write(expected, alarm, taken, next === sum ? undefined : next),
  );
  const isRefused = failures.length > 0;
  if (expected.isDue && !isRefused) log(model, expected, alarm, became, sum, next);
  const counted = isRefused ? sum : next;
  return {
    ...expected,
    became: isRefused && taken !== undefined ? undefined : became,
    isWritten: isToChange && !isRefused,
    counts: (sharer) => counted !== undefined && counts(counted, sharer),
    failures: [...failures, ...followed.failures],
  };
}

function becomes(
  limit: ExpectedLimit | undefined,
  alarm: UsageAlarm,
  sum: UsageSum | undefined,
  automated: boolean,
): SettledAlarm['became'] {
  if (limit === undefined) return undefined;
  if (alarm.threshold === limit.threshold && limited(sum, limit) === sum) return 'as expected';
  return automated ? 'updated' : 'drifted';
}

const limited = (sum: UsageSum | undefined, limit: ExpectedLimit | undefined): UsageSum | undefined =>
  sum === undefined || limit === undefined ? sum : withFactor(sum, limit.factor);

interface Followed {
  /** What the alarm is to add up. */
  readonly sum: UsageSum | undefined;
  readonly failures: readonly string[];
}

async function followSharers(
  sum: UsageSum | undefined,
  alarm: UsageAlarm,
  { sharers }: ExpectedModel,
  { alarmName, metricName, limit, isDue }: ExpectedAlarm,
  { now, task }: Run,
): Promise<Followed> {
  if (sum === undefined) {
    const isWanted = (sharers?.length ?? 0) > 0 || hasSharers(alarm.metrics) || limit?.factor === 0;
    if (!isWanted) return { sum, failures: [] };
    const sentence = `The alarm ${alarmName} no longer adds up as "1 * usage" or "1 * (usage + …)" does: its metrics are left as they are.`;
    // A comparison of thresholds tells it; once an hour would be too often.
    if (task.kind === 'sharers') logger.warn(sentence);
    return { sum, failures: isDue && task.kind !== 'sharers' ? [sentence] : [] };
  }
  if (sharers === undefined) return { sum, failures: [] };
  const { done, failures } = await oneByOne([sum], async () =>
    withSharers(sum, await chosenSharers(sum, sharers, metricName, now)),
  );
  return { sum: done[0] ?? sum, failures };
}

/** All that fit, or the busiest. */
async function chosenSharers(
  sum: UsageSum,
  sharers: readonly QuotaSharer[],
  metricName: string,
  now: Date,
): Promise<readonly QuotaSharer[]> {
  const wanted = notCountedByOwner(sum, sharers);
  const room = roomForSharers(sum);
  if (wanted.length <= room) return wanted;
  const ids = wanted.map(({ id }) => id);
  const totals = await orSay(`The ${metricName} of inference profiles could not be read`, () =>
    readUsageTotals(metricName, ids, now),
  );
  return busiest(wanted, totals).slice(0, room);
}

/** In one call. Undefined is what the alarm has already, or is to keep. */
async function write(
  { alarmName }: ExpectedAlarm,
  alarm: UsageAlarm,
  limit: ExpectedLimit | undefined,
  sum: UsageSum | undefined,
): Promise<void> {
  if (limit !== undefined && alarm.threshold === undefined)
    throw new Error(`The alarm ${alarmName} no longer compares with a threshold.`);
  await orSay(`The alarm ${alarmName} could not be changed`, () =>
    changeUsageAlarm(alarm, {
      ...(limit === undefined ? {} : { threshold: limit.threshold }),
      ...(sum === undefined ? {} : { metrics: metricsOf(sum) }),
    }),
  );
}

function log(
  { model }: ExpectedModel,
  { quota, alarmName, limit }: ExpectedAlarm,
  { threshold }: UsageAlarm,
  became: SettledAlarm['became'],
  before: UsageSum | undefined,
  after: UsageSum | undefined,
): void {
  const difference = { model, quota, alarmName, threshold, expected: limit?.threshold };
  if (became === 'drifted')
    logger.warn('the threshold of an alarm is not what the quota gives; it is left as it is', difference);
  if (became === 'updated') logger.info('an alarm has another threshold', difference);
  if (after !== before)
    logger.info('an alarm adds up something else', {
      model,
      alarmName,
      before: before && { factor: before.factor, terms: before.terms },
      after: after && { factor: after.factor, terms: after.terms },
    });
}
