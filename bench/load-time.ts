import { spawnSync } from 'node:child_process';
import { type BundledFunction, bundledFunctions } from './deployed-functions';
import type { Figure, Part } from './figure';

const RUNS = 15;

/** How long Node.js takes with a bundle loaded, as a multiple of how long it takes with nothing. */
export const loadTime: Part = {
  name: 'load',
  title: 'Bundles loaded, against `node -e 0`',
  measure: async () => loadFigures(await bundledFunctions()),
};

interface Run {
  readonly wallMs: number;
  readonly cpuMs: number;
}

interface Loads {
  readonly bundled: BundledFunction;
  readonly plain: Run[];
  /** With the options of Node.js that are deployed: the source map is read as well. */
  readonly mapped: Run[];
}

/**
 * All are run in turn, so that what else the machine does strikes all alike. CPU time, which counts all threads, is what
 * remains of a time on a machine with much else to do.
 */
function loadFigures(functions: readonly BundledFunction[]): readonly Figure[] {
  const nothing: Run[] = [];
  const loads: readonly Loads[] = functions.map((bundled) => ({ bundled, plain: [], mapped: [] }));
  for (let run = 0; run < RUNS; run += 1) {
    nothing.push(runNode('0', {}));
    for (const { bundled, plain, mapped } of loads) {
      const { NODE_OPTIONS: _, ...variables } = bundled.variables;
      const program = `require(${JSON.stringify(bundled.file)})`;
      plain.push(runNode(program, variables));
      mapped.push(runNode(program, bundled.variables));
    }
  }
  const against = (runs: readonly Run[], time: keyof Run): number =>
    median(runs.map((run) => run[time])) / median(nothing.map((run) => run[time]));
  return [
    { name: '`node -e 0`', value: median(nothing.map(({ wallMs }) => wallMs)), unit: 'ms' },
    ...loads.map(({ bundled: { label }, plain }) => ({
      name: label,
      value: against(plain, 'wallMs'),
      unit: '×',
      target: { atMost: 4 },
    })),
    ...loads.map(({ bundled: { label }, plain }) => ({
      name: `${label}, CPU time`,
      value: against(plain, 'cpuMs'),
      unit: '×',
    })),
    ...loads.map(({ bundled: { label }, mapped }) => ({
      name: `${label}, with its source map`,
      value: against(mapped, 'wallMs'),
      unit: '×',
    })),
  ];
}

/** Throws with what was written to standard error where the program fails. */
function runNode(program: string, variables: Readonly<Record<string, string>>): Run {
  const tellCpu = `const { user, system } = process.cpuUsage(); require('fs').writeSync(1, String(user + system))`;
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', `${program}; ${tellCpu}`], {
    env: { AWS_REGION: 'us-east-1', ...variables },
    encoding: 'utf8',
  });
  const wallMs = performance.now() - began;
  if (status !== 0) throw new Error(`node -e '${program}' failed: ${stderr}`);
  return { wallMs, cpuMs: Number(stdout) / 1000 };
}

/** The middle one of an odd number of values. */
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
