/** A value that is not allowed. `what` completes "it is …": `not a duration`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly what: string,
    readonly value: string,
    readonly allowed: string,
  ) {
    super(`${what}: ${value}: ${allowed}`);
  }
}

const LONGEST_VALUE = 60;

/** A value as a fault shows it: on one line, and not all of it if it is long. */
export function show(value: unknown): string {
  const text = (typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))).replace(
    /\s+/g,
    ' ',
  );
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
}
