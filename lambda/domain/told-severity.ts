import { ALARM_CATALOGUE, type AlarmName } from './alarm-catalogue';
import type { Severity } from './decision';

/** How bad it is while these alarms are in ALARM. */
export const toldSeverity = (names: readonly AlarmName[]): Severity =>
  ALARM_CATALOGUE.some(({ name, severity }) => names.includes(name) && severity === 'Critical')
    ? 'CRITICAL'
    : 'WARNING';
