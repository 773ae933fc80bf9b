import type { QuotaRequestStatus } from '../../aws/service-quotas';
import type { TraceRequest } from '../bedrock/trace-request';
import type { AlarmState } from '../report';
import type { OpenRequestLimits } from '../services/quota-requests';
import type { QuotaAnswer } from '../services/service-quotas';

/**
 * One scenario as it is played. Every duration is in milliseconds and counts from `start`; `line` is where a thing
 * stands in the scenario file, for faults that only show once the settings are known.
 */
export interface Scenario {
  /** The file as the caller named it. */
  readonly file: string;
  readonly name: string;
  /** Minute 0, a whole minute. */
  readonly start: Date;
  /** Settings in the scenario itself, or absolute paths of settings files. Empty where the scenario has none. */
  readonly settings: readonly SettingsSource[];
  /** What Service Quotas answers, by quota code; a code left out does not exist. */
  readonly quotas: Readonly<Record<string, QuotaValue>>;
  /** Requests for quota increases that were made before the scenario starts. */
  readonly quotaRequests: readonly EarlierQuotaRequest[];
  /** How long after a request AWS opens its case, and how long after that it replies by itself. */
  readonly quotaRequestCase: { readonly caseMs: number; readonly replyMs: number };
  /** How many requests may be open at a time. */
  readonly quotaRequestLimits: OpenRequestLimits;
  /** Whether Service Quotas has its role in every account. */
  readonly serviceLinkedRole: boolean;
  readonly supportPlan: SupportPlan;
  /** How long a list of cases, and a look-up of one, do not show a case that a function opened. */
  readonly supportLag: { readonly listMs: number; readonly lookupMs: number };
  /** Traffic by model name. */
  readonly models: Readonly<Record<string, ModelTraffic>>;
  /** Application inference profiles by name: they exist in every account and Region of the settings. */
  readonly inferenceProfiles: Readonly<Record<string, ProfileInScenario>>;
  /** How long after a minute has ended its values become visible. */
  readonly metricDelayMs: number;
  readonly deliver: Delivery;
  readonly faults: readonly CallFault[];
  /** In the order of their instants, and of the file within one instant. */
  readonly events: readonly ScenarioEvent[];
  /** Support cases that exist before the scenario starts. */
  readonly cases: readonly ExistingCase[];
  /** How long to play. */
  readonly untilMs: number;
  readonly expect: readonly Expectation[];
}

export type SettingsSource = string | InlineSettings;

