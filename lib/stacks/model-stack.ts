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
    const parameters = new ModelParameters(this, 'Parameters', { customer, model, thresholds });
    const { usageAlarms } = new ModelAlarms(this, 'Alarms', { customer, model, thresholds });
    // The alarm updater looks at such an alarm as soon as it is made, and needs the configuration for that.
    for (const alarm of usageAlarms) alarm.node.addDependency(parameters.config);
  }
}
