import { elementsOf, typeOf } from './attribute-value';
import { clashOf, type Path } from './document-path';
import type { ExpressionReader } from './expression-reader';
import type { UpdateAction, UpdateOperand } from './update';

/** As messages name the types that ADD and DELETE do not take. */
const TYPE_NAMES = {
  S: 'STRING',
  N: 'NUMBER',

  NULL: 'NULL',
  BOOL: 'BOOLEAN',
  L: 'LIST',
  M: 'MAP',
};

type Section = UpdateAction['kind'];

/** Reads a whole update expression: each section at most once, no path inside another. */
export function parseUpdate(reader: ExpressionReader): readonly UpdateAction[] {
  const seen = new Set<Section>();
  const actions: UpdateAction[] = [];
  while (!reader.atEnd) {
    const section = reader.takes('SET', 'REMOVE', 'ADD', 'DELETE');
    if (section === undefined) throw reader.syntaxError();
    if (seen.has(section)) {
      throw reader.refusal(`The "${section}" section can only be used once in an update expression;`);
    }
    seen.add(section);
    actions.push(...reader.list(() => parseAction(reader, section)));
  }
  refuseClashes(
    reader,
    actions.map(({ path }) => path),
  );
  return actions;
}

/** Reads a projection: paths, none inside another. */
export function parseProjection(reader: ExpressionReader): readonly Path[] {
  const paths = reader.list(() => reader.path());
  reader.expectEnd();
  refuseClashes(reader, paths);
  return paths;
}

function parseAction(reader: ExpressionReader, section: Section): UpdateAction {
  const path = reader.path();
  if (section === 'REMOVE') return { kind: section, path };
  if (section === 'SET') {
    reader.expect('=');
    return { kind: section, path, operand: parseValue(reader) };
  }
  const value = reader.value();
  if (value === undefined) throw reader.syntaxError();
  if (elementsOf(value) === undefined && !(section === 'ADD' && 'N' in value)) {
    const [, name] = Object.entries(TYPE_NAMES).find(([type]) => type === typeOf(value)) ?? [];
    throw reader.refusal(
      `Incorrect operand type for operator or function; operator: ${section}, operand type: ${name}`,
    );
  }
  return { kind: section, path, value };
}

function parseValue(reader: ExpressionReader): UpdateOperand {
  const left = parseOperand(reader);
  const kind = reader.takes('+', '-');
  if (kind === undefined) return left;
  const right = parseOperand(reader);
  for (const operand of [left, right]) refuseType(reader, kind, operand, 'N');
  return { kind, left, right };
}

function parseOperand(reader: ExpressionReader): UpdateOperand {
  const value = reader.value();
  if (value !== undefined) return { kind: 'value', value };
  return reader.seesCall() ? parseCall(reader) : { kind: 'path', path: reader.path() };
}

function parseCall(reader: ExpressionReader): UpdateOperand {
  const { name, operands } = reader.call(() => parseValue(reader));
  if (name !== 'if_not_exists' && name !== 'list_append') {
    throw reader.refusal(`Invalid function name; function: ${name}`);
  }
  const [left, right] = operands;
  if (left === undefined || right === undefined || operands.length > 2) {
    throw reader.refusal(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    );
  }
  if (name === 'list_append') {
    for (const operand of operands) refuseType(reader, name, operand, 'L');
    return { kind: name, left, right };
  }
  if (left.kind === 'path') return { kind: name, path: left.path, otherwise: right };
  throw reader.refusal(`Operator or function requires a document path; operator or function: ${name}`);
}

function refuseType(reader: ExpressionReader, name: string, operand: UpdateOperand, wanted: 'N' | 'L'): void {
  if (operand.kind !== 'value' || wanted in operand.value) return;
  throw reader.refusal(
    `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${typeOf(operand.value)}`,
  );
}

function refuseClashes(reader: ExpressionReader, paths: readonly Path[]): void {
  for (const [index, path] of paths.entries()) {
    for (const earlier of paths.slice(0, index)) {
      const clash = clashOf(earlier, path);
      if (clash !== undefined) throw reader.refusal(clash);
    }
  }
}
