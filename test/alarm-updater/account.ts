import type { InferenceProfile, InferenceProfiles } from '../../lambda/contract/inference-profiles';
import type { UsageAlarm, UsageAlarmChange } from '../../lambda/ports/alarms';
import type { QuotaNow } from '../../lambda/ports/quotas';
import { ParameterStore } from '../quota-calculator/parameter-store';

export const PATH = '/Acme/bedrock/quota-monitoring';

export const alarmName = (quota: 'RPM' | 'TPM', model: string): string =>
  `Acme-Bedrock-${quota === 'RPM' ? 'HighInvocationRate' : 'HighTPMQuotaUsage'}-Warning-${model}`;

export const MODEL_ID = 'global.anthropic.claude-opus-4-6-v1';
const MODEL_ARNS = ['', 'us-east-1'].map(
  (region) => `arn:aws:bedrock:${region}::foundation-model/anthropic.claude-opus-4-6-v1`,
);
const METRIC = { RPM: 'Invocations', TPM: 'EstimatedTPMQuotaUsage' } as const;

/** A metric of an alarm. */
export const series = (Id: string, quota: 'RPM' | 'TPM', model: string) => ({
  Id,
  MetricStat: {
    Metric: {
      Namespace: 'AWS/Bedrock',
      MetricName: METRIC[quota],
      Dimensions: [{ Name: 'ModelId', Value: model }],
    },
    Period: 60,
    Stat: 'Sum',
  },
  ReturnData: false,
});

/** What a deployment gives a usage alarm. */
export const deployed = (quota: 'RPM' | 'TPM'): UsageAlarm['metrics'] => [
  series('usage', quota, MODEL_ID),
  { Id: 'countedusage', Expression: '1 * usage', Label: 'usage that counts', ReturnData: true },
];

const profile = (id: string, name: string, modelArns: readonly string[]): InferenceProfile => ({
  id,
  arn: `arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/${id}`,
  name,
  modelArns,
});

const CONFIG = {
  modelId: MODEL_ID,
  inferenceProfileType: 'System-Defined',
  rpmQuotaCode: 'L-00000001',
  tpmQuotaCode: 'L-00000002',
  notificationPreference: 'all',
  dataResidency: 'No',
  inputModalities: 'TEXT and IMAGE',
  rpmIncreasePercent: 25,
  tpmIncreasePercent: 25,
  rpmThresholdPercent: 80,
  tpmThresholdPercent: 80,
  latencyThresholdMs: 240000,
  errorThreshold: 5,
  automatedSupportCase: true,
  automatedThresholdUpdate: true,
  supportCaseLookbackDays: 60,
  useCase: 'Answers questions.',
  caseSeverity: 'normal',
};

/** Of a model that shares no quota with the one that is added without codes. */
export const OTHER_QUOTAS = { rpmQuotaCode: 'L-00000003', tpmQuotaCode: 'L-00000004' };

/** The quotas, parameters and alarms of one account, with the writes to all of them in their order. */
export class Account {
  readonly parameters = new ParameterStore();
  /** By name: each one's threshold, and its metrics. */
  readonly alarms = new Map<string, number | undefined>();
  readonly metrics = new Map<string, UsageAlarm['metrics']>();
  private readonly copies: InferenceProfile[] = [];
  private readonly geographic: InferenceProfile[] = [];
  readonly quotas = new Map<string, number>([
    ['L-00000001', 10_000],
    ['L-00000002', 6_250_000],
    [OTHER_QUOTAS.rpmQuotaCode, 10_000],
    [OTHER_QUOTAS.tpmQuotaCode, 6_250_000],
  ]);
  /** What each call of DescribeAlarms asked for. */
  readonly described: (readonly string[])[] = [];
  /** Alarms that refuse a new threshold. */
  readonly refusing = new Set<string>();

  get writes(): readonly string[] {
    return this.parameters.writes;
  }

