import type { QuotaSharers } from '../contract/quota-sharers';
import type { AlarmName, Quota } from './alarm-catalogue';
import type { CaseCategory, PerQuota, Severity } from './decision';
import type { Incident } from './incident';

/** What is told of an incident after its first e-mail: that it goes on, that it is over, that nobody watches it any more. */

/** Which incident a text is about. */
export type IncidentIdentity = Pick<
  Incident,
  'reference' | 'customer' | 'accountId' | 'region' | 'model' | 'compositeAlarmName' | 'openedAt'
>;

/** An alarm of the incident. */
export interface IncidentAlarm {
  readonly name: AlarmName;
  readonly alarmName: string;
  /** When it first went to ALARM in this incident. */
  readonly since: Date;
  /** How often it went to ALARM in this incident. */
  readonly times: number;
  readonly now: 'ALARM' | 'over' | 'unread';
}

/**
 * The highest one-minute value of the minutes from `from` until `to`, both included and both the beginning of a minute
 * that was measured, and the first minute that had it.
 */
export interface HighestUsage {
  /** Added in the same minute. */
  readonly metrics: readonly string[];
  readonly value: number;
  readonly minute: Date;
  readonly from: Date;
  readonly to: Date;
}

/** A quota that a case of the incident asked AWS to raise. */
export interface AskedQuota {
  readonly quota: Quota;
  readonly code: string;
  readonly requested: number;
  /** What it was when it was asked for. */
  readonly was: number;
  /** What it is; undefined where it could not be read. */
  readonly now: number | undefined;
  /** No value of this account's own was ever applied, so `now` is AWS's default. */
  readonly isDefault: boolean;
  /** A quota request asked for it, and its answer was told. */
  readonly isAnswered: boolean;
}

/** A case that the incident was told on. */
export interface FollowedCase {
  readonly category: CaseCategory;
  readonly displayId: string;
  /** `gone`: AWS knows no such case. `unread`: it could not be read, or nobody asks, since automatedSupportCase is false. */
  readonly state: 'open' | 'resolved' | 'gone' | 'unread';
}

/** How things stand with an incident that has been told. */
export interface Standing {
  readonly incident: IncidentIdentity;
  /** `toldSeverity`; of a reminder: of the alarms that are not over; of a recovery: of all. */
  readonly severity: Severity;
  readonly alarms: readonly IncidentAlarm[];
  /** Undefined: the usage could not be read. Of one quota: no data since the incident began. */
  readonly highest: PerQuota<HighestUsage | undefined> | undefined;
  /** What else draws on the model's quotas, and is counted in `highest`; undefined where that could not be read. */
  readonly sharers: QuotaSharers | undefined;
  readonly asked: readonly AskedQuota[];
  readonly cases: readonly FollowedCase[];
  /** Whether an e-mail with this content may have gone out already. */
  readonly mayBeRepeat: boolean;
}

/** The incident goes on. */
export interface Reminder extends Standing {
  /** When this is written. */
  readonly at: Date;
  /** When and how the incident was last told of by e-mail. */
  readonly lastTold: LastTold;
  readonly nextReminderAt: Date;
}

export interface LastTold {
  readonly at: Date;
  /** The alarms that were in ALARM then. */
  readonly inAlarm: readonly AlarmName[];
  /** The display ids of the cases that were open then. */
  readonly openCases: readonly string[];
  /** What the asked quotas were then, by code; without those that could not be read. */
  readonly quotas: Readonly<Record<string, number>>;
}

/** No alarm has gone off again for the hold time. */
export interface Recovery extends Standing {
  /** When the composite alarm was OK again. */
  readonly overAt: Date;
  readonly closings: readonly Closing[];
}

/** What became of the communication that tells a case that the incident is over. */
export interface Closing {
  readonly displayId: string;
  /**
   * `added`; `was-there`: an earlier try added it; `off`: closingCommunication, or automatedSupportCase, is false;
   * `refused`: AWS said no; `unclear`: no answer; `not-open`: the case is resolved or gone; `unread`: the case, or what it
   * holds, could not be read.
   */
  readonly kind: 'added' | 'was-there' | 'off' | 'refused' | 'unclear' | 'not-open' | 'unread';
  /** AWS's name for what went wrong, where something did. */
  readonly error?: string;
}

/** The alarms of a model are gone while an incident of it was open. */
export interface Unmonitored {
  readonly customer: string;
  readonly modelName: string;
  readonly region: string;
  readonly accountId: string;
  readonly reference: string;
  readonly openedAt: Date;
  /** Of all alarms that were told. */
  readonly severity: Severity;
  readonly alarmNames: readonly string[];
  /** The display ids of the cases that the incident was told on; whether they are open is not looked up. */
  readonly cases: readonly string[];
  readonly mayBeRepeat: boolean;
}
