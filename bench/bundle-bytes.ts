import { statSync } from 'node:fs';
import { bundledFunctions } from './deployed-functions';
import type { Part } from './figure';

export const bundleBytes: Part = {
  name: 'bundles',
  title: 'Bundles, without their source maps',
  measure: async () =>
    (await bundledFunctions()).map(({ label, file }) => ({
      name: label,
      value: statSync(file).size,
      unit: 'bytes',
    })),
};
