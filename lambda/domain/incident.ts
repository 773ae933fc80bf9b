import type { ModelConfig } from '../contract/model-config';
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
  readonly openedAt: Date;
  readonly triggered: readonly TriggeredAlarm[];
  readonly decision: Decision;
  readonly quotas: PerQuota<QuotaFacts | null>;
  readonly usage: Usage | undefined;
  /** What a person should know of the settings that were in force, one sentence each. */
  readonly remarks: readonly string[];
}

export interface TriggeredAlarm {
  readonly name: AlarmName;
  readonly alarmName: string;
  /** When it went to ALARM; undefined where CloudWatch did not say. */
  readonly since: Date | undefined;
  /** It has left ALARM again by the time of writing. */
  readonly isOver: boolean;
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
}

/** What became of the case. */
export type CaseOutcome =
  /** AWS may tell the number of a new case only later. */
  | { readonly kind: 'opened'; readonly displayId: string | undefined }
  | { readonly kind: 'updated' | 'left' | 'already-told'; readonly displayId: string }
  | { readonly kind: 'none'; readonly reason: NoCaseReason };

export type NoCaseReason =
  | { readonly why: 'automation-off' }
  | { readonly why: 'no-support-plan' }
  | { readonly why: 'too-many-cases'; readonly casesRead: number }
  /** A case of ours is open, but what it holds could not be read, so nothing was added to it. */
  | { readonly why: 'unreadable'; readonly displayId: string; readonly what: string }
  /** AWS said no, or nothing was asked because the look-up failed. */
  | { readonly why: 'refused'; readonly what: string }
  /** No answer: the case may exist all the same. */
  | { readonly why: 'unclear'; readonly what: string };

/** The increase that a case asks for; undefined where the settings skip it or the current value is not known. */
export interface Increase {
  readonly quota: Quota;
  readonly facts: QuotaFacts;
  readonly requested: number | undefined;
}
