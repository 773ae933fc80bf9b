import { NotRehearsed } from '../service';
import { arnParts, pattern } from './pattern';

/** Compares one value of the request with one value of the policy. */
export type Comparison = (requested: string, allowed: string) => boolean;

export interface ConditionOperator {
  readonly compare: Comparison;
  /** StringNotEquals and its like hold where none of the policy's values compares. */
  readonly negated: boolean;
}

/**
 * The operators by name, without set prefix and `IfExists`. `Null` is not among them: it looks at the key alone.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const conditionOperators: ReadonlyMap<string, ConditionOperator> = new Map([
  ['StringEquals', holds(same)],
  ['StringNotEquals', fails(same)],
  ['StringEqualsIgnoreCase', holds(sameButForCase)],
  ['StringNotEqualsIgnoreCase', fails(sameButForCase)],
  ['StringLike', holds(like)],
  ['StringNotLike', fails(like)],
  ['ArnEquals', holds(arnLike)],
  ['ArnNotEquals', fails(arnLike)],
  ['ArnLike', holds(arnLike)],
  ['ArnNotLike', fails(arnLike)],
  ['Bool', holds(sameButForCase)],
  ['NumericEquals', holds(numeric((a, b) => a === b))],
  ['NumericNotEquals', fails(numeric((a, b) => a === b))],
  ['NumericLessThan', holds(numeric((a, b) => a < b))],
  ['NumericLessThanEquals', holds(numeric((a, b) => a <= b))],
  ['NumericGreaterThan', holds(numeric((a, b) => a > b))],
  ['NumericGreaterThanEquals', holds(numeric((a, b) => a >= b))],
]);

/**
 * Checks at reading what can only be a mistake in the value for an operator.
 * Throws NotRehearsed.
 */
export function checkConditionValue(operator: string, value: string, where: string): void {
  const isArn = !operator.startsWith('Arn') || (value.startsWith('arn:') && arnParts(value) !== undefined);
  const isBoolean = (operator !== 'Bool' && operator !== 'Null') || /^(true|false)$/i.test(value);
  const isNumber = !operator.startsWith('Numeric') || isNumeric(value);
  if (!isArn || !isBoolean || !isNumber)
    throw new NotRehearsed(`${where}: ${operator} with the value "${value}"`);
}

function holds(compare: Comparison): ConditionOperator {
  return { compare, negated: false };
}

function fails(compare: Comparison): ConditionOperator {
  return { compare, negated: true };
}

function same(requested: string, allowed: string): boolean {
  return requested === allowed;
}

function sameButForCase(requested: string, allowed: string): boolean {
  return requested.toLowerCase() === allowed.toLowerCase();
}

function like(requested: string, allowed: string): boolean {
  return pattern(allowed).matches(requested);
}

/** ArnEquals and ArnLike are one and the same: part by part, with wildcards that do not reach across the first five colons. */
function arnLike(requested: string, allowed: string): boolean {
  const patterns = arnParts(allowed);
  const parts = arnParts(requested);
  if (patterns === undefined || parts === undefined) return false;
  return patterns.every((text, index) => pattern(text).matches(parts[index] ?? ''));
}

function numeric(compare: (requested: number, allowed: number) => boolean): Comparison {
  return (requested, allowed) => isNumeric(requested) && compare(Number(requested), Number(allowed));
}

function isNumeric(value: string): boolean {
  return /^[+-]?\d+(\.\d+)?$/.test(value);
}
