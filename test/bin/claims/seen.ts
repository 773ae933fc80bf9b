import { checkClaims } from '../../../bin/claims/check-claims';
import type { Claim } from '../../../lambda/contract/claims';
import type { ModelConfig } from '../../../lambda/contract/model-config';
import { TEXT_WRITTEN, textDigest } from '../../../lambda/contract/text-log';
import type {
  AlarmSeen,
  AwsView,
  CallSeen,
  CaseSeen,
  InferenceProfileSeen,
  QuotaRequestSeen,
  QuotaSeen,
} from '../../../rehearsal/aws-view';

export const NOW = '2026-03-02T09:16:30.000Z';
/** The first minute of the 14 days, and of the hour, that end at 09:16. */
export const TWO_WEEKS_AGO = '2026-02-16T09:16:00.000Z';
export const AN_HOUR_AGO = '2026-03-02T08:16:00.000Z';

export const CONFIG: ModelConfig = {
  modelName: 'G-Opus-4-6',
  modelId: 'arn:aws:bedrock:us-east-1:111122223333:inference-profile/global.anthropic.claude-opus-4-6-v1',
  inferenceProfileType: 'System-Defined',
  rpmQuotaCode: 'L-3DD46812',
  tpmQuotaCode: 'L-3DCCFAA4',
  notificationPreference: 'all',
  dataResidency: 'No',
  inputModalities: 'TEXT Only',
  rpmIncreasePercent: 25,
  tpmIncreasePercent: 25,
  rpmThresholdPercent: 80,
  tpmThresholdPercent: 80,
  latencyThresholdMs: 240_000,
  errorThreshold: 5,
  automatedSupportCase: true,
  automatedQuotaRequest: true,
  quotaCeilingMultiple: 4,
  rpmQuotaAtDeployment: 10_000,
  rpmAwsDefault: 200,
  tpmQuotaAtDeployment: 6_250_000,
  tpmAwsDefault: null,
  supportCaseLookbackDays: 60,
  automatedThresholdUpdate: true,
  useCase: 'Answers to customers.',
  caseSeverity: 'normal',
  recoveryNotice: true,
  closingCommunication: true,
  flapHoldMinutes: 10,
  reminderHours: 4,
};

type MetricValues = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What stands in a hand-made AWS; what is left out is not there. */
export interface Standing {
  readonly alarms?: Readonly<Record<string, AlarmSeen>>;
  /** By the last part of their names; a configuration stands there unless it is said to be undefined. */
  readonly parameters?: Readonly<Record<string, string | undefined>>;
  /** What they were before, likewise by the last part of their names. */
  readonly earlierParameters?: Readonly<Record<string, readonly string[]>>;
  readonly quotas?: Readonly<Record<string, QuotaSeen>>;
  /** Values by metric and instant of the minute. */
  readonly metrics?: MetricValues;
  /** The same of other models, by the value of the dimension `ModelId`. */
  readonly metricsOfSharers?: Readonly<Record<string, MetricValues>>;
  readonly quotaRequests?: readonly QuotaRequestSeen[];
  readonly inferenceProfiles?: readonly InferenceProfileSeen[];
  readonly cases?: readonly CaseSeen[];
  readonly hasSupportApi?: boolean;
  readonly calls?: readonly CallSeen[];
}

const keyOf = (name: string): string => name.replace('/Acme/bedrock/quota-monitoring/G-Opus-4-6/', '');

export function viewOf(standing: Standing): AwsView {
  const parameters: Standing['parameters'] = { config: JSON.stringify(CONFIG), ...standing.parameters };
  return {
    now: new Date(NOW),
    alarm: (name) => standing.alarms?.[name],
    parameter: (name) => parameters[keyOf(name)],
    earlierValues: (name) => standing.earlierParameters?.[keyOf(name)] ?? [],
    quota: (code) => standing.quotas?.[code],
    quotaRequests: () => standing.quotaRequests ?? [],
    inferenceProfiles: () => standing.inferenceProfiles ?? [],
    minutes: ({ namespace, name, dimensions: { ModelId = '' } }, from, to) => {
      const metrics =
        ModelId === 'global.anthropic.claude-opus-4-6-v1'
          ? standing.metrics
          : standing.metricsOfSharers?.[ModelId];
      const values = namespace === 'AWS/Bedrock' ? metrics?.[name] : undefined;
      const count = (to.getTime() - from.getTime()) / 60_000;
      return Float64Array.from({ length: count }, (_, index) => {
        const minute = new Date(from.getTime() + index * 60_000).toISOString();
        return values?.[minute] ?? Number.NaN;
      });
    },
    cases: () => standing.cases ?? [],
    hasSupportApi: standing.hasSupportApi ?? true,
    calls: standing.calls ?? [],
  };
}

export const call = (name: string, error?: string, input: CallSeen['input'] = {}): CallSeen => ({
  name,
  input,
  error,
  carriedOut: error === undefined,
});

export const TEXT = { medium: 'e-mail', subject: 'CRITICAL', body: 'Throttles.', at: NOW } as const;

/** The log line of the text, as it comes out of the log. */
export const lineWith = (claims: readonly Claim[], changes: Readonly<Record<string, unknown>> = {}) => ({
  level: 'INFO',
  message: TEXT_WRITTEN,
  text: {
    digest: textDigest(TEXT.body),
    customer: 'Acme',
    model: 'G-Opus-4-6',
    incident: '0123456789ab',
    claims,
    ...changes,
  },
});

/** What AWS has instead of what the claim says; `true` where it is so. */
export function verdictOn(claim: Claim, standing: Standing): string {
  const { failures } = checkClaims(TEXT, [lineWith([claim])], viewOf(standing));
  const [failure = 'true'] = failures;
  return failure.replace(/^.* was not true: /, '');
}
