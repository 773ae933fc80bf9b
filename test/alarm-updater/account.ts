import type { ThresholdAlarm } from '../../lambda/ports/alarms';
import type { QuotaNow } from '../../lambda/ports/quotas';
import { ParameterStore } from '../quota-calculator/parameter-store';

export const PATH = '/Acme/bedrock/quota-monitoring';

export const alarmName = (quota: 'RPM' | 'TPM', model: string): string =>
  `Acme-Bedrock-${quota === 'RPM' ? 'HighInvocationRate' : 'HighTPMQuotaUsage'}-Warning-${model}`;

const CONFIG = {
  modelId: 'global.anthropic.claude-opus-4-6-v1',
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

/** The quotas, parameters and alarms of one account, with the writes to all of them in their order. */
export class Account {
  readonly parameters = new ParameterStore();
  readonly alarms = new Map<string, number | undefined>();
  readonly quotas = new Map<string, number>([
    ['L-00000001', 10_000],
    ['L-00000002', 6_250_000],
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
  }

  setConfig(model: string, text: string): void {
    this.parameters.values.set(`${PATH}/${model}/config`, text);
  }

  readonly getParametersUnder = async (path: string): Promise<ReadonlyMap<string, string>> =>
    new Map([...this.parameters.values].filter(([name]) => name.startsWith(`${path}/`)));

  readonly readQuota = async (code: string): Promise<QuotaNow | undefined> => {
    const value = this.quotas.get(code);
    return value === undefined ? undefined : { code, name: `quota ${code}`, value, isDefault: false };
  };

  readonly describeThresholds = async (
    names: readonly string[],
  ): Promise<ReadonlyMap<string, ThresholdAlarm>> => {
    this.described.push(names);
    return new Map(
      names
        .filter((name) => this.alarms.has(name))
        .map((name) => [name, { threshold: this.alarms.get(name), described: { AlarmName: name } }]),
    );
  };

  readonly setThreshold = async ({ described }: ThresholdAlarm, threshold: number): Promise<void> => {
    const name = described.AlarmName ?? '';
    if (this.refusing.has(name)) throw Object.assign(new Error('Not now'), { name: 'InternalServiceFault' });
    this.alarms.set(name, threshold);
    this.parameters.writes.push(`alarm ${name} ${threshold}`);
  };
}
