/** Something depends on itself, directly or through others. `cycle` begins and ends with the same name. */
export class CircularDependency extends Error {
  override readonly name = 'CircularDependency';
  constructor(
    what: string,
    readonly cycle: readonly string[],
  ) {
    super(`Circular dependency between ${what}: ${cycle.join(' → ')}`);
  }
}

/**
 * Sorts `names` so that each comes after all that it depends on; apart from that they keep their order, so that two
 * runs agree. Dependencies outside `names` are left out of account. Throws CircularDependency.
 */
export function inDependencyOrder(
  what: string,
  names: readonly string[],
  dependenciesOf: (name: string) => Iterable<string>,
): string[] {
  const known = new Set(names);
  const ordered = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (ordered.has(name)) return;
    if (path.includes(name)) throw new CircularDependency(what, [...path.slice(path.indexOf(name)), name]);
    for (const dependency of dependenciesOf(name)) {
      if (known.has(dependency)) visit(dependency, [...path, name]);
    }
    ordered.add(name);
  };
  for (const name of names) visit(name, []);
  return [...ordered];
}
