import { type AttributeValue, typeOf } from './attribute-value';
import type { Condition, Operand } from './condition';
import { invalid, invalidParameter } from './errors';
import type { Table } from './table';

interface KeyTest {
  readonly attribute: string;
  /** `=`, another comparator, `between` or `begins_with`. */
  readonly operator: string;
  readonly values: readonly AttributeValue[];
}

/**
 * The partition that a key condition names; refuses what a Query does not take.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
 *
 * @throws AwsError ValidationException
 */
export function partitionOf(condition: Condition, table: Table): AttributeValue {
  const tests = testsOf(condition);
  if (new Set(tests.map(({ attribute }) => attribute)).size < tests.length) {
    throw invalid('KeyConditionExpressions must only contain one condition per key');
  }
  if (tests.length > 2) throw invalid('Conditions can be of length 1 or 2 only');
  const partition = tests.find(({ attribute }) => attribute === table.partitionKey);
  if (partition === undefined) throw missed(table.partitionKey);
  const other = tests.find((test) => test !== partition);
  if (other !== undefined && table.sortKey === undefined) throw invalid('Query key condition not supported');
  if (other !== undefined && other.attribute !== table.sortKey) throw missed(String(table.sortKey));
  for (const { attribute, values } of tests) {
    if (values.every((value) => typeOf(value) === table.keyType(attribute))) continue;
    throw invalidParameter('Condition parameter type does not match schema type');
  }
  const [value] = partition.values;
  if (partition.operator !== '=' || value === undefined) throw invalid('Query key condition not supported');
  return value;
}

const missed = (attribute: string) => invalid(`Query condition missed key schema element: ${attribute}`);

function testsOf(condition: Condition): readonly KeyTest[] {
  switch (condition.kind) {
    case 'and':
      return [...testsOf(condition.left), ...testsOf(condition.right)];
    case 'compare': {
      if (condition.comparator === '<>') throw unusable('<>');
      return [keyTest(condition.comparator, [condition.left, condition.right])];
    }
    case 'between':
      return [keyTest('between', [condition.operand, condition.lower, condition.upper])];
    case 'begins_with':
      return [keyTest('begins_with', [condition.operand, condition.part])];
    case 'exists':
      throw unusable(condition.name);
    case 'type':
      throw unusable('attribute_type');
    case 'contains':
      throw unusable(condition.kind);
    default:
      throw unusable(condition.kind.toUpperCase());
  }
}

function keyTest(operator: string, operands: readonly Operand[]): KeyTest {
  const paths = operands.flatMap((operand) => (operand.kind === 'path' ? [operand.path] : []));
  const [path] = paths;
  if (operands.some(({ kind }) => kind === 'size')) {
    throw invalid('KeyConditionExpressions cannot contain nested operations');
  }
  if (path === undefined) throw bad('No key attribute specified');
  if (paths.length > 1) throw bad('Multiple attribute names used in one condition');
  if (path.length > 1) throw invalid('KeyConditionExpressions cannot have conditions on nested attributes');
  const values = operands.flatMap((operand) => (operand.kind === 'value' ? [operand.value] : []));
  return { attribute: String(path[0]), operator, values };
}

const unusable = (operator: string) =>
  invalid(`Invalid operator used in KeyConditionExpression: ${operator}`);

const bad = (what: string) => invalid(`Invalid condition in KeyConditionExpression: ${what}`);
