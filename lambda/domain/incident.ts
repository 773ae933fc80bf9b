import type { LastHour } from '../contract/last-hour';
import type { LiveSetting, ModelConfig } from '../contract/model-config';
import type { NoRequestReason } from '../contract/no-request-reasons';
import type { QuotaSharers } from '../contract/quota-sharers';
import type { AlarmName, Quota } from './alarm-catalogue';
import type { Decision, PerQuota } from './decision';
import type { Usage } from './usage';

/** Everything that is known of an incident when its texts are written. `undefined` always means: could not be read. */
export interface Incident {
  /** A short hash of model and first transition, in every text, by which a case is recognised. */
  readonly reference: string;
  readonly customer: string;
  readonly accountId: string;
  readonly region: string;
  readonly model: ModelConfig;
  readonly compositeAlarmName: string;
  /** When its first alarm went to ALARM. */
  readonly openedAt: Date;
  /** 1 for the first telling of an incident, 2 for that of its second alarm, and so on. */
  readonly telling: number;
  /** What this telling is about. */
  readonly triggered: readonly TriggeredAlarm[];
  /** Alarms of the incident that were told before and are in ALARM; none at the first telling. */
  readonly toldBefore: readonly TriggeredAlarm[];
  /** The other models to which the same has happened, where one case tells of them all; else none. */
  readonly together: readonly TogetherModel[];
  readonly decision: Decision;
  readonly quotas: PerQuota<QuotaFacts | null>;
  readonly usage: Usage | undefined;
  /** What else draws on the model's quotas: usage is the sum of it all, while the last hour is the model's own. */
  readonly sharers: QuotaSharers | undefined;
  readonly lastHour: LastHour | undefined;
  /** Live settings that were not used as they stand in Parameter Store. */
  readonly unusedSettings: readonly UnusedSetting[];
  /** What became of asking Service Quotas, for each quota that is worth it; empty before that was tried. */
  readonly quotaRequests: readonly QuotaRequest[];
  /** Why this may have been told already; undefined where it was not. */
  readonly mayBeRepeat: MayBeRepeat | undefined;
}

/** `unclear`: a run before ended without a word of whether its e-mail went out. `no-ledger`: what was told cannot be known. */
export type MayBeRepeat = 'unclear' | 'no-ledger';

export interface TriggeredAlarm {
  readonly name: AlarmName;
  readonly alarmName: string;
  /** When it went to ALARM; undefined where CloudWatch did not say. */
  readonly since: Date | undefined;
  /** What it is at the time of writing; `unread` where CloudWatch could not be asked. */
  readonly now: 'ALARM' | 'over' | 'unread';
}

/** Another model of the same case, and which telling of its incident the case is to hold. */
export interface TogetherModel {
  readonly model: string;
  readonly modelId: string;
  readonly reference: string;
  readonly telling: number;
  /** `since`: when it went to ALARM, whatever it is now. */
  readonly alarms: readonly { readonly name: AlarmName; readonly alarmName: string; readonly since: Date }[];
}

export interface UnusedSetting {
  readonly key: LiveSetting;
  readonly problem: 'missing' | 'invalid';
}

/** A quota that the model has. */
export interface QuotaFacts {
  readonly code: string;
  readonly name: string | undefined;
  readonly current: number | undefined;
  /** Only AWS's default is known: no value of this account's own was ever applied. */
  readonly isDefault: boolean;
  /** The stored threshold at which the quota alarm fires. */
  readonly threshold: number | undefined;
  readonly increasePercent: number;
  /** AWS's default; undefined where it is not known. */
  readonly awsDefault: number | undefined;
  /** What it was when the model's stack was last deployed; undefined where that is not known. */
  readonly atDeployment: number | undefined;
  /** Whether AWS raises it at all; undefined where it did not say. */
  readonly isAdjustable: boolean | undefined;
}

/** What became of asking Service Quotas to raise a quota. */
export interface QuotaRequest {
  readonly quota: Quota;
  readonly code: string;
  readonly outcome: QuotaRequestOutcome;
}

export type QuotaRequestOutcome =
  /** `made`: Service Quotas took ours. `open`: there was one already, whoever in the account made it. */
  | { readonly kind: 'made' | 'open'; readonly request: OpenRequest }
  | { readonly kind: 'none'; readonly reason: NoRequestReason; readonly isWorthAnotherTry: boolean };

export interface OpenRequest {
  readonly id: string;
  readonly desired: number;
  /** When it was made. */
  readonly since: Date;
  /** The number of the case that AWS opened for it; undefined as long as there is none. */
  readonly displayId: string | undefined;
}

export type { NoRequestReason };

/** What became of the case. */
export type CaseOutcome =
  /** AWS may tell the number of a new case only later. */
  | { readonly kind: 'opened'; readonly displayId: string | undefined }
  | { readonly kind: 'updated' | 'left' | 'told'; readonly displayId: string }
  | RequestedIncrease
  | NoCase;

/**
 * No case of ours: at least one of the incident's `quotaRequests` is `made` or `open`, and AWS opens a case for each.
 * `detailsFollow`: a message lies in the queue that adds the details to those cases.
 */
export interface RequestedIncrease {
  readonly kind: 'requested';
  readonly detailsFollow: boolean;
}

export interface NoCase {
  readonly kind: 'none';
  readonly reason: NoCaseReason;
  /** Until when the case is tried again; undefined where it is not. */
  readonly retriedUntil: Date | undefined;
}

export type NoCaseReason =
  | { readonly why: 'automation-off' | 'no-support-plan' }
  /** The incident ledger could not be used, so whether there is a case already is not known. */
  | { readonly why: 'no-ledger'; readonly error: string }
  /** At `since` AWS was asked to open a case of this subject, and lists none yet; it may do so later. */
  | { readonly why: 'awaiting'; readonly since: Date }
  /** AWS opens at most `MOST_CASES_AN_HOUR` for an account. */
  | { readonly why: 'case-limit' }
  /** The setting maxNewCasesPerDay, which is `limit`, allows no further new case until midnight UTC. */
  | { readonly why: 'day-limit'; readonly limit: number }
  | { readonly why: 'too-many-cases'; readonly casesRead: number }
  /** The open cases could not be read, so nothing was written. `error`: AWS's name for what went wrong. */
  | { readonly why: 'unsearched'; readonly error: string }
  /** A case of ours is open, but what it holds could not be read, so nothing was added to it. */
  | { readonly why: 'unreadable'; readonly displayId: string; readonly error: string }
  /** What became of asking Service Quotas is not clear, and a technical case might be a second request. */
  | { readonly why: 'quota-request' }
  /** `model` has the same quota, and its case is to be the one that asks. */
  | { readonly why: 'twin-first'; readonly model: string }
  /** AWS said no to a new case, or to an addition to that of `displayId`. */
  | { readonly why: 'refused'; readonly displayId: string | undefined; readonly error: string }
  /** No answer: the case, or the addition, may exist all the same. `error` undefined: not in time. */
  | { readonly why: 'unclear'; readonly displayId: string | undefined; readonly error: string | undefined };

/** The increase that a case asks for; `requested` undefined where the current value is not known, or is 0. */
export interface Increase {
  readonly quota: Quota;
  readonly facts: QuotaFacts;
  readonly requested: number | undefined;
}
