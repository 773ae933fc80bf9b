import { spawnSync } from 'node:child_process';
import { type BundledFunction, bundledFunctions } from './deployed-functions';
import { fastest } from './fastest';
import type { Figure, Part } from './figure';

const RUNS = 15;

/** How long Node.js takes with a bundle loaded, as a multiple of how long it takes with nothing. */
export const loadTime: Part = {
  name: 'load',
  title: 'Bundles loaded, against `node -e 0`',
  measure: async () => loadFigures(await bundledFunctions()),
};

interface Run {
  readonly one: BundledFunction;
  readonly ms: number[];
  readonly mappedMs: number[];
}

/** All are run in turn, so that what else the machine does strikes all alike. */
function loadFigures(functions: readonly BundledFunction[]): readonly Figure[] {
  const runs: readonly Run[] = functions.map((one) => ({ one, ms: [], mappedMs: [] }));
  const nothing: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    nothing.push(nodeMs('0', {}));
    for (const { one, ms, mappedMs } of runs) {
      const { NODE_OPTIONS: _, ...variables } = one.variables;
      ms.push(nodeMs(loading(one), variables));
      mappedMs.push(nodeMs(loading(one), one.variables));
    }
  }
  const against = (ms: readonly number[]): number => fastest(ms) / fastest(nothing);
  return [
    { name: '`node -e 0`', value: fastest(nothing), unit: 'ms' },
    ...runs.map(({ one, ms }) => ({
      name: one.label,
      value: against(ms),
      unit: '×',
      target: { atMost: 4 },
    })),
    ...runs.map(({ one, mappedMs }) => ({
      name: `${one.label}, with its source map`,
      value: against(mappedMs),
      unit: '×',
    })),
  ];
}

const loading = ({ file }: BundledFunction): string => `require(${JSON.stringify(file)})`;

/** Throws with what was written to standard error where the program fails. */
function nodeMs(program: string, variables: Readonly<Record<string, string>>): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['-e', program], {
    env: { AWS_REGION: 'us-east-1', ...variables },
    encoding: 'utf8',
  });
  const ms = performance.now() - began;
  if (status !== 0) throw new Error(`node -e '${program}' failed: ${stderr}`);
  return ms;
}
