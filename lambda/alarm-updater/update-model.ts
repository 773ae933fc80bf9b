import type { Quota } from '../domain/alarm-catalogue';
import { setThreshold, type ThresholdAlarm } from '../ports/alarms';
import { logger } from '../ports/logger';
import { type Storing, storeThresholds } from '../thresholds/stored-thresholds';
import type { ExpectedModel, ExpectedThreshold } from './expected-thresholds';
import { oneByOne, orSay } from './one-by-one';

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

/** What is the same for all models of a run. */
export interface Run {
  readonly customer: string;
  /** What stands in Parameter Store, by full name. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly now: Date;
}

export type AlarmsByName = ReadonlyMap<string, ThresholdAlarm>;

/** Gives the model's alarms the thresholds that are expected, or reports where they differ. Never throws. */
export async function updateModel(
  expected: ExpectedModel,
  alarms: AlarmsByName,
  run: Run,
): Promise<ModelOutcome> {
  const { done, failures } = await oneByOne(expected.expected, async (threshold) =>
    settleAlarm(expected, threshold, alarms.get(threshold.alarmName)),
  );
  const notStored = expected.automated ? await storeTaken(expected.model, done, run) : [];
  return {
    model: expected.model,
    updated: done.filter(({ became }) => became === 'updated').length,
    drifted: done.filter(({ became }) => became === 'drifted').length,
    failures: [...expected.failures, ...failures, ...notStored],
  };
}

interface SettledAlarm extends ExpectedThreshold {
  readonly became: 'as expected' | 'updated' | 'drifted';
}

async function settleAlarm(
  { model, automated }: ExpectedModel,
  expected: ExpectedThreshold,
  alarm: ThresholdAlarm | undefined,
): Promise<SettledAlarm> {
  const { quota, alarmName, threshold } = expected;
  if (alarm === undefined) throw new Error(`The alarm ${alarmName} does not exist.`);
  if (alarm.threshold === threshold) return { ...expected, became: 'as expected' };
  const difference = { model, quota, alarmName, threshold: alarm.threshold, expected: threshold };
  if (!automated) {
    logger.warn('the threshold of an alarm is not what the quota gives; it is left as it is', difference);
    return { ...expected, became: 'drifted' };
  }
  if (alarm.threshold === undefined)
    throw new Error(`The alarm ${alarmName} no longer compares with a threshold.`);
  await orSay(`The alarm ${alarmName} did not take its new threshold`, () => setThreshold(alarm, threshold));
  logger.info('an alarm has another threshold', difference);
  return { ...expected, became: 'updated' };
}

/** Only what the alarms took is stored. Resolves to one sentence if that failed. */
async function storeTaken(
  ModelName: string,
  taken: readonly ExpectedThreshold[],
  { customer, parameters, now }: Run,
): Promise<readonly string[]> {
  if (taken.length === 0) return [];
  const thresholdNow = (quota: Quota): number | undefined =>
    taken.find((alarm) => alarm.quota === quota)?.threshold;
  const storing: Storing = {
    owner: { Customer: customer, ModelName },
    thresholds: { RPM: thresholdNow('RPM'), TPM: thresholdNow('TPM') },
    stored: parameters,
    now,
    pace: 'patient',
  };
  const { failures } = await oneByOne([storing], (all) =>
    orSay('The stored thresholds could not be brought up to date', () => storeThresholds(all)),
  );
  return failures;
}