/** Settings that stand in the scenario itself. */
export interface InlineSettings {
  readonly file: string;
  /** YAML, on the same lines as in the scenario, so that faults can name them. */
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export type SupportPlan = 'business-plus' | 'basic';

/** A quota as Service Quotas holds it: applied to the account, or known by its default only. */
export type QuotaValue = (
  | { readonly applied: number; readonly default?: number | undefined }
  | { readonly applied?: undefined; readonly default: number }
) & {
  /** As Service Quotas spells it; needed only for a code that the local AWS does not know. */
  readonly name?: string | undefined;
  /** Whether Service Quotas takes a request to raise it; it does if left out. */
  readonly adjustable?: boolean | undefined;
};

/** One value a sample; `undefined` is a minute (or interval) without data. */
export type Series = readonly (number | undefined)[];

/** Traffic minute by minute. */
export interface MinuteTraffic {
  readonly history?: History | undefined;
  /** One sample a minute from `start`, by metric name. Empty where there is none. */
  readonly series: Readonly<Record<string, Series>>;
}

/** Has series or a trace. */
export interface ModelTraffic extends MinuteTraffic {
  readonly line: number;
  readonly trace?: Trace | undefined;
}

/** An application inference profile, and what is invoked by it. */
export interface ProfileInScenario extends MinuteTraffic {
  readonly line: number;
  /** The id of the foundation model or system profile that it was made from. */
  readonly copyFrom: string;
  /** Its short id; without it one that follows from its name. */
  readonly id?: string | undefined;
  /** Whether it is there from the beginning; else an event makes it. */
  readonly isThere: boolean;
}

/** What the metrics were before `start`: the newest sample's interval ends at `start`. */
export interface History {
  /** Each sample holds for every minute of the interval. */
  readonly intervalMinutes: number;
  readonly series: Readonly<Record<string, Series>>;
}

/** Requests to a simulated Bedrock that enforces the model's quotas minute by minute. */
export interface Trace {
  /** Absolute. */
  readonly file: string;
  /** In the file's order; none lies before the minute of the first. */
  readonly requests: readonly TraceRequest[];
  /** How many tokens of the TPM quota one output token takes. */
  readonly burndown: number;
  /** What InvocationLatency shows; without it the metric has no data. */
  readonly latencyMs?: number | undefined;
}

export interface Delivery {
  /** How many copies of each message are delivered; 1 is no duplicate. */
  readonly duplicate: number;
  /** How far out of order messages may arrive. */
  readonly reorderMs: number;
  /** So much later an alarm's notification says that things happened, and its event so much earlier. */
  readonly skewMs: number;
  /** How many invocations every queue may have at once; without it as its mapping says. */
  readonly concurrency?: number | undefined;
}

/** Makes a call fail. */
export interface CallFault {
  readonly line: number;
  readonly service: string;
  readonly operation: string;
  /** AWS's error name; without meaning where nothing is answered. */
  readonly error: string;
  /** How many calls fail; Infinity for always. */
  readonly times: number;
  /** Whether the call fails before it did anything, or after it took effect. */
  readonly effect: 'before' | 'after';
  /**
   * `error` is answered as AWS does; `timeout` never is; `cut` closes the connection without an answer; `kill` ends the
   * function's environment.
   */
  readonly kind: 'error' | 'timeout' | 'cut' | 'kill';
  /** So many calls pass before it strikes; without it each question of reads is struck by itself. */
  readonly skip?: number | undefined;
  /** It strikes from then on; without it from the beginning, the deployment included. */
  readonly fromMs?: number | undefined;
}

/** What somebody does while the scenario plays. */
export type ScenarioEvent = { readonly line: number; readonly atMs: number } & Act;

export type Act =
  | { readonly kind: 'setQuota'; readonly quotas: Readonly<Record<string, QuotaValue>> }
  /** AWS answers the open requests for these quotas. */
  | { readonly kind: 'answerQuotaRequest'; readonly answers: Readonly<Record<string, QuotaAnswer>> }
  /** One case by its display id, or all. */
  | { readonly kind: 'resolveCases'; readonly displayId: string | 'all' }
  /** Holds until the next; `AUTO` hands the alarm back to its metric. */
  | {
      readonly kind: 'setAlarm';
      readonly model: string;
      readonly alarm: string;
      readonly state: AlarmState | 'AUTO';
    }
  /** The model is no longer monitored: its stack is deleted. */
  | { readonly kind: 'remove'; readonly model: string }
  /** Every stack of this name is deleted; with `force` its termination protection is turned off before. */
  | { readonly kind: 'removeStack'; readonly stack: string; readonly force: boolean }
  /** Nothing happens; whoever reads the timeline is told something. */
  | { readonly kind: 'note'; readonly text: string }
  /** These settings are synthesised and deployed; stacks that they do not have stay as they are. */
  | { readonly kind: 'deploy'; readonly settings: readonly SettingsSource[] }
  /** An inference profile of the scenario is made. */
  | { readonly kind: 'makeProfile'; readonly profile: string }
  | ApiCall
  | Mute;

/** Somebody who may do everything calls AWS, in each account and Region. */
export interface ApiCall {
  readonly kind: 'call';
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Mutes all alarms of a model, or one of them, by a rule of CloudWatch. */
export interface Mute {
  readonly kind: 'mute';
  readonly model: string;
  readonly alarm?: string | undefined;
  readonly forMs: number;
}

export interface ExistingCase {
  readonly subject: string;
  readonly count: number;
  readonly createdAt: Date;
}

/** An open one has its case, unless it is pending. */
export interface EarlierQuotaRequest {
  readonly line: number;
  readonly quotaCode: string;
  readonly desiredValue: number;
  readonly status: QuotaRequestStatus;
  readonly requestedAt: Date;
}

/** From and to, both included. */
export type Between = readonly [fromMs: number, toMs: number];

/** What must have been so; without `model`, of any model. */
export type Expectation = { readonly line: number; readonly model?: string | undefined } & (
  | AlarmReached
  | AlarmAt
  | AlarmNever
  | CasesOpened
  | EmailsSent
  | ThresholdAt
);

/** The alarm goes to the state within the window. */
export interface AlarmReached {
  readonly kind: 'alarmReached';
  readonly alarm: string;
  readonly state: AlarmState;
  readonly between: Between;
}

/** The alarm is in the state at the instant; without `model`, the worst state that it has for any model. */
export interface AlarmAt {
  readonly kind: 'alarmAt';
  readonly alarm: string;
  readonly state: AlarmState;
  readonly atMs: number;
}

/** The alarm never goes to ALARM. */
export interface AlarmNever {
  readonly kind: 'alarmNever';
  readonly alarm: string;
}

/** So many cases of the category are opened in the window, or while the scenario plays. */
export interface CasesOpened {
  readonly kind: 'casesOpened';
  readonly category: string;
  /** The scenario of the incident that the case belongs to. */
  readonly scenario?: string | undefined;
  readonly count: number;
  readonly between?: Between | undefined;
}

/** So many messages go to e-mail endpoints in the window, or while the scenario plays. */
export interface EmailsSent {
  readonly kind: 'emailsSent';
  readonly count: number;
  readonly severity?: string | undefined;
  /** Text that the subject contains. */
  readonly subject?: string | undefined;
  readonly between?: Between | undefined;
}

/** The last threshold stored at or before the instant. */
export interface ThresholdAt {
  readonly kind: 'thresholdAt';
  readonly quota: 'RPM' | 'TPM';
  readonly value: number;
  readonly atMs: number;
}
