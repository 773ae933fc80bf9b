import { AwsError, type Input, NotRehearsed } from '../service';

/**
 * Typed reading of API inputs and resolved CloudFormation properties. Null and undefined are "not given", as in JSON.
 * CloudFormation hands on numbers and booleans as strings: `'5'` and `'true'` are read as 5 and true.
 */

/** Throws NotRehearsed that names the first given field of `input` that is not in `known`. */
export function rejectUnknown(input: Input, known: ReadonlySet<string>, of: string): void {
  for (const [name, value] of Object.entries(input)) {
    if (isGiven(value) && !known.has(name)) throw new NotRehearsed(`${name} of ${of}`);
  }
}

export function textField(input: Input, name: string): string | undefined {
  const value = input[name];
  if (!isGiven(value)) return undefined;
  if (typeof value !== 'string') throw invalidValue(name, 'is not a string');
  return value;
}

export function requiredText(input: Input, name: string): string {
  const value = textField(input, name);
  if (value === undefined || value === '') throw missing(name);
  return value;
}

/** One of `choices`. */
export function choiceField<T extends string>(
  input: Input,
  name: string,
  choices: readonly T[],
): T | undefined {
  const value = textField(input, name);
  if (value === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw invalidValue(name, `is ${value}, not one of ${choices.join(', ')}`);
  return choice;
}

/** A list of which each is one of `choices`. */
export function choiceList<T extends string>(
  input: Input,
  name: string,
  choices: readonly T[],
): readonly T[] {
  return textList(input, name).flatMap((value) => choiceField({ [name]: value }, name, choices) ?? []);
}

export function numberField(input: Input, name: string): number | undefined {
  const value = input[name];
  if (!isGiven(value)) return undefined;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw invalidValue(name, 'is not a number');
  return number;
}

/** A whole number of at least 1. */
export function countField(input: Input, name: string): number | undefined {
  const value = numberField(input, name);
  if (value !== undefined && (!Number.isInteger(value) || value < 1)) {
    throw invalidValue(name, 'is not a whole number of at least 1');
  }
  return value;
}

export function booleanField(input: Input, name: string): boolean | undefined {
  const value = input[name];
  if (!isGiven(value)) return undefined;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw invalidValue(name, 'is not a boolean');
}

/** An instant: a Date, or epoch seconds as the JSON protocol sends them. */
export function requiredInstant(input: Input, name: string): Date {
  const value = input[name];
  if (!isGiven(value)) throw missing(name);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value;
  if (typeof value === 'number' && Number.isFinite(value)) return new Date(value * 1000);
  throw invalidValue(name, 'is not a timestamp');
}

export function textList(input: Input, name: string): readonly string[] {
  return list(input, name).map((value) => {
    if (typeof value !== 'string') throw invalidValue(name, 'holds something else than strings');
    return value;
  });
}

export function objectList(input: Input, name: string): readonly Input[] {
  return list(input, name).map((value) => {
    if (!isObject(value)) throw invalidValue(name, 'holds something else than objects');
    return value;
  });
}

export function objectField(input: Input, name: string): Input | undefined {
  const value = input[name];
  if (!isGiven(value)) return undefined;
  if (!isObject(value)) throw invalidValue(name, 'is not an object');
  return value;
}

/** What CloudWatch answers for a value that it does not accept. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

export function invalidValue(name: string, reason: string): AwsError {
  return new AwsError(
    'InvalidParameterValueException',
    `The value for parameter ${name} is invalid: it ${reason}`,
  );
}

export function missing(name: string): AwsError {
  return new AwsError('MissingRequiredParameterException', `The parameter ${name} is required`);
}

function list(input: Input, name: string): readonly unknown[] {
  const value = input[name];
  if (!isGiven(value)) return [];
  if (!Array.isArray(value)) throw invalidValue(name, 'is not a list');
  return value;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isObject(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
