import { Worker } from 'node:worker_threads';

/**
 * What one play leaves to the next, for as long as the process lasts: made when it is first asked for. It hangs on an
 * object of Node's own, because Jest gives each test file modules and globals of its own, and to begin anew in each takes
 * longer than many a play.
 */
export function keptInProcess<T extends object>(name: string, make: () => T): T {
  const key = Symbol.for(`rehearsal/${name}`);
  const kept: T | undefined = Reflect.get(Worker, key);
  if (kept !== undefined) return kept;
  const made = make();
  Reflect.set(Worker, key, made);
  return made;
}
