import { ArnFormat, Fn, Stack, Token } from 'aws-cdk-lib';
import { CfnAlarm, type CfnAlarmProps, CfnCompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { childAlarmName, compositeAlarmName, rawAlarmTopicName } from '../../lambda/contract/names';
import { ALARM_CATALOGUE, type CatalogueAlarm } from '../../lambda/domain/alarm-catalogue';
import { readModelId } from '../../lambda/domain/model-id';
import { isQuotaAlarm } from '../../lambda/domain/quota-alarms';
import { QuotaAlarmResource, type QuotaThresholds } from '../quota-thresholds';
import type { ModelSettings } from '../settings/settings';
import { alarmDescription } from './alarm-description';

export interface ModelAlarmsProps {
  readonly customer: string;
  readonly model: ModelSettings;
  readonly thresholds: QuotaThresholds;
}

/** The ten child alarms as the catalogue has them, and the composite that is ALARM while any of them is. */
export class ModelAlarms extends Construct {
  /** Those that the alarm updater looks after. */
  readonly usageAlarms: CfnAlarm[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ModelAlarmsProps,
  ) {
    super(scope, id);
    const children = ALARM_CATALOGUE.map((alarm) => this.child(alarm));
    const composite = this.composite();
    // The rule names its children, and CloudWatch refuses a rule whose alarms do not exist.
    for (const child of children) composite.addResourceDependency(child);
  }

  private child(alarm: CatalogueAlarm): CfnAlarm {
    const properties = this.propertiesOf(alarm);
    if (!isQuotaAlarm(alarm)) return new CfnAlarm(this, alarm.name, properties);
    const resource = new QuotaAlarmResource(this, alarm.name, properties);
    this.props.thresholds.askAgainFor(resource);
    this.usageAlarms.push(resource);
    return resource;
  }

  private propertiesOf(alarm: CatalogueAlarm): CfnAlarmProps {
    const { model, thresholds } = this.props;
    return {
      alarmName: this.nameOf(alarm),
      alarmDescription: alarmDescription(alarm, model, thresholds),
      evaluationPeriods: model[alarm.evaluations],
      datapointsToAlarm: model[alarm.evaluations],
      treatMissingData: 'notBreaching',
      ...this.condition(alarm),
    };
  }

  private condition(alarm: CatalogueAlarm) {
    const { model, thresholds } = this.props;
    switch (alarm.limit.kind) {
      case 'setting':
        return {
          comparisonOperator: 'GreaterThanThreshold',
          threshold: model[alarm.limit.setting],
          ...this.metricStat(alarm).metric,
          period: this.periodOf(alarm),
          statistic: alarm.statistic,
        };
      case 'quota':
        return {
          comparisonOperator: 'GreaterThanThreshold',
          threshold: Token.asNumber(thresholds.threshold(alarm.limit.quota)),
          metrics: [
            { id: 'usage', metricStat: this.metricStat(alarm), returnData: false },
            {
              id: 'countedusage',
              expression: Fn.join('', [thresholds.factor(alarm.limit.quota), ' * usage']),
              label: `${alarm.metricName} that counts against the quota`,
              returnData: true,
            },
          ],
        };
      case 'band':
        return {
          comparisonOperator: 'GreaterThanUpperThreshold',
          thresholdMetricId: 'band',
          metrics: [
            { id: 'usage', metricStat: this.metricStat(alarm), returnData: true },
            {
              id: 'band',
              expression: `ANOMALY_DETECTION_BAND(usage, ${model.anomalyBandWidth})`,
              label: `${alarm.metricName} as expected`,
              returnData: true,
            },
          ],
        };
    }
  }

  /** Pinned to the one dimension: Bedrock publishes the same metrics under other sets of dimensions too. */
  private metricStat(alarm: CatalogueAlarm) {
    return {
      metric: {
        namespace: 'AWS/Bedrock',
        metricName: alarm.metricName,
        dimensions: [{ name: 'ModelId', value: readModelId(this.props.model.modelId).metricModelId }],
      },
      period: this.periodOf(alarm),
      stat: alarm.statistic,
    };
  }

  private composite(): CfnCompositeAlarm {
    const { customer, model } = this.props;
    const rawAlarmTopic = Stack.of(this).formatArn({
      service: 'sns',
      resource: rawAlarmTopicName(customer),
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
    });
    return new CfnCompositeAlarm(this, 'QuotaHealth', {
      alarmName: compositeAlarmName(customer, model.name),
      alarmDescription: `Is in ALARM while any alarm of the Bedrock model ${model.name} is.`,
      alarmRule: ALARM_CATALOGUE.map((alarm) => `ALARM("${this.nameOf(alarm)}")`).join(' OR '),
      alarmActions: [rawAlarmTopic],
      okActions: [rawAlarmTopic],
    });
  }

  private readonly nameOf = ({ name, severity }: CatalogueAlarm): string =>
    childAlarmName(this.props.customer, name, severity, this.props.model.name);

  private readonly periodOf = ({ period }: CatalogueAlarm): number =>
    period === 60 ? period : this.props.model[period];
}
