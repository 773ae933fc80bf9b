import { AwsError, NotRehearsed } from '../../service';
import { type AttributeValue, type Item, VALUE_TYPES, type ValueType } from './attribute-value';
import { decimalText } from './decimal';
import { invalid, invalidParameter } from './errors';

/** @throws AwsError ValidationException, SerializationException */
export function readItem(raw: Readonly<Record<string, unknown>>, depth = 0): Item {
  return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, readValue(value, depth)]));
}

/**
 * A value as the caller sent it, its numbers in their stored form.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
 *
 * @throws AwsError ValidationException, SerializationException
 */
export function readValue(raw: unknown, depth = 0): AttributeValue {
  if (depth > 32) throw invalid('Nesting Levels have exceeded supported limits');
  if (!isRecord(raw)) throw malformed();
  const [name, another] = Object.keys(raw);
  if (name === 'B' || name === 'BS') throw new NotRehearsed('binary values in DynamoDB');
  const type = VALUE_TYPES.find((known) => known === name);
  if (type === undefined) {
    throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  if (another !== undefined) {
    throw invalid(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  return readAs(type, raw[type], depth);
}

function readAs(type: ValueType, value: unknown, depth: number): AttributeValue {
  switch (type) {
    case 'S':
      return { S: text(value) };
    case 'N':
      return { N: decimalText(text(value)) };
    case 'BOOL':
      if (typeof value !== 'boolean') throw malformed();
      return { BOOL: value };
    case 'NULL':
      if (value !== true) throw invalidParameter('Null attribute value types must have the value of true');
      return { NULL: true };
    case 'SS':
      return { SS: set(list(value).map(text), 'An string set  may not be empty') };
    case 'NS':
      return {
        NS: set(
          list(value).map((element) => decimalText(text(element))),
          'An number set  may not be empty',
        ),
      };
    case 'L':
      return { L: list(value).map((element) => readValue(element, depth + 1)) };
    case 'M':
      if (!isRecord(value)) throw malformed();
      return { M: readItem(value, depth + 1) };
  }
}

function set(elements: readonly string[], whenEmpty: string): readonly string[] {
  if (elements.length === 0) throw invalidParameter(whenEmpty);
  if (new Set(elements).size === elements.length) return elements;
  throw invalidParameter(`Input collection [${elements.join(', ')}] contains duplicates.`);
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw malformed();
  return value;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed();
  return value;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const malformed = () => new AwsError('SerializationException', 'Unexpected value type in payload');
