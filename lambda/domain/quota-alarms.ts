import { ALARM_CATALOGUE, type CatalogueAlarm, type Quota } from './alarm-catalogue';

/** An alarm whose threshold follows a quota. */
export interface QuotaAlarm extends CatalogueAlarm {
  readonly limit: { readonly kind: 'quota'; readonly quota: Quota };
}

export const isQuotaAlarm = (alarm: CatalogueAlarm): alarm is QuotaAlarm => alarm.limit.kind === 'quota';

/** One for RPM, one for TPM. */
export const QUOTA_ALARMS: readonly QuotaAlarm[] = ALARM_CATALOGUE.filter(isQuotaAlarm);
