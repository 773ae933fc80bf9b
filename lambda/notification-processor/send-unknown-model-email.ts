import type { Transition } from '../contract/ledger';
import { childAlarmName, compositeAlarmName } from '../contract/names';
import { ALARM_CATALOGUE } from '../domain/alarm-catalogue';
import type { MayBeRepeat } from '../domain/incident';
import { unknownModelEmail } from '../domain/unknown-model-text';
import { owner } from './environment';
import type { UnusableConfig } from './read-model';
import { sendEmail } from './send-email';

/** Without the model's configuration, all that can be told is that its alarms went off. */
export async function sendUnknownModelEmail(
  modelName: string,
  transitions: readonly Transition[],
  { message: fault, parameter }: UnusableConfig,
  mayBeRepeat: MayBeRepeat | undefined,
): Promise<void> {
  const { customer, region } = owner;
  const children = ALARM_CATALOGUE.filter(({ name }) => transitions.some(({ alarm }) => alarm === name));
  const email = unknownModelEmail({
    customer,
    modelName,
    region,
    alarmNames: [
      compositeAlarmName(customer, modelName),
      ...children.map(({ name, severity }) => childAlarmName(customer, name, severity, modelName)),
    ],
    fault,
    parameter,
    mayBeRepeat,
  });
  await sendEmail(email, { customer, model: modelName, incident: null });
}
