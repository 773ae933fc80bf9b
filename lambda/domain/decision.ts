import { ALARM_CATALOGUE, type AlarmName, type CatalogueAlarm, type Quota } from './alarm-catalogue';
import { toldSeverity } from './told-severity';

export const SCENARIOS = ['non_quota', 'new_model', 'high_usage', 'low_usage'] as const;
export type Scenario = (typeof SCENARIOS)[number];
export const CASE_CATEGORIES = ['Quota Request', 'Investigation Request'] as const;
export type CaseCategory = (typeof CASE_CATEGORIES)[number];
export const SEVERITIES = ['CRITICAL', 'WARNING'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One figure per quota; null where the model has no such quota. */
export type PerQuota<T> = Readonly<Record<Quota, T>>;

/** What 14 days of usage prove, or that they, or the thresholds, could not be read. */
export type Evidence =
  | {
      readonly readable: true;
      readonly peaks: PerQuota<number>;
      readonly thresholds: PerQuota<number | null>;
    }
  | { readonly readable: false };

export interface Decision {
  readonly scenario: Scenario;
  readonly category: CaseCategory;
  readonly severity: Severity;
  /** The quotas that the case names, RPM before TPM; only those that the model has. */
  readonly quotas: readonly Quota[];
}

const QUOTAS: readonly Quota[] = ['RPM', 'TPM'];

/**
 * What a set of triggered alarms means, given the usage of the last 14 days.
 * `modelQuotas` are the quotas that the model has: the others can never be asked for.
 */
export function decide(
  triggered: readonly AlarmName[],
  evidence: Evidence,
  modelQuotas: readonly Quota[],
): Decision {
  const alarms = ALARM_CATALOGUE.filter((alarm) => triggered.includes(alarm.name));
  const scenario = scenarioOf(alarms, evidence);
  return {
    scenario,
    category: scenario === 'non_quota' ? 'Investigation Request' : 'Quota Request',
    severity: toldSeverity(triggered),
    quotas: QUOTAS.filter(
      (quota) => modelQuotas.includes(quota) && alarms.some((alarm) => alarm.quotas.includes(quota)),
    ),
  };
}

function scenarioOf(alarms: readonly CatalogueAlarm[], evidence: Evidence): Scenario {
  if (alarms.every((alarm) => !alarm.quotaRelated)) return 'non_quota';
  if (!evidence.readable) return 'new_model';
  const { peaks, thresholds } = evidence;
  if (QUOTAS.every((quota) => peaks[quota] === 0)) return 'new_model';
  return QUOTAS.some((quota) => reaches(peaks[quota], thresholds[quota])) ? 'high_usage' : 'low_usage';
}

/**
 * Whether a peak proves that the quota is too small: at the threshold counts. A threshold of 0 proves nothing: it stays
 * from a quota of 0 until the thresholds are updated, and any traffic is over it.
 */
export const reaches = (peak: number, threshold: number | null): boolean =>
  threshold !== null && threshold > 0 && peak >= threshold;
