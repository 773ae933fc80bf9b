import type { AttributeValue } from './attribute-value';
import { invalid } from './errors';
import { readValue } from './read-value';

/** The `#names` and `:values` of one request, and which of them an expression used. */
export class Placeholders {
  private readonly names: ReadonlyMap<string, string>;
  private readonly values: ReadonlyMap<string, AttributeValue>;
  private readonly used = new Set<string>();

  /** @throws AwsError ValidationException */
  constructor(
    names: Readonly<Record<string, string>> | undefined,
    values: Readonly<Record<string, unknown>> | undefined,
  ) {
    refuseKeys('ExpressionAttributeNames', names, /^#[0-9a-zA-Z_]+$/);
    refuseKeys('ExpressionAttributeValues', values, /^:[0-9a-zA-Z_]+$/);
    this.names = new Map(Object.entries(names ?? {}));
    this.values = new Map(Object.entries(values ?? {}).map(([key, raw]) => [key, readNamed(key, raw)]));
  }

  name(placeholder: string): string | undefined {
    this.used.add(placeholder);
    return this.names.get(placeholder);
  }

  value(placeholder: string): AttributeValue | undefined {
    this.used.add(placeholder);
    return this.values.get(placeholder);
  }

  /** @throws AwsError ValidationException naming what no expression mentions */
  refuseUnused(): void {
    this.refuseUnusedOf('ExpressionAttributeNames', this.names);
    this.refuseUnusedOf('ExpressionAttributeValues', this.values);
  }

  private refuseUnusedOf(member: string, given: ReadonlyMap<string, unknown>): void {
    const unused = [...given.keys()].filter((key) => !this.used.has(key));
    if (unused.length === 0) return;
    throw invalid(`Value provided in ${member} unused in expressions: keys: {${unused.join(', ')}}`);
  }
}

function refuseKeys(
  member: string,
  given: Readonly<Record<string, unknown>> | undefined,
  form: RegExp,
): void {
  if (given === undefined) return;
  const keys = Object.keys(given);
  if (keys.length === 0) throw invalid(`${member} must not be empty`);
  const bad = keys.find((key) => !form.test(key));
  if (bad !== undefined) throw invalid(`${member} contains invalid key: Syntax error; key: "${bad}"`);
}

function readNamed(key: string, raw: unknown): AttributeValue {
  try {
    return readValue(raw);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw invalid(`ExpressionAttributeValues contains invalid value: ${message} for key ${key}`);
  }
}
