import { Stack } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { LIVE_SETTINGS, type ModelConfig, modelConfigSchema } from '../lambda/contract/model-config';
import { parameterName } from '../lambda/contract/names';
import type { QuotaThresholds } from './quota-thresholds';
import type { ModelSettings } from './settings/settings';

export interface ModelParametersProps {
  readonly customer: string;
  readonly model: ModelSettings;
  readonly thresholds: QuotaThresholds;
}

/** How the functions learn of a model: `config`, and beside it each setting that may change without a deployment. */
export class ModelParameters extends Construct {
  /** Without it the functions know nothing of the model. */
  readonly config: StringParameter;

  constructor(scope: Construct, id: string, { customer, model, thresholds }: ModelParametersProps) {
    super(scope, id);
    const config = configOf(model);
    const parameter = (key: string, value: string): StringParameter =>
      new StringParameter(this, key, {
        parameterName: parameterName(customer, model.name, key),
        stringValue: value,
      });
    this.config = parameter('config', Stack.of(this).toJsonString({ ...config, ...foundBy(thresholds) }));
    for (const key of LIVE_SETTINGS) parameter(key, String(config[key]));
  }
}

/** Which quotas the model has, and what they are, is known when its stack is deployed. */
const foundBy = (thresholds: QuotaThresholds) => ({
  rpmQuotaCode: thresholds.quotaCode('RPM'),
  tpmQuotaCode: thresholds.quotaCode('TPM'),
  rpmQuotaAtDeployment: thresholds.quotaValue('RPM'),
  tpmQuotaAtDeployment: thresholds.quotaValue('TPM'),
  rpmAwsDefault: thresholds.awsDefault('RPM'),
  tpmAwsDefault: thresholds.awsDefault('TPM'),
});

const settingsSchema = modelConfigSchema.omit({
  rpmQuotaCode: true,
  tpmQuotaCode: true,
  rpmQuotaAtDeployment: true,
  tpmQuotaAtDeployment: true,
  rpmAwsDefault: true,
  tpmAwsDefault: true,
});

/** The part of a model's settings that the functions need; the schema leaves the rest out. */
const configOf = ({
  name,
  ...settings
}: ModelSettings): Omit<ModelConfig, keyof ReturnType<typeof foundBy>> =>
  settingsSchema.parse({ ...settings, modelName: name });
