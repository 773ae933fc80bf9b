import type { Comparison, MetricAlarmConfiguration } from './alarm-configuration';
import type { AlarmState } from './composite-rule';
import { MINUTE_MS } from './metric-store';
import type { JudgedPeriod } from './period-judgement';

/** Why an alarm is in its state: the sentence, and the JSON that says it to programs. */
export interface StateReason {
  readonly reason: string;
  readonly reasonData: string | undefined;
}

const COMPARED: Readonly<Record<Comparison, string>> = {
  GreaterThanThreshold: 'greater than the threshold',
  GreaterThanOrEqualToThreshold: 'greater than or equal to the threshold',
  LessThanThreshold: 'less than the threshold',
  LessThanOrEqualToThreshold: 'less than or equal to the threshold',
  GreaterThanUpperThreshold: 'greater than the upper thresholds',
  LessThanLowerThreshold: 'less than the lower thresholds',
  LessThanLowerOrGreaterThanUpperThreshold: 'outside the lower and upper thresholds',
};

/** `2021-11-10T02:45:55.640+0000`, as alarms write instants. */
export function alarmTimestamp(at: Date): string {
  return at.toISOString().replace('Z', '+0000');
}

/** Explains the state `to` of a metric alarm in the manner of CloudWatch, from the periods that were judged. */
export function reasonOfMetricAlarm(
  configuration: MetricAlarmConfiguration,
  from: AlarmState,
  to: AlarmState,
  periods: readonly JudgedPeriod[],
  at: Date,
): StateReason {
  const decisive = periods.filter(({ point }) => point !== 'missing').slice(-configuration.evaluationPeriods);
  return {
    reason: sentence(configuration, from, to, decisive),
    reasonData: JSON.stringify(reasonData(configuration, decisive, at)),
  };
}

function sentence(
  configuration: MetricAlarmConfiguration,
  from: AlarmState,
  to: AlarmState,
  decisive: readonly JudgedPeriod[],
): string {
  const { evaluationPeriods: n, datapointsToAlarm: m = n } = configuration;
  if (to === 'INSUFFICIENT_DATA')
    return `Insufficient Data: ${counted(n, 'datapoint was', 'datapoints were')} unknown.`;
  if (decisive.length === 0) return nothingReceived(configuration);
  const named = decisive.filter(({ point }) => (point === 'breaching') === (to === 'ALARM'));
  const told = named.length > 0 ? named : decisive;
  const crossed = 'bandId' in configuration.limit ? 'Thresholds Crossed' : 'Threshold Crossed';
  const values = told.toReversed().map(({ value, start }) => `${javaDouble(value)} (${shortTime(start)})`);
  const verb = `${told.length === 1 ? 'was' : 'were'}${to === 'ALARM' ? '' : ' not'}`;
  const minimum = to === 'ALARM' ? m : n - m + 1;
  const compared = `${verb} ${COMPARED[configuration.comparison]} ${limitText(configuration, told)}`;
  const transition = `(minimum ${counted(minimum, 'datapoint', 'datapoints')} for ${from} -> ${to} transition)`;
  return `${crossed}: ${told.length} out of the last ${n} datapoints [${values.join(', ')}] ${compared} ${transition}.`;
}

function nothingReceived({ evaluationPeriods, treatMissingData }: MetricAlarmConfiguration): string {
  const periods = counted(evaluationPeriods, 'period', 'periods');
  const points = counted(evaluationPeriods, 'missing datapoint was', 'missing datapoints were');
  const treated = treatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching';
  return `Threshold Crossed: no datapoints were received for ${periods} and ${points} treated as [${treated}].`;
}

function limitText({ limit, comparison }: MetricAlarmConfiguration, told: readonly JudgedPeriod[]): string {
  if ('threshold' in limit) return `(${javaDouble(limit.threshold)})`;
  const newestFirst = told.toReversed();
  const lower = `[${newestFirst.map((period) => javaDouble(period.lower)).join(', ')}]`;
  const upper = `[${newestFirst.map((period) => javaDouble(period.upper)).join(', ')}]`;
  if (comparison === 'GreaterThanUpperThreshold') return upper;
  return comparison === 'LessThanLowerThreshold' ? lower : `${lower} ${upper}`;
}

function reasonData(
  configuration: MetricAlarmConfiguration,
  decisive: readonly JudgedPeriod[],
  at: Date,
): Readonly<Record<string, unknown>> {
  const oldest = decisive[0];
  const watched = configuration.queries.find(({ id }) => id === configuration.watchedId);
  return {
    version: '1.0',
    queryDate: alarmTimestamp(at),
    ...(oldest && { startDate: alarmTimestamp(minuteStart(oldest.start)) }),
    ...(watched?.kind === 'metric' && { statistic: watched.statistic }),
    period: configuration.period,
    recentDatapoints: decisive.map(({ value }) => value),
    ...thresholdData(configuration, decisive),
    evaluatedDatapoints: decisive.toReversed().map(({ start, value }) => {
      return { timestamp: alarmTimestamp(minuteStart(start)), value };
    }),
  };
}

function thresholdData(
  { limit, comparison }: MetricAlarmConfiguration,
  decisive: readonly JudgedPeriod[],
): Readonly<Record<string, unknown>> {
  if ('threshold' in limit) return { threshold: limit.threshold };
  return {
    ...(comparison !== 'GreaterThanUpperThreshold' && {
      recentLowerThresholds: decisive.map(({ lower }) => lower),
    }),
    ...(comparison !== 'LessThanLowerThreshold' && {
      recentUpperThresholds: decisive.map(({ upper }) => upper),
    }),
  };
}

/** A number as CloudWatch's Java writes it: `50.0`, `6250000.0`, `1.25E7`. */
function javaDouble(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude >= 1e7 || magnitude < 1e-3)) {
    const [mantissa = '', exponent = ''] = value.toExponential().split('e');
    return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** `10/11/21 02:45:00`: day, month, year, UTC. */
function shortTime(minute: number): string {
  const [year = '', month = '', day = '', time = ''] = minuteStart(minute).toISOString().split(/[-T.]/);
  return `${day}/${month}/${year.slice(2)} ${time}`;
}

function minuteStart(minute: number): Date {
  return new Date(minute * MINUTE_MS);
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
