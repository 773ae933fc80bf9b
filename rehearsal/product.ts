import type { AwsView, InferenceProfileSeen } from './aws-view';
import type { Incident } from './report';

/**
 * What the local AWS must be told of the product that it rehearses: how it is synthesised, and how to read its names.
 * `bin/` hands it in; nothing under `rehearsal/` knows more.
 */
export interface Product {
  /**
   * Synthesises the application for `settings`: the path of a settings file, or the text of one and the file in which it
   * stands. Rejects with an error whose message lists what is wrong with the settings.
   */
  synthesize(
    settings: string | { readonly file: string; readonly text: string },
  ): Promise<SynthesizedProduct>;
  /** The settings file of a scenario that names none. */
  readonly defaultSettings: string;
  /** The short names of a model's alarms in the order of the catalogue, the composite last. */
  readonly alarmNames: readonly string[];
  /** The metrics that a scenario may give a series for, with the statistic that one sample of it stands for. */
  readonly metrics: Readonly<Record<string, 'Sum' | 'Average'>>;
  readonly caseCategories: readonly string[];
  /** The category that a case counts as which AWS opens for a quota request. */
  readonly quotaRequestCategory: string;
  /** What an incident can turn out to be, and how bad. */
  readonly scenarios: readonly string[];
  readonly severities: readonly string[];
  /** The severity that an e-mail's subject names. */
  severityOfEmail(subject: string): string | undefined;
  /** Which model a case speaks of and in which category, read from its subject. */
  readCaseSubject(subject: string): { readonly model: string; readonly category: string } | undefined;
  /** What one JSON log line says of an incident: the incident as told, or that a model's incident is over. */
  readIncident(logLine: Readonly<Record<string, unknown>>): IncidentEvent | undefined;
  /** What a value in Parameter Store says of a threshold. */
  readThreshold(
    parameterName: string,
    value: string,
  ): { readonly model: string; readonly quota: 'RPM' | 'TPM'; readonly value: number } | undefined;
  /** The quotas that a simulated Bedrock enforces for a model whose settings have no codes. */
  findQuotaCodes(modelId: string, account: QuotasAndProfiles): QuotaCodes;
  /** `notification-processor` for the deployed function's full name. */
  functionLabel(functionName: string): string;
  /** Rules that hold in every rehearsal, for example the bound on requests; one sentence per breach. */
  breaches(invocations: readonly InvocationCalls[]): readonly string[];
  /**
   * Holds every fact that a text states against AWS as it is right after AWS took the text.
   * `logLines`: what the invocation that sent it has logged so far, of which only the lines that are JSON objects.
   */
  checkClaims(
    text: SentText,
    logLines: readonly Readonly<Record<string, unknown>>[],
    view: AwsView,
  ): ClaimsCheck;
}

/** What Service Quotas and Bedrock hold in the account and Region of a model. */
export interface QuotasAndProfiles {
  readonly quotas: readonly { readonly code: string; readonly name: string }[];
  readonly profiles: readonly InferenceProfileSeen[];
}

/** What AWS took from a function for people to read: an e-mail, or what opens a support case or is added to one. */
export interface SentText {
  readonly medium: 'e-mail' | 'case';
  /** Of the e-mail, or of the case. */
  readonly subject: string;
  readonly body: string;
  readonly at: string;
}

export interface ClaimsCheck {
  /** How many facts of the text were held against AWS. */
  readonly checked: number;
  /** One sentence for each that was not so, or one that the text has none. */
  readonly failures: readonly string[];
}

export type IncidentEvent =
  | { readonly told: Omit<Incident, 'closedAt'> }
  | { readonly over: { readonly model: string; readonly at: string } };

export interface InvocationCalls {
  readonly function: string;
  /** `service:Operation` in the order in which the calls were made. */
  readonly calls: readonly string[];
}

export interface SynthesizedProduct {
  /** The folder that synthesis wrote (`manifest.json`, templates, assets). */
  readonly assemblyDirectory: string;
  readonly models: readonly MonitoredModel[];
}

/** One monitored model of the settings, and where its traffic shows. */
export interface MonitoredModel {
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  /** What is invoked: the id or ARN of a foundation model or of an inference profile. */
  readonly modelId: string;
  /** Short alarm name to full alarm name. */
  readonly alarms: Readonly<Record<string, string>>;
  readonly metricNamespace: string;
  readonly metricDimensions: Readonly<Record<string, string>>;
  /** As the settings have them: undefined where they leave it to the product to find them. */
  readonly quotaCodes: { readonly [Kind in keyof QuotaCodes]?: QuotaCodes[Kind] | undefined };
}

/** The quotas that limit the traffic of a model; null where there is no such quota. */
export interface QuotaCodes {
  readonly RPM: string | null;
  readonly TPM: string | null;
}
