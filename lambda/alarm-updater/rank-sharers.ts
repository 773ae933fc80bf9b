import type { QuotaSharer } from '../domain/inference-profiles';
import { busiest, notCountedByOwner, readUsageSum, roomForSharers } from '../domain/usage-alarm';
import type { UsageAlarm } from '../ports/alarms';
import { readUsageTotals } from '../ports/usage-totals';
import { orSay } from './one-by-one';

/**
 * The sharers in the order in which alarms are to count them: the busiest first where an alarm has not room for all. One
 * order for both alarms of a model, so that they leave out the same ones.
 */
export async function rankSharers(
  sharers: readonly QuotaSharer[],
  alarms: readonly UsageAlarm[],
  now: Date,
): Promise<readonly QuotaSharer[]> {
  if (alarms.every((alarm) => hasRoom(alarm, sharers))) return sharers;
  const ids = sharers.map(({ id }) => id);
  const totals = await orSay('The usage of inference profiles could not be read', () =>
    readUsageTotals(ids, now),
  );
  return busiest(sharers, totals);
}

function hasRoom({ metrics }: UsageAlarm, sharers: readonly QuotaSharer[]): boolean {
  const sum = readUsageSum(metrics);
  return sum === undefined || notCountedByOwner(sum, sharers).length <= roomForSharers(sum);
}
