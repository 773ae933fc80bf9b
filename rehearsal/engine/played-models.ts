import type { MonitoredModel } from '../product';

/** Every model of all settings that a scenario deploys; one that two of them have in different ways is there twice. */
export class PlayedModels {
  readonly all: readonly MonitoredModel[];
  /** What is deployed so far, the newest last. */
  private readonly deployed: MonitoredModel[] = [];

  constructor(models: readonly MonitoredModel[]) {
    this.all = distinct(models, (model) => [model]);
  }

  /** Those with alarms of their own. */
  get alarmed(): readonly MonitoredModel[] {
    return distinct(this.all, alarmsOf);
  }

  /** Those of the name with alarms of their own. */
  alarmedOf(name: string): readonly MonitoredModel[] {
    return this.alarmed.filter((model) => model.name === name);
  }

  /** Those of the name with metrics of their own: where the traffic of that name shows. */
  measuredOf(name: string): readonly MonitoredModel[] {
    return distinct(
      this.all.filter((model) => model.name === name),
      metricsOf,
    );
  }

  deploy(models: readonly MonitoredModel[]): void {
    this.deployed.push(...models);
  }

  /** The quotas that limit a model's traffic: as the settings have it that were deployed last. */
  quotaCodesOf(model: MonitoredModel): MonitoredModel['quotaCodes'] {
    const key = JSON.stringify(metricsOf(model));
    const deployed = this.deployed.findLast((other) => JSON.stringify(metricsOf(other)) === key);
    return (deployed ?? model).quotaCodes;
  }
}

const alarmsOf = ({ name, accountId, region, alarms }: MonitoredModel) => [name, accountId, region, alarms];

const metricsOf = ({ accountId, region, metricNamespace, metricDimensions }: MonitoredModel) => [
  accountId,
  region,
  metricNamespace,
  metricDimensions,
];

function distinct(
  models: readonly MonitoredModel[],
  keyOf: (model: MonitoredModel) => readonly unknown[],
): readonly MonitoredModel[] {
  const byKey = new Map<string, MonitoredModel>();
  for (const model of models) {
    const key = JSON.stringify(keyOf(model));
    if (!byKey.has(key)) byKey.set(key, model);
  }
  return [...byKey.values()];
}