  /** A model as it is right after its deployment. */
  addModel(model: string, config: Partial<Record<keyof typeof CONFIG, unknown>> = {}): void {
    this.setConfig(model, JSON.stringify({ ...CONFIG, modelName: model, ...config }));
    this.parameters.values.set(`${PATH}/${model}/useCase`, CONFIG.useCase);
    this.parameters.values.set(`${PATH}/${model}/thresholds/rpm-threshold-calculated`, '8000');
    this.parameters.values.set(`${PATH}/${model}/thresholds/tpm-threshold-calculated`, '5000000');
    this.parameters.values.set(`${PATH}/${model}/thresholds/last-updated`, '2026-02-01T00:00:00.000Z');
    this.alarms.set(alarmName('RPM', model), 8_000);
    this.alarms.set(alarmName('TPM', model), 5_000_000);
    for (const quota of ['RPM', 'TPM'] as const) this.metrics.set(alarmName(quota, model), deployed(quota));
  }

  /** An application profile, if nothing else is said copied from what all models of this account invoke; its ARN. */
  addProfile(id: string, name = `profile ${id}`, modelArns = MODEL_ARNS): string {
    const made = profile(id, name, modelArns);
    this.copies.push(made);
    return made.arn;
  }

  /** A system profile beside the one that all models of this account invoke. */
  addGeographic(id: string, modelArns: readonly string[]): void {
    this.geographic.push(profile(id, id, modelArns));
  }

  removeProfile(id: string): void {
    this.copies.splice(
      this.copies.findIndex((one) => one.id === id),
      1,
    );
  }

  /** What an alarm adds up. */
  expressionOf(name: string): string | undefined {
    return this.metrics.get(name)?.find(({ Id }) => Id === 'countedusage')?.Expression;
  }

  setExpression(name: string, Expression: string): void {
    const metrics = this.metrics.get(name) ?? [];
    this.metrics.set(
      name,
      metrics.map((metric) => (metric.Id === 'countedusage' ? { ...metric, Expression } : metric)),
    );
  }

  setConfig(model: string, text: string): void {
    this.parameters.values.set(`${PATH}/${model}/config`, text);
  }

  readonly getParametersUnder = async (path: string): Promise<ReadonlyMap<string, string>> =>
    new Map([...this.parameters.values].filter(([name]) => name.startsWith(`${path}/`)));

  readonly listInferenceProfiles = async (): Promise<InferenceProfiles> => ({
    system: [profile(MODEL_ID, 'Global Claude Opus 4.6', MODEL_ARNS), ...this.geographic],
    application: [
      ...this.copies,
      profile('stranger', 'of another model', ['arn:aws:bedrock:::foundation-model/x.y-v1']),
    ],
  });

  readonly getParameters = async (names: readonly string[]): Promise<ReadonlyMap<string, string>> =>
    new Map([...this.parameters.values].filter(([name]) => names.includes(name)));

  readonly readQuota = async (code: string): Promise<QuotaNow | undefined> => {
    const value = this.quotas.get(code);
    return value === undefined
      ? undefined
      : {
          code,
          name: `quota ${code}`,
          value,
          isDefault: false,
          awsDefault: undefined,
          isAdjustable: true,
        };
  };

  readonly describeUsageAlarms = async (
    names: readonly string[],
  ): Promise<ReadonlyMap<string, UsageAlarm>> => {
    this.described.push(names);
    return new Map(
      names
        .filter((name) => this.alarms.has(name))
        .map((name) => [
          name,
          {
            threshold: this.alarms.get(name),
            metrics: this.metrics.get(name) ?? [],
            described: { AlarmName: name },
          },
        ]),
    );
  };

  readonly changeUsageAlarm = async ({ described }: UsageAlarm, change: UsageAlarmChange): Promise<void> => {
    const name = described.AlarmName ?? '';
    if (this.refusing.has(name)) throw Object.assign(new Error('Not now'), { name: 'InternalServiceFault' });
    if (change.threshold !== undefined) this.alarms.set(name, change.threshold);
    if (change.metrics !== undefined) this.metrics.set(name, change.metrics);
    const written = [
      ...(change.threshold === undefined ? [] : [change.threshold]),
      ...(change.metrics === undefined ? [] : [this.expressionOf(name)]),
    ];
    this.parameters.writes.push(`alarm ${name} ${written.join(', ')}`);
  };
}
