import { type FaultCase, faultCasesOf, kindNamed } from './fault-case';
import { type Path, pathNamed } from './paths';
import { type Played, play } from './play';
import { judge, type Verdict } from './verdict';

/** Each scenario without a fault is played once in a process: paths that differ only in what fails share it. */
const calmPlays = new Map<Path['scenario'], Promise<Played>>();

function calmPlayOf(path: Path): Promise<Played> {
  const known = calmPlays.get(path.scenario) ?? play(path);
  calmPlays.set(path.scenario, known);
  return known;
}

/** All that can be made to fail on a path. Rejects where the path does not end well without a fault. */
export async function casesOf(pathName: string): Promise<readonly FaultCase[]> {
  const path = pathNamed(pathName);
  const { report, invocations } = await calmPlayOf(path);
  if (!report.passed) throw new Error(`without a fault: ${report.failures.join('\n')}`);
  return faultCasesOf(path, invocations);
}

/** Plays one case, and the same path without the fault if that was not played yet. */
export async function verdictOn(fault: FaultCase): Promise<Verdict> {
  const path = pathNamed(fault.path);
  return judge(kindNamed(fault.kind), await play(path, fault), await calmPlayOf(path));
}
