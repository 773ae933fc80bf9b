/** What one played scenario reports: the shape of `--format json`. All instants are virtual, UTC, ISO 8601 without milliseconds. */
export interface Report {
  readonly scenario: string;
  readonly passed: boolean;
  /** One sentence per expectation or rule that did not hold. */
  readonly failures: readonly string[];
  readonly alarms: readonly AlarmTransition[];
  readonly incidents: readonly Incident[];
  readonly cases: readonly SupportCase[];
  readonly quotaRequests: readonly QuotaRequest[];
  readonly emails: readonly Email[];
  readonly thresholds: readonly Threshold[];
  readonly invocations: readonly Invocation[];
  readonly denied: readonly Denial[];
  /** `function: action on resource` for each allowed action that nothing used. */
  readonly unusedPermissions: readonly string[];
  readonly deadLetters: number;
  readonly claims: Claims;
}

/** How the facts that the functions' texts state fared against AWS. */
export interface Claims {
  /** How many texts were sent. */
  readonly texts: number;
  /** How many claims were held against AWS. */
  readonly checked: number;
  /** Those that were not true, and texts without claims. */
  readonly failed: number;
}

export interface AlarmTransition {
  readonly at: string;
  readonly model: string;
  /** The short name, for example `Throttles`; the composite is `QuotaHealth`. */
  readonly alarm: string;
  readonly name: string;
  readonly from: AlarmState;
  readonly to: AlarmState;
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface Incident {
  readonly id: string;
  readonly model: string;
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly alarms: readonly string[];
  readonly scenario: string;
  readonly severity: string;
}

export interface SupportCase {
  readonly displayId: string;
  readonly openedAt: string;
  readonly via: 'support' | 'service-quotas';
  readonly model: string | null;
  readonly category: string | null;
  readonly subject: string;
  readonly status: string;
  readonly communications: readonly {
    readonly at: string;
    readonly by: 'us' | 'aws';
    readonly body: string;
  }[];
}

export interface QuotaRequest {
  readonly at: string;
  readonly quotaCode: string;
  readonly desiredValue: number;
  readonly status: string;
}

export interface Email {
  readonly at: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly body: string;
}

export interface Threshold {
  readonly at: string;
  readonly model: string;
  readonly quota: 'RPM' | 'TPM';
  readonly value: number;
}

export interface Invocation {
  readonly at: string;
  readonly function: string;
  /** The handler's real time; the one field that differs between two runs. */
  readonly ms: number;
  /** `service:Operation` to the number of HTTP requests. */
  readonly calls: Readonly<Record<string, number>>;
  readonly outcome: 'ok' | 'error';
}

export type Denial = {
  readonly at: string;
  readonly action: string;
  readonly resource: string;
} & ({ readonly function: string } | { readonly principal: string });
