import { ArnFormat, CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { functionName } from '../lambda/contract/names';
import {
  THRESHOLD_RESOURCE_TYPE,
  type ThresholdAnswer,
  type ThresholdProperties,
} from '../lambda/contract/threshold-resource';
import type { Quota } from '../lambda/domain/alarm-catalogue';
import type { ModelSettings } from './settings/settings';

/** Longer than the calculator with Lambda's two repeats (after 1 and 2 minutes) can take. */
const SERVICE_TIMEOUT = Duration.minutes(10);

export interface QuotaThresholdsProps {
  readonly customer: string;
  readonly model: ModelSettings;
}

/** Asks the foundation's quota calculator for the thresholds of the model's two quota alarms. */
export class QuotaThresholds extends Construct {
  private readonly resource: CustomResource;

  constructor(scope: Construct, id: string, { customer, model }: QuotaThresholdsProps) {
    super(scope, id);
    const properties: ThresholdProperties = {
      Customer: customer,
      ModelName: model.name,
      RpmQuotaCode: model.rpmQuotaCode ?? 'NA',
      TpmQuotaCode: model.tpmQuotaCode ?? 'NA',
      RpmThresholdPercent: model.rpmThresholdPercent,
      TpmThresholdPercent: model.tpmThresholdPercent,
    };
    this.resource = new CustomResource(this, 'Resource', {
      resourceType: THRESHOLD_RESOURCE_TYPE,
      // Found by its name, not by an import: a service token can never change.
      serviceToken: Stack.of(this).formatArn({
        service: 'lambda',
        resource: 'function',
        resourceName: functionName(customer, 'quota-calculator'),
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
      serviceTimeout: SERVICE_TIMEOUT,
      properties,
    });
  }

  threshold(quota: Quota): string {
    return this.answer(quota === 'RPM' ? 'RpmThreshold' : 'TpmThreshold');
  }

  /** 1, or 0 where the model has no such quota. */
  factor(quota: Quota): string {
    return this.answer(quota === 'RPM' ? 'RpmFactor' : 'TpmFactor');
  }

  private readonly answer = (attribute: keyof ThresholdAnswer): string =>
    this.resource.getAttString(attribute);
}
