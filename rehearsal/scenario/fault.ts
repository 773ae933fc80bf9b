/** One thing that is wrong with an input file. */
export interface Fault {
  readonly file: string;
  readonly line: number;
  /** What is wrong: `at is not a duration`. */
  readonly what: string;
  readonly value: string;
  /** What is allowed. */
  readonly allowed: string;
}

/** `file:line: what is wrong: value: what is allowed`. */
export function renderFault(fault: Fault): string {
  return `${fault.file}:${fault.line}: ${fault.what}: ${fault.value}: ${fault.allowed}`;
}

/** All that is wrong with a scenario and the files that it names: one line per fault, in the order of the files. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly faults: readonly Fault[];
  constructor(faults: readonly Fault[]) {
    const sorted = sortFaults(faults);
    super(sorted.map(renderFault).join('\n'));
    this.faults = sorted;
  }
}

function sortFaults(faults: readonly Fault[]): Fault[] {
  const files = [...new Set(faults.map((fault) => fault.file))];
  return [...faults].sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line);
}
