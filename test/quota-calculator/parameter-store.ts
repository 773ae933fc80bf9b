/** A Parameter Store of one customer, with its writes in order. */
export class ParameterStore {
  readonly values = new Map<string, string>();
  readonly writes: string[] = [];

  readonly getParameters = async (names: readonly string[]): Promise<ReadonlyMap<string, string>> =>
    new Map([...this.values].filter(([name]) => names.includes(name)));

  readonly putParameter = async (name: string, value: string): Promise<void> => {
    this.values.set(name, value);
    this.writes.push(`put ${name} ${value}`);
  };

  readonly deleteParameters = async (names: readonly string[]): Promise<void> => {
    for (const name of names) this.values.delete(name);
    this.writes.push(`delete ${names.join(' ')}`);
  };
}
