import { describe, expect, test } from '@jest/globals';
import {
  ALARM_CATALOGUE,
  ALARM_NAMES,
  type CatalogueAlarm,
  type Limit,
} from '../../lambda/domain/alarm-catalogue';
import { BUILT_IN } from '../../lib/settings/schema';

/** A duration or number: fixed, or the setting that gives it and that setting's default. */
type Cell = number | readonly [setting: string, byDefault: number];

type Row = readonly [
  name: string,
  layer: number,
  metric: string,
  statistic: string,
  period: Cell,
  evaluations: Cell,
  firesAbove: Cell | 'RPM threshold' | 'TPM threshold' | 'upper band',
  severity: string,
  quotaRelated: boolean,
  quotas: readonly string[],
];

const ERRORS: Cell = ['errorThreshold', 5];
const LATENCY: Cell = ['latencyThresholdMs', 240_000];
const A_MINUTE: Cell = ['alarmPeriodSeconds', 60];
const FIVE_MINUTES: Cell = ['latencyPeriodSeconds', 300];
const A_QUARTER: Cell = ['anomalyPeriodSeconds', 900];
const CRITICAL_5: Cell = ['criticalEvaluationPeriods', 5];
const WARNING_5: Cell = ['warningEvaluationPeriods', 5];
const LATENCY_2: Cell = ['latencyEvaluationPeriods', 2];
const ANOMALY_12: Cell = ['anomalyEvaluationPeriods', 12];
const BOTH = ['RPM', 'TPM'];

// biome-ignore format: a table reads by its columns.
const TABLE: readonly Row[] = [
  ['ClientErrors', 1, 'InvocationClientErrors', 'Sum', A_MINUTE, CRITICAL_5, ERRORS, 'Critical', true, BOTH],
  ['ServerErrors', 1, 'InvocationServerErrors', 'Sum', A_MINUTE, CRITICAL_5, ERRORS, 'Critical', false, []],
  ['Throttles', 1, 'InvocationThrottles', 'Sum', A_MINUTE, CRITICAL_5, ERRORS, 'Critical', true, BOTH],
  ['HighInvocationRate', 2, 'Invocations', 'Sum', 60, WARNING_5, 'RPM threshold', 'Warning', true, ['RPM']],
  ['HighTPMQuotaUsage', 2, 'EstimatedTPMQuotaUsage', 'Sum', 60, WARNING_5, 'TPM threshold', 'Warning', true, ['TPM']],
  ['HighLatency', 2, 'InvocationLatency', 'Average', FIVE_MINUTES, LATENCY_2, LATENCY, 'Warning', false, []],
  ['InvocationAnomaly', 3, 'Invocations', 'Sum', A_QUARTER, ANOMALY_12, 'upper band', 'Warning', true, ['RPM']],
  ['InputTokenAnomaly', 3, 'InputTokenCount', 'Sum', A_QUARTER, ANOMALY_12, 'upper band', 'Warning', true, ['TPM']],
  ['OutputTokenAnomaly', 3, 'OutputTokenCount', 'Sum', A_QUARTER, ANOMALY_12, 'upper band', 'Warning', true, ['TPM']],
  ['LatencyAnomaly', 3, 'InvocationLatency', 'Average', A_QUARTER, ANOMALY_12, 'upper band', 'Warning', false, []],
];

type NumberSetting = Extract<CatalogueAlarm['period'] | CatalogueAlarm['evaluations'], string>;

const cellOf = (value: number | NumberSetting | 'errorThreshold' | 'latencyThresholdMs'): unknown =>
  typeof value === 'number' ? value : [value, BUILT_IN[value]];

function firesAbove(limit: Limit): unknown {
  switch (limit.kind) {
    case 'setting':
      return cellOf(limit.setting);
    case 'quota':
      return `${limit.quota} threshold`;
    case 'band':
      return 'upper band';
  }
}

const rowOf = (alarm: CatalogueAlarm): readonly unknown[] => [
  alarm.name,
  alarm.layer,
  alarm.metricName,
  alarm.statistic,
  cellOf(alarm.period),
  cellOf(alarm.evaluations),
  firesAbove(alarm.limit),
  alarm.severity,
  alarm.quotaRelated,
  alarm.quotas,
];

describe('the ten child alarms', () => {
  test.each(TABLE.map((row, index) => [index + 1, row[0], row] as const))(
    'number %i is %s, cell by cell',
    (place, _name, row) => {
      expect(ALARM_CATALOGUE.slice(place - 1, place).map(rowOf)).toEqual([row]);
    },
  );

  test('are these ten and no others, under the names by which the code knows them', () => {
    expect(ALARM_CATALOGUE).toHaveLength(10);
    expect(ALARM_NAMES).toEqual(TABLE.map(([name]) => name));
  });

  test('each say what it means that they fire, as words that no other alarm has and that hold when it is over', () => {
    const meanings = ALARM_CATALOGUE.map(({ meaning }) => meaning);
    expect(meanings).toEqual([
      'requests that Bedrock refused (4xx)',
      'errors on the side of Bedrock (5xx)',
      'throttled requests',
      'requests per minute above the alarm threshold',
      'tokens per minute above the alarm threshold',
      'answers slower than the limit set for them',
      'far more requests than is usual at this hour',
      'far more input tokens than is usual at this hour',
      'far more output tokens than is usual at this hour',
      'answers far slower than is usual at this hour',
    ]);
    expect(new Set(meanings).size).toBe(10);
    for (const meaning of meanings) expect(meaning).toMatch(/^[a-z].{15,75}[^.\s]$/);
  });
});
