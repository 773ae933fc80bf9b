import { AwsError, NotRehearsed } from '../service';

type Matches = (value: unknown) => boolean;

/**
 * Reads an event pattern: every field that it names must be in the event with one of the values listed, each the value
 * itself or `{prefix: TEXT}`. Throws NotRehearsed for EventBridge's other comparisons, AwsError for what is no pattern.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function readEventPattern(pattern: unknown): Matches {
  if (!isObject(pattern)) throw invalid(pattern);
  const fields = Object.entries(pattern).map(([name, value]) => [name, readField(name, value)] as const);
  if (fields.length === 0) throw invalid(pattern);
  return (event) => isObject(event) && fields.every(([name, matches]) => matches(event[name]));
}

function readField(name: string, value: unknown): Matches {
  if (name.startsWith('$')) throw new NotRehearsed(`${name} in an event pattern`);
  if (!Array.isArray(value)) return readEventPattern(value);
  const choices = value.map(readChoice);
  return (given) => [given].flat().some((one) => choices.some((matches) => matches(one)));
}

function readChoice(choice: unknown): Matches {
  if (!isObject(choice)) return (value) => value === choice;
  const [[comparison, operand] = [], ...others] = Object.entries(choice);
  if (comparison !== 'prefix' || typeof operand !== 'string' || others.length > 0)
    throw new NotRehearsed(`the comparison ${JSON.stringify(choice)} in an event pattern`);
  return (value) => typeof value === 'string' && value.startsWith(operand);
}

const invalid = (pattern: unknown): AwsError =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid: ${JSON.stringify(pattern)}`);

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
