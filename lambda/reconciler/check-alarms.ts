import { compositeAlarmPrefix, modelOfCompositeAlarm } from '../contract/names';
import { GRACE_MS } from '../domain/reconciliation';
import { describeComposites } from '../ports/alarms';
import { now } from '../ports/clock';
import { askToAttend } from './ask-to-attend';
import { environment, ledger } from './environment';
import { count } from './metrics';

/**
 * Looks for models that have been in ALARM for longer than a message takes, without an open incident. As long as no model
 * is in ALARM that is one call for each 100 models.
 */
export async function checkAlarms(): Promise<void> {
  const burning = await burningModels();
  if (burning.length === 0) return;
  const open = (await ledger.read()).models.filter(({ incident }) => incident !== undefined);
  const unknown = burning.filter((model) => open.every((record) => record.model !== model));
  for (const model of unknown) await askToAttend(model, 'no-incident');
  if (unknown.length > 0) count('PutRight', unknown.length);
}

async function burningModels(): Promise<readonly string[]> {
  const { CUSTOMER: customer } = environment;
  const composites = await describeComposites(compositeAlarmPrefix(customer), 'ALARM');
  return composites
    .filter(({ since }) => since === undefined || now().getTime() - since.getTime() > GRACE_MS)
    .flatMap(({ name }) => modelOfCompositeAlarm(customer, name) ?? []);
}
