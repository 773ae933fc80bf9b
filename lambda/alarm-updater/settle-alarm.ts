import type { QuotaSharer } from '../domain/inference-profiles';
import {
  hasSharers,
  metricsOf,
  notCountedByOwner,
  readUsageSum,
  roomForSharers,
  type UsageSum,
  withFactor,
  withSharers,
} from '../domain/usage-alarm';
import { hasLimit, type UsageLimit } from '../domain/usage-limit';
import { changeUsageAlarm, describeUsageAlarms, type UsageAlarm } from '../ports/alarms';
import { logger } from '../ports/logger';
import type { ExpectedAlarm, ExpectedModel } from './expected-model';
import { haveDriftTold } from './have-drift-told';
import { oneByOne, orSay } from './one-by-one';
import { lastingFailure, type Run } from './run';

/** What a run did with one alarm. */
export interface SettledAlarm extends ExpectedAlarm {
  /** Of its limit; undefined where that is not known, or the alarm did not take it. */
  readonly became: 'as expected' | 'updated' | 'drifted' | undefined;
  readonly isWritten: boolean;
  /** What it adds up after the run; undefined where that is the owner's. */
  readonly sum: UsageSum | undefined;
  /** One sentence for each thing that could not be done. */
  readonly failures: readonly string[];
}

/**
 * Gives an alarm in one write all that it should have, or reports where its limit differs. Never throws. `sharers`: the
 * first of them are counted, as many as fit; undefined where that is not known.
 */
export async function settleAlarm(
  model: ExpectedModel,
  expected: ExpectedAlarm,
  described: UsageAlarm,
  sharers: readonly QuotaSharer[] | undefined,
  run: Run,
): Promise<SettledAlarm> {
  const plan = (alarm: UsageAlarm): Plan => planFor(model, expected, alarm, sharers);
  const first = plan(described);
  const { done, failures } = await oneByOne(first.isToChange ? [expected] : [], async (one) => {
    // A run describes many alarms and writes for minutes: what a deployment changed meanwhile is not to be written over.
    const latest = plan(await describeAgain(one));
    if (latest.isToChange) await write(one, latest);
    return latest;
  });
  const isRefused = failures.length > 0;
  const last = done[0] ?? first;
  if (!isRefused) log(model, expected, last);
  const told = await oneByOne(last.became === 'drifted' ? [expected] : [], (one) =>
    haveDriftTold(model, one),
  );
  return {
    ...expected,
    became: isRefused && last.taken !== undefined ? undefined : last.became,
    isWritten: last.isToChange && !isRefused,
    sum: isRefused ? last.before : last.after,
    failures: [...failures, ...told.failures, ...failureOfSum(expected, last, sharers, run)],
  };
}

/** What is to be done with an alarm, from what it is. */
interface Plan {
  readonly alarm: UsageAlarm;
  readonly became: SettledAlarm['became'];
  /** The limit where the alarm is to get it. */
  readonly taken: UsageLimit | undefined;
  readonly before: UsageSum | undefined;
  readonly after: UsageSum | undefined;
  readonly isToChange: boolean;
}

function planFor(
  { automated }: ExpectedModel,
  { limit, hasQuota }: ExpectedAlarm,
  alarm: UsageAlarm,
  sharers: readonly QuotaSharer[] | undefined,
): Plan {
  const before = readUsageSum(alarm.metrics);
  const became = becomes(limit, alarm, before, automated);
  const taken = became === 'updated' ? limit : undefined;
  const after = limited(hasQuota ? following(before, sharers) : before, taken);
  return { alarm, became, taken, before, after, isToChange: taken !== undefined || after !== before };
}

function becomes(
  limit: UsageLimit | undefined,
  alarm: UsageAlarm,
  sum: UsageSum | undefined,
  automated: boolean,
): SettledAlarm['became'] {
  if (limit === undefined) return undefined;
  if (hasLimit(alarm, limit)) return 'as expected';
  if (!automated) return 'drifted';
  // A threshold of 0 without the factor 0 would fire at the first request.
  return sum === undefined && limit.factor === 0 ? undefined : 'updated';
}

const limited = (sum: UsageSum | undefined, limit: UsageLimit | undefined): UsageSum | undefined =>
  sum === undefined || limit === undefined ? sum : withFactor(sum, limit.factor);

const following = (
  sum: UsageSum | undefined,
  sharers: readonly QuotaSharer[] | undefined,
): UsageSum | undefined =>
  sum === undefined || sharers === undefined
    ? sum
    : withSharers(sum, notCountedByOwner(sum, sharers).slice(0, roomForSharers(sum)));

/** An expression of the owner's own is in order as long as there is nothing to change in it. */
function failureOfSum(
  { alarmName, limit, hasQuota }: ExpectedAlarm,
  { alarm, before }: Plan,
  sharers: readonly QuotaSharer[] | undefined,
  run: Run,
): readonly string[] {
  if (before !== undefined) return [];
  const isToFollow = hasQuota && ((sharers?.length ?? 0) > 0 || hasSharers(alarm.metrics));
  if (!isToFollow && limit?.factor !== 0) return [];
  return lastingFailure(
    `The alarm ${alarmName} no longer adds up as "1 * usage" or "1 * (usage + …)" does: its metrics are left as they are.`,
    run,
  );
}

async function describeAgain({ alarmName }: ExpectedAlarm): Promise<UsageAlarm> {
  const alarms = await orSay(`The alarm ${alarmName} could not be read`, () =>
    describeUsageAlarms([alarmName]),
  );
  const alarm = alarms.get(alarmName);
  // To write it would bring it back.
  if (alarm === undefined) throw new Error(`The alarm ${alarmName} does not exist.`);
  return alarm;
}

/** In one call. What is not to change stays as it is described. */
async function write({ alarmName }: ExpectedAlarm, { alarm, taken, before, after }: Plan): Promise<void> {
  if (taken !== undefined && alarm.threshold === undefined)
    throw new Error(`The alarm ${alarmName} no longer compares with a threshold.`);
  await orSay(`The alarm ${alarmName} could not be changed`, () =>
    changeUsageAlarm(alarm, {
      ...(taken === undefined ? {} : { threshold: taken.threshold }),
      ...(after === undefined || after === before ? {} : { metrics: metricsOf(after) }),
    }),
  );
}

function log(
  { model }: ExpectedModel,
  { quota, alarmName, limit }: ExpectedAlarm,
  { alarm: { threshold }, became, before, after }: Plan,
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
