import { createHash } from 'node:crypto';
import type { RecordedInvocation } from '../../rehearsal/engine/record';
import { KINDS, type Kind } from './kinds';
import { PATHS, type Path } from './paths';

/** One call of one path that fails in one way. */
export interface FaultCase {
  readonly path: string;
  /** As scenarios name it: `support.CreateCase`. */
  readonly call: string;
  /** Which of the calls of this operation, of whichever function, since the path's window began; from 1. */
  readonly nth: number;
  readonly kind: string;
}

export const titleOf = ({ path, call, nth, kind }: FaultCase): string => `${path}: ${call} #${nth} ${kind}`;

/**
 * One for each call that the path's functions made in its window, and each kind. Of runs that make the same calls one after
 * the other only the first counts: the others are of other models. `invocations`: of the play in which nothing fails.
 */
export function faultCasesOf(path: Path, invocations: readonly SeenInvocation[]): readonly FaultCase[] {
  const counts = new Map<string, number>();
  const runs = new Set<string>();
  return inWindow(path, invocations).flatMap(({ function: name, calls }) => {
    const run = [name, ...calls].join();
    const isStruck = path.functions.includes(name) && !runs.has(run);
    runs.add(run);
    return calls.flatMap((made) => {
      const call = made.replace(':', '.');
      const nth = (counts.get(call) ?? 0) + 1;
      counts.set(call, nth);
      return isStruck ? KINDS.map(({ name: kind }) => ({ path: path.name, call, nth, kind })) : [];
    });
  });
}

/** Minutes since start. */
export type SeenInvocation = Pick<RecordedInvocation, 'function' | 'calls'> & { readonly minute: number };

const inWindow = (
  { from = Number.NEGATIVE_INFINITY, to }: Path,
  invocations: readonly SeenInvocation[],
): readonly SeenInvocation[] =>
  invocations.filter(({ minute }) => minute >= from && minute < to).sort((a, b) => a.minute - b.minute);

export function kindNamed(name: string): Kind {
  const kind = KINDS.find((one) => one.name === name);
  if (kind === undefined)
    throw new Error(`no kind of fault is named ${name}: ${KINDS.map((one) => one.name).join(', ')}`);
  return kind;
}

/** The fault as a scenario has it. */
export function faultOf({ call, nth, kind }: FaultCase, { from }: Path): Readonly<Record<string, unknown>> {
  const [service = ''] = call.split('.');
  return {
    call,
    ...kindNamed(kind).faultOf(service),
    skip: nth - 1,
    ...(from === undefined ? {} : { from: `${from}m` }),
  };
}

const KINDS_A_DAY = 3;

/**
 * The kinds of fault that a path is played with where not all are: each day the next ones, so that in four days a path
 * has had all, and each day there are all among the paths. `seed`: a day, such as 20260302.
 */
export function kindsOf(pathName: string, seed: string): readonly Kind[] {
  if (!/^\d+$/.test(seed)) throw new Error(`FAULT_SEED is no number: ${seed}`);
  const turn = Number(seed) + PATHS.findIndex(({ name }) => name === pathName);
  const first = (turn * KINDS_A_DAY) % KINDS.length;
  return [...KINDS, ...KINDS].slice(first, first + KINDS_A_DAY);
}

/** The one that the seed picks; the same seed picks the same as long as the path makes the same calls. */
export function pick<T>(cases: readonly T[], ...seed: readonly (string | number)[]): T {
  const digest = createHash('sha256').update(seed.join('\n')).digest();
  const picked = cases[digest.readUInt32BE() % cases.length];
  if (picked === undefined) throw new Error(`nothing to pick from for ${seed.join(', ')}`);
  return picked;
}
