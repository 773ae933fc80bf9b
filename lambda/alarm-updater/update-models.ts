import { MOST_ALARM_NAMES } from '../../aws/cloudwatch';
import type { InferenceProfiles } from '../contract/inference-profiles';
import { type ModelConfig, modelConfigSchema } from '../contract/model-config';
import {
  customerParameterPath,
  modelOfConfigParameter,
  parameterName,
  readChildAlarmName,
} from '../contract/names';
import type { QuotaAnswer } from '../contract/quota-answer';
import type { UpdaterTask } from '../contract/updater-event';
import { QUOTA_ALARMS } from '../domain/quota-alarms';
import { describeUsageAlarms } from '../ports/alarms';
import { asError } from '../ports/failures';
import { listInferenceProfiles } from '../ports/inference-profiles';
import { logger } from '../ports/logger';
import { getParameters, getParametersUnder } from '../ports/parameters';
import { type ExpectedModel, expectedModel } from './expected-model';
import { oneByOne, orSay } from './one-by-one';
import { type FoundAnswer, haveAnswerTold, quotaAnswers } from './quota-answers';
import { modelsOf, type Run } from './run';
import { type AlarmsByName, type ModelOutcome, updateModel } from './update-model';

/** So many that one call describes their alarms. */
const MODELS_PER_GROUP = Math.floor(MOST_ALARM_NAMES / QUOTA_ALARMS.length);

/** What a run did. */
export interface Update {
  readonly models: readonly ModelOutcome[];
  /** One sentence for each thing that all models would have needed. */
  readonly failures: readonly string[];
}

/**
 * Brings the usage alarms of all models of a customer, or of the one that the task names, up to what the quotas and the
 * inference profiles are now, and so the parameters that say so; then has the answers to quota requests told. A model on
 * which something fails does not stop the others; throws only if no model could be found out about.
 */
export async function updateModels(task: UpdaterTask, customer: string, now: Date): Promise<Update> {
  const parameters = await readParameters(task, customer);
  const configs = configsOf(customer, parameters);
  if (task.kind === 'alarm' && configs.size === 0)
    logger.info('the alarm that was changed is none of a model that is monitored', task);
  const names = [...configs.keys()];
  const { profiles, failures } = await listProfiles(names);
  const answers = await quotaAnswers(task, now);
  const answeredCodes = answers.done.map(({ answer }) => answer.code);
  const run: Run = { customer, task, parameters, configs, profiles, answeredCodes, now };
  const models: ModelOutcome[] = [];
  for (let first = 0; first < names.length; first += MODELS_PER_GROUP)
    models.push(...(await updateGroup(names.slice(first, first + MODELS_PER_GROUP), run)));
  // Last, since what is told is how things then are.
  const told = await oneByOne(toBeTold(answers.done, models, run), haveAnswerTold);
  return { models, failures: [...failures, ...answers.failures, ...told.failures] };
}

/** The next run tries again what failed of a model, and the answer waits for it, as long as it may. */
function toBeTold(
  found: readonly FoundAnswer[],
  models: readonly ModelOutcome[],
  run: Run,
): readonly QuotaAnswer[] {
  const failed = models.filter(({ failures }) => failures.length > 0).map(({ model }) => model);
  const isFollowed = ({ code }: QuotaAnswer): boolean =>
    modelsOf([code], run).every((model) => !failed.includes(model));
  return found.flatMap(({ answer, mayWait }) => (mayWait && !isFollowed(answer) ? [] : [answer]));
}

/** All of all models, page by page, or the configuration of the one whose alarm was changed. */
async function readParameters(task: UpdaterTask, customer: string): Promise<ReadonlyMap<string, string>> {
  if (task.kind !== 'alarm') return getParametersUnder(customerParameterPath(customer));
  const changed = readChildAlarmName(customer, task.alarmName, QUOTA_ALARMS);
  if (changed === undefined) return new Map();
  return getParameters([parameterName(customer, changed.model, 'config')], 'patient');
}

const configsOf = (customer: string, parameters: ReadonlyMap<string, string>): Run['configs'] =>
  new Map(
    [...parameters].flatMap(([name, text]) => {
      const model = modelOfConfigParameter(customer, name);
      return model === undefined ? [] : [[model, parseConfig(text)]];
    }),
  );

function parseConfig(text: string): ModelConfig | undefined {
  try {
    return modelConfigSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Thresholds do not wait for the profiles: without them, what the alarms count stays as it is. */
async function listProfiles(
  names: readonly string[],
): Promise<{ readonly profiles: InferenceProfiles | undefined; readonly failures: readonly string[] }> {
  const { done, failures } = await oneByOne(names.slice(0, 1), () =>
    orSay('The inference profiles could not be listed', () => listInferenceProfiles('patient')),
  );
  return { profiles: done[0], failures };
}

/** The quotas first, so that what is told of the alarms is how they are. */
async function updateGroup(names: readonly string[], run: Run): Promise<readonly ModelOutcome[]> {
  const models: ExpectedModel[] = [];
  for (const name of names) models.push(await expectedModel(name, run));
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
    describeUsageAlarms(
      models.flatMap(({ alarms }) => alarms.filter(({ isDue }) => isDue).map(({ alarmName }) => alarmName)),
    ),
  );

const notUpdated = ({ model, alarms, failures }: ExpectedModel, failure: string): ModelOutcome => ({
  model,
  updated: 0,
  drifted: 0,
  failures: alarms.length === 0 ? failures : [...failures, failure],
});
