import type { QuotaRequestStatus } from '../aws/service-quotas';
import type { Metric } from './cloudwatch/metric-store';
import type { AlarmState } from './report';
import type { Input } from './service';

/** What a person could look up in one account and Region at one instant, and what an invocation called until then. */
export interface AwsView {
  readonly now: Date;
  /** A metric or composite alarm by its full name; undefined where there is none. */
  alarm(name: string): AlarmSeen | undefined;
  /** The newest value of a parameter by its full name. */
  parameter(name: string): string | undefined;
  /** The values that a parameter had before, as far as Parameter Store keeps them, the oldest first. */
  earlierValues(name: string): readonly string[];
  /** A quota of Amazon Bedrock by its code; undefined where Service Quotas knows no such code. */
  quota(code: string): QuotaSeen | undefined;
  /** Every request to raise a quota that was ever made here, the newest first. */
  quotaRequests(): readonly QuotaRequestSeen[];
  /** Every inference profile of Bedrock, its own first. */
  inferenceProfiles(): readonly InferenceProfileSeen[];
  /**
   * One value for each minute from `from` (inclusive) to `to` (exclusive), whole minutes, of the statistic that the
   * metric's alarms use; NaN where there is none, or none to be seen yet.
   */
  minutes(metric: Metric, from: Date, to: Date): Float64Array;
  /** All support cases of the account, the oldest first. */
  cases(): readonly CaseSeen[];
  /** Whether the account's support plan includes the AWS Support API. */
  readonly hasSupportApi: boolean;
  /** What the invocation called, in the order in which the calls were served. */
  readonly calls: readonly CallSeen[];
}

export interface AlarmSeen {
  readonly state: AlarmState;
  /** Every change of state, the oldest first. */
  readonly transitions: readonly { readonly at: Date; readonly to: AlarmState }[];
  /** Absent of an alarm that compares with a band, and of a composite alarm. */
  readonly threshold?: number;
  /** What a metric alarm watches, by the id that its expressions know it by; absent of a composite alarm. */
  readonly metrics?: readonly { readonly id: string; readonly metric: Metric }[];
  /** Of a metric alarm, as they were given. */
  readonly expressions?: readonly string[];
}

export interface QuotaSeen {
  readonly name: string;
  /** As applied to the account; undefined where no value ever was. */
  readonly value: number | undefined;
  /** AWS's default. */
  readonly default: number | undefined;
  /** False where Service Quotas takes no request to raise it. */
  readonly adjustable?: boolean;
  /** What applied to the account before, its own value or the default, the oldest first; none if left out. */
  readonly earlier?: readonly number[];
}

export interface QuotaRequestSeen {
  readonly id: string;
  readonly quotaCode: string;
  readonly desiredValue: number;
  readonly status: QuotaRequestStatus;
  /** The display id of its support case; undefined while it has none. */
  readonly caseId: string | undefined;
  readonly requestedAt: Date;
  /** Of the last change of its status. */
  readonly updatedAt: Date;
}

export interface InferenceProfileSeen {
  /** Of an application profile the short id. */
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly type: 'SYSTEM_DEFINED' | 'APPLICATION';
  readonly modelArns: readonly string[];
}

export interface CaseSeen {
  readonly displayId: string;
  readonly subject: string;
  readonly createdAt: Date;
  readonly isResolved: boolean;
  /** The bodies of its communications, the oldest first. */
  readonly communications: readonly string[];
  /** Those that AWS wrote, likewise; none if left out. */
  readonly byAws?: readonly { readonly at: Date; readonly body: string }[];
}

/** One HTTP request of a function; those that the SDK repeats count too. */
export interface CallSeen {
  /** `service:Operation`, for example `cloudwatch:DescribeAlarms`. */
  readonly name: string;
  readonly input: Input;
  /** AWS's name of the error that the caller was answered, or one of `UNANSWERED`; undefined where it was answered well. */
  readonly error: string | undefined;
  /** Whether AWS did it, which it may also have done where the caller saw an error. */
  readonly carriedOut: boolean;
}

/** In place of an error's name where the caller was answered nothing at all, by the kind of the fault. */
export const UNANSWERED = { cut: 'connection cut', timeout: 'no answer', kill: 'function killed' } as const;
