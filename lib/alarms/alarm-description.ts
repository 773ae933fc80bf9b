import type { CatalogueAlarm } from '../../lambda/domain/alarm-catalogue';
import { counted, grouped } from '../../lambda/domain/words';
import type { ModelSettings } from '../settings/settings';

/** What a person reads beside the alarm in the console. The runbook has an article of the alarm's name. */
export function alarmDescription(alarm: CatalogueAlarm, model: ModelSettings): string {
  const period = alarm.period === 60 ? alarm.period : model[alarm.period];
  return [
    `Bedrock model ${model.name}: ${alarm.meaning}.`,
    `${alarm.metricName} (${alarm.statistic}) ${firesWhen(alarm, model)} in ${counted(model[alarm.evaluations], 'period')} of ${counted(period, 'second')} in a row.`,
    ...(hasNoQuota(alarm, model)
      ? ['The settings say that this model has no such quota: this alarm cannot fire.']
      : []),
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

const hasNoQuota = ({ limit }: CatalogueAlarm, model: ModelSettings): boolean =>
  limit.kind === 'quota' && (limit.quota === 'RPM' ? model.rpmQuotaCode : model.tpmQuotaCode) === null;
