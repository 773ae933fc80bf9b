/**
 * Every name that the stacks give and the functions look for. One place, so that neither side can rename alone.
 * Names that are unique per account and Region carry the customer; nothing here carries the Region.
 */

const PRODUCT = 'Bedrock-OpsAlert';

export const rawAlarmTopicName = (customer: string): string => `${customer}-${PRODUCT}-raw-alarms`;
export const notificationTopicName = (customer: string): string => `${customer}-${PRODUCT}-notifications`;
export const alarmQueueName = (customer: string): string => `${customer}-${PRODUCT}-alarms`;
export const taskQueueName = (customer: string): string => `${customer}-${PRODUCT}-tasks`;
export const deadLetterQueueName = (customer: string): string => `${customer}-${PRODUCT}-dead-letters`;
export const contactSecretName = (customer: string): string => `${customer}-${PRODUCT}-contacts`;

export const incidentTableName = (customer: string): string => `${customer}-${PRODUCT}-incidents`;

/**
 * The rules of EventBridge: two schedules of the reconciler and two of the updater, changes of the usage alarms, and the
 * children that go to ALARM.
 */
export const updateScheduleName = (customer: string): string => `${customer}-${PRODUCT}-alarm-updates`;
export const reconcileScheduleName = (customer: string): string => `${customer}-${PRODUCT}-reconcile`;
export const healthScheduleName = (customer: string): string => `${customer}-${PRODUCT}-health-checks`;
export const sharersScheduleName = (customer: string): string => `${customer}-${PRODUCT}-quota-sharers`;
export const alarmChangeRuleName = (customer: string): string => `${customer}-${PRODUCT}-alarm-changes`;
export const childAlarmRuleName = (customer: string): string => `${customer}-${PRODUCT}-child-alarms`;

export type FunctionName = 'quota-calculator' | 'notification-processor' | 'alarm-updater' | 'reconciler';
export const functionName = (customer: string, name: FunctionName): string =>
  `${customer}-${PRODUCT}-${name}`;

export const foundationStackName = (customer: string): string => `${customer}-${PRODUCT}`;
export const modelStackName = (customer: string, modelName: string): string =>
  `${customer}-${PRODUCT}-${modelName}`;

/**
 * What the names of one alarm of all models of a customer begin with; `severity` in the spelling of alarm names:
 * `Critical`, `Warning`. As long as possible, since customer `A` has no business with the alarms of a customer `A-Bedrock`.
 */
export const childAlarmPrefix = (customer: string, alarm: string, severity: string): string =>
  `${customer}-Bedrock-${alarm}-${severity}-`;

/** `{Customer}-Bedrock-{Alarm}-{Severity}-{ModelName}`. */
export const childAlarmName = (
  customer: string,
  alarm: string,
  severity: string,
  modelName: string,
): string => `${childAlarmPrefix(customer, alarm, severity)}${modelName}`;

/** What the name of every composite alarm of a customer begins with. */
export const compositeAlarmPrefix = (customer: string): string =>
  `${customer}-Bedrock-QuotaHealth-Composite-`;

export const compositeAlarmName = (customer: string, modelName: string): string =>
  `${compositeAlarmPrefix(customer)}${modelName}`;

/** The model whose composite bears `alarmName`, or undefined when it is no composite of this customer. */
export function modelOfCompositeAlarm(customer: string, alarmName: string): string | undefined {
  const prefix = compositeAlarmPrefix(customer);
  return alarmName.startsWith(prefix) && alarmName !== prefix ? alarmName.slice(prefix.length) : undefined;
}

/** An alarm and the model whose child it is, or undefined when it is no child of this customer's. */
export function readChildAlarmName(
  customer: string,
  alarmName: string,
  catalogue: readonly { readonly name: string; readonly severity: string }[],
): { readonly alarm: string; readonly model: string } | undefined {
  for (const { name, severity } of catalogue) {
    const prefix = childAlarmPrefix(customer, name, severity);
    if (alarmName.startsWith(prefix) && alarmName !== prefix)
      return { alarm: name, model: alarmName.slice(prefix.length) };
  }
  return undefined;
}

/** Everything of one customer that stands in Parameter Store. */
export const customerParameterPath = (customer: string): string => `/${customer}/bedrock/quota-monitoring`;

/** The full name of one parameter of a model; `key` is a settings key, `config`, or one of `ThresholdKey`. */
export const parameterName = (customer: string, modelName: string, key: string): string =>
  `${customerParameterPath(customer)}/${modelName}/${key}`;

/** The model whose `config` a parameter of `customer` is, or undefined for any other parameter. */
export function modelOfConfigParameter(customer: string, name: string): string | undefined {
  const [model, key, ...deeper] = name.slice(customerParameterPath(customer).length + 1).split('/');
  return key === 'config' && deeper.length === 0 ? model : undefined;
}

export const THRESHOLD_KEYS = {
  rpm: 'thresholds/rpm-threshold-calculated',
  tpm: 'thresholds/tpm-threshold-calculated',
  lastUpdated: 'thresholds/last-updated',
} as const;

/** What else draws on the model's quotas; see `quota-sharers`. */
export const SHARERS_KEY = 'quota-sharers';

/** What the names of the alarms on the product itself begin with. No model alarm's name does. */
export const healthAlarmPrefix = (customer: string): string => `${customer}-OpsAlertHealth-`;

/** `notification-processor` for a function's deployed name; other names as they are. */
export const functionLabel = (deployedName: string): string => {
  const start = deployedName.indexOf(`-${PRODUCT}-`);
  return start < 0 ? deployedName : deployedName.slice(start + PRODUCT.length + 2);
};

/** The model and quota whose threshold a parameter holds, or undefined for any other parameter. */
export function readThresholdParameter(name: string): { model: string; quota: 'RPM' | 'TPM' } | undefined {
  const [, model, key] = /^\/[^/]+\/bedrock\/quota-monitoring\/([^/]+)\/(.+)$/.exec(name) ?? [];
  if (model === undefined) return undefined;
  if (key === THRESHOLD_KEYS.rpm) return { model, quota: 'RPM' };
  return key === THRESHOLD_KEYS.tpm ? { model, quota: 'TPM' } : undefined;
}
