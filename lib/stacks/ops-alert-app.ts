import {
  App,
  type AppProps,
  DefaultStackSynthesizer,
  type Environment,
  type IStackSynthesizer,
  type StackProps,
  Tags,
} from 'aws-cdk-lib';
import { foundationStackName, modelStackName } from '../../lambda/contract/names';
import type { ModelSettings, Settings } from '../settings/settings';
import { FoundationStack } from './foundation-stack';
import { ModelStack } from './model-stack';

/**
 * The whole application for one settings file: a foundation for each account and Region that the models name, and a
 * stack for each model.
 */
export function buildApp(settings: Settings, props: AppProps = {}): App {
  const app = new App({ analyticsReporting: false, ...props });
  const places = new Map<string, readonly ModelSettings[]>();
  for (const model of settings.models) {
    const place = [model.region, model.account].filter((part) => part !== undefined).join('-');
    places.set(place, [...(places.get(place) ?? []), model]);
  }
  for (const [place, models] of places) addPlace(app, settings, place, models);
  return app;
}

function addPlace(app: App, settings: Settings, place: string, models: readonly ModelSettings[]): void {
  const id = (name: string): string => (place === '' ? name : `${name}-${place}`);
  const foundationName = foundationStackName(settings.customer);
  const foundation = new FoundationStack(app, id(foundationName), {
    ...stackProps(foundationName, models[0]),
    terminationProtection: true,
    description: `Bedrock Ops Alert of ${settings.customer}: what its models share`,
    customer: settings.customer,
    stakeholders: settings.stakeholders,
    updateIntervalDays: settings.updateIntervalDays,
    maxNewCasesPerDay: settings.maxNewCasesPerDay,
  });
  tag(foundation, settings.tags);
  for (const model of models) {
    const modelName = modelStackName(settings.customer, model.name);
    const stack = new ModelStack(app, id(modelName), {
      ...stackProps(modelName, model),
      description: `Bedrock Ops Alert of ${settings.customer}: the alarms of ${model.name}`,
      customer: settings.customer,
      model,
    });
    tag(stack, model.tags);
    stack.addStackDependency(foundation, 'the calculator and the raw alarm topic are found by their names');
  }
}

/** The same stack name may stand in several Regions, since CloudFormation keeps them apart. */
const stackProps = (stackName: string, model: ModelSettings | undefined): StackProps => ({
  stackName,
  env: environmentOf(model),
  // Without the rule and its parameter a template is the same whoever synthesises it.
  synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
});

const environmentOf = (model: ModelSettings | undefined): Environment => ({
  ...(model?.region === undefined ? {} : { region: model.region }),
  ...(model?.account === undefined ? {} : { account: model.account }),
});

function tag(stack: FoundationStack | ModelStack, tags: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(tags)) Tags.of(stack).add(key, value);
}
