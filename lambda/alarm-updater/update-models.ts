import { customerParameterPath, modelOfConfigParameter } from '../contract/names';
import { QUOTA_ALARMS } from '../domain/quota-alarms';
import { describeThresholds, MAX_ALARM_NAMES } from '../ports/alarms';
import { asError } from '../ports/failures';
import { getParametersUnder } from '../ports/parameters';
import { type ExpectedModel, expectedThresholds } from './expected-thresholds';
import { orSay } from './one-by-one';
import { type AlarmsByName, type ModelOutcome, type Run, updateModel } from './update-model';

/** So many that one call describes their alarms. */
const MODELS_PER_GROUP = Math.floor(MAX_ALARM_NAMES / QUOTA_ALARMS.length);

/**
 * Brings the quota alarms of all models of a customer, and the thresholds stored for them, up to what the quotas are
 * now. A model on which something fails does not stop the others; throws only if no model could be found out about.
 */
export async function updateModels(customer: string, now: Date): Promise<readonly ModelOutcome[]> {
  const run = { customer, parameters: await getParametersUnder(customerParameterPath(customer)), now };
  const configs = configsOf(run);
  const outcomes: ModelOutcome[] = [];
  for (let first = 0; first < configs.length; first += MODELS_PER_GROUP)
    outcomes.push(...(await updateGroup(configs.slice(first, first + MODELS_PER_GROUP), run)));
  return outcomes;
}

interface StoredConfig {
  readonly model: string;
  readonly text: string;
}

const configsOf = ({ customer, parameters }: Run): readonly StoredConfig[] =>
  [...parameters].flatMap(([name, text]) => {
    const model = modelOfConfigParameter(customer, name);
    return model === undefined ? [] : [{ model, text }];
  });

/** The quotas first, so that the alarms are described right before they are written. */
async function updateGroup(configs: readonly StoredConfig[], run: Run): Promise<readonly ModelOutcome[]> {
  const models: ExpectedModel[] = [];
  for (const { model, text } of configs) models.push(await expectedThresholds(run.customer, model, text));
  let alarms: AlarmsByName;
  try {
    alarms = await readAlarms(models);
  } catch (error) {
    return models.map((model) => notUpdated(model, asError(error).message));
  }
  const outcomes: ModelOutcome[] = [];
  for (const model of models) outcomes.push(await updateModel(model, alarms, run));
  return outcomes;
}

const readAlarms = (models: readonly ExpectedModel[]): Promise<AlarmsByName> =>
  orSay('The alarms could not be read', () =>
    describeThresholds(models.flatMap(({ expected }) => expected.map(({ alarmName }) => alarmName))),
  );

const notUpdated = ({ model, expected, failures }: ExpectedModel, failure: string): ModelOutcome => ({
  model,
  updated: 0,
  drifted: 0,
  failures: expected.length === 0 ? failures : [...failures, failure],
});
