import type { Condition } from './condition';
import { parseCondition } from './condition-parser';
import type { Path } from './document-path';
import { invalid } from './errors';
import { ExpressionReader } from './expression-reader';
import { Placeholders } from './placeholders';
import type { UpdateAction } from './update';
import { parseProjection, parseUpdate } from './update-parser';

const KINDS = [
  'UpdateExpression',
  'ConditionExpression',
  'KeyConditionExpression',
  'FilterExpression',
  'ProjectionExpression',
] as const;

/** The members of a request that hold expressions and what they refer to. */
export type ExpressionMembers = Readonly<Partial<Record<(typeof KINDS)[number], string | undefined>>> & {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>> | undefined;
};

export interface Filter {
  readonly condition: Condition;
  /** The top-level attributes that it reads. */
  readonly attributes: ReadonlySet<string>;
}

export interface Expressions {
  readonly update: readonly UpdateAction[] | undefined;
  readonly condition: Condition | undefined;
  readonly keyCondition: Condition | undefined;
  readonly filter: Filter | undefined;
  readonly projection: readonly Path[] | undefined;
}

/**
 * Every expression of one request, its placeholders resolved.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
 *
 * @throws AwsError ValidationException: the first fault of the text, an undefined or unused placeholder, a reserved word
 */
export function readExpressions(input: ExpressionMembers): Expressions {
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
  if (KINDS.every((kind) => input[kind] === undefined)) refusePlaceholdersAlone(names, values);
  const placeholders = new Placeholders(names, values);
  const read = <T>(kind: (typeof KINDS)[number], parse: (reader: ExpressionReader) => T): T | undefined => {
    const text = input[kind];
    return text === undefined ? undefined : parse(new ExpressionReader(text, kind, placeholders));
  };
  const expressions = {
    update: read('UpdateExpression', parseUpdate),
    condition: read('ConditionExpression', parseCondition),
    keyCondition: read('KeyConditionExpression', parseCondition),
    filter: read('FilterExpression', parseFilter),
    projection: read('ProjectionExpression', parseProjection),
  };
  placeholders.refuseUnused();
  return expressions;
}

const parseFilter = (reader: ExpressionReader): Filter => ({
  condition: parseCondition(reader),
  attributes: reader.attributes,
});

function refusePlaceholdersAlone(names: unknown, values: unknown): void {
  if (names !== undefined) {
    throw invalid('ExpressionAttributeNames can only be specified when using expressions');
  }
  if (values !== undefined) {
    throw invalid('ExpressionAttributeValues can only be specified when using expressions');
  }
}
