import { createHash } from 'node:crypto';
import { ArnFormat, CustomResource, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { NO_QUOTA } from '../lambda/contract/model-config';
import { functionName } from '../lambda/contract/names';
import {
  ANSWER_FORMAT,
  THRESHOLD_RESOURCE_TYPE,
  type ThresholdAnswer,
  type ThresholdProperties,
} from '../lambda/contract/threshold-resource';
import type { Quota } from '../lambda/domain/alarm-catalogue';
import type { ModelSettings } from './settings/settings';

/** Longer than the calculator with Lambda's two repeats (after 1 and 2 minutes) can take. */
const SERVICE_TIMEOUT = Duration.minutes(20);

export interface QuotaThresholdsProps {
  readonly customer: string;
  readonly model: ModelSettings;
}

/** An alarm that tells its properties as the template will have them, tags included. */
export class QuotaAlarmResource extends CfnAlarm {
  get properties(): object {
    return this.cfnProperties;
  }
}

/**
 * Asks the foundation's quota calculator for the thresholds of the model's two quota alarms.
 *
 * CloudFormation keeps the answer, and writes that old threshold into an alarm whenever another property of the alarm
 * changes, over what the alarm updater has set since. So the question holds a hash of the two alarms: what makes
 * CloudFormation rewrite one of them makes it ask for a fresh answer first.
 */
export class QuotaThresholds extends Construct {
  private readonly resource: CustomResource;
  private readonly alarms: QuotaAlarmResource[] = [];

  constructor(scope: Construct, id: string, { customer, model }: QuotaThresholdsProps) {
    super(scope, id);
    const properties: ThresholdProperties = {
      Customer: customer,
      ModelName: model.name,
      ModelId: model.modelId,
      ...(model.rpmQuotaCode === undefined ? {} : { RpmQuotaCode: model.rpmQuotaCode ?? NO_QUOTA }),
      ...(model.tpmQuotaCode === undefined ? {} : { TpmQuotaCode: model.tpmQuotaCode ?? NO_QUOTA }),
      AcceptQuotaCodeMismatch: model.acceptQuotaCodeMismatch ? 'true' : 'false',
      RpmThresholdPercent: model.rpmThresholdPercent,
      TpmThresholdPercent: model.tpmThresholdPercent,
      // The alarms rest on the answer, so they are made later; tags come last of all.
      QuotaAlarmsHash: Lazy.string({ produce: () => this.hashOfAlarms() }),
      AnswerFormat: ANSWER_FORMAT,
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

  /** From now on the question is asked again whenever CloudFormation rewrites `alarm`. */
  askAgainFor(alarm: QuotaAlarmResource): void {
    this.alarms.push(alarm);
  }

  threshold(quota: Quota): string {
    return this.answer(quota === 'RPM' ? 'RpmThreshold' : 'TpmThreshold');
  }

  /** 1, or 0 where the model has no such quota or its value is 0. */
  factor(quota: Quota): string {
    return this.answer(quota === 'RPM' ? 'RpmFactor' : 'TpmFactor');
  }

  /** The code that was given or found, or `NA`. */
  quotaCode(quota: Quota): string {
    return this.answer(quota === 'RPM' ? 'RpmQuotaCode' : 'TpmQuotaCode');
  }

  /** What the quota is at the deployment, or `NA`. */
  quotaValue(quota: Quota): string {
    return this.answer(quota === 'RPM' ? 'RpmQuotaValue' : 'TpmQuotaValue');
  }

  /** What AWS gives by default, or `NA`. */
  awsDefault(quota: Quota): string {
    return this.answer(quota === 'RPM' ? 'RpmAwsDefault' : 'TpmAwsDefault');
  }

  /** A sentence that says which quota it is, or why there is none. */
  remark(quota: Quota): string {
    return this.answer(quota === 'RPM' ? 'RpmRemark' : 'TpmRemark');
  }

  /**
   * Of everything that the template says of the alarms, the threshold included: there it is only a reference to the
   * answer, and so always the same.
   */
  private hashOfAlarms(): string {
    const properties: unknown = Stack.of(this).resolve(this.alarms.map((alarm) => alarm.properties));
    return createHash('sha256').update(JSON.stringify(properties)).digest('hex');
  }

  private readonly answer = (attribute: keyof ThresholdAnswer): string =>
    this.resource.getAttString(attribute);
}
