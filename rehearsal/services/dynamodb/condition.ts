import {
  type AttributeValue,
  compareValues,
  elementsOf,
  equal,
  type Item,
  typeOf,
  type ValueType,
} from './attribute-value';
import { type Path, valueAt } from './document-path';

export const COMPARATORS = ['=', '<>', '<', '<=', '>', '>='] as const;
export type Comparator = (typeof COMPARATORS)[number];

export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'size'; readonly of: Operand };

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly condition: Condition }
  | {
      readonly kind: 'compare';
      readonly comparator: Comparator;
      readonly left: Operand;
      readonly right: Operand;
    }
  | { readonly kind: 'between'; readonly operand: Operand; readonly lower: Operand; readonly upper: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly candidates: readonly Operand[] }
  | { readonly kind: 'exists'; readonly path: Path; readonly name: string }
  | { readonly kind: 'type'; readonly operand: Operand; readonly type: ValueType }
  | { readonly kind: 'begins_with' | 'contains'; readonly operand: Operand; readonly part: Operand };

/**
 * Whether a condition holds for an item; nothing but `attribute_not_exists`, `<>` and `NOT` does for what is absent.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
export function holds(condition: Condition, item: Item): boolean {
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, item) && holds(condition.right, item);
    case 'or':
      return holds(condition.left, item) || holds(condition.right, item);
    case 'not':
      return !holds(condition.condition, item);
    case 'exists':
      return (valueAt(item, condition.path) !== undefined) === (condition.name === 'attribute_exists');
    case 'compare':
      return compares(condition.comparator, found(condition.left, item), found(condition.right, item));
    case 'between': {
      const value = found(condition.operand, item);
      return (
        compares('>=', value, found(condition.lower, item)) &&
        compares('<=', value, found(condition.upper, item))
      );
    }
    case 'in': {
      const value = found(condition.operand, item);
      return condition.candidates.some((candidate) => compares('=', value, found(candidate, item)));
    }
    case 'type': {
      const value = found(condition.operand, item);
      return value !== undefined && typeOf(value) === condition.type;
    }
    case 'begins_with':
      return beginsWith(found(condition.operand, item), found(condition.part, item));
    case 'contains':
      return contains(found(condition.operand, item), found(condition.part, item));
  }
}

function found(operand: Operand, item: Item): AttributeValue | undefined {
  if (operand.kind === 'value') return operand.value;
  if (operand.kind === 'path') return valueAt(item, operand.path);
  const size = sizeFunction(found(operand.of, item));
  return size === undefined ? undefined : { N: String(size) };
}

function compares(
  comparator: Comparator,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean {
  const same = left !== undefined && right !== undefined && equal(left, right);
  if (comparator === '=') return same;
  if (comparator === '<>') return !same;
  const order = left && right && compareValues(left, right);
  if (order === undefined) return false;
  if (order === 0) return comparator === '<=' || comparator === '>=';
  return order < 0 === comparator.startsWith('<');
}

function beginsWith(value: AttributeValue | undefined, start: AttributeValue | undefined): boolean {
  if (value === undefined || start === undefined) return false;
  return 'S' in value && 'S' in start && value.S.startsWith(start.S);
}

function contains(value: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (value === undefined || part === undefined) return false;
  if ('S' in value && 'S' in part) return value.S.includes(part.S);
  if ('L' in value) return value.L.some((element) => equal(element, part));
  if ('SS' in value && 'S' in part) return value.SS.includes(part.S);
  return 'NS' in value && 'N' in part && value.NS.includes(part.N);
}

/** The bytes of a text, the members of anything else that has members. */
function sizeFunction(value: AttributeValue | undefined): number | undefined {
  if (value === undefined) return undefined;
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('L' in value) return value.L.length;
  if ('M' in value) return Object.keys(value.M).length;
  return elementsOf(value)?.length;
}
