import { isDeepStrictEqual } from 'node:util';
import { parameterName, SHARERS_KEY } from '../contract/names';
import { NO_SHARERS, parseQuotaSharers, type QuotaSharers } from '../contract/quota-sharers';
import type { Quota } from '../domain/alarm-catalogue';
import type { QuotaSharer } from '../domain/inference-profiles';
import { listedSharers, withTwins } from '../domain/listed-sharers';
import { counts, readUsageSum } from '../domain/usage-alarm';
import { describeUsageAlarms, type UsageAlarm } from '../ports/alarms';
import { getParameters, putParameter } from '../ports/parameters';
import { storeThresholds, thresholdParameters } from '../thresholds/stored-thresholds';
import type { ExpectedModel } from './expected-model';
import { oneByOne, orSay } from './one-by-one';
import { rankSharers } from './rank-sharers';
import type { Run } from './run';
import { type SettledAlarm, settleAlarm } from './settle-alarm';

/** What a run did with one model. */
export interface ModelOutcome {
  readonly model: string;
  /** How many of its alarms got another threshold. */
  readonly updated: number;
  /** How many of its alarms have another threshold than their quotas give, and keep it. */
  readonly drifted: number;
  /** One sentence for each thing that could not be done. */
  readonly failures: readonly string[];
}

/** What stands in Parameter Store, by full name. */
type Parameters = Run['parameters'];

export type AlarmsByName = ReadonlyMap<string, UsageAlarm>;

/** Gives the model's alarms what is expected, or reports where their thresholds differ. Never throws. */
export async function updateModel(
  expected: ExpectedModel,
  alarms: AlarmsByName,
  run: Run,
): Promise<ModelOutcome> {
  const { model, sharing } = expected;
  const due = expected.alarms.filter(({ isDue }) => isDue);
  const present = due.flatMap((one) => alarms.get(one.alarmName) ?? []);
  const ranked = await oneByOne(sharing === undefined ? [] : [sharing], ({ sharers }) =>
    rankSharers(sharers, present, run.now),
  );
  const settled: SettledAlarm[] = [];
  const missing: string[] = [];
  for (const one of due) {
    const alarm = alarms.get(one.alarmName);
    if (alarm !== undefined) settled.push(await settleAlarm(expected, one, alarm, ranked.done[0], run));
    // A deployment makes its alarms one by one, and each has an event of its own.
    else if (run.task.kind !== 'alarm') missing.push(`The alarm ${one.alarmName} does not exist.`);
  }
  const stored = await oneByOne(isToStore(settled, run) ? [run] : [], () => readStored(model, run));
  const stores = stored.done.flatMap((parameters) => [
    () => storeTaken(expected, settled, parameters, run),
    () => storeSharers(expected, settled, parameters, run),
  ]);
  const { failures: notStored } = await oneByOne(stores, (store) => store());
  return {
    model,
    updated: settled.filter(({ became }) => became === 'updated').length,
    drifted: settled.filter(({ became }) => became === 'drifted').length,
    failures: [
      ...expected.failures,
      ...ranked.failures,
      ...missing,
      ...settled.flatMap(({ failures }) => failures),
      ...stored.failures,
      ...notStored,
    ],
  };
}

/** The age of an event when it comes is less where it comes for the first time, and more where Lambda repeats a run. */
const HANDED_OVER_AGAIN_MS = 30_000;

/**
 * Whoever changed an alarm stores what comes of it, and the event of that change leads to a run that has nothing to do. A
 * run that failed may have changed the alarm and stored nothing: Lambda repeats it with the same event a minute later.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
const isToStore = (settled: readonly SettledAlarm[], { task, now }: Run): boolean =>
  task.kind !== 'alarm' ||
  settled.some(({ isWritten }) => isWritten) ||
  now.getTime() - task.changedAt.getTime() > HANDED_OVER_AGAIN_MS;

/** After the change of an alarm read last, since most often there is nothing to compare with it. */
async function readStored(model: string, { customer, task, parameters }: Run): Promise<Parameters> {
  if (task.kind !== 'alarm') return parameters;
  const thresholds = thresholdParameters({ Customer: customer, ModelName: model });
  const names = [parameterName(customer, model, SHARERS_KEY), ...Object.values(thresholds)];
  return orSay('What is stored of the model could not be read', () => getParameters(names, 'patient'));
}

/** Only what the alarms took is stored. */
async function storeTaken(
  { model, automated }: ExpectedModel,
  settled: readonly SettledAlarm[],
  stored: Parameters,
  { customer, now }: Run,
): Promise<void> {
  const taken = settled.filter(({ became, hasQuota }) => hasQuota && became !== undefined);
  if (!automated || taken.length === 0) return;
  const thresholdNow = (quota: Quota): number | undefined =>
    taken.find((alarm) => alarm.quota === quota)?.limit?.threshold;
  const owner = { Customer: customer, ModelName: model };
  const thresholds = { RPM: thresholdNow('RPM'), TPM: thresholdNow('TPM') };
  await orSay('The stored thresholds could not be brought up to date', () =>
    storeThresholds({ owner, thresholds, stored, now, pace: 'patient' }),
  );
}

/** Writes what changed only; where there never was a sharer, a global profile beside or a twin, there is no parameter. */
async function storeSharers(
  expected: ExpectedModel,
  settled: readonly SettledAlarm[],
  parameters: Parameters,
  { customer, now }: Run,
): Promise<void> {
  const name = parameterName(customer, expected.model, SHARERS_KEY);
  const before = parseQuotaSharers(parameters.get(name));
  const listed = await listedNow(expected, settled, before, now);
  if (isDeepStrictEqual(before, listed)) return;
  await orSay(`The parameter ${name} could not be written`, () =>
    putParameter(name, JSON.stringify(listed), 'patient'),
  );
}

/** Twins are known without the profiles; undefined where even what is stored besides is not. */
async function listedNow(
  expected: ExpectedModel,
  settled: readonly SettledAlarm[],
  before: QuotaSharers | undefined,
  now: Date,
): Promise<QuotaSharers | undefined> {
  const { sharing, twins } = expected;
  if (sharing === undefined) return before && withTwins(before, twins);
  const watchedBy = await watchersOf(expected, settled);
  return listedSharers({ ...sharing, twins, watchedBy, now }, before ?? NO_SHARERS);
}

/**
 * The quotas whose alarms count a sharer. An alarm that is not due may have been changed since by a run of its own, which
 * stores too: so it is described at the last moment.
 */
async function watchersOf(
  { alarms }: ExpectedModel,
  settled: readonly SettledAlarm[],
): Promise<(sharer: QuotaSharer) => readonly Quota[]> {
  const notDue = alarms.filter(({ isDue, hasQuota }) => hasQuota && !isDue).map(({ alarmName }) => alarmName);
  const described = await orSay('The alarms could not be read', () => describeUsageAlarms(notDue));
  const sumNow = (name: string) =>
    settled.find(({ alarmName }) => alarmName === name)?.sum ??
    readUsageSum(described.get(name)?.metrics ?? []);
  const watchers = alarms
    .filter(({ hasQuota }) => hasQuota)
    .map(({ quota, alarmName }) => ({ quota, sum: sumNow(alarmName) }));
  return (sharer) =>
    watchers.filter(({ sum }) => sum !== undefined && counts(sum, sharer)).map(({ quota }) => quota);
}
