import { type AttributeValue, elementsOf, type Item, typeOf } from './attribute-value';
import { addDecimals, negated } from './decimal';
import { type Path, valueAt, withValueAt } from './document-path';
import { invalid } from './errors';

export type UpdateOperand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'if_not_exists'; readonly path: Path; readonly otherwise: UpdateOperand }
  | { readonly kind: 'list_append' | '+' | '-'; readonly left: UpdateOperand; readonly right: UpdateOperand };

export type UpdateAction =
  | { readonly kind: 'SET'; readonly path: Path; readonly operand: UpdateOperand }
  | { readonly kind: 'REMOVE'; readonly path: Path }
  | { readonly kind: 'ADD' | 'DELETE'; readonly path: Path; readonly value: AttributeValue };

interface Change {
  readonly path: Path;
  /** Undefined removes. */
  readonly value: AttributeValue | undefined;
}

/**
 * The item after all actions; every operand is read from the item as it was before.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 *
 * @throws AwsError ValidationException
 */
export function updated(item: Item, actions: readonly UpdateAction[]): Item {
  const changes = actions.map((action): Change => ({ path: action.path, value: newValue(item, action) }));
  const written = changes.filter(({ value }) => value !== undefined).sort(byPlace);
  const removed = changes.filter(({ value }) => value === undefined);
  // Deepest first, and from the end of a list, so that no removal moves what another one names.
  removed.sort((a, b) => b.path.length - a.path.length || byPlace(b, a));
  return [...written, ...removed].reduce((after, { path, value }) => withValueAt(after, path, value), item);
}

/** What is set past the end of a list is appended in the order of the places named. */
const byPlace = (a: Change, b: Change): number => place(a) - place(b);

const place = ({ path }: Change): number => {
  const last = path.at(-1);
  return typeof last === 'number' ? last : -1;
};

function newValue(item: Item, action: UpdateAction): AttributeValue | undefined {
  const current = valueAt(item, action.path);
  switch (action.kind) {
    case 'SET':
      return evaluated(item, action.operand);
    case 'REMOVE':
      return undefined;
    case 'ADD':
      return added(current, action.value);
    case 'DELETE':
      return without(current, action.value);
  }
}

function evaluated(item: Item, operand: UpdateOperand): AttributeValue {
  switch (operand.kind) {
    case 'value':
      return operand.value;
    case 'path': {
      const value = valueAt(item, operand.path);
      if (value !== undefined) return value;
      throw invalid('The provided expression refers to an attribute that does not exist in the item');
    }
    case 'if_not_exists':
      return valueAt(item, operand.path) ?? evaluated(item, operand.otherwise);
    default:
      return combined(operand.kind, evaluated(item, operand.left), evaluated(item, operand.right));
  }
}

function combined(
  operator: 'list_append' | '+' | '-',
  left: AttributeValue,
  right: AttributeValue,
): AttributeValue {
  if (operator === 'list_append') {
    if ('L' in left && 'L' in right) return { L: [...left.L, ...right.L] };
  } else if ('N' in left && 'N' in right) {
    return { N: addDecimals(left.N, operator === '+' ? right.N : negated(right.N)) };
  }
  throw wrongType();
}

function added(current: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (current === undefined) return value;
  if ('N' in current && 'N' in value) return { N: addDecimals(current.N, value.N) };
  const [before, more] = elementsOfBoth(current, value);
  return setLike(value, [...new Set([...before, ...more])]);
}

function without(current: AttributeValue | undefined, value: AttributeValue): AttributeValue | undefined {
  if (current === undefined) return undefined;
  const [before, gone] = elementsOfBoth(current, value);
  const left = before.filter((element) => !gone.includes(element));
  return left.length === 0 ? undefined : setLike(value, left);
}

function elementsOfBoth(
  current: AttributeValue,
  value: AttributeValue,
): readonly [readonly string[], readonly string[]] {
  const before = elementsOf(current);
  const given = elementsOf(value);
  if (before === undefined || given === undefined || typeOf(current) !== typeOf(value)) throw wrongType();
  return [before, given];
}

function setLike(like: AttributeValue, elements: readonly string[]): AttributeValue {
  return 'SS' in like ? { SS: elements } : { NS: elements };
}

const wrongType = () => invalid('An operand in the update expression has an incorrect data type');
