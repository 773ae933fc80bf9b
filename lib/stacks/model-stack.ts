import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ModelAlarms } from '../alarms/model-alarms';
import { ModelParameters } from '../model-parameters';
import { QuotaThresholds } from '../quota-thresholds';
import type { ModelSettings } from '../settings/settings';

export interface ModelStackProps extends StackProps {
  readonly customer: string;
  readonly model: ModelSettings;
}

/** One monitored model: its thresholds, its settings in Parameter Store, its ten alarms and their composite. */
export class ModelStack extends Stack {
  constructor(scope: Construct, id: string, { customer, model, ...props }: ModelStackProps) {
    super(scope, id, props);
    const thresholds = new QuotaThresholds(this, 'Thresholds', { customer, model });
    new ModelParameters(this, 'Parameters', { customer, model, thresholds });
    new ModelAlarms(this, 'Alarms', { customer, model, thresholds });
  }
}
