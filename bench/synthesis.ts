import { rmSync } from 'node:fs';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { stringify } from 'yaml';
import { parseSettings } from '../lib/settings/settings';
import { buildApp } from '../lib/stacks/ops-alert-app';
import { fastest } from './fastest';
import type { Figure, Part } from './figure';
import { QUOTA_CODES, settingsOf } from './played';
import { stormModels } from './storm';

const SIZES = [1, 10, 100, 500] as const;
const RUNS = 3;

export const synthesis: Part = {
  name: 'synthesis',
  title: 'Synthesis with cdk-nag, without bundling, in CPU time',
  measure: async () => {
    // The first one compiles.
    synthesisMs(10);
    const runs = new Map<number, number[]>(SIZES.map((size) => [size, []]));
    for (let run = 0; run < RUNS; run += 1) for (const size of SIZES) runs.get(size)?.push(synthesisMs(size));
    const ms = (size: number): number => fastest(runs.get(size) ?? []);
    return [
      ...SIZES.map((size) => ({
        name: `${size} ${size === 1 ? 'model' : 'models'}`,
        value: ms(size),
        unit: 'ms',
      })),
      ...SIZES.map((size) => perModel(size, ms(size))),
      {
        name: 'per model: of 500 against of 10',
        value: ms(500) / 500 / (ms(10) / 10),
        unit: '×',
        target: { atMost: 1 },
      },
      {
        // The foundation costs the same for any number of models, and so makes few of them look dear.
        name: 'one more model: from 100 to 500 against from 10 to 100',
        value: (ms(500) - ms(100)) / 400 / ((ms(100) - ms(10)) / 90),
        unit: '×',
      },
    ];
  },
};

const perModel = (size: number, ms: number): Figure => ({
  name: `per model, of ${size}`,
  value: ms / size,
  unit: 'ms',
});

/** From the text of the settings to the files on disk; the garbage collector's threads count as well. */
function synthesisMs(models: number): number {
  const text = stringify(
    settingsOf(
      stormModels(models).map((name, index) => ({
        name,
        modelId: `amazon.nova-pro-v${index + 1}:0`,
        ...QUOTA_CODES,
      })),
    ),
  );
  const began = process.cpuUsage();
  const app = buildApp(parseSettings(text, 'bench.yaml'), { context: { 'aws:cdk:bundling-stacks': [] } });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
  const { user, system } = process.cpuUsage(began);
  rmSync(app.outdir, { recursive: true });
  return (user + system) / 1000;
}
