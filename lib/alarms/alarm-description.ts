import type { CatalogueAlarm } from '../../lambda/domain/alarm-catalogue';
import { counted, grouped } from '../../lambda/domain/words';
import type { QuotaThresholds } from '../quota-thresholds';
import type { ModelSettings } from '../settings/settings';

/** What a person reads beside the alarm in the console. The runbook has an article of the alarm's name. */
export function alarmDescription(
  alarm: CatalogueAlarm,
  model: ModelSettings,
  thresholds: QuotaThresholds,
): string {
  const period = alarm.period === 60 ? alarm.period : model[alarm.period];
  return [
    `Bedrock model ${model.name}: ${alarm.meaning}.`,
    `${alarm.metricName} (${alarm.statistic}) ${firesWhen(alarm, model)} in ${counted(model[alarm.evaluations], 'period')} of ${counted(period, 'second')} in a row.`,
    ...(alarm.limit.kind === 'quota' ? [thresholds.remark(alarm.limit.quota)] : []),
    `Runbook: ${alarm.name}.`,
  ].join(' ');
}

function firesWhen({ limit }: CatalogueAlarm, model: ModelSettings): string {
  switch (limit.kind) {
    case 'setting':
      return `above ${grouped(model[limit.setting])}${limit.setting === 'latencyThresholdMs' ? ' ms' : ''}`;
    case 'quota':
      return `above ${limit.quota === 'RPM' ? model.rpmThresholdPercent : model.tpmThresholdPercent} % of the ${limit.quota} quota`;
    case 'band':
      return `above the expected band of width ${model.anomalyBandWidth}`;
  }
}
