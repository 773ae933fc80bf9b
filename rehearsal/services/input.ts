import type * as z from 'zod';
import { AwsError, type Input, NotRehearsed } from '../service';

type Issue = z.core.$ZodIssue;

/**
 * Reads one call's input as the API model gives it.
 *
 * @param schema a strict object: what it does not name is not rehearsed.
 * @param operation `service:Operation`, for the message.
 * @param code the service's error name for bad input.
 * @throws NotRehearsed naming the first key that the schema does not know.
 * @throws AwsError in the words of AWS's request validation, listing all that is wrong.
 */
export function parseInput<T>(
  schema: z.ZodType<T>,
  input: Input,
  operation: string,
  code = 'ValidationException',
): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  refuseUnknownKeys(result.error.issues, operation);
  throw new AwsError(code, validationMessage(result.error.issues, input));
}

function refuseUnknownKeys(issues: readonly Issue[], operation: string): void {
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') {
      throw new NotRehearsed(`the key ${[...issue.path, issue.keys[0]].join('.')} of ${operation}`);
    }
  }
}

function validationMessage(issues: readonly Issue[], input: Input): string {
  const faults = issues.map((issue) => describe(issue, input));
  const noun = faults.length === 1 ? 'error' : 'errors';
  return `${faults.length} validation ${noun} detected: ${faults.join('; ')}`;
}

function describe(issue: Issue, input: Input): string {
  const value = at(input, issue.path);
  const shown =
    value === undefined ? 'null' : `'${typeof value === 'string' ? value : JSON.stringify(value)}'`;
  return `Value ${shown} at '${memberName(issue.path)}' failed to satisfy constraint: ${constraint(issue, value)}`;
}

function at(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

/** AWS names the member in camel case, whatever the case of the key. */
function memberName(path: readonly PropertyKey[]): string {
  return path.map((key) => String(key).replace(/^[A-Z]/, (letter) => letter.toLowerCase())).join('.');
}

function constraint(issue: Issue, value: unknown): string {
  if (value === undefined || value === null) return 'Member must not be null';
  switch (issue.code) {
    case 'too_big':
      return `Member must have ${measure(issue.origin)} less than or equal to ${issue.maximum}`;
    case 'too_small':
      return `Member must have ${measure(issue.origin)} greater than or equal to ${issue.minimum}`;
    case 'invalid_value':
      return `Member must satisfy enum value set: [${issue.values.join(', ')}]`;
    case 'invalid_format':
      return `Member must satisfy regular expression pattern: ${issue.pattern ?? issue.format}`;
    default:
      return issue.message;
  }
}

function measure(origin: string): string {
  return origin === 'number' || origin === 'int' ? 'value' : 'length';
}
